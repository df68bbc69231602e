package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/demo"
	"kept/staff"
	"kept/web"
)

// textOf is what a page says, without its markup.
func textOf(t testing.TB, rec *httptest.ResponseRecorder) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(rec.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u2068", "", "\u2069", "").Replace(b.String())), " ")
}

// shows wants a page to have a status and to say these words.
func shows(t testing.TB, rec *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	text := textOf(t, rec)
	if rec.Code != status {
		t.Errorf("%d, should be %d: %s", rec.Code, status, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q: %s", w, text)
		}
	}
}

// leads wants a page to lead on to an address.
func leads(t testing.TB, rec *httptest.ResponseRecorder, to string) {
	t.Helper()
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
		t.Fatalf("%d to %q, should lead to %q: %s", rec.Code, rec.Header().Get("Location"), to, textOf(t, rec))
	}
}

// account finds one of the example's accounts by its name.
func (s *site) account(t testing.TB, name string) staff.Account {
	t.Helper()
	all, err := s.desk.Accounts(t.Context())
	i := slices.IndexFunc(all, func(a staff.Account) bool { return a.Name == name })
	if err != nil || i < 0 {
		t.Fatalf("no account %s: %v", name, err)
	}
	return all[i]
}

// TestGuestsHaveSessions: one click in an example gives a session like any other's, and cookies that only the office and a team's daybook see.
func TestGuestsHaveSessions(t *testing.T) {
	s := ownExample(t)
	for role, folder := range map[string]string{"office": at("office"), "team": at("office"), "reviewer": at("office"), "admin": "/office"} {
		c := s.as(t, role)
		programme := demo.Name
		if role == "admin" {
			programme = ""
		}
		names := map[string]bool{}
		for _, cookie := range c.cookies {
			names[cookie.Name] = true
			within := folder
			if cookie.Name == "kept-team" {
				within = at("team")
			}
			if cookie.Path != within || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Domain != "" || cookie.MaxAge <= 0 {
				t.Errorf("%s: the cookie %s", role, cookie)
			}
			if cookie.Name != "kept-office" {
				continue
			}
			session, ok, err := s.desk.Session(t.Context(), programme, cookie.Value)
			if err != nil || !ok || string(session.Grant.Role) != role {
				t.Errorf("%s: session %v %v %v", role, session, ok, err)
			}
		}
		if !names["kept-office"] || !names["kept-device"] || names["kept-team"] != (role == "team") || len(names) > 3 {
			t.Errorf("%s: cookies %v", role, names)
		}
		shows(t, c.get(folder+"/me?lang=en"), http.StatusOK, "My sign-in", "this one")
	}
	shows(t, s.as(t, "").post(inOffice("sign-in?lang=en"), "do", "guest:nobody"), http.StatusBadRequest)

	real := &site{book: s.book, desk: s.desk, log: s.log} // the same without guests
	real.Server = web.New(web.Options{Desk: s.desk})
	real.Serve(demo.Name, s.book, nil)
	c := real.as(t, "")
	if page := c.get(inOffice("sign-in")).Body.String(); strings.Contains(page, "guest:") {
		t.Error("a server that is no example offers guests")
	}
	shows(t, c.post(inOffice("sign-in?lang=en"), "do", "guest:office"), http.StatusBadRequest)
}

// TestNoCookieOutside: no page outside of the offices sets a cookie, whoever asks, and none is sent to it.
func TestNoCookieOutside(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	for _, address := range []string{"/?lang=en", "/static/kept.css", "/static/passkey.js", "/healthz", at(""), at("places"), at("promises/1"), at("log/"), at("log/checkpoint"), at("feed.atom"), at("nothing")} {
		for _, cookie := range c.cookies {
			if strings.HasPrefix(address, cookie.Path) {
				t.Errorf("%s is sent %s", address, cookie)
			}
		}
		if set := c.get(address).Header().Values("Set-Cookie"); len(set) > 0 {
			t.Errorf("%s sets %q", address, set)
		}
	}
}

