package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestS11SentBackIsCrossedOut: the page of a promise says who sent a report back, when and why, and crosses out what it said; its
// note is not there.
func TestS11SentBackIsCrossedOut(t *testing.T) {
	s := example(t)
	number := s.column(t, "SELECT p.number FROM promise AS p WHERE p.sent_back > 0")[0]
	rec := s.get(at("promises/" + number + "?lang=en"))
	if rec.Code != http.StatusOK {
		t.Fatal(rec.Code)
	}
	_, work, _ := strings.Cut(rec.Body.String(), "Sent back by <bdi>")
	item, _, _ := strings.Cut(work, "</li>")
	for _, part := range []string{"does not count", "The trench above the gully was counted too.", "<del>", ">2.1</data>", "9,300", "</del>"} {
		if !strings.Contains(item, part) {
			t.Errorf("%q is not there:\n%s", part, item)
		}
		_, item, _ = strings.Cut(item, part)
	}
	if body := rec.Body.String(); strings.Contains(body, "2.1 km of pipe laid") {
		t.Error("the note of a report that was sent back is shown")
	}
	if strings.Contains(item, "not yet looked at") {
		t.Error("what was sent back waits for someone to look at it")
	}
}

// TestServiceLevel: each period has its counts, or says that nothing was reported.
func TestServiceLevel(t *testing.T) {
	s := example(t)
	number := s.column(t, "SELECT p.number FROM promise AS p WHERE p.plan = 'service-level'")[0]
	body := s.get(at("promises/" + number + "?lang=en")).Body.String()
	for _, part := range []string{"every application answered within 20 days", "counted every 4 weeks", "what=received", ">83</data>", ">78</data>", ">41</data>",
		`<data value="" data-figure="service?due=`, "to come", "83</data> received"} {
		if !strings.Contains(body, part) {
			t.Errorf("%q is not there", part)
		}
	}
	if n := strings.Count(body, `what=late`); n != 7+6 { // in the table with the one that is missing, and in the reports
		t.Errorf("%d counts of what was late", n)
	}
}

// TestLaterTranslation: a translation that came later is what is shown and found.
func TestLaterTranslation(t *testing.T) {
	s := example(t)
	number := s.column(t, "SELECT p.number FROM promise AS p WHERE p.translated > 0")[0]
	if body := s.get(at("promises/" + number + "?lang=ug")).Body.String(); !strings.Contains(body, "يىغىدىغان") {
		t.Error("the translation is not shown")
	}
	if body := s.get(at("?lang=ug&q=يىغىدىغان")).Body.String(); !strings.Contains(body, "promises/"+number+"?") {
		t.Error("the translation is not found")
	}
}
