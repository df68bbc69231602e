package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"kept/locale"
	"kept/programme"
	"kept/staff"
	"kept/store"
)

// Grants is the page on which a role is chosen: first which role and where, then for whom. It invites somebody new, or gives
// the role to an account that is there.
type Grants struct {
	Form
	Account    *AccountLine // nil for an invitation
	Replaces   *GrantLine   // the role that the account has there now
	Programmes []Choice
	Roles      []Choice
	Chosen     bool   // where and which role are chosen
	Role       string // the role
	Short      string // short name of the programme
	BookTitle  locale.Wording
	Who        []Choice
	Places     []programme.PlaceRow // that the office is limited to
	Found      []programme.PlaceRow
	Searched   bool
	More       bool // more were found than are shown
}

var (
	grantKeys   = []string{"programme", "role", "who"}
	grantFields = []string{"who", "places[]", "q"}
)

// placesFound is how many places a search shows.
const placesFound = 30

func invitePage(v *visit) (*result, error) {
	return v.grants(nil, func(g staff.Grant) (*result, error) {
		token, err := v.server.desk.Invite(v.ctx, v.me.Account, []staff.Grant{g})
		if err != nil {
			return nil, err
		}
		return v.linkPage(token, "", []staff.Grant{g})
	})
}

func grantPage(v *visit) (*result, error) {
	account, err := v.accountInAddress()
	if err != nil {
		return nil, err
	}
	return v.grants(&account, func(g staff.Grant) (*result, error) {
		others := slices.DeleteFunc(slices.Clone(account.Grants), func(o staff.Grant) bool { return o.Programme == g.Programme })
		if err := v.server.desk.SetGrants(v.ctx, v.me.Account, account.ID, append(others, g)); err != nil {
			return nil, err
		}
		return &result{to: v.links().OfficeLink("accounts/"+url.PathEscape(account.ID), doneKey, doneGranted)}, nil
	})
}

// grants shows the choice, and gives the role when all of it is chosen.
func (v *visit) grants(account *staff.Account, give func(staff.Grant) (*result, error)) (*result, error) {
	q := v.r.URL.Query()
	page := Grants{Role: q.Get("role"), Short: q.Get("programme")}
	role := staff.Role(page.Role)
	if page.Role != "" && !slices.Contains(staff.Roles, role) {
		return nil, badQuery
	}
	if role == staff.Admin {
		page.Short = ""
	} else if page.Short != "" && (v.server.find(page.Short) == nil || page.Short == officeName) {
		return nil, badQuery
	}
	page.Chosen = role == staff.Admin || page.Role != "" && page.Short != ""
	if v.form != nil && !page.Chosen {
		return nil, unclear
	}
	if v.form != nil {
		if verb, _ := v.form.do(); verb == "give" {
			g, err := v.chosenGrant(role, page.Short)
			if err != nil {
				return nil, err
			}
			if v.form.right() {
				out, err := give(g)
				if err := v.refusedByDesk(err, map[string]string{"staff.grant": "who"}); err != nil {
					return nil, err
				}
				if v.form.right() {
					return out, nil
				}
			}
		}
	}
	return v.grantsPage(page, account)
}

func (v *visit) grantsPage(page Grants, account *staff.Account) (*result, error) {
	title := v.p.T("grant.invite-title")
	fresh := v.form == nil
	if account != nil {
		title = v.p.T("grant.title", "Name", account.Name)
		page.Account = &AccountLine{Account: *account}
		if g, there := account.In(page.Short); there && page.Chosen {
			lines, err := v.grantLines([]staff.Grant{g})
			if err != nil {
				return nil, err
			}
			page.Replaces = &lines[0]
		}
	}
	page.Form = v.formPage("accounts", title)
	if fresh {
		page.typed.set("who", v.r.URL.Query().Get("who"))
	}
	for _, r := range []staff.Role{staff.Office, staff.Team, staff.Reviewer, staff.Admin} {
		page.Roles = append(page.Roles, Choice{Value: string(r), Text: v.p.T("role-is." + string(r)), Selected: page.Role == string(r)})
	}
	for _, b := range v.server.shelves() {
		row, err := home(v.ctx, b.book)
		if err != nil {
			return nil, err
		}
		page.Programmes = append(page.Programmes, Choice{Value: b.name, Text: plain(v.p, programme.ParseWords(row.Title)), Selected: b.name == page.Short})
		if b.name == page.Short {
			page.BookTitle = programme.ParseWords(row.Title)
		}
	}
	if page.Chosen && page.Short != "" {
		if _, err := v.inBook(page.Short, func(tx *store.Tx) error { return page.read(v, tx) }); err != nil {
			return nil, err
		}
	}
	return &result{page: &page, name: "admin-invite"}, nil
}

