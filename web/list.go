package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// perPage is how many promises a list shows at once: a page must arrive on a slow line.
const perPage = 25

// List is a list of promises with everything to choose from it. Home and place pages have one each.
type List struct {
	Page
	Base      string // the list's own address, behind the programme
	Filter    figures.Filter
	Sort      figures.Order
	Lines     []figures.Line
	Total     figures.Number
	All       figures.Number
	Standings []Chip
	Villages  []Chip // what villages say; none where nobody was asked
	Tasks     []Choice
	Places    []Choice
	Changed   []Choice
	Orders    []Choice
	At        int // number of this page, from 1
	Pages     int
	FixPlace  bool // the place is the page's own and is not to choose

	said []string

	Rates RatesPart // of a home or place page
}

// Chip is a link that chooses, with what it would choose.
type Chip struct {
	Text    string
	Address string
	Count   figures.Number
	Current bool
}

// Choice is an option of a form.
type Choice struct {
	Value    string
	Text     string
	Selected bool
}

// filter reads the filter from the address.
func (v *visit) filter() (figures.Filter, figures.Order, int, error) {
	q := v.r.URL.Query()
	f := figures.Filter{Task: q.Get("task"), Place: q.Get("place"), Standing: q.Get("standing"), Village: q.Get("village"), Mark: q.Get("mark"), Office: q.Get("office"),
		Team: q.Get("team"), Plan: q.Get("plan"), From: q.Get("from"), To: q.Get("to"), Words: strings.TrimSpace(q.Get("q"))}
	order := figures.Order(q.Get("sort"))
	page := 1
	if p := q.Get("page"); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > 1_000_000 {
			return f, order, 0, &fault{400, "error.bad-query"}
		}
		page = n
	}
	bad := order != "" && !slices.Contains(figures.Orders, order) ||
		f.Standing != "" && !slices.Contains(promise.Standings, promise.Standing(f.Standing)) ||
		f.Village != "" && !slices.Contains(figures.Villages, f.Village) ||
		f.Mark != "" && !slices.Contains(figures.Marks, f.Mark) || len(f.Words) > 200 ||
		f.Plan != "" && !slices.Contains(figures.Plans, f.Plan) || f.From != "" && !schedule.ValidDay(f.From) || f.To != "" && !schedule.ValidDay(f.To)
	if bad {
		return f, order, 0, &fault{400, "error.bad-query"}
	}
	return f, order, page, nil
}

// list reads one page of the list that the address asks for. Place, if given, is the page's own place.
func (v *visit) list(page Page, base, place string) (*List, error) {
	f, order, at, err := v.filter()
	if err != nil {
		return nil, err
	}
	if place != "" {
		f.Place = place
	}
	return v.listOf(&List{Page: page, Base: base, Filter: f, Sort: order, At: at, FixPlace: place != ""})
}

// listOf reads the page of a list that was begun with its filter, order and number of the page.
func (v *visit) listOf(l *List) (*List, error) {
	f, order, at := l.Filter, l.Sort, l.At
	var err error
	if l.Total, err = v.Count(f); err != nil {
		return nil, err
	}
	l.Pages = max(1, (int(l.Total.Int())+perPage-1)/perPage)
	if at > l.Pages {
		return nil, notFound
	}
	if l.Lines, err = v.At.List(f, order, (at-1)*perPage, perPage); err != nil {
		return nil, err
	}
	if err := l.chips(v); err != nil {
		return nil, err
	}
	if err := l.say(v); err != nil {
		return nil, err
	}
	return l, l.choices(v)
}

// say puts into words what was chosen by a link and has no field.
func (l *List) say(v *visit) error {
	f := l.Filter
	for _, who := range []string{f.Office, f.Team} {
		if who == "" {
			continue
		}
		prefix := "org:"
		if who == f.Team {
			prefix = "team:"
		}
		name, err := v.nameOf(prefix + who)
		if err != nil {
			return err
		}
		l.said = append(l.said, name)
	}
	if f.Plan != "" {
		l.said = append(l.said, l.T("list.plan-"+f.Plan))
	}
	if f.From != "" || f.To != "" {
		l.said = append(l.said, l.T("list.due-between", "From", cmp.Or(f.From, "…"), "To", cmp.Or(f.To, "…")))
	}
	return nil
}

func (l *List) chips(v *visit) error {
	without := l.Filter
	without.Standing = ""
	var err error
	if l.All, err = v.Count(without); err != nil {
		return err
	}
	byStanding, err := v.At.Standings(l.Filter)
	if err != nil {
		return err
	}
	l.Standings = append(l.Standings, Chip{l.T("list.all"), l.with("standing", ""), l.All, l.Filter.Standing == ""})
	for _, s := range promise.Standings {
		l.Standings = append(l.Standings, Chip{l.T("standing." + string(s)), l.with("standing", string(s)), byStanding[string(s)], l.Filter.Standing == string(s)})
	}
	return l.villageChips(v)
}

// villageChips choose by what villages say: what at least one promise has, and what is chosen.
func (l *List) villageChips(v *visit) error {
	says, err := v.Says(l.Filter)
	if err != nil {
		return err
	}
	without := l.Filter
	without.Village = ""
	all, err := v.Count(without)
	if err != nil {
		return err
	}
	l.Villages = append(l.Villages, Chip{l.T("list.all"), l.with("village", ""), all, l.Filter.Village == ""})
	for _, village := range figures.Villages {
		if n := says[village]; n.Int() > 0 || l.Filter.Village == village {
			l.Villages = append(l.Villages, Chip{l.T("village-choice." + village), l.with("village", village), n, l.Filter.Village == village})
		}
	}
	if len(l.Villages) == 2 && l.Filter.Village == "" {
		l.Villages = nil // nobody was asked, or there is nothing to choose between
	}
	return nil
}

