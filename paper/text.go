package paper

import "unicode"

// lay sets the lines of a paragraph, each a piece. Two lines stay together at its head and at its end.
func (t *Text) lay(s *setter, width Unit) []piece {
	p := s.shaped(t)
	if len(p.runes) == 0 {
		return nil
	}
	leading := Unit(t.Leading)
	if leading == 0 {
		leading = 140
		if t.RTL {
			leading = 165
		}
	}
	lines := p.lines(width)
	out := make([]piece, 0, len(lines))
	for i, l := range lines {
		keep := t.Heading > 0 || t.Stay || len(lines) <= 3 && i < len(lines)-1 || i == 0 && len(lines) > 1 || i == len(lines)-2
		size := Unit(0) // of the largest words of the line
		for at := l.from; at < max(l.to, l.from+1) && at < len(p.spans); at++ {
			size = max(size, p.spans[at].Size)
		}
		strut := size * leading / 100
		one := piece{high: strut, keep: keep}
		one.paint = func(c *canvas, x, y, _ Unit) {
			if t.Rule != nil && i == 0 {
				c.fill(*t.Rule, x, y-1500, width, 1200)
			}
			if t.Heading > 0 && i == 0 {
				c.bookmark(t.plain(), t.Heading, y)
			}
			c.line(p, l, t.at(x, width, l.width), y+strut/2+size*35/100)
		}
		out = append(out, one)
	}
	return out
}

// at is where a line begins on the left.
func (t *Text) at(x, width, line Unit) Unit {
	switch {
	case t.Align == Center:
		return x + (width-line)/2
	case (t.Align == End) != t.RTL:
		return x + width - line
	}
	return x
}

// plain is the words of a paragraph.
func (t *Text) plain() string {
	var out []rune
	for _, s := range t.Spans {
		for _, r := range s.Text {
			if !invisible(r) {
				out = append(out, r)
			}
		}
	}
	return string(out)
}

// line draws a line from its left end on, standing on a height.
func (c *canvas) line(p *shaped, l line, x, base Unit) {
	for _, it := range p.visual(l) {
		if it.span.Icon != nil && p.runes[it.from] == picture {
			icon := it.span.Icon
			icon.Drawing.draw(c, x, base-icon.Height, icon.Width, icon.Height)
			x += icon.Width
			continue
		}
		w := Unit(0)
		for _, g := range it.glyphs {
			w += Unit(g.advance) * it.size / em
		}
		c.glyphs(p, &it, x, base)
		if it.span.Link != "" {
			c.link(it.span.Link, x, base-it.span.Size, w, it.span.Size*13/10)
		}
		if it.span.Frame != 0 {
			c.framed(it.span, x, base, w)
		}
		x += w
	}
	c.frame()
}

// framed notes that words have a frame; those of one frame are beside each other on a line.
func (c *canvas) framed(span *Span, x, base, w Unit) {
	if f := c.open; f != nil && f.number == span.Frame && f.x+f.w >= x-span.Size && f.base == base {
		f.w = x + w - f.x
		return
	}
	c.frame()
	c.open = &frameBox{span.Frame, x, base, w, span.Size, span.Color}
}

// frameBox is a frame that is being drawn.
type frameBox struct {
	number     int
	x, base, w Unit
	size       Unit
	color      Color
}

// frame draws the frame that is open.
func (c *canvas) frame() {
	f := c.open
	if f == nil {
		return
	}
	c.open = nil
	c.stroke(f.color.Mix(35, Color{255, 255, 255}), f.x-f.size*3/10, f.base-f.size*11/10, f.w+f.size*6/10, f.size*15/10, 500)
}

// glyphs draws an item in its font.
func (c *canvas) glyphs(p *shaped, it *item, x, base Unit) {
	if len(it.glyphs) == 0 || it.face == nil {
		return
	}
	f := c.s.subset(it.face)
	c.color(it.span.Color, false)
	c.op("BT /F%d %s Tf %s %s Td [<", f.number, dec(it.size), dec(x), dec(c.high-base))
	rise := 0
	for i, g := range it.glyphs {
		cid, own := f.glyph(c.s, g.gid, textOf(p, it, i))
		if g.dy != rise {
			rise = g.dy
			c.op(">] TJ %s Ts [<", dec(Unit(rise)*it.size/em))
		}
		if g.dx != 0 {
			c.op("> %d <", -g.dx)
		}
		c.op("%04X", cid)
		if after := own - g.advance + g.dx; after != 0 {
			c.op("> %d <", after)
		}
	}
	c.op(">] TJ")
	if rise != 0 {
		c.op(" 0 Ts")
	}
	c.op(" ET\n")
}

// textOf is the words that a glyph stands for: all of its cluster for the first of several, or one each if there are as many.
func textOf(p *shaped, it *item, i int) string {
	g := it.glyphs[i]
	first, count := i, 0
	for first > 0 && it.glyphs[first-1].from == g.from {
		first--
	}
	for first+count < len(it.glyphs) && it.glyphs[first+count].from == g.from {
		count++
	}
	runes := p.runes[g.from:min(g.to, len(p.runes))]
	n := i - first
	rtl := it.level&1 == 1
	var out []rune
	switch {
	case count == 1:
		out = runes
	case count == len(runes):
		if rtl {
			n = count - 1 - n
		}
		out = runes[n : n+1]
	default: // the first in the order of reading has it all
		if rtl {
			n = count - 1 - n
		}
		if n == 0 {
			out = runes
		}
	}
	var b []rune
	for _, r := range out {
		if !invisible(r) && !unicode.Is(unicode.Cf, r) {
			b = append(b, r)
		}
	}
	return string(b)
}
