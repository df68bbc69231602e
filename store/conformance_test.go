package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kept/store"
	"kept/store/storetest"
)

var ctx = context.Background()

// Tables with each kind of column and of key.
var (
	numbered = &store.Table{Name: "numbered", Class: store.View, Key: []string{"n"}, Columns: []store.Column{
		{Name: "n", Type: store.Int, Purpose: "key"}, {Name: "words", Type: store.Text, Purpose: "a text"}, {Name: "raw", Type: store.Blob, Purpose: "bytes"}}}
	named = &store.Table{Name: "named", Class: store.View, Key: []string{"name"}, Indexes: [][]string{{"size", "name"}}, Columns: []store.Column{
		{Name: "size", Type: store.Int, Purpose: "a number"}, {Name: "name", Type: store.Text, Purpose: "key"}}}
	paired = &store.Table{Name: "paired", Class: store.View, Key: []string{"place", "n"}, Columns: []store.Column{
		{Name: "place", Type: store.Text, Purpose: "key"}, {Name: "n", Type: store.Int, Purpose: "key"}, {Name: "value", Type: store.Int, Purpose: "a number"}}}
	keyed = &store.Table{Name: "keyed", Class: store.View, Key: []string{"a", "b"}, Columns: []store.Column{
		{Name: "a", Type: store.Int, Purpose: "key"}, {Name: "b", Type: store.Int, Purpose: "key"}}}
)

