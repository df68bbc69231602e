package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kept/demo"
	"kept/demo/reviews"
	"kept/paper"
	"kept/schedule"
	"kept/spool"
	"kept/staff"
	"kept/store"
	"kept/web"
)

// DemoCmd shows the example.
type DemoCmd struct {
	Data   string `help:"Keep the example in this folder. Default: a folder that goes away at the end." env:"KEPT_DEMO_DATA" placeholder:"DIR"`
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080" env:"KEPT_LISTEN" placeholder:"ADDR"`
	Today  string `help:"The day it is in the example, such as 2026-11-23. Default: today." placeholder:"DAY"`
}

// Run writes the example, if it is not there yet, and serves it.
func (cmd *DemoCmd) Run(ctx context.Context, c *console) (err error) {
	today := cmd.Today
	if today == "" {
		today = time.Now().UTC().Format(time.DateOnly)
	}
	if !schedule.ValidDay(today) {
		return fmt.Errorf("--today %q is not a day; write it like 2026-11-23", today)
	}
	dir := cmd.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "kept-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	location, err := store.At(dir, dir)
	if err != nil {
		return err
	}
	log := logger(c)
	// The folder of an example is backed up by nobody, so its boxes may lie in it.
	h := &host{location: location, log: log, backups: filepath.Join(dir, "backups"), boxing: boxing{folder: filepath.Join(dir, "voice"), sample: true}}
	defer func() { err = errors.Join(err, h.close()) }()
	if h.desk, err = openDesk(ctx, location); err != nil {
		return err
	}
	accounts, err := demo.Staff(ctx, h.desk.Desk)
	if err != nil {
		return err
	}
	pictures := spool.New(location.Beside, time.Now)
	var cards demoCards
	fonts, err := paper.Find("", paper.Folders())
	if err != nil {
		return err
	}
	h.site = web.New(web.Options{Log: log, Version: version, Demo: true, Desk: h.desk.Desk, Spool: pictures, Guests: guests(accounts), Host: h, DemoCards: cards.of,
		Fonts: fonts})
	book, err := cmd.book(ctx, location, today)
	if err != nil {
		return err
	}
	if err := h.add(ctx, book); err != nil {
		return err
	}
	if err := demo.Waiting(pictures, today); err != nil {
		return err
	}
	if err := cards.deal(ctx, book); err != nil {
		return err
	}
	return h.listen(ctx, c, cmd.Listen)
}

// guests are the accounts of the example, as each of which anybody may sign in.
func guests(accounts []staff.Account) []web.Guest {
	var out []web.Guest
	for _, a := range accounts {
		for _, g := range a.Grants {
			out = append(out, web.Guest{Programme: g.Programme, Account: a.ID, Role: g.Role})
		}
	}
	return out
}

// book opens the example, or writes it first.
func (cmd *DemoCmd) book(ctx context.Context, location *store.Location, today string) (*opened, error) {
	names, err := location.Books(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, demo.Name) {
		if err := writeDemo(ctx, location, today); err != nil {
			return nil, err
		}
	}
	book, err := openBook(ctx, location, demo.Name, true)
	if err == nil {
		book.day = today
	}
	return book, err
}

func writeDemo(ctx context.Context, location *store.Location, today string) error {
	book, err := demo.Create(ctx, location, rules(), location.Beside(demo.Name), today, reviews.Of(today)...)
	if err != nil {
		return err
	}
	return errors.Join(book.Close(), book.DB.Close())
}
