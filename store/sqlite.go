package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
)

// readers is how many reads may run beside each other; more only compete for two or four cores.
const readers = 4

// checkpointAfter is how many pages the write-ahead log takes before they go to their places in the file. Ids are random, so
// the same pages of their index are written again and again, and are moved less often with four times the default.
const checkpointAfter = "wal_autocheckpoint(4000)"

type sqliteDB struct {
	pool *sql.DB
	lock *flock.Flock // held while this process may write

	writing sync.Mutex // owns writer and closed
	writer  *conn
	closed  bool

	opened  int           // how many readers there are
	readers chan *conn    // those that are free
	ending  chan struct{} // closed when no more reads begin
}

// lockOf is the file that is locked by whoever writes a book. A file that is no book in a data folder has its own, since
// others may lie beside it.
func lockOf(file string) string {
	if filepath.Base(file) == bookFile {
		return filepath.Join(filepath.Dir(file), "lock")
	}
	return file + ".lock"
}

// openSQLite opens the file of one book. With write it takes the book's lock, so that no second process appends.
func openSQLite(ctx context.Context, file string, write bool) (DB, error) {
	db := &sqliteDB{readers: make(chan *conn, readers), ending: make(chan struct{})}
	query := url.Values{"_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "cache_size(-8000)"}}
	if write {
		if err := canWrite(filepath.Dir(file)); err != nil {
			return nil, &Problem{"the folder of the book cannot be written: " + filepath.Dir(file), "Check who owns it and whether the disk is full or read-only", err}
		}
		db.lock = flock.New(lockOf(file))
		held, err := db.lock.TryLock()
		if err != nil {
			return nil, &Problem{"the book cannot be locked: " + file, "Keep it on a local disk", err}
		}
		if !held {
			return nil, &Problem{"another process is writing the book in " + filepath.Dir(file), "Stop it first, or let it do this work", nil}
		}
		query["_pragma"] = append(query["_pragma"], "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)", checkpointAfter)
	} else {
		query.Set("mode", "ro")
		// A book on a read-only medium has no room for the shared-memory file; nothing can change it, so it needs none.
		if canWrite(filepath.Dir(file)) != nil {
			if _, err := os.Stat(file + "-wal"); err != nil {
				query.Set("immutable", "1")
			}
		}
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: file}).EscapedPath(), RawQuery: query.Encode()}).String()
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, errors.Join(err, db.unlock())
	}
	db.pool = pool
	pool.SetMaxOpenConns(readers + 1)
	pool.SetMaxIdleConns(readers + 1)
	if err := db.connect(ctx, write); err != nil {
		return nil, errors.Join(explain(err), db.Close())
	}
	return db, nil
}

// canWrite says why a folder cannot be written. The book's file itself must not be tried: closing it would take away the
// locks that SQLite holds on it in this process.
func canWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".writable")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func (db *sqliteDB) connect(ctx context.Context, write bool) error {
	for i := 0; i <= readers; i++ {
		c, err := db.pool.Conn(ctx)
		if err != nil {
			return err
		}
		kept := &conn{Conn: c, keep: true, stmts: map[string]*sql.Stmt{}}
		if i == 0 {
			db.writer = kept
		} else {
			if _, err := c.ExecContext(ctx, "PRAGMA query_only = 1"); err != nil {
				return err
			}
			db.opened++
			db.readers <- kept
		}
	}
	if !write {
		var n int64 // the first read finds out whether this is a database at all
		return db.writer.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n)
	}
	var mode string
	var synchronous int
	if err := db.writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if err := db.writer.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return err
	}
	if mode != "wal" || synchronous != 2 {
		return &Problem{fmt.Sprintf("SQLite runs with journal_mode=%s, synchronous=%d, so an acknowledged entry could be lost", mode, synchronous),
			"Keep the book on a local disk", nil}
	}
	// SQLite opens a file that it may not write all the same, and would only complain later.
	for _, statement := range []string{"BEGIN IMMEDIATE", "PRAGMA user_version = 1", "ROLLBACK"} {
		if _, err := db.writer.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (db *sqliteDB) Engine() Engine { return SQLite }

func (db *sqliteDB) Write(ctx context.Context, f func(*Tx) error) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if db.closed {
		return errDBClosed
	}
	// A write is not cut off half way: it is short, and a driver that watches a context costs a goroutine a statement.
	ctx = context.WithoutCancel(ctx)
	return explain(run(ctx, db.writer, SQLite, "BEGIN IMMEDIATE", f, func(err error) bool { return sqliteCode(err) != sqliteFull }))
}

func (db *sqliteDB) Read(ctx context.Context, f func(*Tx) error) error {
	var c *conn
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.ending:
		return errDBClosed
	}
	defer func() { db.readers <- c }()
	return explain(run(context.WithoutCancel(ctx), c, SQLite, "BEGIN", f, func(error) bool { return false }))
}

// run runs one transaction on a connection; unknown says whether a failed COMMIT may have happened all the same.
func run(ctx context.Context, c *conn, e Engine, begin string, f func(*Tx) error, unknown func(error) bool) error {
	if _, err := c.exec(ctx, begin, nil); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			c.exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
		}
	}()
	if err := f(&Tx{ctx: ctx, conn: c, engine: e}); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "COMMIT", nil); err != nil {
		if unknown(err) {
			return fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		return err
	}
	done = true
	return nil
}

func (db *sqliteDB) Close() error {
	db.writing.Lock()
	defer db.writing.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	close(db.ending)
	var errs []error
	for range db.opened {
		errs = append(errs, (<-db.readers).end())
	}
	if db.writer != nil {
		errs = append(errs, db.writer.end())
	}
	if db.pool != nil {
		errs = append(errs, db.pool.Close())
	}
	return errors.Join(append(errs, db.unlock())...)
}

func (db *sqliteDB) unlock() error {
	if db.lock == nil {
		return nil
	}
	return db.lock.Unlock()
}

// SQLite's result codes that mean something here.
const (
	sqliteBusy       = 5
	sqliteReadOnly   = 8
	sqliteIOErr      = 10
	sqliteCorrupt    = 11
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteTooBig     = 18
	sqliteConstraint = 19 // the only constraints are keys, types and NOT NULL
	sqliteMismatch   = 20
	sqliteNotADB     = 26

	sqliteNoRoom = 10 | 19<<8 // its shared memory, a file too, cannot grow
)

func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// explain puts what SQLite says into words for the person who runs the server.
func explain(err error) error {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) && e.Code() == sqliteNoRoom {
		return full(err)
	}
	switch sqliteCode(err) {
	case sqliteReadOnly, sqliteCantOpen:
		return &Problem{"the book's file cannot be opened for this", "Check that its folder exists and may be written; from a medium that cannot be written, copy the folder to a place that can", err}
	case sqliteBusy:
		return &Problem{"another process is writing the book's file and does not come to an end", "Look for a second server on the same folder", err}
	case sqliteIOErr:
		return &Problem{"the disk does not do what it should", "Look at the system's log; every acknowledged entry was on it", err}
	case sqliteTooBig, sqliteConstraint, sqliteMismatch:
		return fmt.Errorf("%w: %w", ErrValue, err)
	case sqliteFull:
		return full(err)
	case sqliteCorrupt, sqliteNotADB:
		return &Problem{"the book's file is damaged or not a book", "Restore the last backup; do not write to this file", err}
	}
	return err
}

func full(cause error) error {
	return &Problem{"the disk is full", "Make room; every acknowledged entry is safe", cause}
}
