package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"

	"kept/audit"
	"kept/store"
)

// VerifyCmd checks books.
type VerifyCmd struct {
	URL       string `arg:"" optional:"" help:"Address of a programme on any server, such as https://kept.example/valley/. Without it the books in the data folder are checked."`
	DataFlags `embed:""`
	Programme string `help:"Only this programme. Default: all." placeholder:"NAME"`
	Seen      string `help:"File of the last checkpoint seen; it must lie outside the data folder. Default: in the config folder." env:"KEPT_SEEN" placeholder:"FILE"`
}

// Help is the long help of the command.
func (cmd *VerifyCmd) Help() string {
	return `Reads every entry again, computes the tree of hashes, checks the signature, folds the entries again and compares every row of every view, the hash of every text and picture, and every figure on every page. It names the first thing that is wrong.

It also compares the book with the checkpoint it saw last time and remembers the new one.

With an address it needs no data: it fetches every entry, text and picture from the server, makes the book again from them, and compares it with the signed checkpoint, every tile of hashes, every figure of the programme now and at an earlier size, and the figures on pages that it chooses by chance. The server is believed in nothing.

Exit code: 0 nothing is wrong; 1 something is, and it is named; 3 the book is not the one that was seen last time (rolled back, forked, or signed with another key).`
}

// Run checks each programme.
func (cmd *VerifyCmd) Run(ctx context.Context, c *console) error {
	location, config, err := cmd.location()
	if err != nil {
		return err
	}
	if cmd.URL != "" {
		return cmd.remote(ctx, c, config)
	}
	names := []string{cmd.Programme}
	if cmd.Programme == "" {
		if names, err = location.Books(ctx); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return &store.Problem{What: "there is no programme in " + cmd.Data, Do: "Look at --data"}
	}
	if cmd.Seen != "" && len(names) > 1 {
		return errors.New("--seen is of one programme: name it with --programme")
	}
	var all []error
	for _, name := range names {
		if err := cmd.one(ctx, c, location, config, name); err != nil {
			all = append(all, fmt.Errorf("%s: %w", name, err))
		}
	}
	err = errors.Join(all...)
	var broken *audit.Broken
	if errors.As(err, &broken) {
		return &exit{3, err}
	}
	return err
}

// seenFile is where what was seen of a book is remembered.
func (cmd *VerifyCmd) seenFile(config, name string) (string, error) {
	if cmd.Seen != "" {
		return cmd.Seen, nil
	}
	where, err := filepath.Abs(cmd.Data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(where))
	return filepath.Join(config, "seen", name+"-"+hex.EncodeToString(sum[:6])), nil
}

func (cmd *VerifyCmd) one(ctx context.Context, c *console, location *store.Location, config, name string) (err error) {
	book, err := openBook(ctx, location, name, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	file, err := cmd.seenFile(config, name)
	if err != nil {
		return err
	}
	seen, err := audit.Compare(ctx, book.Book, file)
	if err != nil {
		return err
	}
	if seen.First {
		fmt.Fprintf(c.out, "%s: this is the first visit, so nothing can be compared with before; from now on %s remembers\n", name, file)
	} else {
		fmt.Fprintf(c.out, "%s: the book contains the %d entries seen at the last visit\n", name, seen.Before.Size)
	}
	return checkBook(ctx, c, book, name)
}
