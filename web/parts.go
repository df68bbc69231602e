package web

import (
	"html/template"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
)

// What follows gives the parts of a page the page itself, since a part speaks the page's language.

// PlaceList is the names of places, the first of them if they are many.
type PlaceList struct {
	Page
	Some []programme.PlaceRow
	More int64
}

// someplaces is how many places a line of a list names.
const somePlaces = 3

// WithPlaces are the places of a line in a list.
func (p Page) WithPlaces(places []programme.PlaceRow) PlaceList {
	if len(places) <= somePlaces+1 {
		return PlaceList{p, places, 0}
	}
	return PlaceList{p, places[:somePlaces], int64(len(places) - somePlaces)}
}

// AllPlaces are the places of a promise's own page.
func (p Page) AllPlaces(places []programme.PlaceRow) PlaceList { return PlaceList{p, places, 0} }

// Parse reads a wording from a column.
func (p Page) Parse(words string) locale.Wording { return programme.ParseWords(words) }

// LinePart is a line of a list with its page.
type LinePart struct {
	Page
	Line figures.Line
}

// WithLine gives a part a line.
func (p Page) WithLine(l figures.Line) LinePart { return LinePart{p, l} }

// TextPart is a text beside the book with its page; None is the key of what is said if there is no text.
type TextPart struct {
	Page
	Text figures.Text
	None string
}

// WithText gives a part a text.
func (p Page) WithText(t figures.Text, none string) TextPart { return TextPart{p, t, none} }

// Long makes an int64 of an int, which counted sentences want.
func (p Page) Long(n int) int64 { return int64(n) }

// DaysOverdue says since how many days a promise has been overdue.
func (p Page) DaysOverdue(l figures.Line) template.HTML {
	n := figures.OfPromise(l.Number, "days", "overdue", int64(l.Said.OverdueDays))
	return p.NHTML("list.days", n.Int(), "N", p.Num(n))
}

// DaysUnasked says for how many days a promise that was reported done has not been asked about.
func (p Page) DaysUnasked(l figures.Line) template.HTML {
	n := figures.OfPromise(l.Number, "days", "unasked", int64(l.Said.UnaskedDays))
	return p.NHTML("list.unasked", n.Int(), "N", p.Num(n))
}

// Evidence says how much was reported on a promise.
func (p Page) Evidence(l figures.Line) template.HTML {
	if l.Reports == 0 {
		return template.HTML(`<span class="gap">` + template.HTMLEscapeString(p.T("nothing-reported")) + `</span>`)
	}
	reports := figures.OfPromise(l.Number, "reports", "", l.Reports)
	key := "list.reports"
	if l.Source != "" {
		key = "list.publisher-reports" // a publisher's word is not a team's
	}
	out := p.NHTML(key, l.Reports, "N", p.Num(reports))
	if l.Shown > 0 {
		pictures := figures.OfPromise(l.Number, "pictures", "", l.Shown)
		out += `<span class="sub">` + p.NHTML("list.pictures", l.Shown, "N", p.Num(pictures)) + `</span>`
	}
	return out
}

// HeldText says how many occurrences of a schedule were held, and for how many that are due nothing was reported; of a service
// level the same of its periods.
func (p Page) HeldText(h *figures.Held) template.HTML {
	key, missing := "list.held", "list.held-missing"
	if h.Service {
		key, missing = "list.service", "list.service-missing"
	}
	if h.Missing.Int() > 0 {
		return p.HTML(missing, "Held", p.Num(h.Held), "Total", p.Num(h.Total), "Missing", p.Num(h.Missing))
	}
	return p.HTML(key, "Held", p.Num(h.Held), "Total", p.Num(h.Total))
}

// HeldSentence says all of a schedule or service level: held, not reported, to come.
func (p Page) HeldSentence(h *figures.Held) template.HTML {
	key := "promise.held"
	if h.Service {
		key = "promise.service"
	}
	return p.HTML(key, "Held", p.Num(h.Held), "Total", p.Num(h.Total), "Missing", p.Num(h.Missing), "ToCome", p.Num(h.ToCome), "NotHeld", p.Num(h.NotHeld))
}

// MeasureText says a promise's first measure: how much of how much, and what was promised at first.
func (p Page) MeasureText(l figures.Line) template.HTML {
	m := l.Measure
	unit := p.Words(l.Terms.Measures[0].Unit)
	read := p.Num(m.Read)
	switch {
	case m.Target.Value == "" && m.Read.Value == "":
		return read
	case m.Target.Value == "":
		return p.HTML("measure.no-target", "Reading", read, "Unit", unit)
	}
	key := "measure.of"
	if m.Read.Value == "" {
		key = "measure.nothing-of"
	}
	out := p.HTML(key, "Reading", read, "Target", p.Num(m.Target), "Unit", unit)
	if m.FirstTarget.Value != m.Target.Value && m.FirstTarget.Value != "" {
		out += p.HTML("measure.was", "First", p.Num(m.FirstTarget))
	}
	return out
}

// ComesDue says how a promise comes due again and again: by a schedule, or within how many days each case is answered.
func (p Page) ComesDue(plan promise.Plan) string {
	if plan.Kind == promise.ServiceLevel {
		return p.N("plan.within", int64(plan.Within))
	}
	return p.Every(plan.Rule)
}

// CountsText says what one report of a service level counted.
func (p Promise) CountsText(c *figures.Counts) template.HTML {
	return p.HTML("work.service", "Day", p.Date(c.Due), "Received", p.Num(c.Received), "Answered", p.Num(c.Answered), "Late", p.Num(c.Late))
}

// ReadingText says one reading of a report.
func (p Promise) ReadingText(x figures.WorkReading) template.HTML {
	unit := locale.Wording{}
	if x.N < int64(len(p.Terms.Measures)) {
		unit = p.Terms.Measures[x.N].Unit
	}
	key := "work.reading"
	if x.Early == 1 {
		key = "work.reading-early"
	}
	return p.HTML(key, "Value", p.Num(x.Value), "Unit", p.Words(unit))
}

// PaymentCount is the number of payments listed.
func (p Promise) PaymentCount() int64 { return int64(len(p.Payments)) }

// StateOn is the state of an occurrence on the programme's day.
func (p Promise) StateOn(o promise.OccurrenceRow) string { return figures.StateOn(o, p.Head.Day) }

// Sign is the mark of an occurrence's state in the calendar of a schedule.
func (p Promise) Sign(state string) string {
	return map[string]string{figures.OccurrenceHeld: "✓", figures.OccurrenceNotHeld: "×", figures.OccurrenceMissing: "?"}[state]
}

// Role is an organisation's role as published, in words where the words are known.
func (p Promise) Role(role string) string {
	if p.Has("role." + role) {
		return p.T("role." + role)
	}
	return role
}

// ChangeName says what a difference between two versions is about.
func (p Promise) ChangeName(c promise.Change) template.HTML {
	key := "change." + c.What
	if c.What == "rule" || c.What == "milestone" || c.What == "within" {
		key += "-name" // the bare keys are the sentences that show one
	}
	name := p.T(key)
	if c.What != "target" && c.What != "baseline" || c.Measure >= len(p.Terms.Measures) {
		return template.HTML(template.HTMLEscapeString(name))
	}
	out := template.HTML(template.HTMLEscapeString(name)) + " · " + p.Words(p.Terms.Measures[c.Measure].Name)
	if c.From != "" {
		out += " · " + template.HTML(template.HTMLEscapeString(p.PeriodText(c.From, c.To)))
	}
	return out
}