// WithPlaces says whether the role can be limited to places.
func (p *Grants) WithPlaces() bool { return p.Role == string(staff.Office) }

// OfTeam says whether the role is a team's.
func (p *Grants) OfTeam() bool { return p.Role == string(staff.Team) }

// Places that are chosen, and those that a button adds or takes away.
func (v *visit) grantedPlaces() []string {
	codes := slices.Clone(v.form.all("places[]"))
	switch verb, code := v.form.do(); verb {
	case "add":
		codes = append(codes, code)
	case "drop":
		codes = slices.DeleteFunc(codes, func(c string) bool { return c == code })
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// read takes from the book who can be chosen, and what was searched for.
func (p *Grants) read(v *visit, tx *store.Tx) error {
	var err error
	if p.Who, err = whoChoices(v, tx, p.OfTeam()); err != nil || !p.WithPlaces() || v.form == nil {
		return err
	}
	for _, code := range v.grantedPlaces() {
		row, ok, err := programme.Places.One(tx, code)
		if err != nil {
			return err
		}
		if ok {
			p.Places = append(p.Places, row)
		}
	}
	if q := v.form.get("q"); q != "" {
		p.Searched = true
		if p.Found, err = findPlaces(tx, q, placesFound+1); err != nil {
			return err
		}
		p.Found = slices.DeleteFunc(p.Found, func(r programme.PlaceRow) bool {
			return slices.ContainsFunc(p.Places, func(c programme.PlaceRow) bool { return c.Code == r.Code })
		})
		if len(p.Found) > placesFound {
			p.Found, p.More = p.Found[:placesFound], true
		}
	}
	return nil
}

// whoChoices are the organisations or the teams of a programme, by name.
func whoChoices(v *visit, tx *store.Tx, teams bool) ([]Choice, error) {
	var out []Choice
	add := func(who, code, words string) {
		text := cmp.Or(plain(v.p, programme.ParseWords(words)), code)
		out = append(out, Choice{Value: who + code, Text: text + " (" + code + ")"})
	}
	if teams {
		rows, err := programme.Teams.Select(tx, "")
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			add("team:", r.Code, r.Name)
		}
	} else {
		rows, err := programme.Organisations.Select(tx, "")
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			add("org:", r.Code, r.Name)
		}
	}
	sorter := locale.Sorter(v.p.Tag)
	slices.SortFunc(out, func(a, b Choice) int { return cmp.Or(sorter(a.Text, b.Text), cmp.Compare(a.Value, b.Value)) })
	if len(out) == 1 {
		return out, nil
	}
	return append([]Choice{{Value: "", Text: v.p.T("grant.choose")}}, out...), nil
}

// findPlaces finds places by their code, or by all the words of a search.
func findPlaces(tx *store.Tx, text string, most int) ([]programme.PlaceRow, error) {
	where, args := []string{}, []any{text, most}
	for _, prefix := range locale.Query(text) {
		args = append(args, prefix, prefix+"\U0010ffff")
		where = append(where, "EXISTS (SELECT 1 FROM place_word AS w WHERE w.place = v.code AND w.word >= $"+itoa(int64(len(args)-1))+" AND w.word < $"+itoa(int64(len(args)))+")")
	}
	condition := "v.code = $1"
	if len(where) > 0 {
		condition += " OR " + strings.Join(where, " AND ")
	}
	return programme.Places.Select(tx, "WHERE "+condition+" ORDER BY v.code LIMIT $2", args...)
}

// chosenGrant is the role that was chosen, if it can be given.
func (v *visit) chosenGrant(role staff.Role, name string) (g staff.Grant, err error) {
	g = staff.Grant{Role: role, Programme: name}
	if role == staff.Admin {
		return g, nil
	}
	g.Who = v.form.get("who")
	if role == staff.Office {
		g.Places = v.grantedPlaces()
	}
	_, err = v.inBook(name, func(tx *store.Tx) error {
		prefix := "org:"
		if role == staff.Team {
			prefix = "team:"
		}
		_, there, err := wordsOf(tx, g.Who)
		if err != nil {
			return err
		}
		if !there || !strings.HasPrefix(g.Who, prefix) {
			v.form.say("who", v.p.T("staff.grant"))
		}
		for _, code := range g.Places {
			if _, ok, err := programme.Places.One(tx, code); err != nil || !ok {
				return cmp.Or[error](err, unclear)
			}
		}
		return nil
	})
	return g, err
}
