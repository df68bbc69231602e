package imports

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kept/iati"
	"kept/locale"
	"kept/promise"
)

// Limits of terms, as package promise has them.
const (
	mostMeasures = 60
	mostTargets  = 120
	mostReadings = 60
	mostMoney    = 200
	mostPlaces   = 400
	mostParties  = 60
)

// terms are what an activity promises. Measures keep the places they have in prev, the terms before; own is from where on
// prev has measures that were not read. The second result says which measure of the activity stands at which place.
func (p *plan) terms(a *iati.Activity, prev []promise.Measure, own int, revised bool) (promise.Terms, map[int]*iati.Measure) {
	s := p.at(a, a.Line)
	t := promise.Terms{Title: s.name(a.Title, cut(locale.Tidy(a.Key), locale.WordingRunes)), Task: p.taskOf(a), Places: p.placesOf(a),
		Plan: promise.Plan{Kind: promise.Once, Due: a.Due}}
	if over := len(t.Places) - mostPlaces; over > 0 {
		s.find(iati.Wrong, CodeLimit, strconv.Itoa(over), "places")
		t.Places = t.Places[:mostPlaces]
	}
	for _, x := range a.Parties {
		t.Parties = append(t.Parties, promise.Party{Organisation: x.Org, Role: cut(locale.Tidy(x.Role), 10)})
	}
	if over := len(t.Parties) - mostParties; over > 0 {
		s.find(iati.Wrong, CodeLimit, strconv.Itoa(over), "organisations")
		t.Parties = t.Parties[:mostParties]
	}
	t.Money = p.budgets(s, a, revised)
	measures, at := p.measures(a, prev, own)
	t.Measures = measures
	return t, at
}

// budgets are the promised money: as first published, or as revised.
func (p *plan) budgets(s source, a *iati.Activity, revised bool) []promise.Money {
	var list []promise.Money
	for _, b := range a.Budgets {
		value := b.Value
		if !revised && b.Original != nil {
			value = *b.Original
		}
		list = append(list, promise.Money{Currency: value.Currency, Minor: value.Minor, From: b.From, To: b.To})
	}
	if over := len(list) - mostMoney; over > 0 {
		s.find(iati.Wrong, CodeLimit, strconv.Itoa(over), "budgets")
		list = list[:mostMoney]
	}
	return list
}

// hasOriginals says whether the budgets were revised.
func hasOriginals(a *iati.Activity) bool {
	return slices.ContainsFunc(a.Budgets, func(b iati.Budget) bool { return b.Original != nil && *b.Original != b.Value })
}

// measures puts the measures of an activity where they stood before, and new ones behind.
func (p *plan) measures(a *iati.Activity, prev []promise.Measure, own int) ([]promise.Measure, map[int]*iati.Measure) {
	var fresh []promise.Measure
	var from []*iati.Measure
	for i := range a.Measures {
		if m, ok := p.measure(a, &a.Measures[i]); ok {
			fresh, from = append(fresh, m), append(from, &a.Measures[i])
		}
	}
	out, at := slices.Clone(prev), map[int]*iati.Measure{}
	pair := pairs(prev[:min(own, len(prev))], fresh)
	for n := range min(own, len(prev)) {
		i, there := pair[n]
		if there {
			out[n], at[n] = fresh[i], from[i]
			continue
		}
		if len(out[n].Targets) > 0 {
			p.at(a, a.Line).find(iati.Warning, CodeMeasureGone, plainName(out[n].Name))
			out[n].Targets = nil
		}
	}
	used := map[int]bool{}
	for _, i := range pair {
		used[i] = true
	}
	left := 0
	for i := range fresh {
		switch {
		case used[i]:
		case len(out) >= mostMeasures:
			left++
		default:
			at[len(out)] = from[i]
			out = append(out, fresh[i])
		}
	}
	if left > 0 {
		p.at(a, a.Line).find(iati.Wrong, CodeLimit, strconv.Itoa(left), "measures")
	}
	return out, at
}

func plainName(w locale.Wording) string {
	text, _ := w.Best("en")
	return text
}

