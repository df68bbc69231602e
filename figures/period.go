package figures

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"kept/promise"
)

// Figures of a period count by the recorded day: what an entry says belongs to the period in which it was recorded. Each is
// written once: what is added up, of which rows. From it follow its value and the list behind it, so
// that neither can say something else than the other.

// tallied is how a figure of a period is counted. Of is what each row adds; the rest are the columns of its list.
type tallied struct {
	of                     string
	from                   string // tables, with the promise as p
	entry, day             string
	place, state, currency string // SQL; empty: nothing
	where                  func(q *query, day string) error
}

// always is an end of a period that was not named.
const (
	firstEver = "0000-00-00"
	lastEver  = "9999-99-99"
)

func (a args) period() (from, to string) {
	if from = a.get("from"); from == "" {
		from = firstEver
	}
	if to = a.get("to"); to == "" {
		to = lastEver
	}
	return from, to
}

// within is the condition that a day lies in the period.
func (q *query) within(day string, a args) {
	from, to := a.period()
	q.and(day+" >= %s", from)
	q.and(day+" <= %s", to)
}

// recorded is the condition that an entry, named by its place in the book, was recorded in the period.
func (q *query) recorded(entry string, a args) {
	from, to := a.period()
	q.and(entry+" > (SELECT COALESCE(MIN(d.seq), "+strconv.Itoa(math.MaxInt64)+") FROM day AS d WHERE d.day >= %s)", from)
	q.and(entry+" < (SELECT COALESCE(MIN(d.seq), "+strconv.Itoa(math.MaxInt64)+") FROM day AS d WHERE d.day > %s)", to)
}

// inPlaces is the condition that a place is one of the filter's, or lies in one.
func (q *query) inPlaces(column string, f Filter) {
	if f.Place != "" {
		q.where = append(q.where, column+" IN (SELECT y.place FROM place_above AS y WHERE y.above IN ("+q.in(f.places())+"))")
	}
}

// tallies are the figures of a period by name.
var tallies = map[string]struct {
	args []string
	of   func(a args) (*tallied, error)
}{
	"happened":   {scoped("what", "from", "to"), happenedIn},
	"going-on":   {scoped("from", "to"), goingOn},
	"unreported": {scoped("from", "to"), unreported},
	"due-days":   {scoped("state", "from", "to"), dueDays},
	"paid":       {scoped("currency", "from", "to"), paidIn},
	"said":       {scoped("what", "from", "to"), saidIn},
	"answers-in": {[]string{"what", "office", "place", "from", "to"}, answersIn},
}

func init() {
	for name, t := range tallies {
		all[name] = figure{t.args, func(at *At, a args) (string, error) { return at.tally(name, a) }}
	}
}

// tally is the value of a figure of a period.
func (at *At) tally(name string, a args) (string, error) {
	t, q, err := at.tallied(name, a)
	if err != nil {
		return "", err
	}
	return at.number("SELECT CAST(COALESCE(SUM("+t.of+"), 0) AS BIGINT) FROM "+t.from+" WHERE "+q.all(), q.args...)
}

// tallied reads a figure's arguments.
func (at *At) tallied(name string, a args) (*tallied, *query, error) {
	t, err := tallies[name].of(a)
	if err != nil {
		return nil, nil, err
	}
	f := a.scope()
	if name == "answers-in" {
		f.Office, f.Place = "", "" // of the office that answers, and the place that is answered
	}
	q := f.query(at.Day)
	return t, q, t.where(q, at.Day)
}

// event is something that happens to promises, by the recorded day.
type event struct{ from, day, entry, only string }

const (
	ofTerms   = "terms AS h JOIN promise AS p ON p.seq = h.promise AND h.version > 1"
	ofReports = "report AS r JOIN promise AS p ON p.seq = r.promise"
)

