package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/voice"
)

// RoundTally is the page on which an organisation enters what it counted after an assembly: first the numbers, then a look at them,
// since they are final. Nothing of what the other one has entered is known here.
type RoundTally struct {
	Form
	Story   *figures.RoundStory
	Place   figures.RoundPlace
	Spot    locale.Wording // the name of the place
	Self    string         // who counts
	Rows    []TallyRow
	Answers bool // this server takes answers
	Open    bool // it can be entered
	Entered bool // it was
	Check   bool // the numbers are shown once more
	Sum     int  // what should have been counted: printed without spoilt and unused
	Off     bool // something does not add up
	Small   bool // so few ballots that nothing is said of them
	Fields  []HeldField
}

// TallyRow is one promise with what was counted.
type TallyRow struct {
	Line   figures.Line
	N      int
	Counts voice.Counts
	Total  int64
	Off    bool // the total is not what should have been counted
}

// answerNames are the four answers in their order, as keys say them.
var answerNames = []string{"kept", "partly-kept", "not-kept", "cant-tell"}

// AnswerNames are the four answers.
func (p Page) AnswerNames() []string { return answerNames }

// CountField is the name of the field of one answer of one promise.
func (p *RoundTally) CountField(n int, answer string) string {
	return "count." + strconv.Itoa(n) + "." + answer
}

// assemblyPlace reads a place of an assembly for who counts there.
func (v *visit) assemblyPlace() (*figures.RoundStory, *figures.RoundPlace, error) {
	row, err := v.roundByID()
	if err != nil {
		return nil, nil, err
	}
	if row.Mode != voice.ModeAssembly {
		return nil, nil, notFound
	}
	if err := v.mayCount(&row); err != nil {
		return nil, nil, err
	}
	story, ok, err := v.RoundAt(row.Seq, v.r.PathValue("place"))
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, notFound
	}
	return story, &story.Places[0], nil
}

func roundTally(v *visit) (*result, error) {
	story, place, err := v.assemblyPlace()
	if err != nil {
		return nil, err
	}
	own := strings.TrimPrefix(v.me.Grant.Who, "org:")
	p := &RoundTally{Story: story, Place: *place, Self: v.where, Answers: v.shelf.boxes != nil,
		Entered: slices.ContainsFunc(story.Tallies, func(t voice.TallyRow) bool { return t.Place == place.Place && t.Writer == own })}
	p.Open = p.Answers && !p.Entered && story.State == voice.Open
	for n, a := range place.Asked {
		p.Rows = append(p.Rows, TallyRow{Line: a.Line, N: n})
	}
	if v.form != nil {
		verb, _ := v.form.do()
		tally := p.read(v, verb == "check" || verb == "seal")
		if verb == "seal" && v.form.right() && v.failed == nil {
			return p.sealed(v, tally), nil
		}
		p.Check = (verb == "check" || verb == "seal") && v.form.right() && v.failed == nil && p.Open
	}
	p.Form = v.formPage("rounds", v.p.T("rounds.tally"))
	if p.Check {
		p.Fields = p.typed.hidden()
	}
	p.Spot, err = v.nameOfPlace(place.Place)
	return &result{page: p, name: "round-tally"}, err
}

// read reads the numbers, and says what is wrong with them.
func (p *RoundTally) read(v *visit, say bool) voice.Tally {
	number := func(field string) int {
		n, ok := locale.ReadWhole(v.form.get(field))
		if say && (!ok || n < 0 || n > mostBallots) {
			v.form.say(field, v.p.T("refused.tally.bad"))
			return 0
		}
		return int(n)
	}
	t := voice.Tally{Printed: number("printed"), Spoilt: number("spoilt"), Unused: number("unused")}
	for i := range p.Rows {
		r := &p.Rows[i]
		for k, answer := range answerNames {
			r.Counts[k] = int64(number(p.CountField(i, answer)))
		}
		r.Total = r.Counts.Total()
		t.Counts = append(t.Counts, r.Counts)
	}
	p.Sum, p.Small = t.Printed-t.Spoilt-t.Unused, t.Printed < voice.FewestHouseholds
	for _, i := range t.Off() {
		p.Off, p.Rows[i].Off = true, true
	}
	return t
}

// mostBallots is more than an assembly can have.
const mostBallots = 20_000

// sealed seals a tally once the book is not being read any more, for that writes to a file. Sent twice it is once.
func (p *RoundTally) sealed(v *visit, t voice.Tally) *result {
	id, place, who, boxes, db := p.Story.ID, p.Place.Place, v.me.Grant.Who, v.shelf.boxes, v.shelf.book.DB
	to := v.links().OfficeLink("rounds/"+id) + "#tallies"
	if p.Entered {
		return &result{to: to}
	}
	return &result{to: to, seal: func(ctx context.Context) ([]ledger.Draft, error) {
		if boxes == nil {
			return nil, noAnswersHere
		}
		d, err := boxes.SealTally(ctx, db, who, id, place, t)
		return []ledger.Draft{d}, err
	}}
}

// noAnswersHere says that this server has no boxes.
var noAnswersHere = &fault{503, "error.no-answers"}
