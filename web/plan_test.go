package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/staff"
)

// wells is what a person types who promises something by itself due once.
func wells() url.Values {
	return url.Values{
		"title.en": {"Two wells with pumps"}, "title.ug": {"سۇ توشۇغۇچلۇق ئىككى قۇدۇق"}, "title.original": {"en"},
		"description.en": {"One at the school.\nOne at the market."},
		"task":           {"water"}, "team": {"water-team"}, "places[]": {"three-springs", "willow-ford"}, "each": {"one"},
		"plan": {"once"}, "due": {"2027-03-01"}, "interval": {"1"}, "every": {"week"},
		"measure.0.name.en": {"Wells that give water"}, "measure.0.unit.en": {"wells"}, "measure.0.baseline": {"٣"}, "measure.0.year": {"2025"},
		"measure.0.target.0.from": {"2027-01-01"}, "measure.0.target.0.to": {"2027-06-30"}, "measure.0.target.0.value": {"５"},
		"milestone.0.title.en": {"Pumps bought"}, "milestone.0.due": {"2027-01-15"},
		"money.0.source": {"river-foundation"}, "money.0.currency": {"cny"}, "money.0.amount": {"12,000.50"}, "money.0.from": {"2027-01-01"}, "money.0.to": {"2027-12-31"},
	}
}

// with puts values over others, by name and value in turn; an empty value takes a field away.
func with(values url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		if values.Del(pairs[i]); pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	return values
}

// press opens a page, types over what stands in its form, and presses a button of it.
func (c *client) press(t *testing.T, page *httptest.ResponseRecorder, address, button string, typed url.Values) *httptest.ResponseRecorder {
	t.Helper()
	values := formOf(t, page, button)
	for name, v := range typed {
		values[name] = v
	}
	return c.send(address, values)
}

// reads fails unless a page has some texts.
func reads(t *testing.T, rec *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	body := html.UnescapeString(rec.Body.String())
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("status %d; the page does not say %q:\n%s", rec.Code, text, mainOf(body))
		}
	}
}

func mainOf(body string) string {
	_, after, _ := strings.Cut(body, "<main")
	return after
}

var dataOf = regexp.MustCompile(`(?s)<pre id="data">(.*?)</pre>`)

// shownData is the data that a preview shows.
func shownData(t *testing.T, rec *httptest.ResponseRecorder) any {
	t.Helper()
	found := dataOf.FindStringSubmatch(rec.Body.String())
	if found == nil {
		t.Fatalf("no data on the page: %d\n%s", rec.Code, mainOf(rec.Body.String()))
	}
	return decoded(t, html.UnescapeString(found[1]))
}

func decoded(t *testing.T, text string) (out any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err, text)
	}
	return out
}

// last is the newest entry of the book.
func (s *site) last(t *testing.T) (kind, who string, data any) {
	t.Helper()
	body := s.column(t, "SELECT CAST(body AS TEXT) FROM entry ORDER BY seq DESC LIMIT 1")[0]
	var e struct {
		Kind, Who string
		Data      any
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		t.Fatal(err)
	}
	return e.Kind, e.Who, e.Data
}

func (s *site) tally(t *testing.T, table string) string {
	t.Helper()
	return s.column(t, "SELECT count(*) FROM "+table)[0]
}

const newPlan = "promises/new"

