package web

import (
	"strconv"

	"kept/figures"
)

// Teams is the page of the teams: who sends each and where it is. It says nothing of the people in them.
type Teams struct {
	Page
	Lines    []figures.Team
	All      figures.Number
	InPlace  figures.Number // of all
	Served   figures.Number // villages with a team
	Villages figures.Number
	At       int // number of this page, from 1
	Pages    int
}

func teamsPage(v *visit) (*result, error) {
	p := Teams{Page: v.page("places", v.p.T("teams.title")), At: 1}
	if n := v.r.URL.Query().Get("page"); n != "" {
		at, err := strconv.Atoi(n)
		if err != nil || at < 1 {
			return nil, &fault{400, "error.bad-query"}
		}
		p.At = at
	}
	var err error
	for _, f := range []struct {
		n    *figures.Number
		name string
		args []string
	}{{&p.All, "teams", nil}, {&p.InPlace, "teams-in-place", []string{"by", v.Day}}, {&p.Served, "villages-with-team", []string{"day", v.Day}},
		{&p.Villages, "places", []string{"level", "village"}}} {
		if *f.n, err = v.Simple(f.name, f.args...); err != nil {
			return nil, err
		}
	}
	p.Pages = max(1, (int(p.All.Int())+figures.TeamsPerPage-1)/figures.TeamsPerPage)
	if p.At > p.Pages {
		return nil, notFound
	}
	p.Lines, err = v.At.Teams((p.At-1)*figures.TeamsPerPage, figures.TeamsPerPage)
	return &result{page: p, name: "teams"}, err
}

// PageLink is the address of another page of the list; the neighbours of the first and last have none.
func (p Teams) PageLink(step int) string {
	at := p.At + step
	switch {
	case at < 1 || at > p.Pages:
		return ""
	case at == 1:
		return p.Link("teams")
	}
	return p.Link("teams", "page", strconv.Itoa(at))
}

// ServicePart is the postings of a team on the same days, with the page.
type ServicePart struct {
	Page
	figures.Service
	Places PlaceList
}

// WithService gives a part a team's postings of the same days. All places are named: that is what the page is for.
func (p Page) WithService(s figures.Service) ServicePart {
	return ServicePart{p, s, p.AllPlaces(s.Places)}
}
