package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"

	"kept/ledger"
	"kept/staff"
)

// stream is an answer that is written bit by bit, because it must not be in memory as a whole or lie anywhere. It is written outside
// of any transaction. What is refused before its first byte shows the page again, as what a book refuses.
type stream struct {
	act    string // what is noted first of who is signed in
	entry  string // which entry that is about
	write  func(w io.Writer) error
	broken func(w io.Writer) // says at the end of what was sent that it is not complete, since the status is gone
}

// flushed is after how many bytes what was written must leave.
const flushed = 64 << 10

// patience is how long a reader may take for so much.
const patience = 5 * time.Minute

// flow is a writer to the reader that keeps nothing back.
type flow struct {
	w     http.ResponseWriter
	began bool
	since int // bytes since the last time all of it was sent
}

// Write sends; the headers come with the first byte, which leaves at once.
func (f *flow) Write(p []byte) (int, error) {
	first := !f.began
	if first {
		f.began = true
		h := f.w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // or a server in front may write it to its disk
		f.w.WriteHeader(http.StatusOK)
		f.more()
	}
	n, err := f.w.Write(p)
	if f.since += n; err == nil && (first || f.since >= flushed) {
		err = f.flush()
	}
	return n, err
}

// flush sends what is there, and gives the reader time for what is to come.
func (f *flow) flush() error {
	f.since = 0
	f.more()
	if err := http.NewResponseController(f.w).Flush(); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// more lets the answer take longer, as long as it goes on. A writer that knows no time has no end either.
func (f *flow) more() {
	http.NewResponseController(f.w).SetWriteDeadline(time.Now().Add(patience))
}

// streamed notes which account asks, and writes the stream.
func (s *Server) streamed(w http.ResponseWriter, v *visit, rt *route, st *stream) (*result, error) {
	err := s.desk.Act(v.ctx, staff.Act{Account: v.me.Account.ID, Programme: v.shelf.name, What: st.act, Entry: st.entry})
	if err != nil {
		return nil, err
	}
	f := &flow{w: w}
	err = st.guarded(f)
	switch refused := ledger.Refused(err); {
	case !f.began && refused != nil:
		v.failed = refused
		return s.look(v, rt)
	case !f.began && err != nil:
		return nil, err
	case err != nil && v.ctx.Err() == nil: // otherwise the reader has gone
		raw := make([]byte, 4)
		rand.Read(raw)
		s.log.Error("a page failed in the middle", "id", hex.EncodeToString(raw), "route", v.r.Pattern, "error", err)
		st.broken(f)
	}
	f.flush() // an error means that the reader has gone
	return &result{sent: true}, nil
}

// guarded writes the stream; a panic is an error, since no other page can be shown any more.
func (st *stream) guarded(w io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return st.write(w)
}
