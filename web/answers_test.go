package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kept/demo"
	"kept/figures"
	"kept/locale"
	"kept/staff"
)

// owedOn is the page on which an answer on a promise is written, of the round that closed last; and its name in a list.
func (s *site) owedOn(t *testing.T, number string) (address, key string) {
	t.Helper()
	id := s.cell(t, "SELECT w.id FROM round_place AS w JOIN owed AS o ON o.result = w.seq JOIN promise AS p ON p.seq = o.promise WHERE p.number = $1 ORDER BY o.since DESC", number)
	return inOffice("answers/" + id + "/" + number + "?lang=en"), id + "." + number
}

// TestAnswer: an office answers what a village has said. The answer is public at once, once, and stops the clock; a later one stands
// beside it.
func TestAnswer(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	address, _ := s.owedOn(t, "1")
	page := c.get(address)
	reads(t, page, "not kept", "Three Springs", "late: due by", "Reported done")
	for _, field := range []struct{ typed, says string }{{"", "Write the answer in one language at least"}, {strings.Repeat("a", 4001), "at most"}} {
		values := formOf(t, page, "answer")
		values.Set("text.en", field.typed)
		rec := c.send(address, values)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `id="f-text-wrong"`) || !strings.Contains(strings.Join(wrongs(rec), " "), field.says) {
			t.Errorf("%.10q: %d %q", field.typed, rec.Code, wrongs(rec))
		}
		if back := formOf(t, rec, "answer"); back.Get("text.en") != field.typed {
			t.Error("what was typed is not kept")
		}
	}
	before := s.tally(t, "round_answer")
	values := formOf(t, page, "answer")
	values.Set("text.en", "Two of the eight are dry. marker 4417 pumps them out by 20 December.")
	values.Set("text.zh-Hans", "八口井中有两口是干的。")
	done := c.follow(t, c.send(address, values))
	reads(t, done, "1 answer is public now")
	if again := c.send(address, values); again.Code != http.StatusSeeOther {
		t.Errorf("sent twice: %d", again.Code)
	}
	if after := s.tally(t, "round_answer"); after != plus(before, 1) {
		t.Errorf("%s answers after %s", after, before)
	}
	public := s.as(t, "")
	for _, path := range []string{"promises/1", "answers?state=answered", "answers.csv"} {
		if body := public.get(at(path)).Body.String(); !strings.Contains(body, "marker 4417") {
			t.Errorf("%s does not have the answer", path)
		}
	}
	if side := villageSide(t, s, 1, "en"); strings.Contains(side, "unanswered") || !strings.Contains(side, "answered Three Springs") {
		t.Errorf("the clock goes on: %s", side)
	}
	later := c.get(address)
	reads(t, later, "marker 4417", "Answer once more", "answered late")
	values = formOf(t, later, "answer")
	values.Set("text.en", "marker 4418: both give water again.")
	c.follow(t, c.send(address, values))
	body := public.get(at("promises/1")).Body.String()
	if first, second := strings.Index(body, "marker 4417"), strings.Index(body, "marker 4418"); first < 0 || second < first {
		t.Error("the later answer does not stand beside the first")
	}
}

// plus adds to a count that is a text.
func plus(n string, more int) string {
	var i int
	fmt.Sscan(n, &i)
	return fmt.Sprint(i + more)
}

