package locale

import (
	"embed"
	"fmt"
	"html/template"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/feature/plural"
)

//go:embed catalogue/*.toml
var files embed.FS

// message is a message of a catalogue, taken apart once so that filling it in is a
// concatenation. go-i18n reads the files but would run its language
// matcher and a text/template for every message (BenchmarkLocalizer against
// BenchmarkPage).
type message struct {
	forms [plural.Many + 1]pattern // nil where the message lacks the form
	safe  [plural.Many + 1]pattern // the same with the fixed parts escaped for HTML
}

// plural tells whether the message has forms besides the one that every
// message has.
func (m *message) plural() bool {
	for form, p := range m.forms {
		if plural.Form(form) != plural.Other && p != nil {
			return true
		}
	}
	return false
}

// pattern is a text in which every second part is the name of a placeholder,
// beginning with the second one. A pattern of one part has none.
type pattern []string

// placeholder is all of the template language that messages may use.
var placeholder = regexp.MustCompile(`\{\{ *\.([A-Z][A-Za-z]*) *\}\}`)

func parsePattern(text string) (pattern, error) {
	var p pattern
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		p = append(p, text[at:m[0]], text[m[2]:m[3]])
		at = m[1]
	}
	p = append(p, text[at:])
	for i := 0; i < len(p); i += 2 {
		if strings.Contains(p[i], "{{") || strings.Contains(p[i], "}}") {
			return nil, fmt.Errorf("%q has a placeholder that is not of the form {{.Name}}", text)
		}
	}
	return p, nil
}

// escaped returns the pattern for use in HTML.
func (p pattern) escaped() pattern {
	safe := slices.Clone(p)
	for i := 0; i < len(safe); i += 2 {
		safe[i] = template.HTMLEscapeString(safe[i])
	}
	return safe
}

// names lists the placeholders.
func (p pattern) names() []string {
	var names []string
	for i := 1; i < len(p); i += 2 {
		names = append(names, p[i])
	}
	return names
}

// parseCatalogue reads the messages of one file. Keys that collide, forms that
// do not exist and anything but plain placeholders are errors.
func parseCatalogue(data []byte, name string) (map[string]*message, error) {
	parsed, err := i18n.ParseMessageFileBytes(data, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", name, err)
	}
	messages := make(map[string]*message, len(parsed.Messages))
	for _, m := range parsed.Messages {
		if m.Description != "" || m.Hash != "" || m.LeftDelim != "" || m.RightDelim != "" {
			return nil, fmt.Errorf("catalogue %s: %s has more than texts", name, m.ID)
		}
		if messages[m.ID] != nil {
			return nil, fmt.Errorf("catalogue %s: %s stands twice", name, m.ID)
		}
		var compiled message
		for form, text := range map[plural.Form]string{
			plural.Zero: m.Zero, plural.One: m.One, plural.Two: m.Two,
			plural.Few: m.Few, plural.Many: m.Many, plural.Other: m.Other,
		} {
			if text == "" {
				continue
			}
			if compiled.forms[form], err = parsePattern(text); err != nil {
				return nil, fmt.Errorf("catalogue %s: %s: %w", name, m.ID, err)
			}
			compiled.safe[form] = compiled.forms[form].escaped()
		}
		if compiled.forms[plural.Other] == nil {
			return nil, fmt.Errorf("catalogue %s: %s has no text, or no form \"other\"", name, m.ID)
		}
		messages[m.ID] = &compiled
	}
	return messages, nil
}

// readCatalogue reads the embedded file of a language.
func readCatalogue(tag string) (map[string]*message, error) {
	name := tag + ".toml"
	data, err := files.ReadFile(path.Join("catalogue", name))
	if err != nil {
		return nil, err
	}
	return parseCatalogue(data, name)
}

// printers holds the Printer of each language. They are made when the first is
// asked for, so that a command that prints nothing does not pay for them. The
// files are part of the program: one that cannot be read is a build that
// should never have passed its tests.
var printers = sync.OnceValue(func() map[string]*Printer {
	all := make(map[string]*Printer, len(Languages))
	for _, l := range Languages {
		messages, err := readCatalogue(l.Tag)
		if err != nil {
			panic(err)
		}
		all[l.Tag] = newPrinter(l, messages)
	}
	for _, p := range all {
		p.fallback = all[Languages[0].Tag]
	}
	return all
})
