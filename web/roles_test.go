package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kept/demo"
	"kept/staff"
	"kept/web"
)

// everyone are the readers that the matrix knows; "" has not signed in.
var everyone = []string{"", "office", "team", "reviewer", "admin"}

// officeTable says who may use which address of an office, written down by hand: the program has its own table, and both must
// say the same. Post is what a form of the page needs besides, so that it is understood.
var officeTable = []struct{ pattern, methods, roles, example string }{
	{"/office/sign-in", "GET POST", "all", "sign-in"},
	{"/office/sign-in/passkey", "POST", "all", "sign-in/passkey"},
	{"/office/sign-out", "POST", "office team reviewer", "sign-out"},
	{"/office/invitations/{token}", "GET POST", "all", "invitations/TOKEN"},
	{"/office/invitations/{token}/passkey", "POST", "all", "invitations/TOKEN/passkey"},
	{"/office/me", "GET POST", "office team reviewer", "me"},
	{"/office/me/passkey", "POST", "office team reviewer", "me/passkey"},

	{"/office/{$}", "GET POST", "office team reviewer", ""},
	{"/office/stands", "GET", "office team reviewer", "stands"},
	{"/office/reports/new", "GET POST", "team", "reports/new?promise=1"},
	{"/office/reports/new/pictures/{picture}", "GET", "team", "reports/new/pictures/PICTURE?form=FORM"},
	{"/office/reports/{id}/pictures/{picture}", "GET", "office team reviewer", "reports/REPORT/pictures/PICTURE"},
	{"/office/reports/{id}", "GET POST", "office team reviewer", "reports/REPORT"},

	{"/office/promises", "GET POST", "office", "promises"},
	{"/office/promises/new", "GET POST", "office", "promises/new"},
	{"/office/promises/made", "GET", "office", "promises/made?form=FORM"},
	{"/office/promises/{number}/amend", "GET POST", "office", "promises/1/amend"},
	{"/office/promises/{number}/withdraw", "GET POST", "office", "promises/1/withdraw"},
	{"/office/promises/{number}/pay", "GET POST", "office", "promises/1/pay"},
	{"/office/promises/{number}/translate", "GET POST", "office", "promises/1/translate"},

	{"/office/rounds", "GET", "office team reviewer", "rounds"},
	{"/office/rounds/new", "GET POST", "office", "rounds/new"},
	{"/office/rounds/{id}", "GET", "office team reviewer", "rounds/ROUND"},
	{"/office/rounds/{id}", "POST", "reviewer", "rounds/ROUND"},
	{"/office/rounds/{id}/tally/{place}", "GET POST", "reviewer", "rounds/ASSEMBLY/tally/white-poplar"},
	{"/office/rounds/{id}/screen/{place}", "GET", "reviewer", "rounds/ASSEMBLY/screen/white-poplar"},
	{"/office/rounds/{id}/ballots/{place}", "GET", "reviewer", "rounds/ASSEMBLY/ballots/white-poplar"},
	{"/office/reviews", "GET POST", "office", "reviews"},
	{"/office/reviews/new", "GET POST", "office", "reviews/new"},

	{"/office/answers", "GET POST", "office", "answers"},
	{"/office/answers/{result}/{number}", "GET POST", "office", "answers/RESULT/1"},

	{"/office/parts", "GET", "office", "parts"},
	{"/office/programme/title", "GET POST", "office", "programme/title"},
	{"/office/programme/goal", "GET POST", "office", "programme/goal"},
	{"/office/tasks", "GET POST", "office", "tasks"},
	{"/office/tasks/{code}/name", "GET POST", "office", "tasks/water/name"},
	{"/office/places", "GET", "office", "places"},
	{"/office/places/new", "GET POST", "office", "places/new"},
	{"/office/places/{code}/name", "GET POST", "office", "places/long-field/name"},
	{"/office/places/import", "GET POST", "office", "places/import"},
	{"/office/organisations", "GET POST", "office", "organisations"},
	{"/office/organisations/{code}/name", "GET POST", "office", "organisations/stone-bridge/name"},
	{"/office/organisations/{code}/aliases", "GET POST", "office", "organisations/stone-bridge/aliases"},
	{"/office/teams", "GET", "office", "teams"},
	{"/office/teams/new", "GET POST", "office", "teams/new"},
	{"/office/teams/{code}/name", "GET POST", "office", "teams/water-team/name"},
	{"/office/teams/{code}/postings", "GET", "office", "teams/water-team/postings"},
	{"/office/teams/{code}/post", "GET POST", "office", "teams/water-team/post"},
	{"/office/teams/{code}/end", "GET POST", "office", "teams/water-team/end"},
	{"/office/teams/{code}/hand-over", "GET POST", "office", "teams/water-team/hand-over"},

	{"/office/rounds/{id}/cards", "GET POST", "reviewer", "rounds/ROUND/cards"},
}

