package figures

import (
	"cmp"
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"sync"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// index is every promise of a book at one size, in memory, as short as counting needs it: what a filter asks for, and what
// a standing is said from. A page of an office counts hundreds of thousands of promises in several ways; the database
// reads them one by one, which takes a second, and this a few milliseconds.
//
// An index is read from the views and never changes. The next one shares with it all that no entry in between has touched,
// so a new entry costs as much as reading its promise again (TestIndexIsTheViews). What a page shows of a promise, beyond
// counts and order, is read from the views.
type index struct {
	size   int64
	n      int32
	chunks [][]brief
	here   [][]int32 // by place: the promises made to it
	places *places
	codes  *codes
	deep   bool // briefs have their work, and there are postings

	postings []posting

	waits    []wait // the reports that nobody has looked at, the oldest first
	returned []wait // the reports that were sent back with nothing reported since; their day is that of the sending back

	mu    sync.Mutex
	words map[string]*hits // guarded by mu; by prefix
}

// brief is a promise. Its number is its place in the index, from 1.
type brief struct {
	seq                                     int64
	task, office, team, plan                int32
	promised, due, open, reported, finished int32 // days; finished: of being reported done
	withdrawn, begun, done, suspended       bool
	amended, lowered, later                 bool
	places                                  []int32
	heard                                   *heard // nil if no village was asked
	work                                    *work
}

// work is what the dashboard counts of a promise.
type work struct {
	money []sum
	days  []int32 // of the four things, one behind the other, each in order
	ends  [4]int32
}

// What of a promise's work has days.
const (
	missingOccurrences = iota // due days of occurrences for which nothing was reported
	missingPeriods            // last days of target periods for which nothing was reported
	reports                   // recorded days of work reports
	worse                     // recorded days of amendments that lowered it or made it later
)

func (w *work) of(which int) []int32 {
	from := int32(0)
	if which > 0 {
		from = w.ends[which-1]
	}
	return w.days[from:w.ends[which]]
}

// sum is a promise's money in one currency.
type sum struct {
	currency       int32
	promised, paid int64
}

// wait is a report that somebody must see to.
type wait struct {
	seq    int64
	number int32 // the promise's place in the index
	who    int32
	day    int32
}

// posting is a team's service of a place.
type posting struct {
	place, team, from, until int32 // until: none while it is open
}

func (p *posting) serves(day int32) bool { return p.from <= day && (p.until == none || day <= p.until) }

// none is no day. It is before every day.
const none = -1 << 26

func dayNumber(day string) int32 {
	if n, err := schedule.ParseDay(day); err == nil {
		return int32(n)
	}
	return none
}

// codes gives short numbers to codes. Those once given stay.
type codes struct {
	mu   sync.RWMutex
	ids  map[string]int32
	text []string
}

func newCodes() *codes { return &codes{ids: map[string]int32{"": 0}, text: []string{""}} }

func (c *codes) intern(text string) int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok := c.ids[text]
	if !ok {
		id = int32(len(c.text))
		c.ids[text], c.text = id, append(c.text, text)
	}
	return id
}

// find is the number of a code, or one that nothing has.
func (c *codes) find(text string) int32 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if id, ok := c.ids[text]; ok {
		return id
	}
	return -1
}

func (c *codes) all() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.text
}

// places is the tree of places. A place stands behind the one it lies in.
type places struct {
	codes []string
	above []int32 // -1 at the top
	ids   map[string]int32
}

func (p *places) find(code string) (int32, bool) {
	id, ok := p.ids[code]
	return id, ok
}

// inside marks the places that are one of these, or lie in one.
func (p *places) inside(roots []int32) []bool {
	out := make([]bool, len(p.codes))
	for _, r := range roots {
		out[r] = true
	}
	for i, above := range p.above {
		out[i] = out[i] || above >= 0 && out[above]
	}
	return out
}

// chunk is how many promises are copied when one of them has changed.
const chunk = 256

