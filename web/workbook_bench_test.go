package web_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// TestWorkbookTimes says how long the workbook of a large book takes, and how much memory, in a data folder with a simulated programme. It
// appends a review to it, so let it be a copy:
//
//	KEPT_BENCH_DATA=folder go test ./web -run TestWorkbookTimes -v -timeout 1h
func TestWorkbookTimes(t *testing.T) {
	b := ledgertest.Simulated(t, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), ledger.Options{Today: func() string { return today }, Rested: true})
	site := web.New(web.Options{})
	site.Serve("simulated", b, nil)
	if err := site.Prepare(t.Context(), "simulated"); err != nil {
		t.Fatal(err)
	}
	var draft ledger.Draft
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		row, _, err := programme.View.One(tx, int64(0))
		if err != nil {
			return err
		}
		next, err := review.NextNumber(tx)
		if err != nil {
			return err
		}
		d, err := review.Draft(&figures.At{Tx: tx, Size: head.Size, Day: head.Day, Memo: &figures.Memo{}}, review.Period{From: schedule.AddDays(head.Day, -61), To: schedule.AddDays(head.Day, -1)}, nil)
		if err != nil {
			return err
		}
		draft, err = review.Publish(row.Who, review.Publication{Number: next, Document: d}, ledger.DerivedSalt("bench"))
		t.Logf("%d entries, review %d", head.Size, next)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := b.Append(t.Context(), draft)
	if err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
	number := draft.Data.(review.Review).Number
	debug.FreeOSMemory()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	peak, done := make(chan uint64), make(chan struct{})
	go func() {
		var most uint64
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapInuse)
			}
		}
	}()
	begun := time.Now()
	rec := httptest.NewRecorder()
	site.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/simulated/reviews/"+strconv.FormatInt(number, 10)+".xlsx?lang=en", nil))
	took := time.Since(begun)
	close(done)
	if rec.Code != http.StatusOK {
		t.Fatalf("%d %s", rec.Code, rec.Body.String())
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	t.Logf("%v, %d bytes; memory in use %d MB before, %d MB at most, %d MB of the process", took, rec.Body.Len(), before.HeapInuse>>20, (<-peak)>>20, u.Maxrss>>10)
}
