package figures

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"kept/ledger"
	"kept/promise"
	"kept/simulate"
	"kept/store/storetest"
	"kept/voice"
)

// numbers are all numbers of a summary.
func (s *Summary) numbers() []Number {
	out := []Number{s.Promises, s.Became, s.GoingOn, s.Unreported}
	for _, t := range []Tally{s.Standings, s.Says, s.Marks, s.Happened, s.DueDays, s.Said} {
		for _, n := range t {
			out = append(out, n)
		}
	}
	for _, m := range s.Money {
		out = append(out, m.First, m.Promised, m.PaidIn, m.Paid)
	}
	return out
}

// books are a few books, and periods and places of them.
func books(t *testing.T, e storetest.Engine, see func(t *testing.T, b *ledger.Book, place string, span Span)) {
	for _, x := range []struct {
		book *ledger.Book
		asks [][3]string
	}{
		{Sample(t, e, "2026-11-24"), [][3]string{{"", "2026-09-01", "2026-10-31"}, {"", "2026-01-01", "2026-11-24"}, {"three-springs,stone-well", "2026-07-01", "2026-11-20"}}},
		{Simulated(t, e, simulate.Options{Name: "sim", Villages: 12, Promises: 50, Reports: 260, Seed: 3, Today: "2026-11-23"}), [][3]string{{"", "2026-06-01", "2026-08-31"}, {"", "2026-11-01", "2026-11-23"}}},
	} {
		for _, ask := range x.asks {
			t.Run(fmt.Sprint(ask), func(t *testing.T) { see(t, x.book, ask[0], Span{ask[1], ask[2]}) })
		}
	}
}

// TestOverview: what is counted in a few passes is what Ask says of each name, counted from an index or by queries.
func TestOverview(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		books(t, e, func(t *testing.T, b *ledger.Book, place string, span Span) {
			for _, memo := range []*Memo{nil, {}} {
				Look(t, b, memo, func(at *At) {
					o, err := at.Overview(place, span)
					if err != nil {
						t.Fatal(err)
					}
					all, err := o.Summaries()
					if err != nil {
						t.Fatal(err)
					}
					for i := range all {
						for _, n := range all[i].numbers() {
							if truth, err := Ask(at, n.Name); err != nil || truth != n.Value {
								t.Errorf("%s is %q, asked for it is %q, %v", n.Name, n.Value, truth, err)
							}
						}
					}
					addUp(t, all)
					_, spots, err := o.Grid()
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range spots {
						for _, n := range []Number{s.Promises, s.Done, s.Overdue, s.Kept, s.PartlyKept, s.NotKept, s.NotAsked} {
							if truth, err := Ask(at, n.Name); err != nil || truth != n.Value {
								t.Errorf("%s is %q, asked for it is %q, %v", n.Name, n.Value, truth, err)
							}
						}
					}
				})
			}
		})
	})
}

// addUp sees that tasks add up to all, and standings and verdicts to the promises.
func addUp(t *testing.T, all []Summary) {
	t.Helper()
	var sum int64
	for i, s := range all {
		var standings, says int64
		for _, n := range s.Standings {
			standings += n.Int()
		}
		for _, n := range s.Says {
			says += n.Int()
		}
		if standings != s.Promises.Int() || says != s.Promises.Int() {
			t.Errorf("%s: %d promises, %d by standing, %d by what villages say", s.Task.Code, s.Promises.Int(), standings, says)
		}
		if days := s.DueDays; days[""].Int() != days[OccurrenceHeld].Int()+days[OccurrenceNotHeld].Int()+days[OccurrenceMissing].Int()+days[OccurrenceToCome].Int() {
			t.Errorf("%s: due days %v", s.Task.Code, days)
		}
		if i > 0 {
			sum += s.Promises.Int()
		}
	}
	if sum != all[0].Promises.Int() {
		t.Errorf("the tasks have %d promises, all together %d", sum, all[0].Promises.Int())
	}
}

