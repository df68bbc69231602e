package ledger

import (
	"cmp"
	"reflect"
	"slices"

	"kept/store"
)

// sheet is what a fold holds of one view.
type sheet interface {
	ask(text []byte)
	fetch(load loader) error
	held() int
	undo()
	settle()
	flush(tx *store.Tx) error
	rest() sheet
	each(f func(row []any) error) error
	close()
}

// loader reads rows of a table by their keys.
type loader func(*store.Table, [][]any) ([][]any, error)

// cell is one row as the entries so far have left it.
type cell[T any] struct {
	key    string // as appendKey writes it
	row    T      // nothing, if there is no such row
	there  bool
	dirty  bool // it is not yet in the database
	wanted bool // it is in the database as it is, or nowhere: it has not been looked for
	used   bool // a step has looked at it since rest
}

// before is how a cell was when a step wrote it.
type before[T any] struct {
	cell *cell[T]
	was  cell[T]
	new  bool // nobody had looked at this row yet
}

type sheetOf[T any] struct {
	view   *View[T]
	cells  map[string]*cell[T]
	spare  []cell[T] // the next cells, made together
	asked  []*cell[T]
	undone []before[T]
	closed bool // what is written is forgotten, and nothing can be read
}

func (v *View[T]) open() sheet { return &sheetOf[T]{view: v, cells: map[string]*cell[T]{}} }

// of is the view's sheet among the rows of a fold.
func (v *View[T]) of(r *Rows) *sheetOf[T] { return r.sheet(v).(*sheetOf[T]) }

func (s *sheetOf[T]) held() int { return len(s.cells) }

// next is a cell that nobody has.
func (s *sheetOf[T]) next() *cell[T] {
	if len(s.spare) == 0 {
		s.spare = make([]cell[T], min(128, max(4, len(s.cells)/4)))
	}
	return &s.spare[0]
}

// add takes the next cell in, under a key.
func (s *sheetOf[T]) add(text []byte) *cell[T] {
	c := s.next()
	s.spare = s.spare[1:]
	c.key = string(text)
	s.cells[c.key] = c
	return c
}

// close makes a sheet of a view that nobody wants.
func (s *sheetOf[T]) close() { s.closed = true }

// ask says that a row will be wanted.
func (s *sheetOf[T]) ask(text []byte) {
	if s.closed {
		return
	}
	if c := s.cells[string(text)]; c != nil {
		c.used = true
	} else {
		c = s.add(text)
		c.wanted, c.used = true, true
		s.asked = append(s.asked, c)
	}
}

// fetch reads the rows that were asked for, all with one query.
func (s *sheetOf[T]) fetch(load loader) error {
	slices.SortFunc(s.asked, func(a, b *cell[T]) int { return cmp.Compare(a.key, b.key) })
	var keys [][]any
	for _, c := range s.asked {
		if c.wanted {
			c.wanted = false
			keys = append(keys, s.view.parseKey(c.key))
		}
	}
	s.asked = s.asked[:0]
	if len(keys) == 0 {
		return nil
	}
	rows, err := load(s.view.table, keys)
	if err != nil {
		return err
	}
	var text []byte
	for _, values := range rows {
		row := s.view.parse(values)
		text = s.view.appendKeyOf(text[:0], &row)
		if c := s.cells[string(text)]; c != nil {
			c.row, c.there = row, true
		}
	}
	return nil
}

// look is the cell of a row, which is read if nobody has looked for it; nil if there is none.
func (s *sheetOf[T]) look(r *Rows, text []byte) *cell[T] {
	if s.closed {
		panic("ledger: a step reads the view " + s.view.table.Name + ", which is left out")
	}
	c := s.cells[string(text)]
	if c == nil || c.wanted {
		if r.load == nil || r.err != nil {
			return nil
		}
		if c == nil {
			c = s.add(text)
			c.wanted = true
		}
		s.asked = append(s.asked, c)
		if r.err = s.fetch(r.load); r.err != nil {
			return nil
		}
	}
	c.used = true
	return c
}

