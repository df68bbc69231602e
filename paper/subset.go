package paper

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf16"

	"github.com/go-text/typesetting/font"
)

// subset is the glyphs of a font that a document uses. A glyph that stands for other words another time is another one, so that each says
// what it stands for.
type subset struct {
	number int
	face   *typeface
	known  map[glyphText]int
	glyphs []outline
	texts  []string
}

type glyphText struct {
	gid  font.GID
	text string
}

func (s *setter) subset(t *typeface) *subset {
	f := s.subsets[t]
	if f == nil {
		f = &subset{number: len(s.ordered), face: t, known: map[glyphText]int{}}
		s.subsets[t] = f
		s.ordered = append(s.ordered, f)
		f.add(s, 0, "")
	}
	return f
}

func (f *subset) add(s *setter, gid font.GID, text string) int {
	face := s.face(f.face)
	advance := int(face.HorizontalAdvance(gid)*1000/float32(f.face.upem) + 0.5)
	f.glyphs, f.texts = append(f.glyphs, drawGlyph(face, f.face.upem, gid, advance)), append(f.texts, text)
	return len(f.glyphs) - 1
}

// glyph is the number of a glyph that stands for words, and its width in the font.
func (f *subset) glyph(s *setter, gid font.GID, text string) (number, width int) {
	key := glyphText{gid, text}
	n, ok := f.known[key]
	if !ok {
		n = f.add(s, gid, text)
		f.known[key] = n
	}
	return n, f.glyphs[n].advance
}

// name is the font's, with six letters before it that say which part of it this is.
func (f *subset) name(sum []byte) string {
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag) + "+" + f.face.postscript()
}

// bounds is what no glyph goes beyond.
func (f *subset) bounds() (b [4]int) {
	for _, g := range f.glyphs {
		b = [4]int{min(b[0], g.bounds[0]), min(b[1], g.bounds[1]), max(b[2], g.bounds[2]), max(b[3], g.bounds[3])}
	}
	return b
}

// toUnicode says which words the glyphs stand for.
func (f *subset) toUnicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	var lines []string
	for i, text := range f.texts {
		if text == "" {
			continue
		}
		line := fmt.Sprintf("<%04X> <", i)
		for _, u := range utf16.Encode([]rune(text)) {
			line += fmt.Sprintf("%04X", u)
		}
		lines = append(lines, line+">\n")
	}
	for some := range slices.Chunk(lines, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(some))
		for _, l := range some {
			b.WriteString(l)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return b.Bytes()
}
