package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kept/audit"
	"kept/ledger"
	"kept/store"
	"kept/web"
)

// BackupCmd makes and checks backups.
type BackupCmd struct {
	Make     BackupMakeCmd     `cmd:"" default:"withargs" help:"Write a programme's whole book into a new file, while it is in use."`
	Check    BackupCheckCmd    `cmd:"" help:"Restore a backup into a scratch place and verify all of it there."`
	Accounts BackupAccountsCmd `cmd:"" help:"Write the accounts, drafts and who did what into a new file, while they are in use."`
}

// BackupMakeCmd makes a backup.
type BackupMakeCmd struct {
	DataFlags `embed:""`
	Programme string `help:"Which programme." required:"" placeholder:"NAME"`
	File      string `arg:"" help:"The new file. It holds the signing key and everything private: keep it like the data." type:"path"`
}

// Help is the long help of the command.
func (cmd *BackupMakeCmd) Help() string {
	return `The file is a SQLite book of its own, whatever engine the programme is on. Keep it where the data is not. On PostgreSQL you can also back up the whole server with its own tools: see docs/backup.md.`
}

// Run writes the backup.
func (cmd *BackupMakeCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	book, err := openBook(ctx, location, cmd.Programme, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	head, err := backUp(ctx, c, book, cmd.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %d entries, root %s\nTo be sure of it: kept backup check %s\n", cmd.File, head.Size, head.Root(), cmd.File)
	return nil
}

// backUp writes a book into a new file.
func backUp(ctx context.Context, c *console, book *opened, file string) (head ledger.Head, err error) {
	if _, err := os.Lstat(file); err == nil {
		return head, &store.Problem{What: "there is a file " + file + " already", Do: "Choose another name; a backup is never written over"}
	}
	// Under its own name there is never half a backup, however this ends.
	partial := file + ".partial"
	if err := removeBook(partial); err != nil {
		return head, &store.Problem{What: "what an interrupted backup left cannot be removed: " + partial, Do: "Check who owns its folder", Cause: err}
	}
	head, err = write(ctx, c, book, partial)
	if err == nil {
		err = os.Rename(partial, file)
	}
	if err == nil { // looking at the file left two others beside it
		err = errors.Join(store.Sync(file), removeBook(partial))
	}
	if err != nil {
		return head, fmt.Errorf("no backup was made: %w", errors.Join(err, removeBook(partial)))
	}
	return head, nil
}

// write writes the book into a new file, and reads from it what it is.
func write(ctx context.Context, c *console, book *opened, file string) (head ledger.Head, err error) {
	err = store.Snapshot(ctx, book.DB, file)
	if errors.Is(err, store.ErrNoSnapshot) {
		err = copyInto(ctx, c, book, file)
	}
	if err != nil {
		return head, err
	}
	return headOfFile(ctx, file)
}

// removeBook removes a SQLite file with the files that belong to it.
func removeBook(file string) error {
	for _, end := range []string{"", "-journal", "-wal", "-shm", ".lock"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copyInto copies a book into a new SQLite file.
func copyInto(ctx context.Context, c *console, book *opened, file string) (err error) {
	to, err := store.CreateFile(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close(), os.Remove(file+".lock")) }()
	bar := newBar(c, "entries")
	defer bar.done()
	return ledger.Copy(ctx, book.Book, to, bar.at)
}

func headOfFile(ctx context.Context, file string) (head ledger.Head, err error) {
	db, err := store.OpenFile(ctx, file)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		head, err = ledger.ReadHead(tx)
		return err
	})
	return head, err
}

// BackupCheckCmd checks a backup.
type BackupCheckCmd struct {
	File string `arg:"" help:"The backup." type:"existingfile"`
}

// Run restores the backup into a scratch folder, opens it there as a server would, and verifies it.
func (cmd *BackupCheckCmd) Run(ctx context.Context, c *console) (err error) {
	dir, err := os.MkdirTemp("", "kept-check-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	location, err := store.At(dir, dir)
	if err != nil {
		return err
	}
	const name = "backup"
	if _, err := location.Place(ctx, name, cmd.File); err != nil {
		return err
	}
	book, err := openBook(ctx, location, name, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	return checkBook(ctx, c, book, filepath.Base(cmd.File))
}

// checkBook verifies an open book and its pages, and says what it found.
func checkBook(ctx context.Context, c *console, book *opened, label string) error {
	bar := newBar(c, "entries")
	var head ledger.Head
	err := book.DB.Read(ctx, func(tx *store.Tx) (err error) {
		head, err = book.Check(tx, bar.at)
		return err
	})
	bar.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %d entries, root %s: every hash, the signature, every view row, text and picture is as it was written\n", label, head.Size, head.Root())
	site := web.New(web.Options{Log: logger(c), Version: version})
	site.Serve(book.name, book.Book, nil)
	bar = newBar(c, "pages")
	count, err := audit.Pages(ctx, site, book.Book, book.name, bar.at)
	bar.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: %d figures on %d pages are what the entries say\n", label, count.Figures, count.Pages)
	bar = newBar(c, "reviews")
	checked, others, err := audit.Reviews(ctx, book.Book, bar.at)
	bar.done()
	if err != nil {
		return err
	}
	sayReviews(func(format string, args ...any) { fmt.Fprintf(c.out, label+": "+format+"\n", args...) }, len(checked), others, book.name)
	return nil
}
