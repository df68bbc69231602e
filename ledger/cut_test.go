package ledger_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// proxy stands between a book and its PostgreSQL, understands as much of what they say as it must to know a COMMIT and the
// answer to it, and cuts the line before one or the other when it is told to.
type proxy struct {
	net.Listener
	server  string
	cut     atomic.Int32 // cutAnswer or cutCommit; 0 after it has been done
	cutting atomic.Int64 // how often it was done
	lines   sync.WaitGroup
}

const (
	cutAnswer = 1 + iota // after the server has committed
	cutCommit            // before the server knows
)

func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l, server: server}
	p.lines.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", server)
			if err != nil {
				c.Close()
				continue
			}
			hang := func() { c.Close(); s.Close() }
			p.lines.Go(func() { p.forth(c, s); hang() })
			p.lines.Go(func() { p.back(s, c); hang() })
		}
	})
	t.Cleanup(func() { l.Close(); p.lines.Wait() })
	return p
}

// do cuts, if this is what is to be cut next.
func (p *proxy) do(what int32) bool {
	if !p.cut.CompareAndSwap(what, 0) {
		return false
	}
	p.cutting.Add(1)
	return true
}

// forth carries what the client says. Its first message has no type.
func (p *proxy) forth(client, server net.Conn) {
	commits := map[string]bool{} // the names of prepared statements that are COMMIT
	for first := true; ; first = false {
		kind, body, whole, err := message(client, first)
		if err != nil {
			return
		}
		name, rest, _ := strings.Cut(string(body), "\x00")
		commit := false
		switch kind {
		case 'P': // Parse: name, statement
			statement, _, _ := strings.Cut(rest, "\x00")
			commits[name] = statement == "COMMIT"
		case 'B': // Bind: portal, name
			statement, _, _ := strings.Cut(rest, "\x00")
			commit = commits[statement]
		case 'Q': // Query
			commit = strings.HasPrefix(name, "COMMIT")
		}
		if commit && p.do(cutCommit) {
			return
		}
		if _, err := server.Write(whole); err != nil {
			return
		}
	}
}

// back carries what the server says.
func (p *proxy) back(server, client net.Conn) {
	for {
		kind, body, whole, err := message(server, false)
		if err != nil || kind == 'C' && string(body) == "COMMIT\x00" && p.do(cutAnswer) {
			return
		}
		if _, err := client.Write(whole); err != nil {
			return
		}
	}
}

func message(c net.Conn, untyped bool) (kind byte, body, whole []byte, err error) {
	head := make([]byte, 5)
	if untyped {
		head = head[:4]
	}
	if _, err = io.ReadFull(c, head); err != nil {
		return 0, nil, nil, err
	}
	n := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
	if n < 0 || n > 1<<26 {
		return 0, nil, nil, errors.New("not a message")
	}
	body = make([]byte, n)
	if _, err = io.ReadFull(c, body); err != nil {
		return 0, nil, nil, err
	}
	if !untyped {
		kind = head[0]
	}
	return kind, body, append(head, body...), nil
}

// TestTrialCutLine cuts the line to PostgreSQL between COMMIT and its answer, or just before COMMIT, 10 times, with
// KEPT_TRIAL=1 300 times, while goroutines append. Each of them is told that its entry is in the book, and it is, once:
// the transaction is tried again and finds out what had happened.
func TestTrialCutLine(t *testing.T) {
	const goroutines = 4
	engines := storetest.Engines()
	if len(engines) < 2 {
		storetest.NoPostgres(t)
	}
	place := engines[1].Place(t)
	db := place.Create(t)
	opts := ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()}
	if err := errors.Join(ledgertest.Create(t, db, opts, ledgertest.Toy()).Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(place.Data)
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, address.Host)
	address.Host = p.Addr().String()
	l, err := store.At(address.String(), place.Config)
	if err != nil {
		t.Fatal(err)
	}
	db, err = l.Open(ctx, place.Book, true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // before the proxy, which waits for its lines to end
	b, err := ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	acked := &acknowledged{}
	times := storetest.Times(10, 300)
	for i := range times {
		p.cut.Store(int32(cutAnswer + i%2))
		var group sync.WaitGroup
		for g := range goroutines {
			group.Go(func() {
				receipts, err := b.Append(ctx, ledgertest.Add(fmt.Sprint("c", g), 1))
				if err != nil || receipts[0].Err != nil || receipts[0].Duplicate {
					t.Errorf("cut %d: %v, %v", i, err, receipts)
					return
				}
				acked.add(receipts[0])
			})
		}
		group.Wait()
	}
	same(t, p.cutting.Load(), int64(times))
	same(t, len(acked.ids), goroutines*times)
	same(t, size(t, b), int64(1+goroutines*times))
	acked.there(t, b)
	ledgertest.Check(t, b)
	for g := range goroutines {
		row, _ := counter(t, b, fmt.Sprint("c", g))
		same(t, row.Total, int64(times))
	}
}
