package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// Reporting is the form of a work report on one promise. It needs no script: any phone that shows pages can send it, once.
type Reporting struct {
	Form
	*figures.Promise
	Missing  []Choice // days of its schedule for which nothing was reported
	Measured []Asked
	Service  bool  // its counts are asked for
	Spent    []int // one row for each sum
	Again    *promise.ReportRow
	Why      figures.Text // why the report that is written again was sent back
	Today    string

	Pictures []FormPicture // those that have arrived
	Refused  []RefusedFile // those that could not be taken
	Takes    bool          // pictures are taken here
}

// Asked is a measure that a report can have a reading of.
type Asked struct {
	figures.Measured
	Periods []Choice
}

// Choosing is the page on which a team chooses what to report on.
type Choosing struct {
	Form
	Lines  []figures.Line
	Sought string
	At     int
	Pages  int
}

var reportFields = []string{"state", "day", "note.*", "value.*", "period.*", "amount.*", "currency.*", "due", "held", "received", "answered", "late",
	"kept[]", "drop[]", "nobody"}

// mostSpent is how many sums of money one form takes.
const mostSpent = 3

// reportPage is the form of a report, or the choice of what to report on.
func reportPage(v *visit) (*result, error) {
	q := v.r.URL.Query()
	if q.Get("promise") == "" {
		return v.choosing()
	}
	number, err := strconv.ParseInt(q.Get("promise"), 10, 64)
	if err != nil {
		return nil, notFound
	}
	one, ok, err := v.One(number)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	if err := v.mayReportOn(&one.Row, &one.Terms); err != nil {
		return nil, err
	}
	again, err := v.writtenAgain(q.Get("again"), one)
	if err != nil {
		return nil, err
	}
	if v.form != nil && v.failed == nil {
		draft, err := v.readReport(one)
		if err != nil {
			return nil, err
		}
		if verb, _ := v.form.do(); verb == "report" && v.form.right() {
			return &result{drafts: []ledger.Draft{draft}, to: v.links().OfficeLink("reports/" + draft.ID)}, nil
		}
	}
	return v.reporting(one, again, q.Get("due"))
}

// writtenAgain is the report that was sent back and is written again.
func (v *visit) writtenAgain(id string, one *figures.Promise) (*promise.ReportRow, error) {
	if id == "" {
		return nil, nil
	}
	row, of, err := v.reportBy(id)
	if err != nil {
		return nil, err
	}
	if of.Number != one.Number {
		return nil, notFound
	}
	return &row, nil
}

func (v *visit) reporting(one *figures.Promise, again *promise.ReportRow, due string) (*result, error) {
	p := Reporting{Form: v.formPage("report", v.p.T("reporting.title", "Number", itoa(one.Number), "Title", plain(v.p, one.Terms.Title))),
		Promise: one, Again: again, Service: one.Terms.Plan.Kind == promise.ServiceLevel, Today: v.Day}
	if again != nil {
		work, err := v.WorkOf(one, *again)
		if err != nil {
			return nil, err
		}
		p.Why = work.Why
		if v.form == nil {
			p.begin(work)
		}
	}
	if v.form == nil {
		p.typed.set("due", cmp.Or(p.Typed("due"), due))
	}
	if p.Typed("day") == "" {
		p.typed.set("day", v.Day)
	}
	p.Missing = p.missing(v.Day)
	for _, m := range one.Measured {
		a := Asked{Measured: m}
		for _, t := range m.Periods {
			if t.Value.Value != "" {
				a.Periods = append(a.Periods, Choice{Value: t.From + "/" + t.To, Text: p.PeriodText(t.From, t.To)})
			}
		}
		p.Measured = append(p.Measured, a)
	}
	for i := range min(mostSpent, max(1, len(one.Terms.Money))) {
		p.Spent = append(p.Spent, i)
		name := "currency." + strconv.Itoa(i)
		if v.form == nil && p.Typed(name) == "" && i < len(one.Terms.Money) {
			p.typed.set(name, one.Terms.Money[i].Currency)
		}
	}
	return &result{page: p, name: "reporting"}, p.addPictures(v)
}

