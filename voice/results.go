package voice

import (
	"slices"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// The outcomes of a place.
const (
	OutcomeResult    = "result"
	OutcomeContested = "contested" // an assembly whose two tallies do not agree
	OutcomeLost      = "lost"
)

// needOfPlace announces what an entry about one place of a round looks at.
func needOfPlace(n *ledger.Need, e *ledger.Entry, place string) {
	programme.View.Need(n, int64(0))
	View.Need(n, e.AboutSeq)
	Places.Need(n, e.AboutSeq, place)
}

// byProgram returns the round and the place of an entry that only the program writes, at or after the closing day. Its day is the
// closing day, so that the same outcome written twice is the same entry.
func byProgram(r *ledger.Rows, e *ledger.Entry, place string) (Row, PlaceRow, error) {
	row, err := about(r, e)
	if err != nil {
		return row, PlaceRow{}, err
	}
	if e.Who != Program || e.Day != row.Closes {
		return row, PlaceRow{}, ledger.Refuse("round.not-the-program")
	}
	if s := row.On(e.Recorded); s != Closed {
		return row, PlaceRow{}, ledger.Refuse("round.state", "state", string(s))
	}
	p, ok := Places.Get(r, row.Seq, place)
	if !ok {
		return row, p, ledger.Refuse("round.not-there", "place", place)
	}
	if p.Outcome != "" {
		return row, p, ledger.Refuse("round.outcome-there", "place", place)
	}
	return row, p, nil
}

// end writes the outcome of a place.
func end(r *ledger.Rows, e *ledger.Entry, row *Row, p PlaceRow, outcome string) {
	p.Outcome, p.Seq, p.ID = outcome, e.Seq, e.ID
	row.Outcomes++
	Places.Put(r, p)
	View.Put(r, *row)
}

func needTallied(n *ledger.Need, e *ledger.Entry, d *Tallied) {
	needAbout(n, e)
	Places.Need(n, e.AboutSeq, d.Place)
}

func enterTally(r *ledger.Rows, e *ledger.Entry, d *Tallied) error {
	row, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err); err != nil {
		return err
	}
	if s := row.On(e.Recorded); row.Mode != ModeAssembly || s != Open {
		return ledger.Refuse("round.state", "state", string(s))
	}
	if e.Who != "org:"+row.Reviewer && e.Who != "org:"+row.Second {
		return ledger.Refuse("tally.not-theirs")
	}
	if _, ok := Places.Get(r, row.Seq, d.Place); !ok {
		return ledger.Refuse("round.not-there", "place", d.Place)
	}
	writer := e.Who[len("org:"):]
	if _, ok := Tallies.Get(r, row.Seq, d.Place, writer); ok {
		return ledger.Refuse("tally.done-before")
	}
	Tallies.Put(r, TallyRow{row.Seq, d.Place, writer, e.Seq})
	return nil
}

func needContesting(n *ledger.Need, e *ledger.Entry, d *Contesting) { needOfPlace(n, e, d.Place) }

func contest(r *ledger.Rows, e *ledger.Entry, d *Contesting) error {
	row, p, err := byProgram(r, e, d.Place)
	if err != nil {
		return err
	}
	reasons := []string{ContestedReports}
	if row.Mode == ModeAssembly {
		reasons = []string{ContestedDifference, ContestedSum, ContestedMissing}
	}
	if !slices.Contains(reasons, d.Reason) {
		return ledger.Refuse("contested.reason")
	}
	if p.Contested != "" {
		return ledger.Refuse("contested.done-before")
	}
	p.Contested = d.Reason
	if row.Mode == ModeAssembly {
		end(r, e, &row, p, OutcomeContested)
	} else {
		Places.Put(r, p)
	}
	return nil
}

func needResult(n *ledger.Need, e *ledger.Entry, d *Result) {
	needOfPlace(n, e, d.Place)
	for _, s := range d.Said {
		Questions.Need(n, e.AboutSeq, d.Place, s.Promise)
		promise.View.Need(n, s.Promise)
	}
}

func publish(r *ledger.Rows, e *ledger.Entry, d *Result) error {
	row, p, err := byProgram(r, e, d.Place)
	if err != nil {
		return err
	}
	// Lists are compared as a whole: a promise that is left out of a result would not be missed.
	if int64(len(d.Said)) != p.Promises {
		return ledger.Refuse("result.questions")
	}
	if row.Mode == ModeAssembly {
		for _, who := range []string{row.Reviewer, row.Second} {
			if _, ok := Tallies.Get(r, row.Seq, p.Place, who); !ok {
				return ledger.Refuse("result.tallies")
			}
		}
	}
	for i := range d.Said {
		s := &d.Said[i]
		q, ok := Questions.Get(r, row.Seq, p.Place, s.Promise)
		if !ok || q.N != int64(i) {
			return ledger.Refuse("result.questions")
		}
		said := s.Published()
		if !said.valid() {
			return ledger.Refuse("result.counts")
		}
		theirs, err := responsible(r, s.Promise)
		if err != nil {
			return err
		}
		if p.Contested == "" && (theirs[row.Reviewer] || theirs[row.Printer] || theirs[row.Keeper] || row.Second != "" && theirs[row.Second]) {
			p.Contested = ContestedResponsible
		}
		verdict := said.Verdict()
		q.Verdict, q.Kept, q.Partly, q.NotKept, q.Cant = string(verdict), s.Kept, s.Partly, s.Not, s.Cant
		Questions.Put(r, q)
		if disputes(verdict) {
			Owed.Put(r, OwedRow{Result: e.Seq, Promise: s.Promise, Round: row.Seq, Place: p.Place, Office: row.Office, Verdict: string(verdict),
				Since: row.Closes, Due: schedule.AddDays(row.Closes, int(row.Days))})
		}
	}
	end(r, e, &row, p, OutcomeResult)
	return nil
}

func needLoss(n *ledger.Need, e *ledger.Entry, d *Loss) { needOfPlace(n, e, d.Place) }

func lose(r *ledger.Rows, e *ledger.Entry, d *Loss) error {
	row, p, err := byProgram(r, e, d.Place)
	if err != nil {
		return err
	}
	if row.Mode != ModeCards {
		return ledger.Refuse("round.mode")
	}
	end(r, e, &row, p, OutcomeLost)
	return nil
}

func needAnswer(n *ledger.Need, e *ledger.Entry, d *Answer) {
	programme.NeedWho(n, e)
	Owed.Need(n, e.AboutSeq, d.Promise)
}

func answer(r *ledger.Rows, e *ledger.Entry, d *Answer) error {
	if err := programme.First(programme.CheckWho(r, e), checkNote(d.Note)); err != nil {
		return err
	}
	owed, ok := Owed.Get(r, e.AboutSeq, d.Promise)
	if !ok {
		return ledger.Refuse("answer.not-owed")
	}
	if e.Who != "org:"+owed.Office {
		return ledger.Refuse("answer.not-theirs")
	}
	if owed.Answered == "" {
		owed.Answered, owed.Answer = e.Recorded, e.Seq
		Owed.Put(r, owed)
	}
	Answers.Put(r, AnswerRow{e.Seq, e.AboutSeq, d.Promise, owed.Office, e.Recorded, e.Day, d.Note.Lang()})
	return nil
}
