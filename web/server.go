package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/store"
)

// Server serves the pages of several programmes.
type Server struct {
	books   []*shelf // in the order given
	log     *slog.Logger
	version string
	demo    bool
	observe Observe
	site    string // the site's own address, empty: as the reader asks for it

	mux *http.ServeMux // of the routes of one programme
}

// shelf is one programme that is served.
type shelf struct {
	name string
	book *ledger.Book
	memo figures.Memo
	past past
}

// Options say what is served and how.
type Options struct {
	Log     *slog.Logger
	Version string  // of the program; a part of every ETag
	Demo    bool    // say on every page that this is an example
	Observe Observe // may be nil
	Site    string  // the site's own address, such as https://kept.example, for posters and feeds
}

// New makes a server without programmes.
func New(o Options) *Server {
	s := &Server{log: o.Log, version: o.Version, demo: o.Demo, observe: o.Observe, site: o.Site, mux: http.NewServeMux()}
	for i := range routes {
		s.mux.Handle(routes[i].Pattern, s.handler(&routes[i]))
	}
	return s
}

// Serve adds a programme under its short name. It is called before the first request.
func (s *Server) Serve(name string, book *ledger.Book) {
	s.books = append(s.books, &shelf{name: name, book: book})
}

func (s *Server) find(name string) *shelf {
	for _, b := range s.books {
		if b.name == name {
			return b
		}
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.observed(w, r, func(w http.ResponseWriter) { s.outer(w, r) })
}

// outer finds the programme that a request is for.
func (s *Server) outer(w http.ResponseWriter, r *http.Request) {
	header(w.Header())
	first, rest, inside := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		s.plain(w, r, nil, http.StatusMethodNotAllowed, "error.method")
	case first == "static":
		s.static(w, r, rest)
	case !isText(r.URL), (r.URL.Path == "/" || isHealth(r)) && unknownKey(r, &route{}) != "":
		s.plain(w, r, nil, http.StatusBadRequest, "error.unknown-key")
	case isHealth(r):
		s.health(w, r)
	case r.URL.Path == "/":
		s.door(w, r)
	default:
		shelf := s.find(first)
		if shelf == nil {
			s.plain(w, r, nil, http.StatusNotFound, "error.no-programme")
			return
		}
		if !inside {
			redirect(w, r, "/"+first+"/")
			return
		}
		inner := r.WithContext(context.WithValue(r.Context(), shelfKey{}, shelf))
		address := *r.URL
		address.Path, address.RawPath = "/"+rest, ""
		if raw := r.URL.EscapedPath(); raw != r.URL.Path {
			_, rawRest, _ := strings.Cut(strings.TrimPrefix(raw, "/"), "/")
			address.RawPath = "/" + rawRest
		}
		inner.URL = &address
		s.inner(w, inner, shelf)
	}
}

