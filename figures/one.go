package figures

import (
	"cmp"
	"slices"
	"strconv"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// Promise is everything about one promise.
type Promise struct {
	Line
	Measured []Measured
	History  []Version
	Work     []Work
	Money    []Account
	Payments []Payment
	Reason   Text // of a withdrawal
	Overdue  Number
	Late     Number
	Unasked  Number
	Heard    *Heard // nil if no round ever asked about it
}

// Measured is a measure with its targets and what was reported.
type Measured struct {
	promise.Measure
	MeasureNumbers
	Periods []Period
	Loose   []Loose // readings that belong to no target period
}

// Period is a target period beside what was reported for it.
type Period struct {
	From, To           string
	Value, First, Read Number
	Removed, Changed   bool
}

// Loose is a reading that belongs to no target period.
type Loose struct {
	Day      string
	From, To string
	Value    Number
	Early    bool
}

// Held are the occurrences of a schedule, or the periods of a service level, which are held if nothing was late in them.
type Held struct {
	Service                               bool
	Total, Held, NotHeld, Missing, ToCome Number
	Days                                  []promise.OccurrenceRow
	Counts                                []Counts // of a service level, one for each of the days
}

// Version is one version of the terms beside the one before.
type Version struct {
	promise.TermsRow
	Terms   promise.Terms
	Changes []promise.Change // against the version before; none for the first
	Reason  Text
	Days    int // from the promise to this
}

// Text is a text beside the book, as it may be shown: in one language, or erased, or not looked at yet.
type Text struct {
	locale.Wording
	Erased bool
	Hidden bool // nobody who may has looked at it
}

// Work is a work report.
type Work struct {
	promise.ReportRow
	Note     Text
	Readings []WorkReading
	Spent    []Number
	Counts   *Counts // of a service level
	Shown    []promise.PictureRow
	Waiting  int                  // pictures that nobody has looked at
	NotShown []promise.PictureRow // those that were looked at and may not be
	Why      Text                 // it was sent back
}

// WorkReading is a reading in a report.
type WorkReading struct {
	promise.ReadingRow
	Value Number
}

// Account is what stands of a promise's money in one currency.
type Account struct {
	Currency                  string
	Promised, First, Paid     Number
	Other                     []Number // other types of payments, in order of type
	Types                     []string
	HasPromised, FirstDiffers bool
}

// Payment is a movement of money.
type Payment struct {
	promise.PaymentRow
	Value Number
}

// MaxListed is how many work reports and payments one page lists.
const MaxListed = 200

// One reads a promise by its number.
func (at *At) One(number int64) (*Promise, bool, error) {
	rows, err := readRows(at, "SELECT "+promise.View.Columns("p")+" FROM promise AS p WHERE p.number = $1", []any{number})
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	lines, err := at.lines(rows)
	if err != nil {
		return nil, false, err
	}
	p := &Promise{Line: lines[0]}
	day := func(what string, n int) Number {
		return count(name("days", "promise", strconv.FormatInt(number, 10), "what", what), int64(n))
	}
	p.Overdue, p.Late, p.Unasked = day("overdue", p.Said.OverdueDays), day("late", p.Said.LateDays), day("unasked", p.Said.UnaskedDays)
	for _, read := range []func(*Promise) error{at.readMeasures, at.readOccurrences, at.readHistory, at.readWork, at.readMoney, at.readEnd, at.readVoice} {
		if err := read(p); err != nil {
			return nil, false, err
		}
	}
	return p, true, nil
}

func (at *At) readMeasures(p *Promise) error {
	rows, err := promise.Measures.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.n", p.Seq)
	if err != nil {
		return err
	}
	targets, err := promise.Targets.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.n, v.to_day, v.from_day", p.Seq)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if m.N >= int64(len(p.Terms.Measures)) {
			continue // taken away by an amendment; its history shows it
		}
		measured := Measured{Measure: p.Terms.Measures[m.N], MeasureNumbers: *measureNumbers(p.Number, m)}
		for _, t := range targets {
			if t.N == m.N {
				measured.Periods = append(measured.Periods, period(p.Number, t))
			}
		}
		p.Measured = append(p.Measured, measured)
	}
	return nil
}

// Targets are the targets of a measure of a promise, the earliest first.
func (at *At) Targets(number, seq, n int64) ([]Period, error) {
	rows, err := promise.Targets.Select(at.Tx, "WHERE v.promise = $1 AND v.n = $2 ORDER BY v.from_day, v.to_day", seq, n)
	var out []Period
	for _, t := range rows {
		out = append(out, period(number, t))
	}
	return out, err
}

