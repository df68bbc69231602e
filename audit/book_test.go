package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"kept/demo"
	"kept/demo/reviews"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// shared is the example, written once. What tests do to it they take back.
var shared = struct {
	once sync.Once
	book *ledger.Book
	err  error
	dir  string
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.book != nil {
		shared.book.Close()
		shared.book.DB.Close()
	}
	os.RemoveAll(shared.dir)
	os.Exit(code)
}

func example(t testing.TB) *ledger.Book {
	t.Helper()
	shared.once.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "kept-audit-test-"); shared.err == nil {
			shared.book, shared.err = write(shared.dir)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.book
}

func write(dir string) (*ledger.Book, error) {
	ctx := context.Background()
	location, err := store.At(dir, dir)
	if err != nil {
		return nil, err
	}
	return demo.Create(ctx, location, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), "", "2026-11-24", reviews.Of("2026-11-24")...)
}

func serve(book *ledger.Book) *web.Server {
	s := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Version: "test", Demo: true})
	s.Serve(demo.Name, book, nil)
	return s
}

// TestTamperBook changes a value in every column of every table of a whole programme, as whoever owns the database could, and
// wants the check to find each change and to name the row. The ledger's own tests change every byte of a smaller book.
func TestTamperBook(t *testing.T) {
	b := example(t)
	drop := ledgertest.DropTriggers(b.DB.Engine())
	changes, n := 0, 0
	for _, table := range append(ledger.BookTables(), b.Rules.Tables()...) {
		if table.Name == "secret" || table == store.Migrations {
			continue // a changed key makes every signature wrong; migrations are compared when the book is opened
		}
		row := middle(t, b, table)
		if row == nil {
			t.Logf("the example has nothing in %s", table.Name)
			continue
		}
		for i, column := range table.Columns {
			if n++; race && n%12 != 0 {
				continue // reading the whole book takes long with the race detector
			}
			changed := append([]any{}, row...)
			changed[i] = another(row[i])
			ledgertest.Undone(t, b.DB, func(tx *store.Tx) error {
				for _, statement := range drop {
					if _, err := tx.Exec(statement); err != nil {
						return err
					}
				}
				if err := replace(tx, table, row, changed); err != nil {
					return err
				}
				changes++
				_, err := b.Check(tx, nil)
				if why := named(table, row, changed, err); why != "" {
					t.Errorf("%s.%s was changed from %.80v to %.80v: %s", table.Name, column.Name, row[i], changed[i], why)
				}
				return nil
			})
		}
	}
	least := 150
	if race {
		least = 10
	}
	if changes < least {
		t.Errorf("only %d changes were made", changes)
	}
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		_, err := b.Check(tx, nil)
		return err
	})
	if err != nil {
		t.Errorf("what was taken back: %v", err)
	}
}

// middle is a row from the middle of a table.
func middle(t *testing.T, b *ledger.Book, table *store.Table) []any {
	t.Helper()
	var rows [][]any
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.Scan(table, func(row []any) error { rows = append(rows, row); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		return nil
	}
	return rows[len(rows)/2]
}

// another is another value in the place of one.
func another(value any) any {
	switch v := value.(type) {
	case int64:
		return v + 100_000 // no key that is there already
	case []byte:
		if len(v) == 0 {
			return []byte{1}
		}
		b := bytes.Clone(v)
		b[len(b)/2] ^= 4
		return b
	case string:
		at := len(v) / 2
		for at > 0 && !utf8.RuneStart(v[at]) {
			at--
		}
		_, size := utf8.DecodeRuneInString(v[at:])
		return v[:at] + "~" + v[at+size:]
	}
	panic("a column holds integers, texts and bytes")
}

func replace(tx *store.Tx, table *store.Table, row, changed []any) error {
	if err := tx.Delete(table, [][]any{key(table, row)}); err != nil {
		return err
	}
	return tx.Insert(table, [][]any{changed})
}

func key(table *store.Table, row []any) (out []any) {
	for _, k := range table.Key {
		for i, c := range table.Columns {
			if c.Name == k {
				out = append(out, row[i])
			}
		}
	}
	return out
}

// named says why an error is not the one that a change must give: one that names the row by what it was or now is.
func named(table *store.Table, row, changed []any, err error) string {
	var damage *ledger.Damage
	var problem *store.Problem
	switch {
	case errors.As(err, &damage):
	case table.Name == "head" && errors.As(err, &problem):
		return "" // views of another version, which is told in another way
	default:
		return fmt.Sprintf("the check says %v", err)
	}
	for _, r := range [][]any{row, changed} {
		name := fmt.Sprintf("row %v of view %s", key(table, r), table.Name)
		switch table.Name {
		case "entry":
			name = fmt.Sprintf("entry %v", r[0])
		case "node":
			name = fmt.Sprintf("hash %v of level %v", r[1], r[0])
		case "text":
			name = fmt.Sprintf("text %v of entry %v", r[1], r[0])
		case "picture":
			name = fmt.Sprintf("picture %v", r[0])
		case "head":
			if strings.HasPrefix(damage.What, "the ") {
				return ""
			}
		}
		if damage.What == name {
			return ""
		}
	}
	return "the check names " + damage.Error()
}
