package ledger_test

import (
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

func days(t *testing.T, b *ledger.Book) (rows []ledger.DayRow) {
	read(t, b, func(tx *store.Tx) (err error) {
		rows, err = ledger.DayView.Select(tx, "ORDER BY v.day")
		return err
	})
	return rows
}

// TestDayMarks moves the clock. A day is marked once, before the first entry of it, and never backwards.
func TestDayMarks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := ledgertest.NewClock("2026-03-02")
		db := e.New(t)
		b := ledgertest.Create(t, db, ledger.Options{Today: clock.Today}, ledgertest.Toy())
		same(t, days(t, b), []ledger.DayRow(nil))
		recorded := func(want string) {
			t.Helper()
			ledgertest.Append(t, b, ledgertest.Add("wells", 1))
			row, _ := counter(t, b, "wells")
			same(t, row.Day, want)
			ledgertest.Check(t, b)
		}
		d := ledgertest.Add("wells", -5)
		ledgertest.Refused(t, b, "toy.below-zero", d) // nothing to append: no mark
		same(t, size(t, b), int64(0))
		recorded("2026-03-02")
		recorded("2026-03-02")
		clock.Set("2026-03-05")
		ledgertest.Refused(t, b, "toy.below-zero", d)
		if _, err := b.Append(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, size(t, b), int64(3))
		recorded("2026-03-05")
		clock.Set("2026-03-04") // a clock that jumps back
		recorded("2026-03-05")
		clock.Set("2027-01-01")
		if err := b.Mark(ctx); err != nil {
			t.Fatal(err)
		}
		if err := b.Mark(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, days(t, b), []ledger.DayRow{{Day: "2026-03-02", Seq: 0}, {Day: "2026-03-05", Seq: 3}, {Day: "2027-01-01", Seq: 6}})
		same(t, []any{head(t, b).Day, size(t, b)}, []any{"2027-01-01", int64(7)})
		recorded("2027-01-01")
		ledgertest.Refused(t, b, "day.not-later", ledger.Draft{Kind: ledger.KindDay, Who: "kept", Day: "2026-12-31", Data: ledger.DayMark{Day: "2026-12-31"}})
		ledgertest.Refused(t, b, "day.not-later", ledger.Draft{Kind: ledger.KindDay, Who: "org:toy", Day: "2027-06-01", Data: ledger.DayMark{Day: "2027-06-01"}})
		ledgertest.Refused(t, b, "day.not-later", ledger.Draft{Kind: ledger.KindDay, Who: "kept", Day: "2027-06-01", Data: ledger.DayMark{Day: "2027-07-01"}})
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		clock.Set("2027-01-02")
		b, err := ledger.Open(ctx, db, b.Rules, ledger.Options{Today: clock.Today})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		recorded("2027-01-02")
		clock.Set("2027-13-45") // a day that is none
		ledgertest.Refused(t, b, "entry.day", ledgertest.Add("wells", 1))
		if err := b.Mark(ctx); ledger.Refused(err) == nil {
			t.Errorf("marking an impossible day: %v", err)
		}
		clock.Set("2027-01-02")
		recorded("2027-01-02")
	})
}

// TestS7Erasure empties a text, and leaves the entry and its proof as they were.
func TestS7Erasure(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		secret := "a sentence that must go"
		note := ledgertest.Note("wells", "", secret, "ug words")
		r := ledgertest.Append(t, b, ledgertest.Add("wells", 1), note)
		var proof *ledger.Proof
		var body []byte
		prove := func() {
			t.Helper()
			read(t, b, func(tx *store.Tx) (err error) {
				if body, _, err = ledger.Body(tx, r[1].Seq); err != nil {
					return err
				}
				h, err := ledger.ReadHead(tx)
				if err != nil {
					return err
				}
				proof, err = b.Prove(tx, h, r[1].Seq)
				return err
			})
			if err := proof.Check(body); err != nil {
				t.Fatal(err)
			}
		}
		prove()
		before := string(body)
		erase := ledgertest.Erase(note.ID, "words/en")
		bad := erase
		bad.ID, bad.Data = ledger.NewID(), ledger.Erasure{Field: "words/en", Reason: "i-do-not-like-it"}
		ledgertest.Refused(t, b, "erasure.reason", bad)
		bad = ledgertest.Erase("", "words/en")
		ledgertest.Refused(t, b, "erasure.reason", bad)
		ledgertest.Append(t, b, erase)
		ledgertest.Check(t, b)
		ledgertest.Refused(t, b, "erasure.done-before", ledgertest.Erase(note.ID, "words/en"))
		read(t, b, func(tx *store.Tx) error {
			texts, err := ledger.TextsOf(tx, "words", r[1].Seq)
			same(t, texts[r[1].Seq]["en"], ledger.Said{Entry: r[1].Seq, Field: "words/en", Erased: true})
			same(t, texts[r[1].Seq]["ug"].Body, "ug words")
			return err
		})
		dump, err := ledgertest.Dump(b.DB, append(ledger.BookTables(), b.Rules.Tables()...)...)
		if err != nil {
			t.Fatal(err)
		}
		for table, rows := range dump {
			for _, row := range rows {
				if strings.Contains(row, secret) {
					t.Errorf("the text still stands in %s: %s", table, row)
				}
			}
		}
		prove()
		same(t, string(body), before)

		both := ledgertest.Note("wells", "", "gone at once") // written and erased in one batch
		ledgertest.Append(t, b, both, ledgertest.Erase(both.ID, "words/en"))
	})
}

// TestS7NothingIsChanged tries to change and delete what stands in the book, with the program's own rights.
func TestS7NothingIsChanged(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		drafts := []ledger.Draft{ledgertest.Add("wells", 1), ledgertest.Note("wells", "", "words")}
		for range 300 { // so that there is a stored hash
			drafts = append(drafts, ledgertest.Add("wells", 1))
		}
		ledgertest.Append(t, b, drafts...)
		for _, statement := range []string{
			"UPDATE entry SET body = body WHERE seq = 1",
			"UPDATE entry SET leaf = leaf",
			"DELETE FROM entry WHERE seq = 3",
			"UPDATE node SET hash = hash",
			"DELETE FROM node",
			"UPDATE text SET body = 'other words'",
			"UPDATE text SET body = '', erased = 1", // and keeps the salt
			"UPDATE text SET erased = 0",
			"DELETE FROM text",
		} {
			err := b.DB.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(statement); return err })
			if err == nil || !strings.Contains(err.Error(), "never") && !strings.Contains(err.Error(), "only erased") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}
