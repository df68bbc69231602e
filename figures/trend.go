package figures

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"kept/programme"
	"kept/schedule"
)

// events are what the trend counts by the recorded day, in the order of telling.days.
var events = []string{"promises", "reports", "done", "lowered-or-later"}

// calendar prepares the months of the trend.
func (t *telling) calendar() {
	begin := t.at.Day[:8] + "01"
	t.begins = []string{nextMonth(begin)}
	for range months {
		t.begins = append([]string{begin}, t.begins...)
		begin = schedule.AddDays(begin, -1)[:8] + "01"
	}
	t.first = dayNumber(t.begins[0])
	for m := range months {
		for day := dayNumber(t.begins[m]); day < dayNumber(t.begins[m+1]); day++ {
			t.month = append(t.month, int8(m))
		}
	}
}

// nextMonth is the first day of the month after the one that begins on a day.
func nextMonth(begin string) string { return schedule.AddDays(begin, 31)[:8] + "01" }

// happened counts an event of a day.
func (t *telling) happened(event int, day int32) {
	if i := int(day - t.first); i >= 0 && i < len(t.month) {
		t.days[t.month[i]][event]++
	}
}

func (t *telling) trend() []Month {
	var out []Month
	for m, n := range t.days {
		from, to := t.begins[m], schedule.AddDays(t.begins[m+1], -1)
		number := func(event int) Number {
			f := t.r.scope()
			f.From, f.To = from, to
			return count(f.name("happened", "what", events[event]), n[event])
		}
		out = append(out, Month{from, to, number(0), number(1), number(2), number(3)})
	}
	return out
}

// silent lists the teams that serve a place of the reach on the day, and on whose promises nothing was reported for long.
func (t *telling) silent() (s Silent, err error) {
	x := t.c.x
	f := t.r.scope()
	const no = math.MaxInt32 // it serves no place of the reach
	teams := len(x.codes.all())
	last, heard := make([]int32, teams), make([]int32, teams) // by team: the first posting, and the last report
	for i := range last {
		last[i] = no
	}
	for _, p := range x.postings {
		if f.Team != "" && p.team != t.c.team || !p.serves(t.c.day) || t.c.inside != nil && !t.c.inside[p.place] {
			continue
		}
		last[p.team] = none
	}
	for _, p := range x.postings {
		if day := last[p.team]; day != no && (day == none || p.from < day) {
			last[p.team] = p.from
		}
	}
	x.all(func(_ int32, b *brief) {
		if b.reported > heard[b.team] {
			heard[b.team] = b.reported
		}
	})
	type team struct{ id, days int32 }
	var long []team
	for id, day := range last {
		if days := t.c.day - cmp.Or(heard[id], day); day != no && days > SilentAfter {
			long = append(long, team{int32(id), days})
		}
	}
	text := x.codes.all()
	slices.SortFunc(long, func(a, b team) int { return cmp.Or(cmp.Compare(b.days, a.days), cmp.Compare(text[a.id], text[b.id])) })
	s.Number = count(name("silent-teams", "days", strconv.Itoa(SilentAfter), "place", f.Place, "team", f.Team), int64(len(long)))
	long = long[:min(len(long), MostSilent)]
	var keys [][]any
	for _, l := range long {
		keys = append(keys, []any{text[l.id]})
	}
	rows, err := programme.Teams.Load(t.at.Tx, keys)
	byCode := map[string]programme.TeamRow{}
	for _, row := range rows {
		byCode[row.Code] = row
	}
	for _, l := range long {
		row := byCode[text[l.id]]
		s.Teams = append(s.Teams, SilentTeam{row, count(name("team-days", "team", row.Code), int64(l.days)), Filter{Team: row.Code}})
	}
	return s, err
}