// TestDoorSlows: whoever tries passwords is told to wait, in his language, and what he typed stands there.
func TestDoorSlows(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "")
	for lang, words := range map[string][2]string{"en": {"Name or password is not right here.", "Too many wrong attempts. Try again in"}, "zh-Hans": {"名字或密码", "错误的尝试太多"}} {
		waits := false
		for n := 0; n < 12 && !waits; n++ {
			rec := c.post(inOffice("sign-in?lang="+lang), "name", "office", "password", "wrong wrong wrong", "do", "sign-in")
			text := textOf(t, rec)
			if waits = strings.Contains(text, words[1]); !waits && !strings.Contains(text, words[0]) {
				t.Fatalf("%s, attempt %d: %s", lang, n, text)
			}
			if f := formOf(t, rec, "sign-in"); f.Get("name") != "office" || f.Get("password") != "" || len(rec.Result().Cookies()) > 0 {
				t.Errorf("%s: the form comes back with %v", lang, f)
			}
		}
		if !waits {
			t.Errorf("%s: nobody was slowed", lang)
		}
	}
	// The owner's own device knows nothing of it.
	owner := s.as(t, "office")
	owner.cookies = slices.DeleteFunc(owner.cookies, func(k *http.Cookie) bool { return k.Name == "kept-office" })
	leads(t, owner.post(inOffice("sign-in?lang=en"), "name", "office", "password", demo.Password, "do", "sign-in"), inOffice("?lang=en&signed=in"))
}

// TestDoorLeadsInside: the door leads to pages of its own office, whatever its address says.
func TestDoorLeadsInside(t *testing.T) {
	s := ownExample(t)
	first := inOffice("?lang=en&signed=in")
	for next, want := range map[string]string{
		"":                            first,
		inOffice("me?lang=en"):        inOffice("me?lang=en&signed=in"),
		inOffice("me?lang=ug&done=x"): inOffice("me?done=x&lang=ug&signed=in"),
		"https://other.example/":      first,
		"//other.example/valley/":     first,
		"/\\other.example/":           first,
		"///other.example":            first,
		"javascript:alert(1)":         first,
		"/office/":                    first,
		"/valley/":                    first,
		"/valley/office":              first,
		"/valley/office/../":          first,
		"/valley/office/%2e%2e/":      first,
		"/valley/officer/":            first,
		"https:/valley/office/me":     first,
		"//valley/office/me":          first,
		"/valley/office/me#f":         inOffice("me?signed=in"),
		"\t//other.example/":          first,
	} {
		rec := s.as(t, "").post(inOffice("sign-in?lang=en"), "next", next, "do", "guest:office")
		if got := rec.Header().Get("Location"); rec.Code != http.StatusSeeOther || got != want {
			t.Errorf("%q leads to %q (%d), should lead to %q", next, got, rec.Code, want)
		}
	}
	// Whoever comes to a page without a session is led back to it.
	c := s.as(t, "")
	leads(t, c.get(inOffice("me?lang=en")), inOffice("sign-in?lang=en&next="+url.QueryEscape(inOffice("me?lang=en"))))
	// A browser that keeps no cookies comes back to the door, which says why.
	shows(t, c.get(inOffice("sign-in?lang=en&signed=in")), http.StatusOK, "did not keep the session")
}

