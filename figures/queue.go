package figures

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kept/programme"
	"kept/promise"
	"kept/voice"
)

// Kind is for what something waits.
type Kind string

// The kinds.
const (
	WaitsOverdue    Kind = "overdue"            // a promise to be kept by a day that has gone by
	WaitsOccurrence Kind = "occurrence-missing" // due days of a promise for which nothing was reported
	WaitsSentBack   Kind = "sent-back"          // a report that was sent back, with no other on the promise since
	WaitsAnswer     Kind = "answer-owed"        // what a village has said, to which the office owes an answer
	WaitsRound      Kind = "round-owed"         // a promise that was reported done, and not asked about for promise.AskWithin days
	WaitsLook       Kind = "look"               // a report with a note or pictures that nobody has looked at
)

// Kinds are all of them.
var Kinds = []Kind{WaitsOverdue, WaitsOccurrence, WaitsSentBack, WaitsAnswer, WaitsRound, WaitsLook}

// kindsOf are the kinds of things that wait for a role.
func kindsOf(r Role) []Kind {
	switch r {
	case ReviewerRole:
		return []Kind{WaitsLook}
	case TeamRole:
		return []Kind{WaitsOverdue, WaitsOccurrence, WaitsSentBack}
	}
	return []Kind{WaitsOverdue, WaitsOccurrence, WaitsSentBack, WaitsAnswer, WaitsRound}
}

// PerQueue is how many things one page of a queue lists.
const PerQueue = 50

// Queue is what waits for a person, the longest waiting first.
type Queue struct {
	Items []Item
	Kinds []Waiting // those that can wait for this role, also where nothing does
	All   Number
	Kind  Kind // what was asked for, empty: everything
	Page  int  // from 1
	Pages int
}

// Waiting is how much of a kind waits. Where a list of promises shows it, List chooses it.
type Waiting struct {
	Kind    Kind
	Number  Number
	List    Filter
	HasList bool
}

// Item is one thing that waits.
type Item struct {
	Line
	Kind   Kind
	Report *promise.ReportRow // that waits, or was sent back; nil for others
	Owed   *OwedLine          // the answer that is owed; nil for others
	Due    string             // the day that has gone by, of those that are missing the first; of an answer its last day; else empty
	Since  string             // the day from which on it has waited
	Days   Number             // for how long
}

// ErrNoPage says that a queue does not have so many pages.
var ErrNoPage = errors.New("the queue has no such page")

// waiting is an item before anything is read of it.
type waiting struct {
	since  int32
	kind   Kind
	number int32 // the promise's place in the index
	report int64 // or the result to which an answer is owed
}

// Queue lists one page of what waits for a person; kind, if not empty, chooses. Nothing that lies outside the reach is
// counted or read.
func (at *At) Queue(r Reach, kind Kind, page int) (*Queue, error) {
	all, err := at.waiting(r)
	if err != nil {
		return nil, err
	}
	q := &Queue{Kind: kind, Page: page, All: r.waiting("", int64(len(all)))}
	n := map[Kind]int64{}
	for _, w := range all {
		n[w.kind]++
	}
	for _, k := range kindsOf(r.Role) {
		q.Kinds = append(q.Kinds, r.kind(k, n[k]))
	}
	if kind != "" {
		all = slices.DeleteFunc(slices.Clone(all), func(w waiting) bool { return w.kind != kind })
	}
	q.Pages = max(1, (len(all)+PerQueue-1)/PerQueue)
	if page < 1 || page > q.Pages {
		return nil, ErrNoPage
	}
	q.Items, err = at.items(all[(page-1)*PerQueue : min(page*PerQueue, len(all))])
	return q, err
}

// waiting is the count of a kind, or of everything.
func (r Reach) waiting(k Kind, n int64) Number {
	return count(name("waiting", "kind", string(k), "role", string(r.Role), "organisation", r.code(), "place", r.place()), n)
}

// kind is how much of a kind waits; what is overdue, or owed a round, is a list of promises.
func (r Reach) kind(k Kind, n int64) Waiting {
	w := Waiting{Kind: k, Number: r.waiting(k, n)}
	if k == WaitsOverdue {
		w.List, w.HasList = r.Filter(), true
		w.List.Plan, w.List.Standing = promise.Once, string(promise.Overdue)
		w.Number.Name = w.List.Name()
	}
	if k == WaitsRound {
		w.List, w.HasList = r.Filter(), true
		w.List.Village = Unasked
		w.Number.Name = w.List.Name()
	}
	return w
}

