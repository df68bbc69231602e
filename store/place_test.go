package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kept/store"
	"kept/store/storetest"
)

// TestMissingBook takes the file of a book away. A checkpoint that lies beside it says that there was one, so it is missed,
// and nothing is made in its place; a backup can be put there, and what is left of the old book does not get into it.
func TestMissingBook(t *testing.T) {
	p := storetest.Engines()[0].Place(t)
	db := p.Create(t)
	write(t, db, func(tx *store.Tx) error { return tx.Make(named) })
	write(t, db, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(1), "a"}}) })
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Snapshot(ctx, db, backup); err != nil {
		t.Fatal(err)
	}
	write(t, db, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(2), "b"}}) })
	file := filepath.Join(p.Folder(), "book.db")
	log, err := os.ReadFile(file + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatal("there is no log, so nothing is tested: ", err)
	}
	if err := errors.Join(db.Close(), os.Remove(file), os.WriteFile(file+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	if names, err := p.Location.Books(ctx); err != nil || len(names) > 0 {
		t.Errorf("a folder without book or checkpoint counts as one: %v, %v", names, err)
	}
	if err := os.WriteFile(filepath.Join(p.Folder(), "checkpoint"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if names, err := p.Location.Books(ctx); err != nil || !slices.Contains(names, p.Book) {
		t.Errorf("the missing book is not missed: %v, %v", names, err)
	}
	for _, forWriting := range []bool{false, true} {
		_, err := p.Location.Open(ctx, p.Book, forWriting)
		if p := problem(t, err); !strings.Contains(p.What, "the book's file is missing") {
			t.Errorf("opening it, for writing %v: %v", forWriting, err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a file was made in its place")
	}
	aside, err := p.Location.Place(ctx, p.Book, backup)
	if err != nil {
		t.Fatal(err)
	}
	same(t, aside, file+".before-restore-1")
	db = p.Open(t)
	same(t, scan(t, db, named), [][]any{{int64(1), "a"}})
	if after, err := os.ReadFile(aside + "-wal"); err != nil || string(after) != string(log) {
		t.Errorf("the log that was left is not kept: %v", err)
	}
}
