package promise

import (
	"encoding/hex"
	"slices"
	"strings"

	"kept/ledger"
	"kept/programme"
)

// Limits of a report. They are rules of the book: making one smaller would make old entries unreadable.
const (
	maxReadings = 60
	maxPictures = 20
)

func needReport(n *ledger.Need, e *ledger.Entry, d *Report) {
	needAbout(n, e)
	needImport(n, d.Import)
	for _, x := range d.Readings {
		Measures.Need(n, e.AboutSeq, x.Measure)
		if x.From != "" {
			Targets.Need(n, e.AboutSeq, x.Measure, x.From, x.To)
		}
	}
	for _, s := range d.Spent {
		Sums.Need(n, e.AboutSeq, "spent", s.Currency)
	}
	if due := d.due(); due != "" {
		Occurrences.Need(n, e.AboutSeq, due)
	}
}

// needMoreOfReport announces the terms in which a report looks up its period or the next due day, and then the target of
// that period.
func needMoreOfReport(n *ledger.Need, r *ledger.Rows, e *ledger.Entry, data any) {
	d := data.(*Report)
	loose := slices.ContainsFunc(d.Readings, func(x Reading) bool { return x.From == "" && !x.Early })
	p, ok := View.Get(r, e.AboutSeq)
	if !ok || !loose && (d.due() == "" || d.due() != p.OpenDue) {
		return
	}
	if !Versions.Loaded(r, p.Seq, p.Version) {
		Versions.Need(n, p.Seq, p.Version)
		return
	}
	if terms, _, err := termsOf(r, &p); err == nil {
		for _, x := range d.Readings {
			if t := periodOf(terms, &x, e.Day); t != nil && !Targets.Loaded(r, p.Seq, x.Measure, t.From, t.To) {
				Targets.Need(n, p.Seq, x.Measure, t.From, t.To)
			}
		}
	}
}

// periodOf finds the target period in which a day lies, for a reading that names no period.
func periodOf(terms *Terms, x *Reading, day string) *Target {
	if x.From != "" || x.Measure < 0 || x.Measure >= int64(len(terms.Measures)) {
		return nil // a measure that was taken away has no periods; the reading stays a reading
	}
	for i, t := range terms.Measures[x.Measure].Targets {
		if t.From <= day && day <= t.To {
			return &terms.Measures[x.Measure].Targets[i]
		}
	}
	return nil
}

// due is the day of a schedule or service level that the report is about, or empty.
func (d *Report) due() string {
	switch {
	case d.Occurrence != nil:
		return d.Occurrence.Due
	case d.Service != nil:
		return d.Service.Due
	}
	return ""
}

func (d *Report) check() error {
	if len(d.Readings) > maxReadings || len(d.Pictures) > maxPictures || len(d.Spent) > maxReadings {
		return ledger.Refuse("report.size")
	}
	if d.State != "" && !slices.Contains(States, d.State) {
		return ledger.Refuse("report.state")
	}
	for i, id := range d.Pictures {
		if b, err := hex.DecodeString(id); err != nil || len(b) != 16 || slices.Contains(d.Pictures[:i], id) {
			return ledger.Refuse("report.picture")
		}
	}
	for i, s := range d.Spent {
		if err := (&Money{Currency: s.Currency, Minor: s.Minor}).check(); err != nil {
			return err
		}
		if slices.ContainsFunc(d.Spent[:i], func(o Spent) bool { return o.Currency == s.Currency }) {
			return ledger.Refuse("money.twice")
		}
	}
	if d.State == "" && d.Note == nil && len(d.Readings)+len(d.Spent)+len(d.Pictures) == 0 && d.Occurrence == nil && d.Service == nil {
		return ledger.Refuse("report.empty")
	}
	if s := d.Service; s != nil && (s.Received < 0 || s.Received > maxMinor || s.Answered < 0 || s.Answered > maxMinor || s.Late < 0 || s.Late > s.Answered) {
		return ledger.Refuse("service.counts")
	}
	return checkText(d.Note)
}

