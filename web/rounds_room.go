package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/promise"
	"kept/voice"
)

// What follows is for a room full of people: promises on a wall, ballots of paper, and the results on a poster. They speak all the
// languages of the programme at once.

// Room is a page that speaks several languages.
type Room struct {
	Page
	Story    *figures.RoundStory
	Place    figures.RoundPlace
	Spot     locale.Wording // the name of the place
	Office   locale.Wording // that must answer
	Speaking []Page         // the page in each language of the programme, that of the reader first
}

// SheetTitle is the title of such a page, which has no other words of the site.
func (r *Room) SheetTitle() string { return r.Title + " · " + r.Plain(r.Spot) }

// room makes the base of such a page.
func (v *visit) room(story *figures.RoundStory, place *figures.RoundPlace, title string) (*Room, error) {
	r := &Room{Page: v.page("rounds", title), Story: story, Place: *place}
	var err error
	if r.Spot, err = v.nameOfPlace(place.Place); err != nil {
		return nil, err
	}
	if r.Office, _, err = wordsOf(v.Tx, "org:"+story.Office); err != nil {
		return nil, err
	}
	r.Speaking = v.speaking(r.Page)
	return r, nil
}

// speaking is a page in each language of the programme, that of the reader first.
func (v *visit) speaking(p Page) (out []Page) {
	for _, tag := range append([]string{v.p.Tag}, strings.Fields(v.home.Languages)...) {
		l, ok := locale.Find(tag)
		if !ok || slices.ContainsFunc(out, func(s Page) bool { return s.Tag == tag }) {
			continue
		}
		page := p
		page.Printer = locale.For(l.Tag)
		out = append(out, page)
	}
	return out
}

// Said is a sentence in all languages.
func (r *Room) Said(key string, args ...any) []RoomText {
	var out []RoomText
	for _, s := range r.Speaking {
		out = append(out, RoomText{s.Language, template.HTML(template.HTMLEscapeString(s.T(key, args...)))})
	}
	return out
}

// RoomText is a text in one language.
type RoomText struct {
	locale.Language
	Text template.HTML
}

// All is a wording in all its languages that are spoken here, or as it was written.
func (r *Room) All(w locale.Wording) []RoomText {
	var out []RoomText
	add := func(l locale.Language) {
		out = append(out, RoomText{l, template.HTML(template.HTMLEscapeString(w.In[l.Tag]))})
	}
	for _, s := range r.Speaking {
		if w.In[s.Tag] != "" {
			add(s.Language)
		}
	}
	if len(out) == 0 && len(w.In) > 0 {
		l, ok := locale.Find(w.Original)
		if !ok {
			l = locale.Language{Tag: w.Original, Dir: "auto"}
		}
		add(l)
	}
	return out
}

// Asks are the promises of the place.
func (r *Room) Asks() []figures.RoundAsked { return r.Place.Asked }

// RoundWall is one promise, to be read from the back of a room.
type RoundWall struct {
	*Room
	Asked    figures.RoundAsked
	At       int // which one, from 1
	Picture  *promise.PictureRow
	Previous string
	Next     string
	Back     string
}

func roundScreen(v *visit) (*result, error) {
	story, place, err := v.assemblyPlace()
	if err != nil {
		return nil, err
	}
	n := 1
	if text := v.r.URL.Query().Get("n"); text != "" {
		if n, err = strconv.Atoi(text); err != nil {
			return nil, badQuery
		}
	}
	if n < 1 || n > len(place.Asked) {
		return nil, notFound
	}
	room, err := v.room(story, place, v.p.T("rounds.screen"))
	if err != nil {
		return nil, err
	}
	p := RoundWall{Room: room, Asked: place.Asked[n-1], At: n, Back: room.OfficeLink("rounds/" + story.ID)}
	here := "rounds/" + story.ID + "/screen/" + url.PathEscape(place.Place)
	if n > 1 {
		p.Previous = p.OfficeLink(here, "n", strconv.Itoa(n-1))
	}
	if n < len(place.Asked) {
		p.Next = p.OfficeLink(here, "n", strconv.Itoa(n+1))
	}
	pictures, err := promise.Pictures.Select(v.Tx, `WHERE v.sha256 <> '' AND v.report IN (SELECT r.seq FROM report AS r WHERE r.promise = $1 AND r.sent_back = 0)
		ORDER BY v.passed DESC, v.id LIMIT 1`, p.Asked.Line.Seq)
	if err == nil && len(pictures) > 0 {
		p.Picture = &pictures[0]
	}
	return &result{page: p, name: "round-screen"}, err
}

