package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"kept/demo"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// asked is a copy of the example that takes answers, with a day that can go on.
type askedSite struct {
	*site
	day atomic.Pointer[string]
}

func askedExample(t *testing.T) *askedSite {
	t.Helper()
	a := &askedSite{}
	a.set(today)
	a.site = exampleOn(t, func() string { return *a.day.Load() })
	var err error
	boxes := t.TempDir()
	if a.boxes, err = voice.OpenBoxes(voice.Folders{Boxes: filepath.Join(boxes, "boxes"), Keys: filepath.Join(boxes, "keys")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.boxes.Close() })
	a.again(web.Options{})
	a.tend(t)
	return a
}

func (a *askedSite) set(day string) { a.day.Store(&day) }

func (a *askedSite) tend(t *testing.T) {
	t.Helper()
	if _, err := a.boxes.Tend(t.Context(), a.book); err != nil {
		t.Fatal(err)
	}
}

// propose proposes a round about promise 5's village, by its steps, and returns its address and id.
func (a *askedSite) propose(t *testing.T, pairs ...string) (address, id string) {
	t.Helper()
	c := a.as(t, "office")
	page := inOffice("rounds/new?lang=en")
	rec := c.send(page, filled(formOf(t, c.get(page), "promises"), "places[]", "old-orchard"))
	form := filled(formOf(t, rec, "preview"), append([]string{"promises[]", "15"}, pairs...)...)
	rec = c.send(page, form)
	rec = c.send(page, formOf(t, rec, "propose"))
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, said(rec))
	}
	address = rec.Header().Get("Location")
	_, id, _ = strings.Cut(strings.SplitN(address, "?", 2)[0], "/rounds/")
	return inOffice("rounds/" + id + "?lang=en"), id
}

// said are all words of a page.
func said(rec *httptest.ResponseRecorder) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(rec.Body.String(), " "))), " ")
}

// says fails unless a page says all of these, and nothing of what follows an empty one.
func says(t testing.TB, what string, rec *httptest.ResponseRecorder, sentences ...string) {
	t.Helper()
	text, must := said(rec), true
	for _, s := range sentences {
		switch {
		case s == "":
			must = false
		case strings.Contains(text, s) != must:
			t.Errorf("%s: says %q: %v\n%s", what, s, !must, text)
		}
	}
}