// begin fills the form with what a report said that was sent back.
func (p *Reporting) begin(w figures.Work) {
	f := p.typed
	f.set("state", w.State)
	f.set("day", w.Day)
	f.set("due", w.Occurrence)
	if w.Occurrence != "" && w.Held == 0 {
		f.set("held", "no")
	}
	f.setWording("note", w.Note.Wording)
	for _, x := range w.Readings {
		n := itoa(x.N)
		f.set("value."+n, x.Value.Value)
		if x.From != "" {
			f.set("period."+n, x.From+"/"+x.To)
		}
	}
	if c := w.Counts; c != nil {
		f.set("due", c.Due)
		f.set("received", c.Received.Value)
		f.set("answered", c.Answered.Value)
		f.set("late", c.Late.Value)
	}
	for i, s := range w.Spent {
		f.set("amount."+strconv.Itoa(i), locale.PlainMinor(s.Int(), s.Currency))
		f.set("currency."+strconv.Itoa(i), s.Currency)
	}
}

// missing are the due days that nothing was reported for, up to the programme's day, and that which is reported on.
func (p *Reporting) missing(today string) []Choice {
	if p.Occurrences == nil {
		return nil
	}
	out := []Choice{{Text: p.T("reporting.no-occurrence")}}
	for _, o := range p.Occurrences.Days {
		if o.State == "" && o.Due <= today || o.Due == p.Typed("due") {
			out = append(out, Choice{Value: o.Due, Text: p.Weekday(o.Due) + ", " + p.ShortDay(o.Due), Selected: o.Due == p.Typed("due")})
		}
	}
	return out
}

// readReport reads the form. What is wrong is said beside its field.
func (v *visit) readReport(one *figures.Promise) (ledger.Draft, error) {
	f := v.form
	r := promise.Report{State: f.get("state")}
	if r.State != "" && !slices.Contains(promise.States, r.State) {
		return ledger.Draft{}, unclear
	}
	day := locale.ReadDay(f.get("day"))
	switch {
	case !schedule.ValidDay(day):
		f.say("day", v.p.T("typed.day"))
	case day > v.Day:
		f.say("day", v.p.T("reporting.future"))
	}
	v.readOccurrence(one, &r)
	v.readReadings(one, &r)
	v.readSpent(&r)
	if err := v.readPictures(&r); err != nil {
		return ledger.Draft{}, err
	}
	note := f.wording("note", v.languages())
	if !note.IsZero() {
		v.checkLong("note", note, promise.MaxText)
	}
	if f.right() && note.IsZero() && r.State == "" && r.Occurrence == nil && r.Service == nil && len(r.Readings)+len(r.Spent)+len(r.Pictures) == 0 {
		f.say("", v.p.T("reporting.empty"))
	}
	if !f.right() {
		return ledger.Draft{}, nil
	}
	draft, err := promise.ReportOn(v.me.Grant.Who, one.ID, day, r, note, v.salt(""))
	if err != nil {
		return draft, v.sayRefused(err)
	}
	draft.ID = f.entryID("")
	return draft, nil
}

// readOccurrence reads which due day is reported on, and what is said of it.
func (v *visit) readOccurrence(one *figures.Promise, r *promise.Report) {
	f := v.form
	due := f.get("due")
	if one.Terms.Plan.Kind != promise.ServiceLevel {
		if due != "" {
			r.Occurrence = &promise.Occurrence{Due: due, Held: f.get("held") != "no"}
		}
		return
	}
	if f.get("received")+f.get("answered")+f.get("late") == "" {
		if due != "" {
			f.say("received", v.p.T("reporting.counts"))
		}
		return
	}
	s := promise.Service{Due: due}
	if due == "" {
		f.say("due", v.p.T("reporting.which-period"))
	}
	readCounts(&s, f.get, func(field, key string) { f.say(field, v.p.T(key)) })
	r.Service = &s
}

