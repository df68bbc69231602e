package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a wording. They are part of the rules of the book: making one
// smaller would make old entries unreadable.
const (
	WordingRunes     = 300 // longest text that Check lets pass, in runes
	WordingLanguages = 20  // most languages of one wording
)

// Wording is a text of the office in one or several languages, one of which
// is the original and the others its translations:
//
//	{"original":"en","in":{"en":"Twelve wells","ug":"..."}}
//
// The zero value is no wording at all; Check refuses it.
type Wording struct {
	Original string            `json:"original"`
	In       map[string]string `json:"in"`
}

// Error is a refusal for the person who typed something: Code is a key of the
// catalogues and Args are its name, value pairs, so that a page shows
// printer.T(e.Code, e.Args...).
type Error struct {
	Code string
	Args []any
}

func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return e.Code
	}
	return fmt.Sprintf("%s %v", e.Code, e.Args)
}

// Plain is the wording of a text that exists in one language only.
func Plain(lang, text string) Wording {
	return Wording{Original: lang, In: map[string]string{lang: text}}
}

// IsZero tells a wording that was never filled in; encoding/json's omitzero
// uses it.
func (w Wording) IsZero() bool { return w.Original == "" && len(w.In) == 0 }

// Best returns the text to show to a reader of lang and the language it is in:
// the reader's own, else the original, else the first by tag. Both are empty
// when there is no text at all.
func (w Wording) Best(lang string) (text, tag string) {
	if t := w.In[lang]; t != "" {
		return t, lang
	}
	if t := w.In[w.Original]; t != "" {
		return t, w.Original
	}
	for _, tag := range w.Tags() {
		if t := w.In[tag]; t != "" {
			return t, tag
		}
	}
	return "", ""
}

// Tags lists the languages of the wording in order.
func (w Wording) Tags() []string { return slices.Sorted(maps.Keys(w.In)) }

// Check refuses a wording that may not stand in the book as a line: a title, a
// name, a unit. A refusal is an *Error and is the same for the same wording on
// every machine and in every year: it uses no language table.
func (w Wording) Check() error { return w.check(WordingRunes, false) }

// CheckLong is Check for a text of up to max runes that may have line breaks.
func (w Wording) CheckLong(max int) error { return w.check(max, true) }

func (w Wording) check(max int, lines bool) error {
	if len(w.In) == 0 {
		return &Error{Code: "wording.none"}
	}
	if len(w.In) > WordingLanguages {
		return &Error{Code: "wording.too-many", Args: []any{"Max", WordingLanguages}}
	}
	for _, tag := range w.Tags() { // in order, so that the first refusal is always the same one
		if !ValidTag(tag) {
			return &Error{Code: "wording.tag", Args: []any{"Lang", shownTag(tag)}}
		}
		if code, args := checkText(w.In[tag], max, lines); code != "" {
			return &Error{Code: code, Args: append([]any{"Lang", tag}, args...)}
		}
	}
	if _, ok := w.In[w.Original]; !ok {
		return &Error{Code: "wording.original", Args: []any{"Lang", shownTag(w.Original)}}
	}
	return nil
}

func checkText(text string, max int, lines bool) (code string, args []any) {
	if !utf8.ValidString(text) {
		return "wording.not-text", nil
	}
	n, seen := 0, false
	for _, r := range text {
		n++
		if r == '\n' && lines {
			continue
		}
		if forbidden(r) {
			return "wording.not-text", nil
		}
		seen = seen || !blank(r)
	}
	if !seen {
		return "wording.empty", nil
	}
	if n > max {
		return "wording.too-long", []any{"Max", max, "Runes", n}
	}
	return "", nil
}

// forbidden tells the characters that would let one text change how its
// neighbours are shown: controls, line and paragraph separators, and the bidi
// embeddings, overrides and isolates. The joiners and the plain direction
// marks stay, since Uyghur and Persian texts need them.
func forbidden(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	case r == 0x2028 || r == 0x2029 || bidiControl(r):
		return true
	}
	return false
}

// bidiControl tells the characters that open or close a stretch of directed
// text.
func bidiControl(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// blank tells the characters that show nothing, so that a title made of them
// alone is empty.
func blank(r rune) bool {
	switch {
	case r >= 0x2000 && r <= 0x200f, r >= 0x2060 && r <= 0x2064:
		return true
	case r == ' ' || r == 0xa0 || r == 0xad || r == 0x61c || r == 0x1680 || r == 0x180e:
		return true
	case r == 0x202f || r == 0x205f || r == 0x2800 || r == 0x3000 || r == 0x3164 || r == 0xfeff:
		return true
	}
	return false
}

// Tidy makes of a text from a form or a foreign file one that Check lets pass
// if it is not too long: one line, inner white space as single blanks,
// forbidden characters left out, bytes that are no UTF-8 as U+FFFD.
func Tidy(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		switch {
		case unicode.IsSpace(r) || r == 0x2028 || r == 0x2029:
			gap = b.Len() > 0
		case forbidden(r) || r == 0xfeff:
		default:
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tagForm is the part of BCP 47 that a wording may use: language, script,
// region, each in its customary case, so that one language has one spelling.
var tagForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)

// ValidTag tells whether a tag has the form of a language: "en", "zh-Hans",
// "pt-BR". It asks no register, so a language that a later register adds or
// drops does not change what an old entry means.
func ValidTag(tag string) bool { return len(tag) <= 12 && tagForm.MatchString(tag) }

// shownTag shortens a refused tag for a message, since it may be anything.
func shownTag(tag string) string {
	if t := Tidy(tag); len(t) <= 12 {
		return t
	}
	return "?"
}
