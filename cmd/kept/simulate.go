package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kept/ledger"
	"kept/schedule"
	"kept/simulate"
	"kept/store"
)

// SimulateCmd fills a book with a made-up programme.
type SimulateCmd struct {
	DataFlags `embed:""`
	Programme string `help:"Short name of the programme." default:"simulated" placeholder:"NAME"`
	Villages  int    `help:"How many villages." default:"100"`
	Promises  int    `help:"How many promises." default:"2000"`
	Reports   int    `help:"How many work reports." default:"20000"`
	Seed      uint64 `help:"Another seed gives another programme of the same size." default:"1"`
	Today     string `help:"The last day of the simulation, such as 2026-11-23. Default: today." placeholder:"DAY"`
}

// Help is the long help of the command.
func (cmd *SimulateCmd) Help() string {
	return `Fills a book with a made-up programme of any size: villages, promises of every plan, and what becomes of them over two years. It is for trying Kept and for measuring it; nothing in it is about a real place.

The same arguments give the same book to the last bit, --today included. A run that was cut short is finished by the same command; a programme that something else has written is left alone.`
}

// Run simulates, and says how fast it was.
func (cmd *SimulateCmd) Run(ctx context.Context, c *console) (err error) {
	o := simulate.Options{Name: cmd.Programme, Villages: cmd.Villages, Promises: cmd.Promises, Reports: cmd.Reports, Seed: cmd.Seed, Today: cmd.Today}
	if o.Today == "" {
		o.Today = time.Now().UTC().Format(time.DateOnly)
	}
	if !schedule.ValidDay(o.Today) {
		return fmt.Errorf("--today %q is not a day; write it like 2026-11-23", o.Today)
	}
	if err := o.Check(); err != nil { // before anything is made in the data folder
		return err
	}
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	clock := &simulate.Clock{}
	book, err := cmd.open(ctx, location, clock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close(), book.DB.Close()) }()
	before, err := headOf(ctx, book)
	if err != nil {
		return err
	}
	bar := newBar(c, "promises and reports")
	o.Progress = bar.at
	start := time.Now()
	err = simulate.Write(ctx, book, clock, o)
	took := time.Since(start)
	bar.done()
	if errors.Is(err, context.Canceled) {
		err = fmt.Errorf("stopped; the same command with --today %s goes on where this one ended", o.Today)
	}
	if err != nil {
		return err
	}
	after, err := headOf(ctx, book)
	if err != nil {
		return err
	}
	added := after.Size - before.Size
	fmt.Fprintf(c.out, "%s: %d entries in %.1f s, %.0f a second; the book has %d, root %s\n", o.Name, added, took.Seconds(),
		float64(added)/took.Seconds(), after.Size, after.Root())
	fmt.Fprintf(c.out, "Look at it with: kept serve --data %s\n", cmd.Data)
	return nil
}

// open opens the programme, or creates it, with a clock that only the simulation moves.
func (cmd *SimulateCmd) open(ctx context.Context, location *store.Location, clock *simulate.Clock) (*ledger.Book, error) {
	names, err := location.Books(ctx)
	if err != nil {
		return nil, err
	}
	key, err := simulate.Key(cmd.Programme, cmd.Seed)
	if err != nil {
		return nil, err
	}
	fresh := !slices.Contains(names, cmd.Programme)
	opening := location.Create
	if !fresh {
		opening = func(ctx context.Context, name string) (store.DB, error) { return location.Open(ctx, name, true) }
	}
	db, err := opening(ctx, cmd.Programme)
	if err != nil {
		return nil, err
	}
	options := ledger.Options{Today: clock.Today, Folder: location.Beside(cmd.Programme)}
	var book *ledger.Book
	if fresh {
		book, err = ledger.Create(ctx, db, rules(), key, options)
	} else {
		book, err = ledger.Open(ctx, db, rules(), options)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return book, nil
}

// headOf is the head of a book as it is now.
func headOf(ctx context.Context, book *ledger.Book) (head ledger.Head, err error) {
	err = book.DB.Read(ctx, func(tx *store.Tx) (err error) {
		head, err = ledger.ReadHead(tx)
		return err
	})
	return head, err
}
