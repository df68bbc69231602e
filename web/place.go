package web

import (
	"cmp"
	"slices"

	"kept/figures"
	"kept/locale"
	"kept/programme"
)

// Places is the page of the top of the tree of places.
type Places struct {
	Page
	Children []Child
	Villages figures.Number
	Teams    figures.Number
	All      figures.Number // all places, for a programme whose source does not say which are villages
}

// Child is a place in a list of places, with how many promises were made to it and what is in it.
type Child struct {
	programme.PlaceRow
	figures.Board
	Inside []Child
}

// Place is the board of a place.
type Place struct {
	*List
	Place    programme.PlaceRow
	Above    []programme.PlaceRow // from the top
	Children []Child
	Teams    []Post
	Calendar []figures.Due

	AskedUntil string // the last day on which it is asked with cards, empty if it is not
	Rounds     []PlaceRound
}

// Post is a team's service of the place.
type Post struct {
	programme.PostingRow
	Name  locale.Wording
	When  string         // one of here, coming and ended, on the day
	After locale.Wording // the team that takes over, if there is one
}

// HandsOver says whether another team takes over.
func (p Post) HandsOver() bool { return p.To != "" }

// The times of a posting, seen from a day.
const (
	postHere   = "here"
	postComing = "coming"
	postEnded  = "ended"
)

// calendarLines is how many coming days a board lists.
const calendarLines = 8

func placesPage(v *visit) (*result, error) {
	p := Places{Page: v.page("places", v.p.T("places.title"))}
	var err error
	if p.Children, err = v.children(""); err != nil {
		return nil, err
	}
	// A single place at the top says nothing by itself: show what is in it.
	for len(p.Children) == 1 {
		below, err := v.children(p.Children[0].Code)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			break
		}
		p.Children = below
	}
	if len(p.Children) <= fewPlaces {
		for i := range p.Children {
			if p.Children[i].Inside, err = v.children(p.Children[i].Code); err != nil {
				return nil, err
			}
			if len(p.Children[i].Inside) > 4*fewPlaces {
				p.Children[i].Inside = nil // its own page lists them
			}
		}
	}
	if p.Villages, err = v.Simple("places", "level", "village"); err != nil {
		return nil, err
	}
	if p.Teams, err = v.Simple("teams"); err != nil {
		return nil, err
	}
	p.All, err = v.Simple("places")
	return &result{page: p, name: "places"}, err
}

// fewPlaces is how many places the page of places opens, to show what is in each.
const fewPlaces = 30

// children lists what lies directly in a place, by name.
func (v *visit) children(parent string) ([]Child, error) {
	rows, err := programme.Places.Select(v.Tx, "WHERE v.parent = $1 ORDER BY v.seq", parent)
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, row := range rows {
		codes = append(codes, row.Code)
	}
	boards, err := v.Boards(codes)
	var out []Child
	for _, row := range rows {
		out = append(out, Child{PlaceRow: row, Board: boards[row.Code]})
	}
	name := func(c Child) string { return plain(v.p, programme.ParseWords(c.Name)) }
	sorted := locale.Sorter(v.p.Tag)
	slices.SortStableFunc(out, func(a, b Child) int { return sorted(name(a), name(b)) })
	return out, err
}

func placePage(v *visit) (*result, error) {
	code := v.r.PathValue("code")
	row, ok, err := programme.Places.One(v.Tx, code)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	page := v.page("places", plain(v.p, programme.ParseWords(row.Name)))
	page.Glimpse = v.glimpse(v.p.T("home.title", "Programme", plain(v.p, programme.ParseWords(v.home.Title))), "")
	list, err := v.list(page, "places/"+row.Code, row.Code)
	if err != nil {
		return nil, err
	}
	p := Place{List: list, Place: row}
	if p.Rates, err = v.rates(page, row.Code); err != nil {
		return nil, err
	}
	if p.Children, err = v.children(row.Code); err != nil {
		return nil, err
	}
	for above := row.Parent; above != ""; {
		up, ok, err := programme.Places.One(v.Tx, above)
		if err != nil || !ok {
			return nil, err
		}
		p.Above = append([]programme.PlaceRow{up}, p.Above...)
		above = up.Parent
	}
	if p.Teams, err = v.posts(row.Code); err != nil {
		return nil, err
	}
	if p.Rounds, p.AskedUntil, err = v.roundsAt(row.Code); err != nil {
		return nil, err
	}
	p.Calendar, err = v.At.Calendar(row.Code, calendarLines)
	return &result{page: p, name: "place"}, err
}

// posts lists the teams of a place: those that are there, those to come, and those that were there, the last first.
func (v *visit) posts(place string) ([]Post, error) {
	rows, err := programme.Postings.Select(v.Tx, "WHERE v.place = $1 AND v.recorded <= $2 ORDER BY v.from_day, v.team", place, v.Day)
	if err != nil {
		return nil, err
	}
	var keys [][]any
	names := map[string]locale.Wording{}
	for _, row := range rows {
		for _, code := range []string{row.Team, row.To} {
			if _, asked := names[code]; code != "" && !asked {
				names[code] = locale.Wording{}
				keys = append(keys, []any{code})
			}
		}
	}
	teams, err := programme.Teams.Load(v.Tx, keys)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		names[t.Code] = programme.ParseWords(t.Name)
	}
	var posts []Post
	for _, row := range rows {
		posts = append(posts, Post{PostingRow: row, Name: names[row.Team], After: names[row.To], When: whenPosted(&row, v.Day)})
	}
	slices.SortStableFunc(posts, func(a, b Post) int {
		if order := compareWhen(a.When, b.When); order != 0 || a.When != postEnded {
			return order
		}
		return cmp.Compare(b.Until, a.Until)
	})
	return posts, nil
}

// whenPosted says whether a posting goes on, has yet to begin, or is over on a day.
func whenPosted(row *programme.PostingRow, day string) string {
	switch {
	case row.From > day:
		return postComing
	case row.Until != "" && row.Until < day:
		return postEnded
	}
	return postHere
}

// compareWhen puts first who is here, then who comes, then who was.
func compareWhen(a, b string) int {
	order := []string{postHere, postComing, postEnded}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
}
