package web

import (
	"html"
	"html/template"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/review"
	"kept/store"
)

// ReviewPage is a review as everybody reads it: its document, and the words of the office beside it. The page on which an office looks
// at what it is about to publish shows the same.
type ReviewPage struct {
	Page
	Row     review.Row // without a number before it is published
	Doc     *review.Document
	By      locale.Wording // who published it
	Root    string         // of the tree at its size
	Before  *review.Row    // the review to compare it with
	Stories []ReviewStory

	Size int64 // of the book now, on the page before publishing

	said map[string]review.Said
}

// ReviewStory is a story with its words, as far as they may be shown now.
type ReviewStory struct {
	review.Story
	Note     locale.Wording
	Erased   []review.Erased
	SentBack int64  // the entry by which the report was sent back since; nothing of it is shown then
	BackDay  string // recorded day of it
}

// reviewFile is the page of a review; at the same address with .json its document as it was hashed, with .pdf the page on paper, with .xlsx a
// workbook.
func reviewFile(v *visit) (*result, error) {
	number := v.r.PathValue("number")
	if text, ok := strings.CutSuffix(number, ".xlsx"); ok {
		return reviewWorkbook(v, text)
	}
	text, asked := strings.CutSuffix(number, ".json")
	text, print := strings.CutSuffix(text, ".pdf")
	if asked && print {
		return nil, notFound
	}
	one, doc, err := v.documentOf(text)
	if err != nil {
		return nil, err
	}
	if asked {
		body, err := doc.Bytes()
		return &result{bytes: body, media: ledger.MediaDocument}, err
	}
	p, err := v.reviewPage(one, doc)
	if err == nil && print {
		return v.reviewPDF(p)
	}
	return &result{page: p, name: "review"}, err
}

// reviewPage is the page of a review.
func (v *visit) reviewPage(one *review.Published, doc *review.Document) (ReviewPage, error) {
	p := ReviewPage{Page: v.page("reviews", v.p.T("review.title", "Number", itoa(one.Number))), Row: one.Row, Doc: doc, said: map[string]review.Said{}}
	p.Glimpse = v.glimpse(p.PeriodText(doc.From, doc.To), "")
	for _, s := range one.Words {
		p.said[s.Section] = s
	}
	if err := p.read(v); err != nil {
		return p, err
	}
	root, err := ledger.RootAt(v.Tx, one.Size)
	if err != nil {
		return p, err
	}
	p.Root = root.String()
	all, err := review.List(v.Tx, 0, mostReviews)
	if err != nil {
		return p, err
	}
	for i := range all {
		if r := &all[i]; r.Number < one.Number && r.Replaced == 0 && r.Places == 0 && one.Row.Places == 0 && r.To < one.From && (p.Before == nil || r.To > p.Before.To) {
			p.Before = r
		}
	}
	return p, nil
}

// reviewOf reads a review by the number in an address.
func (v *visit) reviewOf(text string) (*review.Published, error) {
	number, ok := parseNumber(text)
	if !ok {
		return nil, notFound
	}
	one, ok, err := review.One(v.Tx, number)
	if err == nil && !ok {
		err = notFound
	}
	return one, err
}

// documentOf is a review by its number, and what it froze.
func (v *visit) documentOf(text string) (*review.Published, *review.Document, error) {
	one, err := v.reviewOf(text)
	if err != nil {
		return nil, nil, err
	}
	doc, err := review.DocumentOf(v.Tx, &one.Row)
	return one, doc, err
}

// read reads what the document names and does not hold: who published it, and the words of its stories.
func (p *ReviewPage) read(v *visit) (err error) {
	if p.Row.Who != "" {
		if p.By, _, err = wordsOf(v.Tx, p.Row.Who); err != nil {
			return err
		}
	}
	for _, s := range p.Doc.Stories.Reports {
		story := ReviewStory{Story: s}
		r, ok, err := promise.Reports.One(v.Tx, s.Entry)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if story.SentBack, story.BackDay = r.SentBack, r.BackDay; r.SentBack == 0 && s.Note != nil && r.NoteShown == 1 {
			if err := story.readNote(v.Tx); err != nil {
				return err
			}
		}
		if r.SentBack != 0 {
			story.Pictures = nil
		}
		p.Stories = append(p.Stories, story)
	}
	return nil
}

func (s *ReviewStory) readNote(tx *store.Tx) error {
	notes, err := ledger.TextsOf(tx, promise.FieldNote, s.Entry)
	if err != nil {
		return err
	}
	s.Note = locale.Wording{Original: s.Story.Note.Lang(), In: map[string]string{}}
	for _, lang := range sortedKeys(notes[s.Entry]) {
		said := notes[s.Entry][lang]
		if !said.Erased {
			s.Note.In[lang] = said.Body
			continue
		}
		row, ok, err := ledger.ErasedView.One(tx, s.Entry, promise.FieldNote+"/"+lang)
		if err != nil {
			return err
		}
		e := review.Erased{What: promise.FieldNote + "/" + lang, Of: s.Entry}
		if ok {
			e.Entry, e.Reason = row.Seq, row.Reason
			if _, err := tx.One([]any{&e.Day}, "SELECT COALESCE(MAX(day), '') FROM day WHERE seq < $1", row.Seq); err != nil {
				return err
			}
		}
		s.Erased = append(s.Erased, e)
	}
	return nil
}

