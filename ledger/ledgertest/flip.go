package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kept/ledger"
	"kept/store"
)

// FlipEverything changes, one after the other, every stored value of the book (entries, hashes, texts, pictures, views, the
// head), looks whether the book's Check finds it and names the row, and takes the change back. An integer becomes larger
// by one, a character of a text another one, a byte another byte. Sample limits the work: of a value at most so many
// characters or bytes are changed, of a table ten times as many rows, spread over the whole; 0 means all. It returns how
// many changes it made. A table without rows fails the test, since nothing of it would be tested, unless it is named in
// empty; so it does not for the node table of a book that is too small for a stored hash.
//
// The signing key is not part of it: there is no other row that could tell which of its bytes was changed.
func FlipEverything(t testing.TB, db store.DB, b *ledger.Book, sample int, empty ...string) int {
	t.Helper()
	f := &flipper{t: t, book: b, sample: sample, triggers: DropTriggers(db.Engine())}
	for _, table := range append(ledger.BookTables(), b.Rules.Tables()...) {
		if table.Name == "secret" || table.Name == store.Migrations.Name {
			continue
		}
		var rows [][]any
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			return tx.Scan(table, func(row []any) error { rows = append(rows, row); return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 && !slices.Contains(empty, table.Name) && (table.Name != "node" || f.tiles(db)) {
			t.Errorf("table %s is empty, so nothing of it is tested", table.Name)
		}
		for _, i := range spread(len(rows), 10*sample) {
			f.row(db, table, rows[i])
		}
	}
	return f.changes
}

type flipper struct {
	t        testing.TB
	book     *ledger.Book
	sample   int
	triggers []string
	changes  int
}

// tiles says whether the book is large enough for a stored hash.
func (f *flipper) tiles(db store.DB) (full bool) {
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		h, err := ledger.ReadHead(tx)
		full = h.Size >= ledger.TileWidth
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return full
}

// row changes each value of a row, in transactions that are taken back.
func (f *flipper) row(db store.DB, table *store.Table, row []any) {
	for c, column := range table.Columns {
		for _, value := range f.others(row[c]) {
			f.changes++
			changed := slices.Clone(row)
			changed[c] = value
			Undone(f.t, db, func(tx *store.Tx) error {
				for _, s := range f.triggers {
					if _, err := tx.Exec(s); err != nil {
						return err
					}
				}
				if err := f.replace(tx, table, row, changed); errors.Is(err, store.ErrExists) {
					return nil // the key of another row: not a change that can be made
				} else if err != nil {
					return err
				}
				_, err := f.book.Check(tx, nil)
				f.judge(table, column, row, changed, err)
				return nil
			})
		}
	}
}

// replace puts the changed row in the place of the row.
func (f *flipper) replace(tx *store.Tx, table *store.Table, row, changed []any) error {
	key := make([]any, len(table.Key))
	moved := make([]any, len(table.Key))
	for i, k := range table.Key {
		at := slices.IndexFunc(table.Columns, func(c store.Column) bool { return c.Name == k })
		key[i], moved[i] = row[at], changed[at]
	}
	if fmt.Sprint(key) != fmt.Sprint(moved) {
		there, err := tx.Load(table, [][]any{moved})
		if err != nil {
			return err
		}
		if len(there) > 0 {
			return store.ErrExists
		}
	}
	if err := tx.Delete(table, [][]any{key}); err != nil {
		return err
	}
	return tx.Insert(table, [][]any{changed})
}

// judge wants a Damage that names the row, by what it was or by what it is now.
func (f *flipper) judge(table *store.Table, column store.Column, row, changed []any, err error) {
	f.t.Helper()
	what := fmt.Sprintf("%s.%s of row %.120q", table.Name, column.Name, fmt.Sprint(row[0]))
	var damage *ledger.Damage
	if problem := (*store.Problem)(nil); table.Name == "head" && column.Name == "views" && errors.As(err, &problem) {
		return // it looks as if another version had made the views, and is told so
	}
	if !errors.As(err, &damage) {
		f.t.Errorf("%s was changed: Check says %v", what, err)
		return
	}
	for _, r := range [][]any{row, changed} {
		for _, name := range names(table, r) {
			if damage.What == name {
				return
			}
		}
	}
	f.t.Errorf("%s was changed: Check names %q, should name %q", what, damage.Error(), names(table, row))
}

// names are what Check may call a row.
func names(table *store.Table, row []any) []string {
	switch table.Name {
	case "entry":
		return []string{fmt.Sprintf("entry %d", row[0])}
	case "node":
		return []string{fmt.Sprintf("hash %d of level %d", row[1], row[0])}
	case "text":
		return []string{fmt.Sprintf("text %s of entry %d", row[1], row[0])}
	case "picture":
		return []string{fmt.Sprintf("picture %s", row[0])}
	case "head":
		return []string{"the head of the book", "the right edge of the tree", "the checkpoint in the book"}
	}
	var key []any
	for _, k := range table.Key {
		key = append(key, row[slices.IndexFunc(table.Columns, func(c store.Column) bool { return c.Name == k })])
	}
	return []string{fmt.Sprintf("row %v of view %s", key, table.Name)}
}

// others are other values in the place of one.
func (f *flipper) others(value any) (out []any) {
	switch v := value.(type) {
	case int64:
		return []any{v + 1}
	case []byte:
		if len(v) == 0 {
			return []any{[]byte{0}}
		}
		for _, i := range spread(len(v), f.sample) {
			b := slices.Clone(v)
			b[i] ^= 1 << (i % 8)
			out = append(out, b)
		}
	case string:
		if v == "" {
			return []any{"x"}
		}
		starts := []int{}
		for i := range v {
			starts = append(starts, i)
		}
		for _, i := range spread(len(starts), f.sample) {
			at := starts[i]
			r, n := utf8.DecodeRuneInString(v[at:])
			other := "x"
			if r == 'x' || r == 'X' {
				other = "y"
			} else if i%2 == 1 && r < utf8.RuneSelf && strings.ToUpper(string(r)) != string(r) {
				other = strings.ToUpper(string(r))
			}
			out = append(out, v[:at]+other+v[at+n:])
		}
	}
	return out
}

// spread chooses at most so many places among n, the first and the last always.
func spread(n, most int) (out []int) {
	if most <= 0 || n <= most {
		for i := range n {
			out = append(out, i)
		}
		return out
	}
	if most == 1 {
		return []int{n / 2}
	}
	for i := range most {
		out = append(out, i*(n-1)/(most-1))
	}
	return out
}
