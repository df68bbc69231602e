package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kept/audit"
)

// remote checks a programme by its address.
func (cmd *VerifyCmd) remote(ctx context.Context, c *console, config string) error {
	if cmd.Programme != "" {
		return errors.New("--programme is of books in the data folder; the address names the programme already")
	}
	file := cmd.Seen
	if file == "" {
		file = seenOfAddress(config, cmd.URL)
	}
	progress := newStages(c)
	found, err := audit.Remote(ctx, cmd.URL, rules(), audit.RemoteOptions{Seen: file, Progress: progress.at})
	progress.done()
	if err != nil {
		err = fmt.Errorf("%s: %w", cmd.URL, err)
		var broken *audit.Broken
		if errors.As(err, &broken) {
			return &exit{3, err}
		}
		return err
	}
	say := func(format string, args ...any) {
		fmt.Fprintf(c.out, "%s: %s\n", cmd.URL, fmt.Sprintf(format, args...))
	}
	if found.Seen.First {
		say("this is the first visit, so nothing can be compared with before; from now on %s remembers", file)
	} else {
		say("the book contains the %d entries seen at the last visit", found.Seen.Before.Size)
	}
	say("%d entries, root %s: the signature is right, the entries have this root, and so have %d tiles of hashes", found.Entries, found.Root, found.Tiles)
	say("%d texts and %d pictures have the hashes that stand in the entries; %d texts were erased, as entries say; %d notes are withheld, which nobody has passed yet",
		found.Texts, found.Pictures, found.Erased, found.Withheld)
	say("%d figures of the programme are what the entries say", found.Figures)
	if found.PastSize > 0 {
		say("so are %d figures of the first %d entries", found.PastFigures, found.PastSize)
	}
	sayReviews(say, found.Reviews, found.OldReviews, strings.TrimRight(cmd.URL, "/"))
	say("so are %d figures on %d pages, chosen by chance", found.Pages.Figures, found.Pages.Pages)
	if found.Skipped > 0 {
		say("%d pages were not compared, since the book grew meanwhile", found.Skipped)
	}
	return nil
}

// stages shows the progress of work that has several parts.
type stages struct {
	c    *console
	part string
	bar  *bar
}

func newStages(c *console) *stages { return &stages{c: c, bar: &bar{}} }

func (s *stages) at(part string, done, total int64) {
	if part != s.part {
		s.bar.done()
		s.part, s.bar = part, newBar(s.c, part)
	}
	s.bar.at(done, total)
}

func (s *stages) done() { s.bar.done() }
