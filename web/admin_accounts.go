package web

import (
	"html/template"
	"net/url"
	"slices"

	"kept/staff"
)

// adminPages are those of the admin's office besides what every office has. TestRoleRoute has a row for each.
var adminPages = slices.Concat(
	formPage("/{$}", govern, []string{doneKey}, nil, accountsPage),
	formPage("/invite", govern, grantKeys, grantFields, invitePage),
	formPage("/accounts/{id}", govern, []string{doneKey}, nil, accountPage),
	formPage("/accounts/{id}/grant", govern, grantKeys, grantFields, grantPage),
	[]route{page("GET /acts", govern, []string{"programme", "before"}, actsPage)},
	formPage("/programmes", govern, []string{"opened"}, nil, programmesPage),
	formPage("/programmes/new", govern, nil, openFields, openPage),
)

// Accounts is the page of all accounts and open links.
type Accounts struct {
	Form
	Accounts []AccountLine
	Links    []LinkLine
	Recalled bool
}

// AccountLine is an account in a list.
type AccountLine struct {
	staff.Account
	Lines []GrantLine
	Self  bool
}

// LinkLine is a link that nobody has used yet.
type LinkLine struct {
	staff.Invitation
	Lines []GrantLine
	Until string // day
}

const doneRecalled = "recalled"

func accountsPage(v *visit) (*result, error) {
	done := v.r.URL.Query().Get(doneKey)
	if done != "" && done != doneRecalled {
		return nil, badQuery
	}
	if v.asked() {
		verb, id := v.form.do()
		if verb != "recall" {
			return nil, unclear
		}
		if err := v.refusedByDesk(v.server.desk.Recall(v.ctx, v.me.Account, id), nil); err != nil {
			return nil, err
		}
		if v.form.right() {
			return &result{to: v.links().OfficeLink("", doneKey, doneRecalled)}, nil
		}
	}
	page := Accounts{Form: v.formPage("accounts", v.p.T("accounts.title")), Recalled: done == doneRecalled && v.form == nil}
	all, err := v.server.desk.Accounts(v.ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		line := AccountLine{Account: a, Self: a.ID == v.me.Account.ID}
		if line.Lines, err = v.grantLines(a.Grants); err != nil {
			return nil, err
		}
		page.Accounts = append(page.Accounts, line)
	}
	open, err := v.server.desk.Invitations(v.ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range open {
		line := LinkLine{Invitation: i, Until: dayOf(i.Expires)}
		if line.Lines, err = v.grantLines(i.Grants); err != nil {
			return nil, err
		}
		page.Links = append(page.Links, line)
	}
	return &result{page: page, name: "admin-accounts"}, nil
}

// Resets says whether the link sets a new password on an account that is there.
func (l LinkLine) Resets() bool { return l.Kind == staff.KindReset }

// Account is the page of one account.
type Account struct {
	Form
	Of      AccountLine
	Confirm string // what is asked for and waits for a yes
	Object  string // the programme whose role is taken away
	Done    string
}

// What can be done to an account on its page, and stands in the address afterwards.
const (
	doneEnded    = "ended"
	doneReopened = "reopened"
	doneGranted  = "granted"
	doneTaken    = "taken"
)

var accountDones = []string{doneEnded, doneReopened, doneGranted, doneTaken}

// The buttons that are pressed twice: the page first says what they do.
const (
	askReset = "reset"
	askEnd   = "end"
	askTake  = "take"
)

func accountPage(v *visit) (*result, error) {
	account, err := v.accountInAddress()
	if err != nil {
		return nil, err
	}
	done := v.r.URL.Query().Get(doneKey)
	if done != "" && !slices.Contains(accountDones, done) {
		return nil, badQuery
	}
	confirm, object := "", ""
	if v.asked() {
		done = ""
		verb, of := v.form.do()
		switch verb {
		case askReset, askEnd, askTake:
			confirm, object = verb, of
		default:
			out, err := v.changeAccount(account, verb, of)
			if err := v.refusedByDesk(err, nil); err != nil {
				return nil, err
			}
			if v.form.right() {
				return out, nil
			}
		}
	}
	page := Account{Form: v.formPage("accounts", account.Name), Confirm: confirm, Object: object, Done: done}
	page.Of = AccountLine{Account: account, Self: account.ID == v.me.Account.ID}
	if page.Of.Lines, err = v.grantLines(account.Grants); err != nil {
		return nil, err
	}
	if confirm == askTake && !slices.ContainsFunc(account.Grants, func(g staff.Grant) bool { return g.Programme == object }) {
		return nil, unclear
	}
	return &result{page: page, name: "admin-account"}, nil
}

// Asked says whether the page asks to confirm that the role of a line is taken away.
func (p Account) Asked(g GrantLine) bool { return p.Confirm == askTake && p.Object == g.Programme }

// accountInAddress is the account that the page is about.
func (v *visit) accountInAddress() (staff.Account, error) {
	a, err := v.server.desk.Account(v.ctx, v.r.PathValue("id"))
	if refusedAs(err, "staff.no-account") {
		return a, notFound
	}
	return a, err
}

// changeAccount does what was confirmed.
func (v *visit) changeAccount(a staff.Account, verb, object string) (*result, error) {
	desk, by, done := v.server.desk, v.me.Account, ""
	var err error
	switch verb {
	case askReset + "-now":
		token, err := desk.Reset(v.ctx, by, a.ID)
		if err != nil {
			return nil, err
		}
		return v.linkPage(token, a.Name, a.Grants)
	case askEnd + "-now":
		done, err = doneEnded, desk.EndAccount(v.ctx, by, a.ID)
	case "reopen":
		done, err = doneReopened, desk.Reopen(v.ctx, by, a.ID)
	case askTake + "-now":
		left := slices.DeleteFunc(slices.Clone(a.Grants), func(g staff.Grant) bool { return g.Programme == object })
		done, err = doneTaken, desk.SetGrants(v.ctx, by, a.ID, left)
	default:
		err = unclear
	}
	return &result{to: v.links().OfficeLink("accounts/"+url.PathEscape(a.ID), doneKey, done)}, err
}

// Link is the page that shows a link, once.
type Link struct {
	Page
	Address string
	Code    template.HTML // the address as a picture
	Lines   []GrantLine
	Reset   string // the name of the account that it resets
	Until   string // the last day
}

// linkPage shows the link of a token that was just made. Nothing shows it again: the desk does not know it any more.
func (v *visit) linkPage(token, reset string, grants []staff.Grant) (*result, error) {
	i, err := v.server.desk.Invitation(v.ctx, token)
	if err != nil {
		return nil, err
	}
	page := Link{Page: v.page("accounts", v.p.T("link.title")), Reset: reset, Until: dayOf(i.Expires)}
	if reset != "" {
		page.Title = v.p.T("link.reset-title")
	}
	if page.Lines, err = v.grantLines(grants); err != nil {
		return nil, err
	}
	// The plain address, without a language: whoever opens it has his own.
	page.Address = v.absolute(doorOf(grants) + "/invitations/" + token)
	page.Code, err = codeSVG(page.Address)
	return &result{page: page, name: "admin-link"}, err
}

// doorOf is the office whose door is shown to somebody with these grants.
func doorOf(grants []staff.Grant) string {
	if len(grants) == 0 || grants[0].Programme == "" {
		return "/" + officeName
	}
	return "/" + grants[0].Programme + "/" + officeName
}
