package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kept/demo"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// folder is a host that keeps programmes in a folder of the test.
type folder struct {
	*site
	dir    string
	opened []string
	broken bool
}

func (f *folder) Open(ctx context.Context, name, zone string, first []ledger.Draft) error {
	if f.broken {
		return &store.Problem{What: "the disk is full"}
	}
	location, err := store.At(f.dir, f.dir)
	if err != nil {
		return err
	}
	db, err := location.Create(ctx, name)
	if err != nil {
		return err
	}
	key, err := ledger.NewKey(ledger.RandomOrigin(name), nil)
	if err != nil {
		return err
	}
	book, err := ledger.Create(ctx, db, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), key, ledger.Options{Today: func() string { return today }, Folder: location.Beside(name)})
	if err != nil {
		return err
	}
	receipts, err := book.Append(ctx, first...)
	for _, r := range receipts {
		err = errors.Join(err, r.Err)
	}
	if err != nil {
		return errors.Join(err, book.Close(), db.Close())
	}
	f.opened = append(f.opened, name+" "+zone)
	f.Serve(name, book, nil)
	return nil
}

func (f *folder) Backup(_ context.Context, name string) (string, error) {
	if f.broken {
		return "", &store.Problem{What: "the disk is full"}
	}
	file := filepath.Join(f.dir, "backup-of-"+name+".db")
	return file, os.WriteFile(file, make([]byte, 1_234_000), 0o600)
}

var printedLink = regexp.MustCompile(`http://example\.com(/[a-z/]*office/invitations/[a-z2-7]+)<`)

// invited reads the address that the page of a link shows.
func invited(t testing.TB, page string) string {
	t.Helper()
	m := printedLink.FindStringSubmatch(page)
	if m == nil || strings.Count(page, `<svg class="qr"`) != 1 {
		t.Fatalf("the page shows no link: %s", page)
	}
	return m[1]
}

// TestAdminInvites: somebody is invited on pages alone, the link is shown once, and works; places limit an office.
func TestAdminInvites(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "admin")
	shows(t, c.get("/office/invite?lang=en"), http.StatusOK, "As what?", "In which programme?")
	address := "/office/invite?lang=en&programme=" + demo.Name + "&role=office"
	rec := c.get(address)
	form := formOf(t, rec, "give")
	shows(t, c.send(address, form), http.StatusOK, "must be chosen")
	form.Set("who", "org:stone-bridge")
	form.Set("q", "two riv")
	form.Set("do", "find")
	rec = c.send(address, form)
	shows(t, rec, http.StatusOK, "Two Rivers", "Everywhere in the programme")
	form = formOf(t, rec, "add:two-rivers")
	if form.Get("who") != "org:stone-bridge" || form.Get("q") != "two riv" {
		t.Errorf("after finding: %v", form)
	}
	form = formOf(t, c.send(address, form), "give")
	if !slices.Equal(form["places[]"], []string{"two-rivers"}) {
		t.Fatalf("after adding: %v", form)
	}
	rec = c.send(address, form)
	shows(t, rec, http.StatusOK, "This page is shown once", "only in Two Rivers", "It works once")
	link := invited(t, rec.Body.String())
	list := c.get("/office/?lang=en")
	shows(t, list, http.StatusOK, "Links that nobody has used yet", "only in Two Rivers")
	if token := link[strings.LastIndex(link, "/")+1:]; strings.Contains(list.Body.String(), token) {
		t.Error("the link is shown again")
	}
	guest := s.as(t, "")
	join := formOf(t, guest.get(link), "join")
	join.Set("name", "Aygul")
	join.Set("password", "seven brown wells")
	join.Set("again", "seven brown wells")
	if rec := guest.send(link+"?lang=en", join); rec.Header().Get("Location") != inOffice("?lang=en&signed=in") {
		t.Fatalf("joining: %d %s", rec.Code, textOf(t, rec))
	}
	want := []staff.Grant{{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge", Places: []string{"two-rivers"}}}
	if got := s.account(t, "Aygul").Grants; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the grants are %v", got)
	}

	// What the page does not offer is refused.
	for _, forged := range [][]string{
		{"who", "team:stone-bridge"}, {"who", "org:nobody"}, {"who", ""}, {"who", "org:stone-bridge", "places[]", "nowhere"},
	} {
		if rec := c.post(address, append(forged, "do", "give")...); printedLink.MatchString(rec.Body.String()) {
			t.Errorf("%v makes a link", forged)
		}
	}
	for _, bad := range []string{"role=king", "role=office&programme=nothing", "role=team&programme=office", "x=1"} {
		shows(t, c.get("/office/invite?"+bad), http.StatusBadRequest)
	}
	shows(t, c.post("/office/invite", "do", "give"), http.StatusBadRequest)
}

