package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/figures"
	"kept/locale"
	"kept/promise"
)

// addresses are the pages of the example: every list by one choice, every place, every promise, an entry of every kind, and
// what there is when something is wrong.
func addresses(t *testing.T, s *site) []string {
	t.Helper()
	out := []string{"", "?page=2", "?q=water", "?q=水", "?q=nothing+has+this+name", "?sort=late", "places", "teams", "answers", "answers?state=late", "answers?state=in-time&office=stone-bridge", "answers?place=stone-well", "log/", "none", "promises/9999", "?standing=kept"}
	for _, x := range promise.Standings {
		out = append(out, "?standing="+string(x))
	}
	for _, x := range figures.Marks {
		out = append(out, "?mark="+x)
	}
	for _, x := range s.column(t, "SELECT code FROM task") {
		out = append(out, "?task="+url.QueryEscape(x))
	}
	for _, x := range s.column(t, "SELECT code FROM place") {
		out = append(out, "places/"+url.PathEscape(x), "places/"+url.PathEscape(x)+"/poster")
	}
	for _, x := range s.column(t, "SELECT number FROM promise ORDER BY number") {
		out = append(out, "promises/"+x)
	}
	out = append(out, "rounds", "rounds?state=open", "rounds?state=void")
	for _, x := range s.column(t, "SELECT seq FROM round ORDER BY seq") {
		out = append(out, "rounds/"+x)
	}
	for _, x := range s.column(t, "SELECT CAST(round AS TEXT) || '/places/' || place FROM round_place ORDER BY round, place") {
		out = append(out, "rounds/"+x+"/poster")
	}
	out = append(out, "reviews", "reviews/confirmed", "reviews/1", "reviews/2", "reviews/1/compare?with=2", "reviews/2/compare", "reviews/2/figure?name=promises")
	for _, x := range oneOfEveryKind(t, s) {
		out = append(out, "log/entries/"+x)
	}
	return out
}

// oneOfEveryKind are the places of the first entry of every kind in the example.
func oneOfEveryKind(t *testing.T, s *site) []string {
	t.Helper()
	seen, out := map[string]bool{}, []string{}
	for seq, body := range s.column(t, "SELECT CAST(body AS TEXT) FROM entry ORDER BY seq") {
		_, rest, _ := strings.Cut(body, `"kind":"`)
		kind, _, _ := strings.Cut(rest, `"`)
		if !seen[kind] {
			seen[kind] = true
			out = append(out, fmt.Sprint(seq))
		}
	}
	return out
}

// TestEveryPageInEveryLanguage renders every page and looks at it as a browser and a screen reader would.
func TestEveryPageInEveryLanguage(t *testing.T) {
	s := example(t)
	linked := map[string]string{} // address without language, to the page that has the link
	for i, path := range addresses(t, s) {
		for j, l := range locale.Languages {
			if race && (i+j)%len(locale.Languages) != 0 {
				continue // each page in one of the languages is enough to find races
			}
			join := "?"
			if strings.Contains(path, "?") {
				join = "&"
			}
			address := at(path) + join + "lang=" + l.Tag
			rec := s.get(address)
			want := http.StatusOK
			switch path {
			case "none", "promises/9999":
				want = http.StatusNotFound
			case "?standing=kept":
				want = http.StatusBadRequest
			}
			if rec.Code != want {
				t.Errorf("%s: %d, should be %d", address, rec.Code, want)
			}
			for _, problem := range problems(rec.Body.String(), l) {
				t.Errorf("%s: %s", address, problem)
			}
			for _, link := range fetchedAndLinked(t, rec) {
				key := withoutLanguage(t, link)
				if _, ok := linked[key]; !ok && strings.HasPrefix(link, "/") {
					linked[key] = link + " on " + address
				}
			}
		}
	}
	broken, n, frozen := 0, 0, 0
	for _, where := range linked {
		link, _, _ := strings.Cut(where, " on ")
		// A review has a thousand figures, whose lists are made by one handler; TestReviewFigure looks at them.
		if strings.Contains(link, "/figure?") {
			if frozen++; frozen > 30 || race && frozen > 3 {
				continue
			}
		}
		// The links of a page that is not there lead to the same page in another language.
		if strings.Contains(link, "/none?") || strings.Contains(link, "/promises/9999?") || strings.Contains(link, "standing=kept") {
			continue
		}
		// This server has no fonts, and says so; TestReviewOnPaper makes these with some.
		if strings.Contains(link, ".pdf?") {
			continue
		}
		if n++; race && n%5 != 0 {
			continue
		}
		if rec := s.ask(http.MethodHead, link); rec.Code != http.StatusOK && rec.Code != http.StatusSeeOther && broken < 20 {
			t.Errorf("the link %s is answered with %d", where, rec.Code)
			broken++
		}
	}
	t.Logf("%d links", len(linked))
	if s.log.Len() > 0 {
		t.Errorf("the log says: %s", s.log)
	}
}

