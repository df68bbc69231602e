package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialPostgresCrash crashes, again and again, a PostgreSQL server while entries are appended, and starts it again. The
// same open book goes on by itself, every acknowledged entry stands where its receipt says, and what was sent again after an
// error is there once. It runs for 2 crashes, with KEPT_TRIAL=1 for 100.
func TestTrialPostgresCrash(t *testing.T) {
	crashes := 2
	if os.Getenv("KEPT_TRIAL") != "" {
		crashes = 100
	}
	c := storetest.NewCluster(t)
	l, err := store.At(c.URL, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db, err := l.Create(ctx, "toy")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	opts := ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: l.Beside("toy")}
	b := ledgertest.Create(t, db, opts, ledgertest.Toy())

	p := &persistent{t: t, book: b, acked: map[string]int64{}}
	for range 8 {
		p.begin()
	}
	for crash := range crashes {
		p.goOn(fmt.Sprintf("before crash %d", crash+1))
		time.Sleep(time.Duration(50+rand.IntN(300)) * time.Millisecond)
		c.Crash(t)
		p.fails(fmt.Sprintf("after crash %d", crash+1))
		c.Start(t)
		p.goOn(fmt.Sprintf("after start %d", crash+1))
		if crash%10 == 0 {
			if err := ledgertest.VerifyPublic(b); err != nil {
				t.Fatalf("after start %d: %v", crash+1, err)
			}
		}
	}
	p.end()
	ledgertest.Check(t, b)
	p.check()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	again, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), opts)
	if err != nil {
		t.Fatal(err)
	}
	p.book = again
	p.check()
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	t.Logf("%d crashes, %d entries acknowledged, %d errors told", crashes, len(p.acked), p.failed.Load())
}

// persistent are callers that send an entry until it is acknowledged.
type persistent struct {
	t      *testing.T
	book   *ledger.Book
	group  sync.WaitGroup
	ending atomic.Bool
	failed atomic.Int64 // answers that were errors

	mu    sync.Mutex
	acked map[string]int64
}

func (p *persistent) begin() {
	p.group.Go(func() {
		for !p.ending.Load() {
			d := ledgertest.Add("wells", 1)
			for {
				receipts, err := p.book.Append(ctx, d)
				if err == nil && receipts[0].Err == nil {
					p.mu.Lock()
					p.acked[d.ID] = receipts[0].Seq
					p.mu.Unlock()
					break
				}
				if err == nil { // a crash is no reason to refuse an entry
					p.t.Error(receipts[0].Err)
					return
				}
				p.failed.Add(1)
				if p.t.Context().Err() != nil { // the test has failed and ended
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	})
}

func (p *persistent) count() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(len(p.acked))
}

// goOn waits until more entries are acknowledged.
func (p *persistent) goOn(when string) { p.wait(when, "acknowledged", p.count) }

// fails waits until callers were told errors.
func (p *persistent) fails(when string) { p.wait(when, "told as an error", p.failed.Load) }

func (p *persistent) wait(when, what string, count func() int64) {
	p.t.Helper()
	before := count()
	for end := time.Now().Add(time.Minute); count() < before+8; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("%s: nothing is %s", when, what)
		}
	}
}

// end lets every caller finish.
func (p *persistent) end() {
	p.ending.Store(true)
	p.group.Wait()
}

// check looks for each acknowledged entry, and sees that nothing else is there: all were sent until they were acknowledged.
func (p *persistent) check() {
	p.t.Helper()
	read(p.t, p.book, func(tx *store.Tx) error {
		for id, want := range p.acked {
			seq, ok, err := ledger.SeqOf(tx, id)
			if err != nil {
				return err
			}
			if !ok || seq != want {
				p.t.Errorf("entry %s was acknowledged as number %d; it stands at %d, %v", id, want, seq, ok)
			}
		}
		return nil
	})
	same(p.t, size(p.t, p.book), int64(len(p.acked))+1) // the first is the day mark
	row, _ := counter(p.t, p.book, "wells")
	same(p.t, row.Total, int64(len(p.acked)))
}
