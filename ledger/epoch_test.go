package ledger_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// backups are copies of a growing book, as old ones are put back one after the other.
type backups struct {
	engine storetest.Engine
	opts   ledger.Options
}

// backup copies the book as it is into a place of its own.
func (k *backups) backup(t *testing.T, b *ledger.Book) *storetest.Place {
	t.Helper()
	p := k.engine.Place(t)
	db := p.Create(t)
	if err := errors.Join(ledger.Copy(ctx, b, db, nil), db.Close()); err != nil {
		t.Fatal(err)
	}
	return p
}

func (k *backups) open(t *testing.T, p *storetest.Place) (*ledger.Book, error) {
	t.Helper()
	db := p.Open(t)
	b, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), k.opts)
	if err != nil {
		db.Close()
	}
	return b, err
}

func (k *backups) accept(t *testing.T, p *storetest.Place) (*ledger.Book, ledger.Epoch, error) {
	t.Helper()
	db := p.Open(t)
	b, lost, err := ledger.AcceptLoss(ctx, db, ledger.NewRules(ledgertest.Toy()), k.opts)
	if err != nil {
		db.Close()
	}
	return b, lost, err
}

func (k *backups) file(name string) string { return filepath.Join(k.opts.Folder, name) }

func (k *backups) text(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(k.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func shut(t *testing.T, b *ledger.Book) {
	t.Helper()
	if err := errors.Join(b.Close(), b.DB.Close()); err != nil {
		t.Fatal(err)
	}
}

func epochs(t *testing.T, b *ledger.Book) (rows []ledger.EpochRow) {
	read(t, b, func(tx *store.Tx) (err error) {
		rows, err = ledger.EpochView.Select(tx, "ORDER BY v.seq")
		return err
	})
	return rows
}

// TestTrialOldBackups restores an old backup, then one that is older still. Neither opens by itself; each opens once its
// loss is accepted, under a name that no past had before; and every lost checkpoint stays beside the book.
func TestTrialOldBackups(t *testing.T) {
	const origin = "kept/toy/test"
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := e.Place(t)
		k := &backups{e, ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()}}
		b := ledgertest.Create(t, place.Create(t), k.opts, ledgertest.Toy())
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		oldest := k.backup(t, b)
		ledgertest.Append(t, b, ledgertest.Add("wells", 1), ledgertest.Note("wells", "", "words"))
		old := k.backup(t, b)
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		whole := k.backup(t, b)
		shut(t, b)
		first := k.text(t, "checkpoint")

		_, err := k.open(t, old)
		wantProblem(t, err, "the book is not the one that was signed here last")
		if _, err = k.open(t, oldest); err == nil {
			t.Fatal("the oldest backup opens")
		}
		_, _, err = k.accept(t, whole)
		wantProblem(t, err, "nothing is lost")
		same(t, k.text(t, "checkpoint"), first)

		b, lost, err := k.accept(t, old)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{lost.Origin, lost.Size, b.Key.Origin()}, []any{origin, int64(5), origin + "/epoch-2"})
		same(t, epochs(t, b), []ledger.EpochRow{{Seq: 4, Origin: lost.Origin, Size: lost.Size, Root: lost.Root}})
		same(t, k.text(t, "checkpoint.lost-5"), first)
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		ledgertest.Check(t, b)
		second := k.backup(t, b)
		shut(t, b)

		// The interruption between the transaction and the files: the old checkpoint still lies there.
		now := k.text(t, "checkpoint")
		for range 2 {
			for _, again := range []func(*testing.T, *storetest.Place) (*ledger.Book, error){
				k.open, func(t *testing.T, p *storetest.Place) (*ledger.Book, error) {
					b, _, err := k.accept(t, p)
					return b, err
				},
			} {
				if err := os.WriteFile(k.file("checkpoint"), []byte(first), 0o600); err != nil {
					t.Fatal(err)
				}
				if b, err = again(t, old); err != nil {
					t.Fatal(err)
				}
				same(t, len(epochs(t, b)), 1)
				shut(t, b)
				same(t, []string{k.text(t, "checkpoint"), k.text(t, "checkpoint.lost-5")}, []string{now, first})
			}
			os.Remove(k.file("checkpoint.lost-5"))
		}

		// Neither what was lost then, nor what is older than the epoch, opens now.
		for _, p := range []*storetest.Place{whole, oldest} {
			_, err = k.open(t, p)
			wantProblem(t, err, "the book is not the one that was signed here last")
		}
		b, lost, err = k.accept(t, oldest)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{lost.Origin, lost.Size, b.Key.Origin()}, []any{origin + "/epoch-2", int64(6), origin + "/epoch-3"})
		same(t, len(epochs(t, b)), 1)
		ledgertest.Append(t, b, ledgertest.Add("wells", 1), ledgertest.Add("wells", 1), ledgertest.Add("wells", 1))
		ledgertest.Check(t, b)
		shut(t, b)
		same(t, k.text(t, "checkpoint.lost-6"), now)

		// A third loss of as many entries as the second had does not take its place.
		b, lost, err = k.accept(t, second)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{lost.Origin, lost.Size, b.Key.Origin()}, []any{origin + "/epoch-3", int64(6), origin + "/epoch-4"})
		same(t, len(epochs(t, b)), 2)
		ledgertest.Check(t, b)
		shut(t, b)
		same(t, k.text(t, "checkpoint.lost-6"), now)
		if third := k.text(t, "checkpoint.lost-6-2"); third == now || third == first {
			t.Error("the third lost checkpoint is not there")
		}
	})
}