// Count is how many promises there are.
func (p RoundWall) Count() int { return len(p.Place.Asked) }

// RoundBallots is a sheet of ballots for an assembly: the same on every sheet, and nothing on them that could tell one from another.
type RoundBallots struct {
	*Room
	Copies []struct{} // how many fit on a sheet
	Back   string
}

func roundBallots(v *visit) (*result, error) {
	story, place, err := v.assemblyPlace()
	if err != nil {
		return nil, err
	}
	room, err := v.room(story, place, v.p.T("rounds.ballots"))
	if err != nil {
		return nil, err
	}
	p := RoundBallots{Room: room, Copies: make([]struct{}, ballotsOnSheet(len(place.Asked))), Back: room.OfficeLink("rounds/" + story.ID)}
	return &result{page: p, name: "round-ballots"}, nil
}

// ballotsOnSheet is how many ballots with so many promises fit on a sheet of A4.
func ballotsOnSheet(promises int) int {
	switch {
	case promises == 1:
		return 4
	case promises <= wideBallot:
		return 2
	}
	return 1
}

// wideBallot is how many promises a ballot has at most on which each has its own signs.
const wideBallot = 3

// Compact says that the promises are so many that the signs stand above all of them.
func (p RoundBallots) Compact() bool { return len(p.Asks()) > wideBallot }

// ResultsPoster is what a place said and what the office answers, on paper.
type ResultsPoster struct {
	*Room
	Lines    []PosterLine
	Address  string
	Code     template.HTML
	Counting bool // nothing is published yet
}

// SheetTitle names the programme, since the title names the place.
func (p ResultsPoster) SheetTitle() string { return p.Title + " · " + p.Plain(p.Name) }

// PosterLine is one promise with what was said and answered.
type PosterLine struct {
	figures.RoundAsked
	Shown promise.Verdict // contested, if it is
}

func resultsPoster(v *visit) (*result, error) {
	seq, ok := parseNumber(v.r.PathValue("seq"))
	if !ok {
		return nil, notFound
	}
	story, ok, err := v.RoundAt(seq, v.r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound
	}
	place := &story.Places[0]
	name, err := v.nameOfPlace(place.Place)
	if err != nil {
		return nil, err
	}
	room, err := v.room(story, place, plain(v.p, name))
	if err != nil {
		return nil, err
	}
	p := ResultsPoster{Room: room, Counting: story.State != voice.Closed || place.Outcome == ""}
	for _, a := range place.Asked {
		line := PosterLine{a, a.Verdict}
		if place.Contested != "" {
			line.Shown = voice.Contested
		}
		p.Lines = append(p.Lines, line)
	}
	p.Address = v.absolute(strings.SplitN(room.RoundLink(seq), "?", 2)[0])
	p.Code, err = codeSVG(p.Address)
	return &result{page: p, name: "round-poster"}, err
}

// Unanswered is for how many days an answer is owed, in all languages.
func (p ResultsPoster) Unanswered(o *figures.Owed) []RoomText {
	var out []RoomText
	for _, s := range p.Speaking {
		out = append(out, RoomText{s.Language, s.NHTML("rounds.unanswered", o.Unanswered.Int(), "N", s.Num(o.Unanswered), "Day", s.Date(o.Due))})
	}
	return out
}

// Dated is a sentence with a day in all languages.
func (r *Room) Dated(key, day string) []RoomText {
	var out []RoomText
	for _, s := range r.Speaking {
		out = append(out, RoomText{s.Language, s.HTML(key, "Day", s.Date(day))})
	}
	return out
}

// Answered is the sentence before an answer, in all languages.
func (p ResultsPoster) Answered(o *figures.Owed) []RoomText {
	return p.Dated("rounds.answered-on", o.Answered)
}
