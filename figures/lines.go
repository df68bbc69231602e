package figures

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kept/programme"
	"kept/promise"
)

// Order is an order of promises.
type Order string

// The orders.
const (
	ByNumber Order = "number"
	ByDue    Order = "due"
	ByLate   Order = "late" // what has been overdue longest first
	ByNew    Order = "new"  // what was reported last first
)

// Orders are all of them.
var Orders = []Order{ByNumber, ByDue, ByLate, ByNew}

// sql differs from a plain column where a promise without a day must come last.
func (o Order) sql(day string, q *query) string {
	switch o {
	case ByDue:
		return "CASE WHEN p.due = '' THEN 1 ELSE 0 END, p.due, p.number"
	case ByLate:
		return "CASE WHEN " + promise.StandingSQL(q.arg(day)) + " = 'overdue' THEN 0 ELSE 1 END, p.open_due, p.number"
	case ByNew:
		return "p.reported DESC, p.number"
	}
	return "p.number"
}

// Line is a promise as a list shows it.
type Line struct {
	promise.Row
	Said promise.Said
	// ByAssembly says that what the village says comes from assemblies alone.
	ByAssembly bool
	// HeardOn is the closing day of the last round from which what the village says comes, empty where it says nothing.
	HeardOn string
	// Unanswered is for how many days the oldest answer has been owed; it has no name where none is owed.
	Unanswered Number

	Terms  promise.Terms
	Places []programme.PlaceRow
	// Measure is the first measure, if there is one.
	Measure     *MeasureNumbers
	Occurrences *Held    // of a schedule or service level
	Promised    []Number // money, one per currency
	Paid        []Number
}

// List returns the promises that the filter chooses, from a place on; all of them if most is 0.
func (at *At) List(f Filter, o Order, from, most int) ([]Line, error) {
	if at.indexed() {
		c, err := at.choose(f)
		if err != nil {
			return nil, err
		}
		rows, err := at.rowsOf(c.order(o, from, most))
		if err != nil {
			return nil, err
		}
		return at.lines(rows)
	}
	where, q := f.sql(at.Day)
	sql := where + "ORDER BY " + o.sql(at.Day, q)
	if most > 0 {
		sql += fmt.Sprintf(" LIMIT %s OFFSET %s", q.arg(int64(most)), q.arg(int64(from)))
	}
	rows, err := readRows(at, "SELECT "+promise.View.Columns("p")+sql, q.args)
	if err != nil {
		return nil, err
	}
	return at.lines(rows)
}

// Of returns these promises, by their places in the book and in this order.
func (at *At) Of(seqs ...int64) ([]Line, error) {
	var keys [][]any
	place := map[int64]int{}
	for i, seq := range seqs {
		keys, place[seq] = append(keys, []any{seq}), i
	}
	rows, err := promise.View.Load(at.Tx, keys)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b promise.Row) int { return cmp.Compare(place[a.Seq], place[b.Seq]) })
	return at.lines(rows)
}

// lines puts beside each promise what a list shows of it, with a fixed number of queries for the whole list.
func (at *At) lines(rows []promise.Row) ([]Line, error) {
	lines := make([]Line, len(rows))
	bySeq := map[int64]*Line{}
	var versions, measures [][]any
	for i, row := range rows {
		lines[i] = Line{Row: row}
		bySeq[row.Seq] = &lines[i]
		versions = append(versions, []any{row.Seq, row.Version})
		if row.Measures > 0 {
			measures = append(measures, []any{row.Seq, int64(0)})
		}
	}
	if err := at.sayAll(lines); err != nil {
		return nil, err
	}
	if err := at.addUnanswered(bySeq); err != nil {
		return nil, err
	}
	terms, err := promise.Versions.Load(at.Tx, versions)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		if bySeq[t.Promise].Terms, err = promise.ParseTerms(t.Terms); err != nil {
			return nil, err
		}
	}
	first, err := promise.Measures.Load(at.Tx, measures)
	if err != nil {
		return nil, err
	}
	for _, m := range first {
		bySeq[m.Promise].Measure = measureNumbers(bySeq[m.Promise].Number, m)
	}
	if err := at.addPlaces(lines); err != nil {
		return nil, err
	}
	if err := at.addOccurrences(bySeq); err != nil {
		return nil, err
	}
	return lines, at.addMoney(bySeq)
}

