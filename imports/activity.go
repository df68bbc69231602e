package imports

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"kept/iati"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// states say what a publisher's status says of a promise.
var states = map[string]string{
	iati.StatusUnderway: promise.StateUnderWay, iati.StatusFinished: promise.StateDone, iati.StatusClosed: promise.StateDone,
	iati.StatusSuspended: promise.StateSuspended,
}

// activity plans what is new of one activity.
func (p *plan) activity(a *iati.Activity) error {
	s := p.at(a, a.Line)
	if task := p.parents[a.Key]; task != "" {
		if p.main != "" {
			p.task(task, s.name(a.Title, cut(locale.Tidy(a.Key), locale.WordingRunes)))
		}
		s.find(iati.Warning, CodeParent, strconv.Itoa(len(a.Budgets)), strconv.Itoa(len(a.Movements)))
		return nil
	}
	who := cmp.Or(a.Reporter, p.main)
	switch {
	case who == "":
		s.find(iati.Critical, CodeNoReporter)
		return nil
	case p.main == "":
		return nil // said once for the whole file
	case len(a.Key) > 200:
		s.find(iati.Critical, CodeIdentifier)
		return nil
	}
	p.res.sound++
	p.res.Promises++
	w := &work{plan: p, a: a, s: s, who: "org:" + who, old: p.state.promises[a.Key]}
	if w.old == nil {
		return w.promise()
	}
	w.id = w.old.row.ID
	if day := p.state.updated(w.old); p.file.LastUpdated != "" && p.file.LastUpdated < day {
		s.find(iati.Warning, CodeOlder, day)
		return nil
	}
	return w.compare()
}

// work is the planning of one activity.
type work struct {
	*plan
	a   *iati.Activity
	s   source
	who string
	old *known // nil: it is new
	id  string // of the promise
	at  map[int]*iati.Measure
}

func (w *work) add(kind string, line int, day string, data any) string {
	return w.fact(ledger.Draft{Kind: kind, Who: w.who, About: w.id, Day: day, Data: data}, w.a, line)
}

// promise plans a promise that is new.
func (w *work) promise() error {
	a := w.a
	revised := hasOriginals(a)
	terms, at := w.terms(a, nil, 0, !revised)
	w.at = at
	d, err := promise.Describe(w.who, promise.Promised{Terms: terms, Source: &promise.Source{Format: "iati", Identifier: a.Key,
		Status: a.Status, Import: w.plan.id, Documents: w.documents(a)}}, w.s.words(a.Description, promise.MaxDescription), w.salt(a))
	if err != nil {
		return err
	}
	d.Day = a.Published
	w.id = w.fact(d, a, a.Line)
	if revised {
		now := terms
		now.Money = w.budgets(w.s, a, true)
		w.add(promise.KindAmendment, a.Line, a.Published, promise.Amendment{Version: 1, Terms: now, Import: w.plan.id})
	}
	w.report("", nil)
	w.payments(nil)
	if a.Status == iati.StatusCancelled {
		w.add(promise.KindWithdrawal, a.Line, a.Published, promise.Withdrawal{Import: w.plan.id})
	}
	return nil
}

// compare plans what the file says otherwise than what was read before.
func (w *work) compare() error {
	gone := w.old.row.Withdrawn != ""
	if gone && w.a.Status != iati.StatusCancelled {
		w.s.find(iati.Wrong, CodeRevived)
	}
	if !gone {
		if err := w.amend(); err != nil {
			return err
		}
		w.report(w.old.said(), w.old.readings)
	}
	w.payments(w.old.payments)
	if !gone && w.a.Status == iati.StatusCancelled {
		w.add(promise.KindWithdrawal, w.a.Line, w.a.Published, promise.Withdrawal{Import: w.plan.id})
	}
	return nil
}

// amend plans an amendment if the terms are not those that were read last.
func (w *work) amend() error {
	base, i, err := w.old.published()
	if err != nil {
		return err
	}
	var now promise.Terms
	now, w.at = w.terms(w.a, base.Measures, len(base.Measures), true)
	current, err := w.old.current()
	if err != nil {
		return err
	}
	if now.Same(&base) {
		w.translate(&current, &now)
		return nil
	}
	if i < len(w.old.versions)-1 { // changed here since
		found := len(w.res.Findings)
		counts := w.res.Counts
		now, w.at = w.terms(w.a, current.Measures, len(base.Measures), true)
		w.res.Findings, w.res.Counts = w.res.Findings[:found], counts // they were made before
		now.Team, now.Office, now.Milestones = current.Team, current.Office, current.Milestones
		if now.Same(&current) {
			w.translate(&current, &now)
			return nil
		}
		if !current.Same(&base) {
			w.s.find(iati.Warning, CodeOverOffice)
		}
	}
	now.Translated(&current) // what was translated here since
	w.add(promise.KindAmendment, w.a.Line, w.a.Published, promise.Amendment{Version: w.old.row.Version, Terms: now, Import: w.plan.id})
	return nil
}