// TestAdminRecalls: a link that was recalled opens nothing.
func TestAdminRecalls(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "admin")
	address := "/office/invite?lang=en&role=admin"
	link := invited(t, c.send(address, formOf(t, c.get(address), "give")).Body.String())
	open := must(s.desk.Invitations(t.Context()))(t)
	if len(open) != 1 {
		t.Fatalf("%d links are open", len(open))
	}
	leads(t, c.send("/office/?lang=en", formOf(t, c.get("/office/?lang=en"), "recall:"+open[0].ID)), "/office/?done=recalled&lang=en")
	shows(t, c.get("/office/?done=recalled&lang=en"), http.StatusOK, "The link was recalled")
	shows(t, s.as(t, "").get(link+"?lang=en"), http.StatusNotFound, "This link does not work")
	shows(t, c.post("/office/?lang=en", "do", "recall:"+open[0].ID), http.StatusOK, "This link does not work, or does not work any more")
}

// TestAdminChangesAccounts: roles are given and taken, accounts ended and opened again, each after a question; the last
// administrator stays.
func TestAdminChangesAccounts(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "admin")
	team, admin := s.account(t, "team"), s.account(t, "admin")
	page := "/office/accounts/" + team.ID + "?lang=en"
	shows(t, c.get(page), http.StatusOK, "team", "Water", "Clear Valley")

	// The role of a programme is replaced, not doubled.
	give := "/office/accounts/" + team.ID + "/grant?lang=en&programme=" + demo.Name + "&role=reviewer"
	rec := c.get(give)
	shows(t, rec, http.StatusOK, "A role for team", "takes the place of the role")
	form := formOf(t, rec, "give")
	form.Set("who", "org:farmers-association")
	leads(t, c.send(give, form), "/office/accounts/"+team.ID+"?done=granted&lang=en")
	if got := s.account(t, "team").Grants; len(got) != 1 || got[0].Role != staff.Reviewer || got[0].Who != "org:farmers-association" {
		t.Errorf("the grants are %v", got)
	}

	for _, step := range []struct{ ask, asks, do, done, says string }{
		{"end", "End the account team now?", "end-now", "ended", "cannot sign in"},
		{"", "", "reopen", "reopened", "Take this role away"},
		{"take:" + demo.Name, "Sessions there end at once", "take-now:" + demo.Name, "taken", "has no role"},
	} {
		if step.ask != "" {
			shows(t, c.send(page, formOf(t, c.get(page), step.ask)), http.StatusOK, step.asks)
		}
		leads(t, c.post(page, "do", step.do), "/office/accounts/"+team.ID+"?done="+step.done+"&lang=en")
		shows(t, c.get("/office/accounts/"+team.ID+"?lang=en&done="+step.done), http.StatusOK, step.says)
	}
	if a := s.account(t, "team"); a.Ended || len(a.Grants) > 0 {
		t.Errorf("the account is %+v", a)
	}

	own := "/office/accounts/" + admin.ID + "?lang=en"
	shows(t, c.send(own, formOf(t, c.get(own), "end")), http.StatusOK, "This is your own account")
	for _, do := range []string{"end-now", "take-now:"} {
		shows(t, c.post(own, "do", do), http.StatusOK, "This is the last administrator who can sign in. Make another one first.")
	}
	shows(t, c.get("/office/"), http.StatusOK)

	rec = c.send(page, formOf(t, c.get(page), "reset"))
	shows(t, rec, http.StatusOK, "Be sure that whoever asked is the owner")
	rec = c.send(page, formOf(t, rec, "reset-now"))
	shows(t, rec, http.StatusOK, "A new way to sign in", "the owner of the account team")
	shows(t, s.as(t, "").get(invited(t, rec.Body.String())+"?lang=en"), http.StatusOK, "This link is for the account team")

	for _, unknown := range []string{"aaaaaaaaaaaaaaaa", "x", "%00", strings.Repeat("a", 500)} {
		if rec := c.get("/office/accounts/" + unknown); rec.Code != http.StatusNotFound && rec.Code != http.StatusBadRequest {
			t.Errorf("account %.20q: %d", unknown, rec.Code)
		}
	}
	shows(t, c.post(page, "do", "take:nothing"), http.StatusBadRequest)
	shows(t, c.post(page, "do", "dance"), http.StatusBadRequest)
}

