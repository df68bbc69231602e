package web

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// read makes terms of what was typed, and notes what is wrong. Who takes part is not in the form, so it stays as it was.
func (t *terms) read() (*promise.Terms, error) {
	v := t.visit
	out := &promise.Terms{Title: t.words("title", locale.WordingRunes)}
	if t.base != nil {
		out.Parties = t.base.Parties
	}
	var err error
	if out.Office, err = t.office(); err != nil {
		return nil, err
	}
	if out.Task, err = t.task(); err != nil {
		return nil, err
	}
	if out.Team, err = t.team(); err != nil {
		return nil, err
	}
	if out.Places, err = t.places(); err != nil {
		return nil, err
	}
	out.Plan = t.plan()
	for n := range t.form.rows("measure") {
		if m, there := t.measure(n); there {
			out.Measures = append(out.Measures, m)
		}
	}
	for n := range t.form.rows("milestone") {
		if m, there := t.milestone(n); there {
			out.Milestones = append(out.Milestones, m)
		}
	}
	for n := range t.form.rows("money") {
		m, there, err := t.money(n)
		if err != nil {
			return nil, err
		}
		if there {
			out.Money = append(out.Money, m)
		}
	}
	if t.form.right() { // whatever is left is said as the book would say it
		if refused := ledger.Refused(out.Check(v.home.Until)); refused != nil {
			t.form.say("", v.refusal(refused))
		}
	}
	return out, nil
}

// words reads a text in several languages, which must be there.
func (t *terms) words(name string, most int) locale.Wording {
	w := t.form.wording(name, t.languages)
	t.check(name, w, most)
	return w
}

// check notes what is wrong with a text.
func (t *terms) check(name string, w locale.Wording, most int) {
	err := w.Check()
	if most != locale.WordingRunes {
		err = w.CheckLong(most)
	}
	var wrong *locale.Error
	if errors.As(err, &wrong) {
		t.form.say(name, t.visit.p.T(wrong.Code, wrong.Args...))
	}
}

// need notes that a field is empty.
func (t *terms) need(name string) { t.form.say(name, t.visit.p.T("plan.missing")) }

func (t *terms) unknown(name, key, code string) {
	if len(code) > 80 {
		code = "…" // it came from no list of ours
	}
	t.form.say(name, t.visit.p.T(key, "Code", code))
}

func (t *terms) task() (string, error) {
	code := t.form.get("task")
	if code == "" {
		t.need("task")
		return "", nil
	}
	_, ok, err := programme.Tasks.One(t.visit.Tx, code)
	if !ok && err == nil {
		t.unknown("task", "refused.task.unknown", code)
	}
	return code, err
}

// office reads the office that must answer. Only the one that runs the programme can name another than itself.
func (t *terms) office() (string, error) {
	v, code := t.visit, t.form.get("office")
	switch {
	case !v.runs() && t.base != nil:
		return t.base.Office, nil
	case !v.runs():
		return v.ownOffice(), nil
	case code == "" && (t.base == nil || t.base.Office != ""):
		t.need("office")
		return "", nil
	}
	return v.typedOrganisation("office")
}

func (t *terms) team() (string, error) {
	code := t.form.get("team")
	if code == "" {
		return "", nil
	}
	_, ok, err := programme.Teams.One(t.visit.Tx, code)
	if !ok && err == nil {
		t.unknown("team", "refused.team.unknown", code)
	}
	return code, err
}

// places reads the places that were chosen. They must lie within reach.
func (t *terms) places() ([]string, error) {
	v, chosen := t.visit, t.form.all("places[]")
	switch {
	case len(chosen) == 0:
		t.form.say("places", v.p.T("plan.places-none"))
		return nil, nil
	case len(chosen) > promise.MaxPlaces:
		t.form.say("places", v.p.T("plan.places-many", "Max", promise.MaxPlaces, "N", len(chosen)))
		return chosen, nil
	}
	known, err := programme.Places.Load(v.Tx, keysIn(chosen))
	if err != nil {
		return nil, err
	}
	for _, code := range chosen {
		if !slices.ContainsFunc(known, func(r programme.PlaceRow) bool { return r.Code == code }) {
			t.unknown("places", "refused.place.unknown", code)
			return chosen, nil
		}
	}
	err = v.mayPromise(chosen)
	if errors.Is(err, notYours) {
		t.form.say("places", v.p.T("plan.places-outside"))
		return chosen, nil
	}
	return chosen, err
}

