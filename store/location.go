package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gofrs/flock"
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

// reserved are the names that stand for something else in addresses, and that of the server's own database.
var reserved = []string{"api", "static", "healthz", "readyz", "metrics", "office", serverName}

// CheckName says whether a programme may have this short name: it stands in every address.
func CheckName(name string) error {
	if !validName.MatchString(name) || slices.Contains(reserved, name) {
		return &Problem{"a programme cannot have the short name " + quote(name),
			"Use 1 to 30 of a-z, 0-9 and -, beginning with a letter; " + strings.Join(reserved[:len(reserved)-1], ", ") + " and " + serverName + " are taken", nil}
	}
	return nil
}

func quote(s string) string { return "\"" + s + "\"" }

func exists(name string) error {
	return &Problem{"there is a programme " + quote(name) + " already", "Choose another short name", nil}
}

// Beside is the folder of one book for what lies outside its database.
func (l *Location) Beside(name string) string { return filepath.Join(l.dir, name) }

// bookFile is the name of a book's database in its folder.
const bookFile = "book.db"

func (l *Location) file(name string) string { return filepath.Join(l.dir, name, bookFile) }

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
		if validName.MatchString(e.Name()) && (there(l.file(e.Name())) || there(filepath.Join(l.Beside(e.Name()), checkpointFile))) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// checkpointFile is what lies beside a book that has ever been signed: where it is, there must be a book.
const checkpointFile = "checkpoint"

func there(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
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
		if made, err := createSchema(ctx, l.postgres, name); err != nil {
			return nil, err
		} else if !made {
			return nil, exists(name)
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
	if !there(l.file(name)) {
		return nil, &Problem{"the book's file is missing: " + l.file(name) + "; a checkpoint lies beside where it was", "Restore the last backup with kept restore", nil}
	}
	return openSQLite(ctx, l.file(name), write)
}

// Place puts a backup file where the book of a programme belongs. What was there is kept beside it under another name.
func (l *Location) Place(ctx context.Context, name, backup string) (kept string, err error) {
	if l.postgres != nil {
		return "", &Problem{"a file cannot be put into PostgreSQL", "Use kept copy to bring a backup file into it", nil}
	}
	if err := CheckName(name); err != nil {
		return "", err
	}
	if err := os.MkdirAll(l.Beside(name), 0o700); err != nil {
		return "", &Problem{"the folder of the book cannot be made: " + l.Beside(name), "Check that its parent may be written", err}
	}
	lock := flock.New(lockOf(l.file(name)))
	if held, err := lock.TryLock(); err != nil || !held {
		return "", &Problem{"another process is writing the book in " + l.Beside(name), "Stop it first", err}
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	next := l.file(name) + ".restoring"
	if err := errors.Join(copyFile(backup, next), syncFile(next)); err != nil {
		return "", &Problem{"the backup cannot be copied to " + l.Beside(name) + ", and nothing was changed", "Check that there is room for it", errors.Join(err, remove(next))}
	}
	// Also where only its log is left: SQLite would write that into the file that is put there.
	if there(l.file(name)) || there(l.file(name)+"-wal") {
		if kept, err = moveAside(l.file(name)); err != nil {
			return "", err
		}
	}
	if err := os.Rename(next, l.file(name)); err != nil {
		return kept, err
	}
	return kept, syncFile(l.file(name))
}

// moveAside renames a database with the files that belong to it.
func moveAside(file string) (string, error) {
	for i := 1; ; i++ {
		aside := fmt.Sprintf("%s.before-restore-%d", file, i)
		if there(aside) || there(aside+"-wal") {
			continue
		}
		for _, part := range []string{"-wal", "-shm"} {
			if err := os.Rename(file+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
		if err := os.Rename(file, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		return aside, nil
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