func period(of int64, t promise.TargetRow) Period {
	number := func(what, value string) Number {
		return Number{Value: value, Name: name("target", "promise", strconv.FormatInt(of, 10), "n", strconv.FormatInt(t.N, 10), "from", t.From, "to", t.To, "what", what)}
	}
	return Period{From: t.From, To: t.To, Value: number("value", t.Value), First: number("first", t.First), Read: number("reading", t.Reading),
		Removed: t.Value == "", Changed: t.Value != t.First}
}

func (at *At) readOccurrences(p *Promise) (err error) {
	if p.Occurrences == nil {
		return nil
	}
	if p.Occurrences.Days, err = promise.Occurrences.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.due", p.Seq); err == nil && p.Occurrences.Service {
		err = at.readCounts(p)
	}
	return err
}

// StateOn is the state of an occurrence on a day.
func StateOn(o promise.OccurrenceRow, day string) string {
	switch {
	case o.State != "":
		return o.State
	case o.Due < day:
		return OccurrenceMissing
	}
	return OccurrenceToCome
}

func (at *At) readHistory(p *Promise) error {
	rows, err := promise.Versions.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.version", p.Seq)
	if err != nil {
		return err
	}
	var seqs []int64
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	reasons, err := ledger.TextsOf(at.Tx, promise.FieldReason, seqs...)
	if err != nil {
		return err
	}
	for i, r := range rows {
		terms, err := promise.ParseTerms(r.Terms)
		if err != nil {
			return err
		}
		v := Version{TermsRow: r, Terms: terms, Reason: textOf(reasons[r.Seq], r.Lang)}
		if i > 0 {
			v.Changes = promise.Changes(&p.History[i-1].Terms, &terms)
			v.Days = daysBetween(rows[0].Recorded, r.Recorded)
		}
		p.History = append(p.History, v)
	}
	return nil
}

// textOf puts a text's languages together.
func textOf(said map[string]ledger.Said, original string) Text {
	t := Text{Wording: locale.Wording{Original: original, In: map[string]string{}}}
	for lang, s := range said {
		t.Erased = t.Erased || s.Erased
		if !s.Erased {
			t.In[lang] = s.Body
		}
	}
	return t
}

func (at *At) readWork(p *Promise) error {
	rows, err := promise.Reports.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.seq DESC LIMIT $2", p.Seq, int64(MaxListed))
	if err != nil || len(rows) == 0 {
		return err
	}
	if p.Work, err = at.works(p, rows); err == nil {
		p.addLoose()
	}
	return err
}

// works reads what reports of one promise say; rows begin with the latest.
func (at *At) works(p *Promise, rows []promise.ReportRow) (out []Work, err error) {
	var seqs []int64
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	notes, err := ledger.TextsOf(at.Tx, promise.FieldNote, seqs...)
	if err != nil {
		return nil, err
	}
	oldest := rows[len(rows)-1].Seq
	readings, err := promise.Readings.Select(at.Tx, "WHERE v.promise = $1 AND v.seq >= $2 ORDER BY v.seq, v.i", p.Seq, oldest)
	if err != nil {
		return nil, err
	}
	spent, err := promise.Spendings.Select(at.Tx, "WHERE v.seq IN (SELECT seq FROM report WHERE promise = $1 AND seq >= $2) ORDER BY v.seq, v.currency", p.Seq, oldest)
	if err != nil {
		return nil, err
	}
	pictures, err := promise.Pictures.Select(at.Tx, "WHERE v.report IN (SELECT seq FROM report WHERE promise = $1 AND seq >= $2) ORDER BY v.report, v.id", p.Seq, oldest)
	if err != nil {
		return nil, err
	}
	why, err := at.reasonsOf(rows)
	if err != nil {
		return nil, err
	}
	counts, err := at.countsOf(p, oldest)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		w := Work{ReportRow: r, Note: textOf(notes[r.Seq], r.Lang), Counts: counts[r.Seq], Why: why[r.Seq]}
		if w.NoteShown == 0 {
			w.Note = Text{Hidden: r.HasNote == 1 && r.SentBack == 0}
		}
		for _, x := range readings {
			if x.Seq == r.Seq {
				w.Readings = append(w.Readings, WorkReading{x, Number{Value: x.Value, Name: name("reading", "entry", strconv.FormatInt(x.Seq, 10), "i", strconv.FormatInt(x.I, 10))}})
			}
		}
		for _, s := range spent {
			if s.Seq == r.Seq {
				w.Spent = append(w.Spent, Number{Value: strconv.FormatInt(s.Minor, 10), Currency: s.Currency,
					Name: name("spent", "entry", strconv.FormatInt(s.Seq, 10), "currency", s.Currency)})
			}
		}
		for _, pic := range pictures {
			if pic.Report != r.Seq || r.SentBack != 0 {
				continue
			} else if pic.SHA256 == "" && r.Passed == 0 {
				w.Waiting++
			} else if pic.SHA256 == "" {
				w.NotShown = append(w.NotShown, pic)
			} else {
				w.Shown = append(w.Shown, pic)
			}
		}
		out = append(out, w)
	}
	return out, nil
}

