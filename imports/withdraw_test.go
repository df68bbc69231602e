package imports_test

import (
	"slices"
	"strconv"
	"testing"

	"kept/imports"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// TestWithdraw takes back the import that opened the book, and then the file says nothing any more.
func TestWithdraw(t *testing.T) {
	each(t, func(s *shelf) {
		r := s.read(first)
		s.withdraw("import-withdrawal 1 payment-withdrawal 6 withdrawal 2", strconv.FormatInt(r.ImportEntry, 10))
		s.withdraw("", r.Import)
		for _, p := range rows(s, promise.View, "") {
			if p.Withdrawn == "" {
				t.Errorf("promise %d stands", p.Number)
			}
		}
		for _, m := range rows(s, promise.Sums, "WHERE v.type NOT IN ('promised', 'first-promised')") {
			if m.Minor != 0 {
				t.Errorf("money %+v is left", m)
			}
		}
		wells := s.one("XX-V-1")
		s.look(func(tx *store.Tx) error {
			said, err := ledger.TextsOf(tx, promise.FieldReason, wells.Ended)
			same(t, "languages of the reason", len(said[wells.Ended]), 3)
			return err
		})
		again := s.read("")
		same(t, "again", []any{again.Withdrawn, again.Exit(), codes(again)}, []any{true, imports.ExitNothing, []string{imports.CodeWithdrawn}})

		// A corrected file may promise the same activities; they are new promises.
		s.read("amendment 1 import 1 payment 6 promise 3 report 2 withdrawal 1", ">400000.25<", ">400000.75<")
		if now := s.one("XX-V-1"); now.Number == wells.Number || now.Withdrawn != "" {
			t.Errorf("the wells: %+v", now)
		}
	})
}

// TestWithdrawLater takes back a later import: terms, money and state are as they were before it.
func TestWithdrawLater(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		before := s.terms("XX-V-1")[1]
		change := []string{`<target value="8"/>`, `<target value="6"/>`, ">1000000.00<", ">900000.00<", `<activity-status code="2"/>`, `<activity-status code="3"/>`, `<actual value="0"/>`, `<actual value="1"/>`}
		r := s.read("amendment 1 import 1 payment 1 payment-withdrawal 1 report 1", change...)
		back := s.withdraw("amendment 1 import-withdrawal 1 payment 1 payment-withdrawal 1 report 1", r.Import)
		same(t, "findings", codes(back), []string(nil))
		s.withdraw("", r.Import)
		now := s.terms("XX-V-1")
		same(t, "terms", now[len(now)-1], before)
		wells := s.one("XX-V-1")
		same(t, "state", []string{wells.State, wells.Done, wells.Withdrawn}, []string{"under-way", "", ""})
		sum := rows(s, promise.Sums, "WHERE v.promise = $1 AND v.type = 'committed'", wells.Seq)
		same(t, "committed", sum[0].Minor, int64(100000000))
		if r := s.read("", change...); !r.Withdrawn {
			t.Error("the file of the withdrawn import was read again")
		}
		same(t, "read", rows(s, promise.Targets, "WHERE v.from_day = '2024-01-01'")[0].Reading, "0")
		s.read("") // the file before that is the last that stands
	})
}

// TestWithdrawFirstWords takes back an import that said of a promise what nobody had said before it: that stays, listed.
func TestWithdrawFirstWords(t *testing.T) {
	each(t, func(s *shelf) {
		s.read("alias 1 amendment 1 import 1 organisation 2 payment 6 place 3 programme 1 promise 3 report 1 task 2 withdrawal 1",
			`<activity-status code="2"/>`, "", `<actual value="0"/>`, "", `<actual value="0.00"/>`, "")
		r := s.read("import 1 report 1")
		back := s.withdraw("import-withdrawal 1", r.Import)
		same(t, "findings", codes(back), []string{imports.CodeStateStays, imports.CodeReadingStays})
	})
}

// TestWithdrawAmendedSince leaves terms that were changed again after the import.
func TestWithdrawAmendedSince(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		r := s.read("amendment 1 import 1", `<target value="8"/>`, `<target value="6"/>`)
		s.read("amendment 1 import 1", `<target value="8"/>`, `<target value="7"/>`)
		back := s.withdraw("import-withdrawal 1", r.Import)
		same(t, "findings", codes(back), []string{imports.CodeAmendedSince})
	})
}

// TestOfficeStays keeps what an office changed in the book, until the publisher changes the same promise.
func TestOfficeStays(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		wells, terms := s.one("XX-V-1"), s.terms("XX-V-1")[1]
		terms.Office = "XX-V"
		receipts, err := s.book.Append(t.Context(), ledger.Draft{Kind: promise.KindAmendment, Who: "org:XX-V", About: wells.ID, Data: promise.Amendment{Version: 2, Terms: terms}})
		if err != nil || receipts[0].Err != nil {
			t.Fatal(err, receipts)
		}
		s.read("")
		r := s.read("amendment 1 import 1", `<target value="8"/>`, `<target value="6"/>`)
		if !slices.Contains(codes(r), imports.CodeOverOffice) {
			t.Errorf("findings %v", codes(r))
		}
		same(t, "the office still answers", s.one("XX-V-1").Office, "XX-V")
	})
}

func TestWithdrawNothing(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		for _, entry := range []string{"0", "999", "", "x"} {
			if _, err := imports.Withdraw(t.Context(), s.book, entry, imports.Options{}); err == nil {
				t.Errorf("entry %q was withdrawn", entry)
			}
		}
		same(t, "imports", len(rows(s, programme.Imports, "WHERE v.withdrawn <> 0")), 0)
	})
}
