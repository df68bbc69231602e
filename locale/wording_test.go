package locale

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordingJSON(t *testing.T) {
	w := Wording{Original: "en", In: map[string]string{"ug": "ئون ئىككى قۇدۇق", "en": "Twelve wells"}}
	got, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"original":"en","in":{"en":"Twelve wells","ug":"ئون ئىككى قۇدۇق"}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBest(t *testing.T) {
	w := Wording{Original: "zh-Hans", In: map[string]string{"zh-Hans": "十二口井", "en": "Twelve wells", "fr": ""}}
	orphan := Wording{Original: "ug", In: map[string]string{"zh-Hans": "十二口井", "en": "Twelve wells"}}
	for _, c := range []struct {
		w               Wording
		lang, text, tag string
	}{
		{w, "en", "Twelve wells", "en"},
		{w, "ug", "十二口井", "zh-Hans"},
		{w, "fr", "十二口井", "zh-Hans"},
		{w, "", "十二口井", "zh-Hans"},
		{orphan, "fr", "Twelve wells", "en"},
		{Wording{}, "en", "", ""},
		{Plain("ug", "قۇدۇق"), "en", "قۇدۇق", "ug"},
	} {
		if text, tag := c.w.Best(c.lang); text != c.text || tag != c.tag {
			t.Errorf("%v.Best(%q) = %q, %q; want %q, %q", c.w, c.lang, text, tag, c.text, c.tag)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	many := make(map[string]string)
	for _, a := range "abcdefghijklmnopqrstuvwxyz" {
		many["a"+string(a)] = "x"
	}
	for _, c := range []struct {
		name, code string
		w          Wording
	}{
		{"nothing", "wording.none", Wording{}},
		{"only an original", "wording.none", Wording{Original: "en"}},
		{"original without a text", "wording.original", Wording{Original: "en", In: map[string]string{"ug": "قۇدۇق"}}},
		{"no original", "wording.original", Wording{In: map[string]string{"en": "Wells"}}},
		{"empty", "wording.empty", Plain("en", "")},
		{"blanks", "wording.empty", Plain("en", " \u00a0\u3000")},
		{"invisible", "wording.empty", Plain("en", "\u200b\ufeff\u2060")},
		{"an empty translation", "wording.empty", Wording{Original: "en", In: map[string]string{"en": "Wells", "ug": ""}}},
		{"not UTF-8", "wording.not-text", Plain("en", "well\xff")},
		{"control", "wording.not-text", Plain("en", "well\x00")},
		{"line break", "wording.not-text", Plain("en", "two\nlines")},
		{"C1 control", "wording.not-text", Plain("en", "well\u0085")},
		{"line separator", "wording.not-text", Plain("en", "well\u2028s")},
		{"override", "wording.not-text", Plain("en", "well\u202es")},
		{"stray isolate end", "wording.not-text", Plain("en", "well\u2069s")},
		{"too long", "wording.too-long", Plain("ug", strings.Repeat("ئ", WordingRunes+1))},
		{"too many", "wording.too-many", Wording{Original: "aa", In: many}},
		{"upper case", "wording.tag", Plain("EN", "Wells")},
		{"underscore", "wording.tag", Plain("zh_Hans", "井")},
		{"script in lower case", "wording.tag", Plain("zh-hans", "井")},
		{"empty tag", "wording.tag", Plain("", "Wells")},
		{"extension", "wording.tag", Plain("zh-u-co-pinyin", "井")},
		{"hostile tag", "wording.tag", Plain("en\n", "Wells")},
	} {
		err := c.w.Check()
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
			continue
		}
		for _, l := range Languages {
			if text := For(l.Tag).T(refusal.Code, refusal.Args...); text == "" {
				t.Errorf("%s: nothing to say in %s", c.name, l.Tag)
			}
		}
	}
}

func TestCheckPasses(t *testing.T) {
	for _, w := range []Wording{
		Plain("en", "Twelve wells"),
		Plain("pt-BR", "Doze poços"),
		Plain("es-419", "Doce pozos"),
		Plain("und", "12"),
		Plain("fa", "می\u200cخواهم"), // the non-joiner is spelling
		Plain("ug", strings.Repeat("ئ", WordingRunes)),
		{Original: "ug", In: map[string]string{"ug": "قۇدۇق", "zh-Hans": "井", "en": "Well"}},
	} {
		if err := w.Check(); err != nil {
			t.Errorf("%v: %v", w, err)
		}
	}
	if err := Plain("en", "two\nlines").CheckLong(9); err != nil {
		t.Errorf("CheckLong refuses lines: %v", err)
	}
	if err := Plain("en", "two\nlines").CheckLong(8); err == nil {
		t.Error("CheckLong(8) lets 9 runes pass")
	}
	if err := Plain("en", "two\r\nlines").CheckLong(99); err == nil {
		t.Error("CheckLong lets a carriage return pass")
	}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{
		"  Twelve \t wells\r\n": "Twelve wells",
		"a\u202eb\u2069\x00c":   "abc",
		"well\xff":              "well\ufffd",
		"\ufeffwell":            "well",
		" \n ":                  "",
		"می\u200cخواهم":         "می\u200cخواهم",
	} {
		if got := Tidy(in); got != want {
			t.Errorf("Tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", "a\u2028b", "\xff\xfe", "\u202e", "x\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tidy := Tidy(s)
		if again := Tidy(tidy); again != tidy {
			t.Errorf("Tidy(%q) = %q, and once more %q", s, tidy, again)
		}
		if code, _ := checkText(tidy, len(tidy), false); code != "" && code != "wording.empty" {
			t.Errorf("Tidy(%q) = %q is refused: %s", s, tidy, code)
		}
	})
}

// A wording that passes means the same after it went through JSON, which the
// book asks of everything it holds.
func TestCheckedWordingSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Wording{
			Original: rapid.SampledFrom([]string{"en", "ug", "zh-Hans", "xx!"}).Draw(t, "original"),
			In:       rapid.MapOf(rapid.SampledFrom([]string{"en", "ug", "zh-Hans"}), rapid.String()).Draw(t, "in"),
		}
		if w.Check() != nil {
			return
		}
		data, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var back Wording
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(w, back); d != "" {
			t.Error(d)
		}
	})
}
