package web

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/schedule"
	"kept/voice"
)

// roundsRoutes are the pages of rounds in an office. Cards have their own.
var roundsRoutes = slices.Concat(
	[]route{page("GET /office/rounds", see, nil, roundsOffice)},
	formPage("/office/rounds/new", ask, []string{"promise", "place"}, askFields, roundNew),
	[]route{
		page("GET /office/rounds/{id}", see, nil, roundOffice),
		{Pattern: "POST /office/rounds/{id}", Who: hold, serve: roundOffice, fields: []string{"printer", "keeper", "second", "reason", "void-reason"}},
	},
	formPage("/office/rounds/{id}/tally/{place}", hold, nil, []string{"printed", "spoilt", "unused", "count.*.*"}, roundTally),
	[]route{
		page("GET /office/rounds/{id}/screen/{place}", hold, []string{"n"}, roundScreen),
		page("GET /office/rounds/{id}/ballots/{place}", hold, nil, roundBallots),
	},
)

// Rounds is a list of rounds: the public one, and that of an office, which has sections by what is to be done.
type Rounds struct {
	Page
	Pager
	Chips    []Chip
	Lines    []figures.RoundLine
	Sections []RoundSection
	Villages map[int64][]string // the first of each round
	All      figures.Number
	Names    Names
	Answers  bool // this server takes answers
	More     bool // there are more that have ended
}

// RoundSection is the rounds of a state.
type RoundSection struct {
	State voice.State
	Count figures.Number
	Lines []figures.RoundLine
}

// RoundsPart is some lines of a list with the page.
type RoundsPart struct {
	*Rounds
	Some   []figures.RoundLine
	Office bool // links lead to the office's pages
}

// With gives a part some lines.
func (p *Rounds) With(lines []figures.RoundLine, office bool) RoundsPart {
	return RoundsPart{p, lines, office}
}

// Address is that of a round's page.
func (p RoundsPart) Address(l figures.RoundLine) string {
	if p.Office {
		return p.OfficeLink("rounds/" + l.ID)
	}
	return p.RoundLink(l.Seq)
}

// VillageNames are the first villages of a round; MoreVillages is how many there are besides.
func (p RoundsPart) VillageNames(l figures.RoundLine) []locale.Wording {
	var out []locale.Wording
	for _, code := range p.Villages[l.Seq] {
		out = append(out, p.Names.Places[code])
	}
	return out
}

// MoreVillages is how many villages of a round are not named.
func (p RoundsPart) MoreVillages(l figures.RoundLine) int64 {
	return l.Row.Villages - int64(len(p.Villages[l.Seq]))
}

// RoundLink is the public address of a round.
func (p Page) RoundLink(seq int64) string { return p.Link("rounds/" + itoa(seq)) }

// collectRound adds the organisations of a round.
func (n *Names) collectRound(r *voice.Row) {
	for _, code := range []string{r.Proposer, r.Office, r.Reviewer, r.Printer, r.Keeper, r.Second} {
		if code != "" {
			n.Organisations[code] = locale.Wording{}
		}
	}
}

// name reads what the lines of a list speak of.
func (p *Rounds) name(v *visit, lines []figures.RoundLine) (err error) {
	if p.Villages, err = v.VillagesOf(lines); err != nil {
		return err
	}
	p.Names = noNames()
	for i := range lines {
		p.Names.collectRound(&lines[i].Row)
		for _, code := range p.Villages[lines[i].Seq] {
			p.Names.Places[code] = locale.Wording{}
		}
	}
	return p.Names.read(v)
}

func roundsPage(v *visit) (*result, error) {
	p := &Rounds{Page: v.page("rounds", v.p.T("rounds.title")), Answers: v.shelf.boxes != nil}
	number, err := v.pageNumber()
	if err != nil {
		return nil, err
	}
	state := voice.State(v.r.URL.Query().Get("state"))
	if state != "" && !slices.Contains(figures.RoundStates, state) {
		return nil, badQuery
	}
	all, err := v.At.Rounds()
	if err != nil {
		return nil, err
	}
	p.All = figures.RoundCount("", "", all)
	p.Chips = append(p.Chips, Chip{p.T("list.all"), p.Link("rounds"), p.All, state == ""})
	for _, s := range figures.RoundStates {
		p.Chips = append(p.Chips, Chip{p.T("rounds.state-" + string(s)), p.Link("rounds", "state", string(s)), figures.RoundCount(s, "", all), s == state})
	}
	chosen := slices.DeleteFunc(slices.Clone(all), func(l figures.RoundLine) bool { return state != "" && l.State != state })
	if p.Pager, err = pager(number, int64(len(chosen)), func(n string) string { return p.Link("rounds", "state", string(state), "page", n) }); err != nil {
		return nil, err
	}
	p.Lines = chosen[(number-1)*settlePerPage : min(number*settlePerPage, len(chosen))]
	return &result{page: p, name: "rounds"}, p.name(v, p.Lines)
}

