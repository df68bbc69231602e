package ledger

import (
	"embed"
	"io/fs"

	"kept/store"
)

//go:embed migrations
var migrations embed.FS

func migrationFiles() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// The tables of a book that are not views. They are made by migrations, since their rows cannot be made again.
var (
	entryTable = &store.Table{Name: "entry", Class: store.Entries, Key: []string{"seq"}, Columns: []store.Column{
		{Name: "seq", Type: store.Int, Purpose: "place in the book, from 0"},
		{Name: "id", Type: store.Blob, Purpose: "random id made by the writer, so that sending twice is harmless"},
		{Name: "leaf", Type: store.Blob, Purpose: "hash of the leaf in the tree"},
		{Name: "body", Type: store.Blob, Purpose: "the exact bytes that were hashed"},
	}}
	nodeTable = &store.Table{Name: "node", Class: store.Entries, Key: []string{"level", "n"}, Columns: []store.Column{
		{Name: "level", Type: store.Int, Purpose: "level in the tree: 8, 16, 24, ..."},
		{Name: "n", Type: store.Int, Purpose: "number on that level"},
		{Name: "hash", Type: store.Blob, Purpose: "hash of a complete subtree"},
	}}
	textTable = &store.Table{Name: "text", Class: store.Texts, Key: []string{"entry", "field"}, Columns: []store.Column{
		{Name: "entry", Type: store.Int, Purpose: "the entry that holds the hash"},
		{Name: "field", Type: store.Text, Purpose: "which text of the entry, and its language"},
		{Name: "salt", Type: store.Blob, Purpose: "makes the hash of a short text unguessable; empty once erased"},
		{Name: "body", Type: store.Text, Purpose: "note or reason of a team or an office; empty once erased"},
		{Name: "erased", Type: store.Int, Purpose: "1 when an erasure entry emptied it, 2 when a mirror was not given it"},
	}}
	pictureTable = &store.Table{Name: "picture", Class: store.Texts, Key: []string{"sha256"}, Columns: []store.Column{
		{Name: "sha256", Type: store.Text, Purpose: "hash of the final bytes"},
		{Name: "media", Type: store.Text, Purpose: "media type"},
		{Name: "body", Type: store.Blob, Purpose: "the final bytes of a picture that a second person passed"},
	}}
	headTable = &store.Table{Name: "head", Class: store.Private, Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Int, Purpose: "always 0: there is one head"},
		{Name: "size", Type: store.Int, Purpose: "how many entries the book has"},
		{Name: "edge", Type: store.Blob, Purpose: "hashes of the right edge of the tree"},
		{Name: "day", Type: store.Text, Purpose: "the programme's day: the last day mark"},
		{Name: "note", Type: store.Text, Purpose: "the signed checkpoint of this size"},
		{Name: "views", Type: store.Text, Purpose: "which declaration of views the view tables follow"},
	}}
	secretTable = &store.Table{Name: "secret", Class: store.Private, Key: []string{"name"}, Columns: []store.Column{
		{Name: "name", Type: store.Text, Purpose: "which secret"},
		{Name: "value", Type: store.Text, Purpose: "the book's signing key"},
	}}

	// idIndex reads the entry table by id.
	idIndex = &store.Table{Name: "entry", Class: store.Entries, Key: []string{"id"}, Columns: []store.Column{
		entryTable.Columns[1], entryTable.Columns[0], entryTable.Columns[2],
	}}
)

// BookTables are the tables that every book has besides its views.
func BookTables() []*store.Table {
	return []*store.Table{entryTable, nodeTable, textTable, pictureTable, headTable, secretTable, store.Migrations}
}
