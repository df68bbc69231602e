package store

import (
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
)

// Aside runs f with a transaction on an empty database that goes away afterwards, for what is too large for the memory.
func (tx *Tx) Aside(f func(*Tx) error) (err error) {
	dir, err := os.MkdirTemp("", "kept-aside-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	query := url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "locking_mode(EXCLUSIVE)", "cache_size(-64000)"}}
	pool, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: filepath.Join(dir, "aside.db"), RawQuery: query.Encode()}).String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	single, err := pool.Conn(tx.ctx)
	if err != nil {
		return err
	}
	c := &conn{Conn: single, keep: true, stmts: map[string]*sql.Stmt{}}
	defer func() { err = errors.Join(err, c.end()) }()
	return explain(run(tx.ctx, c, SQLite, "BEGIN", f, func(error) bool { return false }))
}
