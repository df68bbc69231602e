package web

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"kept/paper"
)

// paint is how a class of a drawing is filled.
func paint(class string) (paper.Shape, bool) {
	part := inkAccent.Mix(45, inkTrack)
	switch class {
	case "track":
		return paper.Shape{Fill: &inkTrack}, true
	case "fill":
		return paper.Shape{Fill: &inkAccent}, true
	case "part":
		return paper.Shape{Fill: &part}, true
	case "bad":
		return paper.Shape{Fill: &inkBad}, true
	case "gap":
		return paper.Shape{Hatch: &inkHatch}, true
	case "tick":
		return paper.Shape{Fill: &ink}, true
	case "base":
		return paper.Shape{Fill: &inkSoft}, true
	case "whole":
		return paper.Shape{Fill: &inkTrack, Stroke: &inkHatch}, true
	}
	return paper.Shape{}, false
}

// measured is a number of a drawing in thousandths of its units, so that nothing is lost.
func measured(text string) paper.Unit {
	f, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "px"), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e9 {
		return 0
	}
	return paper.Unit(math.Round(f * 1000))
}

// drawing reads an SVG of the shapes that pages draw.
func (r *paperReader) drawing(n *html.Node, st paperStyle) []paper.Block {
	box := strings.FieldsFunc(attr(n, "viewbox")+attr(n, "viewBox"), func(c rune) bool { return c == ' ' || c == ',' })
	if len(box) != 4 {
		r.strange["svg"] = true
		return nil
	}
	d := &paper.Drawing{X: measured(box[0]), Y: measured(box[1]), W: measured(box[2]), H: measured(box[3]), RTL: r.rtl, Space: paper.Space{Before: 2500, After: 2500}}
	if has(n, "bar") {
		d.High, d.Stretched = 6500, true
		for class, high := range map[string]paper.Unit{"chart": 20 * paper.Mm, "spot": 9 * paper.Mm, "money": 4 * paper.Mm} {
			if has(n, class) {
				d.High = high
			}
		}
	} else {
		d.Wide = 150 * paper.Mm
		if wide := measured(attr(n, "width")); wide > 0 {
			d.Wide = min(d.Wide, wide*3/4)
		}
	}
	r.shapes(d, n, st, paper.Shape{})
	return []paper.Block{d}
}

// shapes reads the shapes in an element of a drawing.
func (r *paperReader) shapes(d *paper.Drawing, n *html.Node, st paperStyle, outer paper.Shape) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		s := outer
		known := c.Data == "g" || c.Data == "a" || c.Data == "text" || c.Data == "title" || c.Data == "desc" || c.Data == "defs" || outer.Fill != nil || outer.Stroke != nil || outer.Hatch != nil
		for _, class := range classes(c) {
			if p, ok := paint(class); ok {
				s.Fill, s.Hatch, s.Stroke, known = p.Fill, p.Hatch, p.Stroke, true
				if s.Stroke != nil {
					s.Pen = 500
				}
			}
		}
		in := func(key string) paper.Unit { return measured(attr(c, key)) }
		switch c.Data {
		case "title", "desc", "defs":
			continue
		case "g", "a":
			r.shapes(d, c, r.turn(c, st), s)
			continue
		case "rect":
			s.Path = paper.Rect(in("x"), in("y"), in("width"), in("height"))
		case "circle":
			s.Path = circle(in("cx"), in("cy"), in("r"), in("r"))
		case "line", "polyline":
			if s.Stroke == nil {
				s.Stroke, s.Pen, s.Fill = or(s.Fill, &inkSoft), 700, nil
			}
			if c.Data == "line" {
				s.Path = []paper.Step{{Op: 'M', X: [6]paper.Unit{in("x1"), in("y1")}}, {Op: 'L', X: [6]paper.Unit{in("x2"), in("y2")}}}
				known = true
				break
			}
			s.Path = points(attr(c, "points"), false)
		case "polygon":
			s.Path = points(attr(c, "points"), true)
		case "path":
			var ok bool
			if s.Path, ok = pathOf(attr(c, "d")); !ok {
				r.strange["path"] = true
				continue
			}
		case "text":
			d.Shapes = append(d.Shapes, r.label(c, st)...)
			continue
		default:
			r.strange[c.Data] = true
			continue
		}
		if !known {
			r.strange["class of a drawing: "+attr(c, "class")] = true
			s.Fill = &inkSoft
		}
		d.Shapes = append(d.Shapes, s)
	}
}