func write(t testing.TB, db store.DB, f func(*store.Tx) error) {
	t.Helper()
	if err := db.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, db store.DB, f func(*store.Tx) error) {
	t.Helper()
	if err := db.Read(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func made(t testing.TB, e storetest.Engine, tables ...*store.Table) store.DB {
	t.Helper()
	db := e.New(t)
	write(t, db, func(tx *store.Tx) error {
		for _, table := range tables {
			if err := tx.Make(table); err != nil {
				return err
			}
		}
		return nil
	})
	return db
}

func scan(t testing.TB, db store.DB, table *store.Table) (rows [][]any) {
	t.Helper()
	read(t, db, func(tx *store.Tx) error {
		rows = nil
		return tx.Scan(table, func(row []any) error { rows = append(rows, row); return nil })
	})
	return rows
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// TestConformanceRows writes, reads, replaces and deletes rows of every shape.
func TestConformanceRows(t *testing.T) {
	type rows = [][]any
	long := strings.Repeat("ئ", 3000)
	for _, c := range []struct {
		table               *store.Table
		first, then, all    rows
		ask, loaded, remove rows
		left                rows
	}{{
		table:  numbered,
		first:  rows{{int64(-1 << 63), "", []byte{}}, {int64(2), "سۇ", []byte{0, 255}}, {int64(1<<63 - 1), long, []byte("x")}},
		then:   rows{{int64(2), "水", []byte{1}}, {int64(5), "e\u0301", []byte(nil)}},
		all:    rows{{int64(-1 << 63), "", []byte{}}, {int64(2), "水", []byte{1}}, {int64(5), "e\u0301", []byte{}}, {int64(1<<63 - 1), long, []byte("x")}},
		ask:    rows{{int64(2)}, {int64(3)}, {int64(5)}},
		loaded: rows{{int64(2), "水", []byte{1}}, {int64(5), "e\u0301", []byte{}}},
		remove: rows{{int64(-1 << 63)}, {int64(3)}, {int64(5)}},
		left:   rows{{int64(2), "水", []byte{1}}, {int64(1<<63 - 1), long, []byte("x")}},
	}, {
		table:  named,
		first:  rows{{int64(1), "b"}, {int64(2), "a"}},
		then:   rows{{int64(3), "B"}, {int64(4), "a"}},
		all:    rows{{int64(3), "B"}, {int64(4), "a"}, {int64(1), "b"}},
		ask:    rows{{"a"}, {"A"}},
		loaded: rows{{int64(4), "a"}},
		remove: rows{{"b"}, {""}},
		left:   rows{{int64(3), "B"}, {int64(4), "a"}},
	}, {
		table:  paired,
		first:  rows{{"p", int64(1), int64(10)}, {"p", int64(2), int64(20)}, {"o", int64(2), int64(30)}},
		then:   rows{{"p", int64(2), int64(21)}, {"q", int64(1), int64(40)}},
		all:    rows{{"o", int64(2), int64(30)}, {"p", int64(1), int64(10)}, {"p", int64(2), int64(21)}, {"q", int64(1), int64(40)}},
		ask:    rows{{"p", int64(2)}, {"o", int64(1)}, {"q", int64(1)}},
		loaded: rows{{"p", int64(2), int64(21)}, {"q", int64(1), int64(40)}},
		remove: rows{{"p", int64(1)}, {"o", int64(2)}},
		left:   rows{{"p", int64(2), int64(21)}, {"q", int64(1), int64(40)}},
	}, {
		table:  keyed,
		first:  rows{{int64(1), int64(2)}, {int64(1), int64(1)}},
		then:   rows{{int64(1), int64(2)}, {int64(0), int64(9)}},
		all:    rows{{int64(0), int64(9)}, {int64(1), int64(1)}, {int64(1), int64(2)}},
		ask:    rows{{int64(1), int64(1)}, {int64(2), int64(1)}},
		loaded: rows{{int64(1), int64(1)}},
		remove: rows{{int64(0), int64(9)}},
		left:   rows{{int64(1), int64(1)}, {int64(1), int64(2)}},
	}} {
		t.Run(c.table.Name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				db := made(t, e, c.table)
				write(t, db, func(tx *store.Tx) error { return tx.Insert(c.table, c.first) })
				write(t, db, func(tx *store.Tx) error { return tx.Put(c.table, c.then) })
				same(t, scan(t, db, c.table), c.all)
				read(t, db, func(tx *store.Tx) error {
					got, err := tx.Load(c.table, c.ask)
					slices.SortFunc(got, func(a, b []any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
					same(t, got, c.loaded)
					return err
				})
				write(t, db, func(tx *store.Tx) error { return tx.Delete(c.table, c.remove) })
				same(t, scan(t, db, c.table), c.left)
				write(t, db, func(tx *store.Tx) error {
					return errors.Join(tx.Insert(c.table, nil), tx.Put(c.table, nil), tx.Delete(c.table, nil))
				})
				same(t, scan(t, db, c.table), c.left)
			})
		})
	}
}

// TestConformanceMany moves more rows than fit into one statement of either engine.
func TestConformanceMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, paired)
		var rows, keys [][]any
		for i := range int64(5300) {
			rows = append(rows, []any{fmt.Sprintf("p%d", i%7), i, i * i})
			keys = append(keys, rows[i][:2])
		}
		write(t, db, func(tx *store.Tx) error { return tx.Insert(paired, rows) })
		for _, n := range []int{1, 7, 8, 9, 63, 64, 65, 5300} {
			read(t, db, func(tx *store.Tx) error {
				got, err := tx.Load(paired, append(slices.Clone(keys[:n]), []any{"none", int64(-1)}))
				slices.SortFunc(got, func(a, b []any) int { return int(a[1].(int64) - b[1].(int64)) })
				same(t, got, rows[:n])
				return err
			})
		}
		write(t, db, func(tx *store.Tx) error { return tx.Put(paired, rows) })
		write(t, db, func(tx *store.Tx) error { return tx.Delete(paired, keys[1:]) })
		same(t, scan(t, db, paired), rows[:1])
	})
}

