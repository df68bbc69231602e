package ledger

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strings"

	"kept/store"
)

// View is a table computed from the entries. T is a struct; each field is a column, with tags: col, the column's name, and
// is, its purpose. Fields are int64, string or []byte. A view holds no clock, no float and no automatic number, so that
// folding the same entries again gives the same rows.
type View[T any] struct {
	table *store.Table
	key   []int // which fields make the key, in order
}

// viewer is what the ledger knows of a view without its type.
type viewer interface {
	Table() *store.Table
	values(row any) []any
	parse(values []any) any
	keyOf(row any) []any
}

// NewView declares a view. Key and indexes name columns.
func NewView[T any](name string, key []string, indexes ...[]string) *View[T] {
	t := reflect.TypeFor[T]()
	v := &View[T]{table: &store.Table{Name: name, Class: store.View, Key: key, Indexes: indexes}}
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
	return v.parse(rows[0]).(T), true, nil
}

// Load reads the rows of the view with these keys, in no particular order.
func (v *View[T]) Load(tx *store.Tx, keys [][]any) ([]T, error) {
	rows, err := tx.Load(v.table, keys)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(rows))
	for i, row := range rows {
		out[i] = v.parse(row).(T)
	}
	return out, nil
}

func (v *View[T]) values(row any) []any {
	r := reflect.ValueOf(row)
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

func (v *View[T]) parse(values []any) any {
	var row T
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

func (v *View[T]) keyOf(row any) []any {
	r := reflect.ValueOf(row)
	out := make([]any, len(v.key))
	for i, f := range v.key {
		if r.Field(f).Kind() == reflect.Int64 {
			out[i] = r.Field(f).Int()
		} else {
			out[i] = r.Field(f).String()
		}
	}
	return out
}

// Need says that a step will want the row with this key, so that the rows of a whole batch are read at once. A key that
// was not announced is read when the step asks for it.
func (v *View[T]) Need(n *Need, key ...any) { n.add(v, key) }

// Get returns the row with this key as the entries so far have left it.
func (v *View[T]) Get(r *Rows, key ...any) (row T, ok bool) {
	c := r.cell(v, key)
	if c == nil || c.row == nil {
		return row, false
	}
	return c.row.(T), true
}

// Loaded says whether the row with this key has been looked for, so that Get costs nothing.
func (v *View[T]) Loaded(r *Rows, key ...any) bool {
	return r.load == nil || r.sheet(v)[keyText(key)] != nil
}

// Put writes a row.
func (v *View[T]) Put(r *Rows, row T) { r.set(v, v.keyOf(row), row) }

// Delete removes the row with this key.
func (v *View[T]) Delete(r *Rows, key ...any) { r.set(v, key, nil) }

// keyText makes a key of rows comparable: integers as eight bytes, so that they sort, texts with an end mark.
func keyText(key []any) string {
	var b []byte
	for _, k := range key {
		switch k := k.(type) {
		case int64:
			b = binary.BigEndian.AppendUint64(b, uint64(k)^1<<63)
		case string:
			b = append(append(b, k...), 0)
		default:
			panic("ledger: a key is made of int64 and string")
		}
	}
	return string(b)
}
