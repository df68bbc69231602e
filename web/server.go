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
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"kept/device"
	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/paper"
	"kept/programme"
	"kept/spool"
	"kept/staff"
	"kept/store"
	"kept/voice"
)

// Server serves the pages of several programmes.
type Server struct {
	mu    sync.RWMutex
	books []*shelf // in the order given; guarded by mu

	log     *slog.Logger
	version string
	demo    bool
	observe Observe
	site    string // the site's own address, empty: as the reader asks for it
	desk    *staff.Desk
	spool   *spool.Spool // nil: no pictures are taken
	origin  *http.CrossOriginProtection
	admin   *shelf // stands for the admin's office, which has no book
	guests  []Guest
	host    Host
	held    heldFiles
	cards   func(programme string) (codes []voice.Code, used bool) // of an example; may be nil
	stored  complaint
	devices *device.Devices
	pieces  *device.Pieces // nil: no pictures are taken
	leaving sync.Mutex     // held while a picture leaves that cannot be decoded, so that it is counted once
	prints  prints
	phones  chan struct{} // holds one for each request of a phone that is served

	workbooks workbooks // of reviews

	mux      *http.ServeMux // of the routes of one programme
	adminMux *http.ServeMux // of the admin's office
}

// shelf is one programme that is served.
type shelf struct {
	name  string
	book  *ledger.Book
	boxes *voice.Boxes // nil: answers are not taken here
	memo  figures.Memo
	past  past

	behinds recent[behindKey, *behindList] // pages of lists of the past, so none is ever stale
}

// Options say what is served and how.
type Options struct {
	Log     *slog.Logger
	Version string  // of the program; a part of every ETag
	Demo    bool    // say on every page that this is an example
	Observe Observe // may be nil
	Site    string  // the site's own address, such as https://kept.example, for posters and feeds

	Spool  *spool.Spool // where pictures wait until somebody has looked at them; nil: none are taken
	Desk   *staff.Desk  // where staff are known; nil: nobody can sign in, and there is no office
	Guests []Guest      // those as whom anybody may sign in with one click, in an example
	Host   Host         // what an admin can do besides; may be nil
	Fonts  *paper.Fonts // that documents on paper are set in; nil or none: there are none

	// DemoCards lists cards of an example that anybody may try, and says whether there are none because some were used before
	// the program was started. May be nil.
	DemoCards func(programme string) (codes []voice.Code, used bool)
}

// Guest is an account of an example.
type Guest struct {
	Programme string // empty: the admin's office
	Account   string // its id
	Role      staff.Role
}

// Host does for an admin what is done outside of any book.
type Host interface {
	// Open makes the book of a new programme, whose days are those of a time zone, writes these drafts into it, and serves it.
	Open(ctx context.Context, name, zone string, first []ledger.Draft) error
	// Backup writes a backup of a programme's book, or of the accounts if it names none, and returns the file's name.
	Backup(ctx context.Context, programme string) (string, error)
}

// New makes a server without programmes.
func New(o Options) *Server {
	s := &Server{log: o.Log, version: o.Version, demo: o.Demo, observe: o.Observe, site: o.Site, desk: o.Desk, spool: o.Spool, guests: o.Guests, host: o.Host, cards: o.DemoCards,
		origin: http.NewCrossOriginProtection(), admin: &shelf{name: officeName},
		prints: prints{fonts: o.Fonts}, mux: http.NewServeMux(), adminMux: http.NewServeMux(), workbooks: workbooks{making: make(chan struct{}, mostWorkbooks)}}
	for i := range routes {
		s.mux.Handle(routes[i].Pattern, s.handler(&routes[i]))
	}
	for i := range voiceRoutes {
		s.mux.Handle(voiceRoutes[i].Pattern, s.resident(&voiceRoutes[i]))
	}
	if s.desk == nil {
		return s
	}
	s.devices, s.phones = device.Beside(s.desk), make(chan struct{}, mostPhones)
	if s.spool != nil {
		s.pieces = device.NewPieces(s.spool.Beside, time.Now)
	}
	for i := range daybookRoutes {
		s.mux.Handle(daybookRoutes[i].Pattern, s.handler(&daybookRoutes[i]))
	}
	for i := range teamRoutes {
		s.mux.Handle(teamRoutes[i].Pattern, s.syncs(&teamRoutes[i]))
	}
	for i := range officeRoutes {
		s.mux.Handle(officeRoutes[i].Pattern, s.office(&officeRoutes[i]))
	}
	for i := range adminRoutes {
		s.adminMux.Handle(adminRoutes[i].Pattern, s.office(&adminRoutes[i]))
	}
	return s
}

