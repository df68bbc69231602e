package iati

import (
	"slices"
	"strconv"
	"strings"
)

// readMeasures takes every indicator of every result that counts something.
func (a *act) readMeasures() {
	for _, result := range a.n.all("result") {
		name := a.title(a.child(result, "title", true))
		for _, n := range result.all("indicator") {
			a.readMeasure(result, n, name)
		}
	}
	a.keyMeasures()
}

func (a *act) readMeasure(result, n *node, name Text) {
	kind, ok := a.need(n, "measure")
	if !ok {
		return
	}
	switch kind {
	case "1", "2":
	case "3", "4", "5":
		a.wrong(n, CodeMeasureNumeric, kind)
		return
	default:
		a.wrong(n, CodeMeasureKind, excerpt(kind))
		return
	}
	m := Measure{
		Line:       n.line,
		ResultType: result.attr("type"),
		Name:       name,
		Unit:       a.title(a.child(n, "title", true)),
		Percent:    kind == "2",
		Up:         true,
	}
	if m.Name.In == nil || m.Unit.In == nil {
		a.wrong(n, CodeUntitled)
		return
	}
	if ascending, there := n.attrSet("ascending"); there {
		if up, ok := truth(ascending); ok {
			m.Up = up
		} else {
			a.wrong(n, CodeForm, excerpt(ascending), "boolean")
		}
	}
	m.Baseline = a.baseline(n)
	var targets, actuals periods
	for _, p := range n.all("period") {
		span, ok := a.period(p)
		if !ok {
			continue
		}
		targets.add(a, span, p.all("target"))
		actuals.add(a, span, p.all("actual"))
	}
	m.Targets = targets.readings(a)
	m.Actuals = actuals.readings(a)
	for i := range m.Actuals {
		// A period's last day is not over on that day.
		m.Actuals[i].NotOver = a.Published != "" && m.Actuals[i].To >= a.Published
	}
	a.Measures = append(a.Measures, m)
}

// keyMeasures gives the measures their identity. Those of equal titles are numbered
// in the order of what they say, so that their order in the file decides nothing.
func (a *act) keyMeasures() {
	same := map[[2]string][]*Measure{}
	for i := range a.Measures {
		m := &a.Measures[i]
		titles := [2]string{m.Name.Original(), m.Unit.Original()}
		same[titles] = append(same[titles], m)
	}
	for titles, group := range same {
		slices.SortStableFunc(group, func(x, y *Measure) int { return slices.Compare(x.content(), y.content()) })
		for i, m := range group {
			m.Key = key("measure", a.Key, titles[0], titles[1], strconv.Itoa(i+1))
		}
	}
}

// content lists what a measure says, the most lasting first.
func (m *Measure) content() []string {
	list := []string{m.ResultType, strconv.FormatBool(m.Percent), strconv.FormatBool(m.Up), m.Baseline.Year, m.Baseline.Value}
	for _, readings := range [][]Reading{m.Targets, m.Actuals} {
		list = append(list, strconv.Itoa(len(readings)))
		for _, r := range readings {
			list = append(list, r.From, r.To, r.Value)
		}
	}
	return list
}

// baseline reads where a measure started. Several that differ are of parts of it,
// and none is taken.
func (a *act) baseline(n *node) Baseline {
	var found []Baseline
	for _, b := range n.all("baseline") {
		if a.dimensional(b) {
			continue
		}
		year, ok := a.need(b, "year")
		if !ok {
			continue
		}
		if !hasForm(year, "positive") || len(year) != 4 {
			a.wrong(b, CodeForm, excerpt(year), "positive")
			continue
		}
		value, ok := a.value(b)
		if !ok {
			value = ""
		}
		one := Baseline{year, value}
		if len(found) > 0 && one != found[0] {
			a.wrong(b, CodeContradiction, found[0].Year, year)
			return Baseline{}
		}
		found = append(found, one)
	}
	if len(found) == 0 {
		return Baseline{}
	}
	return found[0]
}

// dimensional says, with a finding, whether a value is one of a dimension only.
func (a *act) dimensional(n *node) bool {
	var dimensions []string
	for _, d := range n.all("dimension") {
		dimensions = append(dimensions, d.attr("name"))
	}
	if len(dimensions) == 0 {
		return false
	}
	a.wrong(n, CodeDimension, excerpt(strings.Join(dimensions, ", ")))
	return true
}

// value reads the decimal of a target, an actual or a baseline.
func (a *act) value(n *node) (string, bool) {
	text := n.attr("value")
	if text == "" {
		a.warn(n, CodeNoValue)
		return "", false
	}
	value, ok := decimal(text)
	if !ok {
		a.wrong(n, CodeValue, excerpt(text))
	}
	return value, ok
}

// periods gathers the values of one kind by their periods.
type periods struct {
	spans []Period
	at    map[Period][]candidate
}

type candidate struct {
	n       *node
	value   string
	located bool // it is of one or some of the places
}

func (p *periods) add(a *act, span Period, values []*node) {
	for _, n := range values {
		if a.dimensional(n) {
			continue
		}
		value, ok := a.value(n)
		if !ok {
			continue
		}
		if p.at == nil {
			p.at = map[Period][]candidate{}
		}
		if p.at[span] == nil {
			p.spans = append(p.spans, span)
		}
		p.at[span] = append(p.at[span], candidate{n, value, n.one("location") != nil})
	}
}

// readings settles on one value for each period, or none, and sorts by period. A
// value of single places counts only where it is the only one.
func (p *periods) readings(a *act) []Reading {
	slices.SortFunc(p.spans, func(x, y Period) int {
		return slices.Compare([]string{x.From, x.To}, []string{y.From, y.To})
	})
	var readings []Reading
	for _, span := range p.spans {
		whole, parts := split(p.at[span])
		if len(whole) == 0 && len(parts) == 1 {
			whole, parts = parts, nil
		}
		for _, c := range parts {
			a.wrong(c.n, CodePlaceValue)
		}
		if len(whole) == 0 {
			continue
		}
		first := slices.MinFunc(whole, func(x, y candidate) int { return strings.Compare(x.value, y.value) })
		other := slices.IndexFunc(whole, func(c candidate) bool { return !equal(c.value, first.value) })
		if other >= 0 {
			a.wrong(whole[len(whole)-1].n, CodeContradiction, span.From, span.To)
			continue
		}
		readings = append(readings, Reading{Period: span, Value: first.value, Line: first.n.line})
	}
	return readings
}

func split(all []candidate) (whole, parts []candidate) {
	for _, c := range all {
		if c.located {
			parts = append(parts, c)
		} else {
			whole = append(whole, c)
		}
	}
	return whole, parts
}
