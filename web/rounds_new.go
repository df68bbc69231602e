package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/voice"
)

// askFields are those of the form that proposes a round, over all its steps.
var askFields = []string{"places[]", "in[]", "find", "promises[]", "look", "mode", "level", "office", "days", "opens", "closes"}

// The steps of proposing a round. What was chosen in the others goes along hidden.
const (
	stepVillages = "villages"
	stepPromises = "promises"
	stepSure     = "sure"
)

// RoundNew is the form that proposes a round: which villages, what they are asked and how, and what it will mean.
type RoundNew struct {
	Form
	Step   string
	Fields []HeldField // of the other steps

	Found  []PlaceChoice
	More   bool // there are more places than were found
	Places []PlaceChoice

	Promises     []RoundChoices
	MorePromises bool
	Offices      []Choice
	Modes        []Choice
	Levels       []Choice

	Round voice.Round // what it will mean
	Means []figures.RoundGroup
	Names Names
	Of    map[int64]figures.Line
}

// RoundChoices are the promises that can be asked about, by why.
type RoundChoices struct {
	Why   figures.Why
	Lines []figures.Askable
}

// mostAskable is how many promises one page offers; a search finds the others.
const mostAskable = 60

// proposing is a form that proposes a round, being read.
type proposing struct {
	*visit
	round    voice.Round
	promises []promise.Row
}

func roundNew(v *visit) (*result, error) {
	a := &proposing{visit: v}
	if v.form == nil {
		v.form = &form{values: map[string][]string{}, wrong: map[string]string{}}
		step, err := a.begin()
		if err != nil {
			return nil, err
		}
		return a.page(step)
	}
	if err := a.gather(); err != nil {
		return nil, err
	}
	step := stepVillages
	switch verb, _ := v.form.do(); verb {
	case "promises", "look":
		if step = stepPromises; len(v.form.all("places[]")) == 0 {
			v.form.say("places", v.p.T("rounds.no-villages"))
			step = stepVillages
		}
	case "preview", "propose":
		ahead, err := a.read()
		switch {
		case err != nil:
			return nil, err
		case v.form.wrong["places"] != "":
		case !v.form.right():
			step = stepPromises
		case verb == "propose" && v.failed == nil:
			d := voice.Propose(v.me.Grant.Who, a.round)
			d.ID = v.form.entryID("")
			return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("rounds/" + d.ID)}, nil
		default:
			return a.sure(ahead)
		}
	}
	return a.page(step)
}

// begin fills the form from the address: with a promise and its villages, or with the villages of a place.
func (a *proposing) begin() (step string, err error) {
	q, f := a.r.URL.Query(), a.form
	var of []string
	if text := q.Get("promise"); text != "" {
		number, ok := parseNumber(text)
		if !ok {
			return "", notFound
		}
		one, ok, err := a.One(number)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", notFound
		}
		if one.Withdrawn == "" {
			f.set("promises[]", itoa(number))
		}
		of, step = one.Terms.Places, stepPromises
	}
	if place := q.Get("place"); place != "" {
		of = append(of, place)
	}
	f.values["places[]"] = of
	if err := a.gather(); err != nil {
		return "", err
	}
	if step == "" || len(f.all("places[]")) == 0 {
		step = stepVillages
	}
	return step, nil
}

// gather brings the chosen villages in order: each once, and, for a larger place, all villages in it that are within reach.
func (a *proposing) gather() error {
	f := a.form
	rows, err := programme.Places.Load(a.Tx, keysIn(distinct(slices.Concat(f.all("places[]"), f.all("in[]")))))
	if err != nil {
		return err
	}
	village := map[string]bool{}
	for _, r := range rows {
		village[r.Code] = r.Level == "village"
	}
	var chosen []string
	for _, code := range slices.Concat(f.all("places[]"), f.all("in[]")) {
		is, known := village[code]
		switch {
		case is:
			chosen = append(chosen, code)
		case known:
			inside, err := a.villagesInside(code)
			if err != nil {
				return err
			}
			chosen = append(chosen, inside...)
		}
	}
	delete(f.values, "in[]")
	seen := map[string]bool{}
	f.values["places[]"] = slices.DeleteFunc(chosen, func(code string) bool {
		again := seen[code]
		seen[code] = true
		return again
	})
	if n := len(f.values["places[]"]); n > voice.MaxVillages {
		f.say("places", a.p.T("rounds.villages-many", "Max", voice.MaxVillages, "N", n))
	}
	return nil
}

// villagesInside lists the villages in a place that are within reach.
func (a *proposing) villagesInside(code string) ([]string, error) {
	s := &statement{}
	s.and("v.level = 'village' AND v.code IN (SELECT a.place FROM place_above AS a WHERE a.above = %s)", code)
	s.within(a.me.Grant.Places)
	rows, err := programme.Places.Select(a.Tx, s.String()+" ORDER BY v.seq", s.args...)
	return codesOf(rows), err
}

