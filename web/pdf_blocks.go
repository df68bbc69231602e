package web

import (
	"golang.org/x/net/html"

	"kept/locale"
	"kept/paper"
)

// blocks reads what stands inside an element.
func (r *paperReader) blocks(n *html.Node, st paperStyle) []paper.Block {
	var out []paper.Block
	w := &words{r: r, space: true}
	flush := func() {
		if t := r.text(w.spans, st); t != nil {
			out = append(out, t)
		}
		w = &words{r: r, space: true}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case hidden(c):
		case isRaised(c):
			flush()
			out = append(out, r.block(c, r.turn(c, st))...)
		case c.Type == html.ElementNode && c.Data == "a" && c.FirstChild != nil && c.FirstChild.Data == "img":
			flush()
			out = append(out, r.picture(c.FirstChild, r.turn(c, st))...)
		case c.Type == html.ElementNode && c.Data == "img":
			flush()
			out = append(out, r.picture(c, st)...)
		default:
			w.line(c, st)
		}
	}
	flush()
	return out
}

// text makes a paragraph of words, if there are any.
func (r *paperReader) text(spans []paper.Span, st paperStyle) *paper.Text {
	seen := false
	for _, s := range spans {
		for _, c := range s.Text {
			seen = seen || c > ' ' && c != 0xA0 && (c < 0x2060 || c > 0x2069)
		}
		seen = seen || s.Icon != nil
	}
	if !seen {
		return nil
	}
	return &paper.Text{Spans: spans, RTL: st.rtl, Align: st.align, Space: paper.Space{Before: 2500, After: 2500}}
}

// one is the paragraph of an element that has nothing but words in it.
func one(blocks []paper.Block, change func(*paper.Text)) []paper.Block {
	for _, b := range blocks {
		if t, ok := b.(*paper.Text); ok {
			change(t)
		}
	}
	return blocks
}

// block reads an element that begins a line.
func (r *paperReader) block(n *html.Node, st paperStyle) []paper.Block {
	if dir := attr(n, "dir"); dir == "rtl" || dir == "ltr" {
		st.rtl = dir == "rtl"
	} else if l, ok := locale.Find(attr(n, "lang")); ok {
		st.rtl = l.Dir == "rtl"
	}
	switch n.Data {
	case "h1", "h2", "h3", "h4", "h5":
		return r.heading(n, st)
	case "table":
		return r.table(n, st)
	case "svg":
		return r.drawing(n, st)
	case "ul", "ol":
		switch {
		case has(n, "strip"):
			return r.strip(n, st)
		case has(n, "pictures"):
			return r.gallery(n, st)
		}
		out := r.blocks(n, st)
		return one(out, func(t *paper.Text) { t.Before, t.After = 900, 900 })
	case "blockquote":
		box := &paper.Box{Space: paper.Space{Before: 5000, After: 5000}, Blocks: r.blocks(n, st), Bar: &inkRule, Thick: 1500, Pad: 7000, RTL: r.rtl}
		if has(n, "office-words") {
			box.Bar, box.Thick, box.Ground = &inkAccent, 3000, &inkSheet
		}
		return []paper.Block{box}
	case "div", "section", "article", "footer", "figure", "main", "aside":
		switch {
		case has(n, "sides"):
			return r.sides(n, st)
		case has(n, "note"), has(n, "empty"):
			return []paper.Block{&paper.Box{Space: paper.Space{Before: 5000, After: 5000}, Blocks: r.blocks(n, st), Bar: &inkAccent, Thick: 2500, Ground: &inkSheet, Pad: 7000, RTL: r.rtl}}
		}
		out := r.blocks(n, st)
		if (has(n, "matter") || has(n, "story-of")) && len(out) > 0 {
			if first, ok := out[0].(*paper.Text); ok {
				first.Rule = &inkRule
			}
			return []paper.Block{&paper.Together{Space: paper.Space{Before: 7000, After: 3000}, Blocks: out}}
		}
		return out
	}
	if has(n, "note") {
		return []paper.Block{&paper.Box{Space: paper.Space{Before: 5000, After: 5000}, Blocks: r.blocks(n, st), Bar: &inkAccent, Thick: 2500, Ground: &inkSheet, Pad: 7000, RTL: r.rtl}}
	}
	out := r.blocks(n, st)
	if has(n, "legend") || n.Data == "caption" || has(n, "hint") {
		one(out, func(t *paper.Text) { t.Stay = true })
	}
	if has(n, "marks") {
		one(out, func(t *paper.Text) { t.Leading = 190 })
	}
	return out
}

