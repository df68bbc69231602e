package ledger

import (
	"context"
	"fmt"
	"slices"

	"kept/store"
)

// Pasts folds the entries of a book again, and calls ask with the views that they lead to at each of some sizes, none smaller than
// the one before. Nothing but the bytes of the entries is believed, and each must have the hash that is stored. The views lie in an
// empty SQLite database, which has nothing else and is gone afterwards; those named in without are not made at all, which is faster,
// and no step may read them. What cannot be folded is a *Damage.
func (r *Rules) Pasts(ctx context.Context, tx *store.Tx, sizes []int64, without []viewer, progress func(done, total int64), ask func(views *store.Tx, head Head) error) error {
	if !slices.IsSorted(sizes) || len(sizes) == 0 {
		return fmt.Errorf("sizes of the past that do not grow: %d", sizes)
	}
	last := sizes[len(sizes)-1]
	return tx.Aside(func(aside *store.Tx) error {
		f := r.replay()
		if err := f.goAside(aside, without...); err != nil {
			return err
		}
		for i, size := range sizes {
			if err := f.upTo(ctx, tx, size, of(progress, last)); err != nil {
				return err
			}
			if f.size != size {
				return &Damage{fmt.Sprintf("entry %d", f.size), "it is missing"}
			}
			if err := f.rows.flush(aside); err != nil {
				return err
			}
			if i == 0 {
				if err := f.index(); err != nil {
					return err
				}
			}
			if i == len(sizes)-1 {
				f.rows, f.ids = nil, nil // who asks has more use for the memory
			}
			if err := ask(aside, Head{Size: f.size, Day: f.day, edge: f.edge}); err != nil {
				return err
			}
		}
		of(progress, last)(last)
		return nil
	})
}
