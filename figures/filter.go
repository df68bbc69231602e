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
	Place    string // and every place in it; of several codes, with commas between them, at least one
	Standing string
	Village  string // one of Villages: what the villages say of it
	Mark     string // one of Marks
	Office   string
	Team     string
	Plan     string
	From, To string // days between which something is due that nothing was reported for, and the promise goes on
	Words    string // words of a title or a place in any language, or a number
}

// places are the codes of Place.
func (f Filter) places() []string { return strings.Split(f.Place, ",") }

// lastRune is behind every character that a word may go on with.
const lastRune = "\U0010ffff"

// Plans are the plans by which promises can be chosen.
var Plans = []string{promise.Once, promise.Schedule, promise.ServiceLevel}

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
	return f.name("promises")
}

// name is the name of a figure of the promises that the filter chooses.
func (f Filter) name(figure string, pairs ...string) Name {
	return name(figure, append([]string{"task", f.Task, "place", f.Place, "standing", f.Standing, "village", f.Village, "mark", f.Mark, "office", f.Office, "team", f.Team,
		"plan", f.Plan, "from", f.From, "to", f.To, "words", f.Words}, pairs...)...)
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

// in adds the arguments of a list.
func (q *query) in(codes []string) string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = q.arg(code)
	}
	return strings.Join(out, ", ")
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
	q := f.query(day)
	return " FROM promise AS p WHERE " + q.all() + " ", q
}

// all are all conditions.
func (q *query) all() string {
	if len(q.where) == 0 {
		return "1 = 1"
	}
	return strings.Join(q.where, " AND ")
}

// query has the conditions under which the filter chooses a promise p.
func (f Filter) query(day string) *query {
	q := &query{}
	for _, is := range [][2]string{{"task", f.Task}, {"office", f.Office}, {"team", f.Team}, {"plan", f.Plan}} {
		if is[1] != "" {
			q.and("p."+is[0]+" = %s", is[1])
		}
	}
	if f.Place != "" {
		q.where = append(q.where, "p.seq IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above IN ("+q.in(f.places())+"))")
	}
	if f.From != "" || f.To != "" {
		q.where = append(q.where, "p.withdrawn = '' AND p.done = '' AND p.open_due <> ''")
	}
	if f.From != "" {
		q.and("p.open_due >= %s", f.From)
	}
	if f.To != "" {
		q.and("p.open_due <= %s", f.To)
	}
	if f.Standing != "" {
		q.where = append(q.where, promise.StandingSQL(q.arg(day))+" = "+q.arg(f.Standing))
	}
	if f.Mark != "" {
		q.where = append(q.where, orNothing(markSQL[f.Mark]))
	}
	f.village(q, day)
	f.words(q)
	return q
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
		from, to := q.arg(prefix), q.arg(prefix+lastRune)
		q.where = append(q.where, fmt.Sprintf(`p.seq IN (
			SELECT w.promise FROM promise_word AS w WHERE w.word >= %[1]s AND w.word < %[2]s
			UNION SELECT x.promise FROM place_word AS w JOIN place_above AS a ON a.above = w.place
				JOIN promise_place AS x ON x.place = a.place WHERE w.word >= %[1]s AND w.word < %[2]s)`, from, to))
	}
}

// Count counts the promises that the filter chooses.
func (at *At) Count(f Filter) (Number, error) {
	if at.indexed() {
		standing := f.Standing
		tally, err := at.Standings(f)
		if err != nil {
			return Number{}, err
		}
		var n int64
		for s, of := range tally {
			if standing == "" || s == standing {
				n += of.Int()
			}
		}
		return count(f.Name(), n), nil
	}
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
	out := Tally{}
	for _, s := range promise.Standings {
		g := f
		g.Standing = string(s)
		out[string(s)] = count(g.Name(), 0)
	}
	if at.indexed() {
		c, err := at.choose(f)
		if err != nil {
			return nil, err
		}
		for s, n := range c.count() {
			out[string(s)] = count(out[string(s)].Name, n)
		}
		return out, nil
	}
	from, q := f.sql(at.Day)
	var s string
	var n int64
	err := at.Tx.Each([]any{&s, &n}, func() error {
		out[s] = count(out[s].Name, n)
		return nil
	}, "SELECT s, count(*) FROM (SELECT "+promise.StandingSQL(q.arg(at.Day))+" AS s"+from+") AS t GROUP BY s", q.args...)
	return out, err
}
