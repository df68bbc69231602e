package paper_test

import (
	"bytes"
	"os"
	"testing"

	"kept/paper"
)

func TestTry(t *testing.T) {
	fonts, err := paper.Find("", paper.Folders())
	if err != nil {
		t.Fatal(err)
	}
	black := paper.Color{}
	sp := func(s, lang string) paper.Span {
		return paper.Span{Text: s, Size: 11 * paper.Pt, Color: black, Lang: lang}
	}
	d := paper.Document{Title: "Try", Lang: "en", Blocks: []paper.Block{
		&paper.Text{Spans: []paper.Span{{Text: "Review 2 承诺 ۋەدە", Role: paper.Title, Size: 20 * paper.Pt}}, Heading: 1},
		&paper.Text{Spans: []paper.Span{sp("The promise of 12 wells, kept (or not) in قەشقەر 12 كەنت and 喀什 on 3 May. "+"Kept exists. Kept exists, and files fi fl. Kept exists. Kept exists. Kept exists. ", "en")}},
		&paper.Text{RTL: true, Spans: []paper.Span{sp("ئەسلەپ خۇلاسىلەش 12 ۋەدە، لا \u2068Kept 5\u2069 تىن ئاز (2026-يىلى 5-ئاينىڭ 3-كۈنى). ئەسلەپ خۇلاسىلەش 12 ۋەدە، ئەسلەپ خۇلاسىلەش 12 ۋەدە، ئەسلەپ خۇلاسىلەش 12 ۋەدە", "ug")}},
		&paper.Text{Spans: []paper.Span{sp("承诺是公开的,工作队说什么,村里说什么。承诺是公开的,工作队说什么,村里说什么。承诺是公开的,工作队说什么,村里说什么。承诺是公开的,工作队说什么,村里说什么。", "zh-Hans")}},
		&paper.Text{Spans: []paper.Span{{Text: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", Role: paper.Mono, Size: 12000}}},
	}}
	var b bytes.Buffer
	r, err := d.Write(&b, fonts)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	os.WriteFile("/tmp/pdf/out/try.pdf", b.Bytes(), 0o600)
}
