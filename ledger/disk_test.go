package ledger_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// acknowledged gathers what appending goroutines were told is in the book.
type acknowledged struct {
	mu  sync.Mutex
	ids map[string]int64
}

func (a *acknowledged) add(r ledger.Receipt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ids == nil {
		a.ids = map[string]int64{}
	}
	a.ids[r.ID] = r.Seq
}

// there wants every acknowledged entry where it was said to be.
func (a *acknowledged) there(t *testing.T, b *ledger.Book) {
	t.Helper()
	if len(a.ids) == 0 {
		t.Fatal("nothing was acknowledged, so nothing was tested")
	}
	read(t, b, func(tx *store.Tx) error {
		for id, want := range a.ids {
			if seq, ok, err := ledger.SeqOf(tx, id); err != nil || !ok || seq != want {
				t.Fatalf("acknowledged entry %s as %d: %d, %v, %v", id, want, seq, ok, err)
			}
		}
		return nil
	})
}

// wantProblem wants an error that says what is wrong, in these words, and what to do.
func wantProblem(t *testing.T, err error, what string) {
	t.Helper()
	var p *store.Problem
	if !errors.As(err, &p) || !strings.Contains(err.Error(), what) || p.Do == "" {
		t.Fatalf("the error is %v, should say %q and what to do", err, what)
	}
}

// onDisk makes a closed toy book on a disk of its own.
func onDisk(t *testing.T, megabytes int) (*storetest.Disk, *opened) {
	t.Helper()
	disk := storetest.SmallDisk(t, megabytes)
	l, err := store.At(disk.Dir, disk.Dir)
	if err != nil {
		t.Fatal(err)
	}
	o := &opened{Place: &storetest.Place{Location: l, Book: "wells", Data: disk.Dir, Config: disk.Dir}}
	o.opts = ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: o.Folder()}
	db := o.Create(t)
	b := ledgertest.Create(t, db, o.opts, ledgertest.Toy())
	if err := errors.Join(b.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	return disk, o
}

func (o *opened) open(t *testing.T) *ledger.Book {
	t.Helper()
	b, err := ledger.Open(ctx, o.Open(t), ledger.NewRules(ledgertest.Toy()), o.opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// fill lets goroutines append until each is refused for want of room.
func fill(t *testing.T, b *ledger.Book, acked *acknowledged) {
	words := strings.Repeat("The well of the upper village is dry again. ", 40)
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := 0; ; i++ {
				d := ledgertest.Add(fmt.Sprint("c", g), 1)
				if i > 0 {
					d = ledgertest.Note(fmt.Sprint("c", g), "", words)
				}
				receipts, err := b.Append(ctx, d)
				if err != nil {
					var p *store.Problem
					if !errors.As(err, &p) || p.What != "the disk is full" || p.Do == "" {
						t.Errorf("the error is %v", err)
					}
					return
				}
				if receipts[0].Err != nil {
					t.Error(receipts[0].Err)
					return
				}
				acked.add(receipts[0])
			}
		})
	}
	group.Wait()
}

// TestTrialFullDisk fills a disk of 3 MB from several goroutines, 2 times, with KEPT_TRIAL=1 20 times. What was
// acknowledged is there while the disk is full; with more room the same process goes on; and if the process ends while
// the disk is full, the next one finds all of it.
func TestTrialFullDisk(t *testing.T) {
	for range storetest.Times(2, 20) {
		disk, o := onDisk(t, 3)
		b, acked := o.open(t), &acknowledged{}
		fill(t, b, acked)
		acked.there(t, b)
		read(t, b, func(tx *store.Tx) error { _, err := b.Check(tx, nil); return err })
		disk.Grow(6)
		acked.add(ledgertest.Append(t, b, ledgertest.Add("room", 1))[0])
		ledgertest.Check(t, b)
		acked.there(t, b)

		fill(t, b, acked)
		free := disk.Fill()
		err := b.Close() // it may have to write the checkpoint beside the book, or have done so before
		if err != nil {
			wantProblem(t, err, "the checkpoint outside the book cannot be written")
		}
		b.DB.Close()
		free()
		disk.Grow(20)
		b = o.open(t)
		ledgertest.Check(t, b)
		acked.there(t, b)
		ledgertest.Append(t, b, ledgertest.Add("room", 1))
		if err := errors.Join(b.Close(), b.DB.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTrialNoRoomBeside has no room for the checkpoint beside the book, which lies on another disk than the book. Entries
// are taken, but no checkpoint is shown that does not lie there, and the end of the process is not a good one.
func TestTrialNoRoomBeside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		disk := storetest.SmallDisk(t, 1)
		o := newClosed(t, e, 0)
		o.opts.Folder = disk.Dir
		b := o.open(t)
		free := disk.Fill()
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		_, err := b.Published(head(t, b))
		wantProblem(t, err, "the checkpoint outside the book cannot be written")
		read(t, b, func(tx *store.Tx) error { // nor is a proof, which holds one
			_, err := b.Prove(tx, head(t, b), 0)
			wantProblem(t, err, "the checkpoint outside the book cannot be written")
			return nil
		})
		free()
		c, err := b.Published(head(t, b))
		same(t, []any{c.Size, err}, []any{o.size + 1, nil})
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		free = disk.Fill()
		wantProblem(t, b.Close(), "the checkpoint outside the book cannot be written")
		if err := b.DB.Close(); err != nil {
			t.Fatal(err)
		}
		free()
		b = o.open(t)
		same(t, size(t, b), o.size+2)
		ledgertest.Check(t, b)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestTrialReadOnlyDisk makes the disk of an open book one that cannot be written, as a failing disk does by itself.
func TestTrialReadOnlyDisk(t *testing.T) {
	disk, o := onDisk(t, 4)
	b := o.open(t)
	ledgertest.Append(t, b, ledgertest.Add("wells", 1))
	if err := errors.Join(b.Close(), b.DB.Close()); err != nil {
		t.Fatal(err)
	}
	disk.ReadOnly()
	_, err := o.Location.Open(ctx, o.Book, true)
	wantProblem(t, err, "the folder of the book cannot be written")
	db, err := o.Location.Open(ctx, o.Book, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, err = ledger.OpenReadOnly(ctx, db, ledger.NewRules(ledgertest.Toy()), o.opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ledgertest.VerifyPublic(b), b.Close()); err != nil {
		t.Fatal(err)
	}
}