// TestRoundCourse goes through a round's course: proposed in steps with what was chosen kept, taken on by an independent reviewer,
// suspended with a reason, resumed, and declared void after a second look; each is public, and each form sent twice is once.
func TestRoundCourse(t *testing.T) {
	a := askedExample(t)
	office, reviewer := a.as(t, "office"), a.as(t, "reviewer")
	page := inOffice("rounds/new?lang=en")

	// Without villages it does not go on; a township brings all of its villages; what was chosen goes along.
	rec := office.sent(t, page, "promises")
	refused(t, rec, "Choose at least one village.")
	rec = office.send(page, filled(formOf(t, rec, "choose"), "in[]", "upper-pasture", "places[]", "old-orchard"))
	villages := a.column(t, "SELECT a.place FROM place_above AS a JOIN place AS v ON v.code = a.place WHERE a.above = 'upper-pasture' AND v.level = 'village'")
	form := formOf(t, rec, "promises")
	if got := form["places[]"]; len(got) != len(villages)+1 || got[0] != "old-orchard" {
		t.Fatalf("chosen are %q", got)
	}
	rec = office.send(page, filled(form, "places[]", "old-orchard"))
	says(t, "the second step", rec, "Owed a round", "not asked for", "Overdue", "Being asked, or asked less than a quarter ago", "a round may close from")
	owed, late := strings.Index(said(rec), "Owed a round"), strings.Index(said(rec), "Overdue 31")
	if owed < 0 || late < owed {
		t.Error("what is owed a round does not come first")
	}
	form = formOf(t, rec, "preview")
	if form.Get("opens") != schedule.AddDays(today, 7) || form.Get("closes") != schedule.AddDays(today, 21) || form.Get("places[]") != "old-orchard" {
		t.Errorf("to begin with, the form is %v", form)
	}
	form = filled(form, "promises[]", "15")
	back := office.send(page, filled(cloned(form), "do", "villages"))
	if again := formOf(t, back, "promises"); again.Get("promises[]") != "15" || again.Get("closes") != form.Get("closes") {
		t.Errorf("going back loses what was chosen: %v", again)
	}
	rec = office.send(page, form)
	says(t, "the last step", rec, "1 village is asked about these promises: Old Orchard", "15 · 3,000 apple trees", "must answer every “partly kept” and “not kept” by", "An organisation that is not responsible")
	if n := a.cell(t, "SELECT count(*) FROM round"); n != "5" {
		t.Fatalf("it was proposed without having been looked at: %s", n)
	}
	form = formOf(t, rec, "propose")
	var shown *httptest.ResponseRecorder
	for range 2 {
		shown = office.settled(t, office.send(page, form))
	}
	says(t, "the office's page", shown, "proposed", "It opens only if an organisation that is not responsible takes it on", "nobody yet", "", "Take this round on", "Suspend it")
	if n := a.cell(t, "SELECT count(*) FROM round"); n != "6" {
		t.Errorf("sent twice, there are %s", n)
	}
	seq, id := a.cell(t, "SELECT max(seq) FROM round"), a.cell(t, "SELECT id FROM round ORDER BY seq DESC LIMIT 1")
	public := func() *httptest.ResponseRecorder { return a.get(at("rounds/" + seq + "?lang=en")) }
	says(t, "the public page", public(), "proposed", "nobody yet", "Stone Bridge Office proposed the round.")
	says(t, "the reviewer's list", reviewer.get(inOffice("rounds?lang=en")), "To be taken on 1", "Old Orchard")
	says(t, "the board", a.get(at("places/old-orchard?lang=en")), "Rounds", "proposed")

	address := inOffice("rounds/" + id + "?lang=en")
	rec = reviewer.get(address)
	says(t, "the reviewer's page", rec, "Take this round on", "These have no part in it", "Stone Bridge Farm Office", "must answer")
	for _, field := range []string{"printer", "keeper"} {
		refused(t, reviewer.send(address, filled(formOf(t, rec, "take"), field, "stone-bridge-farms")), "Stone Bridge Farm Office is, or was, responsible")
	}
	form = formOf(t, rec, "take")
	for range 2 {
		shown = reviewer.settled(t, reviewer.send(address, form))
	}
	says(t, "taken on", shown, "being prepared", "It opens on", "This round is in your hands", "Make the cards", "Suspend it", "", "Take this round on")
	says(t, "in public", public(), "being prepared", "taken on by Valley Farmers", "printed by", "holds the cards", "Valley Farmers' Association took it on.")

	refused(t, reviewer.send(address, formOf(t, shown, "suspend")), "Choose one of the reasons.")
	form = filled(formOf(t, shown, "suspend"), "reason", "reprisals-feared")
	for range 2 {
		shown = reviewer.settled(t, reviewer.send(address, form))
	}
	says(t, "suspended", shown, "Suspended: reprisals feared.", "Nobody is asked. It is resumed before", "Resume it")
	says(t, "in public", public(), "Suspended: reprisals feared.", "Valley Farmers' Association suspended it.")
	says(t, "the board", a.get(at("places/old-orchard?lang=en")), "suspended", "reprisals feared")
	says(t, "the promise", a.get(at("promises/15?lang=en")), "The round is suspended since", "reprisals feared")
	form = formOf(t, shown, "resume")
	for range 2 {
		shown = reviewer.settled(t, reviewer.send(address, form))
	}
	says(t, "resumed", shown, "being prepared", "resumed it", "", "Resume it")

	rec = reviewer.send(address, filled(formOf(t, shown, "void"), "void-reason", "cards-astray"))
	says(t, "before it is void", rec, "Shall this round be void?", "cards have gone astray", "This cannot be undone")
	if n := a.cell(t, "SELECT count(*) FROM round WHERE void <> ''"); n != "0" {
		t.Fatal("it is void without a second look")
	}
	form = formOf(t, rec, "void-now")
	for range 2 {
		shown = reviewer.settled(t, reviewer.send(address, form))
	}
	says(t, "void", shown, "Void: cards have gone astray.", "nothing of it is ever published", "", "Make the cards", "This round is in your hands")
	says(t, "in public", public(), "Void: cards have gone astray.", "declared it void")
	says(t, "the list", a.get(at("rounds?state=void&lang=en")), "Round from", "cards have gone astray")
	events := a.column(t, "SELECT what FROM round_event WHERE round = "+seq+" ORDER BY seq")
	if fmt.Sprint(events) != "[taken suspended resumed void]" {
		t.Errorf("the book has %v", events)
	}
	// Every entry has an act of an account before it.
	acts, err := a.desk.Acts(t.Context(), demo.Name, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"round", "round-taken", "round-suspended", "round-resumed", "round-void"} {
		if !slices.ContainsFunc(acts, func(x staff.Act) bool { return x.What == kind }) {
			t.Errorf("no act says who did %s", kind)
		}
	}
}

