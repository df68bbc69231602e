package paper_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kept/paper"
	"kept/paper/papertest"
)

func span(text, lang string) paper.Span {
	return paper.Span{Text: text, Size: 10 * paper.Pt, Lang: lang}
}

func write(t testing.TB, d *paper.Document, fonts *paper.Fonts) ([]byte, paper.Result) {
	t.Helper()
	var b bytes.Buffer
	r, err := d.Write(&b, fonts)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), r
}

// The same sentence in three scripts, each with figures and, in Uyghur, with words that run the other way.
const (
	english = "Of 44 promises 17 were kept, and no file said otherwise."
	chinese = "共有44项承诺，其中17项已经兑现。"
	uyghur  = "جەمئىي 44 ۋەدىنىڭ 17 ى ئورۇندالدى، Kept دېگەن دەپتەردە بار."
)

func three() *paper.Document {
	return &paper.Document{Title: "三", Lang: "ug", RTL: true, Blocks: []paper.Block{
		&paper.Text{Spans: []paper.Span{span(english, "en")}, Heading: 1},
		&paper.Text{Spans: []paper.Span{span(chinese, "zh-Hans")}},
		&paper.Text{Spans: []paper.Span{span(uyghur, "ug")}, RTL: true},
		&paper.Text{Spans: []paper.Span{{Text: "a list", Size: 9 * paper.Pt, Link: "https://kept.example/a(b)?x=ئ", Lang: "en"}}},
	}}
}

// reversed is a text as it is drawn from left to right.
func reversed(text string) string {
	r := []rune(text)
	slices.Reverse(r)
	return string(r)
}

// TestWordsComeBack: what was set can be read back, in three scripts, each in its order on the page; a ligature is all of its letters.
func TestWordsComeBack(t *testing.T) {
	body, r := write(t, three(), papertest.Fonts(t))
	pages := papertest.Pages(t, body)
	if len(pages) != 1 || r.Pages != 1 || len(r.Missing) > 0 {
		t.Fatalf("%d pages, %+v", len(pages), r)
	}
	got := strings.ReplaceAll(pages[0], "|", "")
	for _, want := range []string{english, chinese, reversed("جەمئىي "), reversed("ئورۇندالدى"), "Kept", "44", "17"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not come back: %q", want, got)
		}
	}
	// From the left the end of the Uyghur sentence comes first, and its numbers are not turned around.
	at := func(text string) int { return strings.LastIndex(got, text) }
	if !(at(reversed("دەپتەردە")) < at("Kept") && at("Kept") < at(reversed("ئورۇندالدى")) && at(reversed("ئورۇندالدى")) < at("17") && at("17") < at("44") && at("44") < at(reversed("جەمئىي"))) {
		t.Errorf("the words of Uyghur stand in the wrong order: %q", got)
	}
	if !bytes.Contains(body, []byte(`/URI (https://kept.example/a\(b\)?x=%D8%A6)`)) {
		t.Error("the link is not there")
	}
}

// TestOtherReaders: other programs find nothing wrong, and read the words in their order.
func TestOtherReaders(t *testing.T) {
	fonts := papertest.Fonts(t)
	for _, name := range []string{"qpdf", "pdftotext"} {
		if _, err := exec.LookPath(name); err != nil {
			papertest.Skip(t, t.Name(), "no "+name+" (on Debian: apt-get install qpdf poppler-utils)")
		}
	}
	read := func(d *paper.Document) string {
		body, _ := write(t, d, fonts)
		name := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("qpdf", "--check", name).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		out, err := exec.Command("pdftotext", name, "-").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return strings.Map(func(r rune) rune {
			if r >= 0x202A && r <= 0x202E || r == 0x200E || r == 0x200F {
				return -1
			}
			return r
		}, string(out))
	}
	mixed := read(three())
	for _, want := range []string{english, chinese, "جەمئىي", "ۋەدىنىڭ", "ئورۇندالدى"} {
		if !strings.Contains(mixed, want) {
			t.Errorf("pdftotext does not find %q in %q", want, mixed)
		}
	}
	const sentence = "كەنتلەر ئورۇندالدى دېگەن ۋەدىلەر ئوچۇق دەپتەردە بار"
	only := read(&paper.Document{Lang: "ug", RTL: true, Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{span(sentence, "ug")}, RTL: true}}})
	if !strings.Contains(only, sentence) {
		t.Errorf("pdftotext does not find %q in %q", sentence, only)
	}
}

// TestMissing: a character that no font has is named. The same font has the others.
func TestMissing(t *testing.T) {
	fonts, err := paper.Find(papertest.Latin(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &paper.Document{Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{span("one 诺 two و 诺", "en")}}}}
	d.Last = func(r paper.Result) []paper.Block {
		return []paper.Block{&paper.Text{Spans: []paper.Span{span(fmt.Sprintf("missing %U", r.Missing), "en")}}}
	}
	body, r := write(t, d, fonts)
	if want := []rune{'و', '诺'}; !slices.Equal(r.Missing, want) {
		t.Errorf("missing are %U, want %U", r.Missing, want)
	}
	if got := strings.Join(papertest.Pages(t, body), ""); !strings.Contains(got, "missing [U+0648 U+8BFA]") || !strings.Contains(got, "one") {
		t.Errorf("the document does not say so: %q", got)
	}
	if len(r.Fonts) != 1 || len(r.Fonts[0].SHA256) != 64 {
		t.Errorf("fonts: %+v", r.Fonts)
	}
}

