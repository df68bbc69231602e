package ledger

import (
	"cmp"
	"iter"
	"slices"

	"kept/store"
)

// Need gathers the keys of the view rows that a batch of entries touches.
type Need struct{ rows *Rows }

// Rows are the view rows that a fold reads and writes. A step sees what the entries before it have left, also those of
// its own batch; what it wrote is forgotten if it refuses.
type Rows struct {
	load    loader      // nil: every row there is, is here
	sheets  []sheet     // by the number of their view
	written []sheet     // by the step that runs
	known   map[any]any // what steps have worked out from rows that never change
	err     error       // the first failed read; a step cannot go on after it
	text    []byte      // room for a key
}

// ReadRows gives the rows of one state of the book to a rule that a step asks too, so that a page which says beforehand what the
// book would say has no rule of its own. Need, which may be nil, announces rows as a kind of entry does. Nothing is written.
func ReadRows(tx *store.Tx, need func(*Need)) (*Rows, error) {
	r := newRows(tx.Load)
	if need != nil {
		need(&Need{r})
	}
	return r, r.prefetch()
}

// Err is the first read that failed; what a rule said after it means nothing.
func (r *Rows) Err() error { return r.err }

func newRows(load loader) *Rows { return &Rows{load: load} }

func (r *Rows) sheet(v viewer) sheet {
	n := v.number()
	if n >= len(r.sheets) {
		r.sheets = append(r.sheets, make([]sheet, n+1-len(r.sheets))...)
	}
	if r.sheets[n] == nil {
		r.sheets[n] = v.open()
	}
	return r.sheets[n]
}

// all are the sheets that hold anything, or held it once.
func (r *Rows) all() iter.Seq2[int, sheet] {
	return func(yield func(int, sheet) bool) {
		for n, s := range r.sheets {
			if s != nil && !yield(n, s) {
				return
			}
		}
	}
}

// prefetch reads all rows that were asked for, one query a view.
func (r *Rows) prefetch() error {
	for _, s := range r.all() {
		if err := s.fetch(r.load); err != nil {
			return err
		}
	}
	return nil
}

// rounds is how often a batch may ask for rows whose keys stand in rows that it asked for before.
const rounds = 2

// prefetchAll reads all rows that some entries need, and then those whose keys stand in other rows. What it misses, a step reads
// by itself, one by one.
func (r *Rows) prefetchAll(entries []*prepared) error {
	need := &Need{r}
	for _, p := range entries {
		p.need(need)
	}
	for range rounds {
		if err := r.prefetch(); err != nil {
			return err
		}
		for _, p := range entries {
			p.needMore(need, r)
		}
	}
	return r.prefetch()
}

// held is how many rows are here, those that are known to be missing too.
func (r *Rows) held() (n int) {
	for _, s := range r.all() {
		n += s.held()
	}
	return n
}

// mostKnown is how much Once remembers before it begins anew.
const mostKnown = 20_000

// Once returns what compute returned for this key before, or lets it compute. It is for what follows from a row that is never
// written twice, so that a batch or a replay does not work it out for every entry. Nobody changes what it returns.
func Once[T any](r *Rows, key any, compute func() (T, error)) (T, error) {
	if v, ok := r.known[key]; ok {
		return v.(T), nil
	}
	v, err := compute()
	if err == nil && r.err == nil {
		if r.known == nil || len(r.known) >= mostKnown {
			r.known = map[any]any{}
		}
		r.known[key] = v
	}
	return v, err
}

// step runs one step; if it refuses, what it wrote is taken back.
func (r *Rows) step(f func(*Rows) error) error {
	err := f(r)
	for _, s := range r.written {
		if err != nil {
			s.undo()
		} else {
			s.settle()
		}
	}
	r.written = r.written[:0]
	return cmp.Or(r.err, err)
}

// rest goes on holding those rows that a step has looked at since the last rest, or none if there are more than most. All must have been
// flushed.
func (r *Rows) rest(most int) {
	left := newRows(nil)
	left.sheets = make([]sheet, len(r.sheets))
	for n, s := range r.all() {
		left.sheets[n] = s.rest()
	}
	if left.held() > most {
		for n, s := range left.all() {
			left.sheets[n] = s.rest() // nobody has looked at those
		}
	}
	r.sheets = left.sheets
}

// flush writes each changed row once, in key order, and keeps the rows as clean.
func (r *Rows) flush(tx *store.Tx) error {
	for _, s := range r.all() {
		if err := s.flush(tx); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
