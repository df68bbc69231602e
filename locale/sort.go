package locale

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Sorter returns a function that orders names as readers of a language expect,
// for slices.SortFunc. Numbers in names count as numbers: Field 2 stands before
// Field 10. Names that differ at all are never equal. Each Sorter serves one
// goroutine.
func Sorter(tag string) func(a, b string) int {
	if tag == "ug" {
		return uyghurSorter()
	}
	t := language.English
	if tag == "zh-Hans" {
		t = language.MustParse("zh-u-co-pinyin")
	}
	c := collate.New(t, collate.Numeric)
	return func(a, b string) int {
		if n := c.CompareString(a, b); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	}
}

// uyghurAlphabet is the alphabet in its order, vowels without the ئ that
// carries them at the beginning of a syllable. The table of x/text, and that of
// ICU, put all vowels or ە in the wrong place.
const uyghurAlphabet = "اەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي"

var uyghurPlace = func() map[rune]rune {
	places := make(map[rune]rune)
	for _, r := range uyghurAlphabet {
		places[r] = rune(len(places))
	}
	return places
}()

// The classes of a Uyghur sort key, in order.
const (
	keyGap    = 1       // blanks and punctuation
	keyNumber = 2       // then the count of digits, then the digits
	keyLetter = 0x100   // plus the place in the alphabet
	keyOther  = 0x10000 // plus the character: Latin, Han, ...
)

func uyghurKey(text string) []rune {
	var key []rune
	runes := []rune(fold(text))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		place, letter := uyghurPlace[r]
		switch {
		case letter:
			key = append(key, keyLetter+place)
		case r == 'ئ': // carries a vowel; no letter of its own
		case r >= '0' && r <= '9':
			start := i
			for i+1 < len(runes) && runes[i+1] >= '0' && runes[i+1] <= '9' {
				i++
			}
			digits := runes[start : i+1]
			for len(digits) > 1 && digits[0] == '0' {
				digits = digits[1:]
			}
			key = append(append(key, keyNumber, rune(len(digits))), digits...)
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			key = append(key, keyOther+r)
		case len(key) > 0 && key[len(key)-1] != keyGap:
			key = append(key, keyGap)
		}
	}
	return key
}

// uyghurSorter keeps the keys it made, since sorting asks for each many times.
func uyghurSorter() func(a, b string) int {
	keys := make(map[string][]rune)
	keyOf := func(text string) []rune {
		key, ok := keys[text]
		if !ok {
			key = uyghurKey(text)
			keys[text] = key
		}
		return key
	}
	return func(a, b string) int {
		if n := slices.Compare(keyOf(a), keyOf(b)); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	}
}
