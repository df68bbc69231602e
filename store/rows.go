package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Insert adds rows, each in the order of the table's columns. A key that exists is ErrExists, and the transaction
// cannot go on.
func (tx *Tx) Insert(t *Table, rows [][]any) error {
	err := tx.bulk(t, "insert", t.insert, rows)
	if err != nil && duplicateKey(err) {
		return fmt.Errorf("%s: %w: %w", t.Name, ErrExists, err)
	}
	return err
}

// Put adds rows or replaces those with the same key. No key may stand in rows twice.
func (tx *Tx) Put(t *Table, rows [][]any) error { return tx.bulk(t, "put", t.put, rows) }

// most is how many rows go to PostgreSQL in one statement; the rows of a rebuilt view may be millions.
const most = 5000

// bulk differs because a statement costs SQLite nothing but its work, and PostgreSQL a round trip: there the rows go in
// one statement, as one array per column.
func (tx *Tx) bulk(t *Table, name string, query func(Engine) string, rows [][]any) error {
	text := t.remember(tx.engine, name, func() string { return query(tx.engine) })
	if tx.engine == PostgreSQL {
		for part := range slices.Chunk(rows, most) {
			if _, err := tx.Exec(text, arrays(t, t.names(), part)...); err != nil {
				return err
			}
		}
		return nil
	}
	for _, row := range rows {
		if _, err := tx.conn.exec(tx.ctx, text, notNull(row)); err != nil {
			return err
		}
	}
	return nil
}

// notNull writes no bytes as an empty blob; the driver would take nil for NULL.
func notNull(row []any) []any {
	for i, v := range row {
		if b, ok := v.([]byte); ok && b == nil {
			row = slices.Clone(row)
			row[i] = []byte{}
			return notNull(row)
		}
	}
	return row
}

func (t *Table) insert(e Engine) string {
	names := t.names()
	into := fmt.Sprintf("INSERT INTO %s (%s) ", t.Name, strings.Join(names, ", "))
	if e == PostgreSQL { // Differs because of the round trip, as in bulk.
		return into + "SELECT * FROM " + unnest(t, names)
	}
	return into + "VALUES (" + marks(len(names)) + ")"
}

func (t *Table) put(e Engine) string {
	var set []string
	for _, c := range t.Columns {
		if !slices.Contains(t.Key, c.Name) {
			set = append(set, c.Name+" = excluded."+c.Name)
		}
	}
	then := " DO UPDATE SET " + strings.Join(set, ", ")
	if len(set) == 0 {
		then = " DO NOTHING"
	}
	return t.insert(e) + " ON CONFLICT (" + strings.Join(t.Key, ", ") + ")" + then
}

// Delete removes the rows with these keys, each in the order of the table's key.
func (tx *Tx) Delete(t *Table, keys [][]any) error {
	if tx.engine == PostgreSQL { // Differs because of the round trip, as in bulk.
		query := t.remember(PostgreSQL, "delete", func() string {
			return "DELETE FROM " + t.Name + " AS t USING " + unnest(t, t.Key) + " WHERE " + joinKey(t)
		})
		for part := range slices.Chunk(keys, most) {
			if _, err := tx.Exec(query, arrays(t, t.Key, part)...); err != nil {
				return err
			}
		}
		return nil
	}
	query := t.remember(SQLite, "delete", func() string { return "DELETE FROM " + t.Name + " WHERE " + whereKey(t.Key) })
	for _, key := range keys {
		if _, err := tx.conn.exec(tx.ctx, query, key); err != nil {
			return err
		}
	}
	return nil
}

