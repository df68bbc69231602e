package web

import (
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// PlanForm is the page on which the terms of a promise are typed.
type PlanForm struct {
	Form
	Amends *figures.Promise // what is amended; nil for a new promise
	Since  string           // the day the draft was kept last
	Former int64            // the version whose terms were put into the form, 0 if none were

	Tasks, Teams, Offices, Sources, Steps, Lengths []Choice
	SomeTeams                                      bool // only those at the chosen places are offered

	Found  []PlaceChoice
	More   bool // there are more than were found
	Places []PlaceChoice
	Plan   promise.Plan
	Coming *Coming

	form *form
}

// page makes the page of a form, with everything that was typed.
func (t *terms) page(p PlanForm) (*result, error) {
	v := t.visit
	p.form = t.form
	p.Tongues = t.languages
	var err error
	if err := p.choices(v); err != nil {
		return nil, err
	}
	chosen := t.form.all("places[]")
	if p.Places, err = v.chosenPlaces(chosen[:min(len(chosen), 4*promise.MaxPlaces)]); err != nil {
		return nil, err
	}
	if p.Found, p.More, err = v.findPlaces(t.form.get("find"), chosen); err != nil {
		return nil, err
	}
	p.Plan = t.glance()
	if days, err := p.Plan.Days(v.home.Until); err == nil && promise.Recurs(p.Plan.Kind) {
		p.Coming = coming(days, v.Day)
	}
	return &result{page: p, name: "plan-form"}, nil
}

// glance reads the plan without saying what is wrong with it.
func (t *terms) glance() promise.Plan {
	quiet := *t
	quiet.form = &form{values: t.form.values, wrong: map[string]string{}}
	visit := *t.visit
	visit.form = quiet.form
	quiet.visit = &visit
	return quiet.plan()
}

func (p *PlanForm) choices(v *visit) error {
	tasks, err := programme.Tasks.Select(v.Tx, "ORDER BY v.seq")
	if err != nil {
		return err
	}
	p.Tasks = append(p.Tasks, Choice{Text: v.p.T("plan.choose")})
	for _, r := range tasks {
		p.Tasks = append(p.Tasks, Choice{Value: r.Code, Text: plain(v.p, programme.ParseWords(r.Name))})
	}
	if err := p.teams(v); err != nil {
		return err
	}
	if p.Sources, err = v.organisations(); err != nil {
		return err
	}
	if v.runs() {
		p.Offices = slices.Clone(p.Sources)
		for i := range p.Offices {
			p.Offices[i].Selected = p.Offices[i].Value == v.ownOffice()
		}
	}
	for _, every := range schedule.Steps() {
		p.Steps = append(p.Steps, Choice{Value: every, Text: v.p.T("plan.every-" + every), Selected: every == schedule.Week})
	}
	for _, length := range []string{"month", "quarter", "half", "year"} {
		p.Lengths = append(p.Lengths, Choice{Value: length, Text: v.p.T("plan.each-" + length), Selected: length == "quarter"})
	}
	return nil
}

// mostTeams is how many teams are offered, whatever the places; of more, only those posted at the chosen places.
const mostTeams = 300

func (p *PlanForm) teams(v *visit) error {
	rows, err := programme.Teams.Select(v.Tx, "ORDER BY v.seq LIMIT "+strconv.Itoa(mostTeams+1))
	if err != nil {
		return err
	}
	if p.SomeTeams = len(rows) > mostTeams; p.SomeTeams {
		codes := append([]string{p.form.get("team")}, p.form.all("places[]")...)
		s := &statement{}
		var in []any
		for _, code := range codes[1:min(len(codes), 1+promise.MaxPlaces)] {
			in = append(in, code)
		}
		posted := ""
		if len(in) > 0 {
			posted = " OR v.code IN (SELECT p.team FROM posting AS p WHERE p.place IN (" + strings.TrimSuffix(strings.Repeat("%s, ", len(in)), ", ") + "))"
		}
		s.and("(v.code = %s"+posted+")", append([]any{codes[0]}, in...)...)
		if rows, err = programme.Teams.Select(v.Tx, s.String()+" ORDER BY v.seq LIMIT "+strconv.Itoa(mostTeams), s.args...); err != nil {
			return err
		}
	}
	for _, r := range rows {
		p.Teams = append(p.Teams, Choice{Value: r.Code, Text: plain(v.p, programme.ParseWords(r.Name))})
	}
	v.sort(p.Teams)
	p.Teams = append([]Choice{{Text: v.p.T("plan.none")}}, p.Teams...)
	return nil
}

// sort puts choices in the order of the reader's language.
func (v *visit) sort(choices []Choice) {
	sorted := locale.Sorter(v.p.Tag)
	slices.SortStableFunc(choices, func(a, b Choice) int { return sorted(a.Text, b.Text) })
}

// Rows are the numbers of the rows of a list.
func (p PlanForm) Rows(list string) []int {
	out := make([]int, p.form.rows(list))
	for n := range out {
		out[n] = n
	}
	return out
}

// Targets is the list of the targets of a measure.
func (p PlanForm) Targets(n int) string { return row("measure", n) + ".target" }

// Removable says whether a measure can be taken away: reports name measures by their number, so of those in the book only the last.
func (p PlanForm) Removable(n int) bool {
	return p.Amends == nil || n >= len(p.Amends.Terms.Measures) || n == p.form.rows("measure")-1
}

// Is says whether the plan is of a kind; a new promise begins with one of once.
func (p PlanForm) Is(kind string) bool {
	if typed := p.form.get("plan"); typed != "" {
		return typed == kind
	}
	return kind == promise.Once
}

// Each says whether every place is promised the same by itself.
func (p PlanForm) Each() bool { return p.form.get("each") == "each" }

// MaxDescription is the longest description.
func (p PlanForm) MaxDescription() int { return promise.MaxDescription }

// MaxReason is the longest reason.
func (p PlanForm) MaxReason() int { return promise.MaxText }

// FormerLink puts the terms of the version before into the form.
func (p PlanForm) FormerLink() string {
	if p.Amends == nil || p.Amends.Version < 2 || p.Former != 0 {
		return ""
	}
	return p.OfficeLink("promises/"+itoa(p.Amends.Number)+"/amend", "back", itoa(p.Amends.Version-1))
}

// hidden are all fields of the form, to be carried by a page that does not show them.
func (f *form) hidden(without ...string) []HeldField {
	var out []HeldField
	for name, values := range f.values {
		if name == formDo || name == formID || slices.Contains(without, name) {
			continue
		}
		for _, value := range values {
			out = append(out, HeldField{name, value})
		}
	}
	slices.SortStableFunc(out, func(a, b HeldField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Preview is the page that shows what will stand in the book for ever.
type Preview struct {
	Form
	Shown       Promise
	Terms       *promise.Terms
	Description locale.Wording
	Reason      locale.Wording
	Coming      *Coming
	Fields      []HeldField
	Several     int    // how many entries
	JSON        string // the data of the first
	Amends      *figures.Promise
	Changes     []promise.Change
	Less, Late  bool
	Made        []MadeLine    // of several, those which stand in the book already
	Refused     []RefusedLine // and those which it did not take
}

// MadeLine is a promise that stands.
type MadeLine struct {
	Number  int64
	Title   locale.Wording
	Place   locale.Wording
	Address string // for sharing
}

// RefusedLine is a place that could not be promised something.
type RefusedLine struct {
	Place locale.Wording
	Why   string
}

// preview begins the page, for terms without mistakes.
func (t *terms) preview(nav, title string, now *promise.Terms, drafts []ledger.Draft) (Preview, error) {
	v := t.visit
	p := Preview{Form: v.formPage(nav, title), Terms: now, Fields: t.form.hidden("find"), Several: len(drafts)}
	p.Tongues = t.languages
	days, err := now.Plan.Days(v.home.Until)
	if err != nil {
		return p, err
	}
	p.Coming = coming(days, v.Day)
	raw := compact(drafts[0].Data)
	if len(raw) > ledger.MaxEntry-mostAround {
		t.form.say("", v.p.T("plan.too-large", "Bytes", len(raw), "Most", ledger.MaxEntry-mostAround))
	}
	p.JSON = spread(raw)
	return p, nil
}

// mostAround is the most that stands in an entry around its data.
const mostAround = 600

// Many says whether there will be several entries.
func (p Preview) Many() bool { return p.Several > 1 }

// At is the beginning of the names of a row's fields.
func (p PlanForm) At(list string, n int) string { return row(list, n) }
