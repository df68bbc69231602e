package promise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/locale"
	"kept/schedule"
)

func en(text string) locale.Wording { return locale.Plain("en", text) }

// wells are terms with one of everything; a test changes what it is about.
func wells(change func(*Terms)) *Terms {
	t := &Terms{Title: en("Wells"), Task: "water", Places: []string{"a", "b"}, Team: "team", Office: "office",
		Parties: []Party{{"office", "4"}}, Plan: Plan{Kind: Once, Due: "2026-06-30"},
		Measures: []Measure{
			{Name: en("wells"), Unit: en("wells"), Baseline: &Baseline{"2", 2025}, Targets: []Target{{"2026-01-01", "2026-06-30", "12"}}},
			{Name: en("minutes to water"), Unit: en("min"), Down: true, Targets: []Target{{"2026-01-01", "2026-06-30", "10"}}},
		},
		Money:      []Money{{Source: "funder", Currency: "USD", Minor: 100}},
		Milestones: []Milestone{{en("drill"), "2026-03-01"}}}
	if change != nil {
		change(t)
	}
	return t
}

func TestLowered(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Terms)
		want   bool
	}{
		{"nothing", nil, false},
		{"fewer wells", func(t *Terms) { t.Measures[0].Targets[0].Value = "8" }, true},
		{"fewer by a hundredth", func(t *Terms) { t.Measures[0].Targets[0].Value = "11.99" }, true},
		{"the same in other digits", func(t *Terms) { t.Measures[0].Targets[0].Value = "12.0" }, false},
		{"more wells, though the text sorts lower", func(t *Terms) { t.Measures[0].Targets[0].Value = "100" }, false},
		{"longer ways", func(t *Terms) { t.Measures[1].Targets[0].Value = "11" }, true},
		{"shorter ways", func(t *Terms) { t.Measures[1].Targets[0].Value = "9" }, false},
		{"a target is gone", func(t *Terms) { t.Measures[0].Targets = nil }, true},
		{"a target came later, as good", func(t *Terms) { t.Measures[0].Targets[0].To = "2026-12-31" }, false},
		{"a target came later, and worse", func(t *Terms) { t.Measures[0].Targets[0] = Target{"2026-01-01", "2026-12-31", "8"} }, true},
		{"less is better: later, as good", func(t *Terms) { t.Measures[1].Targets[0].To = "2026-12-31" }, false},
		{"less is better: later, and worse", func(t *Terms) { t.Measures[1].Targets[0] = Target{"2026-01-01", "2026-12-31", "20"} }, true},
		{"another target beside it", func(t *Terms) {
			t.Measures[0].Targets = append(t.Measures[0].Targets, Target{"2026-07-01", "2026-12-31", "1"})
		}, false},
		{"a measure is gone", func(t *Terms) { t.Measures = t.Measures[:1] }, true},
		{"a measure more", func(t *Terms) { t.Measures = append(t.Measures, t.Measures[0]) }, false},
		{"a place is gone", func(t *Terms) { t.Places = []string{"a"} }, true},
		{"another place instead", func(t *Terms) { t.Places = []string{"a", "c"} }, true},
		{"a place more", func(t *Terms) { t.Places = []string{"c", "b", "a"} }, false},
		{"a later day alone", func(t *Terms) { t.Plan.Due = "2027-01-01" }, false},
		{"other words", func(t *Terms) { t.Title = en("Fewer wells") }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := lowered(wells(nil), wells(test.change), []string{"2026-06-30"}, []string{"2027-01-01"}); got != test.want {
				t.Errorf("lowered: %v", got)
			}
		})
	}
}

func TestLoweredSchedule(t *testing.T) {
	class := &Terms{Places: []string{"a"}, Plan: Plan{Kind: Schedule}}
	for _, test := range []struct {
		before, after []string
		want          bool
	}{
		{[]string{"2026-01-01", "2026-01-08"}, []string{"2026-01-01"}, true},
		{[]string{"2026-01-01", "2026-01-08"}, []string{"2026-01-02", "2026-01-09"}, false},
		{[]string{"2026-01-01"}, []string{"2026-01-01", "2026-01-08"}, false},
	} {
		if got := lowered(class, class, test.before, test.after); got != test.want {
			t.Errorf("from %v to %v: %v", test.before, test.after, got)
		}
	}
}

func TestLater(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after []string
		want          bool
	}{
		{"the same", []string{"2026-06-30"}, []string{"2026-06-30"}, false},
		{"a day later", []string{"2026-06-30"}, []string{"2026-07-01"}, true},
		{"earlier", []string{"2026-06-30"}, []string{"2026-06-29"}, false},
		{"no day any more", []string{"2026-06-30"}, nil, true},
		{"a day where none was", nil, []string{"2026-06-30"}, false},
		{"never a day", nil, nil, false},
		{"a schedule that begins later", []string{"2026-01-01", "2026-02-01"}, []string{"2026-01-08", "2026-02-01"}, true},
		{"a schedule that ends later", []string{"2026-01-01", "2026-02-01"}, []string{"2026-01-01", "2026-03-01"}, true},
		{"a schedule that ends sooner", []string{"2026-01-01", "2026-02-01"}, []string{"2026-01-01"}, false},
	} {
		if got := later(test.before, test.after); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"8", "12", -1}, {"12", "8", 1}, {"12", "12.000", 0}, {"-1", "0", -1}, {"0.1", "0.10", 0}, {"-0.5", "-0.6", 1},
		{"999999999999999999.000000001", "999999999999999999", 1}, {"", "1", 0},
	} {
		if got := Compare(test.a, test.b); got != test.want {
			t.Errorf("Compare(%q, %q) = %d", test.a, test.b, got)
		}
	}
}

