package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// sent sends the form with a button, with these fields in place of what stands in it; none removes a field.
func (c *client) sent(t testing.TB, address, button string, pairs ...string) *httptest.ResponseRecorder {
	t.Helper()
	rec := c.get(address)
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", address, rec.Code, rec.Body)
	}
	return c.send(address, filled(formOf(t, rec, button), pairs...))
}

// filled puts values into a form.
func filled(values url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Del(pairs[i])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// settled is a form that was taken: it returns the page to which it leads.
func (c *client) settled(t testing.TB, rec *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	t.Helper()
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", rec.Code, wrongIn(rec))
	}
	next := c.get(rec.Header().Get("Location"))
	if next.Code != http.StatusOK {
		t.Fatalf("%s: %d", rec.Header().Get("Location"), next.Code)
	}
	return next
}

// wrongIn is what a page says is wrong.
func wrongIn(rec *httptest.ResponseRecorder) string {
	var out []string
	for _, part := range strings.Split(rec.Body.String(), `class="wrong"`)[1:] {
		_, part, _ = strings.Cut(part, ">")
		part, _, _ = strings.Cut(part, "<")
		out = append(out, part)
	}
	return strings.Join(out, "\n")
}

// refused is a form that was not taken: the page is there again, says why, and has what was typed.
func refused(t testing.TB, rec *httptest.ResponseRecorder, sentence string, typed ...string) {
	t.Helper()
	if rec.Code != http.StatusOK || !strings.Contains(wrongIn(rec), sentence) {
		t.Errorf("%d says %q, should say %q", rec.Code, wrongIn(rec), sentence)
	}
	for _, text := range typed {
		if !strings.Contains(rec.Body.String(), text) {
			t.Errorf("the page has lost %.60q", text)
		}
	}
}

func (c *client) count(t testing.TB, query string, args ...any) string {
	t.Helper()
	return c.column(t, query, args...)[0]
}

// TestSettleTasks enters a task, with a code made of its name and looked at first, sends it twice, and puts its name right.
func TestSettleTasks(t *testing.T) {
	c := ownExample(t).as(t, "office")
	page := inOffice("tasks?lang=en")
	before := c.count(t, "SELECT count(*) FROM task")

	rec := c.sent(t, page, "add", "name.en", "Bridges & Fords")
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "This code was made of the name") || !strings.Contains(rec.Body.String(), `value="bridges-fords"`) {
		t.Fatalf("no code is proposed: %d %s", rec.Code, wrongIn(rec))
	}
	if c.count(t, "SELECT count(*) FROM task") != before {
		t.Error("it was written without having been looked at")
	}
	form := formOf(t, rec, "add")
	for range 2 {
		if next := c.settled(t, c.send(page, form)); !strings.Contains(next.Body.String(), "It stands in the book: <bdi>Bridges &amp; Fords</bdi>") {
			t.Error("the list does not say that it stands")
		}
	}
	if n := c.count(t, "SELECT count(*) FROM task WHERE code = 'bridges-fords'"); n != "1" {
		t.Errorf("sent twice, it is there %s times", n)
	}

	// A name of another script has a numbered code; a taken one gets a number behind it.
	if rec := c.sent(t, page, "add", "name.zh-Hans", "桥梁"); !strings.Contains(rec.Body.String(), `value="task-1"`) {
		t.Error("no numbered code is proposed")
	}
	if rec := c.sent(t, page, "add", "name.en", "Bridges, fords"); !strings.Contains(rec.Body.String(), `value="bridges-fords-2"`) {
		t.Error("a code that is taken is proposed")
	}

	long := strings.Repeat("x", 10<<20)
	for _, test := range []struct {
		says string
		form []string
	}{
		{"The code water is taken.", []string{"name.en", "Wells", "code", "water"}},
		{"A code begins with a letter", []string{"name.en", "Wells", "code", "a/b"}},
		{"Write the text in at least one language.", []string{"code", "wells"}},
		{"The text in English has 10,485,760 characters; at most 300 fit.", []string{"name.en", long, "code", "wells"}},
		{"The text in English has characters that cannot be shown.", []string{"name.en", "Wells\u202e", "code", "wells"}},
	} {
		refused(t, c.sent(t, page, "add", test.form...), test.says, test.form[1])
	}
	refused(t, c.sent(t, inOffice("tasks?lang=ug"), "add", "name.en", "Wells", "code", "water"), "دېگەن كود ئىشلىتىلگەن")

	// Other words, and one language less; the same words are nothing new.
	name := inOffice("tasks/bridges-fords/name?lang=en")
	c.settled(t, c.sent(t, name, "name", "name.en", "Bridges", "name.ug", "كۆۋرۈكلەر", "name.original", "ug"))
	if words := c.count(t, "SELECT name FROM task WHERE code = 'bridges-fords'"); words != `{"original":"ug","in":{"en":"Bridges","ug":"كۆۋرۈكلەر"}}` {
		t.Errorf("it is called %s", words)
	}
	refused(t, c.sent(t, name, "name"), "These words stand here already.", "كۆۋرۈكلەر")
	if rec := c.get(inOffice("tasks/nothing/name")); rec.Code != http.StatusNotFound {
		t.Errorf("there is no such task: %d", rec.Code)
	}
	if who := c.count(t, "SELECT count(*) FROM entry"); who == "" {
		t.Error("no entries")
	}
}

