package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/staff"
)

// planNew is where something is promised: a form, a page that shows exactly what will stand in the book, and the button
// there that promises it.
func planNew(v *visit) (*result, error) {
	if v.form == nil {
		return v.planBegin()
	}
	t := v.terms(nil)
	if err := t.gather(); err != nil {
		return nil, err
	}
	verb, object := v.form.do()
	if t.change(verb, object) {
		verb = ""
	}
	if verb == "save" {
		return t.save()
	}
	p := PlanForm{}
	if verb == "preview" || verb == "promise" {
		n, err := t.promises()
		if err != nil {
			return nil, err
		}
		switch {
		case !v.form.right():
		case verb == "promise" && v.failed == nil:
			to := v.links().OfficeLink("promises/made", "form", v.form.values.Get(formID))
			return &result{drafts: n.drafts, to: to, after: t.drop}, nil
		default:
			out, err := t.show(n)
			if err != nil || v.form.right() || v.failed != nil {
				return out, err
			}
		}
	}
	return t.newPage(p)
}

func (t *terms) newPage(p PlanForm) (*result, error) {
	v := t.visit
	p.Form = v.formPage("promises", v.p.T("plan.new"))
	if id := t.form.get("draft"); id != "" {
		d, there, err := v.server.desk.Draft(v.ctx, v.shelf.name, v.me.Grant.Who, id)
		if err != nil {
			return nil, err
		}
		if there {
			p.Since = d.Changed
		}
	}
	return t.page(p)
}

// planBegin is the form as it is asked for: empty, with a draft, or with the terms of another promise.
func (v *visit) planBegin() (*result, error) {
	q := v.r.URL.Query()
	t := v.terms(nil)
	if id := q.Get("draft"); id != "" {
		d, there, err := v.server.desk.Draft(v.ctx, v.shelf.name, v.me.Grant.Who, id)
		if err != nil {
			return nil, err
		}
		values, err := url.ParseQuery(d.Form)
		if !there || d.Kind != kindOfDraft || err != nil {
			return nil, notFound
		}
		t.form.values = values
		t.form.set("draft", id)
		return t.newPage(PlanForm{})
	}
	if like := q.Get("like"); like != "" {
		if err := t.like(like); err != nil {
			return nil, err
		}
	}
	return t.newPage(PlanForm{})
}

// like fills the form with the terms of another promise, as far as they can be this office's: only places within reach.
func (t *terms) like(text string) error {
	v := t.visit
	number, ok := parseNumber(text)
	if !ok {
		return notFound
	}
	one, ok, err := v.One(number)
	if err != nil {
		return err
	}
	if !ok {
		return notFound
	}
	for _, w := range one.Terms.Wordings() {
		t.speaks(*w.Wording)
	}
	t.fill(&one.Terms)
	var near []string
	for _, place := range one.Terms.Places {
		ok, err := v.me.reaches(v.Tx, []string{place})
		if err != nil {
			return err
		}
		if ok {
			near = append(near, place)
		}
	}
	t.form.values["places[]"] = near
	if one.Terms.Office == "" {
		t.form.set("office", v.ownOffice())
	}
	said, err := v.description(&one.Row)
	if err == nil && len(said.In) > 0 {
		t.form.setWording("description", said.Wording)
	}
	return err
}

// save keeps what was typed as a draft, whether it is right or not.
func (t *terms) save() (*result, error) {
	v, f := t.visit, t.form
	v.form.wrong = map[string]string{}
	values := url.Values{}
	for name, of := range f.values {
		if name != formDo && name != "find" && name != "draft" && strings.Join(of, "") != "" {
			values[name] = of
		}
	}
	title, _ := f.wording("title", t.languages).Best(v.p.Tag)
	id, err := v.server.desk.PutDraft(v.ctx, staff.Draft{ID: f.get("draft"), Programme: v.shelf.name, Who: v.me.Grant.Who, Kind: kindOfDraft,
		Title: title, Form: values.Encode(), By: v.me.Account.ID})
	var words *locale.Error
	if errors.As(err, &words) {
		if words.Code == "staff.no-draft" {
			f.set("draft", "") // somebody threw it away: the next time it is kept anew
		}
		f.say("", v.p.T(words.Code, words.Args...))
		return t.newPage(PlanForm{})
	}
	if err != nil {
		return nil, err
	}
	return &result{to: v.links().OfficeLink("promises/new", "draft", id)}, nil
}

// drop throws the draft away that has become a promise.
func (t *terms) drop() {
	v, id := t.visit, t.form.get("draft")
	if id == "" {
		return
	}
	if err := v.server.desk.DropDraft(v.ctx, v.shelf.name, v.me.Grant.Who, id); err != nil {
		v.server.log.Error("a draft stays though it was promised", "error", err)
	}
}

// promised is what a form promises, and the drafts of its entries.
type promised struct {
	terms       *promise.Terms
	description locale.Wording
	drafts      []ledger.Draft
}

