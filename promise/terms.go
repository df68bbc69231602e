package promise

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
)

// Terms are what is promised: to which places, under which task, by when, measured how, for how much.
type Terms struct {
	Title      locale.Wording `json:"title"`
	Task       string         `json:"task"`
	Places     []string       `json:"places"`
	Team       string         `json:"team,omitempty"`    // who does it
	Office     string         `json:"office,omitempty"`  // who must answer for it
	Parties    []Party        `json:"parties,omitempty"` // who takes part, as published
	Plan       Plan           `json:"plan"`
	Measures   []Measure      `json:"measures,omitempty"`
	Money      []Money        `json:"money,omitempty"`
	Milestones []Milestone    `json:"milestones,omitempty"`
}

// Party is an organisation and the role in which it takes part.
type Party struct {
	Organisation string `json:"organisation"`
	Role         string `json:"role"`
}

// The plans.
const (
	Once         = "once"
	Schedule     = "schedule"
	ServiceLevel = "service-level"
)

// MaxWithin is the longest time in days within which a service level may promise an answer.
const MaxWithin = 365

// Recurs says whether a plan of this kind comes due again and again: a schedule, each of whose occurrences is due by itself, or
// a service level, whose counts are due at the end of each period.
func Recurs(kind string) bool { return kind == Schedule || kind == ServiceLevel }

// Plan says how a promise comes due.
type Plan struct {
	Kind   string         `json:"kind"`
	Due    string         `json:"due,omitempty"`    // once: the due day, or none
	Within int            `json:"within,omitempty"` // service level: in how many days each is answered
	Rule   *schedule.Rule `json:"rule,omitempty"`   // schedule; service level: the days at which the counts of a period are due
}

// Measure is what is counted.
type Measure struct {
	Name     locale.Wording `json:"name"`
	Unit     locale.Wording `json:"unit"`
	Down     bool           `json:"down,omitempty"` // less is better
	Baseline *Baseline      `json:"baseline,omitempty"`
	Targets  []Target       `json:"targets,omitempty"`
}

// Baseline is where a measure stood before.
type Baseline struct {
	Value string `json:"value"`
	Year  int    `json:"year"`
}

// Target is what a measure shall be at the end of a period.
type Target struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Value string `json:"value"`
}

// Money is promised money: so much from a source, for a period if one was named.
type Money struct {
	Source   string `json:"source,omitempty"`
	Currency string `json:"currency"`
	Minor    int64  `json:"minor"`
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
}

// Milestone is a step on the way.
type Milestone struct {
	Title locale.Wording `json:"title"`
	Due   string         `json:"due"`
}

// Limits of terms. They are rules of the book: making one smaller would make old entries unreadable.
const (
	maxPlaces     = 400
	maxMeasures   = 60
	maxTargets    = 120
	maxMoney      = 200
	maxMilestones = 60
	maxParties    = 60
	maxMinor      = 1 << 53 // every reader of JSON can hold it
)

var (
	validDecimal  = regexp.MustCompile(`^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$`)
	validCurrency = regexp.MustCompile(`^[A-Z]{3}$`)
)

// check refuses terms that could not be understood by themselves; whether places and tasks exist is checked by the step.
func (t *Terms) check() error {
	if err := programme.CheckWords("title", t.Title); err != nil {
		return err
	}
	if len(t.Places) == 0 || len(t.Places) > maxPlaces || len(t.Measures) > maxMeasures || len(t.Money) > maxMoney ||
		len(t.Milestones) > maxMilestones || len(t.Parties) > maxParties {
		return ledger.Refuse("terms.size")
	}
	for i, p := range t.Places {
		if slices.Contains(t.Places[:i], p) {
			return ledger.Refuse("terms.place-twice", "place", p)
		}
	}
	for _, p := range t.Parties {
		if len(p.Role) == 0 || len(p.Role) > 40 {
			return ledger.Refuse("terms.role")
		}
	}
	for i := range t.Measures {
		if err := t.Measures[i].check(i); err != nil {
			return err
		}
	}
	for _, m := range t.Money {
		if err := m.check(); err != nil {
			return err
		}
	}
	for _, m := range t.Milestones {
		if err := programme.First(programme.CheckWords("milestone", m.Title), programme.CheckDay("milestone", m.Due)); err != nil {
			return err
		}
	}
	return nil
}

