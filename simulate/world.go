package simulate

import (
	"context"
	"strconv"

	"kept/ledger"
	"kept/programme"
	"kept/schedule"
)

// world is a simulation that is running. It belongs to the goroutine that makes drafts.
type world struct {
	o      Options
	prefix string // what all ids are derived from

	begin, end, close int      // days by number: the first, the last, and the programme's last
	days              []string // from begin to close, as they are written
	stride            int      // of popular

	shares   []uint32 // how many reports each promise gets
	calendar calendar
}

// The days before today, and how long the programme shall go on.
const (
	daysBefore = 730
	daysInAll  = 2200
)

func newWorld(o Options) *world {
	today, err := schedule.ParseDay(o.Today)
	if err != nil {
		panic(err) // checked
	}
	w := &world{o: o, prefix: "simulated 1 " + o.Name + " " + o.arguments() + " ", begin: today - daysBefore, end: today, stride: strideFor(o.Villages)}
	w.close = w.begin + daysInAll
	for day := w.begin; day <= w.close; day++ {
		w.days = append(w.days, schedule.FormatDay(day))
	}
	w.calendar = calendar{begin: w.begin, days: make([][]event, w.end-w.begin+1)}
	return w
}

// day writes a day.
func (w *world) day(n int) string { return w.days[n-w.begin] }

func (w *world) id(key string) string { return ledger.DeriveID(w.prefix + key) }

func (w *world) dayID(day int) string { return w.id("day " + w.day(day)) }

// key names what happens to a promise.
func key(what string, promise, n int) string {
	return what + " " + strconv.Itoa(promise) + " " + strconv.Itoa(n)
}

// share gives every promise its number of reports: in proportion to its weight, and in all exactly as many as are
// wanted.
func (w *world) share() {
	shares := make([]uint32, w.o.Promises)
	weight := func(i int) uint64 { return w.life(i).weight }
	var all, sum uint64
	for i := range shares {
		all += weight(i)
	}
	if all == 0 { // so few promises that nothing would ever be reported
		weight, all = func(int) uint64 { return 1 }, uint64(len(shares))
	}
	for i := range shares {
		before := sum * uint64(w.o.Reports) / all
		sum += weight(i)
		shares[i] = uint32(sum*uint64(w.o.Reports)/all - before)
	}
	w.shares = shares
}

// adder takes an entry of the opening day.
type adder func(kind, code string, data any)

// open is what is written before the first promise.
func (w *world) open(add adder) {
	add(programme.KindProgramme, "", programme.Programme{
		Name:  w.o.Name,
		Title: words("Simulated programme", "模拟项目计划", "تەقلىدىي پروگرامما"),
		Goal: words("Made up for trying Kept: "+w.o.arguments(), "为试用而虚构："+w.o.arguments(),
			"سىناش ئۈچۈن ئويدۇرۇلغان: "+w.o.arguments()),
		From: w.day(w.begin), Until: w.day(w.close), Zone: "UTC", Languages: []string{"en", "zh-Hans", "ug"}})
	w.organisations(add)
	w.places(add)
	w.teams(add)
	w.postings(add)
}

// draftsOf is a batch on its way into the book.
type draftsOf struct {
	drafts  []ledger.Draft
	day     string // of the last
	counted int64  // promises and reports among them
	err     error  // there is no more
}

// batches makes all entries in order, batch by batch, one ahead of who takes them. It ends when all are taken or the
// context is done.
func (w *world) batches(ctx context.Context) <-chan draftsOf {
	size := w.o.Batch
	if size <= 0 {
		size = batch
	}
	out := make(chan draftsOf, 1)
	go func() {
		defer close(out)
		var b draftsOf
		give := func() bool {
			if len(b.drafts) == 0 && b.err == nil {
				return true
			}
			select {
			case out <- b:
				b = draftsOf{drafts: make([]ledger.Draft, 0, size)}
				return true
			case <-ctx.Done():
				return false
			}
		}
		for d, err := range w.entries {
			if err != nil {
				b = draftsOf{err: err}
				break
			}
			b.drafts, b.day = append(b.drafts, d.Draft), d.Recorded
			b.counted += d.counts
			if len(b.drafts) == size && !give() {
				return
			}
		}
		give()
	}()
	return out
}
