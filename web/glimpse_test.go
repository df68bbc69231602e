package web_test

import (
	"html"
	"strings"
	"testing"
)

// TestGlimpse: a chat that is sent the link of a page can show what it is of, with addresses that hold the site; and nothing that is
// not on the page.
func TestGlimpse(t *testing.T) {
	s := example(t)
	numbers := "SELECT CAST(p.number AS text) FROM promise p WHERE p.seq "
	shown := "(SELECT r.promise FROM report r JOIN report_picture x ON x.report = r.seq WHERE x.sha256 <> '')"
	with, without := s.column(t, numbers+"IN "+shown)[0], s.column(t, numbers+"NOT IN "+shown)[0]
	for _, test := range []struct{ address, says, image string }{
		{"promises/" + with, "the team says: ", "/valley/pictures/"},
		{"promises/" + without, "the village says: ", "/static/icon-512.png"},
		{"", "", "/static/icon-512.png"},
		{"places/two-rivers", "", "/static/icon-512.png"},
		{"reviews/1", "2026", "/static/icon-512.png"},
	} {
		body := html.UnescapeString(s.get(at(test.address + "?lang=en")).Body.String())
		meta := func(name string) string {
			_, rest, _ := strings.Cut(body, `<meta property="og:`+name+`" content="`)
			value, _, _ := strings.Cut(rest, `">`)
			return value
		}
		if meta("title") == "" || !strings.Contains(meta("description"), test.says) || meta("description") == "" {
			t.Errorf("%s: %q, %q", test.address, meta("title"), meta("description"))
		}
		if want := "http://example.com" + at(test.address) + "?lang=en"; meta("url") != want {
			t.Errorf("%s: at %q, should be %q", test.address, meta("url"), want)
		}
		if !strings.HasPrefix(meta("image"), "http://example.com"+test.image) {
			t.Errorf("%s: shows %q, should be %q", test.address, meta("image"), test.image)
		}
	}
	if body := s.get(at("log/?lang=en")).Body.String(); strings.Contains(body, "og:") {
		t.Error("the page of the book has a picture for chats")
	}
}
