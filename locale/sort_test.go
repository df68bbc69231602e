package locale

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestSorter(t *testing.T) {
	for _, c := range []struct {
		tag  string
		want []string
	}{
		{"en", []string{"", "field 2", "Field 10", "Old Orchard", "Pine Gate", "Three Springs", "Willow Ford"}},
		{"en", []string{"ecole", "Ecole", "école", "fa"}},
		{"zh-Hans", []string{"白石村", "柳渡村", "三泉村", "石桥村", "松门村"}}, // bai liu san shi song
		{"zh-Hans", []string{"村2", "村10"}},
		// The alphabet as schools teach it, vowels with the hamza that carries them.
		{"ug", strings.Fields("ئا ئە ب پ ت ج چ خ د ر ز ژ س ش غ ف ق ك گ ڭ ل م ن ھ ئو ئۇ ئۆ ئۈ ۋ ئې ئى ي")},
		{"ug", []string{"ئالما", "ئانا", "ئەترەت", "بۇلاق", "قارىغاي", "قەشقەر", "قۇدۇق", "كەنت", "ئۈچ بۇلاق", "ئىلى", "يول"}},
		{"ug", []string{"ئېتىز 2", "ئېتىز 010", "ئېتىز 10", "ئېتىزلار"}},
		{"ug", []string{"12", "قۇدۇق", "Pine Gate", "三泉"}},
		{"ug", []string{"مەسئۇل", "مەسۇم"}}, // the hamza inside is no letter
		{"tlh", []string{"a", "B", "c"}},
	} {
		less := Sorter(c.tag)
		got := slices.Clone(c.want)
		for range 5 {
			rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
			slices.SortFunc(got, less)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.tag, d)
				break
			}
		}
	}
}

// Old presentation forms and vowel signs make no difference to the place of a
// name.
func TestUyghurSorterFolds(t *testing.T) {
	less := Sorter("ug")
	if less("ﻗﯘﺩﯗﻕ 1", "قۇدۇق 2") >= 0 || less("قۇدۇق 1", "ﻗﯘﺩﯗﻕ 2") >= 0 {
		t.Error("presentation forms stand elsewhere")
	}
	if uyghurKey("ق\u0640ۇدۇق")[1] != uyghurKey("قۇدۇق")[1] {
		t.Error("tatweel counts as a letter")
	}
}

// Each Sorter is an order: antisymmetric, transitive, and total over different
// names.
func TestSorterIsAnOrder(t *testing.T) {
	name := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB1 02بائئۇېىە三泉-")), 0, 5, -1), rapid.String())
	for _, l := range Languages {
		less := Sorter(l.Tag)
		rapid.Check(t, func(t *rapid.T) {
			a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
			if less(a, b) != -less(b, a) {
				t.Fatalf("%s: %q and %q: %d and %d", l.Tag, a, b, less(a, b), less(b, a))
			}
			if (less(a, b) == 0) != (a == b) {
				t.Fatalf("%s: %q and %q are equal", l.Tag, a, b)
			}
			if less(a, b) < 0 && less(b, c) < 0 && less(a, c) >= 0 {
				t.Fatalf("%s: %q < %q < %q but not the first and the last", l.Tag, a, b, c)
			}
		})
	}
}

func BenchmarkSorter(b *testing.B) {
	for _, l := range Languages {
		b.Run(l.Tag, func(b *testing.B) {
			for b.Loop() {
				names := []string{"Pine Gate", "قۇدۇق", "三泉村", "Old Orchard", "يول", "石桥村", "Field 10", "Field 2"}
				slices.SortFunc(names, Sorter(l.Tag))
			}
		})
	}
}
