package web

import (
	"context"
	"net/http"
	"time"

	"kept/ledger"
	"kept/store"
)

// Observe is told of every answer: which route, with what status, after how long. It is told nothing of who asked for
// what: a route is a pattern, and "other" stands for all that is no route of a programme.
type Observe func(route string, status int, took time.Duration)

// observed counts the answer to a request.
func (s *Server) observed(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter)) {
	if s.observe == nil {
		serve(w)
		return
	}
	began := time.Now()
	seen := &seenWriter{ResponseWriter: w, status: http.StatusOK, route: "other"}
	serve(seen)
	s.observe(seen.route, seen.status, time.Since(began))
}

// seenWriter remembers what a metric may know of an answer.
type seenWriter struct {
	http.ResponseWriter
	status int
	route  string
}

// WriteHeader remembers the status.
func (w *seenWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// named says which route answers.
func named(w http.ResponseWriter, pattern string) {
	if seen, ok := w.(*seenWriter); ok {
		seen.route = pattern
	}
}

// readyWithin is how long a database may take to say that it is there.
const readyWithin = 2 * time.Second

// healthz says that the process runs; readyz, that every book can be read.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	status, text := http.StatusOK, "ok\n"
	if r.URL.Path == "/readyz" {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		for _, b := range s.shelves() {
			err := b.book.DB.Read(ctx, func(tx *store.Tx) error {
				_, err := ledger.ReadHead(tx)
				return err
			})
			if err != nil {
				s.log.Error("a book cannot be read", "programme", b.name, "error", err)
				status, text = http.StatusServiceUnavailable, "not ready\n"
			}
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, status, []byte(text))
}
