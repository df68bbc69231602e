package demo

import (
	"context"
	"fmt"

	"kept/ledger"
	"kept/store"
)

// Later is an entry that depends on what the book says when it is written, so that its draft cannot be made before. It comes
// behind everything else of its day.
type Later struct {
	Day   string
	Key   string // names it among all entries of the story
	Draft func(ctx context.Context, book *ledger.Book) (ledger.Draft, error)
}

// write appends the entry, unless it is there already.
func (l *Later) write(ctx context.Context, book *ledger.Book, id string) error {
	there := false
	err := book.DB.Read(ctx, func(tx *store.Tx) (err error) {
		_, there, err = ledger.SeqOf(tx, id)
		return err
	})
	if err != nil || there {
		return err
	}
	if err := book.Mark(ctx); err != nil { // what it says is as of its own day
		return err
	}
	d, err := l.Draft(ctx, book)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", l.Key, err)
	}
	d.ID, d.Day = id, l.Day
	receipts, err := book.Append(ctx, d)
	if err == nil {
		err = receipts[0].Err
	}
	if err != nil {
		return fmt.Errorf("demo: %s of %s: %w", d.Kind, l.Day, err)
	}
	return nil
}
