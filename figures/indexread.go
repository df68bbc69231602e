package figures

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kept/promise"
)

// reader makes an index out of views.
type reader struct {
	*index
	at   *At
	only []int64 // the promises to read, nil: all

	changed map[int32]*brief // what was read again
	owned   []bool           // chunks that are this index's own and may be written
}

// readIndex reads an index anew.
func readIndex(at *At, deep bool) (*index, error) {
	r := &reader{at: at, index: &index{size: at.Size, words: map[string]*hits{}, places: &places{ids: map[string]int32{}}, codes: newCodes()}}
	if err := r.readPlaces(); err != nil {
		return nil, err
	}
	if err := r.readPromises(); err != nil {
		return nil, err
	}
	for i := range r.n {
		b := r.own(i)
		for _, p := range b.places {
			r.here[p] = append(r.here[p], i)
		}
	}
	if err := r.readWaits(); err != nil {
		return nil, err
	}
	if err := r.readHeard(nil); err != nil {
		return nil, err
	}
	if !deep {
		return r.index, nil
	}
	return r.index.deepen(at)
}

// deepen is the same index with the work of the promises, and the postings.
func (x *index) deepen(at *At) (*index, error) {
	r := &reader{at: at, index: &index{size: x.size, n: x.n, chunks: slices.Clone(x.chunks), here: x.here, places: x.places, codes: x.codes, deep: true,
		waits: x.waits, returned: x.returned, words: x.remembered()}}
	for i, some := range r.chunks {
		r.chunks[i] = slices.Clone(some)
	}
	if err := r.readWork(); err != nil {
		return nil, err
	}
	return r.index, r.readPostings()
}

// next is the index of a later state.
func (x *index) next(at *At) (*index, error) {
	t, err := touchedBy(at, x.size)
	if err != nil {
		return nil, err
	}
	r := &reader{at: at, only: t.promises, index: &index{size: at.Size, n: x.n, chunks: slices.Clone(x.chunks), here: x.here,
		places: x.places, codes: x.codes, waits: x.waits, returned: x.returned, postings: x.postings, deep: x.deep, words: map[string]*hits{}}}
	r.owned = make([]bool, len(r.chunks))
	heard := append(slices.Clone(t.heard), t.promises...)
	if t.places {
		r.index.places = &places{slices.Clone(x.places.codes), slices.Clone(x.places.above), maps.Clone(x.places.ids)}
		r.here = slices.Clone(x.here)
		if err := r.readPlaces(); err != nil {
			return nil, err
		}
		heard = append(heard, r.aroundNew(x)...)
	}
	slices.Sort(heard)
	heard = slices.Compact(heard)
	if x.deep && t.postings {
		if err := r.readPostings(); err != nil {
			return nil, err
		}
	}
	if len(t.promises) == 0 {
		r.only = []int64{}
		if err := r.readHeard(heard); err != nil {
			return nil, err
		}
		return r.index, r.reword(x, t)
	}
	if err := r.readPromises(); err != nil {
		return nil, err
	}
	r.move(x)
	if err := r.readHeard(heard); err != nil {
		return nil, err
	}
	if err := r.reword(x, t); err != nil {
		return nil, err
	}
	if err := r.readWaits(); err != nil {
		return nil, err
	}
	if x.deep {
		if err := r.readWork(); err != nil {
			return nil, err
		}
	}
	return r.index, nil
}

// aroundNew are the promises of which villages have said something, and that are made to a place in which there is a new one: it may
// be a village that was not asked.
func (r *reader) aroundNew(x *index) (out []int64) {
	for p := len(x.places.codes); p < len(r.index.places.codes); p++ {
		for above := r.index.places.above[p]; above >= 0; above = r.index.places.above[above] {
			if int(above) >= len(x.here) {
				continue
			}
			for _, i := range x.here[above] {
				if b := x.get(i); b.heard != nil {
					out = append(out, b.seq)
				}
			}
		}
	}
	return out
}

// own is a promise that may be written: it is in a chunk of this index's own.
func (r *reader) own(i int32) *brief {
	c := i / chunk
	if r.only != nil && !r.owned[c] {
		r.chunks[c], r.owned[c] = slices.Clone(r.chunks[c]), true
	}
	return &r.chunks[c][i%chunk]
}

