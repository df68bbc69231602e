package figures

import (
	"cmp"
	"slices"
	"strings"

	"kept/locale"
)

// Due is a day on which something comes due.
type Due struct {
	Day    string
	Number int64
	Title  locale.Wording
}

// Calendar lists what comes due next in a place, from today on: open promises with a due day, and occurrences of schedules.
func (at *At) Calendar(place string, most int) ([]Due, error) {
	type line struct {
		Due
		title
	}
	var all []line
	var l line
	read := func(sql, of, day string) error {
		q := &query{}
		here, err := at.here(q, of, place, goesOn)
		if err != nil {
			return err
		}
		q.and(day+" >= %s", at.Day)
		return at.Tx.Each([]any{&l.Day, &l.Number, &l.promise, &l.version}, func() error { all = append(all, l); return nil },
			"SELECT "+day+", p.number, p.seq, p.version FROM "+sql+" AND p.withdrawn = '' AND p.done = '' AND "+here+" AND "+q.all()+" ORDER BY 1, 2 LIMIT "+q.arg(int64(most)), q.args...)
	}
	if err := read("promise AS p WHERE p.plan = 'once'", "p.seq", "p.due"); err != nil {
		return nil, err
	}
	if err := read("occurrence AS o JOIN promise AS p ON p.seq = o.promise WHERE o.state = ''", "o.promise", "o.due"); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b line) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Number, b.Number)) })
	all = all[:min(len(all), most)]
	var of []title
	for _, l := range all {
		of = append(of, l.title)
	}
	titles, err := at.titles(of)
	var out []Due
	for _, l := range all {
		l.Title = titles[l.title]
		out = append(out, l.Due)
	}
	return out, err
}

// mostHere is up to how many promises of a place are named in a query, which then reads no others.
const mostHere = 400

func goesOn(b *brief) bool { return !b.withdrawn && !b.done }

func every(*brief) bool { return true }

// here is a condition that the promise in a column is made to a place, or to one in it; those that are not kept need not
// be among them.
func (at *At) here(q *query, of, place string, keep func(*brief) bool) (string, error) {
	if at.indexed() {
		c, err := at.choose(Filter{Place: place})
		if err != nil {
			return "", err
		}
		if c.few != nil && len(c.few) <= mostHere {
			in := []string{"-1"}
			for _, i := range c.few {
				if b := c.x.get(i); keep(b) {
					in = append(in, q.arg(b.seq))
				}
			}
			return of + " IN (" + strings.Join(in, ", ") + ")", nil
		}
	}
	return of + " IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above = " + q.arg(place) + ")", nil
}
