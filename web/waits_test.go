package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kept/locale"
	"kept/promise"
)

// follow asks for the page to which a form led.
func (c *client) follow(t testing.TB, rec *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	t.Helper()
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("%d, should lead on; it says %q", rec.Code, wrongs(rec))
	}
	out := c.get(rec.Header().Get("Location"))
	if out.Code != http.StatusOK {
		t.Fatalf("%s: %d", rec.Header().Get("Location"), out.Code)
	}
	return out
}

// wrongs are what a page says is wrong.
func wrongs(rec *httptest.ResponseRecorder) (out []string) {
	for _, part := range strings.Split(rec.Body.String(), `<span class="wrong" id="`)[1:] {
		text, _, _ := strings.Cut(part, "</span>")
		out = append(out, text)
	}
	if _, rest, ok := strings.Cut(rec.Body.String(), `role="alert">`); ok {
		text, _, _ := strings.Cut(rest, "</div>")
		out = append(out, text)
	}
	return out
}

// cell reads one value.
func (s *site) cell(t testing.TB, query string, args ...any) string {
	return s.column(t, query, args...)[0]
}

// TestReportByForm: a team reports with a plain form; it counts at once, its note is hidden until a reviewer has passed it, and
// sending the form twice is once.
func TestReportByForm(t *testing.T) {
	s := ownExample(t)
	team, public := s.as(t, "team"), s.as(t, "")
	number := s.cell(t, "SELECT p.number FROM promise AS p JOIN measure AS m ON m.promise = p.seq WHERE p.team = 'water-team' AND p.withdrawn = '' AND p.plan = 'once' AND p.done = '' ORDER BY 1")
	address := inOffice("reports/new?promise=" + number)
	values := formOf(t, team.get(address), "report")
	values.Set("note.en", "Pump house roofed, marker 7731.")
	values.Set("value.0", "１２３４．５") // full-width digits, as an input method writes them
	values.Set("amount.0", "1,250.50")
	values.Set("currency.0", "USD")
	values.Set("state", promise.StateUnderWay)
	before := s.cell(t, "SELECT count(*) FROM report")
	rec := team.send(address, values)
	look := team.follow(t, rec)
	again := team.send(address, values)
	if again.Code != http.StatusSeeOther || again.Header().Get("Location") != rec.Header().Get("Location") {
		t.Errorf("sending twice: %d to %s", again.Code, again.Header().Get("Location"))
	}
	if a, b := before, s.cell(t, "SELECT count(*) FROM report"); len(a) > len(b) || a == b {
		t.Errorf("there are %s reports after %s", b, a)
	}
	if got := s.cell(t, "SELECT r.value FROM reading AS r ORDER BY r.seq DESC"); got != "1234.5" {
		t.Errorf("the reading is %q", got)
	}
	if got := s.cell(t, "SELECT minor FROM spent ORDER BY seq DESC"); got != "125050" {
		t.Errorf("spent %s", got)
	}
	if !strings.Contains(look.Body.String(), "marker 7731") {
		t.Error("the team does not see its own note")
	}
	page := public.get(at("promises/" + number)).Body.String()
	if strings.Contains(page, "marker 7731") || !strings.Contains(page, "not yet looked at") {
		t.Error("the note is public before anybody has passed it, or the report is not there")
	}
	reviewer := s.as(t, "reviewer")
	reviewer.follow(t, reviewer.send(rec.Header().Get("Location"), formOf(t, reviewer.get(rec.Header().Get("Location")), "pass")))
	if page := public.get(at("promises/" + number)).Body.String(); !strings.Contains(page, "marker 7731") {
		t.Error("the note is not public though a reviewer has passed it")
	}
}

