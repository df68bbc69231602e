package web

import (
	"math/rand/v2"
	"slices"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// The steps of answering with a card, all at one address.
const (
	stepCode      = "code"      // type the code
	stepBallot    = "ballot"    // choose
	stepConfirm   = "confirm"   // look it over
	stepReceived  = "received"  // and nothing else is ever said of the card
	stepReported  = "reported"  // somebody else used it
	stepNotOpen   = "not-open"  // not on this day
	stepAgain     = "again"     // it could not be done now
	stepElsewhere = "elsewhere" // this server has no boxes
)

// step is what a resident is shown next.
type step struct {
	name    string
	typed   string // as it was typed, where it is shown again
	wrong   string // key of what is wrong with it
	code    voice.Code
	do      string // what was asked for
	seen    voice.Seen
	answers voice.Digits
	chosen  bool
}

// CardPage is the page of a step.
type CardPage struct {
	Page
	Step    string
	Typed   string
	Mistake string // in words
	Digits  string // the code, for the next step
	Do      string // what to ask for again

	Replies   []Reply    // in the order of this page
	Questions []Question // of the card's place
	Given     []Given    // all twelve answers, for the next step
	Place     locale.Wording
	Round     voice.Row
	State     voice.State
	Office    locale.Wording // that must answer

	Asking []AskingLine // who is being asked now
	More   int64        // rounds that are not in Asking
	Cards  []string     // to try, in an example
	Used   bool         // there are none left to try
}

// Reply is one of the four answers.
type Reply struct{ Digit, Answer string }

// replies are the four answers, in the order of voice.Counts.
var replies = []Reply{{"1", string(promise.Kept)}, {"2", string(promise.PartlyKept)}, {"3", string(promise.NotKept)}, {"4", "cant-tell"}}

// rotated are the four answers, from any of them on: none is first more often than another.
func rotated() []Reply {
	from := rand.N(len(replies))
	return slices.Concat(replies[from:], replies[:from])
}

// Question is a promise on a ballot.
type Question struct {
	Given
	figures.Line
	Picture string // hash of a picture that was passed, empty if there is none
	Shows   locale.Wording
}

// Given is an answer as it is sent.
type Given struct{ Field, Digit string }

// Is says whether a choice is what was given; nothing chosen is "can't tell".
func (g Given) Is(c Reply) bool { return g.Digit == c.Digit || g.Digit == "0" && c.Digit == "4" }

// AskingLine is a round that asks now.
type AskingLine struct {
	voice.Row
	State  voice.State
	Places PlaceList
	Keeper locale.Wording
}

// Last is the last day on which a round asks: on its closing day nobody is asked any more.
func (p Page) Last(r voice.Row) string { return schedule.AddDays(r.Closes, -1) }

// Groups is the code as it stands on the card.
func (p *CardPage) Groups() string { return voice.Code(p.Digits).Groups() }

// Verb is what a change of language asks for: the same step.
func (p *CardPage) Verb() string {
	switch {
	case p.Step == stepBallot:
		return doChange
	case p.Step == stepConfirm, p.Step == stepAgain && p.Do == doSend:
		return doConfirm
	case p.Step == stepAgain:
		return p.Do
	}
	return doLook
}

// Inside says whether the page has a form that another language must take along.
func (p *CardPage) Inside() bool {
	return p.Digits != "" && p.Step != stepReported || p.Step == stepCode && p.Mistake != ""
}

// cardPage makes the page of a step.
func (v *visit) cardPage(next step) (*CardPage, error) {
	p := &CardPage{Page: v.page(voiceName, v.p.T("card.title")), Step: next.name, Typed: next.typed, Do: next.do}
	if v.shelf.boxes == nil {
		p.Step = stepElsewhere
	}
	if next.wrong != "" {
		p.Mistake = v.p.T(next.wrong)
	}
	if next.name != stepCode {
		p.Digits = string(next.code)
	}
	if next.chosen || next.name == stepBallot {
		for i, field := range answerFields() {
			given := Given{field, "0"}
			if next.chosen {
				given.Digit = string(next.answers[i])
			}
			p.Given = append(p.Given, given)
		}
	}
	switch p.Step {
	case stepCode:
		return p, v.asking(p)
	case stepBallot, stepConfirm, stepNotOpen:
		return p, v.ballot(p, next.seen)
	}
	return p, nil
}

// ballot reads what a card asks.
func (v *visit) ballot(p *CardPage, seen voice.Seen) error {
	round, questions, err := voice.Asks(v.Tx, seen.Round, seen.Place)
	if err != nil {
		return err
	}
	p.Round, p.State = round, round.On(v.Day)
	place, _, err := programme.Places.One(v.Tx, seen.Place)
	if err != nil {
		return err
	}
	p.Place = programme.ParseWords(place.Name)
	office, _, err := programme.Organisations.One(v.Tx, round.Office)
	if err != nil || p.Step == stepNotOpen {
		return err
	}
	p.Office, p.Replies = programme.ParseWords(office.Name), replies
	if p.Step == stepBallot {
		p.Replies = rotated()
	}
	var seqs []int64
	for _, q := range questions {
		seqs = append(seqs, q.Promise)
	}
	lines, err := v.At.Of(seqs...)
	if err != nil {
		return err
	}
	for i, l := range lines {
		q := Question{Given: p.Given[i], Line: l}
		if p.Step == stepBallot {
			if err := v.illustrate(&q); err != nil {
				return err
			}
		}
		p.Questions = append(p.Questions, q)
	}
	return nil
}

// Rest are the answers to questions that there are not: they are sent all the same.
func (p *CardPage) Rest() []Given { return p.Given[len(p.Questions):] }

// illustrate finds the last picture of a promise that somebody has passed.
func (v *visit) illustrate(q *Question) error {
	if q.Line.Shown == 0 {
		return nil
	}
	pictures, err := promise.Pictures.Select(v.Tx, "JOIN report AS r ON r.seq = v.report WHERE r.promise = $1 AND r.sent_back = 0 AND v.sha256 <> '' ORDER BY v.report DESC, v.id LIMIT 1", q.Line.Seq)
	for _, pic := range pictures {
		q.Picture, q.Shows = pic.SHA256, programme.ParseWords(pic.Shows)
	}
	return err
}

// mostAsking is how many rounds the first page lists.
const mostAsking = 12

// asking lists the rounds with cards that ask on this day, and those that are suspended.
func (v *visit) asking(p *CardPage) error {
	rows, err := v.askingRounds()
	if err != nil {
		return err
	}
	if len(rows) > mostAsking {
		rows, p.More = rows[:mostAsking], int64(len(rows)-mostAsking)
	}
	for _, row := range rows {
		line := AskingLine{Row: row, State: row.On(v.Day)}
		places, err := programme.Places.Select(v.Tx, "JOIN round_village AS w ON w.village = v.code WHERE w.round = $1 ORDER BY v.seq LIMIT 4", row.Seq)
		if err != nil {
			return err
		}
		line.Places = p.Page.WithPlaces(places)
		line.Places.More = row.Villages - int64(len(line.Places.Some))
		keeper, _, err := programme.Organisations.One(v.Tx, row.Keeper)
		if err != nil {
			return err
		}
		line.Keeper = programme.ParseWords(keeper.Name)
		p.Asking = append(p.Asking, line)
	}
	if v.server.cards != nil {
		var codes []voice.Code
		codes, p.Used = v.server.cards(v.shelf.name)
		for _, c := range codes {
			p.Cards = append(p.Cards, c.Groups())
		}
	}
	return nil
}

// askingRounds are the rounds with cards that ask on this day, or are suspended, the first to close first.
func (v *visit) askingRounds() ([]voice.Row, error) {
	rows, err := voice.View.Select(v.Tx, "WHERE v.mode = $1 AND v.taken <> '' AND v.void = '' AND v.opens <= $2 AND v.closes > $2 ORDER BY v.closes, v.seq", voice.ModeCards, v.Day)
	return slices.DeleteFunc(rows, func(r voice.Row) bool { return r.On(v.Day) != voice.Open && r.On(v.Day) != voice.Suspended }), err
}

// askedUntil is the last day on which somebody is asked in one of these rounds; empty if nobody is. Of several it is that of the
// first to close.
func askedUntil(rounds []voice.Row, day string) (last string) {
	for i := range rounds {
		if r := &rounds[i]; r.On(day) == voice.Open && (last == "" || r.Closes <= last) {
			last = schedule.AddDays(r.Closes, -1)
		}
	}
	return last
}
