package web

// role is who may use a route. So far there is only the public; nobody signs in.
type role string

const public role = "public"

// route is one address of a programme.
type route struct {
	Pattern string // behind /{programme}
	Who     role
	Keys    []string // the query keys it knows, besides lang
	serve   func(*visit) (*result, error)
}

// Address is what others may know of a route.
type Address struct {
	Pattern string   // behind the programme's short name
	Who     string   // who may use it
	Keys    []string // the query keys that it knows besides lang
}

// Addresses lists every route there is, so that whoever looks at all of them misses none.
func Addresses() []Address {
	var out []Address
	for _, r := range routes {
		out = append(out, Address{r.Pattern, string(r.Who), r.Keys})
	}
	return out
}

// listKeys are the query keys of lists of promises.
var listKeys = []string{"task", "place", "standing", "mark", "office", "q", "sort", "page"}

// figureKeys are those of the figures of a past size or another day.
var figureKeys = []string{"size", "day"}

// routes are all there are. TestRoleRoute has a row for each.
var routes = []route{
	{"GET /{$}", public, listKeys, homePage},
	{"GET /promises.csv", public, listKeys, promisesCSV},
	{"GET /promises/{number}", public, nil, promisePage},
	{"GET /places", public, nil, placesPage},
	{"GET /places/{code}", public, listKeys, placePage},
	{"GET /places/{code}/poster", public, nil, posterPage},
	{"GET /places/{code}/feed.atom", public, nil, feedFile},
	{"GET /feed.atom", public, nil, feedFile},
	{"GET /pictures/{sha256}", public, nil, pictureFile},
	{"GET /log/{$}", public, nil, logPage},
	{"GET /log/checkpoint", public, nil, checkpointFile},
	{"GET /log/key", public, nil, keyFile},
	{"GET /log/tile/entries/{n...}", public, nil, bundleFile},
	{"GET /log/tile/{level}/{n...}", public, nil, tileFile},
	{"GET /log/beside/{n...}", public, nil, besideFile},
	{"GET /log/figures", public, figureKeys, figuresFile},
	{"GET /log/proof/{seq}", public, nil, proofFile},
	{"GET /log/entries/{seq}", public, nil, entryPage},
}
