package figures

import (
	"cmp"
	"slices"
	"strconv"

	"kept/programme"
	"kept/promise"
)

// Dashboard is what an office sees of its places: how the promises stand by task and place, money, teams that were not heard
// of, what is missing before a day, and how it went over the last months.
type Dashboard struct {
	All       Number
	Standings Tally
	List      Filter // of All
	Columns   []Column
	Rest      []Column // places for which the grid has no room
	Rows      []GridRow
	Money     []Account // of everything, one per currency
	Silent    Silent
	Missing   Missing
	Answers   []OfficeAnswers // to what was said in these places, by office; a team has none
	Trend     []Month         // the oldest first
}

// MostColumns is how many places the grid has room for.
const MostColumns = 24

// Column is a place of the grid, or one for which there was no room.
type Column struct {
	programme.PlaceRow
	Cell
}

// GridRow is a task. A promise to several places stands in the column of each, and once in Total.
type GridRow struct {
	programme.TaskRow
	Cells []Cell // as Columns
	Total Cell
	Money []Account // one per currency
}

// Cell is how some promises stand. List chooses them; with a standing, those that stand so.
type Cell struct {
	List  Filter
	All   Number
	By    Tally
	Worst int // how many of a hundred are overdue, rounded up; for shading
}

// SilentAfter is after how many days without a report a team stands on the dashboard.
const SilentAfter = 30

// MostSilent is how many of those teams are listed.
const MostSilent = 50

// Silent are the teams that serve a place on the day, and on whose promises nothing was reported for long. It tells of
// reports, and of no person.
type Silent struct {
	Number Number
	Teams  []SilentTeam // those of whom nothing was heard for longest first
}

// SilentTeam is one of them. List chooses its promises.
type SilentTeam struct {
	programme.TeamRow
	Days Number // since the last report, or since its first posting
	List Filter
}

// Missing is what will be missing at the end of a day, if nothing more is reported until then, of promises that go on.
type Missing struct {
	Until       string
	Due         Number // promises with one due day
	DueList     Filter
	Occurrences []MissingPlan
	Periods     Number // target periods that end by then
}

// MissingPlan are due days for which nothing was reported, of the promises with one plan. List chooses these promises.
type MissingPlan struct {
	Plan   string
	Number Number
	List   Filter
}

// Month is what was recorded in a month.
type Month struct {
	From, To                       string
	Promises, Reports, Done, Worse Number
}

// months is how many the trend has.
const months = 12

// Dashboard reads the dashboard of a reach; until is the day before which things shall not be missing.
func (at *At) Dashboard(r Reach, until string) (*Dashboard, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return once(at, "dashboard "+until+" "+string(r.waiting("", 0).Name), func() (*Dashboard, error) {
		x, err := at.index(true)
		if err != nil {
			return nil, err
		}
		c, err := x.choose(at, r.scope())
		if err != nil {
			return nil, err
		}
		tasks, err := programme.Tasks.Select(at.Tx, "ORDER BY v.seq")
		if err != nil {
			return nil, err
		}
		t := newTelling(at, c, r, until, tasks)
		c.each(t.add)
		return t.tell()
	})
}

// telling is a dashboard that is being counted.
type telling struct {
	at    *At
	c     *choice
	r     Reach
	until string
	tasks []programme.TaskRow

	row    []int32 // by code: the row of a task, -1 if it is none
	column []int32 // by place: the column it lies in, -1 if none
	roots  []int32 // the places of the columns
	last   []int32 // by column: the promise that was counted last

	cells          [][]tally // by row and column
	total          []tally   // by row
	all            []tally   // by column
	money          [][]sum   // by row and currency
	begins         []string  // of the months, and of the one after the last
	month          []int8    // by day since the first
	first          int32
	days           [months][4]int64
	due, periods   int64
	missing        []int64 // by plan: due days
	untilDay, once int32
}

// tally counts promises by standing, in the order of promise.Standings.
type tally [5]int64

func newTelling(at *At, c *choice, r Reach, until string, tasks []programme.TaskRow) *telling {
	t := &telling{at: at, c: c, r: r, until: until, tasks: tasks, untilDay: dayNumber(until), once: c.x.codes.find(promise.Once)}
	codes := len(c.x.codes.all())
	t.row, t.missing = make([]int32, codes), make([]int64, codes)
	for i := range t.row {
		t.row[i] = -1
	}
	for i, task := range tasks {
		if id := c.x.codes.find(task.Code); id >= 0 {
			t.row[id] = int32(i)
		}
		t.money = append(t.money, nil)
	}
	t.columns()
	t.cells = make([][]tally, len(tasks))
	for i := range t.cells {
		t.cells[i] = make([]tally, len(t.roots))
	}
	t.total, t.all, t.last = make([]tally, len(tasks)), make([]tally, len(t.roots)), make([]int32, len(t.roots))
	for i := range t.last {
		t.last[i] = -1
	}
	t.calendar()
	return t
}