func (x *index) get(i int32) *brief { return &x.chunks[i/chunk][i%chunk] }

// all goes through all promises in the order of their numbers.
func (x *index) all(visit func(i int32, b *brief)) {
	for c, some := range x.chunks {
		for k := range some {
			visit(int32(c*chunk+k), &some[k])
		}
	}
}

// find is the place of the promise that is this entry. Hint is where to begin looking; it need not be near.
func (x *index) find(seq int64, hint int32) (int32, bool) {
	from, step := int32(0), int32(1)
	if hint < x.n && x.get(hint).seq <= seq {
		for from = hint; from+step < x.n && x.get(from+step).seq <= seq; step *= 2 {
			from += step
		}
	} else {
		step = x.n
	}
	i := from + int32(sort.Search(int(min(step, x.n-from)), func(k int) bool { return x.get(from+int32(k)).seq >= seq }))
	return i, i < x.n && x.get(i).seq == seq
}

func (b *brief) standing(day int32) promise.Standing {
	switch {
	case b.withdrawn:
		return promise.Withdrawn
	case b.done:
		return promise.ReportedDone
	case b.open != none && b.open < day:
		return promise.Overdue
	case b.begun:
		return promise.UnderWay
	}
	return promise.Open
}

func (b *brief) marked(mark string) bool {
	switch mark {
	case "":
		return true
	case "lowered":
		return b.lowered
	case "made-later":
		return b.later
	case "amended":
		return b.amended
	case "suspended":
		return b.suspended
	}
	return false
}

// openIn says whether something of the promise is still to come or overdue, and that its earliest open day lies between these.
func (b *brief) openIn(from, to int32) bool {
	return !b.withdrawn && !b.done && b.open != none && from <= b.open && b.open <= to
}

// mostBehind is up to how many entries an index is brought up to date; one that is further behind is read anew.
const mostBehind = 4000

// index is the index of this state of the book.
func (at *At) index(deep bool) (*index, error) {
	if at.Memo == nil { // then At is its own
		if at.own == nil || deep && !at.own.deep {
			x, err := readIndex(at, deep)
			if err != nil {
				return nil, err
			}
			at.own = x
		}
		return at.own, nil
	}
	return at.Memo.index(at, deep)
}

// indexed says whether counts are made from an index: those that are asked for once are not, so whoever verifies pages
// counts in another way than they do.
//
// Nor are they while the index of a large book is being read for the first time, so that a server that has just started answers
// at once.
func (at *At) indexed() bool {
	return at.Memo != nil && (at.Size < waitedFor || at.Memo.ready.Load())
}

// waitedFor is the size of a book whose index is read in the time of a page.
const waitedFor = 50_000

// kept is how many indexes are remembered: reads of older states may still be running.
const kept = 8

// recent is an index that goes on with the book: those of its newest states, the newest last. There are two, so that nobody
// waits for work to be read who does not ask for it.
type recent struct {
	mu      sync.Mutex // held while an index is read
	indexes []*index   // guarded by mu
}

func (m *Memo) index(at *At, deep bool) (*index, error) {
	if !deep {
		x, err := m.shallow.index(at, func() (*index, error) { return readIndex(at, false) })
		if err == nil {
			m.ready.Store(true)
		}
		return x, err
	}
	return m.deep.index(at, func() (*index, error) {
		x, err := m.index(at, false)
		if err != nil {
			return nil, err
		}
		return x.deepen(at)
	})
}

func (r *recent) index(at *At, read func() (*index, error)) (*index, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var before *index
	for _, x := range r.indexes {
		if x.size == at.Size {
			return x, nil
		} else if x.size < at.Size {
			before = x
		}
	}
	if before != nil && at.Size-before.size <= mostBehind {
		read = func() (*index, error) { return before.next(at) }
	}
	x, err := read()
	if err != nil {
		return nil, err
	}
	r.indexes = append(r.indexes, x)
	slices.SortFunc(r.indexes, func(a, b *index) int { return cmp.Compare(a.size, b.size) })
	r.indexes = slices.Delete(r.indexes, 0, max(0, len(r.indexes)-kept))
	return x, nil
}

