package voice

import (
	"fmt"
	"testing"

	"kept/ledger"
	"kept/promise"
	"kept/schedule"
	"kept/store"
)

// TestLookAhead: what a page says of a round before it is proposed is what the book then does, and refuses.
func TestLookAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		ahead := func(d Round) (got *Ahead, err error) {
			b.read(func(tx *store.Tx) error {
				got, err = LookAhead(tx, b.clock.Today(), "org:office", d)
				return nil
			})
			return got, err
		}
		both := b.proposal()
		both.Villages = []string{"a", "b"}
		got, err := ahead(both)
		if err != nil || fmt.Sprint(got.Asks) != fmt.Sprint(map[string][]int64{"a": {b.wells.Seq, b.class.Seq}, "b": {b.class.Seq}}) {
			t.Errorf("it asks %v, %v", got, err)
		}
		id := b.add(Propose("org:office", both))
		b.read(func(tx *store.Tx) error {
			terms, _, err := Terms.One(tx, b.row(id).Seq)
			if asks, _ := terms.Places(); fmt.Sprint(asks) != fmt.Sprint(got.Asks) {
				t.Errorf("proposed, it asks %v", asks)
			}
			return err
		})
		for want, change := range map[string]func(*Round){
			"round.nobody-must-answer": func(d *Round) { d.Office = "" },
			"round.not-the-same":       func(d *Round) { d.Level = LevelTownship },
			"round.nothing-to-ask":     func(d *Round) { d.Villages = append(d.Villages, "c") },
			"organisation.unknown":     func(d *Round) { d.Office = "nobody" },
			"round.opens":              func(d *Round) { d.Opens = schedule.AddDays(b.clock.Today(), -1) },
			"round.length":             func(d *Round) { d.Closes = d.Opens },
		} {
			d := both
			change(&d)
			if _, err := ahead(d); ledger.Refused(err) == nil || ledger.Refused(err).Code != want {
				t.Errorf("%v, should be %s", err, want)
			}
		}
	})
}

// TestS17JudgedIsTheBooksRule: exactly those whom a page says to be judged are refused by the book, also those that were responsible
// in earlier terms.
func TestS17JudgedIsTheBooksRule(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		terms := b.terms("a")
		terms.Office, terms.Team = "union", ""
		d, err := promise.Amend("org:office", b.wells.ID, 1, terms, en("another office"), ledger.NewSalt)
		if err != nil {
			t.Fatal(err)
		}
		b.add(d)
		id := b.add(Propose("org:office", b.proposal()))
		var judged map[string][]int64
		b.read(func(tx *store.Tx) (err error) {
			judged, err = Judged(tx, b.row(id))
			return err
		})
		want := map[string][]int64{"county": nil, "office": {b.wells.Seq, b.class.Seq}, "sender": {b.wells.Seq, b.class.Seq}, "union": {b.wells.Seq}}
		if fmt.Sprint(judged) != fmt.Sprint(want) {
			t.Errorf("judged are %v, should be %v", judged, want)
		}
		for _, who := range []string{"office", "county", "union", "sender", "league"} {
			receipts, err := b.Append(t.Context(), Take("org:"+who, id, Taking{who, who, ""}))
			if err != nil {
				t.Fatal(err)
			}
			if _, is := judged[who]; is != (receipts[0].Err != nil) {
				t.Errorf("%s is judged: %v, and the book says %v", who, is, receipts[0].Err)
			}
		}
	})
}

// TestS9FreeFrom: the day that a page names is the first on which another round may close, and there is none before a round was taken on,
// after it is void, and where everything was lost.
func TestS9FreeFrom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		from := func() string {
			var out map[int64]string
			b.read(func(tx *store.Tx) (err error) {
				out, err = FreeFrom(tx, b.clock.Today(), b.wells.Seq, b.class.Seq)
				return err
			})
			if out[b.wells.Seq] != out[b.class.Seq] {
				t.Errorf("two promises of one round: %v", out)
			}
			return out[b.wells.Seq]
		}
		b.want("never asked", from(), "")
		d, id := b.open(nil)
		free := schedule.AddDays(d.Closes, 92)
		b.want("being asked", from(), free)
		again := b.proposal()
		again.Opens = b.clock.Today()
		for _, step := range []int{-1, 0} {
			again.Closes = schedule.AddDays(free, step)
			again.Opens = schedule.AddDays(again.Closes, -20)
			b.read(func(tx *store.Tx) error {
				if _, err := LookAhead(tx, b.clock.Today(), "org:office", again); (err == nil) != (step == 0) {
					t.Errorf("closing on %s: %v", again.Closes, err)
				}
				return nil
			})
		}
		b.clock.Set(d.Closes) // no cards were made: everything is lost
		b.tend()
		b.want("lost", from(), "")
		_ = id
		_, id = b.open(nil)
		b.add(DeclareVoid("org:league", id, "mistake"))
		b.want("void", from(), "")
	})
}

// TestTogetherByAssembly: what is said by assemblies alone is known as such, and their last word stands beside.
func TestTogetherByAssembly(t *testing.T) {
	t.Parallel()
	cards := func(v promise.Verdict) Side { return Side{Village: promise.Village{Says: v}} }
	assembly := func(v promise.Verdict) Side {
		return Side{Village: promise.Village{Says: v}, ByAssembly: true, Assembly: v}
	}
	beside := cards(promise.Kept)
	beside.Assembly = promise.NotKept
	for _, test := range []struct {
		name  string
		sides []Side
		by    bool
		said  map[promise.Verdict]int
	}{
		{"one assembly", []Side{assembly(promise.NotKept)}, true, map[promise.Verdict]int{promise.NotKept: 1}},
		{"cards", []Side{cards(promise.NotKept)}, false, map[promise.Verdict]int{}},
		{"both", []Side{assembly(promise.NotKept), cards(promise.NotKept)}, false, map[promise.Verdict]int{promise.NotKept: 1}},
		{"partly, and kept by cards", []Side{assembly(promise.PartlyKept), cards(promise.Kept)}, false, map[promise.Verdict]int{promise.PartlyKept: 1}},
		{"not kept by an assembly, partly by cards", []Side{assembly(promise.NotKept), cards(promise.PartlyKept)}, true, map[promise.Verdict]int{promise.NotKept: 1}},
		{"cards, with an assembly beside", []Side{beside}, false, map[promise.Verdict]int{promise.NotKept: 1}},
	} {
		if got := TogetherOf(test.sides); got.ByAssembly != test.by || fmt.Sprint(got.Assembly) != fmt.Sprint(test.said) {
			t.Errorf("%s: by an assembly: %v, beside %v", test.name, got.ByAssembly, got.Assembly)
		}
	}
}
