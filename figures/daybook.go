package figures

import (
	"slices"
	"strings"

	"kept/promise"
	"kept/schedule"
)

// DueLine is a promise as the daybook of a team has it.
type DueLine struct {
	Line
	Measures []promise.MeasureRow
	Days     []promise.OccurrenceRow // due days around today, and those for which nothing was reported
}

// The due days of a promise that a daybook has: from so many days ago to so many ahead, and at most so many.
const (
	DaysBehind = 60
	DaysAhead  = 14
	DaysMost   = 60
)

// Daybook lists what a team can report on: what it does, and what is promised to a place where it is posted; what is due first comes
// first, at most so many. What was withdrawn, or done long ago, is not in it.
func (at *At) Daybook(r Reach, posted []string, most int) ([]DueLine, error) {
	own, err := at.List(Filter{Team: r.code(), Place: r.place()}, ByLate, 0, 0)
	if err != nil {
		return nil, err
	}
	lines := own
	if len(posted) > 0 {
		there, err := at.List(Filter{Place: strings.Join(posted, ",")}, ByLate, 0, 0)
		if err != nil {
			return nil, err
		}
		for _, l := range there {
			if l.Team != r.code() && slices.ContainsFunc(l.Terms.Places, func(p string) bool { return slices.Contains(posted, p) }) {
				lines = append(lines, l)
			}
		}
	}
	since := schedule.AddDays(at.Day, -DaysBehind)
	var out []DueLine
	for _, l := range lines {
		if l.Withdrawn == "" && (l.Done == "" || l.Done >= since) {
			out = append(out, DueLine{Line: l})
		}
	}
	slices.SortStableFunc(out, func(a, b DueLine) int { return strings.Compare(behind(a.OpenDue), behind(b.OpenDue)) })
	out = out[:min(len(out), most)]
	return out, at.addDue(out)
}

// behind puts what has no due day last.
func behind(day string) string {
	if day == "" {
		return "~"
	}
	return day
}

// addDue reads the measures and due days of promises, with two queries for all of them.
func (at *At) addDue(all []DueLine) error {
	if len(all) == 0 {
		return nil
	}
	bySeq := map[int64]*DueLine{}
	q := &query{}
	var in []string
	for i := range all {
		bySeq[all[i].Seq] = &all[i]
		in = append(in, q.arg(all[i].Seq))
	}
	seqs := "v.promise IN (" + strings.Join(in, ", ") + ")"
	measures, err := promise.Measures.Select(at.Tx, "WHERE "+seqs+" ORDER BY v.promise, v.n", q.args...)
	if err != nil {
		return err
	}
	for _, m := range measures {
		bySeq[m.Promise].Measures = append(bySeq[m.Promise].Measures, m)
	}
	from, today, to := q.arg(schedule.AddDays(at.Day, -DaysBehind)), q.arg(at.Day), q.arg(schedule.AddDays(at.Day, DaysAhead))
	days, err := promise.Occurrences.Select(at.Tx, "WHERE "+seqs+" AND v.due <= "+to+" AND (v.due >= "+from+" OR v.state = '' AND v.due <= "+today+") ORDER BY v.promise, v.due", q.args...)
	if err != nil {
		return err
	}
	for _, o := range days {
		d := bySeq[o.Promise]
		d.Days = append(d.Days, o)
	}
	for i := range all {
		all[i].Days = all[i].Days[max(0, len(all[i].Days)-DaysMost):]
	}
	return nil
}
