package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// Translate is the page on which the words of a promise are translated later.
type Translate struct {
	Form
	Amends *figures.Promise
	Lines  []TranslateLine
	Stale  bool // the words changed while they were being translated
}

// TranslateLine is a text with its languages.
type TranslateLine struct {
	Path     string
	Original Said
	Into     []string // languages other than the original
}

// Name is the name of the field of a translation.
func (l TranslateLine) Name(lang string) string { return translated(l.Path, lang) }

func translated(path, lang string) string { return "into." + path + "." + lang }

// What says what the text is.
func (l TranslateLine) What() string {
	_, last, _ := cutLast(l.Path, ".")
	switch {
	case l.Path == "title":
		return "title"
	case strings.HasPrefix(l.Path, "milestone."):
		return "milestone"
	}
	return last
}

func planTranslate(v *visit) (*result, error) {
	one, err := v.mine()
	if err != nil {
		return nil, err
	}
	asked := v.form == nil
	t := v.terms(&one.Terms)
	p := Translate{Amends: one}
	if !asked {
		version, ok := parseNumber(t.form.get("version"))
		if !ok {
			return nil, unclear
		}
		p.Stale = version != one.Version
	}
	if verb, _ := t.form.do(); verb == "translate" && !p.Stale {
		drafts := t.translations(one)
		if t.form.right() && v.failed == nil && len(drafts) == 0 {
			t.form.say("", v.p.T("plan.translated-nothing"))
		}
		if t.form.right() && v.failed == nil {
			return &result{drafts: drafts, to: v.links().PromiseLink(one.Number)}, nil
		}
	}
	p.Form = v.formPage("promises", v.p.T("plan.translate", "Number", itoa(one.Number)))
	p.Tongues = t.languages
	for _, w := range one.Terms.Wordings() {
		line := TranslateLine{Path: w.Path, Original: p.InAll(*w.Wording)[0]}
		for _, lang := range t.languages {
			if lang == w.Original {
				continue
			}
			line.Into = append(line.Into, lang)
			if name := translated(w.Path, lang); asked {
				t.form.set(name, w.In[lang])
			}
		}
		p.Lines = append(p.Lines, line)
	}
	t.form.set("version", itoa(one.Version))
	return &result{page: p, name: "plan-translate"}, nil
}

// translations drafts an entry for every text that is not there yet, or is there with other words.
func (t *terms) translations(one *figures.Promise) []ledger.Draft {
	var out []ledger.Draft
	f := t.form
	for _, w := range one.Terms.Wordings() {
		for _, lang := range t.languages {
			name := translated(w.Path, lang)
			text := f.get(name)
			if lang == w.Original || text == "" || text == w.In[lang] {
				continue
			}
			t.check(name, locale.Plain(lang, text), locale.WordingRunes)
			d := promise.Translate(t.visit.me.Grant.Who, one.ID, promise.Translation{Version: one.Version, Path: w.Path, Lang: lang, Text: text})
			d.ID = f.entryID(w.Path + " " + lang)
			out = append(out, d)
		}
	}
	return out
}

// Missing says whether a text has no translation into some language.
func (p Translate) Missing() bool {
	return slices.ContainsFunc(p.Amends.Terms.Wordings(), func(w promise.Wording) bool {
		return slices.ContainsFunc(p.Tongues, func(l string) bool { return w.In[l] == "" })
	})
}