var happens = map[string]event{
	"promises":         {"promise AS p", "p.promised", "p.seq", ""},
	"reports":          {ofReports, "r.recorded", "r.seq", "r.sent_back = 0"},
	"sent-back":        {ofReports, "r.back_day", "r.sent_back", "r.sent_back > 0"},
	"done":             {"promise AS p", "p.done", "p.state_seq", "p.withdrawn = '' AND p.done <> ''"},
	"done-late":        {"promise AS p", "p.done", "p.state_seq", "p.withdrawn = '' AND p.first_due <> '' AND p.done > p.first_due AND p.source = ''"},
	"withdrawn":        {"promise AS p", "p.withdrawn", "p.ended", "p.withdrawn <> ''"},
	"amended":          {ofTerms, "h.recorded", "h.seq", ""},
	"lowered":          {ofTerms, "h.recorded", "h.seq", "h.lowered = 1"},
	"made-later":       {ofTerms, "h.recorded", "h.seq", "h.later = 1"},
	"lowered-or-later": {ofTerms, "h.recorded", "h.seq", "(h.lowered = 1 OR h.later = 1)"},
}

// happenedIn counts what was recorded in the period: promises made; reports that were not sent back, and sendings back; promises
// reported done that still stand so, and those of them after their first due day; withdrawals; amendments, and those that promised
// less or came due later.
func happenedIn(a args) (*tallied, error) {
	e, ok := happens[a.get("what")]
	if !ok {
		return nil, fmt.Errorf("nothing that happens is called %q", a.get("what"))
	}
	return &tallied{of: "1", from: e.from, entry: e.entry, day: e.day, where: func(q *query, _ string) error {
		if e.only != "" {
			q.where = append(q.where, e.only)
		}
		q.within(e.day, a)
		return nil
	}}, nil
}

// goingOn counts the promises that went on in the period: made by its end, not done before it, and not withdrawn by its end.
func goingOn(a args) (*tallied, error) {
	return &tallied{of: "1", from: "promise AS p", entry: "p.seq", day: "p.promised", where: func(q *query, _ string) error {
		q.goingOn(a)
		return nil
	}}, nil
}

func (q *query) goingOn(a args) {
	from, to := a.period()
	q.and("p.promised <= %s", to)
	q.and("(p.done = '' OR p.done >= %s)", from)
	q.and("(p.withdrawn = '' OR p.withdrawn > %s)", to)
}

// unreported counts those of them on which nothing was reported in the period.
func unreported(a args) (*tallied, error) {
	return &tallied{of: "1", from: "promise AS p", entry: "p.seq", day: "p.promised", where: func(q *query, _ string) error {
		q.goingOn(a)
		from, to := a.period()
		q.and("NOT EXISTS (SELECT 1 FROM report AS r WHERE r.promise = p.seq AND r.sent_back = 0 AND r.recorded >= %s AND r.recorded <= %s)", from, to)
		return nil
	}}, nil
}

// dueDays counts days of schedules and service levels that come due in the period, by state on the day. A promise that is
// withdrawn or done is due no more; what was reported of it stays.
func dueDays(a args) (*tallied, error) {
	state := a.get("state")
	t := &tallied{of: "1", from: "occurrence AS o JOIN promise AS p ON p.seq = o.promise", entry: "o.seq", day: "o.due", state: "o.state"}
	t.where = func(q *query, day string) error {
		q.within("o.due", a)
		q.where = append(q.where, "(o.state <> '' OR p.withdrawn = '' AND p.done = '')")
		switch state {
		case "":
		case OccurrenceMissing:
			q.and("o.state = '' AND o.due < %s", day)
		case OccurrenceToCome:
			q.and("o.state = '' AND o.due >= %s", day)
		case OccurrenceHeld, OccurrenceNotHeld:
			q.and("o.state = %s", state)
		default:
			return fmt.Errorf("a due day is never %q", state)
		}
		return nil
	}
	return t, nil
}

