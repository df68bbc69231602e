package figures

import (
	"cmp"
	"slices"

	"kept/promise"
	"kept/voice"
)

// Why is why a promise is worth asking about, in the order in which they are offered.
type Why string

// The reasons.
const (
	WhyOwed    Why = "owed"    // reported done, and not asked for as long as it should have been
	WhyOverdue Why = "overdue" // late
	WhyOther   Why = "other"
	WhyLater   Why = "later" // it was asked about within a quarter, or is being asked about
)

// Whys are all of them.
var Whys = []Why{WhyOwed, WhyOverdue, WhyOther, WhyLater}

// Askable is a promise that villages can be asked about.
type Askable struct {
	Line
	Why     Why
	From    string // for WhyLater: from which day on another round may close
	Unasked Number // days
}

// ToAsk lists the promises that are made to villages, or to a place above them: those that are owed a round first, then late ones, and
// last those that cannot be asked about yet. Words choose among them; those that were chosen are always there. The bool says that there are
// more than so many.
func (at *At) ToAsk(villages []string, words string, chosen []int64, most int) (out []Askable, more bool, err error) {
	if len(villages) == 0 {
		return nil, false, nil
	}
	q := Filter{Words: words}.query(at.Day)
	q.where = append(q.where, "p.withdrawn = ''", "p.seq IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.above WHERE a.place IN ("+q.in(villages)+"))")
	rows, err := readRows(at, "SELECT "+promise.View.Columns("p")+" FROM promise AS p WHERE "+q.all()+" ORDER BY p.number", q.args)
	if err != nil {
		return nil, false, err
	}
	here := map[int64]bool{}
	for _, r := range rows {
		here[r.Seq] = true
	}
	for _, seq := range chosen {
		row, ok, err := promise.View.One(at.Tx, seq)
		if err != nil {
			return nil, false, err
		}
		if ok && !here[seq] {
			rows = append(rows, row)
		}
	}
	if out, err = at.askable(rows, chosen); err != nil {
		return nil, false, err
	}
	if more = len(out) > most; more {
		out = out[:most]
	}
	var seqs []int64
	for _, a := range out {
		seqs = append(seqs, a.Seq)
	}
	lines, err := at.Of(seqs...)
	if err != nil {
		return nil, false, err
	}
	for i := range lines {
		out[i].Line = lines[i]
	}
	return out, more, nil
}

// askable says of promises why they are worth asking about, and puts them in order; those that were chosen come first among their like.
func (at *At) askable(rows []promise.Row, chosen []int64) ([]Askable, error) {
	lines := make([]Line, len(rows))
	var seqs []int64
	for i, r := range rows {
		lines[i] = Line{Row: r}
		seqs = append(seqs, r.Seq)
	}
	if err := at.sayAll(lines); err != nil {
		return nil, err
	}
	free, err := voice.FreeFrom(at.Tx, at.Day, seqs...)
	if err != nil {
		return nil, err
	}
	out := make([]Askable, len(rows))
	for i, l := range lines {
		a := Askable{Line: l, Why: WhyOther, From: free[l.Seq], Unasked: OfPromise(l.Number, "days", "unasked", int64(l.Said.UnaskedDays))}
		switch {
		case a.From != "":
			a.Why = WhyLater
		case l.Said.UnaskedDays > 0:
			a.Why = WhyOwed
		case l.Said.Team == promise.Overdue:
			a.Why = WhyOverdue
		}
		out[i] = a
	}
	first := func(a Askable) int {
		if slices.Contains(chosen, a.Seq) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b Askable) int {
		return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(slices.Index(Whys, a.Why), slices.Index(Whys, b.Why)),
			cmp.Compare(b.Said.UnaskedDays, a.Said.UnaskedDays), cmp.Compare(b.Said.OverdueDays, a.Said.OverdueDays), cmp.Compare(a.Number, b.Number))
	})
	return out, nil
}

// Lines puts beside promises what a list shows of them.
func (at *At) Lines(rows []promise.Row) ([]Line, error) { return at.lines(rows) }
