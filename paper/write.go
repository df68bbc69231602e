package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// file writes the objects of a PDF in order, and where each begins.
type file struct {
	w   io.Writer
	n   int
	at  []int // of objects 1, 2, ...
	err error
	sum interface{ Write([]byte) (int, error) }
}

func (f *file) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	f.sum.Write(p)
	n, err := f.w.Write(p)
	f.n += n
	f.err = err
	return n, err
}

// reserve gives an object its number before it is written.
func (f *file) reserve() int {
	f.at = append(f.at, 0)
	return len(f.at)
}

func (f *file) object(number int, body string) {
	f.at[number-1] = f.n
	fmt.Fprintf(f, "%d 0 obj\n%s\nendobj\n", number, body)
}

// stream writes bytes as an object, pressed together unless they already are.
func (f *file) stream(number int, entries string, body []byte, pressed bool) {
	if !pressed {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		z.Write(body)
		z.Close()
		body, entries = b.Bytes(), entries+" /Filter /FlateDecode"
	}
	f.at[number-1] = f.n
	fmt.Fprintf(f, "%d 0 obj\n<< %s /Length %d >>\nstream\n", number, entries, len(body))
	f.Write(body)
	io.WriteString(f, "\nendstream\nendobj\n")
}

// text is a string of PDF.
func text(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// address is an address as a string of PDF, which holds no letters but those of ASCII.
func address(s string) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(' || c == ')' || c == '\\':
			b.WriteString("\\" + string(c))
		case c < 0x21 || c > 0x7e:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + ")"
}

// write writes the pages of a document.
func (d *Document) write(w io.Writer, s *setter, pages []*canvas, wide, high Unit) error {
	sum := sha256.New()
	f := &file{w: w, sum: sum}
	io.WriteString(f, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	catalog, info, tree := f.reserve(), f.reserve(), f.reserve()
	fonts, pictures := f.fonts(s), f.pictures(s)
	resources := f.reserve()
	f.object(resources, fmt.Sprintf("<< /Font << %s>> /XObject << %s>> >>", fonts, pictures))
	numbers := make([]int, len(pages))
	for i := range pages {
		numbers[i] = f.reserve()
	}
	var kids strings.Builder
	for i, p := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", numbers[i])
		content := f.reserve()
		f.stream(content, "", p.b.Bytes(), false)
		links := ""
		for _, l := range p.links {
			n := f.reserve()
			f.object(n, fmt.Sprintf("<< /Type /Annot /Subtype /Link /Rect [%s %s %s %s] /Border [0 0 0] /F 4 /A << /S /URI /URI %s >> >>",
				dec(l.x), dec(high-l.y-l.h), dec(l.x+l.w), dec(high-l.y), address(l.to)))
			links += fmt.Sprintf("%d 0 R ", n)
		}
		f.object(numbers[i], fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %s %s] /Resources %d 0 R /Contents %d 0 R /Annots [%s] >>",
			tree, dec(wide), dec(high), resources, content, links))
	}
	f.object(tree, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(pages), kids.String()))
	marks := f.bookmarks(pages, numbers, high)
	f.object(info, fmt.Sprintf("<< /Title %s /Producer (Kept) >>", text(d.Title)))
	way := "L2R"
	if d.RTL {
		way = "R2L"
	}
	f.object(catalog, fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Lang %s /ViewerPreferences << /DisplayDocTitle true /Direction /%s >>%s >>", tree, text(d.Lang), way, marks))
	begin := f.n
	id := sum.Sum(nil)[:16]
	fmt.Fprintf(f, "xref\n0 %d\n0000000000 65535 f \n", len(f.at)+1)
	for _, at := range f.at {
		fmt.Fprintf(f, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(f, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>] >>\nstartxref\n%d\n%%%%EOF\n", len(f.at)+1, catalog, info, id, id, begin)
	return f.err
}

// fonts writes the fonts, and how pages name them.
func (f *file) fonts(s *setter) string {
	var names strings.Builder
	for _, sub := range s.ordered {
		program := compactFont("Kept", sub.glyphs)
		sum := sha256.Sum256(program)
		name := sub.name(sum[:])
		program = compactFont(name, sub.glyphs)
		font, below, about, bytes, words := f.reserve(), f.reserve(), f.reserve(), f.reserve(), f.reserve()
		var widths strings.Builder
		for _, g := range sub.glyphs {
			fmt.Fprintf(&widths, "%d ", g.advance)
		}
		b := sub.bounds()
		f.object(font, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s-Identity-H /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, below, words))
		f.object(below, fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW 0 /W [0 [%s]] >>",
			name, about, widths.String()))
		f.object(about, fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV 80 /FontFile3 %d 0 R >>",
			name, b[0], b[1], b[2], b[3], b[3], b[1], b[3], bytes))
		f.stream(bytes, "/Subtype /CIDFontType0C", program, false)
		f.stream(words, "", sub.toUnicode(), false)
		fmt.Fprintf(&names, "/F%d %d 0 R ", sub.number, font)
	}
	return names.String()
}

// pictures writes the pictures, and how pages name them.
func (f *file) pictures(s *setter) string {
	var names strings.Builder
	for i, p := range s.pictures {
		n := f.reserve()
		space := "DeviceRGB"
		if p.Gray {
			space = "DeviceGray"
		}
		entries := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s /BitsPerComponent 8", p.Width, p.Height, space)
		if p.Body != nil {
			f.stream(n, entries+" /Filter /DCTDecode", p.Body, true)
		} else {
			f.stream(n, entries, p.Pixels, false)
		}
		fmt.Fprintf(&names, "/P%d %d 0 R ", i, n)
	}
	return names.String()
}

// bookmarks writes the headings as a list of one level, and how the catalogue names it.
func (f *file) bookmarks(pages []*canvas, numbers []int, high Unit) string {
	var all []mark
	for _, p := range pages {
		for _, m := range p.marks {
			if m.level <= 2 {
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	root, first := f.reserve(), 0
	for i := range all {
		if n := f.reserve(); i == 0 {
			first = n
		}
	}
	for i, m := range all {
		around := ""
		if i > 0 {
			around += fmt.Sprintf(" /Prev %d 0 R", first+i-1)
		}
		if i < len(all)-1 {
			around += fmt.Sprintf(" /Next %d 0 R", first+i+1)
		}
		f.object(first+i, fmt.Sprintf("<< /Title %s /Parent %d 0 R%s /Dest [%d 0 R /XYZ null %s null] >>", text(m.title), root, around, numbers[m.page], dec(high-m.y+4*Mm)))
	}
	f.object(root, fmt.Sprintf("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", first, first+len(all)-1, len(all)))
	return fmt.Sprintf(" /Outlines %d 0 R", root)
}