// read makes a round of what was typed, and says what is wrong with it, each beside its field; what it says is the book's own word.
func (a *proposing) read() (*voice.Ahead, error) {
	f := a.form
	a.round = voice.Round{Villages: f.all("places[]"), Mode: f.get("mode"), Level: f.get("level"), Opens: a.typedDay("opens", true), Closes: a.typedDay("closes", true)}
	if len(a.round.Villages) == 0 {
		f.say("places", a.p.T("rounds.no-villages"))
	} else if err := a.mayAsk(a.round.Villages); err == notYours {
		f.say("places", a.p.T("rounds.villages-outside"))
	} else if err != nil {
		return nil, err
	}
	if err := a.readPromises(); err != nil {
		return nil, err
	}
	days, ok := locale.ReadWhole(f.get("days"))
	if !ok || days < 1 || days > voice.MaxAnswerDays {
		f.say("days", a.p.T("plan.whole", "Min", 1, "Max", voice.MaxAnswerDays))
	}
	a.round.Days = days
	if err := a.readOffice(); err != nil {
		return nil, err
	}
	if f.right() && a.round.Opens < a.Day {
		f.say("opens", a.p.T("refused.round.opens"))
	}
	if err := a.tooSoon(); err != nil || !f.right() {
		return nil, err
	}
	ahead, err := voice.LookAhead(a.Tx, a.Day, a.me.Grant.Who, a.round)
	if refused := ledger.Refused(err); refused != nil {
		f.say(fieldOfRound(refused.Code), a.refusal(refused))
		return nil, nil
	}
	return ahead, err
}

// fieldOfRound is the field beside which a refusal of a proposal is shown.
func fieldOfRound(code string) string {
	switch code {
	case "round.length":
		return "closes"
	case "round.opens":
		return "opens"
	case "round.mode":
		return "mode"
	case "round.no-township", "round.not-the-same":
		return "level"
	case "round.nobody-must-answer", "organisation.unknown":
		return "office"
	case "round.no-village", "round.twice":
		return "places"
	}
	return "promises"
}

// readPromises reads which promises were chosen.
func (a *proposing) readPromises() error {
	f := a.form
	a.promises, a.round.Promises = nil, nil
	for _, text := range f.all("promises[]") {
		number, ok := parseNumber(text)
		if !ok {
			return unclear
		}
		rows, err := promise.View.Select(a.Tx, "WHERE v.number = $1", number)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return unclear
		}
		a.promises = append(a.promises, rows[0])
		a.round.Promises = append(a.round.Promises, voice.About{Seq: rows[0].Seq, ID: rows[0].ID})
	}
	if len(a.promises) == 0 {
		f.say("promises", a.p.T("rounds.no-promises"))
	}
	return nil
}

// readOffice reads which office must answer: the one that was chosen, or that of the promises, if they have one.
func (a *proposing) readOffice() (err error) {
	f := a.form
	if a.round.Office, err = a.typedOrganisation("office"); err != nil || a.round.Office != "" {
		return err
	}
	var offices []string
	for _, p := range a.promises {
		offices = append(offices, p.Office)
	}
	switch offices = distinct(offices); {
	case len(offices) > 1:
		f.say("office", a.p.T("rounds.offices-differ"))
	case len(offices) == 0 || offices[0] == "":
		f.say("office", a.p.T("rounds.no-office"))
	default:
		a.round.Office = offices[0]
	}
	return nil
}

// tooSoon names the promises that cannot be asked about by the closing day (S9). Where a box was lost the book may yet allow it, so
// only the book's own refusal counts there; this says which promise it is.
func (a *proposing) tooSoon() error {
	var seqs []int64
	for _, p := range a.promises {
		seqs = append(seqs, p.Seq)
	}
	free, err := voice.FreeFrom(a.Tx, a.Day, seqs...)
	if err != nil || !schedule.ValidDay(a.round.Closes) {
		return err
	}
	_, err = voice.LookAhead(a.Tx, a.Day, a.me.Grant.Who, a.round)
	if refused := ledger.Refused(err); refused == nil || refused.Code != "round.too-soon" {
		return nil
	}
	var numbers []string
	last := ""
	for _, p := range a.promises {
		if from := free[p.Seq]; from > a.round.Closes {
			numbers, last = append(numbers, itoa(p.Number)), max(last, from)
		}
	}
	if len(numbers) > 0 {
		a.form.say("promises", a.p.T("rounds.too-soon", "Numbers", strings.Join(numbers, a.p.Comma()), "Day", a.p.ShortDay(last)))
	}
	return nil
}

