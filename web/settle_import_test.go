package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kept/demo"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// limited is a browser in which an office has signed in that works in one place only.
func (s *site) limited(t testing.TB, place string) *client {
	t.Helper()
	ctx := t.Context()
	link, err := s.desk.Invite(ctx, staff.Account{}, []staff.Grant{{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge", Places: []string{place}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Accept(ctx, link, "limited", demo.Password); err != nil {
		t.Fatal(err)
	}
	c := &client{site: s}
	if rec := c.post(inOffice("sign-in"), "name", "limited", "password", demo.Password, "do", "sign-in"); rec.Code != http.StatusSeeOther {
		t.Fatalf("signing in: %d %s", rec.Code, wrongIn(rec))
	}
	return c
}

// file sends a file to be looked at, with more fields.
func (c *client) file(t testing.TB, address, content string, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	pairs = append([]string{"do", "look"}, pairs...)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.WriteField(pairs[i], pairs[i+1])
	}
	part, err := w.CreateFormFile("file", "places.csv")
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte(content))
	w.Close()
	r := httptest.NewRequest(http.MethodPost, address, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

// TestSettleImport looks at a file, sees each mistake by its line, writes nothing; then a clean one, written on purpose, once.
func TestSettleImport(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	page := inOffice("places/import?lang=en")
	before := c.count(t, "SELECT count(*) FROM place")

	bad := "code,parent,level,name:en,colour\nmill,stone-bridge,village,Mill,red\nmill,stone-bridge,village,Other Mill,\nx1,x2,village,X,\nx2,x1,township,Y,\nford-2,nowhere,village,Z,\nwillow-ford,upper-pasture,village,Willow Ford,\n"
	rec := c.file(t, page, bad)
	body := rec.Body.String()
	for _, say := range []string{"The code mill stands in line 2 already", "The larger place nowhere is neither", "A place never moves", "Nothing is written of a file with mistakes.", "colour"} {
		if !strings.Contains(body, say) {
			t.Errorf("the page does not say %q", say)
		}
	}
	if strings.Contains(body, `value="write"`) {
		t.Error("a file with mistakes can be written")
	}
	form := formOf(t, rec, "look")
	form.Set("do", "write")
	c.send(page, form)
	if c.count(t, "SELECT count(*) FROM place") != before {
		t.Error("a file with mistakes was written")
	}
	if body := c.file(t, inOffice("places/import?lang=ug"), bad).Body.String(); !strings.Contains(body, "2 - قۇردا بار") {
		t.Error("the mistakes are not said in Uyghur")
	}
	for content, say := range map[string]string{"": "There is no place in the file.", "PK\x03\x04": "This is a spreadsheet", "a,b\n1,2\n": "No column has the codes", "\xff\xff\xff": "neither UTF-8"} {
		if rec := c.file(t, page, content); !strings.Contains(wrongIn(rec), say) {
			t.Errorf("%q: %s", content, wrongIn(rec))
		}
	}
	refused(t, c.post(page, "do", "look"), "Choose a file.")

	// Names of which the file does not say the language.
	good := "code;parent;level;name\nmill;stone-bridge;village;Mill\npond;mill;site;Mill Pond\nwillow-ford;stone-bridge;village;Willow Ford\n"
	rec = c.file(t, page, good)
	refused(t, rec, "Say in which language the names are")
	if strings.Contains(rec.Body.String(), "Put its name right there") || strings.Contains(rec.Body.String(), `value="write"`) {
		t.Error("names of no language are compared with the book, or can be written")
	}
	rec = c.file(t, page, good, "language", "en")
	if body := rec.Body.String(); !strings.Contains(body, "Write 2 places into the book") || !strings.Contains(body, "Mill Pond") {
		t.Fatalf("the clean file is not understood: %s", wrongIn(rec))
	}
	if c.count(t, "SELECT count(*) FROM place") != before {
		t.Error("looking at a file writes it")
	}
	form = formOf(t, rec, "write")
	for range 2 {
		c.settled(t, c.send(page, form))
	}
	if got := c.column(t, "SELECT code || ' ' || parent || ' ' || name FROM place WHERE code IN ('mill', 'pond') ORDER BY code"); strings.Join(got, "\n") != `mill stone-bridge {"original":"en","in":{"en":"Mill"}}`+"\n"+`pond mill {"original":"en","in":{"en":"Mill Pond"}}` {
		t.Errorf("in the book: %q", got)
	}
	if rec := c.file(t, page, good, "language", "en"); !strings.Contains(rec.Body.String(), "Everything in this file stands in the book already.") {
		t.Error("the same file is new again")
	}

	// Another session does not have the file, and after another file or a restart it is gone.
	if rec := s.as(t, "office").send(page, form); !strings.Contains(wrongIn(rec), "The file is no longer held here") {
		t.Errorf("another session has the file: %s", wrongIn(rec))
	}
	c.file(t, page, "code,level,name:en\nq,village,Q\n")
	refused(t, c.send(page, form), "The file is no longer held here")
	rec = c.file(t, page, "code,level,name:en\nq,village,Q\n")
	form = formOf(t, rec, "write")
	s.again(web.Options{})
	refused(t, c.send(page, form), "The file is no longer held here")
	if rec := c.file(t, page, strings.Repeat("x", 25<<20)); rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("25 MB: %d", rec.Code)
	}
	if rec := c.file(t, page, strings.Repeat("x", 21<<20)); !strings.Contains(wrongIn(rec), "larger than 20 MB") {
		t.Errorf("21 MB: %d %s", rec.Code, wrongIn(rec))
	}
}

// TestSettleEmpty leads the office of a new programme from nothing to its first promise, one step after the other.
func TestSettleEmpty(t *testing.T) {
	c := newProgramme(t)
	step := func(next string) {
		t.Helper()
		body := c.get(inOffice("parts?lang=en")).Body.String()
		_, at, ok := strings.Cut(body, `aria-current="step"`)
		if at, _, _ = strings.Cut(at, "</li>"); !ok || !strings.Contains(at, ">"+next+"<") {
			t.Errorf("the next step is not %s: %s", next, at)
		}
	}
	step("Tasks")
	for _, list := range []string{"tasks", "places", "teams"} {
		if rec := c.get(inOffice(list + "?lang=en")); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `class="empty"`) {
			t.Errorf("%s: %d, and no word that it is empty", list, rec.Code)
		}
	}
	c.settled(t, c.sent(t, inOffice("tasks?lang=en"), "add", "name.en", "Water", "code", "water"))
	step("Places")
	c.settled(t, c.sent(t, inOffice("places/new?lang=en"), "add", "name.en", "Ford", "code", "ford", "level", "village"))
	step("Teams")
	c.settled(t, c.sent(t, inOffice("teams/new?lang=en"), "add", "name.en", "Water Team", "code", "w", "organisation", "office"))
	step("The first promise")
	c.settled(t, c.sent(t, inOffice("programme/goal?lang=en"), "name", "name.en", "Water for all", "name.ug", "ھەممىگە سۇ"))
	if body := c.get(inOffice("parts?lang=ug")).Body.String(); !strings.Contains(body, "ھەممىگە سۇ") {
		t.Error("the goal is not shown in another language")
	}
}

