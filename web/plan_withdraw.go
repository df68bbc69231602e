package web

import (
	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// Withdraw is the page on which a promise is withdrawn: first the reason, then once more what it means.
type Withdraw struct {
	Form
	Shown  Promise
	Reason locale.Wording // empty until it is to be confirmed
	Fields []HeldField
}

// MaxReason is the longest reason.
func (p Withdraw) MaxReason() int { return promise.MaxText }

func planWithdraw(v *visit) (*result, error) {
	one, err := v.mine()
	if err != nil {
		return nil, err
	}
	t := v.terms(nil)
	_, before, err := ledger.SeqOf(v.Tx, t.form.entryID(""))
	if err != nil {
		return nil, err
	}
	if one.Withdrawn != "" && !before {
		return v.planOver(one)
	}
	verb, _ := t.form.do()
	var reason locale.Wording
	if verb == "preview" || verb == "withdraw" {
		reason = t.reason()
	}
	if verb == "withdraw" && t.form.right() && v.failed == nil {
		d, err := promise.Withdraw(v.me.Grant.Who, one.ID, reason, v.server.desk.Salt(t.form.values.Get(formID)))
		d.ID = t.form.entryID("")
		return &result{drafts: []ledger.Draft{d}, to: v.links().PromiseLink(one.Number)}, err
	}
	return t.withdrawPage(one, reason)
}

func (t *terms) withdrawPage(one *figures.Promise, reason locale.Wording) (*result, error) {
	v := t.visit
	p := Withdraw{Form: v.formPage("promises", v.p.T("plan.withdraw", "Number", itoa(one.Number)))}
	p.Tongues = t.languages
	if t.form.right() {
		p.Reason, p.Fields = reason, t.form.hidden()
	}
	var err error
	p.Shown, err = v.shown(p.Page, one)
	return &result{page: p, name: "plan-withdraw"}, err
}
