package paper

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// em is in how many parts fonts are measured.
const em = 1000

// glyph is a shaped one.
type glyph struct {
	gid             font.GID
	advance, dx, dy int // thousandths of an em
	from, to        int // the runes of its cluster
}

// item is text of one font, direction and span.
type item struct {
	from, to int
	level    int
	face     *typeface
	script   language.Script
	span     *Span
	size     Unit
	glyphs   []glyph // in the order in which they are drawn, from left to right
}

// shaped is a paragraph that has its glyphs but no lines yet.
type shaped struct {
	runes  []rune
	items  []item
	spans  []*Span // of each rune
	widths []Unit  // of each rune: that of a cluster stands at its first
	breaks []int   // after which runes a line may end, the last one is the end
	forced []bool  // of each of breaks: a line must end
	starts []bool  // of each rune: a line can be cut before it, if there is no better place
}

// invisible says of a rune that it is never drawn and has no glyph.
func invisible(r rune) bool {
	return r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x061C || r == newLine || r == 0xFEFF || r == 0x00AD || r == 0x200B || r == 0x2060
}

// newLine ends a line.
const newLine = 0x2028

// picture stands for a drawing among words.
const picture = 0xFFFC

// shape chooses fonts and shapes the words of a paragraph.
func (s *setter) shape(t *Text) *shaped {
	out := &shaped{}
	base := 0
	if t.RTL {
		base = 1
	}
	put := func(span *Span, r rune) {
		out.runes, out.spans = append(out.runes, r), append(out.spans, span)
	}
	if len(t.Spans) == 0 {
		return out
	}
	for i := range t.Spans {
		span := &t.Spans[i]
		if span.Icon != nil {
			put(span, picture)
			continue
		}
		for _, r := range span.Text {
			if r == '\n' { // a line ends, but not the paragraph and what runs which way in it
				r = newLine
			}
			put(span, r)
		}
	}
	out.widths, out.starts = make([]Unit, len(out.runes)), make([]bool, len(out.runes))
	s.itemize(out, levels(out.runes, base))
	for i := range out.items {
		s.shapeItem(out, &out.items[i])
	}
	out.cut(&s.segments)
	return out
}

// itemize cuts the runes where the level, the script, the font or the span changes.
func (s *setter) itemize(out *shaped, levels []int) {
	script := language.Common
	var last *item
	for at, r := range out.runes {
		span := out.spans[at]
		if invisible(r) {
			last = nil
			continue
		}
		if last != nil && last.level != levels[at] {
			last, script = nil, language.Common
		}
		own := language.LookupScript(r)
		plain := own == language.Common || own == language.Inherited
		if !plain {
			script = own
		}
		face := s.faceOf(span.Role, r, last)
		if last != nil && last.span == span && last.face == face && (last.script == script || plain || last.script == language.Common) && r != picture && out.runes[at-1] != picture {
			if !plain {
				last.script = script
			}
			last.to = at + 1
			continue
		}
		out.items = append(out.items, item{from: at, to: at + 1, level: levels[at], face: face, script: script, span: span, size: span.Size * face.scale() / 100})
		last = &out.items[len(out.items)-1]
	}
}

// faceOf chooses a font for a rune. A mark stays with the font before it, if that has it, and so does a space between words that run
// from right to left.
func (s *setter) faceOf(role Role, r rune, last *item) *typeface {
	if last != nil && last.face != nil && last.span.Role == role && (unicode.Is(unicode.M, r) || unicode.IsSpace(r) && last.level&1 == 1 || r == 0x200C || r == 0x200D) {
		if gid, ok := s.face(last.face).NominalGlyph(r); ok && gid != 0 {
			return last.face
		}
	}
	key := roleRune{role, r}
	if t, ok := s.chosen[key]; ok {
		return t
	}
	t := s.fonts.find(role, r)
	if t == nil {
		t = s.fonts.first(role)
		if r != picture && !unicode.IsControl(r) && r != 0x200C && r != 0x200D {
			s.missing[r] = true
		}
	}
	s.chosen[key] = t
	return t
}

type roleRune struct {
	role Role
	r    rune
}

// face is a font as this document uses it.
func (s *setter) face(t *typeface) *font.Face {
	f := s.faces[t]
	if f == nil {
		f = font.NewFace(t.font)
		s.faces[t] = f
	}
	return f
}

