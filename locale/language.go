package locale

import (
	"strings"

	"golang.org/x/text/language"
)

// Language is one that Kept speaks.
type Language struct {
	Tag      string // BCP 47, also the value of lang in addresses
	Name     string // what its speakers call it
	Dir      string // ltr or rtl, for the dir attribute
	Reviewed bool   // whether a native speaker has checked the catalogue
}

// RTL tells whether the language is written from right to left.
func (l Language) RTL() bool { return l.Dir == "rtl" }

// Languages lists what Kept speaks, in the order of the language menu; the
// first is the default. The direction stands here because the tables of
// x/text know the script of Uyghur only by guess.
var Languages = []Language{
	{Tag: "en", Name: "English", Dir: "ltr", Reviewed: true},
	{Tag: "zh-Hans", Name: "简体中文", Dir: "ltr"},
	{Tag: "ug", Name: "ئۇيغۇرچە", Dir: "rtl"},
}

// Find returns the language with exactly this tag.
func Find(tag string) (Language, bool) {
	for _, l := range Languages {
		if l.Tag == tag {
			return l, true
		}
	}
	return Language{}, false
}

// headerLimit is the longest Accept-Language that is looked at; the rest of a
// longer one is dropped. Browsers send some tens of bytes.
const headerLimit = 400

// Negotiate chooses the language of a page from the lang parameter of its
// address and the Accept-Language header, either of which may be empty,
// malformed or hostile.
func Negotiate(query, acceptLanguage string) Language {
	if l, ok := Find(query); ok {
		return l
	}
	if len(query) <= 35 && query != "" { // no tag in use is longer
		if tag, err := language.Parse(query); err == nil {
			if l, ok := match(tag); ok {
				return l
			}
		}
	}
	if len(acceptLanguage) > headerLimit {
		cut := strings.LastIndexByte(acceptLanguage[:headerLimit], ',')
		acceptLanguage = acceptLanguage[:max(cut, 0)]
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Languages[0]
	}
	// One at a time, since a matcher that is shown the whole list
	// would rather take a language that the reader does not read.
	for _, tag := range tags {
		if l, ok := match(tag); ok {
			return l
		}
	}
	return Languages[0]
}

var matcher = func() language.Matcher {
	tags := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		tags[i] = language.MustParse(l.Tag)
	}
	return language.NewMatcher(tags)
}()

// match finds the language nearest to a tag. Confidence "No" still comes with
// an answer (Uyghur for Kazakh of China, or for Arabic), which must not be
// used. "Low" is used: a reader of traditional Chinese reads simplified Chinese
// more easily than English.
func match(tag language.Tag) (Language, bool) {
	_, i, confidence := matcher.Match(tag)
	return Languages[i], confidence != language.No
}
