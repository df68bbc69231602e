package paper

// lay sets a table: a piece a row, unless a row is longer than a page.
func (g *Grid) lay(s *setter, width Unit) []piece {
	widths := g.widths(s, width)
	var head []piece
	for i := range g.Head {
		head = append(head, g.row(s, &g.Head[i], widths, width, true)...)
	}
	var out []piece
	for i := range g.Rows {
		out = append(out, g.row(s, &g.Rows[i], widths, width, false)...)
	}
	if len(out) == 0 {
		return nil
	}
	if len(head) > 0 {
		whole := piece{high: height(head), keep: true, paint: stacked(head)}
		for i := 1; i < len(out); i++ {
			out[i].head = &whole
		}
		out = append([]piece{whole}, out...)
	}
	return out
}

// row sets the cells of a row.
func (g *Grid) row(s *setter, r *Row, widths []Unit, width Unit, head bool) []piece {
	type cell struct {
		*Cell
		x, w   Unit
		pieces []piece
		high   Unit
	}
	var cells []cell
	var high Unit
	x, at := Unit(0), 0
	for i := range r.Cells {
		c := cell{Cell: &r.Cells[i], x: x}
		for n := range max(1, c.Span) {
			if at+n < len(widths) {
				c.w += widths[at+n]
				if n > 0 {
					c.w += g.Gutter
				}
			}
		}
		at += max(1, c.Span)
		x += c.w + g.Gutter
		inner := c.w
		if c.Ground != nil {
			inner -= 2 * g.Pad
		}
		c.pieces = s.flow(c.Blocks, inner)
		c.high = height(c.pieces)
		high = max(high, c.high)
		if g.RTL {
			c.x = width - c.x - c.w
		}
		cells = append(cells, c)
	}
	if g.Lined || high > s.body-20*Mm {
		lanes := make([]lane, len(cells))
		for i, c := range cells {
			lanes[i] = lane{c.x, c.pieces}
		}
		return zip(lanes)
	}
	total := high + 2*g.Pad + g.Spaced
	return []piece{{high: total, keep: head || r.Keep, paint: func(c *canvas, x, y, all Unit) {
		high := high + all - total
		if r.Above != nil {
			c.fill(*r.Above, x, y-500, width, 600)
		}
		for i, one := range cells {
			cx := x + one.x
			if one.Ground != nil {
				c.fill(*one.Ground, cx, y, one.w, all-g.Spaced)
				cx += g.Pad
			}
			cy := y + g.Pad
			switch {
			case one.Middle:
				cy += (high - one.high) / 2
			case one.Low:
				cy += high - one.high
			}
			stacked(one.pieces)(c, cx, cy, one.high)
			if g.Between != nil && i > 0 {
				lx := x + one.x - g.Gutter/2
				if g.RTL {
					lx = x + one.x + one.w + g.Gutter/2
				}
				c.fill(*g.Between, lx-250, y, 500, all)
			}
		}
		if g.Rule != nil {
			c.fill(*g.Rule, x, y+all-400, width, 400)
		}
	}}}
}

// lane is pieces that stand beside others.
type lane struct {
	x      Unit
	pieces []piece
}

// zip sets lanes side by side, the first piece beside the first.
func zip(lanes []lane) []piece {
	most := 0
	for _, l := range lanes {
		most = max(most, len(l.pieces))
	}
	out := make([]piece, most)
	for i := range out {
		var row, heads []lane
		gap := true
		for _, l := range lanes {
			if i >= len(l.pieces) {
				continue
			}
			p := l.pieces[i]
			out[i].high, out[i].keep, gap = max(out[i].high, p.high), out[i].keep || p.keep, gap && p.gap
			row = append(row, lane{l.x, []piece{p}})
			if p.head != nil {
				heads = append(heads, lane{l.x, []piece{*p.head}})
			}
		}
		if len(heads) > 0 {
			out[i].head = &zip(heads)[0]
		}
		out[i].gap = gap
		out[i].paint = func(c *canvas, x, y, high Unit) {
			for _, l := range row {
				if p := l.pieces[0]; p.paint != nil {
					p.paint(c, x+l.x, y, high)
				}
			}
		}
	}
	return out
}

// widths gives each column its width: what it needs, and where all need more than there is, at least its longest word.
func (g *Grid) widths(s *setter, width Unit) []Unit {
	n := len(g.Columns)
	out, least, most := make([]Unit, n), make([]Unit, n), make([]Unit, n)
	left, shares := width-g.Gutter*Unit(n-1), 0
	measured := false
	for i, c := range g.Columns {
		out[i] = c.Fixed
		left -= c.Fixed
		shares += c.Share
		measured = measured || c.Fixed == 0 && c.Share == 0
	}
	if !measured {
		for i, c := range g.Columns {
			if c.Share > 0 {
				out[i] = left * Unit(c.Share) / Unit(shares)
			}
		}
		return out
	}
	for _, rows := range [][]Row{g.Head, g.Rows} {
		for _, r := range rows {
			at := 0
			for _, c := range r.Cells {
				if c.Span <= 1 && at < n && g.Columns[at].Fixed == 0 {
					extra := Unit(0)
					if c.Ground != nil {
						extra = 2 * g.Pad
					}
					for _, b := range c.Blocks {
						if t, ok := b.(*Text); ok {
							lo, hi := s.measure(t)
							least[at], most[at] = max(least[at], lo+extra), max(most[at], hi+extra)
						}
					}
				}
				at += max(1, c.Span)
			}
		}
	}
	var lo, hi Unit
	for i := range out {
		lo, hi = lo+least[i], hi+most[i]
	}
	for i := range out {
		switch {
		case g.Columns[i].Fixed > 0:
		case hi <= left: // what is left over goes to the first, or by shares
			out[i] = most[i]
		case lo <= left:
			out[i] = least[i] + (left-lo)*(most[i]-least[i])/max(1, hi-lo)
		default:
			out[i] = least[i] * left / max(1, lo)
		}
	}
	if hi < left {
		over := left - hi
		if shares == 0 {
			for i := range out {
				if g.Columns[i].Fixed == 0 {
					out[i] += over
					break
				}
			}
		}
		for i, c := range g.Columns {
			if shares > 0 {
				out[i] += over * Unit(c.Share) / Unit(shares)
			}
		}
	}
	return out
}

// measure is the width of the longest piece of a text that no line may end in, and that of its longest line.
func (s *setter) measure(t *Text) (least, most Unit) {
	p := s.shaped(t)
	from, whole, start := 0, Unit(0), 0
	for i, at := range p.breaks {
		l := p.trimmed(from, at)
		least = max(least, l.width)
		from = at
		if p.forced[i] || i == len(p.breaks)-1 {
			whole = max(whole, p.trimmed(start, at).width)
			start = at
		}
	}
	return least + 10, whole + 10
}

// shaped is a text with its glyphs, made once.
func (s *setter) shaped(t *Text) *shaped {
	if t.done == nil {
		t.done = s.shape(t)
	}
	return t.done
}
