package web

import (
	"slices"

	"kept/figures"
	"kept/locale"
	"kept/programme"
)

// settleRoutes are the pages of what a programme is made of: its words, tasks, places, organisations, teams and postings.
var settleRoutes = slices.Concat(
	[]route{page("GET /office/parts", settle, nil, partsPage)},
	formPage("/office/programme/title", settle, nil, nameFields, renaming(programme.OfProgramme)),
	formPage("/office/programme/goal", settle, nil, nameFields, renaming(programme.OfGoal)),

	formPage("/office/tasks", settle, []string{doneKey}, newFields, settleTasks),
	formPage("/office/tasks/{code}/name", settle, nil, nameFields, renaming(programme.OfTask)),

	[]route{page("GET /office/places", settle, []string{"in", "q", "page", doneKey}, settlePlaces)},
	formPage("/office/places/new", settle, []string{"in"}, slices.Concat(newFields, []string{"words", "parent", "level", "position"}), settlePlace),
	formPage("/office/places/{code}/name", settle, nil, nameFields, renaming(programme.OfPlace)),
	withFiles(formPage("/office/places/import", settle, nil, []string{"language", "held"}, settleImport)),

	formPage("/office/organisations", settle, []string{"page", doneKey}, slices.Concat(newFields, []string{"country"}), settleOrganisations),
	formPage("/office/organisations/{code}/name", settle, nil, nameFields, renaming(programme.OfOrganisation)),
	formPage("/office/organisations/{code}/aliases", settle, nil, []string{"alias"}, settleAliases),

	[]route{page("GET /office/teams", settle, []string{"by", "q", "page", doneKey}, settleTeams)},
	formPage("/office/teams/new", settle, nil, slices.Concat(newFields, []string{"organisation"}), settleTeam),
	formPage("/office/teams/{code}/name", settle, nil, nameFields, renaming(programme.OfTeam)),
	[]route{page("GET /office/teams/{code}/postings", settle, []string{doneKey}, settlePostings)},
	formPage("/office/teams/{code}/post", settle, []string{"place"}, []string{"words", "places[]", "in[]", "from", "until"}, settlePost),
	formPage("/office/teams/{code}/end", settle, []string{"posting"}, []string{"postings[]", "until"}, settleEnd),
	formPage("/office/teams/{code}/hand-over", settle, []string{"posting"}, []string{"postings[]", "to", "last", "first"}, settleHandOver),
)

// Fields of a name, and of something new that has a name and a code.
var (
	nameFields = []string{"name.*"}
	newFields  = []string{"name.*", "code"}
)

// withFiles lets the form of a page bring a file.
func withFiles(rows []route) []route {
	rows[len(rows)-1].files = true
	return rows
}

// Parts is the page of what a programme is made of.
type Parts struct {
	Page
	Goal     locale.Wording
	Whole    bool // who asks may put the programme's own words right
	Sections []PartsSection
	Steps    []PartsStep // on the way to the first promise; none once it is made
	InPlace  figures.Number
	Teams    figures.Number
}

// PartsSection is one of the four sorts of things, with how many there are.
type PartsSection struct {
	Name, Hint string
	Count      figures.Number
	Address    string
	Adds       []NavItem
}

// PartsStep is one thing to do on the way to the first promise.
type PartsStep struct {
	Text, Hint string
	Address    string
	Done       bool
	Next       bool // it is the first that is missing
}

func partsPage(v *visit) (*result, error) {
	p := Parts{Page: v.page("parts", v.p.T("office.parts")), Goal: programme.ParseWords(v.home.Goal), Whole: v.maySettle("") == nil}
	counts := map[string]figures.Number{}
	for _, name := range []string{"organisations", "tasks", "places", "teams"} {
		n, err := v.Simple(name)
		if err != nil {
			return nil, err
		}
		counts[name] = n
	}
	add := func(key, address string) NavItem { return NavItem{Text: p.T(key), Address: p.OfficeLink(address)} }
	p.Sections = []PartsSection{
		{p.T("settle.tasks"), p.T("settle.tasks-hint"), counts["tasks"], p.OfficeLink("tasks"), []NavItem{add("settle.task-new", "tasks")}},
		{p.T("settle.places"), p.T("settle.places-hint"), counts["places"], p.OfficeLink("places"),
			[]NavItem{add("settle.place-new", "places/new"), add("settle.import", "places/import")}},
		{p.T("settle.organisations"), p.T("settle.organisations-hint"), counts["organisations"], p.OfficeLink("organisations"), []NavItem{add("settle.organisation-new", "organisations")}},
		{p.T("settle.teams"), p.T("settle.teams-hint"), counts["teams"], p.OfficeLink("teams"), []NavItem{add("settle.team-new", "teams/new")}},
	}
	p.Teams = counts["teams"]
	var err error
	if p.InPlace, err = v.Simple("teams-in-place", "by", v.Day); err != nil {
		return nil, err
	}
	promises, err := v.Count(figures.Filter{})
	if err != nil {
		return nil, err
	}
	if promises.Int() == 0 {
		p.Steps = p.steps(counts)
	}
	return &result{page: p, name: "settle-parts"}, nil
}

// steps leads a new office to its first promise.
func (p Parts) steps(counts map[string]figures.Number) []PartsStep {
	step := func(key, address string, done bool) PartsStep {
		return PartsStep{Text: p.T("settle.step-" + key), Hint: p.T("settle.step-" + key + "-hint"), Address: p.OfficeLink(address), Done: done}
	}
	any := func(name string) bool { return counts[name].Int() > 0 }
	steps := []PartsStep{
		step("organisations", "organisations", any("organisations")),
		step("tasks", "tasks", any("tasks")),
		step("places", "places", any("places")),
		step("teams", "teams", any("teams")),
		step("promise", "promises/new", false),
	}
	if i := slices.IndexFunc(steps, func(s PartsStep) bool { return !s.Done }); i >= 0 {
		steps[i].Next = true
	}
	return steps
}
