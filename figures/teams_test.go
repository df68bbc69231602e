package figures_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/store/storetest"
)

// posted makes a book with four teams of two organisations. One is in three villages, one is handed over, one comes later, one
// was never posted.
func posted(t *testing.T, e storetest.Engine) *ledger.Book {
	t.Helper()
	clock := ledgertest.NewClock("2026-03-01")
	b := ledgertest.Create(t, e.New(t), ledger.Options{Today: clock.Today}, programme.Subject)
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	add := func(kind string, data any) {
		t.Helper()
		ledgertest.Append(t, b, ledger.Draft{Kind: kind, Who: "org:a", Data: data})
	}
	add(programme.KindProgramme, programme.Programme{Name: "valley", Title: w("V"), Goal: w("G"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}})
	add(programme.KindOrganisation, programme.Organisation{Code: "a", Name: w("A")})
	add(programme.KindOrganisation, programme.Organisation{Code: "b", Name: w("B")})
	add(programme.KindPlace, programme.Place{Code: "t", Level: "township", Name: w("T")})
	for _, v := range []string{"v1", "v2", "v3", "v4"} {
		add(programme.KindPlace, programme.Place{Code: v, Parent: "t", Level: "village", Name: w(v)})
	}
	add(programme.KindTeam, programme.Team{Code: "second", Organisation: "b", Name: w("Second")})
	for _, team := range []string{"first", "third", "idle"} {
		add(programme.KindTeam, programme.Team{Code: team, Organisation: "a", Name: w(team)})
	}
	for _, v := range []string{"v1", "v2", "t"} {
		add(programme.KindPosting, programme.Posting{Team: "first", Place: v, From: "2026-02-01"})
	}
	add(programme.KindPosting, programme.Posting{Team: "first", Place: "v3", From: "2026-02-01", Until: "2026-03-10"})
	add(programme.KindPosting, programme.Posting{Team: "third", Place: "v3", From: "2026-03-20"})
	clock.Set("2026-03-15")
	row := programme.PostingRow{Team: "first", Place: "v2", From: "2026-02-01"}
	for _, d := range programme.HandOver("org:a", row, "second", "2026-03-14", "2026-03-12") {
		ledgertest.Append(t, b, d)
	}
	return b
}

// TestTeams: who is in place, and which villages have a team, on several days. What was recorded later was not known before.
func TestTeams(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := posted(t, e)
		look(t, b, func(at *figures.At) {
			ask := func(day string, name figures.Name) string {
				t.Helper()
				then := *at
				then.Day = day
				value, err := figures.Ask(&then, name)
				if err != nil {
					t.Fatal(err)
				}
				return value
			}
			for _, test := range []struct {
				day  string
				name figures.Name
				want string
			}{
				{"2026-03-15", "teams-in-place", "2"},
				{"2026-03-15", "teams-in-place?by=2026-01-31", "0"},
				{"2026-03-15", "teams-in-place?by=2026-02-01", "1"},
				{"2026-03-15", "teams-in-place?by=2026-03-12", "2"},
				{"2026-03-15", "teams-in-place?by=2026-03-20", "3"},
				{"2026-03-15", "teams-in-place?by=2099-12-31", "3"},
				{"2026-03-14", "teams-in-place?by=2026-03-20", "2"}, // the hand-over was not in the book yet
				{"2026-02-28", "teams-in-place?by=2026-03-20", "0"}, // nothing was
				{"2026-03-15", "villages-with-team", "2"},
				{"2026-03-15", "villages-with-team?day=2026-02-01", "3"},
				{"2026-03-15", "villages-with-team?day=2026-03-11", "2"},
				{"2026-03-15", "villages-with-team?day=2026-03-20", "3"},
				{"2026-03-15", "villages-with-team?day=2026-01-31", "0"},
				{"2026-03-15", "teams", "4"},
			} {
				if got := ask(test.day, test.name); got != test.want {
					t.Errorf("%s on %s is %s, should be %s", test.name, test.day, got, test.want)
				}
			}
			for _, bad := range []figures.Name{"teams-in-place?by=today", "villages-with-team?day=2026-02-30", "teams-in-place?team=first"} {
				if got, err := figures.Ask(at, bad); err == nil {
					t.Errorf("%s is %s", bad, got)
				}
			}
			lines := func(from, most int) (out []string) {
				t.Helper()
				teams, err := at.Teams(from, most)
				if err != nil {
					t.Fatal(err)
				}
				for _, team := range teams {
					line := team.Code + " by " + team.Sender.Code + services("here", team.Here) + services("coming", team.Coming)
					if team.Left != "" {
						line += " left " + team.Left
					}
					out = append(out, line)
				}
				return out
			}
			want := []string{"first by a here[2026-02-01-: v1 t]", "third by a coming[2026-03-20-: v3]", "idle by a", "second by b here[2026-03-12-: v2]"}
			if diff := cmp.Diff(want, lines(0, 10)); diff != "" {
				t.Errorf("teams (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want[1:3], lines(1, 2)); diff != "" {
				t.Errorf("the second page (-want +got):\n%s", diff)
			}
			if got := lines(4, 2); got != nil {
				t.Errorf("behind the last: %q", got)
			}
			at.Day = "2026-04-01"
			if got := lines(1, 1)[0]; got != "third by a here[2026-03-20-: v3]" {
				t.Errorf("later: %s", got)
			}
		})
		ledgertest.Append(t, b, programme.EndPosting("org:b", programme.PostingRow{Team: "second", Place: "v2", From: "2026-03-12"}, "2026-03-13"))
		look(t, b, func(at *figures.At) {
			teams, err := at.Teams(3, 1)
			if err != nil || teams[0].Left != "2026-03-13" || len(teams[0].Here) > 0 {
				t.Errorf("gone: %+v %v", teams, err)
			}
		})
	})
}

func services(kind string, list []figures.Service) (out string) {
	for _, s := range list {
		var places []string
		for _, p := range s.Places {
			places = append(places, p.Code)
		}
		out += fmt.Sprintf(" %s[%s-%s: %s]", kind, s.From, s.Until, strings.Join(places, " "))
	}
	return out
}