// TestRoundNewRefusals: what is wrong with a proposal is said beside its field, in words, and what was typed stays.
func TestRoundNewRefusals(t *testing.T) {
	a := askedExample(t)
	office := a.as(t, "office")
	page := inOffice("rounds/new?lang=en")
	rec := office.send(page, filled(formOf(t, office.get(page), "promises"), "places[]", "old-orchard"))
	sound := filled(formOf(t, rec, "preview"), "promises[]", "15")
	later := a.cell(t, "SELECT number FROM promise WHERE seq IN (SELECT promise FROM asked_last) AND seq IN (SELECT x.promise FROM promise_place AS x WHERE x.place = 'stone-well') ORDER BY number DESC LIMIT 1")
	for _, test := range []struct {
		field, says string
		pairs       []string
	}{
		{"promises", "Choose at least one promise.", []string{"promises[]", ""}},
		{"promises", "None of these promises is made to Long Field.", []string{"places[]", "long-field"}},
		{"promises", "is being asked about, or was less than a quarter ago. A round about it may close from", []string{"places[]", "stone-well", "promises[]", later}},
		{"days", "A whole number from 1 to 90.", []string{"days", "0"}},
		{"days", "A whole number from 1 to 90.", []string{"days", "many"}},
		{"opens", "A round opens today or later", []string{"opens", schedule.AddDays(today, -1)}},
		{"opens", "A round opens today or later", []string{"opens", schedule.AddDays(today, 130), "closes", schedule.AddDays(today, 140)}},
		{"closes", "From opening to closing there are 3 to 60 days.", []string{"closes", schedule.AddDays(today, 8)}},
		{"closes", "This is not a day.", []string{"closes", "2026-13-01"}},
		{"mode", "This can be done only in a round of the other sort", []string{"mode", "survey"}},
		{"office", "no organisation", []string{"office", "nobody"}},
	} {
		values := url.Values{}
		for k, v := range sound {
			values[k] = slices.Clone(v)
		}
		values = filled(values, test.pairs...)
		if values.Get("promises[]") == "" {
			delete(values, "promises[]")
		}
		rec := office.send(page, values)
		beside := besideField(rec.Body.String(), test.field)
		if rec.Code != http.StatusOK || !strings.Contains(beside, test.says) {
			t.Errorf("%v: %d, beside %s stands %q; on the page %q", test.pairs, rec.Code, test.field, beside, wrongIn(rec))
			continue
		}
		if form := formOf(t, rec, "preview"); form.Get("opens") != values.Get("opens") && values.Get("opens") != "" || form.Get("mode") == "cards" != (values.Get("mode") == "cards") {
			t.Errorf("%v: what was typed is lost: %v", test.pairs, form)
		}
	}
	if n := a.cell(t, "SELECT count(*) FROM round"); n != "5" {
		t.Errorf("there are %s rounds", n)
	}
	// Fields that the form does not know, and promises that are none.
	for _, pairs := range [][]string{{"promises[]", "x"}, {"promises[]", "9999"}, {"who", "org:x"}} {
		if rec := office.send(page, filled(url.Values{"places[]": {"old-orchard"}, "do": {"preview"}}, pairs...)); rec.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", pairs, rec.Code)
		}
	}
	// Two promises with two offices: which one must answer is asked.
	two := filled(cloned(sound), "promises[]", "15", "promises[]", "26")
	two["promises[]"] = []string{"15", a.cell(t, "SELECT number FROM promise WHERE office <> (SELECT office FROM promise WHERE number = 15) AND office <> '' AND seq IN (SELECT x.promise FROM promise_place AS x WHERE x.place = 'old-orchard') AND withdrawn = '' AND seq NOT IN (SELECT promise FROM asked_last) ORDER BY number LIMIT 1")}
	if rec := office.send(page, two); !strings.Contains(besideField(rec.Body.String(), "office"), "These promises have different offices") {
		t.Errorf("two offices: %q", wrongIn(rec))
	}
	two.Set("office", "stone-bridge")
	says(t, "with an office chosen", office.send(page, two), "Stone Bridge Office must answer every")
	// From a promise's page: its villages and it are chosen.
	rec = office.get(inOffice("rounds/new?promise=15&lang=en"))
	if form := formOf(t, rec, "preview"); form.Get("promises[]") != "15" || form.Get("places[]") != "old-orchard" {
		t.Errorf("for promise 15 the form is %v", form)
	}
	if rec := office.get(inOffice("rounds/new?promise=9999")); rec.Code != http.StatusNotFound {
		t.Errorf("for no promise: %d", rec.Code)
	}
}

