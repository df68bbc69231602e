package promise

import (
	"slices"
	"strings"

	"kept/ledger"
	"kept/programme"
)

// A report that is sent back leaves the rows as they would be without it. For that, each report and reading names what it
// took the place of (prev and its like in their rows), and each row names the report whose word it holds. If that one is
// sent back, the word before it stands again, the first on the way back that was not sent back itself; a report that a later
// one has overtaken is passed over on that way and needs nothing else (TestSendingBackIsAsIfNeverWritten).

func needSendingBack(n *ledger.Need, e *ledger.Entry, d *SendingBack) {
	programme.NeedWho(n, e)
	Reports.Need(n, e.AboutSeq)
}

// needMoreOfSendingBack announces what hangs on the report, and then the measures and targets that its readings speak of.
// Words that stand again are read when it is known which they are.
func needMoreOfSendingBack(n *ledger.Need, r *ledger.Rows, e *ledger.Entry, _ any) {
	row, ok := Reports.Get(r, e.AboutSeq)
	if !ok {
		return
	}
	if !View.Loaded(r, row.Promise) {
		View.Need(n, row.Promise)
	}
	if row.Occurrence != "" && !Occurrences.Loaded(r, row.Promise, row.Occurrence) {
		Occurrences.Need(n, row.Promise, row.Occurrence)
	}
	for i := range row.Spent {
		if !Spendings.Loaded(r, row.Seq, i) {
			Spendings.Need(n, row.Seq, i)
		} else if s, _ := Spendings.Get(r, row.Seq, i); !Sums.Loaded(r, row.Promise, "spent", s.Currency) {
			Sums.Need(n, row.Promise, "spent", s.Currency)
		}
	}
	for i := range row.Readings {
		if !Readings.Loaded(r, row.Seq, i) {
			Readings.Need(n, row.Seq, i)
			continue
		}
		x, _ := Readings.Get(r, row.Seq, i)
		if !Measures.Loaded(r, row.Promise, x.N) {
			Measures.Need(n, row.Promise, x.N)
		}
		if x.PeriodFrom != "" && !Targets.Loaded(r, row.Promise, x.N, x.PeriodFrom, x.PeriodTo) {
			Targets.Need(n, row.Promise, x.N, x.PeriodFrom, x.PeriodTo)
		}
	}
}

func sendBack(r *ledger.Rows, e *ledger.Entry, d *SendingBack) error {
	if err := programme.First(programme.CheckWho(r, e), checkText(d.Reason)); err != nil {
		return err
	}
	row, ok := Reports.Get(r, e.AboutSeq)
	switch {
	case !ok:
		return ledger.Refuse("report.unknown")
	case e.Who == row.Who || !strings.HasPrefix(e.Who, "org:"):
		return ledger.Refuse("sending-back.own-report")
	case d.Reason == nil:
		return ledger.Refuse("sending-back.no-reason", "field", FieldReason)
	case row.SentBack != 0:
		return ledger.Refuse("sending-back.done-before")
	}
	p, _ := View.Get(r, row.Promise)
	p.SentBack, p.Reports, p.Shown = p.SentBack+1, p.Reports-1, p.Shown-row.Shown
	p.Begun = flag(p.Reports > 0 || p.Paid == 1)
	// The safeguard S11: what nobody has passed is never shown now, and what was passed no longer is.
	row.SentBack, row.BackDay, row.BackBy, row.BackLang, row.NoteShown = e.Seq, e.Recorded, e.Who, d.Reason.Lang(), 0
	Reports.Put(r, row)
	if p.Last == row.Seq {
		last := standingReport(r, row.Prev, func(x *ReportRow) int64 { return x.Prev })
		p.Last, p.Reported = last.Seq, last.Recorded
	}
	if row.State != "" {
		unsay(r, &p, &row)
	}
	if row.Occurrence != "" {
		if err := unhold(r, &p, &row); err != nil {
			return err
		}
	}
	for i := range row.Readings {
		unread(r, &row, i)
	}
	for i := range row.Spent {
		s, _ := Spendings.Get(r, row.Seq, i)
		addMoney(r, p.Seq, "spent", s.Currency, -s.Minor, -1)
	}
	View.Put(r, p)
	return nil
}

