package web_test

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kept/demo"
	"kept/locale"
	"kept/paper"
	"kept/paper/papertest"
	"kept/web"
)

// printing serves the example with fonts.
func printing(t testing.TB, fonts *paper.Fonts) *site {
	s := &site{book: example(t).book, log: &bytes.Buffer{}}
	s.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test", Demo: true, Site: "https://kept.example", Fonts: fonts})
	s.Serve(demo.Name, s.book, nil)
	return s
}

var (
	headings = regexp.MustCompile(`<h[23]>(?:<a [^>]*>)?(?:<bdi[^>]*>)?([^<]+)<`)
	figLinks = regexp.MustCompile(`class="fig" href="([^"]+)"`)
)

// bare is a text without what a reader of documents cannot know: spaces, and where lines and runs end. Of words that run from right to
// left it is as they are drawn.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '|' || r == ' ' || r == 0xA0 || r == '\n' || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F {
			return -1
		}
		return r
	}, text)
}

// TestReviewOnPaper: a document has every part of the page in its order, and every figure leads where it leads on the page. The same
// with the same fonts are the same bytes, also after a restart. Nothing of the page is unknown to it.
func TestReviewOnPaper(t *testing.T) {
	fonts := papertest.Fonts(t)
	s, again := printing(t, fonts), printing(t, papertest.Fonts(t))
	for _, lang := range []string{"en", "zh-Hans", "ug"} {
		rec := s.get(at("reviews/2.pdf?lang=" + lang))
		body := rec.Body.Bytes()
		if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(body, []byte("%PDF-1.7")) {
			t.Fatalf("%s: %d %s", lang, rec.Code, rec.Header().Get("Content-Type"))
		}
		if !bytes.Equal(body, again.get(at("reviews/2.pdf?lang="+lang)).Body.Bytes()) {
			t.Errorf("%s: another server makes another document", lang)
		}
		pages := papertest.Pages(t, body)
		all := bare(strings.Join(pages, ""))
		page := s.get(at("reviews/2?lang=" + lang)).Body.String()
		_, page, _ = strings.Cut(page, `<article class="review">`)
		from, found := 0, 0
		for _, m := range headings.FindAllStringSubmatch(page, -1) {
			text := bare(html.UnescapeString(m[1]))
			if lang == "ug" {
				if strings.ContainsAny(text, "0123456789:()،") {
					continue
				}
				r := []rune(text)
				slices.Reverse(r)
				text = string(r)
			}
			n := strings.Index(all[from:], text)
			if n < 0 {
				t.Errorf("%s: the heading %q is not there, or not after those before it", lang, m[1])
				continue
			}
			from, found = from+n, found+1
		}
		if found < 12 {
			t.Errorf("%s: only %d headings", lang, found)
		}
		links := figLinks.FindAllStringSubmatch(page, -1)
		if len(links) < 200 {
			t.Errorf("%s: only %d links", lang, len(links))
		}
		for _, m := range links {
			if to := "(https://kept.example" + html.UnescapeString(m[1]) + ")"; !bytes.Contains(body, []byte(to)) {
				t.Errorf("%s: no link to %s", lang, to)
			}
		}
		if root := regexp.MustCompile(`[A-Za-z0-9+/]{43}=`).FindString(html.UnescapeString(page)); root == "" || !strings.Contains(all, root) {
			t.Errorf("%s: the root %q is not there", lang, root)
		}
		if !strings.Contains(all, papertest.Sum(fonts)) {
			t.Errorf("%s: the document does not name its fonts", lang)
		}
	}
	if log := s.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("something of the page is unknown: %s", log)
	}
}

