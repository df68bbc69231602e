package figures

import (
	"fmt"
	"strconv"
	"strings"

	"kept/locale"
	"kept/promise"
)

// Filter chooses promises. An empty field does not choose.
type Filter struct {
	Task     string
	Place    string // and every place in it
	Standing string
	Mark     string // one of Marks
	Office   string
	Words    string // words of a title or a place in any language, or a number
}

// Marks are the marks by which promises can be chosen.
var Marks = []string{"lowered", "made-later", "amended", "suspended"}

var markSQL = map[string]string{
	"lowered":    "p.lowered > 0",
	"made-later": "p.later > 0",
	"amended":    "p.amended > 0",
	"suspended":  "p.state = 'suspended'",
}

// Name is the name of the figure that counts what the filter chooses.
func (f Filter) Name() Name {
	return name("promises", "task", f.Task, "place", f.Place, "standing", f.Standing, "mark", f.Mark, "office", f.Office, "words", f.Words)
}

// Empty says whether the filter chooses every promise.
func (f Filter) Empty() bool { return f == Filter{} }

// query is a growing SQL statement with its arguments.
type query struct {
	where []string
	args  []any
}

// arg adds an argument and returns its place.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *query) and(format string, args ...any) {
	places := make([]any, len(args))
	for i, a := range args {
		places[i] = q.arg(a)
	}
	q.where = append(q.where, fmt.Sprintf(format, places...))
}

// sql is FROM and WHERE of the promises that the filter chooses, as p.
func (f Filter) sql(day string) (string, *query) {
	q := &query{}
	if f.Task != "" {
		q.and("p.task = %s", f.Task)
	}
	if f.Office != "" {
		q.and("p.office = %s", f.Office)
	}
	if f.Place != "" {
		q.and("p.seq IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above = %s)", f.Place)
	}
	if f.Standing != "" {
		q.where = append(q.where, promise.StandingSQL(q.arg(day))+" = "+q.arg(f.Standing))
	}
	if f.Mark != "" {
		q.where = append(q.where, orNothing(markSQL[f.Mark]))
	}
	f.words(q)
	if len(q.where) == 0 {
		return " FROM promise AS p ", q
	}
	return " FROM promise AS p WHERE " + strings.Join(q.where, " AND ") + " ", q
}

func orNothing(sql string) string {
	if sql == "" {
		return "1 = 0" // a mark that does not exist chooses nothing
	}
	return sql
}

// words chooses promises that have every word somewhere: in the title or in the name of a place, in any language.
func (f Filter) words(q *query) {
	if strings.TrimSpace(f.Words) == "" {
		return
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(f.Words), 10, 64); err == nil {
		q.and("p.number = %s", n)
		return
	}
	prefixes := locale.Query(f.Words)
	if len(prefixes) == 0 {
		q.where = append(q.where, "1 = 0")
	}
	for _, prefix := range prefixes {
		from, to := q.arg(prefix), q.arg(prefix+"\U0010ffff")
		q.where = append(q.where, fmt.Sprintf(`p.seq IN (
			SELECT w.promise FROM promise_word AS w WHERE w.word >= %[1]s AND w.word < %[2]s
			UNION SELECT x.promise FROM place_word AS w JOIN place_above AS a ON a.above = w.place
				JOIN promise_place AS x ON x.place = a.place WHERE w.word >= %[1]s AND w.word < %[2]s)`, from, to))
	}
}

// Count counts the promises that the filter chooses.
func (at *At) Count(f Filter) (Number, error) {
	return once(at, "count "+string(f.Name()), func() (Number, error) {
		from, q := f.sql(at.Day)
		var n int64
		_, err := at.Tx.One([]any{&n}, "SELECT count(*)"+from, q.args...)
		return count(f.Name(), n), err
	})
}

// Tally is how many promises of a filter have each value of something.
type Tally map[string]Number

// Standings counts the promises that the filter chooses by standing; every standing has a number.
func (at *At) Standings(f Filter) (Tally, error) {
	f.Standing = ""
	return once(at, "standings "+string(f.Name()), func() (Tally, error) { return at.standings(f) })
}

func (at *At) standings(f Filter) (Tally, error) {
	from, q := f.sql(at.Day)
	out := Tally{}
	for _, s := range promise.Standings {
		g := f
		g.Standing = string(s)
		out[string(s)] = count(g.Name(), 0)
	}
	var s string
	var n int64
	err := at.Tx.Each([]any{&s, &n}, func() error {
		out[s] = count(out[s].Name, n)
		return nil
	}, "SELECT s, count(*) FROM (SELECT "+promise.StandingSQL(q.arg(at.Day))+" AS s"+from+") AS t GROUP BY s", q.args...)
	return out, err
}
