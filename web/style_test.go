package web_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// physical are sides and sizes that do not turn round with the direction of writing.
var physical = regexp.MustCompile(`(?i)(^|[\s;{])(left|right|margin-(left|right|top|bottom)|padding-(left|right|top|bottom)|border-(left|right|top|bottom)[a-z-]*|(text-align|float|clear)\s*:\s*(left|right)|(top|bottom)\s*:|(min-|max-)?(width|height)\s*:)`)

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	// What stands in the condition of a media query is about the screen.
	condition = regexp.MustCompile(`@media[^{]*\{`)
	// The direction of a gradient inside a square sign, up.
	gradient = regexp.MustCompile(`linear-gradient\([^)]*\)`)
)

// physicalIn returns declarations that have a physical side.
func physicalIn(css string) []string {
	css = gradient.ReplaceAllString(condition.ReplaceAllString(cssComment.ReplaceAllString(css, ""), "@media {"), "gradient")
	var out []string
	for _, rule := range strings.Split(css, "}") {
		_, declarations, _ := strings.Cut(rule, "{")
		for _, d := range strings.Split(declarations, ";") {
			if _, inner, ok := strings.Cut(d, "{"); ok {
				d = inner
			}
			if physical.MatchString(" " + strings.TrimSpace(d)) {
				out = append(out, strings.TrimSpace(d))
			}
		}
	}
	return out
}

// TestStyleHasNoSides: a page mirrors by itself in a language that runs from right to left, because its style knows only
// starts and ends.
func TestStyleHasNoSides(t *testing.T) {
	for _, name := range []string{"static/kept.css", "static/office.css", "static/voice.css", "static/cards.css", "static/rounds.css", "static/review.css", "static/daybook-mask.css"} {
		css, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range physicalIn(string(css)) {
			t.Errorf("%s has a physical side: %s", name, d)
		}
	}
	for _, bad := range []string{"a { margin-left: 1px }", "a{text-align:right}", "a { color: red; padding-top: 0; }", "a { left: 0 }", "a { float: left }", "a { border-left: 0 }", "a { width: 1px }",
		"@media (max-width: 1px) { a { right: 0 } }"} {
		if len(physicalIn(bad)) != 1 {
			t.Errorf("%s is let through", bad)
		}
	}
	for _, good := range []string{"a { margin-inline-start: 1px; inset-block-start: 0; text-align: start; border-block-end: 0; max-inline-size: 1px }", "@media (max-width: 60rem) { a { color: red } }",
		"/* left */ a { background: linear-gradient(to top, red, blue) }", "a { vertical-align: top }"} {
		if got := physicalIn(good); len(got) > 0 {
			t.Errorf("%s is refused for %q", good, got)
		}
	}
}
