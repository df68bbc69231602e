package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
)

// Snapshot writes one state of a SQLite book into a new file, while others read and write. It returns ErrNoSnapshot on
// PostgreSQL, which has its own tools for that.
func Snapshot(ctx context.Context, db DB, file string) error {
	s, ok := db.(*sqliteDB)
	if !ok {
		return ErrNoSnapshot
	}
	if _, err := os.Stat(file); err == nil {
		return &Problem{"there is a file " + file + " already", "Choose another name; a backup is never written over", nil}
	}
	var c *conn
	select {
	case c = <-s.readers:
	case <-s.ending:
		return errDBClosed
	}
	defer func() { s.readers <- c }()
	if err := c.Raw(func(raw any) error { return backup(raw, file) }); err != nil {
		return errors.Join(explain(err), remove(file))
	}
	return syncFile(file)
}

// backup runs SQLite's own online backup in one step, so that it sees one state however busy the writer is.
func backup(raw any, file string) error {
	source, ok := raw.(interface {
		NewBackup(string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.New("the driver has no backups")
	}
	b, err := source.NewBackup(file)
	if err != nil {
		return err
	}
	_, err = b.Step(-1)
	return errors.Join(err, b.Finish())
}

// ErrNoSnapshot says that this engine has its own way of backups.
var ErrNoSnapshot = errors.New("this engine has its own way of backups")

func remove(file string) error {
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Sync puts a file and its name on disk.
func Sync(file string) error { return syncFile(file) }

// syncFile puts a file and its name on disk.
func syncFile(file string) error {
	for _, name := range []string{file, filepath.Dir(file)} {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// OpenFile opens a SQLite file that is not in a data folder, such as a backup, only for reading.
func OpenFile(ctx context.Context, file string) (DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, &Problem{"there is no file " + file, "", err}
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	return openSQLite(ctx, file, false)
}

// CreateFile makes an empty SQLite file that is not in a data folder, for a backup.
func CreateFile(ctx context.Context, file string) (DB, error) {
	if _, err := os.Stat(file); err == nil {
		return nil, &Problem{"there is a file " + file + " already", "Choose another name; a backup is never written over", nil}
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	return openSQLite(ctx, file, true)
}
