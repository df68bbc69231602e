package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
)

// SettleTeams is the page of the teams: who sends each, where it is, and the last day on which something was reported.
type SettleTeams struct {
	Form
	Pager
	Lines   []SettleTeamLine
	All     figures.Number
	InPlace figures.Number      // by the day chosen
	By      string              // that day
	NotYet  []programme.TeamRow // not posted anywhere by then
	More    bool                // there are more of them
	Done    locale.Wording
	Query   string // what was searched for
	Found   []programme.TeamRow
}

// SettleTeamLine is a team of the list.
type SettleTeamLine struct {
	figures.Team
	Reported string // recorded day of the last report on one of its promises
}

// mostNotYet is how many teams are named that are not in place.
const mostNotYet = 50

func settleTeams(v *visit) (*result, error) {
	p := SettleTeams{Form: v.formPage("parts", v.p.T("settle.teams")), By: v.Day}
	by := v.r.URL.Query().Get("by")
	switch day := locale.ReadDay(strings.TrimSpace(by)); {
	case by == "":
		p.typed.set("by", v.Day)
	case !schedule.ValidDay(day):
		p.typed.set("by", by)
		p.typed.say("by", v.p.T("refused.day.bad"))
	default:
		p.By = day
		p.typed.set("by", day)
	}
	number, err := v.pageNumber()
	if err != nil {
		return nil, err
	}
	if p.All, err = v.Simple("teams"); err != nil {
		return nil, err
	}
	if p.InPlace, err = v.Simple("teams-in-place", "by", p.By); err != nil {
		return nil, err
	}
	if p.Pager, err = pager(number, p.All.Int(), func(n string) string { return p.OfficeLink("teams", "by", by, "page", n) }); err != nil {
		return nil, err
	}
	teams, err := v.At.Teams((number-1)*settlePerPage, settlePerPage)
	if err != nil {
		return nil, err
	}
	reported, err := v.lastReported(teams)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		p.Lines = append(p.Lines, SettleTeamLine{t, reported[t.Code]})
	}
	p.NotYet, err = programme.Teams.Select(v.Tx, `WHERE v.code NOT IN (SELECT x.team FROM posting AS x WHERE x.from_day <= $1 AND x.recorded <= $2)
		ORDER BY v.seq LIMIT $3`, p.By, v.Day, int64(mostNotYet+1))
	if err != nil {
		return nil, err
	}
	if p.More = len(p.NotYet) > mostNotYet; p.More {
		p.NotYet = p.NotYet[:mostNotYet]
	}
	if p.Query = strings.TrimSpace(v.r.URL.Query().Get("q")); p.Query != "" {
		if p.Found, err = v.findTeams(p.Query); err != nil {
			return nil, err
		}
	}
	p.Done, err = doneOf(v, programme.Teams, func(r *programme.TeamRow) string { return r.Name })
	return &result{page: p, name: "settle-teams"}, err
}

// findTeams finds teams by the beginnings of words of their names, in any language, or by their code.
func (v *visit) findTeams(words string) ([]programme.TeamRow, error) {
	prefixes := locale.Query(words)
	rows, err := programme.Teams.Select(v.Tx, "ORDER BY v.seq")
	return slices.DeleteFunc(rows, func(r programme.TeamRow) bool {
		var have []string
		for _, text := range programme.ParseWords(r.Name).In {
			have = append(have, locale.Words(text)...)
		}
		without := func(prefix string) bool {
			return !slices.ContainsFunc(have, func(w string) bool { return strings.HasPrefix(w, prefix) })
		}
		return r.Code != words && (len(prefixes) == 0 || slices.ContainsFunc(prefixes, without))
	}), err
}

// lastReported is, by team, the recorded day of the last report on one of its promises. It is about what the book was told.
func (v *visit) lastReported(teams []figures.Team) (map[string]string, error) {
	out := map[string]string{}
	if len(teams) == 0 {
		return out, nil
	}
	s := &statement{}
	var codes []any
	for _, t := range teams {
		codes = append(codes, t.Code)
	}
	s.and("team IN ("+strings.TrimSuffix(strings.Repeat("%s, ", len(codes)), ", ")+")", codes...)
	var team, day string
	err := v.Tx.Each([]any{&team, &day}, func() error { out[team] = day; return nil },
		"SELECT team, max(reported) FROM promise "+s.String()+" GROUP BY team", s.args...)
	return out, err
}

// SettleTeam is the page on which a team is entered.
type SettleTeam struct {
	Form
	Senders  []Choice
	Proposed bool
}