// TestSettlePlaces enters a place below one that was searched for, and everything that a place may not be.
func TestSettlePlaces(t *testing.T) {
	c := ownExample(t).as(t, "office")
	page := inOffice("places/new?lang=en")

	// Search in another script, choose, enter.
	rec := c.sent(t, page, "find", "words", "石桥", "name.en", "Far Mill", "position", "३६.५, 76.25")
	if !strings.Contains(rec.Body.String(), `value="stone-bridge" checked`) || !strings.Contains(rec.Body.String(), "Far Mill") {
		t.Fatal("the larger place is not found, or what was typed is lost")
	}
	form := formOf(t, rec, "add")
	form.Set("level", "village")
	rec = c.send(page, form)
	form = formOf(t, rec, "add")
	if form.Get("code") != "far-mill" || form.Get("parent") != "stone-bridge" {
		t.Fatalf("%v", form)
	}
	c.settled(t, c.send(page, form))
	next := c.settled(t, c.send(page, form))
	if !strings.Contains(next.Body.String(), "It stands in the book: <bdi>Far Mill</bdi>") {
		t.Error("the list does not say that it stands")
	}
	if got := c.count(t, "SELECT parent || ' ' || level || ' ' || position FROM place WHERE code = 'far-mill'"); got != "stone-bridge village 36.5 76.25" {
		t.Errorf("the place is %s", got)
	}

	forged := func(lang string, pairs ...string) *httptest.ResponseRecorder {
		form := formOf(t, c.get(inOffice("places/new?in=stone-bridge&lang="+lang)), "add")
		return c.send(inOffice("places/new?lang="+lang), filled(form, pairs...))
	}
	for _, test := range []struct {
		says string
		form []string
	}{
		{"The code far-mill is taken.", []string{"name.en", "Mill", "code", "far-mill"}},
		{"A place never moves", []string{"name.en", "Mill", "code", "far-mill", "parent", "upper-pasture"}},
		{"cannot lie in itself", []string{"name.en", "Mill", "code", "mill", "parent", "mill"}},
		{"There is no place with the code nowhere", []string{"name.en", "Mill", "code", "mill", "parent", "nowhere"}},
		{"is not of a smaller level", []string{"name.en", "Mill", "code", "mill", "level", "township"}},
		{"Choose a level", []string{"name.en", "Mill", "code", "mill", "level", "household"}},
		{"Write latitude and longitude", []string{"name.en", "Mill", "code", "mill", "position", "91, 76.25"}},
		{"Write latitude and longitude", []string{"name.en", "Mill", "code", "mill", "position", "by the river"}},
	} {
		refused(t, forged("en", test.form...), test.says, `value="Mill"`)
	}
	refused(t, forged("zh-Hans", "name.en", "Mill", "code", "mill", "parent", "mill"), "不能在它自己里面", `value="Mill"`)
	if rec := c.get(inOffice("places?in=nowhere")); rec.Code != http.StatusNotFound {
		t.Errorf("there is no such place: %d", rec.Code)
	}

	// The tree and the search show it; the old name finds it after it was put right.
	if rec := c.get(inOffice("places?in=stone-bridge&lang=en")); !strings.Contains(rec.Body.String(), "Far Mill") {
		t.Error("it is not in the tree")
	}
	c.settled(t, c.sent(t, inOffice("places/far-mill/name?lang=en"), "name", "name.en", "Near Mill"))
	for _, word := range []string{"far", "near"} {
		if rec := c.get(inOffice("places?lang=en&q=" + word)); !strings.Contains(rec.Body.String(), "Near Mill") {
			t.Errorf("%s does not find it", word)
		}
	}
}