func isHealth(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// inner serves a route of a programme, or says that there is none.
func (s *Server) inner(w http.ResponseWriter, r *http.Request, b *shelf) {
	h, pattern := s.mux.Handler(r)
	if pattern == "" {
		s.plain(w, r, b, http.StatusNotFound, "error.not-found")
		return
	}
	if _, ours := h.(http.HandlerFunc); !ours { // the mux would lead to the address as it should be written, but without the programme
		clean := path.Clean(r.URL.Path)
		if strings.HasSuffix(pattern, "/{$}") && clean != "/" {
			clean += "/"
		}
		redirect(w, r, (&url.URL{Path: "/" + b.name + clean}).EscapedPath())
		return
	}
	named(w, pattern)
	s.mux.ServeHTTP(w, r)
}

// isText says whether an address holds what a database can be asked for. PostgreSQL knows no other texts.
func isText(u *url.URL) bool {
	query, _ := url.QueryUnescape(u.RawQuery) // a query that cannot be read is refused later, as one that is not understood
	return utf8.ValidString(u.Path+query) && !strings.ContainsRune(u.Path+query, 0)
}

type shelfKey struct{}

// header sets what every answer has.
func header(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
}

// redirect sends the reader on, with the query kept.
func redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// visit is one request to a programme: who asks is nobody in particular, so it is only what is asked and in what language.
type visit struct {
	*figures.At
	server *Server
	shelf  *shelf
	r      *http.Request
	p      *locale.Printer
	head   ledger.Head
	home   programme.Row
}

// result is what a route answers with: a page for a template, or bytes.
type result struct {
	page  any
	name  string // of the template
	bytes []byte
	media string
	file  string // the name to save it under
	fixed bool   // these bytes never change under this address
}

// fault is an error of the reader's: a status and the key of a sentence.
type fault struct {
	status int
	key    string
}

func (f *fault) Error() string { return f.key }

var notFound = &fault{http.StatusNotFound, "error.not-found"}

func (s *Server) handler(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := r.Context().Value(shelfKey{}).(*shelf)
		defer func() {
			if v := recover(); v != nil {
				s.internal(w, r, b, errors.New("panic"), "panic", v, "stack", string(debug.Stack()))
			}
		}()
		if key := unknownKey(r, rt); key != "" {
			s.plain(w, r, b, http.StatusBadRequest, "error.unknown-key")
			return
		}
		var out *result
		var tag string
		err := b.book.DB.Read(r.Context(), func(tx *store.Tx) (err error) {
			v, err := s.visit(tx, b, r)
			if err != nil {
				return err
			}
			tag = s.tag(v)
			if fresh(r, tag) {
				return nil
			}
			out, err = rt.serve(v)
			return err
		})
		var wrong *fault
		switch {
		case errors.As(err, &wrong):
			s.plain(w, r, b, wrong.status, wrong.key)
		case err != nil && r.Context().Err() != nil:
			return // the reader has gone
		case err != nil:
			s.internal(w, r, b, err)
		case out == nil:
			w.Header().Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
		default:
			s.answer(w, r, b, out, tag)
		}
	})
}

// unknownKey returns a key of the query that the route does not know, or that stands there twice, behind a question mark.
func unknownKey(r *http.Request, rt *route) string {
	query, err := parseQuery(r)
	if err != nil {
		return "?"
	}
	for key, values := range query {
		if key != "lang" && !slices.Contains(rt.Keys, key) || len(values) > 1 {
			return "?" + key
		}
	}
	return ""
}

func (s *Server) visit(tx *store.Tx, b *shelf, r *http.Request) (*visit, error) {
	head, err := ledger.ReadHead(tx)
	if err != nil {
		return nil, err
	}
	home, ok, err := programme.View.One(tx, int64(0))
	if err == nil && !ok {
		err = errors.New("the book has no programme yet")
	}
	return &visit{&figures.At{Tx: tx, Size: head.Size, Day: head.Day, Memo: &b.memo}, s, b, r, printer(r), head, home}, err
}

// answer writes a result.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, b *shelf, out *result, tag string) {
	h := w.Header()
	if out.page != nil {
		var body bytes.Buffer
		if err := templates[out.name].Execute(&body, out.page); err != nil {
			s.internal(w, r, b, err)
			return
		}
		out.bytes, out.media = body.Bytes(), "text/html; charset=utf-8"
	}
	h.Set("Content-Type", out.media)
	if out.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+out.file+`"`)
	}
	if out.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", tag)
	}
	h.Add("Vary", "Accept-Language, Accept-Encoding")
	send(w, r, http.StatusOK, out.bytes)
}

// internal answers an error that is not the reader's: with an id, under which the log has the cause.
func (s *Server) internal(w http.ResponseWriter, r *http.Request, b *shelf, err error, more ...any) {
	raw := make([]byte, 4)
	rand.Read(raw)
	id := hex.EncodeToString(raw)
	// The pattern, not the address: what a reader looked at is nobody's business.
	s.log.Error("a page failed", append([]any{"id", id, "route", r.Pattern, "error", err}, more...)...)
	s.plain(w, r, b, http.StatusInternalServerError, "error.internal", "Code", id)
}