// TestAnswerTogether: one text answers several at once, each as an entry of its own whose hash says nothing of the others; what
// the book refuses is said in its own line, and the others stand.
func TestAnswerTogether(t *testing.T) {
	s := ownExample(t)
	c := s.as(t, "office")
	_, wells := s.owedOn(t, "1")
	_, spring := s.owedOn(t, "7")
	list := inOffice("answers?lang=en")
	page := c.get(list)
	if rec := c.send(list, formOf(t, page, "answer")); !strings.Contains(rec.Body.String(), "Choose at least one promise") {
		t.Errorf("with nothing chosen: %d", rec.Code)
	}
	values := formOf(t, page, "answer")
	values["item[]"] = []string{wells, spring}
	rec := c.send(list, values)
	if !strings.Contains(strings.Join(wrongs(rec), " "), "Write the answer") || !slices.Equal(formOf(t, rec, "answer")["item[]"], []string{wells, spring}) {
		t.Errorf("without a text: %q, and chosen is %q", wrongs(rec), formOf(t, rec, "answer")["item[]"])
	}
	// The first of the two is answered alone; then the same form is sent with another text for both.
	values["item[]"] = []string{wells}
	values.Set("text.en", "We have seen both. The pipes come in May.")
	c.follow(t, c.send(list, values))
	values["item[]"] = []string{wells, spring}
	values.Set("text.en", "We have seen both. The pipes come in June.")
	rec = c.send(list, values)
	body := rec.Body.String()
	if rec.Code != http.StatusOK || strings.Count(body, `<p class="wrong">`) != 1 || !strings.Contains(body, "1 answer is public now") {
		t.Errorf("%d, %d lines with a refusal: %q", rec.Code, strings.Count(body, `<p class="wrong">`), wrongs(rec))
	}
	refused, _, _ := strings.Cut(body, `<p class="wrong">`)
	if line := refused[strings.LastIndex(refused, "<li>"):]; !strings.Contains(line, "/promises/1?") {
		t.Errorf("the refusal stands in another line: %s", line)
	}
	// Both at once, for a new form: each has a hash of its own.
	values = formOf(t, c.get(list), "")
	values.Set("do", "answer")
	values["item[]"] = []string{wells, spring}
	values.Set("text.en", "The same text.")
	c.follow(t, c.send(list, values))
	var hashes []string
	for _, body := range s.column(t, "SELECT CAST(e.body AS TEXT) FROM entry AS e JOIN round_answer AS a ON a.seq = e.seq ORDER BY e.seq DESC LIMIT 2") {
		_, hash, _ := strings.Cut(body, `"note":`)
		hashes = append(hashes, hash)
	}
	if len(hashes) != 2 || hashes[0] == hashes[1] {
		t.Errorf("the hashes are %q", hashes)
	}
}

