package review

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
)

// Period is a first and a last day, both of which belong to it.
type Period = figures.Span

// How much of a list a document has; how much there is in all stands beside it.
const (
	MostMoved   = 12 // of each kind
	MostStories = 12
	MostOwed    = 20
	MostNext    = 20
	MostPeriods = 12 // of one measure: the last that have begun, and one that has not
	mostPlaces  = 6  // of one promise
)

// MovedKinds are what a review tells of the period, in this order. "became-overdue" is what has become overdue and still is.
var MovedKinds = []string{"promises", "done", "became-overdue", "lowered", "made-later", "withdrawn"}

// Draft computes the document of a period and some places, as of one state of the book; no places are the whole programme. It
// looks at nothing but the figures of that state: the same entries give the same bytes on every machine.
//
// A figure of the past cannot be read from today's views, so a review is drafted at the state that it is about: at the present one
// when it is written, and when it is checked at a scratch book that was made from its first entries (figures.Past).
func Draft(at *figures.At, period Period, places []string) (*Document, error) {
	return draft(at, Form, period, places)
}

// draft computes a document of a form, for those of earlier forms are still checked.
func draft(at *figures.At, form int64, period Period, places []string) (*Document, error) {
	if err := checkSpan(period.From, period.To); err != nil {
		return nil, err
	}
	if !inOrder(places) || len(places) > MaxPlaces {
		return nil, ledger.Refuse("review.places", "most", int64(MaxPlaces))
	}
	row, ok, err := programme.View.One(at.Tx, int64(0))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ledger.Refuse("programme.missing")
	}
	w := &writer{at: at, place: strings.Join(places, ","), period: period, names: map[string]map[string]bool{"place": {}, "organisation": {}, "team": {}}}
	w.d = &Document{Form: form, Size: at.Size, Day: at.Day, From: period.From, To: period.To, Places: slices.Concat([]string{}, places),
		Programme: Programme{row.Name, programme.ParseWords(row.Title), programme.ParseWords(row.Goal), row.From, row.Until}}
	for _, code := range places {
		w.name("place", code)
	}
	if w.over, err = at.Overview(w.place, period); err != nil {
		return nil, err
	}
	for _, part := range []func() error{w.rows, w.grid, w.teams, w.moved, w.matters, w.stories, w.answers, w.next, w.named} {
		if err := part(); err != nil {
			return nil, fmt.Errorf("draft a review: %w", err)
		}
	}
	for _, code := range places {
		if w.d.Names.Place(code).IsZero() {
			return nil, ledger.Refuse("place.unknown", "code", code)
		}
	}
	return w.d, nil
}

// writer is a document that is being made.
type writer struct {
	at     *figures.At
	over   *figures.Overview
	place  string // as a filter has places
	period Period
	d      *Document
	names  map[string]map[string]bool // codes that want a name, by what they are of
}

func (w *writer) name(of, code string) {
	if code != "" {
		w.names[of][code] = true
	}
}

// who notes the name of whoever wrote an entry.
func (w *writer) who(who string) {
	if code, ok := strings.CutPrefix(who, "org:"); ok {
		w.name("organisation", code)
	} else if code, ok := strings.CutPrefix(who, "team:"); ok {
		w.name("team", code)
	}
}

// ask is a figure by name, of the review's places.
func (w *writer) ask(which string, pairs ...string) (Figure, error) {
	n, err := w.at.Simple(which, append(pairs, "place", w.place)...)
	return Figure(n), err
}

// asks asks several figures; each pair is where the answer goes, and how it is asked.
func (w *writer) asks(questions map[*Figure][]string) error {
	for to, q := range questions {
		var err error
		if *to, err = w.ask(q[0], q[1:]...); err != nil {
			return err
		}
	}
	return nil
}

func tally(t figures.Tally) Figures {
	out := Figures{}
	for what, n := range t {
		if what == "" {
			what = "all"
		}
		out[what] = Figure(n)
	}
	return out
}

