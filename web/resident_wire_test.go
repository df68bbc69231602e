package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/locale"
	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// TestS2CardFields: the form of each step has its fields, each once, and nothing else is taken.
func TestS2CardFields(t *testing.T) {
	b := newBooth(t)
	code := b.codes[0]
	for _, body := range []string{"", "do=look", "code=1", "do=peek&code=1", form("look", code, skipped), form("report", code, skipped), form("confirm", code, ""), form("send", code, skipped[1:]),
		form("send", code, skipped+"0"), form("send", code, firstIs("5")), form("send", code, firstIs("-")), form("look", code, "") + "&code=1", form("send", code, skipped) + "&a01=1",
		form("look", code, "") + "&phone=1", strings.Replace(form("send", code, skipped), "a01", "A01", 1), strings.Replace(form("send", code, skipped), "a01=0", "a01=10", 1),
		strings.Replace(form("send", code, skipped), "a01=0", "a01=", 1), "code=%ff&do=look", "code=%00&do=look", "code=%zz&do=look", form("look", code, "") + "&form=" + strings.Repeat("ab", 16)} {
		if rec := b.does(body); rec.Code != http.StatusBadRequest {
			t.Errorf("%s is answered with %d", body, rec.Code)
		}
	}
	if rec := b.does("do=look&code=" + strings.Repeat("1", 5000)); rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 5,000 bytes is answered with %d", rec.Code)
	}
	r := httptest.NewRequest(http.MethodPost, at("voice"), strings.NewReader(form("look", code, "")))
	r.Header.Set("Content-Type", "text/plain")
	rec := httptest.NewRecorder()
	if b.ServeHTTP(rec, r); rec.Code != http.StatusBadRequest {
		t.Errorf("a text that is no form is answered with %d", rec.Code)
	}
	if got := mainWords(b.does(form("look", code, ""))); !strings.HasPrefix(got, "Was it kept?") {
		t.Errorf("the card was used: %s", got)
	}
	// What was put into the address by mistake is not repeated.
	if rec := b.get(at("voice?code=" + string(code))); rec.Code != http.StatusBadRequest || strings.Contains(rec.Body.String(), string(code)) {
		t.Errorf("a code in the address: %d %s", rec.Code, rec.Body)
	}
}

// TestS14WireIsTheSame: whatever is answered, requests and answers have the same length, path, status and headers, and are not compressed;
// what a card is good for cannot be told from the answer to looking either.
func TestS14WireIsTheSame(t *testing.T) {
	b := newBooth(t)
	seen := func(rec *httptest.ResponseRecorder) string {
		h := rec.Header().Clone()
		if h.Get("Content-Encoding") != "" {
			t.Error("an answer is compressed")
		}
		return fmt.Sprint(rec.Code, rec.Body.Len(), h)
	}
	wire := map[string]map[string]bool{}
	on := func(what, is string) {
		if wire[what] == nil {
			wire[what] = map[string]bool{}
		}
		wire[what][is] = true
	}
	for _, first := range append(four, "0") {
		code := b.card()
		rec := b.does(form("look", code, ""))
		values := formOf(t, rec, "confirm")
		values.Set("a01", first)
		for _, do := range []string{"confirm", "change", "confirm", "send"} {
			values.Set("do", do)
			on("request to "+do, fmt.Sprint(len(values.Encode()), keysOf(values)))
			rec = b.does(values.Encode())
			on("answer to "+do, seen(rec))
			if do == "confirm" {
				values = formOf(t, rec, "send")
				on("page of confirm without padding", fmt.Sprint(len(visible(rec))))
			}
		}
	}
	used := b.card()
	b.does(form("send", used, skipped))
	var looks []string
	for _, code := range []string{string(b.card()), string(used), string(voice.NewCode()), "1234", ""} {
		looks = append(looks, "code="+code+"&do=look")
	}
	for _, rec := range b.together(looks...) {
		on("answer to look", seen(rec))
	}
	for what, all := range wire {
		if len(all) != 1 {
			t.Errorf("%s: %d of them can be told apart: %v", what, len(all), all)
		}
	}
	if len(wire) != 8 {
		t.Errorf("looked at %v", wire)
	}
}