// reasonsOf are the reasons for which reports were sent back.
func (at *At) reasonsOf(rows []promise.ReportRow) (map[int64]Text, error) {
	var seqs []int64
	for _, r := range rows {
		if r.SentBack != 0 {
			seqs = append(seqs, r.SentBack)
		}
	}
	out := map[int64]Text{}
	if len(seqs) == 0 {
		return out, nil
	}
	reasons, err := ledger.TextsOf(at.Tx, promise.FieldReason, seqs...)
	for _, r := range rows {
		if r.SentBack != 0 {
			out[r.Seq] = textOf(reasons[r.SentBack], r.BackLang)
		}
	}
	return out, err
}

// addLoose puts readings that belong to no target period beside their measure.
func (p *Promise) addLoose() {
	for _, w := range slices.Backward(p.Work) {
		if w.SentBack != 0 {
			continue
		}
		for _, x := range w.Readings {
			for i := range p.Measured {
				m := &p.Measured[i]
				if m.N != x.N || !x.loose(m) {
					continue
				}
				m.Loose = append(m.Loose, Loose{Day: w.Day, From: x.From, To: x.To, Value: x.Value, Early: x.Early == 1})
			}
		}
	}
}

func (x WorkReading) loose(m *Measured) bool {
	return x.Early == 1 || x.From != "" && !slices.ContainsFunc(m.Periods, func(p Period) bool { return p.From == x.From && p.To == x.To })
}

func (at *At) readMoney(p *Promise) error {
	sums, err := promise.Sums.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.currency, v.type", p.Seq)
	if err != nil {
		return err
	}
	byCurrency := map[string]*Account{}
	var order []string
	for _, s := range sums {
		a := byCurrency[s.Currency]
		if a == nil {
			a = &Account{Currency: s.Currency, Paid: money(p.Number, "paid", s.Currency, 0)}
			byCurrency[s.Currency] = a
			order = append(order, s.Currency)
		}
		a.add(p.Number, s)
	}
	for _, currency := range order {
		p.Money = append(p.Money, *byCurrency[currency])
	}
	payments, err := promise.Payments.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.day DESC, v.seq LIMIT $2", p.Seq, int64(MaxListed))
	for _, x := range payments {
		p.Payments = append(p.Payments, Payment{x, Number{Value: strconv.FormatInt(x.Minor, 10), Currency: x.Currency,
			Name: name("payment", "entry", strconv.FormatInt(x.Seq, 10))}})
	}
	return err
}

func (a *Account) add(promise int64, s promise.MoneyRow) {
	n := money(promise, s.Type, s.Currency, s.Minor)
	switch {
	case s.Type == "promised":
		a.Promised, a.HasPromised = n, true
	case s.Type == "first-promised":
		a.First = n
	case slices.Contains(PaidTypes, s.Type):
		a.Paid.Value = strconv.FormatInt(a.Paid.Int()+s.Minor, 10)
		fallthrough
	default:
		a.Other, a.Types = append(a.Other, n), append(a.Types, s.Type)
	}
	a.FirstDiffers = a.First.Value != "" && a.HasPromised && a.First.Value != a.Promised.Value
}

func (at *At) readEnd(p *Promise) error {
	if p.Withdrawn == "" {
		return nil
	}
	reasons, err := ledger.TextsOf(at.Tx, promise.FieldReason, p.Ended)
	p.Reason = textOf(reasons[p.Ended], p.EndedLang)
	return err
}

// Percent is how far a reading is from baseline to target, from 0 to 100, for drawing; the bool is false if it
// cannot be said.
func (m *MeasureNumbers) Percent() (int, bool) {
	return promise.Share(cmp.Or(m.Baseline.Value, "0"), m.Read.Value, m.Target.Value)
}
