package promise

import (
	"math/big"
	"slices"

	"kept/locale"
	"kept/schedule"
)

// Change is one difference between two versions of the terms, for showing old beside new.
type Change struct {
	What     string // title, task, place, team, office, party, due, rule, within, measure, baseline, target, money, milestone
	Measure  int    // for target and baseline: which measure
	From, To string // for target: the period
	Old, New any    // string, int, locale.Wording, *schedule.Rule, Money, Milestone, Measure, or nil where there is none
}

// Changes lists what differs between two versions of the terms. A translation is no difference: what is promised stands in the
// original, and translations may come later.
func Changes(old, now *Terms) []Change {
	var out []Change
	text := func(what, a, b string) {
		if a != b {
			out = append(out, Change{What: what, Old: orNil(a), New: orNil(b)})
		}
	}
	if !sameWording(old.Title, now.Title) {
		out = append(out, Change{What: "title", Old: old.Title, New: now.Title})
	}
	text("task", old.Task, now.Task)
	text("due", old.Plan.Due, now.Plan.Due)
	if !sameRule(old.Plan.Rule, now.Plan.Rule) {
		out = append(out, Change{What: "rule", Old: old.Plan.Rule, New: now.Plan.Rule})
	}
	if a, b := old.Plan.Within, now.Plan.Within; a != b {
		out = append(out, Change{What: "within", Old: a, New: b})
	}
	text("team", old.Team, now.Team)
	text("office", old.Office, now.Office)
	out = append(out, listChanges("place", old.Places, now.Places)...)
	out = append(out, listChanges("party", old.Parties, now.Parties)...)
	out = append(out, measureChanges(old.Measures, now.Measures)...)
	out = append(out, listChanges("money", old.Money, now.Money)...)
	return append(out, milestoneChanges(old.Milestones, now.Milestones)...)
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// listChanges pairs what is gone with what is new, in order.
func listChanges[T comparable](what string, old, now []T) []Change {
	var gone, fresh []T
	for _, o := range old {
		if !slices.Contains(now, o) {
			gone = append(gone, o)
		}
	}
	for _, n := range now {
		if !slices.Contains(old, n) {
			fresh = append(fresh, n)
		}
	}
	var out []Change
	for i := range max(len(gone), len(fresh)) {
		c := Change{What: what}
		if i < len(gone) {
			c.Old = gone[i]
		}
		if i < len(fresh) {
			c.New = fresh[i]
		}
		out = append(out, c)
	}
	return out
}

func measureChanges(old, now []Measure) []Change {
	var out []Change
	for i := range max(len(old), len(now)) {
		switch {
		case i >= len(old):
			out = append(out, Change{What: "measure", Measure: i, New: now[i]})
		case i >= len(now):
			out = append(out, Change{What: "measure", Measure: i, Old: old[i]})
		default:
			out = append(out, oneMeasure(i, &old[i], &now[i])...)
		}
	}
	return out
}

func oneMeasure(i int, old, now *Measure) []Change {
	var out []Change
	if !sameWording(old.Name, now.Name) || !sameWording(old.Unit, now.Unit) || old.Down != now.Down {
		out = append(out, Change{What: "measure", Measure: i, Old: *old, New: *now})
	}
	if a, b := baselineOf(old), baselineOf(now); a != b {
		out = append(out, Change{What: "baseline", Measure: i, Old: orNil(a), New: orNil(b)})
	}
	value := func(m *Measure, t Target) any {
		j := slices.IndexFunc(m.Targets, func(x Target) bool { return x.From == t.From && x.To == t.To })
		if j < 0 {
			return nil
		}
		return m.Targets[j].Value
	}
	for _, t := range old.Targets {
		if n := value(now, t); n != any(t.Value) {
			out = append(out, Change{What: "target", Measure: i, From: t.From, To: t.To, Old: t.Value, New: n})
		}
	}
	for _, t := range now.Targets {
		if value(old, t) == nil {
			out = append(out, Change{What: "target", Measure: i, From: t.From, To: t.To, New: t.Value})
		}
	}
	return out
}

func baselineOf(m *Measure) string {
	if m.Baseline == nil {
		return ""
	}
	return m.Baseline.Value
}

func milestoneChanges(old, now []Milestone) []Change {
	var out []Change
	for i := range max(len(old), len(now)) {
		switch {
		case i >= len(old):
			out = append(out, Change{What: "milestone", New: now[i]})
		case i >= len(now):
			out = append(out, Change{What: "milestone", Old: old[i]})
		case old[i].Due != now[i].Due || !sameWording(old[i].Title, now[i].Title):
			out = append(out, Change{What: "milestone", Old: old[i], New: now[i]})
		}
	}
	return out
}

// sameWording says whether two wordings are the same words of the same language, whatever their translations are.
func sameWording(a, b locale.Wording) bool {
	return a.Original == b.Original && a.In[a.Original] == b.In[b.Original]
}

func sameRule(a, b *schedule.Rule) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Share is how far a value lies on the way from a baseline to a target, from 0 to 100, for drawing. It is false where
// that cannot be said: no value, or a way without length.
func Share(baseline, value, target string) (int, bool) {
	b, ok1 := new(big.Rat).SetString(baseline)
	v, ok2 := new(big.Rat).SetString(value)
	t, ok3 := new(big.Rat).SetString(target)
	if !ok1 || !ok2 || !ok3 || b.Cmp(t) == 0 {
		return 0, false
	}
	way := new(big.Rat).Sub(t, b)
	done := v.Sub(v, b)
	percent := done.Quo(done, way).Mul(done, big.NewRat(100, 1))
	whole := new(big.Int).Quo(percent.Num(), percent.Denom())
	if !whole.IsInt64() {
		return 50 + 50*whole.Sign(), true // far beyond the target, or far on the other side
	}
	return int(min(max(whole.Int64(), 0), 100)), true
}