func TestShare(t *testing.T) {
	for _, test := range []struct {
		baseline, value, target string
		want                    int
		ok                      bool
	}{
		{"0", "0", "12", 0, true}, {"0", "", "12", 0, false}, {"0", "3", "12", 25, true}, {"2", "7", "12", 50, true},
		{"0", "13", "12", 100, true}, {"2", "1", "12", 0, true},
		{"60", "30", "20", 75, true}, {"60", "10", "20", 100, true}, {"60", "70", "20", 0, true}, // less is better
		{"5", "5", "5", 0, false}, {"", "5", "6", 0, false}, {"0", "5", "", 0, false},
		{"0", "999999999999999999", "0.000000001", 100, true}, {"0", "-999999999999999999", "0.000000001", 0, true},
		{"0", "1", "3", 33, true}, {"-10", "0", "10", 50, true},
	} {
		if got, ok := Share(test.baseline, test.value, test.target); got != test.want || ok != test.ok {
			t.Errorf("Share(%q, %q, %q) = %d, %v", test.baseline, test.value, test.target, got, ok)
		}
	}
}

func TestChanges(t *testing.T) {
	weekly := &schedule.Rule{Every: schedule.Week, Interval: 1, From: "2026-01-06"}
	tests := []struct {
		name   string
		change func(*Terms)
		want   []Change
	}{
		{"nothing", nil, nil},
		{"the title", func(t *Terms) { t.Title = en("Taps") }, []Change{{What: "title", Old: en("Wells"), New: en("Taps")}}},
		{"a translation is none", func(t *Terms) { t.Title.In = map[string]string{"en": "Wells", "ug": "قۇدۇق"} }, nil},
		{"the language of the original", func(t *Terms) { t.Title = locale.Plain("zh-Hans", "Wells") },
			[]Change{{What: "title", Old: en("Wells"), New: locale.Plain("zh-Hans", "Wells")}}},
		{"the days of an answer", func(t *Terms) { t.Plan.Within = 20 }, []Change{{What: "within", Old: 0, New: 20}}},
		{"the day", func(t *Terms) { t.Plan.Due = "2026-09-30" }, []Change{{What: "due", Old: "2026-06-30", New: "2026-09-30"}}},
		{"no day", func(t *Terms) { t.Plan.Due = "" }, []Change{{What: "due", Old: "2026-06-30"}}},
		{"the rule", func(t *Terms) { t.Plan.Rule = weekly }, []Change{{What: "rule", Old: (*schedule.Rule)(nil), New: weekly}}},
		{"task, team, office", func(t *Terms) { t.Task, t.Team, t.Office = "works", "", "other" },
			[]Change{{What: "task", Old: "water", New: "works"}, {What: "team", Old: "team"}, {What: "office", Old: "office", New: "other"}}},
		{"places", func(t *Terms) { t.Places = []string{"b", "c", "d"} }, []Change{{What: "place", Old: "a", New: "c"}, {What: "place", New: "d"}}},
		{"places in another order", func(t *Terms) { t.Places = []string{"b", "a"} }, nil},
		{"a party", func(t *Terms) { t.Parties = nil }, []Change{{What: "party", Old: Party{"office", "4"}}}},
		{"a target", func(t *Terms) { t.Measures[0].Targets[0].Value = "8" },
			[]Change{{What: "target", From: "2026-01-01", To: "2026-06-30", Old: "12", New: "8"}}},
		{"a target of another period", func(t *Terms) { t.Measures[1].Targets[0].To = "2026-12-31" }, []Change{
			{What: "target", Measure: 1, From: "2026-01-01", To: "2026-06-30", Old: "10"},
			{What: "target", Measure: 1, From: "2026-01-01", To: "2026-12-31", New: "10"}}},
		{"the baseline", func(t *Terms) { t.Measures[0].Baseline = nil }, []Change{{What: "baseline", Old: "2"}}},
		{"money", func(t *Terms) { t.Money[0].Minor = 90 },
			[]Change{{What: "money", Old: Money{Source: "funder", Currency: "USD", Minor: 100}, New: Money{Source: "funder", Currency: "USD", Minor: 90}}}},
		{"a milestone", func(t *Terms) { t.Milestones[0].Due = "2026-04-01" },
			[]Change{{What: "milestone", Old: Milestone{en("drill"), "2026-03-01"}, New: Milestone{en("drill"), "2026-04-01"}}}},
		{"a milestone more", func(t *Terms) { t.Milestones = append(t.Milestones, Milestone{en("pump"), "2026-05-01"}) },
			[]Change{{What: "milestone", New: Milestone{en("pump"), "2026-05-01"}}}},
		{"no milestone", func(t *Terms) { t.Milestones = nil }, []Change{{What: "milestone", Old: Milestone{en("drill"), "2026-03-01"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Changes(wells(nil), wells(test.change))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a measure goes, another comes", func(t *testing.T) {
		old, now := wells(nil), wells(func(t *Terms) { t.Measures = t.Measures[:1] })
		if diff := cmp.Diff([]Change{{What: "measure", Measure: 1, Old: old.Measures[1]}}, Changes(old, now)); diff != "" {
			t.Errorf("gone (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]Change{{What: "measure", Measure: 1, New: old.Measures[1]}}, Changes(now, old)); diff != "" {
			t.Errorf("new (-want +got):\n%s", diff)
		}
		now = wells(func(t *Terms) { t.Measures[1].Down = false })
		if diff := cmp.Diff([]Change{{What: "measure", Measure: 1, Old: old.Measures[1], New: now.Measures[1]}}, Changes(old, now)); diff != "" {
			t.Errorf("turned round (-want +got):\n%s", diff)
		}
	})
}
