package review

import (
	"fmt"
	"strings"
	"unicode"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// MostWords is the longest text of a section in one language, in characters. No rule of the book reads a text, so it may change.
const MostWords = 4000

// Words are what an office writes, a text for each section that it has something to say on. In them a figure is a reference:
// its name in braces, such as {promises?task=water}; it must be a figure of the document. A day or a month in braces, {2026-09-30}
// or {2026-09}, is shown in the reader's language. Any other number is refused; see Check.
type Words []Passage

// Passage is the text of one section.
type Passage struct {
	Section string         `json:"section"`
	Text    locale.Wording `json:"text"`
}

// Of is the text of a section, or no text.
func (w Words) Of(section string) locale.Wording {
	for _, p := range w {
		if p.Section == section {
			return p.Text
		}
	}
	return locale.Wording{}
}

// The codes of mistakes.
const (
	MistakeDigit   = "digit"   // a digit, or another sign that is a number
	MistakeNumeral = "numeral" // a Chinese number
	MistakeFigure  = "figure"  // a reference to what is no figure of the document
	MistakeBrace   = "brace"   // a brace that is not closed, or not opened
)

// Mistake is a place in the words where a number stands that does not come from the book.
type Mistake struct {
	Section, Lang string
	At, Length    int    // in characters, from the first one of the text
	Word          string // what stands there, with a little before and behind it
	Code          string
}

// Mistakes are all of them, in order.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	if len(m) == 0 {
		return "no mistakes"
	}
	return fmt.Sprintf("%s in %s at character %d: %q (%d in all)", m[0].Code, m[0].Section, m[0].At, m[0].Word, len(m))
}

// Check lists what in the words does not come from the book: digits of any script, signs that are numbers, such as ½ or Ⅷ,
// Chinese numbers (see numerals), references to figures that the document does not have. Days are no figures: 2026-09-30 may be written,
// and so may days and months in the customary forms of English, Chinese and Uyghur. What is spelled out in letters, such as
// "seven" in English, is not found.
func (w Words) Check(d *Document) (out Mistakes) {
	known := d.known()
	for _, p := range w {
		for _, lang := range p.Text.Tags() {
			_, mistakes := parse(p.Text.In[lang], lang, known)
			for _, m := range mistakes {
				m.Section, m.Lang = p.Section, lang
				out = append(out, m)
			}
		}
	}
	return out
}

// known are the figures of the document by name.
func (d *Document) known() map[figures.Name]*Figure {
	out := map[figures.Name]*Figure{}
	d.Each(func(_ string, f Figure) {
		if f.Name != "" && out[f.Name] == nil {
			out[f.Name] = &f
		}
	})
	return out
}

// Part is a piece of a text: words, a figure, or a day or month.
type Part struct {
	Text   string  // as it is shown
	Figure *Figure // nil if it is none
	Day    string  // YYYY-MM-DD or YYYY-MM of a reference to one
}

// Formatter writes what references stand for in the reader's language.
type Formatter interface {
	Figure(Figure) string
	Day(day string) string     // YYYY-MM-DD
	Month(month string) string // YYYY-MM
}

// Render takes a text apart. What is not a good reference is shown as it was typed, so a draft with mistakes can be looked at.
func Render(text string, d *Document, format Formatter) []Part {
	parts, _ := parse(text, "", d.known())
	for i := range parts {
		p := &parts[i]
		switch {
		case p.Figure != nil:
			p.Text = format.Figure(*p.Figure)
		case len(p.Day) == len("2026-09"):
			p.Text = format.Month(p.Day)
		case p.Day != "":
			p.Text = format.Day(p.Day)
		}
	}
	return parts
}

// parse takes a text apart and lists its mistakes.
func parse(text, lang string, known map[figures.Name]*Figure) (parts []Part, mistakes []Mistake) {
	runes := []rune(text)
	words := make([]rune, 0, len(runes)) // the text, with references as blanks: what is looked through for numbers
	add := func(part Part) {
		if n := len(parts); n > 0 && part.Figure == nil && part.Day == "" && parts[n-1].Figure == nil && parts[n-1].Day == "" {
			parts[n-1].Text += part.Text
			return
		}
		parts = append(parts, part)
	}
	fault := func(at, length int, code string) {
		mistakes = append(mistakes, Mistake{At: at, Length: length, Word: around(runes, at, length), Code: code})
	}
	for i := 0; i < len(runes); {
		if runes[i] != '{' && runes[i] != '}' {
			j := i
			for j < len(runes) && runes[j] != '{' && runes[j] != '}' {
				j++
			}
			add(Part{Text: string(runes[i:j])})
			words = append(words, runes[i:j]...)
			i = j
			continue
		}
		end := i + 1
		for end < len(runes) && runes[end] != '}' && runes[end] != '{' {
			end++
		}
		if runes[i] == '}' || end == len(runes) || runes[end] == '{' {
			fault(i, 1, MistakeBrace)
			add(Part{Text: string(runes[i])})
			words = append(words, ' ')
			i++
			continue
		}
		part := reference(string(runes[i+1:end]), known)
		if part.Figure == nil && part.Day == "" {
			fault(i, end+1-i, MistakeFigure)
			part.Text = string(runes[i : end+1])
		}
		add(part)
		for range runes[i : end+1] {
			words = append(words, blank)
		}
		i = end + 1
	}
	for _, n := range numbers(words, lang) {
		fault(n.at, n.length, n.code)
	}
	sortMistakes(mistakes)
	return parts, mistakes
}