// TestReportBadInput: what is wrong is said beside its field, and what was typed is kept.
func TestReportBadInput(t *testing.T) {
	s := ownExample(t)
	team := s.as(t, "team")
	number := s.cell(t, "SELECT p.number FROM promise AS p JOIN measure AS m ON m.promise = p.seq WHERE p.team = 'water-team' AND p.withdrawn = '' AND p.plan = 'once' ORDER BY 1")
	address := inOffice("reports/new?lang=en&promise=" + number)
	size := s.cell(t, "SELECT size FROM head")
	long := strings.Repeat("ئۇ", 5<<20/2) // 10 MB, thrice that on its way
	for _, test := range []struct{ field, typed, says string }{
		{"day", "2026-02-30", "This is not a day"},
		{"day", "2031-01-01", "has not come yet"},
		{"value.0", "seven", "not a number"},
		{"amount.0", "12.345", ""},
		{"amount.0", "-5", "above 0"},
		{"note.en", long, "at most"},
		{"note.ug", strings.Repeat("a", 4001), "at most"},
	} {
		values := formOf(t, team.get(address), "report")
		values.Set(test.field, test.typed)
		if strings.HasPrefix(test.field, "amount") {
			values.Set("currency.0", "USD")
		}
		rec := team.send(address, values)
		body := rec.Body.String()
		if rec.Code != http.StatusOK || !strings.Contains(body, "Nothing was sent") || !strings.Contains(body, test.says) {
			t.Errorf("%s %.20s: %d, no %q", test.field, test.typed, rec.Code, test.says)
		}
		if back := formOf(t, rec, "report"); back.Get(test.field) != test.typed {
			t.Errorf("%s: what was typed is not kept: %.40q", test.field, back.Get(test.field))
		}
	}
	values := formOf(t, team.get(address), "report")
	if rec := team.send(address, values); !strings.Contains(rec.Body.String(), "says nothing yet") {
		t.Error("an empty report is taken")
	}
	for _, strange := range []url.Values{{"ethnicity": {"x"}}, {"note.en": {"a", "b"}}, {"note.en.x": {"a"}}, {"form": {"no id"}}, {"state": {"perfect"}, "do": {"report"}}, {"Note.en": {"a"}}} {
		if rec := team.send(address, strange); rec.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", strange, rec.Code)
		}
	}
	if now := s.cell(t, "SELECT size FROM head"); now != size {
		t.Errorf("something was appended: %s after %s", now, size)
	}
}

// TestReportOfAnother: a team reports on its own promises and where it is posted, and on nothing else.
func TestReportOfAnother(t *testing.T) {
	s := example(t)
	team := s.as(t, "team")
	other := s.cell(t, `SELECT p.number FROM promise AS p WHERE p.team = 'class-team' AND p.seq NOT IN (SELECT x.promise FROM promise_place AS x JOIN posting AS g ON g.place = x.place
		WHERE g.team = 'water-team') ORDER BY 1`)
	if rec := team.get(inOffice("reports/new?promise=" + other)); rec.Code != http.StatusForbidden {
		t.Errorf("the water team may report on promise %s: %d", other, rec.Code)
	}
	report := s.cell(t, "SELECT id FROM report WHERE who = 'team:class-team' ORDER BY seq")
	if rec := team.get(inOffice("reports/" + report)); rec.Code != http.StatusForbidden {
		t.Errorf("the water team may look at a report of the class team: %d", rec.Code)
	}
}

// TestQueueTogether: a reviewer passes and sends back several reports at once; nothing else can be done to several.
func TestQueueTogether(t *testing.T) {
	s := ownExample(t)
	reviewer := s.as(t, "reviewer")
	waiting := s.column(t, "SELECT id FROM report WHERE passed = 0 AND sent_back = 0 AND has_note = 1 AND pictures = 0 ORDER BY seq")
	page := reviewer.get(inOffice("?lang=en"))
	values := formOf(t, page, "pass")
	if rec := reviewer.send(inOffice("?lang=en"), values); !strings.Contains(rec.Body.String(), "Choose at least one") {
		t.Errorf("with nothing chosen: %d", rec.Code)
	}
	values["item[]"] = waiting[:1]
	done := reviewer.follow(t, reviewer.send(inOffice("?lang=en"), values))
	if !strings.Contains(done.Body.String(), "was passed") {
		t.Error("it does not say what was done")
	}
	if got := s.cell(t, "SELECT note_shown FROM report WHERE id = $1", waiting[0]); got != "1" {
		t.Errorf("note_shown is %s", got)
	}
	if len(waiting) > 1 {
		values = formOf(t, done, "send-back")
		values["item[]"] = waiting[1:2]
		if rec := reviewer.send(inOffice("?lang=en"), values); !strings.Contains(rec.Body.String(), "Say why") {
			t.Errorf("sent back without a reason: %d", rec.Code)
		}
		values.Set("reason.en", "It names a neighbour.")
		reviewer.follow(t, reviewer.send(inOffice("?lang=en"), values))
		if got := s.cell(t, "SELECT sent_back FROM report WHERE id = $1", waiting[1]); got == "0" {
			t.Error("it was not sent back")
		}
	}
	for _, verb := range []string{"amend", "withdraw"} {
		values := url.Values{"do": {verb}, "item[]": waiting[:1]}
		size := s.cell(t, "SELECT size FROM head")
		reviewer.send(inOffice(""), values)
		if now := s.cell(t, "SELECT size FROM head"); now != size {
			t.Errorf("%s can be done to several at once", verb)
		}
	}
}

