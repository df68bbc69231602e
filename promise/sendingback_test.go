package promise_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

// tale is a promise and what happens to it, drawn at random.
type tale struct {
	rt      *rapid.T
	day     string
	terms   promise.Terms
	version int64
	id      string
	acts    []act
	open    []string // reports that were neither passed nor sent back
	passed  []string
	gone    map[string]bool // reports that are sent back in the end
}

// act is an entry with the clock's day.
type act struct {
	day   string
	draft ledger.Draft
}

func (x *tale) add(d ledger.Draft, err error) string {
	if err != nil {
		x.rt.Fatal(err)
	}
	d.ID = ledger.NewID()
	x.acts = append(x.acts, act{x.day, d})
	return d.ID
}

func pick[T any](x *tale, what string, from ...T) T { return rapid.SampledFrom(from).Draw(x.rt, what) }
func (x *tale) chance(what string) bool             { return rapid.Bool().Draw(x.rt, what) }

// plans are three ways to put each kind of plan, with their days.
var plans = map[string][]promise.Plan{
	promise.Once:     {{Kind: promise.Once, Due: "2026-06-30"}, {Kind: promise.Once, Due: "2026-09-30"}, {Kind: promise.Once}},
	promise.Schedule: {monthly("2026-02-01", "2026-05-01"), monthly("2026-03-01", "2026-06-01"), monthly("2026-02-15", "2026-02-15")},
	promise.ServiceLevel: {within(20, monthly("2026-01-31", "2026-05-31")), within(30, monthly("2026-02-28", "2026-04-28")),
		within(30, monthly("2026-02-28", "2026-03-28"))},
}

func monthly(from, until string) promise.Plan {
	return promise.Plan{Kind: promise.Schedule, Rule: &schedule.Rule{Every: schedule.Month, Interval: 1, From: from, Until: until}}
}

func within(days int, p promise.Plan) promise.Plan {
	p.Kind, p.Within = promise.ServiceLevel, days
	return p
}

var reportedPeriods = []promise.Target{{From: "2026-01-01", To: "2026-03-31"}, {From: "2026-04-01", To: "2026-06-30"}, {From: "2026-01-01", To: "2026-06-30"}}

func (x *tale) report() {
	r := promise.Report{State: pick(x, "state", "", "", "", promise.StateDone, promise.StateDone, promise.StateUnderWay, promise.StateSuspended)}
	for range rapid.IntRange(0, 3).Draw(x.rt, "readings") {
		v := promise.Reading{Measure: rapid.Int64Range(0, 1).Draw(x.rt, "measure"), Value: fmt.Sprint(rapid.IntRange(0, 9).Draw(x.rt, "value"))}
		if x.chance("for a period") {
			p := pick(x, "period", reportedPeriods...)
			v.From, v.To, v.Early = p.From, p.To, rapid.IntRange(0, 4).Draw(x.rt, "early") == 0
		}
		r.Readings = append(r.Readings, v)
	}
	for _, currency := range []string{"USD", "CNY"} {
		if rapid.IntRange(0, 3).Draw(x.rt, currency) == 0 {
			r.Spent = append(r.Spent, promise.Spent{Currency: currency, Minor: rapid.Int64Range(-5, 5).Draw(x.rt, "minor")})
		}
	}
	if rule := x.terms.Plan.Rule; rule != nil && x.chance("on a due day") {
		days, err := rule.Days("2026-12-31")
		if err != nil {
			x.rt.Fatal(err)
		}
		switch due := pick(x, "due", days...); x.terms.Plan.Kind {
		case promise.Schedule:
			r.Occurrence = &promise.Occurrence{Due: due, Held: x.chance("held")}
		default:
			r.Service = &promise.Service{Due: due, Received: rapid.Int64Range(0, 9).Draw(x.rt, "received"), Answered: 9, Late: rapid.Int64Range(0, 1).Draw(x.rt, "late")}
		}
	}
	for range rapid.IntRange(0, 2).Draw(x.rt, "pictures") {
		r.Pictures = append(r.Pictures, ledger.NewID())
	}
	id := x.add(promise.ReportOn("team:team", x.id, pick(x, "day", "2026-01-05", "2026-04-05", "2026-08-01"), r, en("note"), ledger.NewSalt))
	x.open = append(x.open, id)
}

