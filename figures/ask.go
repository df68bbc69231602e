package figures

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/promise"
)

// figure is one named figure: which arguments it knows, and its value.
type figure struct {
	args []string
	ask  func(at *At, a args) (string, error)
}

type args url.Values

func (a args) get(key string) string { return url.Values(a).Get(key) }

func (a args) int(key string) int64 {
	n, err := strconv.ParseInt(a.get(key), 10, 64)
	if err != nil {
		return -1 // no promise, measure or entry has this number
	}
	return n
}

func (a args) filter() Filter {
	f := a.scope()
	f.Standing, f.Village, f.Mark, f.From, f.To, f.Words = a.get("standing"), a.get("village"), a.get("mark"), a.get("from"), a.get("to"), a.get("words")
	return f
}

// scope is the part of a filter that figures know which count other things than promises.
func (a args) scope() Filter {
	return Filter{Task: a.get("task"), Place: a.get("place"), Office: a.get("office"), Team: a.get("team"), Plan: a.get("plan")}
}

var (
	scopeArgs  = []string{"task", "place", "office", "team", "plan"}
	filterArgs = []string{"task", "place", "standing", "village", "mark", "office", "team", "plan", "from", "to", "words"}
)

// scoped are arguments of a figure that can be asked of a scope.
func scoped(own ...string) []string { return append(own, scopeArgs...) }

// all are the figures there are.
var all = map[string]figure{
	"entries": {nil, func(at *At, a args) (string, error) { return strconv.FormatInt(at.Size, 10), nil }},
	"promises": {filterArgs, func(at *At, a args) (string, error) {
		n, err := at.Count(a.filter())
		return n.Value, err
	}},
	"overdue-days":       {filterArgs, overdueDays},
	"places":             {[]string{"level", "place"}, placesAsked},
	"places-served":      {nil, placesServed},
	"teams":              {nil, countOf("SELECT count(*) FROM team")},
	"teams-in-place":     {[]string{"by", "place"}, teamsInPlace},
	"villages-with-team": {[]string{"day", "place"}, villagesWithTeam},
	"organisations":      {nil, countOf("SELECT count(*) FROM organisation")},
	"tasks":              {nil, countOf("SELECT count(*) FROM task")},
	"unlooked":           {nil, countOf("SELECT count(*) FROM report WHERE passed = 0 AND sent_back = 0 AND (has_note = 1 OR pictures > 0)")},
	"measures":           {nil, countOf("SELECT count(*) FROM measure")},
	"periods":            {[]string{"reported"}, periods},
	"occurrences":        {[]string{"promise", "state"}, occurrences},
	"measure":            {[]string{"promise", "n", "what"}, measure},
	"target":             {[]string{"promise", "n", "from", "to", "what"}, target},
	"reading":            {[]string{"entry", "i"}, reading},
	"money":              {scoped("promise", "type", "currency"), moneyAsked},
	"payment":            {[]string{"entry"}, payment},
	"spent":              {[]string{"entry", "currency"}, spent},
	"service":            {[]string{"promise", "due", "entry", "what"}, service},
	"reports":            {[]string{"promise"}, summed("reports")},
	"amendments":         {[]string{"promise"}, summed("amended")},
	"pictures":           {[]string{"promise"}, summed("shown")},
	"days":               {[]string{"promise", "what"}, days},
	"missing":            {scoped("what", "until"), missing},
	"team-days":          {[]string{"team"}, teamDays},
	"silent-teams":       {[]string{"days", "place", "team"}, silentTeams},
	"waiting":            {[]string{"kind", "role", "organisation", "place"}, waitingAsked},
	"waited":             {[]string{"entry"}, waited},
	"voice":              {[]string{"promise", "entry", "what"}, published},
	"villages":           {[]string{"promise", "says"}, villages},
	"unanswered":         {[]string{"promise", "entry"}, unanswered},
	"villages-say":       {[]string{"promise", "says"}, villagesSayAsked},
	"rounds":             {[]string{"state", "place"}, roundsAsked},
	"round":              {[]string{"entry", "what"}, roundAsked},
	"answers":            {[]string{"office", "place", "task", "state"}, answersAsked},
}

