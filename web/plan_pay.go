package web

import (
	"slices"

	"kept/figures"
	"kept/ledger"
	"kept/promise"
)

// Pay is the page of the movements of a promise's money.
type Pay struct {
	Form
	Shown   Promise
	Types   []Choice
	Parties []Choice
	Back    *figures.Payment // one that is to be taken back, once this is confirmed
}

// mostRef is the longest reference of a payment, as the book takes it.
const mostRef = 200

// MostRef is the longest reference of a payment.
func (p Pay) MostRef() int { return mostRef }

func planPay(v *visit) (*result, error) {
	one, err := v.mine()
	if err != nil {
		return nil, err
	}
	t := v.terms(nil)
	p := Pay{}
	here := v.links().OfficeLink("promises/" + itoa(one.Number) + "/pay")
	verb, id := t.form.do()
	switch verb {
	case "pay":
		d, err := t.payment(one)
		if err != nil {
			return nil, err
		}
		if t.form.right() && v.failed == nil {
			return &result{drafts: []ledger.Draft{d}, to: here + "#movements"}, nil
		}
	case "back", "take-back":
		i := slices.IndexFunc(one.Payments, func(x figures.Payment) bool { return x.ID == id })
		if i < 0 {
			return nil, unclear
		}
		if verb == "take-back" && v.failed == nil {
			d := promise.TakeBack(v.me.Grant.Who, id)
			d.ID = t.form.entryID("take-back " + id)
			return &result{drafts: []ledger.Draft{d}, to: here + "#movements"}, nil
		}
		if v.failed == nil {
			p.Back = &one.Payments[i]
		}
	}
	return t.payPage(p, one)
}

// payment reads a movement of money.
func (t *terms) payment(one *figures.Promise) (ledger.Draft, error) {
	v, f := t.visit, t.form
	m := promise.Payment{Type: f.get("type"), Ref: f.get("ref")}
	if !slices.Contains(promise.PaymentTypes, m.Type) {
		t.need("type")
	}
	day := t.day("day", true)
	if day > v.Day && m.Type != "committed" {
		f.say("day", v.p.T("plan.not-yet"))
	}
	m.Currency, m.Minor = v.typedMoney("currency", "amount")
	if m.Minor == 0 && f.wrong["amount"] == "" && f.wrong["currency"] == "" {
		f.say("amount", v.p.T("plan.nothing-paid"))
	}
	var err error
	if m.From, err = v.typedOrganisation("from"); err != nil {
		return ledger.Draft{}, err
	}
	if m.To, err = v.typedOrganisation("to"); err != nil {
		return ledger.Draft{}, err
	}
	if len(m.Ref) > mostRef {
		f.say("ref", v.p.T("plan.too-long", "Max", mostRef))
	}
	d := promise.Pay(v.me.Grant.Who, one.ID, day, m)
	d.ID = f.entryID("")
	return d, nil
}

func (t *terms) payPage(p Pay, one *figures.Promise) (*result, error) {
	v := t.visit
	p.Form = v.formPage("promises", v.p.T("plan.pay", "Number", itoa(one.Number)))
	for _, kind := range promise.PaymentTypes {
		p.Types = append(p.Types, Choice{Value: kind, Text: v.p.T("payment." + kind), Selected: kind == "disbursed"})
	}
	if t.form.values.Get("day") == "" && t.form.values.Get(formDo) != "pay" {
		t.form.set("day", v.Day)
	}
	if t.form.values.Get("currency") == "" && len(one.Money) > 0 {
		t.form.set("currency", one.Money[0].Currency)
	}
	var err error
	if p.Parties, err = v.organisations(); err != nil {
		return nil, err
	}
	p.Shown, err = v.shown(p.Page, one)
	return &result{page: p, name: "plan-pay"}, err
}
