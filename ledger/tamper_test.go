package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// tamperable is a book with something in every table.
func tamperable(t *testing.T, db store.DB, more int) *ledger.Book {
	b := ledgertest.Create(t, db, ledger.Options{}, ledgertest.Toy())
	note := ledgertest.WithPicture(ledgertest.Note("wells", "", "dry", "قۇرۇق"), ledgertest.PNG)
	gone := ledgertest.Note("wells", note.ID, "gone", "يوق")
	ledgertest.Append(t, b, ledgertest.Add("wells", 2), ledgertest.Add("roads", 1), note, gone, ledgertest.Erase(gone.ID, "words/ug"))
	drafts := make([]ledger.Draft, more)
	for i := range drafts {
		drafts[i] = ledgertest.Add(fmt.Sprint("c", i%3), 1)
	}
	ledgertest.Append(t, b, drafts...)
	ledgertest.Check(t, b)
	return b
}

// underRace says that the race detector is on, under which all takes many times as long.
var underRace bool

// TestTamperEveryByte changes every stored byte of a small book, and samples of one that has stored hashes. (On PostgreSQL
// and under the race detector every byte only with KEPT_TRIAL=1.)
func TestTamperEveryByte(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, c := range []struct{ more, sample, hold int }{{0, 0, 0}, {255, 2, 0}, {0, 2, 3}} {
			if (e.Kind == store.PostgreSQL || underRace) && c.sample == 0 && os.Getenv("KEPT_TRIAL") == "" {
				c.sample = 4 // each change costs round trips there, and Check is the same
			}
			if underRace && c.more > 0 {
				c.sample = 1
			}
			t.Run(fmt.Sprintf("%d more entries, %d rows held", c.more, c.hold), func(t *testing.T) {
				db := e.New(t)
				b := tamperable(t, db, c.more)
				if c.hold > 0 { // the rest goes aside
					b.Rules.HoldAtMost(c.hold)
				}
				t.Log(ledgertest.FlipEverything(t, db, b, c.sample, "epoch"), "changes, all found")
				ledgertest.Check(t, b)
			})
		}
	})
}

// TestTamperRows removes and adds whole rows.
func TestTamperRows(t *testing.T) {
	cases := map[string]string{
		"DELETE FROM entry WHERE seq = 3":                         "entry 3",
		"DELETE FROM entry WHERE seq = 0":                         "entry 0",
		"DELETE FROM node":                                        "hash 0 of level 8",
		"DELETE FROM text WHERE field = 'words/en' AND entry = 3": "text words/en of entry 3",
		"DELETE FROM picture":                                     "picture " + ledger.HashBytes(ledgertest.PNG),
		"DELETE FROM toy_counter WHERE counter = 'roads'":         "row [roads] of view toy_counter",
		"DELETE FROM toy_note":                                    "row [wells 3] of view toy_note",
		"DELETE FROM erased":                                      "row [4 words/ug] of view erased",
		"DELETE FROM day":                                         "row [2026-03-02] of view day",
		"DELETE FROM head":                                        "the head of the book",
		"INSERT INTO text SELECT entry + 1000, field, salt, body, erased FROM text":                              "text words/en of entry 1003",
		"INSERT INTO node SELECT level, n + 1, hash FROM node":                                                   "hash 1 of level 8",
		"INSERT INTO toy_counter SELECT 'more', total, last, day, mark FROM toy_counter WHERE counter = 'roads'": "row [more] of view toy_counter",
		"UPDATE text SET body = '', erased = 1 WHERE entry = 3 AND field = 'words/en'":                           "text words/en of entry 3",
		"UPDATE secret SET value = REPLACE(value, '07', '08')":                                                   "the book's signing key",
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		b := tamperable(t, db, 255)
		for statement, want := range cases {
			t.Run(want, func(t *testing.T) {
				ledgertest.Undone(t, db, func(tx *store.Tx) error {
					for _, s := range append(ledgertest.DropTriggers(e.Kind), statement) {
						if n, err := tx.Exec(s); err != nil || s == statement && n == 0 {
							return fmt.Errorf("%s: %d rows, %w", s, n, err)
						}
					}
					_, err := b.Check(tx, nil)
					var damage *ledger.Damage
					if !errors.As(err, &damage) || damage.What != want {
						t.Errorf("%s: Check says %v, should name %q", statement, err, want)
					}
					return nil
				})
			})
		}
	})
}
