package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// RebuildCmd makes the views again.
type RebuildCmd struct {
	DataFlags `embed:""`
	Programme string `help:"Which programme." required:"" placeholder:"NAME"`
}

// Help is the long help of the command.
func (cmd *RebuildCmd) Help() string {
	return `Views are what pages read; they follow from the entries. A book that was written by another version of the program is rebuilt by itself when it is opened. This does it on demand, for example after kept verify found a damaged row.`
}

// Run makes the views again.
func (cmd *RebuildCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	book, err := openBook(ctx, location, cmd.Programme, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	bar := newBar(c, "entries")
	began := time.Now()
	err = book.Rebuild(ctx, bar.at)
	bar.done()
	if err == nil {
		fmt.Fprintf(c.out, "%s: the views were made again in %s\n", cmd.Programme, time.Since(began).Round(time.Millisecond))
	}
	return err
}