// Serve adds a programme under its short name. Without boxes no answers of residents are taken here.
func (s *Server) Serve(name string, book *ledger.Book, boxes *voice.Boxes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books = append(s.books, &shelf{name: name, book: book, boxes: boxes})
}

// Prepare reads what counting in a large programme needs into memory, so that no reader waits for it. A programme that is not
// prepared is served all the same, and slower. What only offices count is read when one of them asks.
func (s *Server) Prepare(ctx context.Context, name string) error {
	b := s.find(name)
	if b == nil || b.book == nil {
		return nil
	}
	return b.book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		return (&figures.At{Tx: tx, Size: head.Size, Day: head.Day, Memo: &b.memo}).Prepare(false)
	})
}

// shelves are the programmes that are served now.
func (s *Server) shelves() []*shelf {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.books)
}

func (s *Server) find(name string) *shelf {
	if name == officeName && s.desk != nil {
		return s.admin
	}
	for _, b := range s.shelves() {
		if b.name == name {
			return b
		}
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if ofResidents(r.URL.Path) { // nothing counts them, not even under another name
		s.outer(w, r)
		return
	}
	s.observed(w, r, func(w http.ResponseWriter) { s.outer(w, r) })
}

// outer finds the programme that a request is for.
func (s *Server) outer(w http.ResponseWriter, r *http.Request) {
	header(w.Header())
	first, rest, inside := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case isSync(rest) && s.desk != nil && s.origin.Check(r) != nil:
		s.noSync(w, r, &syncFault{status: http.StatusForbidden, code: "sync.cross-origin"})
	case isSync(rest) && s.desk != nil && !s.readsOrSends(r, first, rest):
		w.Header().Set("Allow", strings.TrimSpace("GET, HEAD "+syncMethods(rest)))
		s.noSync(w, r, &syncFault{status: http.StatusMethodNotAllowed, code: "sync.method"})
	case !s.readsOrSends(r, first, rest):
		w.Header().Set("Allow", "GET, HEAD")
		s.plain(w, r, nil, http.StatusMethodNotAllowed, "error.method")
	// A card is its own proof, and no session is there that another site could use. Older browsers say of a page that names no
	// referrer that it comes from nowhere, and would be turned away.
	case rest != voiceName && s.origin.Check(r) != nil:
		s.plain(w, r, nil, http.StatusForbidden, "error.cross-origin")
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

// readsOrSends says whether a request only reads, or sends a form to an office or a card's answers.
func (s *Server) readsOrSends(r *http.Request, first, rest string) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead || s.desk != nil && isSync(rest) && r.Method == syncMethods(rest) ||
		r.Method == http.MethodPost && (rest == voiceName || s.desk != nil && (first == officeName || strings.HasPrefix(rest, officeName+"/")))
}

// inner serves a route of a programme, or says that there is none.
func (s *Server) inner(w http.ResponseWriter, r *http.Request, b *shelf) {
	mux := s.mux
	if b == s.admin {
		mux = s.adminMux
	}
	h, pattern := mux.Handler(r)
	if _, ours := h.(http.HandlerFunc); s.desk != nil && isSync(strings.TrimPrefix(r.URL.Path, "/")) && (pattern == "" || !ours) {
		s.noSync(w, r, syncNothing)
		return
	}
	if pattern == "" && r.Method == http.MethodPost { // the form of no page; or of one that has none
		w.Header().Set("Allow", "GET, HEAD")
		s.plain(w, r, b, http.StatusMethodNotAllowed, "error.method")
		return
	}
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
	mux.ServeHTTP(w, r)
}

// voiceName is the address at which residents answer, behind the programme.
const voiceName = "voice"

// ofResidents says whether an address is one at which residents answer, or one below it.
func ofResidents(path string) bool {
	_, rest, _ := strings.Cut(strings.Trim(path, "/"), "/")
	return rest == voiceName || strings.HasPrefix(rest, voiceName+"/")
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

// visit is one request to a programme. On public pages who asks is nobody in particular, so it is only what is asked and in
// what language; in an office it is also who is signed in, and the form that was sent.
type visit struct {
	*figures.At
	server *Server
	shelf  *shelf
	r      *http.Request
	p      *locale.Printer
	head   ledger.Head
	home   programme.Row

	ctx      context.Context
	inner    bool                       // the page is one of an office, or its door
	where    string                     // for whom, in words
	me       *me                        // who is signed in, nil on public pages and at the door
	form     *form                      // what was sent, nil if a page is asked for
	failed   *ledger.Refusal            // why what the form asked for is not in the book: the page is shown again
	refusals map[string]*ledger.Refusal // of each draft that was refused, by its id
}

// result is what a route answers with: a page for a template, or bytes.
type result struct {
	page  any
	name  string // of the template
	bytes []byte
	later func(context.Context) ([]byte, error) // makes the bytes once the book is not being read any more
	media string
	file  string // the name to save it under
	fixed bool   // these bytes never change under this address

	policy string // of what it may load, where that is not what every page may

	// Only in an office:
	status  int                                           // 0: OK
	drafts  []ledger.Draft                                // to append, in the name of who is signed in
	seal    func(context.Context) ([]ledger.Draft, error) // makes them once the book is not being read any more; it may refuse
	to      string                                        // where to go on, after appending
	after   func()                                        // done once all of it stands in the book
	cookies []*http.Cookie
	stream  *stream // written bit by bit in place of a page
	sent    bool    // it was written already
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
		defer s.rescue(w, r, b)
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
		switch {
		case err != nil:
			s.failed(w, r, b, err)
		case out == nil:
			w.Header().Set("ETag", tag)
			w.WriteHeader(http.StatusNotModified)
		case out.later != nil:
			if out.bytes, err = out.later(r.Context()); err != nil {
				s.failed(w, r, b, err)
				return
			}
			s.answer(w, r, b, out, tag)
		default:
			s.answer(w, r, b, out, tag)
		}
	})
}

