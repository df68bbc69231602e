// Package paper sets words, tables, drawings and pictures on pages and writes them as PDF. It is a leaf: it knows nothing of promises.
//
// # Setting
//
// A Document is a list of blocks. Words may be of any languages at once: which way they run is found by Unicode's rules (UAX 9), where a
// line may end too (UAX 14), and glyphs are chosen and joined by the rules of their fonts. A table that does not fit on a page goes
// on on the next one, with its head again; a heading stays with what it is about. A document that runs from right to left is mirrored.
//
// # Fonts
//
// No font is part of the program. Find looks for those of the system, and of a folder of the operator's. Of each font that is used the
// document holds the glyphs that it needs, as a compact font made of their outlines, so it looks the same everywhere, and its words can be
// searched and copied (TestWordsComeBack). A character that no font has is named in Result.Missing, never silently left out (TestMissing).
//
// # The same bytes
//
// All measures are whole thousandths of a point, nothing has a time, and nothing depends on the order of a map: the same document with
// the same fonts has the same bytes (TestSameBytes). Result.Fonts names the fonts by the SHA-256 of their files.
//
// # Known limits
//
// The structure of a document (headings, tables) is not tagged for screen readers; headings are bookmarks, and the page in the browser is
// the accessible form. Lines are not justified. Fonts with several weights in one file are used in the first.
package paper

// Unit is a thousandth of a point.
type Unit int64

// Measures.
const (
	Pt Unit = 1000
	Mm Unit = 2835
)

// Color is a colour of ink.
type Color struct{ R, G, B uint8 }

// Mix is so many hundredths of a colour over another one.
func (c Color) Mix(hundredths int, under Color) Color {
	m := func(a, b uint8) uint8 { return uint8((int(a)*hundredths + int(b)*(100-hundredths) + 50) / 100) }
	return Color{m(c.R, under.R), m(c.G, under.G), m(c.B, under.B)}
}
