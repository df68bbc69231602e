package schedule

import (
	"fmt"
	"strconv"
)

// FirstYear and LastYear bound every day that Kept accepts. A day outside is
// nearly always a slip of the keyboard (0216, 20260), and a bound keeps a
// recurrence finite.
const (
	FirstYear = 1900
	LastYear  = 2200
)

// ParseDay reads a day written as YYYY-MM-DD and returns its number: days since
// 1970-01-01, negative before it. Anything else is refused with an *Error:
// another form, blanks, digits of another script, a day that no calendar has
// (2026-02-29), a year outside FirstYear to LastYear.
func ParseDay(s string) (int, error) {
	year, month, day, ok := split(s)
	if !ok || year < FirstYear || year > LastYear || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, &Error{Code: CodeDay, Args: []string{short(s)}}
	}
	return number(year, month, day), nil
}

// ValidDay says whether ParseDay accepts s.
func ValidDay(s string) bool {
	_, err := ParseDay(s)
	return err == nil
}

// FormatDay writes the day with that number, the reverse of ParseDay. A number
// outside the accepted years gives the nearest accepted day.
func FormatDay(n int) string {
	year, month, day := civil(min(max(n, firstDay), lastDay))
	return format(year, month, day)
}

// AddDays returns the day n days after day, or before it when n is negative. A
// result outside the accepted years is the nearest accepted day, so that a
// deadline can always be computed. The day must be valid: every day was checked
// on its way into the book, and AddDays panics on one that was not.
func AddDays(day string, n int) string {
	span := lastDay - firstDay
	return FormatDay(mustParse(day) + min(max(n, -span), span))
}

// DaysBetween returns how many days b lies after a: negative when b is earlier,
// 0 for the same day. Both must be valid, or it panics, as AddDays does.
func DaysBetween(a, b string) int { return mustParse(b) - mustParse(a) }

func mustParse(day string) int {
	n, err := ParseDay(day)
	if err != nil {
		panic(fmt.Sprintf("schedule: %q is not a checked day", short(day)))
	}
	return n
}

// split takes the three numbers out of YYYY-MM-DD without judging them.
func split(s string) (year, month, day int, ok bool) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return 0, 0, 0, false
		}
	}
	digits := func(part string) int {
		n, _ := strconv.Atoi(part) // at most four digits, seen above
		return n
	}
	return digits(s[:4]), digits(s[5:7]), digits(s[8:]), true
}

func format(year, month, day int) string { return fmt.Sprintf("%04d-%02d-%02d", year, month, day) }

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// before[m] is how many days of an ordinary year lie before month m.
var before = [13]int{1: 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}

// daysBefore counts the days from the first of January of the year 1 to the
// first of January of year.
func daysBefore(year int) int {
	y := year - 1
	return y*365 + y/4 - y/100 + y/400
}

var (
	epoch    = daysBefore(1970)
	firstDay = number(FirstYear, 1, 1)
	lastDay  = number(LastYear, 12, 31)
)

func number(year, month, day int) int {
	n := daysBefore(year) + before[month] + day - 1
	if month > 2 && leap(year) {
		n++
	}
	return n - daysBefore(1970)
}

// civil is the reverse of number, for numbers within the accepted years.
func civil(n int) (year, month, day int) {
	n += epoch
	year = n/366 + 1 // never too late; a few steps too early at most
	for daysBefore(year+1) <= n {
		year++
	}
	n -= daysBefore(year)
	month = 1
	for n >= daysIn(year, month) {
		n -= daysIn(year, month)
		month++
	}
	return year, month, n + 1
}
