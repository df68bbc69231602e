package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Migrations is the table of the migrations that a database has had.
var Migrations = &Table{
	Name: "migration", Class: Private, Key: []string{"number"},
	Columns: []Column{
		{"number", Int, "which migration"},
		{"sha256", Text, "hash of its text, so that a migration changed afterwards is noticed"},
	},
}

// Migrate brings the database to the newest of the numbered files (0001_name.sql), all in one transaction, and refuses a
// database that a later or another program has changed. It returns how many migrations ran.
//
// Statements in a file are separated by blank lines. A comment line "-- only SQLite: Differs because ..." (or PostgreSQL)
// before a statement keeps it to that engine.
func Migrate(ctx context.Context, db DB, files fs.FS) (ran int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		ran, err = tx.Migrate(files)
		return err
	})
	return ran, err
}

// Migrate is the function Migrate inside a transaction that does more.
func (tx *Tx) Migrate(files fs.FS) (ran int, err error) {
	missing, err := tx.Missing(files)
	if err != nil {
		return 0, err
	}
	there, err := tx.Has(Migrations)
	if err == nil && !there {
		err = tx.Make(Migrations)
	}
	if err != nil {
		return 0, err
	}
	for _, m := range missing {
		for _, statement := range statements(m.text, tx.engine) {
			if _, err := tx.Exec(statement); err != nil {
				return 0, fmt.Errorf("migration %d: %w", m.number, err)
			}
		}
		if err := tx.Insert(Migrations, [][]any{{m.number, hashOf(m.text)}}); err != nil {
			return 0, err
		}
	}
	return len(missing), nil
}

// Missing lists the migrations that this database has not had. It refuses a database that has had another one of that
// number, or one that this program does not know.
func (tx *Tx) Missing(files fs.FS) ([]Migration, error) {
	known, err := readMigrations(files)
	if err != nil {
		return nil, err
	}
	there, err := tx.Has(Migrations)
	if err != nil || !there {
		return known, err
	}
	done := map[int64]string{}
	err = tx.Scan(Migrations, func(row []any) error { done[row[0].(int64)] = row[1].(string); return nil })
	if err != nil {
		return nil, err
	}
	var missing []Migration
	for _, m := range known {
		sum, ok := done[m.number]
		if ok && sum != hashOf(m.text) {
			return nil, &Problem{fmt.Sprintf("migration %d in this database is not the one this program knows", m.number), "Use the program that made the database", nil}
		}
		if !ok {
			missing = append(missing, m)
		}
		delete(done, m.number)
	}
	for _, number := range slices.Sorted(maps.Keys(done)) {
		return nil, &Problem{fmt.Sprintf("this database has had migration %d, which this program does not know", number), "Use a newer version of kept", nil}
	}
	return missing, nil
}

// Migration is one numbered file.
type Migration struct {
	number int64
	text   string
}

// readMigrations reads the files in the order of their numbers, which are 1, 2, 3 and so on.
func readMigrations(files fs.FS) ([]Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []Migration
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("migration file %s should have the number %d", name, i+1)
		}
		out = append(out, Migration{int64(i + 1), string(text)})
	}
	return out, nil
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func statements(text string, e Engine) []string {
	var out []string
	for _, s := range strings.Split(text, "\n\n") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if _, rest, ok := strings.Cut(s, "-- only "); ok && !strings.HasPrefix(rest, e.String()+":") {
			continue
		}
		out = append(out, e.translate(s))
	}
	return out
}

// Has says whether a table of this name exists.
func (tx *Tx) Has(t *Table) (bool, error) {
	// Differs because each engine has its own catalogue.
	query := "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
	if tx.engine == PostgreSQL {
		query = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
	}
	var one int64
	return tx.One([]any{&one}, query, t.Name)
}

// Make creates a declared table.
func (tx *Tx) Make(t *Table) error {
	if err := tx.MakeBare(t); err != nil {
		return err
	}
	return tx.MakeIndexes(t)
}

// MakeBare creates a table without its further indexes, for many rows at once: MakeIndexes makes these faster afterwards.
func (tx *Tx) MakeBare(t *Table) error {
	_, err := tx.Exec(t.ddl(tx.engine)[0])
	return err
}

// MakeIndexes creates the further indexes of a table.
func (tx *Tx) MakeIndexes(t *Table) error {
	for _, statement := range t.ddl(tx.engine)[1:] {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	return nil
}

// Drop removes a view table, if it is there. Other tables are never dropped.
func (tx *Tx) Drop(t *Table) error {
	if t.Class != View {
		return fmt.Errorf("table %s is %s and is never dropped", t.Name, t.Class)
	}
	_, err := tx.Exec("DROP TABLE IF EXISTS " + t.Name)
	return err
}

// Columns lists every column of every table that the database really has, as table.column, sorted.
func (tx *Tx) Columns() ([]string, error) {
	// Differs because each engine has its own catalogue.
	query := "SELECT m.name || '.' || c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1"
	if tx.engine == PostgreSQL {
		query = `SELECT (table_name || '.' || column_name)::text COLLATE "C" FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1`
	}
	return Select(tx, func(s *string) []any { return []any{s} }, query)
}
