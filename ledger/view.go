package ledger

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"kept/store"
)

// View is a table computed from the entries. T is a struct; each field is a column, with tags: col, the column's name, and
// is, its purpose. Fields are int64, string or []byte. A view holds no clock, no float and no automatic number, so that
// folding the same entries again gives the same rows.
type View[T any] struct {
	table *store.Table
	key   []int // which fields make the key, in order
	n     int   // no other view has it
}

// views counts the views that were declared.
var views atomic.Int64

// viewer is what the ledger knows of a view without its type.
type viewer interface {
	Table() *store.Table
	number() int
	open() sheet
}

// NewView declares a view. Key and indexes name columns.
func NewView[T any](name string, key []string, indexes ...[]string) *View[T] {
	t := reflect.TypeFor[T]()
	v := &View[T]{table: &store.Table{Name: name, Class: store.View, Key: key, Indexes: indexes}, n: int(views.Add(1))}
	for i := range t.NumField() {
		f := t.Field(i)
		column := store.Column{Name: f.Tag.Get("col"), Purpose: f.Tag.Get("is")}
		switch f.Type.Kind() {
		case reflect.Int64:
			column.Type = store.Int
		case reflect.String:
			column.Type = store.Text
		case reflect.Slice:
			column.Type = store.Blob
		default:
			panic("ledger: view " + name + ": a column cannot hold " + f.Type.String())
		}
		if column.Name == "" || column.Purpose == "" {
			panic("ledger: view " + name + ": field " + f.Name + " needs the tags col and is")
		}
		v.table.Columns = append(v.table.Columns, column)
	}
	for _, k := range key {
		i := slices.IndexFunc(v.table.Columns, func(c store.Column) bool { return c.Name == k })
		if i < 0 || v.table.Columns[i].Type == store.Blob {
			panic("ledger: view " + name + ": " + k + " cannot be part of the key")
		}
		v.key = append(v.key, i)
	}
	return v
}

// Table is the declaration of the view's table.
func (v *View[T]) Table() *store.Table { return v.table }

func (v *View[T]) number() int { return v.n }

// Columns lists the columns for a SELECT, each behind the given alias, in the order Into wants.
func (v *View[T]) Columns(alias string) string {
	names := make([]string, len(v.table.Columns))
	for i, c := range v.table.Columns {
		names[i] = alias + "." + c.Name
	}
	return strings.Join(names, ", ")
}

// Into gives the places of a row's columns, for store.Select.
func (v *View[T]) Into(row *T) []any {
	r := reflect.ValueOf(row).Elem()
	out := make([]any, r.NumField())
	for i := range out {
		out[i] = r.Field(i).Addr().Interface()
	}
	return out
}

// Select reads rows of the view; rest follows FROM name AS v.
func (v *View[T]) Select(tx *store.Tx, rest string, args ...any) ([]T, error) {
	return store.Select(tx, v.Into, "SELECT "+v.Columns("v")+" FROM "+v.table.Name+" AS v "+rest, args...)
}

// One reads the row of the view with this key.
func (v *View[T]) One(tx *store.Tx, key ...any) (row T, ok bool, err error) {
	rows, err := tx.Load(v.table, [][]any{key})
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return v.parse(rows[0]), true, nil
}

// Load reads the rows of the view with these keys, in no particular order.
func (v *View[T]) Load(tx *store.Tx, keys [][]any) ([]T, error) {
	rows, err := tx.Load(v.table, keys)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(rows))
	for i, row := range rows {
		out[i] = v.parse(row)
	}
	return out, nil
}

// Need says that a step will want the row with this key, so that the rows of a whole batch are read at once. A key that
// was not announced is read when the step asks for it.
func (v *View[T]) Need(n *Need, key ...any) {
	n.rows.text = appendKey(n.rows.text[:0], key)
	v.of(n.rows).ask(n.rows.text)
}

// Get returns the row with this key as the entries so far have left it.
func (v *View[T]) Get(r *Rows, key ...any) (row T, ok bool) {
	r.text = appendKey(r.text[:0], key)
	c := v.of(r).look(r, r.text)
	if c == nil {
		return row, false
	}
	return c.row, c.there
}

// Loaded says whether the row with this key has been looked for, so that Get costs nothing.
func (v *View[T]) Loaded(r *Rows, key ...any) bool {
	r.text = appendKey(r.text[:0], key)
	c := v.of(r).cells[string(r.text)]
	return r.load == nil || c != nil && !c.wanted
}

// Put writes a row.
func (v *View[T]) Put(r *Rows, row T) {
	s := v.of(r)
	next := &s.next().row // the row has to lie somewhere while its key is read, and if it is new it is there already
	*next = row
	r.text = v.appendKeyOf(r.text[:0], next)
	s.set(r, r.text, next)
}

// Delete removes the row with this key.
func (v *View[T]) Delete(r *Rows, key ...any) {
	r.text = appendKey(r.text[:0], key)
	v.of(r).set(r, r.text, nil)
}
