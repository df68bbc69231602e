package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"kept/audit"
	"kept/figures"
	"kept/review"
)

// ReviewCmd is about published reviews.
type ReviewCmd struct {
	Check ReviewCheckCmd `cmd:"" help:"Compute a published review again from the entries of the book, and compare."`
}

// ReviewCheckCmd computes a review again.
type ReviewCheckCmd struct {
	Review    string `arg:"" help:"The review: an address such as https://kept.example/valley/reviews/3, or the same in a folder, kept-data/valley/reviews/3; with --data, valley/reviews/3."`
	DataFlags `embed:""`
	Seen      string `help:"File of the last checkpoint seen of an address; it must lie outside the data folder. Default: in the config folder." env:"KEPT_SEEN" placeholder:"FILE"`
}

// Help is the long help of the command.
func (cmd *ReviewCheckCmd) Help() string {
	return `Folds the entries of the book again, up to the size at which the review was frozen, computes every figure of it, and compares them with what was published. It says that the review is identical, or names the first figure that differs. Words that were erased since are told with the day and the entry, and are no difference.

With an address it needs no data: it fetches the entries from the server, and compares them with the signed checkpoint and with what kept verify saw at its last visit.

Exit code: 0 the review is what the entries say; 1 it is not, and what differs is named; 3 the book is not the one that was seen last time.`
}

// reviewAt is how a review is named: its programme's address or place, and its number.
var reviewAt = regexp.MustCompile(`^(.+?)/reviews/([1-9][0-9]{0,8})/?$`)

// Run checks the review.
func (cmd *ReviewCheckCmd) Run(ctx context.Context, c *console) error {
	m := reviewAt.FindStringSubmatch(cmd.Review)
	if m == nil {
		return fmt.Errorf("%q names no review; one is named like https://kept.example/valley/reviews/3 or kept-data/valley/reviews/3", cmd.Review)
	}
	number, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		return err
	}
	var checked *review.Checked
	if strings.HasPrefix(m[1], "http://") || strings.HasPrefix(m[1], "https://") {
		checked, err = cmd.remote(ctx, c, m[1], number)
	} else {
		checked, err = cmd.local(ctx, c, m[1], number)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", cmd.Review, err)
		var broken *audit.Broken
		if errors.As(err, &broken) {
			return &exit{3, err}
		}
		return err
	}
	fmt.Fprintf(c.out, "%s: identical: all %d figures of %s to %s are what the first %d entries say, as of %s; %d texts have the hashes that stand in entry %d\n",
		cmd.Review, checked.Figures, checked.From, checked.To, checked.Size, checked.Day, checked.Texts, checked.Seq)
	for _, e := range checked.Erased {
		fmt.Fprintf(c.out, "%s: %s (%s); that is no difference\n", cmd.Review, e, e.Reason)
	}
	if checked.Replaced != 0 {
		fmt.Fprintf(c.out, "%s: it was replaced by review %d\n", cmd.Review, checked.Replaced)
	}
	return nil
}

// local checks a review where its book lies: in the folder that the argument names, else in that of --data.
func (cmd *ReviewCheckCmd) local(ctx context.Context, c *console, where string, number int64) (checked *review.Checked, err error) {
	data := cmd.DataFlags
	folder, name := filepath.Split(where)
	if folder != "" {
		data.Data = filepath.Clean(folder)
	}
	location, _, err := data.location()
	if err != nil {
		return nil, err
	}
	book, err := openBook(ctx, location, name, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.close()) }()
	bar := newBar(c, "entries")
	defer bar.done()
	return audit.Review(ctx, book.Book, number, bar.at)
}

// remote checks a review by its address. What was seen is remembered where kept verify remembers it.
func (cmd *ReviewCheckCmd) remote(ctx context.Context, c *console, address string, number int64) (*review.Checked, error) {
	_, config, err := cmd.location()
	if err != nil {
		return nil, err
	}
	file := cmd.Seen
	if file == "" {
		file = seenOfAddress(config, address)
	}
	progress := newStages(c)
	defer progress.done()
	checked, seen, err := audit.RemoteReview(ctx, address, number, rules(), audit.RemoteOptions{Seen: file, Progress: progress.at})
	if err == nil && seen.First {
		fmt.Fprintf(c.out, "%s: this is the first visit, so nothing can be compared with before; from now on %s remembers\n", address, file)
	} else if err == nil {
		fmt.Fprintf(c.out, "%s: the book contains the %d entries seen at the last visit\n", address, seen.Before.Size)
	}
	return checked, err
}

// seenOfAddress is where what was seen of a programme on another machine is remembered.
func seenOfAddress(config, address string) string {
	sum := sha256.Sum256([]byte(strings.TrimRight(address, "/")))
	return filepath.Join(config, "seen", "remote-"+hex.EncodeToString(sum[:8]))
}

// sayReviews tells how many reviews are what the entries say, and how the others are checked.
func sayReviews(say func(format string, args ...any), checked, others int, where string) {
	if checked > 0 {
		say("%d published reviews are what the entries say", checked)
	}
	if others > 0 {
		say("%d published reviews were not computed again, since they are of more than %d entries; kept review check %s/reviews/N does it", others, int64(figures.MostReplayed), where)
	}
}
