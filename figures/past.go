package figures

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kept/ledger"
	"kept/store"
)

// MostReplayed is up to how many entries figures of the past are computed: each such question folds them all again.
const MostReplayed = 50_000

const replayBatch = 1000

// Past reads figures as they were at a smaller size. It folds the first entries of the book again in a scratch book, which
// is gone afterwards, and calls ask with the state that they lead to and the day of the last day mark among them.
func Past(ctx context.Context, tx *store.Tx, rules *ledger.Rules, verifier string, size int64, ask func(*At) error) error {
	return Pasts(ctx, tx, rules, verifier, []int64{size}, nil, ask)
}

// Pasts is Past for several sizes, none smaller than the one before, with one folding for all of them. Progress may be nil. An
// entry that cannot be folded is a *ledger.Damage.
func Pasts(ctx context.Context, tx *store.Tx, rules *ledger.Rules, verifier string, sizes []int64, progress func(done, total int64), ask func(*At) error) (err error) {
	if !slices.IsSorted(sizes) || len(sizes) == 0 {
		return fmt.Errorf("sizes of the past that do not grow: %d", sizes)
	}
	folder, err := os.MkdirTemp("", "kept-past-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	db, err := store.CreateScratch(ctx, filepath.Join(folder, "past.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	key, err := ledger.PublicKey(verifier)
	if err != nil {
		return err
	}
	scratch, err := ledger.NewMirror(ctx, db, rules, key)
	if err != nil {
		return err
	}
	at := int64(0)
	for _, size := range sizes {
		for at < size {
			if progress != nil {
				progress(at, sizes[len(sizes)-1])
			}
			next := min(at+replayBatch, size)
			if err := fold(ctx, tx, rules, scratch, at, next); err != nil {
				return err
			}
			at = next
		}
		if err := db.Read(ctx, func(tx *store.Tx) error {
			head, err := ledger.ReadHead(tx)
			if err != nil {
				return err
			}
			return ask(&At{Tx: tx, Size: head.Size, Day: head.Day})
		}); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(at, at)
	}
	return nil
}

// fold adds the entries from one place up to before another to a scratch book.
func fold(ctx context.Context, tx *store.Tx, rules *ledger.Rules, scratch *ledger.Mirror, from, to int64) error {
	bodies, err := ledger.Bodies(tx, from, to)
	if err != nil {
		return err
	}
	entries := make([]ledger.Copied, len(bodies))
	for i, body := range bodies {
		if entries[i], err = rules.Bare(body); err != nil {
			return &ledger.Damage{What: fmt.Sprintf("entry %d", from+int64(i)), Why: err.Error()}
		}
	}
	return scratch.Add(ctx, from, entries)
}
