package locale

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
	"pgregory.net/rapid"
)

func TestIsolate(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "\u2068\u2069",
		"Pine Gate":                  "\u2068Pine Gate\u2069",
		"\u2068Pine Gate\u2069":      "\u2068Pine Gate\u2069",
		"a\u2069b":                   "\u2068ab\u2069",
		"a\u2067b":                   "\u2068ab\u2069",
		"a\u2067b\u2069":             "\u2068a\u2067b\u2069\u2069",
		"\u2068a\u2069\u2068b\u2069": "\u2068\u2068a\u2069\u2068b\u2069\u2069",
		"\u2068a\u2069b\u2069":       "\u2068ab\u2069",
		"\u2069a\u2068":              "\u2068a\u2069",
	} {
		if got := Isolate(in); got != want {
			t.Errorf("Isolate(%+q) = %+q, want %+q", in, got, want)
		}
	}
}

func TestIsolateHoldsHostileText(t *testing.T) {
	controls := []string{"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "a", "ئا", " 1"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(controls)).Draw(t, "text"), "")
		got := Isolate(text)
		depth := 0
		for i, r := range got {
			switch r {
			case lri, rli, fsi:
				depth++
			case pdi:
				depth--
			}
			if last := i+len(string(r)) == len(got); depth < 0 || (depth == 0) != last {
				t.Fatalf("Isolate(%+q) = %+q lets something out at %d", text, got, i)
			}
		}
		if Isolate(got) != got {
			t.Errorf("Isolate twice: %+q", Isolate(got))
		}
	})
}

// foreign is a quick look by block; x/text knows the class of every character.
func TestForeignKnowsLetters(t *testing.T) {
	for r := rune(0); r < 0x20000; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		p, _ := bidi.LookupString(string(r))
		if p.Class() == bidi.R || p.Class() == bidi.AL {
			if !foreign(string(r), false) {
				t.Fatalf("%U can turn an English sentence", r)
			}
		}
	}
	for _, s := range []string{"a", "Z", "é", "井", "ж", "\u202e", "USD 5"} {
		if !foreign(s, true) {
			t.Errorf("%q can turn a Uyghur sentence", s)
		}
	}
	for _, s := range []string{"", "12", "2026-02-04", "قۇدۇق 5", "(ئا)", "1,234.5%"} {
		if foreign(s, true) {
			t.Errorf("%q needs no isolate in a Uyghur sentence", s)
		}
	}
	for _, s := range []string{"", "Well 5", "井", "12 %"} {
		if foreign(s, false) {
			t.Errorf("%q needs no isolate in an English sentence", s)
		}
	}
}
