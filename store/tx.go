package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// DB is the database of one book.
type DB interface {
	// Write runs f in a transaction that alone may write (on PostgreSQL: that should begin by taking the row lock of the
	// head). If f fails nothing happened. If Write returns nil, it is on disk. An error that is ErrUnknown means that the
	// transaction may or may not have happened.
	Write(ctx context.Context, f func(*Tx) error) error
	// Read runs f on one state of the database. Reads run beside each other and beside a Write.
	Read(ctx context.Context, f func(*Tx) error) error
	Engine() Engine
	Close() error
}

// ErrUnknown is in the chain of an error of Write when nobody can say whether the transaction happened.
var ErrUnknown = errors.New("the answer to COMMIT was lost")

// ErrExists is in the chain of an error of Insert when a row with such a key was already there.
var ErrExists = errors.New("a row with this key exists")

// Tx is a running transaction. It belongs to one goroutine and ends with the function it was given to.
type Tx struct {
	ctx    context.Context
	conn   *conn
	engine Engine
}

// Engine tells which database this is, for the few lines that differ.
func (tx *Tx) Engine() Engine { return tx.engine }

// Exec runs a statement and returns how many rows it touched.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := tx.conn.exec(tx.ctx, query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// One reads the only row of a query into dest; sql.ErrNoRows is returned as ok == false.
func (tx *Tx) One(dest []any, query string, args ...any) (ok bool, err error) {
	err = tx.Each(dest, func() error { ok = true; return errStop }, query, args...)
	return ok, err
}

var errStop = errors.New("stop")

// Each reads every row of a query into dest and calls f. No other statement of the transaction may run inside f, because
// PostgreSQL has one conversation per connection.
func (tx *Tx) Each(dest []any, f func() error, query string, args ...any) error {
	rows, err := tx.conn.query(tx.ctx, query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := f(); err == errStop {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}

// Select reads a whole query; into says where the columns of one row go.
func Select[T any](tx *Tx, into func(*T) []any, query string, args ...any) ([]T, error) {
	var row T
	var out []T
	err := tx.Each(into(&row), func() error { out = append(out, row); return nil }, query, args...)
	return out, err
}

// Insert adds rows, each in the order of the table's columns. A key that exists is ErrExists, and the transaction
// cannot go on.
func (tx *Tx) Insert(t *Table, rows [][]any) error {
	err := tx.bulk(t, t.names(), rows, fmt.Sprintf("INSERT INTO %s (%s) ", t.Name, strings.Join(t.names(), ", ")), "")
	if err != nil && duplicateKey(err) {
		return fmt.Errorf("%s: %w: %w", t.Name, ErrExists, err)
	}
	return err
}

// Put adds rows or replaces those with the same key. No key may stand in rows twice.
func (tx *Tx) Put(t *Table, rows [][]any) error {
	var set []string
	for _, c := range t.Columns {
		if !contains(t.Key, c.Name) {
			set = append(set, c.Name+" = excluded."+c.Name)
		}
	}
	then := " ON CONFLICT (" + strings.Join(t.Key, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
	if len(set) == 0 {
		then = " ON CONFLICT (" + strings.Join(t.Key, ", ") + ") DO NOTHING"
	}
	return tx.bulk(t, t.names(), rows, fmt.Sprintf("INSERT INTO %s (%s) ", t.Name, strings.Join(t.names(), ", ")), then)
}

// bulk differs because a statement costs SQLite nothing but its work, and PostgreSQL a round trip: there all rows go in
// one statement, as one array per column.
func (tx *Tx) bulk(t *Table, cols []string, rows [][]any, verb, then string) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.engine == PostgreSQL {
		_, err := tx.Exec(verb+"SELECT * FROM "+unnest(t, cols)+then, arrays(t, cols, rows)...)
		return err
	}
	marks := make([]string, len(cols))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	query := verb + "VALUES (" + strings.Join(marks, ", ") + ")" + then
	for _, row := range rows {
		if _, err := tx.conn.exec(tx.ctx, query, row); err != nil {
			return err
		}
	}
	return nil
}

// Delete removes the rows with these keys, each in the order of the table's key.
func (tx *Tx) Delete(t *Table, keys [][]any) error {
	if len(keys) == 0 {
		return nil
	}
	if tx.engine == PostgreSQL { // Differs because of the round trip, as in bulk.
		_, err := tx.Exec("DELETE FROM "+t.Name+" AS t USING "+unnest(t, t.Key)+" WHERE "+joinKey(t), arrays(t, t.Key, keys)...)
		return err
	}
	for _, key := range keys {
		if _, err := tx.conn.exec(tx.ctx, "DELETE FROM "+t.Name+" WHERE "+whereKey(t.Key), key); err != nil {
			return err
		}
	}
	return nil
}

// Load returns those rows of a table that have one of these keys, in no particular order, each in the order of the
// table's columns.
func (tx *Tx) Load(t *Table, keys [][]any) ([][]any, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	cols := "t." + strings.Join(t.names(), ", t.")
	var out [][]any
	if tx.engine == PostgreSQL { // Differs because of the round trip, as in bulk.
		return out, tx.rowsOf(t, &out, "SELECT "+cols+" FROM "+t.Name+" AS t JOIN "+unnest(t, t.Key)+" ON "+joinKey(t), arrays(t, t.Key, keys)...)
	}
	query := "SELECT " + cols + " FROM " + t.Name + " AS t WHERE " + whereKey(t.Key)
	for _, key := range keys {
		if err := tx.rowsOf(t, &out, query, key...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Scan calls f with every row of a table in key order.
func (tx *Tx) Scan(t *Table, f func(row []any) error) error {
	row, dest := t.row()
	return tx.Each(dest, func() error { return f(values(row)) },
		"SELECT "+strings.Join(t.names(), ", ")+" FROM "+t.Name+" ORDER BY "+strings.Join(t.Key, ", "))
}

func (tx *Tx) rowsOf(t *Table, out *[][]any, query string, args ...any) error {
	row, dest := t.row()
	return tx.Each(dest, func() error { *out = append(*out, values(row)); return nil }, query, args...)
}

// row returns typed places for one row of the table, and pointers to them.
func (t *Table) row() (row, dest []any) {
	row = make([]any, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Type {
		case Int:
			row[i] = new(int64)
		case Text:
			row[i] = new(string)
		default:
			row[i] = new([]byte)
		}
	}
	return row, row
}

func values(row []any) []any {
	out := make([]any, len(row))
	for i, p := range row {
		switch p := p.(type) {
		case *int64:
			out[i] = *p
		case *string:
			out[i] = *p
		case *[]byte:
			out[i] = append([]byte(nil), *p...)
		}
	}
	return out
}

func whereKey(key []string) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = fmt.Sprintf("%s = $%d", k, i+1)
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
			out[i] = column[[]byte](rows, i)
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

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// conn is a connection with its prepared statements. SQLite's are kept because parsing costs more than many of them
// run; pgx keeps PostgreSQL's by itself.
type conn struct {
	*sql.Conn
	keep  bool
	stmts map[string]*sql.Stmt
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	if len(c.stmts) >= 500 { // queries with lists of filters have many shapes
		for q, old := range c.stmts {
			old.Close()
			delete(c.stmts, q)
			break
		}
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if !c.keep {
		return c.ExecContext(ctx, query, args...)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	if !c.keep {
		return c.QueryContext(ctx, query, args...)
	}
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}
