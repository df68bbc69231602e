package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"kept/demo"
	"kept/locale"
)

// villageSide is what stands between the village's verdict and the facts of a promise's page, without tags.
func villageSide(t *testing.T, s *site, number int, lang string) string {
	t.Helper()
	body := s.get(at(fmt.Sprintf("promises/%d?lang=%s", number, lang))).Body.String()
	_, side, ok := strings.Cut(body, `<div class="two">`)
	if !ok {
		t.Fatalf("promise %d has no sides", number)
	}
	_, side, _ = strings.Cut(side, "</section>")
	side, _, _ = strings.Cut(side, "</section>")
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(side, " ")), " ")
}

// numberOf finds a promise of the example by a word of its English title.
func numberOf(t *testing.T, s *site, word string) (n int) {
	t.Helper()
	found := s.column(t, "SELECT p.number FROM promise AS p JOIN terms AS v ON v.promise = p.seq AND v.version = p.version WHERE v.terms LIKE '%"+word+"%'")
	if len(found) != 1 {
		t.Fatalf("%d promises have %q in their terms", len(found), word)
	}
	fmt.Sscan(found[0], &n)
	return n
}

// TestVillageSide reads the story of the village's side on the pages: what it says, since when nobody answers, what was answered.
func TestVillageSide(t *testing.T) {
	s := example(t)
	for _, test := range []struct {
		number int
		want   []string
		not    []string
	}{
		{1, []string{"not kept", fmt.Sprintf("unanswered for %d days", demo.Unanswered)}, []string{"disputed before", "Nobody has asked"}},
		{numberOf(t, s, "A covered spring"), []string{"partly kept", "disputed before", "answered"}, []string{"Nobody has asked"}},
		{2, []string{"not kept", "answered"}, []string{"unanswered"}},
		{3, []string{"kept"}, []string{"not kept", "partly", "unanswered"}},
		{6, []string{"contested"}, []string{"kept"}},
		{5, []string{"not asked", "Nobody has asked"}, nil},
		{numberOf(t, s, "Foot bridge"), []string{"being asked until"}, []string{"unanswered"}},
	} {
		got := villageSide(t, s, test.number, "en")
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("promise %d does not say %q: %s", test.number, want, got)
			}
		}
		for _, not := range test.not {
			if strings.Contains(got, not) {
				t.Errorf("promise %d says %q: %s", test.number, not, got)
			}
		}
	}
}

// TestS7DisputedBeforeStays: on the page and in every list that shows the promise, in every language, a later round that says
// better stands beside the mark of the dispute, and the first verdict is still shown.
func TestS7DisputedBeforeStays(t *testing.T) {
	s := example(t)
	number := numberOf(t, s, "A covered spring")
	for _, l := range locale.Languages {
		p := locale.For(l.Tag)
		for _, path := range []string{fmt.Sprintf("promises/%d", number), "places/stone-well", "places/stone-well/poster"} {
			body := s.get(at(path) + "?lang=" + l.Tag).Body.String()
			if !strings.Contains(body, p.T("village.disputed-before")) {
				t.Errorf("%s in %s does not say that it was disputed before", path, l.Tag)
			}
		}
		page := s.get(at(fmt.Sprintf("promises/%d?lang=%s", number, l.Tag))).Body.String()
		_, rounds, _ := strings.Cut(page, `id="villages"`)
		rounds, _, _ = strings.Cut(rounds, "<blockquote>")
		later, first := strings.Index(rounds, `class="says half"`), strings.Index(rounds, `class="says not"`)
		if later < 0 || first < later {
			t.Errorf("in %s the first verdict does not stand beside the later one: %d, %d", l.Tag, later, first)
		}
	}
}

// TestS8AssemblyNeverKept: what an assembly says is labelled, and where nothing but an assembly spoke nothing is "kept".
func TestS8AssemblyNeverKept(t *testing.T) {
	s := example(t)
	number := numberOf(t, s, "Map of common land")
	page := s.get(at(fmt.Sprintf("promises/%d?lang=en", number))).Body.String()
	_, rounds, ok := strings.Cut(page, `id="villages"`)
	if !ok || !strings.Contains(rounds, `<span class="mark">assembly</span>`) {
		t.Error("the assembly is not labelled")
	}
	if side := villageSide(t, s, number, "en"); !strings.HasPrefix(side, "the village says partly kept") {
		t.Errorf("where only an assembly spoke: %s", side)
	}
	if strings.Contains(rounds[:strings.Index(rounds, "<h2")], `class="says done"`) {
		t.Error("an assembly says kept")
	}
}

var counted = regexp.MustCompile(`<data value="([^"]*)" data-figure="voice\?[^"]*">`)

// TestS9OnlyPublishedCounts: every count on every promise's page is a multiple of five from five on; what is less has no number, and
// there is no sum, turnout or number of cards.
func TestS9OnlyPublishedCounts(t *testing.T) {
	s := example(t)
	all := 0
	for _, number := range s.column(t, "SELECT number FROM promise ORDER BY number") {
		body := s.get(at("promises/" + number + "?lang=en")).Body.String()
		_, rounds, ok := strings.Cut(body, `id="villages"`)
		if !ok {
			continue
		}
		rounds, _, _ = strings.Cut(rounds, "<h2")
		for _, m := range counted.FindAllStringSubmatch(rounds, -1) {
			var n int
			if _, err := fmt.Sscan(m[1], &n); err != nil || n < 5 || n%5 != 0 {
				t.Errorf("promise %s shows a count of %q", number, m[1])
			}
			all++
		}
		numbers := strings.Count(rounds, "<data ")
		if n := len(counted.FindAllString(rounds, -1)); numbers != n {
			t.Errorf("promise %s shows %d numbers in its rounds, of which %d are published counts", number, numbers, n)
		}
	}
	if all < 20 {
		t.Errorf("only %d counts were seen", all)
	}
	few := s.get(at("promises/4?lang=en")).Body.String()
	if !strings.Contains(few, "fewer than 5") || !strings.Contains(few, "too few to say") {
		t.Error("few are not said to be few")
	}
}