// columns chooses the places of the grid: those of the reach if there are several; else the places in the first place, from
// the top of the reach down, with more than one in which something was promised.
func (t *telling) columns() {
	p := t.c.x.places
	has := t.c.x.served()
	if t.r.scope().Team != "" {
		has = t.c.servedBy()
	}
	at := int32(-1)
	switch roots := t.outermost(); len(roots) {
	case 0:
	case 1:
		at = roots[0]
	default:
		t.roots = roots
	}
	for t.roots == nil {
		var below []int32
		for i, above := range p.above {
			if above == at && has[i] {
				below = append(below, int32(i))
			}
		}
		switch {
		case len(below) == 1:
			at = below[0]
		case len(below) == 0 && at < 0:
			t.roots = []int32{}
		case len(below) == 0:
			t.roots = []int32{at}
		default:
			t.roots = below
		}
	}
	t.deeper(has)
	t.column = make([]int32, len(p.codes))
	for i := range t.column {
		t.column[i] = -1
	}
	for c, root := range t.roots {
		t.column[root] = int32(c)
	}
	for i, above := range p.above {
		if above >= 0 && t.column[i] < 0 {
			t.column[i] = t.column[above]
		}
	}
}

// fewColumns is how many places a grid may have that goes deeper than it must.
const fewColumns = 12

// deeper goes on to the places inside the columns, as long as they are few and nothing was promised to the outer ones as such,
// which would then stand in no column.
func (t *telling) deeper(has []bool) {
	p, here := t.c.x.places, t.c.x.here
	for len(t.roots) > 1 {
		var inside []int32
		more := false
		for _, root := range t.roots {
			before := len(inside)
			for i, above := range p.above {
				if above == root && has[i] {
					inside = append(inside, int32(i))
				}
			}
			switch {
			case len(inside) == before:
				inside = append(inside, root)
			case int(root) < len(here) && len(here[root]) > 0:
				return
			default:
				more = true
			}
		}
		if !more || len(inside) > fewColumns {
			return
		}
		t.roots = inside
	}
}

// outermost are the places of the reach that lie in no other of them, in the order of the book.
func (t *telling) outermost() (out []int32) {
	p := t.c.x.places
	var ids []int32
	for _, code := range t.r.Places {
		if id, ok := p.find(code); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if p.above[id] < 0 || !p.inside(ids)[p.above[id]] {
			out = append(out, id)
		}
	}
	return out
}

// servedBy marks the places to which something that is chosen was promised, or to a place in them.
func (c *choice) servedBy() []bool {
	out := make([]bool, len(c.x.places.codes))
	c.each(func(_ int32, b *brief) {
		for _, p := range b.places {
			for ; p >= 0 && !out[p]; p = c.x.places.above[p] {
				out[p] = true
			}
		}
	})
	return out
}

// add counts one promise.
func (t *telling) add(i int32, b *brief) {
	row, s := t.row[b.task], place(b.standing(t.c.day))
	t.total[row][s]++
	for _, p := range b.places {
		if c := t.column[p]; c >= 0 && t.last[c] != i {
			t.last[c] = i
			t.cells[row][c][s]++
			t.all[c][s]++
		}
	}
	t.happened(0, b.promised)
	on := goesOn(b)
	if b.done && !b.withdrawn {
		t.happened(2, b.finished)
	}
	if on && b.open != none && b.open <= t.untilDay && b.plan == t.once {
		t.due++
	}
	w := b.work
	if w == nil {
		return
	}
	for _, day := range w.of(reports) {
		t.happened(1, day)
	}
	for _, day := range w.of(worse) {
		t.happened(3, day)
	}
	if on {
		t.missing[b.plan] += until(w.of(missingOccurrences), t.untilDay)
		t.periods += until(w.of(missingPeriods), t.untilDay)
	}
	for _, m := range w.money {
		add(&t.money[row], m)
	}
}

// add adds a sum to those of its currency, of which there are few.
func add(to *[]sum, m sum) {
	i := slices.IndexFunc(*to, func(s sum) bool { return s.currency == m.currency })
	if i < 0 {
		i = len(*to)
		*to = append(*to, sum{currency: m.currency})
	}
	(*to)[i].promised += m.promised
	(*to)[i].paid += m.paid
}

