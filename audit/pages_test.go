package audit_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kept/audit"
	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store/storetest"
)

// TestPages: every figure on every page of the example is what the entries say.
func TestPages(t *testing.T) {
	b := example(t)
	if race {
		t.Skip("reads hundreds of pages, which web's tests do under the race detector")
	}
	var last, total int64
	n, err := audit.Pages(t.Context(), serve(b), b, demo.Name, func(done, of int64) { last, total = done, of })
	if err != nil {
		t.Fatal(err)
	}
	if n.Pages < 200 || n.Figures < 5000 || last != total || int64(n.Pages) != total {
		t.Errorf("%d figures on %d pages; progress ends at %d of %d", n.Figures, n.Pages, last, total)
	}
}

// changing serves pages with one text in place of another on one page.
func changing(site http.Handler, page, old, now string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		site.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		if r.URL.Path == page {
			body = bytes.Replace(body, []byte(old), []byte(now), 1)
		}
		w.WriteHeader(rec.Code)
		w.Write(body)
	})
}

// TestPagesFindAWrongFigure: a page that shows another number than the entries say is found, with the figure's name.
func TestPagesFindAWrongFigure(t *testing.T) {
	b := example(t)
	site := serve(b)
	const home = "/" + demo.Name + "/"
	page := httptest.NewRecorder()
	site.ServeHTTP(page, httptest.NewRequest(http.MethodGet, home+"?lang=en", nil))
	_, rest, _ := strings.Cut(page.Body.String(), `data-figure="promises">`)
	count, _, ok := strings.Cut(rest, "<")
	if !ok {
		t.Fatal("the first page does not say how many promises there are")
	}
	honest := `<data value="` + count + `" data-figure="promises">`
	for what, test := range map[string]struct{ now, figure, shown string }{
		"another value":           {`<data value="7" data-figure="promises">`, "promises", "7"},
		"a value that says more":  {`<data value="` + count + `0" data-figure="promises">`, "promises", count + "0"},
		"nothing":                 {`<data value="" data-figure="promises">`, "promises", ""},
		"a zero before it":        {`<data value="0` + count + `" data-figure="promises">`, "promises", "0" + count},
		"the figure of something": {`<data value="` + count + `" data-figure="promises?standing=withdrawn">`, "promises?standing=withdrawn", count},
		"without the value":       {`<data data-figure="promises">`, "promises", ""},
	} {
		_, err := audit.Pages(t.Context(), changing(site, home, honest, test.now), b, demo.Name, nil)
		var wrong *audit.Wrong
		if !errors.As(err, &wrong) || wrong.Figure != test.figure || wrong.Shown != test.shown || !strings.HasPrefix(wrong.Page, home) || wrong.True == test.shown {
			t.Errorf("%s: found %v", what, err)
		}
	}
	for what, now := range map[string]string{
		"a figure that there is not":       `<data value="1" data-figure="people">`,
		"an argument that there is not":    `<data value="1" data-figure="promises?person=1">`,
		"arguments that cannot be read":    `<data value="1" data-figure="promises?%zz">`,
		"a measure of something different": `<data value="1" data-figure="measure?promise=1&amp;n=0&amp;what=guess">`,
	} {
		if _, err := audit.Pages(t.Context(), changing(site, home, honest, now), b, demo.Name, nil); err == nil || !strings.Contains(err.Error(), home) {
			t.Errorf("%s: %v", what, err)
		}
	}
	broken := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "", http.StatusInternalServerError) })
	if _, err := audit.Pages(t.Context(), broken, b, demo.Name, nil); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("a page that cannot be made: %v", err)
	}
}

// TestPagesFindAWrongFrozenFigure: a page of a review that shows another number than its document, or of another size or day, is
// found, and so is a frozen number on a page that is of no review.
func TestPagesFindAWrongFrozenFigure(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	l.review(t, 1, nil)
	l.review(t, 2, nil)
	site := l.site()
	const page = "/" + verified + "/reviews/1"
	if n, err := audit.Pages(t.Context(), site, l.Book, verified, nil); err != nil || n.Figures < 500 {
		t.Fatalf("%+v, %v", n, err)
	}
	body := httptest.NewRecorder()
	site.ServeHTTP(body, httptest.NewRequest(http.MethodGet, page+"?lang=en", nil))
	honest := regexp.MustCompile(`<data value="1" data-frozen="promises" data-size="\d+" data-day="[0-9-]+"`).FindString(body.Body.String())
	if honest == "" {
		t.Fatal("the review does not say how many promises there are")
	}
	for what, x := range map[string]struct{ page, old, now, figure string }{
		"another value":          {page, honest, strings.Replace(honest, `"1"`, `"9"`, 1), "promises"},
		"another size":           {page, honest, strings.Replace(honest, `data-size="`, `data-size="1`, 1), "promises"},
		"another day":            {page, honest, strings.Replace(honest, `data-day="2026`, `data-day="2025`, 1), "promises"},
		"another name":           {page, honest, strings.Replace(honest, `"promises"`, `"people"`, 1), "people"},
		"in a comparison":        {"/" + verified + "/reviews/2/compare", `<data value="1" data-frozen="promises"`, `<data value="9" data-frozen="promises"`, "promises"},
		"on a page of no review": {"/" + verified + "/teams", `</main>`, honest + `></data></main>`, "promises"},
	} {
		_, err := audit.Pages(t.Context(), changing(site, x.page, x.old, x.now), l.Book, verified, nil)
		var wrong *audit.Wrong
		if !errors.As(err, &wrong) || wrong.Figure != x.figure || !strings.HasPrefix(wrong.Page, x.page) || wrong.True == wrong.Shown {
			t.Errorf("%s: found %v", what, err)
		}
	}
}

// TestCompare: the first visit compares nothing and remembers; later ones find what was seen, grown or not. Broken books
// are in safety's TestS7VerifyFindsAShortenedBook.
func TestCompare(t *testing.T) {
	b := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{}, ledgertest.Toy())
	ledgertest.Append(t, b, ledgertest.Add("a", 1))
	file := filepath.Join(t.TempDir(), "deep", "seen")
	visit := func(want int64, first bool) {
		t.Helper()
		seen, err := audit.Compare(t.Context(), b, file)
		if err != nil || seen.First != first || seen.Before.Size != want {
			t.Errorf("seen %+v, %v; should be %d", seen, err, want)
		}
	}
	visit(0, true)
	visit(2, false)
	ledgertest.Append(t, b, ledgertest.Add("a", 1), ledgertest.Add("b", 1))
	visit(2, false)
	visit(4, false)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("what was seen lies open: %v, %v", info.Mode(), err)
	}
	if others, _ := filepath.Glob(file + ".*"); len(others) > 0 {
		t.Errorf("left behind: %q", others)
	}

	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string][]byte{
		"empty": nil, "words": []byte("hello"), "no signature": []byte(b.Key.Verifier + "\n\nkept/toy/test\n4\nAAAA\n"),
		"another size": bytes.Replace(good, []byte("\n4\n"), []byte("\n3\n"), 1), "another key before it": append([]byte("x"), good...), "cut off": good[:len(good)-9],
	} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := audit.Compare(t.Context(), b, file)
		if broken := (*audit.Broken)(nil); err == nil || errors.As(err, &broken) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", what, err)
		}
		if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, content) {
			t.Errorf("%s: what was seen before was written over", what)
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Compare(t.Context(), b, file); err == nil {
		t.Error("a folder is taken for what was seen")
	}
}
