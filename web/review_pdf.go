package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // pictures of the book are of both kinds
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/html"

	"kept/ledger"
	"kept/locale"
	"kept/paper"
)

// The bounds of making documents: two at a time, and a few that wait for their turn; whoever comes then is told when to ask again. The
// last documents are remembered, since many ask for the same.
const (
	mostPrinting  = 2
	mostWaiting   = 8
	printPatience = 20 * time.Second
	mostKept      = 24 << 20 // bytes of documents
)

var (
	noFonts      = &fault{http.StatusNotImplemented, "error.no-fonts"}
	printingBusy = &fault{http.StatusServiceUnavailable, "error.printing"}

	printing = make(chan struct{}, mostPrinting)
	waiting  = make(chan struct{}, mostWaiting)
)

// prints are the documents that were made last, by what they say.
type prints struct {
	fonts *paper.Fonts
	recent[[sha256.Size]byte, []byte]
}

// reviewPDF is the page of a review on paper, in the language of the reader or in two side by side. What it says is read from the
// page itself.
func (v *visit) reviewPDF(p ReviewPage) (*result, error) {
	if v.server.prints.fonts.None() {
		return nil, noFonts
	}
	pages := []ReviewPage{p}
	if other, err := v.besideLanguage(); err != nil {
		return nil, err
	} else if other != nil {
		second := p
		second.Page.Printer = other
		second.Title = other.T("review.title", "Number", itoa(p.Row.Number))
		pages = append(pages, second)
	}
	sheet := &reviewSheet{site: v.absolute(""), pages: pages}
	for _, page := range pages {
		var b bytes.Buffer
		if err := templates["review"].ExecuteTemplate(&b, "main", page); err != nil {
			return nil, err
		}
		sheet.bodies = append(sheet.bodies, b.Bytes())
	}
	for _, story := range p.Stories {
		for _, pic := range story.Pictures {
			found, ok, err := ledger.PictureOf(v.Tx, pic.SHA256)
			if err != nil {
				return nil, err
			}
			if ok {
				sheet.pictures = append(sheet.pictures, sheetPicture{p.Raw("pictures/" + pic.SHA256), found.Body})
			}
		}
	}
	return &result{media: "application/pdf", later: func(ctx context.Context) ([]byte, error) { return v.server.print(ctx, sheet) }}, nil
}

// besideLanguage is the second language that was asked for, nil if none was.
func (v *visit) besideLanguage() (*locale.Printer, error) {
	tag := v.r.URL.Query().Get("beside")
	if tag == "" {
		return nil, nil
	}
	l, ok := locale.Find(tag)
	if !ok || l.Tag != tag || l.Tag == v.p.Tag {
		return nil, badQuery
	}
	return locale.For(tag), nil
}

// reviewSheet is all that a document is made of.
type reviewSheet struct {
	site     string
	pages    []ReviewPage // in one language or two
	bodies   [][]byte     // the page in each
	pictures []sheetPicture
}

type sheetPicture struct {
	address string
	body    []byte
}