// TestConformanceDuplicate sees that a key that exists is ErrExists, and that nothing of that transaction stays.
func TestConformanceDuplicate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, numbered, named)
		first := [][]any{{int64(1), "a", []byte("a")}}
		write(t, db, func(tx *store.Tx) error { return tx.Insert(numbered, first) })
		for _, again := range [][][]any{
			{{int64(2), "b", []byte{}}, {int64(1), "b", []byte{}}},
			{{int64(3), "b", []byte{}}, {int64(3), "b", []byte{}}},
		} {
			err := db.Write(ctx, func(tx *store.Tx) error { return tx.Insert(numbered, again) })
			if !errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrUnknown) {
				t.Fatalf("inserting a key twice: %v, should be %v", err, store.ErrExists)
			}
			same(t, scan(t, db, numbered), first)
		}
		err := db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO named (size, name) VALUES (1, NULL)")
			return err
		})
		if !errors.Is(err, store.ErrValue) || errors.Is(err, store.ErrExists) {
			t.Fatalf("inserting NULL: %v, should be %v", err, store.ErrValue)
		}
	})
}

// TestConformanceRollback sees that a failed transaction did not happen, whatever made it fail, and that the next works.
func TestConformanceRollback(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, named)
		boom := errors.New("boom")
		insert := func(tx *store.Tx, name string) error { return tx.Insert(named, [][]any{{int64(1), name}}) }
		if err := db.Write(ctx, func(tx *store.Tx) error { return errors.Join(insert(tx, "a"), boom) }); !errors.Is(err, boom) {
			t.Fatalf("%v, should be %v", err, boom)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.Write(ctx, func(tx *store.Tx) error { _ = insert(tx, "b"); panic("boom") })
		}()
		if err := db.Write(ctx, func(tx *store.Tx) error {
			_ = insert(tx, "c")
			_, err := tx.Exec("SELECT nothing FROM nowhere")
			return err
		}); err == nil {
			t.Fatal("a statement that is wrong gives no error")
		}
		same(t, scan(t, db, named), [][]any(nil))
		write(t, db, func(tx *store.Tx) error { return insert(tx, "d") })
		same(t, scan(t, db, named), [][]any{{int64(1), "d"}})
	})
}

// TestConformanceSnapshot sees that a read keeps seeing the state it began with, while another goroutine writes.
func TestConformanceSnapshot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, named)
		put := func(n int64) {
			write(t, db, func(tx *store.Tx) error { return tx.Put(named, [][]any{{n, "x"}, {-n, "y"}}) })
		}
		put(1)
		read(t, db, func(tx *store.Tx) error {
			sum := func() (n int64) {
				_, err := tx.One([]any{&n}, "SELECT CAST(SUM(size * size) AS BIGINT) FROM named")
				if err != nil {
					t.Error(err)
				}
				return n
			}
			same(t, sum(), int64(2))
			put(2)
			same(t, sum(), int64(2))
			return nil
		})
		same(t, scan(t, db, named), [][]any{{int64(2), "x"}, {int64(-2), "y"}})
	})
}

// TestConformanceWritersTakeTurns has many goroutines count in one row, and readers that must never see half a write.
func TestConformanceWritersTakeTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, named)
		write(t, db, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(0), "a"}, {int64(0), "b"}}) })
		const goroutines, times = 8, 10
		var group sync.WaitGroup
		for range goroutines {
			group.Go(func() {
				for range times {
					if err := db.Write(ctx, count); err != nil {
						t.Error(err)
					}
				}
			})
			group.Go(func() {
				for range times {
					rows := scan(t, db, named)
					if rows[0][0] != rows[1][0] {
						t.Errorf("a read sees half a write: %v", rows)
					}
				}
			})
		}
		group.Wait()
		same(t, scan(t, db, named), [][]any{{int64(goroutines * times), "a"}, {int64(goroutines * times), "b"}})
	})
}

// count adds one to both rows. The first UPDATE takes the row's lock, which is what PostgreSQL needs.
func count(tx *store.Tx) error {
	var n int64
	if _, err := tx.One([]any{&n}, "UPDATE named SET size = size WHERE name = 'a' RETURNING size"); err != nil {
		return err
	}
	return tx.Put(named, [][]any{{n + 1, "a"}, {n + 1, "b"}})
}

