package ledger_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// long makes a book of several batches of a copy, with texts, erased texts and a picture, and leaves it open.
func long(t *testing.T, e storetest.Engine) *ledger.Book {
	t.Helper()
	b := ledgertest.Create(t, e.New(t), ledger.Options{}, ledgertest.Toy())
	var drafts []ledger.Draft
	for i := range 3000 {
		drafts = append(drafts, ledgertest.Add(fmt.Sprint("c", i%50), 1))
		if i%100 == 0 {
			drafts = append(drafts, ledgertest.Note(fmt.Sprint("c", i%50), drafts[0].ID, "words", "سۆز"))
		}
	}
	note := ledgertest.WithPicture(ledgertest.Note("c1", "", "words that must go", "and these stay"), ledgertest.PNG)
	drafts = append(drafts, note, ledgertest.Erase(note.ID, "words/en"), ledgertest.End("c2"))
	ledgertest.Append(t, b, drafts...)
	return b
}

// identical wants the copy to be the same book: the same rows in every table, the same views, and whole.
func identical(t *testing.T, from *ledger.Book, to store.DB) {
	t.Helper()
	b, err := ledger.OpenReadOnly(ctx, to, from.Rules, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := ledgertest.VerifyPublic(b); err != nil {
		t.Fatal(err)
	}
	tables := append(slices.DeleteFunc(ledger.BookTables(), func(t *store.Table) bool { return t == store.Migrations }), from.Rules.Tables()...)
	want, err := ledgertest.Dump(from.DB, tables...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ledgertest.Dump(to, tables...)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
	hashes := func(b *ledger.Book) (views map[string]string) {
		read(t, b, func(tx *store.Tx) (err error) { views, err = b.ViewHashes(tx); return err })
		return views
	}
	same(t, hashes(b), hashes(from))
}

// TestTrialCopy copies from each engine to each, and stops it after the first batch; the second call goes on from there.
func TestTrialCopy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		from := long(t, e)
		for _, target := range storetest.Engines() {
			t.Run("to "+target.Name, func(t *testing.T) {
				to := target.New(t)
				stopping, stop := context.WithCancel(ctx)
				var seen []int64
				progress := func(done, total int64) { seen = append(seen, done); stop() }
				if err := ledger.Copy(stopping, from, to, progress); !errors.Is(err, context.Canceled) {
					t.Fatalf("a copy that is stopped: %v", err)
				}
				same(t, seen, []int64{2000})
				if err := ledger.Copy(ctx, from, to, progress); err != nil {
					t.Fatal(err)
				}
				same(t, seen, []int64{2000, size(t, from)})
				identical(t, from, to)
				if err := ledger.Copy(ctx, from, to, nil); err != nil { // nothing is left to do
					t.Fatal(err)
				}
				identical(t, from, to)
			})
		}
	})
}

// TestCopyRefuses does not copy into what is not a beginning of the same book.
func TestCopyRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		from := ledgertest.Create(t, e.New(t), ledger.Options{}, ledgertest.Toy())
		ledgertest.Append(t, from, ledgertest.Add("wells", 1), ledgertest.Add("wells", 1))

		key, err := ledger.NewKey("kept/toy/test", slices.Repeat([]byte{8}, 32))
		if err != nil {
			t.Fatal(err)
		}
		clock := ledgertest.NewClock(ledgertest.FirstDay)
		other, err := ledger.Create(ctx, e.New(t), from.Rules, key, ledger.Options{Today: clock.Today})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		ledgertest.Append(t, other, ledgertest.Add("wells", 1))
		wantProblem(t, ledger.Copy(ctx, from, other.DB, nil), "the target holds another book")
		same(t, size(t, other), int64(2))

		// The copy was opened by a server, and has gone its own way.
		to := e.New(t)
		if err := ledger.Copy(ctx, from, to, nil); err != nil {
			t.Fatal(err)
		}
		copied, err := ledger.Open(ctx, to, from.Rules, ledger.Options{Today: clock.Today})
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		ledgertest.Append(t, copied, ledgertest.Add("wells", 1))
		wantProblem(t, ledger.Copy(ctx, from, to, nil), "the target is no part of the source")
		ledgertest.Append(t, from, ledgertest.Add("wells", 1), ledgertest.Add("wells", 1))
		wantProblem(t, ledger.Copy(ctx, from, to, nil), "the target is no part of the source")
		same(t, size(t, copied), int64(4))
		ledgertest.Check(t, copied)
	})
}

// TestTrialCopyKilled kills the process that copies, once it has said that a batch is done, 1 time, with KEPT_TRIAL=1 15
// times. The next copy goes on, and the books are the same.
func TestTrialCopyKilled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		source := e.Place(t)
		db := source.Create(t)
		from := long(t, e)
		if err := errors.Join(ledger.Copy(ctx, from, db, nil), db.Close()); err != nil { // into a place that has a name
			t.Fatal(err)
		}
		for range storetest.Times(1, 15) {
			target := e.Place(t)
			killCopy(t, source, target)
			to := target.Open(t)
			if err := ledger.Copy(ctx, from, to, nil); err != nil {
				t.Fatal(err)
			}
			identical(t, from, to)
		}
	})
}

func killCopy(t *testing.T, source, target *storetest.Place) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestChildCopies$")
	cmd.Env = append(os.Environ(), "KEPT_CHILD_DATA="+source.Data, "KEPT_CHILD_CONFIG="+source.Config, "KEPT_CHILD_BOOK="+source.Book,
		"KEPT_CHILD_TO_DATA="+target.Data, "KEPT_CHILD_TO_BOOK="+target.Book)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "copied 2000 of") {
		t.Errorf("the process says %q, %v", line, err)
	}
	cmd.Process.Kill()
	if err := cmd.Wait(); err == nil {
		t.Error("the process ended by itself")
	}
}

// TestChildCopies is the process that is killed.
func TestChildCopies(t *testing.T) {
	data := os.Getenv("KEPT_CHILD_TO_DATA")
	if data == "" {
		t.Skip("only in the process that killCopy starts")
	}
	open := func(data, name string, create bool) store.DB {
		l, err := store.At(data, os.Getenv("KEPT_CHILD_CONFIG"))
		if err != nil {
			t.Fatal(err)
		}
		opening := func() (store.DB, error) { return l.Open(ctx, name, false) }
		if create {
			opening = func() (store.DB, error) { return l.Create(ctx, name) }
		}
		db, err := opening()
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	from, err := ledger.OpenReadOnly(ctx, open(os.Getenv("KEPT_CHILD_DATA"), os.Getenv("KEPT_CHILD_BOOK"), false), ledger.NewRules(ledgertest.Toy()), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.Copy(ctx, from, open(data, os.Getenv("KEPT_CHILD_TO_BOOK"), true), func(done, total int64) {
		fmt.Printf("copied %d of %d\n", done, total)
	}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute) // whether it had come to its end or not, it is killed
}