// TestAcceptLossRefuses accepts no loss where there is none to be seen, and signs no damage.
func TestAcceptLossRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newClosed(t, e, 0)
		k := &backups{e, o.opts}
		before := k.text(t, "checkpoint")
		os.Remove(k.file("checkpoint"))
		_, _, err := k.accept(t, o.Place)
		wantProblem(t, err, "no checkpoint lies beside the book")

		key, err := ledger.NewKey("kept/toy/test", slices.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		other, err := ledger.Create(ctx, e.New(t), ledger.NewRules(ledgertest.Toy()), key, ledger.Options{Today: k.opts.Today})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(k.file("checkpoint"), []byte(head(t, other).Note), 0o600); err != nil {
			t.Fatal(err)
		}
		other.Close()
		_, _, err = k.accept(t, o.Place)
		wantProblem(t, err, "was not signed with this book's key")

		big := newClosed(t, e, 5) // the same key
		if err := os.WriteFile(k.file("checkpoint"), []byte((&backups{e, big.opts}).text(t, "checkpoint")), 0o600); err != nil {
			t.Fatal(err)
		}
		db := o.Open(t)
		ledgertest.Undone(t, db, func(tx *store.Tx) error {
			for _, s := range append(ledgertest.DropTriggers(e.Kind), "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 0) WHERE seq = 2") {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			_, _, err := ledger.AcceptLoss(ctx, ledgertest.Inside(tx), ledger.NewRules(ledgertest.Toy()), k.opts)
			var damage *ledger.Damage
			if !errors.As(err, &damage) {
				t.Errorf("accepting a loss in a damaged book: %v", err)
			}
			return nil
		})
		db.Close()

		// A clock that is wrong must not open an epoch of which half is there.
		wrong := k.opts
		wrong.Today = ledgertest.NewClock("2199-01-01").Today
		_, _, err = (&backups{e, wrong}).accept(t, o.Place)
		wantProblem(t, err, "the clock of this machine says 2199-01-01")
		if err := os.WriteFile(k.file("checkpoint"), []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := k.open(t, o.Place)
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{b.Key.Origin(), size(t, b)}, []any{"kept/toy/test", o.size})
		shut(t, b)
	})
}

// TestAcceptLossBesideAServer accepts a loss while another process has the book open, as PostgreSQL allows. That one must
// not go on under the old name.
func TestAcceptLossBesideAServer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o, big := newClosed(t, e, 0), newClosed(t, e, 5) // the same key
		db := o.Open(t)
		server, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), o.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		ledgertest.Append(t, server, ledgertest.Add("wells", 1))
		big.opts.Today = o.opts.Today
		b, _, err := ledger.AcceptLoss(ctx, db, ledger.NewRules(ledgertest.Toy()), big.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		_, err = server.Append(ctx, ledgertest.Add("wells", 1))
		wantProblem(t, err, "the log has another name now: kept/toy/test/epoch-2")
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		ledgertest.Check(t, b)
	})
}
