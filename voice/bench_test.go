package voice

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/store/storetest"
)

// large is a book with rounds in so many villages, 400 a round, that are open. Each village is asked about two promises.
func large(b testing.TB, villages int) (*book, []Round, []string) {
	book := newBook(b, storetest.Engines()[0].New(b))
	var drafts []ledger.Draft
	var rounds []Round
	for i := range villages {
		code := fmt.Sprintf("v%04d", i)
		if i%maxVillages == 0 {
			d := book.proposal()
			d.Promises = []About{book.promise("valley"), book.promise("valley")}
			d.Villages = nil
			rounds = append(rounds, d)
		}
		d := &rounds[len(rounds)-1]
		d.Villages = append(d.Villages, code)
		drafts = append(drafts, ledger.Draft{Kind: programme.KindPlace, Who: "org:office",
			Data: programme.Place{Code: code, Parent: "north", Level: "village", Name: en("village")}})
	}
	ledgertest.Append(b, book.Book, drafts...)
	var ids []string
	for _, d := range rounds {
		id := book.add(Propose("org:office", d))
		book.add(Take("org:league", id, taking))
		ids = append(ids, id)
	}
	book.clock.Set(rounds[0].Opens)
	book.tend()
	return book, rounds, ids
}

// dealAll makes cards for all villages, and writes them as they come.
func dealAll(b testing.TB, book *book, rounds []Round, ids []string, cards int, each func(Card)) {
	b.Helper()
	for i, d := range rounds {
		var sheets []Sheet
		for _, v := range d.Villages {
			sheets = append(sheets, Sheet{v, cards, 0})
		}
		for card, err := range book.boxes.Deal(b.Context(), book.DB, "org:league", ids[i], sheets) {
			if err != nil {
				b.Fatal(err)
			}
			each(card)
		}
	}
	book.tend()
}

// BenchmarkDeal makes the cards of 1,000 villages of 200 and writes them as they come. It reports the memory in use at its highest.
func BenchmarkDeal(b *testing.B) {
	for b.Loop() {
		book, rounds, ids := large(b, 1000)
		start := time.Now()
		n, top, before := 0, uint64(0), heap()
		dealAll(b, book, rounds, ids, 200, func(c Card) {
			fmt.Fprintln(io.Discard, c.Village, c.Code.Groups())
			if n++; n%20_000 == 0 {
				top = max(top, heap())
			}
		})
		if n != 200_000 {
			b.Fatal(n)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/1000-villages")
		b.ReportMetric(float64(top-min(top, before))/1e6, "MB-more")
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkReceive lets cards of 1,000 villages be used by as many people at once as there are places in the room, each answer on disk
// before it is acknowledged.
func BenchmarkReceive(b *testing.B) {
	book, rounds, ids := large(b, 1000)
	var codes []Code
	dealAll(b, book, rounds, ids, 20, func(c Card) { codes = append(codes, c.Code) })
	rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	var took []time.Duration
	for b.Loop() {
		const people, each = 200, 20
		took = took[:0]
		start := time.Now()
		var group sync.WaitGroup
		var mu sync.Mutex
		var next atomic.Int64
		for range people {
			group.Go(func() {
				for range each {
					begin := time.Now()
					i := next.Add(1) - 1
					if outcome, err := book.boxes.Receive(context.Background(), codes[i], Ballot(int(i%4), Kept)); err != nil || outcome == Unknown {
						b.Error(outcome, err)
					}
					mu.Lock()
					took = append(took, time.Since(begin))
					mu.Unlock()
				}
			})
		}
		group.Wait()
		seconds := time.Since(start).Seconds()
		codes = codes[people*each:]
		slices.Sort(took)
		b.ReportMetric(people*each/seconds, "answers/s")
		b.ReportMetric(float64(took[len(took)*95/100].Milliseconds()), "ms-p95")
		if len(codes) < people*each {
			break
		}
	}
}

// BenchmarkClose closes the rounds of 1,000 villages of 200 cards: results into the book, boxes and keys destroyed.
func BenchmarkClose(b *testing.B) {
	for b.Loop() {
		book, rounds, ids := large(b, 1000)
		dealAll(b, book, rounds, ids, 200, func(Card) {})
		book.clock.Set(rounds[0].Closes)
		start := time.Now()
		if closed := book.tend(); len(closed) != len(rounds) {
			b.Fatal(closed)
		}
		b.ReportMetric(time.Since(start).Seconds(), "s/1000-villages")
		if left := files(b, book.folders.Boxes, book.folders.Keys); len(left) != 1 {
			b.Fatal(slices.Collect(maps.Keys(left))[:1])
		}
	}
}

// BenchmarkRead computes what every village says of every promise.
func BenchmarkRead(b *testing.B) {
	book, rounds, _ := large(b, 400)
	book.clock.Set(rounds[0].Closes)
	book.tend()
	about := rounds[0].Promises[0].Seq
	for b.Loop() {
		if s := book.says(About{Seq: about}, "v0001"); s.Says != promise.NotAsked {
			b.Fatal(s)
		}
	}
}