func (m *Measure) check(n int) error {
	if err := programme.First(programme.CheckWords("measure", m.Name), programme.CheckWords("unit", m.Unit)); err != nil {
		return err
	}
	if m.Baseline != nil && (!validDecimal.MatchString(m.Baseline.Value) || m.Baseline.Year < 1900 || m.Baseline.Year > 2200) {
		return ledger.Refuse("measure.baseline", "measure", n)
	}
	if len(m.Targets) > maxTargets {
		return ledger.Refuse("terms.size")
	}
	for i, t := range m.Targets {
		if err := checkPeriod(t.From, t.To); err != nil {
			return err
		}
		if !validDecimal.MatchString(t.Value) {
			return ledger.Refuse("measure.value", "measure", n)
		}
		for _, before := range m.Targets[:i] {
			if before.From == t.From && before.To == t.To {
				return ledger.Refuse("measure.period-twice", "measure", n)
			}
		}
	}
	return nil
}

// checkText refuses a hashed text that is not well formed, or that says under the name of a language what is none.
func checkText(h *ledger.Hashed) error {
	if h == nil {
		return nil
	}
	for lang := range h.In {
		if !locale.ValidTag(lang) {
			return ledger.Refuse("text.language")
		}
	}
	return h.Check()
}

func checkPeriod(from, to string) error {
	if !schedule.ValidDay(from) || !schedule.ValidDay(to) {
		return ledger.Refuse("day.bad", "field", "period")
	}
	if to < from {
		return ledger.Refuse("period.backwards", "field", "period")
	}
	return nil
}

func (m *Money) check() error {
	if !validCurrency.MatchString(m.Currency) || m.Minor < -maxMinor || m.Minor > maxMinor {
		return ledger.Refuse("money.bad")
	}
	if m.From != "" || m.To != "" {
		return checkPeriod(m.From, m.To)
	}
	return nil
}

// days are the days on which the plan is due: one, none, or those of its rule.
func (p *Plan) days(programmeEnd string) ([]string, error) {
	if service := p.Kind == ServiceLevel; service && (p.Within < 1 || p.Within > MaxWithin) || !service && p.Within != 0 {
		return nil, ledger.Refuse("plan.within", "max", MaxWithin)
	}
	switch {
	case p.Kind == Once && p.Rule == nil && p.Due == "":
		return nil, nil
	case p.Kind == Once && p.Rule == nil:
		return []string{p.Due}, programme.CheckDay("due", p.Due)
	case Recurs(p.Kind) && p.Rule != nil && p.Due == "":
		days, err := p.Rule.Days(programmeEnd)
		if err != nil {
			return nil, &ledger.Refusal{Code: "plan.bad", Cause: err}
		}
		return days, nil
	}
	return nil, ledger.Refuse("plan.bad")
}

// ValidDecimal says whether a value may stand in the book as it is written.
func ValidDecimal(value string) bool { return validDecimal.MatchString(value) }

// Compare compares two decimals as written.
func Compare(a, b string) int {
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	if x == nil || y == nil {
		return 0 // neither stands in the book: values are checked before
	}
	return x.Cmp(y)
}

// encode writes terms into a column of a view.
func (t *Terms) encode() string {
	b, err := json.Marshal(t)
	if err != nil {
		panic(err) // terms are texts and numbers
	}
	return string(b)
}

// ParseTerms reads terms from a column of a view.
func ParseTerms(s string) (t Terms, err error) {
	err = json.Unmarshal([]byte(s), &t)
	return t, err
}

// worse says whether b promises less than a.
func (m *Measure) worse(a, b string) bool {
	if m.Down {
		return Compare(b, a) > 0
	}
	return Compare(b, a) < 0
}

// lowered says whether the new terms promise less: a target that is worse or gone, a measure that is gone, fewer
// occurrences, fewer places.
func lowered(old, new *Terms, oldDays, newDays []string) bool {
	for i := range old.Measures {
		if i >= len(new.Measures) || old.Measures[i].lowered(&new.Measures[i]) {
			return true
		}
	}
	for _, p := range old.Places {
		if !slices.Contains(new.Places, p) {
			return true
		}
	}
	return Recurs(old.Plan.Kind) && len(newDays) < len(oldDays)
}

func (m *Measure) lowered(now *Measure) bool {
	for _, t := range m.Targets {
		i := slices.IndexFunc(now.Targets, func(n Target) bool { return n.From == t.From && n.To == t.To })
		if i < 0 || m.worse(t.Value, now.Targets[i].Value) {
			// A period that gave way to a later one with the same target was made later, not lowered.
			if i >= 0 || !m.reaches(now, t.Value) {
				return true
			}
		}
	}
	return false
}

// reaches says whether some target of now is at least as good as the value.
func (m *Measure) reaches(now *Measure, value string) bool {
	return slices.ContainsFunc(now.Targets, func(n Target) bool { return !m.worse(value, n.Value) })
}

// later says whether the new plan comes due later: its last day is later, or there is none any more.
func later(oldDays, newDays []string) bool {
	switch {
	case len(oldDays) == 0:
		return false
	case len(newDays) == 0:
		return true
	}
	return newDays[len(newDays)-1] > oldDays[len(oldDays)-1] || newDays[0] > oldDays[0]
}
