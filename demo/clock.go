package demo

import (
	"context"
	"errors"
	"sync"

	"kept/ledger"
	"kept/store"
)

// Clock is the day of the sample programme: whatever it was set to last. Its Today is for ledger.Options. It may be used
// by many goroutines at once, and the zero value stands before every day.
type Clock struct {
	mu  sync.Mutex
	day string
}

// Today is the day on which the clock stands.
func (c *Clock) Today() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.day
}

// Set moves the clock.
func (c *Clock) Set(day string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.day = day
}

// Create makes the example's book at a location and writes the example into it. The book is open, and its clock stands at
// today. Folder is where its checkpoint lies outside the database; empty: nowhere.
func Create(ctx context.Context, at *store.Location, rules *ledger.Rules, folder, today string, later ...Later) (book *ledger.Book, err error) {
	db, err := at.Create(ctx, Name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	key, err := Key()
	if err != nil {
		return nil, err
	}
	clock := &Clock{}
	if book, err = ledger.Create(ctx, db, rules, key, ledger.Options{Today: clock.Today, Folder: folder}); err != nil {
		return nil, err
	}
	if err := Write(ctx, book, clock, today, later...); err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return book, nil
}