// TestBehind: what is listed behind a figure adds up to it, is found page by page, and is as long as the list of promises where it is
// one.
func TestBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		books(t, e, func(t *testing.T, b *ledger.Book, place string, span Span) {
			Look(t, b, nil, func(at *At) {
				o, err := at.Overview(place, span)
				if err != nil {
					t.Fatal(err)
				}
				all, err := o.Summaries()
				if err != nil {
					t.Fatal(err)
				}
				names := []Name{"teams-in-place", "villages-with-team", "places", "places?level=village", "places?place=three-springs", "teams-in-place?place=stone-well", "villages?promise=1", "villages?promise=1&says=not-kept",
					"villages?promise=2&says=not-asked", "answers?state=owed", "answers?state=late", "occurrences?promise=3", "occurrences?promise=3&state=not-reported", "silent-teams?days=30", "answers?place=three-springs,stone-well", "answers?office=stone-bridge&state=answered", "money?currency=CNY&promise=1&type=promised", "answers-in?what=given",
					"answers-in?what=asked", "answers-in?what=late", "said?what=results", "said?what=contested", "said?what=lost"}
				for i := range all {
					for _, n := range all[i].numbers() {
						names = append(names, n.Name)
					}
				}
				listed := 0
				for _, n := range names {
					listed += behindOne(t, at, n)
				}
				if listed < 100 {
					t.Errorf("only %d things are listed", listed)
				}
				if _, err := at.Behind("entries", 0, 0); !errors.Is(err, ErrNoList) {
					t.Errorf("behind the size of the book: %v", err)
				}
				for _, n := range []Name{"happened?what=births", "promises?person=1", "said?what=who", "due-days?state=sad", "answers-in?what=no", "happened"} {
					if list, err := at.Behind(n, 0, 0); err == nil {
						t.Errorf("behind %s: %v", n, list)
					}
				}
			})
		})
	})
}

func behindOne(t *testing.T, at *At, n Name) int {
	t.Helper()
	value, err := Ask(at, n)
	if err != nil {
		t.Fatal(err)
	}
	list, err := at.Behind(n, 0, 0)
	if err != nil {
		t.Fatalf("%s: %v", n, err)
	}
	sum := int64(0)
	for _, c := range list {
		sum += c.Adds
	}
	if strconv.FormatInt(sum, 10) != value {
		t.Errorf("%s is %q, what is listed adds up to %d", n, value, sum)
	}
	some, err := at.Behind(n, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	if want := list[min(1, len(list)):min(3, len(list))]; fmt.Sprint(some) != fmt.Sprint(append([]Counted(nil), want...)) {
		t.Errorf("%s: from the second on %v, should be %v", n, some, want)
	}
	return len(list)
}

// TestPeriodModel counts in the plainest way.
func TestPeriodModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		books(t, e, func(t *testing.T, b *ledger.Book, place string, span Span) {
			if place != "" {
				return
			}
			Look(t, b, nil, func(at *At) {
				in := func(day string) bool { return day != "" && span.From <= day && day <= span.To }
				want := map[string]int64{}
				add := func(name string, yes bool, n int64) {
					if want[name] += 0; yes {
						want[name] += n
					}
				}
				promises, reports := rows(t, at, promise.View), rows(t, at, promise.Reports)
				reported, of := map[int64]bool{}, map[int64]promise.ReportRow{}
				gone := map[int64]bool{}
				for _, r := range reports {
					of[r.Seq] = r
					add("happened?what=reports", r.SentBack == 0 && in(r.Recorded), 1)
					add("happened?what=sent-back", in(r.BackDay), 1)
					reported[r.Promise] = reported[r.Promise] || r.SentBack == 0 && in(r.Recorded)
				}
				for _, p := range promises {
					gone[p.Seq] = p.Withdrawn != "" || p.Done != ""
					goes := p.Promised <= span.To && (p.Done == "" || p.Done >= span.From) && (p.Withdrawn == "" || p.Withdrawn > span.To)
					add("going-on?", goes, 1)
					add("unreported?", goes && !reported[p.Seq], 1)
					add("happened?what=promises", in(p.Promised), 1)
					add("happened?what=done", in(p.Done) && p.Withdrawn == "", 1)
					add("happened?what=done-late", in(p.Done) && p.Withdrawn == "" && p.FirstDue != "" && p.Done > p.FirstDue && p.Source == "", 1)
					add("happened?what=withdrawn", in(p.Withdrawn), 1)
				}
				for _, v := range rows(t, at, promise.Versions) {
					add("happened?what=amended", v.Version > 1 && in(v.Recorded), 1)
					add("happened?what=lowered", v.Version > 1 && v.Lowered == 1 && in(v.Recorded), 1)
					add("happened?what=made-later", v.Version > 1 && v.Later == 1 && in(v.Recorded), 1)
				}
				for _, d := range rows(t, at, promise.Occurrences) {
					due := in(d.Due) && (d.State != "" || !gone[d.Promise])
					add("due-days?", due, 1)
					add("due-days?state=held", due && d.State == "held", 1)
					add("due-days?state=not-held", due && d.State == "not-held", 1)
					add("due-days?state=not-reported", due && d.State == "" && d.Due < at.Day, 1)
					add("due-days?state=to-come", due && d.State == "" && d.Due >= at.Day, 1)
				}
				for _, currency := range []string{"CNY", "USD"} {
					name := "paid?currency=" + currency
					for _, p := range rows(t, at, promise.Payments) {
						add(name, p.Withdrawn == 0 && (p.Type == "disbursed" || p.Type == "spent") && p.Currency == currency && in(p.Recorded), p.Minor)
					}
					for _, s := range rows(t, at, promise.Spendings) {
						add(name, of[s.Seq].SentBack == 0 && s.Currency == currency && in(of[s.Seq].Recorded), s.Minor)
					}
					ever, err := Ask(at, Name(name))
					if err != nil {
						t.Fatal(err)
					}
					if money, err := Ask(at, Name("money?type=paid&currency="+currency)); err != nil || money != ever {
						t.Errorf("%s was paid at any time, %s in all: %v", ever, money, err)
					}
				}
				said(t, at, in, add)
				for name, n := range want {
					full := Name(name + "&from=" + span.From + "&to=" + span.To)
					if value, err := Ask(at, full); err != nil || value != strconv.FormatInt(n, 10) {
						t.Errorf("%s is %q, should be %d: %v", full, value, n, err)
					}
				}
			})
		})
	})
}

