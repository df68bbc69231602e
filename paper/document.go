package paper

import (
	"io"
	"slices"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
)

var tnum = opentype.MustNewTag("tnum")

// Document is what is set and written.
type Document struct {
	Title  string
	Lang   string
	RTL    bool
	Wide   bool // pages lie on their long side
	Blocks []Block

	// Last makes what stands at the end, once it is known what the words before needed. May be nil.
	Last func(Result) []Block
	// Foot makes the line below each page. May be nil.
	Foot func(page, pages int) *Text
}

// Result is what a document needed.
type Result struct {
	Pages   int
	Fonts   []UsedFont
	Missing []rune // that no font has, in order
}

// UsedFont is a font of which a document has glyphs.
type UsedFont struct{ Name, SHA256 string }

// The measures of a page.
const (
	longer, shorter = 297 * Mm, 210 * Mm
	side, above     = 16 * Mm, 15 * Mm
	below           = 19 * Mm
)

// setter sets one document.
type setter struct {
	fonts *Fonts
	body  Unit // height of what a page holds

	shaper   shaping.HarfbuzzShaper
	segments segmenter.Segmenter
	faces    map[*typeface]*font.Face
	chosen   map[roleRune]*typeface
	missing  map[rune]bool

	subsets  map[*typeface]*subset
	ordered  []*subset
	pictures []*Picture
}

// Width is how wide the lines of a document are.
func (d *Document) Width() Unit {
	if d.Wide {
		return longer - 2*side
	}
	return shorter - 2*side
}

// Write sets a document and writes it as PDF.
func (d *Document) Write(w io.Writer, fonts *Fonts) (Result, error) {
	if fonts.None() || fonts.first(Sans) == nil {
		return Result{}, ErrNoFonts
	}
	wide, high := shorter, longer
	if d.Wide {
		wide, high = high, wide
	}
	s := &setter{fonts: fonts, body: high - above - below, faces: map[*typeface]*font.Face{}, chosen: map[roleRune]*typeface{}, missing: map[rune]bool{},
		subsets: map[*typeface]*subset{}}
	blocks := slices.Clone(d.Blocks)
	if d.Last != nil {
		// Which fonts are used is known once all words have their glyphs.
		s.flow(blocks, d.Width())
		if d.Foot != nil {
			s.shaped(d.Foot(1, 1))
		}
		blocks = append(blocks, d.Last(s.result())...)
	}
	var pages []*canvas
	var page *canvas
	var y Unit
	begin := func() {
		page = &canvas{s: s, high: high, page: len(pages)}
		pages = append(pages, page)
		y = above
	}
	begin()
	pieces := s.flow(blocks, d.Width())
	for i := 0; i < len(pieces); {
		j, need := i, Unit(0)
		for j < len(pieces) && (j == i || pieces[j-1].keep) {
			need += pieces[j].high
			j++
		}
		if need > s.body { // it cannot stay together
			j, need = i+1, pieces[i].high
		}
		if y+need > high-below && y > above {
			begin()
			for i < j && pieces[i].gap {
				i++
			}
			if i < j && pieces[i].head != nil {
				pieces[i].head.paint(page, side, y, pieces[i].head.high)
				y += pieces[i].head.high
			}
		}
		for ; i < j; i++ {
			if pieces[i].gap && y == above {
				continue
			}
			if pieces[i].paint != nil {
				pieces[i].paint(page, side, y, pieces[i].high)
			}
			y += pieces[i].high
		}
	}
	for i, p := range pages {
		if d.Foot == nil {
			break
		}
		if t := d.Foot(i+1, len(pages)); t != nil {
			stacked(t.lay(s, d.Width()))(p, side, high-below+6*Mm, 0)
		}
	}
	result := s.result()
	result.Pages = len(pages)
	return result, d.write(w, s, pages, wide, high)
}

// result is what is known of a document that was set.
func (s *setter) result() Result {
	var r Result
	seen := map[string]bool{}
	for _, list := range s.fonts.roles {
		for _, t := range list {
			if s.faces[t] != nil && !seen[t.sum] {
				seen[t.sum] = true
				r.Fonts = append(r.Fonts, UsedFont{t.name, t.sum})
			}
		}
	}
	for c := range s.missing {
		r.Missing = append(r.Missing, c)
	}
	slices.Sort(r.Missing)
	return r
}

// place gives a picture its number.
func (s *setter) place(p *Picture) int {
	if i := slices.Index(s.pictures, p); i >= 0 {
		return i
	}
	s.pictures = append(s.pictures, p)
	return len(s.pictures) - 1
}
