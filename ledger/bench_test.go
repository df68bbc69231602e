package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// report is what a benchmark appends: an entry of about 450 bytes that changes one row and makes another.
type report struct {
	Village string `json:"village"`
	Task    string `json:"task"`
	Promise int64  `json:"promise"`
	Reading string `json:"reading"`
	Unit    string `json:"unit"`
	Text    string `json:"text"`
}

type villageRow struct {
	Village string `col:"village" is:"its code"`
	Reports int64  `col:"reports" is:"how many there were"`
	Last    int64  `col:"last" is:"the newest"`
}

type reportRow struct {
	Village string `col:"village" is:"its code"`
	Seq     int64  `col:"seq" is:"the entry"`
	Day     string `col:"day" is:"its day"`
	Reading string `col:"reading" is:"what was counted"`
}

func benchSubject() *ledger.Subject {
	villages := ledger.NewView[villageRow]("bench_village", []string{"village"})
	reports := ledger.NewView[reportRow]("bench_report", []string{"seq"})
	return &ledger.Subject{Name: "bench", Views: ledger.Views(villages, reports), Kinds: []*ledger.Kind{
		ledger.KindOf("report",
			func(n *ledger.Need, e *ledger.Entry, d *report) { villages.Need(n, d.Village) },
			func(r *ledger.Rows, e *ledger.Entry, d *report) error {
				v, _ := villages.Get(r, d.Village)
				villages.Put(r, villageRow{d.Village, v.Reports + 1, e.Seq})
				reports.Put(r, reportRow{d.Village, e.Seq, e.Day, d.Reading})
				return nil
			}),
	}}
}

// benchVillages is how many rows the entries of a benchmark change in turn.
const benchVillages = 1000

func benchDraft(i int64) ledger.Draft {
	return ledger.Draft{Kind: "report", Who: "team:ZH-07", Day: "2026-03-02", Data: report{
		Village: fmt.Sprintf("CN65310%04d", i*7919%benchVillages), Task: "public-works", Promise: i % 5000, Reading: "17.5", Unit: "km",
		Text: ledger.NewID() + strings.Repeat("0123456789abcdef", 11)}}
}

// benchBook is a book in which every row to be changed is there.
func benchBook(t testing.TB, e storetest.Engine) *ledger.Book {
	place := e.Place(t)
	b := ledgertest.Create(t, place.Create(t), ledger.Options{Folder: place.Folder()}, benchSubject())
	var drafts []ledger.Draft
	for i := range int64(benchVillages) {
		drafts = append(drafts, benchDraft(i))
	}
	ledgertest.Append(t, b, drafts...)
	return b
}

// appendWith lets callers append one entry at a time until n are in the book.
func appendWith(t testing.TB, b *ledger.Book, callers int, n int64) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			for i := next.Add(1); i <= n; i = next.Add(1) {
				receipts, err := b.Append(context.Background(), benchDraft(i))
				if err != nil || receipts[0].Err != nil {
					t.Errorf("%v, %v", err, receipts)
					return
				}
			}
		})
	}
	group.Wait()
}

// bare is the database without the ledger: one table of entries, with the same promise of durability.
type bare struct {
	pool     *sql.DB
	postgres bool
	seq      int64
}

func newBare(t testing.TB, e storetest.Engine) *bare {
	place := e.Place(t)
	db := place.Create(t)
	b := &bare{postgres: e.Kind == store.PostgreSQL}
	ddl := "CREATE TABLE bare (seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL) STRICT"
	var err error
	if b.postgres {
		ddl = "CREATE TABLE bare (seq BIGINT PRIMARY KEY, id BYTEA NOT NULL UNIQUE, body BYTEA NOT NULL)"
		b.pool, err = sql.Open("pgx", place.Data+"&search_path=kept_"+place.Book)
	} else {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		query := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-8000)"}}
		b.pool, err = sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "bare.db")+"?"+query.Encode())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.pool.Close() })
	b.pool.SetMaxOpenConns(1)
	if _, err := b.pool.Exec(ddl); err != nil {
		t.Fatal(err)
	}
	return b
}

