package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kept/demo"
	"kept/ledger"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// booth is the example with boxes, and with cards of its open round.
type booth struct {
	*site
	boxes   *voice.Boxes
	folders voice.Folders
	day     string // today, to be moved
	closes  string
	codes   []voice.Code
	counted []string // what the server told its metrics
}

func newBooth(t *testing.T) *booth {
	t.Helper()
	t.Parallel()
	b := &booth{day: today}
	b.site = exampleOn(t, func() string { return b.day })
	beside := t.TempDir()
	b.folders = voice.Folders{Boxes: filepath.Join(beside, "boxes"), Keys: filepath.Join(beside, "keys"), Data: b.dir}
	var err error
	if b.boxes, err = voice.OpenBoxes(b.folders); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.boxes.Close(); err != nil {
			t.Error(err)
		}
	})
	b.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(b.log, nil)), Version: "test", Desk: b.desk,
		Observe: func(route string, status int, took time.Duration) { b.counted = append(b.counted, route) }})
	b.Serve(demo.Name, b.book, b.boxes)
	b.deal(t, "two-rivers")
	b.tend(t)
	return b
}

// round finds the round that asks a village last.
func (b *booth) round(t *testing.T, village string) (r voice.Row) {
	t.Helper()
	err := b.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := voice.RoundsIn(tx, village)
		if err == nil {
			r = rows[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// deal makes the cards of a village.
func (b *booth) deal(t *testing.T, village string) {
	t.Helper()
	r := b.round(t, village)
	b.codes, b.closes = nil, r.Closes
	for card, err := range b.boxes.Deal(t.Context(), b.book.DB, "org:"+r.Reviewer, r.ID, []voice.Sheet{{Village: village, Households: 40, Spares: 5}}) {
		if err != nil {
			t.Fatal(err)
		}
		b.codes = append(b.codes, card.Code)
	}
}

func (b *booth) tend(t *testing.T) {
	t.Helper()
	if _, err := b.boxes.Tend(context.Background(), b.book); err != nil {
		t.Fatal(err)
	}
}

// card takes a card that nobody has used.
func (b *booth) card() voice.Code {
	c := b.codes[0]
	b.codes = b.codes[1:]
	return c
}

// does sends a form as a browser sends it from a page that names no referrer.
func (b *booth) does(body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, at("voice?lang=en"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "null")
	r.Header.Set("Accept-Encoding", "gzip, br")
	rec := httptest.NewRecorder()
	b.ServeHTTP(rec, r)
	return rec
}

// together sends forms at once, as many people would, and returns the answers in the order of the forms.
func (b *booth) together(bodies ...string) []*httptest.ResponseRecorder {
	out := make([]*httptest.ResponseRecorder, len(bodies))
	var all sync.WaitGroup
	for i, body := range bodies {
		all.Go(func() { out[i] = b.does(body) })
	}
	all.Wait()
	return out
}

// form is what is sent with a code, and with twelve answers if it is a step that has them.
func form(do string, code voice.Code, answers string) string {
	out := "code=" + string(code)
	for i := range answers {
		out += fmt.Sprintf("&a%02d=%c", i+1, answers[i])
	}
	return out + "&do=" + do
}

// skipped are answers of somebody who has chosen nothing.
const skipped = "000000000000"

// firstIs are answers of which the first is this one.
func firstIs(digit string) string { return digit + skipped[1:] }

// four are the digits of the answers.
var four = []string{"1", "2", "3", "4"}

// visible is a page without what makes it as long as the others.
func visible(rec *httptest.ResponseRecorder) string {
	page, _, _ := strings.Cut(rec.Body.String(), "</html>")
	return page
}

// mainWords are those of a page's main part.
func mainWords(rec *httptest.ResponseRecorder) string {
	_, main, _ := strings.Cut(visible(rec), "<main")
	_, main, _ = strings.Cut(main, ">")
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(main, " "))), " ")
}

func (b *booth) appended(t *testing.T, d ledger.Draft) voice.About {
	t.Helper()
	receipts, err := b.book.Append(t.Context(), d)
	if err == nil {
		err = receipts[0].Err
	}
	if err != nil {
		t.Fatal(err)
	}
	return voice.About{Seq: receipts[0].Seq, ID: receipts[0].ID}
}
