package web_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"kept/review"
)

var (
	chart  = regexp.MustCompile(`(?s)<svg class="bar chart" viewBox="0 0 (\d+) 100".*?</svg>\s*(<table class="times">.*?</table>)`)
	placed = regexp.MustCompile(`<rect class="(\w+)" x="([0-9.]+)"`)
)

// TestReviewCharts: each measure with several targets is drawn over time, as many columns as there are readings and as much hatching as
// there are periods that ended without one; the table beside it has every figure that is drawn; and it runs the other way in a language
// that does. Money is drawn by currency, and places beside each other on one scale.
func TestReviewCharts(t *testing.T) {
	s := example(t)
	d, err := review.Parse(s.get(at("reviews/2.json")).Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var over []*review.Measure
	for _, group := range [][]review.Promise{d.Matters.NotKept, d.Matters.Kept} {
		for i := range group {
			if m := group[i].Measure; m != nil && len(m.Periods) > 1 {
				over = append(over, m)
			}
		}
	}
	gaps := 0
	pages := map[string][][]string{}
	for _, lang := range []string{"en", "ug"} {
		body := s.get(at("reviews/2?lang=" + lang)).Body.String()
		drawn := chart.FindAllStringSubmatch(body, -1)
		if len(drawn) != len(over) || len(over) < 2 {
			t.Fatalf("%s: %d of %d measures are drawn", lang, len(drawn), len(over))
		}
		pages[lang] = drawn
		for i, m := range over {
			read, missing := 0, 0
			for _, r := range m.Periods {
				if r.Reading.Value != "" {
					read++
				} else if r.To < d.Day {
					missing++
				}
				for _, f := range []review.Figure{r.Target, r.Reading} {
					if f.Value != "" && !strings.Contains(drawn[i][2], html.EscapeString(string(f.Name))) {
						t.Errorf("%s: the table does not have %s", lang, f.Name)
					}
				}
			}
			gaps += missing
			if n := strings.Count(drawn[i][0], `class="fill"`); n != read {
				t.Errorf("%s: %d columns for %d readings", lang, n, read)
			}
			if n := strings.Count(drawn[i][0], `class="gap" x`); n != missing {
				t.Errorf("%s: hatched %d times, %d periods ended without a reading", lang, n, missing)
			}
		}
		for _, spot := range d.Grid.Wider.Spots {
			if !strings.Contains(body, html.EscapeString(string(spot.NotAsked.Name))) {
				t.Errorf("%s: %s is not shown", lang, spot.NotAsked.Name)
			}
		}
		if n := strings.Count(body, `<svg class="bar spot"`); n != len(d.Grid.Wider.Spots) || n == 0 {
			t.Errorf("%s: %d places are drawn", lang, n)
		}
		for _, m := range d.All.Money {
			if !strings.Contains(body, "<caption>"+m.Currency+"</caption>") {
				t.Errorf("%s: there is no money in %s", lang, m.Currency)
			}
		}
	}
	if gaps == 0 {
		t.Error("nothing is missing in the example, so nobody sees how that is drawn")
	}
	left, right := placed.FindAllStringSubmatch(pages["en"][0][0], -1), placed.FindAllStringSubmatch(pages["ug"][0][0], -1)
	same := len(left) == len(right)
	for i := range left {
		same = same && (left[i][1] == "track" || left[i][2] == right[i][2])
	}
	if len(left) == 0 || same {
		t.Error("the drawing is not mirrored in a language that runs from right to left")
	}
}