// mostEnded is how many rounds of an office's list that have ended are shown; the public list has all.
const mostEnded = 30

// roundsOffice lists rounds by what is to be done, as far as they ask villages within reach.
func roundsOffice(v *visit) (*result, error) {
	p := &Rounds{Page: v.page("rounds", v.p.T("office.rounds")), Answers: v.shelf.boxes != nil}
	all, err := v.At.Rounds(v.me.Grant.Places...)
	if err != nil {
		return nil, err
	}
	place := ""
	if len(v.me.Grant.Places) == 1 {
		place = v.me.Grant.Places[0]
	}
	p.All = figures.RoundCount("", place, all)
	var shown []figures.RoundLine
	for _, state := range []voice.State{voice.Proposed, voice.Open, voice.Waiting, voice.Suspended, voice.Closed, voice.Void, voice.Lapsed} {
		s := RoundSection{State: state, Count: figures.RoundCount(state, place, all)}
		for _, l := range all {
			if l.State != state {
				continue
			}
			if state == voice.Closed || state == voice.Void || state == voice.Lapsed {
				if len(s.Lines) == mostEnded {
					p.More = true
					break
				}
			}
			s.Lines = append(s.Lines, l)
		}
		shown = append(shown, s.Lines...)
		if len(s.Lines) > 0 {
			p.Sections = append(p.Sections, s)
		}
	}
	return &result{page: p, name: "rounds-office"}, p.name(v, shown)
}

// RoundSays is the class of a round's state: it is told by word and shape.
func (p Page) RoundSays(state voice.State) string {
	switch state {
	case voice.Open:
		return "says ask"
	case voice.Suspended:
		return "says over"
	case voice.Closed:
		return "says done"
	case voice.Void:
		return "says not"
	case voice.Waiting:
		return "says"
	}
	return "says none"
}

// RoundNext says what comes next of a round, and by when.
func (p Page) RoundNext(l figures.RoundLine) template.HTML {
	switch l.State {
	case voice.Proposed:
		return p.HTML("rounds.next-proposed", "Day", p.Date(l.Closes))
	case voice.Waiting:
		return p.HTML("rounds.next-waiting", "Day", p.Date(l.Opens))
	case voice.Open:
		return p.HTML("rounds.next-open", "Day", p.Date(l.Closes))
	case voice.Suspended:
		return p.HTML("rounds.next-suspended", "Day", p.Date(min(l.Closes, schedule.AddDays(l.Suspended, voice.SuspendedDays+1))))
	case voice.Closed:
		if l.Outcomes < l.Row.Places {
			return p.HTML("rounds.next-counting")
		}
		return p.HTML("rounds.next-closed", "Day", p.Date(l.Closes), "Due", p.Date(l.AnswersDue()))
	case voice.Void:
		return p.HTML("rounds.next-void", "Day", p.Date(l.Since))
	}
	return p.HTML("rounds.next-lapsed", "Day", p.Date(l.Closes))
}

// RoundDay is one day of a round's course.
type RoundDay struct {
	What string // proposed, taken, opens, closes, due, void or lapsed; and today
	Day  string // empty: it has none yet
	Gone bool   // it has come
}

// RoundDays is the course of a round, in order, with today where it stands in it.
func (p Page) RoundDays(l figures.RoundLine) (out []RoundDay) {
	today := RoundDay{What: "today", Day: p.Head.Day}
	days := p.course(l)
	for i, d := range days {
		if i > 0 && days[i-1].Gone && !d.Gone {
			out = append(out, today)
		}
		out = append(out, d)
	}
	return out
}