// set writes a row, which lies in the next cell, or takes it away if there is none; it remembers how it was.
func (s *sheetOf[T]) set(r *Rows, text []byte, row *T) {
	if s.closed {
		return
	}
	c := s.cells[string(text)]
	b := before[T]{cell: c, new: c == nil}
	if b.new { // the step writes without having looked
		c = s.add(text)
		b.cell = c
	} else {
		b.was = *c
	}
	if len(s.undone) == 0 {
		r.written = append(r.written, s)
	}
	s.undone = append(s.undone, b)
	c.there, c.dirty, c.wanted = row != nil, true, false
	switch {
	case row == nil:
		c.row = *new(T)
	case !b.new:
		c.row, *row = *row, *new(T) // the next cell is empty again
	}
}

// undo takes back what the step wrote.
func (s *sheetOf[T]) undo() {
	for _, b := range slices.Backward(s.undone) {
		if b.new {
			delete(s.cells, b.cell.key)
		} else {
			*b.cell = b.was
		}
	}
	s.settle()
}

// settle leaves standing what the step wrote.
func (s *sheetOf[T]) settle() { s.undone = s.undone[:0] }

// sorted are some of the cells, in the order of their keys.
func (s *sheetOf[T]) sorted(which func(*cell[T]) bool) []*cell[T] {
	var out []*cell[T]
	for _, c := range s.cells {
		if which(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *cell[T]) int { return cmp.Compare(a.key, b.key) })
	return out
}

// flushed is how many rows are handed to the database together.
const flushed = 5000

// flush writes each changed row once, in key order, and keeps the rows as clean.
func (s *sheetOf[T]) flush(tx *store.Tx) error {
	for part := range slices.Chunk(s.sorted(func(c *cell[T]) bool { return c.dirty }), flushed) {
		var put, gone [][]any
		for _, c := range part {
			if c.dirty = false; c.there {
				put = append(put, s.view.values(&c.row))
			} else {
				gone = append(gone, s.view.parseKey(c.key))
			}
		}
		if err := tx.Put(s.view.table, put); err != nil {
			return err
		}
		if err := tx.Delete(s.view.table, gone); err != nil {
			return err
		}
	}
	return nil
}

// rest is a sheet of those rows alone that a step has looked at since the last rest. All must have been flushed.
func (s *sheetOf[T]) rest() sheet {
	left := &sheetOf[T]{view: s.view, cells: map[string]*cell[T]{}, closed: s.closed}
	for _, c := range s.sorted(func(c *cell[T]) bool { return c.used }) {
		now := left.add([]byte(c.key))
		now.row, now.there = c.row, c.there
	}
	return left
}

// each gives the rows that are there, in the order of their keys.
func (s *sheetOf[T]) each(f func(row []any) error) error {
	for _, c := range s.sorted(func(c *cell[T]) bool { return c.there }) {
		if err := f(s.view.values(&c.row)); err != nil {
			return err
		}
	}
	return nil
}

// values are the columns of a row.
func (v *View[T]) values(row *T) []any {
	r := reflect.ValueOf(row).Elem()
	out := make([]any, r.NumField())
	for i := range out {
		switch f := r.Field(i); f.Kind() {
		case reflect.Int64:
			out[i] = f.Int()
		case reflect.String:
			out[i] = f.String()
		default:
			out[i] = f.Bytes()
		}
	}
	return out
}

func (v *View[T]) parse(values []any) (row T) {
	r := reflect.ValueOf(&row).Elem()
	for i, value := range values {
		switch value := value.(type) {
		case int64:
			r.Field(i).SetInt(value)
		case string:
			r.Field(i).SetString(value)
		case []byte:
			r.Field(i).SetBytes(value)
		}
	}
	return row
}
