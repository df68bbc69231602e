package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
)

// Document is all that a review says, besides the office's words: figures, each with the name by which it can be asked for again,
// and the names, titles and hashes that stand beside them. It holds no text that lies beside the book, so erasing one
// changes nothing in it. What it has in it is of one form; see Form.
type Document struct {
	Form      int64     `json:"form"`
	Programme Programme `json:"programme"`
	Size      int64     `json:"size"`
	Day       string    `json:"day"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Places    []string  `json:"places"` // codes in order; none: the whole programme
	Entries   Figure    `json:"entries"`
	All       Line      `json:"all"`
	Tasks     []Line    `json:"tasks"` // in the order of the book
	Grid      Grid      `json:"grid"`
	Teams     Teams     `json:"teams"`
	Moved     []Moved   `json:"moved"`
	Matters   Matters   `json:"matters"`
	Stories   Stories   `json:"stories"`
	Answers   Answers   `json:"answers"`
	Next      Next      `json:"next"`
	Names     Names     `json:"names"` // of all codes in the document
}

// Figure is a number with its name. Value is digits, perhaps with a sign and a point, or empty for "nothing reported"; money is
// in minor units of its currency.
type Figure struct {
	Name     figures.Name `json:"figure"`
	Value    string       `json:"value"`
	Currency string       `json:"currency,omitempty"`
}

// Number is the figure as pages show it.
func (f Figure) Number() figures.Number { return figures.Number(f) }

// Int is the value of a count.
func (f Figure) Int() int64 { return figures.Number(f).Int() }

// Figures are figures by what they count.
type Figures map[string]Figure

// Programme is the programme with its goal, as both stood.
type Programme struct {
	Name  string         `json:"name"`
	Title locale.Wording `json:"title"`
	Goal  locale.Wording `json:"goal"`
	From  string         `json:"from"`
	Until string         `json:"until"`
}

// Line is how the promises of a task stand, or those of all tasks together, and what happened to them in the period.
type Line struct {
	Task       string         `json:"task,omitempty"`
	Name       locale.Wording `json:"name,omitzero"`
	Promises   Figure         `json:"promises"`
	Standings  Figures        `json:"standings"` // by standing of the team's side; they add up to Promises
	Says       Figures        `json:"says"`      // by what the villages say; they add up to Promises too
	Marks      Figures        `json:"marks"`     // lowered, made-later, amended, suspended
	Became     Figure         `json:"became-overdue"`
	Happened   Figures        `json:"happened"` // in the period: see figures.Happenings
	GoingOn    Figure         `json:"going-on"`
	Unreported Figure         `json:"unreported"` // of those that went on
	DueDays    Figures        `json:"due-days"`   // of the period: all, held, not-held, not-reported, to-come
	Said       Figures        `json:"said"`       // in the period: see figures.Sayings
	Money      []Money        `json:"money"`      // one per currency, never added
}

// Money is money in one currency, in minor units.
type Money struct {
	Currency string `json:"currency"`
	First    Figure `json:"first-promised"`
	Promised Figure `json:"promised"`
	PaidIn   Figure `json:"paid-in-period"`
	Paid     Figure `json:"paid"`
}

// Grid is the promises by place and task.
type Grid struct {
	Level  string   `json:"level"`  // of the places, empty if there are none
	Places []string `json:"places"` // codes, in the order of the book
	Spots  []Spot   `json:"spots"`  // only where there are promises
	Wider  *Wider   `json:"wider,omitempty"`
}

// Wider is the promises of all tasks by the places above those of a grid of villages: their townships, or what there is.
type Wider struct {
	Level string `json:"level"`
	Spots []Spot `json:"spots"` // in the order of the book
}

// Spot is how the promises of one task, or of all where Task is empty, stand in one place.
type Spot struct {
	Place      string `json:"place"`
	Task       string `json:"task,omitempty"`
	Promises   Figure `json:"promises"`
	Done       Figure `json:"reported-done"`
	Overdue    Figure `json:"overdue"`
	Kept       Figure `json:"kept"`
	PartlyKept Figure `json:"partly-kept"`
	NotKept    Figure `json:"not-kept"`
	NotAsked   Figure `json:"not-asked"`
}

// Teams is how many teams are in place.
type Teams struct {
	InPlace  Figure `json:"in-place"`
	Villages Figure `json:"villages"`
	Served   Figure `json:"villages-with-team"`
	Silent   Figure `json:"silent"`
}

// Moved is what happened of one kind in the period: the first of it, and how much there is in all.
type Moved struct {
	What  string  `json:"what"`
	All   Figure  `json:"all"`
	First []Event `json:"first"`
}

// Event is something that happened to a promise. Entry is where it stands, or the promise itself where only time has passed.
type Event struct {
	Promise int64          `json:"promise"`
	Entry   int64          `json:"entry"`
	Day     string         `json:"day"`
	Title   locale.Wording `json:"title"`
}

// Matters are the promises that matter most, chosen by a stated rule.
type Matters struct {
	Rule    string    `json:"rule"` // a code, which pages explain
	Kept    []Promise `json:"kept"`
	NotKept []Promise `json:"not-kept"`
}

// Promise is a promise that matters.
type Promise struct {
	Number   int64          `json:"promise"`
	Entry    int64          `json:"entry"`
	Title    locale.Wording `json:"title"`
	Task     string         `json:"task"`
	Places   []string       `json:"places"` // the first of them
	Office   string         `json:"office,omitempty"`
	Why      []string       `json:"why"` // money, reach, dispute
	Standing string         `json:"standing"`
	Says     string         `json:"says"`
	Disputed bool           `json:"disputed-before"`
	Marks    []string       `json:"marks"`
	Due      string         `json:"due,omitempty"`
	Overdue  Figure         `json:"overdue-days"`
	Late     Figure         `json:"late-days"`
	Reach    Figure         `json:"reach"`    // villages
	Villages []SaidBy       `json:"villages"` // how many of them say what
	Measure  *Measure       `json:"measure,omitempty"`
	DueDays  Figures        `json:"due-days,omitempty"` // of a schedule or service level
	Money    []Sum          `json:"money"`
}

// Sum is money of one promise in one currency, in minor units.
type Sum struct {
	Currency string `json:"currency"`
	Promised Figure `json:"promised"`
	Paid     Figure `json:"paid"`
}

// SaidBy is how many villages say the same of a promise.
type SaidBy struct {
	Says string `json:"says"`
	Figure
}

// Measure is the first measure of a promise. Where nothing was reported the reading has no value.
type Measure struct {
	Name     locale.Wording `json:"name"`
	Unit     locale.Wording `json:"unit"`
	Down     bool           `json:"down,omitempty"`
	Baseline Figure         `json:"baseline"`
	First    Figure         `json:"first-target"`
	Target   Figure         `json:"target"`
	Reading  Figure         `json:"reading"`
	Periods  []Reported     `json:"periods,omitempty"` // some of its targets, in their order; see MostPeriods
}

// Reported is a target of a measure and what was reported for it, which has no value where nothing was.
type Reported struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Target  Figure `json:"target"`
	Reading Figure `json:"reading"`
}

// Stories are reports of the period, chosen by a stated rule.
type Stories struct {
	Rule    string  `json:"rule"`
	Reports []Story `json:"reports"`
}

// Story is a report with what may be shown of it: its note by the salted hashes that stand in the entry, its pictures by the
// hashes of their bytes.
type Story struct {
	Entry    int64          `json:"entry"`
	Promise  int64          `json:"promise"`
	Title    locale.Wording `json:"title"`
	Recorded string         `json:"recorded"`
	Day      string         `json:"day"` // that the team says
	Who      string         `json:"who"`
	Note     *ledger.Hashed `json:"note,omitempty"`
	Pictures []Picture      `json:"pictures"`
}

// Picture is a picture that was passed.
type Picture struct {
	SHA256 string         `json:"sha256"`
	Shows  locale.Wording `json:"shows"`
}

// Answers are what offices owe to villages, and what they answered in the period.
type Answers struct {
	Offices []Office `json:"offices"`
	Owed    []Owed   `json:"owed"` // the first to come due
}

// Office is an office that must answer.
type Office struct {
	Code    string `json:"office"`
	Asked   Figure `json:"asked"` // in the period
	Given   Figure `json:"given"`
	Late    Figure `json:"late"`
	Owed    Figure `json:"owed"` // on the day
	Overdue Figure `json:"overdue"`
}

// Owed is an answer that an office owes.
type Owed struct {
	Promise    int64          `json:"promise"`
	Title      locale.Wording `json:"title"`
	Entry      int64          `json:"entry"` // the result
	Place      string         `json:"place"`
	Says       string         `json:"says"`
	Due        string         `json:"due"`
	Unanswered Figure         `json:"unanswered-days"`
}

// Next is what comes due in the period of the same length after this one.
type Next struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Promises Figure  `json:"promises"` // with one due day
	DueDays  Figure  `json:"due-days"` // of schedules and service levels
	First    []Event `json:"first"`    // of the promises with one due day
}

// Names are the names of codes, in the order of the codes.
type Names struct {
	Places        []Named `json:"places"`
	Organisations []Named `json:"organisations"`
	Teams         []Named `json:"teams"`
}

// Named is the name of a code.
type Named struct {
	Code  string         `json:"code"`
	Level string         `json:"level,omitempty"` // of a place
	Name  locale.Wording `json:"name"`
}

// Bytes is the document in the one way in which it is written: JSON without spaces, members in the order of their declaration,
// those of maps in the order of their names. Their SHA-256 is what the entry of a review holds.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("the document of a review: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads what Bytes wrote. A document that is written in another way, or has more in it than this form, is refused.
func Parse(b []byte) (*Document, error) {
	d := &Document{}
	if err := json.Unmarshal(b, d); err != nil {
		return nil, fmt.Errorf("the document of a review: %w", err)
	}
	again, err := d.Bytes()
	if err == nil && !bytes.Equal(again, b) {
		err = fmt.Errorf("the document of a review is not written as form %d is", d.Form)
	}
	return d, err
}

// Each goes through all figures in their order, each with where in the document it stands, such as "tasks.2.promises".
func (d *Document) Each(visit func(path string, f Figure)) {
	each("", reflect.ValueOf(d).Elem(), visit)
}

var figureType = reflect.TypeFor[Figure]()

func each(path string, v reflect.Value, visit func(string, Figure)) {
	under := func(name string) string {
		if path == "" || name == "" {
			return path + name
		}
		return path + "." + name
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == figureType {
			visit(path, v.Interface().(Figure))
			return
		}
		for i := range v.NumField() {
			each(under(jsonName(v.Type().Field(i))), v.Field(i), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			each(under(fmt.Sprint(i)), v.Index(i), visit)
		}
	case reflect.Map:
		if v.Type().Elem() != figureType {
			return // words by language
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return bytes.Compare([]byte(a.String()), []byte(b.String())) })
		for _, k := range keys {
			each(under(k.String()), v.MapIndex(k), visit)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			each(path, v.Elem(), visit)
		}
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := bytes.Cut([]byte(f.Tag.Get("json")), []byte(","))
	return string(name)
}

// Find finds a figure by its name.
func (d *Document) Find(name figures.Name) (found Figure, ok bool) {
	d.Each(func(_ string, f Figure) {
		if !ok && f.Name == name {
			found, ok = f, true
		}
	})
	return found, ok
}

// Place is the name of a place of the document; an unknown code has an empty name.
func (n *Names) Place(code string) locale.Wording { return find(n.Places, code) }

// Organisation is the name of an organisation of the document.
func (n *Names) Organisation(code string) locale.Wording { return find(n.Organisations, code) }

// Team is the name of a team of the document.
func (n *Names) Team(code string) locale.Wording { return find(n.Teams, code) }

func find(all []Named, code string) locale.Wording {
	if i := slices.IndexFunc(all, func(x Named) bool { return x.Code == code }); i >= 0 {
		return all[i].Name
	}
	return locale.Wording{}
}
