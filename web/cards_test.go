package web_test

import (
	"context"
	"errors"
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

	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// withBoxes opens boxes for a site and serves it again with them.
func (s *site) withBoxes(t testing.TB) (folder string) {
	t.Helper()
	folder = t.TempDir()
	var err error
	s.boxes, err = voice.OpenBoxes(voice.Folders{Boxes: filepath.Join(folder, "boxes"), Keys: filepath.Join(folder, "keys"), Data: s.dir})
	if err != nil {
		t.Fatal(err)
	}
	boxes := s.boxes
	t.Cleanup(func() { boxes.Close() })
	if _, err := s.boxes.Tend(t.Context(), s.book); err != nil {
		t.Fatal(err)
	}
	s.again(web.Options{})
	return folder
}

const farmers, foundation = "farmers-association", "river-foundation"

// asking is a programme of so many villages in two townships, with rounds of cards that ask all of them, 400 a round, and that the
// farmers' association of the example has taken on.
func asking(t testing.TB, villages int, level string) (s *site, rounds []string, folder string) {
	t.Helper()
	dir := t.TempDir()
	location, err := store.At(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Create(context.Background(), demo.Name)
	if err != nil {
		t.Fatal(err)
	}
	book, err := ledger.Create(context.Background(), db, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), ledgertest.Key(t), ledger.Options{Today: func() string { return today }})
	if err != nil {
		t.Fatal(err)
	}
	words := func(en, zh, ug string) locale.Wording {
		return locale.Wording{Original: "en", In: map[string]string{"en": en, "zh-Hans": zh, "ug": ug}}
	}
	office := func(kind string, data any) ledger.Draft {
		return ledger.Draft{Kind: kind, Who: "org:office", Data: data}
	}
	drafts := []ledger.Draft{
		office(programme.KindProgramme, programme.Programme{Name: demo.Name, Title: words("Clear Valley", "清谷", "سۈزۈك ۋادى"), Goal: words("Water", "水", "سۇ"), From: "2026-01-01", Until: "2027-12-31",
			Zone: "UTC", Languages: []string{"en", "zh-Hans", "ug"}}),
	}
	for _, code := range []string{"office", "county", farmers, foundation} {
		drafts = append(drafts, office(programme.KindOrganisation, programme.Organisation{Code: code, Name: words(code, code, code)}))
	}
	drafts = append(drafts,
		office(programme.KindTask, programme.Task{Code: "water", Name: words("Water", "水", "سۇ")}),
		office(programme.KindPlace, programme.Place{Code: "valley", Level: "district", Name: words("Valley", "谷", "ۋادى")}))
	for _, code := range []string{"north", "south"} {
		drafts = append(drafts, office(programme.KindPlace, programme.Place{Code: code, Parent: "valley", Level: "township", Name: words("Township "+code, code, code)}))
	}
	var codes []string
	for n := range villages {
		code := fmt.Sprintf("v.%04d", n)
		codes = append(codes, code)
		drafts = append(drafts, office(programme.KindPlace, programme.Place{Code: code, Parent: []string{"north", "south"}[n%2], Level: "village",
			Name: words(fmt.Sprintf("Village %c", 'A'+n%26), "村", "كەنت")}))
	}
	ledgertest.Append(t, book, drafts...)
	for some := range slices.Chunk(codes, 400) {
		made := ledgertest.Append(t, book, promise.Promise("org:office", promise.Promised{Terms: promise.Terms{Title: words("Wells", "井", "قۇدۇق"), Task: "water", Places: []string{"valley"},
			Office: "office", Plan: promise.Plan{Kind: promise.Once, Due: "2026-06-30"}}}))[0]
		id := ledgertest.Append(t, book, voice.Propose("org:office", voice.Round{Villages: some, Promises: []voice.About{{Seq: made.Seq, ID: made.ID}}, Office: "county", Days: 20,
			Opens: today, Closes: schedule.AddDays(today, 14), Mode: voice.ModeCards, Level: level}))[0].ID
		ledgertest.Append(t, book, voice.Take("org:"+farmers, id, voice.Taking{Printer: farmers, Keeper: foundation}))
		rounds = append(rounds, id)
	}
	if s, err = serveOffice(location, book, dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s, rounds, s.withBoxes(t)
}

// roundOf finds a round of the example.
func (s *site) roundOf(t testing.TB, where string) string {
	t.Helper()
	return s.cell(t, "SELECT id FROM round WHERE reviewer = '"+farmers+"' AND "+where+" ORDER BY seq")
}

const openRound = "mode = 'cards' AND opens <= '" + today + "' AND closes > '" + today + "' AND suspended = ''"

func cardsAt(id, lang string) string { return inOffice("rounds/" + id + "/cards?lang=" + lang) }

// deals goes through both pages: what was typed, the check, the sheets.
func (c *client) deals(t testing.TB, address, button string, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	rec := c.post(address, append(pairs, "do", button)...)
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `value="make"`) {
		t.Fatalf("the check: %d %q", rec.Code, wrongs(rec))
	}
	return c.send(address, formOf(t, rec, "make"))
}

var (
	oneCard  = regexp.MustCompile(`(?s)<article class="card.*?</article>`)
	codeSpan = regexp.MustCompile(`<span>(\d{4} \d{4})</span> <span>(\d{4} \d{4})</span>`)
)

// codesIn reads the codes on a page of sheets.
func codesIn(t testing.TB, page string) (codes []voice.Code) {
	t.Helper()
	for _, m := range codeSpan.FindAllStringSubmatch(page, -1) {
		code, ok := voice.ParseCode(m[1] + m[2])
		if !ok {
			t.Fatalf("%q is no code", m[0])
		}
		codes = append(codes, code)
	}
	return codes
}

// forms are the forms in which a code could lie somewhere.
func forms(c voice.Code) []string {
	g := c.Groups()
	return []string{string(c), g, strings.ReplaceAll(g, " ", "-"), strings.ReplaceAll(g, " ", "+"), g[:9], g[10:]}
}

// TestS17CodesAreOnPaperOnly: the reviewer makes the cards of the example's open round. The codes are on the page, are good, and are in
// no file of the book, of the accounts, of the boxes and keys, in no log, and on no other page.
func TestS17CodesAreOnPaperOnly(t *testing.T) {
	s := ownExample(t)
	folder := s.withBoxes(t)
	c, id := s.as(t, "reviewer"), s.roundOf(t, openRound)
	rec := c.deals(t, cardsAt(id, "en"), "check:0", "households.0", "40")
	codes := codesIn(t, rec.Body.String())
	if rec.Code != http.StatusOK || len(codes) != 45 {
		t.Fatalf("%d, %d cards", rec.Code, len(codes))
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Content-Encoding": "", "X-Accel-Buffering": "no", "Content-Type": "text/html; charset=utf-8", "ETag": ""} {
		if got := rec.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	title, _, _ := strings.Cut(rec.Body.String(), "</title>")
	if strings.Contains(fmt.Sprint(rec.Header()), codes[0].Groups()[:9]) || codeSpan.MatchString(title) {
		t.Error("a code stands in a header or the title")
	}
	seen := map[voice.Code]bool{}
	for _, code := range codes {
		seen[code] = true
	}
	if len(seen) != len(codes) {
		t.Error("a code stands twice")
	}
	if outcome, err := s.boxes.Receive(t.Context(), codes[7], voice.Ballot(voice.Kept)); err != nil || outcome != voice.Received {
		t.Errorf("a card that was printed: %v, %v", outcome, err)
	}
	places := map[string]string{"the log": s.log.String(), "the page after it": c.get(cardsAt(id, "en")).Body.String(), "the acts": s.as(t, "admin").get("/office/acts?lang=en").Body.String()}
	for _, f := range []string{s.dir, folder} {
		err := filepath.WalkDir(f, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			places[path] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(places) < 8 {
		t.Errorf("only %d files were searched", len(places))
	}
	for where, content := range places {
		for _, code := range codes {
			for _, form := range forms(code) {
				if strings.Contains(content, form) {
					t.Fatalf("%s holds a code", where)
				}
			}
		}
	}
	if acts := places["the acts"]; strings.Count(acts, "made cards of a round") != 1 || !strings.Contains(acts, "/log/entries/"+s.cell(t, "SELECT seq FROM round WHERE id = $1", id)+"?") {
		t.Error("the acts do not say once that cards of this round were made")
	}
}

// TestCardsAreAlike: two cards of a village differ in nothing but the code, whoever made them and in whatever language; and nothing stands
// between them that could tell one from another.
func TestCardsAreAlike(t *testing.T) {
	s, rounds, _ := asking(t, 3, voice.LevelVillage)
	c := s.as(t, "reviewer")
	one := map[string]string{}
	for i, l := range locale.Languages {
		rec := c.deals(t, cardsAt(rounds[0], l.Tag), []string{"check", "check:0", "check:0"}[i], "households.0", "20", "households.1", "25", "spares.1", "0", "households.2", "21", "spares.2", "3")
		page := rec.Body.String()
		for _, problem := range problems(page, l) {
			t.Errorf("in %s: %s", l.Tag, problem)
		}
		villages := strings.Split(page, `<section class="sheet cover">`)
		if want := []int{4, 2, 2}[i]; len(villages) != want {
			t.Fatalf("in %s: %d covers, should be %d", l.Tag, len(villages)-1, want-1)
		}
		for n, part := range villages[1:] {
			cards := oneCard.FindAllString(part, -1)
			if want := []int{25, 25, 24}[n]; len(cards) != want || len(codesIn(t, part)) != want {
				t.Errorf("in %s: village %d has %d cards, should have %d", l.Tag, n, len(cards), want)
			}
			for _, card := range cards {
				blank := codeSpan.ReplaceAllString(card, "CODE")
				if key := fmt.Sprint(n); one[key] == "" {
					one[key] = blank
				} else if blank != one[key] {
					t.Fatalf("in %s: two cards of village %d differ in more than their code:\n%s\n%s", l.Tag, n, one[key], blank)
				}
			}
			if strings.Count(part, `<aside class="end">`) != 1 {
				t.Errorf("in %s: the cards of village %d do not end with one strip", l.Tag, n)
			}
			_, between, _ := strings.Cut(part, "</section>")
			between, _, _ = strings.Cut(between, "<aside")
			sheets := strings.Fields(strings.NewReplacer("</section>", "", `<section class="sheet">`, "SHEET").Replace(oneCard.ReplaceAllString(between, "CARD")))
			for i, word := range sheets {
				if want := map[bool]string{true: "SHEET", false: "CARD"}[i%4 == 0]; word != want {
					t.Fatalf("between the cards stands %q", sheets)
				}
			}
		}
		for _, m := range regexp.MustCompile(`<(?:span|bdi|p)[^>]*lang="([^"]*)"[^>]*>`).FindAllString(page, -1) {
			for _, l := range locale.Languages {
				if strings.Contains(m, `lang="`+l.Tag+`"`) && !strings.Contains(m, `dir="`+l.Dir+`"`) {
					t.Errorf("%s has the wrong direction", m)
				}
			}
		}
	}
	if body := s.get("/static/cards.css").Body.String(); !strings.Contains(body, "@page { size: A4") {
		t.Error("the sheets are not A4")
	} else if regexp.MustCompile(`nth-|:first|:last|counter`).MatchString(body) {
		t.Error("the style tells a card from another")
	}
}

// TestS17WhoMakesCards: cards are made by the reviewer who took the round on, for a round of cards that is open or waits, and by nobody else.
func TestS17WhoMakesCards(t *testing.T) {
	s := ownExample(t)
	s.withBoxes(t)
	link, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{{Programme: demo.Name, Role: staff.Reviewer, Who: "org:" + foundation}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Accept(t.Context(), link, "Foundation", "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	other := &client{site: s}
	other.post(inOffice("sign-in"), "name", "Foundation", "password", "correct horse battery", "do", "sign-in")
	mine := s.as(t, "reviewer")
	proposed := voice.Round{Villages: []string{"deer-meadow"}, Office: "stone-bridge", Days: 20, Opens: today, Closes: schedule.AddDays(today, 14), Mode: voice.ModeCards, Level: voice.LevelVillage}
	proposed.Promises = s.unasked(t, "deer-meadow")
	untaken := ledgertest.Append(t, s.book, voice.Propose("org:stone-bridge", proposed))[0].ID
	for _, test := range []struct {
		what      string
		c         *client
		id        string
		get, post int
		says      string
	}{
		{"mine", mine, s.roundOf(t, openRound), 200, 200, ""},
		{"another one's", other, s.roundOf(t, openRound), 403, 403, ""},
		{"an assembly", mine, s.roundOf(t, "mode = 'assembly'"), 200, 422, "cards.assembly"},
		{"closed", mine, s.roundOf(t, "mode = 'cards' AND closes <= '"+today+"'"), 200, 422, "cards.not-now"},
		{"suspended", mine, s.roundOf(t, "suspended <> ''"), 200, 422, "cards.not-now"},
		{"taken on by nobody", mine, untaken, 403, 403, ""},
		{"none", mine, strings.Repeat("0", 32), 404, 404, ""},
	} {
		get := test.c.get(cardsAt(test.id, "en"))
		post := test.c.post(cardsAt(test.id, "en"), "do", "make", "households.0", "40", "made.0", "none")
		if get.Code != test.get || post.Code != test.post {
			t.Errorf("%s: %d and %d, should be %d and %d", test.what, get.Code, post.Code, test.get, test.post)
		}
		if n := len(codesIn(t, post.Body.String())); (n > 0) != (test.what == "mine") {
			t.Errorf("%s: %d cards", test.what, n)
		}
		if test.says != "" && (!strings.Contains(get.Body.String(), locale.For("en").T(test.says)) || strings.Contains(get.Body.String(), `name="households.0"`)) {
			t.Errorf("%s: it is not said why, or can be typed all the same", test.what)
		}
	}
	if made := s.boxes.Made(s.roundOf(t, openRound)); len(made) != 1 {
		t.Errorf("made: %v", made)
	}
	s.boxes.Close()
	s.boxes = nil
	s.again(web.Options{})
	if body := s.as(t, "reviewer").get(cardsAt(s.roundOf(t, openRound), "en")).Body.String(); !strings.Contains(body, locale.For("en").T("cards.no-boxes")) {
		t.Error("a server without boxes does not say so")
	}
}

// unasked finds a promise to a village that no round asked about.
func (s *site) unasked(t testing.TB, village string) []voice.About {
	t.Helper()
	const from = ` FROM promise AS p JOIN promise_place AS x ON x.promise = p.seq WHERE x.place = $1 AND p.withdrawn = '' AND p.seq NOT IN (SELECT q.promise FROM question AS q) ORDER BY p.seq`
	var about voice.About
	fmt.Sscan(s.cell(t, "SELECT p.seq"+from, village), &about.Seq)
	about.ID = s.cell(t, "SELECT p.id"+from, village)
	return []voice.About{about}
}

// TestCardsAreRefused: what cannot be is said beside the village or the place, and what was typed stays.
func TestCardsAreRefused(t *testing.T) {
	s, rounds, _ := asking(t, 4, voice.LevelTownship)
	c, address := s.as(t, "reviewer"), cardsAt(rounds[0], "en")
	// Villages 0 and 2 lie in the north, and their box is that of the township; 1 and 3 in the south.
	for _, test := range []struct {
		what, button string
		typed        []string
		field, want  string
	}{
		{"nothing typed", "check", nil, "households.0", "Write how many households Village A has"},
		{"no number", "check:0", []string{"households.0", "many", "households.2", "30"}, "households.0", "Village A"},
		{"no spare cards can be taken away", "check:0", []string{"households.0", "30", "spares.0", "-1", "households.2", "30"}, "spares.0", "Village A"},
		{"half a household", "check:0", []string{"households.0", "30", "households.2", "9.5"}, "households.2", "Village C"},
		{"too few together", "check:1", []string{"households.1", "9", "households.3", "10"}, "place.1", "Township south has fewer than 20 households"},
		{"too many", "check:1", []string{"households.1", "19000", "households.3", "2000"}, "households.1", "Village B"},
		{"a place that is not there", "check:2", nil, "", "No place is chosen"},
		{"made without the second page", "make", []string{"households.0", "30", "households.2", "30"}, "", "No place is chosen"},
	} {
		rec := c.post(address, append(test.typed, "do", test.button)...)
		body := rec.Body.String()
		if rec.Code != 200 || len(codesIn(t, body)) > 0 || strings.Contains(body, `value="make"`) {
			t.Errorf("%s: %d, or it goes on", test.what, rec.Code)
		}
		if at := besideField(body, test.field); !strings.Contains(at, test.want) {
			t.Errorf("%s: beside %q stands %q, should be %q", test.what, test.field, at, test.want)
		}
		for i := 0; i+1 < len(test.typed); i += 2 {
			if !regexp.MustCompile(`name="` + regexp.QuoteMeta(test.typed[i]) + `"[^>]*value="` + regexp.QuoteMeta(test.typed[i+1]) + `"`).MatchString(body) {
				t.Errorf("%s: %s is not there any more", test.what, test.typed[i])
			}
		}
		for _, problem := range problems(body, locale.Languages[0]) {
			if !strings.HasPrefix(problem, "a field without a label") { // it looks only at labels around fields
				t.Errorf("%s: %s", test.what, problem)
			}
		}
	}
	if rec := c.post(address, "do", "check", "households", "3"); rec.Code != http.StatusBadRequest {
		t.Errorf("an unknown field: %d", rec.Code)
	}
	if len(s.boxes.Made(rounds[0])) != 0 {
		t.Error("something was made")
	}
	// The check says what will be; the numbers of villages that are not made now come along.
	check := c.post(address, "do", "check:0", "households.0", "12", "households.2", "20", "spares.2", "0", "households.1", "33")
	form := formOf(t, check, "make")
	if form.Get("made.0") != "none" || form.Has("made.1") || form.Get("households.1") != "33" || !strings.Contains(check.Body.String(), "37 cards, ready to be made") {
		t.Errorf("the check: %v", form)
	}
	if back := c.send(address, formOf(t, check, "change")); !strings.Contains(back.Body.String(), `value="33"`) || !strings.Contains(back.Body.String(), `value="12"`) {
		t.Error("after changing one's mind what was typed is not there")
	}
	first := codesIn(t, c.send(address, form).Body.String())
	again := c.send(address, form)
	if len(first) != 37 || len(codesIn(t, again.Body.String())) != 0 || !strings.Contains(besideField(again.Body.String(), "place.0"), "have been made since you looked") {
		t.Errorf("%d cards; the same form sent again: %d, %q", len(first), again.Code, wrongs(again))
	}
	if _, err := s.boxes.Tend(t.Context(), s.book); err != nil {
		t.Fatal(err)
	}
	anew := c.post(address, "do", "check:0", "households.0", "12", "households.2", "20")
	if !strings.Contains(anew.Body.String(), locale.For("en").T("cards.replaces")) {
		t.Error("it is not asked whether the first cards shall be worthless")
	}
	second := codesIn(t, c.send(address, formOf(t, anew, "make")).Body.String())
	if outcome, _ := s.boxes.Receive(t.Context(), first[0], voice.Ballot(voice.Kept)); outcome != voice.Unknown {
		t.Errorf("a card that was made anew: %v", outcome)
	}
	if outcome, _ := s.boxes.Receive(t.Context(), second[0], voice.Ballot(voice.Kept)); outcome != voice.Received {
		t.Errorf("a card: %v", outcome)
	}
	used := c.deals(t, address, "check:0", "households.0", "12", "households.2", "20")
	if len(codesIn(t, used.Body.String())) != 0 || !strings.Contains(besideField(used.Body.String(), "place.0"), "Cards of Township north have been used") {
		t.Errorf("after one was used: %d, %q", used.Code, wrongs(used))
	}
	// All that are left: only the south.
	rest := c.deals(t, address, "check", "households.1", "20", "households.3", "20", "spares.1", "0", "spares.3", "0")
	if n := len(codesIn(t, rest.Body.String())); n != 40 {
		t.Errorf("%d cards of the rest", n)
	}
	if acts := s.as(t, "admin").get("/office/acts?lang=en").Body.String(); strings.Count(acts, "made cards of a round") != 5 {
		t.Errorf("of five tries %d are noted", strings.Count(acts, "made cards of a round"))
	}
}

// besideField is what is said to be wrong with a field, or with the form.
func besideField(body, field string) string {
	mark := `id="f-` + field + `-wrong">`
	switch {
	case field == "":
		mark = `<div class="note bad" role="alert">`
	case strings.HasPrefix(field, "place."):
		mark = `<fieldset id="p-` + strings.TrimPrefix(field, "place.") + `" class="bad">`
	}
	_, rest, _ := strings.Cut(body, mark)
	rest, _, _ = strings.Cut(rest, map[bool]string{true: "</div>", false: "</"}[field == ""])
	if strings.HasPrefix(field, "place.") {
		_, all, _ := strings.Cut(body, mark)
		_, rest, _ = strings.Cut(all, `<p class="wrong" role="alert">`)
		rest, _, _ = strings.Cut(rest, "</p>")
	}
	return regexp.MustCompile("[\u2066-\u2069]").ReplaceAllString(rest, "")
}

// saboteur takes the boxes away once so many villages were printed.
type saboteur struct {
	*httptest.ResponseRecorder
	covers int
	folder string
}

func (w *saboteur) Write(p []byte) (int, error) {
	if strings.Contains(string(p), `<section class="sheet cover">`) {
		if w.covers--; w.covers == 0 {
			if err := os.RemoveAll(w.folder); err != nil {
				return 0, err
			}
		}
	}
	return w.ResponseRecorder.Write(p)
}

// TestCardsBreakOff: what fails in the middle is said at the end of what was printed, in words; the log knows no code.
func TestCardsBreakOff(t *testing.T) {
	s, rounds, folder := asking(t, 3, voice.LevelVillage)
	c, address := s.as(t, "reviewer"), cardsAt(rounds[0], "en")
	check := c.post(address, "do", "check", "households.0", "20", "households.1", "20", "households.2", "20")
	r := newForm(address, formOf(t, check, "make"))
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	w := &saboteur{httptest.NewRecorder(), 2, filepath.Join(folder, "boxes", rounds[0])}
	s.ServeHTTP(w, r)
	page := w.Body.String()
	if codes := codesIn(t, page); w.Code != 200 || len(codes) != 50 || strings.Count(page, `<aside class="end">`) != 1 {
		t.Errorf("%d, %d cards, %d strips", w.Code, len(codes), strings.Count(page, `<aside class="end">`))
	}
	if !strings.HasSuffix(strings.TrimSpace(page), "</html>") || !strings.Contains(page, locale.For("en").T("cards.broken-text")) {
		t.Error("the page does not end by saying that it broke off")
	}
	for _, problem := range problems(page, locale.Languages[0]) {
		t.Error(problem)
	}
	log := s.log.String()
	if !strings.Contains(log, "failed in the middle") || !strings.Contains(log, "route=\"POST /office/rounds/{id}/cards\"") {
		t.Errorf("the log says %q", log)
	}
	for _, code := range codesIn(t, page) {
		for _, form := range forms(code) {
			if strings.Contains(log, form) {
				t.Fatal("the log holds a code")
			}
		}
	}
}

// gone is a reader who goes away.
type gone struct {
	*httptest.ResponseRecorder
	left int
}

func (w *gone) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errors.New("the reader has gone")
	}
	return w.ResponseRecorder.Write(p)
}

// TestCardsStream: the first card is on its way before the last one is made, and who goes away stops what is not made yet.
func TestCardsStream(t *testing.T) {
	s, rounds, _ := asking(t, 6, voice.LevelVillage)
	c, address := s.as(t, "reviewer"), cardsAt(rounds[0], "en")
	typed := url.Values{"do": {"make"}}
	for n := range 6 {
		typed.Set(fmt.Sprintf("households.%d", n), "200")
		typed.Set(fmt.Sprintf("made.%d", n), "none")
	}
	r := newForm(address, typed)
	for _, cookie := range c.cookies {
		r.AddCookie(cookie)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	w := &gone{httptest.NewRecorder(), 300_000}
	s.ServeHTTP(w, r.WithContext(ctx))
	if made := len(s.boxes.Made(rounds[0])); made < 1 || made > 3 {
		t.Errorf("for a reader who took 300 kB the cards of %d places were made", made)
	}
	if !w.Flushed || len(codesIn(t, w.Body.String())) < 20 {
		t.Errorf("%d cards came", len(codesIn(t, w.Body.String())))
	}
}