func (x *tale) sendBack() {
	if all := slices.Concat(x.open, x.passed); len(all) > 0 {
		id := pick(x, "which", all...)
		x.gone[id] = true
		same := func(other string) bool { return other == id }
		x.open, x.passed = slices.DeleteFunc(x.open, same), slices.DeleteFunc(x.passed, same)
		x.add(promise.SendBack("org:other", id, en("not so"), ledger.NewSalt))
	}
}

func (x *tale) pass() {
	if len(x.open) == 0 {
		return
	}
	id := pick(x, "which", x.open...)
	x.open, x.passed = slices.DeleteFunc(x.open, func(other string) bool { return other == id }), append(x.passed, id)
	var pictures []promise.Passed
	for _, a := range x.acts {
		if r, ok := a.draft.Data.(promise.Report); ok && a.draft.ID == id {
			for _, p := range r.Pictures {
				pictures = append(pictures, promise.Passed{ID: p, SHA256: ledger.HashBytes(ledgertest.PNG), Shows: en("a well")})
			}
		}
	}
	var bodies []ledger.Picture
	if len(pictures) > 0 {
		bodies = []ledger.Picture{{SHA256: pictures[0].SHA256, Media: "image/png", Body: ledgertest.PNG}}
	}
	x.add(promise.Pass("org:other", id, x.chance("note"), pictures, bodies), nil)
}

func (x *tale) amend() {
	other := slices.DeleteFunc(slices.Clone(plans[x.terms.Plan.Kind]), func(p promise.Plan) bool { return p == x.terms.Plan })
	now := x.terms
	now.Plan = pick(x, "plan", other...)
	now.Measures = twoMeasures(pick(x, "target", "12", "8"), pick(x, "period", "2026-06-30", "2026-05-31"))
	x.add(promise.Amend("org:office", x.id, x.version, now, locale.Wording{}, ledger.NewSalt))
	x.terms, x.version = now, x.version+1
}

func twoMeasures(target, to string) []promise.Measure {
	m := wells().Measures[0]
	m.Targets = []promise.Target{{From: "2026-01-01", To: "2026-03-31", Value: "4"}, {From: "2026-04-01", To: to, Value: target}}
	return []promise.Measure{m, {Name: en("depth"), Unit: en("m")}}
}

func tell(rt *rapid.T, from string) *tale {
	x := &tale{rt: rt, day: from, version: 1, terms: wells(), gone: map[string]bool{}}
	x.terms.Plan = pick(x, "plan", plans[pick(x, "kind", promise.Once, promise.Schedule, promise.ServiceLevel)]...)
	x.terms.Measures = twoMeasures("12", "2026-06-30")
	x.id = x.add(promise.Promise("org:office", promise.Promised{Terms: x.terms}), nil)
	for range rapid.IntRange(1, 14).Draw(rt, "acts") {
		if x.chance("another day") {
			x.day = schedule.AddDays(x.day, 1)
		}
		switch rapid.IntRange(0, 10).Draw(rt, "act") {
		case 0, 1, 2, 3, 4:
			x.report()
		case 5, 6, 7:
			x.sendBack()
		case 8:
			x.pass()
		case 9:
			x.amend()
		case 10:
			x.add(promise.Pay("org:office", x.id, "2026-01-05", promise.Payment{Type: pick(x, "type", "spent", "committed"), Currency: "USD", Minor: 3}), nil)
		}
	}
	return x
}

