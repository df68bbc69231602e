package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/demo"
	"kept/demo/reviews"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/spool"
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

const today = "2026-11-24"

// site is a served programme with its office.
type site struct {
	*web.Server
	book  *ledger.Book
	boxes *voice.Boxes // nil: this server takes no answers
	desk  *staff.Desk
	log   *bytes.Buffer

	accounts []staff.Account // of the example
	deskDB   store.DB
	dir      string
	spool    *spool.Spool
}

// shared is the example, written once for all tests that only read.
var shared = struct {
	once sync.Once
	site *site
	err  error
	dir  string
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.site != nil {
		shared.site.close()
	}
	os.RemoveAll(shared.dir)
	os.Exit(code)
}

// example is the example programme; a test must not write to it.
func example(t testing.TB) *site {
	t.Helper()
	shared.once.Do(func() {
		if shared.dir, shared.err = os.MkdirTemp("", "kept-web-test-"); shared.err == nil {
			shared.site, shared.err = write(shared.dir)
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.site
}

// write writes the example into a folder and serves it.
func write(dir string) (*site, error) {
	location, err := store.At(dir, dir)
	if err != nil {
		return nil, err
	}
	return writeAt(location, dir)
}

// writeAt writes the example into a place on either engine and serves it.
func writeAt(location *store.Location, dir string) (*site, error) {
	book, err := demo.Create(context.Background(), location, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), "", today, reviews.Of(today)...)
	if err != nil {
		return nil, err
	}
	return serveOffice(location, book, dir)
}

// serve serves a book that has no office.
func serve(book *ledger.Book) *site {
	s := &site{book: book, log: &bytes.Buffer{}}
	s.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test", Demo: true})
	s.Serve(demo.Name, book, nil)
	return s
}

// serveOffice serves a book of the example with its office.
func serveOffice(location *store.Location, book *ledger.Book, dir string) (*site, error) {
	ctx := context.Background()
	s := &site{book: book, log: &bytes.Buffer{}, dir: dir}
	var err error
	if s.deskDB, err = location.Server(ctx); err != nil {
		return nil, err
	}
	if s.desk, err = staff.Open(ctx, s.deskDB, time.Now); err != nil {
		return nil, err
	}
	if s.accounts, err = demo.Staff(ctx, s.desk); err != nil {
		return nil, err
	}
	s.spool = spool.New(location.Beside, time.Now)
	if err := demo.Waiting(s.spool, today); err != nil {
		return nil, err
	}
	s.again(web.Options{})
	return s, nil
}

// again makes a new server on what is there, as after a restart.
func (s *site) again(o web.Options) {
	o.Log, o.Version, o.Demo, o.Desk = slog.New(slog.NewTextHandler(s.log, nil)), "test", true, s.desk
	o.Spool = s.spool
	for _, a := range s.accounts {
		for _, g := range a.Grants {
			o.Guests = append(o.Guests, web.Guest{Programme: g.Programme, Account: a.ID, Role: g.Role})
		}
	}
	s.Server = web.New(o)
	s.Serve(demo.Name, s.book, s.boxes)
}

func (s *site) close() {
	s.book.Close()
	s.book.DB.Close()
	s.deskDB.Close()
}

// ownExample is a copy of the example, for a test that writes to it.
func ownExample(t *testing.T) *site {
	t.Helper()
	return exampleOn(t, func() string { return today })
}

// exampleOn is such a copy on a day that may go on.
func exampleOn(t *testing.T, today func() string) *site {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example(t).dir)); err != nil {
		t.Fatal(err)
	}
	location, err := store.At(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Open(t.Context(), demo.Name, true)
	if err != nil {
		t.Fatal(err)
	}
	rules := ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject)
	book, err := ledger.Open(t.Context(), db, rules, ledger.Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	s, err := serveOffice(location, book, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// get asks for an address, with headers as name, value pairs.
func (s *site) get(address string, headers ...string) *httptest.ResponseRecorder {
	return s.ask(http.MethodGet, address, headers...)
}

func (s *site) ask(method, address string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	return rec
}

// column reads one column of a query as texts.
func (s *site) column(t testing.TB, query string, args ...any) (out []string) {
	t.Helper()
	err := s.book.DB.Read(context.Background(), func(tx *store.Tx) error {
		var x any
		return tx.Each([]any{&x}, func() error { out = append(out, fmt.Sprint(x)); return nil }, query, args...)
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%s gives %d rows: %v", query, len(out), err)
	}
	return out
}

// at is an address inside the example.
func at(path string) string { return "/" + demo.Name + "/" + strings.TrimPrefix(path, "/") }
