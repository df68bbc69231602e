package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialSeveralProcesses lets two processes append to one book on PostgreSQL, kills one in the middle and lets the other
// go on. There is one order: what either was told stands where it was told, once, and no reader in any of the three
// processes sees a state between two transactions. It runs for 2 kills, with KEPT_TRIAL=1 for 50.
func TestTrialSeveralProcesses(t *testing.T) {
	rounds := 2
	if os.Getenv("KEPT_TRIAL") != "" {
		rounds = 50
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		if e.Kind != store.PostgreSQL {
			t.Skip("on SQLite one process writes")
		}
		place := e.Place(t)
		db := place.Create(t)
		opts := ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()}
		b := ledgertest.Create(t, db, opts, ledgertest.Toy())
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		looking, err := ledger.OpenReadOnly(ctx, db, ledger.NewRules(ledgertest.Toy()), ledger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]string{} // place in the book to the entry that was acknowledged there
		for round := range rounds {
			one, two := startSharer(t, place), startSharer(t, place)
			end := time.Now().Add(time.Duration(100+rand.IntN(400)) * time.Millisecond)
			for w := new(watcher); time.Now().Before(end) || one.count() < 20 || two.count() < 20; {
				if err := w.look(looking); err != nil {
					t.Fatal(err)
				}
				if time.Since(end) > time.Minute {
					t.Fatal("the processes do not get on")
				}
			}
			if err := one.cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			one.wait()
			before := two.count()
			for w := new(watcher); two.count() < before+20; {
				if err := w.look(looking); err != nil {
					t.Fatal(err)
				}
				if time.Since(end) > time.Minute {
					t.Fatal("the process that is left does not go on")
				}
			}
			two.stop()
			for _, p := range []*sharer{one, two} {
				for _, ack := range p.acks {
					seq, id, _ := strings.Cut(ack, " ")
					if told[seq] != "" {
						t.Errorf("round %d: %s and %s were both acknowledged as number %s", round+1, told[seq], id, seq)
					}
					told[seq] = id
				}
			}
		}
		again, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), opts)
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Check(t, again)
		read(t, again, func(tx *store.Tx) error {
			for seq, id := range told {
				if is, ok, err := ledger.SeqOf(tx, id); err != nil || !ok || fmt.Sprint(is) != seq {
					t.Errorf("entry %s was acknowledged as number %s; it stands at %d, %v, %v", id, seq, is, ok, err)
				}
			}
			return nil
		})
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		t.Logf("%d kills, %d entries acknowledged, all there", rounds, len(told))
	})
}

// TestOpenWhileAnotherAppends opens a book at the very moment at which another process appends to it and keeps its checkpoint:
// the state that is then looked at is older than the checkpoint beside it.
func TestOpenWhileAnotherAppends(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := e.Place(t)
		db := place.Create(t)
		opts := ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()}
		another := ledgertest.Create(t, db, opts, ledgertest.Toy())
		ledgertest.Append(t, another, ledgertest.Add("wells", 1))
		between := interrupted{db, func() {
			ledgertest.Append(t, another, ledgertest.Add("wells", 1))
			if _, err := another.Published(head(t, another)); err != nil {
				t.Error(err)
			}
		}}
		b, err := ledger.OpenReadOnly(ctx, between, another.Rules, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
}

// interrupted is a database in which something happens just after a reader's state is fixed.
type interrupted struct {
	store.DB
	then func()
}

func (db interrupted) Read(ctx context.Context, f func(*store.Tx) error) error {
	return db.DB.Read(ctx, func(tx *store.Tx) error {
		if _, err := ledger.ReadHead(tx); err != nil {
			return err
		}
		db.then()
		return f(tx)
	})
}

// sharer is a process that appends to a book together with others.
type sharer struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.Closer // closed: it is asked to end
	ended chan struct{}

	mu   sync.Mutex
	acks []string // place and id
}

