package voice

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

// TestS8Assembly: two tallies of different organisations, neither responsible, that agree and add up become a result; anything else
// is contested, without numbers. No number of a tally ever stands in the book, and nobody sees the other's.
func TestS8Assembly(t *testing.T) {
	t.Parallel()
	good := Tally{Printed: 60, Spoilt: 2, Unused: 18, Counts: []Counts{{26, 6, 7, 1}, {6, 3, 29, 2}}}
	change := func(f func(*Tally)) *Tally {
		x := good
		x.Counts = slices.Clone(good.Counts)
		f(&x)
		return &x
	}
	for _, test := range []struct {
		name          string
		first, second *Tally
		want          string
	}{
		{"equal", &good, &good, "a result kept[25 5 5 0] not-kept[5 0 30 0]"},
		{"another count", &good, change(func(x *Tally) { x.Counts[0] = Counts{25, 7, 7, 1} }), "a contested contested:difference [0 0 0 0] [0 0 0 0]"},
		{"other spoilt ones", &good, change(func(x *Tally) { x.Spoilt, x.Unused = 3, 17 }), "a contested contested:difference [0 0 0 0] [0 0 0 0]"},
		{"one more was printed", change(func(x *Tally) { x.Printed++ }), change(func(x *Tally) { x.Printed++ }), "a contested contested:sum [0 0 0 0] [0 0 0 0]"},
		{"one more was counted", change(func(x *Tally) { x.Counts[1][0]++ }), change(func(x *Tally) { x.Counts[1][0]++ }), "a contested contested:sum [0 0 0 0] [0 0 0 0]"},
		{"one only", &good, nil, "a contested contested:missing [0 0 0 0] [0 0 0 0]"},
		{"none", nil, nil, "a contested contested:missing [0 0 0 0] [0 0 0 0]"},
		{"very few ballots", &Tally{Printed: 18, Counts: []Counts{{18, 0, 0, 0}, {18, 0, 0, 0}}}, &Tally{Printed: 18, Counts: []Counts{{18, 0, 0, 0}, {18, 0, 0, 0}}},
			"a result too-few[0 0 0 0] too-few[0 0 0 0]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(t *testing.T, b *book) {
				d, id := b.open(func(d *Round) { d.Mode = ModeAssembly })
				enter := func(who string, x *Tally) {
					if x == nil {
						return
					}
					if err := b.boxes.EnterTally(t.Context(), b.Book, who, id, "a", *x); err != nil {
						t.Fatal(err)
					}
				}
				enter("org:league", test.first)
				b.want("before the day", b.outcomes(id), "a  [0 0 0 0] [0 0 0 0]")
				enter("org:union", test.second)
				b.clock.Set(d.Closes)
				b.tend()
				b.want("outcome", b.outcomes(id), test.want)
				if s := b.says(b.wells, "a"); s.Says == promise.Kept || s.ByAssembly {
					t.Errorf("an assembly alone says %+v", s)
				}
				if left := files(t, b.folders.Boxes, b.folders.Keys); len(left) != 1 {
					t.Errorf("files are left: %d", len(left))
				}
				for _, body := range bodies(b) {
					_, data, _ := strings.Cut(body, `"data":`)
					if strings.Contains(body, `"kind":"tally"`) && data != `{"place":"a"}}` || strings.Contains(data, ":26") || strings.Contains(data, ":60") {
						t.Errorf("a number of a tally stands in the book: %s", body)
					}
				}
			})
		})
	}
}

// TestS8TalliesAreSealed: who may enter a tally, once, and that it is neither readable nor replaced afterwards.
func TestS8TalliesAreSealed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		_, id := b.open(func(d *Round) { d.Mode = ModeAssembly })
		good := Tally{Printed: 40, Counts: []Counts{{40, 0, 0, 0}, {0, 0, 40, 0}}}
		bad := good
		bad.Counts = good.Counts[:1]
		for _, test := range []struct {
			who, place, code string
			t                Tally
		}{
			{"org:office", "a", "tally.not-theirs", good}, {"org:county", "a", "tally.not-theirs", good}, {"team:team", "a", "tally.not-theirs", good},
			{"", "a", "tally.not-theirs", good}, {"org:league", "b", "round.not-there", good}, {"org:league", "a", "tally.bad", bad},
			{"org:league", "a", "tally.bad", Tally{Printed: -1, Counts: good.Counts}}, {"org:league", "a", "tally.bad", Tally{Printed: 40, Counts: []Counts{{41, -1, 0, 0}, {40, 0, 0, 0}}}},
			{"org:league", "a", "", good}, {"org:league", "a", "tally.done-before", good},
		} {
			err := b.boxes.EnterTally(t.Context(), b.Book, test.who, id, test.place, test.t)
			if r := ledger.Refused(err); (err == nil) != (test.code == "") || r != nil && r.Code != test.code {
				t.Errorf("%s in %s: %v, should be %q", test.who, test.place, err, test.code)
			}
		}
		b.want("entered", len(rows(b, Tallies, "")), 1)
	})
}

