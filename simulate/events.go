package simulate

import (
	"math/rand/v2"
	"strconv"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// happen drafts the entries of an event and enters what follows from it.
func (w *world) happen(day int, e event) (out []dated, err error) {
	take := func(counts int64, d ledger.Draft, failed error) {
		if err == nil {
			err = failed
		}
		if d.Day == "" {
			d.Day = w.day(day)
		}
		out = append(out, dated{d, w.day(day), counts})
	}
	if e.what == renewed {
		for g := range groups {
			take(0, w.renewal(int(e.of), g), nil)
		}
		return out, err
	}
	l := w.life(int(e.of))
	n := int(e.n)
	switch e.what {
	case made:
		take(1, w.promised(&l), nil)
	case reported:
		d, failed := w.reported(&l, day, n)
		take(1, d, failed)
	case passed:
		d := promise.Pass("org:"+farmersCode(l.township/perDistrict/perRegion), w.id(key("report", l.number, n)), true, nil, nil)
		d.ID = w.id(key("passing", l.number, n))
		take(0, d, nil)
	case paid:
		take(0, w.paid(&l, day, n), nil)
	case takenBack:
		d := promise.TakeBack("org:"+l.office(), w.id(key("payment", l.number, n)))
		d.ID = w.id(key("payment-withdrawal", l.number, n))
		take(0, d, nil)
	case amended:
		d, failed := w.amended(&l)
		take(0, d, failed)
	case ended:
		k := key("withdrawal", l.number, 0)
		d, failed := promise.Withdraw("org:"+l.office(), w.promiseID(&l), endReasons[l.number%len(endReasons)], w.salt(k))
		d.ID = w.id(k)
		take(0, d, failed)
	}
	return out, err
}

func (w *world) promiseID(l *life) string { return w.id(key("promise", l.number, 0)) }

// salt makes the salts of the texts of one entry.
func (w *world) salt(key string) promise.Salt { return ledger.DerivedSalt(w.prefix + key) }

func (w *world) promised(l *life) ledger.Draft {
	of := uint32(l.number)
	if l.reports > 0 {
		day, _ := l.turn(w, 0)
		w.calendar.put(day, event{what: reported, of: of})
	}
	if l.cents > 0 {
		w.calendar.put(l.made+1+l.number%9, event{what: paid, of: of})
	}
	if l.amended > 0 {
		w.calendar.put(l.amended, event{what: amended, of: of})
	}
	if l.withdrawn > 0 {
		w.calendar.put(l.withdrawn, event{what: ended, of: of})
	}
	d := promise.Promise("org:"+l.office(), promise.Promised{Terms: l.terms(w, false)})
	d.ID = w.promiseID(l)
	return d
}

func (w *world) amended(l *life) (ledger.Draft, error) {
	reasons := [changes][]locale.Wording{lessReasons, laterReasons, moreReasons[:1]}[l.change]
	if l.change == adds && l.cents == 0 {
		reasons = moreReasons[1:]
	}
	k := key("amendment", l.number, 0)
	d, err := promise.Amend("org:"+l.office(), w.promiseID(l), 1, l.terms(w, true), reasons[l.number%len(reasons)], w.salt(k))
	d.ID = w.id(k)
	return d, err
}

// parts is in how many parts the money is paid out.
func (l *life) parts() int { return 1 + l.number%4 }

// paid is the n-th movement of a promise's money: first all of it is committed, then it is paid out in parts.
func (w *world) paid(l *life, day, n int) ledger.Draft {
	of := uint32(l.number)
	dice := w.dice(forPayment, l.number, n)
	budget := l.budget(false)
	money := budget[n%len(budget)]
	p := promise.Payment{Type: "disbursed", Currency: money.Currency, Minor: max(1, money.Minor*int64(between(dice, 60, 100))/100/int64(l.parts())),
		From: money.Source, To: l.office()}
	if n == 0 {
		p.Type, p.Minor = "committed", money.Minor
	} else if chance(dice, 2) {
		w.calendar.put(day+between(dice, 2, 9), event{what: takenBack, of: of, n: uint32(n)})
	}
	if next := max(day+between(dice, 20, 120), l.first); n < l.parts() && next <= l.last {
		w.calendar.put(next, event{what: paid, of: of, n: uint32(n + 1)})
	}
	d := promise.Pay("org:"+l.office(), w.promiseID(l), w.day(day), p)
	d.ID = w.id(key("payment", l.number, n))
	return d
}

// reported is the k-th report on a promise.
func (w *world) reported(l *life, day, k int) (ledger.Draft, error) {
	of := uint32(l.number)
	dice := w.dice(forReport, l.number, 2*k+1)
	if k+1 < l.reports {
		next, _ := l.turn(w, k+1)
		w.calendar.put(next, event{what: reported, of: of, n: uint32(k + 1)})
	}
	if chance(dice, 35) {
		w.calendar.put(day+between(dice, 1, 20), event{what: passed, of: of, n: uint32(k)})
	}
	r, note := w.report(l, dice, day, k)
	said := day
	if chance(dice, 10) {
		said -= min(between(dice, 1, 4), day-w.begin)
	}
	name := key("report", l.number, k)
	d, err := promise.ReportOn("team:"+l.team(), w.promiseID(l), w.day(said), r, note, w.salt(name))
	d.ID = w.id(name)
	return d, err
}

// report throws what a report says.
func (w *world) report(l *life, dice *rand.Rand, day, k int) (r promise.Report, note locale.Wording) {
	said, noted := notes, 30
	_, occurrence := l.turn(w, k)
	if occurrence >= 0 {
		held := chance(dice, 87)
		r.Occurrence = &promise.Occurrence{Due: w.day(l.occurrence(w, occurrence)), Held: held}
		if !held {
			said, noted = notHeld, 70
		}
	}
	if chance(dice, 80) {
		r.Readings = l.readings(w, dice, day, k, occurrence)
	}
	if l.cents > 0 && chance(dice, 50) {
		m := l.budget(false)[0]
		r.Spent = []promise.Spent{{Currency: m.Currency, Minor: max(1, m.Minor*int64(between(dice, 60, 115))/100/int64(l.reports))}}
	}
	switch {
	case l.done && k == l.reports-1:
		r.State = promise.StateDone
	case k == 0 && chance(dice, 40):
		r.State = promise.StateUnderWay
	case chance(dice, 1):
		r.State = promise.StateSuspended
	}
	empty := r.State == "" && r.Occurrence == nil && len(r.Readings)+len(r.Spent) == 0
	if text := said[dice.IntN(len(said))]; chance(dice, noted) || empty {
		note = text
		if chance(dice, 60) { // not yet translated
			tag := text.Tags()[dice.IntN(len(text.In))]
			note = locale.Plain(tag, text.In[tag])
		}
	}
	return r, note
}

// readings are those of one report; some name the period that they are for.
func (l *life) readings(w *world, dice *rand.Rand, day, k, occurrence int) []promise.Reading {
	if l.work == nil {
		if l.service.per == 0 || occurrence < 0 {
			return nil
		}
		return []promise.Reading{{Value: strconv.Itoa(l.service.per * (occurrence + 1) * between(dice, 80, 115) / 100)}}
	}
	amount := l.amount
	if l.amended > 0 && day >= l.amended {
		amount = l.now.amount
	}
	reading := promise.Reading{Value: l.value(amount, l.reach*(k+1)/l.reports)}
	if chance(dice, 25) {
		for p := range l.periods - 1 { // the last may have been moved
			if from, to := l.period(p); from <= day && day <= to {
				reading.From, reading.To = w.day(from), w.day(to)
			}
		}
	}
	return []promise.Reading{reading}
}
