package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept/locale"
	"kept/programme"
	"kept/staff"
	"kept/store"
)

// ownRoutes are what every office has: its door, and what is everybody's own behind it.
func ownRoutes(office string) []route {
	return slices.Concat(
		formPage(office+"/sign-in", door, []string{"next", signedKey}, []string{"name", "password", "next", "held", "ceremony", "response"}, signIn),
		formPage(office+"/sign-in/passkey", door, nil, nil, beginSignIn)[1:],
		formPage(office+"/sign-out", own, nil, nil, signOut)[1:],
		formPage(office+"/invitations/{token}", door, nil, []string{"name", "password", "again", "label", "ceremony", "response"}, invitationPage),
		formPage(office+"/invitations/{token}/passkey", door, nil, []string{"name"}, beginAccept)[1:],
		formPage(office+"/me", own, []string{doneKey}, []string{"old", "password", "again", "others", "label", "ceremony", "response"}, ownPage),
		formPage(office+"/me/passkey", own, nil, nil, beginPasskey)[1:],
	)
}

// SignIn is the door of an office. What was typed when a session had ended is kept in it, and shown again behind it.
type SignIn struct {
	Form
	Next   string // where to go on
	Held   string // what was typed, as it was sent
	Guests []GuestLine
	Lost   bool // the browser did not keep the session
	Ended  bool // a form was sent without a session
	Keys   bool // passkeys can be used under this address
}

// GuestLine is a role that can be tried with one click.
type GuestLine struct {
	Role  string
	Who   string
	Value string
}

// signIn serves the door.
func signIn(v *visit) (*result, error) {
	if v.form == nil {
		q := v.r.URL.Query()
		return v.doorPage(q.Get("next"), "", q.Get("signed") != "")
	}
	signed, err := v.enter()
	var words *locale.Error
	if errors.As(err, &words) {
		v.form.say("", v.p.T(words.Code, words.Args...))
		return v.doorPage(v.form.get("next"), v.form.values.Get("held"), false)
	}
	if err != nil {
		return nil, err
	}
	return v.signedIn(signed)
}

// enter signs in with what was typed, with a passkey, or as the guest that was clicked.
func (v *visit) enter() (staff.Signed, error) {
	programme := v.server.programmeOf(v.shelf)
	verb, role := v.form.do()
	switch verb {
	case "passkey":
		rp, ok := v.party()
		if !ok {
			return staff.Signed{}, unclear
		}
		return v.server.desk.FinishSignIn(v.ctx, rp, programme, v.form.get("ceremony"), []byte(v.form.values.Get("response")), v.device())
	case "guest":
		for _, g := range v.server.guests {
			if g.Programme == programme && string(g.Role) == role {
				return v.server.desk.Enter(v.ctx, programme, g.Account)
			}
		}
		return staff.Signed{}, unclear
	}
	return v.server.desk.SignIn(v.ctx, programme, v.form.get("name"), v.form.values.Get("password"), v.device())
}

// device is the token of a browser in which somebody has signed in before, or "".
func (v *visit) device() string {
	c, err := v.r.Cookie(deviceName)
	if err != nil {
		return ""
	}
	return c.Value
}

// signedIn gives the reader the session, and leads on. What was typed before stands in the form again, to be looked at and sent.
func (v *visit) signedIn(s staff.Signed) (*result, error) {
	out := &result{cookies: v.sessionCookies(s.Token, int(staff.SessionLasts.Seconds()), s.Session.Grant.Role == staff.Team)}
	if s.Device != "" {
		out.cookies = append(out.cookies, v.cookie(deviceName, s.Device, int(staff.DeviceLasts.Seconds())))
	}
	next := v.inside(v.form.get("next"))
	if held := v.form.values.Get("held"); held != "" {
		page := Held{Form: v.formPage("", v.p.T("held.title")), Next: next}
		values, err := url.ParseQuery(held)
		if err != nil {
			return nil, unclear
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			for _, value := range values[name] {
				page.Fields = append(page.Fields, HeldField{name, value})
			}
		}
		out.page, out.name = page, "held"
		return out, nil
	}
	u, err := url.Parse(next)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("signed", "in")
	u.RawQuery = q.Encode()
	out.to = u.String()
	return out, nil
}

