package ledger_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// slow is a database on a disk that takes its time for every transaction.
type slow struct {
	store.DB
	takes  time.Duration
	writes atomic.Int64
}

func (s *slow) Write(ctx context.Context, f func(*store.Tx) error) error {
	s.writes.Add(1)
	time.Sleep(s.takes)
	return s.DB.Write(ctx, f)
}

// TestTrialSlowDisk appends from 100 goroutines, 3 entries each (with KEPT_TRIAL=1 30), on a disk that takes 30 ms a
// transaction: the transactions become larger, so that all of it takes little longer. Closing in the middle waits for what
// was taken up and refuses the rest.
func TestTrialSlowDisk(t *testing.T) {
	const goroutines = 100
	each := storetest.Times(3, 30)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := &slow{DB: e.New(t)}
		b, acked := ledgertest.Create(t, db, ledger.Options{}, ledgertest.Toy()), &acknowledged{}
		db.takes = 30 * time.Millisecond
		db.writes.Store(0)
		all := func(n int) {
			var group sync.WaitGroup
			for range goroutines {
				group.Go(func() {
					for range n {
						receipts, err := b.Append(ctx, ledgertest.Add("wells", 1))
						if err != nil && err.Error() == "the book is closed" {
							return
						}
						if err != nil || receipts[0].Err != nil {
							t.Error(err, receipts[0].Err)
							return
						}
						acked.add(receipts[0])
					}
				})
			}
			group.Wait()
		}
		all(each)
		same(t, len(acked.ids), goroutines*each)
		if n := db.writes.Load(); n > int64(goroutines*each/10) {
			t.Errorf("%d transactions for %d entries", n, goroutines*each)
		} else {
			t.Logf("%d transactions for %d entries", n, goroutines*each)
		}
		closed := make(chan error)
		time.AfterFunc(50*time.Millisecond, func() { closed <- b.Close() })
		all(1000)
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
		same(t, size(t, b), int64(1+len(acked.ids))) // a day mark, and what was acknowledged: not one more
		acked.there(t, b)
		ledgertest.Check(t, b)
	})
}

// TestTrialDeadline sends more than can wait, with a deadline. Who was not taken up in time is told so, and nothing of his
// is in the book; who was taken up waits until his entry is.
func TestTrialDeadline(t *testing.T) {
	const callers = 1600 // 1024 can wait
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := &slow{DB: e.New(t)}
		b, acked := ledgertest.Create(t, db, ledger.Options{}, ledgertest.Toy()), &acknowledged{}
		db.takes = 800 * time.Millisecond
		first := make(chan error)
		go func() {
			receipts, err := b.Append(ctx, ledgertest.Add("wells", 1))
			acked.add(receipts[0])
			first <- err
		}()
		for db.writes.Load() < 2 { // the first is that of Create
			time.Sleep(time.Millisecond)
		}
		short, cancel := context.WithTimeout(ctx, 400*time.Millisecond)
		defer cancel()
		var late atomic.Int64
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				receipts, err := b.Append(short, ledgertest.Add("wells", 1))
				switch {
				case errors.Is(err, context.DeadlineExceeded):
					late.Add(1)
				case err != nil || receipts[0].Err != nil:
					t.Error(err, receipts[0].Err)
				default:
					acked.add(receipts[0])
				}
			})
		}
		group.Wait()
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		if _, err := b.Append(short, ledgertest.Add("wells", 1)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("appending after the deadline: %v", err)
		}
		same(t, late.Load() > 0, true)
		same(t, int64(len(acked.ids)), callers+1-late.Load())
		same(t, size(t, b), int64(1+len(acked.ids)))
		acked.there(t, b)
		ledgertest.Check(t, b)
	})
}