// shapeItem asks the shaper for glyphs.
func (s *setter) shapeItem(p *shaped, it *item) {
	if p.runes[it.from] == picture {
		p.widths[it.from], p.starts[it.from] = it.span.Icon.Width, true
		return
	}
	in := shaping.Input{Text: p.runes, RunStart: it.from, RunEnd: it.to, Direction: di.DirectionLTR, Face: s.face(it.face), Size: fixed.I(em), Script: it.script,
		Language: language.NewLanguage(it.span.Lang)}
	if it.level&1 == 1 {
		in.Direction = di.DirectionRTL
	}
	if it.span.Tabular {
		in.FontFeatures = []shaping.FontFeature{{Tag: tnum, Value: 1}}
	}
	for _, g := range s.shaper.Shape(in).Glyphs {
		at := g.TextIndex()
		one := glyph{gid: g.GlyphID, advance: g.Advance.Round(), dx: g.XOffset.Round(), dy: g.YOffset.Round(), from: at, to: at + g.RunesCount()}
		it.glyphs = append(it.glyphs, one)
		p.widths[at] += Unit(one.advance) * it.size / em
		p.starts[at] = true
	}
}

// cut finds where lines may end.
func (p *shaped) cut(segments *segmenter.Segmenter) {
	segments.Init(p.runes)
	for it := segments.LineIterator(); it.Next(); {
		l := it.Line()
		p.breaks, p.forced = append(p.breaks, l.Offset+len(l.Text)), append(p.forced, l.IsMandatoryBreak)
	}
	for i := range p.starts {
		if i > 0 && unicode.Is(unicode.M, p.runes[i]) {
			p.starts[i] = false
		}
	}
}

// line is the runes of a line, from the first to the last that is drawn.
type line struct {
	from, to int
	width    Unit
}

// lines fills lines one after the other.
func (p *shaped) lines(width Unit) []line {
	var out []line
	from, good, sum := 0, 0, Unit(0)
	end := func(to int) {
		out = append(out, p.trimmed(from, to))
		from, good, sum = to, to, 0
	}
	for i, at := range p.breaks {
		piece := p.sum(good, at)
		if sum+p.sum(good, p.trimmed(good, at).to) > width && good > from {
			end(good)
			piece = p.sum(good, at)
		}
		// What is longer than a line is cut where it must be.
		for p.sum(good, p.trimmed(good, at).to) > width {
			cut, w := good, Unit(0)
			for cut < at && (w+p.widths[cut] <= width || !p.starts[cut] || cut == good) {
				w += p.widths[cut]
				cut++
			}
			if cut >= at {
				break
			}
			end(cut)
			piece = p.sum(cut, at)
		}
		sum, good = sum+piece, at
		if p.forced[i] && i < len(p.breaks)-1 {
			end(at)
		}
	}
	if from < len(p.runes) {
		end(len(p.runes))
	}
	return out
}

func (p *shaped) sum(from, to int) (w Unit) {
	for i := from; i < to; i++ {
		w += p.widths[i]
	}
	return w
}

// trimmed is a line without the spaces at its ends.
func (p *shaped) trimmed(from, to int) line {
	for to > from && (unicode.IsSpace(p.runes[to-1]) || invisible(p.runes[to-1]) && p.runes[to-1] != 0x2069) && p.runes[to-1] != 0xA0 {
		to--
	}
	for from < to && unicode.IsSpace(p.runes[from]) && p.runes[from] != 0xA0 {
		from++
	}
	return line{from, to, p.sum(from, to)}
}

// visual are the items of a line in the order in which they stand from left to right, each with the glyphs of this line.
func (p *shaped) visual(l line) []item {
	var out []item
	high, low := 0, deepest+2
	for _, it := range p.items {
		if it.to <= l.from || it.from >= l.to {
			continue
		}
		part := it
		part.glyphs = nil
		for _, g := range it.glyphs {
			if g.from >= l.from && g.from < l.to {
				part.glyphs = append(part.glyphs, g)
			}
		}
		out = append(out, part)
		high = max(high, it.level)
		if it.level&1 == 1 {
			low = min(low, it.level)
		}
	}
	for level := high; level >= low; level-- {
		for i := 0; i < len(out); i++ {
			j := i
			for j < len(out) && out[j].level >= level {
				j++
			}
			slices.Reverse(out[i:j])
			i = max(i, j)
		}
	}
	return out
}