// standingReport is the first report that was not sent back, from one on and on the way back that prev tells; with none, an empty row.
func standingReport(r *ledger.Rows, seq int64, prev func(*ReportRow) int64) ReportRow {
	for seq != 0 {
		row, _ := Reports.Get(r, seq)
		if row.SentBack == 0 {
			return row
		}
		seq = prev(&row)
	}
	return ReportRow{}
}

func prevState(x *ReportRow) int64 { return x.PrevState }

// unsay takes back what a report said of the whole promise. It was reported done on the first of the days since which every
// report that says anything says done.
func unsay(r *ledger.Rows, p *Row, row *ReportRow) {
	from := p.StateSeq
	if from == row.Seq {
		from = row.PrevState
	}
	said := standingReport(r, from, prevState)
	p.StateSeq, p.State, p.Done = said.Seq, said.State, ""
	for said.State == StateDone {
		p.Done = said.Recorded
		said = standingReport(r, said.PrevState, prevState)
	}
	if p.Plan == Once {
		p.OpenDue = p.Due
		if p.Done != "" {
			p.OpenDue = ""
		}
	}
}

// unhold takes back what a report said of one due day. A day that is planned no more stood only because of reports on it.
func unhold(r *ledger.Rows, p *Row, row *ReportRow) error {
	o, ok := Occurrences.Get(r, p.Seq, row.Occurrence)
	if !ok || o.Seq != row.Seq {
		return nil
	}
	if last := standingReport(r, row.PrevHeld, func(x *ReportRow) int64 { return x.PrevHeld }); last.Seq != 0 {
		p.count(&o, stateOf(last.Held == 1), last.Seq)
		Occurrences.Put(r, o)
		return nil
	}
	p.count(&o, "", 0)
	_, days, err := termsOf(r, p)
	if err != nil {
		return err
	}
	if !slices.Contains(days, o.Due) {
		Occurrences.Delete(r, p.Seq, o.Due)
		p.Total--
		return nil
	}
	Occurrences.Put(r, o)
	if p.OpenDue == "" || o.Due < p.OpenDue {
		p.OpenDue = o.Due
	}
	return nil
}

// unread takes back one reading. Another one of the same report is passed over on the way back, since its report was sent back;
// an early one stands nowhere and took no other's place.
func unread(r *ledger.Rows, row *ReportRow, i int64) {
	x, _ := Readings.Get(r, row.Seq, i)
	if x.Early == 1 {
		return
	}
	if m, ok := Measures.Get(r, x.Promise, x.N); ok && m.ReadSeq == x.Seq {
		last := standingReading(r, x.Prev, x.PrevI, func(y *ReadingRow) (int64, int64) { return y.Prev, y.PrevI })
		m.Reading, m.ReadSeq, m.ReadI = last.Value, last.Seq, last.I
		Measures.Put(r, m)
	}
	if x.PeriodFrom == "" {
		return
	}
	if t, ok := Targets.Get(r, x.Promise, x.N, x.PeriodFrom, x.PeriodTo); ok && t.ReadSeq == x.Seq {
		last := standingReading(r, x.PeriodPrev, x.PeriodPrevI, func(y *ReadingRow) (int64, int64) { return y.PeriodPrev, y.PeriodPrevI })
		t.Reading, t.ReadSeq, t.ReadI = last.Value, last.Seq, last.I
		Targets.Put(r, t)
	}
}

// standingReading is the first reading whose report was not sent back, as standingReport.
func standingReading(r *ledger.Rows, seq, i int64, prev func(*ReadingRow) (int64, int64)) ReadingRow {
	for seq != 0 {
		x, _ := Readings.Get(r, seq, i)
		if of, _ := Reports.Get(r, seq); of.SentBack == 0 {
			return x
		}
		seq, i = prev(&x)
	}
	return ReadingRow{}
}
