package voice

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/promise"
)

// every calls f with all counts that have this total.
func every(total int64, f func(Counts)) {
	for a := int64(0); a <= total; a++ {
		for b := int64(0); a+b <= total; b++ {
			for c := int64(0); a+b+c <= total; c++ {
				f(Counts{a, b, c, total - a - b - c})
			}
		}
	}
}

// values has, for each of the four counts, the values that it may have.
type values [4]map[int64]bool

func (v *values) add(c Counts) {
	for i, n := range c {
		if v[i] == nil {
			v[i] = map[int64]bool{}
		}
		v[i][n] = true
	}
}

func (v *values) fewest() int {
	return min(len(v[0]), len(v[1]), len(v[2]), len(v[3]))
}

// TestS9EveryCountHasThreeValues goes through all counts of up to 70 answers, and groups them by what is published. Whoever
// knows the rule, what was published and even how many answered is left with at least three values of every count. Larger
// places repeat these: rounding has a period of five in every count, which TestS9AttackOnRandomRounds looks at too.
func TestS9EveryCountHasThreeValues(t *testing.T) {
	most := int64(70)
	if testing.Short() {
		most = 40
	}
	for total := int64(2); total <= most; total++ { // of nobody, or of one, nothing is published: TestS9TooFew
		left := map[Published]*values{}
		every(total, func(c Counts) {
			p := Publish(c)
			if left[p] == nil {
				left[p] = &values{}
			}
			left[p].add(c)
		})
		for p, v := range left {
			if n := v.fewest(); n < 3 {
				t.Errorf("of %d answers, published %+v leaves a count only %d values", total, p, n)
			}
		}
	}
}

// TestS9RoundingAloneIsNotEnough: the attack finds what plain rounding gives away, so it is worth something.
func TestS9RoundingAloneIsNotEnough(t *testing.T) {
	plain := func(c Counts) (p Counts) {
		for i, n := range c {
			p[i] = round5(n)
		}
		return p
	}
	for _, c := range []Counts{{23, 0, 0, 0}, {22, 4, 4, 4}, {8, 8, 8, 0}} {
		v := values{}
		every(c.Total(), func(other Counts) {
			if plain(other) == plain(c) {
				v.add(other)
			}
		})
		if v.fewest() >= 3 {
			t.Errorf("%v: plain rounding would do, %d values", c, v.fewest())
		}
	}
}

// TestS9CloseToTheTruth: what is published is within two of the truth, but for one count that may be a step of five off; and
// the verdict of plain rounding stands, or is weaker.
func TestS9CloseToTheTruth(t *testing.T) {
	moved, other := 0, 0
	for total := int64(0); total <= 60; total++ {
		every(total, func(c Counts) {
			p := Publish(c)
			var plain Counts
			for i, n := range c {
				plain[i] = round5(n)
			}
			if got, want := p.Verdict(), Formula(plain); got != want {
				if other++; !worse(got, want) {
					t.Fatalf("%v: published %+v says %s, better than %s", c, p, got, want)
				}
			}
			if p.Few {
				if p.Counts != (Counts{}) {
					t.Fatalf("%v: too few to say, but counts are published: %v", c, p.Counts)
				}
				return
			}
			steps := 0
			for i := range c {
				switch d := p.Counts[i] - plain[i]; d {
				case 0:
				case -grain, grain:
					steps++
				default:
					t.Fatalf("%v: published %v", c, p.Counts)
				}
			}
			if steps > 1 {
				t.Fatalf("%v: published %v, which moves %d counts", c, p.Counts, steps)
			}
			moved += steps
			if !p.valid() {
				t.Fatalf("%v: published %v, which no entry may hold", c, p.Counts)
			}
		})
	}
	t.Logf("%d of 635,376 counts have one moved by a step, %d have another, weaker verdict", moved, other)
	if moved == 0 || other > 1500 {
		t.Errorf("moved %d, other verdicts %d", moved, other)
	}
}

