package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store/storetest"
	"kept/voice"
)

// TestETag: a page that a reader has already is not sent again, and is sent when anything in the book, the language or the
// address is another.
func TestETag(t *testing.T) {
	s := serve(small(t))
	first := s.get(at("?lang=en"))
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("tag %q, cache %q", tag, first.Header().Get("Cache-Control"))
	}
	for _, header := range []string{tag, `W/"other", ` + tag} {
		again := s.get(at("?lang=en"), "If-None-Match", header)
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
			t.Errorf("again: %d, %d bytes, tag %q", again.Code, again.Body.Len(), again.Header().Get("ETag"))
		}
	}
	other := func(what, address string, headers ...string) {
		t.Helper()
		rec := s.get(address, append(headers, "If-None-Match", tag)...)
		if rec.Code != http.StatusOK || rec.Header().Get("ETag") == tag {
			t.Errorf("%s: %d, the tag is the same: %v", what, rec.Code, rec.Header().Get("ETag") == tag)
		}
	}
	other("another language", at("?lang=ug"))
	other("another choice", at("?lang=en&standing=overdue"))
	other("another page", at("places?lang=en"))
	bare := s.get(at("")).Header().Get("ETag")
	if ug := s.get(at(""), "Accept-Language", "ug").Header().Get("ETag"); ug == bare {
		t.Error("the language that the browser asks for makes no difference to the tag")
	}
	receipts, err := s.book.Append(t.Context(), ledger.Draft{Kind: programme.KindTask, Who: "org:o", Data: programme.Task{Code: "songs", Name: locale.Plain("en", "Songs")}})
	if err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts[0].Err)
	}
	other("an entry more", at("?lang=en"))
}

// TestForEver: what can never change under its address is kept for ever, and nothing else.
func TestForEver(t *testing.T) {
	s := example(t)
	picture := s.column(t, "SELECT sha256 FROM picture")[0]
	css := stylesheet(t, s)
	for address, for_ever := range map[string]bool{
		at("pictures/" + picture): true, at("log/tile/0/000"): true, at("log/tile/entries/000"): true, css: true,
		strings.SplitN(css, "?", 2)[0]: false, css + "0": false,
		at(""): false, at("log/checkpoint"): false, at("log/proof/0"): false, at("promises.csv"): false, at("feed.atom"): false,
	} {
		rec := s.get(address)
		if got := strings.Contains(rec.Header().Get("Cache-Control"), "immutable"); rec.Code != http.StatusOK || got != for_ever {
			t.Errorf("%s: %d, for ever: %v", address, rec.Code, got)
		}
	}
	for _, address := range []string{at("none"), at("?x=1"), "/none/"} {
		if got := s.get(address).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: an error is kept: %q", address, got)
		}
	}
}

// stylesheet is the address of the style sheet as pages name it.
func stylesheet(t *testing.T, s *site) string {
	t.Helper()
	_, rest, _ := strings.Cut(s.get(at("")).Body.String(), `<link rel="stylesheet" href="`)
	address, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("the page has no style sheet")
	}
	return address
}

// TestHead: HEAD says what GET would, without the body.
func TestHead(t *testing.T) {
	s := example(t)
	for _, address := range []string{at(""), at("promises/1"), at("log/tile/0/000"), at("promises.csv"), at("none"), "/static/kept.css", "/static/none"} {
		for _, encoding := range []string{"identity", "gzip", "br"} {
			get, head := s.get(address, "Accept-Encoding", encoding), s.ask(http.MethodHead, address, "Accept-Encoding", encoding)
			if head.Code != get.Code || head.Body.Len() != 0 || fmt.Sprint(head.Header()) != fmt.Sprint(get.Header()) {
				t.Errorf("%s, %s: %d, %d bytes, %v; GET: %d, %v", address, encoding, head.Code, head.Body.Len(), head.Header(), get.Code, get.Header())
			}
			if get.Header().Get("Content-Length") != strconv.Itoa(get.Body.Len()) {
				t.Errorf("%s, %s: length %s, %d bytes", address, encoding, get.Header().Get("Content-Length"), get.Body.Len())
			}
		}
	}
}