// TestConformanceTextOrder sees that texts sort by their bytes, and that a prefix is a range that ends at U+10FFFF.
func TestConformanceTextOrder(t *testing.T) {
	names := []string{"", " ", "A", "Z", "a", "a b", "a-b", "ab", "a\u00e9", "a\u4e66", "a\U0001F600", "b", "\u00e9", "\u0626"}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, named)
		write(t, db, func(tx *store.Tx) error {
			for i, name := range slices.Backward(names) {
				if err := tx.Insert(named, [][]any{{int64(i % 2), name}}); err != nil {
					return err
				}
			}
			return nil
		})
		into := func(s *string) []any { return []any{s} }
		read(t, db, func(tx *store.Tx) error {
			all, err := store.Select(tx, into, "SELECT name FROM named ORDER BY name")
			if err != nil {
				return err
			}
			same(t, all, slices.Sorted(slices.Values(names)))
			a, err := store.Select(tx, into, "SELECT name FROM named WHERE name >= $1 AND name < $2 ORDER BY name", "a", "a\U0010FFFF")
			same(t, a, []string{"a", "a b", "a-b", "ab", "a\u00e9", "a\u4e66", "a\U0001F600"})
			return err
		})
	})
}

// TestConformanceQueries covers what Tx offers besides whole rows.
func TestConformanceQueries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, named)
		write(t, db, func(tx *store.Tx) error {
			same(t, tx.Engine(), e.Kind)
			if err := tx.Insert(named, [][]any{{int64(1), "a"}, {int64(2), "b"}, {int64(3), "c"}}); err != nil {
				return err
			}
			n, err := tx.Exec("UPDATE named SET size = size + $2 WHERE size > $1", int64(1), int64(10))
			same(t, n, int64(2))
			return err
		})
		read(t, db, func(tx *store.Tx) error {
			var n int64
			ok, err := tx.One([]any{&n}, "SELECT size FROM named WHERE name = $1 OR name = $1 || 'x' ORDER BY size", "c")
			same(t, []any{ok, n, err}, []any{true, int64(13), nil})
			ok, err = tx.One([]any{&n}, "SELECT size FROM named WHERE name = 'none'")
			same(t, []any{ok, err}, []any{false, nil})
			ok, err = tx.One([]any{&n}, "SELECT size FROM named ORDER BY name") // more rows than are wanted
			same(t, []any{ok, n, err}, []any{true, int64(1), nil})
			boom := errors.New("boom")
			if err := tx.Each([]any{&n}, func() error { return boom }, "SELECT size FROM named"); err != boom {
				t.Errorf("an error of the function: %v, should be %v", err, boom)
			}
			if _, err := tx.One([]any{&n}, "SELECT size FROM named WHERE name = 'a'"); err != nil {
				t.Errorf("after a query that was left early: %v", err)
			}
			return nil
		})
		if err := db.Read(ctx, func(tx *store.Tx) error { return tx.Put(named, [][]any{{int64(9), "z"}}) }); err == nil {
			t.Error("a Read can write")
		}
		same(t, db.Engine(), e.Kind)
	})
}

// TestConformanceTables makes, finds, lists and drops tables; only views may be dropped.
func TestConformanceTables(t *testing.T) {
	private := &store.Table{Name: "private_one", Class: store.Private, Key: []string{"n"}, Columns: []store.Column{{Name: "n", Type: store.Int, Purpose: "key"}}}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := made(t, e, numbered, named, private)
		write(t, db, func(tx *store.Tx) error {
			columns, err := tx.Columns()
			same(t, columns, []string{"named.name", "named.size", "numbered.n", "numbered.raw", "numbered.words", "private_one.n"})
			return errors.Join(err, tx.Drop(named), tx.Drop(paired))
		})
		for _, table := range []*store.Table{private, {Name: "numbered", Class: store.Texts}, {Name: "numbered", Class: store.Entries}} {
			if err := db.Write(ctx, func(tx *store.Tx) error { return tx.Drop(table) }); err == nil {
				t.Errorf("a table of class %s was dropped", table.Class)
			}
		}
		read(t, db, func(tx *store.Tx) error {
			for table, want := range map[*store.Table]bool{numbered: true, named: false, private: true, paired: false} {
				if there, err := tx.Has(table); there != want || err != nil {
					t.Errorf("Has(%s) = %v, %v", table.Name, there, err)
				}
			}
			return nil
		})
		if err := db.Write(ctx, func(tx *store.Tx) error { return tx.Make(numbered) }); err == nil {
			t.Error("a table was made twice")
		}
	})
}