// replaced puts another value behind a name.
func replaced(pairs []string, name, value string) []string {
	pairs[slices.Index(pairs, name)+1] = value
	return pairs
}

func cloned(v url.Values) url.Values {
	out := url.Values{}
	for k, all := range v {
		out[k] = slices.Clone(all)
	}
	return out
}

// TestS17JudgedReviewer: a reviewer of an organisation that is judged is told which one it is and why, on the page and when the form is
// sent all the same.
func TestS17JudgedReviewer(t *testing.T) {
	a := askedExample(t)
	address, _ := a.propose(t)
	office := a.cell(t, "SELECT office FROM round ORDER BY seq DESC LIMIT 1")
	judged := a.member(t, "Judged", staff.Grant{Role: staff.Reviewer, Who: "org:" + office})
	name := plainName(t, a.site, office)
	rec := judged.get(address)
	says(t, "the page", rec, name+" cannot take this round on.", "responsible for promise 15", "must answer", "", "Take it on")
	rec = judged.post(address, "form", strings.Repeat("ab", 16), "do", "take", "printer", "farmers-association", "keeper", "farmers-association")
	says(t, "the form", rec, name+" is, or was, responsible for one of these promises or must answer")
	if n := a.cell(t, "SELECT count(*) FROM round WHERE taken = ''"); n != "1" {
		t.Error("it was taken on")
	}
}

func plainName(t *testing.T, s *site, code string) string {
	return programme.ParseWords(s.cell(t, "SELECT name FROM organisation WHERE code = $1", code)).In["en"]
}

// TestRoundReach: a round is its own reviewer's to stop, and a tally for the two who count; any other reviewer is turned away at every
// address, and an office proposes only within its places.
func TestRoundReach(t *testing.T) {
	a := askedExample(t)
	opens, closes := today, schedule.AddDays(today, 10)
	address, id := a.propose(t, "mode", "assembly", "opens", opens, "closes", closes)
	reviewer := a.as(t, "reviewer")
	form := filled(formOf(t, reviewer.get(address), "take"), "second", "river-foundation")
	reviewer.settled(t, reviewer.send(address, form))
	second := a.member(t, "Second", staff.Grant{Role: staff.Reviewer, Who: "org:river-foundation"})
	other := a.member(t, "Other", staff.Grant{Role: staff.Reviewer, Who: "org:stone-bridge-water"})
	place := "/old-orchard"
	for _, page := range []string{"tally", "screen", "ballots"} {
		for c, want := range map[*client]int{reviewer: 200, second: 200, other: 403} {
			if rec := c.get(inOffice("rounds/" + id + "/" + page + place)); rec.Code != want {
				t.Errorf("%s: %d, should be %d", page, rec.Code, want)
			}
		}
	}
	for _, do := range []string{"suspend", "resume", "void", "void-now"} {
		for _, c := range []*client{second, other} {
			if rec := c.post(address, "form", strings.Repeat("cd", 16), "do", do, "reason", "mistake", "void-reason", "mistake"); rec.Code != http.StatusForbidden {
				t.Errorf("%s by another reviewer: %d", do, rec.Code)
			}
		}
	}
	if rec := other.post(inOffice("rounds/"+id+"/tally"+place), "form", strings.Repeat("ef", 16), "do", "seal", "printed", "1", "spoilt", "0", "unused", "0",
		"count.0.kept", "1", "count.0.partly-kept", "0", "count.0.not-kept", "0", "count.0.cant-tell", "0"); rec.Code != http.StatusForbidden {
		t.Errorf("a tally by another reviewer: %d", rec.Code)
	}
	if events := a.cell(t, "SELECT count(*) FROM round_event AS e JOIN round AS r ON r.seq = e.round WHERE r.id = $1", id); events != "1" {
		t.Errorf("%s events", events)
	}
	says(t, "another reviewer's page", other.get(address), "being asked", "", "This round is in your hands", "At the assembly")
	upper := a.member(t, "Upper", staff.Grant{Role: staff.Office, Who: "org:stone-bridge", Places: []string{"upper-pasture"}})
	rec := upper.post(inOffice("rounds/new?lang=en"), "form", strings.Repeat("12", 16), "do", "preview", "places[]", "old-orchard", "promises[]", "15", "mode", "cards", "level", "village",
		"days", "20", "opens", opens, "closes", closes)
	says(t, "outside of its places", rec, "One of these villages lies outside of your places.")
	for _, gone := range []string{"rounds/none", "rounds/" + id + "/tally/long-field", "rounds/" + id + "/screen/old-orchard?n=2"} {
		if rec := reviewer.get(inOffice(gone)); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", gone, rec.Code)
		}
	}
	cards := a.cell(t, "SELECT id FROM round WHERE mode = 'cards' ORDER BY seq DESC LIMIT 1")
	if rec := reviewer.get(inOffice("rounds/" + cards + "/tally/two-rivers")); rec.Code != http.StatusNotFound {
		t.Errorf("a tally of cards: %d", rec.Code)
	}
}

