package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/staff"
)

// planRoutes are the pages on which an office promises, and changes what it promised.
var planRoutes = slices.Concat(
	formPage("/office/promises", plan, listKeys, nil, planList),
	formPage("/office/promises/new", plan, []string{"draft", "like"}, slices.Concat(termsFields, []string{"draft", "each", "description.*"}), planNew),
	[]route{page("GET /office/promises/made", plan, []string{"form"}, planMade)},
	formPage("/office/promises/{number}/amend", plan, []string{"back"}, slices.Concat(termsFields, []string{"version", "reason.*", "keep.*", "keep.*.*"}), planAmend),
	formPage("/office/promises/{number}/withdraw", plan, nil, []string{"reason.*"}, planWithdraw),
	formPage("/office/promises/{number}/pay", plan, nil, []string{"type", "day", "currency", "amount", "from", "to", "ref"}, planPay),
	formPage("/office/promises/{number}/translate", plan, nil,
		[]string{"version", "into.title.*", "into.measure.*.name.*", "into.measure.*.unit.*", "into.milestone.*.title.*"}, planTranslate),
)

// termsFields are the fields of terms.
var termsFields = []string{
	"title.*", "task", "team", "office", "places[]", "in[]", "find",
	"plan", "due", "within", "every", "interval", "from", "until",
	"measure.*.name.*", "measure.*.unit.*", "measure.*.down", "measure.*.baseline", "measure.*.year",
	"measure.*.target.*.from", "measure.*.target.*.to", "measure.*.target.*.value",
	"measure.*.every", "measure.*.begin", "measure.*.end",
	"milestone.*.title.*", "milestone.*.due",
	"money.*.source", "money.*.currency", "money.*.amount", "money.*.from", "money.*.to",
}

// kindOfDraft is the kind of drafts of promises at the desk.
const kindOfDraft = promise.KindPromise

// PlanList is the page of what an office promised, and of what it has begun to write. The office that runs the programme sees
// what all of them promised.
type PlanList struct {
	*List
	Runs   bool
	Names  Names // of the offices that must answer
	Form   Form
	Drafts []staff.Draft
	Open   map[int64]bool // by number: those which the reader may change
	Places bool           // there is a place to which something can be promised
}

// planList lists the office's own promises. A draft is thrown away here.
func planList(v *visit) (*result, error) {
	if v.form != nil {
		verb, id := v.form.do()
		if verb == "drop" {
			if err := v.server.desk.DropDraft(v.ctx, v.shelf.name, v.me.Grant.Who, id); err != nil {
				return nil, err
			}
		}
		return &result{to: v.links().OfficeLink("promises")}, nil
	}
	f, order, at, err := v.filter()
	if err != nil {
		return nil, err
	}
	if !v.runs() {
		f.Office = v.ownOffice()
	}
	switch {
	case f.Place != "":
		if err := v.only(true, strings.Split(f.Place, ",")); err != nil {
			return nil, err
		}
	default:
		f.Place = strings.Join(v.me.Grant.Places, ",")
	}
	p := PlanList{Form: v.formPage("promises", v.p.T("plan.list")), Open: map[int64]bool{}, Runs: v.runs(), Names: noNames()}
	if p.List, err = v.listOf(&List{Page: p.Form.Page, Base: "office/promises", Filter: f, Sort: order, At: at}); err != nil {
		return nil, err
	}
	if err := p.within(v); err != nil {
		return nil, err
	}
	if p.Drafts, err = v.drafts(); err != nil {
		return nil, err
	}
	for _, l := range p.Lines {
		p.Names.Organisations[l.Office] = locale.Wording{}
	}
	if err := p.Names.read(v); err != nil {
		return nil, err
	}
	p.Places, err = v.Tx.One([]any{new(int64)}, "SELECT 1 FROM place LIMIT 1")
	return &result{page: p, name: "plan-promises"}, err
}

// within leaves only the places of the grant to choose from, and notes which promises lie wholly in them.
func (p *PlanList) within(v *visit) error {
	if len(v.me.Grant.Places) == 0 {
		for _, l := range p.Lines {
			p.Open[l.Number] = true
		}
		return nil
	}
	var inside []Choice
	for _, c := range p.List.Places {
		ok, err := v.me.reaches(v.Tx, []string{c.Value})
		if err != nil {
			return err
		}
		if ok {
			inside = append(inside, c)
		}
	}
	p.List.Places = inside
	for _, l := range p.Lines {
		ok, err := v.me.reaches(v.Tx, l.Terms.Places)
		if err != nil {
			return err
		}
		p.Open[l.Number] = ok
	}
	return nil
}

// Begun says whether the office has promised anything at all, in any standing and under any task.
func (p PlanList) Begun() bool { return p.All.Int() > 0 || p.Total.Int() > 0 || p.Chosen() }

// Chosen says whether the reader chose anything; that the promises are the office's own is not his choice.
func (p PlanList) Chosen() bool {
	f := p.Filter
	if !p.Runs {
		f.Office = ""
	}
	if f.Place == strings.Join(p.Me.Grant.Places, ",") {
		f.Place = ""
	}
	return !f.Empty()
}

// ownOffice is the code of the office of who is signed in.
func (v *visit) ownOffice() string { return strings.TrimPrefix(v.me.Grant.Who, "org:") }

// noNames are names that are still to be read.
func noNames() Names {
	return Names{map[string]locale.Wording{}, map[string]locale.Wording{}, map[string]locale.Wording{}, map[string]locale.Wording{}}
}

// drafts are the drafts of promises of the office.
func (v *visit) drafts() ([]staff.Draft, error) {
	all, err := v.server.desk.Drafts(v.ctx, v.shelf.name, v.me.Grant.Who)
	return slices.DeleteFunc(all, func(d staff.Draft) bool { return d.Kind != kindOfDraft }), err
}

// mine reads the promise that a page is about, if it is the office's to change.
func (v *visit) mine() (*figures.Promise, error) {
	number, ok := parseNumber(v.r.PathValue("number"))
	if !ok {
		return nil, notFound
	}
	one, ok, err := v.One(number)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	return one, v.mayAnswerFor(&one.Row, &one.Terms)
}

// parseNumber reads a number as addresses have it: in one form only.
func parseNumber(text string) (n int64, ok bool) {
	for _, r := range text {
		if r < '0' || r > '9' || n > 1<<40 {
			return 0, false
		}
		n = n*10 + int64(r-'0')
	}
	return n, text != "" && itoa(n) == text
}

// shown is a promise with the names of all that some terms speak of, as the public page shows it.
func (v *visit) shown(page Page, one *figures.Promise, terms ...*promise.Terms) (Promise, error) {
	p := Promise{Page: page, Promise: one}
	var err error
	if p.Names, err = v.names(one); err != nil {
		return p, err
	}
	for _, t := range terms {
		p.Names.collect(t)
	}
	delete(p.Names.Organisations, "")
	delete(p.Names.Teams, "")
	return p, p.Names.read(v)
}

// organisations are all, to choose from, by name.
func (v *visit) organisations() ([]Choice, error) {
	rows, err := programme.Organisations.Select(v.Tx, "ORDER BY v.seq")
	var out []Choice
	for _, r := range rows {
		out = append(out, Choice{Value: r.Code, Text: plain(v.p, programme.ParseWords(r.Name))})
	}
	v.sort(out)
	return append([]Choice{{Text: v.p.T("plan.none")}}, out...), err
}
