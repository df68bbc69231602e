package web

import (
	"errors"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/sheet"
)

// mediaWorkbook is the type of a workbook.
const mediaWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// The workbook of a review has its figures, each as it was frozen and as a formula counts it over the rows that stand in the same
// workbook, and says whether both are the same. The rows are the lists behind the figures, as they were at the size of the
// review; of a book that is too large to be read back they are those of today, and the first sheet says so.

// workbook is such a workbook while it is being made.
type workbook struct {
	page    ReviewPage
	names   docNames
	at      *figures.At // where rows are read
	now     bool        // they are those of today
	address string      // of the review, in full, without a language
	book    *sheet.Book
	lines   []*sheetLine

	promises, measures, targets, places, happened, dueDays, said, payments, answers, villages, heard, teams *sheet.Rows

	known  map[int64]*knownPromise // by number
	titles map[int64]string        // of promises that are not counted
	where  map[string]string       // names of places
	cells  map[figures.Name]sheetCell
	digits map[string]int // of currencies
}

// knownPromise is what other sheets say of a promise.
type knownPromise struct {
	title           string
	task            int64
	standing, says  string
	became, goingOn bool
	unreported      bool
	next            bool
}

// sheetCell is where a value stands in a sheet of rows.
type sheetCell struct {
	address string
	cell    sheet.Cell
}

// mostWorkbooks is how many workbooks are made at a time; one may be as large as the book.
const mostWorkbooks = 2

// workbooks remembers small workbooks: what was frozen stays as it was.
type workbooks struct {
	making chan struct{}
	recent[string, []byte]
}

// How many workbooks are remembered, and up to which size.
const (
	mostKnownWorkbooks = 12
	largestKnown       = 2 << 20
)

// reviewWorkbook is a review as a workbook, at the address of its page with .xlsx.
func reviewWorkbook(v *visit, number string) (*result, error) {
	one, doc, err := v.documentOf(number)
	if err != nil {
		return nil, err
	}
	p := ReviewPage{Page: v.page("reviews", v.p.T("review.title", "Number", itoa(one.Number))), Row: one.Row, Doc: doc}
	if p.By, _, err = wordsOf(v.Tx, p.Row.Who); err != nil {
		return nil, err
	}
	root, err := ledger.RootAt(v.Tx, one.Size)
	if err != nil {
		return nil, err
	}
	p.Root = root.String()
	w := &workbook{page: p, names: docNames{p.Page, doc}, address: v.absolute(p.Raw("reviews/" + itoa(one.Number))), now: doc.Size > figures.MostReplayed,
		known: map[int64]*knownPromise{}, titles: map[int64]string{}, where: map[string]string{}, cells: map[figures.Name]sheetCell{}, digits: map[string]int{}}
	out := &result{media: mediaWorkbook, file: v.shelf.name + "-review-" + itoa(one.Number) + ".xlsx"}
	key := strings.Join([]string{v.shelf.name, v.p.Tag, w.address, itoa(one.Replaced), p.Plain(p.By)}, "\n")
	if out.bytes = v.server.workbooks.find(key); out.bytes != nil {
		return out, nil
	}
	select {
	case v.server.workbooks.making <- struct{}{}:
		defer func() { <-v.server.workbooks.making }()
	default:
		return nil, busy
	}
	if !v.shelf.past.replaying.TryLock() { // one of a book at a time: of a large one each takes hundreds of megabytes
		return nil, busy
	}
	defer v.shelf.past.replaying.Unlock()
	if w.now {
		out.bytes, err = w.make(v.At)
		return out, err
	}
	err = figures.Past(v.r.Context(), v.Tx, v.shelf.book.Rules, doc.Size, func(at *figures.At) (err error) {
		out.bytes, err = w.make(at)
		return err
	})
	if err == nil && len(out.bytes) <= largestKnown {
		v.server.workbooks.keep(key, out.bytes, 1, mostKnownWorkbooks)
	}
	return out, err
}

// sheetsOf are the sheets in their order, by the keys of their names.
var sheetsOf = []string{"about", "figures", "promises", "measures", "targets", "places", "happened", "due-days", "said", "payments", "answers", "villages", "heard", "teams"}