func settleTeam(v *visit) (*result, error) {
	proposed := false
	if v.form != nil && v.failed == nil {
		name, code, made, err := v.newThing(programme.OfTeam, known(v, programme.Teams))
		if err != nil {
			return nil, err
		}
		sender := v.form.get("organisation")
		there, err := known(v, programme.Organisations)(sender)
		if err != nil {
			return nil, err
		}
		if !there {
			v.form.say("organisation", v.p.T("settle.sender-needed"))
		}
		if proposed = made; v.form.right() && !proposed {
			d := ledger.Draft{Kind: programme.KindTeam, ID: v.form.entryID(""), Who: v.me.Grant.Who,
				Data: programme.Team{Code: code, Organisation: sender, Name: name}}
			return &result{drafts: []ledger.Draft{d}, to: v.links().SettleLink("teams", code, "postings", doneKey, code)}, nil
		}
	}
	p := SettleTeam{Form: v.formPage("parts", v.p.T("settle.team-new")), Proposed: proposed}
	rows, err := programme.Organisations.Select(v.Tx, "ORDER BY v.seq")
	for _, row := range rows {
		p.Senders = append(p.Senders, Choice{Value: row.Code, Text: plain(v.p, programme.ParseWords(row.Name)), Selected: "org:"+row.Code == v.me.Grant.Who})
	}
	sorted := locale.Sorter(v.p.Tag)
	slices.SortStableFunc(p.Senders, func(a, b Choice) int { return sorted(a.Text, b.Text) })
	return &result{page: p, name: "settle-team"}, err
}

// SettlePostings is the page of one team: where it is, was and will be, with what can be done about it.
type SettlePostings struct {
	Page
	Team     programme.TeamRow
	Sender   programme.OrganisationRow
	Postings []TeamPosting
	Reported string
	Done     locale.Wording
	Open     bool // there is a posting within reach whose end can be said
}

// TeamPosting is a posting of the team.
type TeamPosting struct {
	programme.PostingRow
	Place programme.PlaceRow
	When  string // one of here, coming and ended, on the day
	After locale.Wording
	Mine  bool // the place is within reach
}

// Key names a posting of a team in forms and addresses.
func (t TeamPosting) Key() string { return t.From + " " + t.PostingRow.Place }

func settlePostings(v *visit) (*result, error) {
	team, err := v.teamInAddress()
	if err != nil {
		return nil, err
	}
	p := SettlePostings{Page: v.page("parts", plain(v.p, programme.ParseWords(team.Name))), Team: team}
	if p.Sender, _, err = programme.Organisations.One(v.Tx, team.Organisation); err != nil {
		return nil, err
	}
	if p.Postings, err = v.postingsOf(team.Code); err != nil {
		return nil, err
	}
	p.Open = slices.ContainsFunc(p.Postings, func(t TeamPosting) bool { return t.Mine && t.When != postEnded })
	reported, err := v.lastReported([]figures.Team{{TeamRow: team}})
	if err != nil {
		return nil, err
	}
	p.Reported = reported[team.Code]
	p.Done, err = doneOf(v, programme.Teams, func(r *programme.TeamRow) string { return r.Name })
	return &result{page: p, name: "settle-postings"}, err
}

func (v *visit) teamInAddress() (programme.TeamRow, error) {
	row, ok, err := programme.Teams.One(v.Tx, v.r.PathValue("code"))
	if err == nil && !ok {
		err = notFound
	}
	return row, err
}

// postingsOf lists all postings of a team: where it is, where it will be, and where it was, the last first.
func (v *visit) postingsOf(team string) ([]TeamPosting, error) {
	rows, err := programme.Postings.Select(v.Tx, "WHERE v.team = $1 AND v.recorded <= $2 ORDER BY v.from_day DESC, v.seq", team, v.Day)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var places, teams []string
	for _, row := range rows {
		places = append(places, row.Place)
		if row.To != "" {
			teams = append(teams, row.To)
		}
	}
	placeRows, err := programme.Places.Load(v.Tx, keysIn(distinct(places)))
	if err != nil {
		return nil, err
	}
	teamRows, err := programme.Teams.Load(v.Tx, keysIn(distinct(teams)))
	if err != nil {
		return nil, err
	}
	place, after := map[string]programme.PlaceRow{}, map[string]locale.Wording{}
	for _, row := range placeRows {
		place[row.Code] = row
	}
	for _, row := range teamRows {
		after[row.Code] = programme.ParseWords(row.Name)
	}
	var out []TeamPosting
	for _, row := range rows {
		t := TeamPosting{PostingRow: row, Place: place[row.Place], After: after[row.To], When: whenPosted(&row, v.Day)}
		if err := v.maySettle(row.Place); err != nil && err != notYours {
			return nil, err
		} else {
			t.Mine = err == nil
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b TeamPosting) int { return compareWhen(a.When, b.When) })
	return out, nil
}

// distinct leaves every text once, in order.
func distinct(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}