// course is the days of a round, in order; one that has no day yet has not come.
func (p Page) course(l figures.RoundLine) []RoundDay {
	day := func(what, day string) RoundDay { return RoundDay{what, day, day != "" && day <= p.Head.Day} }
	out := []RoundDay{day("proposed", l.Recorded), day("taken", l.Taken)}
	switch {
	case l.State == voice.Lapsed:
		return append(out[:1], day("lapsed", l.Closes))
	case l.State == voice.Void && l.Since <= l.Opens:
		return append(out, day("void", l.Since))
	case l.State == voice.Void:
		return append(out, day("opens", l.Opens), day("void", l.Since))
	case l.Taken == "": // it does not open by itself
		return append(out, RoundDay{What: "opens", Day: l.Opens}, RoundDay{What: "closes", Day: l.Closes}, RoundDay{What: "due", Day: l.AnswersDue()})
	}
	return append(out, day("opens", l.Opens), day("closes", l.Closes), day("due", l.AnswersDue()))
}

// DaysPicture draws the course of a round as a line, with today on it. The words stand beside it.
func (p Page) DaysPicture(l figures.RoundLine) template.HTML {
	days := p.course(l)
	first, last := l.Recorded, days[len(days)-1].Day
	last = max(last, l.Recorded)
	all := float64(max(schedule.DaysBetween(first, last), 1))
	x := func(day string) float64 {
		at := min(max(float64(schedule.DaysBetween(first, day))/all, 0), 1) * 100
		if p.Dir == "rtl" {
			at = 100 - at
		}
		return at
	}
	parts := `<path class="way" d="M0 8H100" vector-effect="non-scaling-stroke"/>`
	// People are asked between two of the days.
	if open, ok := asking(days); ok {
		from, to := x(open[0]), x(open[1])
		parts += fmt.Sprintf(`<rect class="asking" x="%.2f" y="5" width="%.2f" height="6"/>`, min(from, to), max(from, to)-min(from, to))
	}
	for _, d := range days {
		if d.Day == "" {
			continue
		}
		class := "to-come"
		if d.Gone {
			class = "gone"
		}
		parts += fmt.Sprintf(`<path class="%s" d="M%.2f 2V14" vector-effect="non-scaling-stroke"/>`, class, x(d.Day))
	}
	if today := p.Head.Day; today >= first && today <= last {
		parts += fmt.Sprintf(`<path class="today" d="M%.2f 0V16" vector-effect="non-scaling-stroke"/>`, x(today))
	}
	return template.HTML(`<svg class="course" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true" focusable="false">` + parts + `</svg>`)
}

// asking are the days between which people are asked, if they ever are.
func asking(days []RoundDay) (out [2]string, ok bool) {
	for i, d := range days {
		if d.What == "opens" && i+1 < len(days) && days[i+1].Day >= d.Day {
			return [2]string{d.Day, days[i+1].Day}, true
		}
	}
	return out, false
}

// Round is the page of one round, public or in an office.
type Round struct {
	Form
	Pager
	*figures.RoundStory
	Names   Names
	Answers bool // this server takes answers
	Hand    *RoundHand
}

// placesPerRound is how many places one page of results shows.
const placesPerRound = 40

func roundPage(v *visit) (*result, error) {
	seq, ok := parseNumber(v.r.PathValue("seq"))
	if !ok {
		return nil, notFound
	}
	p, err := v.round(seq)
	if err != nil {
		return nil, err
	}
	return &result{page: p, name: "round"}, nil
}

// round reads a round for a page.
func (v *visit) round(seq int64) (*Round, error) {
	number, err := v.pageNumber()
	if err != nil {
		return nil, err
	}
	story, ok, err := v.RoundOf(seq, (number-1)*placesPerRound, placesPerRound)
	if err != nil {
		return nil, err
	}
	pages := 1
	if ok {
		pages = max(1, int(story.Total+placesPerRound-1)/placesPerRound)
	}
	if !ok || number > pages {
		return nil, notFound
	}
	p := &Round{RoundStory: story, Answers: v.shelf.boxes != nil}
	if p.Names, err = v.roundNames(story); err != nil {
		return nil, err
	}
	p.Form = Form{Page: v.page("rounds", v.p.T("rounds.one-title", "Number", itoa(seq)))}
	p.Pager = Pager{Number: number, Pages: pages}
	link := func(n int) string { return p.Link("rounds/"+itoa(seq), "page", strconv.Itoa(n)) }
	if number > 1 {
		p.Pager.Previous = link(number - 1)
	}
	if number < pages {
		p.Pager.Next = link(number + 1)
	}
	return p, nil
}