// waiting is all that waits for a person, in order.
func (at *At) waiting(r Reach) ([]waiting, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return once(at, "waiting "+string(r.waiting("", 0).Name), func() ([]waiting, error) {
		read := at.answering
		if r.Role == ReviewerRole {
			read = at.looking
		}
		all, err := read(r)
		slices.SortFunc(all, func(a, b waiting) int {
			return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.report, b.report), cmp.Compare(a.number, b.number))
		})
		return all, err
	})
}

// answering is what waits for an office or a team: promises of theirs that are late, and reports that were sent back, of
// their promises or written by them.
func (at *At) answering(r Reach) (out []waiting, err error) {
	c, err := at.choose(r.Filter())
	if err != nil {
		return nil, err
	}
	once := c.x.codes.find(promise.Once)
	office := r.Role != TeamRole
	c.each(func(i int32, b *brief) {
		if office && b.unasked(c.day) {
			out = append(out, waiting{since: b.finished, kind: WaitsRound, number: i})
		}
		if b.standing(c.day) == promise.Overdue {
			w := waiting{since: b.open, kind: WaitsOccurrence, number: i}
			if b.plan == once {
				w.kind = WaitsOverdue
			}
			out = append(out, w)
		}
	})
	who := c.x.codes.find(r.Who)
	for _, w := range c.x.returned {
		if b := c.x.get(w.number); !b.withdrawn && (c.takes(w.number, b) || w.who == who) && c.lies(b) {
			out = append(out, waiting{w.day, WaitsSentBack, w.number, w.seq})
		}
	}
	if !office {
		return out, nil
	}
	q := r.owed().query(at.Day)
	var seq, result int64
	var since string
	last := int32(0)
	err = at.Tx.Each([]any{&seq, &result, &since}, func() error {
		if i, ok := c.x.find(seq, last); ok {
			last = i
			out = append(out, waiting{dayNumber(since), WaitsAnswer, i, result})
		}
		return nil
	}, "SELECT v.promise, v.result, v.since FROM owed AS v WHERE "+q.all()+" ORDER BY v.promise", q.args...)
	return out, err
}

// owed chooses the answers that wait for an office: those that it owes, or for the office that runs the programme all.
func (r Reach) owed() OwedFilter {
	return OwedFilter{Office: r.Filter().Office, Place: r.place(), State: OwedOpen}
}

// unansweredSQL chooses the reports of a table r that were sent back, where nothing else was reported of the promise since.
const unansweredSQL = `r.sent_back > 0 AND NOT EXISTS (SELECT 1 FROM report AS n WHERE n.promise = r.promise AND n.seq > r.sent_back AND n.sent_back = 0)`

// looking is what waits for a reviewer: reports that were neither written by their organisation nor by a team that it sends.
func (at *At) looking(r Reach) (out []waiting, err error) {
	x, err := at.index(false)
	if err != nil {
		return nil, err
	}
	c, err := x.choose(at, r.Filter())
	if err != nil {
		return nil, err
	}
	own := []int32{x.codes.find(r.Who)}
	teams, err := programme.Teams.Select(at.Tx, "WHERE v.organisation = $1", r.code())
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		own = append(own, x.codes.find("team:"+t.Code))
	}
	mine := make([]bool, len(x.codes.all()))
	for _, id := range own {
		if id >= 0 {
			mine[id] = true
		}
	}
	for _, w := range x.waits {
		if !mine[w.who] && c.lies(x.get(w.number)) {
			out = append(out, waiting{w.day, WaitsLook, w.number, w.seq})
		}
	}
	return out, nil
}

// items reads what a page of a queue shows.
func (at *At) items(all []waiting) ([]Item, error) {
	x, err := at.index(false)
	if err != nil {
		return nil, err
	}
	var seqs []int64
	var keys, owing [][]any
	seen := map[int64]bool{}
	for _, w := range all {
		if seq := x.get(w.number).seq; !seen[seq] {
			seen[seq] = true
			seqs = append(seqs, seq)
		}
		switch {
		case w.kind == WaitsAnswer:
			owing = append(owing, []any{w.report, x.get(w.number).seq})
		case w.report != 0:
			keys = append(keys, []any{w.report})
		}
	}
	rows, err := at.rowsOf(seqs)
	if err != nil {
		return nil, err
	}
	lines, err := at.lines(rows)
	if err != nil {
		return nil, err
	}
	reports, err := promise.Reports.Load(at.Tx, keys)
	if err != nil {
		return nil, err
	}
	byPromise, byReport := map[int64]Line{}, map[int64]*promise.ReportRow{}
	for _, l := range lines {
		byPromise[l.Seq] = l
	}
	for i := range reports {
		byReport[reports[i].Seq] = &reports[i]
	}
	owed, err := voice.Owed.Load(at.Tx, owing)
	if err != nil {
		return nil, err
	}
	answers, err := at.owedLines(owed)
	if err != nil {
		return nil, err
	}
	byOwed := map[[2]int64]*OwedLine{}
	for i := range answers {
		byOwed[[2]int64{answers[i].Result, answers[i].Promise}] = &answers[i]
	}
	out := make([]Item, len(all))
	for i, w := range all {
		line := byPromise[x.get(w.number).seq]
		if w.kind == WaitsAnswer {
			o := byOwed[[2]int64{w.report, line.Seq}]
			out[i] = Item{Line: line, Kind: w.kind, Owed: o, Due: o.Due, Since: o.Since, Days: o.Owed.Unanswered}
			continue
		}
		out[i] = at.item(w, line, byReport[w.report])
	}
	return out, nil
}

