package web

import (
	"errors"
	"net/http"

	"kept/locale"
	"kept/staff"
)

// Invitation is the page behind a link that makes an account, or resets one.
type Invitation struct {
	Form
	Grants []GrantLine
	Reset  string // the name of the account that is reset
	Until  string // the last day of the link
	Keys   bool
	Gone   string // why the link opens nothing

	token string
}

// invitationPage shows what a link is for, and takes the name and the password or passkey.
func invitationPage(v *visit) (*result, error) {
	token := v.r.PathValue("token")
	i, err := v.server.desk.Invitation(v.ctx, token)
	var words *locale.Error
	if errors.As(err, &words) {
		return v.goneInvitation(v.p.T(words.Code, words.Args...), http.StatusNotFound)
	}
	if err != nil {
		return nil, err
	}
	if v.form != nil {
		account, done, err := v.accept(token)
		if err != nil {
			return nil, err
		}
		if done {
			return v.enterAs(account)
		}
	}
	title := v.p.T("invitation.title")
	if i.Kind == staff.KindReset {
		title = v.p.T("invitation.reset-title")
	}
	page := Invitation{Form: v.formPage("", title), Reset: i.Name, Until: dayOf(i.Expires), Keys: v.canUsePasskeys(), token: token}
	if page.Grants, err = v.grantLines(i.Grants); err != nil {
		return nil, err
	}
	return &result{page: page, name: "invitation"}, nil
}

// goneInvitation says that the link opens nothing.
func (v *visit) goneInvitation(sentence string, status int) (*result, error) {
	return &result{page: Invitation{Form: v.formPage("", v.p.T("invitation.gone-title")), Gone: sentence}, name: "invitation", status: status}, nil
}

// accept uses the link, if all that was typed is right.
func (v *visit) accept(token string) (account staff.Account, done bool, err error) {
	desk := v.server.desk
	if verb, _ := v.form.do(); verb == "passkey" {
		rp, ok := v.party()
		if !ok {
			return account, false, unclear
		}
		account, err = desk.FinishAccept(v.ctx, rp, token, v.form.get("ceremony"), v.form.get("label"), []byte(v.form.values.Get("response")))
	} else {
		if !v.typedTwice() {
			return account, false, nil
		}
		account, err = desk.Accept(v.ctx, token, v.form.get("name"), v.form.values.Get("password"))
	}
	if err != nil {
		return account, false, v.refusedByDesk(err, nil)
	}
	return account, true, nil
}

// enterAs signs in to an account whose link was just used, in an office where it has a role: this one, if it has one here.
func (v *visit) enterAs(a staff.Account) (*result, error) {
	names := []string{v.server.programmeOf(v.shelf)}
	for _, g := range a.Grants {
		names = append(names, g.Programme)
	}
	for _, name := range names {
		if _, granted := a.In(name); !granted {
			continue
		}
		behind := *v // the same reader, at another office's door
		if name == "" {
			name = officeName
		}
		if behind.shelf = v.server.find(name); behind.shelf == nil {
			continue
		}
		signed, err := v.server.desk.Enter(v.ctx, v.server.programmeOf(behind.shelf), a.ID)
		if err != nil {
			return nil, err
		}
		return behind.signedIn(signed)
	}
	return v.goneInvitation(v.p.T("invitation.no-role"), http.StatusOK)
}
