package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
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
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	slices.Sort(names)
	err = db.Write(ctx, func(tx *Tx) error {
		done, err := appliedMigrations(tx)
		if err != nil {
			return err
		}
		for i, name := range names {
			number, text, err := readMigration(files, name, i+1)
			if err != nil {
				return err
			}
			if sum, ok := done[number]; ok {
				if sum != hashOf(text) {
					return &Problem{fmt.Sprintf("migration %d in this database is not the one this program knows", number), "Use the program that made the database", nil}
				}
				delete(done, number)
				continue
			}
			for _, statement := range statements(text, tx.engine) {
				if _, err := tx.Exec(statement); err != nil {
					return fmt.Errorf("migration %s: %w", name, err)
				}
			}
			if err := tx.Insert(Migrations, [][]any{{number, hashOf(text)}}); err != nil {
				return err
			}
			ran++
		}
		for number := range done {
			return &Problem{fmt.Sprintf("this database has had migration %d, which this program does not know", number), "Use a newer version of kept", nil}
		}
		return nil
	})
	return ran, err
}

func appliedMigrations(tx *Tx) (map[int64]string, error) {
	there, err := tx.Has(Migrations)
	if err != nil {
		return nil, err
	}
	done := map[int64]string{}
	if !there {
		return done, tx.Make(Migrations)
	}
	return done, tx.Scan(Migrations, func(row []any) error {
		done[row[0].(int64)] = row[1].(string)
		return nil
	})
}

func readMigration(files fs.FS, name string, want int) (int64, string, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return 0, "", err
	}
	number, err := strconv.ParseInt(strings.SplitN(name, "_", 2)[0], 10, 64)
	if err != nil || number != int64(want) {
		return 0, "", fmt.Errorf("migration file %s should have the number %d", name, want)
	}
	return number, string(text), nil
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
	for _, statement := range t.ddl(tx.engine) {
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
