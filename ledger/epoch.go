package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// KindEpoch is the kind of an entry that opens a new epoch: the book was restored from a backup that lacks entries which
// had been signed. It names what was lost, so that the loss stands in the open. From then on the log has another name, since
// one name must never stand for two pasts.
const KindEpoch = "epoch"

// Epoch is the data of an epoch: the last checkpoint of the log before.
type Epoch struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
}

// EpochRow is an epoch that began with a loss.
type EpochRow struct {
	Seq    int64  `col:"seq" is:"the entry that opened it"`
	Origin string `col:"origin" is:"name of the log before"`
	Size   int64  `col:"size" is:"entries that had been signed"`
	Root   string `col:"root" is:"root hash that had been signed"`
}

// EpochView lists the epochs.
var EpochView = NewView[EpochRow]("epoch", []string{"seq"})

func needEpoch(n *Need, e *Entry, d *Epoch) {}

func takeEpoch(r *Rows, e *Entry, d *Epoch) error {
	root, err := tlog.ParseHash(d.Root)
	if err != nil || root.String() != d.Root || d.Size < 1 || !validOrigin.MatchString(d.Origin) || e.Who != "kept" {
		return Refuse("epoch.bad")
	}
	EpochView.Put(r, EpochRow{e.Seq, d.Origin, d.Size, d.Root})
	return nil
}

var epochName = regexp.MustCompile(`^(.*)/epoch-([1-9][0-9]{0,8})$`)

// epochOf takes the name of a log apart: the name that it began with, and the number of its epoch.
func epochOf(origin string) (first string, epoch int) {
	if m := epochName.FindStringSubmatch(origin); m != nil {
		if n, err := strconv.Atoi(m[2]); err == nil {
			return m[1], n
		}
	}
	return origin, 1
}

// nextOrigin names the log of the epoch after both of these.
func nextOrigin(a, b string) string {
	first, n := epochOf(a)
	_, other := epochOf(b)
	return fmt.Sprintf("%s/epoch-%d", first, max(n, other)+1)
}

// openInAnyEpoch opens a checkpoint that was signed with this key under the name of any epoch of its log: a backup may be
// older than the epoch in which the last checkpoint was signed.
func (k *Key) openInAnyEpoch(signed string) (Checkpoint, error) {
	c, err := OpenCheckpoint(signed, k.Verifier)
	if err == nil || k.Public() {
		return c, err
	}
	origin, _, _ := strings.Cut(signed, "\n")
	ours, _ := epochOf(k.Origin())
	if first, _ := epochOf(origin); first != ours {
		return c, err
	}
	then, problem := NewKey(origin, k.seed)
	if problem != nil {
		return c, err
	}
	return OpenCheckpoint(signed, then.Verifier)
}

// contains says, for a book with this head, why it is not one that goes on from a checkpoint; a *Damage says that entries
// are lost.
func (b *Book) contains(tx *store.Tx, h Head, c Checkpoint) error {
	_, here := epochOf(b.Key.Origin())
	if _, there := epochOf(c.Origin); there > here {
		return &Damage{"the book", fmt.Sprintf("it is %s with %d entries, but %s with %d was signed before", b.Key.Origin(), h.Size, c.Origin, c.Size)}
	}
	return Extends(tx, h, c)
}

// accepted says that an entry of the book names this checkpoint as lost.
func accepted(tx *store.Tx, c Checkpoint) (bool, error) {
	rows, err := EpochView.Select(tx, "ORDER BY v.seq")
	return slices.ContainsFunc(rows, func(r EpochRow) bool {
		return r.Origin == c.Origin && r.Size == c.Size && r.Root == c.Root.String()
	}), err
}

// AcceptLoss opens a new epoch in a book that is smaller than, or another than, the last checkpoint signed here, and
// opens the book. The new name and the entry that says so are one transaction. The checkpoint that was lost is kept beside
// the new one. If it was interrupted, it can be called again, or the book just opened.
func AcceptLoss(ctx context.Context, db store.DB, rules *Rules, opts Options) (*Book, Epoch, error) {
	var lost Epoch
	text, err := readOutside(opts.Folder)
	if err != nil {
		return nil, lost, err
	}
	if text == "" {
		return nil, lost, &store.Problem{What: "no checkpoint lies beside the book, so nothing is known to be lost", Do: "Open it without --accept-loss"}
	}
	if err := migrate(ctx, db, true); err != nil {
		return nil, lost, err
	}
	b := &Book{DB: db, Rules: rules, opts: opts}
	err = db.Write(ctx, func(tx *store.Tx) (err error) {
		lost, err = b.openEpoch(tx, text)
		return err
	})
	if err != nil {
		return nil, lost, err
	}
	book, err := Open(ctx, db, rules, opts)
	return book, lost, err
}

// openEpoch does what AcceptLoss does in the database.
func (b *Book) openEpoch(tx *store.Tx, text string) (lost Epoch, err error) {
	if b.Key, err = readKey(tx); err != nil {
		return lost, err
	}
	head, views, err := readHead(tx)
	if err != nil {
		return lost, err
	}
	if err := b.checkHead(tx, head); err != nil { // or else damage would be signed
		return lost, err
	}
	before, err := b.Key.openInAnyEpoch(text)
	if err != nil {
		return lost, b.foreign(err)
	}
	lost = Epoch{before.Origin, before.Size, before.Root.String()}
	var damage *Damage
	if err := b.contains(tx, head, before); err == nil {
		return lost, &store.Problem{What: "nothing is lost: the book contains everything that was signed here", Do: "Open it without --accept-loss"}
	} else if !errors.As(err, &damage) {
		return lost, err
	}
	if views != b.Rules.fingerprint() {
		if err := b.rebuild(context.Background(), tx, nil); err != nil {
			return lost, err
		}
	}
	if done, err := accepted(tx, before); err != nil || done {
		return lost, err
	}
	if b.Key, err = NewKey(nextOrigin(b.Key.Origin(), before.Origin), b.Key.seed); err != nil {
		return lost, err
	}
	if err := tx.Put(secretTable, [][]any{{"origin", b.Key.Origin()}}); err != nil {
		return lost, err
	}
	p, err := b.Rules.prepare(&Draft{Kind: KindEpoch, Who: "kept", Data: lost}, b.opts.Today())
	if err != nil {
		return lost, err
	}
	p.receipt = &Receipt{}
	if err := (&commit{book: b, tx: tx, next: true}).run([]*prepared{p}); err != nil {
		return lost, err
	}
	return lost, p.receipt.Err
}

// setAside keeps the checkpoint of what was lost, and puts the new one in its place.
func (b *Book) setAside(lost Checkpoint, h Head) error {
	folder := b.opts.Folder
	for i, name := 1, fmt.Sprintf("%s.lost-%d", outsideFile(folder), lost.Size); ; i++ {
		file := name
		if i > 1 {
			file = fmt.Sprintf("%s-%d", name, i)
		}
		there, err := os.ReadFile(file)
		if err == nil && string(there) != lost.Note {
			continue // of another loss, in another epoch
		}
		if err := writeOver(folder, file, lost.Note); err != nil {
			return err
		}
		break
	}
	if err := writeOutside(folder, h.Note); err != nil {
		return err
	}
	b.outside.size = h.Size
	return nil
}
