package store

import (
	"context"
	"errors"
)

// CreateScratch makes an empty SQLite file for a book that need not outlive the process: it is not waited for to be on
// disk, so nothing that is committed to it is acknowledged to anybody.
func CreateScratch(ctx context.Context, file string) (DB, error) {
	db, err := CreateFile(ctx, file)
	if err != nil {
		return nil, err
	}
	if _, err := db.(*sqliteDB).writer.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil {
		return nil, errors.Join(explain(err), db.Close())
	}
	return db, nil
}
