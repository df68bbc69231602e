package main

import (
	"context"
	"errors"
	"fmt"

	"kept/imports"
)

// ImportWithdrawCmd takes back an import.
type ImportWithdrawCmd struct {
	DataFlags `embed:""`
	Entry     string `arg:"" help:"Number or id of the import's entry." placeholder:"ENTRY"`
	Programme string `required:"" help:"Short name of the programme." placeholder:"NAME"`
	DryRun    bool   `help:"Only say what would be appended."`
	JSON      bool   `name:"json" help:"Print everything as JSON."`
}

// Help is the long help of the command.
func (cmd *ImportWithdrawCmd) Help() string {
	return `Nothing is deleted: the promises of the import are withdrawn, its movements of money taken back, and its amendments undone where nothing changed them again, each by an entry of its own that says why. The same file is not read again afterwards; a corrected one can be.

Exit code: 0 it was withdrawn; 3 nothing was appended.`
}

// Run withdraws the import.
func (cmd *ImportWithdrawCmd) Run(ctx context.Context, c *console) error {
	r, err := cmd.run(ctx, c)
	if err != nil {
		return &exit{imports.ExitNothing, err}
	}
	if cmd.JSON {
		return tellJSON(c.out, r)
	}
	tellFindings(c.out, r)
	tellAppended(c.out, r)
	return verdict(r)
}

func (cmd *ImportWithdrawCmd) run(ctx context.Context, c *console) (_ *imports.Result, err error) {
	if !imports.IsEntry(cmd.Entry) {
		return nil, fmt.Errorf("%q is not the number or id of an entry", cmd.Entry)
	}
	location, _, err := cmd.location()
	if err != nil {
		return nil, err
	}
	book, err := openBook(ctx, location, cmd.Programme, !cmd.DryRun)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	bar := newBar(c, "appending")
	defer bar.done()
	return imports.Withdraw(ctx, book.Book, cmd.Entry, imports.Options{DryRun: cmd.DryRun, Progress: bar.at})
}
