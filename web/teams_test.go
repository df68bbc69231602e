package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
)

// tags are what stands between the words of a page.
var tags = regexp.MustCompile(`<[^>]*>`)

// said is what a page says, in English and without its marks.
func (s *site) said(t *testing.T, path string) string {
	t.Helper()
	rec := s.get(at(path))
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, rec.Code)
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(rec.Body.String(), "")), " ")
}

// TestTeams: the page of the teams, and the board of a place that is handed over: who is there, who was, who comes.
func TestTeams(t *testing.T) {
	b := small(t)
	s := serve(b)
	if got := s.said(t, "teams?lang=en"); !strings.Contains(got, "No team has been written into the book yet") {
		t.Errorf("without a team: %s", got)
	}
	if got := s.get(at("places?lang=en")).Body.String(); strings.Contains(got, "/teams") {
		t.Error("a link to a page that is empty")
	}
	day := func(n int) string { return schedule.AddDays(ledgertest.FirstDay, n) }
	short := func(n int) string { return locale.For("en").ShortDay(day(n)) }
	team := func(code string) {
		t.Helper()
		ledgertest.Append(t, b, ledger.Draft{Kind: programme.KindTeam, Who: "org:o", Data: programme.Team{Code: code, Organisation: "o", Name: locale.Plain("en", "Team "+code)}})
	}
	for _, code := range []string{"A", "B", "C", "D"} {
		team(code)
	}
	first := programme.PostingRow{Team: "C", Place: "p", From: day(-100)}
	ledgertest.Append(t, b, programme.Post("org:o", programme.Posting{Team: "C", Place: "p", From: day(-100)}))
	for _, d := range programme.HandOver("org:o", first, "A", day(-55), day(-60)) {
		ledgertest.Append(t, b, d)
	}
	for _, d := range programme.HandOver("org:o", programme.PostingRow{Team: "A", Place: "p", From: day(-60)}, "B", day(9), day(5)) {
		ledgertest.Append(t, b, d)
	}
	board := s.said(t, "places/p?lang=en")
	last := 0
	for _, want := range []string{
		"Team A " + short(-60) + " to " + short(9) + " · here now, hands over to Team B on " + short(9),
		"Team B since " + short(5) + " · not here yet",
		"Team C " + short(-100) + " to " + short(-55) + " · no longer here, handed over to Team A on " + short(-55),
	} {
		at := strings.Index(board, want)
		if at < last {
			t.Errorf("the board does not say, or not in this order: %s\n%s", want, board)
		}
		last = max(last, at)
	}
	teams := s.said(t, "teams?lang=en")
	for _, want := range []string{"2 of 4 teams have taken up a posting.", "1 of 1 villages have a team.", "Team AO+place " + short(-60) + " to " + short(9),
		"Team BO+place since " + short(5), "Team COnowhere now; its last posting ended on " + short(-55), "Team DOnot posted yet"} {
		if !strings.Contains(teams, want) {
			t.Errorf("the page of teams does not say: %s\n%s", want, teams)
		}
	}
	if got := s.said(t, "places?lang=en"); !strings.Contains(got, "4 teams, and where they are") {
		t.Errorf("the page of places: %s", got)
	}

	for i := range 97 {
		team(fmt.Sprint("x", i))
	}
	if one, two := s.said(t, "teams?lang=en"), s.said(t, "teams?lang=en&page=2"); !strings.Contains(one, "page 1 of 2") || strings.Contains(one, "Team x96") || !strings.Contains(two, "Team x96") {
		t.Errorf("101 teams are not on two pages:\n%s\n%s", one, two)
	}
	for query, want := range map[string]int{"page=1": 200, "page=3": 404, "page=0": 400, "page=x": 400, "team=A": 400, "page=1&page=2": 400} {
		if rec := s.get(at("teams?" + query)); rec.Code != want {
			t.Errorf("teams?%s: %d, should be %d", query, rec.Code, want)
		}
	}
}
