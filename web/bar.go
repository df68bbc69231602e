package web

import (
	"fmt"
	"html"
	"html/template"

	"kept/figures"
	"kept/promise"
)

// Bar draws a measure: from baseline to target with what was reported, and hatching where nothing was. It is a picture
// without words; the words stand beside it.
func (p Page) Bar(m *figures.MeasureNumbers) template.HTML {
	if m == nil || m.Target.Value == "" {
		return ""
	}
	percent, ok := m.Percent()
	first := -1
	if m.FirstTarget.Value != "" && m.FirstTarget.Value != m.Target.Value {
		base := m.Baseline.Value
		if base == "" {
			base = "0"
		}
		// The way is drawn to the first target, and the present one stands on it.
		if at, ok := promise.Share(base, m.Target.Value, m.FirstTarget.Value); ok && at < 100 {
			first = at
			if now, known := promise.Share(base, m.Read.Value, m.FirstTarget.Value); known {
				percent = now
			}
		}
	}
	return p.bar(percent, ok, first)
}

// PeriodBar draws what was reported for one period against its target.
func (p Page) PeriodBar(m figures.Measured, t figures.Period) template.HTML {
	if t.Removed {
		return ""
	}
	base := m.MeasureNumbers.Baseline.Value
	if base == "" {
		base = "0"
	}
	percent, ok := promise.Share(base, t.Read.Value, t.Value.Value)
	if !ok && t.Read.Value != "" && promise.Compare(t.Read.Value, t.Value.Value) == 0 {
		percent, ok = 100, true
	}
	return p.bar(percent, ok, -1)
}

// HeldBar draws a schedule: held, not held, not reported, to come.
func (p Page) HeldBar(h *figures.Held) template.HTML {
	total := float64(h.Total.Int())
	if total == 0 {
		return ""
	}
	x := 0.0
	var parts string
	for _, part := range []struct {
		class string
		n     figures.Number
	}{{"fill", h.Held}, {"bad", h.NotHeld}, {"gap", h.Missing}} {
		width := float64(part.n.Int()) / total * 100
		parts += p.rect(part.class, x, width)
		x += width
	}
	return barSVG(parts)
}

// bar draws with integers out of a hundred; mark is where the present target stands, or -1.
func (p Page) bar(percent int, known bool, mark int) template.HTML {
	parts := ""
	if known {
		parts += p.rect("fill", 0, float64(percent))
	} else {
		parts += p.rect("gap", 0, 100)
	}
	if mark >= 0 {
		parts += p.rect("tick", float64(mark)-0.4, 0.8)
	}
	return barSVG(parts + p.rect("tick", 99.2, 0.8))
}

// rect is a part of a bar; in a language that runs from right to left the bar does too, which SVG does not do by itself.
func (p Page) rect(class string, x, width float64) string {
	if p.Dir == "rtl" {
		x = 100 - x - width
	}
	fill := ""
	if class == "gap" {
		fill = ` fill="url(#gap)"`
	}
	return fmt.Sprintf(`<rect class="%s" x="%.2f" y="0" width="%.2f" height="10"%s/>`, html.EscapeString(class), x, width, fill)
}

func barSVG(parts string) template.HTML {
	return template.HTML(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">` +
		`<rect class="track" x="0" y="0" width="100" height="10"/>` + parts + `</svg>`)
}