// world is everything that was truly answered: rounds, districts, townships, villages, promises.
type world [][][][][]Counts

// record is everything that is published of a world: each village, and the sums of each township, each district and all.
func (w world) record() string {
	var out []any
	for _, round := range w {
		for _, district := range round {
			var above [][]Published // by promise, of the whole district
			for _, township := range district {
				var within [][]Published
				for _, village := range township {
					for i, c := range village {
						if p := Publish(c); i < len(within) {
							within[i] = append(within[i], p)
						} else {
							within = append(within, []Published{p})
						}
						out = append(out, Publish(c), Publish(c).Verdict())
					}
				}
				for i, places := range within {
					if out = append(out, Add(places...)); i == len(above) {
						above = append(above, nil)
					}
					above[i] = append(above[i], places...)
				}
			}
			for _, places := range above {
				out = append(out, Add(places...))
			}
		}
	}
	return fmt.Sprint(out...)
}

// attack looks, for every count of a world, for other worlds that publish the very same record, in which it has another
// value. It keeps the number of answers in every village, as if everybody knew it, so that all promises of a village still
// have the same total. It returns the fewest values that any count is left with.
func (w world) attack() int {
	record, left := w.record(), 1000
	for _, round := range w {
		for _, district := range round {
			for _, township := range district {
				for _, village := range township {
					for i, truth := range village {
						var v values
						every(truth.Total(), func(c Counts) {
							if Publish(c) != Publish(truth) || v[0][c[0]] && v[1][c[1]] && v[2][c[2]] && v[3][c[3]] {
								return
							}
							village[i] = c
							if w.record() == record {
								v.add(c)
							}
						})
						village[i] = truth
						left = min(left, v.fewest())
					}
				}
			}
		}
	}
	return left
}

// nasty are villages that give most away.
var nasty = map[string]func() Counts{
	"of 20, all kept":       func() Counts { return Counts{20, 0, 0, 0} },
	"of 23, all kept":       func() Counts { return Counts{23, 0, 0, 0} },
	"of 20, one differs":    func() Counts { return Counts{19, 0, 1, 0} },
	"of 20, all not kept":   func() Counts { return Counts{0, 0, 20, 0} },
	"of 20, all skip":       func() Counts { return Counts{0, 0, 0, 20} },
	"of 20, one of all":     func() Counts { return Counts{0, 0, 1, 19} },
	"of 22, in two":         func() Counts { return Counts{11, 0, 11, 0} },
	"of 24, in three":       func() Counts { return Counts{8, 8, 8, 0} },
	"of 34, at the top":     func() Counts { return Counts{22, 4, 4, 4} },
	"of 34, at the bottom":  func() Counts { return Counts{8, 8, 13, 5} },
	"of 28, all at sevens":  func() Counts { return Counts{7, 7, 7, 7} },
	"of 8, all kept":        func() Counts { return Counts{8, 0, 0, 0} },
	"of 2, of two opinions": func() Counts { return Counts{1, 0, 1, 0} },
	"of 3, all not kept":    func() Counts { return Counts{0, 0, 3, 0} },
}

func TestS9AttackOnNastyRounds(t *testing.T) {
	for name, counts := range nasty {
		for other, second := range nasty {
			if second().Total() != counts().Total() { // the promises of a village have one total
				second = counts
			}
			w := world{{{{{counts(), second()}}}}, {{{{second()}}}}, {{{{counts()}}}}}
			if left := w.attack(); left < 3 {
				t.Errorf("%s, beside %s: a count has only %d values left", name, other, left)
			}
		}
	}
}

