package ledgertest

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"kept/ledger"
	"kept/store"
)

// Clock is the programme's day in a test; the test moves it.
type Clock struct {
	mu  sync.Mutex
	day string
}

// NewClock stands at the given day.
func NewClock(day string) *Clock { return &Clock{day: day} }

// Set moves the clock.
func (c *Clock) Set(day string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.day = day
}

// Today is for ledger.Options.
func (c *Clock) Today() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.day
}

// FirstDay is where the clock of a test stands if nothing is said.
const FirstDay = "2026-03-02"

// Key is the same signing key at every call.
func Key(t testing.TB) *ledger.Key {
	t.Helper()
	k, err := ledger.NewKey("kept/toy/test", slices.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Create makes an empty book in an empty database. It is closed when the test ends.
func Create(t testing.TB, db store.DB, opts ledger.Options, subjects ...*ledger.Subject) *ledger.Book {
	t.Helper()
	if opts.Today == nil {
		opts.Today = NewClock(FirstDay).Today
	}
	b, err := ledger.Create(context.Background(), db, ledger.NewRules(subjects...), Key(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() }) // a test that cares about its error closes the book itself
	return b
}

// Append appends drafts, none of which may be refused.
func Append(t testing.TB, b *ledger.Book, drafts ...ledger.Draft) []ledger.Receipt {
	t.Helper()
	receipts, err := b.Append(context.Background(), drafts...)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range receipts {
		if r.Err != nil {
			t.Fatalf("draft %d of kind %s: %v", i, drafts[i].Kind, r.Err)
		}
	}
	return receipts
}

// Refused appends a draft that must be refused with this code.
func Refused(t testing.TB, b *ledger.Book, code string, d ledger.Draft) *ledger.Refusal {
	t.Helper()
	receipts, err := b.Append(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	r := ledger.Refused(receipts[0].Err)
	if r == nil || r.Code != code {
		t.Fatalf("a draft of kind %s: %v, should be refused with %s", d.Kind, receipts[0].Err, code)
	}
	return r
}

// Simulated opens the book that kept simulate wrote into the folder of KEPT_BENCH_DATA, for measurements; without that the test is skipped. It is
// closed when the test ends.
func Simulated(t testing.TB, rules *ledger.Rules, opts ledger.Options) *ledger.Book {
	t.Helper()
	folder := os.Getenv("KEPT_BENCH_DATA")
	if folder == "" {
		t.Skip("a benchmark; KEPT_BENCH_DATA=folder runs it")
	}
	location, err := store.At(folder, folder)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Open(t.Context(), "simulated", true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	opts.Folder = location.Beside("simulated")
	begun := time.Now()
	b, err := ledger.Open(t.Context(), db, rules, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	t.Logf("opened in %v", time.Since(begun))
	return b
}
