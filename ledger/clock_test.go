package ledger_test

import (
	"math/rand/v2"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/schedule"
	"kept/store/storetest"
)

// TestTrialClock lets the clock jump, 20 times at random, with KEPT_TRIAL=1 500 times, and then back by a month and
// forward to 2199. Days are never marked backwards, entries are recorded under the book's day, and a day far ahead is not
// believed: nothing is written until the clock is right, or somebody says that it is.
func TestTrialClock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, clock := e.New(t), ledgertest.NewClock(ledgertest.FirstDay)
		b := ledgertest.Create(t, db, ledger.Options{Today: clock.Today}, ledgertest.Toy())
		add := func() error {
			_, err := b.Append(ctx, ledgertest.Add("wells", 1))
			return err
		}
		random, want := rand.New(rand.NewPCG(1, 2)), ledgertest.FirstDay // the latest day that was believed
		if err := add(); err != nil {
			t.Fatal(err)
		}
		for range storetest.Times(20, 500) {
			today := schedule.AddDays(want, random.IntN(60)-50)
			clock.Set(today)
			want = max(want, today)
			if err := add(); err != nil {
				t.Fatal(err)
			}
			row, _ := counter(t, b, "wells")
			same(t, []string{head(t, b).Day, row.Day}, []string{want, want})
		}
		clock.Set(schedule.AddDays(want, -30))
		if err := b.Mark(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, head(t, b).Day, want)

		before := size(t, b)
		for _, today := range []string{"2199-01-01", schedule.AddDays(want, 401)} {
			clock.Set(today)
			wantProblem(t, add(), "the clock of this machine says "+today+", but the last day in the book is "+want)
			wantProblem(t, b.Mark(ctx), "the clock of this machine says "+today)
		}
		same(t, []any{size(t, b), head(t, b).Day}, []any{before, want})
		clock.Set(want)
		if err := add(); err != nil {
			t.Fatal(err)
		}
		want = schedule.AddDays(want, 400)
		clock.Set(want)
		if err := add(); err != nil {
			t.Fatal(err)
		}
		same(t, head(t, b).Day, want)
		ledgertest.Check(t, b)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}

		// Somebody says that the programme has rested.
		want = schedule.AddDays(want, 2000)
		clock.Set(want)
		b, err := ledger.Open(ctx, db, b.Rules, ledger.Options{Today: clock.Today, Rested: true})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if err := b.Mark(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, head(t, b).Day, want)
		ledgertest.Check(t, b)
	})
}