// blank stands where a reference stood. It is no digit and belongs to no word.
const blank = '\uFFFC'

// reference is what stands between two braces.
func reference(text string, known map[figures.Name]*Figure) Part {
	text = strings.TrimSpace(text)
	switch {
	case schedule.ValidDay(text), len(text) == len("2026-09") && schedule.ValidDay(text+"-01"):
		return Part{Day: text}
	case known[figures.Name(text)] != nil:
		return Part{Figure: known[figures.Name(text)]}
	}
	return Part{}
}

// around is what stands at a place, with a little before and behind it: whole words where blanks divide them.
func around(runes []rune, at, length int) string {
	from, to := at, at+length
	for n := 0; from > 0 && n < reachOf(runes[from-1]) && !unicode.IsSpace(runes[from-1]); n++ {
		from--
	}
	for n := 0; to < len(runes) && n < reachOf(runes[to]) && !unicode.IsSpace(runes[to]); n++ {
		to++
	}
	return string(runes[from:to])
}

// reachOf is how far a word is followed: Chinese has no blanks.
func reachOf(r rune) int {
	if unicode.Is(unicode.Han, r) {
		return 4
	}
	return 16
}

func sortMistakes(m []Mistake) {
	for i := 1; i < len(m); i++ {
		for j := i; j > 0 && m[j-1].At > m[j].At; j-- {
			m[j-1], m[j] = m[j], m[j-1]
		}
	}
}

// hashed puts the words beside the book: what stands in the entry, and the texts.
func (w Words) hashed(salt promise.Salt) (out []Hashes, texts []ledger.Text, err error) {
	last := -1
	for _, p := range w {
		i := sectionOf(p.Section)
		if i <= last {
			return nil, nil, ledger.Refuse("review.sections")
		}
		last = i
		if err := p.Text.CheckLong(MostWords); err != nil {
			return nil, nil, &ledger.Refusal{Code: "wording.bad", Args: []any{"field", p.Section}, Cause: err}
		}
		h, beside := ledger.Hash(Field(p.Section), p.Text.Original, p.Text.In, salt)
		out, texts = append(out, Hashes{p.Section, h}), append(texts, beside...)
	}
	return out, texts, nil
}

func sectionOf(section string) int {
	for i, s := range Sections {
		if s == section {
			return i
		}
	}
	return -1
}

// Publication is a review that is about to be published.
type Publication struct {
	Number   int64 // one more than that of the review before
	Document *Document
	Words    Words
	Replaces int64 // number of the review that it takes the place of, 0 if none
}

// Publish drafts the entry of a review. Words with mistakes are refused with "review.words", whose cause are the Mistakes: no rule of
// the book reads a text, so this is where the digit rule is kept.
func Publish(who string, p Publication, salt promise.Salt) (ledger.Draft, error) {
	if m := p.Words.Check(p.Document); len(m) > 0 {
		return ledger.Draft{}, &ledger.Refusal{Code: "review.words", Args: []any{"mistakes", int64(len(m)), "word", m[0].Word}, Cause: m}
	}
	hashes, texts, err := p.Words.hashed(salt)
	if err != nil {
		return ledger.Draft{}, err
	}
	body, err := p.Document.Bytes()
	if err != nil {
		return ledger.Draft{}, err
	}
	d := p.Document
	picture := ledger.Picture{SHA256: ledger.HashBytes(body), Media: ledger.MediaDocument, Body: body}
	var places []string
	if len(d.Places) > 0 {
		places = d.Places
	}
	return ledger.Draft{Kind: KindReview, Who: who, Texts: texts, Pictures: []ledger.Picture{picture}, Data: Review{Form: d.Form, Number: p.Number, From: d.From, To: d.To,
		Places: places, Size: d.Size, Day: d.Day, Figures: picture.SHA256, Words: hashes, Replaces: p.Replaces}}, nil
}
