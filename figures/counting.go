package figures

import (
	"maps"
	"slices"

	"kept/promise"
	"kept/voice"
)

// counting is what an Overview counts, by row: that of all tasks together, and those of the tasks.
type counting struct {
	o          *Overview
	row        map[string]int // of a task
	rows       []rowCounts
	currencies []string // in order

	seen map[string]bool // currencies
}

// rowCounts are the counts of a row, by what a summary has them.
type rowCounts struct {
	n, standings, says, marks, happened, dueDays, said map[string]int64
	money                                              map[[2]string]int64 // by currency and kind
}

// countAll goes once through every table that anything is counted of.
func (o *Overview) countAll() (*counting, error) {
	c := &counting{o: o, row: map[string]int{}, rows: make([]rowCounts, 1+len(o.tasks)), seen: map[string]bool{}}
	for i, t := range o.tasks {
		c.row[t.Code] = 1 + i
	}
	for i := range c.rows {
		c.rows[i] = rowCounts{map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}, map[[2]string]int64{}}
	}
	for _, part := range []func() error{c.reports, c.promises, c.terms, c.occurrences, c.voices, c.sums, c.paid} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	c.currencies = slices.Sorted(maps.Keys(c.seen))
	return c, nil
}

// of calls add for both rows that a promise belongs to, if it is one of those that are counted.
func (c *counting) of(seq int64, add func(n *rowCounts)) {
	if i, ok := c.o.bySeq[seq]; ok {
		add(&c.rows[0])
		add(&c.rows[c.row[c.o.facts[i].task]])
	}
}

func (c *counting) in(day string) bool {
	return day != "" && c.o.period.From <= day && day <= c.o.period.To
}

// reports counts reports, and notes which promises have any in the period.
func (c *counting) reports() error {
	var seq, back int64
	var recorded, backDay string
	return c.o.at.Tx.Each([]any{&seq, &recorded, &back, &backDay}, func() error {
		if i, ok := c.o.bySeq[seq]; ok && back == 0 && c.in(recorded) {
			c.o.facts[i].reported = true
		}
		c.of(seq, func(n *rowCounts) {
			if back == 0 && c.in(recorded) {
				n.happened["reports"]++
			}
			if c.in(backDay) {
				n.happened["sent-back"]++
			}
		})
		return nil
	}, "SELECT promise, recorded, sent_back, back_day FROM report WHERE recorded >= $1 AND recorded <= $2 OR back_day >= $1 AND back_day <= $2", c.o.period.From, c.o.period.To)
}

// promises counts what stands in the promises themselves.
func (c *counting) promises() error {
	late, span := c.o.became(Filter{}), c.o.period
	for i := range c.o.facts {
		f := &c.o.facts[i]
		going := f.promised <= span.To && (f.done == "" || f.done >= span.From) && (f.withdrawn == "" || f.withdrawn > span.To)
		done := c.in(f.done) && f.withdrawn == ""
		c.of(f.seq, func(n *rowCounts) {
			n.standings[string(f.standing)]++
			n.says[string(f.says)]++
			for _, x := range [...]struct {
				is  bool
				in  map[string]int64
				key string
			}{
				{true, n.n, "all"}, {f.standing == promise.Overdue && late.From <= f.openDue && f.openDue <= late.To, n.n, "became"}, {going, n.n, "going-on"}, {going && !f.reported, n.n, "unreported"},
				{f.lowered, n.marks, "lowered"}, {f.later, n.marks, "made-later"}, {f.amended, n.marks, "amended"}, {f.suspended, n.marks, "suspended"},
				{c.in(f.promised), n.happened, "promises"}, {done, n.happened, "done"}, {done && f.late, n.happened, "done-late"}, {c.in(f.withdrawn), n.happened, "withdrawn"},
			} {
				if x.is {
					x.in[x.key]++
				}
			}
		})
	}
	return nil
}