func bodies(b *book) (out []string) {
	b.t.Helper()
	b.read(func(tx *store.Tx) error {
		all, err := ledger.Bodies(tx, 0, 1<<30)
		for _, body := range all {
			out = append(out, string(body))
		}
		return err
	})
	return out
}

// TestLostBox: what was lost says so in the book, may be asked again at once, and the rest of the round is published.
func TestLostBox(t *testing.T) {
	t.Parallel()
	for what, lose := range map[string]func(b *book, r *round) error{
		"a box": func(b *book, r *round) error {
			return os.Remove(r.boxes["a"].file)
		},
		"the key": func(b *book, r *round) error { return os.Remove(r.keyAt) },
		"everything": func(b *book, r *round) error {
			return errors.Join(os.RemoveAll(r.folder), os.Remove(r.keyAt))
		},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, b *book) {
				d, id := b.open(func(d *Round) { d.Villages = []string{"a", "b"}; d.Promises = []About{b.class} })
				codes := b.deal(id, Sheet{"a", 40, 0}, Sheet{"b", 40, 0})
				b.answer(codes["a"], 20, Kept)
				b.answer(codes["b"], 20, NotKept)
				r := b.boxes.rounds[id]
				if err := errors.Join(b.boxes.Close(), lose(b, r)); err != nil {
					t.Fatal(err)
				}
				b.boxes = openBoxes(t, b.folders)
				b.clock.Set(d.Closes)
				b.tend()
				want := "a lost [0 0 0 0]; b result not-kept[0 0 20 0]"
				if what != "a box" {
					want = "a lost [0 0 0 0]; b lost [0 0 0 0]"
				}
				b.want("outcomes", b.outcomes(id), want)
				if s := b.says(b.class, "a"); !s.Lost || s.Says != promise.NotAsked {
					t.Errorf("says %+v", s)
				}
				_, again := b.open(func(d *Round) { d.Promises = []About{b.class} }) // only where it was lost
				b.want("asked again", b.row(again).On(b.clock.Today()), Open)
				if what == "a box" {
					d := b.proposal()
					d.Villages, d.Promises = []string{"b"}, []About{b.class}
					ledgertest.Refused(t, b.Book, "round.too-soon", Propose("org:office", d))
				}
			})
		})
	}
}

// TestClosingCutShort: a closing that is cut short, before, while and after its entries are written, ends in the same book as one
// that is not, when it is tried again.
func TestClosingCutShort(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for what, faults := range map[string][]store.Fault{
			"not done": {store.NotDone}, "answer lost": {store.AnswerLost, store.AnswerLost, store.AnswerLost},
			"lost and undone": {store.LostUndone, store.LostUndone, store.LostUndone},
		} {
			t.Run(what, func(t *testing.T) {
				var next []store.Fault
				db := &store.Faulty{DB: e.New(t), Next: func() store.Fault {
					if len(next) == 0 {
						return store.NoFault
					}
					f := next[0]
					next = next[1:]
					return f
				}}
				b := newBook(t, db)
				d, id := b.open(func(d *Round) { d.Villages = []string{"a", "b"} })
				codes := b.deal(id, Sheet{"a", 40, 0}, Sheet{"b", 40, 0})
				b.answer(codes["a"], 20, Kept, NotKept)
				for _, c := range codes["a"][:3] {
					b.boxes.Report(t.Context(), c) // its outcome is checked elsewhere
				}
				b.answer(codes["b"], 20, NotKept)
				b.clock.Set(d.Closes)
				if err := b.Mark(t.Context()); err != nil {
					t.Fatal(err)
				}
				next = append([]store.Fault{store.NoFault}, faults...) // the first write looks whether the day has changed
				if _, err := b.boxes.Tend(t.Context(), b.Book); err == nil && what != "answer lost" {
					t.Error("a closing that failed said nothing")
				}
				next = nil
				if err := b.boxes.Close(); err != nil { // and the process ends
					t.Fatal(err)
				}
				b.boxes = openBoxes(t, b.folders)
				b.tend()
				b.tend()
				b.want("outcomes", b.outcomes(id), "a result contested:reports kept[20 0 0 0] not-kept[0 0 20 0]; b result not-kept[0 0 20 0]")
				if left := files(t, b.folders.Boxes, b.folders.Keys); len(left) != 1 {
					t.Errorf("files are left: %d", len(left))
				}
				n := 0
				for _, body := range bodies(b) {
					if strings.Contains(body, `"kind":"result"`) {
						n++
					}
				}
				b.want("results in the book", n, 2)
				ledgertest.Check(t, b.Book)
			})
		}
	})
}