func keysIn(codes []string) [][]any {
	var keys [][]any
	for _, code := range codes {
		keys = append(keys, []any{code})
	}
	return keys
}

// day reads a day, and leaves it in the form as the book has it.
func (t *terms) day(name string, needed bool) string { return t.visit.typedDay(name, needed) }

// typedDay reads a day that was typed; it is empty if there is none, or none that exists.
func (v *visit) typedDay(name string, needed bool) string {
	typed := v.form.get(name)
	day := locale.ReadDay(typed)
	switch {
	case typed == "" && needed:
		v.form.say(name, v.p.T("plan.missing"))
	case typed == "":
	case !schedule.ValidDay(day):
		v.form.say(name, v.p.T("refused.day.bad"))
	default:
		v.form.set(name, day)
		return day
	}
	return ""
}

// plan reads how the promise comes due.
func (t *terms) plan() promise.Plan {
	f, p := t.form, promise.Plan{Kind: t.form.get("plan")}
	if t.base != nil {
		p.Kind = t.base.Plan.Kind // a plan stays of its kind
	}
	switch p.Kind {
	case promise.Once:
		p.Due = t.day("due", false)
		return p
	case promise.Schedule:
	case promise.ServiceLevel:
		within, ok := locale.ReadWhole(f.get("within"))
		if !ok || within < 1 || within > promise.MaxWithin {
			f.say("within", t.visit.p.T("plan.whole", "Min", 1, "Max", promise.MaxWithin))
			within = 0
		}
		p.Within = int(within)
	default:
		f.say("plan", t.visit.p.T("plan.missing"))
		return p
	}
	p.Rule = t.rule()
	return p
}

func (t *terms) rule() *schedule.Rule {
	f, say := t.form, t.visit.p
	rule := &schedule.Rule{Every: f.get("every"), From: t.day("from", true), Until: t.day("until", false)}
	interval, ok := locale.ReadWhole(f.get("interval"))
	if !ok || interval < 1 || interval > schedule.MaxInterval {
		f.say("interval", say.T("plan.whole", "Min", 1, "Max", schedule.MaxInterval))
		return rule
	}
	rule.Interval = int(interval)
	if rule.From == "" || f.wrong["until"] != "" {
		return rule
	}
	var wrong *schedule.Error
	if _, err := rule.Days(t.visit.home.Until); errors.As(err, &wrong) {
		switch wrong.Code {
		case schedule.CodeEvery:
			f.say("every", say.T("plan.missing"))
		case schedule.CodeOrder:
			f.say(cmp.Or(wrong.Field, "until"), say.T("plan.ends-before", "Day", say.ShortDay(cmp.Or(rule.Until, t.visit.home.Until))))
		case schedule.CodeTooMany:
			f.say("until", say.T("plan.days-many", "Max", schedule.MaxDays))
		default:
			f.say("until", say.T("plan.endless"))
		}
	}
	return rule
}

// empty says whether nothing was typed into a row.
func (t *terms) empty(at string, choices ...string) bool {
	for name, values := range t.form.values {
		if rest, ok := strings.CutPrefix(name, at+"."); ok && !slices.Contains(choices, rest) && !strings.HasSuffix(rest, ".original") && strings.TrimSpace(values[0]) != "" {
			return false
		}
	}
	return true
}

