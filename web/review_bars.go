package web

import (
	"html/template"

	"kept/promise"
	"kept/review"
)

// barPart is a part of a bar: its class, and what it is as long as.
type barPart struct {
	class string
	n     review.Figure
}

// parts draws figures as parts of a whole. What is left over stays empty. It is a picture without words; the table beside it has the
// numbers.
func (p ReviewPage) parts(all int64, parts ...barPart) template.HTML {
	if all == 0 {
		return ""
	}
	x, drawn := 0.0, ""
	for _, part := range parts {
		if width := float64(part.n.Int()) / float64(all) * 100; width > 0 {
			drawn += p.rect(part.class, x, width)
			x += width
		}
	}
	return barSVG(drawn)
}

// StandBar draws how the promises of a task stand on the team's side.
func (p ReviewPage) StandBar(l review.Line) template.HTML {
	s := l.Standings
	return p.parts(l.Promises.Int(), barPart{"fill", s[string(promise.ReportedDone)]}, barPart{"part", s[string(promise.UnderWay)]},
		barPart{"bad", s[string(promise.Overdue)]}, barPart{"gap", s[string(promise.Withdrawn)]})
}

// SaysBar draws what the villages say of the promises of a task; those about which nobody was asked are hatched.
func (p ReviewPage) SaysBar(l review.Line) template.HTML {
	s := l.Says
	return p.parts(l.Promises.Int(), barPart{"fill", s[string(promise.Kept)]}, barPart{"part", s[string(promise.PartlyKept)]},
		barPart{"bad", s[string(promise.NotKept)]}, barPart{"gap", s[string(promise.NotAsked)]})
}

// SpotBar draws how the promises of a place stand.
func (p ReviewPage) SpotBar(s *review.Spot) template.HTML {
	return p.parts(s.Promises.Int(), barPart{"fill", s.Done}, barPart{"bad", s.Overdue})
}

// DueBar draws the due days of a period: held, not held, not reported.
func (p ReviewPage) DueBar(d review.Figures) template.HTML {
	return p.parts(d["all"].Int(), barPart{"fill", d["held"]}, barPart{"bad", d["not-held"]}, barPart{"gap", d["not-reported"]})
}

// MoneyBar draws how much of the promised money was paid.
func (p ReviewPage) MoneyBar(promised, paid review.Figure) template.HTML {
	percent, ok := promise.Share("0", paid.Value, promised.Value)
	if promised.Int() == 0 {
		return ""
	}
	return p.bar(min(percent, 100), ok, -1)
}

// MeasureBar draws a measure of a promise that matters, and hatching where nothing was reported.
func (p ReviewPage) MeasureBar(m *review.Measure) template.HTML {
	base := m.Baseline.Value
	if base == "" {
		base = "0"
	}
	percent, ok := promise.Share(base, m.Reading.Value, m.Target.Value)
	if m.Target.Value == "" {
		return ""
	}
	return p.bar(percent, ok, -1)
}

// ReachBar draws how many of the villages of a promise say what.
func (p ReviewPage) ReachBar(x review.Promise) template.HTML {
	classes := map[string]string{string(promise.Kept): "fill", string(promise.PartlyKept): "part", string(promise.NotKept): "bad"}
	var parts []barPart
	for _, verdict := range []promise.Verdict{promise.Kept, promise.PartlyKept, promise.NotKept} {
		for _, v := range x.Villages {
			if v.Says == string(verdict) {
				parts = append(parts, barPart{classes[v.Says], v.Figure})
			}
		}
	}
	asked := false
	for _, v := range x.Villages {
		if v.Says == string(promise.NotAsked) {
			parts = append(parts, barPart{"gap", v.Figure})
		} else {
			asked = true
		}
	}
	if !asked {
		return ""
	}
	return p.parts(x.Reach.Int(), parts...)
}

// ReviewLinePart, and those after it, are parts of a review with their page, since a part speaks the page's language.
type ReviewLinePart struct {
	ReviewPage
	Line review.Line
}

// OfLine gives a part the line of a task.
func (p ReviewPage) OfLine(l review.Line) ReviewLinePart { return ReviewLinePart{p, l} }

// ReviewSpotPart is a cell of the grid.
type ReviewSpotPart struct {
	ReviewPage
	Spot *review.Spot
}

// OfSpot gives a part a cell of the grid.
func (p ReviewPage) OfSpot(s *review.Spot) ReviewSpotPart { return ReviewSpotPart{p, s} }

// ReviewMoneyPart is money of a task.
type ReviewMoneyPart struct {
	ReviewPage
	Money review.Money
}

// OfMoney gives a part the money of a task.
func (p ReviewPage) OfMoney(m review.Money) ReviewMoneyPart { return ReviewMoneyPart{p, m} }

// ReviewPromisePart is a promise that matters.
type ReviewPromisePart struct {
	ReviewPage
	Promise review.Promise
}

// OfPromise gives a part a promise that matters.
func (p ReviewPage) OfPromise(x review.Promise) ReviewPromisePart { return ReviewPromisePart{p, x} }
