package voice

import (
	"slices"

	"kept/promise"
	"kept/schedule"
)

// Contested is what a place says whose round is contested: nothing that can be relied on. Its counts are shown all the same, if
// there are any.
const Contested = promise.Contested

// disputes says whether a verdict disputes that the promise was kept. An office owes an answer to it, and "disputed before"
// remembers it for ever.
func disputes(v promise.Verdict) bool { return v == promise.NotKept || v == promise.PartlyKept }

// Asking is one asking of one place about one promise.
type Asking struct {
	Round    Row
	Place    PlaceRow
	Question QuestionRow
}

// Side is what one village says of one promise, over all rounds.
type Side struct {
	promise.Village
	ByAssembly bool            // Says comes from an assembly: only a dispute ever does
	Assembly   promise.Verdict // what the last assembly said, to be shown beside, labelled; empty if none
	Asking     bool            // it is being asked now, whatever it said before
	Lost       bool            // the last asking was lost: ask again
	Contested  bool            // the last asking is contested
	Since      string          // closing day of the round that Says comes from
	LastAsked  string          // closing day of the last round with cards that had a result, empty if none
}

// UnaskedDays is how long a promise that was reported done on a day has been owed a round, from promise.AskWithin days on; 0
// before that, while it is being asked, and once it was asked. What it was asked before it was done does not count, nor does an
// assembly.
func UnaskedDays(done, lastAsked string, asking bool, day string) int {
	if done == "" || asking || lastAsked >= done {
		return 0
	}
	if n := schedule.DaysBetween(done, day); n >= promise.AskWithin {
		return n
	}
	return 0
}

// SideOf folds the askings of a village about a promise into what it says on a day.
//
// What it says is its last verdict from cards that says something. A later round that finds too few, is contested or is lost
// takes nothing back, and while a new round runs the old verdict stands. A contested round says "contested" if nothing was
// said before, so its "kept" never counts; but what it disputes is remembered, and an answer is owed to it, or contesting would be
// a way to bury a dispute. An assembly is shown beside, never merged with cards; it can say "not kept" and "partly kept" where no
// cards have spoken, and never "kept" (the safeguard S8).
func SideOf(askings []Asking, day string) Side {
	s := Side{Village: promise.Village{Says: promise.NotAsked}}
	askings = slices.Clone(askings)
	slices.SortFunc(askings, func(a, b Asking) int {
		switch {
		case a.Round.Closes < b.Round.Closes:
			return -1
		case a.Round.Closes > b.Round.Closes:
			return 1
		}
		return int(min(max(a.Round.Seq-b.Round.Seq, -1), 1))
	})
	var disputed []string // closing days of rounds that disputed
	for _, a := range askings {
		if a.Round.On(day) == Closed && disputes(promise.Verdict(a.Question.Verdict)) {
			disputed = append(disputed, a.Round.Closes)
		}
		s.add(&a, day)
	}
	if s.Asking && s.Says == promise.NotAsked {
		s.Says = promise.BeingAsked
	}
	for _, closes := range disputed {
		// What it says now is not before; what anything else disputed is.
		if closes != s.Since || !disputes(s.Says) {
			s.DisputedBefore = true
		}
	}
	return s
}

// add takes one more asking into account, the askings being in the order of their closing days.
func (s *Side) add(a *Asking, day string) {
	switch a.Round.On(day) {
	case Open, Suspended:
		s.Asking = true
		return
	case Closed:
	default:
		return
	}
	v := promise.Verdict(a.Question.Verdict)
	switch {
	case a.Place.Outcome == "": // it closed, and its result is on the way
		s.Asking = true
		return
	case a.Place.Outcome == OutcomeLost:
		s.Lost = true
		return
	}
	s.Lost, s.Contested = false, a.Place.Contested != ""
	assembly := a.Round.Mode == ModeAssembly
	if !assembly {
		s.LastAsked = a.Round.Closes
	}
	if s.Contested {
		v = Contested
	}
	if assembly {
		s.Assembly = v
	}
	switch {
	case assembly && !disputes(v): // shown beside; alone it says nothing
	case assembly && speaks(s.Says) && !s.ByAssembly: // cards have spoken
	case speaks(v):
		s.Says, s.Since, s.ByAssembly = v, a.Round.Closes, assembly
	case !speaks(s.Says):
		s.Says, s.Since = v, a.Round.Closes
	}
}

// speaks says whether a verdict says anything of whether the promise was kept.
func speaks(v promise.Verdict) bool { return v == promise.Kept || disputes(v) }

// Together is what the villages to which a promise is made say of it together.
type Together struct {
	promise.Village
	Villages map[promise.Verdict]int // how many say what; those that were not asked too
	Asking   int                     // how many are being asked now, whatever they said before
	// LastAsked is the closing day of the last round with cards that had a result in any of them.
	LastAsked string
	// ByAssembly says that Says comes from assemblies alone, in every village that it comes from.
	ByAssembly bool
	// Assembly is how many villages' last assembly said what, to be shown beside, labelled.
	Assembly map[promise.Verdict]int
	// Since is the closing day of the last round that Says comes from, empty where no round has said anything.
	Since string
}

// TogetherOf is what several villages say of one promise. A promise is as good as where it was kept least:
//
//   - "not kept" if any of them says so,
//   - "kept" only if every one of them says so,
//   - "partly kept" if at least one says "partly kept", or some say "kept" and others say nothing: silence is never "kept",
//   - else nothing was said: contested, too few to say, being asked or not asked, the first that any of them has.
//
// It was disputed before if it was in any of them. How many villages say what stands beside it, so that one of forty can be
// seen to be one of forty.
func TogetherOf(villages []Side) Together {
	t := Together{Village: promise.Village{Says: promise.NotAsked}, Villages: map[promise.Verdict]int{}, Assembly: map[promise.Verdict]int{}}
	assemblies := map[promise.Verdict]int{}
	for _, s := range villages {
		t.Villages[s.Says]++
		if s.ByAssembly {
			assemblies[s.Says]++
		}
		if s.Assembly != "" {
			t.Assembly[s.Assembly]++
		}
		t.DisputedBefore = t.DisputedBefore || s.DisputedBefore
		t.LastAsked = max(t.LastAsked, s.LastAsked)
		if s.Asking {
			t.Asking++
		}
	}
	n := t.Villages
	switch {
	case n[promise.NotKept] > 0:
		t.Says = promise.NotKept
	case len(villages) > 0 && n[promise.Kept] == len(villages):
		t.Says = promise.Kept
	case n[promise.PartlyKept]+n[promise.Kept] > 0:
		t.Says = promise.PartlyKept
	default:
		for _, v := range []promise.Verdict{Contested, promise.TooFew, promise.BeingAsked} {
			if n[v] > 0 {
				t.Says = v
				break
			}
		}
	}
	// Of "partly kept" the villages that say "kept" are a part; they never say so by an assembly.
	t.ByAssembly = assemblies[t.Says] > 0 && assemblies[t.Says] == n[t.Says] && (t.Says != promise.PartlyKept || n[promise.Kept] == 0)
	for _, s := range villages {
		if s.Says == t.Says || s.Says == promise.Kept && t.Says == promise.PartlyKept {
			t.Since = max(t.Since, s.Since)
		}
	}
	return t
}