// make makes the workbook from the lists at a state of the book.
func (w *workbook) make(at *figures.At) (body []byte, err error) {
	w.at = at
	p := w.page
	var names []string
	for _, key := range sheetsOf {
		names = append(names, p.T("workbook."+key))
	}
	day := w.page.Row.Recorded
	w.book, err = sheet.New(sheet.About{Title: p.Title, Subject: p.Plain(p.Doc.Programme.Title), By: p.Plain(p.By), Language: p.Tag, Day: day}, p.Dir == "rtl", names...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.book.Close()) }()
	if err := w.begin(); err != nil {
		return nil, err
	}
	w.formulas()
	for _, write := range []func() error{w.flags, w.writePromises, w.writePlaces, w.writeHappened, w.writeDueDays, w.writeSaid, w.writePayments, w.writeAnswers, w.writeVillages, w.writeHeard,
		w.writeTeams, w.writeTargets, w.end, w.writeFigures, w.writeAbout} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	return w.book.Bytes()
}

// end ends the sheets of rows.
func (w *workbook) end() error {
	for _, rows := range w.rows() {
		if err := rows.End(); err != nil {
			return err
		}
	}
	return nil
}

func (w *workbook) rows() []*sheet.Rows {
	return []*sheet.Rows{w.promises, w.measures, w.targets, w.places, w.happened, w.dueDays, w.said, w.payments, w.answers, w.villages, w.heard, w.teams}
}

// writeAbout says on the first sheet what this is, and how to check it.
func (w *workbook) writeAbout() error {
	p := w.page
	t, err := w.book.Table(p.T("workbook.about"), 0, 34, 100)
	if err != nil {
		return err
	}
	span := p.T("home.period", "From", p.Day(p.Doc.From), "Until", p.Day(p.Doc.To))
	of := p.T("review.of-whole")
	if !p.Whole() {
		var places []string
		for _, code := range p.Doc.Places {
			places = append(places, w.placeName(code))
		}
		of = strings.Join(places, p.Comma())
	}
	same, other, facts := w.compared()
	figuresSheet := p.T("workbook.figures")
	rows := [][]sheet.Cell{
		{sheet.Title(p.Title)},
		{},
		{sheet.Text(p.T("workbook.programme")), sheet.Text(p.Plain(p.Doc.Programme.Title))},
		{sheet.Text(p.T("review.period")), sheet.Text(span)},
		{sheet.Text(p.T("csv.places")), sheet.Text(of)},
		{sheet.Text(p.T("review.published-when")), sheet.Day(p.Row.Recorded)},
		{sheet.Text(p.T("workbook.office")), sheet.Text(p.Plain(p.By))},
		{sheet.Text(p.T("review.n-entries")), sheet.Int(p.Doc.Size)},
		{sheet.Text(p.T("workbook.frozen-day")), sheet.Day(p.Doc.Day)},
		{sheet.Text(p.T("workbook.root")), sheet.Text(p.Root)},
		{sheet.Text(p.T("workbook.sum")), sheet.Text(p.Row.Figures)},
		{sheet.Text(p.T("workbook.address")), sheet.Link(w.address, w.address)},
		{sheet.Text(p.T("workbook.command")), sheet.Text("kept review check " + w.address)},
	}
	if p.Row.Replaced != 0 {
		rows = slices.Insert(rows, 1, []sheet.Cell{sheet.Section(p.T("review.replaced-by", "Number", itoa(p.Row.Replaced)))})
	}
	rows = append(rows, []sheet.Cell{}, []sheet.Cell{sheet.Section(p.T("workbook.compared")), sheet.Section("")},
		[]sheet.Cell{sheet.Text(p.T("workbook.equal")), sheet.CountText(figuresSheet, checkColumn, p.T("workbook.equal"), same)},
		[]sheet.Cell{sheet.Text(p.T("workbook.differs")), sheet.CountText(figuresSheet, checkColumn, p.T("workbook.differs"), other)},
		[]sheet.Cell{sheet.Text(p.T("workbook.fact")), sheet.CountText(figuresSheet, checkColumn, p.T("workbook.fact"), facts)})
	if w.now {
		rows = append(rows, []sheet.Cell{sheet.Section(p.T("workbook.now", "Entries", w.at.Size, "Day", p.Day(w.at.Day)))})
	}
	for _, r := range w.rows() {
		if r.Cut() > 0 {
			rows = append(rows, []sheet.Cell{sheet.Section(p.T("workbook.cut", "Sheet", r.Sheet(), "N", r.Cut()))})
		}
	}
	rows = append(rows, []sheet.Cell{}, []sheet.Cell{sheet.Section(p.T("workbook.how")), sheet.Section("")})
	for _, key := range []string{"how-figures", "how-rows", "how-empty", "how-money", "how-command"} {
		rows = append(rows, []sheet.Cell{sheet.Text(p.T("workbook." + key))})
	}
	for _, row := range rows {
		if err := t.Add(row...); err != nil {
			return err
		}
	}
	return t.End()
}
