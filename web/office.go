package web

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept/ledger"
	"kept/staff"
	"kept/store"
	"kept/voice"
)

// officeName is the folder of a programme's office in its addresses, and of the admin's office, which belongs to no programme.
const officeName = "office"

// cookieName is that of the cookie which an office sets. It is sent back to the pages of that office and to no others.
const cookieName = "kept-office"

// deviceName is that of the cookie by which a device is known that has signed in before.
const deviceName = "kept-device"

// signedKey stands in the address to which the door leads: if there is no session then, the browser did not keep it.
const signedKey = "signed"

// me is who is signed in, and in what role.
type me struct {
	staff.Session
}

// office answers a route of an office: who asks, may they, what was sent; then the page, or what it asks for is appended
// and the reader goes on to what came of it. If the book refuses, the same page is made again with what was typed.
func (s *Server) office(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := r.Context().Value(shelfKey{}).(*shelf)
		defer s.rescue(w, r, b)
		w.Header().Set("Cache-Control", "no-store")
		// With no referrer at all older browsers say of their own forms that they come from nowhere, and would be turned away.
		w.Header().Set("Referrer-Policy", "same-origin")
		if unknownKey(r, rt, signedKey) != "" {
			s.plain(w, r, b, http.StatusBadRequest, "error.unknown-key")
			return
		}
		if out, err := s.officeResult(w, r, b, rt); err != nil {
			s.failed(w, r, b, err)
		} else {
			s.officeAnswer(w, r, b, out)
		}
	})
}

func (s *Server) officeResult(w http.ResponseWriter, r *http.Request, b *shelf, rt *route) (*result, error) {
	v := &visit{server: s, shelf: b, r: r, p: printer(r), ctx: r.Context(), inner: true}
	if rt.Who != door || r.Method == http.MethodPost {
		var err error
		if v.me, err = s.whoAsks(r, b); err != nil {
			return nil, err
		}
	}
	if r.Method == http.MethodPost {
		var err error
		if v.form, err = readForm(w, r, rt, v.me); err != nil {
			return nil, err
		}
	}
	switch {
	case rt.Who == door:
	case v.me == nil:
		return s.toSignIn(v)
	case !v.me.allows(rt.Who):
		return nil, forbidden
	}
	out, err := s.look(v, rt)
	if err == nil && out.stream != nil {
		return s.streamed(w, v, rt, out.stream)
	}
	if err == nil && out.seal != nil {
		if out.drafts, err = out.seal(context.WithoutCancel(v.ctx)); err != nil {
			if v.failed = ledger.Refused(err); v.failed == nil {
				return nil, err
			}
			return s.look(v, rt)
		}
	}
	if err != nil || out.page != nil || len(out.drafts) == 0 {
		return out, err
	}
	refused, err := s.append(v, out.drafts)
	if err != nil {
		return nil, err
	}
	if refused == nil {
		if out.after != nil {
			out.after()
		}
		return out, nil
	}
	v.failed = refused
	return s.look(v, rt)
}

// look calls the route with one state of the book, if there is a book.
func (s *Server) look(v *visit, rt *route) (out *result, err error) {
	if v.shelf == s.admin {
		return rt.serve(v)
	}
	err = v.shelf.book.DB.Read(v.ctx, func(tx *store.Tx) error {
		full, err := s.visit(tx, v.shelf, v.r)
		if err != nil {
			return err
		}
		full.inner, full.me, full.form, full.failed, full.refusals = true, v.me, v.form, v.failed, v.refusals
		if full.me != nil {
			if full.where, err = full.nameOf(full.me.Grant.Who); err != nil {
				return err
			}
		}
		out, err = rt.serve(full)
		return err
	})
	return out, err
}

// whoAsks reads the session, if the reader has one.
func (s *Server) whoAsks(r *http.Request, b *shelf) (*me, error) {
	name := cookieName
	if strings.HasPrefix(r.URL.Path, "/"+teamName+"/") {
		name = teamCookie
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return nil, nil
	}
	session, ok, err := s.desk.Session(r.Context(), s.programmeOf(b), cookie.Value)
	if err != nil || !ok {
		return nil, err
	}
	return &me{session}, nil
}

// programmeOf is the name by which the desk knows an office: of its programme, or none, which is the admin's.
func (s *Server) programmeOf(b *shelf) string {
	if b == s.admin {
		return ""
	}
	return b.name
}

// append appends in the name of who is signed in. Which account it was is noted first, so that no entry of an office is without it.
func (s *Server) append(v *visit, drafts []ledger.Draft) (*ledger.Refusal, error) {
	if err := v.me.byMe(drafts); err != nil {
		return nil, err
	}
	acts := make([]staff.Act, len(drafts))
	for i := range drafts {
		if drafts[i].ID == "" {
			drafts[i].ID = ledger.NewID()
		}
		acts[i] = staff.Act{Account: v.me.Account.ID, Programme: v.shelf.name, What: drafts[i].Kind, Entry: drafts[i].ID}
	}
	if err := s.desk.Act(v.ctx, acts...); err != nil {
		return nil, err
	}
	// What was sent is not given up because the reader goes away while it is being written.
	receipts, err := v.shelf.book.Append(context.WithoutCancel(v.ctx), drafts...)
	if err != nil {
		return nil, err
	}
	var first *ledger.Refusal
	v.refusals = map[string]*ledger.Refusal{}
	for _, r := range receipts {
		if r.Err == nil {
			continue
		}
		refused := ledger.Refused(r.Err)
		if refused == nil {
			return nil, r.Err
		}
		first, v.refusals[r.ID] = cmp.Or(first, refused), refused
	}
	s.tend(v, drafts)
	return first, nil
}