// TestAdminOpensProgramme: from nothing to a programme with an office that has promised nothing yet, on pages alone.
func TestAdminOpensProgramme(t *testing.T) {
	s := ownExample(t)
	host := &folder{site: s, dir: t.TempDir()}
	s.again(web.Options{Host: host})
	c := s.as(t, "admin")
	address := "/office/programmes/new?lang=en"
	form := formOf(t, c.get(address), "languages")
	form["languages[]"] = []string{"en", "ug"}
	form.Set("languages-more", "sw nonsense-tag-x")
	rec := c.send(address, form)
	shows(t, rec, http.StatusOK, "“nonsense-tag-x” is not a language tag.")
	form = formOf(t, rec, "open")
	for _, field := range []string{"title.en", "title.ug", "title.sw", "goal.ug", "name.sw"} {
		if _, there := form[field]; !there {
			t.Errorf("there is no field %s", field)
		}
	}
	rec = c.send(address, form)
	shows(t, rec, http.StatusOK, "Write the text in at least one language.", "Use 1 to 30 of a-z", "This is not a day.", "Choose a time zone")
	form = formOf(t, rec, "open")
	for name, value := range map[string]string{"languages-more": "sw", "title.en": "Upper valley", "title.ug": "يۇقىرى جىلغا", "goal.en": "Water", "name.en": "Water Office, Upper Valley!",
		"short": demo.Name, "from": "2026-01-01", "until": "2025-12-31", "zone": "Asia/Kathmandu", "zone-name": "Mars/Olympus"} {
		form.Set(name, value)
	}
	rec = c.send(address, form)
	shows(t, rec, http.StatusOK, "with this short name is kept here already", "The last day is before the first", "Choose a time zone")
	form = formOf(t, rec, "open")
	form.Set("short", "upper")
	form.Set("until", "2028-12-31")
	form.Set("zone-name", "")
	host.broken = true
	shows(t, c.send(address, form), http.StatusOK, "The programme was not opened: the disk is full")
	host.broken = false
	opened := "/office/programmes?lang=en&opened=upper"
	for range 2 { // sent twice is once
		leads(t, c.send(address, form), opened)
	}
	if !slices.Equal(host.opened, []string{"upper Asia/Kathmandu"}) {
		t.Fatalf("opened are %v", host.opened)
	}
	rec = c.get(opened)
	shows(t, rec, http.StatusOK, "The programme Upper valley is open", "Now invite its office")
	shows(t, s.as(t, "").get("/upper/?lang=ug"), http.StatusOK, "يۇقىرى جىلغا")
	invite := "/office/invite?lang=en&programme=upper&role=office"
	if !strings.Contains(strings.ReplaceAll(rec.Body.String(), "&amp;", "&"), invite) {
		t.Fatal("nothing leads to inviting the office")
	}
	link := invited(t, c.send(invite, formOf(t, c.get(invite), "give")).Body.String())
	office := s.as(t, "")
	join := formOf(t, office.get(link), "join")
	join.Set("name", "Upper office")
	join.Set("password", "seven brown wells")
	join.Set("again", "seven brown wells")
	if rec := office.send(link+"?lang=en", join); rec.Header().Get("Location") != "/upper/office/?lang=en&signed=in" {
		t.Fatalf("joining: %d %s", rec.Code, textOf(t, rec))
	}
	if g := s.account(t, "Upper office").Grants; len(g) != 1 || g[0].Who != "org:water-office-upper-valley" {
		t.Errorf("the grants are %v", g)
	}
	shows(t, c.get("/office/acts?lang=en&programme=upper"), http.StatusOK, "admin", "programme opened", "organisation", "Upper valley")
	form.Set("form", strings.Repeat("0", 32)) // another form with the same short name
	shows(t, c.send(address, form), http.StatusOK, "with this short name is kept here already")

	// A server without a host offers none of it.
	s.again(web.Options{})
	c = s.as(t, "admin")
	shows(t, c.get(address), http.StatusOK, "Programmes cannot be opened on this server.")
	shows(t, c.post(address, "do", "open"), http.StatusBadRequest)
	shows(t, c.post("/office/programmes", "do", "backup:"), http.StatusBadRequest)
}

// TestAdminBacksUp: a backup is made by a button, which says what file it is; and who pressed it is noted.
func TestAdminBacksUp(t *testing.T) {
	s := ownExample(t)
	host := &folder{site: s, dir: t.TempDir()}
	s.again(web.Options{Host: host})
	c := s.as(t, "admin")
	page := "/office/programmes?lang=en"
	shows(t, c.send(page, formOf(t, c.get(page), "backup:"+demo.Name)), http.StatusOK, "Clear Valley is backed up", "backup-of-"+demo.Name+".db", "The file has 1.3 MB", "kept backup check")
	shows(t, c.send(page, formOf(t, c.get(page), "backup:")), http.StatusOK, "The accounts are backed up", "backup-of-.db")
	shows(t, c.post(page, "do", "backup:nothing"), http.StatusBadRequest)
	host.broken = true
	shows(t, c.post(page, "do", "backup:"+demo.Name), http.StatusOK, "No backup was made: the disk is full")
	shows(t, c.get("/office/acts?lang=en"), http.StatusOK, "made a backup")
}