func sortedKeys[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Draft says whether this is not published yet.
func (p ReviewPage) Draft() bool { return p.Row.Number == 0 }

// Fig shows a figure as it was frozen, and leads to the list that it counts. Before it is published it is a figure of today.
func (p ReviewPage) Fig(f review.Figure) template.HTML {
	if f.Name == "" {
		return ""
	}
	if p.Draft() && p.Doc.Size == p.Size {
		return p.Num(f.Number())
	}
	n, class := f.Number(), ""
	if n.Value == "" {
		class = ` class="gap"`
	}
	frozen := `<data value="` + html.EscapeString(n.Value) + `" data-frozen="` + html.EscapeString(string(n.Name)) + `" data-size="` + itoa(p.Doc.Size) + `" data-day="` + p.Doc.Day + `"` + class + `>` +
		html.EscapeString(p.figureText(n)) + `</data>`
	if p.Draft() {
		return template.HTML(frozen)
	}
	return template.HTML(`<a class="fig" href="` + html.EscapeString(p.FigLink(f)) + `">` + frozen + `</a>`)
}

// FigLink is the address of the list that a figure counts.
func (p ReviewPage) FigLink(f review.Figure) string {
	return p.Link("reviews/"+itoa(p.Row.Number)+"/figure", "name", string(f.Name))
}

// figureText is a number as pages show it.
func (p Page) figureText(n figures.Number) string {
	switch {
	case n.Value == "":
		return p.T("nothing-reported")
	case n.Currency != "":
		return p.Money(n.Int(), n.Currency)
	}
	return p.Decimal(n.Value)
}

// PlaceOf, OrganisationOf and TeamOf show names as they were when the review was frozen.
func (p ReviewPage) PlaceOf(code string) template.HTML {
	return p.named(p.Doc.Names.Place(code), code)
}

// OrganisationOf shows the name of an organisation.
func (p ReviewPage) OrganisationOf(code string) template.HTML {
	return p.named(p.Doc.Names.Organisation(code), code)
}

// WhoOf shows who wrote an entry.
func (p ReviewPage) WhoOf(who string) template.HTML {
	if code, ok := strings.CutPrefix(who, "team:"); ok {
		return p.named(p.Doc.Names.Team(code), code)
	}
	code := strings.TrimPrefix(who, "org:")
	return p.named(p.Doc.Names.Organisation(code), code)
}

func (p ReviewPage) named(name locale.Wording, code string) template.HTML {
	if name.IsZero() {
		return template.HTML("<bdi>" + html.EscapeString(code) + "</bdi>")
	}
	return p.Page.Words(name)
}

// TaskOf is the name of a task.
func (p ReviewPage) TaskOf(code string) template.HTML {
	for i := range p.Doc.Tasks {
		if p.Doc.Tasks[i].Task == code {
			return p.named(p.Doc.Tasks[i].Name, code)
		}
	}
	return template.HTML("<bdi>" + html.EscapeString(code) + "</bdi>")
}

// OfficeWords is the office's words on a section.
type OfficeWords struct {
	ReviewPage
	Said review.Said
	Text template.HTML
}

// Office are the office's words on a section, or nil.
func (p ReviewPage) Office(section string) *OfficeWords {
	said, ok := p.said[section]
	if !ok {
		return nil
	}
	text, tag := said.Text.Best(p.Tag)
	part := &OfficeWords{ReviewPage: p, Said: said}
	if text != "" {
		part.Text = p.rendered(text, tag)
	}
	return part
}

// rendered shows a text with figures and days where its references stand.
func (p ReviewPage) rendered(text, tag string) template.HTML {
	printer := locale.For(tag)
	if l, ok := locale.Find(tag); !ok || l.Tag != tag {
		printer = p.Printer
	}
	var b strings.Builder
	for _, part := range review.Render(text, p.Doc, reviewFormat{Page{Printer: printer}}) {
		switch {
		case part.Figure != nil:
			own := p
			own.Page.Printer = printer
			b.WriteString("<bdi>" + string(own.Fig(*part.Figure)) + "</bdi>")
		case part.Day != "":
			b.WriteString(`<time datetime="` + html.EscapeString(part.Day) + `">` + html.EscapeString(part.Text) + `</time>`)
		default:
			b.WriteString(html.EscapeString(part.Text))
		}
	}
	dir := "auto"
	if l, ok := locale.Find(tag); ok {
		dir = l.Dir
	}
	return template.HTML(`<div class="said-words" lang="` + html.EscapeString(tag) + `" dir="` + dir + `">` + b.String() + `</div>`)
}

// reviewFormat writes what references stand for in the language of the words around them.
type reviewFormat struct{ page Page }

func (f reviewFormat) Figure(x review.Figure) string { return f.page.figureText(x.Number()) }
func (f reviewFormat) Day(day string) string         { return f.page.Printer.Day(day) }
func (f reviewFormat) Month(month string) string     { return f.page.Printer.Month(month) }

// Other says of a text in another language than the reader's that it is one.
func (p OfficeWords) Other() bool {
	_, tag := p.Said.Text.Best(p.Tag)
	return tag != "" && tag != p.Tag
}

// ErasedText says when a text was erased, and by which entry.
func (p Page) ErasedText(e review.Erased) template.HTML {
	entry := template.HTML(`<a href="` + html.EscapeString(p.Link("log/entries/"+itoa(e.Entry))) + `">` + itoa(e.Entry) + `</a>`)
	if e.Entry == 0 {
		return template.HTML(html.EscapeString(p.T("text.erased")))
	}
	return p.HTML("review.erased", "Day", p.Date(e.Day), "Entry", entry)
}

// RuleText explains the rule by which something was chosen.
func (p Page) RuleText(rule string) string {
	if key := "review.rule-" + rule; p.Has(key) {
		return p.T(key)
	}
	return rule
}

// More is how much of a list is not shown.
func (p ReviewPage) More(all review.Figure, shown int) int64 { return max(0, all.Int()-int64(shown)) }

// PlaceRows are the places of the grid.
func (p ReviewPage) PlaceRows() []GridPlace {
	at := map[string]map[string]*review.Spot{}
	for i := range p.Doc.Grid.Spots {
		s := &p.Doc.Grid.Spots[i]
		if at[s.Place] == nil {
			at[s.Place] = map[string]*review.Spot{}
		}
		at[s.Place][s.Task] = s
	}
	var out []GridPlace
	for _, code := range p.Doc.Grid.Places {
		g := GridPlace{Code: code, All: at[code][""]}
		for i := range p.Doc.Tasks {
			g.Spots = append(g.Spots, at[code][p.Doc.Tasks[i].Task])
		}
		if g.All != nil {
			out = append(out, g)
		}
	}
	return out
}

// GridPlace is a row of the grid: a place with its promises of each task.
type GridPlace struct {
	Code  string
	All   *review.Spot
	Spots []*review.Spot // in the order of the tasks; nil where there are no promises
}

// Shade is the class of a cell of the grid: by how much of it is overdue. The numbers stand in the cell.
func (p ReviewPage) Shade(s *review.Spot) string {
	switch all, late := s.Promises.Int(), s.Overdue.Int(); {
	case all == 0 || late == 0:
		return "s0"
	case late*10 <= all:
		return "s1"
	case late*4 <= all:
		return "s2"
	case late*2 <= all:
		return "s3"
	}
	return "s4"
}

// Of is the figure of a group by its key, for templates.
func (p ReviewPage) Of(group review.Figures, key string) review.Figure { return group[key] }

// Whole says whether the review is of the whole programme.
func (p ReviewPage) Whole() bool { return len(p.Doc.Places) == 0 }

// MovedName says what a list of what moved is of.
func (p Page) MovedName(what string) string { return p.T("review.moved-" + what) }

// MeasureOf says a measure of a promise that matters: how much of how much, and what was promised at first.
func (p ReviewPage) MeasureOf(m *review.Measure) template.HTML {
	unit := p.Page.Words(m.Unit)
	if m.Target.Value == "" {
		return p.HTML("measure.no-target", "Reading", p.Fig(m.Reading), "Unit", unit)
	}
	key := "measure.of"
	if m.Reading.Value == "" {
		key = "measure.nothing-of"
	}
	out := p.HTML(key, "Reading", p.Fig(m.Reading), "Target", p.Fig(m.Target), "Unit", unit)
	if m.First.Value != "" && m.First.Value != m.Target.Value {
		out += p.HTML("measure.was", "First", p.Fig(m.First))
	}
	return out
}

// spanText is a period in words.
func (p Page) spanText(from, to string) template.HTML {
	return p.HTML("review.span", "From", p.Date(from), "To", p.Date(to))
}

// Span is the period of a review.
func (p ReviewPage) Span() template.HTML { return p.spanText(p.Doc.From, p.Doc.To) }

// ChosenPlaces are the names of the places of a review.
func (p ReviewPage) ChosenPlaces() template.HTML {
	var out []string
	for _, code := range p.Doc.Places {
		out = append(out, string(p.PlaceOf(code)))
	}
	return template.HTML(strings.Join(out, html.EscapeString(p.Comma())))
}