// measure reads a measure. One into which nothing was typed is none, unless it stands in the book already.
func (t *terms) measure(n int) (promise.Measure, bool) {
	at, f := row("measure", n), t.form
	if t.empty(at, "every", "begin", "end", "down") && (t.base == nil || n >= len(t.base.Measures)) {
		return promise.Measure{}, false
	}
	m := promise.Measure{Name: t.words(at+".name", locale.WordingRunes), Unit: t.words(at+".unit", locale.WordingRunes), Down: f.get(at+".down") != ""}
	if f.get(at+".baseline") != "" || f.get(at+".year") != "" {
		m.Baseline = &promise.Baseline{Value: t.decimal(at + ".baseline")}
		year, ok := locale.ReadWhole(f.get(at + ".year"))
		if !ok || year < schedule.FirstYear || year > schedule.LastYear {
			f.say(at+".year", t.visit.p.T("plan.whole", "Min", itoa(schedule.FirstYear), "Max", itoa(schedule.LastYear)))
		}
		m.Baseline.Year = int(year)
	}
	for i := range f.rows(at + ".target") {
		if target, there := t.target(row(at+".target", i)); there {
			same := func(b promise.Target) bool { return b.From == target.From && b.To == target.To }
			if target.From != "" && target.To != "" && slices.ContainsFunc(m.Targets, same) {
				f.say(row(at+".target", i)+".from", t.visit.p.T("refused.measure.period-twice"))
			}
			m.Targets = append(m.Targets, target)
		}
	}
	return m, true
}

func (t *terms) target(at string) (promise.Target, bool) {
	if t.empty(at) {
		return promise.Target{}, false
	}
	return promise.Target{From: t.day(at+".from", true), To: t.until(at+".to", at+".from", true), Value: t.decimal(at + ".value")}, true
}

// until reads the last day of a period, which is not before its first.
func (t *terms) until(name, first string, needed bool) string {
	day := t.day(name, needed)
	if from := locale.ReadDay(t.form.get(first)); day != "" && schedule.ValidDay(from) && day < from {
		t.form.say(name, t.visit.p.T("refused.period.backwards"))
	}
	return day
}

// decimal reads a value of a measure.
func (t *terms) decimal(name string) string {
	typed := t.form.get(name)
	value, ok := locale.ReadDecimal(typed)
	switch {
	case typed == "":
		t.need(name)
	case !ok:
		t.form.say(name, t.visit.p.T("typed.number"))
	}
	return value
}

func (t *terms) milestone(n int) (promise.Milestone, bool) {
	at := row("milestone", n)
	if t.empty(at) {
		return promise.Milestone{}, false
	}
	return promise.Milestone{Title: t.words(at+".title", locale.WordingRunes), Due: t.day(at+".due", true)}, true
}

func (t *terms) money(n int) (m promise.Money, there bool, err error) {
	at, f := row("money", n), t.form
	if t.empty(at, "currency") {
		return m, false, nil
	}
	if m.Source, err = t.visit.typedOrganisation(at + ".source"); err != nil {
		return m, true, err
	}
	m.Currency, m.Minor = t.visit.typedMoney(at+".currency", at+".amount")
	if f.get(at+".from") != "" || f.get(at+".to") != "" {
		m.From, m.To = t.day(at+".from", true), t.until(at+".to", at+".from", true)
	}
	return m, true, nil
}

// typedOrganisation reads the code of an organisation, which may be missing.
func (v *visit) typedOrganisation(name string) (string, error) {
	code := v.form.get(name)
	if code == "" {
		return "", nil
	}
	_, ok, err := programme.Organisations.One(v.Tx, code)
	if !ok && err == nil {
		(&terms{visit: v, form: v.form}).unknown(name, "refused.organisation.unknown", code)
	}
	return code, err
}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// typedMoney reads an amount of a currency.
func (v *visit) typedMoney(currency, amount string) (string, int64) {
	code := strings.ToUpper(v.form.get(currency))
	if !currencyForm.MatchString(code) {
		v.form.say(currency, v.p.T("plan.currency-form"))
		return "", 0
	}
	v.form.set(currency, code)
	minor, err := locale.ReadMinor(v.form.get(amount), code)
	var wrong *locale.Error
	switch {
	case v.form.get(amount) == "":
		v.form.say(amount, v.p.T("plan.missing"))
	case errors.As(err, &wrong):
		v.form.say(amount, v.p.T(wrong.Code, wrong.Args...))
	}
	return code, minor
}
