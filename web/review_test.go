package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/figures"
	"kept/ledger"
	"kept/review"
	"kept/store"
)

var frozen = regexp.MustCompile(`<data value="([^"]*)" data-frozen="([^"]*)" data-size="(\d+)" data-day="([^"]*)"`)

// TestReviewPage: a review shows the figures of its document, each with its size and day, each with a link to the list it counts;
// its document has the hash that stands in its entry.
func TestReviewPage(t *testing.T) {
	s := example(t)
	sum := s.column(t, "SELECT figures FROM review WHERE number = 2")[0]
	raw := s.get(at("reviews/2.json"))
	hash := sha256.Sum256(raw.Body.Bytes())
	if raw.Code != http.StatusOK || hex.EncodeToString(hash[:]) != sum || raw.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s: %x, the entry says %s", raw.Code, raw.Header().Get("Content-Type"), hash, sum)
	}
	d, err := review.Parse(raw.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	body := s.get(at("reviews/2?lang=en")).Body.String()
	shown := frozen.FindAllStringSubmatch(body, -1)
	if len(shown) < 200 {
		t.Errorf("only %d figures", len(shown))
	}
	for _, m := range shown {
		name := html.UnescapeString(m[2])
		f, ok := d.Find(figures.Name(name))
		if !ok || f.Value != m[1] || m[3] != fmt.Sprint(d.Size) || m[4] != d.Day {
			t.Errorf("%s: the page shows %q at %s, %s; the document has %v %+v", name, m[1], m[3], m[4], ok, f)
		}
		if link := html.EscapeString("/reviews/2/figure?" + url.Values{"lang": {"en"}, "name": {name}}.Encode()); !strings.Contains(body, link) {
			t.Errorf("%s has no link to its list", name)
		}
	}
	for _, text := range []string{"Words of", d.Programme.Goal.In["en"], sum} {
		if !strings.Contains(body, html.EscapeString(text)) {
			t.Errorf("the page does not have %q", text)
		}
	}
	for _, path := range []string{"reviews/9", "reviews/9.json", "reviews/02", "reviews/x", "reviews/2/figure?name=people", "reviews/2/figure?name=promises&page=2", "reviews/1/compare?with=9"} {
		if rec := s.get(at(path)); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

// TestReviewFigure: the list behind a frozen figure is as long as the figure says, though the book went on.
func TestReviewFigure(t *testing.T) {
	s := example(t)
	for _, number := range []string{"1", "2"} {
		d, err := review.Parse(s.get(at("reviews/" + number + ".json")).Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []review.Figure{d.All.Promises, d.All.Standings["overdue"], d.All.Says["not-asked"], d.Moved[1].All} {
			rec := s.get(at("reviews/" + number + "/figure?lang=en&name=" + url.QueryEscape(string(f.Name))))
			_, list, _ := strings.Cut(rec.Body.String(), "<tbody>")
			if n := strings.Count(list, "<tr>"); rec.Code != http.StatusOK || int64(n) != f.Int() {
				t.Errorf("review %s, %s is %s, and its list has %d (%d)", number, f.Name, f.Value, n, rec.Code)
			}
		}
	}
}

// TestReviewErased: words that were erased say when and by which entry, and so does a note of a story; a report that was sent back since
// shows nothing more of itself.
func TestReviewErased(t *testing.T) {
	s := ownExample(t)
	review2 := s.cell(t, "SELECT id FROM review WHERE number = 2")
	d, err := review.Parse(s.get(at("reviews/2.json")).Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var note, picture *review.Story
	for i := range d.Stories.Reports {
		x := &d.Stories.Reports[i]
		if x.Note != nil && note == nil {
			note = x
		} else if len(x.Pictures) > 0 && picture == nil {
			picture = x
		}
	}
	if note == nil || picture == nil {
		t.Fatal("the example's review has no two such stories")
	}
	before := s.get(at("reviews/2?lang=en")).Body.String()
	if !strings.Contains(before, picture.Pictures[0].SHA256) {
		t.Fatal("the picture is not on the page")
	}
	id := func(seq int64) string {
		var id string
		err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
			_, err := tx.One([]any{&id}, "SELECT id FROM report WHERE seq = $1", seq)
			return err
		})
		if err != nil || id == "" {
			t.Fatal(err)
		}
		return id
	}
	receipts, err := s.book.Append(t.Context(), eraseDraft(review2, "words-opening/en"), eraseDraft(id(note.Entry), "note/"+note.Note.Lang()))
	if err != nil || receipts[0].Err != nil || receipts[1].Err != nil {
		t.Fatal(err, receipts)
	}
	reviewer := s.as(t, "reviewer")
	address := inOffice("reports/" + id(picture.Entry))
	if rec := reviewer.press(t, reviewer.get(address), address, "send-back", url.Values{"reason.en": {"Wrong place"}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("sending back: %d %q", rec.Code, wrongs(rec))
	}
	after := s.get(at("reviews/2?lang=en")).Body.String()
	for _, r := range receipts {
		if want := fmt.Sprintf("/log/entries/%d?lang=en\">%d</a>", r.Seq, r.Seq); !strings.Contains(after, want) {
			t.Errorf("the page does not say that entry %d erased a text", r.Seq)
		}
	}
	if strings.Contains(after, "This is our account of") || strings.Contains(after, picture.Pictures[0].SHA256) {
		t.Error("what was erased or sent back is still shown")
	}
	if now := s.get(at("reviews/2.json")).Body.Bytes(); string(now) != string(mustBytes(t, d)) {
		t.Error("the document is another one")
	}
}

func mustBytes(t *testing.T, d *review.Document) []byte {
	t.Helper()
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestReviewWrite: an office writes a review. A number outside of references is refused beside its section with the word; a draft is kept;
// what is published is what was looked at though the book went on; sent twice it is there once; and a correction replaces it.
func TestReviewWrite(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	address := inOffice("reviews/new")
	typed := url.Values{"from": {"2026-11-01"}, "to": {"2026-11-20"}, "words.opening.en": {"We kept {promises?standing=reported-done} promises, and 12 wells."}, "words.opening.zh-Hans": {"三百户"}}
	rec := c.press(t, c.get(address), address, "preview", typed)
	said := html.UnescapeString(rec.Body.String())
	for _, want := range []string{"English: the number in “12” does not come from the book", "三百户"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %q", want, wrongs(rec))
		}
	}
	if strings.Contains(said, `value="publish"`) {
		t.Fatal("words with a number of their own can be published")
	}
	typed = url.Values{"words.opening.en": {"We kept {promises?standing=reported-done} promises, some wells among them."}, "words.opening.zh-Hans": {""}}
	saved := c.press(t, rec, address, "save", typed)
	if saved.Code != http.StatusSeeOther {
		t.Fatalf("saving: %d", saved.Code)
	}
	draft := saved.Header().Get("Location")
	page := c.get(draft)
	reads(t, page, "some wells among them", "2026-11-20")
	if !strings.Contains(c.get(inOffice("reviews")).Body.String(), "2026-11-01") {
		t.Error("the draft is not listed")
	}
	preview := c.press(t, page, address, "preview", nil)
	size := s.cell(t, "SELECT size FROM head")
	reads(t, preview, "some wells among them", "This is exactly what will be published")
	// Others go on writing meanwhile.
	if receipts, err := s.book.Append(t.Context(), eraseDraft(s.cell(t, "SELECT id FROM review WHERE number = 1"), "words-opening/en")); err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
	sent := formOf(t, preview, "publish")
	for range 2 {
		rec := c.send(address, sent)
		if rec.Code != http.StatusSeeOther || !strings.Contains(rec.Header().Get("Location"), "/reviews/3?") {
			t.Fatalf("publishing: %d %s %q", rec.Code, rec.Header().Get("Location"), wrongs(rec))
		}
	}
	if got := s.cell(t, "SELECT count(*) FROM review"); got != "3" {
		t.Errorf("%s reviews", got)
	}
	if got := s.cell(t, "SELECT size FROM review WHERE number = 3"); got != size {
		t.Errorf("the figures are of %s entries, what was looked at of %s", got, size)
	}
	if strings.Contains(c.get(inOffice("reviews")).Body.String(), "drop:") {
		t.Error("the draft stays though it was published")
	}
	reads(t, s.get(at("reviews/3?lang=en")), "some wells among them")

	page = c.get(inOffice("reviews/new?replaces=3"))
	reads(t, page, "some wells among them")
	preview = c.press(t, page, address, "preview", nil)
	if rec := c.press(t, preview, address, "publish", nil); rec.Code != http.StatusSeeOther {
		t.Fatalf("the correction: %d %q", rec.Code, wrongs(rec))
	}
	reads(t, s.get(at("reviews/3?lang=en")), "replaced by review 4")
	reads(t, s.get(at("reviews/4?lang=en")), "replaces review 3")
	reads(t, s.get(at("feed.atom?lang=en")), "Review 4: ")
	reads(t, s.get(at("?lang=en")), "Review 4")
}

// TestReviewWriteRefused: a period that goes on or is none, places that are not within reach, and who has no part in it.
func TestReviewWriteRefused(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	address := inOffice("reviews/new")
	for name, row := range map[string]struct {
		typed url.Values
		want  string
	}{
		"going on":  {url.Values{"from": {"2026-11-01"}, "to": {today}}, "The period is not over"},
		"backwards": {url.Values{"from": {"2026-11-10"}, "to": {"2026-11-01"}}, "before"},
		"no day":    {url.Values{"from": {""}, "to": {"2026-11-01"}}, "needed"},
		"place":     {url.Values{"from": {"2026-11-01"}, "to": {"2026-11-10"}, "places[]": {"nowhere"}}, "nowhere"},
	} {
		rec := c.press(t, c.get(address), address, "preview", row.typed)
		if body := rec.Body.String(); strings.Contains(body, `value="publish"`) || !strings.Contains(strings.Join(wrongs(rec), " ")+body, row.want) {
			t.Errorf("%s: %d %q", name, rec.Code, wrongs(rec))
		}
	}
	if rec := s.as(t, "team").get(address); rec.Code != http.StatusForbidden {
		t.Errorf("a team: %d", rec.Code)
	}
}

// eraseDraft empties a text of an entry.
func eraseDraft(entry, field string) ledger.Draft {
	return ledger.Draft{Kind: ledger.KindErasure, Who: "org:stone-bridge", About: entry, Data: ledger.Erasure{Field: field, Reason: "names-a-person"}}
}
