package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kept/ledger"
	"kept/store"
)

// RemoteOptions say how a programme on another machine is checked.
type RemoteOptions struct {
	Seen     string                               // file of what was seen at the last visit
	Timeout  time.Duration                        // of one answer; 0: a minute
	Pages    int                                  // how many pages are read; 0: fifty
	Progress func(what string, done, total int64) // may be nil
}

// RemoteFound is what a check over the network has looked at.
type RemoteFound struct {
	Seen    Seen
	Entries int64
	Root    string

	Texts, Erased, Withheld, Pictures, Tiles int

	Figures     int   // at the checkpoint's size
	PastSize    int64 // the smaller size at which figures were asked for as well; 0: there is none
	PastFigures int

	Reviews, OldReviews int // computed again; not computed, since they are of more entries than Reviews computes

	Pages   Count
	Skipped int // pages of a book that had grown meanwhile
}

// MostRemote is the largest book that is fetched.
const MostRemote = 5_000_000

// attempts is how often the check begins again because the book has grown under it in a way that matters.
const attempts = 3

// grown says that what seems wrong may come from entries that were appended after the checkpoint.
type grown struct{ err error }

func (g *grown) Error() string {
	return "the book grows faster than it can be read; try again later. What did not fit: " + g.err.Error()
}

// Remote checks a programme over the network, by its address such as https://kept.example/valley/. It believes nothing: it
// makes the book again from the entries that it is sent, and compares that with the signed checkpoint, with what was
// seen at the last visit, and with what the server says and shows. The first thing that is wrong comes back, named: a
// *ledger.Damage, *Wrong, *Answer or *Broken. What had been looked at by then comes back with it.
func Remote(ctx context.Context, address string, rules *ledger.Rules, o RemoteOptions) (found *RemoteFound, err error) {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Pages == 0 {
		o.Pages = 50
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	f, err := newFetcher(address, o.Timeout)
	if err != nil {
		return nil, err
	}
	defer f.client.CloseIdleConnections()
	var seen Seen // by the first attempt; later ones compare with what it has seen
	for range attempts {
		r := &remote{fetcher: f, rules: rules, o: o, found: &RemoteFound{}}
		err = r.all(ctx)
		found = r.found
		if seen == (Seen{}) {
			seen = found.Seen
		}
		found.Seen = seen
		var again *grown
		if !errors.As(err, &again) {
			break
		}
	}
	return found, err
}

// remote is one attempt at checking a programme over the network.
type remote struct {
	*fetcher
	rules   *ledger.Rules
	o       RemoteOptions
	found   *RemoteFound
	bare    bool             // of what lies beside the book, only that of reviews is wanted
	changed map[int64][]byte // documents of reviews that are not what the entry names

	key        *ledger.Key
	checkpoint ledger.Checkpoint
	figures    []byte // what the server said of them when it had just this size
	db         store.DB
	served     map[textName]ledger.TextState // what the server gave of each text
}

type textName struct {
	entry int64
	field string
}

func (t textName) String() string { return fmt.Sprintf("text %s of entry %d", t.field, t.entry) }

func (r *remote) all(ctx context.Context) (err error) {
	if r.key, err = r.fetcher.key(ctx); err != nil {
		return err
	}
	if r.checkpoint, err = r.fetcher.checkpoint(ctx, r.key.Verifier); err != nil {
		return err
	}
	if r.checkpoint.Size > MostRemote {
		return fmt.Errorf("the book has %d entries, and no more than %d are fetched; check it where it lies", r.checkpoint.Size, MostRemote)
	}
	suspect := ""
	if r.o.Seen != "" {
		if suspect, err = glance(r.o.Seen, r.key.Verifier, r.checkpoint); err != nil {
			return err
		}
	}
	if suspect == "" {
		if err := r.readFigures(ctx); err != nil {
			return err
		}
	}
	folder, err := os.MkdirTemp("", "kept-verify-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	r.found.Entries, r.found.Root = r.checkpoint.Size, r.checkpoint.Root.String()
	if r.db, err = store.CreateScratch(ctx, filepath.Join(folder, "mirror.db")); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.db.Close()) }()
	if suspect != "" {
		// Whether the book itself says why it is another one stands in its entries; what is wrong with it does not depend on them.
		if book, err := r.mirror(ctx); err == nil {
			_, err = Compare(ctx, book, r.o.Seen)
			if err := errors.Join(err, book.Close()); err != nil {
				return err
			}
		}
		return broken(suspect, r.o.Seen, r.key.Verifier, r.checkpoint.Note)
	}
	book, err := r.mirror(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	return r.check(ctx, book)
}

// check compares the mirror with all that the server says.
func (r *remote) check(ctx context.Context, book *ledger.Book) error {
	if r.o.Seen != "" {
		var err error
		if r.found.Seen, err = Compare(ctx, book, r.o.Seen); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context, *ledger.Book) error{r.checkTexts, r.checkBook, r.checkTiles, r.checkFigures, r.checkReviews, r.checkPages} {
		if err := step(ctx, book); err != nil {
			return err
		}
	}
	return nil
}

func (r *remote) checkBook(ctx context.Context, book *ledger.Book) error {
	return book.DB.Read(ctx, func(tx *store.Tx) error {
		_, err := book.Check(tx, func(done, total int64) { r.o.Progress("folding entries", done, total) })
		return err
	})
}

// orGrown returns what is wrong, or, if the book has grown since and that may be why, a *grown.
func (r *remote) orGrown(ctx context.Context, wrong error) error {
	now, err := r.fetcher.checkpoint(ctx, r.key.Verifier)
	if err != nil {
		return errors.Join(wrong, err)
	}
	if now.Size > r.checkpoint.Size {
		return &grown{wrong}
	}
	return wrong
}

// mirror makes the book again from the entries that the server sends, and compares it with the checkpoint.
func (r *remote) mirror(ctx context.Context) (*ledger.Book, error) {
	r.served = map[textName]ledger.TextState{}
	m, err := ledger.NewMirror(ctx, r.db, r.rules, r.key)
	if err != nil {
		return nil, err
	}
	size := r.checkpoint.Size
	for at := int64(0); at < size; at += ledger.TileWidth {
		r.o.Progress("reading entries", at, size)
		width := int(min(ledger.TileWidth, size-at))
		entries, err := r.entries(ctx, at, width)
		if err != nil {
			return nil, err
		}
		if err := m.Add(ctx, at, entries); err != nil {
			return nil, err
		}
	}
	if err := m.Finish(ctx, r.checkpoint.Note); err != nil {
		return nil, r.locate(ctx, err)
	}
	return ledger.OpenReadOnly(ctx, r.db, r.rules, ledger.Options{})
}
