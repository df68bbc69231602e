package figures

import (
	"fmt"
	"slices"
	"strconv"
)

// missing counts what nothing was reported for though it comes due by a day, of promises that go on: due days
// ("occurrences"), or target periods ("periods").
func missing(at *At, a args) (string, error) {
	q := a.scope().query(at.Day)
	q.where = append(q.where, "p.withdrawn = '' AND p.done = ''")
	until := q.arg(a.get("until"))
	switch a.get("what") {
	case "occurrences":
		return at.number("SELECT count(*) FROM occurrence AS o JOIN promise AS p ON p.seq = o.promise WHERE o.state = '' AND o.due <= "+until+" AND "+q.all(), q.args...)
	case "periods":
		return at.number("SELECT count(*) FROM target AS t JOIN promise AS p ON p.seq = t.promise WHERE t.value <> '' AND t.reading = '' AND t.to_day <= "+until+" AND "+q.all(), q.args...)
	}
	return "", fmt.Errorf("nothing that can be missing is called %q", a.get("what"))
}

// teamDays is for how many days nothing was reported on a team's promises: since the last report, or, if there never was one,
// since the team's first posting.
func teamDays(at *At, a args) (string, error) {
	since, err := at.text(`SELECT COALESCE(NULLIF((SELECT max(p.reported) FROM promise AS p WHERE p.team = $1), ''),
		(SELECT min(x.from_day) FROM posting AS x WHERE x.team = $1), '')`, a.get("team"))
	if err != nil || since == "" {
		return "", err
	}
	return strconv.Itoa(daysBetween(since, at.Day)), nil
}

// silentTeams counts the teams that serve a place on the day and of which nothing was heard for more than so many days.
func silentTeams(at *At, a args) (string, error) {
	codes, err := at.silentTeams(a)
	return strconv.Itoa(len(codes)), err
}

// silentTeams lists them, in the order of their codes.
func (at *At) silentTeams(a args) ([]string, error) {
	q := &query{}
	q.where = append(q.where, served(q, at.Day, at.Day))
	if a.get("team") != "" {
		q.and("x.team = %s", a.get("team"))
	}
	q.inPlaces("x.place", a.scope())
	var codes []string
	var code string
	err := at.Tx.Each([]any{&code}, func() error { codes = append(codes, code); return nil }, "SELECT DISTINCT x.team FROM posting AS x WHERE "+q.all(), q.args...)
	if err != nil {
		return nil, err
	}
	slices.Sort(codes)
	since, err := at.lastHeard() // of all teams at once: there may be thousands
	if err != nil {
		return nil, err
	}
	var silent []string
	for _, code := range codes {
		if since[code] != "" && int64(daysBetween(since[code], at.Day)) > a.int("days") {
			silent = append(silent, code)
		}
	}
	return silent, nil
}

// lastHeard is since which day nothing was reported on a team's promises, by team: what teamDays counts from.
func (at *At) lastHeard() (map[string]string, error) {
	out := map[string]string{}
	var code, day string
	for _, sql := range []string{"SELECT x.team, min(x.from_day) FROM posting AS x GROUP BY x.team", "SELECT p.team, max(p.reported) FROM promise AS p WHERE p.reported <> '' GROUP BY p.team"} {
		if err := at.Tx.Each([]any{&code, &day}, func() error { out[code] = day; return nil }, sql); err != nil {
			return nil, err
		}
	}
	return out, nil
}
