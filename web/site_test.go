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

	"kept/demo"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/store"
	"kept/web"
)

const today = "2026-11-24"

// site is a served programme.
type site struct {
	*web.Server
	book *ledger.Book
	log  *bytes.Buffer
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
		shared.site.book.Close()
		shared.site.book.DB.Close()
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
	ctx := context.Background()
	location, err := store.At(dir, dir)
	if err != nil {
		return nil, err
	}
	book, err := demo.Create(ctx, location, ledger.NewRules(programme.Subject, promise.Subject), "", today)
	if err != nil {
		return nil, err
	}
	return serve(book), nil
}

func serve(book *ledger.Book) *site {
	s := &site{book: book, log: &bytes.Buffer{}}
	s.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test", Demo: true})
	s.Serve(demo.Name, book)
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
