package programme

import (
	"encoding/json"
	"regexp"

	"kept/ledger"
	"kept/locale"
	"kept/schedule"
)

// Programme is the data of the entry that opens a programme.
type Programme struct {
	Name      string         `json:"name"`
	Title     locale.Wording `json:"title"`
	Goal      locale.Wording `json:"goal"`
	From      string         `json:"from"`
	Until     string         `json:"until"`
	Zone      string         `json:"zone"`
	Languages []string       `json:"languages"`
}

// Task is an area of work.
type Task struct {
	Code string         `json:"code"`
	Name locale.Wording `json:"name"`
}

// Place is a node of the tree of places. Position is "latitude longitude" as published, if it was.
type Place struct {
	Code     string         `json:"code"`
	Parent   string         `json:"parent,omitempty"`
	Level    string         `json:"level"`
	Name     locale.Wording `json:"name"`
	Position string         `json:"position,omitempty"`
}

// MaxPosition is the longest position, in bytes.
const MaxPosition = 60

// Levels are the levels of places, from the largest.
var Levels = []string{"country", "region", "district", "township", "village", "site"}

// Organisation is who sends teams, pays or must answer.
type Organisation struct {
	Code    string         `json:"code"`
	Name    locale.Wording `json:"name"`
	Country string         `json:"country,omitempty"`
}

// Alias is a second name under which an organisation was published.
type Alias struct {
	Organisation string `json:"organisation"`
	Name         string `json:"name"`
}

// Team is who works.
type Team struct {
	Code         string         `json:"code"`
	Organisation string         `json:"organisation"`
	Name         locale.Wording `json:"name"`
}

// Posting is a team's service of a place. Until is empty while no end is known.
type Posting struct {
	Team  string `json:"team"`
	Place string `json:"place"`
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

// PostingEnd says the last day of a posting, which is named by team, place and first day: one that was open, or one whose end
// becomes another. To is the team to which the place is handed over, empty if to none.
type PostingEnd struct {
	Team  string `json:"team"`
	Place string `json:"place"`
	From  string `json:"from"`
	Until string `json:"until"`
	To    string `json:"to,omitempty"`
}

// Naming puts words right that stand for all to see, or adds a translation. Of is one of Named; Name is all that is shown
// from now on, in every language.
type Naming struct {
	Of   string         `json:"of"`
	Code string         `json:"code,omitempty"`
	Name locale.Wording `json:"name"`
}

// Import opens the entries that were read from one published file.
type Import struct {
	Format  string `json:"format"`
	SHA256  string `json:"sha256"`
	Updated string `json:"updated,omitempty"`
}

// ImportWithdrawal is the data of an import's being taken back: nothing but which entry it is about. What the import
// brought is taken back by entries of its own.
type ImportWithdrawal struct{}

// validCode is what a code may look like: letters and digits of any script, with dots, dashes and the like inside, so that
// it can stand in an address.
var validCode = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:-]{0,79}$`)

// CheckCode refuses a text that cannot be a code.
func CheckCode(field, code string) error {
	if !validCode.MatchString(code) {
		return ledger.Refuse("code.bad", "field", field)
	}
	return nil
}

// CheckWords refuses a wording that may not stand in the book.
func CheckWords(field string, w locale.Wording) error {
	if err := w.Check(); err != nil {
		return &ledger.Refusal{Code: "wording.bad", Args: []any{"field", field}, Cause: err}
	}
	return nil
}

// CheckDay refuses a text that is no day.
func CheckDay(field, day string) error {
	if !schedule.ValidDay(day) {
		return ledger.Refuse("day.bad", "field", field)
	}
	return nil
}

// First returns the first error.
func First(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Words writes a wording into a column of a view, ParseWords reads it again.
func Words(w locale.Wording) string {
	b, err := json.Marshal(w)
	if err != nil {
		panic(err) // texts can always be written
	}
	return string(b)
}

// ParseWords reads what Words wrote.
func ParseWords(s string) (w locale.Wording) {
	json.Unmarshal([]byte(s), &w) // nothing but Words fills these columns, and verify compares them
	return w
}