func keysOf(values url.Values) (out []string) {
	for k, v := range values {
		out = append(out, fmt.Sprint(k, len(v), len(v[0])))
	}
	slices.Sort(out)
	return out
}

// TestS14TapsAreEqual: on the ballot each of the four answers is one control, alike in everything but its word and sign; each comes
// first as often as the others; nothing is chosen at first.
func TestS14TapsAreEqual(t *testing.T) {
	b := newBooth(t)
	code := b.card()
	first := map[string]int{}
	reply := regexp.MustCompile(`<label class="reply"><input type="radio" name="a01" value="([1-4])"><svg class="sign"[^>]*>.*?</svg><span>([^<]+)</span></label>`)
	var looks []string
	for range 32 {
		looks = append(looks, form("look", code, ""))
	}
	for _, rec := range b.together(looks...) {
		found := reply.FindAllStringSubmatch(visible(rec), -1)
		digits := map[string]bool{}
		for _, m := range found {
			digits[m[1]] = true
		}
		if len(found) != 4 || len(digits) != 4 || strings.Count(visible(rec), `type="radio"`) != 5 || strings.Count(visible(rec), "checked") != 1 {
			t.Fatalf("the answers are not alike: %v\n%s", found, visible(rec))
		}
		first[found[0][1]]++
	}
	if len(first) != 4 {
		t.Errorf("in 32 pages only these answers came first: %v", first)
	}
	css, err := os.ReadFile("static/voice.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, weighs := range []string{"nth-child", "nth-of-type", "first-child", "last-child", "[value"} {
		if strings.Contains(string(css), weighs) {
			t.Errorf("the style has %s, by which answers could be made unlike", weighs)
		}
	}
}

// TestS14TimingRecorded measures how long each answer takes. All leave with the tick of the box; the medians stand in the log of the
// test, and none is far from the others.
func TestS14TimingRecorded(t *testing.T) {
	b := newBooth(t)
	const each = 5
	took := map[string][]time.Duration{}
	for range each {
		for _, digit := range append(four, "0") {
			body := form("send", b.card(), firstIs(digit))
			began := time.Now()
			b.does(body)
			took[digit] = append(took[digit], time.Since(began))
		}
	}
	var least, most time.Duration
	for _, digit := range append(four, "0") {
		slices.Sort(took[digit])
		median := took[digit][each/2]
		t.Logf("answer %s: median %v of %v to %v", digit, median.Round(time.Millisecond), took[digit][0].Round(time.Millisecond), took[digit][each-1].Round(time.Millisecond))
		if least == 0 || median < least {
			least = median
		}
		most = max(most, median)
	}
	if most-least > 2*time.Second {
		t.Errorf("the medians lie between %v and %v", least, most)
	}
}

// TestS14ManyQuestions: also a ballot of twelve promises with long titles in the longest script has the size of the others.
func TestS14ManyQuestions(t *testing.T) {
	b := newBooth(t)
	title := strings.Repeat("قىسمەن ئورۇندالدى ", 5)
	var about []voice.About
	for i := range voice.MaxAsked {
		d := promise.Promise("org:stone-bridge", promise.Promised{Terms: promise.Terms{Title: locale.Plain("ug", fmt.Sprint(title, i+1)), Task: "water", Places: []string{"quiet-lake"},
			Team: "water-team", Office: "stone-bridge-water", Plan: promise.Plan{Kind: promise.Once, Due: "2026-12-31"}}})
		about = append(about, b.appended(t, d))
	}
	id := b.appended(t, voice.Propose("org:stone-bridge", voice.Round{Villages: []string{"quiet-lake"}, Promises: about, Office: "stone-bridge-water", Days: 20, Opens: today,
		Closes: schedule.AddDays(today, 14), Mode: voice.ModeCards, Level: voice.LevelVillage})).ID
	b.appended(t, voice.Take("org:farmers-association", id, voice.Taking{Printer: "farmers-association", Keeper: "river-foundation"}))
	b.deal(t, "quiet-lake")
	b.tend(t)
	code := b.card()
	for _, body := range []string{form("look", code, ""), form("confirm", code, "123412341234"), form("send", code, "123412341234"), form("look", code, "")} {
		rec := b.does(body)
		if rec.Body.Len() != 32<<10 {
			t.Errorf("%s is answered with %d bytes, of which %d say something", body, rec.Body.Len(), len(visible(rec)))
		}
	}
}

// TestS15NothingIsKept: no answer at the addresses of residents sets or reads a cookie, may be kept, or has a mark by which a browser
// could be known again; no address on the pages holds a code; forms are not to be remembered; the script has no way to keep anything.
func TestS15NothingIsKept(t *testing.T) {
	b := newBooth(t)
	code, used := b.card(), b.card()
	b.does(form("send", used, skipped))
	picture := b.column(t, "SELECT sha256 FROM report_picture WHERE sha256 <> ''")[0]
	answers := map[string]*httptest.ResponseRecorder{"a picture": b.get(at("voice/pictures/" + picture)), "leaving": b.get(at("voice/leave?lang=ug")),
		"an error": b.get(at("voice?a=b")), "no picture": b.get(at("voice/pictures/none")), "first": b.get(at("voice"), "Cookie", "kept-office=x", "If-None-Match", "*")}
	for _, body := range []string{form("look", code, ""), form("confirm", code, firstIs("3")), form("look", used, ""), form("report", used, ""), "code=12&do=look", "x=1",
		form("look", voice.NewCode(), "")} {
		answers[body] = b.does(body)
	}
	for what, rec := range answers {
		h := rec.Header()
		if !strings.HasPrefix(h.Get("Cache-Control"), "no-store") || h.Get("Set-Cookie")+h.Get("ETag")+h.Get("Last-Modified")+h.Get("Expires") != "" || strings.Contains(h.Get("Vary"), "Cookie") {
			t.Errorf("%s: %v", what, h)
		}
		for _, m := range regexp.MustCompile(`(?:href|src|action|formaction|srcset|content)="([^"]*)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
			for _, c := range []voice.Code{code, used} {
				if digits := string(c); strings.Contains(m[1], digits) || strings.Contains(m[1], digits[:4]) && strings.Contains(m[1], digits[12:]) {
					t.Errorf("%s: an address holds a code: %s", what, m[1])
				}
			}
		}
		for _, tag := range regexp.MustCompile(`<form [^>]*>`).FindAllString(rec.Body.String(), -1) {
			if !strings.Contains(tag, `method="post"`) || !strings.Contains(tag, `autocomplete="off"`) {
				t.Errorf("%s: a form: %s", what, tag)
			}
		}
		if title := regexp.MustCompile(`<title>([^<]*)</title>`).FindStringSubmatch(rec.Body.String()); rec.Code == http.StatusOK && title != nil && title[1] != locale.For("en").T("card.title")+" · Clear Valley" {
			t.Errorf("%s: the history of the browser will say %q", what, title[1])
		}
	}
	if got := answers["leaving"]; got.Code != http.StatusSeeOther || got.Header().Get("Location") != at("places?lang=ug") || got.Header().Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("leaving: %d %v", got.Code, got.Header())
	}
	if got := answers["a picture"]; got.Code != http.StatusOK || got.Header().Get("Content-Type") != "image/png" {
		t.Errorf("a picture: %d %v", got.Code, got.Header())
	}
	script, err := os.ReadFile("static/voice.js")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`localStorage|sessionStorage|indexedDB|\bcaches\b|serviceWorker|\.cookie|pushState|replaceState|sendBeacon`).FindAllString(string(script), -1); len(found) > 0 {
		t.Errorf("the script has %v", found)
	}
	// The way out is the first thing of the page that the keyboard reaches.
	if page := answers["first"].Body.String(); !regexp.MustCompile(`(?s)<body[^>]*>\s*<header[^>]*><div[^>]*>\s*<a class="leave"`).MatchString(page) {
		t.Error("the way out is not the first")
	}
}

// TestS3NothingIsCounted: metrics are not told of the addresses of residents, and neither the log nor a page of an error has anything
// of what was sent.
func TestS3NothingIsCounted(t *testing.T) {
	b := newBooth(t)
	code := b.card()
	b.get(at("voice"))
	b.get(at("voice/leave"))
	b.get(at("voice/"))
	b.get(at("voice/none"))
	b.get("/none/voice")
	for _, body := range []string{form("look", code, ""), form("send", code, firstIs("3")), form("report", code, ""), "c4n4ry=" + string(code)} {
		b.does(body)
	}
	if len(b.counted) > 0 {
		t.Errorf("metrics were told of %v", b.counted)
	}
	if b.get(at("")); len(b.counted) != 1 {
		t.Errorf("metrics are told nothing any more: %v", b.counted)
	}
	if log := b.log.String(); log != "" {
		t.Errorf("the log says %s", log)
	}
	b.book.DB.Close() // every page fails from here on
	for _, body := range []string{form("look", b.card(), ""), form("send", b.card(), firstIs("3"))} {
		if rec := b.does(body); rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), string(code)) {
			t.Errorf("%s is answered with %d", body, rec.Code)
		}
	}
	log := b.log.String()
	if !strings.Contains(log, "a page failed") || regexp.MustCompile(`\d{16}|a01|two-rivers`).MatchString(log) {
		t.Errorf("the log says %s", log)
	}
}

// TestTryAgain: when the box cannot be written, or too many ask, what was typed is kept and sent again; the log says why once, and
// not which village's box it was.
func TestTryAgain(t *testing.T) {
	b := newBooth(t)
	code := b.card()
	folder := filepath.Join(b.folders.Boxes, b.round(t, "two-rivers").ID)
	if err := os.Rename(folder, folder+"-away"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		rec := b.does(form("send", code, "312000000000"))
		values := formOf(t, rec, "send")
		if rec.Code != http.StatusServiceUnavailable || rec.Body.Len() != 32<<10 || values.Get("code") != string(code) || values.Get("a01")+values.Get("a02")+values.Get("a03") != "312" {
			t.Errorf("%d %v %s", rec.Code, values, mainWords(rec))
		}
	}
	if log := b.log.String(); strings.Count(log, "answers could not be stored") != 1 || !strings.Contains(log, "no such file") || strings.Contains(log, filepath.Base(folder)) || strings.Contains(log, ".box") {
		t.Errorf("the log says %s", log)
	}
	if err := os.Rename(folder+"-away", folder); err != nil {
		t.Fatal(err)
	}
	if got := mainWords(b.does(form("send", code, "312000000000"))); !strings.HasPrefix(got, "Received") {
		t.Errorf("sent again: %s", got)
	}
	// A flood of codes that do not exist turns its own away, and nobody else.
	flood := make(chan int, 600)
	for range cap(flood) {
		go func() { flood <- b.does(form("look", voice.NewCode(), "")).Code }()
	}
	time.Sleep(20 * time.Millisecond)
	for range 3 {
		began := time.Now()
		if rec := b.does(form("send", b.card(), firstIs("1"))); rec.Code != http.StatusOK || time.Since(began) > 5*time.Second {
			t.Errorf("beside a flood: %d after %v", rec.Code, time.Since(began))
		}
	}
	statuses := map[int]int{}
	for range cap(flood) {
		statuses[<-flood]++
	}
	if statuses[http.StatusServiceUnavailable] == 0 || statuses[http.StatusOK] == 0 || len(statuses) != 2 {
		t.Errorf("the flood was answered with %v", statuses)
	}
}

// TestNoBoxesHere: a server without boxes says that answers are taken elsewhere.
func TestNoBoxesHere(t *testing.T) {
	s := example(t)
	for _, rec := range []*httptest.ResponseRecorder{s.get(at("voice?lang=en")), (&booth{site: s}).does(form("look", voice.NewCode(), ""))} {
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "Answers are not taken here") || bytes.Contains(rec.Body.Bytes(), []byte(`id="code"`)) {
			t.Errorf("%d %s", rec.Code, mainWords(rec))
		}
	}
}