// TestPromise: what is typed is shown as it will stand, and what is shown is what is appended, once.
func TestPromise(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	before := s.tally(t, "promise")
	page := c.get(inOffice(newPlan))
	preview := c.press(t, page, inOffice(newPlan), "preview", wells())
	reads(t, preview, "Exactly this will stand in the book", "سۇ توشۇغۇچلۇق ئىككى قۇدۇق", "Three Springs", "Monday, 1 March 2027", "CNY 12,000.50", "Pumps bought", "One at the market.")
	shown := shownData(t, preview)
	if after := s.tally(t, "promise"); after != before {
		t.Fatalf("looking made %s promises of %s", after, before)
	}
	sent := formOf(t, preview, "promise")
	first := c.send(inOffice(newPlan), sent)
	if first.Code != 303 {
		t.Fatalf("promising: %d %s", first.Code, mainOf(first.Body.String()))
	}
	kind, who, data := s.last(t)
	if d := cmp.Diff(shown, data); d != "" || kind != promise.KindPromise || who != "org:stone-bridge" {
		t.Errorf("%s by %s is not what was shown (-shown +appended):\n%s", kind, who, d)
	}
	again := c.send(inOffice(newPlan), sent)
	if again.Code != 303 || again.Header().Get("Location") != first.Header().Get("Location") {
		t.Errorf("sending twice: %d %s", again.Code, again.Header().Get("Location"))
	}
	number := s.column(t, "SELECT max(number) FROM promise")[0]
	reads(t, c.get(first.Header().Get("Location")), "It stands in the book", "/valley/promises/"+number)
	if n := s.column(t, "SELECT count(*) FROM promise_place WHERE promise = (SELECT max(seq) FROM promise)")[0]; n != "2" {
		t.Errorf("promised to %s places", n)
	}
	// Back, and something else under the same form: what was sent first stands, and the person is told.
	other := c.send(inOffice(newPlan), with(sent, "title.en", "Three wells"))
	reads(t, other, "This form was sent before, with other contents", "Three wells")
	if n := s.column(t, "SELECT max(number) FROM promise")[0]; n != number {
		t.Errorf("there are %s promises after sending the same form three times, not %s", n, number)
	}
	reads(t, s.ask("GET", "/valley/promises/"+number), "Two wells with pumps", "One at the school.")
}

// TestPromiseRecurring: both plans that come due again and again.
func TestPromiseRecurring(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	for _, tt := range []struct {
		plan url.Values
		says []string
	}{
		{with(wells(), "plan", "schedule", "interval", "２", "every", "month", "from", "2027-01-31", "until", "2027-06-30", "due", ""),
			[]string{"every 2 months", "Comes due 3 times, the last on Monday, 31 May 2027", "Wednesday, 31 March 2027"}},
		{with(wells(), "plan", "service-level", "within", "20", "every", "quarter", "from", "2027-03-31", "until", "2027-12-31", "due", ""),
			[]string{"every application answered within 20 days", "Comes due 4 times"}},
	} {
		days := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "days", tt.plan)
		reads(t, days, tt.says[len(tt.says)-1], "Two wells with pumps")
		preview := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "preview", tt.plan)
		reads(t, preview, tt.says...)
		shown := shownData(t, preview)
		if rec := c.send(inOffice(newPlan), formOf(t, preview, "promise")); rec.Code != 303 {
			t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
		}
		if _, _, data := s.last(t); !cmp.Equal(shown, data) {
			t.Errorf("shown and appended differ: %s", cmp.Diff(shown, data))
		}
	}
}

// TestPromiseToEach: the same to each place by itself; one that is refused keeps no other out.
func TestPromiseToEach(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	typed := with(wells(), "places[]", "", "each", "each")
	typed["in[]"] = []string{"stone-bridge"}
	preview := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "preview", typed)
	reads(t, preview, "This makes 8 promises", "first of 8 entries")
	sent := formOf(t, preview, "promise")

	// One of the ids is taken by something else, so that the book refuses that one.
	id := ledger.DeriveID("form " + sent.Get("form") + " quiet-lake")
	if r, err := s.book.Append(t.Context(), ledger.Draft{Kind: promise.KindPaymentWithdrawal, ID: id, Who: "org:stone-bridge",
		About: s.column(t, "SELECT id FROM payment WHERE withdrawn = 0 LIMIT 1")[0], Data: promise.PaymentWithdrawal{}}); err != nil || r[0].Err != nil {
		t.Fatal(err, r)
	}
	before := s.tally(t, "promise")
	rec := c.send(inOffice(newPlan), sent)
	reads(t, rec, "Some of these were not taken", "Quiet Lake</bdi>: This form was sent before", "These stand in the book", "Pine Gate")
	if after := s.tally(t, "promise"); after == before {
		t.Error("one refusal kept all others out")
	}
	without := with(sent, "places[]", "")
	without["places[]"] = []string{"three-springs", "willow-ford", "long-field", "pine-gate", "old-orchard", "stone-well", "white-poplar"}
	rec = c.send(inOffice(newPlan), without)
	made := c.get(rec.Header().Get("Location"))
	reads(t, made, "7 promises stand in the book", "Willow Ford")
	if n := strings.Count(made.Body.String(), `class="t"`); n != 7 {
		t.Errorf("%d promises are linked, not 7", n)
	}
	if after := s.tally(t, "promise"); fmt.Sprint(after) != fmt.Sprint(atoi(t, before)+7) {
		t.Errorf("%s promises before, %s after 7", before, after)
	}
}

