package web

import "slices"

// route is one address of a programme, or of the admin's office.
type route struct {
	Pattern string // behind /{programme}, or behind /office
	Who     permission
	Keys    []string // the query keys it knows, besides lang
	serve   func(*visit) (*result, error)

	fields []string // of its form, besides those that every form has; a star stands for a number, a language or a code
	files  bool     // its form may bring a file

	pictures bool // its form may bring pictures

	sync func(*phone) error // instead of serve: a phone asks, not a page
}

// Address is what others may know of a route.
type Address struct {
	Pattern string   // behind the programme's short name
	Who     string   // who may use it
	Keys    []string // the query keys that it knows besides lang
	Roles   []string // who that is; none: everybody
	Fields  []string // of its form, besides those that every form has
	Admin   bool     // it stands behind /office, not behind a programme
}

// Addresses lists every route there is, so that whoever looks at all of them misses none.
func Addresses() []Address {
	var out []Address
	for _, r := range slices.Concat(routes, daybookRoutes, voiceRoutes, officeRoutes, teamRoutes, adminRoutes) {
		a := Address{Pattern: r.Pattern, Who: string(r.Who), Keys: r.Keys, Fields: r.fields}
		for _, role := range may[r.Who] {
			a.Roles = append(a.Roles, string(role))
		}
		out = append(out, a)
	}
	for i := len(out) - len(adminRoutes); i < len(out); i++ {
		out[i].Admin = true
	}
	return out
}

// listKeys are the query keys of lists of promises.
var listKeys = []string{"task", "place", "standing", "village", "mark", "office", "team", "plan", "from", "to", "q", "sort", "page"}

// owedKeys are those of lists of the answers that offices owe. The state is that of the answer.
var owedKeys = []string{"office", "place", "task", "state", "page"}

// figureKeys are those of the figures of a past size or another day.
var figureKeys = []string{"size", "day"}

// routes are all there are. TestRoleRoute has a row for each.
var routes = []route{
	page("GET /{$}", public, listKeys, homePage),
	page("GET /promises.csv", public, listKeys, promisesCSV),
	page("GET /promises/{number}", public, nil, promisePage),
	page("GET /places", public, nil, placesPage),
	page("GET /places/{code}", public, listKeys, placePage),
	page("GET /places/{code}/poster", public, nil, posterPage),
	page("GET /places/{code}/feed.atom", public, nil, feedFile),
	page("GET /rounds", public, []string{"state", "page"}, roundsPage),
	page("GET /rounds/{seq}", public, []string{"page"}, roundPage),
	page("GET /rounds/{seq}/places/{code}/poster", public, nil, resultsPoster),
	page("GET /answers", public, owedKeys, answeredPage),
	page("GET /answers.csv", public, owedKeys, answersCSV),
	page("GET /teams", public, []string{"page"}, teamsPage),
	page("GET /reviews", public, nil, reviewsPage),
	page("GET /reviews/confirmed", public, nil, confirmedPage),
	page("GET /reviews/{number}", public, []string{"beside"}, reviewFile),
	page("GET /reviews/{number}/poster", public, nil, reviewPoster),
	page("GET /reviews/{number}/figure", public, []string{"name", "page"}, reviewFigure),
	page("GET /reviews/{number}/compare", public, []string{"with"}, reviewCompare),
	page("GET /feed.atom", public, nil, feedFile),
	page("GET /pictures/{sha256}", public, nil, pictureFile),
	page("GET /log/{$}", public, nil, logPage),
	page("GET /log/checkpoint", public, nil, checkpointFile),
	page("GET /log/key", public, nil, keyFile),
	page("GET /log/tile/entries/{n...}", public, nil, bundleFile),
	page("GET /log/tile/{level}/{n...}", public, nil, tileFile),
	page("GET /log/beside/{n...}", public, nil, besideFile),
	page("GET /log/figures", public, figureKeys, figuresFile),
	page("GET /log/proof/{seq}", public, nil, proofFile),
	page("GET /log/entries/{seq}", public, nil, entryPage),
}

// page is a row of a table of routes.
func page(pattern string, who permission, keys []string, serve func(*visit) (*result, error)) route {
	return route{Pattern: pattern, Who: who, Keys: keys, serve: serve}
}

// formPage is the two rows of a page with a form: one asks for it, the other sends it. Serve tells them apart by visit.form.
func formPage(address string, who permission, keys, fields []string, serve func(*visit) (*result, error)) []route {
	return []route{page("GET "+address, who, keys, serve), {Pattern: "POST " + address, Who: who, Keys: keys, serve: serve, fields: fields}}
}
