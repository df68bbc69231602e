package paper

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// outline is a glyph in the programs of a compact font, a thousandth of an em a unit.
type outline struct {
	advance int
	program []byte
	bounds  [4]int // left, bottom, right, top
}

// drawGlyph turns the outline of any font into the program of a compact font. Curves of the second degree become exact ones of the third.
func drawGlyph(face *font.Face, upem int, gid font.GID, advance int) outline {
	o := outline{advance: advance}
	var b bytes.Buffer
	number(&b, advance)
	x, y := 0, 0       // where the pen is
	var px, py float64 // the same, as the font has it
	open, first := false, true
	scale := func(v float64) int { return int(math.Round(v * 1000 / float64(upem))) }
	step := func(op byte, points ...float64) {
		for i := 0; i+1 < len(points); i += 2 {
			nx, ny := scale(points[i]), scale(points[i+1])
			number(&b, nx-x)
			number(&b, ny-y)
			x, y = nx, ny
			if first {
				o.bounds, first = [4]int{x, y, x, y}, false
			}
			o.bounds = [4]int{min(o.bounds[0], x), min(o.bounds[1], y), max(o.bounds[2], x), max(o.bounds[3], y)}
		}
		b.WriteByte(op)
		px, py = points[len(points)-2], points[len(points)-1]
	}
	data, _ := face.GlyphDataOutline(gid)
	for _, s := range data.Segments {
		a := func(i int) (float64, float64) { return float64(s.Args[i].X), float64(s.Args[i].Y) }
		x0, y0 := a(0)
		x1, y1 := a(1)
		x2, y2 := a(2)
		if s.Op != opentype.SegmentOpMoveTo && !open {
			continue
		}
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			step(21, x0, y0)
			open = true
		case opentype.SegmentOpLineTo:
			step(5, x0, y0)
		case opentype.SegmentOpQuadTo:
			third := func(from, to float64) float64 { return from + float64((to-from)*2/3) } // no fused step: the same on every machine
			step(8, third(px, x0), third(py, y0), third(x1, x0), third(y1, y0), x1, y1)
		case opentype.SegmentOpCubeTo:
			step(8, x0, y0, x1, y1, x2, y2)
		}
	}
	b.WriteByte(14)
	o.program = b.Bytes()
	return o
}

// number writes an operand.
func number(b *bytes.Buffer, n int) {
	switch {
	case n >= -107 && n <= 107:
		b.WriteByte(byte(n + 139))
	case n >= 108 && n <= 1131:
		b.Write([]byte{byte((n-108)>>8 + 247), byte(n - 108)})
	case n >= -1131 && n <= -108:
		b.Write([]byte{byte((-n-108)>>8 + 251), byte(-n - 108)})
	default:
		n = max(-32768, min(32767, n))
		b.Write([]byte{28, byte(n >> 8), byte(n)})
	}
}

// compactFont writes a font of glyphs that are known by their place alone (Adobe Technical Note 5176).
func compactFont(name string, glyphs []outline) []byte {
	programs := make([][]byte, len(glyphs))
	for i, g := range glyphs {
		programs[i] = g.program
	}
	count := len(glyphs)
	charset := []byte{0}
	if count > 1 {
		charset = binary.BigEndian.AppendUint16([]byte{2, 0, 1}, uint16(count-2))
	}
	choice := append([]byte{3, 0, 1, 0, 0, 0}, byte(count>>8), byte(count))
	private := []byte{139, 20, 139, 21} // no width is taken for granted
	header, names, strings, global := []byte{1, 0, 4, 4}, index([]byte(name)), index([]byte("Adobe"), []byte("Identity")), index()
	chars := index(programs...)

	var at [5]int // of charset, choice, programs, array, private
	top := func() []byte {
		var b bytes.Buffer
		long(&b, 391)
		long(&b, 392)
		long(&b, 0)
		b.Write([]byte{12, 30})
		long(&b, count)
		b.Write([]byte{12, 34})
		long(&b, at[0])
		b.WriteByte(15)
		long(&b, at[1])
		b.Write([]byte{12, 37})
		long(&b, at[2])
		b.WriteByte(17)
		long(&b, at[3])
		b.Write([]byte{12, 36})
		return index(b.Bytes())
	}
	array := func() []byte {
		var b bytes.Buffer
		long(&b, len(private))
		long(&b, at[4])
		b.WriteByte(18)
		return index(b.Bytes())
	}
	at[0] = len(header) + len(names) + len(top()) + len(strings) + len(global)
	at[1] = at[0] + len(charset)
	at[2] = at[1] + len(choice)
	at[3] = at[2] + len(chars)
	at[4] = at[3] + len(array())
	return bytes.Join([][]byte{header, names, top(), strings, global, charset, choice, chars, array(), private}, nil)
}

// long writes an operand that is as long whatever it is.
func long(b *bytes.Buffer, n int) {
	b.WriteByte(29)
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
}

// index writes a list of byte strings.
func index(all ...[]byte) []byte {
	out := binary.BigEndian.AppendUint16(nil, uint16(len(all)))
	if len(all) == 0 {
		return out
	}
	out = append(out, 4)
	at := 1
	out = binary.BigEndian.AppendUint32(out, uint32(at))
	for _, b := range all {
		at += len(b)
		out = binary.BigEndian.AppendUint32(out, uint32(at))
	}
	return append(out, bytes.Join(all, nil)...)
}
