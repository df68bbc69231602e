package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kept/ledger"
	"kept/store"
)

// Seen says how a book compares with what was seen of it before.
type Seen struct {
	First  bool              // nothing was seen before, so nothing can be compared
	Before ledger.Checkpoint // what was seen
}

// Broken says that a book is not the one that was seen before: it was rolled back, it has another past, or its key
// changed. Both notes are kept: the old one where it was, the new one beside it.
type Broken struct {
	Why      string
	Old, New string // files
}

func (b *Broken) Error() string {
	return fmt.Sprintf("%s. Both signed notes are kept as evidence: %s and %s", b.Why, b.Old, b.New)
}

// Compare compares the book with the file of what was seen, and remembers what is seen now.
func Compare(ctx context.Context, book *ledger.Book, file string) (Seen, error) {
	var head ledger.Head
	err := book.DB.Read(ctx, func(tx *store.Tx) (err error) {
		head, err = ledger.ReadHead(tx)
		return err
	})
	if err != nil {
		return Seen{}, err
	}
	before, key, err := remembered(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Seen{First: true}, write(file, book.Key.Verifier, head.Note)
	}
	if err != nil {
		return Seen{}, err
	}
	why := ""
	if key != book.Key.Verifier {
		why = otherKey(book.Key.Verifier, key)
		if said, err := saidLost(ctx, book, before); err != nil {
			return Seen{}, err
		} else if said != "" {
			why += ". " + said
		}
	} else if err := book.DB.Read(ctx, func(tx *store.Tx) error { return ledger.Extends(tx, head, before) }); err != nil {
		var damage *ledger.Damage
		if !errors.As(err, &damage) {
			return Seen{}, err
		}
		why = "the book does not contain what was seen at the last visit: " + damage.Error()
	}
	if why != "" {
		return Seen{}, broken(why, file, book.Key.Verifier, head.Note)
	}
	return Seen{Before: before}, write(file, book.Key.Verifier, head.Note)
}

func otherKey(now, before string) string {
	return fmt.Sprintf("the book is signed with another key than at the last visit: %s, not %s", now, before)
}

// broken keeps what is seen now beside what was seen before.
func broken(why, file, key, note string) error {
	now := file + ".now"
	return errors.Join(&Broken{why, file, now}, write(now, key, note))
}

// remembered reads the checkpoint that was seen at the last visit, and the key it was signed with.
func remembered(file string) (before ledger.Checkpoint, key string, err error) {
	old, err := os.ReadFile(file)
	if err != nil {
		return before, "", err
	}
	key, note, ok := strings.Cut(string(old), "\n\n")
	if !ok {
		return before, "", fmt.Errorf("%s is not a file that kept verify wrote", file)
	}
	if before, err = ledger.OpenCheckpoint(note, key); err != nil {
		return before, "", fmt.Errorf("%s was changed: %w", file, err)
	}
	return before, key, nil
}

// glance compares a checkpoint with what was seen before as far as that can be done without the entries.
func glance(file, key string, c ledger.Checkpoint) (why string, err error) {
	before, was, err := remembered(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case was != key:
		return otherKey(key, was), nil
	case c.Size < before.Size:
		return fmt.Sprintf("the book does not contain what was seen at the last visit: it has %d entries, but %d were signed before", c.Size, before.Size), nil
	case c.Size == before.Size && c.Root != before.Root:
		return fmt.Sprintf("the book does not contain what was seen at the last visit: two roots were signed for %d entries, %s before and %s now", c.Size, before.Root, c.Root), nil
	}
	return "", nil
}

// saidLost is what the book itself says of having lost what was seen.
func saidLost(ctx context.Context, book *ledger.Book, before ledger.Checkpoint) (said string, err error) {
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		epochs, err := ledger.EpochView.Select(tx, "ORDER BY v.seq")
		for _, e := range epochs {
			if e.Origin == before.Origin {
				said = fmt.Sprintf("Its entry %d says so itself: it was restored from an older backup, and a checkpoint of %d entries was lost", e.Seq, e.Size)
			}
		}
		return err
	})
	return said, err
}

func write(file, key, note string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	tmp := file + ".tmp"
	if err := os.WriteFile(tmp, []byte(key+"\n\n"+note), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, file)
}
