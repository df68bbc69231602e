package web

import (
	"slices"
	"strconv"
	"strings"

	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// terms are terms in a form: what a promise says, as it is being typed.
type terms struct {
	visit     *visit
	form      *form
	languages []string
	base      *promise.Terms // those that are amended; nil for a new promise
}

// terms begins with the form that was sent, or an empty one.
func (v *visit) terms(base *promise.Terms) *terms {
	if v.form == nil {
		v.form = &form{values: map[string][]string{}, wrong: map[string]string{}}
	}
	t := &terms{visit: v, form: v.form, languages: strings.Fields(v.home.Languages), base: base}
	for name := range v.form.values {
		if tag := spoken(name); tag != "" && len(t.languages) < locale.WordingLanguages && v.form.get(name) != "" {
			t.speaks(locale.Plain(tag, ""))
		}
	}
	if base != nil {
		for _, w := range base.Wordings() {
			t.speaks(*w.Wording)
		}
	}
	return t
}

// spoken is the language of a field that holds a text in one language, empty if it is another field.
func spoken(name string) string {
	of, tag, ok := cutLast(name, ".")
	_, last, _ := cutLast(of, ".")
	if last == "" {
		last = of
	}
	if !ok || !locale.ValidTag(tag) || !slices.Contains([]string{"title", "name", "unit", "description", "reason"}, last) {
		return ""
	}
	return tag
}

// speaks makes sure that no language in which something is said already gets lost in the form.
func (t *terms) speaks(w locale.Wording) {
	for _, tag := range w.Tags() {
		if !slices.Contains(t.languages, tag) {
			t.languages = append(t.languages, tag)
		}
	}
}

// The pieces into which terms are cut where two people changed them. A measure is a piece of its own, "measure.N".
var pieces = []string{"title", "task", "team", "office", "places", "plan", "money", "milestone"}

// piecesOf are all pieces of several terms.
func piecesOf(all ...*promise.Terms) []string {
	most := 0
	for _, t := range all {
		most = max(most, len(t.Measures))
	}
	out := slices.Clone(pieces)
	for n := range most {
		out = append(out, row("measure", n))
	}
	return out
}

// fill puts all of some terms into the form.
func (t *terms) fill(from *promise.Terms) {
	for _, piece := range piecesOf(from) {
		t.put(piece, from)
	}
}

// put puts a piece of some terms into the form, in place of what stands there.
func (t *terms) put(piece string, from *promise.Terms) {
	f := t.form
	f.clear(piece)
	switch piece {
	case "title":
		f.setWording("title", from.Title)
	case "task":
		f.set("task", from.Task)
	case "team":
		f.set("team", from.Team)
	case "office":
		f.set("office", from.Office)
	case "places":
		f.values["places[]"] = slices.Clone(from.Places)
	case "plan":
		t.putPlan(&from.Plan)
	case "money":
		for i, m := range from.Money {
			at := row("money", i)
			f.set(at+".source", m.Source)
			f.set(at+".currency", m.Currency)
			f.set(at+".amount", decimalOf(m.Minor, m.Currency))
			f.set(at+".from", m.From)
			f.set(at+".to", m.To)
		}
	case "milestone":
		for i, m := range from.Milestones {
			f.setWording(row("milestone", i)+".title", m.Title)
			f.set(row("milestone", i)+".due", m.Due)
		}
	default:
		if n, rest, ok := rowOf("measure", piece); ok && rest == "" && n < len(from.Measures) {
			t.putMeasure(piece, &from.Measures[n])
		}
	}
}

func (t *terms) putPlan(p *promise.Plan) {
	f := t.form
	f.set("plan", p.Kind)
	f.set("due", p.Due)
	f.clear("within")
	if p.Within != 0 {
		f.set("within", strconv.Itoa(p.Within))
	}
	rule := schedule.Rule{Every: schedule.Week, Interval: 1}
	if p.Rule != nil {
		rule = *p.Rule
	}
	f.set("every", rule.Every)
	f.set("interval", strconv.Itoa(rule.Interval))
	f.set("from", rule.From)
	f.set("until", rule.Until)
}

func (t *terms) putMeasure(at string, m *promise.Measure) {
	f := t.form
	f.setWording(at+".name", m.Name)
	f.setWording(at+".unit", m.Unit)
	f.set(at+".baseline", "")
	if m.Down {
		f.set(at+".down", "yes")
	}
	if m.Baseline != nil {
		f.set(at+".baseline", m.Baseline.Value)
		f.set(at+".year", strconv.Itoa(m.Baseline.Year))
	}
	for i, target := range m.Targets {
		f.set(row(at+".target", i)+".from", target.From)
		f.set(row(at+".target", i)+".to", target.To)
		f.set(row(at+".target", i)+".value", target.Value)
	}
}

// decimalOf writes an amount as one would type it.
func decimalOf(minor int64, currency string) string {
	digits, negative := strings.CutPrefix(itoa(minor), "-")
	if n := locale.MinorDigits(currency); n > 0 {
		if missing := n + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		digits = digits[:len(digits)-n] + "." + digits[len(digits)-n:]
	}
	if negative {
		digits = "-" + digits
	}
	return digits
}