// TestHeldForm: what was typed when a session had ended comes through the door, also past a wrong password; passwords do not.
func TestHeldForm(t *testing.T) {
	s := ownExample(t)
	s.again(web.Options{Host: &folder{site: s, dir: t.TempDir()}})
	c := s.as(t, "admin")
	address := "/office/programmes/new?lang=en"
	form := formOf(t, c.get(address), "open")
	form.Set("title.en", "Wells <b>& roads</b>\u200f")
	form.Set("short", "wells")
	for _, session := range must(s.desk.Sessions(t.Context(), s.account(t, "admin").ID))(t) {
		if err := s.desk.EndSession(t.Context(), session.Account.ID, session.ID); err != nil {
			t.Fatal(err)
		}
	}
	rec := c.send(address, form)
	shows(t, rec, http.StatusUnauthorized, "Your session has ended", "What you typed is kept")
	typed := formOf(t, rec, "sign-in")
	typed.Set("name", "admin")
	typed.Set("password", "not this one")
	rec = c.send("/office/sign-in?lang=en", typed)
	shows(t, rec, http.StatusOK, "Name or password is not right")
	typed = formOf(t, rec, "sign-in")
	typed.Set("password", demo.Password)
	rec = c.send("/office/sign-in?lang=en", typed)
	shows(t, rec, http.StatusOK, "What you typed is here", "Nothing has been sent yet")
	if held := formOf(t, rec, "show"); held.Get("short") != "wells" || !strings.Contains(rec.Body.String(), `action="/office/programmes/new?lang=en"`) {
		t.Fatalf("held is %v", held)
	}
	rec = c.send(address, formOf(t, rec, "show"))
	shows(t, rec, http.StatusOK, "Open a programme")
	if again := formOf(t, rec, "open"); again.Get("title.en") != form.Get("title.en") || again.Get("short") != "wells" || again.Get("form") != form.Get("form") {
		t.Errorf("the form is %v, was %v", again, form)
	}

	// A form with passwords comes back without them, and signing out without a session is nothing to keep.
	stranger := s.as(t, "")
	rec = stranger.post(inOffice("me?lang=en"), "old", "secret one", "password", "secret two", "again", "secret two", "label", "phone", "do", "password")
	if body := rec.Body.String(); strings.Contains(body, "secret") || !strings.Contains(body, "phone") {
		t.Errorf("held with passwords: %s", body)
	}
	rec = stranger.post(inOffice("sign-in?lang=en"), "held", "label=phone&do=password", "next", inOffice("me?lang=en"), "do", "guest:team")
	shows(t, stranger.send(inOffice("me?lang=en"), formOf(t, rec, "show")), http.StatusOK, "My sign-in")
	leads(t, s.as(t, "").post(inOffice("sign-out?lang=en")), inOffice("sign-in?lang=en"))
}

// TestEndedAccountIsOut: an account that is ended, or loses its role, is out with its next request; others are not.
func TestEndedAccountIsOut(t *testing.T) {
	s := ownExample(t)
	team, office := s.as(t, "team"), s.as(t, "office")
	if err := s.desk.EndAccount(t.Context(), s.account(t, "admin"), s.account(t, "team").ID); err != nil {
		t.Fatal(err)
	}
	shows(t, office.get(inOffice("me?lang=en")), http.StatusOK, "My sign-in")
	if rec := team.get(inOffice("me?lang=en")); rec.Code != http.StatusSeeOther || !strings.Contains(rec.Header().Get("Location"), "/sign-in") {
		t.Errorf("an ended account sees %d", rec.Code)
	}
	shows(t, team.post(inOffice("sign-in?lang=en"), "name", "team", "password", demo.Password, "do", "sign-in"), http.StatusOK, "Name or password is not right here.")
	if err := s.desk.SetGrants(t.Context(), s.account(t, "admin"), s.account(t, "office").ID, nil); err != nil {
		t.Fatal(err)
	}
	if rec := office.get(inOffice("me?lang=en")); rec.Code != http.StatusSeeOther {
		t.Errorf("an account without a role sees %d", rec.Code)
	}
}

// TestSessionsSurviveRestart: a new server on the same desk knows who is signed in.
func TestSessionsSurviveRestart(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "reviewer")
	s.again(web.Options{})
	shows(t, c.get(inOffice("me?lang=en")), http.StatusOK, "Reviewer", "this one")
	leads(t, c.post(inOffice("sign-out?lang=en")), inOffice("sign-in?lang=en"))
	if rec := c.get(inOffice("me?lang=en")); rec.Code != http.StatusSeeOther || slices.ContainsFunc(c.cookies, func(k *http.Cookie) bool { return k.Name == "kept-office" }) {
		t.Errorf("after signing out: %d, %v", rec.Code, c.cookies)
	}
}

