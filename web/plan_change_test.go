package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/promise"
	"kept/staff"
)

// TestAmend: old beside new before it is done, with the marks it will get, and exactly that is appended.
func TestAmend(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	number := s.promised(t, c, wells())
	address := inOffice("promises/" + number + "/amend")
	form := c.get(address)
	if f := formOf(t, form, "preview"); f.Get("title.en") != "Two wells with pumps" || f.Get("money.0.amount") != "12000.50" || f.Get("measure.0.baseline") != "3" || len(f["places[]"]) != 2 {
		t.Errorf("the form does not hold the current terms: %v", f)
	}
	reads(t, c.press(t, form, address, "preview", nil), "at least one language") // the reason
	reads(t, c.press(t, form, address, "preview", url.Values{"reason.en": {"No change."}}), "Nothing was changed.")
	reads(t, c.press(t, form, address, "preview", url.Values{"reason.en": {"Words."}, "title.zh-Hans": {"两口井"}}), "Only translations were changed")
	if f := formOf(t, c.press(t, form, address, "remove:measure:0", nil), "preview"); f.Has("measure.0.name.en") {
		t.Error("the last measure cannot be taken away")
	}

	worse := url.Values{"reason.en": {"Only one pump came."}, "measure.0.target.0.value": {"4"}, "due": {"2027-06-01"}, "title.en": {"A well with a pump"}}
	preview := c.press(t, form, address, "preview", worse)
	reads(t, preview, "<del class=\"old\"><bdi>Two wells with pumps</bdi></del>", "<ins class=\"new\"><bdi>A well with a pump</bdi></ins>", "lowered", "made later", "Only one pump came.", "1 Mar 2027")
	shown := shownData(t, preview)
	sent := formOf(t, preview, "amend")
	for range 2 { // sending twice is once
		if rec := c.send(address, sent); rec.Code != 303 || !strings.Contains(rec.Header().Get("Location"), "/promises/"+number) {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
	}
	kind, who, data := s.last(t)
	if d := cmp.Diff(shown, data); d != "" || kind != promise.KindAmendment || who != "org:stone-bridge" {
		t.Errorf("%s by %s (-shown +appended):\n%s", kind, who, d)
	}
	row := s.column(t, "SELECT version || ' ' || lowered || ' ' || later FROM promise WHERE number = "+number)[0]
	if row != "2 1 1" {
		t.Errorf("version, lowered, later: %s", row)
	}

	// Undo is an amendment, which begins with the former terms.
	reads(t, c.get(address), "Back to the version before")
	back := c.get(address + "?back=1")
	f := formOf(t, back, "preview")
	if f.Get("title.en") != "Two wells with pumps" || f.Get("due") != "2027-03-01" || f.Get("version") != "2" {
		t.Errorf("going back begins with %v", f)
	}
	preview = c.press(t, back, address, "preview", url.Values{"reason.en": {"The pump came after all."}})
	reads(t, preview, "It promises no less")
	if rec := c.send(address, formOf(t, preview, "amend")); rec.Code != 303 {
		t.Fatal(rec.Code)
	}
	if title := s.column(t, "SELECT terms FROM terms WHERE version = 3 AND promise = (SELECT seq FROM promise WHERE number = "+number+")")[0]; !strings.Contains(title, "Two wells with pumps") {
		t.Errorf("version 3 is %s", title)
	}
	for _, wrong := range []string{"0", "9", "x", "01"} {
		if rec := c.get(address + "?back=" + wrong); rec.Code != 404 {
			t.Errorf("back to version %s: %d", wrong, rec.Code)
		}
	}
	if rec := c.send(address, with(sent, "version", "9")); rec.Code != 400 {
		t.Errorf("a version to come: %d", rec.Code)
	}
}

// TestAmendRecurring: a schedule with fewer days is lowered, a service level with more time is made later, and says so before.
func TestAmendRecurring(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	for _, tt := range []struct{ made, changed url.Values }{
		{with(wells(), "plan", "schedule", "every", "month", "from", "2027-01-31", "until", "2027-06-30"), url.Values{"interval": {"2"}}},
		{with(wells(), "plan", "service-level", "within", "20", "every", "quarter", "from", "2027-03-31", "until", "2027-12-31"), url.Values{"within": {"30"}}},
	} {
		number := s.promised(t, c, tt.made)
		address := inOffice("promises/" + number + "/amend")
		tt.changed["reason.en"] = []string{"There is less time."}
		preview := c.press(t, c.get(address), address, "preview", tt.changed)
		less, late := strings.Contains(preview.Body.String(), ">lowered<"), strings.Contains(preview.Body.String(), ">made later<")
		if rec := c.send(address, formOf(t, preview, "amend")); rec.Code != 303 {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
		row := s.column(t, "SELECT lowered || ' ' || later FROM promise WHERE number = "+number)[0]
		if want := map[bool]string{true: "1", false: "0"}; row != want[less]+" "+want[late] || !less && !late {
			t.Errorf("the page foretells lowered %v, later %v; the book has %s", less, late, row)
		}
	}
}

// TestAmendTwice: whoever comes second sees what the first did beside what he typed, and decides.
func TestAmendTwice(t *testing.T) {
	s := ownExample(t)
	one, two := s.as(t, "office"), s.as(t, "office")
	number := s.promised(t, one, wells())
	address := inOffice("promises/" + number + "/amend")
	mine := two.get(address)
	mineBefore := two.press(t, mine, address, "preview", url.Values{"reason.en": {"More pumps."}, "title.en": {"Two wells with good pumps"}, "due": {"2027-02-01"}})

	preview := one.press(t, one.get(address), address, "preview", url.Values{"reason.en": {"The ground is frozen."}, "due": {"2027-04-01"}, "measure.0.target.0.value": {"4"}})
	if rec := one.send(address, formOf(t, preview, "amend")); rec.Code != 303 {
		t.Fatal(rec.Code)
	}

	merge := two.send(address, formOf(t, mineBefore, "amend"))
	reads(t, merge, "somebody else amended it", "The ground is frozen.", "As you began", "Monday, 1 March 2027", "As it stands now", "Thursday, 1 April 2027", "What you typed", "Monday, 1 February 2027")
	if n := s.column(t, "SELECT version FROM promise WHERE number = "+number)[0]; n != "2" {
		t.Fatalf("version %s", n)
	}
	// He touched the day, so he must decide; the measure he did not, so theirs is taken unless he says otherwise.
	f := formOf(t, merge, "merge")
	if f.Has("keep.plan") || f.Get("keep.measure.0") != "theirs" || f.Has("keep.title") {
		t.Errorf("the choices are %v", f)
	}
	reads(t, two.send(address, f), "Decide for every difference first")
	form := two.send(address, with(f, "keep.plan", "mine"))
	got := formOf(t, form, "preview")
	if got.Get("version") != "2" || got.Get("due") != "2027-02-01" || got.Get("measure.0.target.0.value") != "4" || got.Get("title.en") != "Two wells with good pumps" || got.Get("reason.en") != "More pumps." {
		t.Errorf("merged: %v", got)
	}
	preview = two.press(t, form, address, "preview", nil)
	reads(t, preview, "<ins class=\"new\"><bdi>Two wells with good pumps</bdi></ins>")
	if rec := two.send(address, formOf(t, preview, "amend")); rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	}
	terms := s.column(t, "SELECT terms FROM terms WHERE version = 3 AND promise = (SELECT seq FROM promise WHERE number = "+number+")")[0]
	if !strings.Contains(terms, "good pumps") || !strings.Contains(terms, `"2027-02-01"`) || !strings.Contains(terms, `"value":"4"`) {
		t.Errorf("version 3 is %s", terms)
	}

	// Taking theirs.
	late := two.get(address)
	preview = one.press(t, one.get(address), address, "preview", url.Values{"reason.en": {"Again."}, "due": {"2027-05-01"}})
	one.send(address, formOf(t, preview, "amend"))
	merge = two.press(t, late, address, "preview", url.Values{"reason.en": {"Mine."}, "due": {"2027-02-15"}})
	form = two.send(address, with(formOf(t, merge, "merge"), "keep.plan", "theirs"))
	if got := formOf(t, form, "preview"); got.Get("due") != "2027-05-01" || got.Get("reason.en") != "Mine." {
		t.Errorf("theirs: %v", got)
	}
}

// TestWithdraw: it takes a reason and two steps, and then nothing more can be changed.
func TestWithdraw(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	number := s.promised(t, c, wells())
	address := inOffice("promises/" + number + "/withdraw")
	reads(t, c.get(address), "stays in the book for ever")
	reads(t, c.press(t, c.get(address), address, "preview", nil), "at least one language")
	sure := c.press(t, c.get(address), address, "preview", url.Values{"reason.en": {"The spring has dried up."}})
	reads(t, sure, "Withdraw it, for this reason?", "The spring has dried up.")
	if formOf(t, c.press(t, sure, address, "withdraw", url.Values{"reason.en": {""}}), "preview").Get("reason.en") != "" {
		t.Error("withdrawn without a reason")
	}
	sent := formOf(t, sure, "withdraw")
	for range 2 {
		if rec := c.send(address, sent); rec.Code != 303 {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
	}
	if kind, _, _ := s.last(t); kind != promise.KindWithdrawal {
		t.Errorf("the last entry is a %s", kind)
	}
	reads(t, c.get(address), "is withdrawn", "24 Nov 2026")
	reads(t, c.get(inOffice("promises/"+number+"/amend")), "cannot be amended any more")
	reads(t, s.ask("GET", "/valley/promises/"+number), "The spring has dried up.")
}

// TestPay: movements of money are entered and taken back.
func TestPay(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	number := s.promised(t, c, wells())
	address := inOffice("promises/" + number + "/pay")
	reads(t, c.get(address), "No movement of money stands in the book yet")
	good := url.Values{"type": {"spent"}, "day": {"2026-11-20"}, "currency": {"cny"}, "amount": {"１，２００．５"}, "from": {"river-foundation"}, "to": {"stone-bridge"}, "ref": {"17"}}
	for field, bad := range map[string][2]string{
		"day":      {"2026-02-30", "This is not a day."},
		"amount":   {"0", "more or less than nothing"},
		"currency": {"money", "three letters"},
		"from":     {"nobody", "no organisation with the code nobody"},
		"type":     {"gift", "Fill this in."},
		"ref":      {strings.Repeat("1", 201), "At most 200"},
	} {
		typed := url.Values{}
		for name, v := range good {
			typed[name] = v
		}
		typed.Set(field, bad[0])
		reads(t, c.press(t, c.get(address), address, "pay", typed), bad[1])
	}
	reads(t, c.press(t, c.get(address), address, "pay", with(url.Values{"type": {"spent"}, "currency": {"CNY"}, "amount": {"5"}}, "day", "2027-01-01")), "This day has not come yet")
	sent := formOf(t, c.get(address), "pay")
	for name, v := range good {
		sent[name] = v
	}
	for range 2 {
		if rec := c.send(address, sent); rec.Code != 303 {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
	}
	kind, _, data := s.last(t)
	want := map[string]any{"type": "spent", "currency": "CNY", "minor": 120050.0, "from": "river-foundation", "to": "stone-bridge", "ref": "17"}
	if d := cmp.Diff(want, data); kind != promise.KindPayment || d != "" {
		t.Errorf("%s %s", kind, d)
	}
	id := s.column(t, "SELECT id FROM payment WHERE promise = (SELECT seq FROM promise WHERE number = "+number+")")
	if len(id) != 1 {
		t.Fatalf("%d payments", len(id))
	}
	sure := c.press(t, c.get(address), address, "back:"+id[0], nil)
	reads(t, sure, "Take this movement back?", "CNY 1,200.50")
	take := formOf(t, sure, "take-back:"+id[0])
	for range 2 {
		if rec := c.send(address, take); rec.Code != 303 {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
	}
	reads(t, c.get(address), "cancelled")
	reads(t, c.press(t, c.get(address), address, "pay", url.Values{"do": {"take-back:" + id[0]}}), "was taken back before")
	other := s.column(t, "SELECT id FROM payment WHERE withdrawn = 0 LIMIT 1")[0]
	if rec := c.press(t, c.get(address), address, "pay", url.Values{"do": {"take-back:" + other}}); rec.Code != 400 {
		t.Errorf("taking back another promise's payment: %d", rec.Code)
	}
}

// TestTranslate: what lacks a translation gets one, beside the original, and the promise is not amended.
func TestTranslate(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	number := s.promised(t, c, wells())
	address := inOffice("promises/" + number + "/translate")
	form := c.get(address)
	f := formOf(t, form, "translate")
	if f.Get("into.title.ug") == "" || f.Get("into.title.zh-Hans") != "" || f.Has("into.title.en") {
		t.Errorf("the fields are %v", f)
	}
	reads(t, c.press(t, form, address, "translate", nil), "No translation was typed")
	reads(t, c.press(t, form, address, "translate", url.Values{"into.title.zh-Hans": {strings.Repeat("井", 301)}}), "at most 300 fit")
	typed := url.Values{"into.title.zh-Hans": {"两口水井"}, "into.measure.0.unit.zh-Hans": {"口"}, "into.milestone.0.title.ug": {"ناسوسلار"}}
	rec := c.press(t, form, address, "translate", typed)
	if rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	}
	row := s.column(t, "SELECT version || ' ' || amended || ' ' || translated FROM promise WHERE number = "+number)[0]
	if row != "1 0 3" {
		t.Errorf("version, amended, translated: %s", row)
	}
	reads(t, s.ask("GET", "/valley/promises/"+number+"?lang=zh-Hans"), "两口水井")

	// Amended meanwhile: what was typed stays, on the new words.
	stale := c.get(address)
	amend := inOffice("promises/" + number + "/amend")
	preview := c.press(t, c.get(amend), amend, "preview", url.Values{"reason.en": {"More."}, "title.en": {"Three wells"}})
	c.send(amend, formOf(t, preview, "amend"))
	again := c.press(t, stale, address, "translate", url.Values{"into.measure.0.name.ug": {"قۇدۇقلار"}})
	reads(t, again, "amended meanwhile", "Three wells", "قۇدۇقلار")
	if rec := c.press(t, again, address, "translate", nil); rec.Code != 303 {
		t.Errorf("sent again: %d %s", rec.Code, mainOf(rec.Body.String()))
	}
}

// TestDrafts: what is begun is kept for the office, and for nobody else, until it is promised or thrown away.
func TestDrafts(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	entries := s.tally(t, "entry")
	half := with(wells(), "due", "2027-02-30", "places[]", "") // a draft need not be right
	rec := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "save", half)
	draft := rec.Header().Get("Location")
	if rec.Code != 303 || !strings.Contains(draft, "draft=") {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	}
	reads(t, c.get(inOffice("promises")), "Two wells with pumps", "throw away")
	open := c.get(draft)
	reads(t, open, "This is a draft", `value="2027-02-30"`)
	first := formOf(t, open, "preview")
	rec = c.press(t, open, inOffice(newPlan), "save", url.Values{"title.en": {"Three wells"}})
	if rec.Header().Get("Location") != draft {
		t.Errorf("keeping it again makes another draft: %s", rec.Header().Get("Location"))
	}
	if s.tally(t, "entry") != entries {
		t.Error("a draft is in the book")
	}
	for _, role := range []string{"team", "reviewer"} {
		if rec := s.as(t, role).get(draft); rec.Code != 403 {
			t.Errorf("%s opens the draft: %d", role, rec.Code)
		}
	}
	for _, none := range []string{"x", "aaaaaaaaaaaaaaaa"} {
		if rec := c.get(inOffice(newPlan + "?draft=" + none)); rec.Code != 404 {
			t.Errorf("the draft %s: %d", none, rec.Code)
		}
	}
	// Two tabs with one draft make one promise, since a draft keeps the id of its form.
	preview := c.press(t, c.get(draft), inOffice(newPlan), "preview", url.Values{"due": {"2027-03-01"}, "places[]": {"pine-gate"}})
	if formOf(t, preview, "promise").Get("form") != first.Get("form") {
		t.Error("the draft got another form id")
	}
	if rec := c.send(inOffice(newPlan), formOf(t, preview, "promise")); rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	}
	if rec := c.get(draft); rec.Code != 404 {
		t.Errorf("the draft of what was promised: %d", rec.Code)
	}
	reads(t, c.send(inOffice(newPlan), with(first, "do", "promise", "due", "", "places[]", "pine-gate")), "This form was sent before")

	rec = c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "save", wells())
	other := rec.Header().Get("Location")
	u, _ := url.Parse(other)
	list := c.get(inOffice("promises"))
	if rec := c.send(inOffice("promises"), formOf(t, list, "drop:"+u.Query().Get("draft"))); rec.Code != 303 {
		t.Fatal(rec.Code)
	}
	if rec := c.get(other); rec.Code != 404 {
		t.Errorf("a draft that was thrown away: %d", rec.Code)
	}
	reads(t, c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "save", with(wells(), "description.en", strings.Repeat("long ", 100_000))), "too long to be kept")
}