// newProgramme is a programme of which only its office is there, in which that has signed in.
func newProgramme(t *testing.T) *client {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	location, err := store.At(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Create(ctx, demo.Name)
	if err != nil {
		t.Fatal(err)
	}
	key, err := demo.Key()
	if err != nil {
		t.Fatal(err)
	}
	book, err := ledger.Create(ctx, db, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), key, ledger.Options{Today: func() string { return today }})
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := book.Append(ctx,
		ledger.Draft{Kind: programme.KindProgramme, Who: "org:office", Data: programme.Programme{Name: demo.Name, Title: locale.Plain("en", "New"), Goal: locale.Plain("en", "Wells"),
			From: today, Until: "2027-11-24", Zone: "UTC", Languages: []string{"en", "ug"}}},
		ledger.Draft{Kind: programme.KindOrganisation, Who: "org:office", Data: programme.Organisation{Code: "office", Name: locale.Plain("en", "Office")}})
	for _, r := range receipts {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	deskDB, err := location.Server(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{book: book, log: &bytes.Buffer{}, deskDB: deskDB, dir: dir}
	if s.desk, err = staff.Open(ctx, deskDB, time.Now); err != nil {
		t.Fatal(err)
	}
	link, err := s.desk.Invite(ctx, staff.Account{}, []staff.Grant{{Programme: demo.Name, Role: staff.Office, Who: "org:office"}})
	if err != nil {
		t.Fatal(err)
	}
	account, err := s.desk.Accept(ctx, link, "office", demo.Password)
	if err != nil {
		t.Fatal(err)
	}
	s.accounts = []staff.Account{account}
	s.again(web.Options{})
	t.Cleanup(s.close)
	return s.as(t, "office")
}