// TestClosingBeforeTheFilesWereDestroyed: the entries are in the book and the process ended before it destroyed anything. The next
// start destroys, and publishes nothing a second time.
func TestClosingBeforeTheFilesWereDestroyed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(nil)
		b.answer(b.deal(id, Sheet{"a", 40, 0})["a"], 20, Kept, Kept)
		b.clock.Set(d.Closes)
		if err := b.Mark(t.Context()); err != nil {
			t.Fatal(err)
		}
		row := b.row(id)
		for range 2 { // the second finds its own entries
			if err := b.boxes.closeRound(t.Context(), b.Book, &row); err != nil {
				t.Fatal(err)
			}
		}
		before := len(bodies(b))
		key := filepath.Join(b.folders.Keys, id+keyEnding)
		if _, err := os.Stat(key); err != nil {
			t.Fatal("it was destroyed before its time")
		}
		b.want("closed", b.tend(), []string(nil))
		b.want("entries", len(bodies(b)), before)
		if left := files(t, b.folders.Boxes, b.folders.Keys); len(left) != 1 {
			t.Errorf("files are left: %d", len(left))
		}
	})
}

// TestS5ResultsInNoOrder: the results of a round stand in the book in an order that is another one every time.
func TestS5ResultsInNoOrder(t *testing.T) {
	t.Parallel()
	orders := map[string]bool{}
	for range 8 {
		b := newBook(t, storetest.Engines()[0].New(t))
		everywhere := b.promise("valley")
		d, id := b.open(func(d *Round) { d.Villages, d.Promises = []string{"a", "b", "c", "d", "lonely"}, []About{everywhere} })
		b.clock.Set(d.Closes)
		b.tend()
		order := ""
		for _, p := range rows(b, Places, "WHERE v.round = $1 ORDER BY v.seq", b.row(id).Seq) {
			order += p.Place + " "
		}
		orders[order] = true
	}
	if len(orders) < 3 {
		t.Errorf("the orders are %v", orders)
	}
}

// TestS3NothingOfAResident: after a round with cards, neither the book's database nor its log nor any entry has a code, a mark, a key or
// a true count, and no table has a row for an answer of a card.
func TestS3NothingOfAResident(t *testing.T) {
	t.Parallel()
	place := storetest.Engines()[0].Place(t)
	b := newBook(t, place.Create(t))
	d, id := b.open(nil)
	codes := b.deal(id, Sheet{"a", 237, 0})["a"]
	b.answer(codes, 131, NotKept, CantTell)
	key := bytes.Clone(b.boxes.rounds[id].key)
	look := func(when string, folders ...string) {
		t.Helper()
		for name, content := range files(t, folders...) {
			if bytes.Contains(content, key) {
				t.Errorf("%s: %s holds the key", when, name)
			}
			for _, c := range codes {
				m := markOf(key, c)
				if bytes.Contains(content, m[:]) || bytes.Contains(content, []byte(hexOf(m[:]))) || bytes.Contains(content, []byte(c)) {
					t.Fatalf("%s: %s holds a card", when, name)
				}
			}
		}
	}
	data := filepath.Dir(place.Location.Beside(place.Book))
	look("while it runs", data)
	b.clock.Set(d.Closes)
	b.tend()
	look("after it closed", data, b.folders.Boxes, b.folders.Keys)
	for _, body := range bodies(b) {
		if _, data, _ := strings.Cut(body, `"data":`); strings.Contains(data, ":131") || strings.Contains(data, ":237") {
			t.Errorf("an entry holds a true count: %s", body)
		}
	}
	b.want("published", b.outcomes(id), "a result not-kept[0 0 130 0] too-few[0 0 0 0]")
}