// TestLike: a promise can begin with the terms of another.
func TestLike(t *testing.T) {
	s := example(t)
	c := s.as(t, "office")
	f := formOf(t, c.get(inOffice(newPlan+"?like=37")), "preview")
	if f.Get("title.en") != "A covered market day at Two Rivers every month" || f.Get("plan") != "schedule" || f.Get("version") != "" || len(f["places[]"]) != 3 {
		t.Errorf("like promise 37: %v", f)
	}
	for _, none := range []string{"0", "99999", "x", "037"} {
		if rec := c.get(inOffice(newPlan + "?like=" + none)); rec.Code != 404 {
			t.Errorf("like %s: %d", none, rec.Code)
		}
	}
	for _, made := range []string{"", "x", strings.Repeat("0", 32)} {
		if rec := c.get(inOffice("promises/made?form=" + made)); rec.Code != 404 {
			t.Errorf("what came of the form %q: %d", made, rec.Code)
		}
	}
}

// TestPlanList: an office sees its own promises, in every standing, and changes nobody else's; the one that runs the programme
// sees and may change all.
func TestPlanList(t *testing.T) {
	s := ownExample(t)
	water := s.entered(t, "water", staff.Grant{Programme: "valley", Role: staff.Office, Who: "org:stone-bridge-water"})
	own := s.column(t, "SELECT count(*) FROM promise WHERE office = 'stone-bridge-water'")[0]
	first := s.column(t, "SELECT min(number) FROM promise WHERE office = 'stone-bridge-water'")[0]
	reads(t, water.get(inOffice("promises?office=stone-bridge")), ">"+own+"</data> promises", "/promises/"+first+"/amend", "What this office promised")
	reads(t, water.get(inOffice("promises?q=nothing+of+the+kind")), "No promise fits this choice.")
	for _, page := range []string{"amend", "withdraw", "pay", "translate"} {
		for number, status := range map[string]int{"44": 403, "999": 404, "x": 404, first: 200} {
			if rec := water.get(inOffice("promises/" + number + "/" + page)); rec.Code != status {
				t.Errorf("%s of promise %s: %d", page, number, rec.Code)
			}
		}
	}
	number := s.promised(t, water, with(wells(), "office", "stone-bridge-roads")) // which it cannot name
	if office := s.column(t, "SELECT office FROM promise WHERE number = "+number)[0]; office != "stone-bridge-water" {
		t.Errorf("promised for %s", office)
	}

	c := s.as(t, "office")
	all := s.column(t, "SELECT count(*) FROM promise")[0]
	reads(t, c.get(inOffice("promises")), ">"+all+"</data> promises", "Every promise of the programme", "Stone Bridge Water Office")
	reads(t, c.get(inOffice("promises?standing=open&q=snow&office=stone-bridge")), "Paths to the school", ">1</data> promise")
	number = s.promised(t, c, with(wells(), "office", "stone-bridge-roads"))
	if row := s.column(t, "SELECT office FROM promise WHERE number = "+number)[0]; row != "stone-bridge-roads" {
		t.Errorf("promised for %s", row)
	}
	reads(t, c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "preview", with(wells(), "office", "nobody")), "no organisation with the code nobody")
}
