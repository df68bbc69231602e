package figures

import (
	"fmt"
	"strconv"
)

// happened counts what was recorded from one day to another: promises made, reports that were not sent back, promises
// reported done that still stand so, and amendments that promised less or came due later.
func happened(at *At, a args) (string, error) {
	event, ok := eventSQL[a.get("what")]
	if !ok {
		return "", fmt.Errorf("nothing that happens is called %q", a.get("what"))
	}
	q := a.scope().query(at.Day)
	q.and(event[1]+" >= %s", a.get("from"))
	q.and(event[1]+" <= %s", a.get("to"))
	return at.number("SELECT count(*) FROM "+event[0]+" WHERE "+q.all(), q.args...)
}

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
	q := &query{}
	where := served(q, at.Day, at.Day)
	if a.get("team") != "" {
		where += " AND x.team = " + q.arg(a.get("team"))
	}
	if a.get("place") != "" {
		where += " AND x.place IN (SELECT a.place FROM place_above AS a WHERE a.above IN (" + q.in(Filter{Place: a.get("place")}.places()) + "))"
	}
	var codes []string
	var code string
	err := at.Tx.Each([]any{&code}, func() error { codes = append(codes, code); return nil }, "SELECT DISTINCT x.team FROM posting AS x WHERE "+where, q.args...)
	if err != nil {
		return "", err
	}
	n := 0
	for _, code := range codes {
		text, err := teamDays(at, args{"team": {code}})
		if err != nil {
			return "", err
		}
		if days, err := strconv.ParseInt(text, 10, 64); err == nil && days > a.int("days") {
			n++
		}
	}
	return strconv.Itoa(n), nil
}