func must[T any](x T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// TestInvitation: a link says what it is for, keeps what was typed, and signs in where the role is, behind whichever office it
// was opened.
func TestInvitation(t *testing.T) {
	s := ownExample(t)
	grant := s.account(t, "office").Grants[0]
	for _, behind := range []string{at("office"), "/office"} {
		token := must(s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{grant}))(t)
		c := s.as(t, "")
		address := behind + "/invitations/" + token + "?lang=en"
		rec := c.get(address)
		shows(t, rec, http.StatusOK, "You are invited", "Office", "Stone Bridge Office", "Clear Valley")
		form := formOf(t, rec, "join")
		for _, try := range []struct{ name, password, again, says string }{
			{"x", "seven brown wells", "seven brown wells", "Choose a name of 2 to 60 characters"},
			{"OFFICE", "seven brown wells", "seven brown wells", "Somebody has this name already"},
			{"Aygul " + behind, "short", "short", "at least 10 characters"},
			{"Aygul " + behind, "seven brown wells", "seven green wells", "The two are not the same"},
			{"Aygul " + behind, "passwordpassword", "passwordpassword", "among the first that anybody would try"},
		} {
			form.Set("name", try.name)
			form.Set("password", try.password)
			form.Set("again", try.again)
			rec = c.send(address, form)
			shows(t, rec, http.StatusOK, try.says)
			if back := formOf(t, rec, "join"); back.Get("name") != try.name || back.Get("password") != "" || len(c.cookies) > 0 {
				t.Errorf("%+v: the form comes back as %v, cookies %v", try, back, c.cookies)
			}
		}
		form = formOf(t, rec, "join")
		form.Set("password", "seven brown wells")
		form.Set("again", "seven brown wells")
		leads(t, c.send(address, form), inOffice("?lang=en&signed=in"))
		shows(t, c.get(inOffice("me?lang=en")), http.StatusOK, "Aygul "+behind, "Stone Bridge Office")
		for _, gone := range []string{address, behind + "/invitations/nothing?lang=en", behind + "/invitations/" + strings.Repeat("a", 32) + "?lang=en"} {
			shows(t, s.as(t, "").get(gone), http.StatusNotFound, "This link does not work, or does not work any more. Ask for a new one.")
		}
		shows(t, s.as(t, "").send(address, form), http.StatusNotFound, "This link does not work")
	}
}

// TestResetLink: a link for a new way to sign in ends what was before it.
func TestResetLink(t *testing.T) {
	s := ownExample(t)
	before := s.as(t, "team")
	token := must(s.desk.Reset(t.Context(), s.account(t, "admin"), s.account(t, "team").ID))(t)
	c := s.as(t, "")
	address := inOffice("invitations/" + token + "?lang=en")
	rec := c.get(address)
	shows(t, rec, http.StatusOK, "Choose a new way to sign in", "This link is for the account team")
	form := formOf(t, rec, "join")
	if _, there := form["name"]; there {
		t.Error("a reset asks for a name")
	}
	form.Set("password", "seven brown wells")
	form.Set("again", "seven brown wells")
	leads(t, c.send(address, form), inOffice("?lang=en&signed=in"))
	shows(t, c.get(inOffice("me?lang=en")), http.StatusOK, "Team")
	if rec := before.get(inOffice("me")); rec.Code != http.StatusSeeOther {
		t.Errorf("a session from before the reset sees %d", rec.Code)
	}
}