// TestS8Tallies: two organisations enter their tallies unseen by each other. What does not add up is asked before it is final. Equal
// ones become a result that is labelled and never "kept"; different ones are contested, without numbers.
func TestS8Tallies(t *testing.T) {
	for _, test := range []struct{ name, kept, partly string }{{"equal", "26", "6"}, {"different", "25", "7"}} {
		t.Run(test.name, func(t *testing.T) {
			a := askedExample(t)
			closes := schedule.AddDays(today, 10)
			address, id := a.propose(t, "mode", "assembly", "opens", today, "closes", closes)
			reviewer := a.as(t, "reviewer")
			rec := reviewer.get(address)
			refused(t, reviewer.send(address, formOf(t, rec, "take")), "Fill this in.")
			refused(t, reviewer.send(address, filled(formOf(t, rec, "take"), "second", "farmers-association")), "An assembly needs a second organisation")
			reviewer.settled(t, reviewer.send(address, filled(formOf(t, rec, "take"), "second", "river-foundation")))
			second := a.member(t, "Second", staff.Grant{Role: staff.Reviewer, Who: "org:river-foundation"})
			page := inOffice("rounds/" + id + "/tally/old-orchard?lang=en")
			fill := func(kept, partly string) []string {
				return []string{"printed", "60", "spoilt", "2", "unused", "18", "count.0.kept", kept, "count.0.partly-kept", partly, "count.0.not-kept", "7", "count.0.cant-tell", "1"}
			}
			refused(t, reviewer.sent(t, page, "check"), "Every count is a whole number from 0.")
			refused(t, reviewer.sent(t, page, "check", replaced(fill("26", "6"), "spoilt", "-1")...), "Every count is a whole number from 0.")

			// A sum that does not add up is a question, and nothing is sealed by looking.
			rec = reviewer.sent(t, page, "check", fill("30", "6")...)
			says(t, "a sum that is off", rec, "Is this right? The numbers do not add up.", "leaves 40 to be counted", "Promise 15: 44 were counted.")
			if n := a.cell(t, "SELECT count(*) FROM tally WHERE round = (SELECT seq FROM round WHERE id = $1)", id); n != "0" {
				t.Error("it is sealed by looking")
			}
			again := formOf(t, rec, "form")
			rec = reviewer.send(page, again)
			if form := formOf(t, rec, "check"); form.Get("count.0.kept") != "30" {
				t.Errorf("going back loses the numbers: %v", form)
			}

			enter := func(c *client, kept, partly string) {
				rec := c.sent(t, page, "check", fill(kept, partly)...)
				form := formOf(t, rec, "seal")
				for range 2 {
					if rec := c.send(page, form); rec.Code != http.StatusSeeOther {
						t.Fatalf("sealing: %d %s", rec.Code, said(rec))
					}
				}
			}
			enter(reviewer, "26", "6")
			says(t, "after it was entered", reviewer.get(page), "It is final", "", "Ballots printed")
			if rec := second.get(page); strings.Contains(rec.Body.String(), `value="26"`) || strings.Contains(rec.Body.String(), `value="60"`) {
				t.Error("the other one sees the numbers")
			}
			for _, public := range []string{at("rounds/" + a.cell(t, "SELECT max(seq) FROM round") + "?lang=en"), at("promises/15?lang=en")} {
				if strings.Contains(a.get(public).Body.String(), `value="26"`) {
					t.Errorf("%s shows a number", public)
				}
			}
			enter(second, test.kept, test.partly)
			acts, err := a.desk.Acts(t.Context(), demo.Name, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			known := 0
			for _, x := range acts {
				if x.What != "tally" {
					continue
				}
				if err := a.book.DB.Read(t.Context(), func(tx *store.Tx) error {
					_, there, err := ledger.SeqOf(tx, x.Entry)
					if there {
						known++
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			if known != 2 {
				t.Errorf("of two tallies, %d are known by who entered them", known)
			}
			a.set(closes)
			a.tend(t)
			round := a.get(at("rounds/" + a.cell(t, "SELECT max(seq) FROM round") + "?lang=en"))
			if test.name == "different" {
				says(t, "the round", round, "contested", "The two tallies of the assembly differ.", "", "fewer than 5")
				says(t, "the promise", a.get(at("promises/15?lang=en")), "The two tallies of the assembly differ.")
				return
			}
			says(t, "the round", round, "closed", "assembly", "25", "fewer than 5")
			says(t, "the poster", a.get(at("rounds/"+a.cell(t, "SELECT max(seq) FROM round")+"/places/old-orchard/poster?lang=en")), "assembly", "村民大会")
			if side := villageSide(t, a.site, 15, "en"); strings.HasPrefix(side, "the village says kept") || !strings.Contains(side, "assembly kept") {
				t.Errorf("the assembly alone says: %s", side)
			}
		})
	}
}

// TestRoundWithoutBoxes: a server that takes no answers says so where it matters, and seals nothing.
func TestRoundWithoutBoxes(t *testing.T) {
	a := askedExample(t)
	address, id := a.propose(t, "mode", "assembly", "opens", today, "closes", schedule.AddDays(today, 10))
	boxes := a.boxes
	a.boxes = nil
	a.again(web.Options{})
	defer func() { a.boxes = boxes }()
	reviewer := a.as(t, "reviewer")
	reviewer.settled(t, reviewer.send(address, filled(formOf(t, reviewer.get(address), "take"), "second", "river-foundation")))
	says(t, "the list", reviewer.get(inOffice("rounds?lang=en")), "This server takes no answers.")
	says(t, "the round", reviewer.get(address), "This server takes no answers.")
	page := inOffice("rounds/" + id + "/tally/old-orchard?lang=en")
	says(t, "the tally", reviewer.get(page), "This server takes no answers.")
	rec := reviewer.post(page, "form", strings.Repeat("12", 16), "do", "seal", "printed", "1", "spoilt", "0", "unused", "0", "count.0.kept", "1", "count.0.partly-kept", "0", "count.0.not-kept", "0", "count.0.cant-tell", "0")
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("sealing: %d", rec.Code)
	}
}

// TestRoundPagesInEveryLanguage looks at every page of rounds in an office as a browser and a screen reader would.
func TestRoundPagesInEveryLanguage(t *testing.T) {
	a := askedExample(t)
	_, id := a.propose(t, "mode", "assembly", "opens", today, "closes", schedule.AddDays(today, 10))
	reviewer, office, team := a.as(t, "reviewer"), a.as(t, "office"), a.as(t, "team")
	address := inOffice("rounds/" + id)
	taking := reviewer.get(address)
	look := func(c *client, paths ...string) {
		t.Helper()
		for _, path := range paths {
			for _, l := range locale.Languages {
				join := "?"
				if strings.Contains(path, "?") {
					join = "&"
				}
				rec := c.get(inOffice(path) + join + "lang=" + l.Tag)
				if rec.Code != http.StatusOK {
					t.Errorf("%s: %d", path, rec.Code)
				}
				for _, problem := range problems(rec.Body.String(), l) {
					t.Errorf("%s in %s: %s", path, l.Tag, problem)
				}
			}
		}
	}
	look(reviewer, "rounds/"+id)
	reviewer.settled(t, reviewer.send(address, filled(formOf(t, taking, "take"), "second", "river-foundation")))
	all := []string{"rounds"}
	for _, x := range a.column(t, "SELECT id FROM round") {
		all = append(all, "rounds/"+x)
	}
	look(reviewer, append(all, "rounds/"+id+"/tally/old-orchard", "rounds/"+id+"/screen/old-orchard", "rounds/"+id+"/ballots/old-orchard")...)
	look(office, append(all, "rounds/new", "rounds/new?promise=15", "rounds/new?place=upper-pasture")...)
	look(team, all...)
	// Nothing on a ballot tells it from another, or has a number of any kind.
	body := reviewer.get(inOffice("rounds/" + id + "/ballots/old-orchard?lang=en")).Body.String()
	_, ballots, _ := strings.Cut(body, `<main class="ballots">`)
	each := strings.Split(ballots, `<section class="ballot">`)[1:]
	if len(each) < 2 {
		t.Fatalf("%d ballots", len(each))
	}
	each[len(each)-1], _, _ = strings.Cut(each[len(each)-1], "</main>")
	for _, b := range each {
		if strings.TrimSpace(b) != strings.TrimSpace(each[0]) {
			t.Error("two ballots differ")
		}
	}
	// The title of the promise itself says how many trees.
	text := html.UnescapeString(tags.ReplaceAllString(strings.NewReplacer("3,000", "", "3000", "").Replace(each[0]), ""))
	if strings.ContainsAny(text, "0123456789") || strings.Contains(ballots, id) {
		t.Errorf("a ballot has a number, or names the round: %s", text)
	}
}

// TestRoundsPublic: the public pages say who holds a round and who must answer, why one is suspended or contested, and what was
// answered; the poster says it in three languages.
func TestRoundsPublic(t *testing.T) {
	s := example(t)
	seqs := s.column(t, "SELECT seq FROM round ORDER BY seq")
	round := func(i int) *httptest.ResponseRecorder { return s.get(at("rounds/" + seqs[i] + "?lang=en")) }
	says(t, "the first", round(0), "closed", "Stone Well", "not kept", "answered on", "The village is right", "must answer Stone Bridge Water Office")
	says(t, "the second", round(1), "closed", "contested", "Several cards read “received”", "too few to say", fmt.Sprintf("unanswered for %d days", demo.Unanswered), "printed by Valley Farmers' Association", "holds the cards River Foundation")
	says(t, "the assembly", round(2), "assembly", "counted by", "each unseen by the other", "entered the tally of White Poplar")
	says(t, "what is suspended", round(3), "Suspended: reprisals feared.")
	says(t, "all", s.get(at("rounds?lang=en")), "All 5", "being asked 1", "suspended 1", "closed 3", "void 0")
	for _, address := range []string{"rounds/0", "rounds/x", "rounds/" + seqs[0] + "?page=2", "rounds/" + seqs[0] + "/places/none/poster", "rounds/07", "rounds?page=9"} {
		if rec := s.get(at(address)); rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d", address, rec.Code)
		}
	}
	if rec := s.get(at("rounds?state=sad")); rec.Code != http.StatusBadRequest {
		t.Errorf("no state: %d", rec.Code)
	}
	poster := s.get(at("rounds/" + seqs[1] + "/places/three-springs/poster?lang=en"))
	says(t, "the poster", poster, "You said. The office answers.", "村里说，单位答复。", "سىز دېدىڭىز", "not kept", "没有兑现", "ئورۇندالمىدى", "unanswered for 12 days", "已 12 天未答复")
	_, address, _ := strings.Cut(poster.Body.String(), `poster-address code">`)
	if address, _, _ = strings.Cut(address, "<"); !strings.Contains(poster.Body.String(), `class="qr"`) || !strings.HasSuffix(address, "/rounds/"+seqs[1]) {
		t.Errorf("the poster has no code, or its address is not plain: %s", address)
	}
	says(t, "the board", s.get(at("places/two-rivers?lang=en")), "being asked until")
	says(t, "a promise made to many", s.get(at("promises/4?lang=en")), "villages: kept", "village: too few to say", "not asked")
	list := s.get(at("?q=common+land&lang=en"))
	says(t, "the list", list, "partly kept assembly")
}
