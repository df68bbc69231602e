package web

import (
	"regexp"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// SettleList is a page that lists tasks or organisations, with a form for one more.
type SettleList struct {
	Form
	Pager
	Lines    []SettleLine
	Count    figures.Number
	Done     locale.Wording // what the form before wrote
	Proposed bool           // the code was made of the name and is to be looked at
}

// SettleLine is one of them.
type SettleLine struct {
	Code    string
	Name    locale.Wording
	Aliases []string
	Country string
	Sends   int64 // teams
}

func settleTasks(v *visit) (*result, error) {
	proposed := false
	if v.form != nil && v.failed == nil {
		name, code, made, err := v.newThing(programme.OfTask, known(v, programme.Tasks))
		if err != nil {
			return nil, err
		}
		if proposed = made; v.form.right() && !proposed {
			d := ledger.Draft{Kind: programme.KindTask, ID: v.form.entryID(""), Who: v.me.Grant.Who, Data: programme.Task{Code: code, Name: name}}
			return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("tasks", doneKey, code)}, nil
		}
	}
	p := SettleList{Form: v.formPage("parts", v.p.T("settle.tasks")), Proposed: proposed}
	rows, err := programme.Tasks.Select(v.Tx, "ORDER BY v.seq")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p.Lines = append(p.Lines, SettleLine{Code: row.Code, Name: programme.ParseWords(row.Name)})
	}
	if p.Count, err = v.Simple("tasks"); err != nil {
		return nil, err
	}
	p.Done, err = doneOf(v, programme.Tasks, func(r *programme.TaskRow) string { return r.Name })
	return &result{page: p, name: "settle-tasks"}, err
}

// validCountry is what a country's code looks like.
var validCountry = regexp.MustCompile(`^[A-Z]{2}$`)

func settleOrganisations(v *visit) (*result, error) {
	proposed := false
	if v.form != nil && v.failed == nil {
		name, code, made, err := v.newThing(programme.OfOrganisation, known(v, programme.Organisations))
		if err != nil {
			return nil, err
		}
		country := strings.ToUpper(v.form.get("country"))
		if country != "" && !validCountry.MatchString(country) {
			v.form.say("country", v.p.T("settle.country-wrong"))
		}
		if proposed = made; v.form.right() && !proposed {
			d := ledger.Draft{Kind: programme.KindOrganisation, ID: v.form.entryID(""), Who: v.me.Grant.Who,
				Data: programme.Organisation{Code: code, Name: name, Country: country}}
			return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("organisations", doneKey, code)}, nil
		}
	}
	p := SettleList{Form: v.formPage("parts", v.p.T("settle.organisations")), Proposed: proposed}
	number, err := v.pageNumber()
	if err != nil {
		return nil, err
	}
	if p.Count, err = v.Simple("organisations"); err != nil {
		return nil, err
	}
	if p.Pager, err = pager(number, p.Count.Int(), func(n string) string { return p.OfficeLink("organisations", "page", n) }); err != nil {
		return nil, err
	}
	rows, err := programme.Organisations.Select(v.Tx, "ORDER BY v.seq LIMIT $1 OFFSET $2", int64(settlePerPage), int64((number-1)*settlePerPage))
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p.Lines = append(p.Lines, SettleLine{Code: row.Code, Name: programme.ParseWords(row.Name), Country: row.Country})
	}
	if err := v.addSent(p.Lines); err != nil {
		return nil, err
	}
	p.Done, err = doneOf(v, programme.Organisations, func(r *programme.OrganisationRow) string { return r.Name })
	return &result{page: p, name: "settle-organisations"}, err
}

// addSent puts to organisations their second names, and how many teams each sends.
func (v *visit) addSent(lines []SettleLine) error {
	if len(lines) == 0 {
		return nil
	}
	at := map[string]*SettleLine{}
	s := &statement{}
	var codes []any
	for i := range lines {
		at[lines[i].Code] = &lines[i]
		codes = append(codes, lines[i].Code)
	}
	s.and("organisation IN ("+strings.TrimSuffix(strings.Repeat("%s, ", len(codes)), ", ")+")", codes...)
	var code, name string
	err := v.Tx.Each([]any{&code, &name}, func() error {
		at[code].Aliases = append(at[code].Aliases, name)
		return nil
	}, "SELECT organisation, name FROM alias "+s.String()+" ORDER BY organisation, name", s.args...)
	if err != nil {
		return err
	}
	var n int64
	return v.Tx.Each([]any{&code, &n}, func() error { at[code].Sends = n; return nil },
		"SELECT organisation, count(*) FROM team "+s.String()+" GROUP BY organisation", s.args...)
}

// SettleAliases is the page of an organisation's second names.
type SettleAliases struct {
	Form
	Code string
	Of   locale.Wording
	Have []string
}

func settleAliases(v *visit) (*result, error) {
	code := v.r.PathValue("code")
	row, ok, err := programme.Organisations.One(v.Tx, code)
	if err == nil && !ok {
		err = notFound
	}
	if err != nil {
		return nil, err
	}
	rows, err := programme.Aliases.Select(v.Tx, "WHERE v.organisation = $1 ORDER BY v.name", code)
	if err != nil {
		return nil, err
	}
	var have []string
	for _, r := range rows {
		have = append(have, r.Name)
	}
	if v.form != nil && v.failed == nil {
		d := ledger.Draft{Kind: programme.KindAlias, ID: v.form.entryID(""), Who: v.me.Grant.Who,
			Data: programme.Alias{Organisation: code, Name: v.form.get("alias")}}
		sent, err := v.sentBefore(d.ID)
		if err != nil {
			return nil, err
		}
		if err := locale.Plain("und", v.form.get("alias")).Check(); err != nil {
			v.sayError("alias", err)
		} else if slices.Contains(have, v.form.get("alias")) && !sent {
			v.form.say("alias", v.p.T("refused.naming.nothing"))
		}
		if v.form.right() {
			return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("organisations", doneKey, code)}, nil
		}
	}
	p := SettleAliases{Form: v.formPage("parts", v.p.T("settle.aliases")), Code: code, Of: programme.ParseWords(row.Name), Have: have}
	return &result{page: p, name: "settle-aliases"}, nil
}

// sentBefore says whether the book has what a form asks for already: the form was sent twice.
func (v *visit) sentBefore(id string) (bool, error) {
	_, there, err := ledger.SeqOf(v.Tx, id)
	return there, err
}
