package figures_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kept/figures"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// model is a whole book, for counting in the plainest way.
type model struct {
	promises []promise.Row
	made     map[int64][]string // places, by promise
	above    map[string]string  // the place that a place lies in
	reports  []promise.ReportRow
	teams    map[string]programme.TeamRow
	postings []programme.PostingRow
	days     map[int64][]string // of occurrences with nothing reported, by promise
	targets  map[int64][]string // and target periods
	worse    map[int64][]string // and amendments that lowered it or made it later
	owed     []voice.OwedRow
	unasked  map[int64]bool // promises that are owed a round
	day      string
}

func newModel(t *testing.T, at *figures.At) *model {
	t.Helper()
	m := &model{made: map[int64][]string{}, above: map[string]string{}, teams: map[string]programme.TeamRow{}, days: map[int64][]string{}, targets: map[int64][]string{},
		worse: map[int64][]string{}, day: at.Day}
	m.promises = rowsOf(t, at, promise.View, "ORDER BY v.seq")
	m.reports = rowsOf(t, at, promise.Reports, "ORDER BY v.seq")
	m.postings = rowsOf(t, at, programme.Postings, "")
	m.unasked = map[int64]bool{}
	v, err := voice.Read(at.Tx, at.Day)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.promises {
		villages, err := voice.VillagesOf(at.Tx, p.Seq)
		if err != nil {
			t.Fatal(err)
		}
		together := v.Together(p.Seq, villages)
		m.unasked[p.Seq] = p.Withdrawn == "" && voice.UnaskedDays(p.Done, together.LastAsked, together.Asking > 0, at.Day) > 0
	}
	m.owed = rowsOf(t, at, voice.Owed, "ORDER BY v.result, v.promise")
	for _, x := range rowsOf(t, at, promise.Places, "") {
		m.made[x.Promise] = append(m.made[x.Promise], x.Place)
	}
	for _, p := range rowsOf(t, at, programme.Places, "") {
		m.above[p.Code] = p.Parent
	}
	for _, x := range rowsOf(t, at, programme.Teams, "") {
		m.teams[x.Code] = x
	}
	for _, o := range rowsOf(t, at, promise.Occurrences, "") {
		if o.State == "" {
			m.days[o.Promise] = append(m.days[o.Promise], o.Due)
		}
	}
	for _, x := range rowsOf(t, at, promise.Targets, "") {
		if x.Value != "" && x.Reading == "" {
			m.targets[x.Promise] = append(m.targets[x.Promise], x.To)
		}
	}
	for _, v := range rowsOf(t, at, promise.Versions, "") {
		if v.Version > 1 && v.Lowered+v.Later > 0 {
			m.worse[v.Promise] = append(m.worse[v.Promise], v.Recorded)
		}
	}
	return m
}

