package store

import (
	"fmt"
	"slices"
	"strings"
)

// Type is the type of a column. There are three, because that is what both engines agree on; a day is Text and a
// truth is an Int of 0 or 1.
type Type int

// The column types.
const (
	Int Type = iota
	Text
	Blob
)

// Class says what a table is for, and so what may be done with it.
type Class string

const (
	// Entries are the book itself: public, insert only, hashed.
	Entries Class = "entry"
	// View tables are computed from the entries and may be dropped and rebuilt at any time.
	View Class = "view"
	// Texts lie beside the book: the book holds their salted hash, and their content may be erased.
	Texts Class = "text"
	// Private tables never leave the server: no export, page or report reads them.
	Private Class = "private"
)

// Column is one column of a table. Columns are never NULL.
type Column struct {
	Name    string
	Type    Type
	Purpose string
}

// Table declares a table: the same declaration makes it (views), reads and writes it, and accounts for it.
type Table struct {
	Name    string
	Class   Class
	Columns []Column
	Key     []string   // the primary key, in order
	Indexes [][]string // further indexes
}

func (t *Table) columnType(name string) Type {
	for _, c := range t.Columns {
		if c.Name == name {
			return c.Type
		}
	}
	panic("store: table " + t.Name + " has no column " + name)
}

func (t *Table) names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// KeyOf is the key of a row, which is in the order of the columns.
func (t *Table) KeyOf(row []any) []any {
	out := make([]any, len(t.Key))
	for i, k := range t.Key {
		out[i] = row[slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == k })]
	}
	return out
}

// rowKey says that SQLite can use the key as its row number, which keeps inserts in order at the end of the file.
func (t *Table) rowKey() bool {
	return len(t.Key) == 1 && t.columnType(t.Key[0]) == Int
}

// ddl returns the statements that make the table: first the table, then each index.
func (t *Table) ddl(e Engine) []string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (", t.Name)
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "%s %s NOT NULL, ", c.Name, e.typeName(c.Type))
	}
	fmt.Fprintf(&b, "PRIMARY KEY (%s))%s", strings.Join(t.Key, ", "), e.tableSuffix(t.rowKey()))
	out := []string{b.String()}
	for i, index := range t.Indexes {
		out = append(out, fmt.Sprintf("CREATE INDEX %s_%d ON %s (%s)", t.Name, i+1, t.Name, strings.Join(index, ", ")))
	}
	return out
}

// Fingerprint is a text that changes whenever the declaration changes in a way that matters to stored rows.
func (t *Table) Fingerprint() string {
	return strings.Join(t.ddl(SQLite), ";")
}
