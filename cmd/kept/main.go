// Command kept keeps the open book of what was promised to villages. See kept --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/voice"
)

// version is set when a release is built.
var version = "dev"

// CLI is every command with its flags. Each flag can also be given as a variable KEPT_ and its name.
type CLI struct {
	Demo     DemoCmd     `cmd:"" help:"Show a made-up programme. Keeps nothing, unless told where."`
	Serve    ServeCmd    `cmd:"" help:"Serve the pages of every programme in a data folder."`
	Import   ImportCmd   `cmd:"" help:"Read a published programme into a book."`
	Verify   VerifyCmd   `cmd:"" help:"Read a book again and say whether anything in it is not as it was written."`
	Review   ReviewCmd   `cmd:"" help:"Compute a published review again and compare."`
	Backup   BackupCmd   `cmd:"" help:"Back up a book while it is in use, and check backups."`
	Restore  RestoreCmd  `cmd:"" help:"Put a backup back."`
	Copy     CopyCmd     `cmd:"" help:"Copy a book to another folder or engine."`
	Rebuild  RebuildCmd  `cmd:"" help:"Make a book's views again from its entries."`
	Accounts AccountsCmd `cmd:"" help:"Accounts of those who sign in: list them, or make a link for an administrator who cannot."`
	Simulate SimulateCmd `cmd:"" help:"Fill a book with a made-up programme of any size, to try or measure Kept."`

	Version kong.VersionFlag `help:"Print the version and stop."`
}

// DataFlags say where the books are.
type DataFlags struct {
	Data   string `help:"Folder of the books (one SQLite file each), or postgres://user@host/database (one schema each)." default:"kept-data" env:"KEPT_DATA" placeholder:"DIR"`
	Config string `help:"Folder for what must lie outside the books: the last checkpoints seen. Default: kept in the user's config folder." env:"KEPT_CONFIG" placeholder:"DIR"`
}

// exit is an error with the exit code of the program.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

// console is where a command writes.
type console struct {
	out, err io.Writer
}

// rules are those of every book: all subjects.
func rules() *ledger.Rules {
	return ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject)
}

const description = `Kept is the open book of what was promised to villages: what, where, by when, for how much, measured how;
the work done on it; and a past that cannot be changed without it showing.

To try it: kept demo

To use it: kept import iati FILE --programme NAME, then kept serve

To check it: kept verify`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], &console{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run runs one command and returns the exit code.
func run(ctx context.Context, args []string, c *console) int {
	var cli CLI
	code := -1
	parser, err := kong.New(&cli, kong.Name("kept"), kong.Description(description), kong.Writers(c.out, c.err),
		kong.Vars{"version": version}, kong.Exit(func(n int) { code = n }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}))
	if err != nil {
		fmt.Fprintln(c.err, "kept:", err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if code >= 0 {
		return code // help or version
	}
	if err != nil {
		fmt.Fprintf(c.err, "kept: %v\nTry kept --help.\n", err)
		return 2
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(c); err != nil {
		fmt.Fprintln(c.err, "kept:", err)
		var e *exit
		if errors.As(err, &e) {
			return e.code
		}
		return 1
	}
	return 0
}
