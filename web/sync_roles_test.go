package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/staff"
	"kept/web"
)

// teamTable says who may use which address of the daybook's protocol, written down by hand.
var teamTable = []struct{ pattern, method, roles, example string }{
	{"/team/sync/events", "POST", "team", "events"},
	{"/team/sync/pictures/{sha256}", "HEAD", "team", "pictures/" + strings.Repeat("0", 64) + "?event=" + strings.Repeat("0", 32)},
	{"/team/sync/pictures/{sha256}", "PATCH", "team", "pictures/" + strings.Repeat("0", 64) + "?event=" + strings.Repeat("0", 32)},
	{"/team/sync/changes", "GET", "team", "changes"},
}

// TestRoleRouteTeam: every role at every address of the protocol, with the cookie of the session under the daybook's name, since a
// browser of another role has none there. What is answered is never a page.
func TestRoleRouteTeam(t *testing.T) {
	s := ownExample(t)
	known := map[string]bool{}
	for _, a := range web.Addresses() {
		if strings.Contains(a.Pattern, " /team/sync/") {
			known[a.Pattern] = true
		}
	}
	for _, row := range teamTable {
		delete(known, row.method+" "+row.pattern)
		for _, role := range everyone {
			r := httptest.NewRequest(row.method, at("team/sync/"+row.example), strings.NewReader(`{"at":"2026-11-24T00:00:00Z","last":0,"events":[]}`))
			r.Header.Set("Content-Type", "application/json")
			want := http.StatusUnauthorized
			for _, c := range s.as(t, role).cookies {
				if c.Name == "kept-office" && role != "admin" {
					r.AddCookie(&http.Cookie{Name: "kept-team", Value: c.Value})
					session, ok, err := s.desk.Session(t.Context(), "valley", c.Value)
					if err != nil || !ok {
						t.Fatal(ok, err)
					}
					r.Header.Set("Kept-Account", s.desk.Mark("valley", session.Account.ID))
					want = http.StatusForbidden
				}
			}
			r.Header.Set("Kept-Device", strings.Repeat("a", 32))
			if strings.Contains(row.roles, role) && role != "" {
				want = map[string]int{"POST": 200, "HEAD": 404, "PATCH": 412, "GET": 200}[row.method]
			}
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			if rec.Code != want || rec.Header().Get("Kept-Sync") != "1" || rec.Header().Get("Cache-Control") != "no-store" || strings.Contains(rec.Body.String(), "<html") {
				t.Errorf("%s %s as %q: %d, should be %d: %s", row.method, row.pattern, role, rec.Code, want, rec.Body)
			}
			if len(rec.Result().Cookies()) > 0 {
				t.Errorf("%s as %q sets a cookie", row.pattern, role)
			}
		}
	}
	for pattern := range known {
		t.Errorf("the route %q has no row in this table", pattern)
	}
}

// TestRoleRouteTeamReach: another team's promises neither are in a phone's changes nor can be reported on from it; nor does one account
// send another's work.
func TestRoleRouteTeamReach(t *testing.T) {
	s := ownExample(t)
	server := s.listening(t)
	p := s.pulled(t, server)
	for n, x := range p.Promises {
		team := s.cell(t, "SELECT team FROM promise WHERE number = $1", n)
		posted := s.cell(t, "SELECT count(*) FROM promise_place AS x JOIN promise AS p ON p.seq = x.promise JOIN posting AS o ON o.place = x.place WHERE p.number = $1 AND o.team = 'water-team'", n)
		if team != "water-team" && posted == "0" {
			t.Errorf("promise %d of %s is on the phone: %v", n, team, x["title"])
		}
	}
	foreign := s.cell(t, "SELECT id FROM promise WHERE team NOT IN ('', 'water-team') AND withdrawn = '' AND seq NOT IN (SELECT x.promise FROM promise_place AS x JOIN posting AS o ON o.place = x.place WHERE o.team = 'water-team')")
	size := s.cell(t, "SELECT size FROM head")
	e := p.Write(foreign, today, map[string]any{"state": "done"})
	none := p.Write(strings.Repeat("0", 32), today, map[string]any{"state": "done"})
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{e.ID, none.ID} {
		if a := p.Answers[id]; a.Status != "refused" || a.Code != "event.not-yours" || a.Words == "" {
			t.Errorf("another team's promise: %+v", a)
		}
	}
	if now := s.cell(t, "SELECT size FROM head"); now != size {
		t.Errorf("the book grew from %s to %s", size, now)
	}
	link, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{{Programme: "valley", Role: staff.Team, Who: "team:" + s.cell(t, "SELECT team FROM promise WHERE team NOT IN ('', 'water-team') AND withdrawn = '' AND done = ''")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Accept(t.Context(), link, "Second hand", "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	c := &client{site: s}
	c.post(inOffice("sign-in"), "name", "Second hand", "password", "correct horse battery", "do", "sign-in")
	second := s.phone(t, server, "team")
	for _, k := range c.cookies {
		if k.Name == "kept-team" {
			second.Cookie = k.Name + "=" + k.Value
		}
	}
	if _, err := second.Pull(); err != nil {
		t.Fatal(err)
	}
	outside, _ := about(t, p, "once")
	for _, x := range second.Promises {
		if x["id"] == outside {
			t.Errorf("the other team has the promise %v too", x["title"])
		}
	}
	out := second.Write(outside, today, map[string]any{"state": "under-way"})
	if err := second.Send(); err != nil || second.Answers[out.ID].Code != "event.not-yours" || len(second.Promises) == 0 {
		t.Errorf("outside of its places: %+v %v", second.Answers[out.ID], err)
	}
	// The same phone, the other person: neither the work nor the device is his.
	mine := p.Write(p.Promises[first(p.Promises)]["id"].(string), today, map[string]any{"state": "under-way"})
	p.Cookie = second.Cookie
	if _, err := p.Post(p.Outbox); wrong(err) != "Conflict sync.other-account" {
		t.Errorf("another's work: %v", err)
	}
	p.Account = second.Account
	if _, err := p.Post(nil); wrong(err) != "Conflict sync.other-device" {
		t.Errorf("another's device: %v", err)
	}
	if n := s.cell(t, "SELECT count(*) FROM report WHERE promise = (SELECT seq FROM promise WHERE id = $1) AND day = $2", mine.Promise, today); n != "0" {
		t.Errorf("%s reports were written with the wrong account", n)
	}
}

func first[V any](m map[int64]V) (n int64) {
	for k := range m {
		if n == 0 || k < n {
			n = k
		}
	}
	return n
}