func atoi(t *testing.T, text string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPromiseMistakes: each mistake is told beside its field, with what was typed kept, and nothing is appended.
func TestPromiseMistakes(t *testing.T) {
	s := example(t)
	c := s.as(t, "office")
	entries := s.tally(t, "entry")
	many := make([]string, promise.MaxPlaces+1)
	for i := range many {
		many[i] = fmt.Sprintf("place-%d", i)
	}
	for _, tt := range []struct {
		name  string
		typed url.Values
		field string
		says  string
	}{
		{"impossible day", with(wells(), "due", "2027-02-30"), "due", "This is not a day."},
		{"day in letters", with(wells(), "milestone.0.due", "soon"), "milestone.0.due", "This is not a day."},
		{"backwards", with(wells(), "plan", "schedule", "from", "2027-05-01", "until", "2027-04-01"), "until", "before it begins"},
		{"after the programme", with(wells(), "plan", "schedule", "from", "2199-05-01"), "from", "before it begins"},
		{"too many days", with(wells(), "plan", "schedule", "every", "day", "from", "2027-01-01", "until", "2029-01-01"), "until", "more than 500 days"},
		{"interval in words", with(wells(), "plan", "schedule", "interval", "two", "from", "2027-05-01"), "interval", "A whole number from 1 to 1,000."},
		{"no such step", with(wells(), "plan", "schedule", "every", "fortnight", "from", "2027-05-01"), "every", "Fill this in."},
		{"within nothing", with(wells(), "plan", "service-level", "within", "0", "from", "2027-05-01"), "within", "A whole number from 1 to 365."},
		{"no such plan", with(wells(), "plan", "daily"), "plan", "Fill this in."},
		{"text as number", with(wells(), "measure.0.target.0.value", "about five"), "measure.0.target.0.value", "This is not a number."},
		{"two readings", with(wells(), "measure.0.target.0.value", "1,234"), "measure.0.target.0.value", "This is not a number."},
		{"no value", with(wells(), "measure.0.target.0.value", ""), "measure.0.target.0.value", "Fill this in."},
		{"year", with(wells(), "measure.0.year", "25"), "measure.0.year", "A whole number from 1900 to 2200."},
		{"unit", with(wells(), "measure.0.unit.en", ""), "measure.0.unit", "at least one language"},
		{"period backwards", with(wells(), "measure.0.target.0.to", "2026-01-01"), "measure.0.target.0.to", "before the first"},
		{"too many decimals", with(wells(), "money.0.amount", "12.345"), "money.0.amount", "at most 2 digits"},
		{"decimals of yen", with(wells(), "money.0.currency", "JPY", "money.0.amount", "1.5"), "money.0.amount", "at most 0 digits"},
		{"too much", with(wells(), "money.0.amount", "900000000000000"), "money.0.amount", "larger than the book can hold"},
		{"currency", with(wells(), "money.0.currency", "yuan"), "money.0.currency", "three letters"},
		{"no such source", with(wells(), "money.0.source", "nobody"), "money.0.source", "no organisation with the code nobody"},
		{"no such task", with(wells(), "task", "watching"), "task", "no task with the code watching"},
		{"no task", with(wells(), "task", ""), "task", "Fill this in."},
		{"no such team", with(wells(), "team", "nobody"), "team", "no team with the code nobody"},
		{"no such place", with(wells(), "places[]", "nowhere"), "places", "no place with the code nowhere"},
		{"no place", with(wells(), "places[]", ""), "places", "at least one place"},
		{"too many places", func() url.Values { v := wells(); v["places[]"] = many; return v }(), "places", "at most 400 places; 401 are chosen"},
		{"no title", with(wells(), "title.en", "", "title.ug", ""), "title", "at least one language"},
		{"a title of 10 MB", with(wells(), "title.en", strings.Repeat("well ", 2<<20)), "title", "at most 300 fit"},
		{"signs that turn the text", with(wells(), "title.en", "wells\u202e"), "title", "cannot be shown"},
		{"description", with(wells(), "description.en", strings.Repeat("a", promise.MaxDescription+1)), "description", "at most 20,000 fit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, button := range []string{"preview", "promise"} {
				typed := formOf(t, c.get(inOffice(newPlan)), "preview")
				for name, v := range tt.typed {
					typed[name] = v
				}
				rec := c.send(inOffice(newPlan), with(typed, "do", button))
				body := html.UnescapeString(rec.Body.String())
				wrong := regexp.MustCompile(`id="f-` + regexp.QuoteMeta(tt.field) + `-wrong">([^<]*)<`).FindStringSubmatch(body)
				if rec.Code != 200 || wrong == nil || !strings.Contains(wrong[1], tt.says) {
					t.Fatalf("%s: %d; beside %s stands %q, not %q\n%.3000s", button, rec.Code, tt.field, wrong, tt.says, mainOf(body))
				}
				if kept := tt.typed.Get(tt.field); kept != "" && tt.field != "task" && tt.field != "team" && !strings.HasSuffix(tt.field, "source") && tt.field != "plan" && tt.field != "every" && !strings.Contains(body, `value="`+kept+`"`) {
					t.Errorf("%q is not kept", kept)
				}
				if title := tt.typed.Get("title.en"); !strings.Contains(body, title) {
					t.Error("the title is not kept")
				}
			}
		})
	}
	if after := s.tally(t, "entry"); after != entries {
		t.Errorf("%s entries became %s", entries, after)
	}
	if rec := c.post(inOffice(newPlan), "measure.0.colour", "red"); rec.Code != 400 {
		t.Errorf("an unknown field: %d", rec.Code)
	}
	reads(t, c.press(t, c.get(inOffice(newPlan+"?lang=zh-Hans")), inOffice(newPlan+"?lang=zh-Hans"), "preview", with(wells(), "due", "2027-02-30", "money.0.amount", "12.345")), "CNY金额的小数最多2位")
}

