package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// catalogueOf reads a catalogue as a reader of the file would.
func catalogueOf(t testing.TB, tag string) map[string]*message {
	t.Helper()
	messages, err := readCatalogue(tag)
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

// formNames are the plural forms as the files call them.
var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

func (m *message) formsPresent() []string {
	var forms []string
	for form, p := range m.forms {
		if p != nil {
			forms = append(forms, formNames[plural.Form(form)])
		}
	}
	slices.Sort(forms)
	return forms
}

// Every language has every key of English and no other.
func TestCataloguesHaveTheSameKeys(t *testing.T) {
	english := slices.Sorted(maps.Keys(catalogueOf(t, "en")))
	if len(english) == 0 {
		t.Fatal("English is empty")
	}
	for _, l := range Languages[1:] {
		keys := slices.Sorted(maps.Keys(catalogueOf(t, l.Tag)))
		if d := cmp.Diff(english, keys); d != "" {
			t.Errorf("catalogue/%s.toml (-only in English +only here):\n%s", l.Tag, d)
		}
	}
}

// A message has all the plural forms of its language or none; English decides
// which, so that T and N can be told apart.
func TestCataloguesHaveEveryPluralForm(t *testing.T) {
	english := catalogueOf(t, "en")
	for _, l := range Languages {
		needed := map[string]bool{}
		for n := range int64(2000) {
			needed[formNames[For(l.Tag).form(n)]] = true
		}
		needed[formNames[For(l.Tag).form(1_000_000)]] = true
		counted := slices.Sorted(maps.Keys(needed))
		for key, m := range catalogueOf(t, l.Tag) {
			want := []string{"other"}
			if english[key] != nil && english[key].plural() {
				want = counted
			}
			if d := cmp.Diff(want, m.formsPresent()); d != "" {
				t.Errorf("catalogue/%s.toml: %s (-wanted +there):\n%s", l.Tag, key, d)
			}
		}
	}
}

// Every form of a message takes what the English one takes; a form for a
// single number may leave the number out.
func TestCataloguesHaveTheSamePlaceholders(t *testing.T) {
	english := catalogueOf(t, "en")
	for _, l := range Languages {
		for key, m := range catalogueOf(t, l.Tag) {
			if english[key] == nil {
				continue // TestCataloguesHaveTheSameKeys says it
			}
			want := unique(english[key].forms[plural.Other].names())
			if english[key].plural() && !slices.Contains(want, "N") {
				t.Errorf("%s is counted but does not say {{.N}}", key)
			}
			for form, p := range m.forms {
				if p == nil {
					continue
				}
				got := unique(p.names())
				if plural.Form(form) != plural.Other && !slices.Contains(got, "N") {
					got = unique(append(got, "N"))
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("catalogue/%s.toml: %s, form %s (-English +here):\n%s", l.Tag, key, formNames[plural.Form(form)], d)
				}
			}
		}
	}
}

func unique(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// Texts are clean: nothing empty, no stray blanks or controls, no mark-up, no
// letters of the other direction outside an isolate, isolates that close.
func TestCatalogueTexts(t *testing.T) {
	for _, l := range Languages {
		for key, m := range catalogueOf(t, l.Tag) {
			for _, p := range m.forms {
				if p == nil {
					continue
				}
				// A digit stands for a value: it has no direction of its own.
				text := ""
				for i, part := range p {
					if i%2 == 1 {
						part = "5"
					}
					text += part
				}
				if problem := textProblem(text, l.RTL()); problem != "" {
					t.Errorf("catalogue/%s.toml: %s: %s: %+q", l.Tag, key, problem, text)
				}
			}
		}
	}
}

func textProblem(text string, rtl bool) string {
	switch {
	case strings.TrimSpace(text) == "":
		return "empty"
	case strings.TrimSpace(text) != text:
		return "blanks at an end"
	case strings.Contains(text, "  "):
		return "two blanks"
	case strings.ContainsAny(text, "<>"):
		return "mark-up"
	case !balanced(text):
		return "an isolate that does not close"
	}
	depth := 0
	for _, r := range text {
		switch {
		case r == lri || r == rli || r == fsi:
			depth++
		case r == pdi:
			depth--
		case r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e:
			return "a direction mark where an isolate belongs"
		case unicode.IsControl(r) || r == 0xfeff || r == 0x200b || r == unicode.ReplacementChar:
			return fmt.Sprintf("%U", r)
		case depth == 0 && foreign(string(r), rtl):
			return "letters of the other direction without an isolate"
		}
	}
	return ""
}

func TestTextProblemFindsThem(t *testing.T) {
	for text, rtl := range map[string]bool{
		"": false, " well": false, "a  b": false, "<b>well</b>": false, "a\u2068b": false,
		"a\u200eb": false, "a\u202eb": false, "a\tb": false, "the word قۇدۇق": false, "ھۆججەت CSV": true,
	} {
		if textProblem(text, rtl) == "" {
			t.Errorf("%+q passes", text)
		}
	}
	if p := textProblem("ھۆججەت \u2068CSV\u2069", true); p != "" {
		t.Errorf("an isolate is refused: %s", p)
	}
}

// Keys are lower case with dots and hyphens, and every line stands under its
// full key, so that a search for the key finds it. A part of a key that is one
// of the format's own words would be taken for a plural form.
func TestCatalogueKeys(t *testing.T) {
	key := regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$`)
	line := regexp.MustCompile(`^[a-z][a-z0-9.-]* = "`)
	reserved := []string{"id", "hash", "description", "leftdelim", "rightdelim", "zero", "one", "two", "few", "many", "other"}
	for _, l := range Languages {
		for k := range catalogueOf(t, l.Tag) {
			if !key.MatchString(k) {
				t.Errorf("catalogue/%s.toml: key %q", l.Tag, k)
			}
			for _, part := range strings.Split(k, ".") {
				if slices.Contains(reserved, part) {
					t.Errorf("catalogue/%s.toml: key %q has the reserved word %q", l.Tag, k, part)
				}
			}
		}
		data, err := files.ReadFile("catalogue/" + l.Tag + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
			if s != "" && !strings.HasPrefix(s, "# ") && !line.MatchString(s) {
				t.Errorf("catalogue/%s.toml:%d: not `key = \"text\"`: %s", l.Tag, i+1, s)
			}
		}
	}
}

func TestParseCatalogueRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"not TOML":             `a = `,
		"key twice":            "a = \"x\"\na = \"y\"",
		"key twice, two ways":  "a.b = \"x\"\n\"a.b\" = \"y\"",
		"logic":                `a = "{{if .N}}x{{end}}"`,
		"lower-case name":      `a = "{{.name}}"`,
		"open braces":          `a = "{{.Name"`,
		"pipe":                 `a = "{{.Name | html}}"`,
		"no other":             `a.one = "x"`,
		"description":          "a.other = \"x\"\na.description = \"y\"",
		"text and plural form": "a.one = \"x\"\na.other = \"y\"\na.b = \"z\"",
		"number":               `a = 5`,
		"empty":                `a = ""`,
	} {
		if got, err := parseCatalogue([]byte(text), "en.toml"); err == nil {
			t.Errorf("%s: read as %v", name, got)
		}
	}
}