func (l *List) choices(v *visit) error {
	tasks, err := programme.Tasks.Select(v.Tx, "ORDER BY v.seq")
	if err != nil {
		return err
	}
	for _, t := range tasks {
		l.Tasks = append(l.Tasks, Choice{t.Code, l.Plain(programme.ParseWords(t.Name)), t.Code == l.Filter.Task})
	}
	if !l.FixPlace {
		if err := l.placeChoices(v); err != nil {
			return err
		}
	}
	for _, m := range figures.Marks {
		l.Changed = append(l.Changed, Choice{m, l.T("mark-choice." + m), m == l.Filter.Mark})
	}
	for _, o := range figures.Orders {
		l.Orders = append(l.Orders, Choice{string(o), l.T("order." + string(o)), o == l.Sort || l.Sort == "" && o == figures.ByNumber})
	}
	return nil
}

// mostPlaces is how many places a form offers; with more, the pages of places are the way to choose.
const mostPlaces = 120

func (l *List) placeChoices(v *visit) error {
	places, err := v.PlacesWith(mostPlaces + 1)
	if err != nil {
		return err
	}
	there := false
	for _, p := range places[:min(len(places), mostPlaces)] {
		there = there || p.Code == l.Filter.Place
		l.Places = append(l.Places, Choice{p.Code, l.Plain(programme.ParseWords(p.Name)), p.Code == l.Filter.Place})
	}
	sorted := locale.Sorter(l.Tag)
	slices.SortStableFunc(l.Places, func(a, b Choice) int { return sorted(a.Text, b.Text) })
	if l.Filter.Place != "" && !there {
		if p, ok, err := programme.Places.One(v.Tx, l.Filter.Place); err != nil {
			return err
		} else if ok {
			l.Places = append(l.Places, Choice{p.Code, l.Plain(programme.ParseWords(p.Name)), true})
		}
	}
	return nil
}

// query is the list's address with some keys changed; the page goes back to the first unless it is set.
func (l *List) query(pairs ...string) url.Values {
	f := l.Filter
	if l.FixPlace {
		f.Place = ""
	}
	q := url.Values{"lang": {l.Tag}}
	for _, k := range keysOfFilter(f) {
		q.Set(k.Value, k.Text)
	}
	if l.Sort != "" {
		q.Set("sort", string(l.Sort))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

// keysOfFilter are the query keys of a filter with their values, without those that do not choose.
func keysOfFilter(f figures.Filter) (out []Choice) {
	for _, k := range []Choice{{Value: "task", Text: f.Task}, {Value: "place", Text: f.Place}, {Value: "standing", Text: f.Standing}, {Value: "village", Text: f.Village}, {Value: "mark", Text: f.Mark},
		{Value: "office", Text: f.Office}, {Value: "team", Text: f.Team}, {Value: "plan", Text: f.Plan}, {Value: "from", Text: f.From}, {Value: "to", Text: f.To}, {Value: "q", Text: f.Words}} {
		if k.Text != "" {
			out = append(out, k)
		}
	}
	return out
}

// ListLink is the public list of what a filter chooses.
func (p Page) ListLink(f figures.Filter) string {
	var pairs []string
	for _, k := range keysOfFilter(f) {
		pairs = append(pairs, k.Value, k.Text)
	}
	return p.Link("", pairs...)
}

// Hidden are the choices of the list for which its form has no field, so that they go along.
func (l *List) Hidden() []Choice {
	f := l.Filter
	f.Task, f.Mark, f.Words = "", "", ""
	f.Place, f.Standing = "", "" // these have fields of their own
	return keysOfFilter(f)
}

// Said are the choices that nothing else on the page shows, in words.
func (l *List) Said() []string { return l.said }

func (l *List) with(pairs ...string) string {
	return l.Raw(l.Base) + "?" + l.query(pairs...).Encode()
}

// PageLink is the address of another page of the list.
func (l *List) PageLink(n int) string {
	if n <= 1 {
		return l.with("page", "")
	}
	return l.with("page", strconv.Itoa(n))
}

// Next and Previous are the numbers of the neighbouring pages.
func (l *List) Next() int     { return l.At + 1 }
func (l *List) Previous() int { return l.At - 1 }

// HasNext says whether there is another page.
func (l *List) HasNext() bool { return l.At < l.Pages }

// HasPrevious says whether there is a page before.
func (l *List) HasPrevious() bool { return l.At > 1 }

// CSV is the address of the whole list as a table.
func (l *List) CSV() string {
	pairs := []string{}
	if l.FixPlace {
		pairs = []string{"place", l.Filter.Place}
	}
	return l.Raw("promises.csv") + "?" + l.query(pairs...).Encode()
}

// Action is where the form of the list goes; what the form does not ask for goes along hidden.
func (l *List) Action() string { return l.Raw(l.Base) }

// Chosen says whether anything is chosen.
func (l *List) Chosen() bool {
	f := l.Filter
	if l.FixPlace {
		f.Place = ""
	}
	return !f.Empty()
}

// Clear is the address of the list with nothing chosen.
func (l *List) Clear() string { return l.Link(l.Base) }
