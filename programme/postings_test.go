package programme_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

func rowsOf[T any](t testing.TB, b *ledger.Book, v *ledger.View[T], rest string) (rows []T) {
	t.Helper()
	err := b.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		rows, err = v.Select(tx, rest)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestHandOver: one team leaves a place to another, they serve it together for a week, and the day is put off later.
func TestHandOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := open(t, e)
		furnish(t, b)
		ledgertest.Append(t, b, post("2026-07-01", ""))
		find := func(team, from string) programme.PostingRow {
			t.Helper()
			for _, row := range rowsOf(t, b, programme.Postings, "WHERE v.place = 'ford'") {
				if row.Team == team && row.From == from {
					return row
				}
			}
			t.Fatalf("%s is not posted from %s", team, from)
			return programme.PostingRow{}
		}
		leaving := find("team", "2026-07-01")
		both := programme.HandOver("org:office", leaving, "second", "2026-09-30", "2026-09-24")
		receipts := ledgertest.Append(t, b, both[:]...)
		got := find("team", "2026-07-01")
		if got.Until != "2026-09-30" || got.To != "second" || got.Ended != receipts[1].Seq || got.Seq != leaving.Seq {
			t.Errorf("handed over: %+v", got)
		}
		if next := find("second", "2026-09-24"); next.Until != "" || next.Recorded != ledgertest.FirstDay || next.Ended != 0 {
			t.Errorf("taken over: %+v", next)
		}
		ledgertest.Append(t, b, programme.EndPosting("org:office", got, "2026-10-31"))
		if got = find("team", "2026-07-01"); got.Until != "2026-10-31" || got.To != "" {
			t.Errorf("put off: %+v", got)
		}
		// What it served before cannot reach into what it served after.
		ledgertest.Refused(t, b, "posting.twice", programme.EndPosting("org:office", find("team", "2026-01-01"), "2026-07-01"))
		ledgertest.Append(t, b, programme.EndPosting("org:office", find("team", "2026-01-01"), "2026-06-29"))
		ledgertest.Check(t, b)
	})
}

// TestPostings posts a team to a place and moves its ends at random: an entry is refused if and only if a day would be
// served twice, and every row is what the entries say.
func TestPostings(t *testing.T) {
	e := storetest.Engines()[0]
	rapid.Check(t, func(rt *rapid.T) {
		b := open(t, e)
		furnish(t, b)
		type span struct{ from, until string }
		var served []span
		overlaps := func(a, b span) bool {
			return (a.until == "" || b.from <= a.until) && (b.until == "" || a.from <= b.until)
		}
		day := func(n int) string { return schedule.AddDays("2027-01-01", n) }
		length := rapid.SampledFrom([]int{0, 1, 3, 9, -1})
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			s := span{from: day(rapid.IntRange(0, 30).Draw(rt, "from"))}
			n := length.Draw(rt, "days")
			if n >= 0 {
				s.until = schedule.AddDays(s.from, n)
			}
			draft, at, want := ledger.Draft{}, -1, ""
			if len(served) > 0 && rapid.Bool().Draw(rt, "end") {
				at = rapid.IntRange(0, len(served)-1).Draw(rt, "which")
				s = span{served[at].from, schedule.AddDays(served[at].from, max(n, 0))}
				draft = by(programme.KindPostingEnd, programme.PostingEnd{Team: "second", Place: "bridge", From: s.from, Until: s.until})
				if s == served[at] {
					want = "posting.nothing"
				}
			} else {
				draft = programme.Post("org:office", programme.Posting{Team: "second", Place: "bridge", From: s.from, Until: s.until})
			}
			for i, other := range served {
				if i == at || want == "posting.nothing" || !overlaps(s, other) {
					continue
				}
				want = "posting.twice"
			}
			receipts, err := b.Append(t.Context(), draft)
			if err != nil {
				rt.Fatal(err)
			}
			code := ""
			if refused := ledger.Refused(receipts[0].Err); refused != nil {
				code = refused.Code
			}
			if code == "posting.twice-open" {
				code = "posting.twice"
			}
			if code != want {
				rt.Fatalf("%+v beside %+v: refused with %q, should be with %q", s, served, code, want)
			}
			switch {
			case want != "":
			case at >= 0:
				served[at] = s
			default:
				served = append(served, s)
			}
		}
		slices.SortFunc(served, func(a, b span) int { return cmp.Compare(a.from, b.from) })
		var rows []string
		last := ""
		for _, row := range rowsOf(t, b, programme.Postings, "WHERE v.team = 'second' ORDER BY v.from_day") {
			rows = append(rows, fmt.Sprintf("%s %s after %s", row.From, row.Until, row.Before))
		}
		var want []string
		for _, s := range served {
			want = append(want, fmt.Sprintf("%s %s after %s", s.from, s.until, last))
			last = s.from
		}
		if d := diff.Diff(want, rows); d != "" {
			rt.Errorf("the postings (-want +got):\n%s", d)
		}
		if l := rowsOf(t, b, programme.LastPostings, "WHERE v.team = 'second'"); last != "" && (len(l) != 1 || l[0].From != last) {
			rt.Errorf("the last posting is %+v, should begin %s", l, last)
		}
		ledgertest.Check(t, b)
	})
}
