package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/sheet"
)

// column is a column with its title.
func (w *workbook) column(name, key string, width float64) sheet.Column {
	return sheet.Column{Name: name, Title: w.page.T(key), Width: width}
}

// begin begins the sheets of rows. Their first column has something in every row.
func (w *workbook) begin() error {
	c := w.column
	number, title, task, taskName := c("Number", "csv.number", 9), c("", "csv.promise", 48), c("Task", "workbook.task-number", 10), c("", "csv.task", 22)
	entry, day := c("", "word.entry", 10), c("", "workbook.day", 13)
	promises := []sheet.Column{number, title, task, taskName, c("", "csv.places", 30), c("", "workbook.plan", 26), c("", "csv.due", 13), c("", "csv.first-due", 13),
		c("Standing", "csv.team-says", 16), c("Says", "csv.village-says", 16), c("", "village.disputed-before", 12), c("Amended", "mark-choice.amended", 10), c("Lowered", "mark-choice.lowered", 10),
		c("Later", "mark-choice.made-later", 10), c("Suspended", "mark-choice.suspended", 10), c("Became", "review.moved-became-overdue", 14), c("GoingOn", "review.n-going-on", 14),
		c("Unreported", "review.n-unreported", 14), c("Next", "review.next-promises", 14)}
	for _, m := range w.page.Doc.All.Money {
		w.digits[m.Currency] = locale.MinorDigits(m.Currency)
		for _, of := range []struct{ name, key string }{{"First", "first-promised"}, {"Promised", "promised"}, {"Paid", "paid"}} {
			promises = append(promises, sheet.Column{Name: m.Currency + "_" + of.name, Title: m.Currency + " · " + w.page.T("review.money-"+of.key), Width: 16})
		}
	}
	var wrong error
	begin := func(key, name string, columns ...sheet.Column) *sheet.Rows {
		rows, err := w.book.Rows(w.page.T("workbook."+key), name, columns...)
		wrong = errors.Join(wrong, err)
		return rows
	}
	w.promises = begin("promises", "Promises", append(promises, entry)...)
	w.measures = begin("measures", "Measures", number, title, c("", "word.measure", 30), c("", "csv.unit", 16), c("", "csv.baseline", 14), c("", "csv.first-target", 14), c("", "csv.target", 14), c("", "csv.reading", 18))
	w.targets = begin("targets", "Targets", number, title, c("", "word.measure", 30), c("", "csv.unit", 16), c("", "plan.period-from", 13), c("", "plan.period-to", 13), c("", "csv.target", 14), c("", "csv.reading", 18))
	w.places = begin("places", "Places", c("Place", "workbook.place-number", 10), c("", "csv.place", 24), number, title, task, taskName, c("Standing", "csv.team-says", 16), c("Says", "csv.village-says", 16))
	w.happened = begin("happened", "Happened", c("What", "workbook.what", 30), number, title, task, taskName, day, entry)
	w.dueDays = begin("due-days", "DueDays", c("Counted", "workbook.counted-as", 22), number, title, task, taskName, c("", "csv.due", 13), c("State", "workbook.state", 16), entry)
	w.said = begin("said", "Said", c("What", "workbook.what", 26), number, title, task, taskName, c("", "csv.place", 24), c("", "csv.village-says", 16), c("Count", "workbook.count", 10), entry)
	w.payments = begin("payments", "Payments", c("Currency", "workbook.currency", 10), number, title, task, taskName, day, c("Amount", "workbook.amount", 18), entry)
	w.answers = begin("answers", "Answers", c("What", "workbook.what", 22), c("Office", "workbook.office-number", 10), c("", "csv.office", 28), number, title, c("", "csv.place", 24), day, c("", "csv.village-says", 16), entry)
	w.villages = begin("villages", "Villages", c("Village", "word.village", 28), c("", "workbook.code", 20), c("Team", "review.teams-villages-with-team", 14))
	w.heard = begin("heard", "Heard", number, title, c("", "word.village", 28), c("Says", "csv.village-says", 16))
	w.teams = begin("teams", "Teams", c("Team", "word.team", 36), c("InPlace", "review.teams-in-place", 14), c("Silent", "review.teams-silent", 18), c("", "workbook.since", 13))
	return wrong
}

// yes marks that something is so; nothing stands where it is not.
func (w *workbook) yes(is bool) sheet.Cell {
	if !is {
		return sheet.Cell{}
	}
	return sheet.Text(w.page.T("workbook.yes"))
}

