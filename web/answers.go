package web

import (
	"errors"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/voice"
)

// answersRoutes are the pages on which an office answers what villages have said.
var answersRoutes = slices.Concat(
	formPage("/office/answers", answer, []string{"office", "place", "task", "state", "page", doneKey}, []string{"item[]", "text.*"}, answersPage),
	formPage("/office/answers/{result}/{number}", answer, nil, []string{"text.*"}, answerPage),
)

// answersPerPage is how many owed answers one page lists; lastGiven how many of those that were given stand below.
const (
	answersPerPage = 50
	lastGiven      = 10
)

// OfficeAnswers is the page of what an office owes villages: the nearest day first, and below it what it has answered. The office that
// runs the programme sees what every office owes.
type OfficeAnswers struct {
	Form
	Filter  figures.OwedFilter
	Lines   []AnswerLine
	Given   []AnswerLine
	Chips   []Chip
	Places  []Choice
	Tasks   []Choice
	Offices []Choice // to choose from, for the office that runs the programme
	Names   Names
	Runs    bool
	Bulk    bool   // several can be answered at once
	Said    string // what was just done
	At      int
	Pages   int
}

// AnswerLine is one owed answer of a list.
type AnswerLine struct {
	figures.OwedLine
	Key     string // in addresses and forms
	Own     bool   // it is the reader's to give
	Refused string // why the book has not taken an answer to it
}

// answersPage lists what is owed, and writes one answer to several at once.
func answersPage(v *visit) (*result, error) {
	var chosen []string
	if v.form != nil {
		chosen = v.form.all("item[]")
		if v.failed == nil {
			out, err := v.answerTogether(chosen)
			if out != nil || err != nil {
				return out, err
			}
		}
	}
	f, at, err := v.owedFilter()
	if err != nil {
		return nil, err
	}
	p := OfficeAnswers{Form: v.formPage("answers", v.p.T("answers.title")), Filter: f, Runs: v.runs(), Names: noNames(), At: at}
	if p.Filter.State == "" {
		p.Filter.State = figures.OwedOpen
	}
	total, err := v.CountOwed(p.Filter)
	if err != nil {
		return nil, err
	}
	if p.Pages = max(1, (int(total.Int())+answersPerPage-1)/answersPerPage); at > p.Pages {
		return nil, notFound
	}
	if p.Lines, err = v.answerLines(p.Filter, (at-1)*answersPerPage, answersPerPage); err != nil {
		return nil, err
	}
	if f.State != figures.OwedGiven && at == 1 {
		if p.Given, err = v.answerLines(f.With(figures.OwedGiven), 0, lastGiven); err != nil {
			return nil, err
		}
	}
	p.Bulk = slices.ContainsFunc(p.Lines, AnswerLine.Choose)
	if v.refusals != nil {
		p.outcome(v, chosen)
	} else if n, err := strconv.ParseInt(v.r.URL.Query().Get(doneKey), 10, 64); err == nil && n > 0 {
		p.Said = p.N("answers.done", n)
	}
	if err := p.choices(v); err != nil {
		return nil, err
	}
	return &result{page: p, name: "answers"}, p.readNames(v)
}

// owedFilter reads from the address what is asked for, and keeps it within the reach of who is signed in.
func (v *visit) owedFilter() (figures.OwedFilter, int, error) {
	q := v.r.URL.Query()
	f := figures.OwedFilter{Office: q.Get("office"), Place: q.Get("place"), Task: q.Get("task"), State: q.Get("state")}
	at, err := v.pageNumber()
	if err != nil {
		return f, 0, err
	}
	if !slices.Contains([]string{"", figures.OwedOpen, figures.OwedLate, figures.OwedGiven}, f.State) {
		return f, 0, badQuery
	}
	if !v.runs() {
		f.Office = v.ownOffice()
	}
	if f.Place == "" {
		f.Place = strings.Join(v.me.Grant.Places, ",")
		return f, at, nil
	}
	return f, at, v.only(true, strings.Split(f.Place, ","))
}