// TestFingerprint sees that what matters to stored rows changes the fingerprint, and the words about it do not.
func TestFingerprint(t *testing.T) {
	renamed := *named
	renamed.Columns = []store.Column{{Name: "size", Type: store.Int, Purpose: "other words"}, named.Columns[1]}
	same(t, renamed.Fingerprint(), named.Fingerprint())
	renamed.Columns = []store.Column{{Name: "size", Type: store.Text, Purpose: "a number"}, named.Columns[1]}
	if renamed.Fingerprint() == named.Fingerprint() {
		t.Error("another type, the same fingerprint")
	}
	renamed = *named
	renamed.Key = []string{"size", "name"}
	if renamed.Fingerprint() == named.Fingerprint() {
		t.Error("another key, the same fingerprint")
	}
}

func files(texts ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i, text := range texts {
		out[fmt.Sprintf("%04d_x.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// TestConformanceMigrations runs what is new, in order and once, and refuses surprises.
func TestConformanceMigrations(t *testing.T) {
	one := "CREATE TABLE m (n {INT} PRIMARY KEY, t {TEXT} NOT NULL){ROWS}\n\nINSERT INTO m VALUES (1, 'one')"
	two := "UPDATE m SET t = t || ' two'\n\n-- only SQLite: Differs because this is a test.\nUPDATE m SET t = t || ' SQLite'\n\n" +
		"-- only PostgreSQL: Differs because this is a test.\nUPDATE m SET t = t || ' PostgreSQL'\n"
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		run := func(wantRan int, wantErr string, texts ...string) {
			t.Helper()
			ran, err := store.Migrate(ctx, db, files(texts...))
			if wantErr == "" && (err != nil || ran != wantRan) || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
				t.Fatalf("ran %d, %v; should be %d, %q", ran, err, wantRan, wantErr)
			}
		}
		text := func() (s string) {
			read(t, db, func(tx *store.Tx) error { _, err := tx.One([]any{&s}, "SELECT t FROM m"); return err })
			return s
		}
		run(1, "", one)
		run(0, "", one)
		run(1, "", one, two)
		same(t, text(), "one two "+e.Name)
		run(0, "", one, two)
		run(0, "migration 1 in this database is not the one", one+" ", two)
		run(0, "has had migration 2, which this program does not know", one)
		run(0, "", one, two)
		run(0, "migration 3", one, two, "UPDATE m SET t = 'three'\n\nUPDATE nowhere SET t = 1")
		same(t, text(), "one two "+e.Name) // the first statement of the third did not happen either
		if _, err := store.Migrate(ctx, db, fstest.MapFS{"0002_x.sql": {Data: []byte(one)}}); err == nil {
			t.Error("a migration without the one before it")
		}
		for _, texts := range [][]string{{one + " ", two}, {one}} {
			_, err := store.Migrate(ctx, db, files(texts...))
			problem(t, err)
		}
	})
}

func problem(t testing.TB, err error) *store.Problem {
	t.Helper()
	var p *store.Problem
	if !errors.As(err, &p) || p.What == "" || p.Do == "" {
		t.Fatalf("%v (%T), should be a Problem that says what to do", err, err)
	}
	return p
}
