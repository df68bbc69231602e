package web

import (
	"html/template"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// Promise is the page of one promise.
type Promise struct {
	Page
	*figures.Promise
	Names Names
	By    template.HTML // who promised
	Task  locale.Wording
	Team  locale.Wording
	Owes  locale.Wording // the office that must answer
	Proof *ledger.Proof
	Rule  string // how it comes due again and again

	Counted string // of a service level: when its counts are due

	Description figures.Text
	Documents   []promise.DocumentRow // links that a source names; not held here
}

// Names are the names of what a page speaks of, by code.
type Names struct {
	Places, Tasks, Teams, Organisations map[string]locale.Wording
}

func promisePage(v *visit) (*result, error) {
	number, err := strconv.ParseInt(v.r.PathValue("number"), 10, 64)
	if err != nil || itoa(number) != v.r.PathValue("number") { // a promise has one address
		return nil, notFound
	}
	one, ok, err := v.One(number)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	title := v.p.T("promise.title", "Number", itoa(one.Number), "Title", plain(v.p, one.Terms.Title))
	p := Promise{Page: v.page("promises", title), Promise: one}
	if p.Names, err = v.names(one); err != nil {
		return nil, err
	}
	p.Task, p.Team, p.Owes = p.Names.Tasks[one.Row.Task], p.Names.Teams[one.Row.Team], p.Names.Organisations[one.Row.Office]
	p.By = p.Who(one.History[0].Who)
	if plan := one.Terms.Plan; plan.Rule != nil {
		p.Rule = p.ComesDue(plan)
		if plan.Kind == promise.ServiceLevel {
			p.Counted = p.T("plan.counted", "Rule", p.Every(plan.Rule))
		}
	}
	if p.Description, err = v.description(&one.Row); err != nil {
		return nil, err
	}
	if p.Documents, err = promise.Documents.Select(v.Tx, "WHERE v.promise = $1 ORDER BY v.i", one.Seq); err != nil {
		return nil, err
	}
	p.Glimpse = v.glimpseOf(one)
	p.Proof, err = v.shelf.book.Prove(v.Tx, v.head, one.Seq)
	return &result{page: p, name: "promise"}, err
}

// description reads what a promise says of itself at length, which lies beside the book.
func (v *visit) description(row *promise.Row) (figures.Text, error) {
	t := figures.Text{Wording: locale.Wording{Original: row.Described, In: map[string]string{}}}
	if row.Described == "" {
		return t, nil
	}
	said, err := ledger.TextsOf(v.Tx, promise.FieldDescription, row.Seq)
	for lang, s := range said[row.Seq] {
		t.Erased = t.Erased || s.Erased
		if !s.Erased {
			t.In[lang] = s.Body
		}
	}
	return t, err
}

// DoneDay is the day as of which a promise was reported done. What was read from a source was done by the day on which
// that was published, whenever it was read.
func (p Promise) DoneDay() string {
	for _, w := range p.Work { // the latest first
		if w.State == promise.StateDone && p.Source != "" && w.SentBack == 0 {
			return w.Day
		}
	}
	return p.Done
}

// MeasureOf is the name of the measure a reading is of, where there are several to tell apart.
func (p Promise) MeasureOf(n int64) locale.Wording {
	if len(p.Terms.Measures) < 2 || n >= int64(len(p.Terms.Measures)) {
		return locale.Wording{}
	}
	return p.Terms.Measures[n].Name
}

// names reads the names of everything that any version of the promise, its reports and payments speak of.
func (v *visit) names(p *figures.Promise) (Names, error) {
	n := Names{map[string]locale.Wording{}, map[string]locale.Wording{}, map[string]locale.Wording{}, map[string]locale.Wording{}}
	who := func(who string) {
		if code, ok := strings.CutPrefix(who, "team:"); ok {
			n.Teams[code] = locale.Wording{}
		} else if code, ok := strings.CutPrefix(who, "org:"); ok {
			n.Organisations[code] = locale.Wording{}
		}
	}
	for _, h := range p.History {
		n.collect(&h.Terms)
		who(h.Who)
	}
	for _, w := range p.Work {
		who(w.Who)
		who(w.BackBy)
	}
	for _, x := range p.Payments {
		n.Organisations[x.Payer], n.Organisations[x.Payee] = locale.Wording{}, locale.Wording{}
	}
	n.collectHeard(p.Heard)
	delete(n.Organisations, "")
	delete(n.Teams, "")
	return n, n.read(v)
}

func (n *Names) collect(t *promise.Terms) {
	n.Tasks[t.Task] = locale.Wording{}
	for _, p := range t.Places {
		n.Places[p] = locale.Wording{}
	}
	n.Teams[t.Team], n.Organisations[t.Office] = locale.Wording{}, locale.Wording{}
	for _, p := range t.Parties {
		n.Organisations[p.Organisation] = locale.Wording{}
	}
	for _, m := range t.Money {
		n.Organisations[m.Source] = locale.Wording{}
	}
}

func (n *Names) read(v *visit) error {
	places, err := programme.Places.Load(v.Tx, keysOf(n.Places))
	if err != nil {
		return err
	}
	for _, r := range places {
		n.Places[r.Code] = programme.ParseWords(r.Name)
	}
	tasks, err := programme.Tasks.Load(v.Tx, keysOf(n.Tasks))
	if err != nil {
		return err
	}
	for _, r := range tasks {
		n.Tasks[r.Code] = programme.ParseWords(r.Name)
	}
	teams, err := programme.Teams.Load(v.Tx, keysOf(n.Teams))
	if err != nil {
		return err
	}
	for _, r := range teams {
		n.Teams[r.Code] = programme.ParseWords(r.Name)
	}
	organisations, err := programme.Organisations.Load(v.Tx, keysOf(n.Organisations))
	for _, r := range organisations {
		n.Organisations[r.Code] = programme.ParseWords(r.Name)
	}
	return err
}

func keysOf(m map[string]locale.Wording) [][]any {
	var keys [][]any
	for code := range m {
		keys = append(keys, []any{code})
	}
	return keys
}

// Who shows the team or office that wrote an entry.
func (p Promise) Who(who string) template.HTML {
	if code, ok := strings.CutPrefix(who, "team:"); ok {
		return p.Words(p.Names.Teams[code])
	}
	code, _ := strings.CutPrefix(who, "org:")
	return p.Words(p.Names.Organisations[code])
}

// Organisation shows an organisation by its code.
func (p Promise) Organisation(code string) template.HTML { return p.Words(p.Names.Organisations[code]) }

// Every says a schedule in words.
func (p Page) Every(r *schedule.Rule) string {
	if r.Interval == 1 && r.Every == schedule.Week {
		return p.T("rule.weekly", "Day", p.Weekday(r.From))
	}
	return p.N("rule."+r.Every, int64(r.Interval))
}

// PeriodText says a period: a quarter, a month or a year by name, anything else by its days.
func (p Page) PeriodText(from, to string) string {
	year, last := from[:4], to[:4]
	switch {
	case from == year+"-01-01" && to == year+"-12-31":
		return p.T("period.year", "Year", year)
	case year == last && from[8:] == "01" && schedule.AddDays(to, 1)[8:] == "01" && from[5:7] == to[5:7]:
		return p.Month(from[:7])
	case year == last && from[8:] == "01" && schedule.AddDays(to, 1)[8:] == "01":
		return p.T("period.months", "From", p.Month(from[:7]), "To", p.Month(to[:7]))
	}
	return p.T("period.days", "From", p.ShortDay(from), "To", p.ShortDay(to))
}

// Change shows one side of a difference between two versions.
func (p Promise) Change(c promise.Change, side any) template.HTML {
	switch x := side.(type) {
	case nil:
		return template.HTML(template.HTMLEscapeString(p.T("change.nothing")))
	case locale.Wording:
		return p.Words(x)
	case *schedule.Rule:
		if x == nil {
			return template.HTML(template.HTMLEscapeString(p.T("change.nothing")))
		}
		return template.HTML(template.HTMLEscapeString(p.T("change.rule", "Rule", p.Every(x), "From", p.ShortDay(x.From))))
	case int: // days within which each case is answered
		return template.HTML(template.HTMLEscapeString(p.N("change.within", int64(x))))
	case promise.Money:
		return template.HTML(template.HTMLEscapeString(p.Printer.Money(x.Minor, x.Currency)))
	case promise.Milestone:
		return p.HTML("change.milestone", "Title", p.Words(x.Title), "Day", p.Date(x.Due))
	case promise.Measure:
		return p.Words(x.Name)
	case promise.Party:
		return p.Words(p.Names.Organisations[x.Organisation])
	case string:
		return p.changedText(c, x)
	}
	return ""
}

func (p Promise) changedText(c promise.Change, text string) template.HTML {
	switch c.What {
	case "due":
		return p.Date(text)
	case "target", "baseline":
		unit := locale.Wording{}
		if c.Measure < len(p.Terms.Measures) {
			unit = p.Terms.Measures[c.Measure].Unit
		}
		return template.HTML(template.HTMLEscapeString(p.Decimal(text))) + " " + p.Words(unit)
	case "place":
		return p.Words(p.Names.Places[text])
	case "task":
		return p.Words(p.Names.Tasks[text])
	case "team":
		return p.Words(p.Names.Teams[text])
	}
	return p.Words(p.Names.Organisations[text])
}

// Milestones are those of the current terms.
func (p Promise) Milestones() []promise.Milestone { return p.Terms.Milestones }

// Late shows how late it was reported done.
func (p Promise) IsLate() bool { return p.Said.LateDays > 0 }