// withoutLanguage makes links to one page in several languages the same.
func withoutLanguage(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("link %q: %v", address, err)
	}
	q := u.Query()
	q.Del("lang")
	u.RawQuery = q.Encode()
	return u.String()
}

// void are the elements that have no end tag.
var void = strings.Fields("area base br col embed hr img input link meta source track wbr")

// problems says what is wrong with a page.
func problems(page string, l locale.Language) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, word := range []string{"<no value>", "%!", "ZgotmplZ", "&lt;nil&gt;", "{{", "&lt;bdi", "&lt;data", "&amp;lt;", "{\"original\"", "map["} {
		// An entry's page shows the entry, which is JSON.
		if strings.Contains(page, word) && !(word == "{\"original\"" && strings.Contains(page, "<pre")) {
			say("it has %q", word)
		}
	}
	if !strings.HasPrefix(page, "<!doctype html>") {
		say("it begins with %.20q", page)
	}
	var open []string
	ids := map[string]bool{}
	headings, last := 0, 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		attributes := map[string]string{}
		for _, a := range token.Attr {
			attributes[a.Key] = a.Val
		}
		switch kind {
		case html.StartTagToken:
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				say("</%s> closes %q", token.Data, open)
				return out
			}
			open = open[:len(open)-1]
			continue
		default:
			if kind != html.SelfClosingTagToken {
				continue
			}
		}
		if id := attributes["id"]; id != "" {
			if ids[id] {
				say("the id %q stands twice", id)
			}
			ids[id] = true
		}
		if _, ok := attributes["style"]; ok {
			say("<%s> has a style, which the policy forbids", token.Data)
		}
		for key := range attributes {
			if strings.HasPrefix(key, "on") {
				say("<%s> has %s, which the policy forbids", token.Data, key)
			}
		}
		switch token.Data {
		case "html":
			if attributes["lang"] != l.Tag || attributes["dir"] != l.Dir {
				say("it is in %q, %q, should be %q, %q", attributes["lang"], attributes["dir"], l.Tag, l.Dir)
			}
		case "img":
			if attributes["alt"] == "" {
				say("a picture without words: %s", attributes["src"])
			}
		case "h1", "h2", "h3", "h4":
			level := int(token.Data[1] - '0')
			if level > last+1 {
				say("<%s> comes after <h%d>", token.Data, last)
			}
			if last = level; level == 1 {
				headings++
			}
		case "data":
			if attributes["data-figure"] == "" && attributes["data-frozen"] == "" {
				say("a number without its figure")
			}
		case "a":
			if attributes["href"] == "" {
				say("a link without an address")
			}
		}
	}
	if len(open) > 0 {
		say("not closed: %q", open)
	}
	if headings != 1 {
		say("it has %d headings of the first level", headings)
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		say("%v", err)
		return out
	}
	return append(out, unnamed(root, ids)...)
}

