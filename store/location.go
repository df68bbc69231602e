package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Location is a place that holds books: a folder with one SQLite file a book, or a PostgreSQL database with one schema
// a book.
type Location struct {
	dir      string
	postgres *pgx.ConnConfig
}

// At understands what a person writes after --data: a folder, or an address that begins with postgres://. The config
// folder is where a PostgreSQL location keeps, outside the database, what a restored database must be compared with.
func At(data, config string) (*Location, error) {
	if !strings.HasPrefix(data, "postgres://") && !strings.HasPrefix(data, "postgresql://") {
		dir, err := filepath.Abs(data)
		return &Location{dir: dir}, err
	}
	c, err := pgx.ParseConfig(data)
	if err != nil {
		return nil, &Problem{"the address of PostgreSQL is not understood", "Write postgres://user@host/database", errors.New("cannot parse it")} // the cause may quote a password
	}
	sum := sha256.Sum256([]byte(c.Host + "\x00" + c.Database))
	return &Location{dir: filepath.Join(config, "postgres-"+hex.EncodeToString(sum[:6])), postgres: c}, nil
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,29}$`)

var reserved = []string{"api", "static", "healthz", "readyz", "metrics"}

// CheckName says whether a programme may have this short name: it stands in every address.
func CheckName(name string) error {
	if !validName.MatchString(name) || slices.Contains(reserved, name) {
		return &Problem{"a programme cannot have the short name " + quote(name),
			"Use 1 to 30 of a-z, 0-9 and -, beginning with a letter; api, static, healthz, readyz and metrics are taken", nil}
	}
	return nil
}

func quote(s string) string { return "\"" + s + "\"" }

func exists(name string) error {
	return &Problem{"there is a programme " + quote(name) + " already", "Choose another short name", nil}
}

// Beside is the folder of one book for what lies outside its database.
func (l *Location) Beside(name string) string { return filepath.Join(l.dir, name) }

func (l *Location) file(name string) string { return filepath.Join(l.dir, name, "book.db") }

// Books lists the short names of the books here, sorted. A folder that is not there holds none.
func (l *Location) Books(ctx context.Context) ([]string, error) {
	if l.postgres != nil {
		return listSchemas(ctx, l.postgres)
	}
	entries, err := os.ReadDir(l.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &Problem{"the data folder cannot be read: " + l.dir, "Check who owns it", err}
	}
	var names []string
	for _, e := range entries {
		if _, err := os.Stat(l.file(e.Name())); err == nil && validName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Create makes an empty database for a new book and opens it for writing.
func (l *Location) Create(ctx context.Context, name string) (DB, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(l.Beside(name), 0o700); err != nil {
		return nil, &Problem{"the folder of the book cannot be made: " + l.Beside(name), "Check that its parent may be written", err}
	}
	if l.postgres != nil {
		if err := createSchema(ctx, l.postgres, name); err != nil {
			return nil, err
		}
		return openPostgres(ctx, l.postgres, name)
	}
	if _, err := os.Stat(l.file(name)); err == nil {
		return nil, exists(name)
	}
	return openSQLite(ctx, l.file(name), true)
}

// Open opens a book that is there, for writing or only for reading. On SQLite one process may write.
func (l *Location) Open(ctx context.Context, name string, write bool) (DB, error) {
	names, err := l.Books(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, name) {
		return nil, &Problem{"there is no programme " + quote(name) + " here", "Look at --data; programmes here: " + strings.Join(append(names, "none")[:max(1, len(names))], ", "), nil}
	}
	if l.postgres != nil {
		if err := os.MkdirAll(l.Beside(name), 0o700); err != nil && write {
			return nil, &Problem{"the folder beside the book cannot be made: " + l.Beside(name), "Check that its parent may be written", err}
		}
		return openPostgres(ctx, l.postgres, name)
	}
	return openSQLite(ctx, l.file(name), write)
}