// translate plans translations that the file has and nobody had before. One that stands is not replaced: it may be the office's.
func (w *work) translate(current, now *promise.Terms) {
	for i, text := range now.Wordings() {
		at := current.Wordings()
		if i >= len(at) || at[i].Path != text.Path || at[i].Original != text.Original || at[i].In[at[i].Original] != text.In[text.Original] {
			continue
		}
		for _, lang := range text.Tags() {
			if _, there := at[i].In[lang]; !there {
				w.add(promise.KindTranslation, w.a.Line, w.a.Published, promise.Translation{Version: w.old.row.Version, Path: text.Path, Lang: lang, Text: text.In[lang]})
			}
		}
	}
}

// report plans a report of what the publisher says of the whole, if that is new, and of values that are new.
func (w *work) report(said string, before []promise.ReadingRow) {
	r := promise.Report{Import: w.plan.id}
	if state := states[w.a.Status]; state != said {
		r.State = state
	}
	all := w.readings(before)
	for first := true; first && r.State != "" || len(all) > 0; first = false {
		n := min(len(all), mostReadings)
		r.Readings, all = all[:n], all[n:]
		w.add(promise.KindReport, w.a.Line, w.a.Published, r)
		r.State = ""
	}
}

// readings are the values that were not reported before, or otherwise.
func (w *work) readings(before []promise.ReadingRow) []promise.Reading {
	type period struct {
		n        int64
		from, to string
	}
	last := map[period]promise.ReadingRow{}
	for _, r := range before {
		if w.old.read(r.Seq) && r.From != "" {
			last[period{r.N, r.From, r.To}] = r
		}
	}
	var list []promise.Reading
	for _, n := range slices.Sorted(maps.Keys(w.at)) {
		for _, x := range w.at[n].Actuals {
			value, ok := w.value(w.a, &x)
			if !ok {
				continue
			}
			at := period{int64(n), x.From, x.To}
			had, there := last[at]
			delete(last, at)
			if !there || had.Value != value || had.Early == 1 != x.NotOver {
				list = append(list, promise.Reading{Measure: int64(n), From: x.From, To: x.To, Value: value, Early: x.NotOver})
			}
		}
	}
	for _, r := range before { // in the order of the book
		at := period{r.N, r.From, r.To}
		if gone, there := last[at]; there && gone == r && w.at[int(r.N)] != nil {
			w.s.find(iati.Warning, CodeReadingGone, r.Value, at.from, at.to)
		}
	}
	slices.SortFunc(list, func(a, b promise.Reading) int {
		return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return list
}

// moves are the types of movements as the book has them.
var moves = map[string]string{
	"1": "incoming", iati.MoveCommitment: "committed", iati.MoveDisbursement: "disbursed", iati.MoveExpenditure: "spent",
	iati.MoveInterest: "interest", iati.MoveRepayment: "repaid", "7": "reimbursed",
}

// payments plans the movements of money that are new, and takes back those that are gone or were changed.
func (w *work) payments(before []promise.PaymentRow) {
	had := map[string]promise.PaymentRow{}
	for _, p := range before {
		if p.Source != "" && p.Withdrawn == 0 {
			had[p.Source] = p
		}
	}
	var fresh []iati.Movement
	for _, m := range w.a.Movements {
		old, there := had[m.Key]
		if there && sameMove(&old, &m) {
			delete(had, m.Key)
			continue
		}
		fresh = append(fresh, m)
	}
	for _, p := range before { // in the order of the book
		if old, there := had[p.Source]; there && old.Seq == p.Seq {
			w.fact(ledger.Draft{Kind: promise.KindPaymentWithdrawal, Who: w.who, About: p.ID, Day: w.a.Published,
				Data: promise.PaymentWithdrawal{Import: w.plan.id}}, w.a, w.a.Line)
		}
	}
	for _, m := range fresh {
		ref := locale.Tidy(m.Ref)
		if len(ref) > 200 {
			ref = ""
		}
		w.add(promise.KindPayment, m.Line, m.Day, promise.Payment{Type: moveType(&m), Currency: m.Value.Currency, Minor: m.Value.Minor,
			From: m.Provider.Org, To: m.Receiver.Org, Ref: ref, Key: m.Key, Import: w.plan.id})
	}
}

func moveType(m *iati.Movement) string { return cmp.Or(moves[m.Type], "further") }

// sameMove says whether a movement still says what was read of it. That an organisation came to be known, or is known no
// more, changes nothing about the money.
func sameMove(old *promise.PaymentRow, m *iati.Movement) bool {
	org := func(a, b string) bool { return a == b || a == "" || b == "" }
	return old.Type == moveType(m) && old.Day == m.Day && old.Currency == m.Value.Currency && old.Minor == m.Value.Minor &&
		org(old.Payer, m.Provider.Org) && org(old.Payee, m.Receiver.Org)
}

// gone lists the promises of these publishers that are not in the file any more.
func (p *plan) gone() {
	there, reporters := map[string]bool{}, map[string]bool{"org:" + p.main: true}
	for _, a := range p.file.Activities {
		there[a.Key] = true
		reporters["org:"+a.Reporter] = true
	}
	for _, l := range p.file.LeftOut {
		there[l.Identifier] = true
	}
	var list []*known
	for id, k := range p.state.promises {
		if !there[id] && k.row.Withdrawn == "" && reporters[k.versions[0].Who] {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b *known) int { return cmp.Compare(a.row.Number, b.row.Number) })
	for _, k := range list {
		p.res.find(found(iati.Warning, 0, k.row.Source, CodeGone))
	}
}
