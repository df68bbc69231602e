package web

import (
	"html/template"
	"slices"
	"strconv"

	"kept/locale"
)

// Field is one field of a form, for the part "field" of the templates. Its methods make it another sort of field:
//
//	{{template "field" (.Field "due" "plan.due").Day}}
type Field struct {
	Form
	Name    string
	Label   string
	Hint    string
	Sort    string // text, select, words, wide-words, day, number, password, file, check
	Max     int
	Rows    int
	Need    bool
	Many    bool   // of files: several can be chosen
	Auto    string // what the browser may fill in
	Choices []Choice
}

// Field is a line to type in, under a label from the catalogue.
func (f Form) Field(name, key string) Field {
	return Field{Form: f, Name: name, Label: f.T(key), Sort: "text", Max: 300}
}

// Named puts a label of its own in place of the one from the catalogue.
func (f Field) Named(label string) Field { f.Label = label; return f }

// Explained adds a hint from the catalogue.
func (f Field) Explained(key string) Field { f.Hint = f.T(key); return f }

// Needed says that the form is not complete without it.
func (f Field) Needed() Field { f.Need = true; return f }

// Day is for a day.
func (f Field) Day() Field { f.Sort = "day"; return f }

// Number is for a number; phones show digits.
func (f Field) Number() Field { f.Sort, f.Max = "number", 40; return f }

// Upto sets how many characters fit.
func (f Field) Upto(most int) Field { f.Max = most; return f }

// Secret is for a password. Auto is what the browser may fill in: current-password or new-password.
func (f Field) Secret(auto string) Field { f.Sort, f.Auto, f.Max = "password", auto, 200; return f }

// Filled says what the browser may fill in.
func (f Field) Filled(auto string) Field { f.Auto = auto; return f }

// From is for one of several choices. Which one is selected is what was typed, or the one marked.
func (f Field) From(choices []Choice) Field {
	f.Sort, f.Choices = "select", slices.Clone(choices)
	if typed, there := f.typed.values[f.Name]; there {
		for i := range f.Choices {
			f.Choices[i].Selected = f.Choices[i].Value == typed[0]
		}
	}
	return f
}

// Words is for a text in the languages of the programme, one of them the original; Long for one of several lines.
func (f Field) Words() Field           { f.Sort, f.Max = "words", locale.WordingRunes; return f }
func (f Field) Long(most int) Field    { f.Sort, f.Max, f.Rows = "words", most, 4; return f }
func (f Field) Check() Field           { f.Sort = "check"; return f }
func (f Field) File(kind string) Field { f.Sort, f.Auto = "file", kind; return f }

// Several lets several files be chosen at once.
func (f Field) Several() Field { f.Many = true; return f }

// Tag is the name of the field of one language.
func (f Field) Of(lang string) Field {
	f.Name += "." + lang
	return f
}

// Language is a language by its own name.
func (f Field) LanguageName(tag string) locale.Language {
	if l, ok := locale.Find(tag); ok {
		return l
	}
	return locale.Language{Tag: tag, Name: tag, Dir: "auto"}
}

// Tongue is one language of a field, for the part "word".
type Tongue struct {
	Field
	Lang locale.Language
}

// Tongue is the field in one language.
func (f Field) Tongue(tag string) Tongue { return Tongue{f, f.LanguageName(tag)} }

// FirstTongues are the languages that are asked for at once: of a line all, of a long text the reader's own. OtherTongues are
// those behind a fold.
func (f Field) FirstTongues() []string {
	if f.Rows == 0 || !slices.Contains(f.Tongues, f.Tag) {
		return f.Tongues
	}
	return []string{f.Tag}
}

// OtherTongues are the languages behind a fold.
func (f Field) OtherTongues() []string {
	first := f.FirstTongues()
	return slices.DeleteFunc(slices.Clone(f.Tongues), func(tag string) bool { return slices.Contains(first, tag) })
}

// OthersTyped says whether something stands in one of them.
func (f Field) OthersTyped() bool {
	return slices.ContainsFunc(f.OtherTongues(), func(tag string) bool { return f.Typed(f.Name+"."+tag) != "" })
}

// Original says whether the language is that in which the text is written first.
func (f Field) Original(lang string) bool {
	if o := f.Typed(f.Name + ".original"); o != "" {
		return o == lang
	}
	if f.Typed(f.Name+"."+f.Tag) == "" && slices.ContainsFunc(f.Tongues, func(l string) bool { return f.Typed(f.Name+"."+l) != "" }) {
		return lang == f.Tongues[slices.IndexFunc(f.Tongues, func(l string) bool { return f.Typed(f.Name+"."+l) != "" })]
	}
	if slices.Contains(f.Tongues, f.Tag) {
		return lang == f.Tag
	}
	return lang == f.Tongues[0]
}

// Ident is an id for the field in the page.
func (f Field) Ident() string { return "f-" + f.Name }

// Attributes are those that every sort of field has.
func (f Field) Attributes() template.HTMLAttr {
	out := ""
	if f.Max > 0 && f.Sort != "select" && f.Sort != "check" && f.Sort != "file" && f.Sort != "day" {
		out += ` maxlength="` + strconv.Itoa(f.Max) + `"`
	}
	if f.Need {
		out += ` required`
	}
	if f.Many {
		out += ` multiple`
	}
	if f.Wrong(f.Name) != "" {
		out += ` aria-invalid="true" aria-describedby="` + template.HTMLEscapeString(f.Ident()) + `-wrong"`
	}
	if f.Auto != "" && f.Sort != "file" {
		out += ` autocomplete="` + f.Auto + `"`
	}
	return template.HTMLAttr(out)
}