// tend opens or stops the boxes of a round at once when something was written about one. What fails is tried again within a
// minute, by whoever runs the server.
func (s *Server) tend(v *visit, drafts []ledger.Draft) {
	if slices.ContainsFunc(drafts, func(d ledger.Draft) bool { return voice.OfRounds(d.Kind) }) {
		s.tendNow(v)
	}
}

func (s *Server) tendNow(v *visit) {
	if v.shelf.boxes == nil {
		return
	}
	if _, err := v.shelf.boxes.Tend(context.WithoutCancel(v.ctx), v.shelf.book); err != nil {
		s.log.Error("the rounds could not be tended", "programme", v.shelf.name, "error", err)
	}
}

// officeAnswer writes what a page of an office answers.
func (s *Server) officeAnswer(w http.ResponseWriter, r *http.Request, b *shelf, out *result) {
	if out.sent {
		return
	}
	for _, c := range out.cookies {
		http.SetCookie(w, c)
	}
	if out.to != "" {
		http.Redirect(w, r, out.to, http.StatusSeeOther)
		return
	}
	if out.page != nil {
		var body bytes.Buffer
		if err := templates[out.name].Execute(&body, out.page); err != nil {
			s.internal(w, r, b, err)
			return
		}
		out.bytes, out.media = body.Bytes(), "text/html; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", out.media)
	h.Add("Vary", "Cookie, Accept-Language, Accept-Encoding")
	if out.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+out.file+`"`)
	}
	status := http.StatusOK
	if out.status != 0 {
		status = out.status
	}
	send(w, r, status, out.bytes)
}

// OfficeLink is an address in the office of the page, in the reader's language.
func (p Page) OfficeLink(segments string, pairs ...string) string {
	if p.Programme != officeName {
		segments = officeName + "/" + segments
	}
	return p.Link(segments, pairs...)
}

// daybookOfNav is the one address of the menu that is not an office's.
const daybookOfNav = teamName + "/"

// officeNav are the pages of an office in its menu, with what one may who sees them.
var officeNav = []struct {
	name, address string
	needs         permission
	admin         bool
}{
	{"waits", "", see, false},
	{"stands", "stands", see, false},
	{"promises", "promises", plan, false},
	{"answers", "answers", answer, false},
	{"rounds", "rounds", see, false},
	{"reviews", "reviews", account, false},
	{"report", "reports/new", report, false},
	{"daybook", daybookOfNav, report, false},
	{"parts", "parts", settle, false},
	{"accounts", "", govern, true},
	{"programmes", "programmes", govern, true},
	{"acts", "acts", govern, true},
	{"me", "me", own, false},
	{"me", "me", own, true},
}

// NavItem is a page in a menu.
type NavItem struct {
	Text, Address string
	Current       bool
}

// OfficeNav is the menu of an office, as far as who is signed in may go.
func (p Page) OfficeNav() []NavItem {
	var out []NavItem
	for _, n := range officeNav {
		if n.admin == (p.Programme == officeName) && p.Me.allows(n.needs) {
			address := p.OfficeLink(n.address)
			if n.address == daybookOfNav {
				address = p.Link(daybookOfNav)
			}
			out = append(out, NavItem{p.T("office." + n.name), address, p.Nav == n.name})
		}
	}
	return out
}

// cookie is a cookie for the pages of one office, which no script can read and no other site can have sent.
func (v *visit) cookie(name, value string, age int) *http.Cookie {
	folder := "/" + officeName
	if v.shelf != v.server.admin {
		folder = "/" + v.shelf.name + folder
	}
	return &http.Cookie{Name: name, Value: value, Path: folder, MaxAge: age, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// sessionCookies are those of a session: one for the office, and for a team one for its daybook too, which is another folder.
func (v *visit) sessionCookies(token string, age int, team bool) []*http.Cookie {
	out := []*http.Cookie{v.cookie(cookieName, token, age)}
	if team && v.shelf != v.server.admin {
		c := v.cookie(teamCookie, token, age)
		c.Path = "/" + v.shelf.name + "/" + teamName
		out = append(out, c)
	}
	return out
}

// inside is an address of this office or of its teams' daybook, if that is what it is; otherwise the office's first page. So nobody can be led away by
// a link to the door.
func (v *visit) inside(address string) string {
	base, daybook := v.cookie("", "", 0).Path+"/", v.daybookFolder()
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, base) && !strings.HasPrefix(u.Path, daybook) || strings.Contains(u.Path, "..") {
		return v.links().OfficeLink("")
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}
