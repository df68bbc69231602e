package paper

import (
	"bytes"
	"fmt"
	"strings"
)

// canvas is a page that is being drawn. It measures from its upper left corner, PDF from the lower one.
type canvas struct {
	s     *setter
	high  Unit
	b     bytes.Buffer
	ink   [2]Color
	inked [2]bool
	open  *frameBox
	links []linkArea
	marks []mark
	page  int
}

type linkArea struct {
	to         string
	x, y, w, h Unit
}

// mark is a bookmark.
type mark struct {
	title string
	level int
	page  int
	y     Unit
}

func (c *canvas) op(format string, args ...any) { fmt.Fprintf(&c.b, format, args...) }

// dec writes a measure in points.
func dec(u Unit) string {
	sign := ""
	if u < 0 {
		sign, u = "-", -u
	}
	if u%1000 == 0 {
		return fmt.Sprintf("%s%d", sign, u/1000)
	}
	return strings.TrimRight(fmt.Sprintf("%s%d.%03d", sign, u/1000, u%1000), "0")
}

// color chooses the ink for areas and words, or for lines.
func (c *canvas) color(k Color, lines bool) {
	i, op := 0, "rg"
	if lines {
		i, op = 1, "RG"
	}
	if c.inked[i] && c.ink[i] == k {
		return
	}
	c.ink[i], c.inked[i] = k, true
	part := func(v uint8) string { return dec((Unit(v)*1000 + 127) / 255) }
	c.op("%s %s %s %s\n", part(k.R), part(k.G), part(k.B), op)
}

func (c *canvas) fill(k Color, x, y, w, h Unit) {
	c.color(k, false)
	c.op("%s %s %s %s re f\n", dec(x), dec(c.high-y-h), dec(w), dec(h))
}

func (c *canvas) stroke(k Color, x, y, w, h, pen Unit) {
	c.color(k, true)
	c.op("%s w %s %s %s %s re S\n", dec(pen), dec(x), dec(c.high-y-h), dec(w), dec(h))
}

func (c *canvas) link(to string, x, y, w, h Unit) {
	if n := len(c.links); n > 0 {
		if l := &c.links[n-1]; l.to == to && l.y == y && l.h == h && (l.x+l.w == x || x+w == l.x) {
			l.w += w
			l.x = min(l.x, x)
			return
		}
	}
	c.links = append(c.links, linkArea{to, x, y, w, h})
}

func (c *canvas) bookmark(title string, level int, y Unit) {
	c.marks = append(c.marks, mark{title, level, c.page, y})
}

func (c *canvas) picture(p *Picture, x, y, w, h Unit) {
	c.op("q %s 0 0 %s %s %s cm /P%d Do Q\n", dec(w), dec(h), dec(x), dec(c.high-y-h), c.s.place(p))
}

func (d *Drawing) lay(s *setter, width Unit) []piece {
	if d.W == 0 || d.H == 0 {
		return nil
	}
	w, h := width, d.High
	if d.Wide > 0 {
		w = min(w, d.Wide)
	}
	if h == 0 {
		h = w * d.H / d.W
	}
	return []piece{{high: h, paint: func(c *canvas, x, y, _ Unit) {
		if d.RTL {
			x += width - w
		}
		d.draw(c, x, y, w, h)
	}}}
}

// draw draws the shapes in a box on the page.
func (d *Drawing) draw(c *canvas, x, y, w, h Unit) {
	sx, sy := w, h // over d.W and d.H
	mw, mh := d.W, d.H
	if !d.Stretched && w*d.H != h*d.W { // the largest that fits, in the middle
		if w*d.H < h*d.W {
			y += (h - w*d.H/d.W) / 2
			sy, mh = w, d.W
		} else {
			x += (w - h*d.W/d.H) / 2
			sx, mw = h, d.H
		}
	}
	px := func(v Unit) Unit { return x + (v-d.X)*sx/mw }
	py := func(v Unit) Unit { return c.high - (y + (v-d.Y)*sy/mh) }
	for i := range d.Shapes {
		s := &d.Shapes[i]
		if s.Words != nil {
			span := *s.Words
			span.Size = span.Size * sy / mh
			t := &Text{Spans: []Span{span}, RTL: s.RTL}
			p := c.s.shape(t)
			l := p.trimmed(0, len(p.runes))
			at := px(s.X)
			switch {
			case s.Anchor == Center:
				at -= l.width / 2
			case (s.Anchor == End) != s.RTL:
				at -= l.width
			}
			c.line(p, l, at, c.high-py(s.Y))
			continue
		}
		path := func() {
			for _, step := range s.Path {
				switch step.Op {
				case 'M', 'L':
					c.op("%s %s %s ", dec(px(step.X[0])), dec(py(step.X[1])), map[byte]string{'M': "m", 'L': "l"}[step.Op])
				case 'C':
					c.op("%s %s %s %s %s %s c ", dec(px(step.X[0])), dec(py(step.X[1])), dec(px(step.X[2])), dec(py(step.X[3])), dec(px(step.X[4])), dec(py(step.X[5])))
				case 'Z':
					c.op("h ")
				}
			}
		}
		if s.Fill != nil {
			c.color(*s.Fill, false)
			path()
			c.op("f\n")
		}
		if s.Hatch != nil {
			c.op("q ")
			path()
			c.op("W n\n")
			c.hatch(*s.Hatch, x, y, w, h)
			c.op("Q\n")
			c.inked = [2]bool{}
		}
		if s.Stroke != nil {
			c.color(*s.Stroke, true)
			c.op("%s w ", dec(s.Pen))
			if s.Dash > 0 {
				c.op("[%s] 0 d ", dec(s.Dash))
			}
			path()
			c.op("S\n")
			if s.Dash > 0 {
				c.op("[] 0 d\n")
			}
		}
	}
}

// hatch draws slanted lines over an area.
func (c *canvas) hatch(k Color, x, y, w, h Unit) {
	c.inked = [2]bool{}
	c.color(k, true)
	c.op("0.5 w\n")
	low, high := dec(c.high-y-h), dec(c.high-y)
	for at := x - h; at < x+w; at += 2500 {
		c.op("%s %s m %s %s l ", dec(at), low, dec(at+h), high)
	}
	c.op("S\n")
}
