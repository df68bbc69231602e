package web

import (
	"strconv"
	"strings"

	"kept/figures"
	"kept/review"
	"kept/sheet"
)

// sheetLine is a figure on the sheet of figures.
type sheetLine struct {
	Reference
	row   int // of the sheet, from 0
	tally *sheet.Tally
	of    figures.Name // the figure that it is a part of
	unit  string
}

// The columns of the sheet of figures.
const (
	whatColumn = iota
	rowsColumn
	frozenColumn
	checkColumn
	ofColumn
	shareColumn
	unitColumn
	listColumn
	nameColumn
)

// formulas says for every figure how the rows count it. This is done before there are rows, which are counted as they are written.
func (w *workbook) formulas() {
	at, section := 1, ""
	for _, ref := range w.names.shown() {
		if ref.Section != section {
			section = ref.Section
			at++ // a heading
		}
		line := &sheetLine{Reference: ref, row: at}
		line.tally, line.of, line.unit = w.formula(ref.Path, ref.Figure)
		w.lines = append(w.lines, line)
		at++
	}
}

// wanted says whether a figure is one of the document that is a value of a row.
func (w *workbook) wanted(name figures.Name) bool {
	which, _, _ := strings.Cut(string(name), "?")
	return name != "" && (which == "measure" || which == "target")
}

func is(column string, c sheet.Cell) sheet.Where { return sheet.Where{Column: column, Is: c} }

// formula says how the rows count the figure at a path of the document, which figure it is a part of, and of what it is a number. What is
// one fact has no tally.
func (w *workbook) formula(path string, f review.Figure) (tally *sheet.Tally, of figures.Name, unit string) {
	parts := strings.Split(path, ".")
	d := w.page.Doc
	index := func(i int) int {
		n, _ := strconv.Atoi(parts[i])
		return n
	}
	switch parts[0] {
	case "all":
		return w.ofLine(&d.All, nil, parts[1:])
	case "tasks":
		i := index(1)
		return w.ofLine(&d.Tasks[i], []sheet.Where{is("Task", sheet.Int(int64(i+1)))}, parts[2:])
	case "grid":
		if parts[1] == "wider" {
			return w.ofSpot(&d.Grid.Wider.Spots[index(3)], parts[4])
		}
		return w.ofSpot(&d.Grid.Spots[index(2)], parts[3])
	case "teams":
		return w.ofTeams(parts[1])
	case "matters":
		group := d.Matters.Kept
		if parts[1] == "not-kept" {
			group = d.Matters.NotKept
		}
		return w.ofPromise(&group[index(2)], parts[3:])
	case "answers":
		if parts[1] == "owed" {
			return nil, "", "days"
		}
		o := &d.Answers.Offices[index(2)]
		switch parts[3] {
		case "late":
			of = o.Given.Name
		case "overdue":
			of = o.Owed.Name
		}
		return w.answers.Count(is("What", w.word("review.answers-"+parts[3])), is("Office", sheet.Int(int64(index(2)+1)))), of, "answers"
	case "next":
		if parts[1] == "promises" {
			return w.promises.Count(is("Next", w.yes(true))), d.All.Promises.Name, "promises"
		}
		return w.dueDays.Count(is("Counted", w.word("workbook.next-period"))), "", "due-days"
	case "entries":
		return nil, "", "entries"
	}
	return nil, "", ""
}