// Arguments lists, for every figure, the arguments it knows.
func Arguments() map[string][]string {
	out := map[string][]string{}
	for n, f := range all {
		out[n] = f.args
	}
	return out
}

// Ask computes a figure by its name.
func Ask(at *At, n Name) (string, error) {
	which, query, _ := strings.Cut(string(n), "?")
	f, ok := all[which]
	if !ok {
		return "", fmt.Errorf("there is no figure %q", which)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", fmt.Errorf("figure %q: %w", n, err)
	}
	for key, v := range values {
		if !slices.Contains(f.args, key) || len(v) != 1 {
			return "", fmt.Errorf("figure %q does not know %q", which, key)
		}
	}
	return f.ask(at, args(values))
}

func countOf(sql string) func(*At, args) (string, error) {
	return func(at *At, _ args) (string, error) { return at.number(sql) }
}

// number reads one integer; no row gives an empty value.
func (at *At) number(sql string, args ...any) (string, error) {
	var n int64
	ok, err := at.Tx.One([]any{&n}, sql, args...)
	if err != nil || !ok {
		return "", err
	}
	return strconv.FormatInt(n, 10), nil
}

func (at *At) text(sql string, args ...any) (string, error) {
	var s string
	_, err := at.Tx.One([]any{&s}, sql, args...)
	return s, err
}

func placesAsked(at *At, a args) (string, error) {
	q := placesQuery(a)
	return at.number("SELECT count(*) FROM place AS l WHERE "+q.all(), q.args...)
}

// placesQuery has the conditions on a place l.
func placesQuery(a args) *query {
	q := &query{}
	if a.get("level") != "" {
		q.and("l.level = %s", a.get("level"))
	}
	q.inPlaces("l.code", a.scope())
	return q
}

// overdueDays is how long the oldest overdue promise of a filter has been overdue.
func overdueDays(at *At, a args) (string, error) {
	f := a.filter()
	f.Standing = string(promise.Overdue)
	lines, err := at.List(f, ByLate, 0, 1)
	if err != nil || len(lines) == 0 {
		return "0", err
	}
	return strconv.Itoa(lines[0].Said.OverdueDays), nil
}

// OldestOverdue is the figure overdue-days as a number.
func (at *At) OldestOverdue() (Number, error) {
	return at.Simple("overdue-days")
}

// Simple is a figure by name, for numbers that need no list on the page that shows them.
func (at *At) Simple(which string, pairs ...string) (Number, error) {
	n := name(which, pairs...)
	v, err := once(at, "ask "+string(n), func() (string, error) { return Ask(at, n) })
	return Number{Name: n, Value: v}, err
}

// periods counts target periods, or only those for which something (yes) or nothing (no) was reported.
func periods(at *At, a args) (string, error) {
	switch a.get("reported") {
	case "yes":
		return at.number("SELECT count(*) FROM target WHERE value <> '' AND reading <> ''")
	case "no":
		return at.number("SELECT count(*) FROM target WHERE value <> '' AND reading = ''")
	}
	return at.number("SELECT count(*) FROM target WHERE value <> ''")
}

// The states of an occurrence on a day.
const (
	OccurrenceHeld    = "held"
	OccurrenceNotHeld = "not-held"
	OccurrenceMissing = "not-reported" // due, and nothing was reported
	OccurrenceToCome  = "to-come"
)

func occurrences(at *At, a args) (string, error) {
	where, q := occurrencesQuery(at, a)
	return at.number("SELECT count(*) FROM "+where, q.args...)
}

// occurrencesQuery are the due days o of a promise, perhaps only those in a state.
func occurrencesQuery(at *At, a args) (string, *query) {
	q := &query{}
	q.and("p.number = %s", a.int("promise"))
	switch state := a.get("state"); state {
	case "":
	case OccurrenceMissing:
		q.and("o.state = '' AND o.due < %s", at.Day)
	case OccurrenceToCome:
		q.and("o.state = '' AND o.due >= %s", at.Day)
	default:
		q.and("o.state = %s", state)
	}
	return "occurrence AS o JOIN promise AS p ON p.seq = o.promise WHERE " + q.all(), q
}

