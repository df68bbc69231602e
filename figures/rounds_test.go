package figures_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/figures"
	"kept/promise"
	"kept/schedule"
	"kept/store/storetest"
	"kept/voice"
)

// TestRounds: the rounds of every state and place are as many as a figure says, and its list has exactly these; what is read of one
// round is what the book has of it.
func TestRounds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := figures.Sample(t, e, "2026-11-24")
		figures.Look(t, b, &figures.Memo{}, func(at *figures.At) {
			ask := func(n figures.Number) {
				t.Helper()
				if got, err := figures.Ask(at, n.Name); err != nil || got != n.Value || got == "" {
					t.Errorf("%s is shown as %q, asked for it is %q, %v", n.Name, n.Value, got, err)
				}
			}
			all, err := at.Rounds()
			if err != nil || len(all) != 5 || !slices.IsSortedFunc(all, func(a, b figures.RoundLine) int { return int(b.Seq - a.Seq) }) {
				t.Fatalf("%d rounds, %v", len(all), err)
			}
			model := map[voice.State]int64{}
			for _, l := range all {
				model[l.Row.On(at.Day)]++
				ask(l.Asks)
				ask(l.About)
			}
			for _, state := range figures.RoundStates {
				n := figures.RoundCount(state, "", all)
				if n.Int() != model[state] {
					t.Errorf("%s: %s, should be %d", state, n.Value, model[state])
				}
				ask(n)
			}
			for _, place := range []string{"stone-bridge", "two-rivers", "upper-pasture", "none"} {
				in, err := at.Rounds(place)
				if err != nil {
					t.Fatal(err)
				}
				ask(figures.RoundCount("", place, in))
				for _, l := range in {
					if rows, err := voice.Villages.Select(at.Tx, "WHERE v.round = $1 AND v.village IN (SELECT a.place FROM place_above AS a WHERE a.above = $2)", l.Seq, place); err != nil || len(rows) == 0 {
						t.Errorf("round %d asks nobody in %s, %v", l.Seq, place, err)
					}
				}
			}
			villages, err := at.VillagesOf(all)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range all {
				if got := int64(len(villages[l.Seq])); got != min(l.Row.Villages, 4) {
					t.Errorf("round %d names %d of %d villages", l.Seq, got, l.Row.Villages)
				}
				testStory(t, at, l, ask)
			}
		})
	})
}

// testStory reads a round whole and in pages, and compares both with each other and with the book.
func testStory(t *testing.T, at *figures.At, l figures.RoundLine, ask func(figures.Number)) {
	t.Helper()
	whole, ok, err := at.RoundOf(l.Seq, 0, 400)
	if err != nil || !ok || int64(len(whole.Places)) != l.Row.Places || whole.Total != l.Row.Places {
		t.Fatalf("round %d: %d places of %d, %v", l.Seq, len(whole.Places), l.Row.Places, err)
	}
	in := 0
	for _, g := range whole.Groups {
		in += len(g.Villages)
		for _, p := range g.Promises {
			if whole.Of[p].Seq != p || len(whole.Of[p].Terms.Title.In) == 0 {
				t.Errorf("promise %d of round %d is not read", p, l.Seq)
			}
		}
	}
	if int64(in) != l.Row.Villages {
		t.Errorf("the groups of round %d have %d villages of %d", l.Seq, in, l.Row.Villages)
	}
	for i, place := range whole.Places {
		one, _, err := at.RoundOf(l.Seq, i, 1)
		if err != nil || len(one.Places) != 1 || cmp.Diff(one.Places[0].Asked, place.Asked) != "" {
			t.Errorf("place %d of round %d alone is not the same, %v", i, l.Seq, err)
		}
		alone, _, err := at.RoundAt(l.Seq, place.Place)
		if err != nil || len(alone.Places) != 1 || alone.Places[0].ID != place.ID {
			t.Errorf("%s of round %d alone is not the same, %v", place.Place, l.Seq, err)
		}
		for _, a := range place.Asked {
			for _, h := range a.Counts {
				if !h.Few {
					ask(h.Number)
				}
			}
			if owes := a.Verdict == promise.NotKept || a.Verdict == promise.PartlyKept; owes != (a.Owed != nil) {
				t.Errorf("%s says %s of promise %d, and an answer is owed: %v", place.Place, a.Verdict, a.Line.Number, a.Owed != nil)
			}
			if a.Owed != nil {
				ask(a.Owed.Unanswered)
			}
		}
	}
	if _, ok, err := at.RoundAt(l.Seq, "none"); ok || err != nil {
		t.Errorf("a place that is not asked: %v, %v", ok, err)
	}
}

