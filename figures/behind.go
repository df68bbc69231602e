package figures

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"kept/promise"
)

// Counted is one of the things that a figure counts, or one part of a sum.
type Counted struct {
	Entry    int64  // the entry that it stands in, 0 where no entry says it: the day has come
	Promise  int64  // number of the promise, 0 if it is about none
	Place    string // code
	Team     string // code
	Day      string // recorded day, or the day that something is due
	State    string // of a promise, a due day, or what a village says
	Adds     int64  // what it adds to the figure
	Currency string // of a sum of money, which is in minor units
}

// ErrNoList says that a figure has no list behind it.
var ErrNoList = fmt.Errorf("there is no list behind this figure")

// Behind lists what a figure counts, from a place on; all of it if most is 0. What is listed adds up to the figure
// (TestBehind). A figure that is itself one fact, such as a reading, has no list: ErrNoList.
func (at *At) Behind(n Name, from, most int) ([]Counted, error) {
	which, query, _ := strings.Cut(string(n), "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("figure %q: %w", n, err)
	}
	for key, v := range values {
		if !slices.Contains(all[which].args, key) || len(v) != 1 {
			return nil, fmt.Errorf("figure %q does not know %q", which, key)
		}
	}
	a := args(values)
	if _, ok := tallies[which]; ok {
		return at.behindTally(which, a, from, most)
	}
	list, ok := lists[which]
	if !ok {
		return nil, ErrNoList
	}
	out, err := list(at, a)
	if err != nil {
		return nil, err
	}
	out = out[min(from, len(out)):]
	if most > 0 {
		out = out[:min(most, len(out))]
	}
	return out, nil
}

// behindTally lists the rows of a figure of a period, by day and entry.
func (at *At) behindTally(which string, a args, from, most int) (out []Counted, err error) {
	err = at.eachTallied(which, a, from, most, func(c Counted) error { out = append(out, c); return nil })
	return out, err
}

func (at *At) eachTallied(which string, a args, from, most int, visit func(Counted) error) error {
	t, q, err := at.tallied(which, a)
	if err != nil {
		return err
	}
	column := func(sql string) string {
		if sql == "" {
			return "''"
		}
		return sql
	}
	sql := fmt.Sprintf("SELECT %s, p.number, %s, %s, %s, %s, %s FROM %s WHERE %s ORDER BY 4, 1, 2, 3, 6", t.entry, column(t.place), column(t.day), column(t.state), t.of, column(t.currency), t.from, q.all())
	if most > 0 {
		sql += " LIMIT " + q.arg(int64(most)) + " OFFSET " + q.arg(int64(from))
	}
	var c Counted
	return at.Tx.Each([]any{&c.Entry, &c.Promise, &c.Place, &c.Day, &c.State, &c.Adds, &c.Currency}, func() error { return visit(c) }, sql, q.args...)
}

// Each visits all that a figure counts, in the order of Behind. The rows of a figure of a period are visited as they are read, so
// that a long list need not be in memory; visit may read nothing else meanwhile.
func (at *At) Each(n Name, visit func(Counted) error) error {
	which, query, _ := strings.Cut(string(n), "?")
	if values, err := url.ParseQuery(query); err == nil {
		if _, ok := tallies[which]; ok {
			return at.eachTallied(which, args(values), 0, 0, visit)
		}
	}
	list, err := at.Behind(n, 0, 0)
	if err != nil {
		return err
	}
	for _, c := range list {
		if err := visit(c); err != nil {
			return err
		}
	}
	return nil
}

// lists are those of the figures that are not of a period.
var lists = map[string]func(*At, args) ([]Counted, error){
	"promises":           behindPromises,
	"money":              behindMoney,
	"answers":            behindOwed,
	"villages":           behindVillages,
	"places":             behindPlaces,
	"teams-in-place":     behindTeams,
	"villages-with-team": behindVillagesWithTeam,
	"occurrences":        behindOccurrences,
	"silent-teams":       behindSilent,
}

