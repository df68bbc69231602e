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

// TestServer: the server's own database is made when it is first asked for, is there again later, and is no book.
func TestServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := e.Alone(t)
		db, err := p.Location.Server(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { db.Close() }()
		write(t, db, func(tx *store.Tx) error { return tx.Make(named) })
		write(t, db, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(1), "a"}}) })
		book := p.Create(t) // beside it, with the same table
		write(t, book, func(tx *store.Tx) error { return tx.Make(named) })
		same(t, len(scan(t, book, named)), 0)

		second, err := p.Location.Server(ctx)
		if e.Kind == store.PostgreSQL {
			if err != nil {
				t.Fatal(err)
			}
			same(t, scan(t, second, named), [][]any{{int64(1), "a"}})
			second.Close()
		} else if p := problem(t, err); !strings.Contains(p.What, "another process") {
			t.Errorf("a second server: %v", err)
		}

		backup := filepath.Join(t.TempDir(), "backup.db")
		if err := store.Snapshot(ctx, db, backup); e.Kind == store.PostgreSQL {
			if !errors.Is(err, store.ErrNoSnapshot) || p.Location.ServerFile() != "" {
				t.Errorf("a backup of it: %v", err)
			}
		} else {
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{backup, p.Location.ServerFile()} { // the second while it is written
				looking, err := store.OpenFile(ctx, file)
				if err != nil {
					t.Fatal(err)
				}
				same(t, scan(t, looking, named), [][]any{{int64(1), "a"}})
				looking.Close()
			}
			if info, err := os.Stat(p.Location.ServerFile()); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("others can read it: %v, %v", info.Mode(), err)
			}
		}

		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if names, err := p.Location.Books(ctx); err != nil || slices.Contains(names, "server") || !slices.Contains(names, p.Book) {
			t.Errorf("the books are %v, %v", names, err)
		}
		_, err = p.Location.Open(ctx, "server", true)
		problem(t, err)
		_, err = p.Location.Create(ctx, "server")
		if p := problem(t, err); !strings.Contains(p.Do, "office and server are taken") {
			t.Errorf("a programme of its name: %v", err)
		}
		if db, err = p.Location.Server(ctx); err != nil {
			t.Fatal(err)
		}
		same(t, scan(t, db, named), [][]any{{int64(1), "a"}})
	})
}
