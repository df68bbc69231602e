package ledgertest

import (
	"context"
	"errors"
	"testing"

	"kept/store"
)

var errUndo = errors.New("undone")

// Undone runs f in a transaction and takes back what it did. An error of f fails the test.
func Undone(t testing.TB, db store.DB, f func(*store.Tx) error) {
	t.Helper()
	var err error
	undone := db.Write(context.Background(), func(tx *store.Tx) error {
		err = f(tx)
		return errUndo
	})
	if err != nil || !errors.Is(undone, errUndo) {
		t.Fatal(errors.Join(err, undone))
	}
}

// Inside is a database inside a running transaction, so that all that is done with it can be taken back.
func Inside(tx *store.Tx) store.DB { return inside{tx} }

type inside struct{ tx *store.Tx }

func (i inside) Write(_ context.Context, f func(*store.Tx) error) error { return f(i.tx) }
func (i inside) Read(_ context.Context, f func(*store.Tx) error) error  { return f(i.tx) }
func (i inside) Engine() store.Engine                                   { return i.tx.Engine() }
func (i inside) Close() error                                           { return nil }

// DropTriggers are the statements after which the rows that are never changed can be changed, as whoever owns the database
// can.
func DropTriggers(e store.Engine) []string {
	if e == store.PostgreSQL {
		return []string{"ALTER TABLE entry DISABLE TRIGGER USER", "ALTER TABLE node DISABLE TRIGGER USER", "ALTER TABLE text DISABLE TRIGGER USER"}
	}
	return []string{"DROP TRIGGER entry_is_never_changed", "DROP TRIGGER entry_is_never_deleted", "DROP TRIGGER node_is_never_changed",
		"DROP TRIGGER node_is_never_deleted", "DROP TRIGGER text_is_only_erased", "DROP TRIGGER text_is_never_deleted"}
}