// word is a word of the reader's language by its key.
func (w *workbook) word(key string) sheet.Cell { return sheet.Text(w.page.T(key)) }

// behind is the list behind a figure.
func (w *workbook) behind(f review.Figure) ([]figures.Counted, error) {
	return w.at.Behind(f.Name, 0, 0)
}

// taskNumber is the place of a task in the review, from 1.
func (w *workbook) taskNumber(code string) int64 {
	return int64(slices.IndexFunc(w.page.Doc.Tasks, func(l review.Line) bool { return l.Task == code }) + 1)
}

// taskCells are the number and name of a task.
func (w *workbook) taskCells(number int64) []sheet.Cell {
	if number < 1 {
		return []sheet.Cell{{}, {}}
	}
	return []sheet.Cell{sheet.Int(number), sheet.Text(w.page.Plain(w.page.Doc.Tasks[number-1].Name))}
}

// promiseCells are the number, title and task of a promise.
func (w *workbook) promiseCells(number int64) []sheet.Cell {
	k := w.known[number]
	if k == nil {
		return append([]sheet.Cell{sheet.Int(number), sheet.Text(w.titles[number])}, w.taskCells(0)...)
	}
	return append([]sheet.Cell{sheet.Int(number), sheet.Text(k.title)}, w.taskCells(k.task)...)
}

func joined(parts ...[]sheet.Cell) []sheet.Cell { return slices.Concat(parts...) }

