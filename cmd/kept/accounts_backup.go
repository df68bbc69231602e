package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kept/store"
)

// BackupAccountsCmd backs up the accounts.
type BackupAccountsCmd struct {
	DataFlags `embed:""`
	File      string `arg:"" help:"The new file. It holds names, hashes of passwords, drafts and who did what: keep it like the data." type:"path"`
}

// Run writes the backup.
func (cmd *BackupAccountsCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	if err := backUpAccounts(ctx, location, cmd.File); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s holds the accounts, drafts and who did what\nHow to put them back stands in docs/backup.md\n", cmd.File)
	return nil
}

// backUpAccounts writes the accounts into a new file, which has its name only when it is whole.
func backUpAccounts(ctx context.Context, l *store.Location, file string) (err error) {
	if _, err := os.Lstat(file); err == nil {
		return &store.Problem{What: "there is a file " + file + " already", Do: "Choose another name; a backup is never written over"}
	}
	partial := file + ".partial"
	if err := removeBook(partial); err != nil {
		return &store.Problem{What: "what an interrupted backup left cannot be removed: " + partial, Do: "Check who owns its folder", Cause: err}
	}
	err = snapshotDesk(ctx, l, partial)
	if err == nil {
		err = os.Rename(partial, file)
	}
	if err == nil {
		err = store.Sync(file)
	}
	if err != nil {
		return fmt.Errorf("no backup was made: %w", errors.Join(err, removeBook(partial)))
	}
	return nil
}