// Held is the page behind the door for whoever came to it with a form in hand.
type Held struct {
	Form
	Next   string
	Fields []HeldField
}

// HeldField is a field of the form that was in hand.
type HeldField struct{ Name, Value string }

// doorPage is the door.
func (v *visit) doorPage(next, held string, signed bool) (*result, error) {
	page := SignIn{Form: v.formPage("", v.p.T("door.sign-in")), Next: next, Held: held, Lost: signed, Ended: held != "", Keys: v.canUsePasskeys()}
	if v.server.demo {
		for _, g := range v.server.guests {
			if g.Programme != v.server.programmeOf(v.shelf) {
				continue
			}
			account, err := v.server.desk.Account(v.ctx, g.Account)
			if err != nil {
				return nil, err
			}
			grant, _ := account.In(g.Programme)
			line := GuestLine{Role: v.p.T("role-name." + string(g.Role)), Value: "guest:" + string(g.Role)}
			if line.Who, err = v.nameOf(grant.Who); err != nil {
				return nil, err
			}
			page.Guests = append(page.Guests, line)
		}
	}
	return &result{page: page, name: "sign-in"}, nil
}

// secrets are the fields that are never shown again, wherever a form is kept.
var secrets = []string{"password", "old", "again", "ceremony", "response"}

// toSignIn leads to the door. A form that was sent without a session goes along, so that nothing that was typed is lost.
func (s *Server) toSignIn(v *visit) (*result, error) {
	next := outer(v)
	if v.form == nil {
		q := url.Values{"next": {next.RequestURI()}, "lang": {v.p.Tag}}
		if v.r.URL.Query().Get("signed") != "" {
			q.Set("signed", "in")
		}
		return &result{to: v.cookie("", "", 0).Path + "/sign-in?" + q.Encode()}, nil
	}
	if strings.HasSuffix(v.r.URL.Path, "/sign-out") { // whoever wants to go is gone already
		return &result{to: v.links().OfficeLink("sign-in")}, nil
	}
	for _, name := range secrets {
		v.form.values.Del(name)
	}
	held := v.form.values.Encode()
	v.form = nil
	out, err := s.look(v, &route{serve: func(v *visit) (*result, error) { return v.doorPage(next.RequestURI(), held, false) }})
	if err == nil {
		out.status = http.StatusUnauthorized
	}
	return out, err
}

// asked says whether a button of the page was pressed. A form that was held at the door comes only to be shown again.
func (v *visit) asked() bool {
	if v.form != nil {
		if verb, _ := v.form.do(); verb == "show" {
			v.form = nil
		}
	}
	return v.form != nil
}

// signOut ends the session.
func signOut(v *visit) (*result, error) {
	if err := v.server.desk.SignOut(v.ctx, v.me.Session); err != nil {
		return nil, err
	}
	return &result{to: v.links().OfficeLink("sign-in"), cookies: v.sessionCookies("", -1, v.me.Grant.Role == staff.Team)}, nil
}

// nameOf is the name of an organisation or a team.
func (v *visit) nameOf(who string) (string, error) {
	if v.At == nil || who == "" {
		return "", nil
	}
	words, _, err := wordsOf(v.Tx, who)
	text, _ := words.Best(v.p.Tag)
	return cmp.Or(text, who), err
}

// wordsOf is the name of an organisation or a team in all its languages.
func wordsOf(tx *store.Tx, who string) (name locale.Wording, ok bool, err error) {
	if code, team := strings.CutPrefix(who, "team:"); team {
		row, ok, err := programme.Teams.One(tx, code)
		return programme.ParseWords(row.Name), ok, err
	}
	code, _ := strings.CutPrefix(who, "org:")
	row, ok, err := programme.Organisations.One(tx, code)
	return programme.ParseWords(row.Name), ok, err
}
