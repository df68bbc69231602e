package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kept/locale"
	"kept/staff"
	"kept/store"
)

// AccountsCmd is for those who sign in.
type AccountsCmd struct {
	List        AccountsListCmd   `cmd:"" default:"withargs" help:"List the accounts: who can sign in where, and how."`
	Reset       AccountsResetCmd  `cmd:"" help:"Make a one-time link with which the owner of an account chooses a new way to sign in."`
	InviteAdmin AccountsInviteCmd `cmd:"" help:"Make a one-time link that makes an account of an administrator."`
}

// LinkFlags say at which address a link will be opened.
type LinkFlags struct {
	Site string `help:"The address under which people reach the server, such as https://kept.example. Default: the link is printed without it." env:"KEPT_SITE" placeholder:"URL"`
}

// print prints a link.
func (f *LinkFlags) print(c *console, programme, token, note string) {
	door := "/office"
	if programme != "" {
		door = "/" + programme + door
	}
	fmt.Fprintf(c.out, "%s%s/invitations/%s\n%s\n", strings.TrimSuffix(f.Site, "/"), door, token, note)
	if f.Site == "" {
		fmt.Fprintln(c.out, "Put the address of your site before it, and start the server again.")
	}
}

// openDeskAlone opens the desk for a command that writes. On SQLite the server must not run meanwhile.
func openDeskAlone(ctx context.Context, l *store.Location) (*desk, error) {
	d, err := openDesk(ctx, l)
	var problem *store.Problem
	if errors.As(err, &problem) && problem.What == inUse {
		err = &store.Problem{What: "the server is running, and on SQLite only it can write the accounts", Do: "Stop it, run this command, and start it again; an administrator who can sign in needs no command: there is a page for it"}
	}
	return d, err
}

// inWords says a refusal of the desk for the person at the command line.
func inWords(err error) error {
	var words *locale.Error
	if errors.As(err, &words) {
		return errors.New(locale.For("en").T(words.Code, words.Args...))
	}
	return err
}

// AccountsListCmd lists accounts.
type AccountsListCmd struct {
	DataFlags `embed:""`
}

// Run lists.
func (cmd *AccountsListCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	d, done, err := lookAtDesk(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	accounts, err := d.Accounts(ctx)
	if err != nil {
		return err
	}
	if len(accounts) == 0 {
		fmt.Fprintln(c.out, "there are no accounts yet; kept serve prints a link that makes the first")
	}
	for _, a := range accounts {
		fmt.Fprintln(c.out, strings.Join(append([]string{a.Name}, aboutAccount(a)...), "; "))
	}
	return nil
}

func aboutAccount(a staff.Account) (out []string) {
	for _, g := range a.Grants {
		switch {
		case g.Role == staff.Admin:
			out = append(out, "administrator")
		case len(g.Places) > 0:
			out = append(out, fmt.Sprintf("%s %s in %s, only %s", g.Role, g.Who, g.Programme, strings.Join(g.Places, ", ")))
		default:
			out = append(out, fmt.Sprintf("%s %s in %s", g.Role, g.Who, g.Programme))
		}
	}
	if a.HasPassword {
		out = append(out, "password")
	}
	if a.Passkeys > 0 {
		out = append(out, fmt.Sprintf("passkeys: %d", a.Passkeys))
	}
	if a.Ended {
		out = append(out, "ended")
	}
	return append(out, "since "+a.Created)
}

// lookAtDesk opens the desk for looking, also while a server writes it: on SQLite, a copy of it that goes away again.
func lookAtDesk(ctx context.Context, l *store.Location) (d *desk, done func() error, err error) {
	if l.ServerFile() == "" {
		d, err := openDesk(ctx, l)
		return d, func() error { return d.db.Close() }, err
	}
	dir, err := os.MkdirTemp("", "kept-accounts-")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	scratch, err := store.At(dir, dir)
	if err != nil {
		return nil, nil, err
	}
	if err := snapshotDesk(ctx, l, scratch.ServerFile()); err != nil {
		return nil, nil, err
	}
	if d, err = openDesk(ctx, scratch); err != nil {
		return nil, nil, err
	}
	return d, func() error { return errors.Join(d.db.Close(), os.RemoveAll(dir)) }, nil
}

// snapshotDesk writes one state of the accounts into a new file, while a server may be writing them.
func snapshotDesk(ctx context.Context, l *store.Location, file string) (err error) {
	if l.ServerFile() == "" {
		return &store.Problem{What: "the accounts lie in PostgreSQL, in the schema kept_server", Do: "Back them up with its own tools: see docs/backup.md"}
	}
	if _, err := os.Stat(l.ServerFile()); errors.Is(err, os.ErrNotExist) {
		return &store.Problem{What: "there are no accounts in " + filepath.Dir(l.ServerFile()) + " yet", Do: "Look at --data; kept serve makes them"}
	}
	db, err := store.OpenFile(ctx, l.ServerFile())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return store.Snapshot(ctx, db, file)
}

// AccountsResetCmd makes a link that resets an account.
type AccountsResetCmd struct {
	DataFlags `embed:""`
	LinkFlags `embed:""`
	Name      string `arg:"" help:"The name of the account."`
}

// Help is the long help of the command.
func (cmd *AccountsResetCmd) Help() string {
	return `For an administrator who has lost every way to sign in; for others an administrator has a page. The link works once, for 2 days. Nothing changes until it is used; then the old password, passkeys and sessions of the account end. On SQLite the server has to be stopped meanwhile.`
}

// Run makes the link.
func (cmd *AccountsResetCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	d, err := openDeskAlone(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.db.Close()) }()
	accounts, err := d.Accounts(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(accounts, func(a staff.Account) bool { return strings.EqualFold(a.Name, locale.Tidy(cmd.Name)) })
	if i < 0 {
		return &store.Problem{What: "there is no account with the name " + cmd.Name, Do: "List them with: kept accounts"}
	}
	token, err := d.Reset(ctx, staff.Account{}, accounts[i].ID)
	if err != nil {
		return inWords(err)
	}
	programme := ""
	if grants := accounts[i].Grants; len(grants) > 0 {
		programme = grants[0].Programme
	}
	cmd.print(c, programme, token, "This link is for the owner of the account "+accounts[i].Name+". It works once, until "+lastDay(staff.ResetLasts)+".")
	return nil
}

// AccountsInviteCmd invites an administrator.
type AccountsInviteCmd struct {
	DataFlags `embed:""`
	LinkFlags `embed:""`
}

// Help is the long help of the command.
func (cmd *AccountsInviteCmd) Help() string {
	return `An administrator invites others on a page; this is for a server that has none any more who answers. The link works once, for 14 days. On SQLite the server has to be stopped meanwhile.`
}

// Run makes the link.
func (cmd *AccountsInviteCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	d, err := openDeskAlone(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.db.Close()) }()
	token, err := d.Invite(ctx, staff.Account{}, []staff.Grant{{Role: staff.Admin}})
	if err != nil {
		return inWords(err)
	}
	cmd.print(c, "", token, "This link makes an account of an administrator. It works once, until "+lastDay(staff.InvitationLasts)+".")
	return nil
}

func lastDay(lasts time.Duration) string { return time.Now().Add(lasts).UTC().Format(time.DateOnly) }