func behindPromises(at *At, a args) ([]Counted, error) {
	f := a.filter()
	from, q := f.sql(at.Day)
	var out []Counted
	c := Counted{Adds: 1}
	err := at.Tx.Each([]any{&c.Entry, &c.Promise, &c.Day, &c.State}, func() error {
		out = append(out, c)
		return nil
	}, "SELECT p.seq, p.number, p.promised, "+promise.StandingSQL(q.arg(at.Day))+from+"ORDER BY p.number", q.args...)
	return out, err
}

// behindMoney lists the promises with such money, each with its sum.
func behindMoney(at *At, a args) ([]Counted, error) {
	q := a.money(at)
	var out []Counted
	var c Counted
	err := at.Tx.Each([]any{&c.Entry, &c.Promise, &c.Day, &c.Currency, &c.Adds}, func() error { out = append(out, c); return nil },
		"SELECT p.seq, p.number, p.promised, m.currency, CAST(SUM(m.minor) AS BIGINT) FROM money AS m JOIN promise AS p ON p.seq = m.promise WHERE "+q.all()+
			" GROUP BY p.seq, p.number, p.promised, m.currency ORDER BY p.number", q.args...)
	return out, err
}

func behindOwed(at *At, a args) ([]Counted, error) {
	q := a.owed().query(at.Day)
	var out []Counted
	c := Counted{Adds: 1}
	err := at.Tx.Each([]any{&c.Entry, &c.Promise, &c.Place, &c.Day, &c.State}, func() error { out = append(out, c); return nil },
		"SELECT v.result, p.number, v.place, v.due, v.verdict FROM owed AS v JOIN promise AS p ON p.seq = v.promise WHERE "+q.all()+" ORDER BY v.due, v.result, p.number", q.args...)
	return out, err
}

func behindVillages(at *At, a args) (out []Counted, err error) {
	codes, err := at.villagesSaying(a)
	for _, code := range codes {
		out = append(out, Counted{Promise: a.int("promise"), Place: code, State: a.get("says"), Adds: 1})
	}
	return out, err
}

func behindPlaces(at *At, a args) (out []Counted, err error) {
	q := placesQuery(a)
	c := Counted{Adds: 1}
	err = at.Tx.Each([]any{&c.Entry, &c.Place, &c.State}, func() error { out = append(out, c); return nil },
		"SELECT l.seq, l.code, l.level FROM place AS l WHERE "+q.all()+" ORDER BY l.seq", q.args...)
	return out, err
}

func behindTeams(at *At, a args) (out []Counted, err error) {
	q, err := at.posted(a)
	if err != nil {
		return nil, err
	}
	c := Counted{Adds: 1}
	err = at.Tx.Each([]any{&c.Team, &c.Day, &c.Entry}, func() error { out = append(out, c); return nil },
		"SELECT x.team, MIN(x.from_day), MIN(x.seq) FROM posting AS x WHERE "+q.all()+" GROUP BY x.team ORDER BY 2, 3", q.args...)
	return out, err
}

func behindVillagesWithTeam(at *At, a args) (out []Counted, err error) {
	q, err := at.serving(a)
	if err != nil {
		return nil, err
	}
	c := Counted{Adds: 1}
	err = at.Tx.Each([]any{&c.Place, &c.Entry}, func() error { out = append(out, c); return nil },
		"SELECT x.place, MIN(x.seq) FROM "+villagesServed+q.all()+" GROUP BY x.place ORDER BY 2", q.args...)
	return out, err
}

func behindOccurrences(at *At, a args) (out []Counted, err error) {
	where, q := occurrencesQuery(at, a)
	c := Counted{Promise: a.int("promise"), Adds: 1}
	err = at.Tx.Each([]any{&c.Entry, &c.Day, &c.State}, func() error { out = append(out, c); return nil }, "SELECT o.seq, o.due, o.state FROM "+where+" ORDER BY o.due", q.args...)
	return out, err
}

func behindSilent(at *At, a args) (out []Counted, err error) {
	codes, err := at.silentTeams(a)
	for _, code := range codes {
		out = append(out, Counted{Team: code, Adds: 1})
	}
	return out, err
}