func (w *writer) rows() error {
	var err error
	if w.d.Entries, err = w.entries(); err != nil {
		return err
	}
	all, err := w.over.Summaries()
	if err != nil {
		return err
	}
	w.d.Tasks = []Line{}
	for i := range all {
		s := &all[i]
		row := Line{Task: s.Task.Code, Promises: Figure(s.Promises), Standings: tally(s.Standings), Says: tally(s.Says), Marks: tally(s.Marks), Became: Figure(s.Became),
			Happened: tally(s.Happened), GoingOn: Figure(s.GoingOn), Unreported: Figure(s.Unreported), DueDays: tally(s.DueDays), Said: tally(s.Said), Money: []Money{}}
		for _, m := range s.Money {
			row.Money = append(row.Money, Money{m.Currency, Figure(m.First), Figure(m.Promised), Figure(m.PaidIn), Figure(m.Paid)})
		}
		if i == 0 {
			w.d.All = row
			continue
		}
		row.Name = programme.ParseWords(s.Task.Name)
		w.d.Tasks = append(w.d.Tasks, row)
	}
	return nil
}

// entries is the size of the book as a figure.
func (w *writer) entries() (Figure, error) {
	n, err := w.at.Simple("entries")
	return Figure(n), err
}

func (w *writer) grid() error {
	places, spots, err := w.over.Grid()
	if err != nil {
		return err
	}
	g := &w.d.Grid
	g.Places, g.Spots = []string{}, spotsOf(spots)
	for _, p := range places {
		g.Level, g.Places = p.Level, append(g.Places, p.Code)
		w.name("place", p.Code)
	}
	if w.d.Form < 2 {
		return nil
	}
	wider, spots, err := w.over.Wider(places)
	for _, p := range wider {
		w.name("place", p.Code)
	}
	if len(wider) > 0 {
		g.Wider = &Wider{wider[0].Level, spotsOf(spots)}
	}
	return err
}

func spotsOf(spots []figures.Spot) []Spot {
	out := []Spot{}
	for _, s := range spots {
		out = append(out, Spot{s.Place, s.Task, Figure(s.Promises), Figure(s.Done), Figure(s.Overdue), Figure(s.Kept), Figure(s.PartlyKept), Figure(s.NotKept), Figure(s.NotAsked)})
	}
	return out
}

func (w *writer) teams() error {
	t := &w.d.Teams
	return w.asks(map[*Figure][]string{&t.InPlace: {"teams-in-place"}, &t.Villages: {"places", "level", "village"}, &t.Served: {"villages-with-team"},
		&t.Silent: {"silent-teams", "days", strconv.Itoa(figures.SilentAfter)}})
}

func (w *writer) moved() error {
	w.d.Moved = []Moved{}
	for _, what := range MovedKinds {
		m := Moved{What: what, All: w.d.All.Happened[what]}
		if what == "became-overdue" {
			m.All = w.d.All.Became
		}
		list, err := w.at.Behind(m.All.Name, 0, MostMoved)
		if err != nil {
			return err
		}
		if m.First, err = w.events(list); err != nil {
			return err
		}
		w.d.Moved = append(w.d.Moved, m)
	}
	return nil
}

// events puts titles to what happened.
func (w *writer) events(list []figures.Counted) ([]Event, error) {
	var numbers []int64
	for _, c := range list {
		numbers = append(numbers, c.Promise)
	}
	titles, err := w.at.Titles(numbers...)
	out := []Event{}
	for _, c := range list {
		out = append(out, Event{c.Promise, c.Entry, c.Day, titles[c.Promise]})
	}
	return out, err
}

func (w *writer) matters() error {
	kept, notKept, err := w.over.Matters()
	if err != nil {
		return err
	}
	w.d.Matters = Matters{figures.WeightRule, []Promise{}, []Promise{}}
	m := &w.d.Matters
	for _, group := range []struct {
		from []figures.Weighty
		to   *[]Promise
	}{{kept, &m.Kept}, {notKept, &m.NotKept}} {
		for i := range group.from {
			p, err := w.promise(&group.from[i])
			if err != nil {
				return err
			}
			*group.to = append(*group.to, p)
		}
	}
	return nil
}