// said counts what villages said and what offices answered.
func said(t *testing.T, at *At, in func(string) bool, add func(string, bool, int64)) {
	marks := rows(t, at, ledger.DayView)
	recorded := func(seq int64) (day string) {
		for _, m := range marks {
			if m.Seq < seq {
				day = max(day, m.Day)
			}
		}
		return day
	}
	type key struct {
		round int64
		place string
	}
	places := map[key]voice.PlaceRow{}
	for _, p := range rows(t, at, voice.Places) {
		places[key{p.Round, p.Place}] = p
	}
	for _, q := range rows(t, at, voice.Questions) {
		p := places[key{q.Round, q.Place}]
		there := p.Outcome != "" && in(recorded(p.Seq))
		result := there && p.Outcome == voice.OutcomeResult && p.Contested == ""
		add("said?what=results", result, 1)
		add("said?what=too-few", result && q.Verdict == "too-few", 1)
		add("said?what=contested", there && p.Contested != "", 1)
		add("said?what=lost", there && p.Outcome == voice.OutcomeLost, 1)
		for what, n := range map[string]int64{"kept": q.Kept, "partly-kept": q.Partly, "not-kept": q.NotKept, "cant-tell": q.Cant} {
			add("said?what="+what, result, n)
		}
	}
	for _, o := range rows(t, at, voice.Owed) {
		add("answers-in?what=asked", in(recorded(o.Result)), 1)
		add("answers-in?what=late", o.Answered > o.Due && in(o.Answered), 1)
	}
	for _, a := range rows(t, at, voice.Answers) {
		add("answers-in?what=given", in(a.Recorded), 1)
	}
}

func rows[T any](t *testing.T, at *At, v *ledger.View[T]) []T {
	t.Helper()
	out, err := v.Select(at.Tx, "")
	if err != nil {
		t.Fatal(err)
	}
	return out
}
