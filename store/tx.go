package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	// Close waits for what runs. A second Close does nothing.
	Close() error
}

// ErrUnknown is in the chain of an error of Write when nobody can say whether the transaction happened.
var ErrUnknown = errors.New("the answer to COMMIT was lost")

// ErrExists is in the chain of an error of Insert when a row with such a key was already there.
var ErrExists = errors.New("a row with this key exists")

// ErrValue is in the chain of an error when the database cannot take a value, now or at another time: a key that is too
// long for an index, a NULL, a character that it does not know.
var ErrValue = errors.New("the database cannot take this value")

var errDBClosed = errors.New("the database is closed")

// Tx is a running transaction. It belongs to one goroutine and ends with the function it was given to.
type Tx struct {
	ctx    context.Context
	conn   *conn
	engine Engine
}

// Engine tells which database this is, for the few lines that differ.
func (tx *Tx) Engine() Engine { return tx.engine }

// Broken says in the engine's words what of the file is damaged, whichever table or index it belongs to; "" if nothing is.
//
// Differs because only SQLite can be asked for it; PostgreSQL has checksums of its pages for this, which its operator turns on.
func (tx *Tx) Broken() (what string, err error) {
	if tx.engine == PostgreSQL {
		return "", nil
	}
	if _, err = tx.One([]any{&what}, "PRAGMA integrity_check(1)"); what == "ok" {
		what = ""
	}
	return what, err
}

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

// conn is a connection with its prepared statements. SQLite's are kept because parsing costs more than many of them
// run; pgx keeps PostgreSQL's by itself.
type conn struct {
	*sql.Conn
	keep  bool
	stmts map[string]*sql.Stmt
}

// end closes the connection with its statements. database/sql does not close statements that were prepared on a
// connection; SQLite would keep the connection, and leave everything in the write-ahead log, erased texts too.
func (c *conn) end() error {
	for _, s := range c.stmts {
		s.Close() // the connection's own error says more
	}
	return c.Close()
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
