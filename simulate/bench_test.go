package simulate_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"kept/ledger"
	"kept/simulate"
	"kept/store/storetest"
)

// TestRate says how many entries a second are appended in large batches, and how much memory that took. It is for people:
//
//	KEPT_BENCH=1 go test ./simulate -run TestRate -v -cpuprofile cpu.out
func TestRate(t *testing.T) {
	if os.Getenv("KEPT_BENCH") == "" {
		t.Skip("a benchmark; KEPT_BENCH=1 runs it")
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := simulate.Options{Name: "sim", Villages: 300, Promises: 6000, Reports: 58_000, Seed: 1, Today: "2026-11-23"}
		k := create(t, e, o)
		var last time.Time
		var most uint64
		o.Progress = func(done, total int64) {
			if time.Since(last) > time.Second {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				last, most = time.Now(), max(most, m.HeapInuse)
			}
		}
		start := time.Now()
		k.write(o)
		took := time.Since(start)
		n := k.head().Size
		t.Logf("%s: %d entries in %v, %.0f a second, heap at most %d MB", e.Name, n, took, float64(n)/took.Seconds(), most>>20)
	})
}

// TestDraftRate measures the making of entries alone.
func TestDraftRate(t *testing.T) {
	if os.Getenv("KEPT_BENCH") == "" {
		t.Skip("a benchmark; KEPT_BENCH=1 runs it")
	}
	o := simulate.Options{Name: "sim", Villages: 300, Promises: 6000, Reports: 58_000, Seed: 1, Today: "2026-11-23"}
	start := time.Now()
	n := 0
	if err := simulate.Drafts(o, func(ledger.Draft, string) { n++ }); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d drafts in %v, %.0f a second", n, time.Since(start), float64(n)/time.Since(start).Seconds())
}
