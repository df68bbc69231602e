//go:build unix

package review_test

import (
	"syscall"
	"testing"
	"time"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/review"
	"kept/schedule"
	"kept/store"
)

// TestTimes says how long a draft and a check take, and making the views again and checking the whole book, in a data folder with a
// simulated programme. It appends a review to it, so let it be a copy:
//
//	KEPT_BENCH_DATA=folder go test ./review -run TestTimes -v -timeout 1h
func TestTimes(t *testing.T) {
	b := ledgertest.Simulated(t, rules(), ledger.Options{Today: func() string { return today }, Rested: true})
	if err := b.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	period := review.Period{From: schedule.AddDays(today, -61), To: schedule.AddDays(today, -1)}
	var d *review.Document
	var err error
	t.Run("draft", func(t *testing.T) {
		for _, memo := range []*figures.Memo{nil, {}} {
			look(t, b, memo, func(at *figures.At) {
				if memo != nil {
					if err := at.Prepare(false); err != nil {
						t.Fatal(err)
					}
				}
				for range 3 {
					begun, spent := time.Now(), processor(t)
					if d, err = review.Draft(&figures.At{Tx: at.Tx, Size: at.Size, Day: at.Day, Memo: memo}, period, nil); err != nil {
						t.Fatal(err)
					}
					t.Logf("%d entries, index %v: drafted in %v, %v of the processor, %d bytes", at.Size, memo != nil, time.Since(begun), processor(t)-spent, len(bytesOf(t, d)))
				}
			})
		}
	})
	t.Run("check", func(t *testing.T) { timesOfCheck(t, b, period) })
	t.Run("book", func(t *testing.T) { timesOfBook(t, b) })
}

// timesOfBook measures what goes through the whole book.
func timesOfBook(t *testing.T, b *ledger.Book) {
	var size int64
	progress := func(_, total int64) { size = total }
	for range 3 {
		for _, x := range []struct {
			what string
			run  func() error
		}{
			{"rebuilt", func() error { return b.Rebuild(t.Context(), progress) }},
			{"verified", func() error {
				return b.DB.Read(t.Context(), func(tx *store.Tx) error { _, err := b.Check(tx, progress); return err })
			}},
		} {
			begun, spent := time.Now(), processor(t)
			if err := x.run(); err != nil {
				t.Fatal(err)
			}
			took := time.Since(begun)
			t.Logf("%s %d entries in %v, %.0f a second, %v of the processor, at most %d MB", x.what, size, took, float64(size)/took.Seconds(), processor(t)-spent, most(t)>>10)
		}
	}
}

// most is how much memory the process has held at most, in KB.
func most(t *testing.T) int64 {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Maxrss
}

// processor is how much of the processor's time the process has used.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func timesOfCheck(t *testing.T, b *ledger.Book, period review.Period) {
	d := drafted(t, b, period)
	var err error
	var next int64
	look(t, b, nil, func(at *figures.At) { next, err = review.NextNumber(at.Tx) })
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := b.Append(t.Context(), published(t, "org:"+publisherOf(t, b), next, d, 0))
	if err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
	look(t, b, nil, func(at *figures.At) {
		begun, spent := time.Now(), processor(t)
		c, err := review.Check(t.Context(), at.Tx, b.Rules, next, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("checked %d figures of %d entries in %v, %v of the processor, at most %d MB", c.Figures, c.Size, time.Since(begun), processor(t)-spent, most(t)>>10)
	})
}

// publisherOf is an organisation of the programme.
func publisherOf(t *testing.T, b *ledger.Book) (code string) {
	t.Helper()
	look(t, b, nil, func(at *figures.At) {
		if _, err := at.Tx.One([]any{&code}, "SELECT code FROM organisation ORDER BY seq LIMIT 1"); err != nil {
			t.Fatal(err)
		}
	})
	return code
}