// TestCompress: texts are sent packed to those who take it, and are the same when unpacked.
func TestCompress(t *testing.T) {
	s := example(t)
	unpack := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	}
	for _, address := range []string{at("?lang=ug"), at("promises.csv?lang=zh-Hans"), "/static/kept.css", at("none?lang=en")} {
		plain := s.get(address, "Accept-Encoding", "identity").Body.Bytes()
		for accept, want := range map[string]string{"": "", "gzip, deflate": "gzip", "gzip, deflate, br, zstd": "br", "br;q=1.0, gzip;q=0.5": "br", "deflate": ""} {
			rec := s.get(address, "Accept-Encoding", accept)
			if got := rec.Header().Get("Content-Encoding"); got != want {
				t.Errorf("%s with %q: encoded as %q", address, accept, got)
				continue
			}
			if !strings.Contains(strings.Join(rec.Header().Values("Vary"), ", "), "Accept-Encoding") {
				t.Errorf("%s does not say that it varies", address)
			}
			r, err := unpack[want](rec.Body)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s with %q: %d bytes, %d plain, %v", address, accept, len(got), len(plain), err)
			}
		}
	}
	if got := s.get(at("log/tile/0/000"), "Accept-Encoding", "br").Header().Get("Content-Encoding"); got != "" {
		t.Errorf("hashes, which nothing makes smaller, are encoded as %q", got)
	}
}

// TestFirstPageWeight: what a phone on a slow line must fetch before the first page is there.
func TestFirstPageWeight(t *testing.T) {
	s := example(t)
	for _, l := range locale.Languages {
		page := s.get(at("?lang=" + l.Tag))
		total, script := 0, 0
		weigh := func(address string) {
			rec := s.get(address, "Accept-Encoding", "br")
			if rec.Code != http.StatusOK {
				t.Errorf("%s: %d", address, rec.Code)
			}
			total += rec.Body.Len()
			for name, values := range rec.Header() {
				total += len(name) + len(strings.Join(values, ", ")) + 4
			}
			if strings.Contains(rec.Header().Get("Content-Type"), "script") {
				script += rec.Body.Len()
			}
		}
		weigh(at("?lang=" + l.Tag))
		parts := fetched(t, page.Body.String())
		for _, address := range parts {
			weigh(address)
		}
		t.Logf("%s: %d bytes with %d parts, %d of script", l.Tag, total, len(parts), script)
		if len(parts) == 0 || total > 30<<10 || script > 15<<10 {
			t.Errorf("%s: the first page takes %d bytes with %d parts, %d of them script", l.Tag, total, len(parts), script)
		}
	}
}

