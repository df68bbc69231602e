package web

import (
	"cmp"
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/review"
)

// FigurePage is what stands behind a figure of a review: what it counted, as it was when the review was frozen.
type FigurePage struct {
	ReviewPage
	Ref     Reference
	None    bool  // it is one fact and counts nothing
	Now     bool  // the list is of today, since the book is too large to be read back
	Promise int64 // the promise that the figure is of, 0 if it is of several
	Lines   []BehindLine
	Today   string // the public list of promises as it is now, if it is one
	Number  int    // of this page
	Next    string // address of the next page
	Prev    string
}

// BehindLine is one of what a figure counts.
type BehindLine struct {
	figures.Counted
	Title locale.Wording
	Where locale.Wording
	Of    locale.Wording // the team
}

// behindPerPage is how much of a list a page shows.
const behindPerPage = 100

// reviewFigure lists what a figure of a review counts.
func reviewFigure(v *visit) (*result, error) {
	one, doc, err := v.documentOf(v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	q := v.r.URL.Query()
	page := v.page("reviews", "")
	p := FigurePage{ReviewPage: ReviewPage{Page: page, Row: one.Row, Doc: doc}, Number: 1}
	ref, ok := docNames{page, doc}.reference(cmp.Or(figures.Name(q.Get("name")), doc.All.Promises.Name))
	if !ok {
		return nil, notFound
	}
	p.Ref, p.Title = ref, ref.Label
	if text := q.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1_000_000 {
			return nil, badQuery
		}
		p.Number = n
	}
	list, err := v.behind(doc, ref.Figure.Name, (p.Number-1)*behindPerPage)
	if err != nil {
		return nil, err
	}
	if p.None, p.Now, p.Lines = list.none, list.now, list.lines; len(p.Lines) == 0 && p.Number > 1 {
		return nil, notFound
	}
	if len(p.Lines) > behindPerPage {
		p.Lines, p.Next = p.Lines[:behindPerPage], p.at(p.Number+1)
	}
	if p.Number > 1 {
		p.Prev = p.at(p.Number - 1)
	}
	p.links()
	return &result{page: p, name: "review-figure"}, nil
}

func (p FigurePage) at(n int) string {
	return p.Link("reviews/"+itoa(p.Row.Number)+"/figure", "name", string(p.Ref.Figure.Name), "page", strconv.Itoa(n))
}

// links finds where the figure leads besides its list.
func (p *FigurePage) links() {
	n, err := url.Parse(string(p.Ref.Figure.Name))
	if err != nil {
		return
	}
	values := n.Query()
	p.Promise, _ = strconv.ParseInt(values.Get("promise"), 10, 64)
	if n.Path != "promises" {
		return
	}
	var pairs []string
	for _, key := range sortedKeys(values) {
		if !slices.Contains(listKeys, key) {
			return
		}
		pairs = append(pairs, key, values.Get(key))
	}
	p.Today = p.Link("", pairs...)
}

// State is the state of a line in words, where it has one that pages know.
func (p FigurePage) State(state string) string {
	for _, of := range []string{"standing.", "village.", "occurrence.", "level."} {
		if state != "" && p.Has(of+state) {
			return p.T(of + state)
		}
	}
	return ""
}

// DayText is the day of a line: on which it is due, or was recorded.
func (p FigurePage) DayText(l BehindLine) template.HTML {
	which, _, _ := strings.Cut(string(p.Ref.Figure.Name), "?")
	switch {
	case l.Day == "":
		return ""
	case slices.Contains([]string{"due-days", "occurrences", "answers"}, which):
		return p.HTML("review.due-on", "Day", p.Date(l.Day))
	}
	return p.HTML("work.recorded", "Day", p.Date(l.Day))
}

// Adds is what a line adds to a sum of money, or to a count more than once.
func (p FigurePage) Adds(l BehindLine) template.HTML {
	switch {
	case l.Currency != "":
		return template.HTML(template.HTMLEscapeString(p.Money(l.Counted.Adds, l.Currency)))
	case l.Counted.Adds != 1:
		return template.HTML(template.HTMLEscapeString(p.Int(l.Counted.Adds)))
	}
	return ""
}

// behindList is what a page of a list shows, and one line more if there is more.
type behindList struct {
	lines []BehindLine
	none  bool // there is no list behind the figure
	now   bool // as it is now
}

// readTogether is up to which size of a book the first pages of all lists of a review are read at once: reading the book back takes
// longer then than all the lists.
const readTogether = 5000

// mostBehind is how many pages of lists are remembered.
const mostBehind = 1200

type behindKey struct {
	size int64
	name figures.Name
	from int
}

// behind reads what a figure of a document counts, from a place on, as it was at the document's size. Of a book that is too large to be
// read back it is what the figure counts now.
func (v *visit) behind(doc *review.Document, name figures.Name, from int) (*behindList, error) {
	if doc.Size > figures.MostReplayed {
		list, err := behindAt(v.At, name, from)
		if err == nil {
			list.now = true
		}
		return list, err
	}
	b, key := &v.shelf.behinds, behindKey{doc.Size, name, from}
	if found := b.find(key); found != nil {
		return found, nil
	}
	if !v.shelf.past.replaying.TryLock() {
		return nil, busy
	}
	defer v.shelf.past.replaying.Unlock()
	var found *behindList
	err := figures.Past(v.r.Context(), v.Tx, v.shelf.book.Rules, doc.Size, func(at *figures.At) (err error) {
		if found, err = behindAt(at, name, from); err != nil || doc.Size > readTogether {
			return err
		}
		doc.Each(func(_ string, f review.Figure) {
			if k := (behindKey{doc.Size, f.Name, 0}); err == nil && f.Name != "" && b.find(k) == nil {
				var list *behindList
				if list, err = behindAt(at, f.Name, 0); err == nil {
					b.keep(k, list, 1, mostBehind)
				}
			}
		})
		return err
	})
	if err == nil {
		b.keep(key, found, 1, mostBehind)
	}
	return found, err
}

// behindAt reads a page of the list behind a figure, with the names of what is in it.
func behindAt(at *figures.At, name figures.Name, from int) (*behindList, error) {
	counted, err := at.Behind(name, from, behindPerPage+1)
	if errors.Is(err, figures.ErrNoList) {
		return &behindList{none: true}, nil
	}
	if err != nil {
		return nil, err
	}
	var numbers []int64
	var places, teams [][]any
	for _, c := range counted {
		if c.Promise != 0 {
			numbers = append(numbers, c.Promise)
		}
		if c.Place != "" {
			places = append(places, []any{c.Place})
		}
		if c.Team != "" {
			teams = append(teams, []any{c.Team})
		}
	}
	titles, err := at.Titles(numbers...)
	if err != nil {
		return nil, err
	}
	named := map[string]locale.Wording{}
	rows, err := programme.Places.Load(at.Tx, places)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		named["place "+r.Code] = programme.ParseWords(r.Name)
	}
	of, err := programme.Teams.Load(at.Tx, teams)
	if err != nil {
		return nil, err
	}
	for _, r := range of {
		named["team "+r.Code] = programme.ParseWords(r.Name)
	}
	list := &behindList{}
	for _, c := range counted {
		list.lines = append(list.lines, BehindLine{c, titles[c.Promise], named["place "+c.Place], named["team "+c.Team]})
	}
	return list, nil
}
