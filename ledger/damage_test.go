package ledger_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialDamage changes a random byte of a SQLite file, 40 times, with KEPT_TRIAL=1 1000 times. Either opening or
// checking the book says what is damaged, or it reads as it did, by every table and every index. It never panics.
func TestTrialDamage(t *testing.T) {
	e := storetest.Engines()[0]
	o := newClosed(t, e, 0)
	b := o.open(t)
	for i := range 300 {
		ledgertest.Append(t, b, ledgertest.Add(fmt.Sprint("c", i), int64(2*i)), ledgertest.Note(fmt.Sprint("c", i), "", "words", "سۆز"))
	}
	note := ledgertest.WithPicture(ledgertest.Note("c1", "", "more words"), ledgertest.PNG)
	ledgertest.Append(t, b, note, ledgertest.Erase(note.ID, "words/en"))
	whole := reading(t, b)
	if err := errors.Join(b.Close(), b.DB.Close()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(o.Folder(), "book.db")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	told, unused, random := 0, 0, rand.New(rand.NewPCG(1, 2))
	for range storetest.Times(40, 1000) {
		at, with := random.IntN(len(content)), byte(1+random.IntN(255))
		dir := filepath.Join(t.TempDir(), "wells")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		damaged := append([]byte{}, content...)
		damaged[at] ^= with
		if err := os.WriteFile(filepath.Join(dir, "book.db"), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		where := fmt.Sprintf("byte %d of %d, page %d, %d for %d", at, len(content), at/4096+1, damaged[at], content[at])
		now, err := readDamaged(t, filepath.Dir(dir), where)
		switch {
		case err != nil && err.Error() == "":
			t.Errorf("%s: the error says nothing", where)
		case err != nil:
			told++
		case cmp.Diff(whole, now) != "":
			t.Errorf("%s: nothing is said, but it reads otherwise:\n%s", where, cmp.Diff(whole, now))
		default:
			unused++
		}
		os.RemoveAll(dir)
	}
	t.Logf("%d were told, %d changed nothing", told, unused)
	if told == 0 {
		t.Error("no damage was told")
	}
}

// reading is all that a book says, by its tables and by the index of a view and that of ids.
func reading(t *testing.T, b *ledger.Book) map[string][]string {
	t.Helper()
	all, err := dump(b)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func dump(b *ledger.Book) (map[string][]string, error) {
	all, err := ledgertest.Dump(b.DB, append(ledger.BookTables(), b.Rules.Tables()...)...)
	if err != nil {
		return nil, err
	}
	return all, b.DB.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := ledgertest.CounterView.Select(tx, "ORDER BY v.total DESC, v.counter DESC")
		all["by total"] = []string{fmt.Sprint(rows)}
		if err != nil {
			return err
		}
		var id []byte
		var seq int64
		return tx.Each([]any{&id, &seq}, func() error {
			all["by id"] = append(all["by id"], fmt.Sprintf("%x %d", id, seq))
			return nil
		}, "SELECT id, seq FROM entry ORDER BY id")
	})
}

// readDamaged opens a book for reading and for writing, checks it both times, and returns what it says.
func readDamaged(t *testing.T, dir, where string) (all map[string][]string, err error) {
	defer func() {
		if v := recover(); v != nil {
			t.Errorf("%s: panic: %v", where, v)
		}
	}()
	l, err := store.At(dir, dir)
	if err != nil {
		return nil, err
	}
	for _, write := range []bool{false, true} {
		if all, err = check(l, write); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func check(l *store.Location, write bool) (all map[string][]string, err error) {
	db, err := l.Open(ctx, "wells", write)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	opening := ledger.OpenReadOnly
	if write {
		opening = ledger.Open
	}
	b, err := opening(ctx, db, ledger.NewRules(ledgertest.Toy()), ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := db.Read(ctx, func(tx *store.Tx) error { _, err := b.Check(tx, nil); return err }); err != nil {
		return nil, err
	}
	return dump(b)
}

// TestDamagedIndex makes an index lead to other rows than its table has, as no reading of rows finds.
func TestDamagedIndex(t *testing.T) {
	o := newClosed(t, storetest.Engines()[0], 5)
	raw, err := sql.Open("sqlite", filepath.Join(o.Folder(), "book.db"))
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	for _, s := range []string{"PRAGMA writable_schema = 1",
		"UPDATE sqlite_schema SET sql = replace(sql, 'total', 'last') WHERE type = 'index' AND tbl_name = 'toy_counter' AND sql LIKE '%total%'"} {
		res, err := raw.Exec(s)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := res.RowsAffected(); s[0] == 'U' && n != 1 {
			t.Fatal(n, err)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	b := o.open(t)
	read(t, b, func(tx *store.Tx) error {
		_, err := b.Check(tx, nil)
		var damage *ledger.Damage
		if !errors.As(err, &damage) || damage.What != "the book's file" || !strings.Contains(damage.Why, "toy_counter") {
			t.Errorf("a damaged index: %v", err)
		}
		return nil
	})
	if err := b.Rebuild(ctx, nil); err != nil { // an index of a view is made again with it
		t.Fatal(err)
	}
	ledgertest.Check(t, b)
}
