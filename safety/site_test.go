package safety_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	"kept/staff"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// buffer may be written by the goroutines of a server.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// site is the example, served, with its data folder and the server's log.
type site struct {
	*web.Server
	book *ledger.Book
	desk *staff.Desk
	db   store.DB // of the desk
	data string
	log  buffer
}

const today = "2026-11-24"

// shared is the example, written once. What tests do to it must leave it as it was.
var shared = struct {
	once sync.Once
	site *site
	err  error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if s := shared.site; s != nil {
		s.book.Close()
		s.book.DB.Close()
		s.db.Close()
		os.RemoveAll(s.data)
	}
	os.Exit(code)
}

// example is the example for tests that only look, or do what is refused.
func example(t testing.TB) *site {
	t.Helper()
	shared.once.Do(func() { shared.site, shared.err = writeExample() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.site
}

func writeExample() (*site, error) {
	ctx := context.Background()
	data, err := os.MkdirTemp("", "kept-safety-test-")
	if err != nil {
		return nil, err
	}
	location, err := store.At(data, data)
	if err != nil {
		return nil, err
	}
	book, err := demo.Create(ctx, location, rules(), location.Beside(demo.Name), today, reviews.Of(today)...)
	if err != nil {
		return nil, err
	}
	return serve(ctx, location, book, data)
}

// serve serves the example with its office.
func serve(ctx context.Context, location *store.Location, book *ledger.Book, data string) (s *site, err error) {
	s = &site{book: book, data: data}
	if s.db, err = location.Server(ctx); err != nil {
		return nil, err
	}
	if s.desk, err = staff.Open(ctx, s.db, time.Now); err != nil {
		return nil, err
	}
	if _, err := demo.Staff(ctx, s.desk); err != nil {
		return nil, err
	}
	s.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(&s.log, nil)), Version: "test", Demo: true, Desk: s.desk})
	s.Serve(demo.Name, book, nil)
	return s, nil
}

// ownExample is a copy of the example, for a test that breaks it.
func ownExample(t *testing.T) *site {
	t.Helper()
	data := t.TempDir()
	if err := os.CopyFS(data, os.DirFS(example(t).data)); err != nil {
		t.Fatal(err)
	}
	location, err := store.At(data, data)
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Open(t.Context(), demo.Name, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() }) // the test has closed it before
	book, err := ledger.Open(t.Context(), db, rules(), ledger.Options{Today: func() string { return today }, Folder: location.Beside(demo.Name)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() }) // fails, for its database is closed
	s, err := serve(t.Context(), location, book, data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	return s
}

// get asks for an address.
func (s *site) get(address string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, address, nil))
	return rec
}

// examples has an address for every route; a route without one fails the tests that want every route.
func (s *site) examples(t *testing.T) map[string]string {
	t.Helper()
	var picture, place, round, asked string
	err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.One([]any{&picture}, "SELECT sha256 FROM report_picture WHERE sha256 <> '' ORDER BY 1"); err != nil {
			return err
		}
		if _, err := tx.One([]any{&round, &asked}, "SELECT CAST(round AS TEXT), place FROM round_place ORDER BY round, place LIMIT 1"); err != nil {
			return err
		}
		_, err := tx.One([]any{&place}, "SELECT code FROM place WHERE level = 'village' ORDER BY 1")
		return err
	})
	if err != nil || picture == "" || place == "" || round == "" {
		t.Fatalf("the example has no picture, no village or no round: %v", err)
	}
	return map[string]string{
		"GET /{$}":                               "",
		"GET /promises.csv":                      "promises.csv",
		"GET /promises/{number}":                 "promises/1",
		"GET /places":                            "places",
		"GET /places/{code}":                     "places/" + place,
		"GET /places/{code}/poster":              "places/" + place + "/poster",
		"GET /places/{code}/feed.atom":           "places/" + place + "/feed.atom",
		"GET /rounds":                            "rounds",
		"GET /rounds/{seq}":                      "rounds/" + round,
		"GET /answers":                           "answers",
		"GET /answers.csv":                       "answers.csv",
		"GET /teams":                             "teams",
		"GET /feed.atom":                         "feed.atom",
		"GET /team/{$}":                          "team/",
		"GET /team/manifest.webmanifest":         "team/manifest.webmanifest",
		"GET /team/words.json":                   "team/words.json",
		"GET /team/worker.js":                    "team/worker.js",
		"GET /pictures/{sha256}":                 "pictures/" + picture,
		"GET /log/{$}":                           "log/",
		"GET /log/checkpoint":                    "log/checkpoint",
		"GET /log/key":                           "log/key",
		"GET /log/tile/entries/{n...}":           "log/tile/entries/000",
		"GET /log/tile/{level}/{n...}":           "log/tile/0/000",
		"GET /log/beside/{n...}":                 "log/beside/000",
		"GET /log/figures":                       "log/figures",
		"GET /log/proof/{seq}":                   "log/proof/3",
		"GET /log/entries/{seq}":                 "log/entries/3",
		"GET /voice":                             "voice",
		"GET /voice/leave":                       "voice/leave",
		"GET /voice/pictures/{sha256}":           "voice/pictures/" + picture,
		"GET /rounds/{seq}/places/{code}/poster": "rounds/" + round + "/places/" + asked + "/poster",
		"GET /reviews":                           "reviews",
		"GET /reviews/confirmed":                 "reviews/confirmed",
		"GET /reviews/{number}":                  "reviews/2",
		"GET /reviews/{number}/poster":           "reviews/2/poster",
		"GET /reviews/{number}/figure":           "reviews/2/figure",
		"GET /reviews/{number}/compare":          "reviews/1/compare",
	}
}

// every calls visit with an address of every route that is for everybody. Those of offices have no cookie to show here; what they take without one
// is looked at by TestS2UnknownFormFields, and who comes in by TestRoleRouteOffice.
func (s *site) every(t *testing.T, visit func(route web.Address, address string)) {
	t.Helper()
	examples := s.examples(t)
	for _, route := range web.Addresses() {
		if route.Who != "public" && route.Who != "resident" || strings.HasPrefix(route.Pattern, "POST ") {
			continue
		}
		example, ok := examples[route.Pattern]
		if !ok {
			t.Errorf("the route %q has no example, so nobody looks whether it is safe", route.Pattern)
			continue
		}
		delete(examples, route.Pattern)
		visit(route, "/"+demo.Name+"/"+example)
	}
	for pattern := range examples {
		t.Errorf("there is no route %q any more", pattern)
	}
}

// files reads every file below some folders.
func files(t *testing.T, folders ...string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			out[path], err = os.ReadFile(path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// closedBook is a book whose database is gone, so that every page of it fails.
func closedBook(t *testing.T, s *site) {
	t.Helper()
	if err := s.book.DB.Close(); err != nil {
		t.Fatal(err)
	}
}

// send sends a request over the network, as a browser would, and returns status, headers and body in one text.
func send(t *testing.T, method, address string, header http.Header, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header.Clone()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, fmt.Sprint(res.Header) + "\n" + string(content)
}

// subjects of the program, for books that a test makes itself.
var subjects = []*ledger.Subject{programme.Subject, promise.Subject, voice.Subject, review.Subject}
