package promise

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

func TestSay(t *testing.T) {
	const today = "2026-06-15"
	disputed := Village{Says: PartlyKept, DisputedBefore: true}
	tests := []struct {
		name    string
		row     Row
		village Village
		want    Said
	}{
		{"nothing happened", Row{}, Village{Says: NotAsked}, Said{Team: Open, Village: Village{Says: NotAsked}}},
		{"not due yet", Row{OpenDue: "2026-06-16"}, Village{}, Said{Team: Open}},
		{"due today is in time", Row{OpenDue: today}, Village{}, Said{Team: Open}},
		{"due yesterday", Row{OpenDue: "2026-06-14"}, Village{}, Said{Team: Overdue, OverdueDays: 1}},
		{"overdue is said before under way", Row{OpenDue: "2026-05-16", Begun: 1}, Village{}, Said{Team: Overdue, OverdueDays: 30}},
		{"begun", Row{OpenDue: "2026-07-01", Begun: 1}, Village{}, Said{Team: UnderWay}},
		{"begun, with no day", Row{Begun: 1}, Village{}, Said{Team: UnderWay}},
		{"done in time", Row{Done: "2026-06-01", FirstDue: "2026-06-01", Begun: 1}, Village{Says: NotAsked}, Said{Team: ReportedDone, Village: Village{Says: NotAsked}}},
		{"done late", Row{Done: "2026-06-03", FirstDue: "2026-06-01"}, Village{Says: Kept}, Said{Team: ReportedDone, LateDays: 2, Village: Village{Says: Kept}}},
		{"done late against the first day, in time against the present one", Row{Done: "2026-06-03", FirstDue: "2026-06-01", Due: "2026-06-30"}, Village{},
			Said{Team: ReportedDone, LateDays: 2}},
		{"done, with no day", Row{Done: "2026-06-03"}, Village{}, Said{Team: ReportedDone}},
		{"what was read from a source is not late", Row{Done: "2026-06-03", FirstDue: "2020-06-01", Source: "XM-1"}, Village{}, Said{Team: ReportedDone}},
		{"done of a schedule with a day open", Row{Done: "2026-06-03", OpenDue: "2026-06-02", Plan: Schedule}, Village{}, Said{Team: ReportedDone}},
		{"unasked for 89 days", Row{Done: schedule.AddDays(today, -AskWithin+1)}, Village{Says: NotAsked}, Said{Team: ReportedDone, Village: Village{Says: NotAsked}}},
		{"unasked for 90 days", Row{Done: schedule.AddDays(today, -AskWithin)}, Village{Says: NotAsked},
			Said{Team: ReportedDone, UnaskedDays: AskWithin, Village: Village{Says: NotAsked}}},
		{"asked in the end", Row{Done: "2026-01-01"}, Village{Says: TooFew}, Said{Team: ReportedDone, Village: Village{Says: TooFew}}},
		{"unasked counts only what was reported done", Row{Begun: 1, Reported: "2026-01-01"}, Village{Says: NotAsked}, Said{Team: UnderWay, Village: Village{Says: NotAsked}}},
		{"withdrawn is said first", Row{Withdrawn: "2026-06-01", Done: "2026-05-01", OpenDue: "2026-01-01"}, disputed, Said{Team: Withdrawn, Village: disputed}},
		{"marks", Row{Amended: 3, Lowered: 2, Later: 1, State: StateSuspended}, Village{}, Said{Team: Open, Amended: 3, Lowered: true, MadeLater: true, Suspended: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Say(&test.row, today, test.village)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

var somedays = []string{"", "2026-01-31", "2026-03-01", "2026-03-02", "2026-12-31"}

// facts makes any promise row as far as a standing looks at it.
func facts(t *rapid.T) Row {
	day := func(name string) string { return rapid.SampledFrom(somedays).Draw(t, name) }
	return Row{Plan: rapid.SampledFrom([]string{Once, Schedule}).Draw(t, "plan"), Due: day("due"), FirstDue: day("first due"), OpenDue: day("open due"),
		Begun: rapid.Int64Range(0, 1).Draw(t, "begun"), Done: day("done"), Withdrawn: day("withdrawn"), Reported: day("reported"),
		State:   rapid.SampledFrom(append([]string{""}, States...)).Draw(t, "state"),
		Reports: rapid.Int64Range(0, 3).Draw(t, "reports"), Held: rapid.Int64Range(0, 3).Draw(t, "held"), Total: rapid.Int64Range(0, 3).Draw(t, "total"),
		Amended: rapid.Int64Range(0, 2).Draw(t, "amended"), Lowered: rapid.Int64Range(0, 2).Draw(t, "lowered"), Later: rapid.Int64Range(0, 2).Draw(t, "later"),
		Source: rapid.SampledFrom([]string{"", "XM-1"}).Draw(t, "source")}
}

// plainStanding is the rule of the design, once more: the first that holds.
func plainStanding(p *Row, today string) Standing {
	if p.Withdrawn != "" {
		return Withdrawn
	}
	if p.Done != "" {
		return ReportedDone
	}
	if p.OpenDue != "" && schedule.DaysBetween(p.OpenDue, today) > 0 {
		return Overdue
	}
	if p.Begun != 0 {
		return UnderWay
	}
	return Open
}

// TestS8StandingOverAllVerdicts: neither side of what is said of a promise ever moves the other. The team's word, whatever
// it is, yields no verdict of the village; only the village's own does.
func TestS8StandingOverAllVerdicts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := facts(t)
		today := rapid.SampledFrom(somedays[1:]).Draw(t, "today")
		want := plainStanding(&row, today)
		for _, verdict := range Verdicts {
			for _, before := range []bool{false, true} {
				village := Village{verdict, before}
				said := Say(&row, today, village)
				if said.Team != want {
					t.Fatalf("with %+v the team says %s, the facts say %s", village, said.Team, want)
				}
				if said.Village != village {
					t.Fatalf("the village said %+v, shown is %+v", village, said.Village)
				}
				if said.UnaskedDays > 0 && (verdict != NotAsked || said.Team != ReportedDone) {
					t.Fatalf("%d days unasked, but the village says %s and the team %s", said.UnaskedDays, verdict, said.Team)
				}
				said.Village, said.UnaskedDays = Village{}, 0
				alone := Say(&row, today, Village{})
				if alone.UnaskedDays = 0; said != alone {
					t.Fatalf("with %+v: %+v, without: %+v", village, said, alone)
				}
			}
		}
	})
	for _, s := range Standings {
		if slices.Contains(Verdicts, Verdict(s)) {
			t.Errorf("%q can be said by both sides", s)
		}
	}
}

// TestStandingSQL: what SQL says of a promise is what Go says of it, on both engines.
func TestStandingSQL(t *testing.T) {
	const most = 400
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		var rows []Row
		var values [][]any
		seen := map[Standing]int{}
		gen := rapid.Custom(facts)
		for i := range most {
			row := gen.Example(i)
			row.Seq, row.Number = int64(i), int64(i)
			rows, values = append(rows, row), append(values, valuesOf(&row))
		}
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Make(View.Table()); err != nil {
				return err
			}
			return tx.Insert(View.Table(), values)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			for _, today := range somedays[1:] {
				var seq int64
				var got string
				err := tx.Each([]any{&seq, &got}, func() error {
					want := Say(&rows[seq], today, Village{}).Team
					seen[want]++
					if Standing(got) != want {
						t.Errorf("on %s SQL says %s, Go %s of %+v", today, got, want, rows[seq])
					}
					return nil
				}, "SELECT p.seq, "+StandingSQL("$1")+" FROM promise AS p ORDER BY p.seq", today)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) != len(Standings) {
			t.Errorf("the rows have only the standings %v", seen)
		}
	})
}

func valuesOf(row *Row) (out []any) {
	for _, p := range View.Into(row) {
		out = append(out, reflect.ValueOf(p).Elem().Interface())
	}
	return out
}
