package ledger

import (
	"slices"

	"kept/store"
)

// Need gathers the keys of the view rows that a batch of entries touches.
type Need struct {
	views []viewer
	keys  map[viewer]map[string][]any
}

func (n *Need) add(v viewer, key []any) {
	if n.keys == nil {
		n.keys = map[viewer]map[string][]any{}
	}
	if n.keys[v] == nil {
		n.keys[v] = map[string][]any{}
		n.views = append(n.views, v)
	}
	n.keys[v][keyText(key)] = key
}

// Rows are the view rows that a fold reads and writes. A step sees what the entries before it have left, also those of
// its own batch; what it wrote is forgotten if it refuses.
type Rows struct {
	load   func(*store.Table, [][]any) ([][]any, error) // nil: every row there is, is here
	sheets map[viewer]map[string]*cell
	undo   []undo
	known  map[any]any // what steps have worked out from rows that never change
	err    error       // the first failed read; a step cannot go on after it
}

type cell struct {
	key   []any
	row   any // nil: there is no such row
	dirty bool
}

// undo is how a cell was before a step wrote it.
type undo struct {
	sheet map[string]*cell
	text  string
	cell  *cell // nil: nobody had looked at this row yet
	row   any
	dirty bool
}

// ReadRows gives the rows of one state of the book to a rule that a step asks too, so that a page which says beforehand what the
// book would say has no rule of its own. Need, which may be nil, announces rows as a kind of entry does. Nothing is written.
func ReadRows(tx *store.Tx, need func(*Need)) (*Rows, error) {
	r, n := newRows(tx.Load), &Need{}
	if need != nil {
		need(n)
	}
	return r, r.prefetch(n)
}

// Err is the first read that failed; what a rule said after it means nothing.
func (r *Rows) Err() error { return r.err }

func newRows(load func(*store.Table, [][]any) ([][]any, error)) *Rows {
	return &Rows{load: load, sheets: map[viewer]map[string]*cell{}}
}

// prefetch reads all needed rows, one query a view.
func (r *Rows) prefetch(n *Need) error {
	for _, v := range n.views {
		if err := r.fetch(v, n.keys[v]); err != nil {
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
	var need Need
	for _, p := range entries {
		p.need(&need)
	}
	if err := r.prefetch(&need); err != nil {
		return err
	}
	for range rounds {
		var more Need
		for _, p := range entries {
			p.needMore(&more, r)
		}
		if len(more.views) == 0 {
			return nil
		}
		if err := r.prefetch(&more); err != nil {
			return err
		}
	}
	return nil
}

// held is how many rows are here, those that are known to be missing too.
func (r *Rows) held() (n int) {
	for _, sheet := range r.sheets {
		n += len(sheet)
	}
	return n
}

func (r *Rows) fetch(v viewer, wanted map[string][]any) error {
	sheet := r.sheet(v)
	var ask [][]any
	for _, text := range sortedKeys(wanted) {
		if sheet[text] == nil {
			sheet[text] = &cell{key: wanted[text]}
			ask = append(ask, wanted[text])
		}
	}
	if r.load == nil || len(ask) == 0 {
		return nil
	}
	rows, err := r.load(v.Table(), ask)
	if err != nil {
		return err
	}
	for _, values := range rows {
		row := v.parse(values)
		sheet[keyText(v.keyOf(row))].row = row
	}
	return nil
}

func (r *Rows) sheet(v viewer) map[string]*cell {
	s := r.sheets[v]
	if s == nil {
		s = map[string]*cell{}
		r.sheets[v] = s
	}
	return s
}

func (r *Rows) cell(v viewer, key []any) *cell {
	text := keyText(key)
	if c := r.sheet(v)[text]; c != nil || r.err != nil {
		return c
	}
	if r.load == nil {
		return nil
	}
	if r.err = r.fetch(v, map[string][]any{text: key}); r.err != nil {
		return nil
	}
	return r.sheets[v][text]
}

func (r *Rows) set(v viewer, key []any, row any) {
	sheet, text := r.sheet(v), keyText(key)
	c := sheet[text]
	if c == nil { // the step writes without having looked
		r.undo = append(r.undo, undo{sheet: sheet, text: text})
		sheet[text] = &cell{key: key, row: row, dirty: true}
		return
	}
	r.undo = append(r.undo, undo{sheet, text, c, c.row, c.dirty})
	c.row, c.dirty = row, true
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
	r.undo = r.undo[:0]
	err := f(r)
	if r.err != nil {
		return r.err
	}
	if err != nil {
		for _, u := range slices.Backward(r.undo) {
			if u.cell == nil {
				delete(u.sheet, u.text)
			} else {
				u.cell.row, u.cell.dirty = u.row, u.dirty
			}
		}
	}
	return err
}

// flush writes each changed row once, in key order, and keeps the rows as clean.
func (r *Rows) flush(tx *store.Tx, views []viewer) error {
	for _, v := range views {
		sheet := r.sheets[v]
		var put, gone [][]any
		for _, text := range sortedKeys(sheet) {
			c := sheet[text]
			switch {
			case !c.dirty:
			case c.row == nil:
				gone = append(gone, c.key)
			default:
				put = append(put, v.values(c.row))
			}
			c.dirty = false
		}
		if err := tx.Put(v.Table(), put); err != nil {
			return err
		}
		if err := tx.Delete(v.Table(), gone); err != nil {
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