// TestAnswerReach: an office answers what it owes itself, and sees no more unless it runs the programme; a grant for some places
// ends there.
func TestAnswerReach(t *testing.T) {
	s := ownExample(t)
	runs := s.as(t, "office")
	affairs := s.entered(t, "Affairs clerk", staff.Grant{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge-village-affairs"})
	upper := s.entered(t, "Upper clerk", staff.Grant{Programme: demo.Name, Role: staff.Office, Who: "org:stone-bridge-village-affairs", Places: []string{"upper-pasture"}})
	number := s.cell(t, "SELECT p.number FROM owed AS o JOIN promise AS p ON p.seq = o.promise WHERE o.office = 'stone-bridge-village-affairs'")
	theirs, key := s.owedOn(t, number)
	wells, wellsKey := s.owedOn(t, "1")
	place := s.cell(t, "SELECT place FROM owed WHERE office = 'stone-bridge-village-affairs'")
	if within := s.cell(t, "SELECT count(*) FROM place_above WHERE above = 'upper-pasture' AND place = $1", place); within != "0" {
		t.Fatalf("%s lies in the places of the second clerk", place)
	}
	for _, test := range []struct {
		name      string
		c         *client
		page      string
		get, post int
	}{{"runs, its own", runs, wells, 200, 200}, {"runs, another's", runs, theirs, 200, 403}, {"affairs, its own", affairs, theirs, 200, 200}, {"affairs, another's", affairs, wells, 403, 403},
		{"elsewhere", upper, theirs, 403, 403}, {"team", s.as(t, "team"), wells, 403, 403}, {"reviewer", s.as(t, "reviewer"), wells, 403, 403}} {
		if rec := test.c.get(test.page); rec.Code != test.get {
			t.Errorf("%s: %d, should be %d", test.name, rec.Code, test.get)
		}
		if rec := test.c.post(test.page, "do", "answer"); rec.Code != test.post { // without a text
			t.Errorf("%s, as a form: %d, should be %d", test.name, rec.Code, test.post)
		}
	}
	if body := runs.get(theirs).Body.String(); strings.Contains(body, `name="text.en"`) || !strings.Contains(body, "Nobody gives it in its name") {
		t.Error("the office that runs the programme is offered another's answer, or not told why it is not")
	}
	reads(t, runs.get(inOffice("answers?lang=en")), "It answers only what it owes itself", "/promises/"+number+"?")
	if body := affairs.get(inOffice("answers?lang=en")).Body.String(); strings.Contains(body, "/promises/1?") || !strings.Contains(body, "/promises/"+number+"?") || strings.Contains(body, `name="office"`) {
		t.Error("an office sees what another one owes, or not what it owes itself")
	}
	if body := affairs.get(inOffice("answers?lang=en&office=stone-bridge")).Body.String(); strings.Contains(body, "/promises/1?") {
		t.Error("an office chooses another one")
	}
	if body := upper.get(inOffice("answers?lang=en")).Body.String(); strings.Contains(body, "/promises/"+number+"?") {
		t.Error("the list goes beyond the places of the grant")
	}
	if rec := upper.get(inOffice("answers?place=" + place)); rec.Code != http.StatusForbidden {
		t.Errorf("a place beyond the grant: %d", rec.Code)
	}
	size := s.cell(t, "SELECT size FROM head")
	for _, test := range []struct {
		c   *client
		key string
	}{{runs, key}, {affairs, wellsKey}, {upper, key}} {
		rec := test.c.send(inOffice("answers"), url.Values{"do": {"answer"}, "form": {strings.Repeat("ab", 16)}, "text.en": {"x"}, "item[]": {test.key}})
		if rec.Code != http.StatusForbidden {
			t.Errorf("%s among several: %d", test.key, rec.Code)
		}
	}
	for _, strange := range []string{"x", "", wellsKey + "1", strings.Repeat("0", 32) + ".1"} {
		if rec := runs.send(inOffice("answers"), url.Values{"do": {"answer"}, "form": {strings.Repeat("ab", 16)}, "text.en": {"x"}, "item[]": {strange}}); rec.Code != http.StatusNotFound {
			t.Errorf("%q among several: %d", strange, rec.Code)
		}
	}
	if now := s.cell(t, "SELECT size FROM head"); now != size {
		t.Error("something was appended")
	}
}

// TestAnswersList: the public list has as many lines as its numbers say, whatever is chosen, as a page and as a table, in every language.
func TestAnswersList(t *testing.T) {
	s := example(t)
	for _, query := range []string{"", "office=stone-bridge", "office=nobody", "place=stone-bridge", "place=stone-well", "place=elsewhere", "task=water", "office=stone-bridge&place=three-springs"} {
		for _, state := range append([]string{""}, figures.OwedStates...) {
			for _, l := range locale.Languages {
				address := "answers?" + query + "&state=" + state + "&lang=" + l.Tag
				rec := s.get(at(strings.Replace(address, "?&", "?", 1)))
				if rec.Code != http.StatusOK {
					t.Fatalf("%s: %d", address, rec.Code)
				}
				lines := strings.Count(rec.Body.String(), `<td class="no">`)
				rows := table(t, s, at(strings.Replace(address, "answers?", "answers.csv?", 1)))
				if lines != len(rows)-1 {
					t.Errorf("%s: %d lines, %d in the table", address, lines, len(rows)-1)
				}
				_, chips, there := strings.Cut(rec.Body.String(), `<ul class="chips"`)
				_, chip, _ := strings.Cut(chips, `aria-current="true">`)
				chip, _, _ = strings.Cut(chip, "</a>")
				if there && !strings.Contains(chip, fmt.Sprintf(`value="%d"`, lines)) {
					t.Errorf("%s: %d lines, and its number is %s", address, lines, chip)
				}
			}
		}
	}
	if all := table(t, s, at("answers.csv?lang=en")); len(all) < 5 || !slices.Contains(all[0], "days unanswered") {
		t.Errorf("%q", all)
	}
	for query, want := range map[string]int{"state=people": 400, "page=0": 400, "page=9": 404, "verdict=kept": 400, "state=late&state=owed": 400} {
		if rec := s.get(at("answers?" + query)); rec.Code != want {
			t.Errorf("answers?%s: %d, should be %d", query, rec.Code, want)
		}
	}
	for _, path := range []string{"", "places/three-springs"} {
		body := s.get(at(path)).Body.String()
		if !strings.Contains(body, `data-figure="answers?office=stone-bridge`) || !strings.Contains(body, "state=in-time") {
			t.Errorf("/%s does not say how the office answers", path)
		}
	}
}

// TestAnswersOffice: the office's pages in every language.
func TestAnswersOffice(t *testing.T) {
	s := ownExample(t) // so that no session stays in the other
	c := s.as(t, "office")
	one, _ := s.owedOn(t, "7")
	one, _, _ = strings.Cut(one, "?")
	for _, path := range []string{inOffice("answers"), inOffice("answers?state=answered"), inOffice("answers?state=late&task=water"), inOffice("answers?place=pine-gate"), one} {
		for _, l := range locale.Languages {
			address := path + "?lang=" + l.Tag
			if strings.Contains(path, "?") {
				address = path + "&lang=" + l.Tag
			}
			rec := c.get(address)
			if rec.Code != http.StatusOK {
				t.Fatalf("%s: %d", address, rec.Code)
			}
			for _, problem := range problems(rec.Body.String(), l) {
				t.Errorf("%s: %s", address, problem)
			}
		}
	}
	for query, want := range map[string]int{"state=due": 400, "page=0": 400, "page=2": 404, "people=1": 400} {
		if rec := c.get(inOffice("answers?" + query)); rec.Code != want {
			t.Errorf("answers?%s: %d, should be %d", query, rec.Code, want)
		}
	}
}
