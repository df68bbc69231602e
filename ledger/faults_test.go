package ledger_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// faults makes one write in every n fail, in turn in each way there is, while it is on.
type faults struct {
	n, writes, turn atomic.Int64
}

func (f *faults) next() store.Fault {
	n := f.n.Load()
	if n == 0 || f.writes.Add(1)%n != 0 {
		return store.NoFault
	}
	return []store.Fault{store.NotDone, store.AnswerLost, store.LostUndone}[f.turn.Add(1)%3]
}

// faultyBook is a new toy book on a database that can be made to fail.
func faultyBook(t *testing.T, e storetest.Engine) (*ledger.Book, *faults) {
	f := &faults{}
	return ledgertest.Create(t, &store.Faulty{DB: e.New(t), Next: f.next}, ledger.Options{}, ledgertest.Toy()), f
}

// TestFaultsOneByOne fails one write in each way, and looks at what the caller is told and at what is there.
func TestFaultsOneByOne(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []store.Fault
		err    bool // what Append says
		there  bool
	}{
		{"not done", []store.Fault{store.NotDone}, true, false},
		{"answer lost once", []store.Fault{store.AnswerLost}, false, true},
		{"lost and undone once", []store.Fault{store.LostUndone}, false, true},
		{"undone, then answer lost", []store.Fault{store.LostUndone, store.AnswerLost}, false, true},
		{"undone, then not done", []store.Fault{store.LostUndone, store.NotDone}, true, false},
		{"undone every time", []store.Fault{store.LostUndone, store.LostUndone, store.LostUndone}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				var plan []store.Fault
				db := &store.Faulty{DB: e.New(t), Next: func() (f store.Fault) {
					if len(plan) > 0 {
						f, plan = plan[0], plan[1:]
					}
					return f
				}}
				b := ledgertest.Create(t, db, ledger.Options{}, ledgertest.Toy())
				old := ledgertest.Add("wells", 1)
				ledgertest.Append(t, b, old)

				d := ledgertest.Add("wells", 10)
				plan = c.faults
				receipts, err := b.Append(ctx, d, old, ledgertest.Add("wells", -100))
				if (err != nil) != c.err || err != nil && !errors.Is(err, store.ErrFault) {
					t.Fatalf("Append: %v", err)
				}
				same(t, len(plan), 0)
				row, _ := counter(t, b, "wells")
				same(t, row.Total == 11, c.there)
				if err == nil { // the answer is what it would have been without the fault
					same(t, []any{receipts[0].Duplicate, receipts[0].Seq, receipts[1].Duplicate}, []any{false, int64(2), true})
					if r := ledger.Refused(receipts[2].Err); r == nil || r.Code != "toy.below-zero" {
						t.Errorf("the refused draft: %v", receipts[2].Err)
					}
				}
				ledgertest.Check(t, b)
				again := ledgertest.Append(t, b, d, old)
				same(t, again[0].Duplicate, c.there)
				row, _ = counter(t, b, "wells")
				same(t, row.Total, int64(11))
				ledgertest.Check(t, b)
			})
		})
	}
}

// TestManyCallers lets goroutines append under faults. Every acknowledged entry is there once; after an error a caller tries
// again with the same id, and in the end all are there once.
func TestManyCallers(t *testing.T) {
	const goroutines, each = 16, 12
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, f := faultyBook(t, e)
		f.n.Store(3)
		var mu sync.Mutex
		acked := map[string]int64{}
		var failed atomic.Int64
		var group sync.WaitGroup
		for g := range goroutines {
			group.Go(func() {
				for i := range each {
					d := ledgertest.Add(fmt.Sprint("c", (g+i)%5), int64(i+1))
					receipts, err := b.Append(ctx, d)
					for err != nil {
						if !errors.Is(err, store.ErrFault) {
							t.Error(err)
							return
						}
						failed.Add(1)
						receipts, err = b.Append(ctx, d)
					}
					if receipts[0].Err != nil {
						t.Error(receipts[0].Err)
						return
					}
					mu.Lock()
					acked[d.ID] = receipts[0].Seq
					mu.Unlock()
				}
			})
		}
		group.Wait()
		f.n.Store(0)
		ledgertest.Check(t, b)
		if failed.Load() == 0 {
			t.Error("no fault reached a caller, so nothing was tested")
		}
		same(t, len(acked), goroutines*each)
		same(t, size(t, b), int64(goroutines*each+1))
		read(t, b, func(tx *store.Tx) error {
			for id, want := range acked {
				if seq, ok, err := ledger.SeqOf(tx, id); err != nil || !ok || seq != want {
					t.Errorf("acknowledged entry %s as %d: %d, %v, %v", id, want, seq, ok, err)
				}
			}
			return nil
		})
		var total int64
		for _, row := range counters(t, b) {
			total += row.Total
		}
		same(t, total, int64(goroutines*each*(each+1)/2))
	})
}