// insert adds n rows in transactions of the given size, in the fastest way each database has for prepared inserts.
func (b *bare) insert(t testing.TB, n, batch int64) {
	for ; n > 0; n -= batch {
		if err := b.transaction(min(n, batch)); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bare) transaction(n int64) error {
	var seqs []int64
	var ids, bodies [][]byte
	for range n {
		id := ledger.NewID()
		seqs, ids = append(seqs, b.seq), append(ids, []byte(id)[:16])
		bodies = append(bodies, []byte(id+strings.Repeat("x", 420)))
		b.seq++
	}
	tx, err := b.pool.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if b.postgres {
		if _, err := tx.Exec("INSERT INTO bare SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])", seqs, ids, bodies); err != nil {
			return err
		}
		return tx.Commit()
	}
	stmt, err := tx.Prepare("INSERT INTO bare VALUES ($1, $2, $3)")
	if err != nil {
		return err
	}
	for i := range seqs {
		if _, err := stmt.Exec(seqs[i], ids[i], bodies[i]); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// ownCPU is the time for which this process has worked so far. It tells more than the clock on a machine that does other
// things too; the work of a PostgreSQL server is not in it.
func ownCPU(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var benchCallers = []int{1, 8, 64, 512}

func BenchmarkAppend(b *testing.B) {
	for _, e := range storetest.Engines() {
		for _, callers := range benchCallers {
			b.Run(fmt.Sprintf("%s/callers=%d", strings.ToLower(e.Name), callers), func(b *testing.B) {
				book := benchBook(b, e)
				b.ResetTimer()
				appendWith(b, book, callers, int64(b.N))
				b.StopTimer() // before the book is closed and removed
			})
		}
	}
}

func BenchmarkBare(b *testing.B) {
	for _, e := range storetest.Engines() {
		for _, batch := range []int64{1, 5000} {
			b.Run(fmt.Sprintf("%s/batch=%d", strings.ToLower(e.Name), batch), func(b *testing.B) {
				bare := newBare(b, e)
				b.ResetTimer()
				bare.insert(b, int64(b.N), batch)
				b.StopTimer()
			})
		}
	}
}

// TestRatios compares appending with the bare database. Disks change their speed by the minute, so the sides take turns,
// and medians are compared. It is for people: KEPT_BENCH=1 go test ./ledger -run TestRatios -v
func TestRatios(t *testing.T) {
	if os.Getenv("KEPT_BENCH") == "" {
		t.Skip("a benchmark; KEPT_BENCH=1 runs it")
	}
	const rounds = 5
	const benchFilled = 100_000 // entries that are there before: a book that is in use
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		measured, worked := map[string][]float64{}, map[string][]float64{}
		side := func(name string, n int64, f func()) {
			start, cpu := time.Now(), ownCPU(t)
			f()
			measured[name] = append(measured[name], float64(n)/time.Since(start).Seconds())
			worked[name] = append(worked[name], float64((ownCPU(t)-cpu).Microseconds())/float64(n))
		}
		bare, book := newBare(t, e), benchBook(t, e)
		bare.insert(t, benchFilled, 5000)
		for i := int64(0); i < benchFilled; i += 4000 {
			var drafts []ledger.Draft
			for j := range int64(4000) {
				drafts = append(drafts, benchDraft(i+j))
			}
			ledgertest.Append(t, book, drafts...)
		}
		for range rounds {
			side("bare 1", 2000, func() { bare.insert(t, 2000, 1) })
			side("append 1", 2000, func() { appendWith(t, book, 1, 2000) })
			for _, callers := range benchCallers[1:] {
				n := int64(min(1000*callers, 30000))
				side("bare 5000", 20000, func() { bare.insert(t, 20000, 5000) })
				side(fmt.Sprint("append ", callers), n, func() { appendWith(t, book, callers, n) })
			}
		}
		of := func(values []float64) (low, median, high float64) {
			m := slices.Sorted(slices.Values(values))
			return m[0], m[len(m)/2], m[len(m)-1]
		}
		t.Logf("%s: entries a second, median [lowest-highest], share of bare, and this process's work in microseconds an entry", e.Name)
		line := func(name, against string) {
			low, median, high := of(measured[name])
			_, base, _ := of(measured[against])
			_, work, _ := of(worked[name])
			t.Logf("| %-10s | %6.0f [%6.0f-%6.0f] | %.2f of %-9s | %4.0f us |", name, median, low, high, median/base, against, work)
		}
		line("bare 1", "bare 1")
		line("bare 5000", "bare 5000")
		line("append 1", "bare 1")
		for _, callers := range benchCallers[1:] {
			line(fmt.Sprint("append ", callers), "bare 5000")
		}
	})
}
