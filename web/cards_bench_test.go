package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"kept/voice"
)

// tray takes what is printed, and looks from time to time how much memory is in use.
type tray struct {
	head   http.Header
	status int
	bytes  int64
	cards  int
	next   int64
	top    uint64
	first  time.Time
}

func (w *tray) Header() http.Header    { return w.head }
func (w *tray) WriteHeader(status int) { w.status = status }
func (w *tray) Flush()                 {}

func (w *tray) Write(p []byte) (int, error) {
	if w.bytes == 0 {
		w.first = time.Now()
	}
	if w.bytes += int64(len(p)); w.bytes > w.next {
		w.next = w.bytes + 64<<20
		w.top = max(w.top, heapNow())
	}
	w.cards += strings.Count(string(p), `<article class="card`)
	return len(p), nil
}

func heapNow() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkCards streams the sheets of 1,000 villages of 200 cards through the page, 400 villages a round, and deals as many cards
// alone, without any page, in the same run. It reports the most memory that was in use above what was before.
func BenchmarkCards(b *testing.B) {
	const villages, each = 1000, 200
	for b.Loop() {
		alone := dealAlone(b, villages, each)
		s, rounds, _ := asking(b, villages, voice.LevelVillage)
		c := s.as(b, "reviewer")
		before := heapNow()
		w := &tray{}
		start, begun := time.Now(), time.Duration(0)
		for i, id := range rounds {
			typed := url.Values{"do": {"make"}}
			for n := range min(400, villages-400*i) {
				typed.Set(fmt.Sprintf("households.%d", n), fmt.Sprint(each))
				typed.Set(fmt.Sprintf("spares.%d", n), "0")
				typed.Set(fmt.Sprintf("made.%d", n), "none")
			}
			r := newForm(cardsAt(id, "en"), typed)
			for _, cookie := range c.cookies {
				r.AddCookie(cookie)
			}
			w.head = http.Header{}
			asked := time.Now()
			s.ServeHTTP(w, r)
			if i == 0 {
				begun = w.first.Sub(asked)
			}
		}
		took := time.Since(start)
		if w.status != 200 || w.cards != villages*each {
			b.Fatal(w.status, w.cards)
		}
		b.ReportMetric(took.Seconds(), "s/1000-villages")
		b.ReportMetric(took.Seconds()/alone.Seconds(), "of-dealing-alone")
		b.ReportMetric(float64(w.top-min(w.top, before))/1e6, "MB-more")
		b.ReportMetric(float64(w.top)/1e6, "MB-heap")
		b.ReportMetric(float64(w.bytes)/1e6, "MB-printed")
		b.ReportMetric(float64(begun.Milliseconds()), "ms-first-byte")
	}
}

// dealAlone makes as many cards and writes nothing but their codes.
func dealAlone(b *testing.B, villages, each int) time.Duration {
	s, rounds, _ := asking(b, villages, voice.LevelVillage)
	start, n := time.Now(), 0
	for i, id := range rounds {
		var sheets []voice.Sheet
		for v := range min(400, villages-400*i) {
			sheets = append(sheets, voice.Sheet{Village: fmt.Sprintf("v.%04d", 400*i+v), Households: each})
		}
		for card, err := range s.boxes.Deal(b.Context(), s.book.DB, "org:"+farmers, id, sheets) {
			if err != nil {
				b.Fatal(err)
			}
			fmt.Fprintln(io.Discard, card.Village, card.Code.Groups())
			n++
		}
	}
	if n != villages*each {
		b.Fatal(n)
	}
	return time.Since(start)
}
