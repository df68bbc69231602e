package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/web"
)

// TestRoleRoute: who may use which address. A new route fails until somebody has written down here for whom it is; {x}
// stands for something of the example.
func TestRoleRoute(t *testing.T) {
	s := example(t)
	picture := s.column(t, "SELECT sha256 FROM report_picture WHERE sha256 <> ''")[0]
	place := s.column(t, "SELECT code FROM place WHERE level = 'village'")[0]
	round := s.column(t, "SELECT round FROM round_place ORDER BY round, place")[0]
	table := []struct{ pattern, who, address, media string }{
		{"GET /{$}", "public", "", "text/html"},
		{"GET /promises.csv", "public", "promises.csv", "text/csv"},
		{"GET /promises/{number}", "public", "promises/1", "text/html"},
		{"GET /places", "public", "places", "text/html"},
		{"GET /places/{code}", "public", "places/" + place, "text/html"},
		{"GET /places/{code}/poster", "public", "places/" + place + "/poster", "text/html"},
		{"GET /places/{code}/feed.atom", "public", "places/" + place + "/feed.atom", "application/atom+xml"},
		{"GET /rounds", "public", "rounds", "text/html"},
		{"GET /rounds/{seq}", "public", "rounds/" + round, "text/html"},
		{"GET /rounds/{seq}/places/{code}/poster", "public", "rounds/" + round + "/places/" + s.column(t, "SELECT place FROM round_place ORDER BY round, place")[0] + "/poster", "text/html"},
		{"GET /answers", "public", "answers", "text/html"},
		{"GET /answers.csv", "public", "answers.csv", "text/csv"},
		{"GET /teams", "public", "teams", "text/html"},
		{"GET /reviews", "public", "reviews", "text/html"},
		{"GET /reviews/confirmed", "public", "reviews/confirmed", "text/html"},
		{"GET /reviews/{number}", "public", "reviews/2", "text/html"},
		{"GET /reviews/{number}/poster", "public", "reviews/2/poster", "text/html"},
		{"GET /reviews/{number}/figure", "public", "reviews/2/figure?name=promises%3Fstanding%3Doverdue", "text/html"},
		{"GET /reviews/{number}/compare", "public", "reviews/1/compare?with=2", "text/html"},
		{"GET /feed.atom", "public", "feed.atom", "application/atom+xml"},
		{"GET /pictures/{sha256}", "public", "pictures/" + picture, "image/png"},
		{"GET /team/{$}", "public", "team/", "text/html"},
		{"GET /team/manifest.webmanifest", "public", "team/manifest.webmanifest", "application/manifest+json"},
		{"GET /team/words.json", "public", "team/words.json", "application/json"},
		{"GET /team/worker.js", "public", "team/worker.js", "text/javascript"},
		{"GET /log/{$}", "public", "log/", "text/html"},
		{"GET /log/checkpoint", "public", "log/checkpoint", "text/plain"},
		{"GET /log/key", "public", "log/key", "text/plain"},
		{"GET /log/tile/entries/{n...}", "public", "log/tile/entries/000", "application/octet-stream"},
		{"GET /log/tile/{level}/{n...}", "public", "log/tile/0/000", "application/octet-stream"},
		{"GET /log/beside/{n...}", "public", "log/beside/000", "application/json"},
		{"GET /log/figures", "public", "log/figures", "application/json"},
		{"GET /log/proof/{seq}", "public", "log/proof/0", "text/plain"},
		{"GET /log/entries/{seq}", "public", "log/entries/0", "text/html"},
	}
	roles := map[string]string{}
	for _, a := range web.Addresses() {
		if len(a.Roles) == 0 && a.Who == "public" { // the others are in TestRoleRouteResident and TestRoleRouteOffice
			roles[a.Pattern] = a.Who
		}
	}
	for _, row := range table {
		if roles[row.pattern] != row.who {
			t.Errorf("%s is for %q, should be for %q", row.pattern, roles[row.pattern], row.who)
		}
		delete(roles, row.pattern)
		if !strings.HasPrefix(row.pattern, "GET ") {
			t.Errorf("%s: there is nothing that a public page could change", row.pattern)
		}
		rec := s.get(at(row.address))
		if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Content-Type"), row.media) {
			t.Errorf("%s: %d, %s", row.address, rec.Code, rec.Header().Get("Content-Type"))
		}
		for name, value := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Set-Cookie": ""} {
			if got := rec.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q", row.address, name, got)
			}
		}
		policy := rec.Header().Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", row.address, policy)
			}
		}
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodConnect, http.MethodTrace, "BREW"} {
			if rec := s.ask(method, at(row.address)); rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", method, row.address, rec.Code)
			}
		}
	}
	for pattern := range roles {
		t.Errorf("the route %q has no row in this table", pattern)
	}
}

// TestRoleRouteResident: the same of the addresses at which residents answer. They are for everybody, and nothing is asked of who comes;
// one of them takes a form, also from a browser that says it comes from nowhere, and from another site, for a card is its own proof.
func TestRoleRouteResident(t *testing.T) {
	s := example(t)
	picture := s.column(t, "SELECT sha256 FROM report_picture WHERE sha256 <> ''")[0]
	table := []struct {
		pattern, address string
		status           int
	}{
		{"GET /voice", "voice", http.StatusOK},
		{"POST /voice", "voice", http.StatusOK},
		{"GET /voice/leave", "voice/leave", http.StatusSeeOther},
		{"GET /voice/pictures/{sha256}", "voice/pictures/" + picture, http.StatusOK},
	}
	known := map[string]bool{}
	for _, a := range web.Addresses() {
		if a.Who == "resident" {
			known[a.Pattern] = true
			if len(a.Roles) > 0 || len(a.Keys) > 0 || a.Admin {
				t.Errorf("%s is for %v, with the keys %v", a.Pattern, a.Roles, a.Keys)
			}
		}
	}
	for _, row := range table {
		if !known[row.pattern] {
			t.Errorf("there is no route %s", row.pattern)
		}
		delete(known, row.pattern)
		method, _, _ := strings.Cut(row.pattern, " ")
		for _, role := range everyone {
			for _, site := range []string{"same-origin", "none", "cross-site"} {
				r := httptest.NewRequest(method, at(row.address), strings.NewReader("do=look&code=1"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Sec-Fetch-Site", site)
				rec := s.as(t, role).do(r)
				if rec.Code != row.status || rec.Header().Get("Set-Cookie") != "" {
					t.Errorf("%s as %q, %s: %d", row.pattern, role, site, rec.Code)
				}
			}
		}
		for _, other := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
			if rec := s.ask(other, at(row.address)); rec.Code != http.StatusMethodNotAllowed && !(other == http.MethodPost && row.address == "voice") {
				t.Errorf("%s %s: %d", other, row.address, rec.Code)
			}
		}
	}
	for pattern := range known {
		t.Errorf("the route %q has no row in this table", pattern)
	}
}
