package locale

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "",
		" .,، 、—":                       "",
		"Twelve wells, with pumps":      "pumps twelve wells with",
		"wells WELLS Wells":             "wells",
		"4.2 km":                        "2 4 km",
		"１２ ＡＢ":                         "12 ab",
		"Doze poços, Côté İzmir":        "cote doze izmir pocos",
		"cafe\u0301 café":               "cafe",
		"Колодец":                       "колодец",
		"十二口井":                          "二口 井 十二 口井",
		"井":                             "井",
		"500亩西瓜A区":                      "500 a 亩西 区 瓜 西瓜",
		"㍿":                             "会社 式会 株式 社",
		"ئون ئىككى قۇدۇق":               "ئون ئىككى قۇدۇق",
		"قۇدۇق\u200c ق\u0640ۇدۇق":       "قۇدۇق",
		"كِتَابٌ":                       "كتاب",
		"ﺋﯘﻳﻐﯘﺭ":                        "ئۇيغۇر", // presentation forms
		"مەن ﻣﻪﻥ":                       "مەن",    // and the heh of old fonts
		"کتاب":                          "كتاب",
		"٤٢ ۴۲":                         "42",
		"well\u00adhead well\u200bhead": "head well wellhead",
		"\u0301 x":                      "x",
		"पानी":                          "पानी",
		"a\xffb":                        "a b",
		strings.Repeat("x", 50):         strings.Repeat("x", termRunes),
	} {
		if d := cmp.Diff(sorted(want), Words(text), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("Words(%+q) (-want +got):\n%s", text, d)
		}
	}
}

func TestQuery(t *testing.T) {
	for text, want := range map[string]string{
		"":          "",
		"?!":        "",
		"Well":      "well",
		"井":         "井",
		"口井":        "口井",
		"十二口井":      "二口 十二 口井",
		"西瓜 wel":    "wel 西瓜",
		"ﻗﯘﺩﯗﻕ 12口": "12 قۇدۇق 口",
	} {
		if d := cmp.Diff(sorted(want), Query(text), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("Query(%q) (-want +got):\n%s", text, d)
		}
	}
}

func sorted(terms string) []string { return slices.Sorted(slices.Values(strings.Fields(terms))) }

func TestTermsAreLimited(t *testing.T) {
	long := strings.Repeat("井水路", 1) + " " + strings.Join(manyWords(500), " ")
	if got := Words(long); len(got) != textTerms || !slices.Contains(got, "井水") {
		t.Errorf("%d terms, of which the first is not there: %v", len(got), got)
	}
	if got := Query(long); len(got) != queryTerms {
		t.Errorf("%d prefixes", len(got))
	}
	if got := Query(strings.Repeat("井", 1_000_000)); len(got) != 1 {
		t.Errorf("%d prefixes", len(got))
	}
}

func manyWords(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Repeat("w", i%30) + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	return words
}

// pieces are what texts are made of in the property tests: what is likely, and
// what is likely to go wrong.
var pieces = []string{
	"wells", "Côté", "e\u0301", "İ", "ß", "12", "٤٢", "ａ", "ﬁ", "ئۇيغۇر", "ﻣﻪﻥ", "قۇدۇق", "ـ", "\u064e", "\u0654", "ي\u0654",
	"井", "水", "十二口井", "西瓜", "\uf900", "々", "〇", "\u200d", "\u200c", "\u200b", "\ufe00", "-", "،", "。", "'", "पानी",
	"가", "\u1112\u1161\u11ab", "Σίσυφος", "ǅ", "²", "½", "㍻", "\u0345", "\U00020000", "\u0300",
}

func drawField(t *rapid.T) string {
	if rapid.Bool().Draw(t, "wild") {
		return strings.Join(strings.Fields(rapid.String().Draw(t, "any")), "")
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 4).Draw(t, "pieces"), "")
}

// A reader who types any whole word of a text, or any run of its Han
// characters, finds the text.
func TestQueryFindsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := rapid.SliceOfN(rapid.Custom(drawField), 1, 5).Draw(t, "fields")
		text := strings.Join(fields, " ")
		words := Words(text)
		if len(words) >= textTerms {
			return // beyond what is promised
		}
		q := rapid.SampledFrom(fields).Draw(t, "q")
		if run := hanRuns(q); len(run) > 0 && rapid.Bool().Draw(t, "part") {
			r := []rune(rapid.SampledFrom(run).Draw(t, "run"))
			from := rapid.IntRange(0, len(r)-1).Draw(t, "from")
			q = string(r[from:rapid.IntRange(from+1, len(r)).Draw(t, "to")])
		}
		for _, prefix := range Query(q) {
			if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, prefix) }) {
				t.Fatalf("%+q asks for %+q, which %+q does not have: %+q", q, prefix, text, words)
			}
		}
	})
}

// A word that is not finished yet finds the text too.
func TestBeginningFindsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zа-яئۇدقىلغ]{1,40}`).Draw(t, "word")
		r := []rune(word)
		q := string(r[:rapid.IntRange(1, len(r)).Draw(t, "typed")])
		words, prefixes := Words("one "+word), Query(q)
		if len(prefixes) != 1 || !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, prefixes[0]) }) {
			t.Errorf("%q asks for %q among %q", q, prefixes, words)
		}
	})
}

func hanRuns(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

func FuzzWords(f *testing.F) {
	f.Add("Twelve wells 十二口井 ئون ئىككى قۇدۇق")
	f.Add(strings.Join(pieces, ""))
	f.Fuzz(func(t *testing.T, text string) {
		words := Words(text)
		if len(words) > textTerms || !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
			t.Errorf("Words(%q) = %q", text, words)
		}
		for _, w := range words {
			if n := utf8.RuneCountInString(w); n == 0 || n > termRunes || !utf8.ValidString(w) {
				t.Errorf("Words(%q) has %q", text, w)
			}
		}
		if q := Query(text); len(q) > queryTerms || len(words) == 0 && len(q) > 0 {
			t.Errorf("Query(%q) = %q", text, q)
		}
	})
}

func BenchmarkWords(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Words("Twelve wells with hand pumps for Three Springs 三泉村十二口手压井 ئۈچ بۇلاق قول پومپىلىق ئون ئىككى قۇدۇق")
	}
}
