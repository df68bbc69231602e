// Package figures holds every public number of a programme. A figure has a name, such as
// "promises?standing=overdue&task=water", and is a function of the book's size and the programme's day: whoever has the
// entries can compute it again. Pages show numbers only by their names, in data-figure attributes, and `kept verify` asks
// for each of them anew.
//
// The numbers are counted by a Filter, and the same filter gives the list that was counted. A filter knows place, task,
// standing, what the villages say, marks, organisation, plan, period and words; there is nothing else by which anything could be sliced
// (TestS16OnlyTheseFilters).
//
// # Two ways to count
//
// A server counts with a Memo: from an index of all promises in memory, which goes on with the book. Without one, which is
// how `kept verify` counts, every figure is a query to the views. Both say the same (TestOffice). What the villages say
// together depends on the day: the index knows it for every day of a promise, and SQL says it anew (TestChosenByVillages).
//
// # Answers
//
// Every answer that an office owes or has owed is in one list, chosen by an OwedFilter; its counts are figures, by office and
// never by person (TestOffice).
//
// # Periods
//
// What happened in a period counts by the recorded day: an entry belongs to the day that the book had when it was taken. Such figures
// are written once (tallies), and have a list behind them, Behind, that adds up to them (TestBehind, TestPeriodModel). An Overview counts
// a whole programme by task in a few passes, under the names of these figures (TestOverview).
//
// # What an office sees
//
// A Queue lists what waits for somebody, a Dashboard how their places stand. Both are asked with a Reach, and count and read
// nothing that lies outside it. What they count is named like every other figure, so that it can be asked for again, and what
// they count and list is what the plainest reading of all rows says (TestOffice).
package figures

import (
	"cmp"
	"net/url"
	"strconv"

	"kept/store"
)

// At is where figures are read: one state of the book, and the day.
type At struct {
	Tx   *store.Tx
	Size int64
	Day  string
	Memo *Memo // may be nil: then everything is counted anew

	own  *index    // of a reading that remembers nothing
	book *store.Tx // where the entries are, if Tx has views alone
}

// entries is where the entries are read.
func (at *At) entries() *store.Tx { return cmp.Or(at.book, at.Tx) }

// Name is the name of a figure, with its arguments in order.
type Name string

// Number is a figure with its value: digits, perhaps with a sign and a point, or empty for "nothing reported".
type Number struct {
	Name     Name
	Value    string
	Currency string // for money, whose value is in minor units
}

// Int is the value of a count.
func (n Number) Int() int64 {
	i, _ := strconv.ParseInt(n.Value, 10, 64) // a count is made from an int64
	return i
}

// Count makes a Number from a count.
func count(name Name, n int64) Number { return Number{Name: name, Value: strconv.FormatInt(n, 10)} }

// name writes a figure's name; pairs whose value is empty are left out.
func name(figure string, pairs ...string) Name {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return Name(figure)
	}
	return Name(figure + "?" + v.Encode())
}