// heading reads a heading. A section begins with a line across.
func (r *paperReader) heading(n *html.Node, st paperStyle) []paper.Block {
	level := int(n.Data[1] - '0')
	out := r.blocks(n, st)
	return one(out, func(t *paper.Text) {
		t.Heading, t.Leading = level, 130
		if r.rtl {
			t.Leading = 150
		}
		switch level {
		case 1:
			t.Before, t.After = 0, 4000
		case 2:
			t.Before, t.After, t.Rule = 17000, 4000, &ink
		case 3:
			t.Before, t.After = 9000, 2500
		default:
			t.Before, t.After = 5000, 1000
		}
	})
}

// strip reads the row of large numbers.
func (r *paperReader) strip(n *html.Node, st paperStyle) []paper.Block {
	g := &paper.Grid{Space: paper.Space{Before: 8000, After: 8000}, RTL: r.rtl, Gutter: 12000, Pad: 2500, Between: &inkRule}
	row := paper.Row{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			g.Columns = append(g.Columns, paper.Column{Share: 1})
			row.Cells = append(row.Cells, paper.Cell{Blocks: r.blocks(c, st)})
		}
	}
	g.Rows = []paper.Row{row}
	return []paper.Block{g}
}

// sides reads what stands side by side.
func (r *paperReader) sides(n *html.Node, st paperStyle) []paper.Block {
	g := &paper.Grid{Space: paper.Space{Before: 1500, After: 3000}, RTL: r.rtl, Gutter: 18000}
	row := paper.Row{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			g.Columns = append(g.Columns, paper.Column{Share: 1})
			row.Cells = append(row.Cells, paper.Cell{Blocks: r.blocks(c, r.turn(c, st))})
		}
	}
	g.Rows = []paper.Row{row}
	return []paper.Block{g}
}

// gallery reads pictures, three in a row, with what they show below.
func (r *paperReader) gallery(n *html.Node, st paperStyle) []paper.Block {
	g := &paper.Grid{Space: paper.Space{Before: 4000, After: 4000}, RTL: r.rtl, Gutter: 10000, Columns: []paper.Column{{Share: 1}, {Share: 1}, {Share: 1}}}
	var row paper.Row
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if row.Cells = append(row.Cells, paper.Cell{Blocks: r.blocks(c, st)}); len(row.Cells) == len(g.Columns) {
			g.Rows, row = append(g.Rows, row), paper.Row{}
		}
	}
	if len(row.Cells) > 0 {
		g.Rows = append(g.Rows, row)
	}
	return []paper.Block{g}
}

// picture is a picture of the book with the words that say what it shows.
func (r *paperReader) picture(n *html.Node, st paperStyle) []paper.Block {
	small := st
	small.size, small.color, small.link = st.size*85/100, inkSoft, ""
	shows := r.text([]paper.Span{small.span(attr(n, "alt"))}, st)
	p := r.pictures[attr(n, "src")]
	if p == nil {
		r.strange["img"] = true
		if shows == nil {
			return nil
		}
		return []paper.Block{shows}
	}
	own := *p
	own.RTL, own.Link, own.Wide, own.High = r.rtl, st.link, 80*paper.Mm*r.scale/100, 45*paper.Mm*r.scale/100
	if shows == nil {
		return []paper.Block{&own}
	}
	return []paper.Block{&own, shows}
}

