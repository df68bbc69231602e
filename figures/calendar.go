package figures

import (
	"cmp"
	"slices"

	"kept/locale"
	"kept/promise"
)

// Due is a day on which something comes due.
type Due struct {
	Day    string
	Number int64
	Title  locale.Wording
}

// Calendar lists what comes due next in a place, from today on: open promises with a due day, and occurrences of schedules.
func (at *At) Calendar(place string, most int) ([]Due, error) {
	var out []Due
	var d Due
	var terms string
	read := func(sql string) error {
		return at.Tx.Each([]any{&d.Day, &d.Number, &terms}, func() error {
			t, err := promise.ParseTerms(terms)
			d.Title = t.Title
			out = append(out, d)
			return err
		}, sql, place, at.Day, int64(most))
	}
	const here = ` AND p.withdrawn = '' AND p.done = '' AND p.seq IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above = $1) ORDER BY 1, 2 LIMIT $3`
	const current = " JOIN terms AS t ON t.promise = p.seq AND t.version = p.version "
	if err := read("SELECT p.due, p.number, t.terms FROM promise AS p" + current + "WHERE p.plan = 'once' AND p.due >= $2" + here); err != nil {
		return nil, err
	}
	err := read("SELECT o.due, p.number, t.terms FROM occurrence AS o JOIN promise AS p ON p.seq = o.promise" + current + "WHERE o.state = '' AND o.due >= $2" + here)
	slices.SortFunc(out, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Number, b.Number)) })
	return out[:min(len(out), most)], err
}
