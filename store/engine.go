package store

import "strings"

// Engine is one of the two databases.
type Engine int

// The engines.
const (
	SQLite Engine = iota
	PostgreSQL
)

func (e Engine) String() string {
	if e == SQLite {
		return "SQLite"
	}
	return "PostgreSQL"
}

// typeName differs because SQLite's STRICT tables know no BIGINT and PostgreSQL no BLOB, and because text must sort
// by its bytes on both.
func (e Engine) typeName(t Type) string {
	if e == SQLite {
		return [...]string{"INTEGER", "TEXT", "BLOB"}[t]
	}
	return [...]string{"BIGINT", `TEXT COLLATE "C"`, "BYTEA"}[t]
}

// tableSuffix differs because only SQLite knows STRICT and WITHOUT ROWID.
func (e Engine) tableSuffix(rowKey bool) string {
	switch {
	case e == PostgreSQL:
		return ""
	case rowKey:
		return " STRICT"
	}
	return " STRICT, WITHOUT ROWID"
}

// translate fills the tokens of a migration.
func (e Engine) translate(sql string) string {
	return strings.NewReplacer(
		"{INT}", e.typeName(Int), "{TEXT}", e.typeName(Text), "{BLOB}", e.typeName(Blob),
		"{ROWS}", e.tableSuffix(true), "{KEYED}", e.tableSuffix(false),
	).Replace(sql)
}
