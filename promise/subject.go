package promise

import (
	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// The kinds of this subject's entries.
const (
	KindPromise           = "promise"
	KindAmendment         = "amendment"
	KindWithdrawal        = "withdrawal"
	KindTranslation       = "later-translation"
	KindReport            = "report"
	KindSendingBack       = "sending-back"
	KindPassing           = "passing"
	KindPayment           = "payment"
	KindPaymentWithdrawal = "payment-withdrawal"
)

// The texts beside the book of this subject.
const (
	FieldReason      = "reason"
	FieldNote        = "note"
	FieldDescription = "description"
)

// Subject is what this package offers to the ledger.
var Subject = &ledger.Subject{
	Name: "promise",
	Views: ledger.Views(View, Versions, Places, Words, Measures, Targets, Readings, Occurrences, Services, Reports, Spendings, Pictures,
		Payments, Sums, Counter, Sources, Documents, Imported),
	Kinds: []*ledger.Kind{
		ledger.KindOf(KindPromise, needPromise, addPromise).
			WithTexts(func(d any) map[string]string { return d.(*Promised).Description.Fields(FieldDescription) }),
		ledger.KindOf(KindAmendment, needAmendment, amend).
			WithTexts(func(d any) map[string]string { return d.(*Amendment).Reason.Fields(FieldReason) }),
		ledger.KindOf(KindWithdrawal, needWithdrawal, withdraw).
			WithTexts(func(d any) map[string]string { return d.(*Withdrawal).Reason.Fields(FieldReason) }),
		ledger.KindOf(KindReport, needReport, report).WithMore(needMoreOfReport).
			WithTexts(func(d any) map[string]string { return d.(*Report).Note.Fields(FieldNote) }),
		ledger.KindOf(KindSendingBack, needSendingBack, sendBack).WithMore(needMoreOfSendingBack).
			WithTexts(func(d any) map[string]string { return d.(*SendingBack).Reason.Fields(FieldReason) }),
		ledger.KindOf(KindTranslation, needTranslation, translate),
		ledger.KindOf(KindPassing, needPassing, pass).
			WithPictures(func(d any) []string {
				var sums []string
				for _, p := range d.(*Passing).Pictures {
					sums = append(sums, p.SHA256)
				}
				return sums
			}),
		ledger.KindOf(KindPayment, needPayment, pay),
		ledger.KindOf(KindPaymentWithdrawal, needPaymentWithdrawal, takeBack),
	},
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// needTerms announces what the terms refer to.
func needTerms(n *ledger.Need, t *Terms) {
	programme.Tasks.Need(n, t.Task)
	for _, p := range t.Places {
		programme.Places.Need(n, p)
	}
	if t.Team != "" {
		programme.Teams.Need(n, t.Team)
	}
	for _, code := range t.organisations() {
		programme.Organisations.Need(n, code)
	}
}

func (t *Terms) organisations() []string {
	var codes []string
	if t.Office != "" {
		codes = append(codes, t.Office)
	}
	for _, p := range t.Parties {
		codes = append(codes, p.Organisation)
	}
	for _, m := range t.Money {
		if m.Source != "" {
			codes = append(codes, m.Source)
		}
	}
	return codes
}

// refer refuses terms that refer to what the programme does not have.
func (t *Terms) refer(r *ledger.Rows) error {
	if _, ok := programme.Tasks.Get(r, t.Task); !ok {
		return ledger.Refuse("task.unknown", "code", t.Task)
	}
	for _, p := range t.Places {
		if _, ok := programme.Places.Get(r, p); !ok {
			return ledger.Refuse("place.unknown", "code", p)
		}
	}
	if t.Team != "" {
		if _, ok := programme.Teams.Get(r, t.Team); !ok {
			return ledger.Refuse("team.unknown", "code", t.Team)
		}
	}
	for _, code := range t.organisations() {
		if _, ok := programme.Organisations.Get(r, code); !ok {
			return ledger.Refuse("organisation.unknown", "code", code)
		}
	}
	return nil
}

func needPromise(n *ledger.Need, e *ledger.Entry, d *Promised) {
	programme.NeedWho(n, e)
	needTerms(n, &d.Terms)
	Counter.Need(n, int64(0))
	if d.Source != nil {
		Sources.Need(n, d.Source.Identifier)
		needImport(n, d.Source.Import)
	}
}

func addPromise(r *ledger.Rows, e *ledger.Entry, d *Promised) error {
	t := &d.Terms
	if err := programme.First(programme.CheckWho(r, e), t.check(), t.refer(r), checkText(d.Description)); err != nil {
		return err
	}
	home, _ := programme.View.Get(r, int64(0))
	days, err := t.Plan.days(home.Until)
	if err != nil {
		return err
	}
	count, _ := Counter.Get(r, int64(0))
	count.N++
	p := Row{Seq: e.Seq, Number: count.N, ID: e.ID, Promised: e.Recorded, Described: d.Description.Lang()}
	if d.Source != nil {
		if err := addSource(r, e, &p, d.Source); err != nil {
			return err
		}
	}
	Counter.Put(r, count)
	setTerms(r, e, &p, t, days, TermsRow{})
	p.FirstDue = p.Due
	View.Put(r, p)
	return nil
}

// setTerms makes t the current terms of the promise. The caller writes the promise's own row.
func setTerms(r *ledger.Rows, e *ledger.Entry, p *Row, t *Terms, days []string, marks TermsRow) {
	p.Version++
	p.Task, p.Team, p.Office, p.Plan = t.Task, t.Team, t.Office, t.Plan.Kind
	p.Due, p.Measures = "", int64(len(t.Measures))
	if len(days) > 0 {
		p.Due = days[len(days)-1]
	}
	marks.Promise, marks.Version, marks.Seq, marks.Recorded, marks.Day, marks.Who, marks.Terms =
		p.Seq, p.Version, e.Seq, e.Recorded, e.Day, e.Who, t.encode()
	Versions.Put(r, marks)
	for _, place := range t.Places {
		Places.Put(r, PlaceRow{place, p.Seq})
	}
	for _, text := range t.Title.In {
		findBy(r, p, text)
	}
	for n := range t.Measures {
		setMeasure(r, p.Seq, int64(n), &t.Measures[n], p.Version == 1)
	}
	setMoney(r, p, t)
	setOccurrences(r, p, t, days)
}

// findBy lets the promise be found by the words of a title. Nothing takes them away again: it is found by old titles too.
func findBy(r *ledger.Rows, p *Row, title string) {
	for _, w := range locale.Words(title) {
		Words.Put(r, WordRow{w, p.Seq})
	}
}

func setMeasure(r *ledger.Rows, promise, n int64, m *Measure, fresh bool) {
	var row MeasureRow
	had := false
	if !fresh {
		row, had = Measures.Get(r, promise, n)
	}
	row.Promise, row.N, row.Down, row.Periods = promise, n, flag(m.Down), int64(len(m.Targets))
	row.Baseline, row.Target = "", ""
	if m.Baseline != nil {
		row.Baseline = m.Baseline.Value
	}
	last := ""
	for _, t := range m.Targets {
		if t.To >= last {
			last, row.Target = t.To, t.Value
		}
		var target TargetRow
		there := false
		if !fresh {
			target, there = Targets.Get(r, promise, n, t.From, t.To)
		}
		if !there {
			target = TargetRow{Promise: promise, N: n, From: t.From, To: t.To, First: t.Value}
		}
		target.Value = t.Value
		Targets.Put(r, target)
	}
	if !had {
		row.FirstTarget = row.Target
	}
	Measures.Put(r, row)
}

// setMoney writes the sums of promised money, per currency, now and as first promised.
func setMoney(r *ledger.Rows, p *Row, t *Terms) {
	sums := map[string]int64{}
	for _, m := range t.Money {
		sums[m.Currency] += m.Minor
	}
	for currency, minor := range sums {
		Sums.Put(r, MoneyRow{p.Seq, "promised", currency, minor, 0})
		if p.Version == 1 {
			Sums.Put(r, MoneyRow{p.Seq, "first-promised", currency, minor, 0})
		}
	}
}

// setOccurrences brings the due days of a schedule or service level in line with the plan: what was reported stays, what nothing was
// reported for goes if it is no longer planned.
func setOccurrences(r *ledger.Rows, p *Row, t *Terms, days []string) {
	if Recurs(t.Plan.Kind) {
		for _, due := range days {
			there := false
			if p.Version > 1 {
				_, there = Occurrences.Get(r, p.Seq, due)
			}
			if !there {
				Occurrences.Put(r, OccurrenceRow{Promise: p.Seq, Due: due})
				p.Total++
			}
		}
	}
	if p.Version == 1 && Recurs(p.Plan) {
		p.OpenDue = days[0]
		return
	}
	p.OpenDue = nextOpen(r, p, days)
}

// nextOpen is the earliest due day that nothing was reported for. A plan of once has none after it was reported done.
func nextOpen(r *ledger.Rows, p *Row, days []string) string {
	if p.Plan == Once {
		if p.Done != "" {
			return ""
		}
		return p.Due
	}
	for _, due := range days {
		if o, _ := Occurrences.Get(r, p.Seq, due); o.State == "" {
			return due
		}
	}
	return ""
}

// version names the terms of a promise that were set by one entry, with so many later translations; they never change.
type version struct{ promise, number, translated int64 }

// termsWithDays are terms with the days on which their plan is due.
type termsWithDays struct {
	terms *Terms
	days  []string
}

// termsOf returns a promise's current terms, as a step sees them. They are shared and not to be changed.
func termsOf(r *ledger.Rows, p *Row) (*Terms, []string, error) {
	t, err := ledger.Once(r, version{p.Seq, p.Version, p.Translated}, func() (termsWithDays, error) {
		row, _ := Versions.Get(r, p.Seq, p.Version)
		t, err := ParseTerms(row.Terms)
		if err != nil {
			return termsWithDays{}, err
		}
		home, _ := programme.View.Get(r, int64(0))
		days, err := t.Plan.days(home.Until)
		return termsWithDays{&t, days}, err
	})
	return t.terms, t.days, err
}

// about returns the promise that an entry is about.
func about(r *ledger.Rows, e *ledger.Entry) (Row, error) {
	p, ok := View.Get(r, e.AboutSeq)
	if !ok {
		return p, ledger.Refuse("promise.unknown")
	}
	return p, nil
}

func needAbout(n *ledger.Need, e *ledger.Entry) {
	programme.NeedWho(n, e)
	View.Need(n, e.AboutSeq)
}

func needAmendment(n *ledger.Need, e *ledger.Entry, d *Amendment) {
	needAbout(n, e)
	needImport(n, d.Import)
	needTerms(n, &d.Terms)
	Versions.Need(n, e.AboutSeq, d.Version)
}

func amend(r *ledger.Rows, e *ledger.Entry, d *Amendment) error {
	p, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err, programme.CheckImport(r, d.Import), checkText(d.Reason), d.Terms.check(), d.Terms.refer(r)); err != nil {
		return err
	}
	if p.Withdrawn != "" {
		return ledger.Refuse("promise.withdrawn")
	}
	if d.Version != p.Version {
		return ledger.Refuse("amendment.stale", "version", d.Version, "current", p.Version)
	}
	old, oldDays, err := termsOf(r, &p)
	if err != nil {
		return err
	}
	if old.Same(&d.Terms) {
		return ledger.Refuse("amendment.nothing")
	}
	home, _ := programme.View.Get(r, int64(0))
	days, err := d.Terms.Plan.days(home.Until)
	if err != nil {
		return err
	}
	if old.Plan.Kind != d.Terms.Plan.Kind {
		return ledger.Refuse("amendment.other-plan")
	}
	clearTerms(r, &p, old, &d.Terms, days)
	marks := TermsRow{Lang: d.Reason.Lang(), Lowered: flag(lowered(old, &d.Terms, oldDays, days)), Later: flag(later(oldDays, days) || d.Terms.Plan.Within > old.Plan.Within)}
	p.Amended, p.Lowered, p.Later = p.Amended+1, p.Lowered+marks.Lowered, p.Later+marks.Later
	setTerms(r, e, &p, &d.Terms, days, marks)
	View.Put(r, p)
	imported(r, e, d.Import, p.Seq)
	return nil
}

// clearTerms takes away what the old terms had and the new ones have not.
func clearTerms(r *ledger.Rows, p *Row, old, now *Terms, days []string) {
	for _, place := range old.Places {
		Places.Delete(r, place, p.Seq)
	}
	for _, m := range old.Money {
		Sums.Put(r, MoneyRow{p.Seq, "promised", m.Currency, 0, 0})
	}
	for n := range old.Measures {
		for _, t := range old.Measures[n].Targets {
			// A target that was taken away stays, empty, beside what was first promised.
			if row, ok := Targets.Get(r, p.Seq, int64(n), t.From, t.To); ok {
				row.Value = ""
				Targets.Put(r, row)
			}
		}
		if n >= len(now.Measures) {
			row, _ := Measures.Get(r, p.Seq, int64(n))
			row.Target, row.Periods = "", 0
			Measures.Put(r, row)
		}
	}
	if Recurs(old.Plan.Kind) {
		clearOccurrences(r, p, old, days)
	}
}

func clearOccurrences(r *ledger.Rows, p *Row, old *Terms, days []string) {
	planned := map[string]bool{}
	for _, d := range days {
		planned[d] = true
	}
	home, _ := programme.View.Get(r, int64(0))
	before, err := old.Plan.days(home.Until)
	if err != nil {
		return // the old plan stands in the book, so it has days
	}
	for _, due := range before {
		if o, ok := Occurrences.Get(r, p.Seq, due); ok && o.State == "" && !planned[due] {
			Occurrences.Delete(r, p.Seq, due)
			p.Total--
		}
	}
}

func needWithdrawal(n *ledger.Need, e *ledger.Entry, d *Withdrawal) {
	needAbout(n, e)
	needImport(n, d.Import)
}

func withdraw(r *ledger.Rows, e *ledger.Entry, d *Withdrawal) error {
	p, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err, programme.CheckImport(r, d.Import), checkText(d.Reason)); err != nil {
		return err
	}
	if p.Withdrawn != "" {
		return ledger.Refuse("promise.withdrawn")
	}
	p.Withdrawn, p.Ended, p.EndedLang = e.Recorded, e.Seq, d.Reason.Lang()
	View.Put(r, p)
	imported(r, e, d.Import, p.Seq)
	return nil
}