// promises reads the form, and drafts what it promises: one entry, or one for each place.
func (t *terms) promises() (*promised, error) {
	v, f := t.visit, t.form
	now, err := t.read()
	if err != nil {
		return nil, err
	}
	n := &promised{terms: now, description: f.wording("description", t.languages)}
	if !n.description.IsZero() {
		t.check("description", n.description, promise.MaxDescription)
	}
	if !f.right() && v.failed == nil {
		return n, nil
	}
	salt := promise.Salt(v.server.desk.Salt(f.values.Get(formID)))
	draft := func(places []string, further string) error {
		own := *now
		own.Places = places
		d, err := promise.Describe(v.me.Grant.Who, promise.Promised{Terms: own}, n.description, salt)
		d.ID = f.entryID(further)
		n.drafts = append(n.drafts, d)
		return err
	}
	if f.get("each") != "each" {
		return n, draft(now.Places, "")
	}
	for _, place := range now.Places {
		if err := draft([]string{place}, place); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// show is the page before promising, and after it if the book did not take all.
func (t *terms) show(n *promised) (*result, error) {
	v := t.visit
	first := *n.terms
	p, err := t.preview("promises", v.p.T("plan.preview"), n.terms, n.drafts)
	if err != nil {
		return nil, err
	}
	p.Description = n.description
	if p.Shown, err = v.shown(p.Page, &figures.Promise{Line: figures.Line{Terms: first}}, n.terms); err != nil {
		return nil, err
	}
	if v.refusals != nil {
		err = p.outcome(v, n.drafts)
	}
	return &result{page: p, name: "plan-preview"}, err
}

// outcome says of several entries which stand and which were refused.
func (p *Preview) outcome(v *visit, drafts []ledger.Draft) error {
	if len(drafts) < 2 {
		return nil
	}
	for _, d := range drafts {
		place := p.Shown.Names.Places[d.Data.(promise.Promised).Terms.Places[0]]
		if why := v.refusals[d.ID]; why != nil {
			p.Refused = append(p.Refused, RefusedLine{place, v.refusal(why)})
		}
	}
	var err error
	p.Made, err = v.made(p.ID())
	return err
}

// planMade says what came of a form that promised.
func planMade(v *visit) (*result, error) {
	id := v.r.URL.Query().Get("form")
	if !validForm.MatchString(id) {
		return nil, notFound
	}
	lines, err := v.made(id)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, notFound
	}
	p := PlanMade{Page: v.page("promises", v.p.T("plan.stands")), Lines: lines}
	return &result{page: p, name: "plan-made"}, nil
}

// PlanMade is the page after promising.
type PlanMade struct {
	Page
	Lines []MadeLine
}

// Like is the number of a promise whose terms the next one can begin with.
func (p PlanMade) Like() string { return itoa(p.Lines[0].Number) }

// mostMade is how many of an office's latest promises are looked through for those that a form made.
const mostMade = 4 * promise.MaxPlaces

// made lists the promises that came of one form, in their order. They are known by their ids, which follow from the form's.
func (v *visit) made(id string) ([]MadeLine, error) {
	f := &form{values: url.Values{formID: {id}}}
	office := v.ownOffice()
	if v.runs() {
		office = "" // it may have promised for any
	}
	rows, err := promise.View.Select(v.Tx, "WHERE ($1 = '' OR v.office = $1) ORDER BY v.number DESC LIMIT $2", office, int64(mostMade))
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	places, err := v.onlyPlaces(office)
	if err != nil {
		return nil, err
	}
	page := v.links()
	var out []MadeLine
	for _, r := range rows {
		place, single := places[r.Seq]
		alone := r.ID == f.entryID("")
		if !alone && (!single || r.ID != f.entryID(place)) {
			continue
		}
		version, _, err := promise.Versions.One(v.Tx, r.Seq, r.Version)
		if err != nil {
			return nil, err
		}
		t, err := promise.ParseTerms(version.Terms)
		if err != nil {
			return nil, err
		}
		line := MadeLine{Number: r.Number, Title: t.Title, Address: v.absolute(strings.SplitN(page.PromiseLink(r.Number), "?", 2)[0])}
		if !alone {
			row, _, err := programme.Places.One(v.Tx, place)
			if err != nil {
				return nil, err
			}
			line.Place = programme.ParseWords(row.Name)
		}
		out = append(out, line)
	}
	return out, nil
}

// onlyPlaces are the places of an office's latest promises, of those that have one only.
func (v *visit) onlyPlaces(office string) (map[int64]string, error) {
	out := map[int64]string{}
	var seq int64
	var place string
	err := v.Tx.Each([]any{&seq, &place}, func() error { out[seq] = place; return nil },
		`SELECT x.promise, min(x.place) FROM promise_place AS x WHERE x.promise IN (SELECT seq FROM promise WHERE ($1 = '' OR office = $1) ORDER BY number DESC LIMIT $2)
			GROUP BY x.promise HAVING count(*) = 1`, office, int64(mostMade))
	return out, err
}