// some calls read with a condition on a column that chooses the promises to be read, part by part; without any for all.
func (r *reader) some(column string, read func(and string, args []any) error) error {
	if r.only == nil {
		return read("", nil)
	}
	for part := range slices.Chunk(r.only, 200) {
		q := &query{}
		in := make([]string, len(part))
		for i, seq := range part {
			in[i] = q.arg(seq)
		}
		if err := read(" AND "+column+" IN ("+strings.Join(in, ", ")+")", q.args); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readPlaces() error {
	var code, above string
	p := r.index.places
	return r.at.Tx.Each([]any{&code, &above}, func() error {
		up := int32(-1)
		if id, ok := p.ids[above]; ok {
			up = id
		}
		if _, ok := p.ids[code]; !ok {
			p.ids[code] = int32(len(p.codes))
			p.codes, p.above = append(p.codes, code), append(p.above, up)
			r.here = append(r.here, nil)
		}
		return nil
	}, "SELECT code, parent FROM place ORDER BY seq")
}

func (r *reader) readPromises() error {
	r.changed = map[int32]*brief{}
	truth := func(n int64) bool { return n > 0 }
	last := int32(0)
	seen := map[string]int32{} // days are few
	day := func(text string) int32 {
		n, ok := seen[text]
		if !ok {
			n = dayNumber(text)
			seen[text] = n
		}
		return n
	}
	var seq, begun, amended, lowered, later int64
	var task, office, team, plan, promised, due, open, reported, done, withdrawn, state string
	err := r.some("p.seq", func(and string, args []any) error {
		return r.at.Tx.Each([]any{&seq, &task, &office, &team, &plan, &promised, &due, &open, &reported, &done, &withdrawn, &state, &begun, &amended, &lowered, &later}, func() error {
			b := brief{seq: seq, task: r.codes.intern(task), office: r.codes.intern(office), team: r.codes.intern(team), plan: r.codes.intern(plan),
				promised: day(promised), due: day(due), open: day(open), reported: day(reported), finished: day(done),
				withdrawn: withdrawn != "", done: done != "", begun: truth(begun), suspended: state == promise.StateSuspended,
				amended: truth(amended), lowered: truth(lowered), later: truth(later)}
			i, ok := r.find(seq, last)
			if !ok {
				i = r.n
				if i%chunk == 0 {
					r.chunks, r.owned = append(r.chunks, make([]brief, 0, chunk)), append(r.owned, true)
				}
				c := i / chunk
				if r.only != nil && !r.owned[c] {
					r.chunks[c], r.owned[c] = slices.Clone(r.chunks[c]), true
				}
				r.chunks[c] = append(r.chunks[c], b)
				r.n++
			} else {
				*r.own(i) = b
			}
			if r.only != nil {
				r.changed[i] = nil
			}
			last = i
			return nil
		}, "SELECT p.seq, p.task, p.office, p.team, p.plan, p.promised, p.due, p.open_due, p.reported, p.done, p.withdrawn, p.state, p.begun, p.amended, p.lowered, p.later FROM promise AS p WHERE 1 = 1"+and+" ORDER BY p.seq", args...)
	})
	if err != nil {
		return err
	}
	var place string
	last = 0
	err = r.some("x.promise", func(and string, args []any) error {
		return r.at.Tx.Each([]any{&place, &seq}, func() error {
			if i, ok := r.find(seq, last); ok {
				b := r.own(i)
				b.places = append(b.places, r.index.places.ids[place])
				last = i
			}
			return nil
		}, "SELECT x.place, x.promise FROM promise_place AS x WHERE 1 = 1"+and+" ORDER BY x.place, x.promise", args...)
	})
	return err
}

// move brings the lists of promises by place up to date.
func (r *reader) move(x *index) {
	r.here = slices.Clone(r.here)
	own := map[int32]bool{}
	list := func(place int32) []int32 {
		if !own[place] {
			own[place] = true
			r.here[place] = slices.Clone(r.here[place])
		}
		return r.here[place]
	}
	for _, i := range slices.Sorted(maps.Keys(r.changed)) {
		var was []int32
		if i < x.n {
			was = x.get(i).places
		}
		now := r.get(i).places
		for _, p := range was {
			if !slices.Contains(now, p) {
				at, _ := slices.BinarySearch(list(p), i)
				r.here[p] = slices.Delete(r.here[p], at, at+1)
			}
		}
		for _, p := range now {
			if !slices.Contains(was, p) {
				at, _ := slices.BinarySearch(list(p), i)
				r.here[p] = slices.Insert(r.here[p], at, i)
			}
		}
	}
}

// waitingSQL chooses the reports of a table r that nobody has looked at, though there is something to look at.
const waitingSQL = "r.passed = 0 AND r.sent_back = 0 AND (r.has_note = 1 OR r.pictures > 0)"

func (r *reader) readWaits() (err error) {
	if r.waits, err = r.readWait(r.waits, "r.recorded FROM report AS r WHERE "+waitingSQL); err != nil {
		return err
	}
	r.returned, err = r.readWait(r.returned, "r.back_day FROM report AS r WHERE "+unansweredSQL)
	return err
}

// readWait reads one list of reports, of which those before are known.
func (r *reader) readWait(before []wait, day string) ([]wait, error) {
	again := slices.Sorted(maps.Keys(r.changed)) // none, where entries were about something else than promises
	waits := slices.DeleteFunc(slices.Clone(before), func(w wait) bool {
		if len(again) < 8 {
			return slices.Contains(again, w.number)
		}
		_, found := slices.BinarySearch(again, w.number)
		return found
	})
	var seq, of int64
	var who, on string
	last := int32(0)
	err := r.some("r.promise", func(and string, args []any) error {
		return r.at.Tx.Each([]any{&seq, &of, &who, &on}, func() error {
			if i, ok := r.find(of, last); ok {
				w := wait{seq, i, r.codes.intern(who), dayNumber(on)}
				if last = i; r.only == nil {
					waits = append(waits, w)
				} else { // there are few
					k, _ := slices.BinarySearchFunc(waits, w, bySeq)
					waits = slices.Insert(waits, k, w)
				}
			}
			return nil
		}, "SELECT r.seq, r.promise, r.who, "+day+and, args...)
	})
	if r.only == nil {
		slices.SortFunc(waits, bySeq)
	}
	return waits, err
}

func bySeq(a, b wait) int { return cmp.Compare(a.seq, b.seq) }

// readWork reads what the dashboard counts, each thing with one query.
func (r *reader) readWork() error {
	works := map[int32]*gathered{}
	gather := func(i int32) *gathered {
		if works[i] == nil {
			works[i] = &gathered{}
		}
		return works[i]
	}
	var of, minor int64
	var all, kind, currency string
	last := int32(0)
	number := func() (int32, bool) {
		i, ok := r.find(of, last)
		if ok {
			last = i
		}
		return i, ok
	}
	days := func(which int, day, from string) error {
		return r.some("o.promise", func(and string, args []any) error {
			return r.at.Tx.Each([]any{&of, &all}, func() error {
				if i, ok := number(); ok {
					g := gather(i)
					for one := range strings.SplitSeq(all, ",") {
						g.days[which] = append(g.days[which], dayNumber(one))
					}
				}
				return nil
			}, "SELECT o.promise, "+r.at.joined(day)+" FROM "+from+and+" GROUP BY o.promise", args...)
		})
	}
	for which, sql := range [][2]string{
		missingOccurrences: {"o.due", "occurrence AS o WHERE o.state = ''"},
		missingPeriods:     {"o.to_day", "target AS o WHERE o.value <> '' AND o.reading = ''"},
		reports:            {"o.recorded", "report AS o WHERE o.sent_back = 0"},
		worse:              {"o.recorded", "promise AS p JOIN terms AS o ON o.promise = p.seq WHERE (p.lowered > 0 OR p.later > 0) AND o.version > 1 AND (o.lowered = 1 OR o.later = 1)"},
	} {
		if err := days(which, sql[0], sql[1]); err != nil {
			return err
		}
	}
	err := r.some("m.promise", func(and string, args []any) error {
		return r.at.Tx.Each([]any{&of, &kind, &currency, &minor}, func() error {
			if i, ok := number(); ok {
				gather(i).pay(r.codes.intern(currency), kind, minor)
			}
			return nil
		}, fmt.Sprintf("SELECT m.promise, m.type, m.currency, m.minor FROM money AS m WHERE m.type IN ('promised', '%s', '%s')", PaidTypes[0], PaidTypes[1])+and, args...)
	})
	// What is read together lies together, in the order in which it is counted.
	sums, dates := 0, 0
	for _, g := range works {
		sums += len(g.money)
		for _, some := range g.days {
			dates += len(some)
		}
	}
	money, every, packed := make([]sum, 0, sums), make([]int32, 0, dates), make([]work, 0, len(works))
	for _, i := range slices.Sorted(maps.Keys(works)) {
		packed = append(packed, work{})
		w := &packed[len(packed)-1]
		works[i].pack(w, &money, &every)
		r.own(i).work = w
	}
	return err
}

func (r *reader) readPostings() error {
	r.postings = nil
	var place, team, from, until string
	return r.at.Tx.Each([]any{&place, &team, &from, &until}, func() error {
		if id, ok := r.index.places.find(place); ok {
			r.postings = append(r.postings, posting{id, r.codes.intern(team), dayNumber(from), dayNumber(until)})
		}
		return nil
	}, "SELECT place, team, from_day, until_day FROM posting ORDER BY place, team, from_day")
}

// gathered is work that is being read.
type gathered struct {
	money []sum
	days  [4][]int32
}

func (g *gathered) pay(currency int32, kind string, minor int64) {
	i := slices.IndexFunc(g.money, func(s sum) bool { return s.currency == currency })
	if i < 0 {
		i = len(g.money)
		g.money = append(g.money, sum{currency: currency})
	}
	if kind == "promised" {
		g.money[i].promised += minor
	} else {
		g.money[i].paid += minor
	}
}

// pack puts work behind other work.
func (g *gathered) pack(w *work, money *[]sum, days *[]int32) {
	begin := len(*money)
	*money = append(*money, g.money...)
	w.money = slices.Clip((*money)[begin:])
	begin = len(*days)
	for i, some := range g.days {
		slices.Sort(some)
		*days = append(*days, some...)
		w.ends[i] = int32(len(*days) - begin)
	}
	w.days = slices.Clip((*days)[begin:])
}