func startSharer(t *testing.T, p *storetest.Place) *sharer {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &sharer{t: t, cmd: exec.Command(binary, "-test.run=^TestChildShares$"), ended: make(chan struct{})}
	s.cmd.Env = append(os.Environ(), "KEPT_SHARER_DATA="+p.Data, "KEPT_SHARER_CONFIG="+p.Config, "KEPT_SHARER_BOOK="+p.Book)
	s.cmd.Stderr = os.Stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.listen(out)
	t.Cleanup(func() { s.cmd.Process.Kill() }) // a test that failed has left it
	return s
}

func (s *sharer) listen(out io.Reader) {
	defer close(s.ended)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // what is cut off was not acknowledged
			return
		}
		if ack, ok := strings.CutPrefix(strings.TrimSpace(line), "ack "); ok {
			s.mu.Lock()
			s.acks = append(s.acks, ack)
			s.mu.Unlock()
		} else if line != "PASS\n" {
			s.t.Errorf("a process says %q", line)
		}
	}
}

func (s *sharer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acks)
}

func (s *sharer) wait() error {
	<-s.ended
	return s.cmd.Wait()
}

// stop asks the process to end and wants a good end.
func (s *sharer) stop() {
	s.t.Helper()
	s.in.Close()
	if err := s.wait(); err != nil {
		s.t.Errorf("a process ended badly: %v", err)
	}
}

// watcher is one reader: what it sees never goes back.
type watcher struct{ size int64 }

// look reads one state and sees that it is whole. Sharers append an "add" of 1 and a "note" together, so that the sum of the
// counters, the number of notes and half the number of entries are the same at the end of every transaction.
func (w *watcher) look(b *ledger.Book) error {
	return b.DB.Read(ctx, func(tx *store.Tx) error {
		h, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		if _, err := b.Published(h); err != nil {
			return err
		}
		var entries, sum, notes int64
		for _, q := range []struct {
			into  *int64
			query string
		}{
			{&entries, "SELECT COUNT(*) FROM entry"},
			{&sum, "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM toy_counter"},
			{&notes, "SELECT COUNT(*) FROM toy_note"},
		} {
			if _, err := tx.One([]any{q.into}, q.query); err != nil {
				return err
			}
		}
		c, err := ledger.OpenCheckpoint(h.Note, b.Key.Verifier)
		if err != nil {
			return err
		}
		root, err := ledger.RootAt(tx, entries)
		if err != nil {
			return err
		}
		if h.Size != entries || c.Size != entries || c.Root != root || sum != notes || entries > 0 && sum*2+1 != entries || entries < w.size {
			return fmt.Errorf("a reader saw %d entries after %d, a head of %d, a checkpoint of %d and %s, the root %s, a sum of %d, %d notes",
				entries, w.size, h.Size, c.Size, c.Root, root, sum, notes)
		}
		w.size = entries
		return nil
	})
}

// TestChildShares is the process that shares a book: eight callers append, two read, until its input ends.
func TestChildShares(t *testing.T) {
	data := os.Getenv("KEPT_SHARER_DATA")
	if data == "" {
		t.Skip("only in the processes of TestTrialSeveralProcesses")
	}
	b := openInChild(t, data, os.Getenv("KEPT_SHARER_CONFIG"), os.Getenv("KEPT_SHARER_BOOK"))
	var ending atomic.Bool
	go func() {
		io.Copy(io.Discard, os.Stdin)
		ending.Store(true)
	}()
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			last := int64(0)
			for !ending.Load() {
				counter := fmt.Sprint("c", g)
				receipts, err := b.Append(ctx, ledgertest.Add(counter, 1), ledgertest.Note(counter, "", "words"))
				if err != nil || receipts[0].Err != nil || receipts[1].Err != nil {
					t.Error(err, receipts)
					return
				}
				one, two := receipts[0], receipts[1]
				if one.Seq <= last || two.Seq != one.Seq+1 {
					t.Errorf("after %d come %d and %d", last, one.Seq, two.Seq)
				}
				last = two.Seq
				fmt.Fprintf(os.Stdout, "ack %d %s\nack %d %s\n", one.Seq, one.ID, two.Seq, two.ID)
			}
		})
	}
	for range 2 {
		group.Go(func() {
			for w := new(watcher); !ending.Load(); time.Sleep(2 * time.Millisecond) {
				if err := w.look(b); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := b.DB.Close(); err != nil {
		t.Error(err)
	}
}
