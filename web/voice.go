package web

import (
	"html/template"

	"kept/figures"
	"kept/locale"
	"kept/schedule"
)

// collectHeard adds the places and offices of the village's side.
func (n *Names) collectHeard(h *figures.Heard) {
	if h == nil {
		return
	}
	for _, r := range h.Rounds {
		n.Organisations[r.Office], n.Organisations[r.Reviewer] = locale.Wording{}, locale.Wording{}
		for _, in := range r.In {
			n.Places[in.PlaceRow.Place] = locale.Wording{}
		}
	}
	for _, o := range h.Owed {
		n.Organisations[o.Office] = locale.Wording{}
		n.Places[o.Place] = locale.Wording{}
	}
}

// PlaceName shows a place that a round asked.
func (p Promise) PlaceName(code string) template.HTML { return p.Words(p.Names.Places[code]) }

// LastDay is the last day on which people can answer in a round: the one before its closing day.
func (p Page) LastDay(closes string) string { return schedule.AddDays(closes, -1) }

// HeardBar draws the published counts of one place, as wide as they are together. The table beside it says the same.
func (p Page) HeardBar(counts []figures.Heap) template.HTML {
	total, x, parts := 0.0, 0.0, ""
	for _, h := range counts {
		total += float64(h.Int())
	}
	for i, class := range []string{"fill", "part", "bad", "gap"} {
		if width := float64(counts[i].Int()) / total * 100; width > 0 {
			parts += p.rect(class, x, width)
			x += width
		}
	}
	return barSVG(parts)
}
