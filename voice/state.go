package voice

import "kept/schedule"

// State is what a round is on a day.
type State string

// The states of a round.
const (
	Proposed  State = "proposed"  // no reviewer has taken it on
	Waiting   State = "waiting"   // taken on, and its opening day is still to come
	Open      State = "open"      // people are asked
	Suspended State = "suspended" // nobody is asked, until it is resumed or void
	Closed    State = "closed"    // its results are published, or about to be
	Void      State = "void"      // nothing of it is ever published
	Lapsed    State = "lapsed"    // no reviewer took it on before its closing day
)

// On is the state of the round on a day. Results are published once, on a day that was fixed at the opening: so a round that
// is suspended on its closing day is void, as is one that stays suspended for longer than SuspendedDays.
func (r Row) On(day string) State {
	switch {
	case r.Void != "":
		return Void
	case r.Taken == "" && day >= r.Closes:
		return Lapsed
	case r.Taken == "":
		return Proposed
	case r.Suspended != "" && (day >= r.Closes || schedule.DaysBetween(r.Suspended, day) > SuspendedDays):
		return Void
	case r.Suspended != "":
		return Suspended
	case day < r.Opens:
		return Waiting
	case day < r.Closes:
		return Open
	}
	return Closed
}

// VoidSince is the day from which a round is void, if it is void on this day, be it by a declaration or by the days.
func (r Row) VoidSince(day string) string {
	switch {
	case r.Void != "" || r.On(day) != Void:
		return r.Void
	}
	return min(r.Closes, schedule.AddDays(r.Suspended, SuspendedDays+1))
}

// Unanswered is how many days an answer has been owed, 0 if it was given.
func (o OwedRow) Unanswered(day string) int {
	if o.Answered != "" {
		return 0
	}
	return max(0, schedule.DaysBetween(o.Since, day))
}

// Overdue says whether the answer was due before this day and is not there.
func (o OwedRow) Overdue(day string) bool { return o.Answered == "" && o.Due < day }

// Late says whether the answer was given after its last day.
func (o OwedRow) Late() bool { return o.Answered > o.Due }

// Published is what the place said of the promise, as it may be published.
func (q QuestionRow) Published() Published {
	c := Counts{q.Kept, q.Partly, q.NotKept, q.Cant}
	return Published{Few: c == Counts{}, Counts: c}
}

// AnswersDue is the last day for the answers that a round asks for.
func (r Row) AnswersDue() string { return schedule.AddDays(r.Closes, int(r.Days)) }
