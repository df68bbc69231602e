package web

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"

	"kept/locale"
	"kept/staff"
)

// A passkey is used in two steps. The script asks for what the browser shall sign, which is the one thing here that is JSON; the
// answer then goes into the form of the page, so that all that follows, mistakes too, is as without a script.

// party is what a browser binds a passkey to: the host by which this site is reached. There is none for a bare IP address, or
// without HTTPS; localhost is an exception that browsers make.
func (v *visit) party() (staff.RP, bool) {
	origin, host := "https://"+v.r.Host, v.r.Host
	if v.server.site != "" {
		u, err := url.Parse(v.server.site)
		if err != nil {
			return staff.RP{}, false
		}
		origin, host = u.Scheme+"://"+u.Host, u.Host
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if net.ParseIP(name) != nil || name == "" {
		return staff.RP{}, false
	}
	if name == "localhost" && v.server.site == "" {
		origin = "http://" + host
	}
	return staff.RP{ID: name, Origin: origin, Name: "Kept"}, true
}

func (v *visit) canUsePasskeys() bool {
	_, ok := v.party()
	return ok
}

// begun answers the script with the first half of a ceremony, or with what is wrong, by field.
func (v *visit) begun(begin func(rp staff.RP) (staff.Ceremony, error)) (*result, error) {
	rp, ok := v.party()
	if !ok {
		return nil, unclear
	}
	c, err := begin(rp)
	var words *locale.Error
	var answer any
	status := http.StatusOK
	switch {
	case errors.As(err, &words):
		answer, status = map[string]string{"wrong": v.p.T(words.Code, words.Args...)}, http.StatusUnprocessableEntity
	case err != nil:
		return nil, err
	default:
		answer = struct {
			Ceremony string          `json:"ceremony"`
			Options  json.RawMessage `json:"options"`
		}{c.ID, c.Options}
	}
	body, err := json.Marshal(answer)
	return &result{bytes: body, media: "application/json", status: status}, err
}

// beginSignIn begins to sign in with a passkey.
func beginSignIn(v *visit) (*result, error) {
	return v.begun(func(rp staff.RP) (staff.Ceremony, error) { return v.server.desk.BeginSignIn(v.ctx, rp) })
}

// beginAccept begins to accept an invitation with a passkey.
func beginAccept(v *visit) (*result, error) {
	return v.begun(func(rp staff.RP) (staff.Ceremony, error) {
		return v.server.desk.BeginAccept(v.ctx, rp, v.r.PathValue("token"), v.form.get("name"))
	})
}

// beginPasskey begins to add a passkey to one's own account.
func beginPasskey(v *visit) (*result, error) {
	return v.begun(func(rp staff.RP) (staff.Ceremony, error) {
		return v.server.desk.BeginPasskey(v.ctx, rp, v.me.Account.ID)
	})
}