// unnamed finds fields without a label, links and buttons without words, and links to places on the page that are not there.
func unnamed(root *html.Node, ids map[string]bool) (out []string) {
	named := map[string]bool{} // by a label elsewhere
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if n.Data == "label" && a.Key == "for" {
				named[a.Val] = true
			}
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		get := func(key string) string {
			i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
			if i < 0 {
				return ""
			}
			return n.Attr[i].Val
		}
		switch n.Data {
		case "a", "button", "title", "h1", "h2", "h3", "th", "label":
			if strings.TrimSpace(words(n)) == "" && n.Data != "th" {
				out = append(out, fmt.Sprintf("<%s> without words: %v", n.Data, n.Attr))
			}
			if id, ok := strings.CutPrefix(get("href"), "#"); ok && !ids[id] {
				out = append(out, "a link to #"+id+", which is not there")
			}
		case "input", "select", "textarea":
			labelled := get("type") == "hidden" || get("aria-label") != "" || get("id") != "" && named[get("id")]
			for p := n.Parent; p != nil; p = p.Parent {
				labelled = labelled || p.Data == "label"
			}
			if !labelled {
				out = append(out, fmt.Sprintf("a field without a label: %v", n.Attr))
			}
		}
	}
	return out
}

// words are the texts in a node, with those of its pictures.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode:
			b.WriteString(d.Data)
		case d.Data == "img":
			for _, a := range d.Attr {
				if a.Key == "alt" {
					b.WriteString(a.Val)
				}
			}
		}
	}
	return b.String()
}

// fetched are the addresses that a browser asks for to show a page.
func fetched(t *testing.T, page string) (out []string) {
	t.Helper()
	return attributes(t, page, func(n *html.Node, key string) bool {
		rel := ""
		for _, a := range n.Attr {
			if a.Key == "rel" {
				rel = a.Val
			}
		}
		return key == "src" || key == "href" && n.Data == "link" && (rel == "stylesheet" || rel == "icon" || rel == "preload" || rel == "manifest")
	})
}

// fetchedAndLinked are all addresses that a page names.
func fetchedAndLinked(t *testing.T, rec *httptest.ResponseRecorder) []string {
	t.Helper()
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	return attributes(t, rec.Body.String(), func(_ *html.Node, key string) bool { return key == "src" || key == "href" || key == "action" })
}

func attributes(t *testing.T, page string, wanted func(*html.Node, string) bool) (out []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if n.Type == html.ElementNode && wanted(n, a.Key) && !strings.HasPrefix(a.Val, "#") {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// TestProblems: what TestEveryPageInEveryLanguage looks for it finds.
func TestProblems(t *testing.T) {
	const before, after = `<!doctype html><html lang="en" dir="ltr"><head><title>t</title></head><body><h1>t</h1>`, `</body></html>`
	english, _ := locale.Find("en")
	if got := problems(before+`<p>a <b>b</b><br></p><label>l<input></label>`+after, english); len(got) > 0 {
		t.Errorf("a good page: %q", got)
	}
	for page, want := range map[string]string{
		`<p><b></p></b>`: "</p> closes", `<p>`: "</body> closes", `<img src="x">`: "without words", `<i id="a"></i><i id="a"></i>`: "stands twice",
		`<no value>`: "<no value>", `<a href=""> x</a>`: "without an address", `<a href="/x"> </a>`: "without words", `<h3>x</h3>`: "comes after", `<h1>x</h1>`: "2 headings",
		`<input name="x">`: "without a label", `<p style="x"></p>`: "has a style", `<p onclick="x"></p>`: "has onclick", `<data value="1">1</data>`: "without its figure",
		`<a href="#x">x</a>`: "#x, which is not there",
	} {
		if got := problems(before+page+after, english); !strings.Contains(fmt.Sprint(got), want) {
			t.Errorf("%s: found %q, should have found %q", page, got, want)
		}
	}
	if got := fmt.Sprint(problems(before+after, locale.Language{Tag: "ug", Dir: "rtl"})); !strings.Contains(got, "should be") {
		t.Errorf("another language: %s", got)
	}
}