// touched is what the entries between two sizes have changed.
type touched struct {
	promises []int64
	places   bool    // there are new ones
	postings bool    // and so there are, or they have ended
	names    bool    // a place may have another name, or be found by more words
	titles   bool    // and so may a promise
	heard    []int64 // of what villages say of these promises
}

// wordless are the kinds of entries that leave all words as they are.
var wordless = []string{promise.KindReport, promise.KindPassing, promise.KindPayment, promise.KindPaymentWithdrawal, promise.KindWithdrawal, ledger.KindDay,
	voice.KindRound, voice.KindTaken, voice.KindSuspended, voice.KindResumed, voice.KindVoid, voice.KindTally, voice.KindContested, voice.KindResult, voice.KindLost, voice.KindAnswer}

// saying are the kinds of entries about a round after which villages may say something else.
var saying = []string{voice.KindTaken, voice.KindSuspended, voice.KindResumed, voice.KindVoid, voice.KindContested, voice.KindResult, voice.KindLost}

func touchedBy(at *At, from int64) (t touched, err error) {
	bodies, err := ledger.Bodies(at.entries(), from, at.Size)
	if err != nil {
		return t, err
	}
	var rounds []int64
	for i, body := range bodies {
		var e struct{ Kind, About string } // the bytes were checked when they were taken
		if err := json.Unmarshal(body, &e); err != nil {
			return t, err
		}
		t.titles = t.titles || !slices.Contains(wordless, e.Kind)
		t.names = t.names || !slices.Contains(wordless, e.Kind) && e.Kind != promise.KindPromise && e.Kind != promise.KindAmendment
		t.places = t.places || e.Kind == programme.KindPlace
		t.postings = t.postings || e.Kind == programme.KindPosting || e.Kind == programme.KindPostingEnd
		if e.Kind == promise.KindPromise {
			t.promises = append(t.promises, from+int64(i))
		}
		if e.About == "" {
			continue
		}
		seq, ok, err := ledger.SeqOf(at.Tx, e.About)
		if err != nil {
			return t, err
		}
		switch {
		case !ok || e.Kind == voice.KindTally || e.Kind == voice.KindAnswer:
		case slices.Contains(saying, e.Kind):
			rounds = append(rounds, seq)
		default:
			if seq, err = promiseOf(at, seq); err != nil {
				return t, err
			}
			t.promises = append(t.promises, seq)
		}
	}
	slices.Sort(t.promises)
	t.promises = slices.Compact(t.promises)
	t.heard, err = askedBy(at, rounds)
	return t, err
}

// askedBy are the promises that some rounds ask about.
func askedBy(at *At, rounds []int64) (out []int64, err error) {
	slices.Sort(rounds)
	for some := range slices.Chunk(slices.Compact(rounds), 200) {
		q := &query{}
		in := make([]string, len(some))
		for i, seq := range some {
			in[i] = q.arg(seq)
		}
		var seq int64
		err := at.Tx.Each([]any{&seq}, func() error { out = append(out, seq); return nil },
			"SELECT DISTINCT promise FROM question WHERE round IN ("+strings.Join(in, ", ")+")", q.args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// promiseOf is the promise that an entry is about, if it is a report or a payment; else the entry itself.
func promiseOf(at *At, seq int64) (of int64, err error) {
	ok, err := at.Tx.One([]any{&of}, "SELECT promise FROM report WHERE seq = $1 UNION ALL SELECT promise FROM payment WHERE seq = $1", seq)
	if !ok {
		of = seq
	}
	return of, err
}

// Prepare reads what is counted in memory, so that the first who asks need not wait for it. With deep it reads also what only
// the pages of offices count, which takes several times the memory.
func (at *At) Prepare(deep bool) error {
	_, err := at.index(deep)
	return err
}