// adminTable is the same of the admin's office, behind /office.
var adminTable = []struct{ pattern, methods, roles, example string }{
	{"/sign-in", "GET POST", "all", "sign-in"},
	{"/sign-in/passkey", "POST", "all", "sign-in/passkey"},
	{"/sign-out", "POST", "admin", "sign-out"},
	{"/invitations/{token}", "GET POST", "all", "invitations/TOKEN"},
	{"/invitations/{token}/passkey", "POST", "all", "invitations/TOKEN/passkey"},
	{"/me", "GET POST", "admin", "me"},
	{"/me/passkey", "POST", "admin", "me/passkey"},
	{"/{$}", "GET POST", "admin", ""},
	{"/invite", "GET POST", "admin", "invite"},
	{"/accounts/{id}", "GET POST", "admin", "accounts/ACCOUNT"},
	{"/accounts/{id}/grant", "GET POST", "admin", "accounts/ACCOUNT/grant"},
	{"/acts", "GET", "admin", "acts"},
	{"/programmes", "GET POST", "admin", "programmes"},
	{"/programmes/new", "GET POST", "admin", "programmes/new"},
}

// TestRoleRouteOffice: every role at every address of every office, as a page and as a form. A route without a row fails, and so
// does one that lets anybody else in, or keeps out who belongs there.
func TestRoleRouteOffice(t *testing.T) {
	s := ownExample(t)
	known := map[string]string{}
	for _, a := range web.Addresses() {
		if a.Who != "public" && a.Who != "resident" && !strings.Contains(a.Pattern, " /team/") { // these have tables of their own
			key := a.Pattern
			if a.Admin {
				key = "admin " + key
			}
			known[key] = strings.Join(a.Roles, " ")
		}
	}
	values := map[string]string{"REPORT": s.cell(t, "SELECT id FROM report WHERE who = 'team:water-team' ORDER BY seq"), "ACCOUNT": s.accounts[1].ID,
		"FORM": strings.Repeat("0", 32), "ROUND": s.cell(t, "SELECT id FROM round WHERE mode = 'cards' AND opens <= $1 AND closes > $1 AND suspended = ''", today),
		"ASSEMBLY": s.cell(t, "SELECT id FROM round WHERE mode = 'assembly' ORDER BY seq LIMIT 1"),
		"RESULT":   s.cell(t, "SELECT w.id FROM round_place AS w JOIN owed AS o ON o.result = w.seq JOIN promise AS p ON p.seq = o.promise WHERE p.number = 1")}
	for _, table := range []struct {
		base, prefix string
		rows         []struct{ pattern, methods, roles, example string }
	}{{inOffice(""), "", officeTable}, {"/office/", "admin ", adminTable}} {
		for _, row := range table.rows {
			for _, method := range strings.Fields(row.methods) {
				key := table.prefix + method + " " + row.pattern
				if _, ok := known[key]; !ok {
					t.Errorf("there is no route %s", key)
				}
				delete(known, key)
				for _, role := range everyone {
					link, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge"}})
					if err != nil {
						t.Fatal(err)
					}
					address := strings.NewReplacer("TOKEN", link, "REPORT", values["REPORT"], "ACCOUNT", values["ACCOUNT"], "FORM", values["FORM"], "PICTURE", strings.Repeat("0", 32),
						"ROUND", values["ROUND"], "ASSEMBLY", values["ASSEMBLY"], "RESULT", values["RESULT"]).Replace(table.base + row.example)
					s.enters(t, role, method, address, row.roles)
				}
			}
		}
	}
	for pattern := range known {
		t.Errorf("the route %q has no row in this table", pattern)
	}
}

// enters says whether a role comes through where it may, and only there.
func (s *site) enters(t *testing.T, role, method, address, roles string) {
	t.Helper()
	c := s.as(t, role)
	size := s.cell(t, "SELECT size FROM head")
	code, location := 0, ""
	if method == http.MethodGet {
		rec := c.get(address)
		code, location = rec.Code, rec.Header().Get("Location")
	} else {
		rec := c.send(address, url.Values{"form": {strings.Repeat("ab", 16)}})
		code, location = rec.Code, rec.Header().Get("Location")
	}
	if now := s.cell(t, "SELECT size FROM head"); now != size {
		t.Errorf("%s %s as %q: a form with nothing in it was written into the book", method, address, role)
	}
	// The cookie of one office is not sent to the other, so there its owner is nobody.
	inside := role != "" && (role == "admin") == strings.HasPrefix(address, "/office/")
	switch {
	case roles == "all" || slices.Contains(strings.Fields(roles), role):
		// What the empty form lacks is said with 200, 400, 404 or 422; the role is not what it lacks.
		if !slices.Contains([]int{200, 303, 400, 404, 422}, code) || strings.Contains(location, "/sign-in?next=") {
			t.Errorf("%s %s keeps out %q: %d %s", method, address, role, code, location)
		}
	case inside:
		if code != http.StatusForbidden {
			t.Errorf("%s %s as %q: %d", method, address, role, code)
		}
	case method == http.MethodGet:
		if code != http.StatusSeeOther || !strings.Contains(location, "/office/sign-in?") {
			t.Errorf("%s %s without signing in: %d %s", method, address, code, location)
		}
	case strings.HasSuffix(address, "/sign-out") && code == http.StatusSeeOther: // there is nothing to sign out from, and nothing typed to keep
	default:
		if code != http.StatusUnauthorized {
			t.Errorf("%s %s without signing in: %d", method, address, code)
		}
	}
}

