// Package schedule says on which days a promise that comes due again and again
// comes due, and does the little arithmetic on days that the rest of Kept needs.
// It is pure: no clock, no time zone, no state.
//
// # Days
//
// A day is a string YYYY-MM-DD of the programme's own calendar, between
// FirstYear and LastYear. Days compare as text. ParseDay and ValidDay are the
// only doors by which a day comes in (FuzzValidDay).
//
// # Recurrence
//
// A Rule says "every Interval days, weeks, months, quarters or years, the first
// time on From". The last day it can fall on is Until or, when that is empty, the
// end of the programme. Both ends count.
//
// Months, quarters and years are always counted from From, never from the
// occurrence before, and a day that a month lacks becomes the last day of that
// month. So a monthly rule from 31 January gives 28 February and then 31 March: it
// does not slide down to the 28th for good. A yearly rule from 29 February
// returns to the 29th in every leap year (TestDays).
//
// A rule has at least one and at most MaxDays occurrences; one that would have
// more is refused rather than cut, since a cut rule would be a promise that
// nobody made.
package schedule

import (
	"strconv"
	"strings"
)

// MaxDays is the largest number of occurrences a rule may have: a weekly class
// over nine years, a daily duty over sixteen months.
const MaxDays = 500

// MaxInterval is the largest interval. It is far above any use and keeps the
// arithmetic small.
const MaxInterval = 1000

// The steps of a rule, as they stand in Rule.Every.
const (
	Day     = "day"
	Week    = "week"
	Month   = "month"
	Quarter = "quarter"
	Year    = "year"
)

// Steps lists what Rule.Every may hold, shortest first, in the order in which a
// form offers them.
func Steps() []string { return []string{Day, Week, Month, Quarter, Year} }

// Rule is a recurrence as it stands in an entry of the book.
type Rule struct {
	Every    string `json:"every"`    // one of Steps
	Interval int    `json:"interval"` // every how many of them, from 1
	From     string `json:"from"`     // the first day it is due
	Until    string `json:"until"`    // the last day it can be due; "" ends with the programme
}

// The codes of an Error; a catalogue has a sentence for each.
const (
	CodeDay      = "schedule.day"      // args: what was written
	CodeEvery    = "schedule.every"    // args: what was written
	CodeInterval = "schedule.interval" // args: what was written, the largest allowed
	CodeOrder    = "schedule.order"    // args: the first day, the last day
	CodeEndless  = "schedule.endless"  // no Until, and the programme has no end
	CodeTooMany  = "schedule.too-many" // args: MaxDays
)

// Codes lists every code that an Error of this package can have.
func Codes() []string {
	return []string{CodeDay, CodeEvery, CodeInterval, CodeOrder, CodeEndless, CodeTooMany}
}

// Error is the one error of this package: a code for the program, which is also
// the key of its translation, the arguments of that sentence, and the field of
// the rule it belongs beside ("" when it is about no single field).
type Error struct {
	Code  string
	Field string // the JSON name of the field
	Args  []string
}

func (e *Error) Error() string {
	text := e.Code
	if e.Field != "" {
		text += " (" + e.Field + ")"
	}
	if len(e.Args) > 0 {
		text += ": " + strings.Join(e.Args, ", ")
	}
	return text
}

// Check says what is wrong with the rule by itself, as an *Error. A rule it
// passes can still be refused by Days, for the programme's end or for MaxDays.
func (r Rule) Check() error {
	if r.step() == 0 {
		return &Error{Code: CodeEvery, Field: "every", Args: []string{short(r.Every)}}
	}
	if r.Interval < 1 || r.Interval > MaxInterval {
		return &Error{Code: CodeInterval, Field: "interval", Args: []string{strconv.Itoa(r.Interval), strconv.Itoa(MaxInterval)}}
	}
	if !ValidDay(r.From) {
		return &Error{Code: CodeDay, Field: "from", Args: []string{short(r.From)}}
	}
	if r.Until == "" {
		return nil
	}
	if !ValidDay(r.Until) {
		return &Error{Code: CodeDay, Field: "until", Args: []string{short(r.Until)}}
	}
	if r.Until < r.From {
		return &Error{Code: CodeOrder, Field: "until", Args: []string{r.From, r.Until}}
	}
	return nil
}

// Days lists every day on which the rule is due, in order, the first one being
// From. Where the rule names no end, programmeEnd is it; where it names one,
// programmeEnd is not looked at. The error is an *Error.
func (r Rule) Days(programmeEnd string) ([]string, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	until := r.Until
	if until == "" {
		if programmeEnd == "" {
			return nil, &Error{Code: CodeEndless, Field: "until"}
		}
		if !ValidDay(programmeEnd) {
			return nil, &Error{Code: CodeDay, Args: []string{short(programmeEnd)}}
		}
		if until = programmeEnd; until < r.From {
			return nil, &Error{Code: CodeOrder, Field: "from", Args: []string{r.From, until}}
		}
	}
	var days []string
	for i := 0; ; i++ {
		day, ok := r.occurrence(i)
		if !ok || day > until {
			return days, nil
		}
		if len(days) == MaxDays {
			return nil, &Error{Code: CodeTooMany, Args: []string{strconv.Itoa(MaxDays)}}
		}
		days = append(days, day)
	}
}

// step is how far one step of the rule goes: in days when positive, in months
// when negative, 0 for a word that is none.
func (r Rule) step() int {
	switch r.Every {
	case Day:
		return 1
	case Week:
		return 7
	case Month:
		return -1
	case Quarter:
		return -3
	case Year:
		return -12
	}
	return 0
}

// occurrence is the i-th day of a checked rule, counted from 0; false when it
// lies beyond LastYear.
func (r Rule) occurrence(i int) (string, bool) {
	step := r.step() * r.Interval
	if step > 0 {
		n := mustParse(r.From) + i*step
		return FormatDay(n), n <= lastDay
	}
	year, month, day, _ := split(r.From)
	months := month - 1 - i*step
	year, month = year+months/12, months%12+1
	return format(year, month, min(day, daysIn(year, month))), year <= LastYear
}

// short keeps what someone typed from making an error endless.
func short(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}