func report(r *ledger.Rows, e *ledger.Entry, d *Report) error {
	p, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err, programme.CheckImport(r, d.Import), d.check()); err != nil {
		return err
	}
	if p.Withdrawn != "" {
		return ledger.Refuse("promise.withdrawn")
	}
	row := ReportRow{Seq: e.Seq, Promise: p.Seq, ID: e.ID, Recorded: e.Recorded, Day: e.Day, Who: e.Who, State: d.State,
		Readings: int64(len(d.Readings)), Spent: int64(len(d.Spent)), Pictures: int64(len(d.Pictures)), HasNote: flag(d.Note != nil), Lang: d.Note.Lang(),
		Prev: p.Last}
	if err := hold(r, &p, &row, d); err != nil {
		return err
	}
	for i, x := range d.Readings {
		if err := read(r, e, &p, int64(i), &x); err != nil {
			return err
		}
	}
	for i, s := range d.Spent {
		Spendings.Put(r, SpentRow{e.Seq, int64(i), s.Currency, s.Minor})
		addMoney(r, p.Seq, "spent", s.Currency, s.Minor, 1)
	}
	for _, id := range d.Pictures {
		Pictures.Put(r, PictureRow{Report: e.Seq, ID: id})
	}
	if d.State != "" {
		row.PrevState, p.StateSeq = p.StateSeq, e.Seq
	}
	Reports.Put(r, row)
	p.Reports, p.Last, p.Reported, p.Begun = p.Reports+1, e.Seq, e.Recorded, 1
	say(&p, d.State, e.Recorded)
	View.Put(r, p)
	imported(r, e, d.Import, p.Seq)
	return nil
}

// say takes over what a report says of the whole promise. Done can be taken back by saying that it is under way or
// suspended.
func say(p *Row, state, recorded string) {
	if state == "" {
		return
	}
	p.State = state
	switch {
	case state == StateDone && p.Done == "":
		p.Done = recorded
	case state != StateDone:
		p.Done = ""
	}
	if p.Plan == Once {
		p.OpenDue = p.Due
		if p.Done != "" {
			p.OpenDue = ""
		}
	}
}

// hold takes a report on one day of a schedule, or on one period of a service level, of which a period is held if nothing was
// late in it. A later report on the same day corrects the earlier one.
func hold(r *ledger.Rows, p *Row, report *ReportRow, d *Report) error {
	due := d.due()
	if due == "" && d.Occurrence == nil && d.Service == nil {
		return nil
	}
	if d.Service != nil && (d.Occurrence != nil || p.Plan != ServiceLevel) || d.Occurrence != nil && p.Plan == ServiceLevel {
		return ledger.Refuse("service.other-plan")
	}
	row, ok := Occurrences.Get(r, p.Seq, due)
	if !ok {
		return ledger.Refuse("occurrence.unknown", "day", due)
	}
	held := d.Service == nil && d.Occurrence.Held
	if s := d.Service; s != nil {
		held = s.Late == 0
		Services.Put(r, ServiceRow{p.Seq, due, report.Seq, s.Received, s.Answered, s.Late})
	}
	report.Occurrence, report.Held, report.PrevHeld = due, flag(held), row.Seq
	p.count(&row, stateOf(held), report.Seq)
	Occurrences.Put(r, row)
	if due == p.OpenDue {
		_, days, err := termsOf(r, p)
		if err != nil {
			return err
		}
		i, _ := slices.BinarySearch(days, due)
		p.OpenDue = nextOpen(r, p, days[i:])
	}
	return nil
}

func stateOf(held bool) string {
	if held {
		return "held"
	}
	return "not-held"
}

// count gives an occurrence another state, and keeps the promise's counts in line.
func (p *Row) count(o *OccurrenceRow, state string, seq int64) {
	for s, n := range map[string]*int64{"held": &p.Held, "not-held": &p.NotHeld} {
		if o.State == s {
			*n--
		}
		if state == s {
			*n++
		}
	}
	o.State, o.Seq = state, seq
}