// TestRoleRouteReach: an office that is not the programme's own, and one that is limited to some places, reach their own promises
// and nothing else, at every address that is about one promise or report.
func TestRoleRouteReach(t *testing.T) {
	s := ownExample(t)
	water := s.member(t, "Water clerk", staff.Grant{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge-water"})
	upper := s.member(t, "Upper clerk", staff.Grant{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge-water", Places: []string{"upper-pasture"}})
	mine := s.cell(t, "SELECT number FROM promise WHERE office = 'stone-bridge-water' AND seq IN (SELECT x.promise FROM promise_place AS x JOIN place_above AS a ON a.place = x.place WHERE a.above = 'upper-pasture') AND seq NOT IN (SELECT x.promise FROM promise_place AS x JOIN place_above AS a ON a.place = x.place WHERE a.above = 'stone-bridge') AND withdrawn = ''")
	below := s.cell(t, "SELECT number FROM promise WHERE office = 'stone-bridge-water' AND seq IN (SELECT x.promise FROM promise_place AS x JOIN place_above AS a ON a.place = x.place WHERE a.above = 'stone-bridge') AND withdrawn = ''")
	roads := s.cell(t, "SELECT number FROM promise WHERE office = 'stone-bridge-roads' AND withdrawn = ''")
	report := s.cell(t, "SELECT r.id FROM report AS r JOIN promise AS p ON p.seq = r.promise WHERE p.number = $1", below)
	for _, page := range []string{"amend", "withdraw", "pay", "translate"} {
		for _, test := range []struct {
			c      *client
			number string
			code   int
		}{{water, mine, 200}, {water, below, 200}, {water, roads, 403}, {upper, mine, 200}, {upper, below, 403}, {upper, roads, 403}} {
			if rec := test.c.get(inOffice("promises/" + test.number + "/" + page)); rec.Code != test.code {
				t.Errorf("%s of promise %s: %d, should be %d", page, test.number, rec.Code, test.code)
			}
			// An empty form is not understood where the page has a version in it; that is said to those who may see the page.
			if rec := test.c.post(inOffice("promises/"+test.number+"/"+page), "form", strings.Repeat("ab", 16)); rec.Code != test.code && !(test.code == 200 && rec.Code == 400) {
				t.Errorf("form %s of promise %s: %d, should be %d", page, test.number, rec.Code, test.code)
			}
		}
	}
	if rec := upper.get(inOffice("reports/" + report)); rec.Code != http.StatusForbidden {
		t.Errorf("a report from outside the places: %d", rec.Code)
	}
	if rec := upper.get(inOffice("reports/" + report + "/pictures/" + strings.Repeat("0", 32))); rec.Code != http.StatusForbidden {
		t.Errorf("a picture of a report from outside the places: %d", rec.Code)
	}
	if body := upper.get(inOffice("")).Body.String(); strings.Contains(body, "/promises/"+below+"?") {
		t.Error("the queue shows a promise from outside the places")
	}
	if rec := water.get(inOffice("reports/" + report)); rec.Code != http.StatusOK {
		t.Errorf("the answering office may not look at a report on its promise: %d", rec.Code)
	}
}

// TestCrossOrigin: a form that another site sends does nothing.
func TestCrossOrigin(t *testing.T) {
	s := example(t)
	c := s.as(t, "team")
	for _, site := range []string{"cross-site", "same-site"} {
		r := newForm(inOffice("sign-out"), url.Values{})
		r.Header.Set("Sec-Fetch-Site", site)
		if rec := c.do(r); rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", site, rec.Code)
		}
	}
	// A browser that knows only Origin sends it, for the page lets it.
	if got := c.get(inOffice("me")).Header().Get("Referrer-Policy"); got != "same-origin" {
		t.Errorf("the policy of a page with a form is %q", got)
	}
	r := newForm(inOffice("sign-out"), url.Values{})
	r.Header.Del("Sec-Fetch-Site")
	r.Header.Set("Origin", "https://elsewhere.example")
	if rec := c.do(r); rec.Code != http.StatusForbidden {
		t.Errorf("another origin: %d", rec.Code)
	}
	if rec := c.get(inOffice("")); rec.Code != http.StatusOK {
		t.Errorf("it was signed out: %d", rec.Code)
	}
}