func (w *writer) promise(x *figures.Weighty) (Promise, error) {
	p := Promise{Number: x.Number, Entry: x.Seq, Title: x.Terms.Title, Task: x.Task, Places: []string{}, Office: x.Office, Why: x.Why, Standing: string(x.Said.Team),
		Says: string(x.Said.Village.Says), Disputed: x.Said.Village.DisputedBefore, Marks: []string{}, Due: x.Due, Overdue: Figure(x.Overdue), Late: Figure(x.Late),
		Reach: Figure(x.Reach), Villages: []SaidBy{}}
	w.name("organisation", x.Office)
	for _, code := range x.Terms.Places[:min(mostPlaces, len(x.Terms.Places))] {
		p.Places = append(p.Places, code)
		w.name("place", code)
	}
	for mark, is := range map[string]bool{"amended": x.Amended > 0, "lowered": x.Lowered > 0, "made-later": x.Later > 0, "suspended": x.State == promise.StateSuspended} {
		if is {
			p.Marks = append(p.Marks, mark)
		}
	}
	slices.Sort(p.Marks)
	for i, n := range x.Villages {
		p.Villages = append(p.Villages, SaidBy{string(x.Verdicts[i]), Figure(n)})
	}
	if m := x.Measure; m != nil && len(x.Terms.Measures) > 0 {
		first := x.Terms.Measures[0]
		p.Measure = &Measure{first.Name, first.Unit, first.Down, Figure(m.Baseline), Figure(m.FirstTarget), Figure(m.Target), Figure(m.Read), nil}
		if err := w.periods(p.Measure, x); err != nil {
			return p, err
		}
	}
	if o := x.Occurrences; o != nil {
		p.DueDays = Figures{"all": Figure(o.Total), "held": Figure(o.Held), "not-held": Figure(o.NotHeld), "not-reported": Figure(o.Missing), "to-come": Figure(o.ToCome)}
	}
	var err error
	p.Money, err = w.moneyOf(x)
	return p, err
}

// periods puts the targets of a measure that begin by the next one into the document, the latest of them.
func (w *writer) periods(m *Measure, x *figures.Weighty) error {
	if w.d.Form < 2 {
		return nil
	}
	rows, err := w.at.Targets(x.Number, x.Seq, x.Measure.N)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(p figures.Period) bool { return p.Removed })
	last := slices.IndexFunc(rows, func(p figures.Period) bool { return p.From > w.d.Day })
	if last < 0 {
		last = len(rows) - 1
	}
	rows = rows[:last+1]
	for _, p := range rows[max(0, len(rows)-MostPeriods):] {
		m.Periods = append(m.Periods, Reported{p.From, p.To, Figure(p.Value), Figure(p.Read)})
	}
	return nil
}

// moneyOf is the money of one promise, by currency.
func (w *writer) moneyOf(x *figures.Weighty) ([]Sum, error) {
	currencies := map[string]bool{}
	for _, n := range slices.Concat(x.Promised, x.Line.Paid) {
		currencies[n.Currency] = true
	}
	out := []Sum{}
	for _, currency := range sorted(currencies) {
		of := func(kind string) (Figure, error) {
			n, err := w.at.Simple("money", "promise", strconv.FormatInt(x.Number, 10), "type", kind, "currency", currency)
			n.Currency = currency
			return Figure(n), err
		}
		promised, err := of("promised")
		if err != nil {
			return nil, err
		}
		paid, err := of("paid")
		if err != nil {
			return nil, err
		}
		out = append(out, Sum{currency, promised, paid})
	}
	return out, nil
}