func (c *counting) terms() error {
	var seq, lowered, later int64
	return c.o.at.Tx.Each([]any{&seq, &lowered, &later}, func() error {
		c.of(seq, func(n *rowCounts) {
			n.happened["amended"]++
			n.happened["lowered"] += lowered
			n.happened["made-later"] += later
		})
		return nil
	}, "SELECT promise, lowered, later FROM terms WHERE version > 1 AND recorded >= $1 AND recorded <= $2", c.o.period.From, c.o.period.To)
}

func (c *counting) occurrences() error {
	var seq int64
	var due, state string
	return c.o.at.Tx.Each([]any{&seq, &due, &state}, func() error {
		if i, ok := c.o.bySeq[seq]; !ok || state == "" && (c.o.facts[i].withdrawn != "" || c.o.facts[i].done != "") {
			return nil
		}
		of := StateOn(promise.OccurrenceRow{Due: due, State: state}, c.o.at.Day)
		c.of(seq, func(n *rowCounts) {
			n.dueDays[""]++
			n.dueDays[of]++
		})
		return nil
	}, "SELECT promise, due, state FROM occurrence WHERE due >= $1 AND due <= $2", c.o.period.From, c.o.period.To)
}

// voices counts what villages said; see saidIn.
func (c *counting) voices() error {
	q := &query{}
	q.recorded("w.seq", args{"from": {c.o.period.From}, "to": {c.o.period.To}})
	q.inPlaces("w.place", Filter{Place: c.o.place})
	var seq int64
	var outcome, contested, verdict string
	var heaps [4]int64
	return c.o.at.Tx.Each([]any{&seq, &outcome, &contested, &verdict, &heaps[0], &heaps[1], &heaps[2], &heaps[3]}, func() error {
		c.of(seq, func(n *rowCounts) {
			switch {
			case contested != "":
				n.said["contested"]++
			case outcome == voice.OutcomeResult:
				n.said["results"]++
				if verdict == string(promise.TooFew) {
					n.said["too-few"]++
				}
				for i, what := range answers {
					n.said[what] += heaps[i]
				}
			}
			if outcome == voice.OutcomeLost {
				n.said["lost"]++
			}
		})
		return nil
	}, "SELECT q.promise, w.outcome, w.contested, q.verdict, q.kept, q.partly, q.not_kept, q.cant_tell FROM question AS q JOIN round_place AS w ON w.round = q.round AND w.place = q.place WHERE w.outcome <> '' AND "+
		q.all(), q.args...)
}

// sums counts the money that stands in all. Nothing is ever added across currencies.
func (c *counting) sums() error {
	var seq, minor int64
	var currency, kind string
	return c.o.at.Tx.Each([]any{&seq, &currency, &kind, &minor}, func() error {
		if slices.Contains(PaidTypes, kind) {
			kind = "paid"
		}
		c.of(seq, func(n *rowCounts) {
			c.seen[currency] = true
			n.money[[2]string{currency, kind}] += minor
		})
		return nil
	}, "SELECT promise, currency, type, minor FROM money")
}

// paid counts the money that was paid in the period.
func (c *counting) paid() error {
	var seq, minor int64
	var currency string
	add := func() error {
		c.of(seq, func(n *rowCounts) {
			c.seen[currency] = true // what was paid back since is no sum any more
			n.money[[2]string{currency, "paid-in"}] += minor
		})
		return nil
	}
	err := c.o.at.Tx.Each([]any{&seq, &currency, &minor}, add, "SELECT promise, currency, minor FROM payment WHERE withdrawn = 0 AND type IN ($3, $4) AND recorded >= $1 AND recorded <= $2",
		c.o.period.From, c.o.period.To, PaidTypes[0], PaidTypes[1])
	if err != nil {
		return err
	}
	return c.o.at.Tx.Each([]any{&seq, &currency, &minor}, add, "SELECT r.promise, s.currency, s.minor FROM report AS r JOIN spent AS s ON s.seq = r.seq WHERE r.spent > 0 AND r.sent_back = 0 AND r.recorded >= $1 AND r.recorded <= $2",
		c.o.period.From, c.o.period.To)
}