// read takes one reading.
func read(r *ledger.Rows, e *ledger.Entry, p *Row, i int64, x *Reading) error {
	m, ok := Measures.Get(r, p.Seq, x.Measure)
	if !ok {
		return ledger.Refuse("measure.unknown", "measure", x.Measure)
	}
	if !validDecimal.MatchString(x.Value) {
		return ledger.Refuse("measure.value", "measure", x.Measure)
	}
	if x.From != "" || x.To != "" || x.Early { // whether a period was over can only be said of one that is named
		if err := checkPeriod(x.From, x.To); err != nil {
			return err
		}
	}
	row := ReadingRow{Seq: e.Seq, I: i, Promise: p.Seq, N: x.Measure, From: x.From, To: x.To, Value: x.Value, Early: flag(x.Early)}
	if x.Early {
		Readings.Put(r, row)
		return nil
	}
	row.Prev, row.PrevI = m.ReadSeq, m.ReadI
	m.Reading, m.ReadSeq, m.ReadI = x.Value, e.Seq, i
	Measures.Put(r, m)
	target, ok, err := targetOf(r, e, p, x)
	if err != nil {
		return err
	}
	if ok {
		row.PeriodFrom, row.PeriodTo, row.PeriodPrev, row.PeriodPrevI = target.From, target.To, target.ReadSeq, target.ReadI
		target.Reading, target.ReadSeq, target.ReadI = x.Value, e.Seq, i
		Targets.Put(r, target)
	}
	Readings.Put(r, row)
	return nil
}

// targetOf finds the target that a reading belongs to: of exactly its period, or, if it names none, of the period in
// which the report's day lies.
func targetOf(r *ledger.Rows, e *ledger.Entry, p *Row, x *Reading) (TargetRow, bool, error) {
	if x.From != "" {
		t, ok := Targets.Get(r, p.Seq, x.Measure, x.From, x.To)
		return t, ok, nil
	}
	terms, _, err := termsOf(r, p)
	if err != nil {
		return TargetRow{}, false, err
	}
	if t := periodOf(terms, x, e.Day); t != nil {
		row, ok := Targets.Get(r, p.Seq, x.Measure, t.From, t.To)
		return row, ok, nil
	}
	return TargetRow{}, false, nil
}

// addMoney adds to a sum, and counts what makes it up: one more, one less, or none. A sum of nothing is no sum.
func addMoney(r *ledger.Rows, promise int64, kind, currency string, minor, parts int64) {
	sum, ok := Sums.Get(r, promise, kind, currency)
	if !ok {
		sum = MoneyRow{Promise: promise, Type: kind, Currency: currency}
	}
	sum.Minor += minor
	if sum.Parts += parts; sum.Parts == 0 {
		Sums.Delete(r, promise, kind, currency)
		return
	}
	Sums.Put(r, sum)
}

func needPassing(n *ledger.Need, e *ledger.Entry, d *Passing) {
	programme.NeedWho(n, e)
	Reports.Need(n, e.AboutSeq)
	for _, p := range d.Pictures {
		Pictures.Need(n, e.AboutSeq, p.ID)
	}
	for _, p := range d.Refused {
		Pictures.Need(n, e.AboutSeq, p.ID)
	}
}

