package figures

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"kept/ledger"
	"kept/store"
)

// MostReplayed is up to how many entries figures of the past are computed: each such question folds them all again.
const MostReplayed = 50_000

const replayBatch = 1000

// Past reads figures as they were at a smaller size. It folds the first entries of the book again in a scratch book, which
// is gone afterwards, and calls ask with the state that they lead to and the day of the last day mark among them.
func Past(ctx context.Context, tx *store.Tx, rules *ledger.Rules, verifier string, size int64, ask func(*At) error) (err error) {
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
	for at := int64(0); at < size; at += replayBatch {
		bodies, err := ledger.Bodies(tx, at, min(at+replayBatch, size))
		if err != nil {
			return err
		}
		entries := make([]ledger.Copied, len(bodies))
		for i, body := range bodies {
			if entries[i], err = rules.Bare(body); err != nil {
				return err
			}
		}
		if err := scratch.Add(ctx, at, entries); err != nil {
			return err
		}
	}
	return db.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		return ask(&At{Tx: tx, Size: head.Size, Day: head.Day})
	})
}
