package simulate

import (
	"math/rand/v2"
	"strconv"

	"kept/promise"
	"kept/schedule"
)

// life is what becomes of one promise. All of it follows from the promise's number, so it is computed again whenever
// something happens to the promise, and nowhere kept.
type life struct {
	number int

	// To whom.
	township int
	villages [3]int // the first n of them are the promise's places
	n        int
	whole    int // 0: to these villages; else to a whole township, as one place or as each of its villages

	// What: either work or service.
	work      *work
	amount    int      // of the work, in units or tenths
	baseline  int      // of work that makes something less
	periods   int      // of its targets
	due       int      // the day
	service   *service // comes due count times from start on
	start     int
	count     int
	past      int // how many days of it lie before last
	cents     int64
	yuan      bool // paid by the treasury, else by a foundation
	both      bool // paid by both
	milestone bool

	// When.
	made        int
	first, last int // the days between which anything is reported
	withdrawn   int // 0: never

	amended int // the day, 0: never
	change  change
	now     struct{ amount, due, count int } // after the amendment

	reports int
	weight  uint64 // for its share of the reports
	done    bool   // the last report says so
	reach   int    // how far the work gets, in hundredths
}

// change is what an amendment does.
type change int

const (
	lowers change = iota
	postpones
	adds // money, or a milestone where there is none
	changes
)

// The two ways of promising to a whole township.
const (
	asOne = iota + 1
	asEach
)

func (w *world) life(i int) life {
	d := w.dice(forLife, i, 0)
	l := life{number: i}
	l.where(w, d)
	switch throw := d.IntN(100); { // many at the beginning, and some of late
	case throw < 40:
		l.made = w.begin + between(d, 3, 90)
	case throw < 86:
		l.made = w.begin + between(d, 91, daysBefore-61)
	default:
		l.made = w.end - between(d, 3, 60)
	}
	l.first, l.last = l.made+between(d, 2, 40), w.end
	if chance(d, 2) {
		l.withdrawn = l.made + between(d, 2, w.end-l.made)
		l.last = l.withdrawn - 1
	}
	if chance(d, 70) {
		l.doOnce(d)
	} else {
		l.doAgain(w, d)
	}
	begun := l.first <= l.last
	l.first = min(l.first, l.last)
	l.money(d)
	l.amend(w, d)
	if l.work != nil {
		l.endOnce(d)
	} else {
		l.endAgain(w, d)
	}
	if chance(d, 8) || w.silent(l.villages[0]) || !begun || l.work == nil && l.past == 0 {
		l.weight = 0
	}
	if w.shares != nil {
		l.reports = int(w.shares[i])
		l.done = l.done && l.reports > 0
	}
	return l
}

// where throws the places: mostly one to three villages, at times a township.
func (l *life) where(w *world, d *rand.Rand) {
	village := w.popular(d.IntN(throws))
	l.township = village / perTownship
	first, all := w.villagesOf(l.township)
	l.n = 1
	switch throw := d.IntN(100); {
	case throw < 4:
		l.whole = asOne
	case throw < 6:
		l.whole = asEach
	case throw < 26:
		l.n = between(d, 2, 3)
	}
	l.n = min(l.n, all)
	for k := range l.n {
		l.villages[k] = first + (village-first+k)%all
	}
}

func (l *life) doOnce(d *rand.Rand) {
	l.work = &works[d.IntN(len(works))]
	l.amount = between(d, l.work.low, l.work.high)
	l.baseline = 2*l.amount + between(d, 10, 30)
	l.due = l.made + between(d, 60, 480)
	l.periods = between(d, 1, 4)
	l.now.amount, l.now.due = l.amount, l.due
	l.cents = int64(l.work.cents) * int64(l.amount)
	if l.work.tenths {
		l.cents /= 10
	}
}

func (l *life) doAgain(w *world, d *rand.Rand) {
	l.service = &services[d.IntN(len(services))]
	l.start = l.made + between(d, 5, 30)
	if w.day(l.start)[8:] > "28" {
		l.start -= 3 // so that every month has the day
	}
	switch l.service.every {
	case schedule.Week:
		l.count = between(d, 12, 60)
	case schedule.Month:
		l.count = between(d, 12, 36)
	default:
		l.count = between(d, 12, 14)
	}
	l.now.count = l.count
	l.cents = int64(l.service.cents) * int64(l.count)
}

// money throws who pays, and how far from the usual.
func (l *life) money(d *rand.Rand) {
	l.yuan, l.both, l.milestone = chance(d, 45), chance(d, 12), chance(d, 20)
	l.cents = l.cents * int64(between(d, 85, 120)) / 100
	if chance(d, 15) {
		l.cents = 0 // no budget
	}
}

// amend throws an amendment, on a day when there is still something to change.
func (l *life) amend(w *world, d *rand.Rand) {
	amended := chance(d, 8)
	l.change = change(d.IntN(int(changes)))
	less, more := between(d, 1, max(1, l.count/4)), between(d, 2, 6)
	if l.work == nil && l.service.every == schedule.Quarter {
		more = 2 // the programme ends some time
	}
	from, until := l.made+10, l.last
	switch {
	case l.work != nil && l.change == lowers && l.work.down:
		l.now.amount += 8
	case l.work != nil && l.change == lowers:
		l.now.amount = max(1, l.amount*between(d, 55, 85)/100)
	case l.work != nil && l.change == postpones:
		l.now.due += between(d, 30, 180)
	case l.change == lowers:
		l.now.count -= less
	case l.change == postpones:
		l.now.count += more
	}
	if l.work == nil {
		until = min(until, l.occurrence(w, min(l.count, l.now.count)-1)-1)
	}
	if !amended || until < from {
		l.now.amount, l.now.due, l.now.count = l.amount, l.due, l.count
		return
	}
	l.amended = between(d, from, until)
}