// addOccurrences counts the due days of what comes due again and again among the lines, by state on the day.
func (at *At) addOccurrences(bySeq map[int64]*Line) error {
	q := &query{}
	var in []string
	for seq, l := range bySeq {
		if promise.Recurs(l.Plan) {
			in = append(in, q.arg(seq))
		}
	}
	if len(in) == 0 {
		return nil
	}
	counts := map[int64]map[string]int64{}
	var seq, n int64
	var state string
	err := at.Tx.Each([]any{&seq, &state, &n}, func() error {
		if counts[seq] == nil {
			counts[seq] = map[string]int64{}
		}
		counts[seq][state] = n
		return nil
	}, "SELECT o.promise, "+occurrenceSQL(q.arg(at.Day))+" AS s, count(*) FROM occurrence AS o WHERE o.promise IN ("+strings.Join(in, ", ")+") GROUP BY 1, 2", q.args...)
	for _, l := range bySeq {
		if promise.Recurs(l.Plan) {
			l.Occurrences = held(l.Number, counts[l.Seq])
			l.Occurrences.Service = l.Plan == promise.ServiceLevel
		}
	}
	return err
}

// occurrenceSQL is StateOn in SQL, for an occurrence row named o.
func occurrenceSQL(day string) string {
	return "CASE WHEN o.state <> '' THEN o.state WHEN o.due < " + day + " THEN '" + OccurrenceMissing + "' ELSE '" + OccurrenceToCome + "' END"
}

// held makes the numbers of a schedule or service level from its counts by state.
func held(number int64, counts map[string]int64) *Held {
	var total int64
	for _, n := range counts {
		total += n
	}
	of := func(state string, n int64) Number { return OfPromise(number, "occurrences", state, n) }
	return &Held{Total: of("", total), Held: of(OccurrenceHeld, counts[OccurrenceHeld]), NotHeld: of(OccurrenceNotHeld, counts[OccurrenceNotHeld]),
		Missing: of(OccurrenceMissing, counts[OccurrenceMissing]), ToCome: of(OccurrenceToCome, counts[OccurrenceToCome])}
}

func (at *At) addPlaces(lines []Line) error {
	var keys [][]any
	asked := map[string]bool{}
	for i := range lines {
		for _, code := range lines[i].Terms.Places {
			if !asked[code] {
				asked[code] = true
				keys = append(keys, []any{code})
			}
		}
	}
	places, err := programme.Places.Load(at.Tx, keys)
	if err != nil {
		return err
	}
	byCode := map[string]programme.PlaceRow{}
	for _, p := range places {
		byCode[p.Code] = p
	}
	for i := range lines {
		for _, code := range lines[i].Terms.Places {
			lines[i].Places = append(lines[i].Places, byCode[code])
		}
	}
	return nil
}

// PaidTypes are the types of payments that count as paid out.
var PaidTypes = []string{"disbursed", "spent"}

func (at *At) addMoney(bySeq map[int64]*Line) error {
	sums, err := at.MoneyOf(slices.Collect(maps.Keys(bySeq))...)
	if err != nil {
		return err
	}
	for _, s := range sums {
		l := bySeq[s.Promise]
		switch {
		case s.Type == "promised" && s.Minor != 0:
			l.Promised = append(l.Promised, money(l.Number, "promised", s.Currency, s.Minor))
		case slices.Contains(PaidTypes, s.Type):
			l.Paid = addPaid(l.Paid, l.Number, s)
		}
	}
	return nil
}

// addPaid adds to the sum of the currency, or begins it.
func addPaid(paid []Number, promise int64, s promise.MoneyRow) []Number {
	for i := range paid {
		if paid[i].Currency == s.Currency {
			paid[i].Value = strconv.FormatInt(paid[i].Int()+s.Minor, 10)
			return paid
		}
	}
	return append(paid, money(promise, "paid", s.Currency, s.Minor))
}

func money(promise int64, kind, currency string, minor int64) Number {
	return Number{Value: strconv.FormatInt(minor, 10), Currency: currency,
		Name: name("money", "promise", strconv.FormatInt(promise, 10), "type", kind, "currency", currency)}
}

func readRows(at *At, sql string, args []any) ([]promise.Row, error) {
	var out []promise.Row
	var row promise.Row
	err := at.Tx.Each(promise.View.Into(&row), func() error { out = append(out, row); return nil }, sql, args...)
	return out, err
}

// MeasureNumbers are the numbers of one measure of a promise.
type MeasureNumbers struct {
	N, Down                             int64
	Baseline, Target, FirstTarget, Read Number
}

func measureNumbers(promise int64, m promise.MeasureRow) *MeasureNumbers {
	number := func(what, value string) Number {
		return Number{Value: value, Name: name("measure", "promise", strconv.FormatInt(promise, 10), "n", strconv.FormatInt(m.N, 10), "what", what)}
	}
	return &MeasureNumbers{m.N, m.Down, number("baseline", m.Baseline), number("target", m.Target),
		number("first-target", m.FirstTarget), number("reading", m.Reading)}
}

// OfPromise is a count of one promise whose value is known: days overdue, reports, pictures, or occurrences in a state.
func OfPromise(number int64, figure, which string, value int64) Number {
	key := "what"
	if figure == "occurrences" {
		key = "state"
	}
	return count(name(figure, "promise", strconv.FormatInt(number, 10), key, which), value)
}