// TestSendBackAndWriteAgain: sending back restores the former standing; the team sees who and why, and writes it again.
func TestSendBackAndWriteAgain(t *testing.T) {
	s := ownExample(t)
	team, reviewer := s.as(t, "team"), s.as(t, "reviewer")
	number := s.cell(t, "SELECT number FROM promise WHERE team = 'water-team' AND withdrawn = '' AND plan = 'once' AND done = '' ORDER BY 1")
	standing := func() string {
		return s.cell(t, "SELECT state || ' ' || done || ' ' || open_due || ' ' || reports FROM promise WHERE number = $1", number)
	}
	before := standing()
	address := inOffice("reports/new?lang=en&promise=" + number)
	values := formOf(t, team.get(address), "report")
	values.Set("state", promise.StateDone)
	values.Set("note.en", "All of it.")
	look := team.send(address, values).Header().Get("Location")
	if standing() == before {
		t.Fatal("the report changed nothing")
	}
	back := formOf(t, reviewer.get(look), "send-back")
	back.Set("reason.en", "Two of them are dry.")
	reviewer.follow(t, reviewer.send(look, back))
	if got := standing(); got != before {
		t.Errorf("after sending back it stands %q, before %q", got, before)
	}
	if page := team.get(inOffice("?lang=en")).Body.String(); !strings.Contains(page, "sent back") || !strings.Contains(page, ">new<") {
		t.Error("the team's queue does not show it as new")
	}
	if page := team.get(look).Body.String(); !strings.Contains(page, "Two of them are dry.") || !strings.Contains(page, "Farmers") {
		t.Error("the team does not see who sent it back, or why")
	}
	if page := team.get(inOffice("?lang=en")).Body.String(); strings.Contains(page, ">new<") {
		t.Error("it is still new after the team has looked")
	}
	again := team.get(address + "&again=" + s.cell(t, "SELECT id FROM report WHERE sent_back > 0 ORDER BY seq DESC"))
	if got := formOf(t, again, "report"); got.Get("note.en") != "All of it." || got.Get("state") != promise.StateDone {
		t.Errorf("the form to write it again begins with %v", got)
	}
	if rec := reviewer.send(look, url.Values{"do": {"pass"}}); !strings.Contains(rec.Body.String(), "seen to this report already") {
		t.Errorf("passing what was sent back: %d", rec.Code)
	}
}

// TestStandsInEveryLanguage: the dashboard has the same numbers in every language, each of which is a figure.
func TestStandsInEveryLanguage(t *testing.T) {
	s := example(t)
	for _, role := range []string{"office", "team", "reviewer"} {
		c := s.as(t, role)
		var first []string
		for _, l := range locale.Languages {
			rec := c.get(inOffice("stands?lang=" + l.Tag))
			if rec.Code != http.StatusOK {
				t.Fatalf("%s %s: %d", role, l.Tag, rec.Code)
			}
			for _, problem := range problems(rec.Body.String(), l) {
				t.Errorf("%s %s: %s", role, l.Tag, problem)
			}
			var all []string
			for _, part := range strings.Split(rec.Body.String(), `data-figure="`)[1:] {
				name, _, _ := strings.Cut(part, `"`)
				all = append(all, name)
			}
			if first == nil {
				first = all
			}
			if strings.Join(first, "\n") != strings.Join(all, "\n") || len(all) < 20 {
				t.Errorf("%s: %d figures in %s, %d in the first language", role, len(all), l.Tag, len(first))
			}
		}
	}
	if rec := s.as(t, "office").get(inOffice("stands?until=2026-02-30")); rec.Code != http.StatusBadRequest {
		t.Errorf("an impossible day: %d", rec.Code)
	}
}
