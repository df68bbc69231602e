package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kept/iati"
	"kept/imports"
	"kept/ledger"
	"kept/store"
)

// ImportIATICmd reads a file of activities into a book.
type ImportIATICmd struct {
	DataFlags     `embed:""`
	File          string   `arg:"" help:"The file, or - for the standard input." placeholder:"FILE"`
	Programme     string   `required:"" help:"Short name of the programme; it stands in every address. A new one is opened." placeholder:"NAME"`
	DryRun        bool     `help:"Only say what would be appended."`
	JSON          bool     `name:"json" help:"Print everything as JSON, with every finding."`
	MaxBytes      int64    `help:"Refuse a larger file. Default: 64 MB." placeholder:"N"`
	AssumeVersion string   `help:"Read a file of unknown version as this one: 2.01, 2.02 or 2.03." placeholder:"V"`
	Title         []string `help:"Title of a new programme, as TEXT or LANGUAGE=TEXT; may be repeated. Default: the publisher's name." sep:"none" placeholder:"TEXT"`
	Goal          []string `help:"Goal of a new programme, likewise. Default: a sentence that says whose activities they are." sep:"none" placeholder:"TEXT"`
	Zone          string   `help:"Time zone in which the days of a new programme are counted." default:"UTC" placeholder:"ZONE"`
}

// Help is the long help of the command.
func (cmd *ImportIATICmd) Help() string {
	return `Each activity becomes a promise with its measures, targets, budgets, places and movements of money, as published; what cannot be kept is left out and listed with line and reason. Contact persons are dropped. The file is read wholly before anything is written.

Reading a file again, or a later one of the same publisher, appends only what is new or has changed: a changed target becomes an amendment that everyone can see.

Exit code: 0 all was taken; 1 parts were left out; 2 some activity was refused; 3 nothing was appended.`
}

// Run imports the file. Whatever goes wrong before anything is appended ends with the same exit code.
func (cmd *ImportIATICmd) Run(ctx context.Context, c *console) error {
	r, err := cmd.run(ctx, c)
	if err != nil {
		return cmd.failed(c, err)
	}
	if cmd.JSON {
		if err := tellJSON(c.out, r); err != nil {
			return err
		}
		return verdict(r)
	}
	tellFindings(c.out, r)
	fmt.Fprintf(c.out, "%s: read %s (IATI %s%s)\n", r.Programme, count(r.Activities, "activity", "activities"), r.Version, updated(r.LastUpdated))
	if r.Exit() != imports.ExitNothing {
		tellAppended(c.out, r)
		if r.Entries > 0 && !r.DryRun {
			if r.ImportEntry >= 0 {
				fmt.Fprintf(c.out, "To take this import back: kept import withdraw %d --programme %s\n", r.ImportEntry, r.Programme)
			}
			fmt.Fprintf(c.out, "To look at it: kept serve%s, then http://127.0.0.1:8080/%s/\n", cmd.dataFlag(), r.Programme)
		}
	}
	return verdict(r)
}

// failed makes the error of an import that appended nothing, or of which it is not known what it appended.
func (cmd *ImportIATICmd) failed(c *console, err error) error {
	if cmd.JSON {
		out := map[string]any{"error": err.Error(), "appended": map[string]int{}, "entries": 0}
		var file *iati.Error
		if errors.As(err, &file) {
			out["code"], out["line"] = file.Code, file.Line
		}
		if errors.As(err, new(*midway)) {
			delete(out, "appended")
			delete(out, "entries")
		}
		if err := tellJSON(c.out, out); err != nil {
			return err
		}
	}
	if errors.As(err, new(*midway)) {
		return err
	}
	return &exit{imports.ExitNothing, fmt.Errorf("%w; nothing was appended", err)}
}

// midway is an error that came when entries may have been appended already.
type midway struct{ err error }

func (m *midway) Error() string {
	return m.err.Error() + "; read the file again to finish: what is in the book already is not appended twice"
}
func (m *midway) Unwrap() error { return m.err }

func updated(day string) string {
	if day == "" {
		return ""
	}
	return ", last updated " + day
}

// dataFlag repeats --data for the command that comes next.
func (cmd *ImportIATICmd) dataFlag() string {
	if cmd.Data == "kept-data" {
		return ""
	}
	return " --data " + cmd.Data
}