// TestReviewBesideOnPaper: a document in two languages has both. Another language than one of ours, or the reader's own, is no language to
// stand beside it.
func TestReviewBesideOnPaper(t *testing.T) {
	s := printing(t, papertest.Fonts(t))
	rec := s.get(at("reviews/2.pdf?lang=ug&beside=zh-Hans"))
	if rec.Code != http.StatusOK {
		t.Fatal(rec.Code)
	}
	all := bare(strings.Join(papertest.Pages(t, rec.Body.Bytes()), ""))
	title := []rune(bare(strings.TrimLeft(locale.For("ug").T("review.title", "Number", "2"), "2-")))
	slices.Reverse(title)
	for _, want := range []string{bare(locale.For("zh-Hans").T("review.title", "Number", "2")), string(title)} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not there", want)
		}
	}
	for _, query := range []string{"lang=ug&beside=ug", "lang=ug&beside=xx", "lang=ug&beside=en&beside=zh-Hans"} {
		if rec := s.get(at("reviews/2.pdf?" + query)); rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, rec.Code)
		}
	}
	for _, path := range []string{"reviews/9.pdf", "reviews/2.pdf.json", "reviews/2.json.pdf", "reviews/02.pdf"} {
		if rec := s.get(at(path)); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

// TestReviewMissingOnPaper: what no font has is named on the document and in the log.
func TestReviewMissingOnPaper(t *testing.T) {
	fonts, err := paper.Find(papertest.Latin(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := printing(t, fonts)
	all := bare(strings.Join(papertest.Pages(t, s.get(at("reviews/2.pdf?lang=zh-Hans")).Body.Bytes()), ""))
	for where, text := range map[string]string{"document": all, "log": s.log.String()} {
		if !strings.Contains(text, "U+627F") { // of the word for promise
			t.Errorf("the %s does not name the character", where)
		}
	}
}

// TestNoFontsNoPaper: without fonts the reader is told, in his language, what the operator installs. When too many ask at once, the last
// are told when to come again.
func TestNoFontsNoPaper(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hans", "ug"} {
		rec := printing(t, nil).get(at("reviews/2.pdf?lang=" + lang))
		if body := rec.Body.String(); rec.Code != http.StatusNotImplemented || !strings.Contains(body, "fonts-noto-core") || !strings.Contains(body, `<html lang="`+lang+`"`) {
			t.Errorf("%s: %d %s", lang, rec.Code, body)
		}
	}
	s := printing(t, papertest.Fonts(t))
	done := web.Printing()
	rec := s.get(at("reviews/1.pdf?lang=en"))
	done()
	if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
		t.Errorf("%d, %q", rec.Code, rec.Header().Get("Retry-After"))
	}
	if rec := s.get(at("reviews/1.pdf?lang=en")); rec.Code != http.StatusOK {
		t.Errorf("afterwards: %d", rec.Code)
	}
}

// TestReviewPoster: a poster tells of three promises in all languages, and leads to the plain address of the review.
func TestReviewPoster(t *testing.T) {
	s := example(t)
	body := s.get(at("reviews/2/poster?lang=ug")).Body.String()
	if n := strings.Count(body, `<section class="result-line">`); n != 3 {
		t.Errorf("%d promises", n)
	}
	for _, want := range []string{`aria-label="http://example.com` + at("reviews/2") + `"`, locale.For("en").T("review.matters"), locale.For("zh-Hans").T("review.matters"), locale.For("ug").T("review.matters")} {
		if !strings.Contains(body, want) {
			t.Errorf("the poster does not have %q", want)
		}
	}
	if strings.Contains(body, "lang=ug\" role") || s.get(at("reviews/9/poster")).Code != http.StatusNotFound {
		t.Error("the address has a language, or there is a poster of no review")
	}
}

// BenchmarkReviewOnPaper makes the document of the example's review, each time anew.
func BenchmarkReviewOnPaper(b *testing.B) {
	fonts := papertest.Fonts(b)
	for range b.N {
		if rec := printing(b, fonts).get(at("reviews/2.pdf?lang=ug&beside=zh-Hans")); rec.Code != http.StatusOK {
			b.Fatal(rec.Code)
		}
	}
}
