package voice

import (
	"slices"
	"strings"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
)

// What an event row says of a round.
const (
	EventTaken     = "taken"
	EventSuspended = "suspended"
	EventResumed   = "resumed"
	EventVoid      = "void"
)

func needTaking(n *ledger.Need, e *ledger.Entry, d *Taking) {
	programme.NeedWho(n, e)
	View.Need(n, e.AboutSeq)
	Terms.Need(n, e.AboutSeq)
	for _, code := range []string{d.Printer, d.Keeper, d.Second} {
		if code != "" {
			programme.Organisations.Need(n, code)
		}
	}
}

// needMoreOfTaking announces the promises of the round, and then all versions of their terms.
func needMoreOfTaking(n *ledger.Need, r *ledger.Rows, e *ledger.Entry, _ any) {
	d, err := proposal(r, e.AboutSeq)
	if err != nil {
		return
	}
	for _, p := range d.Promises {
		if !promise.View.Loaded(r, p.Seq) {
			promise.View.Need(n, p.Seq)
			Last.Need(n, p.Seq)
			continue
		}
		row, _ := promise.View.Get(r, p.Seq)
		for v := int64(1); v <= row.Version; v++ {
			if !promise.Versions.Loaded(r, p.Seq, v) {
				promise.Versions.Need(n, p.Seq, v)
			}
		}
		if last, ok := Last.Get(r, p.Seq); ok && !View.Loaded(r, last.Round) {
			View.Need(n, last.Round)
			Asked.Need(n, p.Seq, last.Round)
		}
	}
}

// proposed is a round as it was proposed, with what was found out then: which place is asked about what.
type proposed struct {
	Round
	asks map[string][]int64
}

// proposal reads a round as it was proposed. It is shared and not to be changed.
func proposal(r *ledger.Rows, seq int64) (*proposed, error) {
	type key struct{ seq int64 }
	return ledger.Once(r, key{seq}, func() (*proposed, error) {
		row, ok := Terms.Get(r, seq)
		if !ok {
			return nil, ledger.Refuse("round.unknown")
		}
		d, err := row.Parse()
		if err != nil {
			return nil, err
		}
		asks, err := row.Places()
		return &proposed{d, asks}, err
	})
}

// responsible lists the organisations that are, or ever were, responsible for a promise: the office in its terms, and who
// sends its team. Earlier terms count too, or an amendment would make somebody independent.
func responsible(r *ledger.Rows, seq int64) (map[string]bool, error) {
	out := map[string]bool{}
	row, _ := promise.View.Get(r, seq)
	for v := int64(1); v <= row.Version; v++ {
		terms, err := termsOf(r, seq, v)
		if err != nil {
			return nil, err
		}
		if terms.Office != "" {
			out[terms.Office] = true
		}
		if team, ok := programme.Teams.Get(r, terms.Team); ok && terms.Team != "" {
			out[team.Organisation] = true
		}
	}
	return out, nil
}

// judgedBy lists who has no part in holding a round: the organisations that are responsible for a promise of it, with these, and the
// one that must answer.
func judgedBy(r *ledger.Rows, office string, was *proposed) (map[string][]int64, error) {
	out := map[string][]int64{office: nil}
	for _, p := range was.Promises {
		theirs, err := responsible(r, p.Seq)
		if err != nil {
			return nil, err
		}
		for code := range theirs {
			out[code] = append(out[code], p.Seq)
		}
	}
	return out, nil
}

// take lets a reviewer take a round on (the safeguards S8 and S17): an organisation that is not responsible for any of its
// promises and does not have to answer, and so must be whoever prints, holds the cards, or counts beside it.
func take(r *ledger.Rows, e *ledger.Entry, d *Taking) error {
	row, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err); err != nil {
		return err
	}
	reviewer, ok := strings.CutPrefix(e.Who, "org:")
	if !ok {
		return ledger.Refuse("round.by-a-team")
	}
	if s := row.On(e.Recorded); s != Proposed {
		return ledger.Refuse("round.state", "state", string(s))
	}
	was, err := proposal(r, row.Seq)
	if err != nil {
		return err
	}
	if err := d.check(r, &row, was, reviewer); err != nil {
		return err
	}
	for _, p := range was.Promises {
		before, err := was.roundBefore(r, e, p.Seq, was.asks)
		if err != nil {
			return err
		}
		Asked.Put(r, AskedRow{p.Seq, row.Seq, before})
		Last.Put(r, LastRow{p.Seq, row.Seq})
	}
	row.Taken, row.Reviewer, row.Printer, row.Keeper, row.Second = e.Recorded, reviewer, d.Printer, d.Keeper, d.Second
	View.Put(r, row)
	Events.Put(r, EventRow{e.Seq, row.Seq, EventTaken, e.Recorded, ""})
	return nil
}

