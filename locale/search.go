package locale

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of the index terms of one text and of one search. A search for more
// words than queryTerms is answered by its first ones.
const (
	termRunes  = 32
	textTerms  = 64
	queryTerms = 16
	queryRunes = 400
)

// Words returns the terms under which a text is found, in order and each once.
// A run of letters and digits is a term; a run of Han characters gives every
// pair of neighbours and its last character alone, so that each of its
// characters begins a term. Case, Latin accents, Arabic vowel signs, tatweel,
// joiners and presentation forms make no difference.
func Words(text string) []string {
	return terms(text, textTerms, func(run []rune, add func(string)) {
		for i := range run {
			add(string(run[i:min(i+2, len(run))]))
		}
	})
}

// Query returns what a reader's words ask for: a text answers when for every
// one of these prefixes it has a term that begins with it. No prefix at all
// means that nothing was asked.
func Query(text string) []string {
	n := 0
	for i := range text {
		if n == queryRunes {
			text = text[:i]
			break
		}
		n++
	}
	return terms(text, queryTerms, func(run []rune, add func(string)) {
		for i := range max(len(run)-1, 1) {
			add(string(run[i:min(i+2, len(run))]))
		}
	})
}

// terms finds the first most terms of a text; han says what a run of Han
// characters gives.
func terms(text string, most int, han func(run []rune, add func(string))) []string {
	found := make(map[string]bool)
	add := func(term string) {
		if len(found) < most {
			found[term] = true
		}
	}
	var word, run []rune
	end := func() {
		if len(word) > 0 {
			add(string(word[:min(len(word), termRunes)]))
		}
		if len(run) > 0 {
			han(run, add)
		}
		word, run = word[:0], run[:0]
	}
	for _, r := range fold(text) {
		switch {
		case unicode.Is(unicode.Han, r):
			if len(word) > 0 {
				end()
			}
			run = append(run, r)
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if len(run) > 0 {
				end()
			}
			word = append(word, r)
		case unicode.IsMark(r):
			if len(word) > 0 { // a vowel of an Indic script, say
				word = append(word, r)
			}
		default:
			end()
		}
		if len(found) >= most {
			break
		}
	}
	end()
	return slices.Sorted(maps.Keys(found))
}

// fold brings the spellings of a word together. It treats every piece between
// blanks by itself, so the word of a search and the same word in a text
// come out alike.
func fold(text string) string {
	text = norm.NFKD.String(strings.ToValidUTF8(text, "\ufffd"))
	latin := false
	text = strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			if latin {
				return -1
			}
			return r
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, text)
	// Composing again matters: the Uyghur ئ is one letter, not a yeh with a
	// sign that could be left out.
	return strings.Map(foldRune, norm.NFKC.String(text))
}

func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		return unicode.ToLower(r)
	case silent(r):
		return -1
	case r >= 0x660 && r <= 0x669:
		return r - 0x660 + '0'
	case r >= 0x6f0 && r <= 0x6f9:
		return r - 0x6f0 + '0'
	case r == 0x647: // heh: old Uyghur fonts showed ە with it
		return 0x6d5
	case r == 0x6a9: // keheh, from Persian keyboards
		return 0x643
	}
	return unicode.ToLower(r)
}

// silent tells the characters that are no part of a word's spelling: tatweel,
// Arabic vowel signs, joiners and other format characters (but not the
// zero-width space, which parts words), and variation selectors.
func silent(r rune) bool {
	switch {
	case r == 0x640 || r == 0x670:
		return true
	case r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r >= 0x8ca && r <= 0x8ff:
		return true
	case r >= 0x6d6 && r <= 0x6ed:
		return unicode.Is(unicode.Mn, r)
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return true
	}
	return r != 0x200b && unicode.Is(unicode.Cf, r)
}