// answerLines reads a part of a list, and whether each answer is the reader's to give.
func (v *visit) answerLines(f figures.OwedFilter, from, most int) ([]AnswerLine, error) {
	lines, err := v.OwedList(f, from, most)
	if err != nil {
		return nil, err
	}
	var out []AnswerLine
	for _, l := range lines {
		x := AnswerLine{OwedLine: l, Key: l.ID + "." + itoa(l.Number)}
		switch err := v.mayAnswerTo(&l.OwedRow); {
		case err == nil:
			x.Own = true
		case !errors.Is(err, notYours):
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Choose says whether it can be answered together with others.
func (l AnswerLine) Choose() bool { return l.Own && l.Answered == "" }

// outcome says which of the answers that were sent together stand, and beside each that does not why.
func (p *OfficeAnswers) outcome(v *visit, chosen []string) {
	why := map[string]string{}
	for _, key := range chosen {
		if r := v.refusals[v.form.entryID(key)]; r != nil {
			why[key] = v.refusal(r)
		}
	}
	for _, lines := range [][]AnswerLine{p.Lines, p.Given} {
		for i := range lines {
			lines[i].Refused = why[lines[i].Key]
		}
	}
	if n := len(chosen) - len(why); n > 0 {
		p.Said = p.N("answers.done", int64(n))
	}
}

// answerTogether writes the same answer to all that were chosen: for each an entry of its own, with its own salt.
func (v *visit) answerTogether(chosen []string) (*result, error) {
	if verb, _ := v.form.do(); verb != "answer" {
		return nil, nil
	}
	if len(chosen) == 0 {
		v.form.say("", v.p.T("answers.none-chosen"))
		return nil, nil
	}
	var drafts []ledger.Draft
	for _, key := range chosen {
		id, number, _ := strings.Cut(key, ".")
		owed, seq, err := v.owedBy(id, number)
		if err != nil {
			return nil, err
		}
		if err := v.mayAnswerTo(owed); err != nil {
			return nil, err
		}
		d, ok, err := v.readAnswer(id, seq, key)
		if !ok || err != nil {
			return nil, err
		}
		drafts = append(drafts, d)
	}
	q := v.r.URL.Query()
	return &result{drafts: drafts, to: v.links().OfficeLink("answers", "office", q.Get("office"), "place", q.Get("place"), "task", q.Get("task"),
		"state", q.Get("state"), doneKey, strconv.Itoa(len(drafts)))}, nil
}

// readAnswer drafts the answer that was typed to what a result says of a promise. What is wrong is said beside the field.
func (v *visit) readAnswer(result string, promised int64, key string) (ledger.Draft, bool, error) {
	text := v.form.wording("text", v.languages())
	if text.IsZero() {
		v.form.say("text", v.p.T("refused.answer.empty"))
	} else {
		v.checkLong("text", text, promise.MaxText)
	}
	if !v.form.right() {
		return ledger.Draft{}, false, nil
	}
	d, err := voice.AnswerTo(v.me.Grant.Who, result, promised, text, v.salt(key))
	if err != nil {
		return d, false, v.sayRefused(err)
	}
	d.ID = v.form.entryID(key)
	return d, true, nil
}

// owedBy finds an owed answer by the id of its result and the number of the promise, and returns the promise's entry with it.
func (v *visit) owedBy(result, number string) (*voice.OwedRow, int64, error) {
	n, ok := parseNumber(number)
	if !ok {
		return nil, 0, notFound
	}
	of, err := promise.View.Select(v.Tx, "WHERE v.number = $1", n)
	if err != nil || len(of) == 0 {
		return nil, 0, errors.Join(err, notFound)
	}
	seq, ok, err := ledger.SeqOf(v.Tx, result)
	if err != nil {
		return nil, 0, err
	}
	if !ok {
		return nil, 0, notFound
	}
	owed, ok, err := voice.Owed.One(v.Tx, seq, of[0].Seq)
	if err == nil && !ok {
		err = notFound
	}
	return &owed, of[0].Seq, err
}

// choices are what the list can be chosen by: states, and the places, tasks and offices with something that is or was owed.
func (p *OfficeAnswers) choices(v *visit) error {
	for _, state := range []string{figures.OwedOpen, figures.OwedLate, figures.OwedGiven} {
		n, err := v.CountOwed(p.Filter.With(state))
		if err != nil {
			return err
		}
		p.Chips = append(p.Chips, Chip{p.T("answers.state-" + state), p.with("state", state), n, p.Filter.State == state})
	}
	of := figures.OwedFilter{Place: strings.Join(v.me.Grant.Places, ",")}
	if !p.Runs {
		of.Office = v.ownOffice()
	}
	c, err := v.owedChoices(of, p.Filter)
	p.Places, p.Tasks = c.places, c.tasks
	if p.Runs {
		p.Offices = c.offices
	}
	return err
}

// with is the list with one key of its address changed.
func (p OfficeAnswers) with(pairs ...string) string {
	f := p.Filter
	pairs = append([]string{"office", f.Office, "place", p.chosenPlace(), "task", f.Task, "state", f.State}, pairs...)
	if !p.Runs {
		pairs[1] = "" // it is no choice of the reader's
	}
	return p.OfficeLink("answers", pairs...)
}

// chosenPlace is the place that the reader chose; that a grant is for some places is no choice.
func (p OfficeAnswers) chosenPlace() string {
	if p.Filter.Place == strings.Join(p.Me.Grant.Places, ",") {
		return ""
	}
	return p.Filter.Place
}

// PageLink is another page of the list.
func (p OfficeAnswers) PageLink(step int) string { return p.with("page", strconv.Itoa(p.At+step)) }

// AllGiven is the list of all that was answered.
func (p OfficeAnswers) AllGiven() string { return p.with("state", figures.OwedGiven) }

// Narrowed says whether anything is chosen but the state.
func (p OfficeAnswers) Narrowed() bool {
	return p.chosenPlace() != "" || p.Filter.Task != "" || p.Runs && p.Filter.Office != ""
}

func (p *OfficeAnswers) readNames(v *visit) error {
	for _, lines := range [][]AnswerLine{p.Lines, p.Given} {
		for _, l := range lines {
			p.Names.Organisations[l.Office], p.Names.Places[l.Place] = locale.Wording{}, locale.Wording{}
		}
	}
	return p.Names.read(v)
}

// WithAnswer gives a part one line of the list.
func (p OfficeAnswers) WithAnswer(l AnswerLine) AnswerPart {
	return AnswerPart{Page: p.Page, AnswerLine: l, Where: p.Names.Places[l.Place], Who: p.Names.Organisations[l.Office], Runs: p.Runs}
}

// AnswerPart is a line of a list with its page and its names.
type AnswerPart struct {
	Page
	AnswerLine
	Where, Who locale.Wording
	Runs       bool
}

// AnswerLink is the page on which one answer is written.
func (p Page) AnswerLink(l AnswerLine) string {
	return p.OfficeLink("answers/" + l.ID + "/" + itoa(l.Number))
}

// OwedClock says by when an answer is due, or for how long it has been late, or when it was given.
func (p Page) OwedClock(o figures.Owed) template.HTML {
	switch {
	case o.Answered != "" && o.Late:
		return p.HTML("answers.given-late", "Day", p.Date(o.Answered), "Due", p.Date(o.Due))
	case o.Answered != "":
		return p.HTML("answers.given", "Day", p.Date(o.Answered))
	case o.Late:
		return p.NHTML("answers.late", o.Unanswered.Int(), "N", p.Num(o.Unanswered), "Due", p.Date(o.Due))
	}
	return p.NHTML("answers.due", o.Unanswered.Int(), "N", p.Num(o.Unanswered), "Due", p.Date(o.Due))
}

// OwedState is the class of an owed answer: state is told by word and shape.
func (p Page) OwedState(o figures.Owed) string {
	switch {
	case o.Answered != "":
		return "says done"
	case o.Late:
		return "says over"
	}
	return "says ask"
}

// HeardCounts are the published counts of what a place said, in words.
func (p Page) HeardCounts(in figures.Asked) template.HTML {
	var out []string
	for _, h := range in.Counts {
		n := template.HTML(template.HTMLEscapeString(p.T("village.fewer-than-5")))
		if !h.Few {
			n = p.Num(h.Number)
		}
		out = append(out, string(p.HTML("answers.count", "Answer", p.T("village."+h.Answer), "N", n)))
	}
	return template.HTML(strings.Join(out, template.HTMLEscapeString(p.Comma())))
}

// owedChosen are what lists of answers can be chosen by.
type owedChosen struct{ offices, places, tasks []Choice }

// owedChoices are the offices, places and tasks of all that a filter chooses; now marks which are chosen.
func (v *visit) owedChoices(of, now figures.OwedFilter) (c owedChosen, err error) {
	found, err := v.OwedFor(of)
	if err != nil {
		return c, err
	}
	names := noNames()
	for _, code := range found.Offices {
		names.Organisations[code] = locale.Wording{}
	}
	for _, code := range found.Places {
		names.Places[code] = locale.Wording{}
	}
	if err := names.read(v); err != nil {
		return c, err
	}
	tasks, err := v.taskNames()
	if err != nil {
		return c, err
	}
	list := func(codes []string, name map[string]locale.Wording, current string) (out []Choice) {
		for _, code := range codes {
			out = append(out, Choice{code, plain(v.p, name[code]), code == current})
		}
		v.sort(out)
		return out
	}
	c.offices, c.places, c.tasks = list(found.Offices, names.Organisations, now.Office), list(found.Places, names.Places, now.Place), list(found.Tasks, tasks, now.Task)
	if now.Place == "" || strings.Contains(now.Place, ",") || slices.ContainsFunc(c.places, func(x Choice) bool { return x.Selected }) {
		return c, nil
	}
	// A larger place can be chosen too, by its address.
	row, ok, err := programme.Places.One(v.Tx, now.Place)
	if ok {
		c.places = append(c.places, Choice{now.Place, plain(v.p, programme.ParseWords(row.Name)), true})
	}
	return c, err
}