// check refuses a taking by, or into the hands of, those who are judged.
func (d *Taking) check(r *ledger.Rows, row *Row, was *proposed, reviewer string) error {
	taking := []string{reviewer, d.Printer, d.Keeper}
	if row.Mode == ModeAssembly {
		taking = append(taking, d.Second)
	}
	if (row.Mode == ModeAssembly) != (d.Second != "") || d.Second == reviewer {
		return ledger.Refuse("round.second")
	}
	for _, code := range taking {
		if _, ok := programme.Organisations.Get(r, code); !ok {
			return ledger.Refuse("organisation.unknown", "code", code)
		}
	}
	judged, err := judgedBy(r, row.Office, was)
	if err != nil {
		return err
	}
	for _, code := range taking {
		if _, is := judged[code]; is {
			return ledger.Refuse("round.judged", "code", code)
		}
	}
	return nil
}

// about returns the round that an entry is about.
func about(r *ledger.Rows, e *ledger.Entry) (Row, error) {
	row, ok := View.Get(r, e.AboutSeq)
	if !ok {
		return row, ledger.Refuse("round.unknown")
	}
	return row, nil
}

func needAbout(n *ledger.Need, e *ledger.Entry) {
	programme.NeedWho(n, e)
	View.Need(n, e.AboutSeq)
}

// byReviewer returns the round that an entry is about, if it is in one of these states and the entry is by its reviewer.
func byReviewer(r *ledger.Rows, e *ledger.Entry, states ...State) (Row, error) {
	row, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err); err != nil {
		return row, err
	}
	if e.Who != "org:"+row.Reviewer {
		return row, ledger.Refuse("round.not-the-reviewer")
	}
	if s := row.On(e.Recorded); !slices.Contains(states, s) {
		return row, ledger.Refuse("round.state", "state", string(s))
	}
	return row, nil
}

func checkReason(reason string) error {
	if !slices.Contains(Reasons, reason) {
		return ledger.Refuse("round.reason")
	}
	return nil
}

func needSuspension(n *ledger.Need, e *ledger.Entry, d *Suspension) { needAbout(n, e) }

func suspend(r *ledger.Rows, e *ledger.Entry, d *Suspension) error {
	row, err := byReviewer(r, e, Waiting, Open)
	if err := programme.First(err, checkReason(d.Reason)); err != nil {
		return err
	}
	row.Suspended, row.Reason = e.Recorded, d.Reason
	View.Put(r, row)
	Events.Put(r, EventRow{e.Seq, row.Seq, EventSuspended, e.Recorded, d.Reason})
	return nil
}

func needResumption(n *ledger.Need, e *ledger.Entry, d *Resumption) { needAbout(n, e) }

func resume(r *ledger.Rows, e *ledger.Entry, d *Resumption) error {
	row, err := byReviewer(r, e, Suspended)
	if err != nil {
		return err
	}
	row.Suspended, row.Reason = "", ""
	View.Put(r, row)
	Events.Put(r, EventRow{e.Seq, row.Seq, EventResumed, e.Recorded, ""})
	return nil
}

func needVoiding(n *ledger.Need, e *ledger.Entry, d *Voiding) { needAbout(n, e) }

func declareVoid(r *ledger.Rows, e *ledger.Entry, d *Voiding) error {
	row, err := byReviewer(r, e, Waiting, Open, Suspended)
	if err := programme.First(err, checkReason(d.Reason)); err != nil {
		return err
	}
	row.Void, row.Reason = e.Recorded, d.Reason
	View.Put(r, row)
	Events.Put(r, EventRow{e.Seq, row.Seq, EventVoid, e.Recorded, d.Reason})
	return nil
}