func TestS9AttackOnRandomRounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := world{}
		for range rapid.IntRange(1, 3).Draw(t, "rounds") {
			var district [][][]Counts
			for range rapid.IntRange(1, 2).Draw(t, "townships") {
				var township [][]Counts
				for range rapid.IntRange(1, 2).Draw(t, "villages") {
					total := rapid.IntRange(2, 45).Draw(t, "answers")
					var village []Counts
					for range rapid.IntRange(1, 2).Draw(t, "promises") {
						a := rapid.IntRange(0, total).Draw(t, "kept")
						b := rapid.IntRange(0, total-a).Draw(t, "not kept")
						c := rapid.IntRange(0, total-a-b).Draw(t, "partly")
						village = append(village, Counts{int64(a), int64(c), int64(b), int64(total - a - b - c)})
					}
					township = append(township, village)
				}
				district = append(district, township)
			}
			w = append(w, [][][][]Counts{district})
		}
		if left := w.attack(); left < 3 {
			t.Fatalf("%v: a count has only %d values left", w, left)
		}
	})
}

// TestS9LargePlaces: what holds of few answers holds of thousands. All counts near the true ones are tried.
func TestS9LargePlaces(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		truth := Counts{dice.Int64N(900), dice.Int64N(900), dice.Int64N(900), dice.Int64N(900)}
		var v values
		for a := int64(-12); a <= 12; a++ {
			for b := int64(-12); b <= 12; b++ {
				for c := int64(-12); c <= 12; c++ {
					n := Counts{truth[0] + a, truth[1] + b, truth[2] + c, truth[3] - a - b - c}
					if min(n[0], n[1], n[2], n[3]) >= 0 && Publish(n) == Publish(truth) {
						v.add(n)
					}
				}
			}
		}
		if v.fewest() < 3 {
			t.Fatalf("%v: a count has only %d values", truth, v.fewest())
		}
	}
}

// TestS9TooFew: of too few nothing is published, neither what they said nor how many they were.
func TestS9TooFew(t *testing.T) {
	for _, c := range []Counts{{}, {1, 0, 0, 0}, {0, 0, 7, 0}, {4, 4, 4, 90}, {8, 0, 0, 0}, {0, 0, 0, 20}} {
		if p := Publish(c); p != (Published{Few: true}) {
			t.Errorf("%v: published %+v", c, p)
		}
	}
}

func TestFormula(t *testing.T) {
	for _, test := range []struct {
		c    Counts
		want promise.Verdict
	}{
		{Counts{}, promise.TooFew}, {Counts{5, 0, 0, 500}, promise.TooFew}, {Counts{10, 0, 0, 0}, promise.Kept},
		{Counts{5, 0, 5, 0}, promise.NotKept}, {Counts{5, 5, 0, 0}, promise.PartlyKept}, {Counts{10, 5, 0, 0}, promise.Kept},
		{Counts{10, 0, 5, 0}, promise.Kept}, {Counts{15, 5, 5, 0}, promise.PartlyKept}, {Counts{0, 10, 0, 0}, promise.PartlyKept},
		{Counts{20, 10, 0, 100}, promise.Kept}, {Counts{20, 5, 25, 0}, promise.NotKept}, {Counts{25, 5, 20, 0}, promise.PartlyKept},
	} {
		if got := Formula(test.c); got != test.want {
			t.Errorf("%v: %s, should be %s", test.c, got, test.want)
		}
	}
	for _, c := range []Counts{{-5, 20, 0, 0}, {11, 0, 0, 0}, {5, 0, 0, 0}, {biggest + grain, 0, 0, 0}} {
		if (Published{Counts: c}).valid() {
			t.Errorf("%v may stand in the book", c)
		}
	}
	got := Add(Published{Counts: Counts{10, 0, 5, 0}}, Published{Few: true}, Published{Counts: Counts{20, 5, 5, 0}})
	if got != (Sum{Counts{30, 5, 10, 0}, 2, 1}) {
		t.Errorf("the sum is %+v", got)
	}
	if !slices.Equal(order[:1], []int{CantTell}) {
		t.Error("can't tell is moved first, since no verdict counts it")
	}
}
