package figures

import (
	"maps"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"kept/locale"
	"kept/promise"
	"kept/store"
)

// marking marks promises by their place in an index.
type marking []uint64

func (m marking) has(i int32) bool { return m[i/64]>>(i%64)&1 == 1 }
func (m marking) set(i int32)      { m[i/64] |= 1 << (i % 64) }

// until goes through what is marked as long as visit wants more.
func (m marking) until(visit func(i int32) bool) {
	for w, word := range m {
		for ; word != 0; word &= word - 1 {
			if !visit(int32(w*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// choice is a filter that was read for one index and day.
type choice struct {
	x                        *index
	day                      int32
	task, office, team, plan int32 // 0: any
	standing                 promise.Standing
	village                  string
	voiced                   int // the place of the village's side among Villages
	mark                     string
	dated                    bool
	from, to                 int32
	nothing                  bool
	number                   int32   // only this promise, -1: any
	inside                   []bool  // places, nil: any
	everywhere               bool    // all promises are made to these places
	few                      []int32 // all promises in these places, if they are so few that it pays to know them
	found                    marking // by words, nil: any
}

// choose reads a filter for this state of the book.
func (at *At) choose(f Filter) (*choice, error) {
	x, err := at.index(false)
	if err != nil {
		return nil, err
	}
	return x.choose(at, f)
}

// choose reads a filter.
func (x *index) choose(at *At, f Filter) (*choice, error) {
	c := &choice{x: x, day: dayNumber(at.Day), standing: promise.Standing(f.Standing), village: f.Village, voiced: slices.Index(Villages, f.Village), mark: f.Mark, number: -1}
	c.task, c.office, c.team, c.plan = x.codes.find(f.Task), x.codes.find(f.Office), x.codes.find(f.Team), x.codes.find(f.Plan)
	if f.From != "" || f.To != "" {
		c.dated, c.from, c.to = true, none+1, math.MaxInt32
		if f.From != "" {
			c.from = dayNumber(f.From)
		}
		if f.To != "" {
			c.to = dayNumber(f.To)
		}
	}
	if f.Place != "" {
		c.in(f.places())
	}
	words := strings.TrimSpace(f.Words)
	if n, err := strconv.ParseInt(words, 10, 64); err == nil {
		c.nothing = n < 1 || n > int64(x.n)
		c.number = int32(n) - 1
	} else if words != "" {
		prefixes := locale.Query(words)
		c.nothing = len(prefixes) == 0
		for _, prefix := range prefixes {
			m, err := x.prefixed(at, prefix)
			if err != nil {
				return nil, err
			}
			if c.found == nil {
				c.found = slices.Clone(m)
				continue
			}
			for i := range m {
				c.found[i] &= m[i]
			}
		}
	}
	return c, nil
}

// in restricts the choice to promises in these places.
func (c *choice) in(codes []string) {
	var roots []int32
	for _, code := range codes {
		if id, ok := c.x.places.find(code); ok {
			roots = append(roots, id)
		}
	}
	c.inside = c.x.places.inside(roots)
	lists, everywhere := 0, true
	for p, in := range c.inside {
		if in {
			lists += len(c.x.here[p])
		} else if len(c.x.here[p]) > 0 {
			everywhere = false
		}
	}
	c.everywhere = everywhere
	if everywhere || lists > int(c.x.n)/8 {
		return
	}
	c.few = make([]int32, 0, lists)
	for p, in := range c.inside {
		if in {
			c.few = append(c.few, c.x.here[p]...)
		}
	}
	slices.Sort(c.few)
	c.few = slices.Compact(c.few)
}

// takes says whether the filter chooses a promise.
func (c *choice) takes(i int32, b *brief) bool {
	switch {
	case c.task != 0 && b.task != c.task, c.office != 0 && b.office != c.office, c.team != 0 && b.team != c.team, c.plan != 0 && b.plan != c.plan,
		c.standing != "" && b.standing(c.day) != c.standing, !b.marked(c.mark), c.dated && !b.openIn(c.from, c.to),
		c.found != nil && !c.found.has(i), c.village != "" && !b.voiced(c.voiced, c.day):
		return false
	}
	return c.lies(b)
}

// lies says whether a promise is made to one of the places that are chosen.
func (c *choice) lies(b *brief) bool {
	return c.inside == nil || c.everywhere || slices.ContainsFunc(b.places, func(p int32) bool { return c.inside[p] })
}

// each goes through the promises that are chosen, in the order of their numbers.
func (c *choice) each(visit func(i int32, b *brief)) {
	c.until(func(i int32, b *brief) bool {
		visit(i, b)
		return true
	})
}

// until does the same as long as visit wants more.
func (c *choice) until(visit func(i int32, b *brief) bool) {
	maybe := func(i int32) bool {
		b := c.x.get(i)
		return !c.takes(i, b) || visit(i, b)
	}
	switch {
	case c.nothing:
	case c.number >= 0 && c.few != nil:
		if _, ok := slices.BinarySearch(c.few, c.number); ok {
			maybe(c.number)
		}
	case c.number >= 0:
		maybe(c.number)
	case c.few != nil:
		for _, i := range c.few {
			if !maybe(i) {
				return
			}
		}
	case c.found != nil:
		c.found.until(maybe)
	default:
		for n, some := range c.x.chunks {
			for k := range some {
				if i := int32(n*chunk + k); c.takes(i, &some[k]) && !visit(i, &some[k]) {
					return
				}
			}
		}
	}
}

// mostPrefixes is how many prefixes an index remembers what they find of.
const mostPrefixes = 64

// hits are what a prefix of a word finds. They never change.
type hits struct {
	titles marking // promises with it in their title
	places []bool  // the places with it in their name and all in them, nil if there are none; what is promised to them is found
	named  bool    // places were looked for
}

// prefixed marks the promises that a prefix of a word finds: in the title, or in the name of a place they are made to, or
// of one that this lies in.
func (x *index) prefixed(at *At, prefix string) (marking, error) {
	x.mu.Lock()
	h := x.words[prefix]
	x.mu.Unlock()
	if h == nil || !h.named {
		var err error
		if h, err = x.look(at, prefix, h); err != nil {
			return nil, err
		}
		x.mu.Lock()
		if len(x.words) >= mostPrefixes {
			clear(x.words)
		}
		x.words[prefix] = h
		x.mu.Unlock()
	}
	m := slices.Clone(h.titles)
	for p, found := range h.places {
		if found {
			for _, i := range x.here[p] {
				m.set(i)
			}
		}
	}
	return m, nil
}

// look reads what a prefix finds, of which the titles may be known.
func (x *index) look(at *At, prefix string, before *hits) (*hits, error) {
	h := &hits{named: true}
	if before != nil {
		h.titles = before.titles
	} else {
		h.titles = make(marking, (x.n+63)/64)
		err := at.numbers(func(seq, last int64) int64 {
			i, ok := x.find(seq, int32(last))
			if ok {
				h.titles.set(i)
			}
			return int64(i)
		}, "promise", "promise_word WHERE word >= $1 AND word < $2", prefix, prefix+lastRune)
		if err != nil {
			return nil, err
		}
	}
	var code string
	var roots []int32
	err := at.Tx.Each([]any{&code}, func() error {
		if id, ok := x.places.find(code); ok {
			roots = append(roots, id)
		}
		return nil
	}, "SELECT place FROM place_word WHERE word >= $1 AND word < $2", prefix, prefix+lastRune)
	if len(roots) > 0 {
		h.places = x.places.inside(roots)
	}
	return h, err
}

// joined is an expression for all values of a column, with commas between them: reading a row costs more than finding it.
//
// Differs because the engines have other names for it.
func (at *At) joined(column string) string {
	if at.Tx.Engine() == store.PostgreSQL {
		return "string_agg(CAST(" + column + " AS text), ',')"
	}
	return "group_concat(" + column + ")"
}

// numbers hands every value of a column of integers to visit, with what it returned for the one before.
func (at *At) numbers(visit func(n, last int64) int64, column, from string, args ...any) error {
	var text string
	last := int64(0)
	return at.Tx.Each([]any{&text}, func() error {
		for text != "" {
			part, rest, _ := strings.Cut(text, ",")
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return err
			}
			last, text = visit(n, last), rest
		}
		return nil
	}, "SELECT COALESCE("+at.joined(column)+", '') FROM "+from, args...)
}

// remembered is what an index found by words.
func (x *index) remembered() map[string]*hits {
	x.mu.Lock()
	defer x.mu.Unlock()
	return maps.Clone(x.words)
}

// reword takes over what the index before found by words: titles only ever come to be found by more of them.
func (r *reader) reword(x *index, t touched) error {
	r.words = x.remembered()
	if !t.titles || len(r.words) == 0 {
		return nil
	}
	var keys [][]any
	rows, err := r.at.rowsOf(r.only)
	if err != nil {
		return err
	}
	for _, p := range rows {
		keys = append(keys, []any{p.Seq, p.Version})
	}
	versions, err := promise.Versions.Load(r.at.Tx, keys)
	if err != nil {
		return err
	}
	now := map[int32][]string{}
	for _, v := range versions {
		terms, err := promise.ParseTerms(v.Terms)
		if err != nil {
			return err
		}
		if i, ok := r.find(v.Promise, 0); ok {
			for _, text := range terms.Title.In {
				now[i] = append(now[i], locale.Words(text)...)
			}
		}
	}
	for prefix, h := range r.words {
		next := &hits{append(slices.Clone(h.titles), make(marking, int(r.n+63)/64-len(h.titles))...), h.places, h.named && !t.names}
		for i, words := range now {
			if slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, prefix) }) {
				next.titles.set(i)
			}
		}
		r.words[prefix] = next
	}
	return nil
}

// count counts by standing what a filter chooses, which names none.
func (c *choice) count() map[promise.Standing]int64 {
	var n [5]int64
	c.each(func(_ int32, b *brief) { n[place(b.standing(c.day))]++ })
	out := map[promise.Standing]int64{}
	for i, s := range promise.Standings {
		out[s] = n[i]
	}
	return out
}

// place is the place of a standing among promise.Standings.
func place(s promise.Standing) int { return slices.Index(promise.Standings, s) }

// order are the promises that are chosen, in an order: those from a place on, all of them if most is 0.
func (c *choice) order(o Order, from, most int) []int64 {
	want := math.MaxInt
	if most > 0 {
		want = from + most
	}
	var keys []int64
	limit := int64(math.MaxInt64)
	c.until(func(i int32, b *brief) bool {
		key := c.key(o, b)<<32 | int64(i)
		if key >= limit {
			return o == ByDue || o == ByLate || o == ByNew // by number all others come later still
		}
		if keys = append(keys, key); len(keys) >= 2*want+1024 && want < math.MaxInt/4 {
			slices.Sort(keys)
			keys = keys[:want]
			limit = keys[want-1]
		}
		return true
	})
	slices.Sort(keys)
	keys = keys[min(from, len(keys)):min(want, len(keys))]
	for k, key := range keys {
		keys[k] = c.x.get(int32(key & math.MaxUint32)).seq
	}
	return keys
}

// key is by what a promise is ordered, before its number.
func (c *choice) key(o Order, b *brief) int64 {
	switch o {
	case ByDue:
		if b.due == none {
			return 1 << 28
		}
		return int64(b.due)
	case ByLate:
		if b.standing(c.day) != promise.Overdue {
			return 1<<28 + int64(b.open)
		}
		return int64(b.open)
	case ByNew:
		return -int64(b.reported)
	}
	return 0
}

// rowsOf reads promises in the order in which they are named.
func (at *At) rowsOf(seqs []int64) ([]promise.Row, error) {
	keys := make([][]any, len(seqs))
	order := make(map[int64]int, len(seqs))
	for i, seq := range seqs {
		keys[i], order[seq] = []any{seq}, i
	}
	rows, err := promise.View.Load(at.Tx, keys)
	slices.SortFunc(rows, func(a, b promise.Row) int { return order[a.Seq] - order[b.Seq] })
	return rows, err
}
