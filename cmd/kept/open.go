package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
	_ "time/tzdata" // a server need not have the tables of time zones

	"kept/ledger"
	"kept/programme"
	"kept/store"
	"kept/voice"
)

// location finds the books, and the folder for what lies outside them.
func (f *DataFlags) location() (*store.Location, string, error) {
	config := f.Config
	if config == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return nil, "", &store.Problem{What: "there is no config folder for this user", Do: "Name one with --config", Cause: err}
		}
		config = filepath.Join(base, "kept")
	}
	l, err := store.At(f.Data, config)
	return l, config, err
}

// opened is an open book with its database.
type opened struct {
	*ledger.Book
	name  string
	boxes *voice.Boxes // nil: no answers are taken here
	zone  atomic.Pointer[time.Location]
	day   string // a fixed day, for examples; empty: the clock's
}

// newOpened is a book that is about to be opened; its time zone is not known yet.
func newOpened(name string) *opened {
	o := &opened{name: name}
	o.zone.Store(time.UTC)
	return o
}

// today is the programme's day.
func (o *opened) today() string {
	if o.day != "" {
		return o.day
	}
	return time.Now().In(o.zone.Load()).Format(time.DateOnly)
}

// openBook opens a book for appending or for looking.
func openBook(ctx context.Context, l *store.Location, name string, write bool) (*opened, error) {
	return openWith(ctx, l, name, write, ledger.Options{})
}

// openRested opens a book for appending; its last day may be long ago if the person who runs the server has said so.
func openRested(ctx context.Context, l *store.Location, name string, rested bool) (*opened, error) {
	return openWith(ctx, l, name, true, ledger.Options{Rested: rested})
}

func openWith(ctx context.Context, l *store.Location, name string, write bool, options ledger.Options) (*opened, error) {
	db, err := l.Open(ctx, name, write)
	if err != nil {
		return nil, err
	}
	o := newOpened(name)
	options.Today = o.today
	if write {
		options.Folder = l.Beside(name)
		o.Book, err = ledger.Open(ctx, db, rules(), options)
	} else {
		o.Book, err = ledger.OpenReadOnly(ctx, db, rules(), options)
	}
	if err == nil {
		err = o.readZone(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return o, nil
}

// readZone takes the programme's time zone from the book.
func (o *opened) readZone(ctx context.Context, db store.DB) error {
	return db.Read(ctx, func(tx *store.Tx) error {
		row, ok, err := programme.View.One(tx, int64(0))
		if err != nil || !ok {
			return err
		}
		zone, err := time.LoadLocation(row.Zone)
		if err != nil {
			return &store.Problem{What: "the programme's time zone " + row.Zone + " is not known here", Cause: err}
		}
		o.zone.Store(zone)
		return nil
	})
}

// close closes the book and its database.
func (o *opened) close() error {
	var err error
	if o.boxes != nil {
		err = o.boxes.Close()
	}
	return errors.Join(err, o.Book.Close(), o.DB.Close())
}