// TestOwn: sessions are seen and ended, the password is changed, and what is wrong stands beside its field.
func TestOwn(t *testing.T) {
	s := ownExample(t)
	here, there, third := s.as(t, "office"), s.as(t, "office"), s.as(t, "office")
	page := inOffice("me?lang=en")
	rec := here.get(page)
	sessions := must(s.desk.Sessions(t.Context(), s.account(t, "office").ID))(t)
	if n := strings.Count(rec.Body.String(), `value="end:`); n != 2 || len(sessions) != 3 {
		t.Fatalf("%d of %d sessions can be ended", n, len(sessions))
	}
	var other string
	for _, session := range sessions {
		if strings.Contains(rec.Body.String(), "end:"+session.ID) {
			other = session.ID
		}
	}
	leads(t, here.send(page, formOf(t, rec, "end:"+other)), inOffice("me?done=session&lang=en"))
	if n := len(must(s.desk.Sessions(t.Context(), s.account(t, "office").ID))(t)); n != 2 {
		t.Errorf("%d sessions are left", n)
	}
	// Another account's session is nothing that one can end.
	s.as(t, "team")
	foreign := must(s.desk.Sessions(t.Context(), s.account(t, "team").ID))(t)[0]
	here.post(page, "do", "end:"+foreign.ID)
	if n := len(must(s.desk.Sessions(t.Context(), s.account(t, "team").ID))(t)); n != 1 {
		t.Errorf("another's session was ended")
	}

	form := formOf(t, here.get(page), "password")
	if form.Get("others") != "yes" {
		t.Errorf("the form is %v", form)
	}
	for _, try := range []struct{ old, password, again, says string }{
		{demo.Password, "short", "short", "at least 10 characters"},
		{demo.Password, "seven brown wells", "seven", "The two are not the same"},
		{"not this one", "seven brown wells", "seven brown wells", "Name or password is not right here."},
	} {
		form.Set("old", try.old)
		form.Set("password", try.password)
		form.Set("again", try.again)
		rec := here.send(page, form)
		shows(t, rec, http.StatusOK, try.says)
		if !strings.Contains(rec.Body.String(), `aria-invalid="true"`) {
			t.Errorf("%+v: nothing is marked", try)
		}
	}
	form.Set("old", demo.Password)
	form.Set("password", "seven brown wells")
	form.Set("again", "seven brown wells")
	leads(t, here.send(page, form), inOffice("me?done=password&lang=en"))
	shows(t, here.get(inOffice("me?done=password&lang=en")), http.StatusOK, "The new password counts from now on.")
	for _, c := range []*client{there, third} {
		if rec := c.get(page); rec.Code != http.StatusSeeOther {
			t.Errorf("another session sees %d after the password was changed", rec.Code)
		}
	}
	shows(t, here.get(inOffice("me?done=x")), http.StatusBadRequest)
	shows(t, here.post(page, "do", "dance"), http.StatusBadRequest)
	shows(t, here.post(page, "do", "remove:AAAA"), http.StatusOK, "There is no such passkey any more.")
}

// TestPasskeyBegins: the script is told what to sign, or what is wrong; under a bare address there are no passkeys.
func TestPasskeyBegins(t *testing.T) {
	s := ownExample(t)
	token := must(s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{{Role: staff.Admin}}))(t)
	c := s.as(t, "team")
	for address, pairs := range map[string][]string{
		inOffice("sign-in/passkey"):                 nil,
		"/office/sign-in/passkey":                   nil,
		inOffice("me/passkey"):                      nil,
		"/office/invitations/" + token + "/passkey": {"name", "Aygul"},
	} {
		rec := c.post(address, pairs...)
		var begun struct {
			Ceremony string
			Options  struct {
				PublicKey struct {
					Challenge string
					RP        struct{ ID string }
					RPID      string
				}
			}
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &begun); err != nil || rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %v %s", address, rec.Code, err, rec.Body)
		}
		key := begun.Options.PublicKey
		if begun.Ceremony == "" || len(key.Challenge) < 40 || key.RP.ID+key.RPID != "example.com" {
			t.Errorf("%s: %+v", address, begun)
		}
		bare := httptest.NewRequest(http.MethodPost, "http://192.0.2.1:8080"+address, strings.NewReader(""))
		bare.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if rec := c.do(bare); rec.Code != http.StatusBadRequest {
			t.Errorf("%s under a bare address: %d", address, rec.Code)
		}
	}
	rec := c.post("/office/invitations/"+token+"/passkey?lang=en", "name", "x")
	var refused struct{ Wrong string }
	if err := json.Unmarshal(rec.Body.Bytes(), &refused); err != nil || rec.Code != http.StatusUnprocessableEntity || !strings.HasPrefix(refused.Wrong, "Choose a name") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	for address, more := range map[string][]string{inOffice("sign-in?lang=en"): nil, inOffice("me?lang=en"): {"label", "phone"}, "/office/invitations/" + token + "?lang=en": {"label", "phone", "name", "Aygul"}} {
		rec := c.post(address, append(more, "do", "passkey", "ceremony", "x", "response", "{}")...)
		shows(t, rec, http.StatusOK, "This took too long, or was sent twice. Begin again.")
	}
	if rec := s.as(t, "").post(inOffice("me/passkey")); rec.Code != http.StatusUnauthorized {
		t.Errorf("without a session: %d", rec.Code)
	}
}
