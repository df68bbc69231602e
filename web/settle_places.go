package web

import (
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// SettlePlaces is the page of the tree of places: what lies in one, or what was searched for.
type SettlePlaces struct {
	Page
	Pager
	In     *programme.PlaceRow  // nil: the top, as far as one reaches
	Above  []programme.PlaceRow // the way to it, from the top
	Lines  []PlaceLine
	Query  string // what was searched for
	More   bool   // there is more than is listed
	Count  figures.Number
	Done   locale.Wording
	MayAdd bool // places can be entered here
}

// PlaceLine is a place of the list.
type PlaceLine struct {
	programme.PlaceRow
	Inside int64 // places directly in it
	Above  []programme.PlaceRow
}

// settlePlaces serves the tree.
func settlePlaces(v *visit) (*result, error) {
	q := v.r.URL.Query()
	p := SettlePlaces{Page: v.page("parts", v.p.T("settle.places")), Query: strings.TrimSpace(q.Get("q"))}
	in := q.Get("in")
	if in != "" {
		row, ok, err := programme.Places.One(v.Tx, in)
		if err == nil && !ok {
			err = notFound
		}
		if err == nil {
			err = v.maySettle(in)
		}
		if err != nil {
			return nil, err
		}
		p.In = &row
		if p.Above, err = v.wayTo(row.Parent); err != nil {
			return nil, err
		}
	}
	p.MayAdd = p.In == nil && v.maySettle("") == nil || p.In != nil && len(smallerLevels(p.In.Level)) > 0
	var err error
	if p.Count, err = v.Simple("places"); err != nil {
		return nil, err
	}
	if p.Done, err = doneOf(v, programme.Places, func(r *programme.PlaceRow) string { return r.Name }); err != nil {
		return nil, err
	}
	if p.Query != "" {
		err = p.search(v)
	} else {
		err = p.list(v, in)
	}
	if err != nil {
		return nil, err
	}
	return &result{page: p, name: "settle-places"}, v.addInside(p.Lines)
}

// search lists what the words find.
func (p *SettlePlaces) search(v *visit) error {
	if len(p.Query) > 200 {
		return &fault{400, "error.bad-query"}
	}
	found, more, err := v.findPlaces(p.Query, nil)
	if err != nil {
		return err
	}
	p.More = more
	for _, f := range found {
		way, err := v.wayTo(f.Parent)
		if err != nil {
			return err
		}
		p.Lines = append(p.Lines, PlaceLine{PlaceRow: f.PlaceRow, Above: way})
	}
	return nil
}

// mostSorted is up to how many places are sorted by name. More stand in the order of the book.
const mostSorted = 2000

// list lists what lies directly in a place, or at the top of what one reaches.
func (p *SettlePlaces) list(v *visit, in string) error {
	s := &statement{}
	if mine := v.me.Grant.Places; in == "" && len(mine) > 0 {
		var codes []any
		for _, code := range mine {
			codes = append(codes, code)
		}
		s.and("v.code IN ("+strings.TrimSuffix(strings.Repeat("%s, ", len(mine)), ", ")+")", codes...)
	} else {
		s.and("v.parent = %s", in)
		s.within(mine)
	}
	var n int64
	if _, err := v.Tx.One([]any{&n}, "SELECT count(*) FROM place AS v "+s.String(), s.args...); err != nil {
		return err
	}
	number, err := v.pageNumber()
	if err != nil {
		return err
	}
	if p.Pager, err = pager(number, n, func(page string) string { return p.OfficeLink("places", "in", in, "page", page) }); err != nil {
		return err
	}
	from := (number - 1) * settlePerPage
	limit := ""
	if n > mostSorted {
		limit = " LIMIT " + strconv.Itoa(settlePerPage) + " OFFSET " + strconv.Itoa(from)
	}
	rows, err := programme.Places.Select(v.Tx, s.String()+" ORDER BY v.seq"+limit, s.args...)
	if err != nil {
		return err
	}
	if n <= mostSorted {
		sorted := locale.Sorter(v.p.Tag)
		name := func(r programme.PlaceRow) string { return plain(v.p, programme.ParseWords(r.Name)) }
		slices.SortStableFunc(rows, func(a, b programme.PlaceRow) int { return sorted(name(a), name(b)) })
		rows = rows[min(from, len(rows)):min(from+settlePerPage, len(rows))]
	}
	for _, row := range rows {
		p.Lines = append(p.Lines, PlaceLine{PlaceRow: row})
	}
	return nil
}

// addInside counts what lies directly in places.
func (v *visit) addInside(lines []PlaceLine) error {
	if len(lines) == 0 {
		return nil
	}
	at := map[string]*PlaceLine{}
	s := &statement{}
	var codes []any
	for i := range lines {
		at[lines[i].Code] = &lines[i]
		codes = append(codes, lines[i].Code)
	}
	s.and("parent IN ("+strings.TrimSuffix(strings.Repeat("%s, ", len(codes)), ", ")+")", codes...)
	var code string
	var n int64
	return v.Tx.Each([]any{&code, &n}, func() error { at[code].Inside = n; return nil },
		"SELECT parent, count(*) FROM place "+s.String()+" GROUP BY parent", s.args...)
}

// wayTo lists the places above, and the place itself, from the top of what one reaches.
func (v *visit) wayTo(code string) (way []programme.PlaceRow, err error) {
	for code != "" && v.maySettle(code) == nil {
		row, ok, err := programme.Places.One(v.Tx, code)
		if err != nil || !ok {
			return nil, err
		}
		way = append(way, row)
		code = row.Parent
	}
	slices.Reverse(way)
	return way, nil
}

// reachable is the place, or the top if it is out of reach.
func (v *visit) reachable(place string) string {
	if v.maySettle(place) != nil {
		return ""
	}
	return place
}

// smallerLevels are the levels of what can lie in a place.
func smallerLevels(level string) []string {
	return programme.Levels[slices.Index(programme.Levels, level)+1:]
}

// SettlePlace is the page on which a place is entered.
type SettlePlace struct {
	Form
	Parent   *programme.PlaceRow // the larger place, if it was chosen
	Way      []programme.PlaceRow
	Found    []PlaceChoice
	More     bool
	Sought   bool // a search was made
	Whole    bool // it need not lie in any
	Levels   []Choice
	Proposed bool
}

func settlePlace(v *visit) (*result, error) {
	proposed := false
	verb := ""
	if v.form != nil {
		verb, _ = v.form.do()
	}
	if verb == "add" && v.failed == nil {
		name, code, made, err := v.newThing(programme.OfPlace, known(v, programme.Places))
		if err != nil {
			return nil, err
		}
		place := programme.Place{Code: code, Parent: v.form.get("parent"), Level: v.form.get("level"), Name: name}
		if err := v.checkPlace(&place); err != nil {
			return nil, err
		}
		if proposed = made; v.form.right() && !proposed {
			d := ledger.Draft{Kind: programme.KindPlace, ID: v.form.entryID(""), Who: v.me.Grant.Who, Data: place}
			return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("places", "in", place.Parent, doneKey, code)}, nil
		}
	}
	p := SettlePlace{Form: v.formPage("parts", v.p.T("settle.place-new")), Proposed: proposed, Whole: v.maySettle("") == nil}
	if v.form == nil {
		p.typed.set("parent", v.r.URL.Query().Get("in"))
	}
	parent := p.typed.get("parent")
	if verb == "elsewhere" {
		parent = ""
		p.typed.set("parent", "")
	}
	if parent != "" && v.maySettle(parent) == nil {
		row, ok, err := programme.Places.One(v.Tx, parent)
		if err != nil {
			return nil, err
		}
		if ok {
			p.Parent = &row
			if p.Way, err = v.wayTo(parent); err != nil {
				return nil, err
			}
		}
	}
	p.Sought = verb == "find" || verb == "elsewhere"
	if p.Parent == nil {
		var err error
		if p.Found, p.More, err = v.findPlaces(p.typed.get("words"), nil); err != nil {
			return nil, err
		}
		p.Found = slices.DeleteFunc(p.Found, func(c PlaceChoice) bool { return len(smallerLevels(c.Level)) == 0 })
		if len(p.Found) == 1 && p.Sought {
			p.typed.set("parent", p.Found[0].Code)
		}
	}
	return &result{page: p, name: "settle-place"}, p.levels(v)
}