// TestSettleWithinReach: an office that works in some places enters, renames and posts only there, whatever its forms say.
func TestSettleWithinReach(t *testing.T) {
	s := ownExample(t)
	c := s.limited(t, "stone-bridge")
	rec := c.get(inOffice("places?lang=en"))
	if body := rec.Body.String(); !strings.Contains(body, "Stone Bridge") || strings.Contains(body, "Upper Pasture") {
		t.Error("the tree does not begin at the office's places")
	}
	for _, address := range []string{"places?in=upper-pasture", "places?in=clear-valley", "places/sand-ridge/name", "programme/title", "programme/goal"} {
		if rec := c.get(inOffice(address)); rec.Code != http.StatusForbidden {
			t.Errorf("%s: %d", address, rec.Code)
		}
	}
	for _, word := range []string{"sand", "沙梁"} {
		if rec := c.get(inOffice("places?lang=en&q=" + url.QueryEscape(word))); strings.Contains(rec.Body.String(), "Sand Ridge") {
			t.Errorf("%s finds a place out of reach", word)
		}
	}
	page := inOffice("places/new?in=stone-bridge&lang=en")
	for _, test := range [][2]string{{"upper-pasture", "there is none with the code upper-pasture"}, {"clear-valley", "there is none with the code clear-valley"}, {"", "Choose the larger place."}} {
		refused(t, c.sent(t, page, "add", "name.en", "Mill", "code", "mill", "level", "village", "parent", test[0]), test[1], `value="Mill"`)
	}
	c.settled(t, c.sent(t, page, "add", "name.en", "Mill", "code", "mill", "level", "village"))

	post := inOffice("teams/orchard-team/post?lang=en")
	refused(t, c.sent(t, post, "post", "places[]", "sunny-slope", "from", today), "there is none with the code sunny-slope")
	c.settled(t, c.sent(t, post, "post", "places[]", "mill", "from", today))
	end := inOffice("teams/orchard-team/end?lang=en")
	refused(t, c.sent(t, end, "leave", "postings[]", c.count(t, "SELECT from_day || ' ' || place FROM posting WHERE team = 'orchard-team' AND place = 'sand-ridge'"), "until", today), "Choose at least one")

	// A file: only what lies below its places.
	file := "code,parent,level,name:en\nm1,mill,site,Mill Pond\nm2,sand-ridge,site,Far Pond\n"
	rec = c.file(t, inOffice("places/import?lang=en"), file)
	if body := rec.Body.String(); !strings.Contains(body, "The place m2 would not lie in the places in which your office works.") || strings.Contains(body, "The place m1 would") {
		t.Error("the file is not kept within reach")
	}
}

// TestSettleOrganisations enters an organisation and gives it a second name.
func TestSettleOrganisations(t *testing.T) {
	c := ownExample(t).as(t, "office")
	page := inOffice("organisations?lang=en")
	refused(t, c.sent(t, page, "add", "name.en", "Mill Trust", "code", "mill-trust", "country", "China"), "two Latin letters", "Mill Trust")
	c.settled(t, c.sent(t, page, "add", "name.en", "Mill Trust", "code", "mill-trust", "country", "cn"))
	alias := inOffice("organisations/mill-trust/aliases?lang=en")
	form := filled(formOf(t, c.get(alias), "add"), "alias", "The Mill Trust Ltd")
	for range 2 {
		if next := c.settled(t, c.send(alias, form)); !strings.Contains(next.Body.String(), "The Mill Trust Ltd") {
			t.Error("the second name is not shown")
		}
	}
	refused(t, c.sent(t, alias, "add", "alias", "The Mill Trust Ltd"), "These words stand here already.")
	refused(t, c.sent(t, alias, "add", "alias", " "), "is empty")
	refused(t, c.sent(t, page, "add", "name.en", "Mill", "code", "mill-trust"), "The code mill-trust is taken.")
	c.settled(t, c.sent(t, inOffice("organisations/mill-trust/name?lang=en"), "name", "name.en", "Mill Fund"))
	if got := c.count(t, "SELECT country || ' ' || name FROM organisation WHERE code = 'mill-trust'"); got != `CN {"original":"en","in":{"en":"Mill Fund"}}` {
		t.Errorf("it is %s", got)
	}
}

