package ledger_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestAnySequence appends random entries in random batches, with random faults and a wandering clock, to one book and, in
// memory, to a model that knows nothing of ledgers. After every batch the book is checked from outside, and the counters
// are those of the model.
func TestAnySequence(t *testing.T) {
	if os.Getenv("KEPT_TRIAL") == "" {
		if err := flag.Set("rapid.checks", "15"); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := ledgertest.NewClock(ledgertest.FirstDay)
		var next store.Fault
		db := &store.Faulty{DB: e.New(t), Next: func() store.Fault { f := next; next = store.NoFault; return f }}
		b := ledgertest.Create(t, db, ledger.Options{Today: clock.Today}, ledgertest.Toy())
		model := map[string]int64{} // one book for all runs: making one costs more than a run
		rapid.Check(t, func(rt *rapid.T) {
			var sent []ledger.Draft
			for range rapid.IntRange(1, 4).Draw(rt, "batches") {
				clock.Set(fmt.Sprintf("2026-%02d-%02d", rapid.IntRange(3, 5).Draw(rt, "month"), rapid.IntRange(1, 28).Draw(rt, "day")))
				next = rapid.SampledFrom([]store.Fault{store.NoFault, store.NoFault, store.NotDone, store.AnswerLost, store.LostUndone}).Draw(rt, "fault")
				batch := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) ledger.Draft { return anyDraft(rt, sent) }), 0, 6).Draw(rt, "batch")
				for i := range batch {
					batch[i].Day = ledgertest.FirstDay
				}
				receipts, err := b.Append(ctx, batch...)
				for err != nil {
					if !errors.Is(err, store.ErrFault) {
						rt.Fatalf("append: %v", err)
					}
					receipts, err = b.Append(ctx, batch...)
				}
				follow(rt, model, batch, receipts)
				sent = append(sent, batch...)
				ledgertest.Check(rt, b)
				got := map[string]int64{}
				for _, row := range counters(t, b) {
					got[row.Counter] = row.Total
				}
				if fmt.Sprint(got) != fmt.Sprint(model) {
					rt.Fatalf("the counters are %v, should be %v", got, model)
				}
			}
		})
	})
}

// anyDraft is a new entry or one that was sent before.
func anyDraft(rt *rapid.T, sent []ledger.Draft) ledger.Draft {
	name := rapid.SampledFrom([]string{"a", "b", "ئ", "a\"b"}).Draw(rt, "counter")
	switch kind := rapid.IntRange(0, 9).Draw(rt, "kind"); {
	case kind < 5:
		return ledgertest.Add(name, rapid.Int64Range(-5, 10).Draw(rt, "by"))
	case kind < 7:
		about := ""
		if len(sent) > 0 && kind == 6 {
			about = rapid.SampledFrom(sent).Draw(rt, "about").ID
		}
		return ledgertest.Note(name, about, rapid.StringN(0, 10, -1).Filter(func(s string) bool { return len(s) == 0 || s[0] != 0 }).Draw(rt, "words"))
	case kind == 7:
		return ledgertest.End(name)
	case len(sent) > 0:
		return rapid.SampledFrom(sent).Draw(rt, "again")
	}
	return ledgertest.Add(name, 1)
}

// follow does to the model what the receipts say was done, and holds the refusals against it.
func follow(rt *rapid.T, model map[string]int64, batch []ledger.Draft, receipts []ledger.Receipt) {
	for i, d := range batch {
		if receipts[i].Duplicate {
			continue
		}
		switch data := d.Data.(type) {
		case ledgertest.Added:
			if refused := receipts[i].Err != nil; refused != (model[data.Counter]+data.By < 0) {
				rt.Fatalf("adding %d to %d: %v", data.By, model[data.Counter], receipts[i].Err)
			} else if !refused {
				model[data.Counter] += data.By
			}
		case ledgertest.Ended:
			delete(model, data.Counter)
		}
	}
}
