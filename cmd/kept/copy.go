package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kept/ledger"
	"kept/store"
)

// CopyCmd copies a book to another place or engine.
type CopyCmd struct {
	From      string `arg:"" help:"Folder of the books, or postgres://... ."`
	To        string `arg:"" help:"Folder of the books, or postgres://... ."`
	Programme string `help:"Which programme." required:"" placeholder:"NAME"`
	Config    string `help:"Folder for what must lie outside the books." env:"KEPT_CONFIG" placeholder:"DIR"`
}

// Help is the long help of the command.
func (cmd *CopyCmd) Help() string {
	return `The copy is the same book: the same bytes, key, root and view rows, compared at the end. If it is interrupted, the same command goes on where it stopped. Stop the server that writes the source before you let another one write the copy: two books that grow apart under one key show as a fork.`
}

// Run copies.
func (cmd *CopyCmd) Run(ctx context.Context, c *console) (err error) {
	from, _, err := (&DataFlags{cmd.From, cmd.Config}).location()
	if err != nil {
		return err
	}
	to, _, err := (&DataFlags{cmd.To, cmd.Config}).location()
	if err != nil {
		return err
	}
	source, err := openBook(ctx, from, cmd.Programme, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.close()) }()
	target, err := openOrCreate(ctx, to, cmd.Programme)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	bar := newBar(c, "entries")
	err = ledger.Copy(ctx, source.Book, target, bar.at)
	bar.done()
	if err != nil {
		return err
	}
	return same(ctx, c, source, target)
}

func openOrCreate(ctx context.Context, l *store.Location, name string) (store.DB, error) {
	names, err := l.Books(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(names, name) {
		return l.Open(ctx, name, true)
	}
	return l.Create(ctx, name)
}

// same compares root and view rows of the two books.
func same(ctx context.Context, c *console, source *opened, target store.DB) error {
	copied, err := ledger.OpenReadOnly(ctx, target, rules(), ledger.Options{Today: source.today})
	if err != nil {
		return err
	}
	of := func(b *ledger.Book) (head ledger.Head, views map[string]string, err error) {
		err = b.DB.Read(ctx, func(tx *store.Tx) (err error) {
			if head, err = ledger.ReadHead(tx); err == nil {
				views, err = b.ViewHashes(tx)
			}
			return err
		})
		return head, views, err
	}
	head, views, err := of(source.Book)
	if err != nil {
		return err
	}
	now, copies, err := of(copied)
	if err != nil {
		return err
	}
	if head.Size != now.Size {
		return fmt.Errorf("the source has grown to %d entries while %d were copied; run the same command again", head.Size, now.Size)
	}
	if head.Root() != now.Root() || !maps.Equal(views, copies) {
		return errors.New("the copy is not the same book; verify the source with kept verify")
	}
	fmt.Fprintf(c.out, "%d entries, root %s, %d views: the same on both sides\n", now.Size, now.Root(), len(copies))
	return nil
}