// TestS18ByTheClock: boxes and keys of rounds that ended in any way are gone the first time that the day is looked at, and those that the
// book does not know a month after their closing day.
func TestS18ByTheClock(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(nil)
		b.deal(id, Sheet{"a", 40, 0})
		if err := b.boxes.Close(); err != nil {
			t.Fatal(err)
		}
		kept := files(t, b.folders.Boxes, b.folders.Keys)
		put := func() {
			for name, content := range kept {
				if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, content, 0o600)); err != nil {
					t.Fatal(err)
				}
			}
		}
		left := func(book *ledger.Book) int {
			boxes := openBoxes(t, b.folders)
			defer boxes.Close()
			if _, err := boxes.Tend(t.Context(), book); err != nil {
				t.Fatal(err)
			}
			return len(files(t, b.folders.Boxes, b.folders.Keys)) - 1 // without the lock
		}
		other := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{Today: b.clock.Today}, programme.Subject, promise.Subject, Subject)
		b.want("while it runs", left(b.Book) > 0, true)
		for _, days := range []int{0, SuspendedDays} {
			b.clock.Set(schedule.AddDays(d.Closes, days))
			b.want("unknown to the book", left(other) > 0, true)
		}
		b.clock.Set(schedule.AddDays(d.Closes, SuspendedDays+1))
		b.want("unknown to the book for long", left(other), 0)
		put()
		if err := os.Remove(filepath.Join(b.folders.Keys, id+keyEnding)); err != nil {
			t.Fatal(err)
		}
		b.want("unknown to the book, and without a key", left(other), 0)
		put()
		b.want("closed", left(b.Book), 0)
		put() // a copy that somebody brings back
		b.want("brought back", left(b.Book), 0)
		b.want("outcomes", b.outcomes(id), "a result too-few[0 0 0 0] too-few[0 0 0 0]")
	})
}

// TestS13TheKeyIsGone: what was kept of a box can be read as codes while there is a key, and by nobody after the closing.
func TestS13TheKeyIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(nil)
		codes := b.deal(id, Sheet{"a", 40, 0})["a"]
		key := b.boxes.rounds[id].key
		stolen := bytes.Clone(b.boxes.rounds[id].boxes["a"].raw)
		m := markOf(key, codes[0])
		b.want("with the key", bytes.Contains(stolen, m[:]), true)
		b.clock.Set(d.Closes)
		b.tend()
		if d := cmp.Diff(make([]byte, keySize), key); d != "" {
			t.Errorf("the key is left in memory: %s", d)
		}
		for name := range files(t, b.folders.Keys) {
			t.Errorf("%s is left", name)
		}
		m = markOf(key, codes[0])
		b.want("without it", bytes.Contains(stolen, m[:]), false)
	})
}

// TestS6NothingGivesAnAnswerOut: the package has no exported way to true counts or to a box; this list is looked at when it changes.
func TestS6NothingGivesAnAnswerOut(t *testing.T) {
	t.Parallel()
	source := ""
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if content, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		} else if !strings.HasSuffix(name, "_test.go") {
			source += string(content)
		}
	}
	var methods []string
	for _, line := range strings.Split(source, "\n") {
		if rest, ok := strings.CutPrefix(line, "func (b *Boxes) "); ok && rest[0] >= 'A' && rest[0] <= 'Z' {
			name, _, _ := strings.Cut(rest, "(")
			methods = append(methods, name)
		}
	}
	slices.Sort(methods)
	if got := fmt.Sprint(methods); got != "[Close Deal DealOver EnterTally Home Look Made Receive Report SealTally Stir Tend]" {
		t.Errorf("the methods of Boxes are %s: none may give out what is in a box before its round is published", got)
	}
}
