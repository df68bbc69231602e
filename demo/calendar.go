package demo

import (
	"fmt"

	"kept/schedule"
)

// calendar counts days and months from today. What lies some months back is told by month, so that quarters begin on
// the first of a month whatever today is; what must be some number of days ago is told by days.
type calendar struct{ today string }

// ago is the day so many days before today, in the day so many after it.
func (c calendar) ago(days int) string { return schedule.AddDays(c.today, -days) }
func (c calendar) in(days int) string  { return schedule.AddDays(c.today, days) }

// on is a day, from 1 to 28, of the month so many months after today's, or before it.
func (c calendar) on(months, day int) string {
	n := c.month() + months
	return fmt.Sprintf("%04d-%02d-%02d", n/12, n%12+1, day)
}

// end is the last day of a month counted from today's.
func (c calendar) end(months int) string { return schedule.AddDays(c.on(months+1, 1), -1) }

// month numbers the month of today.
func (c calendar) month() int {
	var year, month, day int
	fmt.Sscanf(c.today, "%d-%d-%d", &year, &month, &day) // a valid day
	return year*12 + month - 1
}

// monthly is a day of every month, from a month on, as far as it has come.
func (c calendar) monthly(from, day int) (days []string) {
	for month := from; c.on(month, day) <= c.today; month++ {
		days = append(days, c.on(month, day))
	}
	return days
}

// baseYear is the year before the first promises: that of the baselines.
func (c calendar) baseYear() int { return (c.month()+firstPromises)/12 - 1 }

// firstPromises is the month of the first promises, counted from today's.
const firstPromises = -9

// quarters are so many times three months, the first from the given month on.
func (c calendar) quarters(month, n int) (periods [][2]string) {
	for i := range n {
		periods = append(periods, [2]string{c.on(month+3*i, 1), c.end(month + 3*i + 2)})
	}
	return periods
}

// The days of the week, as weekday counts them.
const (
	tuesday  = 2
	thursday = 4
	saturday = 6
)

// lastBefore is the last such day of the week before a day.
func lastBefore(day string, weekday int) string {
	const epochsWeekday = 4 // 1970-01-01 was a Thursday
	n, err := schedule.ParseDay(day)
	if err != nil {
		panic(err) // computed from a checked day
	}
	for n--; ((n+epochsWeekday)%7+7)%7 != weekday; n-- {
	}
	return schedule.FormatDay(n)
}
