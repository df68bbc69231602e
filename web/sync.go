package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kept/device"
	"kept/locale"
	"kept/store"
)

// docs/sync.md says what the addresses of this file and its neighbours answer.

// teamName is the folder of a programme's daybook in its addresses; syncName, of what a phone asks there.
const (
	teamName = "team"
	syncName = teamName + "/sync/"
)

// teamCookie is the name of the session's cookie for the daybook, which is set beside that of the office.
const teamCookie = "kept-team"

// teamRoutes are what a team's phone asks. TestRoleRouteTeam has a row for each.
var teamRoutes = []route{
	{Pattern: "POST /" + syncName + "events", Who: report, sync: syncEvents},
	{Pattern: "HEAD /" + syncName + "pictures/{sha256}", Who: report, Keys: []string{"event"}, sync: syncPictureAt},
	{Pattern: "PATCH /" + syncName + "pictures/{sha256}", Who: report, Keys: []string{"event"}, sync: syncPicturePiece},
	{Pattern: "GET /" + syncName + "changes", Who: report, Keys: []string{"cursor"}, sync: syncChanges},
}

// phone is one request of a team's phone.
type phone struct {
	server *Server
	shelf  *shelf
	w      http.ResponseWriter
	r      *http.Request
	p      *locale.Printer
	me     *me
	mark   string // of the account
	device string // empty: it was not said
}

// syncFault is an error of a whole request.
type syncFault struct {
	status int
	code   string
	args   []any
	key    string // of its words, if they do not follow from the code
}

func (f *syncFault) Error() string { return f.code }

var (
	syncUnclear  = &syncFault{status: http.StatusBadRequest, code: "sync.unclear"}
	syncNothing  = &syncFault{status: http.StatusNotFound, code: "sync.nothing"}
	syncTooLarge = &syncFault{status: http.StatusRequestEntityTooLarge, code: "sync.too-large"}
	syncMedia    = &syncFault{status: http.StatusUnsupportedMediaType, code: "sync.media"}
	syncBusy     = &syncFault{status: http.StatusServiceUnavailable, code: "sync.busy"}
)

// The requests that are served at once, and how long one waits for its turn.
const (
	mostPhones   = 128
	phonesWait   = 5 * time.Second
	busySeconds  = 10
	timeOfAPhone = 5 * time.Minute // so long may a slow line take
)

// syncs answers a route of the daybook's protocol.
func (s *Server) syncs(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := r.Context().Value(shelfKey{}).(*shelf)
		f := &phone{server: s, shelf: b, w: w, r: r, p: printer(r)}
		defer func() {
			if v := recover(); v != nil {
				s.syncFailed(f, errors.New("panic"), "panic", v)
			}
		}()
		s.syncHeader(w)
		if err := f.admit(rt); err != nil {
			s.syncFailed(f, err)
			return
		}
		waiting, cancel := context.WithTimeout(r.Context(), phonesWait)
		defer cancel()
		select {
		case s.phones <- struct{}{}:
			defer func() { <-s.phones }()
		case <-waiting.Done():
			s.syncFailed(f, syncBusy)
			return
		}
		if err := rt.sync(f); err != nil {
			s.syncFailed(f, err)
		}
	})
}

// syncHeader sets what every answer of the protocol has.
func (s *Server) syncHeader(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Kept-Sync", "1")
	h.Set("Kept-Now", strconv.FormatInt(time.Now().UnixMilli(), 10))
}

// admit finds out who asks, and whether it is he whose work the phone holds.
func (f *phone) admit(rt *route) error {
	if unknownKey(f.r, rt) != "" {
		return syncUnclear
	}
	var err error
	if f.me, err = f.server.whoAsks(f.r, f.shelf); err != nil {
		return err
	}
	if f.me == nil {
		return &syncFault{status: http.StatusUnauthorized, code: "sync.signed-out"}
	}
	f.mark = f.server.desk.Mark(f.shelf.name, f.me.Account.ID)
	f.w.Header().Set("Kept-Account", f.mark)
	if !f.me.allows(rt.Who) {
		return &syncFault{status: http.StatusForbidden, code: "sync.not-a-team"}
	}
	account := f.r.Header.Get("Kept-Account")
	f.device = f.r.Header.Get("Kept-Device")
	needed := f.r.Method != http.MethodGet
	switch {
	case needed && account == "" || account != "" && !device.ValidID(account),
		needed && f.device == "" || f.device != "" && !device.ValidID(f.device):
		return syncUnclear
	case account != "" && account != f.mark:
		return &syncFault{status: http.StatusConflict, code: "sync.other-account"}
	}
	return nil
}

// look calls do with one state of the book, as who is signed in sees it.
func (f *phone) look(do func(*visit) error) error {
	return f.shelf.book.DB.Read(f.r.Context(), func(tx *store.Tx) error {
		v, err := f.server.visit(tx, f.shelf, f.r)
		if err != nil {
			return err
		}
		v.me = f.me
		return do(v)
	})
}

// answer sends JSON.
func (f *phone) answer(status int, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	f.w.Header().Set("Content-Type", "application/json")
	f.w.Header().Add("Vary", "Cookie, Accept-Language, Accept-Encoding")
	send(f.w, f.r, status, append(raw, '\n'))
	return nil
}

// syncFailed answers an error of a whole request.
func (s *Server) syncFailed(f *phone, err error, more ...any) {
	if errors.Is(err, context.Canceled) && f.r.Context().Err() != nil { // the phone has gone
		return
	}
	var wrong *syncFault
	if !errors.As(err, &wrong) {
		s.log.Error("a phone could not be answered", append([]any{"route", f.r.Pattern, "error", err}, more...)...)
		wrong = &syncFault{status: http.StatusInternalServerError, code: "sync.failed"}
	}
	if wrong.status == http.StatusServiceUnavailable || wrong.status == http.StatusTooManyRequests {
		f.w.Header().Set("Retry-After", strconv.Itoa(busySeconds))
	}
	f.w.Header().Set("Kept-Code", wrong.code)
	key := wrong.key
	switch {
	case key != "":
	case strings.HasPrefix(wrong.code, "sync."):
		key = wrong.code
	default:
		key = "refused." + wrong.code
	}
	if err := f.answer(wrong.status, map[string]string{"code": wrong.code, "words": f.p.T(key, wrong.args...)}); err != nil {
		s.log.Error("a phone could not be answered", "route", f.r.Pattern, "error", err)
	}
}

// noSync answers what asks for something of the protocol that there is not.
func (s *Server) noSync(w http.ResponseWriter, r *http.Request, f *syncFault) {
	s.syncHeader(w)
	s.syncFailed(&phone{server: s, w: w, r: r, p: printer(r)}, f)
}

// isSync says whether an address behind a programme belongs to the protocol.
func isSync(rest string) bool { return strings.HasPrefix(rest, syncName) }

// syncMethods are those that the protocol knows besides reading, by the address behind it.
func syncMethods(rest string) string {
	switch {
	case rest == syncName+"events":
		return http.MethodPost
	case strings.HasPrefix(rest, syncName+"pictures/"):
		return http.MethodPatch
	}
	return ""
}