func pass(r *ledger.Rows, e *ledger.Entry, d *Passing) error {
	if err := programme.CheckWho(r, e); err != nil {
		return err
	}
	row, ok := Reports.Get(r, e.AboutSeq)
	if !ok {
		return ledger.Refuse("report.unknown")
	}
	// The safeguard S11: whoever wrote a report, works in a team, or sends the team that wrote it, cannot be the one who
	// passes it. Pages say that a second organisation has looked.
	sender := row.Who
	if code, ok := strings.CutPrefix(row.Who, "team:"); ok {
		team, _ := programme.Teams.Get(r, code)
		sender = "org:" + team.Organisation
	}
	if row.SentBack != 0 {
		return ledger.Refuse("passing.sent-back")
	}
	if e.Who == sender || !strings.HasPrefix(e.Who, "org:") {
		return ledger.Refuse("passing.own-report")
	}
	if row.Passed != 0 {
		return ledger.Refuse("passing.done-before")
	}
	for i, pic := range d.Pictures {
		was, ok := Pictures.Get(r, row.Seq, pic.ID)
		if !ok || slices.ContainsFunc(d.Pictures[:i], func(p Passed) bool { return p.ID == pic.ID }) {
			return ledger.Refuse("report.picture")
		}
		if b, err := hex.DecodeString(pic.SHA256); err != nil || len(b) != 32 {
			return ledger.Refuse("text.not-a-hash")
		}
		if err := programme.CheckWords("shows", pic.Shows); err != nil {
			return err
		}
		was.SHA256, was.Shows, was.Passed = pic.SHA256, programme.Words(pic.Shows), e.Seq
		Pictures.Put(r, was)
	}
	for i, no := range d.Refused {
		was, ok := Pictures.Get(r, row.Seq, no.ID)
		twice := slices.ContainsFunc(d.Refused[:i], func(p Refused) bool { return p.ID == no.ID }) || slices.ContainsFunc(d.Pictures, func(p Passed) bool { return p.ID == no.ID })
		if !ok || twice {
			return ledger.Refuse("report.picture")
		}
		if !slices.Contains(PictureReasons, no.Reason) {
			return ledger.Refuse("passing.reason")
		}
		was.Reason = no.Reason
		Pictures.Put(r, was)
	}
	row.Passed, row.NoteShown, row.Shown = e.Seq, flag(d.Note && row.HasNote == 1), int64(len(d.Pictures))
	Reports.Put(r, row)
	if p, ok := View.Get(r, row.Promise); ok && len(d.Pictures) > 0 {
		p.Shown += int64(len(d.Pictures))
		View.Put(r, p)
	}
	return nil
}

func needPayment(n *ledger.Need, e *ledger.Entry, d *Payment) {
	needAbout(n, e)
	needImport(n, d.Import)
	Sums.Need(n, e.AboutSeq, d.Type, d.Currency)
	for _, code := range []string{d.From, d.To} {
		if code != "" {
			programme.Organisations.Need(n, code)
		}
	}
}

func pay(r *ledger.Rows, e *ledger.Entry, d *Payment) error {
	p, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err, programme.CheckImport(r, d.Import), (&Money{Currency: d.Currency, Minor: d.Minor}).check()); err != nil {
		return err
	}
	if !slices.Contains(PaymentTypes, d.Type) || len(d.Ref) > 200 || len(d.Key) > 80 {
		return ledger.Refuse("payment.type")
	}
	for _, code := range []string{d.From, d.To} {
		if _, ok := programme.Organisations.Get(r, code); code != "" && !ok {
			return ledger.Refuse("organisation.unknown", "code", code)
		}
	}
	Payments.Put(r, PaymentRow{Seq: e.Seq, Promise: p.Seq, ID: e.ID, Type: d.Type, Day: e.Day, Recorded: e.Recorded,
		Currency: d.Currency, Minor: d.Minor, Payer: d.From, Payee: d.To, Source: d.Key})
	if d.Type != "further" {
		addMoney(r, p.Seq, d.Type, d.Currency, d.Minor, 1)
	}
	imported(r, e, d.Import, p.Seq)
	if p.Paid == 0 && (d.Type == "disbursed" || d.Type == "spent") {
		p.Paid, p.Begun = 1, 1
		View.Put(r, p)
	}
	return nil
}

func needPaymentWithdrawal(n *ledger.Need, e *ledger.Entry, d *PaymentWithdrawal) {
	programme.NeedWho(n, e)
	needImport(n, d.Import)
	Payments.Need(n, e.AboutSeq)
}

func takeBack(r *ledger.Rows, e *ledger.Entry, d *PaymentWithdrawal) error {
	row, ok := Payments.Get(r, e.AboutSeq)
	if err := programme.First(programme.CheckWho(r, e), programme.CheckImport(r, d.Import)); err != nil {
		return err
	}
	if !ok {
		return ledger.Refuse("payment.unknown")
	}
	if row.Withdrawn != 0 {
		return ledger.Refuse("payment.withdrawn")
	}
	row.Withdrawn = e.Seq
	Payments.Put(r, row)
	if row.Type != "further" {
		addMoney(r, row.Promise, row.Type, row.Currency, -row.Minor, 0)
	}
	imported(r, e, d.Import, row.Promise)
	return nil
}
