package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"kept/ledger"
	"kept/staff"
	"kept/store"
	"kept/web"
)

// host is everything that a server has open: the books, and the desk at which staff are known.
type host struct {
	location *store.Location
	log      *slog.Logger
	metrics  *metrics // nil: none are kept
	rested   bool
	backups  string // folder
	boxing   boxing
	public   string // the site's own address, if it is known
	desk     *desk
	site     *web.Server

	mu    sync.Mutex
	books []*opened // guarded by mu
}

// desk is the open desk with its database.
type desk struct {
	*staff.Desk
	db store.DB
}

// inUse is what is wrong when a second process wants the accounts on SQLite.
const inUse = "another process is serving this data folder"

// openDesk opens the server's own database, or makes it.
func openDesk(ctx context.Context, l *store.Location) (*desk, error) {
	db, err := l.Server(ctx)
	var problem *store.Problem
	if errors.As(err, &problem) && strings.HasPrefix(problem.What, "another process is writing") {
		err = &store.Problem{What: inUse, Do: "Stop it first, or let it do this work"}
	}
	if err != nil {
		return nil, err
	}
	d, err := staff.Open(ctx, db, time.Now)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &desk{d, db}, nil
}

// serve opens a programme's book and serves it.
func (h *host) serve(ctx context.Context, name string) error {
	b, err := openRested(ctx, h.location, name, h.rested)
	if err != nil {
		return fmt.Errorf("programme %s: %w", name, err)
	}
	return h.add(ctx, b)
}

// add serves a book that is open, with its boxes. If that fails it is closed.
func (h *host) add(ctx context.Context, b *opened) (err error) {
	if b.boxes, err = h.boxing.open(ctx, h.desk, b.name); err != nil {
		return errors.Join(err, b.close())
	}
	h.mu.Lock()
	h.books = append(h.books, b)
	h.mu.Unlock()
	h.site.Serve(b.name, b.Book, b.boxes)
	if h.metrics != nil {
		h.metrics.watch(b)
	}
	if !h.boxing.sample {
		h.log.Info("programme opened", "programme", b.name, "log", b.Key.Origin())
	}
	return nil
}

// open are the books that are open now.
func (h *host) open() []*opened {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.books)
}

// close closes everything.
func (h *host) close() error {
	var all []error
	for _, b := range h.open() {
		all = append(all, b.close())
	}
	if h.desk != nil {
		all = append(all, h.desk.db.Close())
	}
	return errors.Join(all...)
}

// markDays marks a new day in every book.
func (h *host) markDays(ctx context.Context) error {
	return h.each(func(b *opened) error { return b.Mark(ctx) })
}

// each does something with every book that is open; what is wrong with one keeps no other from it.
func (h *host) each(do func(*opened) error) error {
	var all []error
	for _, b := range h.open() {
		if err := do(b); err != nil {
			all = append(all, fmt.Errorf("programme %s: %w", b.name, err))
		}
	}
	return errors.Join(all...)
}

// Open implements web.Host. A programme into which its first entries do not go is not there afterwards.
func (h *host) Open(ctx context.Context, name, zone string, first []ledger.Draft) (err error) {
	if err := h.rehearse(ctx, name, zone, first); err != nil {
		return err
	}
	b, err := newBook(ctx, h.location, name, zone)
	if err != nil {
		return err
	}
	receipts, err := b.Append(ctx, first...)
	for _, r := range receipts {
		err = errors.Join(err, r.Err)
	}
	if err != nil {
		return errors.Join(err, b.close())
	}
	return h.add(ctx, b)
}

// rehearse appends the first entries of a programme to a book that goes away again.
func (h *host) rehearse(ctx context.Context, name, zone string, first []ledger.Draft) (err error) {
	dir, err := os.MkdirTemp("", "kept-open-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch, err := store.At(dir, dir)
	if err != nil {
		return err
	}
	b, err := newBook(ctx, scratch, name, zone)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	receipts, err := b.Append(ctx, first...)
	for _, r := range receipts {
		err = errors.Join(err, r.Err)
	}
	return err
}

// Backup implements web.Host.
func (h *host) Backup(ctx context.Context, programme string) (string, error) {
	if err := os.MkdirAll(h.backups, 0o700); err != nil {
		return "", &store.Problem{What: "the folder of backups cannot be made: " + h.backups, Do: "Check that its parent may be written, or name another one with --backups", Cause: err}
	}
	stamp := time.Now().UTC().Format("2006-01-02-150405")
	if programme == "" {
		file := filepath.Join(h.backups, "accounts-"+stamp+".db")
		err := store.Snapshot(ctx, h.desk.db, file)
		if errors.Is(err, store.ErrNoSnapshot) {
			err = &store.Problem{What: "the accounts lie in PostgreSQL", Do: "Back them up with its own tools: see docs/backup.md"}
		}
		return file, err
	}
	i := slices.IndexFunc(h.open(), func(b *opened) bool { return b.name == programme })
	if i < 0 {
		return "", &store.Problem{What: "there is no programme " + programme + " here"}
	}
	file := filepath.Join(h.backups, programme+"-"+stamp+".db")
	_, err := backUp(ctx, &console{io.Discard, io.Discard}, h.open()[i], file)
	return file, err
}