// readCounts reads the counts of a period of a service level as they were typed, here or on a phone.
func readCounts(s *promise.Service, typed func(field string) string, wrong func(field, key string)) {
	for _, field := range []struct {
		name string
		to   *int64
	}{{"received", &s.Received}, {"answered", &s.Answered}, {"late", &s.Late}} {
		n, ok := locale.ReadWhole(typed(field.name))
		if !ok || n < 0 {
			wrong(field.name, "typed.whole")
		}
		*field.to = n
	}
	if s.Late > s.Answered {
		wrong("late", "reporting.late-of-answered")
	}
}

// readReadings reads a value for each measure that has one, for the period that was chosen or that of the report's day.
func (v *visit) readReadings(one *figures.Promise, r *promise.Report) {
	for i, m := range one.Measured {
		n := strconv.Itoa(i)
		typed := v.form.get("value." + n)
		if typed == "" {
			continue
		}
		value, ok := locale.ReadDecimal(typed)
		if !ok {
			v.form.say("value."+n, v.p.T("typed.number"))
			continue
		}
		x := promise.Reading{Measure: m.N, Value: value}
		if period := v.form.get("period." + n); period != "" {
			j := slices.IndexFunc(m.Periods, func(p figures.Period) bool { return p.From+"/"+p.To == period })
			if j < 0 {
				v.form.say("period."+n, v.p.T("reporting.no-period"))
				continue
			}
			x.From, x.To = m.Periods[j].From, m.Periods[j].To
		}
		r.Readings = append(r.Readings, x)
	}
}

func (v *visit) readSpent(r *promise.Report) {
	for i := range mostSpent {
		n := strconv.Itoa(i)
		typed, currency := v.form.get("amount."+n), v.form.get("currency."+n)
		if typed == "" {
			continue
		}
		addSpent(r, typed, currency, func(part, key string, args ...any) { v.form.say(part+"."+n, v.p.T(key, args...)) })
	}
}

// addSpent adds an amount to what a report says was spent, as it was typed, here or on a phone.
func addSpent(r *promise.Report, amount, currency string, wrong func(part, key string, args ...any)) {
	minor, err := locale.ReadMinor(amount, currency)
	var words *locale.Error
	switch {
	case errors.As(err, &words):
		wrong("amount", words.Code, words.Args...)
	case minor <= 0:
		wrong("amount", "reporting.amount")
	case slices.ContainsFunc(r.Spent, func(s promise.Spent) bool { return s.Currency == currency }):
		wrong("currency", "reporting.currency-twice")
	default:
		r.Spent = append(r.Spent, promise.Spent{Currency: currency, Minor: minor})
	}
}

// choosing lists what the team can report on: its promises, what is due longest first.
func (v *visit) choosing() (*result, error) {
	q := v.r.URL.Query()
	f := v.reach().Filter()
	f.Words = q.Get("q")
	at := 1
	if p := q.Get("page"); p != "" {
		var err error
		if at, err = strconv.Atoi(p); err != nil || at < 1 {
			return nil, notFound
		}
	}
	total, err := v.Count(f)
	if err != nil {
		return nil, err
	}
	c := Choosing{Form: v.formPage("report", v.p.T("reporting.choose")), Sought: f.Words, At: at, Pages: max(1, (int(total.Int())+perPage-1)/perPage)}
	if at > c.Pages {
		return nil, notFound
	}
	if c.Lines, err = v.At.List(f, figures.ByLate, (at-1)*perPage, perPage); err != nil {
		return nil, err
	}
	return &result{page: c, name: "choosing"}, nil
}

// States are what a report may say of the whole promise.
func (p Reporting) States() []string { return promise.States }

// WithNone puts before some choices that none is made.
func (p Reporting) WithNone(choices []Choice) []Choice {
	return append([]Choice{{Text: p.T("reporting.period-of-day")}}, choices...)
}

// PageLink is another page of the choice.
func (c Choosing) PageLink(step int) string {
	return c.OfficeLink("reports/new", "q", c.Sought, "page", strconv.Itoa(c.At+step))
}