func or(a, b *paper.Color) *paper.Color {
	if a != nil {
		return a
	}
	return b
}

// label is the words of a drawing.
func (r *paperReader) label(n *html.Node, st paperStyle) []paper.Shape {
	w := &words{r: r, space: true}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.line(c, st)
	}
	var text strings.Builder
	for _, s := range w.spans {
		text.WriteString(s.Text)
	}
	size := measured(attr(n, "font-size"))
	if size == 0 {
		size = 10_000
	}
	anchor := map[string]paper.Align{"middle": paper.Center, "end": paper.End}[attr(n, "text-anchor")]
	span := st.span(text.String())
	span.Size, span.Color = size, inkSoft
	return []paper.Shape{{Words: &span, X: measured(attr(n, "x")), Y: measured(attr(n, "y")), Anchor: anchor, RTL: r.rtl}}
}

func points(text string, closed bool) (out []paper.Step) {
	all := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == '\n' })
	for i := 0; i+1 < len(all); i += 2 {
		op := byte('L')
		if i == 0 {
			op = 'M'
		}
		out = append(out, paper.Step{Op: op, X: [6]paper.Unit{measured(all[i]), measured(all[i+1])}})
	}
	if closed {
		out = append(out, paper.Step{Op: 'Z'})
	}
	return out
}

// pathOf reads the commands M L H V C Z of a path, in their absolute and relative forms.
func pathOf(text string) (out []paper.Step, ok bool) {
	var x, y, fromX, fromY paper.Unit
	for len(text) > 0 {
		op := text[0]
		end := 1
		for end < len(text) && !strings.ContainsRune("MmLlHhVvCcZzQqAaSsTt", rune(text[end])) {
			end++
		}
		numbers, fine := numbersOf(text[1:end])
		text = text[end:]
		count := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'C': 6, 'Z': 0}
		upper := op &^ 0x20
		n, knows := count[upper]
		switch {
		case op == ' ' || op == '\n':
			continue
		case !knows || !fine || n == 0 && len(numbers) > 0 || n > 0 && (len(numbers) == 0 || len(numbers)%n != 0):
			return nil, false
		case upper == 'Z':
			out = append(out, paper.Step{Op: 'Z'})
			x, y = fromX, fromY
			continue
		}
		for i := 0; i < len(numbers); i += n {
			var step paper.Step
			bx, by := paper.Unit(0), paper.Unit(0)
			if op != upper {
				bx, by = x, y
			}
			a := numbers[i : i+n]
			switch upper {
			case 'M', 'L':
				step = paper.Step{Op: 'L', X: [6]paper.Unit{bx + a[0], by + a[1]}}
			case 'H':
				step = paper.Step{Op: 'L', X: [6]paper.Unit{bx + a[0], y}}
			case 'V':
				step = paper.Step{Op: 'L', X: [6]paper.Unit{x, by + a[0]}}
			case 'C':
				step = paper.Step{Op: 'C', X: [6]paper.Unit{bx + a[0], by + a[1], bx + a[2], by + a[3], bx + a[4], by + a[5]}}
			}
			last := 0
			if upper == 'C' {
				last = 4
			}
			x, y = step.X[last], step.X[last+1]
			if upper == 'M' && i == 0 {
				step.Op, fromX, fromY = 'M', x, y
			}
			out = append(out, step)
		}
	}
	return out, true
}

// numbersOf reads numbers that may stand without anything between them but a sign.
func numbersOf(text string) (out []paper.Unit, ok bool) {
	one := ""
	flush := func() bool {
		if one == "" {
			return true
		}
		if _, err := strconv.ParseFloat(one, 64); err != nil {
			return false
		}
		out, one = append(out, measured(one)), ""
		return true
	}
	for _, c := range text {
		switch {
		case c == ' ' || c == ',' || c == '\n':
			if !flush() {
				return nil, false
			}
		case c == '-':
			if !flush() {
				return nil, false
			}
			one = "-"
		default:
			one += string(c)
		}
	}
	return out, flush()
}
