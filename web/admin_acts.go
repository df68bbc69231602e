package web

import (
	"slices"
	"strconv"

	"kept/ledger"
	"kept/locale"
	"kept/staff"
	"kept/store"
)

// Acts is the page of which account did what. It is private, and nothing on it is older than two years.
type Acts struct {
	Page
	Lines  []ActLine
	Choose []Choice // of which programme
	Older  string   // address
	Newest string   // address, if this is not the first page
}

// ActLine is one thing that was done.
type ActLine struct {
	Day, Time string
	By        string // name of the account; "" the operator
	Title     locale.Wording
	Programme string
	What      string
	About     string // name of the account that it was done to
	Entry     string // address of the entry
	Missing   bool   // the entry is in no book
}

// actsShown is how many acts a page shows.
const actsShown = 50

func actsPage(v *visit) (*result, error) {
	q := v.r.URL.Query()
	of, name := staff.Everywhere, q.Get("programme")
	switch {
	case name == officeName:
		of = ""
	case name != "" && store.CheckName(name) != nil:
		return nil, badQuery
	case name != "":
		of = name
	}
	before := int64(0)
	if text := q.Get("before"); text != "" {
		var err error
		if before, err = strconv.ParseInt(text, 10, 64); err != nil || before < 1 {
			return nil, badQuery
		}
	}
	page := Acts{Page: v.page("acts", v.p.T("acts.title"))}
	acts, err := v.server.desk.Acts(v.ctx, of, before, actsShown+1)
	if err != nil {
		return nil, err
	}
	if len(acts) > actsShown {
		acts = acts[:actsShown]
		page.Older = page.OfficeLink("acts", "programme", name, "before", itoa(acts[actsShown-1].N))
	}
	if before > 0 {
		page.Newest = page.OfficeLink("acts", "programme", name)
	}
	if page.Choose, err = v.actChoices(name); err != nil {
		return nil, err
	}
	page.Lines, err = v.actLines(page.Page, acts)
	return &result{page: page, name: "admin-acts"}, err
}

// actChoices are the programmes of which acts can be shown.
func (v *visit) actChoices(chosen string) ([]Choice, error) {
	out := []Choice{{Value: "", Text: v.p.T("acts.everything")}, {Value: officeName, Text: v.p.T("acts.accounts"), Selected: chosen == officeName}}
	for _, b := range v.server.shelves() {
		line, err := v.grantLines([]staff.Grant{{Programme: b.name, Role: staff.Office}})
		if err != nil {
			return nil, err
		}
		out = append(out, Choice{Value: b.name, Text: plain(v.p, line[0].Title), Selected: chosen == b.name})
	}
	return out, nil
}

// actLines says acts in words.
func (v *visit) actLines(page Page, acts []staff.Act) ([]ActLine, error) {
	all, err := v.server.desk.Accounts(v.ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range all {
		names[a.ID] = a.Name
	}
	titles := map[string]locale.Wording{}
	var out []ActLine
	for _, a := range acts {
		line := ActLine{Day: dayOf(a.At), Time: a.At.Format("15:04"), By: names[a.Account], Programme: a.Programme, About: names[a.About], What: v.p.T(actKey(a))}
		if a.Programme != "" {
			if _, known := titles[a.Programme]; !known {
				lines, err := v.grantLines([]staff.Grant{{Programme: a.Programme, Role: staff.Office}})
				if err != nil {
					return nil, err
				}
				titles[a.Programme] = lines[0].Title
			}
			line.Title = titles[a.Programme]
		}
		if a.Entry != "" {
			_, err := v.inBook(a.Programme, func(tx *store.Tx) error {
				seq, there, err := ledger.SeqOf(tx, a.Entry)
				if there {
					line.Entry = "/" + a.Programme + "/log/entries/" + itoa(seq) + "?lang=" + v.p.Tag
				}
				line.Missing = !there
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// actKey is the key of what was done, in words.
func actKey(a staff.Act) string {
	if a.Entry != "" && !slices.Contains(staff.Whats, a.What) {
		return "kind." + a.What
	}
	return "act." + a.What
}