var measureColumns = map[string]string{"baseline": "baseline", "target": "target", "first-target": "first_target", "reading": "reading"}

func measure(at *At, a args) (string, error) {
	column, ok := measureColumns[a.get("what")]
	if !ok {
		return "", fmt.Errorf("a measure has no %q", a.get("what"))
	}
	return at.text("SELECT m."+column+" FROM measure AS m JOIN promise AS p ON p.seq = m.promise WHERE p.number = $1 AND m.n = $2", a.int("promise"), a.int("n"))
}

var targetColumns = map[string]string{"value": "value", "first": "first", "reading": "reading"}

func target(at *At, a args) (string, error) {
	column, ok := targetColumns[a.get("what")]
	if !ok {
		return "", fmt.Errorf("a target has no %q", a.get("what"))
	}
	return at.text(`SELECT t.`+column+` FROM target AS t JOIN promise AS p ON p.seq = t.promise
		WHERE p.number = $1 AND t.n = $2 AND t.from_day = $3 AND t.to_day = $4`, a.int("promise"), a.int("n"), a.get("from"), a.get("to"))
}

func reading(at *At, a args) (string, error) {
	return at.text("SELECT value FROM reading WHERE seq = $1 AND i = $2", a.int("entry"), a.int("i"))
}

func payment(at *At, a args) (string, error) {
	return at.number("SELECT minor FROM payment WHERE seq = $1", a.int("entry"))
}

func spent(at *At, a args) (string, error) {
	return at.number("SELECT minor FROM spent WHERE seq = $1 AND currency = $2", a.int("entry"), a.get("currency"))
}

// moneyAsked sums a type of money in one currency, of one promise or of all. The type "paid" is all that was paid out.
func moneyAsked(at *At, a args) (string, error) {
	q := a.money(at)
	return at.number("SELECT CAST(COALESCE(SUM(m.minor), 0) AS BIGINT) FROM money AS m JOIN promise AS p ON p.seq = m.promise WHERE "+q.all(), q.args...)
}

// money has the conditions on a sum of money m and its promise p.
func (a args) money(at *At) *query {
	q := a.scope().query(at.Day)
	q.and("m.currency = %s", a.get("currency"))
	if kind := a.get("type"); kind == "paid" {
		q.and("m.type IN (%s, %s)", PaidTypes[0], PaidTypes[1])
	} else {
		q.and("m.type = %s", kind)
	}
	if a.get("promise") != "" {
		q.and("p.number = %s", a.int("promise"))
	}
	return q
}

func ofPromise(column string) func(*At, args) (string, error) {
	return func(at *At, a args) (string, error) {
		return at.number("SELECT "+column+" FROM promise WHERE number = $1", a.int("promise"))
	}
}

// days are the counts of days that a promise's page speaks of.
func days(at *At, a args) (string, error) {
	rows, err := readRows(at, "SELECT "+promise.View.Columns("p")+" FROM promise AS p WHERE p.number = $1", []any{a.int("promise")})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	v, villages, err := at.hear(rows[0].Seq)
	if err != nil {
		return "", err
	}
	said, _ := say(&rows[0], at.Day, v, villages[rows[0].Seq])
	switch a.get("what") {
	case "overdue":
		return strconv.Itoa(said.OverdueDays), nil
	case "late":
		return strconv.Itoa(said.LateDays), nil
	case "unasked":
		return strconv.Itoa(said.UnaskedDays), nil
	}
	return "", fmt.Errorf("a promise has no days %q", a.get("what"))
}

// placesServed counts the places to which something was promised.
func placesServed(at *At, _ args) (string, error) {
	if !at.indexed() {
		return at.number("SELECT count(DISTINCT place) FROM promise_place")
	}
	x, err := at.index(false)
	if err != nil {
		return "", err
	}
	n := 0
	for _, list := range x.here {
		if len(list) > 0 {
			n++
		}
	}
	return strconv.Itoa(n), nil
}
