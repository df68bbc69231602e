package figures

import (
	"context"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// MostReplayed is up to how many entries figures of the past are computed: each such question folds them all again.
const MostReplayed = 50_000

// Past reads figures as they were at a smaller size. It folds the first entries of the book again, beside it, and calls ask with the
// state that they lead to and the day of the last day mark among them.
func Past(ctx context.Context, tx *store.Tx, rules *ledger.Rules, size int64, ask func(*At) error) error {
	return rules.Pasts(ctx, tx, []int64{size}, nil, nil, func(views *store.Tx, head ledger.Head) error {
		return ask(&At{Tx: views, Size: head.Size, Day: head.Day, book: tx})
	})
}

// searching are views that only a search reads.
var searching = ledger.Views(promise.Words, programme.PlaceWords)

// Pasts is Past for several sizes, none smaller than the one before, with one folding for all of them. Nothing can be searched for
// by its words in what it gives; the head says to which tree the entries have led. Progress may be nil. An entry that cannot be
// folded is a *ledger.Damage.
func Pasts(ctx context.Context, tx *store.Tx, rules *ledger.Rules, sizes []int64, progress func(done, total int64), ask func(*At, ledger.Head) error) error {
	return rules.Pasts(ctx, tx, sizes, searching, progress, func(views *store.Tx, head ledger.Head) error {
		return ask(&At{Tx: views, Size: head.Size, Day: head.Day, book: tx}, head)
	})
}