// TestNoFonts: a machine without fonts says so; a folder of fonts that is not there is a mistake.
func TestNoFonts(t *testing.T) {
	fonts, err := paper.Find("", []string{t.TempDir()})
	if err != nil || !fonts.None() {
		t.Fatalf("%v, %v", err, fonts.None())
	}
	if _, err := three().Write(&bytes.Buffer{}, fonts); !errors.Is(err, paper.ErrNoFonts) {
		t.Errorf("got %v", err)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "NotoSans-Regular.ttf"), []byte("not a font"), 0o600); err != nil {
		t.Fatal(err)
	}
	if fonts, err = paper.Find(broken, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := three().Write(&bytes.Buffer{}, fonts); !errors.Is(err, paper.ErrNoFonts) {
		t.Errorf("a file that is no font: %v", err)
	}
	if _, err := paper.Find(filepath.Join(broken, "nowhere"), nil); err == nil {
		t.Error("a folder that is not there was taken")
	}
}

// TestSameBytes: the same document with the same fonts has the same bytes, also in another program that read the fonts again.
func TestSameBytes(t *testing.T) {
	first, _ := write(t, three(), papertest.Fonts(t))
	second, _ := write(t, three(), papertest.Fonts(t))
	if !bytes.Equal(first, second) {
		t.Error("two times, two documents")
	}
}

// long is a table over several pages.
func long(rows int) *paper.Document {
	g := &paper.Grid{Columns: []paper.Column{{}, {}}, Pad: 2 * paper.Pt, Gutter: 5 * paper.Pt,
		Head: []paper.Row{{Cells: []paper.Cell{{Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{span("HEAD", "en")}}}}}}}}
	for i := range rows {
		g.Rows = append(g.Rows, paper.Row{Cells: []paper.Cell{
			{Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{span(fmt.Sprintf("row%d.", i), "en")}}}},
			{Blocks: []paper.Block{&paper.Text{Spans: []paper.Span{span(strings.Repeat("some words ", 12), "en")}}}}}})
	}
	return &paper.Document{Lang: "en", Blocks: []paper.Block{g, &paper.Text{Spans: []paper.Span{span("CHAPTER", "en")}, Heading: 2}, &paper.Text{Spans: []paper.Span{span("AFTER", "en")}}}}
}

// TestPages: nothing is lost where pages break, a table has its head on each, and a heading is on the page of what it is about.
func TestPages(t *testing.T) {
	fonts := papertest.Fonts(t)
	for _, rows := range []int{60, 70, 71, 72, 73, 74, 75} {
		d := long(rows)
		d.Foot = func(page, pages int) *paper.Text {
			return &paper.Text{Spans: []paper.Span{span(fmt.Sprintf("page %d of %d", page, pages), "en")}}
		}
		body, r := write(t, d, fonts)
		pages := papertest.Pages(t, body)
		if len(pages) != r.Pages || r.Pages < 2 {
			t.Fatalf("%d pages", r.Pages)
		}
		all := strings.Join(pages, "")
		for i := range rows {
			if strings.Count(all, fmt.Sprintf("row%d.", i)) != 1 {
				t.Errorf("row %d of %d is not there once", i, rows)
			}
		}
		for i, p := range pages {
			if strings.Contains(p, "row") != strings.Contains(p, "HEAD") || strings.Contains(p, "CHAPTER") != strings.Contains(p, "AFTER") || !strings.Contains(p, fmt.Sprintf("page %d of %d", i+1, len(pages))) {
				t.Errorf("%d rows, page %d of %d: %q", rows, i+1, len(pages), p)
			}
		}
	}
}

// TestBeside: two languages stand side by side, heading beside heading, on pages that lie on their side.
func TestBeside(t *testing.T) {
	text := func(s string, level int) paper.Block {
		return &paper.Text{Spans: []paper.Span{span(s, "en")}, Heading: level}
	}
	d := &paper.Document{Lang: "en", Wide: true, Blocks: []paper.Block{&paper.Beside{
		First:  []paper.Block{text("A1", 2), text("alone", 0), text("A2", 2)},
		Second: []paper.Block{text("B1", 2), text("B2", 2)}, Gutter: 10 * paper.Mm}}}
	body, _ := write(t, d, papertest.Fonts(t))
	if got, want := papertest.Pages(t, body)[0], "A1|B1|alone|A2|B2|"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !bytes.Contains(body, []byte("/MediaBox [0 0 841.995 595.35]")) {
		t.Error("the pages stand upright")
	}
}

// BenchmarkThirtyPages sets and writes thirty pages of words in three scripts, and tables.
func BenchmarkThirtyPages(b *testing.B) {
	fonts := papertest.Fonts(b)
	for range b.N {
		d := long(560)
		for range 56 {
			d.Blocks = append(d.Blocks, three().Blocks...)
		}
		_, r := write(b, d, fonts)
		b.ReportMetric(float64(r.Pages), "pages")
	}
}