// failed answers an error: the reader's own with its sentence, any other as internal.
func (s *Server) failed(w http.ResponseWriter, r *http.Request, b *shelf, err error) {
	var wrong *fault
	switch {
	case errors.As(err, &wrong):
		if wrong.status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", strconv.Itoa(busySeconds))
		}
		s.plain(w, r, b, wrong.status, wrong.key)
	case r.Context().Err() != nil: // the reader has gone
	default:
		s.internal(w, r, b, err)
	}
}

// rescue answers after a panic.
func (s *Server) rescue(w http.ResponseWriter, r *http.Request, b *shelf) {
	if v := recover(); v != nil {
		s.internal(w, r, b, errors.New("panic"), "panic", v, "stack", string(debug.Stack()))
	}
}

// unknownKey returns a key of the query that neither the route nor this sort of page knows, or that stands there twice, behind a
// question mark.
func unknownKey(r *http.Request, rt *route, ofAll ...string) string {
	query, err := parseQuery(r)
	if err != nil {
		return "?"
	}
	for key, values := range query {
		if key != "lang" && !slices.Contains(rt.Keys, key) && !slices.Contains(ofAll, key) || len(values) > 1 {
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
	return &visit{At: &figures.At{Tx: tx, Size: head.Size, Day: head.Day, Memo: &b.memo}, server: s, shelf: b, r: r, p: printer(r), head: head, home: home,
		ctx: r.Context()}, err
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
	if out.policy != "" {
		h.Set("Content-Security-Policy", out.policy)
	}
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
