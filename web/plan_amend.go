package web

import (
	"slices"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// planAmend is where a promise is changed: the form of its terms with a reason, and a page that shows old beside new and how
// it will be marked. If somebody else was faster, the person sees both and decides.
func planAmend(v *visit) (*result, error) {
	one, err := v.mine()
	if err != nil {
		return nil, err
	}
	if one.Withdrawn != "" {
		return v.planOver(one)
	}
	if v.form == nil {
		return v.amendBegin(one)
	}
	number, ok := parseNumber(v.form.get("version"))
	if !ok || number < 1 || number > one.Version {
		return nil, unclear
	}
	t := v.terms(&one.History[number-1].Terms)
	for _, w := range one.Terms.Wordings() {
		t.speaks(*w.Wording)
	}
	if err := t.gather(); err != nil {
		return nil, err
	}
	_, before, err := ledger.SeqOf(v.Tx, v.form.entryID(""))
	if err != nil {
		return nil, err
	}
	verb, object := v.form.do()
	if t.change(verb, object) {
		verb = ""
	}
	if number != one.Version && !before {
		return t.merge(one, number, verb)
	}
	if verb == "preview" || verb == "amend" {
		out, err := t.amendment(one, verb)
		if err != nil || out != nil {
			return out, err
		}
	}
	return t.amendPage(one, 0)
}

// amendBegin is the form as it is asked for: with the current terms, or with those of a former version.
func (v *visit) amendBegin(one *figures.Promise) (*result, error) {
	t := v.terms(&one.Terms)
	from, former := one.Terms, int64(0)
	if back := v.r.URL.Query().Get("back"); back != "" {
		var ok bool
		if former, ok = parseNumber(back); !ok || former < 1 || former >= one.Version {
			return nil, notFound
		}
		from = one.History[former-1].Terms
		from.Translated(&one.Terms)
		for _, w := range from.Wordings() {
			t.speaks(*w.Wording)
		}
	}
	t.fill(&from)
	t.form.set("version", itoa(one.Version))
	return t.amendPage(one, former)
}

func (t *terms) amendPage(one *figures.Promise, former int64) (*result, error) {
	v := t.visit
	return t.page(PlanForm{Form: v.formPage("promises", v.p.T("plan.amend", "Number", itoa(one.Number))), Amends: one, Former: former})
}

// amendment reads the form, and amends, or shows what amending would do. It returns nothing if there are mistakes.
func (t *terms) amendment(one *figures.Promise, verb string) (*result, error) {
	v, f := t.visit, t.form
	now, err := t.read()
	if err != nil {
		return nil, err
	}
	reason := t.reason()
	if t.base.Same(now) && samePieces(t.base, now) {
		f.say("", v.p.T("refused.amendment.nothing"))
	} else if t.base.Same(now) {
		f.say("", v.p.T("plan.only-translated"))
	}
	if !f.right() && v.failed == nil {
		return nil, nil
	}
	version, _ := parseNumber(f.get("version"))
	d, err := promise.Amend(v.me.Grant.Who, one.ID, version, *now, reason, v.server.desk.Salt(f.values.Get(formID)))
	if err != nil {
		return nil, err
	}
	d.ID = f.entryID("")
	if verb == "amend" && v.failed == nil {
		return &result{drafts: []ledger.Draft{d}, to: v.links().PromiseLink(one.Number)}, nil
	}
	p, err := t.preview("promises", v.p.T("plan.amend-preview", "Number", itoa(one.Number)), now, []ledger.Draft{d})
	if err != nil {
		return nil, err
	}
	after := *one
	after.Terms = *now
	p.Amends, p.Reason, p.Changes = one, reason, promise.Changes(t.base, now)
	if p.Shown, err = v.shown(p.Page, &after, now, t.base); err != nil {
		return nil, err
	}
	if p.Less, p.Late, err = promise.Marks(t.base, now, v.home.Until); err != nil {
		return nil, err
	}
	if !f.right() && v.failed == nil {
		return nil, nil
	}
	return &result{page: p, name: "plan-preview"}, nil
}

// reason reads why a promise is changed, which must be said.
func (t *terms) reason() locale.Wording { return t.words("reason", promise.MaxText) }

// samePieces says whether terms are the same with all their translations.
func samePieces(a, b *promise.Terms) bool {
	return !slices.ContainsFunc(piecesOf(a, b), func(piece string) bool { return !samePiece(a, b, piece) })
}

// Over is the page of a promise that cannot be changed any more.
type Over struct {
	Page
	Shown Promise
}

func (v *visit) planOver(one *figures.Promise) (*result, error) {
	p := Over{Page: v.page("promises", v.p.T("plan.over", "Number", itoa(one.Number)))}
	var err error
	p.Shown, err = v.shown(p.Page, one)
	return &result{page: p, name: "plan-over"}, err
}

// Merge is the page for whoever changed a promise while somebody else did: what he began with, how it stands now, what he
// typed, and the choice.
type Merge struct {
	Form
	Amends *figures.Promise
	Shown  Promise
	Others []figures.Version // the amendments that came between
	Pieces []Difference
	Fields []HeldField
}

// Difference is a piece of the terms that the other amendment changed.
type Difference struct {
	Piece             string
	Began, Now, Typed *promise.Terms
}

// Measure is the number of a measure, from 1; 0 for another piece.
func (d Difference) Measure() int {
	n, _, ok := rowOf("measure", d.Piece)
	if !ok {
		return 0
	}
	return n + 1
}

// merge shows what another amendment changed, or puts the decisions into the form, which then is one of the current version.
func (t *terms) merge(one *figures.Promise, number int64, verb string) (*result, error) {
	v, f := t.visit, t.form
	f.wrong = map[string]string{}
	quiet := *t
	visit := *v
	visit.form = &form{values: f.values, wrong: map[string]string{}}
	quiet.visit, quiet.form = &visit, visit.form
	typed, err := quiet.read()
	if err != nil {
		return nil, err
	}
	p := Merge{Amends: one, Others: one.History[number:]}
	for _, piece := range piecesOf(t.base, &one.Terms) {
		if samePiece(t.base, &one.Terms, piece) {
			continue
		}
		p.Pieces = append(p.Pieces, Difference{piece, t.base, &one.Terms, typed})
		if name := "keep." + piece; samePiece(t.base, typed, piece) && f.get(name) == "" {
			f.set(name, "theirs") // what he did not touch he need not decide
		}
	}
	if verb == "merge" && t.decide(p.Pieces, &one.Terms) {
		f.clear("keep")
		f.set("version", itoa(one.Version))
		t.base = &one.Terms
		return t.amendPage(one, 0)
	}
	p.Form = v.formPage("promises", v.p.T("plan.merge", "Number", itoa(one.Number)))
	delete(f.wrong, "") // that it is stale is what the page is about
	if verb == "merge" {
		f.say("", v.p.T("plan.decide"))
	}
	without := []string{"find"}
	for _, d := range p.Pieces {
		without = append(without, "keep."+d.Piece)
	}
	p.Fields = f.hidden(without...)
	p.Shown, err = v.shown(p.Page, one, t.base, typed)
	return &result{page: p, name: "plan-merge"}, err
}

// decide takes theirs where the reader chose it. It says whether every piece is decided.
func (t *terms) decide(pieces []Difference, theirs *promise.Terms) bool {
	f := t.form
	for _, d := range pieces {
		if keep := f.get("keep." + d.Piece); keep != "mine" && keep != "theirs" {
			return false
		}
	}
	for _, d := range slices.Backward(pieces) { // measures from the last, since one that goes moves those behind it
		if f.get("keep."+d.Piece) != "theirs" {
			continue
		}
		n, _, measure := rowOf("measure", d.Piece)
		switch {
		case measure && n >= len(theirs.Measures):
			f.removeRow("measure", n)
		default:
			t.put(d.Piece, theirs)
		}
	}
	return true
}