// TestVillagesSay: how many villages say what of a promise is a figure, and together they are all to which it is made.
func TestVillagesSay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		figures.Look(t, figures.Sample(t, e, "2026-11-24"), &figures.Memo{}, func(at *figures.At) {
			seen := 0
			for number := int64(1); ; number++ {
				one, ok, err := at.One(number)
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					break
				}
				if one.Heard == nil {
					continue
				}
				seen++
				villages, err := voice.VillagesOf(at.Tx, one.Seq)
				if err != nil {
					t.Fatal(err)
				}
				total := int64(0)
				for _, s := range one.Heard.Say {
					total += s.Int()
					if got, err := figures.Ask(at, s.Name); err != nil || got != s.Value {
						t.Errorf("%s is %q, %v", s.Name, got, err)
					}
				}
				if total != int64(len(villages)) {
					t.Errorf("of promise %d %d villages say something, and it is made to %d", number, total, len(villages))
				}
			}
			if seen < 7 {
				t.Errorf("only %d promises were asked about", seen)
			}
		})
	})
}

// TestToAsk: all promises made to a village or above it are offered once: first those that are owed a round, the longest first, then late
// ones, and last those that cannot be asked about before a day. Words choose; what was chosen is always there, and first among its like.
func TestToAsk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		figures.Look(t, figures.Sample(t, e, "2026-11-24"), &figures.Memo{}, func(at *figures.At) {
			all, more, err := at.ToAsk([]string{"stone-well"}, "", nil, 100)
			if err != nil || more {
				t.Fatal(more, err)
			}
			var want, got []int64
			var seq int64
			if err := at.Tx.Each([]any{&seq}, func() error { want = append(want, seq); return nil }, `SELECT DISTINCT p.seq FROM promise AS p JOIN promise_place AS x ON x.promise = p.seq
				WHERE p.withdrawn = '' AND x.place IN ('stone-well', 'stone-bridge', 'clear-valley') ORDER BY 1`); err != nil {
				t.Fatal(err)
			}
			last := 0
			kinds := map[figures.Why]int{}
			for i, a := range all {
				got = append(got, a.Seq)
				kinds[a.Why]++
				if n := slices.Index(figures.Whys, a.Why); n < last {
					t.Errorf("promise %d, %s, comes too late", a.Number, a.Why)
				} else if last = n; i > 0 && all[i-1].Why == figures.WhyOwed && a.Why == figures.WhyOwed && all[i-1].Said.UnaskedDays < a.Said.UnaskedDays {
					t.Errorf("promise %d has waited longer than the one before it", a.Number)
				}
				if (a.Why == figures.WhyLater) != (a.From != "") || a.From != "" && schedule.DaysBetween(at.Day, a.From) < 1 {
					t.Errorf("promise %d, %s, from %q", a.Number, a.Why, a.From)
				}
				if owed := a.Said.UnaskedDays > 0 && a.From == ""; owed != (a.Why == figures.WhyOwed) {
					t.Errorf("promise %d is not asked for %d days, and is %s", a.Number, a.Said.UnaskedDays, a.Why)
				}
				if len(a.Terms.Title.In) == 0 {
					t.Errorf("promise %d has no words", a.Number)
				}
			}
			slices.Sort(got)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("offered are %v, should be %v", got, want)
			}
			if kinds[figures.WhyOwed] == 0 || kinds[figures.WhyLater] == 0 {
				t.Errorf("the sample has %v", kinds)
			}
			chosen := all[len(all)-1].Seq
			some, more, err := at.ToAsk([]string{"stone-well"}, "nothing is called this", []int64{chosen}, 3)
			if err != nil || more || len(some) != 1 || some[0].Seq != chosen {
				t.Errorf("what was chosen is not there: %d, %v", len(some), err)
			}
			some, more, err = at.ToAsk([]string{"stone-well"}, "", []int64{chosen}, 3)
			if err != nil || !more || len(some) != 3 || some[0].Seq != chosen {
				t.Errorf("of more, what was chosen does not come first: %v", err)
			}
			if none, _, err := at.ToAsk(nil, "", nil, 3); err != nil || len(none) != 0 {
				t.Errorf("nobody: %d, %v", len(none), err)
			}
		})
	})
}