func (cmd *ImportIATICmd) run(ctx context.Context, c *console) (*imports.Result, error) {
	o := imports.Options{Programme: cmd.Programme, Zone: cmd.Zone, DryRun: cmd.DryRun}
	var err1, err2 error
	o.Title, err1 = inLanguages("title", cmd.Title)
	o.Goal, err2 = inLanguages("goal", cmd.Goal)
	if err := errors.Join(err1, err2, store.CheckName(cmd.Programme)); err != nil {
		return nil, err
	}
	location, _, err := cmd.location()
	if err != nil {
		return nil, err
	}
	names, err := location.Books(ctx)
	if err != nil {
		return nil, err
	}
	file, err := cmd.read(c)
	if err != nil {
		return nil, err
	}
	if slices.Contains(names, cmd.Programme) {
		return cmd.into(ctx, c, location, file, o)
	}
	// Nothing is made in the data folder for a file of which nothing can be taken.
	plan, err := rehearse(ctx, file, o)
	if err != nil || cmd.DryRun || plan.Exit() == imports.ExitNothing {
		return plan, err
	}
	return cmd.open(ctx, c, location, file, o)
}

// read reads the whole file.
func (cmd *ImportIATICmd) read(c *console) (*iati.File, error) {
	var in io.Reader = os.Stdin
	size := int64(-1)
	if cmd.File != "-" {
		f, err := os.Open(cmd.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			size = info.Size()
		}
		in = f
	}
	bar := newBar(c, "reading")
	file, err := iati.Read(in, iati.Options{MaxBytes: cmd.MaxBytes, AssumeVersion: cmd.AssumeVersion, Progress: func(n int64) { bar.at(n, size) }})
	bar.done()
	return file, err
}

// into imports into a programme that is there.
func (cmd *ImportIATICmd) into(ctx context.Context, c *console, location *store.Location, file *iati.File, o imports.Options) (_ *imports.Result, err error) {
	book, err := openBook(ctx, location, cmd.Programme, !cmd.DryRun)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	return read(ctx, c, book.Book, file, o)
}

// read imports with a bar.
func read(ctx context.Context, c *console, book *ledger.Book, file *iati.File, o imports.Options) (*imports.Result, error) {
	bar := newBar(c, "appending")
	o.Progress = bar.at
	r, err := imports.IATI(ctx, book, file, o)
	bar.done()
	if err != nil && !o.DryRun && ledger.Refused(err) == nil {
		err = &midway{err}
	}
	return r, err
}

// rehearse plans the import into an empty book that goes away again.
func rehearse(ctx context.Context, file *iati.File, o imports.Options) (r *imports.Result, err error) {
	dir, err := os.MkdirTemp("", "kept-import-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	location, err := store.At(dir, dir)
	if err != nil {
		return nil, err
	}
	book, err := newBook(ctx, location, o.Programme, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	o.DryRun = true
	return imports.IATI(ctx, book.Book, file, o)
}

// open opens a programme and imports into it. One into which nothing came is removed again, if that can be done.
func (cmd *ImportIATICmd) open(ctx context.Context, c *console, location *store.Location, file *iati.File, o imports.Options) (r *imports.Result, err error) {
	book, err := newBook(ctx, location, cmd.Programme, cmd.Zone)
	if err != nil {
		return nil, err
	}
	r, err = read(ctx, c, book.Book, file, o)
	err = errors.Join(err, book.close())
	folder := location.Beside(cmd.Programme)
	if _, there := os.Stat(filepath.Join(folder, "book.db")); there == nil && (ledger.Refused(err) != nil || err == nil && r.Exit() == imports.ExitNothing) {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return r, err
}

// newBook makes an empty book.
func newBook(ctx context.Context, location *store.Location, name, zone string) (*opened, error) {
	in, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone; write one like Africa/Nairobi", zone)
	}
	key, err := ledger.NewKey(ledger.RandomOrigin(name), nil)
	if err != nil {
		return nil, err
	}
	db, err := location.Create(ctx, name)
	if err != nil {
		return nil, err
	}
	o := &opened{name: name}
	o.zone.Store(in)
	o.Book, err = ledger.Create(ctx, db, rules(), key, ledger.Options{Today: o.today, Folder: location.Beside(name)})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return o, nil
}
