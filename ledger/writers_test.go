package ledger_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialLockRemoved removes, by hand, the lock of a SQLite book that another process is writing, and writes it too: 40
// entries, with KEPT_TRIAL=1 2000. The transactions of the two take turns, since SQLite has locks of its own; nothing that
// either acknowledged is lost.
func TestTrialLockRemoved(t *testing.T) {
	o := newClosed(t, storetest.Engines()[0], 0)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestChildAppends$")
	cmd.Env = append(os.Environ(), "KEPT_CHILD_DATA="+o.Data, "KEPT_CHILD_CONFIG="+o.Config, "KEPT_CHILD_BOOK="+o.Book)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun, theirs := make(chan struct{}), map[string]bool{}
	var group sync.WaitGroup
	group.Go(func() {
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil { // what is cut off was not acknowledged
				return
			}
			if id, ok := strings.CutPrefix(strings.TrimSpace(line), "ack "); ok {
				if theirs[id] = true; len(theirs) == 1 {
					close(begun)
				}
			}
		}
	})
	<-begun
	_, err = o.Location.Open(ctx, o.Book, true)
	wantProblem(t, err, "another process is writing the book")
	if err := os.Remove(filepath.Join(o.Folder(), "lock")); err != nil {
		t.Fatal(err)
	}
	b, acked := o.open(t), &acknowledged{}
	for range storetest.Times(40, 2000) {
		receipts, err := b.Append(ctx, ledgertest.Add("ours", 1))
		if err != nil { // it may wait too long for its turn, and says so
			wantProblem(t, err, "another process is writing the book")
			continue
		}
		acked.add(receipts[0])
	}
	cmd.Process.Kill()
	group.Wait()
	cmd.Wait()
	ledgertest.Check(t, b)
	acked.there(t, b)
	read(t, b, func(tx *store.Tx) error {
		for id := range theirs {
			if _, ok, err := ledger.SeqOf(tx, id); err != nil || !ok {
				t.Fatalf("entry %s was acknowledged by the other process and is not there (%v)", id, err)
			}
		}
		return nil
	})
	row, _ := counter(t, b, "ours")
	same(t, row.Total, int64(len(acked.ids)))
	t.Logf("%d entries acknowledged here, %d there, all in the book", len(acked.ids), len(theirs))
	if err := errors.Join(b.Close(), b.DB.Close()); err != nil {
		t.Fatal(err)
	}
}
