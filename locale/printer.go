package locale

import (
	"fmt"
	"html/template"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Printer says everything in one language. It never changes and may be used by
// any number of goroutines at once.
type Printer struct {
	Language
	tag      language.Tag
	messages map[string]*message
	fallback *Printer // English; itself for English
	convention
}

func newPrinter(l Language, messages map[string]*message) *Printer {
	return &Printer{Language: l, tag: language.MustParse(l.Tag), messages: messages, convention: conventions[l.Tag]}
}

// For returns the printer of a language that Find or Negotiate gave, and that of
// the default language for any other tag.
func For(tag string) *Printer {
	all := printers()
	if p := all[tag]; p != nil {
		return p
	}
	return all[Languages[0].Tag]
}

// strict says what becomes of a mistake in a call, such as a key that no
// catalogue has: tests panic, so that it is found; a page in use shows what it
// can and the log has a line.
var strict = testing.Testing()

func (p *Printer) mistake(format string, args ...any) {
	text := "locale: " + p.Tag + ": " + fmt.Sprintf(format, args...)
	if strict {
		panic(text)
	}
	slog.Error(text)
}

// T says the message with this key. The args are name, value pairs for its
// placeholders; a value is a string, which is isolated when its direction asks
// for it, or an integer, which is written as Int writes it.
func (p *Printer) T(key string, args ...any) string {
	p, m := p.find(key, false)
	if m == nil {
		return key
	}
	return p.fill(key, m.forms[plural.Other], args, p.text)
}

// N says the message in the plural form that n asks for, with n as {{.N}}.
func (p *Printer) N(key string, n int64, args ...any) string {
	p, m := p.find(key, true)
	if m == nil {
		return key + " " + p.Int(n)
	}
	return p.fill(key, m.forms[p.form(n)], append(args[:len(args):len(args)], "N", n), p.text)
}

// HTML is T for a message whose arguments may be mark-up: a value of the type
// template.HTML goes in as it is; the message itself and every other value are escaped.
func (p *Printer) HTML(key string, args ...any) template.HTML {
	p, m := p.find(key, false)
	if m == nil {
		return template.HTML(template.HTMLEscapeString(key))
	}
	return template.HTML(p.fill(key, m.safe[plural.Other], args, p.markup))
}

// NHTML is N for a message whose arguments may be mark-up. An argument
// N takes the place of the plain number.
func (p *Printer) NHTML(key string, n int64, args ...any) template.HTML {
	p, m := p.find(key, true)
	if m == nil {
		return template.HTML(template.HTMLEscapeString(key + " " + p.Int(n)))
	}
	return template.HTML(p.fill(key, m.safe[p.form(n)], append(args[:len(args):len(args)], "N", n), p.markup))
}

// Has tells whether there is a message with this key.
func (p *Printer) Has(key string) bool { return p.fallback.messages[key] != nil }

// find returns the message and the printer of the language it is in: this one
// or, when the catalogue lacks it, English.
func (p *Printer) find(key string, counted bool) (*Printer, *message) {
	m := p.messages[key]
	if m == nil {
		p.mistake("no message %q", key)
		if p, m = p.fallback, p.fallback.messages[key]; m == nil {
			return p, nil
		}
	}
	// English has plural forms for whatever is counted; other languages may not.
	if english := p.fallback.messages[key]; english != nil && english.plural() != counted {
		p.mistake("message %q: T is for messages without plural forms, N for those with", key)
	}
	return p, m
}

// form returns the plural form of n, or Other if the message to be said
// would have none.
func (p *Printer) form(n int64) plural.Form {
	if n < 0 {
		n = -n // the smallest int64 stays as it is, which only loses its form
	}
	// The rules look at the number itself only when it is small, else at its
	// last digits.
	i := int(n % 1_000_000)
	if n >= 1_000_000 {
		i += 1_000_000
	}
	return plural.Cardinal.MatchPlural(p.tag, max(i, 0), 0, 0, 0, 0)
}

// fill puts the values into a pattern.
func (p *Printer) fill(key string, text pattern, args []any, show func(value any) (string, bool)) string {
	if len(args)%2 != 0 {
		p.mistake("message %q: a name without a value", key)
		args = args[:len(args)-1]
	}
	if len(text) == 0 {
		p.mistake("message %q: a plural form is missing", key)
		return key
	}
	if len(text) == 1 {
		return text[0]
	}
	var b strings.Builder
	for i, part := range text {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		value, ok := "", false
		for j := 0; j < len(args) && !ok; j += 2 {
			if args[j] == part {
				value, ok = show(args[j+1])
			}
		}
		if !ok {
			p.mistake("message %q: no value for {{.%s}}", key, part)
			value = "–"
		}
		b.WriteString(value)
	}
	return b.String()
}

// text writes a value in plain text; not ok means that it is of a type that
// has no business in a sentence.
func (p *Printer) text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return p.isolate(v), true
	case int:
		return p.Int(int64(v)), true
	case int64:
		return p.Int(v), true
	case int32:
		return p.Int(int64(v)), true
	case uint64:
		return p.grouped(strconv.FormatUint(v, 10)), true
	}
	return "", false
}

// markup writes a value in HTML.
func (p *Printer) markup(value any) (string, bool) {
	switch v := value.(type) {
	case template.HTML:
		return string(v), true
	case string:
		safe := template.HTMLEscapeString(v)
		if foreign(v, p.RTL()) {
			return "<bdi>" + safe + "</bdi>", true
		}
		return safe, true
	}
	text, ok := p.text(value)
	return text, ok
}

func (p *Printer) isolate(text string) string {
	if foreign(text, p.RTL()) {
		return Isolate(text)
	}
	return text
}
