package ledger_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialCrash kills, again and again, a process that appends, and opens the book after it. Every entry that the process
// had acknowledged is there, and the book is whole. It runs for 3 kills, with KEPT_TRIAL=1 for 100.
//
// Killing a process loses nothing that it had given to the system. That a commit also survives the loss of power is
// promised by synchronous=FULL and fsync, which the store asserts, and by a disk that does what it is told.
func TestTrialCrash(t *testing.T) {
	kills := storetest.Times(3, 100)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := e.Place(t)
		db := place.Create(t)
		opts := ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()}
		b := ledgertest.Create(t, db, opts, ledgertest.Toy())
		if b.Close() != nil || db.Close() != nil {
			t.Fatal("closing failed")
		}
		acked := map[string]bool{}
		for kill := range kills {
			for _, id := range runAndKill(t, place, time.Duration(50+rand.IntN(400))*time.Millisecond) {
				acked[id] = true
			}
			db := place.Open(t)
			b, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), opts)
			if err != nil {
				t.Fatalf("after kill %d: %v", kill+1, err)
			}
			if kill%10 == 0 || kill == kills-1 { // it takes the longer the larger the book is
				ledgertest.Check(t, b)
			}
			read(t, b, func(tx *store.Tx) error {
				for id := range acked {
					if _, ok, err := ledger.SeqOf(tx, id); err != nil || !ok {
						t.Fatalf("after kill %d: entry %s was acknowledged and is not there (%v)", kill+1, id, err)
					}
				}
				return nil
			})
			if b.Close() != nil || db.Close() != nil {
				t.Fatal("closing failed")
			}
		}
		if len(acked) == 0 {
			t.Fatal("nothing was acknowledged, so nothing was tested")
		}
		t.Logf("%d kills, %d entries acknowledged, all there", kills, len(acked))
	})
}

// runAndKill starts the process, kills it some time after its first acknowledgement, and returns what it acknowledged.
func runAndKill(t *testing.T, p *storetest.Place, after time.Duration) (ids []string) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestChildAppends$")
	cmd.Env = append(os.Environ(), "KEPT_CHILD_DATA="+p.Data, "KEPT_CHILD_CONFIG="+p.Config, "KEPT_CHILD_BOOK="+p.Book)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF { // what is cut off was not acknowledged
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		id, ok := strings.CutPrefix(strings.TrimSpace(line), "ack ")
		if !ok {
			t.Errorf("the process says %q", line)
			continue
		}
		if ids = append(ids, id); len(ids) == 1 {
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the process ended by itself")
	}
	return ids
}

// openInChild opens the toy book that another process made, in the process that this one started.
func openInChild(t *testing.T, data, config, name string) *ledger.Book {
	t.Helper()
	l, err := store.At(data, config)
	if err != nil {
		t.Fatal(err)
	}
	db, err := l.Open(ctx, name, true)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: l.Beside(name)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestChildAppends is the process that is killed.
func TestChildAppends(t *testing.T) {
	data := os.Getenv("KEPT_CHILD_DATA")
	if data == "" {
		t.Skip("only in the process that runAndKill starts")
	}
	b := openInChild(t, data, os.Getenv("KEPT_CHILD_CONFIG"), os.Getenv("KEPT_CHILD_BOOK"))
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := 0; ; i++ {
				d := ledgertest.Add(fmt.Sprint("c", g), 1)
				if i%5 == 4 {
					d = ledgertest.Note(fmt.Sprint("c", g), "", "words")
				}
				receipts, err := b.Append(ctx, d)
				if err != nil || receipts[0].Err != nil {
					t.Error(err, receipts[0].Err)
					return
				}
				os.Stdout.WriteString("ack " + receipts[0].ID + "\n")
			}
		})
	}
	group.Wait()
}
