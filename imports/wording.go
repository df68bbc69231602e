package imports

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kept/iati"
	"kept/locale"
)

// unknown is the tag of a text whose language nobody said.
const unknown = "und"

// source says where in the file something stands, for findings.
type source struct {
	p    *plan
	line int
	id   string
}

func (p *plan) at(a *iati.Activity, line int) source { return source{p, line, a.Identifier} }

func (s source) find(grade iati.Grade, code string, args ...string) {
	s.p.res.find(found(grade, s.line, s.id, code, args...))
}

// words makes a wording of a published text: one line, no characters that change how others are shown, known forms of
// language tags, at most so many characters. It is zero where nothing is left.
func (s source) words(t iati.Text, most int) locale.Wording {
	w := locale.Wording{In: map[string]string{}}
	tags := slices.Sorted(maps.Keys(t.In))
	if _, ok := t.In[t.Lang]; ok { // the original goes before others that would have its tag
		tags = slices.Insert(slices.DeleteFunc(tags, func(tag string) bool { return tag == t.Lang }), 0, t.Lang)
	}
	for _, published := range tags {
		tag, text := published, locale.Tidy(t.In[published])
		if !locale.ValidTag(tag) {
			tag = unknown
		}
		if n := utf8.RuneCountInString(text); n > most {
			s.find(iati.Warning, CodeCut, strconv.Itoa(n), strconv.Itoa(most))
			text = cut(text, most)
		}
		if _, there := w.In[tag]; there || len(w.In) >= locale.WordingLanguages || locale.Plain(tag, text).CheckLong(most) != nil {
			continue
		}
		if w.In[tag] = text; w.Original == "" {
			w.Original = tag
		}
	}
	if len(w.In) == 0 {
		return locale.Wording{}
	}
	return w
}

// name is a wording that may stand in a line, or the code of what it names where it has none.
func (s source) name(t iati.Text, code string) locale.Wording {
	if w := s.words(t, locale.WordingRunes); !w.IsZero() {
		return w
	}
	return locale.Plain(unknown, code)
}

func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:most-1])) + "…"
}