// until counts the days up to one, of some in order.
func until(days []int32, day int32) int64 {
	n, _ := slices.BinarySearch(days, day+1)
	return int64(n)
}

func (t *telling) tell() (*Dashboard, error) {
	scope := t.r.scope()
	var whole tally
	d := &Dashboard{List: scope}
	var sums []sum
	for i, task := range t.tasks {
		f := scope
		f.Task = task.Code
		row := GridRow{TaskRow: task, Total: cell(f, t.total[i]), Money: t.accounts(f, t.money[i])}
		for c := range t.roots[:min(len(t.roots), MostColumns)] {
			f.Place = t.c.x.places.codes[t.roots[c]]
			row.Cells = append(row.Cells, cell(f, t.cells[i][c]))
		}
		d.Rows = append(d.Rows, row)
		for s, n := range t.total[i] {
			whole[s] += n
		}
		for _, m := range t.money[i] {
			add(&sums, m)
		}
	}
	all := cell(scope, whole)
	d.All, d.Standings, d.Money = all.All, all.By, t.accounts(scope, sums)
	d.Trend, d.Missing = t.trend(), t.lacking()
	var err error
	if d.Columns, err = t.named(); err != nil {
		return nil, err
	}
	d.Columns, d.Rest = d.Columns[:min(len(d.Columns), MostColumns)], d.Columns[min(len(d.Columns), MostColumns):]
	if t.r.Role != TeamRole {
		if d.Answers, err = t.at.AnswersByOffice(OwedFilter{Place: t.r.place()}); err != nil {
			return nil, err
		}
	}
	d.Silent, err = t.silent()
	return d, err
}

// cell is how the promises stand that a filter chooses.
func cell(f Filter, n tally) Cell {
	c := Cell{List: f, By: Tally{}}
	var all int64
	for i, s := range promise.Standings {
		f.Standing = string(s)
		c.By[string(s)] = count(f.Name(), n[i])
		all += n[i]
	}
	c.All = count(c.List.Name(), all)
	if all > 0 {
		c.Worst = int((100*n[place(promise.Overdue)] + all - 1) / all)
	}
	return c
}

// named are all columns with their places.
func (t *telling) named() ([]Column, error) {
	var keys [][]any
	for _, root := range t.roots {
		keys = append(keys, []any{t.c.x.places.codes[root]})
	}
	rows, err := programme.Places.Load(t.at.Tx, keys)
	slices.SortFunc(rows, func(a, b programme.PlaceRow) int { return cmp.Compare(a.Seq, b.Seq) })
	var out []Column
	for i, row := range rows {
		f := t.r.scope()
		f.Place = row.Code
		out = append(out, Column{row, cell(f, t.all[i])})
	}
	return out, err
}

// accounts are sums of money of the promises that a filter chooses, in the order of the currencies.
func (t *telling) accounts(f Filter, sums []sum) []Account {
	text := t.c.x.codes.all()
	var out []Account
	for _, of := range sums {
		if of.promised == 0 && of.paid == 0 {
			continue
		}
		currency := text[of.currency]
		number := func(kind string, minor int64) Number {
			return Number{Value: strconv.FormatInt(minor, 10), Currency: currency, Name: f.name("money", "type", kind, "currency", currency)}
		}
		out = append(out, Account{Currency: currency, Promised: number("promised", of.promised), Paid: number("paid", of.paid), HasPromised: of.promised != 0})
	}
	slices.SortFunc(out, func(a, b Account) int { return cmp.Compare(a.Currency, b.Currency) })
	return out
}

func (t *telling) lacking() Missing {
	f := t.r.scope()
	f.To = t.until
	due := func(plan string) Filter {
		g := f
		g.Plan = plan
		return g
	}
	number := func(what, plan string, n int64) Number {
		g := t.r.scope()
		g.Plan = plan
		return count(g.name("missing", "what", what, "until", t.until), n)
	}
	m := Missing{Until: t.until, DueList: due(promise.Once), Periods: number("periods", "", t.periods)}
	m.Due = count(m.DueList.Name(), t.due)
	for _, plan := range []string{promise.Schedule, promise.ServiceLevel} {
		n := int64(0)
		if id := t.c.x.codes.find(plan); id >= 0 {
			n = t.missing[id]
		}
		m.Occurrences = append(m.Occurrences, MissingPlan{plan, number("occurrences", plan, n), due(plan)})
	}
	return m
}