// checkPlace says what is wrong with a place beyond its name and code. The rest the book finds.
func (v *visit) checkPlace(place *programme.Place) error {
	var ok bool
	if place.Position, ok = readPosition(v.form.get("position")); !ok {
		v.form.say("position", v.p.T("settle.position-wrong"))
	}
	if !slices.Contains(programme.Levels, place.Level) {
		v.form.say("level", v.p.T("refused.place.level"))
	}
	switch err := v.maySettle(place.Parent); {
	case err == notYours && place.Parent == "":
		v.form.say("parent", v.p.T("settle.parent-needed"))
	case err == notYours:
		v.form.say("parent", v.p.T("settle.parent-reach", "Code", shortCode(place.Parent)))
	case err != nil:
		return err
	}
	return nil
}

// shortCode is what was sent as a code, fit for a sentence.
func shortCode(code string) string {
	if runes := []rune(code); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return code
}

// levels offers the levels that the place can have, the one that its neighbours have first chosen.
func (p *SettlePlace) levels(v *visit) error {
	levels, usual := programme.Levels, ""
	if p.Parent != nil {
		levels = smallerLevels(p.Parent.Level)
		if len(levels) > 0 {
			usual = levels[0]
		}
		var level string
		there, err := v.Tx.One([]any{&level}, "SELECT level FROM place WHERE parent = $1 ORDER BY seq LIMIT 1", p.Parent.Code)
		if err != nil {
			return err
		}
		if there {
			usual = level
		}
	}
	if usual == "" {
		p.Levels = append(p.Levels, Choice{Text: v.p.T("settle.choose")})
	}
	for _, level := range levels {
		p.Levels = append(p.Levels, Choice{Value: level, Text: v.p.T("level." + level), Selected: level == usual})
	}
	if typed := p.typed.get("level"); !slices.Contains(levels, typed) {
		delete(p.typed.values, "level") // it was chosen for another larger place
	}
	return nil
}

// readPosition reads a latitude and a longitude as maps show them, and writes them as the book has them.
func readPosition(text string) (string, bool) {
	if text == "" {
		return "", true
	}
	isMark := func(r rune) bool { return strings.ContainsRune(",;،؛、，；", r) }
	parts := strings.Fields(strings.ReplaceAll(text, "°", " "))
	if len(parts) == 1 {
		parts = strings.FieldsFunc(parts[0], isMark)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.Trim(s, ",;،؛、，；") == "" })
	if len(parts) != 2 {
		return "", false
	}
	for i, most := range []float64{90, 180} {
		value, ok := locale.ReadDecimal(strings.TrimFunc(parts[i], isMark))
		degrees, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil || degrees < -most || degrees > most {
			return "", false
		}
		parts[i] = value
	}
	return parts[0] + " " + parts[1], len(parts[0])+len(parts[1]) < programme.MaxPosition
}