// TestAdminSeesActs: which account did what is there for the administrator, with a link to the entry, page by page.
func TestAdminSeesActs(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "admin")
	var id string
	must(s.book.DB, s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		body, _, err := ledger.Body(tx, 1)
		id = regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(string(body))[1]
		return err
	}))(t)
	for n := range 60 {
		act := staff.Act{Account: s.account(t, "office").ID, Programme: demo.Name, What: "payment", Entry: fmt.Sprintf("%032x", n)}
		if n == 59 {
			act.What, act.Entry = "task", id
		}
		if err := s.desk.Act(t.Context(), act); err != nil {
			t.Fatal(err)
		}
	}
	first := c.get("/office/acts?lang=en")
	shows(t, first, http.StatusOK, "kept for two years", "task", "office", "Clear Valley", "not in the book: it was refused")
	if !strings.Contains(first.Body.String(), at("log/entries/1?lang=en")) || strings.Count(first.Body.String(), "<tr><td class=\"nowrap\">") != 50 {
		t.Errorf("the first page has no link to the entry, or not 50 lines: %s", first.Body)
	}
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first.Body.String())
	if older == nil {
		t.Fatal("no page comes behind the first")
	}
	second := c.get(strings.ReplaceAll(older[1], "&amp;", "&"))
	shows(t, second, http.StatusOK, "movement of money", "made the account", "at the command line", "Newest")
	if strings.Contains(second.Body.String(), `rel="next"`) {
		t.Error("the second page leads on")
	}
	only := c.get("/office/acts?lang=en&programme=office")
	shows(t, only, http.StatusOK, "made an invitation")
	if strings.Contains(textOf(t, only), "movement of money") {
		t.Error("acts of a programme stand among those of accounts")
	}
	shows(t, c.get("/office/acts?lang=en&programme=elsewhere"), http.StatusOK, "Nothing was done yet.")
	for _, bad := range []string{"before=x", "before=0", "before=-1", "programme=%27", "page=2"} {
		shows(t, c.get("/office/acts?"+bad), http.StatusBadRequest)
	}
}

// TestAdminHasNoContent: neither office sees the pages of the other.
func TestAdminHasNoContent(t *testing.T) {
	s := ownExample(t)
	for _, role := range []string{"office", "team", "reviewer", ""} {
		c := s.as(t, role)
		for _, path := range []string{"", "invite", "acts", "programmes", "programmes/new", "me", "accounts/" + s.account(t, "team").ID} {
			if rec := c.get("/office/" + path); rec.Code != http.StatusSeeOther || !strings.HasPrefix(rec.Header().Get("Location"), "/office/sign-in?") {
				t.Errorf("%s sees /office/%s: %d", role, path, rec.Code)
			}
		}
	}
	if rec := s.as(t, "admin").get(inOffice("me")); rec.Code != http.StatusSeeOther {
		t.Errorf("an admin is in a programme's office: %d", rec.Code)
	}
	shows(t, s.as(t, "").post(inOffice("sign-in?lang=en"), "name", "admin", "password", demo.Password, "do", "sign-in"), http.StatusOK, "Name or password is not right here.")
}

// TestNothingServed: a server without a programme says so at its first page, and where an administrator goes.
func TestNothingServed(t *testing.T) {
	s := ownExample(t)
	empty := &site{book: s.book, desk: s.desk, log: s.log}
	empty.Server = web.New(web.Options{Desk: s.desk})
	rec := empty.get("/?lang=en")
	shows(t, rec, http.StatusOK, "No programme is kept here yet. An administrator opens the first one", "To the administrators' office")
	if !strings.Contains(rec.Body.String(), `href="/office/?lang=en"`) {
		t.Error("nothing leads to the administrators")
	}
	c := empty.as(t, "")
	shows(t, c.post("/office/sign-in?lang=en", "name", "admin", "password", demo.Password, "do", "sign-in"), http.StatusSeeOther)
	shows(t, c.get("/office/programmes?lang=en"), http.StatusOK, "No programme is kept here yet. Open the first one")
	shows(t, c.get("/office/invite?lang=en"), http.StatusOK, "only administrators can be invited")
	// An account of a programme that is not served any more is shown with what is known.
	shows(t, c.get("/office/?lang=en"), http.StatusOK, "not kept here")
}
