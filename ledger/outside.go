package ledger

import (
	"context"
	"sync"
	"time"

	"kept/store"
)

// outside is the checkpoint beside the database.
type outside struct {
	mu   sync.Mutex
	size int64 // of the checkpoint in the file
	last time.Time
}

// saveEvery is how long the checkpoint beside the book may lag behind. A crash in between loses nothing: the book is then
// larger than the file says, which is allowed.
const saveEvery = time.Second

// saveOutside writes the book's checkpoint beside the database if it has grown.
func (b *Book) saveOutside(ctx context.Context) error {
	if b.opts.Folder == "" {
		return nil
	}
	var h Head
	err := b.DB.Read(ctx, func(tx *store.Tx) (err error) {
		h, err = ReadHead(tx)
		return err
	})
	if err != nil {
		return err
	}
	return b.keep(h)
}

// keep makes sure that the file holds a checkpoint at least as large as this head's. Whoever shows a checkpoint to the
// outside calls it first: what others have seen, a restored backup must be compared with.
func (b *Book) keep(h Head) error {
	b.outside.mu.Lock()
	defer b.outside.mu.Unlock()
	if b.opts.Folder == "" || h.Size <= b.outside.size {
		return nil
	}
	if err := writeOutside(b.opts.Folder, h.Note); err != nil {
		return err
	}
	b.outside.size, b.outside.last = h.Size, time.Now()
	return nil
}

// Published returns the checkpoint for showing to the outside.
func (b *Book) Published(h Head) (Checkpoint, error) {
	if b.appends {
		if err := b.keep(h); err != nil {
			return Checkpoint{}, err
		}
	}
	return OpenCheckpoint(h.Note, b.Key.Verifier)
}
