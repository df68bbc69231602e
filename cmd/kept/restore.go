package main

import (
	"context"
	"errors"
	"fmt"

	"kept/ledger"
	"kept/store"
)

// RestoreCmd puts a backup back.
type RestoreCmd struct {
	DataFlags  `embed:""`
	Programme  string `help:"Which programme." required:"" placeholder:"NAME"`
	File       string `arg:"" optional:"" help:"The backup. Without one, the database is as you have restored it with its own tools." type:"existingfile"`
	AcceptLoss bool   `help:"Go on although entries that were signed are lost. This stands in the book for ever."`
	Rested     bool   `help:"Go on although the last day in the backup is more than 400 days ago, and the clock is right."`
}

// Help is the long help of the command.
func (cmd *RestoreCmd) Help() string {
	return `The last signed checkpoint lies beside the data. If the backup lacks entries that were signed, the book would have another past than the one that was shown, so it does not open.

With --accept-loss a new epoch begins: an entry names the checkpoint that was lost, the log gets another name, and phones and verifiers that saw the lost entries say so.`
}

// Run restores.
func (cmd *RestoreCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	if cmd.File != "" {
		if _, err := headOfFile(ctx, cmd.File); err != nil { // before anything is moved
			return fmt.Errorf("%s is no backup that can be restored, and nothing was changed: %w", cmd.File, err)
		}
		kept, err := location.Place(ctx, cmd.Programme, cmd.File)
		if err != nil {
			return err
		}
		if kept != "" {
			fmt.Fprintf(c.out, "what was there is now %s\n", kept)
		}
	}
	if cmd.AcceptLoss {
		return cmd.accept(ctx, c, location)
	}
	book, err := openBook(ctx, location, cmd.Programme, true)
	if err != nil {
		return fmt.Errorf("%w\nIf the lost entries cannot be found, go on with: kept restore --programme %s --accept-loss", err, cmd.Programme)
	}
	defer func() { err = errors.Join(err, book.close()) }()
	return checkBook(ctx, c, book, cmd.Programme)
}

func (cmd *RestoreCmd) accept(ctx context.Context, c *console, location *store.Location) (err error) {
	db, err := location.Open(ctx, cmd.Programme, true)
	if err != nil {
		return err
	}
	o := newOpened(cmd.Programme)
	if err := o.readZone(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	var lost ledger.Epoch
	o.Book, lost, err = ledger.AcceptLoss(ctx, db, rules(), ledger.Options{Today: o.today, Folder: location.Beside(cmd.Programme), Rested: cmd.Rested})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	defer func() { err = errors.Join(err, o.close()) }()
	fmt.Fprintf(c.out, "a new epoch has begun: %s. The book says that the checkpoint of %d entries of %s was lost.\n", o.Key.Origin(), lost.Size, lost.Origin)
	return checkBook(ctx, c, o, cmd.Programme)
}