func counters(t *testing.T, b *ledger.Book) (rows []ledgertest.CounterRow) {
	read(t, b, func(tx *store.Tx) (err error) {
		rows, err = ledgertest.CounterView.Select(tx, "ORDER BY v.counter")
		return err
	})
	return rows
}

// TestAnotherWriterBetween is a trap: an attempt is lost and undone, another writer appends one of its entries, and the
// next attempt must not take that for its own success.
func TestAnotherWriterBetween(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, before := range []int{0, 1} { // at the same place in the book as in the lost attempt, or at another
			db := e.New(t)
			writes, shared := -1, ledgertest.Add("shared", 1)
			var other *ledger.Book
			b := ledgertest.Create(t, &store.Faulty{DB: db, Next: func() store.Fault {
				if writes < 0 {
					return store.NoFault
				}
				if writes++; writes == 1 {
					return store.LostUndone
				}
				if writes == 2 {
					for range before {
						ledgertest.Append(t, other, ledgertest.Add("other", 1))
					}
					ledgertest.Append(t, other, shared)
				}
				return store.NoFault
			}}, ledger.Options{}, ledgertest.Toy())
			var err error
			if other, err = ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today}); err != nil {
				t.Fatal(err)
			}
			writes = 0
			receipts, err := b.Append(ctx, shared, ledgertest.Add("own", 1))
			if err != nil || receipts[0].Err != nil || receipts[1].Err != nil || !receipts[0].Duplicate || receipts[1].Duplicate {
				t.Errorf("%v, %v", receipts, err)
			}
			ledgertest.Check(t, b)
			if row, ok := counter(t, b, "own"); !ok || row.Last != receipts[1].Seq {
				t.Errorf("an acknowledged entry is not there: %v", row)
			}
			other.Close()
		}
	})
}

// TestTwoProcesses has two open books on one PostgreSQL, as two servers would, under faults and with a moving day.
func TestTwoProcesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		if e.Kind == store.SQLite {
			t.Skip("SQLite has one writer; TestSecondWriter of the store holds it to that")
		}
		place, clock, f := e.Place(t), ledgertest.NewClock(ledgertest.FirstDay), &faults{}
		opts := ledger.Options{Today: clock.Today, Folder: place.Folder()}
		one := ledgertest.Create(t, &store.Faulty{DB: place.Create(t), Next: f.next}, opts, ledgertest.Toy())
		two, err := ledger.Open(ctx, &store.Faulty{DB: place.Open(t), Next: f.next}, ledger.NewRules(ledgertest.Toy()), opts)
		if err != nil {
			t.Fatal(err)
		}
		defer two.Close()
		f.n.Store(5)
		shared := make([]ledger.Draft, 40) // both send these
		for i := range shared {
			shared[i] = ledgertest.Add("shared", 1)
			shared[i].Day = ledgertest.FirstDay // else each process puts its own day, and the bytes differ
		}
		var group sync.WaitGroup
		for _, b := range []*ledger.Book{one, two} {
			for g := range 4 {
				group.Go(func() {
					for i := range 10 {
						for _, d := range []ledger.Draft{shared[g*10+i], ledgertest.Add("own", 1)} {
							for {
								receipts, err := b.Append(ctx, d)
								if err == nil && receipts[0].Err == nil {
									break
								}
								if !errors.Is(err, store.ErrFault) {
									t.Errorf("%v, %v", err, receipts)
									return
								}
							}
						}
						clock.Set(fmt.Sprintf("2026-03-%02d", 2+rand.IntN(1+i)))
					}
				})
			}
		}
		group.Wait()
		f.n.Store(0)
		for _, b := range []*ledger.Book{one, two} {
			ledgertest.Check(t, b)
			rows := counters(t, b)
			same(t, []int64{rows[0].Total, rows[1].Total}, []int64{80, 40})
		}
		if one.Close() != nil || two.Close() != nil {
			t.Error("closing failed")
		}
		three, err := ledger.Open(ctx, place.Open(t), ledger.NewRules(ledgertest.Toy()), opts)
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Check(t, three)
		three.Close()
	})
}
