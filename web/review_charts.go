package web

import (
	"fmt"
	"html/template"

	"kept/locale"
	"kept/promise"
	"kept/review"
)

// Charts are drawn on the server from the frozen figures, without words; the table beside each has every number that is drawn. They run
// from right to left where the language does.

// canvas is a drawing of so many units across.
type canvas struct {
	width float64
	rtl   bool
	drawn string
}

func (c *canvas) box(class string, x, y, width, height float64) {
	if width <= 0 || height <= 0 {
		return
	}
	if c.rtl {
		x = c.width - x - width
	}
	fill := ""
	if class == "gap" {
		fill = ` fill="url(#gap)"`
	}
	c.drawn += fmt.Sprintf(`<rect class="%s" x="%.2f" y="%.2f" width="%.2f" height="%.2f"%s/>`, class, x, y, width, height, fill)
}

// svg is the drawing, stretched to the width there is.
func (c *canvas) svg(class string, height float64) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="bar %s" viewBox="0 0 %.0f %.0f" preserveAspectRatio="none" aria-hidden="true" focusable="false">%s</svg>`, class, c.width, height, c.drawn))
}

func (p ReviewPage) canvas(width float64) *canvas { return &canvas{width: width, rtl: p.Dir == "rtl"} }

// OverTime says whether a measure has more than one target, so that it can be drawn over time.
func (p ReviewPage) OverTime(m *review.Measure) bool { return len(m.Periods) > 1 }

// TimeChart draws a measure over time: a column for what was reported in each period, a mark at its target, a line at the baseline, and
// hatching where a period is over and nothing was reported.
func (p ReviewPage) TimeChart(m *review.Measure) template.HTML {
	low, high := "0", "0"
	widen := func(value string) {
		if value != "" && promise.Compare(value, low) < 0 {
			low = value
		}
		if value != "" && promise.Compare(value, high) > 0 {
			high = value
		}
	}
	widen(m.Baseline.Value)
	for _, r := range m.Periods {
		widen(r.Target.Value)
		widen(r.Reading.Value)
	}
	const slot, tall = 40, 100
	at := func(value string) (float64, bool) {
		percent, ok := promise.Share(low, value, high)
		return tall - float64(percent), ok
	}
	c := p.canvas(float64(slot * len(m.Periods)))
	c.box("track", 0, 0, c.width, tall)
	for i, r := range m.Periods {
		x := float64(i * slot)
		y, read := at(r.Reading.Value)
		switch {
		case read:
			c.box("fill", x+8, min(y, tall-1), slot-16, max(tall-y, 1))
		case r.To < p.Doc.Day:
			c.box("gap", x+4, 0, slot-8, tall)
		}
		if y, ok := at(r.Target.Value); ok {
			c.box("tick", x+3, min(y, tall-2), slot-6, 2)
		}
	}
	if y, ok := at(m.Baseline.Value); ok {
		for x := 0.0; x < c.width; x += 8 {
			c.box("base", x, min(y, tall-1), 4, 1)
		}
	}
	return c.svg("chart", tall)
}

// Ended says of a period whether it is over, so that a missing reading is one.
func (p ReviewPage) Ended(r review.Reported) bool { return r.To < p.Doc.Day }

// Townships are the places by which the review shows small drawings of the same scale: those above the villages of its grid, or
// those of the grid.
func (p ReviewPage) Townships() []review.Spot {
	if w := p.Doc.Grid.Wider; w != nil {
		return w.Spots
	}
	var out []review.Spot
	for _, s := range p.Doc.Grid.Spots {
		if s.Task == "" && p.Doc.Grid.Level == "township" {
			out = append(out, s)
		}
	}
	return out
}

// SpotLevel is the level of those places.
func (p ReviewPage) SpotLevel() string {
	if w := p.Doc.Grid.Wider; w != nil {
		return w.Level
	}
	return p.Doc.Grid.Level
}

// SpotChart draws a place in three bars, of the scale of all of them: what was promised; what the team says; what the villages say.
func (p ReviewPage) SpotChart(s review.Spot) template.HTML {
	most := int64(1)
	for _, x := range p.Townships() {
		most = max(most, x.Promises.Int())
	}
	c := p.canvas(100)
	wide := func(f review.Figure) float64 { return float64(f.Int()) / float64(most) * 100 }
	c.box("whole", 0, 0, wide(s.Promises), 8)
	row := func(y float64, parts ...barPart) {
		c.box("track", 0, y, wide(s.Promises), 8)
		x := 0.0
		for _, part := range parts {
			c.box(part.class, x, y, wide(part.n), 8)
			x += wide(part.n)
		}
	}
	row(11, barPart{"fill", s.Done}, barPart{"bad", s.Overdue})
	row(22, barPart{"fill", s.Kept}, barPart{"part", s.PartlyKept}, barPart{"bad", s.NotKept}, barPart{"gap", s.NotAsked})
	return c.svg("spot", 30)
}

// CurrencyPart is the money of all tasks in one currency.
type CurrencyPart struct {
	ReviewPage
	Currency string
	Tasks    []TaskMoney
	All      review.Money
}

// TaskMoney is the money of a task.
type TaskMoney struct {
	Name  locale.Wording
	Money review.Money
}

// Currencies are the parts of the review on money, a currency each: they are never added, and none is drawn on another's scale.
func (p ReviewPage) Currencies() (out []CurrencyPart) {
	for _, all := range p.Doc.All.Money {
		part := CurrencyPart{ReviewPage: p, Currency: all.Currency, All: all}
		for i := range p.Doc.Tasks {
			for _, m := range p.Doc.Tasks[i].Money {
				if m.Currency == all.Currency {
					part.Tasks = append(part.Tasks, TaskMoney{p.Doc.Tasks[i].Name, m})
				}
			}
		}
		out = append(out, part)
	}
	return out
}

// MoneyChart draws what was promised to a task above what was paid, on the scale of the largest of the currency.
func (p CurrencyPart) MoneyChart(m review.Money) template.HTML {
	most := int64(0)
	for _, t := range p.Tasks {
		most = max(most, t.Money.First.Int(), t.Money.Promised.Int(), t.Money.Paid.Int())
	}
	if most == 0 {
		return ""
	}
	c := p.canvas(100)
	wide := func(f review.Figure) float64 { return float64(f.Int()) / float64(most) * 100 } // a length, no amount
	c.box("whole", 0, 0, wide(m.Promised), 5)
	c.box("fill", 0, 6, wide(m.Paid), 5)
	if m.First.Value != m.Promised.Value {
		c.box("tick", max(0, wide(m.First)-0.8), 0, 0.8, 5)
	}
	return c.svg("money", 11)
}