// Load returns those rows of a table that have one of these keys, in no particular order, each in the order of the
// table's columns. No key may stand in keys twice.
func (tx *Tx) Load(t *Table, keys [][]any) ([][]any, error) {
	out := make([][]any, 0, len(keys))
	if tx.engine == PostgreSQL { // Differs because of the round trip, as in bulk.
		query := t.remember(PostgreSQL, "load", func() string { return t.load(unnest(t, t.Key), "JOIN") })
		for part := range slices.Chunk(keys, most) {
			if err := tx.rowsOf(t, &out, query, arrays(t, t.Key, part)...); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	// Many keys go into one statement, since starting one costs more than finding a row. There are only a few sizes, so
	// that all can be kept prepared.
	for _, size := range []int{64, 8, 1} {
		for len(keys) >= size {
			query := t.remember(SQLite, "load", func() string {
				values := slices.Repeat([]string{"(" + marks(len(t.Key)) + ")"}, size)
				cols := make([]string, len(t.Key))
				for i, k := range t.Key {
					cols[i] = fmt.Sprintf("column%d AS %s", i+1, k)
				}
				// A CROSS JOIN keeps SQLite from walking through the table and looking each row up among the keys.
				return t.load("(SELECT "+strings.Join(cols, ", ")+" FROM (VALUES "+strings.Join(values, ", ")+")) AS q", "CROSS JOIN")
			}, size)
			if err := tx.rowsOf(t, &out, query, slices.Concat(keys[:size]...)...); err != nil {
				return nil, err
			}
			keys = keys[size:]
		}
	}
	return out, nil
}

// load is the query for rows of a table by keys.
func (t *Table) load(keys, join string) string {
	return "SELECT t." + strings.Join(t.names(), ", t.") + " FROM " + keys + " " + join + " " + t.Name + " AS t ON " + joinKey(t)
}

// Scan calls f with every row of a table in key order. A row is f's to keep.
func (tx *Tx) Scan(t *Table, f func(row []any) error) error {
	return tx.eachRow(t, f, "SELECT "+strings.Join(t.names(), ", ")+" FROM "+t.Name+" ORDER BY "+strings.Join(t.Key, ", "))
}

// Page reads at most n rows of a table whose key is one number, in its order, from a number on, up to before another.
func (tx *Tx) Page(t *Table, from, before int64, n int) (out [][]any, err error) {
	key := t.Key[0]
	err = tx.rowsOf(t, &out, "SELECT "+strings.Join(t.names(), ", ")+" FROM "+t.Name+" WHERE "+key+" >= $1 AND "+key+" < $2 ORDER BY "+key+" LIMIT $3", from, before, int64(n))
	return out, err
}

func (tx *Tx) rowsOf(t *Table, out *[][]any, query string, args ...any) error {
	return tx.eachRow(t, func(row []any) error { *out = append(*out, row); return nil }, query, args...)
}

// eachRow reads rows with all columns of a table. The values are those that the driver has made, which makes no others.
func (tx *Tx) eachRow(t *Table, f func(row []any) error, query string, args ...any) error {
	row, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range row {
		dest[i] = &row[i]
	}
	return tx.Each(dest, func() error {
		for i, c := range t.Columns {
			if b, ok := row[i].([]byte); ok && b == nil {
				row[i] = []byte{}
			}
			if !c.Type.has(row[i]) {
				return fmt.Errorf("%s: column %s holds a %T: %w", t.Name, c.Name, row[i], ErrValue)
			}
		}
		return f(slices.Clone(row))
	}, query, args...)
}

// has says whether a value is of the type.
func (t Type) has(v any) (ok bool) {
	switch t {
	case Int:
		_, ok = v.(int64)
	case Text:
		_, ok = v.(string)
	default:
		_, ok = v.([]byte)
	}
	return ok
}

func whereKey(key []string) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = k + " = ?"
	}
	return strings.Join(parts, " AND ")
}

func joinKey(t *Table) string {
	parts := make([]string, len(t.Key))
	for i, k := range t.Key {
		parts[i] = "t." + k + " = q." + k
	}
	return strings.Join(parts, " AND ")
}

func unnest(t *Table, cols []string) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = fmt.Sprintf("$%d::%s[]", i+1, [...]string{"bigint", "text", "bytea"}[t.columnType(c)])
	}
	return "unnest(" + strings.Join(parts, ", ") + ") AS q(" + strings.Join(cols, ", ") + ")"
}

func arrays(t *Table, cols []string, rows [][]any) []any {
	out := make([]any, len(cols))
	for i, c := range cols {
		switch t.columnType(c) {
		case Int:
			out[i] = column[int64](rows, i)
		case Text:
			out[i] = column[string](rows, i)
		default:
			out[i] = blobs(rows, i)
		}
	}
	return out
}

func column[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for j, row := range rows {
		out[j] = row[i].(T)
	}
	return out
}

// blobs writes no bytes as an empty blob, as notNull does.
func blobs(rows [][]any, i int) [][]byte {
	out := column[[]byte](rows, i)
	for j := range out {
		if out[j] == nil {
			out[j] = []byte{}
		}
	}
	return out
}

// marks are the places of n values in a statement for SQLite, in their order. They have no names, since the driver would look each
// name up for each value.
func marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }

// remembered are the statements that were written for tables: making their text costs more than running some of them.
var remembered sync.Map

type statement struct {
	table  *Table
	engine Engine
	name   string
	size   int
}

// remember returns the statement of this name, and of this size if it has several, written when it is needed first.
func (t *Table) remember(e Engine, name string, write func() string, size ...int) string {
	key := statement{t, e, name, len(size)}
	if len(size) > 0 {
		key.size = size[0]
	}
	if text, ok := remembered.Load(key); ok {
		return text.(string)
	}
	text := write()
	remembered.Store(key, text)
	return text
}