// TestPromiseRows: rows come and go by buttons, and nothing that was typed is lost.
func TestPromiseRows(t *testing.T) {
	c := example(t).as(t, "office")
	page := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "add:measure", wells())
	page = c.press(t, page, inOffice(newPlan), "add:measure", url.Values{"measure.1.name.en": {"Pumps"}})
	page = c.press(t, page, inOffice(newPlan), "periods:1", url.Values{"measure.2.name.en": {"Taps"}, "measure.1.every": {"half"}, "measure.1.begin": {"2027-01-01"}, "measure.1.end": {"2027-12-31"}})
	f := formOf(t, page, "preview")
	if f.Get("measure.1.target.0.to") != "2027-06-30" || f.Get("measure.1.target.1.from") != "2027-07-01" || f.Get("measure.1.target.1.to") != "2027-12-31" || f.Has("measure.1.target.2.from") {
		t.Errorf("the half years of 2027 are %v", f)
	}
	f = formOf(t, c.press(t, page, inOffice(newPlan), "remove:measure:0", nil), "preview")
	if f.Get("measure.0.name.en") != "Pumps" || f.Get("measure.1.name.en") != "Taps" || f.Has("measure.2.name.en") || f.Get("measure.0.target.1.from") != "2027-07-01" || f.Get("title.en") == "" {
		t.Errorf("after taking the first measure away there is %v", f)
	}
	f = formOf(t, c.press(t, page, inOffice(newPlan), "remove:measure.1.target:0", nil), "preview")
	if f.Get("measure.1.target.0.from") != "2027-07-01" || f.Has("measure.1.target.1.from") {
		t.Errorf("after taking the first target away there is %v", f)
	}
	page = c.press(t, page, inOffice(newPlan), "add:milestone", nil)
	page = c.press(t, page, inOffice(newPlan), "add:money", nil)
	f = formOf(t, page, "preview")
	if !f.Has("milestone.1.due") || !f.Has("money.1.amount") || f.Get("milestone.0.title.en") != "Pumps bought" {
		t.Errorf("adding rows gives %v", f)
	}
	// Rows into which nothing was typed are none.
	f.Del("measure.1.name.en")
	for name := range f {
		if strings.HasPrefix(name, "measure.1.") || strings.HasPrefix(name, "measure.2.") {
			f.Set(name, "")
		}
	}
	preview := c.send(inOffice(newPlan), with(f, "do", "preview"))
	terms := shownData(t, preview).(map[string]any)["terms"].(map[string]any)
	if n := len(terms["measures"].([]any)); n != 1 {
		t.Errorf("%d measures", n)
	}
	for _, forged := range []string{"add:nothing", "remove:measure:9", "remove:title:0", "remove:measure:x", "periods:7", "add:measure.9.target", "drop:x", "?"} {
		if rec := c.send(inOffice(newPlan), with(f, "do", forged)); rec.Code != 200 {
			t.Errorf("the button %s: %d", forged, rec.Code)
		}
	}
}

