package locale

import (
	"strconv"
	"strings"
	"time"
)

// Day writes a day such as "2026-02-04" at length: 4 February 2026.
func (p *Printer) Day(day string) string {
	t, ok := parseDay(day)
	if !ok {
		return day
	}
	return p.cldr.FmtDateLong(t)
}

// ShortDay writes a day for tables: 4 Feb 2026.
func (p *Printer) ShortDay(day string) string {
	t, ok := parseDay(day)
	if !ok {
		return day
	}
	return p.cldr.FmtDateMedium(t)
}

// Weekday names the day of the week of a day: Wednesday.
func (p *Printer) Weekday(day string) string {
	t, ok := parseDay(day)
	if !ok {
		return day
	}
	return p.cldr.WeekdayWide(t.Weekday())
}

// Month writes a month such as "2026-02" with its year: February 2026.
func (p *Printer) Month(month string) string {
	t, ok := parseDay(month + "-01")
	if !ok {
		return month
	}
	return strings.NewReplacer(
		"{year}", strconv.Itoa(t.Year()),
		"{month}", p.cldr.MonthWide(t.Month()),
	).Replace(p.convention.month)
}

// Comma stands between the members of a list.
func (p *Printer) Comma() string { return p.separator }

// List joins the members of a list, each isolated when its direction asks for
// it: wells, road, class.
func (p *Printer) List(members []string) string {
	shown := make([]string, len(members))
	for i, m := range members {
		shown[i] = p.isolate(m)
	}
	return strings.Join(shown, p.separator)
}

// parseDay reads a day as the book writes it. Years before 1000 have no place
// in it and would be written with fewer digits.
func parseDay(day string) (time.Time, bool) {
	if len(day) != len(time.DateOnly) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, day)
	return t, err == nil && t.Year() >= 1000
}
