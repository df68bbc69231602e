package voice

import "kept/promise"

// The four answers, in the order in which counts stand everywhere. Skipping a promise is "can't tell".
const (
	Kept = iota
	Partly
	NotKept
	CantTell
)

// Counts are how often each of the four answers was given for one promise in one place.
type Counts [4]int64

// Total is how many answers were counted. It is the same for every promise of a place, and never published.
func (c Counts) Total() int64 { return c[0] + c[1] + c[2] + c[3] }

// Published is what everybody may know of the counts of one promise in one place. Each number is a multiple of five; 0
// stands for "fewer than 5". With Few nothing is known but that there are too few to say, and all four are 0.
type Published struct {
	Few    bool
	Counts Counts
}

const (
	grain   = 5  // counts are rounded to multiples of it
	fewest  = 10 // a rounded sum of kept, partly and not kept under this is too few to say
	slack   = 2  // how far the counts of a place together must be able to move, up and down, for three values of each
	biggest = 100_000
)

// round5 rounds a count to the nearest multiple of five; under five is 0, read "fewer than 5".
func round5(n int64) int64 {
	if n < grain {
		return 0
	}
	return (n + grain/2) / grain * grain
}

// bounds are the least and the largest count that round5 makes n of.
func bounds(n int64) (low, high int64) {
	switch n {
	case 0:
		return 0, grain - 1
	case grain:
		return grain, grain + 2
	}
	return n - 2, n + 2
}

// safe says whether each of the four counts can have at least three values, for somebody who knows how many answers there
// were: the counts must be able to move by two together, both down and up, from where they may stand.
func safe(c Counts, total int64) bool {
	var low, high int64
	for _, n := range c {
		l, h := bounds(n)
		low, high = low+l, high+h
	}
	return total-low >= slack && high-total >= slack
}

// Publish says what may be published of true counts (the safeguard S9). Rounding alone can be undone by whoever knows how
// many answered, or compares two promises of one place, which have the same total: 23 answers that all say "kept" would be
// published as 25, and 25 can only be 23 of 23. So where the rounded counts would leave any count fewer than three values,
// one of them is published a step of five higher or lower: "can't tell" if that helps, since it changes no verdict, else the one
// that leaves the verdict as it is, else one that makes it "too few" or worse, never better.
func Publish(c Counts) Published {
	total := c.Total()
	var near Counts
	for i, n := range c {
		near[i] = round5(n)
	}
	if !safe(near, total) {
		near = move(near, total)
	}
	if Formula(near) == promise.TooFew {
		return Published{Few: true}
	}
	return Published{Counts: near}
}

// order is the order in which counts are tried for being moved.
var order = [4]int{CantTell, Partly, Kept, NotKept}

// move returns counts that are safe and differ from the rounded ones by as few steps as possible.
func move(near Counts, total int64) Counts {
	verdict := Formula(near)
	for _, good := range []func(promise.Verdict) bool{
		func(v promise.Verdict) bool { return v == verdict },
		func(v promise.Verdict) bool { return worse(v, verdict) },
	} {
		for _, step := range []int64{-grain, grain} {
			for _, i := range order {
				c := near
				c[i] += step
				if c[i] >= 0 && safe(c, total) && good(Formula(c)) {
					return c
				}
			}
		}
	}
	return Counts{} // too few to say
}

// worse says whether verdict a says less for the promise than b; "too few to say" says least.
func worse(a, b promise.Verdict) bool { return rank[a] < rank[b] }

var rank = map[promise.Verdict]int{promise.TooFew: 0, promise.NotKept: 1, promise.PartlyKept: 2, promise.Kept: 3}

// Formula is the verdict from published counts: fewer than 5 counts as 0, n is kept, partly and not kept together. n under
// 10: too few to say; not kept at least n/2: not kept; kept at least 2n/3: kept; else partly kept.
func Formula(c Counts) promise.Verdict {
	n := c[Kept] + c[Partly] + c[NotKept]
	switch {
	case n < fewest:
		return promise.TooFew
	case 2*c[NotKept] >= n:
		return promise.NotKept
	case 3*c[Kept] >= 2*n:
		return promise.Kept
	}
	return promise.PartlyKept
}

// Verdict is what a place says.
func (p Published) Verdict() promise.Verdict {
	if p.Few {
		return promise.TooFew
	}
	return Formula(p.Counts)
}

// Sum is what may be said of several places together.
type Sum struct {
	Counts Counts
	Places int // that said something
	Few    int // that were too few to say
}

// Add adds published counts, and never sees true ones.
func Add(places ...Published) (s Sum) {
	for _, p := range places {
		if p.Few {
			s.Few++
			continue
		}
		s.Places++
		for i, n := range p.Counts {
			s.Counts[i] += n
		}
	}
	return s
}

// valid says whether an entry may hold this.
func (p Published) valid() bool {
	for _, n := range p.Counts {
		if n < 0 || n > biggest || n%grain != 0 || p.Few && n != 0 {
			return false
		}
	}
	return p.Few || Formula(p.Counts) != promise.TooFew
}