// state is what stands of a promise, with reports by their ids.
func (b *book) state(t testing.TB, id string) map[string][]string {
	out := map[string][]string{}
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		ids := map[int64]string{}
		all, err := promise.View.Select(tx, "WHERE v.id = $1", id)
		if err != nil {
			return err
		}
		p := all[0]
		seq := p.Seq
		reports, err := promise.Reports.Select(tx, "WHERE v.promise = $1 ORDER BY v.seq", seq)
		for _, r := range reports {
			ids[r.Seq] = r.ID
			if r.SentBack == 0 {
				out["reports"] = append(out["reports"], fmt.Sprint(r.ID, r.Recorded, r.State, r.Occurrence, r.Held, r.Passed > 0, r.NoteShown, r.Shown))
			}
		}
		add := func(what, name string, row any) { out[what] = append(out[what], fmt.Sprintf("%+v of %s", row, name)) }
		said, last := ids[p.StateSeq], ids[p.Last]
		p.Seq, p.StateSeq, p.Last, p.SentBack = 0, 0, 0, 0
		add("promise", said+" "+last, p)
		measures, err1 := promise.Measures.Select(tx, "WHERE v.promise = $1 ORDER BY v.n", seq)
		for _, m := range measures {
			name := ids[m.ReadSeq]
			m.Promise, m.ReadSeq = 0, 0
			add("measures", name, m)
		}
		targets, err2 := promise.Targets.Select(tx, "WHERE v.promise = $1 ORDER BY v.n, v.from_day, v.to_day", seq)
		for _, m := range targets {
			name := ids[m.ReadSeq]
			m.Promise, m.ReadSeq = 0, 0
			add("targets", name, m)
		}
		occurrences, err3 := promise.Occurrences.Select(tx, "WHERE v.promise = $1 ORDER BY v.due", seq)
		for _, o := range occurrences {
			name := ids[o.Seq]
			services, err := promise.Services.Select(tx, "WHERE v.promise = $1 AND v.due = $2 AND v.seq = $3", seq, o.Due, o.Seq)
			if err != nil {
				return err
			}
			for _, s := range services {
				name += fmt.Sprint(" ", s.Received, s.Answered, s.Late)
			}
			o.Promise, o.Seq = 0, 0
			add("occurrences", name, o)
		}
		sums, err4 := promise.Sums.Select(tx, "WHERE v.promise = $1 ORDER BY v.type, v.currency", seq)
		for _, s := range sums {
			s.Promise = 0
			add("money", "", s)
		}
		return programme.First(err, err1, err2, err3, err4)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSendingBackIsAsIfNeverWritten: whatever was reported, passed, paid and amended, after reports were sent back everything
// stands as it does in a book in which they were never written.
func TestSendingBackIsAsIfNeverWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		with, without := newBook(t, e), newBook(t, e) // for all runs: making one costs more than a run
		day, sent := "2026-01-05", 0
		rapid.Check(t, func(rt *rapid.T) {
			x := tell(rt, day)
			day = x.day
			append := func(b *book, acts []act) {
				drafts := make([]ledger.Draft, len(acts))
				for i := range acts {
					drafts[i] = acts[i].draft
				}
				receipts, err := b.Append(t.Context(), drafts...)
				if err != nil {
					rt.Fatal(err)
				}
				for i, r := range receipts {
					if r.Err != nil {
						rt.Fatalf("%s: %v", drafts[i].Kind, r.Err)
					}
				}
			}
			for from := 0; from < len(x.acts); {
				to := from + 1
				for to < len(x.acts) && x.acts[to].day == x.acts[from].day && x.chance("in one batch") {
					to++
				}
				with.clock.Set(x.acts[from].day)
				append(with, x.acts[from:to])
				from = to
			}
			for _, a := range x.acts {
				if x.gone[a.draft.ID] || x.gone[a.draft.About] {
					continue
				}
				without.clock.Set(a.day)
				append(without, []act{a})
			}
			sent += len(x.gone)
			if diff := cmp.Diff(without.state(t, x.id), with.state(t, x.id)); diff != "" {
				rt.Fatalf("(-never written +sent back):\n%s", diff)
			}
			if p := with.row(x.id); p.SentBack != int64(len(x.gone)) {
				rt.Fatalf("%d reports were sent back, the promise says %d", len(x.gone), p.SentBack)
			}
		})
		if sent == 0 {
			t.Error("no report was sent back")
		}
		ledgertest.Check(t, with.Book)
	})
}

