package figures

import (
	"cmp"
	"slices"
	"strconv"

	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// Span is a period between two days, both of which belong to it.
type Span struct{ From, To string }

// Next is the period of the same length that begins the day after.
func (s Span) Next() Span {
	from := schedule.AddDays(s.To, 1)
	return Span{from, schedule.AddDays(from, schedule.DaysBetween(s.From, s.To))}
}

// Overview counts all promises of a programme, or of some of its places, in a few passes. What it counts are named figures: each
// is what Ask says of its name (TestOverview).
type Overview struct {
	at     *At
	place  string // as a filter has places
	period Span
	tasks  []programme.TaskRow
	facts  []fact        // in the order of the numbers
	bySeq  map[int64]int // where among them a promise stands
}

// fact is what is counted of one promise.
type fact struct {
	seq, number               int64
	task, openDue             string
	promised, done, withdrawn string // recorded days
	late                      bool   // done after its first due day
	standing                  promise.Standing
	says                      promise.Verdict
	disputed                  bool // before
	disputing                 int  // villages that say not or partly kept
	amended, lowered, later   bool
	suspended, reported       bool // reported: in the period
}

// Summary is how the promises of one task stand, or those of all tasks together, and what happened to them in the period.
type Summary struct {
	Task       programme.TaskRow // of all tasks together: empty
	Promises   Number
	Standings  Tally  // by standing
	Says       Tally  // by what the villages say
	Marks      Tally  // of Marks
	Became     Number // overdue on a day of the period, and still so
	Happened   Tally  // in the period, by Happenings
	GoingOn    Number // in the period
	Unreported Number // of those: nothing was reported in the period
	DueDays    Tally  // of the period, by state; "" is all of them
	Said       Tally  // in the period, by Sayings
	Money      []Sums // one per currency
}

// Sums is money in one currency.
type Sums struct {
	Currency                      string
	First, Promised, PaidIn, Paid Number // as first promised; now; paid in the period; paid in all
}

// Happenings are what can happen to promises in a period, Sayings what villages can have said of them.
var (
	Happenings = []string{"promises", "reports", "sent-back", "done", "done-late", "withdrawn", "amended", "lowered", "made-later"}
	Sayings    = []string{"results", "kept", "partly-kept", "not-kept", "cant-tell", "too-few", "contested", "lost"}
)

// dueStates are the states of a due day, and all of them.
var dueStates = []string{"", OccurrenceHeld, OccurrenceNotHeld, OccurrenceMissing, OccurrenceToCome}

// Overview reads the promises to some places, named as a filter names them; empty: all.
func (at *At) Overview(place string, period Span) (*Overview, error) {
	o := &Overview{at: at, place: place, period: period, bySeq: map[int64]int{}}
	var err error
	if o.tasks, err = programme.Tasks.Select(at.Tx, "ORDER BY v.seq"); err != nil {
		return nil, err
	}
	heard, err := at.together()
	if err != nil {
		return nil, err
	}
	from, q := Filter{Place: place}.sql(at.Day)
	var f fact
	var amended, lowered, later int64
	var state, firstDue, source string
	err = at.Tx.Each([]any{&f.seq, &f.number, &f.task, &f.openDue, &f.promised, &f.done, &f.withdrawn, &firstDue, &source, &amended, &lowered, &later, &state, (*string)(&f.standing)}, func() error {
		f.amended, f.lowered, f.later, f.suspended = amended > 0, lowered > 0, later > 0, state == promise.StateSuspended
		f.late = f.withdrawn == "" && firstDue != "" && f.done > firstDue && source == ""
		f.says, f.disputed, f.disputing = promise.NotAsked, false, 0
		if t, ok := heard[f.seq]; ok {
			f.says, f.disputed, f.disputing = t.Says, t.DisputedBefore, t.Villages[promise.NotKept]+t.Villages[promise.PartlyKept]
		}
		o.bySeq[f.seq] = len(o.facts)
		o.facts = append(o.facts, f)
		return nil
	}, "SELECT p.seq, p.number, p.task, p.open_due, p.promised, p.done, p.withdrawn, p.first_due, p.source, p.amended, p.lowered, p.later, p.state, "+promise.StandingSQL(q.arg(at.Day))+
		from+"ORDER BY p.number", q.args...)
	return o, err
}

// Summaries are that of all tasks together, and then those of the tasks in the order of the book.
func (o *Overview) Summaries() ([]Summary, error) {
	c, err := o.countAll()
	if err != nil {
		return nil, err
	}
	out := make([]Summary, len(c.rows))
	for i := range out {
		s, n := &out[i], c.rows[i]
		if i > 0 {
			s.Task = o.tasks[i-1]
		}
		f := Filter{Task: s.Task.Code, Place: o.place}
		within := f
		within.From, within.To = o.period.From, o.period.To
		tally := func(of func(key string) Name, values map[string]int64, keys ...string) Tally {
			out := Tally{}
			for _, key := range keys {
				out[key] = count(of(key), values[key])
			}
			return out
		}
		s.Promises, s.Became = count(f.Name(), n.n["all"]), count(o.became(f).Name(), n.n["became"])
		s.GoingOn, s.Unreported = count(within.name("going-on"), n.n["going-on"]), count(within.name("unreported"), n.n["unreported"])
		s.Standings = tally(func(v string) Name { g := f; g.Standing = v; return g.Name() }, n.standings, textsOf(promise.Standings)...)
		s.Says = tally(func(v string) Name { g := f; g.Village = v; return g.Name() }, n.says, textsOf(promise.Verdicts)...)
		s.Marks = tally(func(v string) Name { g := f; g.Mark = v; return g.Name() }, n.marks, Marks...)
		s.Happened = tally(func(what string) Name { return within.name("happened", "what", what) }, n.happened, Happenings...)
		s.DueDays = tally(func(state string) Name { return within.name("due-days", "state", state) }, n.dueDays, dueStates...)
		s.Said = tally(func(what string) Name { return within.name("said", "what", what) }, n.said, Sayings...)
		for _, currency := range c.currencies {
			money := func(figure string, of Filter, key string, pairs ...string) Number {
				n := count(of.name(figure, append(pairs, "currency", currency)...), n.money[[2]string{currency, key}])
				n.Currency = currency
				return n
			}
			sums := Sums{currency, money("money", f, "first-promised", "type", "first-promised"), money("money", f, "promised", "type", "promised"), money("paid", within, "paid-in"),
				money("money", f, "paid", "type", "paid")}
			if sums.First.Int() != 0 || sums.Promised.Int() != 0 || sums.PaidIn.Int() != 0 || sums.Paid.Int() != 0 {
				s.Money = append(s.Money, sums)
			}
		}
	}
	return out, nil
}

func textsOf[T ~string](list []T) (out []string) {
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// became chooses the promises that became overdue in the period and are still so.
func (o *Overview) became(f Filter) Filter {
	f.Standing = string(promise.Overdue)
	f.From, f.To = schedule.AddDays(o.period.From, -1), schedule.AddDays(o.period.To, -1)
	return f
}

// Spot is how the promises of a task, or of all, stand that are made to a place, or to one in it.
type Spot struct {
	Place, Task                         string
	Promises, Done, Overdue             Number
	Kept, PartlyKept, NotKept, NotAsked Number
}

// Grid counts the promises by place and task. Its places are the smallest of those to which, or in which, something was
// promised, as long as there are no more than MostColumns; what was promised to a larger place stands in none of them. A
// promise to several of them stands in each. Of a task without a promise in a place there is no spot; the spots of all tasks
// together, whose Task is empty, come first.
func (o *Overview) Grid() ([]programme.PlaceRow, []Spot, error) {
	places, err := o.columns(programme.Levels)
	if err != nil {
		return nil, nil, err
	}
	spots, err := o.spots(places, o.tasks)
	return places, spots, err
}

// Wider counts the promises of all tasks together by the places above those of the grid, where the grid is of villages: their
// townships, or whatever there is above villages.
func (o *Overview) Wider(grid []programme.PlaceRow) ([]programme.PlaceRow, []Spot, error) {
	village := slices.Index(programme.Levels, "village")
	if len(grid) == 0 || grid[0].Level != programme.Levels[village] {
		return nil, nil, nil
	}
	places, err := o.columns(programme.Levels[:village])
	if err != nil {
		return nil, nil, err
	}
	spots, err := o.spots(places, nil)
	return places, spots, err
}

// spots counts in places, all tasks together and then each of these tasks.
func (o *Overview) spots(places []programme.PlaceRow, tasks []programme.TaskRow) ([]Spot, error) {
	if len(places) == 0 {
		return nil, nil
	}
	q := &query{}
	var in []string
	for _, p := range places {
		in = append(in, q.arg(p.Code))
	}
	type key struct{ place, task string }
	counts := map[key]*[7]int64{}
	var place string
	var seq int64
	err := o.at.Tx.Each([]any{&place, &seq}, func() error {
		i, ok := o.bySeq[seq]
		if !ok {
			return nil
		}
		f := &o.facts[i]
		for _, task := range []string{"", f.task} {
			k := key{place, task}
			if counts[k] == nil {
				counts[k] = &[7]int64{}
			}
			n := counts[k]
			for i, is := range []bool{true, f.standing == promise.ReportedDone, f.standing == promise.Overdue, f.says == promise.Kept, f.says == promise.PartlyKept,
				f.says == promise.NotKept, f.says == promise.NotAsked} {
				if is {
					n[i]++
				}
			}
		}
		return nil
	}, "SELECT DISTINCT a.above, x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above IN ("+joinComma(in)+")", q.args...)
	if err != nil {
		return nil, err
	}
	var out []Spot
	for _, p := range places {
		for _, task := range append([]programme.TaskRow{{}}, tasks...) {
			n := counts[key{p.Code, task.Code}]
			if n == nil {
				continue
			}
			f := Filter{Task: task.Code, Place: p.Code}
			of := func(i int, standing promise.Standing, says promise.Verdict) Number {
				g := f
				g.Standing, g.Village = string(standing), string(says)
				return count(g.Name(), n[i])
			}
			out = append(out, Spot{p.Code, task.Code, of(0, "", ""), of(1, promise.ReportedDone, ""), of(2, promise.Overdue, ""), of(3, "", promise.Kept),
				of(4, "", promise.PartlyKept), of(5, "", promise.NotKept), of(6, "", promise.NotAsked)})
		}
	}
	return out, nil
}

// columns are the places of the smallest of these levels that there is room for, in the order of the book.
func (o *Overview) columns(levels []string) ([]programme.PlaceRow, error) {
	for _, level := range slices.Backward(levels) {
		q := &query{}
		q.and("v.level = %s", level)
		q.inPlaces("v.code", Filter{Place: o.place})
		rows, err := programme.Places.Select(o.at.Tx, "WHERE "+q.all()+` AND EXISTS (SELECT 1 FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above = v.code)
			ORDER BY v.seq LIMIT `+strconv.Itoa(MostColumns+1), q.args...)
		if err != nil || len(rows) > 0 && len(rows) <= MostColumns && level != "site" {
			return rows, err
		}
	}
	return nil, nil
}

// compareNumbers orders facts by the number of the promise.
func compareNumbers(a, b *fact) int { return cmp.Compare(a.number, b.number) }
