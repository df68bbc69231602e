package web_test

import (
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kept/figures"
	"kept/locale"
	"kept/web"
)

var villageChip = regexp.MustCompile(`<li><a href="([^"]*)"[^>]*>[^<]*<data value="(\d+)" data-figure="promises\?[^"]*village=([a-z-]+)">`)

// TestChooseByVillage: on the programme's page and on every board each choice on the village's side has as many promises as its
// number says, in the list and in the table.
func TestChooseByVillage(t *testing.T) {
	s := example(t)
	seen := map[string]bool{}
	for _, page := range []string{"?lang=en", "places/stone-well?lang=en", "places/stone-bridge?lang=en", "?lang=en&standing=reported-done", "?lang=en&task=water"} {
		chips := villageChip.FindAllStringSubmatch(s.get(at(page)).Body.String(), -1)
		if len(chips) < 2 {
			t.Errorf("%s offers %d choices", page, len(chips))
		}
		for _, chip := range chips {
			seen[chip[3]] = true
			address := html.UnescapeString(chip[1])
			body := s.get(address).Body.String()
			_, csv, _ := strings.Cut(body, `href="/valley/promises.csv`)
			csv, _, _ = strings.Cut(csv, `"`)
			rows := table(t, s, html.UnescapeString("/valley/promises.csv"+csv))
			if got := fmt.Sprint(len(rows) - 1); got != chip[2] {
				t.Errorf("%s: %s in the table, its number is %s", address, got, chip[2])
			}
			lines := strings.Count(body, `<td class="no">`)
			if n := len(rows) - 1; lines != min(n, 25) {
				t.Errorf("%s: %d lines of %d", address, lines, n)
			}
		}
	}
	for _, village := range []string{"kept", "partly-kept", "not-kept", "contested", "being-asked", "not-asked", figures.Disputed, figures.Unasked} {
		if !seen[village] {
			t.Errorf("nothing is %s", village)
		}
	}
	for query, want := range map[string]int{"village=too-few": 200, "village=people": 400, "village=": 200, "village=kept&village=not-kept": 400, "Village=kept": 400} {
		if rec := s.get(at("?" + query)); rec.Code != want {
			t.Errorf("?%s: %d, should be %d", query, rec.Code, want)
		}
	}
}

// TestQueueOwed: what villages are owed waits for the office: answers, with their clock and the page to give them, and rounds on
// what was reported done long ago. The office that runs the programme sees those of others too, and is not offered them.
func TestQueueOwed(t *testing.T) {
	s := example(t)
	c := s.as(t, "office")
	body := html.UnescapeString(c.get(inOffice("?lang=en&kind=answer-owed")).Body.String())
	mine, _ := s.owedOn(t, "1")
	number := s.cell(t, "SELECT p.number FROM owed AS o JOIN promise AS p ON p.seq = o.promise WHERE o.office = 'stone-bridge-village-affairs'")
	theirs, _ := s.owedOn(t, number)
	for address, says := range map[string]string{mine: "Answer", theirs: "Look at it"} {
		address, _, _ = strings.Cut(address, "?")
		if !strings.Contains(body, `<a href="`+address+`?lang=en">`+says+"</a>") {
			t.Errorf("the queue does not lead to %s with %q", address, says)
		}
	}
	for _, want := range []string{"late: due by", "unanswered for", "Three Springs", "not kept"} {
		if !strings.Contains(body, want) {
			t.Errorf("the queue does not say %q", want)
		}
	}
	rounds := html.UnescapeString(c.get(inOffice("?lang=en&kind=round-owed")).Body.String())
	unasked := table(t, s, at("promises.csv?lang=en&village=unasked"))
	if len(unasked) < 3 {
		t.Fatal("nothing is owed a round")
	}
	for _, row := range unasked[1:] {
		if !strings.Contains(rounds, "/office/rounds/new?lang=en&promise="+row[0]+`"`) {
			t.Errorf("the queue does not propose a round on promise %s", row[0])
		}
	}
	for _, role := range []string{"team", "reviewer"} {
		if body := s.as(t, role).get(inOffice("?lang=en")).Body.String(); strings.Contains(body, "answer-owed") || strings.Contains(body, "round-owed") {
			t.Errorf("the queue of a %s has what an office owes", role)
		}
	}
}

// TestFeedOfVoice: feeds tell what places said, what was answered, and what became of rounds, each once, in every language, with an
// address that is there.
func TestFeedOfVoice(t *testing.T) {
	s := example(t)
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for path, wants := range map[string][]string{
			"feed.atom":                     {p.T("feed.contested", "Place", s.placeName(t, "pine-gate", l.Tag)), p.T("feed.result", "Place", s.placeName(t, "three-springs", l.Tag))},
			"places/willow-ford/feed.atom":  {p.T("feed.result", "Place", s.placeName(t, "willow-ford", l.Tag))},
			"places/deer-meadow/feed.atom":  {strings.SplitN(p.T("feed.round-suspended", "Number", "17", "Title", "¦"), "¦", 2)[0]},
			"places/stone-bridge/feed.atom": {strings.SplitN(p.T("feed.answer", "Place", s.placeName(t, "willow-ford", l.Tag), "Number", "2", "Title", "¦"), "¦", 2)[0]},
		} {
			rec := s.get(at(path + "?lang=" + l.Tag))
			var f web.Feed
			if err := xml.Unmarshal(rec.Body.Bytes(), &f); err != nil || rec.Code != http.StatusOK {
				t.Fatalf("%s: %d, %v", path, rec.Code, err)
			}
			ids, titles := map[string]bool{}, ""
			for _, e := range f.Entries {
				if ids[e.ID] {
					t.Errorf("%s has %s twice", path, e.ID)
				}
				ids[e.ID], titles = true, titles+e.Title+"\n"
				_, address, _ := strings.Cut(e.Link.Href, "://")
				if rec := s.get(address[strings.Index(address, "/"):]); rec.Code != http.StatusOK {
					t.Errorf("%s leads to %s: %d", path, e.Link.Href, rec.Code)
				}
			}
			for _, want := range wants {
				if !strings.Contains(titles, want) {
					t.Errorf("%s in %s does not say %q, but\n%s", path, l.Tag, want, titles)
				}
			}
		}
	}
	if body := s.get(at("places/long-field/feed.atom?lang=en")).Body.String(); strings.Contains(body, "Three Springs has said") {
		t.Error("the feed of a place tells what another one said")
	}
}

// placeName is the name of a place of the example.
func (s *site) placeName(t *testing.T, code, lang string) string {
	t.Helper()
	body := s.get(at("places/" + code + "?lang=" + lang)).Body.String()
	_, name, _ := strings.Cut(body, "<h1>")
	name, _, _ = strings.Cut(name, "</h1>")
	return html.UnescapeString(tags.ReplaceAllString(name, ""))
}