func sorted(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (w *writer) stories() error {
	all, err := w.over.Stories(MostStories)
	w.d.Stories = Stories{figures.StoryRule, []Story{}}
	for _, s := range all {
		story := Story{s.Seq, s.Number, s.Title, s.Recorded, s.Day, s.Who, s.Note, []Picture{}}
		w.who(s.Who)
		for _, p := range s.Pictures {
			story.Pictures = append(story.Pictures, Picture{p.SHA256, programme.ParseWords(p.Shows)})
		}
		w.d.Stories.Reports = append(w.d.Stories.Reports, story)
	}
	return err
}

func (w *writer) answers() error {
	w.d.Answers = Answers{[]Office{}, []Owed{}}
	offices, err := w.at.OfficesAnswering(w.place)
	if err != nil {
		return err
	}
	in := []string{"from", w.period.From, "to", w.period.To}
	for _, code := range offices {
		w.name("organisation", code)
		o := Office{Code: code}
		err := w.asks(map[*Figure][]string{
			&o.Asked:   append([]string{"answers-in", "what", "asked", "office", code}, in...),
			&o.Given:   append([]string{"answers-in", "what", "given", "office", code}, in...),
			&o.Late:    append([]string{"answers-in", "what", "late", "office", code}, in...),
			&o.Owed:    {"answers", "office", code, "state", figures.OwedOpen},
			&o.Overdue: {"answers", "office", code, "state", figures.OwedLate},
		})
		if err != nil {
			return err
		}
		w.d.Answers.Offices = append(w.d.Answers.Offices, o)
	}
	return w.owed()
}

func (w *writer) owed() error {
	all, err := w.ask("answers", "state", figures.OwedOpen)
	if err != nil {
		return err
	}
	list, err := w.at.Behind(all.Name, 0, MostOwed)
	if err != nil {
		return err
	}
	events, err := w.events(list)
	if err != nil {
		return err
	}
	for i, c := range list {
		n, err := w.at.Simple("unanswered", "promise", strconv.FormatInt(c.Promise, 10), "entry", strconv.FormatInt(c.Entry, 10))
		if err != nil {
			return err
		}
		w.name("place", c.Place)
		w.d.Answers.Owed = append(w.d.Answers.Owed, Owed{c.Promise, events[i].Title, c.Entry, c.Place, c.State, c.Day, Figure(n)})
	}
	return nil
}

func (w *writer) next() error {
	span := w.period.Next()
	f := figures.Filter{Plan: promise.Once, Place: w.place, From: span.From, To: span.To}
	n, err := w.at.Count(f)
	if err != nil {
		return err
	}
	w.d.Next = Next{From: span.From, To: span.To, Promises: Figure(n), First: []Event{}}
	if w.d.Next.DueDays, err = w.ask("due-days", "state", figures.OccurrenceToCome, "from", span.From, "to", span.To); err != nil {
		return err
	}
	lines, err := w.at.List(f, figures.ByDue, 0, MostNext)
	for _, l := range lines {
		w.d.Next.First = append(w.d.Next.First, Event{l.Number, l.Seq, l.OpenDue, l.Terms.Title})
	}
	return err
}

// named puts the names to all codes that the document has.
func (w *writer) named() error {
	keys := func(of string) (out [][]any) {
		for _, code := range sorted(w.names[of]) {
			out = append(out, []any{code})
		}
		return out
	}
	places, err := programme.Places.Load(w.at.Tx, keys("place"))
	if err != nil {
		return err
	}
	organisations, err := programme.Organisations.Load(w.at.Tx, keys("organisation"))
	if err != nil {
		return err
	}
	teams, err := programme.Teams.Load(w.at.Tx, keys("team"))
	n := Names{[]Named{}, []Named{}, []Named{}}
	for _, p := range places {
		n.Places = append(n.Places, Named{p.Code, p.Level, programme.ParseWords(p.Name)})
	}
	for _, o := range organisations {
		n.Organisations = append(n.Organisations, Named{o.Code, "", programme.ParseWords(o.Name)})
	}
	for _, t := range teams {
		n.Teams = append(n.Teams, Named{t.Code, "", programme.ParseWords(t.Name)})
	}
	for _, list := range [][]Named{n.Places, n.Organisations, n.Teams} {
		slices.SortFunc(list, func(a, b Named) int { return strings.Compare(a.Code, b.Code) })
	}
	w.d.Names = n
	return err
}
