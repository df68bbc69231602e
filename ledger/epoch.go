package ledger

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"

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

func openEpoch(r *Rows, e *Entry, d *Epoch) error {
	root, err := tlog.ParseHash(d.Root)
	if err != nil || root.String() != d.Root || d.Size < 1 || !validOrigin.MatchString(d.Origin) || e.Who != "kept" {
		return Refuse("epoch.bad")
	}
	EpochView.Put(r, EpochRow{e.Seq, d.Origin, d.Size, d.Root})
	return nil
}

var epochName = regexp.MustCompile(`^(.*)/epoch-(\d+)$`)

// nextOrigin names the log of the next epoch.
func nextOrigin(origin string) string {
	if m := epochName.FindStringSubmatch(origin); m != nil {
		if n, err := strconv.Atoi(m[2]); err == nil {
			return fmt.Sprintf("%s/epoch-%d", m[1], n+1)
		}
	}
	return origin + "/epoch-2"
}

// AcceptLoss opens a new epoch in a book that is smaller than, or another than, the last checkpoint signed here, and
// opens the book. The checkpoint that was lost is kept beside the new one.
func AcceptLoss(ctx context.Context, db store.DB, rules *Rules, opts Options) (*Book, Epoch, error) {
	var lost Epoch
	text, err := readOutside(opts.Folder)
	if err != nil {
		return nil, lost, err
	}
	if text == "" {
		return nil, lost, &store.Problem{What: "no checkpoint lies beside the book, so nothing is known to be lost", Do: "Open it without --accept-loss"}
	}
	var head Head
	err = db.Write(ctx, func(tx *store.Tx) error {
		key, err := readKey(tx)
		if err != nil {
			return err
		}
		if head, err = ReadHead(tx); err != nil {
			return err
		}
		before, err := OpenCheckpoint(text, key.Verifier)
		if err != nil {
			return &store.Problem{What: "the checkpoint beside the book was not signed with this book's key", Do: "Either the database or that file is of another book", Cause: err}
		}
		if Extends(tx, head, before) == nil {
			return &store.Problem{What: "nothing is lost: the book contains everything that was signed here", Do: "Open it without --accept-loss"}
		}
		lost = Epoch{before.Origin, before.Size, before.Root.String()}
		next, err := NewKey(nextOrigin(key.Origin()), key.seed)
		if err != nil {
			return err
		}
		if head.Note, err = next.sign(head.Size, head.edge.root()); err != nil {
			return err
		}
		if err := tx.Put(secretTable, [][]any{{"origin", next.Origin()}}); err != nil {
			return err
		}
		if _, err = tx.Exec("UPDATE head SET note = $1 WHERE id = 0", head.Note); err != nil {
			return err
		}
		// Inside the transaction: if this fails, nothing has happened; if the commit fails, the file says so at the next try.
		return setAside(opts.Folder, before, head.Note)
	})
	if err != nil {
		return nil, lost, err
	}
	book, err := Open(ctx, db, rules, opts)
	if err != nil {
		return nil, lost, err
	}
	receipts, err := book.Append(ctx, Draft{Kind: KindEpoch, Who: "kept", Data: lost})
	if err == nil {
		err = receipts[0].Err
	}
	return book, lost, err
}

// setAside keeps the checkpoint of what was lost, and puts the new one in its place.
func setAside(folder string, lost Checkpoint, note string) error {
	if err := os.WriteFile(fmt.Sprintf("%s.lost-%d", outsideFile(folder), lost.Size), []byte(lost.Note), 0o600); err != nil {
		return err
	}
	return writeOutside(folder, note)
}
