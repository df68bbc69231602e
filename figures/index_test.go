package figures

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/demo"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/simulate"
	"kept/store"
	"kept/store/storetest"
	"kept/voice"
)

// Sample is the demo with more reports that were sent back, on some of which something was reported again.
func Sample(t testing.TB, e storetest.Engine, today string) *ledger.Book {
	t.Helper()
	key, err := demo.Key()
	if err != nil {
		t.Fatal(err)
	}
	clock := &demo.Clock{}
	b, err := ledger.Create(t.Context(), e.New(t), ledger.NewRules(programme.Subject, promise.Subject, voice.Subject), key, ledger.Options{Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if err := demo.Write(t.Context(), b, clock, today); err != nil {
		t.Fatal(err)
	}
	sendBack(t, b, 5)
	return b
}

// Simulated is a small simulated book with reports that were sent back.
func Simulated(t testing.TB, e storetest.Engine, o simulate.Options) *ledger.Book {
	t.Helper()
	b, _ := simulated(t, e, o)
	return b
}

func simulated(t testing.TB, e storetest.Engine, o simulate.Options) (*ledger.Book, *simulate.Clock) {
	t.Helper()
	key, err := simulate.Key(o.Name, o.Seed)
	if err != nil {
		t.Fatal(err)
	}
	clock := &simulate.Clock{}
	b, err := ledger.Create(t.Context(), e.New(t), ledger.NewRules(programme.Subject, promise.Subject, voice.Subject), key, ledger.Options{Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if err := simulate.Write(t.Context(), b, clock, o); err != nil {
		t.Fatal(err)
	}
	sendBack(t, b, 9)
	return b, clock
}

// sendBack sends back every n-th report that can be, and reports again on every third promise of these.
func sendBack(t testing.TB, b *ledger.Book, n int) {
	t.Helper()
	type line struct{ report, who, promise, office string }
	var lines []line
	Look(t, b, nil, func(at *At) {
		var l line
		err := at.Tx.Each([]any{&l.report, &l.who, &l.promise, &l.office}, func() error { lines = append(lines, l); return nil },
			"SELECT r.id, r.who, p.id, p.office FROM report AS r JOIN promise AS p ON p.seq = r.promise WHERE r.sent_back = 0 AND p.withdrawn = '' AND p.office <> '' ORDER BY r.seq")
		if err != nil {
			t.Fatal(err)
		}
	})
	sent := 0
	for i, l := range lines {
		if i%n != 0 || l.who == "org:"+l.office {
			continue
		}
		d, err := promise.SendBack("org:"+l.office, l.report, locale.Plain("en", "The numbers do not fit"), ledger.NewSalt)
		if err != nil {
			t.Fatal(err)
		}
		drafts := []ledger.Draft{d}
		if sent++; sent%3 == 0 {
			if d, err = promise.ReportOn(l.who, l.promise, "", promise.Report{}, locale.Plain("en", "Put right"), ledger.NewSalt); err != nil {
				t.Fatal(err)
			}
			drafts = append(drafts, d)
		} else if sent%3 == 1 {
			if d, err = promise.ReportOn("org:"+l.office, l.promise, "", promise.Report{}, locale.Plain("en", "We went there"), ledger.NewSalt); err != nil {
				t.Fatal(err)
			}
			drafts = append([]ledger.Draft{d}, drafts...)
		}
		receipts, err := b.Append(t.Context(), drafts...)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range receipts {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
	}
	if sent < 10 {
		t.Fatalf("only %d reports were sent back", sent)
	}
}

// Look reads one state of a book.
func Look(t testing.TB, b *ledger.Book, memo *Memo, see func(at *At)) {
	t.Helper()
	look(t, b.DB, memo, see)
}

func look(t testing.TB, db store.DB, memo *Memo, see func(at *At)) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err == nil {
			see(&At{Tx: tx, Size: head.Size, Day: head.Day, Memo: memo})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestIndexIsTheViews: an index that went along with a book, some entries at a time, holds the same as one that is read anew.
func TestIndexIsTheViews(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for name, book := range map[string]*ledger.Book{
			"demo":      Sample(t, e, "2026-11-24"),
			"simulated": Voiced(t, e, simulate.Options{Name: "sim", Villages: 12, Promises: 50, Reports: 260, Seed: 3, Today: "2026-11-23"}),
		} {
			t.Run(name, func(t *testing.T) { goAlong(t, e, book) })
		}
	})
}

func goAlong(t *testing.T, e storetest.Engine, book *ledger.Book) {
	key, err := ledger.PublicKey(book.Key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	db := e.New(t)
	mirror, err := ledger.NewMirror(t.Context(), db, book.Rules, key)
	if err != nil {
		t.Fatal(err)
	}
	var bodies [][]byte
	Look(t, book, nil, func(at *At) {
		if bodies, err = ledger.Bodies(at.Tx, 0, at.Size); err != nil {
			t.Fatal(err)
		}
	})
	memo := &Memo{}
	words := []string{"wat", "t", "school", "水", "村", "ق", "سۇ"}
	steps := 0
	for from := 0; from < len(bodies); steps++ {
		to := min(from+1+steps*7%5, len(bodies))
		var entries []ledger.Copied
		for _, body := range bodies[from:to] {
			c, err := book.Rules.Bare(body)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, c)
		}
		if err := mirror.Add(t.Context(), int64(from), entries); err != nil {
			t.Fatal(err)
		}
		from = to
		look(t, db, memo, func(at *At) {
			along, err := at.index(true)
			if err != nil {
				t.Fatal(err)
			}
			if steps > 0 && along.size != at.Size {
				t.Fatalf("the index is of %d entries, the book has %d", along.size, at.Size)
			}
			var found []marking
			for _, w := range words { // they are remembered from step to step
				m, err := along.prefixed(at, w)
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, m)
			}
			if steps%8 != 0 && from < len(bodies) {
				return
			}
			anew, err := readIndex(at, true)
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range words {
				if m, err := anew.prefixed(at, w); err != nil || !slices.Equal(m, found[i]) {
					t.Fatalf("%d entries: %q finds %x, read anew %x, %v", at.Size, w, found[i], m, err)
				}
			}
			if diff := cmp.Diff(dump(anew), dump(along)); diff != "" {
				t.Fatalf("%d entries (-read anew +gone along):\n%s", at.Size, diff)
			}
		})
	}
	if steps < 50 {
		t.Errorf("only %d steps", steps)
	}
}

// dump tells everything that an index holds, with codes written out.
func dump(x *index) []string {
	text, out := x.codes.all(), []string{}
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	codes := func(ids []int32) string {
		var all []string
		for _, id := range ids {
			all = append(all, x.places.codes[id])
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	x.all(func(i int32, b *brief) {
		c := *b
		c.task, c.office, c.team, c.plan, c.places, c.work, c.heard = 0, 0, 0, 0, nil, nil, nil
		say("%d: %s %s %s %s, %s, %+v", i, text[b.task], text[b.office], text[b.team], text[b.plan], codes(b.places), c)
		if b.heard != nil {
			say("  %+v", b.heard.moments)
		}
		if b.work != nil {
			money := slices.Clone(b.work.money)
			slices.SortFunc(money, func(a, b sum) int { return strings.Compare(text[a.currency], text[b.currency]) })
			for _, m := range money {
				say("  %s %d %d", text[m.currency], m.promised, m.paid)
			}
			for which := range b.work.ends {
				say("  %v", b.work.of(which))
			}
		}
	})
	for p, list := range x.here {
		above := ""
		if up := x.places.above[p]; up >= 0 {
			above = x.places.codes[up]
		}
		say("%s in %q: %v", x.places.codes[p], above, list)
	}
	for _, w := range append(slices.Clone(x.waits), x.returned...) {
		say("report %d on %d by %s, %d", w.seq, w.number, text[w.who], w.day)
	}
	say("%d returned, %d promises", len(x.returned), x.n)
	for _, p := range x.postings {
		say("%s at %s %d %d", text[p.team], x.places.codes[p.place], p.from, p.until)
	}
	return out
}

// TestReadersBeside: readers of many states at once, while the book goes on, each count what their own state has.
func TestReadersBeside(t *testing.T) {
	b := Simulated(t, storetest.Engines()[0], simulate.Options{Name: "sim", Villages: 12, Promises: 40, Reports: 150, Seed: 3, Today: "2026-11-23"})
	memo := &Memo{}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	sizes := make([]map[int64]bool, 4)
	for r := range sizes {
		sizes[r] = map[int64]bool{}
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				Look(t, b, memo, func(at *At) {
					f := []Filter{{}, {Standing: "overdue"}, {Place: "XS01010102"}, {Words: "more"}}[n%4]
					got, err := at.Count(f)
					want, err2 := (&At{Tx: at.Tx, Size: at.Size, Day: at.Day}).Count(f)
					if got != want || err != nil || err2 != nil {
						t.Errorf("%d entries: %+v counts %s, should be %s; %v, %v", at.Size, f, got.Value, want.Value, err, err2)
					}
					if r == 0 {
						reach := Reach{Role: OfficeRole, Who: "org:XS0101-o1"}
						d, err := at.Dashboard(reach, at.Day)
						if want, _ := (&At{Tx: at.Tx, Size: at.Size, Day: at.Day}).Count(Filter{}); err != nil || d.All != want {
							t.Errorf("the dashboard has %+v, should have %+v; %v", d.All, want, err)
						}
					}
					sizes[r][at.Size] = true
				})
			}
		})
	}
	for n := range 60 {
		d := promise.Promise("org:XS0101-o1", promise.Promised{Terms: promise.Terms{Title: locale.Plain("en", fmt.Sprint("More wells ", n)), Task: "water", Places: []string{"XS01010102"},
			Office: "XS0101-o1", Plan: promise.Plan{Kind: promise.Once, Due: "2026-11-20"}}})
		receipts, err := b.Append(t.Context(), d)
		if err != nil || receipts[0].Err != nil {
			t.Fatal(err, receipts)
		}
	}
	close(stop)
	readers.Wait()
	if seen := len(sizes[0]) + len(sizes[1]) + len(sizes[2]) + len(sizes[3]); seen < 8 {
		t.Errorf("only %d states were seen", seen)
	}
}
