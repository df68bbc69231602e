package locale

import (
	"strings"
	"unicode"
)

// The directional isolates of Unicode and the mark that keeps a sign on the
// left of its number.
const (
	lri = '\u2066'
	rli = '\u2067'
	fsi = '\u2068' // opens text whose direction is that of its first letter
	pdi = '\u2069' // closes it
	lrm = "\u200e"
)

// Isolate puts a text of the user between directional isolates, so that in
// plain text it neither turns its surroundings around nor is turned by them.
// Isolates that the text brings along stay when they are balanced; otherwise
// all its directional controls go, since one stray PDI would break out.
func Isolate(text string) string {
	if isolated(text) {
		return text
	}
	if !balanced(text) {
		text = strings.Map(func(r rune) rune {
			if bidiControl(r) {
				return -1
			}
			return r
		}, text)
	}
	return string(fsi) + text + string(pdi)
}

// isolated tells whether the whole text is one isolate already.
func isolated(text string) bool {
	if !strings.HasPrefix(text, string(fsi)) || !strings.HasSuffix(text, string(pdi)) {
		return false
	}
	inner := text[len(string(fsi)) : len(text)-len(string(pdi))]
	return balanced(inner)
}

// balanced tells whether every isolate that opens in the text closes in it and
// the other way round. Embeddings and overrides need no care: the end of an
// isolate ends them too.
func balanced(text string) bool {
	depth := 0
	for _, r := range text {
		switch r {
		case lri, rli, fsi:
			depth++
		case pdi:
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

// foreign tells whether a text can disturb a sentence that runs in the given
// direction: it has letters of the other one, or controls.
func foreign(text string, rtl bool) bool {
	for _, r := range text {
		switch {
		case r < 0x80:
			if rtl && (r|0x20 >= 'a' && r|0x20 <= 'z') {
				return true
			}
		case bidiControl(r):
			return true
		case rightToLeft(r):
			if !rtl {
				return true
			}
		case rtl && unicode.IsLetter(r):
			return true
		}
	}
	return false
}

// rightToLeft tells the blocks of Hebrew, Arabic and their like, with their
// digits, and the right-to-left mark.
func rightToLeft(r rune) bool {
	switch {
	case r >= 0x590 && r <= 0x8ff, r == 0x200f:
		return true
	case r >= 0xfb1d && r <= 0xfdff, r >= 0xfe70 && r <= 0xfefe:
		return true
	}
	return r >= 0x10800 && r <= 0x10fff || r >= 0x1e800 && r <= 0x1efff
}