// mostEven is how many columns of the heat grid are made as wide as each other; of more the words need what they need.
const mostEven = 11

// table reads a table: the heat grid of places, or one of lines.
func (r *paperReader) table(n *html.Node, st paperStyle) []paper.Block {
	heat := has(n, "grid")
	g := &paper.Grid{Space: paper.Space{Before: 4000, After: 9000}, RTL: r.rtl, Gutter: 7000 * r.scale / 100, Pad: 2200 * r.scale / 100, Rule: &inkRule}
	if heat {
		g.Gutter, g.Spaced, g.Rule = 2000, 2000, nil
	}
	var out []paper.Block
	var rows func(n *html.Node, st paperStyle, head bool)
	rows = func(n *html.Node, st paperStyle, head bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type != html.ElementNode || hidden(c):
			case c.Data == "caption":
				out = append(out, r.block(c, r.turn(c, st))...)
			case c.Data == "thead", c.Data == "tbody", c.Data == "tfoot":
				rows(c, r.turn(c, st), c.Data == "thead")
			case c.Data == "tr":
				row := r.row(g, c, r.turn(c, st), heat, head)
				if head {
					g.Head = append(g.Head, row)
				} else {
					g.Rows = append(g.Rows, row)
				}
			default:
				r.strange[c.Data] = true
			}
		}
	}
	rows(n, st, false)
	if len(g.Rows) == 0 {
		return out
	}
	if n := len(g.Columns); heat && n <= mostEven { // cells of one size are easier to compare
		for i := range g.Columns {
			if g.Columns[i].Fixed == 0 {
				g.Columns[i].Share = 10
			}
		}
		g.Columns[0].Share = 17
	}
	return append(out, g)
}

// row reads a row of a table. Where a column draws bars, it is as wide as they need.
func (r *paperReader) row(g *paper.Grid, n *html.Node, st paperStyle, heat, head bool) paper.Row {
	row := paper.Row{}
	if has(n, "sum") {
		row.Above = &inkSoft
	}
	at := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		inner := r.turn(c, st)
		if has(n, "sum") && c.Data == "th" {
			inner.color, inner.size, inner.role = ink, st.size, paper.Bold
		}
		cell := paper.Cell{Span: parts(c, "colspan"), Low: head}
		if heat {
			inner.size = st.size * 92 / 100
			if head || c.Data == "th" {
				inner.size = st.size * 86 / 100
			}
			if at > 0 {
				inner.align = paper.Center
			}
			cell.Middle = !head
			for _, class := range classes(c) {
				if ground, ok := shades[class]; ok {
					cell.Ground = &ground
				}
			}
		}
		cell.Blocks = one(r.blocks(c, inner), func(t *paper.Text) {
			t.Before, t.After, t.Leading = 0, 0, 132
			if r.rtl {
				t.Leading = 155
			}
		})
		if len(cell.Blocks) == 1 {
			if d, ok := cell.Blocks[0].(*paper.Drawing); ok { // a bar stands beside the first line
				d.Before, d.After = 0, 0
				cell.Blocks = []paper.Block{&paper.Box{Blocks: cell.Blocks, Pad: 2200 * r.scale / 100}}
			}
		}
		row.Cells = append(row.Cells, cell)
		for len(g.Columns) < at+cell.Span {
			g.Columns = append(g.Columns, paper.Column{})
		}
		switch {
		case has(c, "drawn"):
			g.Columns[at].Fixed = 25 * paper.Mm * r.scale / 100
		case has(c, "spot-bar"):
			g.Columns[at].Fixed = 17 * paper.Mm * r.scale / 100
		}
		at += cell.Span
	}
	return row
}

// shades are the grounds of the cells of the heat grid.
var shades = map[string]paper.Color{
	"s0": inkAccent.Mix(10, inkWhite), "s1": inkBad.Mix(14, inkWhite), "s2": inkBad.Mix(26, inkWhite), "s3": inkBad.Mix(38, inkWhite), "s4": inkBad.Mix(50, inkWhite),
}