func rowsOf[T any](t *testing.T, at *figures.At, v *ledger.View[T], rest string) []T {
	t.Helper()
	rows, err := v.Select(at.Tx, rest)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// within says whether a place is one of these or lies in one; no places are everywhere.
func (m *model) within(place string, places []string) bool {
	for ; place != ""; place = m.above[place] {
		if len(places) == 0 || slices.Contains(places, place) {
			return true
		}
	}
	return false
}

func (m *model) in(seq int64, places []string) bool {
	return slices.ContainsFunc(m.made[seq], func(p string) bool { return m.within(p, places) })
}

// queue is what waits for a person, the longest waiting first.
func (m *model) queue(r figures.Reach) (out []string) {
	byPromise := map[int64]promise.Row{}
	who := r.Who[strings.Index(r.Who, ":")+1:]
	mine := func(p promise.Row) bool {
		return r.Role == figures.ProgrammeRole || r.Role == figures.OfficeRole && p.Office == who || r.Role == figures.TeamRole && p.Team == who
	}
	add := func(since string, number int64, kind figures.Kind, entry int64, due string) {
		out = append(out, fmt.Sprintf("%s %6d %5d %s %s, %d days", since, entry, number, kind, due, schedule.DaysBetween(since, m.day)))
	}
	for _, p := range m.promises {
		byPromise[p.Seq] = p
		if r.Role != figures.TeamRole && mine(p) && m.in(p.Seq, r.Places) && m.unasked[p.Seq] {
			add(p.Done, p.Number, figures.WaitsRound, 0, "")
		}
		if !mine(p) || !m.in(p.Seq, r.Places) || p.Withdrawn != "" || p.Done != "" || p.OpenDue == "" || p.OpenDue >= m.day {
			continue
		}
		kind := figures.WaitsOccurrence
		if p.Plan == promise.Once {
			kind = figures.WaitsOverdue
		}
		add(p.OpenDue, p.Number, kind, 0, p.OpenDue)
	}
	for _, x := range m.reports {
		p := byPromise[x.Promise]
		if !m.in(p.Seq, r.Places) {
			continue
		}
		if r.Role == figures.ReviewerRole {
			team, _ := strings.CutPrefix(x.Who, "team:")
			if x.Passed == 0 && x.SentBack == 0 && x.HasNote+x.Pictures > 0 && x.Who != r.Who && m.teams[team].Organisation != who {
				add(x.Recorded, p.Number, figures.WaitsLook, x.Seq, "")
			}
			continue
		}
		again := slices.ContainsFunc(m.reports, func(y promise.ReportRow) bool { return y.Promise == x.Promise && y.Seq > x.SentBack && y.SentBack == 0 })
		if x.SentBack > 0 && !again && p.Withdrawn == "" && (mine(p) || x.Who == r.Who) {
			add(x.BackDay, p.Number, figures.WaitsSentBack, x.Seq, "")
		}
	}
	for _, o := range m.owed {
		if o.Answered == "" && m.within(o.Place, r.Places) && (r.Role == figures.ProgrammeRole || r.Role == figures.OfficeRole && o.Office == who) {
			add(o.Since, byPromise[o.Promise].Number, figures.WaitsAnswer, o.Result, o.Due)
		}
	}
	slices.Sort(out)
	return out
}

// reaches are those of some people of every role, in all and in some places.
func (m *model) reaches() (out []figures.Reach) {
	places := [][]string{nil}
	var levels [2]string // a place at the bottom with promises, and the one above it
	for _, p := range m.promises {
		if place := m.made[p.Seq][0]; m.above[place] != "" {
			levels[0], levels[1] = place, m.above[place]
		}
	}
	last := m.made[m.promises[0].Seq][0]
	var many []string // more than the grid has room for
	for _, p := range m.promises {
		if place := m.made[p.Seq][0]; !slices.Contains(many, place) && len(many) < figures.MostColumns+6 {
			many = append(many, place)
		}
	}
	places = append(places, many, []string{levels[0]}, []string{levels[1]}, []string{levels[1], levels[0]}, []string{levels[0], last})
	offices, teams := map[string]bool{}, map[string]bool{}
	for _, p := range m.promises {
		offices["org:"+p.Office] = p.Office != ""
		if p.Team != "" {
			teams["team:"+p.Team] = true
		}
	}
	for _, p := range places {
		for _, who := range some(offices, 4) {
			out = append(out, figures.Reach{Role: figures.OfficeRole, Who: who, Places: p}, figures.Reach{Role: figures.ReviewerRole, Who: who, Places: p})
		}
		for _, who := range some(teams, 4) {
			out = append(out, figures.Reach{Role: figures.TeamRole, Who: who, Places: p})
		}
		out = append(out, figures.Reach{Role: figures.ReviewerRole, Who: "org:XS01-farmers", Places: p})
		out = append(out, figures.Reach{Role: figures.ProgrammeRole, Who: some(offices, 1)[0], Places: p})
	}
	return out
}

func some(of map[string]bool, n int) (out []string) {
	for code, real := range of {
		if real {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out[:min(n, len(out))]
}

func (m *model) addsUp(t *testing.T, r figures.Reach, d *figures.Dashboard) {
	t.Helper()
	byStanding := map[string]int64{}
	var all int64
	for _, row := range d.Rows {
		all += row.Total.All.Int()
		for s, n := range row.Total.By {
			byStanding[s] += n.Int()
		}
		sum := int64(0)
		if len(row.Cells) != len(d.Columns) {
			t.Fatalf("%+v: %d cells, %d columns", r, len(row.Cells), len(d.Columns))
		}
		for i, c := range row.Cells {
			sum += c.All.Int()
			worst := 0
			if n := c.All.Int(); n > 0 {
				worst = int((100*c.By[string(promise.Overdue)].Int() + n - 1) / n)
			}
			if c.Worst != worst || c.List.Place != d.Columns[i].Code || c.List.Task != row.Code {
				t.Errorf("%+v: cell %+v", r, c)
			}
		}
		// What is promised to a place above all columns, or to several, counts otherwise than once.
		if len(r.Places) == 1 && sum > 0 && row.Total.All.Int() == 0 {
			t.Errorf("%+v: %s adds up to %d, in all there is nothing", r, row.Code, sum)
		}
	}
	if all != d.All.Int() {
		t.Errorf("%+v: the rows add up to %d, in all there are %d", r, all, d.All.Int())
	}
	for s, n := range d.Standings {
		if n.Int() != byStanding[s] {
			t.Errorf("%+v: %d %s by task, %d in all", r, byStanding[s], s, n.Int())
		}
	}
	if len(d.Columns) > figures.MostColumns || len(d.Rest) > 0 && len(d.Columns) < figures.MostColumns {
		t.Errorf("%+v: %d columns, %d places besides", r, len(d.Columns), len(d.Rest))
	}
	for _, c := range append(slices.Clone(d.Columns), d.Rest...) {
		if !m.within(c.Code, r.Places) {
			t.Errorf("%+v: %s stands on the dashboard", r, c.Code)
		}
	}
}

// tells sees that the counts are those of the model.
func (m *model) tells(t *testing.T, r figures.Reach, d *figures.Dashboard) {
	t.Helper()
	var all, due, occurrences, periods int64
	var trend [12][4]int64
	count := func(what int, day string) {
		for i, month := range d.Trend {
			if month.From <= day && day <= month.To {
				trend[i][what]++
			}
		}
	}
	until := func(days []string) (n int64) {
		for _, day := range days {
			if day <= d.Missing.Until {
				n++
			}
		}
		return n
	}
	chosen := map[int64]bool{}
	heard := map[string]string{}
	for _, p := range m.promises {
		heard[p.Team] = max(heard[p.Team], p.Reported)
		if !m.in(p.Seq, r.Places) || r.Role == figures.TeamRole && "team:"+p.Team != r.Who {
			continue
		}
		chosen[p.Seq] = true
		all++
		count(0, p.Promised)
		if p.Done != "" && p.Withdrawn == "" {
			count(2, p.Done)
		}
		for _, day := range m.worse[p.Seq] {
			count(3, day)
		}
		if p.Withdrawn != "" || p.Done != "" {
			continue
		}
		if p.Plan == promise.Once && p.OpenDue != "" && p.OpenDue <= d.Missing.Until {
			due++
		}
		occurrences += until(m.days[p.Seq])
		periods += until(m.targets[p.Seq])
	}
	for _, x := range m.reports {
		if chosen[x.Promise] && x.SentBack == 0 {
			count(1, x.Recorded)
		}
	}
	for i, month := range d.Trend {
		if got := [4]int64{month.Promises.Int(), month.Reports.Int(), month.Done.Int(), month.Worse.Int()}; got != trend[i] {
			t.Errorf("%+v: %s has %d, should have %d", r, month.From, got, trend[i])
		}
	}
	missing := int64(0)
	for _, o := range d.Missing.Occurrences {
		missing += o.Number.Int()
	}
	if d.All.Int() != all || d.Missing.Due.Int() != due || missing != occurrences || d.Missing.Periods.Int() != periods {
		t.Errorf("%+v: %d promises, %d due, %d days and %d periods missing; should be %d, %d, %d, %d", r, d.All.Int(), d.Missing.Due.Int(), missing,
			d.Missing.Periods.Int(), all, due, occurrences, periods)
	}
	silent := 0
	for code := range m.teams {
		serves, first := false, ""
		for _, p := range m.postings {
			if p.Team != code {
				continue
			}
			serves = serves || p.From <= m.day && (p.Until == "" || p.Until >= m.day) && m.within(p.Place, r.Places)
			if first == "" || p.From < first {
				first = p.From
			}
		}
		if heard[code] != "" {
			first = heard[code]
		}
		if serves && schedule.DaysBetween(first, m.day) > figures.SilentAfter && (r.Role != figures.TeamRole || r.Who == "team:"+code) {
			silent++
		}
	}
	if int(d.Silent.Number.Int()) != silent || len(d.Silent.Teams) != min(silent, figures.MostSilent) {
		t.Errorf("%+v: %d silent teams, %d listed; should be %d", r, d.Silent.Number.Int(), len(d.Silent.Teams), silent)
	}
}
