package safety_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/audit"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store/storetest"
)

// TestS7VerifyFindsAShortenedBook: whoever owns the server and its key can write a shorter, or another, book in which every
// hash and signature is right. Who looked before finds it, and both signed notes are kept.
func TestS7VerifyFindsAShortenedBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		drafts := []ledger.Draft{ledgertest.Add("a", 1), ledgertest.Add("b", 2), ledgertest.Add("c", 3), ledgertest.Add("d", 4)}
		book := func(drafts ...ledger.Draft) *ledger.Book {
			b := ledgertest.Create(t, e.New(t), ledger.Options{}, ledgertest.Toy())
			ledgertest.Append(t, b, drafts...)
			ledgertest.Check(t, b) // by itself it is whole
			return b
		}
		whole := book(drafts...)
		forged := append([]ledger.Draft{ledgertest.Add("a", 9)}, drafts[1:]...)
		key, err := ledger.NewKey("kept/toy/test", bytes.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		other, err := ledger.Create(t.Context(), e.New(t), ledger.NewRules(ledgertest.Toy()), key, ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { other.Close() })
		ledgertest.Append(t, other, drafts...)

		for name, test := range map[string]struct {
			now *ledger.Book
			why string
		}{
			"rolled back":             {book(drafts[:2]...), "it has 3 entries, but 5 were signed before"},
			"the same size, another":  {book(forged...), "its first 5 entries have the root"},
			"longer, with other past": {book(append(forged, ledgertest.Add("e", 5))...), "its first 5 entries have the root"},
			"another key":             {other, "another key"},
		} {
			t.Run(name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "seen", "toy")
				if seen, err := audit.Compare(t.Context(), whole, file); err != nil || !seen.First {
					t.Fatalf("the first visit: %+v, %v", seen, err)
				}
				before, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for range 2 { // it is found at every visit, not only at the first
					_, err := audit.Compare(t.Context(), test.now, file)
					var broken *audit.Broken
					if !errors.As(err, &broken) || !strings.Contains(broken.Why, test.why) {
						t.Fatalf("found: %v", err)
					}
					kept, err := os.ReadFile(broken.Old)
					if err != nil || !bytes.Equal(kept, before) {
						t.Errorf("what was seen before is not kept: %v", err)
					}
					now, err := os.ReadFile(broken.New)
					if err != nil || bytes.Equal(now, before) || !strings.Contains(string(now), test.now.Key.Verifier+"\n\n") {
						t.Errorf("what is seen now is not kept: %v", err)
					}
				}
				if seen, err := audit.Compare(t.Context(), whole, file); err != nil || seen.Before.Size != 5 {
					t.Errorf("the true book afterwards: %+v, %v", seen, err)
				}
			})
		}
	})
}