// ofLine is the formula of a figure of a task, or of all of them.
func (w *workbook) ofLine(l *review.Line, task []sheet.Where, parts []string) (*sheet.Tally, figures.Name, string) {
	with := func(more ...sheet.Where) []sheet.Where { return append(more, task...) }
	flag := func(column string) *sheet.Tally { return w.promises.Count(with(is(column, w.yes(true)))...) }
	all := l.Promises.Name
	switch parts[0] {
	case "promises":
		return w.promises.Count(task...), "", "promises"
	case "standings":
		return w.promises.Count(with(is("Standing", w.word("standing."+parts[1])))...), all, "promises"
	case "says":
		return w.promises.Count(with(is("Says", w.word("village."+parts[1])))...), all, "promises"
	case "marks":
		column := map[string]string{"amended": "Amended", "lowered": "Lowered", "made-later": "Later", "suspended": "Suspended"}[parts[1]]
		return flag(column), all, "promises"
	case "became-overdue":
		return flag("Became"), all, "promises"
	case "going-on":
		return flag("GoingOn"), all, "promises"
	case "unreported":
		return flag("Unreported"), l.GoingOn.Name, "promises"
	case "happened":
		return w.happened.Count(with(is("What", w.word("review.moved-"+parts[1])))...), "", happenedUnit(parts[1])
	case "due-days":
		if parts[1] == "all" {
			return w.dueDays.Count(with(is("Counted", w.word("workbook.in-period")))...), "", "due-days"
		}
		return w.dueDays.Count(with(is("Counted", w.word("workbook.in-period")), is("State", w.word("occurrence."+parts[1])))...), l.DueDays["all"].Name, "due-days"
	case "said":
		return w.said.Sum("Count", with(is("What", w.word("review.said-"+parts[1])))...), "", saidUnit(parts[1])
	}
	i, _ := strconv.Atoi(parts[1]) // money
	m := &l.Money[i]
	digits := w.digits[m.Currency]
	if parts[2] == "paid-in-period" {
		return w.payments.Money("Amount", digits, with(is("Currency", sheet.Text(m.Currency)))...), m.Promised.Name, m.Currency
	}
	column := map[string]string{"first-promised": "First", "promised": "Promised", "paid": "Paid"}[parts[2]]
	of := figures.Name("")
	if parts[2] == "paid" {
		of = m.Promised.Name
	}
	return w.promises.Money(m.Currency+"_"+column, digits, task...), of, m.Currency
}

func happenedUnit(what string) string {
	switch what {
	case "reports", "sent-back":
		return "reports"
	case "amended", "lowered", "made-later":
		return "amendments"
	}
	return "promises"
}

func saidUnit(what string) string {
	switch what {
	case "results", "too-few", "contested", "lost":
		return "results"
	}
	return "voices"
}

// ofSpot is the formula of a figure of a place.
func (w *workbook) ofSpot(s *review.Spot, part string) (*sheet.Tally, figures.Name, string) {
	var where []sheet.Where
	for i, x := range w.spots() {
		if x.Place == s.Place {
			where = append(where, is("Place", sheet.Int(int64(i+1))))
		}
	}
	if s.Task != "" {
		where = append(where, is("Task", sheet.Int(w.taskNumber(s.Task))))
	}
	switch part {
	case "promises":
		return w.places.Count(where...), "", "promises"
	case "reported-done", "overdue":
		where = append(where, is("Standing", w.word("standing."+part)))
	default:
		where = append(where, is("Says", w.word("village."+part)))
	}
	return w.places.Count(where...), s.Promises.Name, "promises"
}

func (w *workbook) ofTeams(part string) (*sheet.Tally, figures.Name, string) {
	t := &w.page.Doc.Teams
	switch part {
	case "in-place":
		return w.teams.Count(is("InPlace", w.yes(true))), "", "teams"
	case "silent":
		return w.teams.Count(is("Silent", w.yes(true))), t.InPlace.Name, "teams"
	case "villages":
		return w.villages.Count(), "", "villages"
	}
	return w.villages.Count(is("Team", w.yes(true))), t.Villages.Name, "villages"
}

// ofPromise is the formula of a figure of a promise that matters.
func (w *workbook) ofPromise(x *review.Promise, parts []string) (*sheet.Tally, figures.Name, string) {
	number := is("Number", sheet.Int(x.Number))
	i := 0
	if len(parts) > 1 {
		i, _ = strconv.Atoi(parts[1])
	}
	switch parts[0] {
	case "reach":
		return w.heard.Count(number), "", "villages"
	case "villages":
		return w.heard.Count(number, is("Says", w.word("village."+x.Villages[i].Says))), x.Reach.Name, "villages"
	case "due-days":
		if parts[1] == "all" {
			return w.dueDays.Count(number, is("Counted", w.word("workbook.whole-plan"))), "", "due-days"
		}
		return w.dueDays.Count(number, is("Counted", w.word("workbook.whole-plan")), is("State", w.word("occurrence."+parts[1]))), x.DueDays["all"].Name, "due-days"
	case "money":
		m := &x.Money[i]
		if parts[2] == "paid" {
			return w.promises.Money(m.Currency+"_Paid", w.digits[m.Currency], number), m.Promised.Name, m.Currency
		}
		return w.promises.Money(m.Currency+"_Promised", w.digits[m.Currency], number), "", m.Currency
	case "measure":
		unit := w.page.Plain(x.Measure.Unit)
		if parts[1] == "periods" {
			i, _ = strconv.Atoi(parts[2])
		}
		switch {
		case parts[1] == "reading":
			return nil, x.Measure.Target.Name, unit
		case parts[len(parts)-1] == "reading":
			return nil, x.Measure.Periods[i].Target.Name, unit
		}
		return nil, "", unit
	}
	return nil, "", "days"
}

