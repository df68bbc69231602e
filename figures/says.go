package figures

import (
	"slices"
	"strings"

	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// What promises can be chosen by on the village's side, beside the verdicts.
const (
	Disputed = "disputed" // disputed before: that stays, whatever is said later
	Unasked  = "unasked"  // reported done, and not asked about for promise.AskWithin days
)

// Villages are all by which promises can be chosen on the village's side, in the order in which pages show them.
var Villages = []string{string(promise.Kept), string(promise.PartlyKept), string(promise.NotKept), string(promise.TooFew), string(promise.Contested),
	string(promise.BeingAsked), string(promise.NotAsked), Disputed, Unasked}

// verdicts are the verdicts among Villages, which stand in its beginning.
var verdicts = len(Villages) - 2

// heard is what the villages say of a promise, from its first moment on. It never changes.
type heard struct{ moments []moment }

// moment is voice.Moment, as short as counting needs it.
type moment struct {
	from, last       int32 // last: closing day of the last round with cards that had a result, or none
	says             int8  // among Villages
	disputed, asking bool
}

func shortHeard(all []voice.Moment) *heard {
	h := &heard{}
	for _, m := range all {
		h.moments = append(h.moments, moment{dayNumber(m.From), dayNumber(m.LastAsked), int8(slices.Index(Villages, string(m.Says))), m.DisputedBefore, m.Asking > 0})
	}
	return h
}

var notAsked = moment{from: none, last: none, says: int8(slices.Index(Villages, string(promise.NotAsked)))}

// says is what the villages say on a day.
func (b *brief) says(day int32) *moment {
	if b.heard == nil {
		return &notAsked
	}
	for i := len(b.heard.moments) - 1; i > 0; i-- {
		if b.heard.moments[i].from <= day {
			return &b.heard.moments[i]
		}
	}
	return &b.heard.moments[0]
}

// unasked says whether a round has been owed to the promise for long.
func (b *brief) unasked(day int32) bool {
	if b.withdrawn || !b.done || day-b.finished < promise.AskWithin {
		return false
	}
	m := b.says(day)
	return !m.asking && m.last < b.finished
}

// voiced says whether the villages' side of the promise is one of Villages; which is its place there, -1: there is no such one.
func (b *brief) voiced(which int, day int32) bool {
	switch {
	case which < 0:
		return false
	case which < verdicts:
		return int(b.says(day).says) == which
	case Villages[which] == Disputed:
		return b.says(day).disputed
	}
	return b.unasked(day)
}

// Says counts the promises that the filter chooses by what the villages say; all of Villages have a number. Those that were
// disputed before, or are owed a round, count beside their verdict.
func (at *At) Says(f Filter) (Tally, error) {
	f.Village = ""
	return once(at, "says "+string(f.Name()), func() (Tally, error) {
		out := Tally{}
		number := func(village string, n int64) {
			g := f
			g.Village = village
			out[village] = count(g.Name(), n)
		}
		if !at.indexed() {
			for _, village := range Villages {
				g := f
				g.Village = village
				n, err := at.Count(g)
				if err != nil {
					return nil, err
				}
				number(village, n.Int())
			}
			return out, nil
		}
		c, err := at.choose(f)
		if err != nil {
			return nil, err
		}
		n := make([]int64, len(Villages))
		disputed, unasked := slices.Index(Villages, Disputed), slices.Index(Villages, Unasked)
		c.each(func(_ int32, b *brief) {
			m := b.says(c.day)
			n[m.says]++
			if m.disputed {
				n[disputed]++
			}
			if b.unasked(c.day) {
				n[unasked]++
			}
		})
		for i, village := range Villages {
			number(village, n[i])
		}
		return out, nil
	})
}

// village adds the condition that the villages' side of a promise p is as the filter has it.
func (f Filter) village(q *query, day string) {
	switch {
	case f.Village == "":
		return
	case !slices.Contains(Villages, f.Village) || day == "": // an empty book has no day yet, and no promise
		q.where = append(q.where, "1 = 0")
		return
	}
	said := func(where string) string {
		return "(SELECT h.promise FROM (" + voice.TogetherSQL(day, q.arg) + ") AS h WHERE " + where + ")"
	}
	switch f.Village {
	case string(promise.NotAsked):
		q.where = append(q.where, "p.seq NOT IN "+said("h.says <> '"+f.Village+"'"))
	case Disputed:
		q.where = append(q.where, "p.seq IN "+said("h.disputed = 1"))
	case Unasked:
		q.and("p.withdrawn = '' AND p.done <> '' AND p.done <= %s", schedule.AddDays(day, -promise.AskWithin))
		q.where = append(q.where, "p.seq NOT IN (SELECT h.promise FROM ("+voice.TogetherSQL(day, q.arg)+") AS h JOIN promise AS d ON d.seq = h.promise WHERE h.asking > 0 OR h.last_asked >= d.done)")
	default:
		q.where = append(q.where, "p.seq IN "+said("h.says = '"+f.Village+"'"))
	}
}

// villagesOf lists, by promise, the villages to which it is made; which says of which promises, in a query named x.
func (at *At) villagesOf(which string, args ...any) (map[int64][]string, error) {
	out := map[int64][]string{}
	var seq int64
	var code string
	err := at.Tx.Each([]any{&seq, &code}, func() error {
		out[seq] = append(out[seq], code)
		return nil
	}, `SELECT DISTINCT x.promise, a.place FROM promise_place AS x JOIN place_above AS a ON a.above = x.place JOIN place AS v ON v.code = a.place
		WHERE v.level = 'village' AND x.promise IN (`+which+`) ORDER BY x.promise, a.place`, args...)
	return out, err
}

// readHeard reads what villages say of promises, of all with nil.
func (r *reader) readHeard(seqs []int64) error {
	var one int64
	if ok, err := r.at.Tx.One([]any{&one}, "SELECT seq FROM round LIMIT 1"); err != nil || !ok || seqs != nil && len(seqs) == 0 {
		return err
	}
	if seqs == nil {
		return r.hear(nil, "SELECT q.promise FROM question AS q")
	}
	for part := range slices.Chunk(seqs, 200) {
		q := &query{}
		in := make([]string, len(part))
		for i, seq := range part {
			in[i] = q.arg(seq)
		}
		if err := r.hear(part, strings.Join(in, ", "), q.args...); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) hear(seqs []int64, which string, args ...any) error {
	v, err := voice.Read(r.at.Tx, r.at.Day, seqs...)
	if err != nil {
		return err
	}
	villages, err := r.at.villagesOf(which, args...)
	if err != nil {
		return err
	}
	last := int32(0)
	for _, seq := range v.Promises() {
		i, ok := r.find(seq, last)
		if !ok {
			continue
		}
		last = i
		b := r.own(i)
		if b.heard = nil; len(villages[seq]) > 0 {
			if all := v.Moments(seq, villages[seq]); len(all) > 0 {
				b.heard = shortHeard(all)
			}
		}
	}
	return nil
}