// pairs finds for each old measure the new one that it is: of the same titles, and of several of these the one that says
// the same, or else the next that is left.
func pairs(old, fresh []promise.Measure) map[int]int {
	pair, used := map[int]int{}, map[int]bool{}
	match := func(same func(a, b *promise.Measure) bool) {
		for n := range old {
			if _, done := pair[n]; done {
				continue
			}
			for i := range fresh {
				if !used[i] && sameTitles(&old[n], &fresh[i]) && same(&old[n], &fresh[i]) {
					pair[n], used[i] = i, true
					break
				}
			}
		}
	}
	match(func(a, b *promise.Measure) bool { return encoded(a) == encoded(b) })
	match(func(a, b *promise.Measure) bool { return a.Down == b.Down && samePeriods(a.Targets, b.Targets) })
	match(func(a, b *promise.Measure) bool { return true })
	return pair
}

func sameTitles(a, b *promise.Measure) bool {
	return a.Name.In[a.Name.Original] == b.Name.In[b.Name.Original] && a.Unit.In[a.Unit.Original] == b.Unit.In[b.Unit.Original]
}

func samePeriods(a, b []promise.Target) bool {
	return slices.EqualFunc(a, b, func(x, y promise.Target) bool { return x.From == y.From && x.To == y.To })
}

func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // terms are texts and numbers
	}
	return string(b)
}

// measure takes over one measure. One without a name or unit that can be shown is left out.
func (p *plan) measure(a *iati.Activity, m *iati.Measure) (promise.Measure, bool) {
	s := p.at(a, m.Line)
	out := promise.Measure{Name: s.words(m.Name, locale.WordingRunes), Unit: s.words(m.Unit, locale.WordingRunes), Down: !m.Up}
	if out.Name.IsZero() || out.Unit.IsZero() {
		s.find(iati.Wrong, iati.CodeUntitled)
		return out, false
	}
	if b := m.Baseline; b.Value != "" {
		value, ok := fit(b.Value)
		year, err := strconv.Atoi(b.Year)
		if !ok || err != nil || year < 1900 || year > 2200 {
			s.find(iati.Wrong, CodeBaseline, b.Value, b.Year)
		} else {
			out.Baseline = &promise.Baseline{Value: value, Year: year}
		}
	}
	for _, r := range m.Targets {
		value, ok := p.value(a, &r)
		if ok {
			out.Targets = append(out.Targets, promise.Target{From: r.From, To: r.To, Value: value})
		}
	}
	if over := len(out.Targets) - mostTargets; over > 0 {
		s.find(iati.Wrong, CodeLimit, strconv.Itoa(over), "targets")
		out.Targets = out.Targets[:mostTargets]
	}
	return out, true
}

func (p *plan) value(a *iati.Activity, r *iati.Reading) (string, bool) {
	value, ok := fit(r.Value)
	if !ok {
		p.at(a, r.Line).find(iati.Wrong, CodeValue, r.Value)
	}
	return value, ok
}

// fit writes a decimal as the book wants it: without zeros before it, and no longer than it can be.
func fit(value string) (string, bool) {
	sign := ""
	if rest, negative := strings.CutPrefix(value, "-"); negative {
		sign, value = "-", rest
	}
	whole, part, _ := strings.Cut(value, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if len(part) > 9 {
		part = strings.TrimRight(part, "0")
	}
	if part != "" {
		whole += "." + part
	}
	return sign + whole, promise.ValidDecimal(sign + whole)
}

// mostAddresses is how many bytes of titles and addresses the links of one promise may take: an entry has its limit.
const mostAddresses = 16 << 10

// documents are the links that an activity names.
func (p *plan) documents(a *iati.Activity) []promise.Document {
	var list []promise.Document
	size, left := 0, 0
	for _, d := range a.Documents {
		title := cut(locale.Tidy(d.Title.Original()), locale.WordingRunes)
		doc := promise.Document{Title: title, Address: d.URL}
		if slices.Contains(list, doc) {
			continue
		}
		if size += len(title) + len(d.URL); size > mostAddresses || len(list) >= promise.MaxDocuments || !promise.ValidAddress(d.URL) || !utf8.ValidString(title) {
			left++
			continue
		}
		list = append(list, doc)
	}
	if left > 0 {
		p.at(a, a.Line).find(iati.Wrong, CodeDocuments, strconv.Itoa(left))
	}
	return list
}