// endOnce throws how far the work gets and whether it is reported done; some are done early, some late, some never.
func (l *life) endOnce(d *rand.Rand) {
	l.weight = uint64(100 + 2400/between(d, 1, 12))
	l.reach = between(d, 20, 95)
	done := l.now.due + between(d, -45, 45)
	done = max(done, l.first, l.amended)
	if chance(d, 72) && done <= l.last && l.withdrawn == 0 {
		l.done, l.last, l.reach = true, done, between(d, 85, 110)
	} else if l.last < l.due {
		l.reach = l.reach * (l.last - l.made) / (l.due - l.made)
	}
}

// endAgain throws how much of what came due is reported: by most teams all of it and more, by others a part.
func (l *life) endAgain(w *world, d *rand.Rand) {
	l.past = min(l.occurrencesUntil(w, l.last), l.now.count)
	l.weight = uint64(100 + l.past*between(d, 110, 160))
	if chance(d, 35) {
		l.weight = uint64(100 + l.past*between(d, 20, 80))
	}
	l.done = l.past == l.now.count && l.withdrawn == 0 && chance(d, 60)
}

// months is how many months lie between the days of a service, 0 if they are counted in weeks.
func (s *service) months() int {
	switch s.every {
	case schedule.Month:
		return 1
	case schedule.Quarter:
		return 3
	}
	return 0
}

// occurrence is the j-th day of a service.
func (l *life) occurrence(w *world, j int) int {
	months := l.service.months()
	if months == 0 {
		return l.start + 7*j
	}
	month, day := monthOf(w.day(l.start))
	month += months * j
	n, err := schedule.ParseDay(pad(month/12, 4) + "-" + pad(month%12+1, 2) + "-" + pad(day, 2))
	if err != nil {
		panic(err) // every month has a 28th
	}
	return n
}

// occurrencesUntil counts the days of a service up to a day.
func (l *life) occurrencesUntil(w *world, until int) int {
	if until < l.start {
		return 0
	}
	months := l.service.months()
	if months == 0 {
		return (until-l.start)/7 + 1
	}
	from, fromDay := monthOf(w.day(l.start))
	to, toDay := monthOf(w.day(until))
	if toDay < fromDay {
		to--
	}
	return (to-from)/months + 1
}

// monthOf numbers the month of a day, and gives the day in it.
func monthOf(day string) (month, dayOfMonth int) {
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			panic(err) // written by schedule
		}
		return n
	}
	return number(day[:4])*12 + number(day[5:7]) - 1, number(day[8:])
}

// pad writes a number with leading zeros.
func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// turn is the day of the k-th report, and the occurrence it is about, -1 if none.
func (l *life) turn(w *world, k int) (day, occurrence int) {
	d := w.dice(forReport, l.number, 2*k)
	if l.past == 0 {
		if l.done && k == l.reports-1 {
			return l.last, -1
		}
		span := l.last - l.first + 1
		return l.first + span*k/l.reports + d.IntN(max(1, span/l.reports)), -1
	}
	j := k * l.past / l.reports
	day, occurrence = l.occurrence(w, j)+d.IntN(4), j
	if k > 0 && (k-1)*l.past/l.reports == j { // more reports than occurrences: this one is about something else
		day, occurrence = day+d.IntN(5), -1
	}
	return min(day, l.last), occurrence
}

// task and group are those of the work or service.
func (l *life) taskAndGroup() (string, int) {
	if l.work != nil {
		return l.work.task, l.work.group
	}
	return l.service.task, l.service.group
}

func (l *life) office() string {
	_, group := l.taskAndGroup()
	return officeCode(l.township/perDistrict, group)
}

func (l *life) team() string {
	_, group := l.taskAndGroup()
	return teamCode(l.township, group)
}

// funder pays in this currency.
func (l *life) funder(currency string) string {
	if currency == yuan {
		return treasuryCode(l.township / perDistrict / perRegion)
	}
	return foundationCode(l.number % foundations)
}

// The currencies, and what a dollar is worth.
const (
	dollar        = "USD"
	yuan          = "CNY"
	yuanForDollar = 7
)

// budget is the promised money; more is what an amendment found.
func (l *life) budget(more bool) []promise.Money {
	if l.cents == 0 {
		return nil
	}
	cents := l.cents
	if more {
		cents += cents / 10
	}
	in := func(currency string, cents int64) promise.Money {
		if currency == yuan {
			cents *= yuanForDollar
		}
		return promise.Money{Source: l.funder(currency), Currency: currency, Minor: cents}
	}
	first, second := dollar, yuan
	if l.yuan {
		first, second = yuan, dollar
	}
	if !l.both {
		return []promise.Money{in(first, cents)}
	}
	return []promise.Money{in(first, cents-cents/4), in(second, cents/4)}
}
