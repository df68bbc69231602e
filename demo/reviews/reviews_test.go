package reviews_test

import (
	"context"
	"testing"

	"kept/demo"
	"kept/demo/reviews"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/voice"
)

func rules() *ledger.Rules {
	return ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject)
}

func write(t *testing.T, today string) *ledger.Book {
	t.Helper()
	dir := t.TempDir()
	location, err := store.At(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := demo.Create(t.Context(), location, rules(), "", today, reviews.Of(today)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Close()
		b.DB.Close()
	})
	return b
}

func head(t *testing.T, b *ledger.Book) (h ledger.Head) {
	t.Helper()
	err := b.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		h, err = ledger.ReadHead(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestAnyDay: whatever day it is, there are two reviews, and they are what the entries say.
func TestAnyDay(t *testing.T) {
	for _, today := range []string{"2026-11-24", "2026-03-01", "2026-01-02", "2028-02-29"} {
		t.Run(today, func(t *testing.T) {
			b := write(t, today)
			ledgertest.Check(t, b)
			err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
				checked, others, err := review.CheckAll(t.Context(), tx, b.Rules, 1_000_000, nil)
				if err != nil || len(checked) != 2 || others != 0 {
					t.Errorf("%d reviews, %d others, %v", len(checked), others, err)
					return err
				}
				one, two := checked[0], checked[1]
				if one.To >= two.From || one.Size >= two.Size || two.Texts != 9 || one.Texts != 3 || two.Seq != two.Size {
					t.Errorf("%+v\n%+v", one, two)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSameDaySameRoot: the same day gives the same bytes, and writing it again changes nothing.
func TestSameDaySameRoot(t *testing.T) {
	const today = "2026-11-24"
	a, b := write(t, today), write(t, today)
	root := head(t, a).Root()
	if other := head(t, b).Root(); other != root {
		t.Errorf("roots %s and %s", root, other)
	}
	clock := &demo.Clock{}
	if err := demo.Write(t.Context(), b, clock, today, reviews.Of(today)...); err != nil || head(t, b).Root() != root {
		t.Errorf("written again: root %s, %v", head(t, b).Root(), err)
	}
}
