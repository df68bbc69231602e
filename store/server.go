package store

import (
	"context"
	"os"
	"path/filepath"
)

// serverName is the short name that no programme may have: on PostgreSQL the server's own database is the schema of it.
const serverName = "server"

// ServerFile is the file of the server's own database, for backups; "" on PostgreSQL. OpenFile opens it for reading
// beside a process that writes it.
func (l *Location) ServerFile() string {
	if l.postgres != nil {
		return ""
	}
	return filepath.Join(l.dir, serverName+".db")
}

// Server opens the server's own database for writing, and makes it empty if it is not there. It is no book, and Books does
// not list it. On SQLite one process may have it open.
func (l *Location) Server(ctx context.Context) (DB, error) {
	if l.postgres != nil {
		if _, err := createSchema(ctx, l.postgres, serverName); err != nil {
			return nil, err
		}
		return openPostgres(ctx, l.postgres, serverName)
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, &Problem{"the data folder cannot be made: " + l.dir, "Check that its parent may be written", err}
	}
	// A book has a folder that is closed to others; here the file is. One that is there is left alone: closing it would
	// take away the locks that SQLite may hold on it in this process.
	if file := l.ServerFile(); !there(file) {
		f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, &Problem{"the data folder cannot be written: " + l.dir, "Check who owns it and whether the disk is full or read-only", err}
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return openSQLite(ctx, l.ServerFile(), true)
}