// TestPromisePlaces: places are found in any script, and all villages of a township are taken in one tick.
func TestPromisePlaces(t *testing.T) {
	c := example(t).as(t, "office")
	for words, found := range map[string]string{"quiet la": "quiet-lake", "静湖": "quiet-lake", "تىنچ": "quiet-lake", "QUIET": "quiet-lake"} {
		page := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "find", url.Values{"find": {words}})
		reads(t, page, `name="places[]" value="`+found+`"`)
		if strings.Contains(page.Body.String(), `value="pine-gate"`) {
			t.Errorf("%s finds other places", words)
		}
	}
	reads(t, c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "find", url.Values{"find": {"zzz"}}), "No place within your reach")
	page := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "choose", url.Values{"in[]": {"upper-pasture"}, "places[]": {"two-rivers"}})
	if got := formOf(t, page, "preview")["places[]"]; !cmp.Equal(got, []string{"two-rivers", "sand-ridge", "deer-meadow", "sunny-slope"}) {
		t.Errorf("all of Upper Pasture and Two Rivers once: %v", got)
	}
	reads(t, page, "4 places chosen")
}

// TestPromiseReach: an office that is limited to a township promises, finds and amends there only.
func TestPromiseReach(t *testing.T) {
	s := ownExample(t)
	c := s.entered(t, "upper", staff.Grant{Programme: "valley", Role: staff.Office, Who: "org:stone-bridge", Places: []string{"upper-pasture"}})
	page := c.get(inOffice(newPlan))
	if body := page.Body.String(); !strings.Contains(body, `value="sand-ridge"`) || strings.Contains(body, `value="pine-gate"`) || strings.Contains(body, `value="clear-valley"`) {
		t.Error("places beyond reach are offered, or those within are not")
	}
	reads(t, c.press(t, page, inOffice(newPlan), "preview", wells()), "beyond those of your account")
	reads(t, c.press(t, page, inOffice(newPlan), "preview", with(wells(), "places[]", "sand-ridge")), "Exactly this will stand")
	if got := formOf(t, c.press(t, page, inOffice(newPlan), "choose", url.Values{"in[]": {"stone-bridge"}}), "preview")["places[]"]; len(got) != 0 {
		t.Errorf("a township beyond reach gives %v", got)
	}
	office := s.as(t, "office")
	far := s.promised(t, office, wells())
	near := s.promised(t, office, with(wells(), "places[]", "sand-ridge"))
	for _, page := range []string{"amend", "withdraw", "pay", "translate"} {
		if rec := c.get(inOffice("promises/" + far + "/" + page)); rec.Code != 403 {
			t.Errorf("%s of a promise beyond reach: %d", page, rec.Code)
		}
		if rec := c.get(inOffice("promises/" + near + "/" + page)); rec.Code != 200 {
			t.Errorf("%s of a promise within reach: %d", page, rec.Code)
		}
	}
	list := c.get(inOffice("promises"))
	if body := list.Body.String(); strings.Contains(body, "/promises/"+far+"?") || !strings.Contains(body, "/promises/"+near+"/amend") {
		t.Error("the list is not that of the places within reach")
	}
	if rec := c.get(inOffice("promises?place=pine-gate")); rec.Code != 403 {
		t.Errorf("choosing a place beyond reach: %d", rec.Code)
	}
}

