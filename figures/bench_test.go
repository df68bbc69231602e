//go:build unix

package figures_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/voice"
)

// TestTimes says how long the answers of an office take, in a data folder with a simulated programme. It appends to it, so
// let it be a copy:
//
//	KEPT_BENCH_DATA=folder go test ./figures -run TestTimes -v -timeout 1h
//
// Each is asked for once after an entry was appended, which is not counted, and so in turn; what was answered before is
// forgotten then. Times are medians, with the lowest and the highest; the processor's time is that of the whole process, and
// less than the other where something else ran on the machine. The last column is that of asking again.
func TestTimes(t *testing.T) {
	b := ledgertest.Simulated(t, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject), ledger.Options{Today: func() string { return "2026-11-24" }})
	memo := &figures.Memo{}
	figures.Look(t, b, memo, func(at *figures.At) {
		begun := time.Now()
		if _, err := at.Count(figures.Filter{}); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d entries: first count after %v", at.Size, time.Since(begun))
		begun = time.Now()
		if err := at.Prepare(true); err != nil {
			t.Fatal(err)
		}
		t.Logf("all that a dashboard counts after %v more", time.Since(begun))
	})
	office, team, reviewer := figures.OfficeRole, figures.TeamRole, figures.ReviewerRole
	questions := []question{
		{"dashboard everywhere", func(at *figures.At) (int, error) {
			return dashboard(at, figures.Reach{Role: office, Who: "org:XS0101-o1"})
		}},
		{"dashboard of a region", func(at *figures.At) (int, error) {
			return dashboard(at, figures.Reach{Role: office, Who: "org:XS0101-o1", Places: []string{"XS01"}})
		}},
		{"dashboard of a team", func(at *figures.At) (int, error) {
			return dashboard(at, figures.Reach{Role: team, Who: "team:XS010101-t1"})
		}},
		{"queue of an office", func(at *figures.At) (int, error) { return queue(at, figures.Reach{Role: office, Who: "org:XS0101-o1"}) }},
		{"queue of an office in a village", func(at *figures.At) (int, error) {
			return queue(at, figures.Reach{Role: office, Who: "org:XS0101-o1", Places: []string{"XS01010101"}})
		}},
		{"queue of a team", func(at *figures.At) (int, error) {
			return queue(at, figures.Reach{Role: team, Who: "team:XS010101-t1"})
		}},
		{"queue of a reviewer everywhere", func(at *figures.At) (int, error) {
			return queue(at, figures.Reach{Role: reviewer, Who: "org:XS01-farmers"})
		}},
		{"queue of a reviewer in a region", func(at *figures.At) (int, error) {
			return queue(at, figures.Reach{Role: reviewer, Who: "org:XS01-farmers", Places: []string{"XS01"}})
		}},
		{"queue of a reviewer in two villages", func(at *figures.At) (int, error) {
			return queue(at, figures.Reach{Role: reviewer, Who: "org:XS01-farmers", Places: []string{"XS01010101", "XS02010101"}})
		}},
	}
	for _, words := range []string{"wells", "springs wells", "drill", "well", "s", "水井", "水", "村", "泉", "قۇدۇق", "سۇ", "ق", "299999", "zzz"} {
		questions = append(questions, question{"search " + words, func(at *figures.At) (int, error) { return search(at, figures.Filter{Words: words}) }})
	}
	questions = append(questions, question{"search wells in a region", func(at *figures.At) (int, error) { return search(at, figures.Filter{Words: "wells", Place: "XS02"}) }},
		question{"list of all", func(at *figures.At) (int, error) { return search(at, figures.Filter{}) }},
		question{"list of a village", func(at *figures.At) (int, error) { return search(at, figures.Filter{Place: "XS01010101"}) }})
	const rounds = 15
	after, again := make([][]time.Duration, len(questions)), make([][]time.Duration, len(questions))
	worked := make([][]time.Duration, len(questions))
	found := make([]int, len(questions))
	for round := range rounds {
		for i, q := range questions {
			appendOne(t, b, round)
			took := func() (d, cpu time.Duration) {
				figures.Look(t, b, memo, func(at *figures.At) {
					begun, before := time.Now(), processor(t)
					n, err := q.ask(at)
					if d, cpu = time.Since(begun), processor(t)-before; err != nil {
						t.Fatal(err)
					}
					found[i] = n
				})
				return d, cpu
			}
			d, cpu := took()
			after[i], worked[i] = append(after[i], d), append(worked[i], cpu)
			d, _ = took()
			again[i] = append(again[i], d)
		}
	}
	for i, q := range questions {
		slices.Sort(after[i])
		slices.Sort(again[i])
		slices.Sort(worked[i])
		ms := func(d time.Duration) string { return fmt.Sprintf("%6.1f", float64(d.Microseconds())/1000) }
		t.Logf("%-40s %7d found; after an entry %s ms [%s to %s], processor %s ms; again %s ms", q.what, found[i], ms(after[i][rounds/2]), ms(after[i][0]), ms(after[i][rounds-1]),
			ms(worked[i][rounds/2]), ms(again[i][rounds/2]))
	}
}

// processor is how long processors have worked for this process.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

type question struct {
	what string
	ask  func(at *figures.At) (int, error)
}

func dashboard(at *figures.At, r figures.Reach) (int, error) {
	d, err := at.Dashboard(r, "2026-12-31")
	if err != nil {
		return 0, err
	}
	return int(d.All.Int()), nil
}

func queue(at *figures.At, r figures.Reach) (int, error) {
	q, err := at.Queue(r, "", 1)
	if err != nil {
		return 0, err
	}
	return int(q.All.Int()), nil
}

// search is what a page with a list asks.
func search(at *figures.At, f figures.Filter) (int, error) {
	if _, err := at.Standings(f); err != nil {
		return 0, err
	}
	n, err := at.Count(f)
	if err != nil {
		return 0, err
	}
	_, err = at.List(f, figures.ByNumber, 0, 25)
	return int(n.Int()), err
}

// appendOne appends a report, and every fifth time a promise.
func appendOne(t *testing.T, b *ledger.Book, round int) {
	t.Helper()
	var id string
	figures.Look(t, b, nil, func(at *figures.At) {
		if _, err := at.Tx.One([]any{&id}, "SELECT id FROM promise WHERE number = $1 AND withdrawn = ''", int64(1000+round)); err != nil {
			t.Fatal(err)
		}
	})
	if id == "" {
		return
	}
	d, err := promise.ReportOn("team:XS010101-t1", id, "", promise.Report{}, locale.Plain("en", "Dug"), ledger.NewSalt)
	if round%5 == 4 {
		d = promise.Promise("org:XS0101-o1", promise.Promised{Terms: promise.Terms{Title: locale.Plain("en", "More wells at the springs"), Task: "water", Places: []string{"XS01010101"},
			Office: "XS0101-o1", Team: "XS010101-t1", Plan: promise.Plan{Kind: promise.Once, Due: "2026-12-20"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := b.Append(t.Context(), d)
	if err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
}
