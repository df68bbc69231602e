package review

import (
	"encoding/hex"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
)

// Form is the form of the documents that Draft makes. What a form has in it never changes, so that a review can be checked in
// ten years; a document that has something else in it is of another form. Form 1 had no Grid.Wider and no Measure.Periods.
const Form = 2

// Limits of a review. They are rules of the book: making one smaller would make old entries unreadable.
const (
	MaxPlaces = 100
	MaxAge    = 31 // days that the figures may be old when a review is published
)

// Sections are the parts of a review for which an office may write words, in their order.
var Sections = []string{"opening", "goal", "tasks", "money", "teams", "moved", "matters", "stories", "answers", "next", "closing"}

// Review is the data of a published review.
type Review struct {
	Form     int64    `json:"form"`
	Number   int64    `json:"number"` // one more than that of the review before
	From     string   `json:"from"`
	To       string   `json:"to"`
	Places   []string `json:"places,omitempty"` // codes in order; none: the whole programme
	Size     int64    `json:"size"`             // of the book whose figures these are
	Day      string   `json:"day"`              // the programme's day at that size
	Figures  string   `json:"figures"`          // SHA-256 of the document
	Words    []Hashes `json:"words,omitempty"`  // in the order of Sections
	Replaces int64    `json:"replaces,omitempty"`
}

// Hashes are the office's words on one section, which lie beside the book.
type Hashes struct {
	Section string         `json:"section"`
	Text    *ledger.Hashed `json:"text"`
}

// Field is the name of the texts of a section beside the book, before the language.
func Field(section string) string { return "words-" + section }

func (d *Review) texts() map[string]string {
	out := map[string]string{}
	for _, w := range d.Words {
		for field, sum := range w.Text.Fields(Field(w.Section)) {
			out[field] = sum
		}
	}
	return out
}

// check refuses a review that could not be understood by itself.
func (d *Review) check() error {
	if d.Form < 1 || d.Form > Form {
		return ledger.Refuse("review.form")
	}
	if err := checkSpan(d.From, d.To); err != nil {
		return err
	}
	if err := programme.CheckDay("day", d.Day); err != nil {
		return err
	}
	if !inOrder(d.Places) || len(d.Places) > MaxPlaces {
		return ledger.Refuse("review.places", "most", int64(MaxPlaces))
	}
	if b, err := hex.DecodeString(d.Figures); err != nil || len(b) != 32 || hex.EncodeToString(b) != d.Figures {
		return ledger.Refuse("review.not-a-hash")
	}
	last := -1
	for _, w := range d.Words {
		i := slices.Index(Sections, w.Section)
		if i <= last {
			return ledger.Refuse("review.sections")
		}
		last = i
		if err := checkText(w.Text); err != nil {
			return err
		}
	}
	return nil
}

// checkSpan refuses a period that is none.
func checkSpan(from, to string) error {
	if !schedule.ValidDay(from) || !schedule.ValidDay(to) {
		return ledger.Refuse("day.bad", "field", "period")
	}
	if to < from {
		return ledger.Refuse("period.backwards", "field", "period")
	}
	return nil
}

// inOrder says whether codes stand in order, none twice.
func inOrder(codes []string) bool {
	for i := 1; i < len(codes); i++ {
		if codes[i-1] >= codes[i] {
			return false
		}
	}
	return true
}

// checkText refuses words that are none, or under the name of a language that is none.
func checkText(h *ledger.Hashed) error {
	if h == nil || len(h.In) == 0 {
		return ledger.Refuse("review.sections")
	}
	for lang := range h.In {
		if !locale.ValidTag(lang) {
			return ledger.Refuse("text.language")
		}
	}
	return h.Check()
}