// page makes the page of a step.
func (a *proposing) page(step string) (*result, error) {
	v, f := a.visit, a.form
	if step == stepPromises {
		a.defaults()
	}
	p := RoundNew{Step: step}
	p.Form = v.formPage("rounds", v.p.T("rounds.propose"))
	chosen := f.all("places[]")
	var err error
	if p.Places, err = v.chosenPlaces(chosen[:min(len(chosen), 2*voice.MaxVillages)]); err != nil {
		return nil, err
	}
	if step == stepVillages {
		p.Fields = f.hidden("places[]", "find", "in[]")
		p.Found, p.More, err = v.findPlaces(f.get("find"), chosen)
		p.Found = slices.DeleteFunc(p.Found, func(c PlaceChoice) bool { return c.Level != "village" && c.Inside == 0 })
		return &result{page: p, name: "round-new"}, err
	}
	p.Fields = f.hidden("promises[]", "look", "mode", "level", "office", "days", "opens", "closes")
	if err := a.offer(&p, chosen); err != nil {
		return nil, err
	}
	p.Modes = choose(f, "mode", []Choice{{Value: voice.ModeCards, Text: v.p.T("rounds.mode-cards")}, {Value: voice.ModeAssembly, Text: v.p.T("rounds.mode-assembly")}})
	p.Levels = choose(f, "level", []Choice{{Value: voice.LevelVillage, Text: v.p.T("rounds.level-village")}, {Value: voice.LevelTownship, Text: v.p.T("rounds.level-township")}})
	if p.Offices, err = v.organisations(); err != nil {
		return nil, err
	}
	p.Offices[0].Text = v.p.T("rounds.office-of-promises")
	return &result{page: p, name: "round-new"}, nil
}

// choose marks which of several choices stands in a field.
func choose(f *form, name string, of []Choice) []Choice {
	for i := range of {
		of[i].Selected = f.get(name) == of[i].Value
	}
	return of
}

// The days of a round, unless others are typed: time for a reviewer to take it on and to make cards, a fortnight of asking, and three
// weeks for the answer.
const (
	opensIn   = 7
	asksFor   = 14
	answersIn = 21
)

// defaults puts what is usual where nothing was typed yet.
func (a *proposing) defaults() {
	for name, value := range map[string]string{"mode": voice.ModeCards, "level": voice.LevelVillage, "days": itoa(answersIn),
		"opens": schedule.AddDays(a.Day, opensIn), "closes": schedule.AddDays(a.Day, opensIn+asksFor)} {
		if _, typed := a.form.values[name]; !typed {
			a.form.set(name, value)
		}
	}
}

// offer lists the promises that can be asked about.
func (a *proposing) offer(p *RoundNew, villages []string) error {
	var chosen []int64
	for _, text := range a.form.all("promises[]") {
		number, _ := parseNumber(text)
		rows, err := promise.View.Select(a.Tx, "WHERE v.number = $1", number)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			chosen = append(chosen, rows[0].Seq)
		}
	}
	lines, more, err := a.ToAsk(villages, strings.TrimSpace(a.form.get("look")), chosen, max(mostAskable, len(chosen)))
	p.MorePromises = more
	for _, why := range figures.Whys {
		c := RoundChoices{Why: why}
		for _, l := range lines {
			if l.Why == why {
				c.Lines = append(c.Lines, l)
			}
		}
		if len(c.Lines) > 0 {
			p.Promises = append(p.Promises, c)
		}
	}
	return err
}

// sure is the page that says in words what the round will mean, before it is proposed.
func (a *proposing) sure(ahead *voice.Ahead) (*result, error) {
	v := a.visit
	p := RoundNew{Step: stepSure, Round: a.round, Means: figures.Grouped(ahead.Asks, ahead.Villages), Names: noNames(), Of: map[int64]figures.Line{}}
	p.Form = v.formPage("rounds", v.p.T("rounds.propose"))
	p.Fields = a.form.hidden()
	p.Names.Organisations[a.round.Office] = locale.Wording{}
	for _, row := range ahead.Villages {
		p.Names.Places[row.Village] = locale.Wording{}
		p.Names.Places[row.Place] = locale.Wording{}
	}
	if err := p.Names.read(v); err != nil {
		return nil, err
	}
	lines, err := v.Lines(a.promises)
	for _, l := range lines {
		p.Of[l.Seq] = l
	}
	return &result{page: p, name: "round-new"}, err
}

// Line is a promise that will be asked about.
func (p RoundNew) Line(seq int64) figures.Line { return p.Of[seq] }

// PlaceName shows a place.
func (p RoundNew) PlaceName(code string) any { return p.Words(p.Names.Places[code]) }

// Last is the last day of asking; Due is the last one for the answer.
func (p RoundNew) Last() string { return schedule.AddDays(p.Round.Closes, -1) }

// Due is the last day for the answer.
func (p RoundNew) Due() string { return schedule.AddDays(p.Round.Closes, int(p.Round.Days)) }

// Office is the office that must answer.
func (p RoundNew) Office() locale.Wording { return p.Names.Organisations[p.Round.Office] }

// MorePlaces is how many places a promise is made to besides the first.
func (p RoundNew) MorePlaces(a figures.Askable) int64 { return int64(len(a.Places)) - 1 }