// key tells documents apart. A picture's address is its hash.
func (s *reviewSheet) key() [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q", s.site)
	for i, b := range s.bodies {
		fmt.Fprintf(h, "%q%d:", s.pages[i].Tag, len(b))
		h.Write(b)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// print makes a document, or finds it.
func (s *Server) print(ctx context.Context, sheet *reviewSheet) ([]byte, error) {
	key := sheet.key()
	if body := s.prints.find(key); body != nil {
		return body, nil
	}
	select {
	case printing <- struct{}{}:
	default:
		select {
		case waiting <- struct{}{}:
		default:
			return nil, printingBusy
		}
		defer func() { <-waiting }()
		select {
		case printing <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(printPatience):
			return nil, printingBusy
		}
	}
	defer func() { <-printing }()
	if body := s.prints.find(key); body != nil { // somebody else asked for the same meanwhile
		return body, nil
	}
	body, result, strange, err := sheet.make(s.prints.fonts, s.demo)
	if err != nil {
		return nil, err
	}
	number := sheet.pages[0].Row.Number
	if len(result.Missing) > 0 {
		s.log.Warn("no font has characters of a document", "programme", sheet.pages[0].Programme, "review", number, "characters", codePoints(result.Missing))
	}
	if len(strange) > 0 {
		s.log.Warn("parts of a page were set on paper without their form", "review", number, "parts", strings.Join(strange, ", "))
	}
	if len(body) <= mostKept/2 {
		s.prints.keep(key, body, len(body), mostKept)
	}
	return body, nil
}

// codePoints names characters by their numbers.
func codePoints(runes []rune) string {
	var out []string
	for _, r := range runes {
		out = append(out, fmt.Sprintf("U+%04X", r))
	}
	return strings.Join(out, " ")
}

// make sets the document.
func (s *reviewSheet) make(fonts *paper.Fonts, demo bool) ([]byte, paper.Result, []string, error) {
	pictures := map[string]*paper.Picture{}
	for _, p := range s.pictures {
		if made, err := pictureOnPaper(p.body); err == nil {
			pictures[p.address] = made
		}
	}
	first := s.pages[0]
	scale := paper.Unit(100)
	if len(s.pages) > 1 {
		scale = 84
	}
	var all [][]paper.Block
	var readers []*paperReader
	for i, page := range s.pages {
		tree, err := html.Parse(bytes.NewReader(s.bodies[i]))
		if err != nil {
			return nil, paper.Result{}, nil, err
		}
		r := newPaperReader(page.Printer, s.site, pictures, scale)
		readers = append(readers, r)
		all = append(all, append(r.opening(page, demo), r.blocks(tree.LastChild.LastChild, r.base())...))
	}
	d := &paper.Document{Title: first.Plain(first.Name) + " · " + first.Title, Lang: first.Tag, RTL: first.Dir == "rtl", Wide: len(all) > 1, Blocks: all[0]}
	if len(all) > 1 {
		d.Blocks = []paper.Block{&paper.Beside{First: all[0], Second: all[1], RTL: d.RTL, Gutter: 10 * paper.Mm}}
	}
	d.Last = func(r paper.Result) []paper.Block { return readers[0].closing(first, r) }
	d.Foot = func(page, pages int) *paper.Text {
		st := readers[0].base()
		st.size, st.color = 7400, inkSoft
		return readers[0].text([]paper.Span{st.span(first.T("review.pdf-foot", "Name", first.Plain(first.Name), "Number", itoa(first.Row.Number), "Page", first.Int(int64(page)), "Pages", first.Int(int64(pages))))}, st)
	}
	var b bytes.Buffer
	result, err := d.Write(&b, fonts)
	var strange []string
	for _, r := range readers {
		strange = append(strange, r.names()...)
	}
	return b.Bytes(), result, strange, err
}

// opening is what stands before the page's own words: which programme it is, and what its banners say.
func (r *paperReader) opening(p ReviewPage, demo bool) []paper.Block {
	st := r.base()
	st.color, st.role, st.size = inkAccent, paper.Bold, 9600
	var out []paper.Block
	put := func(text string, st paperStyle) {
		if t := r.text([]paper.Span{st.span(text)}, st); t != nil {
			t.Stay = true
			out = append(out, t)
		}
	}
	put(p.Plain(p.Name), st)
	st.role, st.size, st.color = paper.Sans, 7600, inkSoft
	if demo {
		put(p.T("demo.banner"), st)
	}
	if p.Unreviewed() {
		put(p.T("language.unreviewed"), st)
	}
	return out
}

// closing is what stands at the end: the fonts, and the characters that none of them has.
func (r *paperReader) closing(p ReviewPage, result paper.Result) []paper.Block {
	st := r.base()
	st.scale, st.size, st.color = 100, 6800, inkSoft
	text := p.T("review.pdf-fonts")
	spans := []paper.Span{st.span(text)}
	mono := st
	mono.role, mono.size = paper.Mono, 6000
	for _, f := range result.Fonts {
		spans = append(spans, st.span("\n\u2068"+f.Name+"\u2069  "), mono.span("\u2066"+f.SHA256+"\u2069"))
	}
	out := []paper.Block{&paper.Text{Spans: spans, RTL: r.rtl, Space: paper.Space{Before: 12000}, Leading: 150, Rule: &inkRule}}
	if len(result.Missing) > 0 {
		st.size, st.color = 8800, inkLate
		warning := r.text([]paper.Span{st.span(p.T("review.pdf-missing", "Codes", codePoints(result.Missing)))}, st)
		out = append([]paper.Block{&paper.Box{Space: paper.Space{Before: 12000}, Blocks: []paper.Block{warning}, Bar: &inkLate, Thick: 2500, Pad: 6000, RTL: r.rtl}}, out...)
	}
	return out
}

// pictureOnPaper is a picture as a document holds it: a JPEG as it is, of others the pixels.
func pictureOnPaper(body []byte) (*paper.Picture, error) {
	config, kind, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	p := &paper.Picture{Width: config.Width, Height: config.Height}
	if kind == "jpeg" && (config.ColorModel == color.YCbCrModel || config.ColorModel == color.GrayModel) {
		p.Body, p.Gray = body, config.ColorModel == color.GrayModel
		return p, nil
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	// Many colours are smaller as a JPEG, and of a picture nothing is lost that can be seen on paper.
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		return nil, err
	}
	p.Body, p.Gray = b.Bytes(), false
	if _, gray := img.(*image.Gray); gray {
		p.Gray = true
	}
	return p, nil
}