// The plural rules of x/text, which N uses for their speed, are those of
// go-i18n, whose CLDR is younger.
func TestPluralRulesAgree(t *testing.T) {
	for _, l := range Languages {
		tag := language.MustParse(l.Tag)
		bundle := i18n.NewBundle(tag)
		bundle.MustAddMessages(tag, &i18n.Message{
			ID: "n", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other",
		})
		localizer := i18n.NewLocalizer(bundle, l.Tag)
		for _, n := range append(seq(1200), 9_999, 100_000, 1_000_000, 1_000_001, 5_000_000, 1<<62) {
			want := localizer.MustLocalize(&i18n.LocalizeConfig{MessageID: "n", PluralCount: n})
			for _, n := range []int64{n, -n} {
				if got := formNames[For(l.Tag).form(n)]; got != want {
					t.Errorf("%s: %d is %q, go-i18n says %q", l.Tag, n, got, want)
				}
			}
		}
	}
}

func seq(n int64) []int64 {
	s := make([]int64, n)
	for i := range s {
		s[i] = int64(i)
	}
	return s
}

// BenchmarkLocalizer is what a message costs with go-i18n alone.
func BenchmarkLocalizer(b *testing.B) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, l := range Languages {
		data, err := files.ReadFile("catalogue/" + l.Tag + ".toml")
		if err != nil {
			b.Fatal(err)
		}
		bundle.MustParseMessageFileBytes(data, l.Tag+".toml")
	}
	localizer := i18n.NewLocalizer(bundle, "ug")
	for b.Loop() {
		localizer.MustLocalize(&i18n.LocalizeConfig{
			MessageID: "mark.amended", PluralCount: 3, TemplateData: map[string]any{"N": "3"},
		})
	}
}