// TestSettleTeams enters a team, posts it, says an end, and hands over; the figure of teams in place follows.
func TestSettleTeams(t *testing.T) {
	c := ownExample(t).as(t, "office")
	if rec := c.sent(t, inOffice("teams/new?lang=en"), "add", "name.en", "Mill Team", "code", "mill-team", "organisation", "nobody"); !strings.Contains(wrongIn(rec), "Choose the organisation") {
		t.Errorf("a team of nobody: %s", wrongIn(rec))
	}
	next := c.settled(t, c.sent(t, inOffice("teams/new?lang=en"), "add", "name.en", "Mill Team", "code", "mill-team", "organisation", "stone-bridge"))
	if !strings.Contains(next.Body.String(), "has not been posted anywhere yet") {
		t.Error("the new team's page does not say that it is nowhere")
	}
	list := func(by string) string { return c.get(inOffice("teams?lang=en&by=" + by)).Body.String() }
	if body := list(today); !strings.Contains(body, "Not yet:") || !strings.Contains(body, `data-figure="teams-in-place?by=`+today+`"`) {
		t.Error("a team that is nowhere is not named")
	}
	if body := list("2026-02-30"); !strings.Contains(body, "This is not a day.") || !strings.Contains(body, `value="2026-02-30"`) {
		t.Error("the 30th of February is taken for a day")
	}

	post := inOffice("teams/mill-team/post?lang=en")
	for _, test := range []struct {
		says string
		form []string
	}{
		{"This is not a day.", []string{"from", "2026-02-30", "places[]", "willow-ford"}},
		{"The last day is before the first.", []string{"from", "2026-11-24", "until", "2026-11-23", "places[]", "willow-ford"}},
		{"Choose at least one place.", []string{"from", "2026-11-24"}},
		{"One of these places is not in the programme.", []string{"from", "2026-11-24", "places[]", "nowhere"}},
	} {
		refused(t, c.sent(t, post, "post", test.form...), test.says, `value="`+test.form[1]+`"`)
	}
	rec := c.sent(t, post, "find", "words", "upper", "places[]", "willow-ford")
	if !strings.Contains(rec.Body.String(), `value="willow-ford" checked`) || !strings.Contains(rec.Body.String(), `name="in[]" value="upper-pasture"`) {
		t.Fatal("the search loses what was chosen, or does not find a township")
	}
	form := filled(formOf(t, rec, "post"), "in[]", "upper-pasture", "from", today)
	for range 2 {
		c.settled(t, c.send(post, form))
	}
	if n := c.count(t, "SELECT count(*) FROM posting WHERE team = 'mill-team'"); n != "5" {
		t.Errorf("it has %s postings, should have 5", n)
	}
	if !strings.Contains(list(today), "All teams are in place by that day.") {
		t.Error("the team is in place and not counted")
	}
	refused(t, c.sent(t, post, "post", "places[]", "willow-ford", "from", "2026-12-01"), "with no end yet", `value="2026-12-01"`)

	// An end for two of them, another one later for one.
	key := func(place string) string { return today + " " + place }
	end := inOffice("teams/mill-team/end?lang=en")
	refused(t, c.sent(t, end, "leave", "postings[]", key("sand-ridge"), "until", "2026-11-01"), "the last day cannot be before", `value="2026-11-01"`)
	refused(t, c.sent(t, end, "leave", "until", "2026-12-01"), "Choose at least one of the postings")
	form = filled(formOf(t, c.get(end), "leave"), "postings[]", key("sand-ridge"), "until", "2026-12-31")
	form.Add("postings[]", key("two-rivers"))
	for range 2 {
		c.settled(t, c.send(end, form))
	}
	c.settled(t, c.sent(t, end+"&posting="+url.QueryEscape(key("two-rivers")), "leave", "until", "2027-01-31"))
	if got := c.column(t, "SELECT place || ' ' || until_day FROM posting WHERE team = 'mill-team' AND until_day <> '' ORDER BY place"); !slices.Equal(got, []string{"sand-ridge 2026-12-31", "two-rivers 2027-01-31"}) {
		t.Errorf("the ends are %q", got)
	}

	// Hand-over: to a team that comes, and to one that is there already.
	over := inOffice("teams/mill-team/hand-over?lang=en")
	days := []string{"last", "2026-12-10", "first", "2026-12-05"}
	refused(t, c.sent(t, over, "leave", append(days, "postings[]", key("deer-meadow"))...), "Choose another team")
	refused(t, c.sent(t, over, "leave", append(days, "to", "mill-team", "postings[]", key("deer-meadow"))...), "Choose another team", `value="2026-12-05"`)
	form = filled(formOf(t, c.get(over), "leave"), append(days, "to", "orchard-team", "postings[]", key("deer-meadow"))...)
	form.Add("postings[]", key("sand-ridge")) // where the orchard team is
	for range 2 {
		c.settled(t, c.send(over, form))
	}
	if got := c.column(t, "SELECT place || ' ' || until_day || ' ' || handed_to FROM posting WHERE team = 'mill-team' AND handed_to <> '' ORDER BY place"); !slices.Equal(got, []string{"deer-meadow 2026-12-10 orchard-team", "sand-ridge 2026-12-10 orchard-team"}) {
		t.Errorf("handed over: %q", got)
	}
	if got := c.column(t, "SELECT place FROM posting WHERE team = 'orchard-team' AND until_day = '' ORDER BY place"); !slices.Contains(got, "deer-meadow") || len(got) != 3 {
		t.Errorf("the orchard team is at %q", got)
	}
	if rec := c.get(inOffice("teams/mill-team/postings?lang=ug")); !strings.Contains(rec.Body.String(), "ئۆتكۈزۈۋالىدىغىنى") {
		t.Error("the team's page does not say to whom it hands over")
	}
}
