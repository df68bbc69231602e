package promise

import "kept/schedule"

// Standing is what the team's side says of a promise.
type Standing string

// The standings of the team's side, the first that holds.
const (
	Withdrawn    Standing = "withdrawn"
	ReportedDone Standing = "reported-done"
	Overdue      Standing = "overdue"
	UnderWay     Standing = "under-way"
	Open         Standing = "open"
)

// Standings are all of them, in the order in which pages list them.
var Standings = []Standing{Overdue, UnderWay, Open, ReportedDone, Withdrawn}

// Verdict is what the village says of a promise.
type Verdict string

// The verdicts.
const (
	NotAsked   Verdict = "not-asked"
	BeingAsked Verdict = "being-asked"
	TooFew     Verdict = "too-few"
	Kept       Verdict = "kept"
	PartlyKept Verdict = "partly-kept"
	NotKept    Verdict = "not-kept"
	Contested  Verdict = "contested" // nothing that can be relied on
)

// Verdicts are all of them.
var Verdicts = []Verdict{NotAsked, BeingAsked, TooFew, Kept, PartlyKept, NotKept, Contested}

// Village is the village's side: its last verdict, and whether an earlier one disputed.
type Village struct {
	Says           Verdict
	DisputedBefore bool
}

// Said is what may be said of a promise on a day: two sides, neither of which replaces the other, and marks beside them.
type Said struct {
	Team        Standing
	OverdueDays int // how long what is open has been overdue, 0 if it is not
	Village     Village
	Amended     int64
	Lowered     bool
	MadeLater   bool
	Suspended   bool
	LateDays    int // how long after the first due day it was reported done, 0 if in time
	UnaskedDays int // days since it was reported done without the village having been asked, from AskWithin on
}

// AskWithin is within how many days of being reported done a promise is owed a round.
const AskWithin = 90

// Say computes what may be said of a promise on a day. The village's side comes from the village alone: no work of the
// team, and no silence, makes it "kept".
func Say(p *Row, today string, v Village) Said {
	s := Said{Team: standing(p, today), Village: v, Amended: p.Amended, Lowered: p.Lowered > 0, MadeLater: p.Later > 0,
		Suspended: p.State == StateSuspended}
	if s.Team == Overdue {
		s.OverdueDays = schedule.DaysBetween(p.OpenDue, today)
	}
	// A promise read from a source was recorded when it was read, which says nothing about when it was done.
	if p.Done != "" && p.FirstDue != "" && p.Done > p.FirstDue && p.Source == "" {
		s.LateDays = schedule.DaysBetween(p.FirstDue, p.Done)
	}
	if s.Team == ReportedDone && v.Says == NotAsked {
		if days := schedule.DaysBetween(p.Done, today); days >= AskWithin {
			s.UnaskedDays = days
		}
	}
	return s
}

func standing(p *Row, today string) Standing {
	switch {
	case p.Withdrawn != "":
		return Withdrawn
	case p.Done != "":
		return ReportedDone
	case p.OpenDue != "" && p.OpenDue < today:
		return Overdue
	case p.Begun == 1:
		return UnderWay
	}
	return Open
}

// StandingSQL is the same in SQL, for a promise row named p and a parameter that holds the day.
func StandingSQL(day string) string {
	return `CASE WHEN p.withdrawn <> '' THEN 'withdrawn' WHEN p.done <> '' THEN 'reported-done'
	WHEN p.open_due <> '' AND p.open_due < ` + day + ` THEN 'overdue' WHEN p.begun = 1 THEN 'under-way' ELSE 'open' END`
}
