package simulate

import (
	"kept/ledger"
)

// event is something that will happen: to which promise (or village), and the how manieth of its like.
type event struct {
	of   uint32
	n    uint32
	what what
}

type what uint8

const (
	made what = iota
	reported
	passed
	paid
	takenBack
	amended
	ended
	renewed
)

// calendar holds what will happen on each day, in the order in which it was entered. Days that are over are empty again.
type calendar struct {
	begin int // the first day
	now   int // how many days after it is today
	days  [][]event
}

// put enters an event. What would come before today comes today, what would come after the last day never does.
func (c *calendar) put(day int, e event) {
	if n := max(day-c.begin, c.now); n < len(c.days) {
		c.days[n] = append(c.days[n], e)
	}
}

// dated is a draft with the day on which it is recorded, and 1 if it counts for the progress.
type dated struct {
	ledger.Draft
	Recorded string
	counts   int64
}

// entries makes all entries in order.
func (w *world) entries(yield func(dated, error) bool) {
	w.share()
	first, going := w.day(w.begin), true
	going = yield(w.mark(w.begin), nil)
	w.open(func(kind, code string, data any) {
		going = going && yield(dated{Draft: ledger.Draft{Kind: kind, ID: w.id(kind + " " + code), Day: first, Who: "org:" + leads, Data: data}, Recorded: first}, nil)
	})
	for i := range w.o.Promises {
		w.calendar.put(w.life(i).made, event{what: made, of: uint32(i)})
	}
	for day := w.begin; day <= w.end && going; day++ {
		going = w.live(day, yield)
	}
}

// mark is the day mark with which a day begins.
func (w *world) mark(day int) dated {
	d := w.day(day)
	return dated{Draft: ledger.Draft{Kind: ledger.KindDay, ID: w.dayID(day), Day: d, Who: "kept", Data: ledger.DayMark{Day: d}}, Recorded: d}
}

// live goes through one day; what happens may enter more events, also for the same day.
func (w *world) live(day int, yield func(dated, error) bool) bool {
	c := &w.calendar
	c.now = day - c.begin
	if day > w.begin && (len(c.days[c.now]) > 0 || day == w.end) && !yield(w.mark(day), nil) {
		return false
	}
	for k := 0; k < len(c.days[c.now]); k++ {
		drafts, err := w.happen(day, c.days[c.now][k])
		if err != nil {
			yield(dated{}, err)
			return false
		}
		for _, d := range drafts {
			if !yield(d, nil) {
				return false
			}
		}
	}
	c.days[c.now] = nil
	return true
}