// movements are the payments that count as paid out and were not taken back, and what reports that were not sent back say was
// spent.
var movements = "(SELECT y.seq AS seq, y.promise AS promise, y.recorded AS recorded, y.currency AS currency, y.minor AS minor FROM payment AS y WHERE y.withdrawn = 0 AND y.type IN ('" +
	strings.Join(PaidTypes, "', '") + `')
	UNION ALL SELECT s.seq, r.promise, r.recorded, s.currency, s.minor FROM spent AS s JOIN report AS r ON r.seq = s.seq WHERE r.sent_back = 0) AS x JOIN promise AS p ON p.seq = x.promise`

// paidIn sums in one currency what was paid out, by the recorded day of the payment or report.
func paidIn(a args) (*tallied, error) {
	return &tallied{of: "x.minor", from: movements, entry: "x.seq", day: "x.recorded", currency: "x.currency", where: func(q *query, _ string) error {
		q.within("x.recorded", a)
		q.and("x.currency = %s", a.get("currency"))
		return nil
	}}, nil
}

// saidIn is what villages said in results that were recorded in the period. "results" counts one promise asked about in one
// place; "too-few" those of them that are too few to say. "kept" to "cant-tell" sum the published counts, and nothing else: where
// fewer than five gave an answer nothing is added (the safeguard S9). What is contested or lost is counted by itself, and no
// count of it is added to the others.
func saidIn(a args) (*tallied, error) {
	what := a.get("what")
	t := &tallied{of: "1", from: "question AS q JOIN round_place AS w ON w.round = q.round AND w.place = q.place JOIN promise AS p ON p.seq = q.promise",
		entry: "w.seq", day: "''", place: "w.place", state: "q.verdict"}
	only := "w.outcome = 'result' AND w.contested = ''"
	switch what {
	case "results":
	case string(promise.TooFew):
		only += " AND q.verdict = 'too-few'"
	case string(promise.Contested):
		only = "w.outcome <> '' AND w.contested <> ''"
	case "lost":
		only = "w.outcome = 'lost'"
	default:
		column, ok := publishedColumns[what]
		if !ok {
			return nil, fmt.Errorf("there is no answer %q", what)
		}
		t.of = "q." + column
		only += " AND q." + column + " > 0"
	}
	t.where = func(q *query, _ string) error {
		q.where = append(q.where, only)
		q.recorded("w.seq", a)
		q.inPlaces("w.place", a.scope())
		return nil
	}
	return t, nil
}

// publishedColumns are the columns of published counts by the name of the answer.
var publishedColumns = map[string]string{"kept": "kept", "partly-kept": "partly", "not-kept": "not_kept", "cant-tell": "cant_tell"}

// answersIn counts by the office that must answer: "asked", answers that became owed by results recorded in the period;
// "given", answers recorded in the period; "late", first answers recorded in it after their last day.
func answersIn(a args) (*tallied, error) {
	const owed = "owed AS o JOIN promise AS p ON p.seq = o.promise"
	t := &tallied{of: "1", from: owed, entry: "o.answer", day: "o.answered", place: "o.place", state: "o.verdict"}
	var only func(q *query)
	switch what := a.get("what"); what {
	case "asked":
		t.entry, t.day = "o.result", "o.since"
		only = func(q *query) { q.recorded("o.result", a) }
	case "given":
		t.from = "round_answer AS x JOIN owed AS o ON o.result = x.result AND o.promise = x.promise JOIN promise AS p ON p.seq = o.promise"
		t.entry, t.day = "x.seq", "x.recorded"
		only = func(q *query) { q.within("x.recorded", a) }
	case "late":
		only = func(q *query) {
			q.where = append(q.where, "o.answered > o.due")
			q.within("o.answered", a)
		}
	default:
		return nil, fmt.Errorf("no answers are %q", what)
	}
	t.where = func(q *query, _ string) error {
		only(q)
		if a.get("office") != "" {
			q.and("o.office = %s", a.get("office"))
		}
		q.inPlaces("o.place", a.scope())
		return nil
	}
	return t, nil
}
