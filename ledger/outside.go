package ledger

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"kept/store"
)

// outside is the checkpoint beside the database.
type outside struct {
	mu    sync.Mutex
	size  int64     // of the checkpoint in the file, as far as this process knows
	tried time.Time // when it was last written, or should have been

	newest Head // what this process appended last; owned by the goroutine that appends
}

// offer remembers a head that might be kept.
func (o *outside) offer(h Head) { o.newest = h }

// saveEvery is how long the checkpoint beside the book may lag behind. A crash in between loses nothing: the book is then
// larger than the file says, which is allowed.
const saveEvery = time.Second

// saveSometimes is called after every transaction. A failure shows at the next Published or Close, and loses nothing.
func (b *Book) saveSometimes() {
	o := &b.outside
	o.mu.Lock()
	due := time.Since(o.tried) > saveEvery
	o.mu.Unlock()
	if due {
		_ = b.keep(o.newest)
	}
}

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
	o := &b.outside
	o.mu.Lock()
	defer o.mu.Unlock()
	if b.opts.Folder == "" || h.Size <= o.size {
		return nil
	}
	o.tried = time.Now()
	// Several processes on one PostgreSQL may share the folder; none puts a smaller checkpoint in the place of a larger.
	lock := flock.New(filepath.Join(b.opts.Folder, "checkpoint.lock"))
	if err := lock.Lock(); err != nil {
		return cannotWrite(b.opts.Folder, err)
	}
	defer lock.Unlock()
	there, err := readOutside(b.opts.Folder)
	if err != nil {
		return err
	}
	if c, err := OpenCheckpoint(there, b.Key.Verifier); err == nil && c.Size >= h.Size {
		o.size = c.Size
		return nil
	}
	if err := writeOutside(b.opts.Folder, h.Note); err != nil {
		return err
	}
	o.size = h.Size
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