// roundNames reads the names of all that a round's page speaks of.
func (v *visit) roundNames(s *figures.RoundStory) (Names, error) {
	n := noNames()
	n.collectRound(&s.Row)
	for _, g := range s.Groups {
		for _, code := range slices.Concat(g.Places, g.Villages) {
			n.Places[code] = locale.Wording{}
		}
	}
	for _, p := range s.Places {
		n.Places[p.Place] = locale.Wording{}
	}
	for _, t := range s.Tallies {
		n.Organisations[t.Writer] = locale.Wording{}
	}
	return n, n.read(v)
}

// PlaceName shows a place of the round.
func (p *Round) PlaceName(code string) template.HTML { return p.Words(p.Names.Places[code]) }

// Organisation shows an organisation by its code.
func (p *Round) Organisation(code string) template.HTML {
	if name := p.Names.Organisations[code]; len(name.In) > 0 {
		return p.Words(name)
	}
	return template.HTML("<bdi>" + template.HTMLEscapeString(code) + "</bdi>")
}

// Line is a promise of the round.
func (p *Round) Line(seq int64) figures.Line { return p.Of[seq] }

// PlacePosterLink is the address of the results of a place on paper.
func (p Page) PlacePosterLink(seq int64, place string) string {
	return p.Link("rounds/" + itoa(seq) + "/places/" + url.PathEscape(place) + "/poster")
}

// Happened are the events of a round with its beginning, in order, for a page.
func (p *Round) Happened() []RoundEvent {
	out := []RoundEvent{{What: "proposed", Day: p.Recorded, Seq: p.Seq, By: p.Proposer}}
	for _, e := range p.Events {
		out = append(out, RoundEvent{e.What, e.Recorded, e.Seq, p.Reviewer, e.Reason, ""})
	}
	for _, t := range p.Tallies {
		out = append(out, RoundEvent{What: "tally", Seq: t.Seq, By: t.Writer, Place: t.Place})
	}
	slices.SortStableFunc(out, func(a, b RoundEvent) int { return int(a.Seq - b.Seq) })
	return out
}

// RoundEvent is what happened to a round.
type RoundEvent struct {
	What   string // proposed, taken, suspended, resumed, void, tally
	Day    string // empty: see the entry
	Seq    int64
	By     string
	Reason string
	Place  string // of a tally
}

// TellsOf says whether there is anything of a place to show.
func (p *Round) TellsOf(place figures.RoundPlace) bool {
	return p.State == voice.Closed && place.Outcome != ""
}

// PlaceRound is a round on a place's board.
type PlaceRound struct {
	figures.RoundLine
	Poster bool // there is one of what this place said
}

// mostAtPlace is how many rounds a board names; the list of rounds has all.
const mostAtPlace = 6

// roundsAt lists the rounds of a place's board: those that go on, and the last one that was closed. It also says on which last day
// somebody there is asked with cards.
func (v *visit) roundsAt(place string) (out []PlaceRound, until string, err error) {
	all, err := v.At.Rounds(place)
	if err != nil {
		return nil, "", err
	}
	closed := ""
	var asking []voice.Row
	for _, l := range all {
		switch {
		case l.State == voice.Closed:
			closed = max(closed, l.Closes)
		case l.Mode == voice.ModeCards:
			asking = append(asking, l.Row)
		}
	}
	for _, l := range all {
		last := l.State == voice.Closed && l.Closes == closed
		if !last && l.State != voice.Open && l.State != voice.Suspended && l.State != voice.Waiting && l.State != voice.Proposed || len(out) == mostAtPlace {
			continue
		}
		poster := false
		if last {
			row, _, err := voice.Places.One(v.Tx, l.Seq, place)
			if err != nil {
				return nil, "", err
			}
			poster = row.Outcome != ""
		}
		out = append(out, PlaceRound{l, poster})
	}
	return out, askedUntil(asking, v.Day), nil
}

// nameOfPlace is the name of a place.
func (v *visit) nameOfPlace(code string) (locale.Wording, error) {
	row, _, err := programme.Places.One(v.Tx, code)
	return programme.ParseWords(row.Name), err
}