// TestStrangeAddresses: whatever is asked for, the server does not break, nor lead anywhere else.
func TestStrangeAddresses(t *testing.T) {
	s := example(t)
	for _, test := range []struct {
		address string
		want    int
		leads   string
	}{
		{"/", http.StatusSeeOther, "/valley/"}, {"/valley", http.StatusSeeOther, "/valley/"}, {"/valley?lang=ug", http.StatusSeeOther, "/valley/?lang=ug"},
		{"/valley/log", http.StatusSeeOther, "/valley/log/"}, {"/valley/log?lang=ug", http.StatusSeeOther, "/valley/log/?lang=ug"},
		{"/valley//", http.StatusSeeOther, "/valley/"}, {"/valley//places", http.StatusSeeOther, "/valley/places"},
		{"/valley/x/../places", http.StatusSeeOther, "/valley/places"}, {"/valley/log/..", http.StatusSeeOther, "/valley/"},
		{"/valley/../../places", http.StatusSeeOther, "/valley/places"},
		{"/valley/places/", http.StatusNotFound, ""}, {"/valley/promises/", http.StatusNotFound, ""}, {"/valley/promises/1/", http.StatusNotFound, ""},
		{"/valley/promises/0", http.StatusNotFound, ""}, {"/valley/promises/-1", http.StatusNotFound, ""}, {"/valley/promises/+1", http.StatusNotFound, ""},
		{"/valley/promises/01", http.StatusNotFound, ""}, {"/valley/promises/1e0", http.StatusNotFound, ""}, {"/valley/promises/99999999999999999999", http.StatusNotFound, ""},
		{"/valley/promises/%D9%A1", http.StatusNotFound, ""}, {"/valley/places/none", http.StatusNotFound, ""}, {"/valley/places/%2e%2e", http.StatusNotFound, ""},
		{"/valley/places/%2f%2fexample.org", http.StatusNotFound, ""}, {"/valley/places/three-springs%00", http.StatusBadRequest, ""},
		{"/valley/places/%ff%fe", http.StatusBadRequest, ""}, {"/valley/%c0%af", http.StatusBadRequest, ""}, {"/valley/?q=%ff", http.StatusBadRequest, ""},
		{"/valley/?task=%00", http.StatusBadRequest, ""}, {"/valley/?lang=%ff", http.StatusBadRequest, ""}, {"/valley/?q=" + strings.Repeat("a", 201), http.StatusBadRequest, ""},
		{"/valley/?page=0", http.StatusBadRequest, ""}, {"/valley/?page=x", http.StatusBadRequest, ""}, {"/valley/?page=1000000", http.StatusNotFound, ""},
		{"/valley/?standing=kept", http.StatusBadRequest, ""}, {"/valley/?mark=x", http.StatusBadRequest, ""}, {"/valley/?sort=x", http.StatusBadRequest, ""},
		{"/valley/?task=none", http.StatusOK, ""}, {"/valley/?q=%F0%9F%9A%80", http.StatusOK, ""}, {"/valley/?lang=tlh", http.StatusOK, ""},
		{"/valley/" + strings.Repeat("a/", 4000), http.StatusNotFound, ""}, {"/valley/places/" + strings.Repeat("a", 9000), http.StatusNotFound, ""},
		{"//example.org/x", http.StatusNotFound, ""}, {"/%2f/example.org", http.StatusNotFound, ""}, {"/Valley/", http.StatusNotFound, ""}, {"/.valley/", http.StatusNotFound, ""},
		{"/static/", http.StatusNotFound, ""}, {"/static/../server.go", http.StatusNotFound, ""}, {"/static/..%2fserver.go", http.StatusNotFound, ""}, {"/static", http.StatusNotFound, ""},
		{"/healthz", http.StatusOK, ""}, {"/healthz/", http.StatusNotFound, ""},
	} {
		rec := s.get(test.address)
		if rec.Code != test.want || rec.Header().Get("Location") != test.leads {
			t.Errorf("%.60s: %d to %q, should be %d to %q", test.address, rec.Code, rec.Header().Get("Location"), test.want, test.leads)
		}
		for _, address := range fetchedAndLinked(t, rec) {
			if u, err := url.Parse(address); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, `/\`) {
				t.Errorf("%.60s leads away, to %.60q", test.address, address)
			}
		}
	}
	if s.log.Len() > 0 {
		t.Errorf("the log says: %s", s.log)
	}
}

// FuzzAddress asks for any path: the answer is never an error of the server.
func FuzzAddress(f *testing.F) {
	for _, path := range []string{"", "promises/1", "places/three-springs", "log/tile/0/000.p/1", "log/tile/entries/x001/000", "log/entries/0", "//x", "../..", "%", "\xff", "\x00", "log/proof/9223372036854775807"} {
		f.Add(path)
	}
	s := example(f)
	f.Fuzz(func(t *testing.T, path string) {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/" + demo.Name + "/" + path}, Header: http.Header{}, Body: http.NoBody})
		if rec.Code >= http.StatusInternalServerError {
			t.Errorf("%q: %d, %s", path, rec.Code, s.log)
		}
		if to := rec.Header().Get("Location"); to != "" && !strings.HasPrefix(to, "/"+demo.Name+"/") {
			t.Errorf("%q leads to %q", path, to)
		}
	})
}

// TestInternal: an error of the server shows an id, under which the log has the cause, and the cause nowhere else. The log
// does not have what was asked for.
func TestInternal(t *testing.T) {
	b := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{}, programme.Subject, promise.Subject, voice.Subject, review.Subject)
	s := serve(b) // a book without a programme cannot be shown
	for _, l := range locale.Languages {
		rec := s.get(at("places/somewhere?lang=" + l.Tag))
		_, rest, _ := strings.Cut(s.log.String(), "id=")
		id, _, _ := strings.Cut(rest, " ")
		if rec.Code != http.StatusInternalServerError || len(id) != 8 || !strings.Contains(rec.Body.String(), id) {
			t.Errorf("%s: %d, the log says %q", l.Tag, rec.Code, s.log)
		}
		for _, problem := range problems(rec.Body.String(), l) {
			t.Errorf("%s: %s", l.Tag, problem)
		}
		if strings.Contains(rec.Body.String(), "no programme yet") || !strings.Contains(s.log.String(), "no programme yet") || strings.Contains(s.log.String(), "somewhere") {
			t.Errorf("%s: the cause is not where it belongs: %s", l.Tag, s.log)
		}
		s.log.Reset()
	}
}
