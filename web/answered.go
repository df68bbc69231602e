package web

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/locale"
)

// Answered is the public page of the answers that offices owe and have given: who answers in time, and every answer with its day.
type Answered struct {
	Page
	Filter  figures.OwedFilter
	Rates   RatesPart
	Lines   []AnswerLine
	Chips   []Chip
	Offices []Choice
	Places  []Choice
	Tasks   []Choice
	Names   Names
	Total   figures.Number
	At      int
	Pages   int
}

// RatesPart is a table of how offices answer, with its page.
type RatesPart struct {
	Page
	Lines []OfficeRate
	All   string // address of all of it, where the table is not
}

// OfficeRate is one office of it.
type OfficeRate struct {
	figures.OfficeAnswers
	Name locale.Wording
}

// mostRates is how many offices a programme's page and a board name.
const mostRates = 8

// rates are the offices that owe or owed an answer, in the whole programme or in a place: those with most that is late.
func (v *visit) rates(page Page, place string) (RatesPart, error) {
	f := figures.OwedFilter{Place: place}
	all, err := v.AnswersByOffice(f)
	if err != nil {
		return RatesPart{}, err
	}
	r, err := v.ratesOf(page, all, mostRates)
	r.All = page.AnswersLink(f)
	return r, err
}

// ratesOf puts names to offices, the first of them or with most 0 all.
func (v *visit) ratesOf(page Page, all []figures.OfficeAnswers, most int) (RatesPart, error) {
	r, names := RatesPart{Page: page}, noNames()
	if most > 0 {
		all = all[:min(most, len(all))]
	}
	for _, o := range all {
		names.Organisations[o.Office] = locale.Wording{}
	}
	if err := names.read(v); err != nil {
		return r, err
	}
	for _, o := range all {
		r.Lines = append(r.Lines, OfficeRate{o, names.Organisations[o.Office]})
	}
	return r, nil
}

// AnswersLink is the public list of what a filter chooses.
func (p Page) AnswersLink(f figures.OwedFilter) string {
	return p.Link("answers", "office", f.Office, "place", f.Place, "task", f.Task, "state", f.State)
}

// publicOwed reads the filter of a public list from the address.
func (v *visit) publicOwed() (figures.OwedFilter, error) {
	q := v.r.URL.Query()
	f := figures.OwedFilter{Office: q.Get("office"), Place: q.Get("place"), Task: q.Get("task"), State: q.Get("state")}
	if f.State != "" && !slices.Contains(figures.OwedStates, f.State) {
		return f, badQuery
	}
	return f, nil
}

func answeredPage(v *visit) (*result, error) {
	f, err := v.publicOwed()
	if err != nil {
		return nil, err
	}
	p := Answered{Page: v.page("answers", v.p.T("answers.public-title")), Filter: f, Names: noNames()}
	if p.At, err = v.pageNumber(); err != nil {
		return nil, err
	}
	all, err := v.AnswersByOffice(f)
	if err != nil {
		return nil, err
	}
	if p.Rates, err = v.ratesOf(p.Page, all, 0); err != nil {
		return nil, err
	}
	if p.Total, err = v.CountOwed(f); err != nil {
		return nil, err
	}
	if p.Pages = max(1, (int(p.Total.Int())+answersPerPage-1)/answersPerPage); p.At > p.Pages {
		return nil, notFound
	}
	lines, err := v.OwedList(f, (p.At-1)*answersPerPage, answersPerPage)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		p.Lines = append(p.Lines, AnswerLine{OwedLine: l})
		p.Names.Organisations[l.Office], p.Names.Places[l.Place] = locale.Wording{}, locale.Wording{}
	}
	if err := p.Names.read(v); err != nil {
		return nil, err
	}
	for _, state := range append([]string{""}, figures.OwedStates...) {
		n, err := v.CountOwed(f.With(state))
		if err != nil {
			return nil, err
		}
		text := p.T("list.all")
		if state != "" {
			text = p.T("answers.state-" + state)
		}
		p.Chips = append(p.Chips, Chip{text, p.AnswersLink(f.With(state)), n, f.State == state})
	}
	c, err := v.owedChoices(figures.OwedFilter{}, f)
	p.Offices, p.Places, p.Tasks = c.offices, c.places, c.tasks
	return &result{page: p, name: "answered"}, err
}

// Chosen says whether anything is chosen.
func (p Answered) Chosen() bool { return p.Filter != figures.OwedFilter{} }

// PageLink is another page of the list.
func (p Answered) PageLink(step int) string {
	f := p.Filter
	return p.Link("answers", "office", f.Office, "place", f.Place, "task", f.Task, "state", f.State, "page", strconv.Itoa(p.At+step))
}

// CSV is the address of the whole list as a table.
func (p Answered) CSV() string {
	f := p.Filter
	return p.Link("answers.csv", "office", f.Office, "place", f.Place, "task", f.Task, "state", f.State)
}

// WithAnswer gives a part one line of the list.
func (p Answered) WithAnswer(l AnswerLine) AnswerPart {
	return AnswerPart{Page: p.Page, AnswerLine: l, Where: p.Names.Places[l.Place], Who: p.Names.Organisations[l.Office]}
}

// answersCSV is the list that the address asks for, whole, as a table for a spreadsheet.
func answersCSV(v *visit) (*result, error) {
	f, err := v.publicOwed()
	if err != nil {
		return nil, err
	}
	lines, err := v.OwedList(f, 0, 0)
	if err != nil {
		return nil, err
	}
	names := noNames()
	for _, l := range lines {
		names.Organisations[l.Office], names.Places[l.Place] = locale.Wording{}, locale.Wording{}
	}
	if err := names.read(v); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff") // so that a spreadsheet reads it as UTF-8
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	header := []string{"csv.number", "csv.promise", "csv.place", "csv.village-says", "village.kept", "village.partly-kept", "village.not-kept", "village.cant-tell", "csv.contested",
		"csv.said-on", "csv.office", "csv.answer-due", "csv.answered", "csv.unanswered-days", "csv.answer"}
	for i, key := range header {
		header[i] = v.p.T(key)
	}
	w.Write(header) // into memory, as all below
	for _, l := range lines {
		w.Write(v.answerCSV(l, &names))
	}
	w.Flush()
	return &result{bytes: b.Bytes(), media: "text/csv; charset=utf-8", file: v.shelf.name + "-answers.csv"}, w.Error()
}

func (v *visit) answerCSV(l figures.OwedLine, names *Names) []string {
	out := []string{itoa(l.Number), plain(v.p, l.Title), plain(v.p, names.Places[l.Place]), v.p.T("village." + l.Verdict)}
	for i := range 4 {
		switch {
		case !l.Said.Counted:
			out = append(out, "")
		case l.Said.Counts[i].Few:
			out = append(out, v.p.T("village.fewer-than-5"))
		default:
			out = append(out, l.Said.Counts[i].Value)
		}
	}
	contested, days := "", ""
	if l.Contest != "" {
		contested = v.p.T("village.contested")
	}
	if l.Answered == "" {
		days = l.Unanswered.Value
	}
	var texts []string
	for _, a := range l.Answers {
		text := plain(v.p, a.Note.Wording)
		if a.Note.Erased && text == "" {
			text = v.p.T("text.erased")
		}
		texts = append(texts, a.Recorded+": "+text)
	}
	out = append(out, contested, l.Since, plain(v.p, names.Organisations[l.Office]), l.Due, l.Answered, days, strings.Join(texts, "\n"))
	for i := range out {
		out[i] = harmless(out[i])
	}
	return out
}