// flags finds which promises belong to the figures that are no column of a promise's own row.
func (w *workbook) flags() error {
	all := &w.page.Doc.All
	for _, of := range []struct {
		f   review.Figure
		set func(*knownPromise)
	}{{all.Promises, func(*knownPromise) {}}, {all.Became, func(k *knownPromise) { k.became = true }}, {all.GoingOn, func(k *knownPromise) { k.goingOn = true }},
		{all.Unreported, func(k *knownPromise) { k.unreported = true }}, {w.page.Doc.Next.Promises, func(k *knownPromise) { k.next = true }}} {
		err := w.at.Each(of.f.Name, func(c figures.Counted) error {
			if w.known[c.Promise] == nil {
				w.known[c.Promise] = &knownPromise{}
			}
			of.set(w.known[c.Promise])
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// someRows is how many promises are read at a time.
const someRows = 400

// writePromises writes every promise that the review counts, and its measures.
func (w *workbook) writePromises() error {
	list, err := w.behind(w.page.Doc.All.Promises)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(list, someRows) {
		var seqs []int64
		for _, c := range some {
			seqs = append(seqs, c.Entry)
		}
		lines, err := w.at.Of(seqs...)
		if err != nil {
			return err
		}
		sums, err := w.moneyOf(seqs)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := w.writePromise(&lines[i], sums); err != nil {
				return err
			}
		}
		if err := w.writeMeasures(lines); err != nil {
			return err
		}
	}
	return nil
}

// sumOf finds money: of a promise, by type and currency.
type sumOf struct {
	promise        int64
	kind, currency string
}

// moneyOf reads the money of promises by type; what counts as paid is added up.
func (w *workbook) moneyOf(seqs []int64) (map[sumOf]int64, error) {
	out := map[sumOf]int64{}
	rows, err := w.at.MoneyOf(seqs...)
	for _, r := range rows {
		kind := r.Type
		if slices.Contains(figures.PaidTypes, kind) {
			kind = "paid"
		}
		out[sumOf{r.Promise, kind, r.Currency}] += r.Minor
	}
	return out, err
}

func (w *workbook) writePromise(l *figures.Line, sums map[sumOf]int64) error {
	p := w.page
	k := w.known[l.Number]
	k.title, k.task, k.standing, k.says = p.Plain(l.Terms.Title), w.taskNumber(l.Row.Task), p.T("standing."+string(l.Said.Team)), p.T("village."+string(l.Said.Village.Says))
	var places []string
	for i, x := range l.Places {
		if i == somePlaces {
			places = append(places, p.N("list.more-places", int64(len(l.Places)-i)))
			break
		}
		places = append(places, p.Plain(programme.ParseWords(x.Name)))
	}
	plan := p.T("plan.once")
	if promise.Recurs(l.Plan) {
		plan = p.ComesDue(l.Terms.Plan)
	}
	due := sheet.Day(l.Due)
	if l.Due == "" {
		due = sheet.Note(p.T("no-day"))
	}
	cells := joined(w.promiseCells(l.Number), []sheet.Cell{sheet.Text(strings.Join(places, p.Comma())), sheet.Text(plan), due, sheet.Day(l.FirstDue), sheet.Text(k.standing), sheet.Text(k.says),
		w.yes(l.Said.Village.DisputedBefore), w.yes(l.Amended > 0), w.yes(l.Lowered > 0), w.yes(l.Later > 0), w.yes(l.State == promise.StateSuspended), w.yes(k.became), w.yes(k.goingOn),
		w.yes(k.unreported), w.yes(k.next)})
	for _, m := range p.Doc.All.Money {
		for _, kind := range []string{"first-promised", "promised", "paid"} {
			if minor, ok := sums[sumOf{l.Seq, kind, m.Currency}]; ok {
				cells = append(cells, sheet.Money(minor, w.digits[m.Currency]))
			} else {
				cells = append(cells, sheet.Cell{})
			}
		}
	}
	return w.promises.Add(append(cells, sheet.Int(l.Seq))...)
}

// writeMeasures writes the measures of promises as they stand, and remembers where the values of the document stand.
func (w *workbook) writeMeasures(lines []figures.Line) error {
	for i := range lines {
		l := &lines[i]
		if l.Row.Measures == 0 {
			continue
		}
		all, err := w.at.MeasuresOf(l)
		if err != nil {
			return err
		}
		for _, m := range all {
			of := l.Terms.Measures[m.N]
			if err := w.writeValues(w.measures, []sheet.Cell{sheet.Int(l.Number), sheet.Text(w.page.Plain(l.Terms.Title)), sheet.Text(w.page.Plain(of.Name)), sheet.Text(w.page.Plain(of.Unit))},
				m.Baseline, m.FirstTarget, m.Target, m.Read); err != nil {
				return err
			}
		}
	}
	return nil
}

// valueOf is a value of a measure, and the word for it where there is none: a reading that is not there is "nothing reported".
func (w *workbook) valueOf(n figures.Number) sheet.Cell {
	key := "review.none"
	if strings.HasSuffix(string(n.Name), "what=reading") {
		key = "nothing-reported"
	}
	return sheet.Decimal(n.Value, w.page.T(key))
}

// writeValues writes a row that ends with values of figures.
func (w *workbook) writeValues(rows *sheet.Rows, cells []sheet.Cell, values ...figures.Number) error {
	for _, n := range values {
		c := w.valueOf(n)
		if w.wanted(n.Name) {
			w.cells[n.Name] = sheetCell{sheet.At(rows.Sheet(), len(cells), rows.N()+1), c}
		}
		cells = append(cells, c)
	}
	return rows.Add(cells...)
}

// writeTargets writes the targets of measures over time, of the promises that matter most.
func (w *workbook) writeTargets() error {
	p := w.page
	for _, x := range w.matters() {
		if x.Measure == nil {
			continue
		}
		all, err := w.at.Targets(x.Number, x.Entry, 0)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t.Removed {
				continue
			}
			if err := w.writeValues(w.targets, []sheet.Cell{sheet.Int(x.Number), sheet.Text(p.Plain(x.Title)), sheet.Text(p.Plain(x.Measure.Name)), sheet.Text(p.Plain(x.Measure.Unit)),
				sheet.Day(t.From), sheet.Day(t.To)}, t.Value, t.Read); err != nil {
				return err
			}
		}
	}
	return nil
}

// matters are the promises that matter most, in the order of the page; one can stand in one group only.
func (w *workbook) matters() []review.Promise {
	return slices.Concat(w.page.Doc.Matters.NotKept, w.page.Doc.Matters.Kept)
}

// spots are all counts by place of all tasks together, those of the grid and then those of the places above.
func (w *workbook) spots() (out []review.Spot) {
	for _, s := range w.page.Doc.Grid.Spots {
		if s.Task == "" {
			out = append(out, s)
		}
	}
	if wider := w.page.Doc.Grid.Wider; wider != nil {
		out = append(out, wider.Spots...)
	}
	return out
}

// writePlaces writes the promises to each place of the review's grid.
func (w *workbook) writePlaces() error {
	for i, s := range w.spots() {
		list, err := w.behind(s.Promises)
		if err != nil {
			return err
		}
		for _, c := range list {
			k := cmp.Or(w.known[c.Promise], &knownPromise{})
			if err := w.places.Add(joined([]sheet.Cell{sheet.Int(int64(i + 1)), sheet.Text(w.placeName(s.Place))}, w.promiseCells(c.Promise), []sheet.Cell{sheet.Text(k.standing), sheet.Text(k.says)})...); err != nil {
				return err
			}
		}
	}
	return nil
}