// promised promises what is typed, and returns the number.
func (s *site) promised(t *testing.T, c *client, typed url.Values) string {
	t.Helper()
	preview := c.press(t, c.get(inOffice(newPlan)), inOffice(newPlan), "preview", typed)
	if rec := c.send(inOffice(newPlan), formOf(t, preview, "promise")); rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	}
	return s.column(t, "SELECT max(number) FROM promise")[0]
}

// entered is a browser in which a new account with a grant has signed in.
func (s *site) entered(t *testing.T, name string, grant staff.Grant) *client {
	t.Helper()
	const password = "a long enough phrase 7"
	invitation, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{grant})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Accept(t.Context(), invitation, name, password); err != nil {
		t.Fatal(err)
	}
	c := &client{site: s}
	if rec := c.post(at("office/sign-in"), "name", name, "password", password, "do", "sign-in"); rec.Code != 303 {
		t.Fatal(rec.Code, rec.Body)
	}
	return c
}

// TestPromisePlacesOfMany: with ten thousand villages, the form offers townships and a search, and stays small.
func TestPromisePlacesOfMany(t *testing.T) {
	s := ownExample(t)
	var drafts []ledger.Draft
	add := func(code, parent, level, name string) {
		drafts = append(drafts, ledger.Draft{Kind: programme.KindPlace, Who: "org:stone-bridge",
			Data: programme.Place{Code: code, Parent: parent, Level: level, Name: locale.Plain("en", name)}})
	}
	for i := range 40 {
		township := fmt.Sprintf("township-%d", i)
		add(township, "clear-valley", "township", fmt.Sprintf("Township %d", i))
		n := 240
		if i == 0 {
			n = promise.MaxPlaces + 40
		}
		for j := range n {
			add(fmt.Sprintf("%s-%d", township, j), township, "village", fmt.Sprintf("Village %d of %d", j, i))
		}
	}
	receipts, err := s.book.Append(t.Context(), drafts...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	c := s.as(t, "office")
	page := c.get(inOffice(newPlan))
	reads(t, page, "all 240 villages in Township 7")
	if body := page.Body.String(); strings.Contains(body, `value="township-7-1"`) || strings.Contains(body, `name="in[]" value="township-0"`) || len(body) > 60_000 {
		t.Errorf("a page of %d bytes lists villages one by one, or offers more than a promise can name", len(body))
	}
	reads(t, c.press(t, page, inOffice(newPlan), "find", url.Values{"find": {"village 239 of 12"}}), `value="township-12-239"`)
	chosen := c.press(t, page, inOffice(newPlan), "choose", url.Values{"in[]": {"township-7"}})
	if got := formOf(t, chosen, "preview")["places[]"]; len(got) != 240 {
		t.Errorf("%d villages of 240 chosen", len(got))
	}
	reads(t, c.press(t, chosen, inOffice(newPlan), "choose", url.Values{"in[]": {"township-8"}}), "at most 400 places; 480 are chosen")
	reads(t, c.press(t, page, inOffice(newPlan), "choose", url.Values{"in[]": {"township-0"}}), "at most 400 places; 401 are chosen")
	preview := c.press(t, chosen, inOffice(newPlan), "preview", with(wells(), "places[]", "", "each", "each"))
	if rec := c.send(inOffice(newPlan), formOf(t, preview, "promise")); rec.Code != 303 {
		t.Fatalf("%d %s", rec.Code, mainOf(rec.Body.String()))
	} else {
		reads(t, c.get(rec.Header().Get("Location")), "240 promises stand in the book")
	}
}
