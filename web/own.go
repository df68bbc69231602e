package web

import (
	"slices"
	"time"

	"kept/staff"
)

// doneKey stands in the address of a page that begins with what was just done.
const doneKey = "done"

// Own is the page of one's own ways to sign in.
type Own struct {
	Form
	Account  staff.Account
	Sessions []SessionLine
	Passkeys []staff.Passkey
	Keys     bool   // passkeys can be used under this address
	Done     string // what was just done
}

// SessionLine is a session that is not over.
type SessionLine struct {
	ID    string
	Grant GrantLine
	Since string // day
	Last  string // day
	This  bool
}

// What can have been done on the page of one's own sign-in.
const (
	doneSession  = "session"
	doneOthers   = "others"
	donePassword = "password"
	donePasskey  = "passkey"
	doneRemoved  = "removed"
)

var dones = []string{doneSession, doneOthers, donePassword, donePasskey, doneRemoved}

// dayOf is the day of a time, in the only zone that a server with many programmes has.
func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// ownPage shows one's sessions, password and passkeys, and changes them.
func ownPage(v *visit) (*result, error) {
	done := v.r.URL.Query().Get(doneKey)
	if done != "" && !slices.Contains(dones, done) {
		return nil, badQuery
	}
	if v.asked() {
		said, err := v.changeOwn()
		if err := v.refusedByDesk(err, map[string]string{"staff.wrong": "old", "staff.wait": "old"}); err != nil {
			return nil, err
		}
		if v.form.right() {
			return &result{to: v.links().OfficeLink("me", doneKey, said)}, nil
		}
		done = ""
	}
	fresh := v.form == nil
	page := Own{Form: v.formPage("me", v.p.T("own.title")), Keys: v.canUsePasskeys(), Done: done}
	if fresh {
		page.typed.set("others", "yes")
	}
	return &result{page: &page, name: "own"}, v.readOwn(&page)
}

// changeOwn does what a button of the page is for, and returns what was done.
func (v *visit) changeOwn() (done string, err error) {
	desk, account := v.server.desk, v.me.Account.ID
	switch verb, object := v.form.do(); verb {
	case "end":
		return doneSession, desk.EndSession(v.ctx, account, object)
	case "others":
		return doneOthers, desk.EndOthers(v.ctx, v.me.Session, v.device())
	case "password":
		if !v.typedTwice() {
			return "", nil
		}
		err := desk.ChangePassword(v.ctx, account, v.form.values.Get("old"), v.form.values.Get("password"))
		if err == nil && v.form.values.Get("others") != "" {
			err = desk.EndOthers(v.ctx, v.me.Session, v.device())
		}
		return donePassword, err
	case "passkey":
		rp, ok := v.party()
		if !ok {
			return "", unclear
		}
		return donePasskey, desk.FinishPasskey(v.ctx, rp, account, v.form.get("ceremony"), v.form.get("label"), []byte(v.form.values.Get("response")))
	case "remove":
		return doneRemoved, desk.RemovePasskey(v.ctx, account, object)
	}
	return "", unclear
}

// readOwn fills the page.
func (v *visit) readOwn(page *Own) (err error) {
	desk := v.server.desk
	if page.Account, err = desk.Account(v.ctx, v.me.Account.ID); err != nil {
		return err
	}
	if page.Passkeys, err = desk.Passkeys(v.ctx, page.Account.ID); err != nil {
		return err
	}
	sessions, err := desk.Sessions(v.ctx, page.Account.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		lines, err := v.grantLines([]staff.Grant{s.Grant})
		if err != nil {
			return err
		}
		page.Sessions = append(page.Sessions, SessionLine{ID: s.ID, Grant: lines[0], Since: dayOf(s.Since), Last: dayOf(s.Last), This: s.ID == v.me.ID})
	}
	return nil
}

// Several says whether there are other sessions than this one.
func (p *Own) Several() bool { return len(p.Sessions) > 1 }
