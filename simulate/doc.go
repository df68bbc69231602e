// Package simulate fills a book with a made-up programme of any size, for trying Kept, for measuring it, and for seeing
// what its pages look like when there are many villages.
//
// # What is made up
//
// A tree of places from a country down to villages, the offices, teams and funders that so many villages have, ten tasks,
// and promises of every plan, with what becomes of them over two years up to a day: work reports, their passing by a second
// organisation, payments, amendments and withdrawals. As in life little of it is even: some villages get many promises, and
// from some nothing is ever reported (TestSkewed). Places have codes under XS, which is no country, names are put together
// from words for landscapes, and nobody is named: nothing here is about a real place or programme.
//
// # The same arguments, the same book
//
// Everything follows from the Options: the same give the same entries in the same order, so the same root hash, on either
// engine and however the entries are cut into batches (TestSameRoot). Whatever is decided by chance is thrown by dice of
// its own, named by what it decides; so nothing depends on what was thrown before, and only whole numbers are used, since
// machines differ in the last digit of others. Ids are derived from the Options as well: writing again adds nothing, and a
// run that was cut short is finished by another with the same Options (TestResume). A book that other Options, or
// something else, have written into is refused.
//
// # Days
//
// The day marks are written here, like every other entry, and not left to the ledger: that puts one before every entry
// that has a day of its own, so a batch may hold many days. The clock that the book was opened with must stand still
// meanwhile; Write moves it.
//
// # Memory
//
// No list of entries exists. A promise's whole life is computed from its number whenever something happens to it (life),
// and what happens next is entered in a calendar, one event for each kind of thing that goes on; a million reports take no
// more room than ten thousand.
package simulate

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync/atomic"

	"kept/ledger"
	"kept/programme"
	"kept/schedule"
	"kept/store"
)

// Options say what is to be made up. Equal Options, but for Batch and Progress, give equal books.
type Options struct {
	Name     string // short name of the programme
	Villages int
	Promises int
	Reports  int // work reports
	Seed     uint64
	Today    string // the last day

	Batch    int                     // entries appended at once; 0: as many as one transaction takes
	Progress func(done, total int64) // of the promises and reports
}

// The largest simulation; it is meant to be far beyond any use, and keeps the arithmetic of shares within 64 bits.
const (
	maxVillages = 1_000_000
	maxPromises = 5_000_000
	maxReports  = 100_000_000
)

// batch is how many entries the ledger takes into one transaction.
const batch = 4096

// Clock is the day of a simulated programme; its Today is for ledger.Options. It may be used by many goroutines at once,
// and the zero value stands before every day.
type Clock struct{ day atomic.Pointer[string] }

// Today is the day on which the clock stands.
func (c *Clock) Today() string {
	if day := c.day.Load(); day != nil {
		return *day
	}
	return ""
}

// Set moves the clock.
func (c *Clock) Set(day string) { c.day.Store(&day) }

// Check says what is wrong with the options, to the person who gave them.
func (o *Options) Check() error {
	switch {
	case o.Villages < 1 || o.Villages > maxVillages:
		return fmt.Errorf("%d villages cannot be simulated; it takes 1 to %d", o.Villages, maxVillages)
	case o.Promises < 0 || o.Promises > maxPromises:
		return fmt.Errorf("%d promises cannot be simulated; it takes 0 to %d", o.Promises, maxPromises)
	case o.Reports < 0 || o.Reports > maxReports:
		return fmt.Errorf("%d reports cannot be simulated; it takes 0 to %d", o.Reports, maxReports)
	case o.Reports > 0 && o.Promises == 0:
		return errors.New("there are no reports without promises")
	case !schedule.ValidDay(o.Today) || o.Today < firstToday:
		return fmt.Errorf("%q is not a day that can be simulated; write it like 2026-11-23", o.Today)
	}
	return store.CheckName(o.Name)
}

// firstToday leaves room for the years before today.
const firstToday = "1910-01-01"

// arguments are the options as they stand in the programme's goal.
func (o *Options) arguments() string {
	return fmt.Sprintf("%d villages, %d promises, %d reports, seed %d, until %s", o.Villages, o.Promises, o.Reports, o.Seed, o.Today)
}

// origin names the log, and so the signing key.
func origin(name string, seed uint64) string { return fmt.Sprintf("kept/%s/simulated-%d", name, seed) }

// Key is the signing key of a simulated book, the same at every call. Everybody can compute it, so a signature by it
// proves nothing.
func Key(name string, seed uint64) (*ledger.Key, error) {
	origin := origin(name, seed)
	sum := sha256.Sum256([]byte("kept: simulated, not a secret\n" + origin))
	return ledger.NewKey(origin, sum[:])
}

// Write writes the simulated programme into a book that was created with Key and opened with this clock, from where an
// earlier run with the same options has left off. It moves the clock up to Today. An error leaves a book that the same
// call can finish, unless it is a *store.Problem: then the book is not one for these options.
func Write(ctx context.Context, book *ledger.Book, clock *Clock, o Options) error {
	if err := o.Check(); err != nil {
		return err
	}
	w := newWorld(o)
	if err := w.belongs(ctx, book); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	clock.Set("")
	var done int64
	for b := range w.batches(ctx) {
		if b.err != nil {
			return b.err
		}
		receipts, err := book.Append(ctx, b.drafts...)
		if err != nil {
			return err
		}
		for i, r := range receipts {
			if err := refused(&b.drafts[i], r.Err); err != nil {
				return err
			}
		}
		clock.Set(b.day)
		done += b.counted
		if o.Progress != nil {
			o.Progress(done, int64(o.Promises+o.Reports))
		}
	}
	return ctx.Err()
}

// refused explains why an entry was not taken.
func refused(d *ledger.Draft, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("simulate: %s of %s: %w", d.Kind, d.Day, err)
	if d.Kind == ledger.KindDay {
		return &store.Problem{What: "the book has gone on since the simulation was cut short", Do: "Simulate a new one, under another name", Cause: err}
	}
	return err
}

// belongs refuses a book that does not begin as this simulation does.
func (w *world) belongs(ctx context.Context, book *ledger.Book) error {
	origin := origin(w.o.Name, w.o.Seed)
	if book.Key.Origin() != origin {
		return &store.Problem{What: fmt.Sprintf("the programme %s was not simulated with seed %d", w.o.Name, w.o.Seed), Do: "Choose another short name",
			Cause: fmt.Errorf("it is signed as %s, not as %s", book.Key.Origin(), origin)}
	}
	return book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil || head.Size == 0 {
			return err
		}
		seq, ok, err := ledger.SeqOf(tx, w.dayID(w.begin))
		if err != nil || ok && seq == 0 {
			return err
		}
		row, ok, err := programme.View.One(tx, int64(0))
		if err != nil {
			return err
		}
		problem := &store.Problem{What: fmt.Sprintf("the programme %s was simulated with other arguments", w.o.Name),
			Do: "Give the same arguments to finish it, --today included, or choose another short name"}
		if ok {
			goal, _ := programme.ParseWords(row.Goal).Best("en")
			problem.Cause = errors.New(goal)
		}
		return problem
	})
}
