package figures

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"kept/programme"
	"kept/schedule"
)

// TeamsPerPage is how many teams one page of the teams lists.
const TeamsPerPage = 100

// byDay is the day that a figure is asked for, or the programme's.
func (at *At) byDay(a args, key string) (string, error) {
	day := a.get(key)
	if day != "" && !schedule.ValidDay(day) {
		return "", fmt.Errorf("%q is no day", day)
	}
	return cmp.Or(day, at.Day), nil // an empty book has no day yet
}

// teamsInPlace counts the teams that were posted somewhere by a day, as far as the book knew on its own day.
func teamsInPlace(at *At, a args) (string, error) {
	q, err := at.posted(a)
	if err != nil {
		return "", err
	}
	return at.number("SELECT count(DISTINCT x.team) FROM posting AS x WHERE "+q.all(), q.args...)
}

// posted has the conditions on a posting x that begins by a day.
func (at *At) posted(a args) (*query, error) {
	by, err := at.byDay(a, "by")
	q := &query{}
	q.and("x.from_day <= %s AND x.recorded <= %s", by, at.Day)
	q.inPlaces("x.place", a.scope())
	return q, err
}

// served is the condition that a posting, named x, serves its place on a day.
func served(q *query, day, recorded string) string {
	d := q.arg(day)
	return "x.from_day <= " + d + " AND (x.until_day = '' OR x.until_day >= " + d + ") AND x.recorded <= " + q.arg(recorded)
}

// villagesWithTeam counts the villages that a team serves on a day.
func villagesWithTeam(at *At, a args) (string, error) {
	q, err := at.serving(a)
	if err != nil {
		return "", err
	}
	return at.number("SELECT count(DISTINCT x.place) FROM "+villagesServed+q.all(), q.args...)
}

// villagesServed are postings x to villages.
const villagesServed = "posting AS x JOIN place AS l ON l.code = x.place WHERE l.level = 'village' AND "

// serving has the conditions on a posting x that serves its place on a day.
func (at *At) serving(a args) (*query, error) {
	day, err := at.byDay(a, "day")
	q := &query{}
	q.where = append(q.where, served(q, day, at.Day))
	q.inPlaces("x.place", a.scope())
	return q, err
}

// Team is a team with where it is.
type Team struct {
	programme.TeamRow
	Sender programme.OrganisationRow
	Here   []Service // on the day
	Coming []Service // posted, and not there yet
	Left   string    // the last day of its last posting, if it is nowhere and not coming
}

// Service is a team's postings of the same days.
type Service struct {
	From, Until string
	Places      []programme.PlaceRow
}

// Teams lists teams with where they are on the day, by who sends them; at most so many, from a place on.
func (at *At) Teams(from, most int) ([]Team, error) {
	rows, err := programme.Teams.Select(at.Tx, "JOIN organisation AS o ON o.code = v.organisation ORDER BY o.seq, v.seq LIMIT $1 OFFSET $2", int64(most), int64(from))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]Team, len(rows))
	byCode := map[string]*Team{}
	var senders [][]any
	q := &query{}
	var in []string
	for i, row := range rows {
		out[i].TeamRow = row
		byCode[row.Code] = &out[i]
		senders = append(senders, []any{row.Organisation})
		in = append(in, q.arg(row.Code))
	}
	organisations, err := programme.Organisations.Load(at.Tx, unique(senders))
	if err != nil {
		return nil, err
	}
	for i := range out {
		at := slices.IndexFunc(organisations, func(o programme.OrganisationRow) bool { return o.Code == out[i].Organisation })
		out[i].Sender = organisations[at] // a team's sender is in the book before it
	}
	postings, err := programme.Postings.Select(at.Tx, "WHERE v.recorded <= "+q.arg(at.Day)+" AND v.team IN ("+strings.Join(in, ", ")+") ORDER BY v.from_day, v.until_day, v.seq", q.args...)
	if err != nil {
		return nil, err
	}
	return out, at.addServices(byCode, postings)
}

// addServices puts postings that are not over, or the day on which the last was, to their teams.
func (at *At) addServices(byCode map[string]*Team, postings []programme.PostingRow) error {
	var keys [][]any
	for _, x := range postings {
		if x.Until == "" || x.Until >= at.Day {
			keys = append(keys, []any{x.Place})
		}
	}
	places, err := programme.Places.Load(at.Tx, unique(keys))
	if err != nil {
		return err
	}
	rows := map[string]programme.PlaceRow{}
	for _, p := range places {
		rows[p.Code] = p
	}
	for _, x := range postings {
		t := byCode[x.Team]
		switch {
		case x.Until != "" && x.Until < at.Day:
			t.Left = max(t.Left, x.Until)
		case x.From <= at.Day:
			t.Here = serving(t.Here, x, rows[x.Place])
		default:
			t.Coming = serving(t.Coming, x, rows[x.Place])
		}
	}
	for _, t := range byCode {
		if len(t.Here)+len(t.Coming) > 0 {
			t.Left = ""
		}
	}
	return nil
}

// serving adds a place to the postings of the same days.
func serving(list []Service, x programme.PostingRow, p programme.PlaceRow) []Service {
	i := slices.IndexFunc(list, func(s Service) bool { return s.From == x.From && s.Until == x.Until })
	if i < 0 {
		list, i = append(list, Service{From: x.From, Until: x.Until}), len(list)
	}
	list[i].Places = append(list[i].Places, p)
	return list
}

// unique leaves each key of one or two columns once.
func unique(keys [][]any) [][]any {
	seen := map[[2]any]bool{}
	return slices.DeleteFunc(keys, func(k []any) bool {
		both := [2]any{k[0], k[len(k)-1]}
		was := seen[both]
		seen[both] = true
		return was
	})
}