func (at *At) item(w waiting, l Line, report *promise.ReportRow) Item {
	item := Item{Line: l, Kind: w.kind, Report: report}
	switch w.kind {
	case WaitsLook:
		item.Since = report.Recorded
	case WaitsSentBack:
		item.Since = report.BackDay
	case WaitsRound:
		item.Since, item.Days = l.Done, OfPromise(l.Number, "days", "unasked", int64(l.Said.UnaskedDays))
		return item
	default:
		item.Due, item.Since = l.OpenDue, l.OpenDue
		item.Days = OfPromise(l.Number, "days", "overdue", int64(l.Said.OverdueDays))
		return item
	}
	item.Days = count(name("waited", "entry", strconv.FormatInt(report.Seq, 10)), int64(daysBetween(item.Since, at.Day)))
	return item
}

// waitingAsked is the figure waiting, counted by a query of its own.
func waitingAsked(at *At, a args) (string, error) {
	r := Reach{Role: Role(a.get("role"))}
	if r.Who = "org:" + a.get("organisation"); r.Role == TeamRole {
		r.Who = "team:" + a.get("organisation")
	}
	if a.get("place") != "" {
		r.Places = strings.Split(a.get("place"), ",")
	}
	if err := r.check(); err != nil {
		return "", err
	}
	kinds := kindsOf(r.Role)
	if k := Kind(a.get("kind")); k != "" {
		kinds = []Kind{k}
	}
	sum := int64(0)
	for _, k := range kinds {
		n, err := at.countWaiting(r, k)
		if err != nil {
			return "", err
		}
		sum += n
	}
	return strconv.FormatInt(sum, 10), nil
}

func (at *At) countWaiting(r Reach, k Kind) (n int64, err error) {
	f := r.Filter()
	table, and, by := "", "", ""
	switch k {
	case WaitsAnswer:
		q := r.owed().query(at.Day)
		_, err = at.Tx.One([]any{&n}, "SELECT count(*) FROM owed AS v WHERE "+q.all(), q.args...)
		return n, err
	case WaitsRound:
		f.Village = Unasked
	case WaitsOverdue, WaitsOccurrence:
		f.Standing = string(promise.Overdue)
		if and = " AND p.plan <> 'once'"; k == WaitsOverdue {
			and = " AND p.plan = 'once'"
		}
	case WaitsSentBack:
		f.Office, f.Team, by = "", "", f.Office+f.Team
		table, and = "report AS r JOIN ", " AND p.withdrawn = '' AND "+unansweredSQL
	case WaitsLook:
		table, and = "report AS r JOIN ", " AND "+waitingSQL
	}
	q := f.query(at.Day)
	if k == WaitsLook {
		who, sender := q.arg(r.Who), q.arg(r.code())
		and += " AND r.who <> " + who + " AND r.who NOT IN (SELECT 'team:' || t.code FROM team AS t WHERE t.organisation = " + sender + ")"
	}
	if by != "" {
		and += " AND (p." + string(r.Role) + " = " + q.arg(by) + " OR r.who = " + q.arg(r.Who) + ")"
	}
	on := ""
	if table != "" {
		on = " ON p.seq = r.promise"
	}
	_, err = at.Tx.One([]any{&n}, "SELECT count(*) FROM "+table+"promise AS p"+on+" WHERE "+q.all()+and, q.args...)
	return n, err
}

// waited is for how many days a report has waited: to be looked at, or since it was sent back.
func waited(at *At, a args) (string, error) {
	day, err := at.text("SELECT CASE WHEN sent_back > 0 THEN back_day ELSE recorded END FROM report WHERE seq = $1", a.int("entry"))
	if err != nil || day == "" {
		return "", err
	}
	return strconv.Itoa(daysBetween(day, at.Day)), nil
}