// unitWord is a unit in the reader's language; currencies and the units of measures are what they are.
func (w *workbook) unitWord(unit string) string {
	if key := "workbook.unit-" + unit; unit != "" && w.page.Has(key) {
		return w.page.T(key)
	}
	return unit
}

// frozen is the value of a figure as it was frozen.
func (w *workbook) frozen(f review.Figure) sheet.Cell {
	n := f.Number()
	switch {
	case n.Value == "" || w.wanted(f.Name):
		return w.valueOf(n)
	case n.Currency != "":
		return sheet.Money(n.Int(), w.digits[n.Currency])
	}
	return sheet.Int(n.Int())
}

// counted is the value that the rows give a figure, if they give one, and whether it is the frozen one.
func (w *workbook) counted(l *sheetLine) (c sheet.Cell, same, ok bool) {
	if l.tally != nil {
		return l.tally.Cell(), l.tally.Value() == l.Figure.Int(), true
	}
	at, ok := w.cells[l.Figure.Name]
	if !ok {
		return c, false, false
	}
	c = sheet.Same(at.address, at.cell)
	return c, at.cell == w.frozen(l.Figure), true
}

// compared counts the figures that the rows give too, those they do not, and those that are one fact.
func (w *workbook) compared() (same, other, facts int64) {
	for _, l := range w.lines {
		switch _, equal, ok := w.counted(l); {
		case !ok:
			facts++
		case equal:
			same++
		default:
			other++
		}
	}
	return same, other, facts
}

// writeFigures writes the sheet of figures.
func (w *workbook) writeFigures() error {
	p := w.page
	t, err := w.book.Table(p.T("workbook.figures"), 1, 64, 18, 18, 14, 14, 10, 18, 12, 60)
	if err != nil {
		return err
	}
	var head []sheet.Cell
	for _, key := range []string{"what-figure", "by-rows", "frozen", "check", "of", "share", "unit", "list", "name"} {
		head = append(head, sheet.Head(p.T("workbook."+key)))
	}
	if err := t.Add(head...); err != nil {
		return err
	}
	byName, section := map[figures.Name]*sheetLine{}, ""
	for _, l := range w.lines {
		byName[l.Figure.Name] = l
	}
	for _, l := range w.lines {
		if l.Section != section {
			section = l.Section
			var cells []sheet.Cell
			for range nameColumn + 1 {
				cells = append(cells, sheet.Section(""))
			}
			cells[0] = sheet.Section(w.heading(section))
			if err := t.Add(cells...); err != nil {
				return err
			}
		}
		if err := t.Add(w.figureCells(l, byName[l.of])...); err != nil {
			return err
		}
	}
	return t.End()
}

func (w *workbook) heading(section string) string {
	for _, s := range shownSections {
		if s.name == section {
			return w.page.T(s.heading)
		}
	}
	return ""
}

// figureCells are the cells of a figure, which may be a part of another one.
func (w *workbook) figureCells(l, of *sheetLine) []sheet.Cell {
	p := w.page
	cells := make([]sheet.Cell, nameColumn+1)
	cells[whatColumn], cells[frozenColumn] = sheet.Text(l.Label), w.frozen(l.Figure)
	counted, same, ok := w.counted(l)
	cells[rowsColumn], cells[checkColumn] = counted, sheet.Note(p.T("workbook.fact"))
	if ok {
		cells[checkColumn] = sheet.Equal(sheet.Here(rowsColumn, l.row), sheet.Here(frozenColumn, l.row), p.T("workbook.equal"), p.T("workbook.differs"), same)
	}
	if of != nil {
		whole, _, isCounted := w.counted(of)
		column := rowsColumn
		if !isCounted {
			whole, column = w.frozen(of.Figure), frozenColumn
		}
		cells[ofColumn] = sheet.Same(sheet.Here(column, of.row), whole)
		if l.tally != nil && of.tally != nil {
			cells[shareColumn] = sheet.Share(sheet.Here(rowsColumn, l.row), sheet.Here(column, of.row), l.tally.Value(), of.tally.Value())
		}
	}
	cells[unitColumn] = sheet.Text(w.unitWord(l.unit))
	link := w.address + strings.TrimPrefix(p.FigLink(l.Figure), p.Raw("reviews/"+itoa(p.Row.Number)))
	cells[listColumn], cells[nameColumn] = sheet.Link(p.T("workbook.list"), link), sheet.Text(string(l.Figure.Name))
	return cells
}