// TestS11SentBackIsNotShown: what was not passed stays hidden for ever, and what was passed is hidden again.
func TestS11SentBackIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		public := func(report string) bool {
			t.Helper()
			row := one(b, promise.Reports, "WHERE v.id = $1", report)
			return read(b, func(tx *store.Tx) (bool, error) {
				f, err := promise.TextsPublic(tx, 0, 1000)
				if !f(row.SentBack, "reason/en") && row.SentBack > 0 {
					t.Error("the reason is not public")
				}
				return f(row.Seq, "note/en"), err
			})
		}
		report := func(pic string) string {
			return b.add(b.must(promise.ReportOn("team:team", id, "", promise.Report{Pictures: []string{pic}}, en("a note"), ledger.NewSalt)))
		}
		passed, never := report(picture), report(strings.Repeat("a", 32))
		b.add(promise.Pass("org:other", passed, true, []promise.Passed{{ID: picture, SHA256: ledger.HashBytes(ledgertest.PNG), Shows: en("a well")}},
			[]ledger.Picture{{SHA256: ledger.HashBytes(ledgertest.PNG), Media: "image/png", Body: ledgertest.PNG}}))
		if p := b.row(id); !public(passed) || public(never) || p.Shown != 1 {
			t.Fatalf("before: %v %v, %d pictures", public(passed), public(never), p.Shown)
		}
		for _, r := range []string{passed, never} {
			b.add(b.must(promise.SendBack("org:office", r, en("another village's well"), ledger.NewSalt)))
			if public(r) {
				t.Error("the note of a report that was sent back is public")
			}
			ledgertest.Refused(t, b.Book, "passing.sent-back", promise.Pass("org:other", r, true, nil, nil))
		}
		if p := b.row(id); p.Shown != 0 || p.Reports != 0 || p.SentBack != 2 || p.Begun != 0 || p.Reported != "" {
			t.Errorf("afterwards: %+v", p)
		}
		row := one(b, promise.Reports, "WHERE v.id = $1", passed)
		b.want("who sent it back", fmt.Sprint(row.BackBy, " ", row.BackDay, " ", row.BackLang), "org:office 2026-01-05 en")
	})
}

// TestSendBackOvertaken: sending back a report that a later one overtook moves nothing; sending back that one as well falls
// back to the word before both.
func TestSendBackOvertaken(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		var reports []string
		for i, day := range []string{"2026-02-01", "2026-02-02", "2026-02-03", "2026-02-04"} {
			b.clock.Set(day)
			r := promise.Report{Readings: []promise.Reading{{Value: fmt.Sprint(i + 1)}}, State: promise.StateDone}
			if i == 0 {
				r.State = promise.StateUnderWay
			}
			reports = append(reports, b.add(b.report(id, day, r)))
		}
		says := func(sent int, want string) {
			t.Helper()
			b.add(b.must(promise.SendBack("org:office", reports[sent], en("not so"), ledger.NewSalt)))
			p := b.row(id)
			m := one(b, promise.Measures, "WHERE v.promise = $1", p.Seq)
			b.want(fmt.Sprintf("after sending back %d", sent+1), fmt.Sprintf("%s done %q reading %q reported %s", p.State, p.Done, m.Reading, p.Reported), want)
		}
		says(1, `done done "2026-02-03" reading "4" reported 2026-02-04`)
		says(2, `done done "2026-02-04" reading "4" reported 2026-02-04`)
		says(3, `under-way done "" reading "1" reported 2026-02-01`)
		says(0, ` done "" reading "" reported `)
	})
}
