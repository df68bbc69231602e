package programme

import (
	"kept/ledger"
	"kept/schedule"
)

// needPosted announces what stands of a team at a place: its last posting there. The ones before it are found from it.
func needPosted(n *ledger.Need, place, team, from string) {
	Postings.Need(n, place, team, from)
	LastPostings.Need(n, place, team)
}

func needPosting(n *ledger.Need, e *ledger.Entry, d *Posting) {
	NeedWho(n, e)
	Teams.Need(n, d.Team)
	Places.Need(n, d.Place)
	needPosted(n, d.Place, d.Team, d.From)
}

func addPosting(r *ledger.Rows, e *ledger.Entry, d *Posting) error {
	if err := First(CheckWho(r, e), CheckDay("from", d.From), checkUntil(d.From, d.Until)); err != nil {
		return err
	}
	if _, ok := Teams.Get(r, d.Team); !ok {
		return ledger.Refuse("team.unknown", "code", d.Team)
	}
	if _, ok := Places.Get(r, d.Place); !ok {
		return ledger.Refuse("place.unknown", "code", d.Place)
	}
	row := PostingRow{Place: d.Place, Team: d.Team, From: d.From, Until: d.Until, Seq: e.Seq, Recorded: e.Recorded}
	before, after := around(r, d.Place, d.Team, d.From)
	for _, other := range []*PostingRow{before, after} {
		if other != nil && overlap(&row, other) {
			return twice(other)
		}
	}
	if before != nil {
		row.Before = before.From
	}
	if after != nil {
		after.Before = row.From
		Postings.Put(r, *after)
	} else {
		LastPostings.Put(r, LastPostingRow{d.Place, d.Team, d.From})
	}
	Postings.Put(r, row)
	return nil
}

// around finds the postings of a team at a place between which a day lies: the last that begins by then, and the next one.
func around(r *ledger.Rows, place, team, day string) (before, after *PostingRow) {
	last, ok := LastPostings.Get(r, place, team)
	for from := last.From; ok && from != ""; {
		row, there := Postings.Get(r, place, team, from)
		if !there {
			break // only after a read that failed, which the ledger tells by itself
		}
		if row.From <= day {
			return &row, after
		}
		after, from = &row, row.Before
	}
	return nil, after
}

// overlap says whether two postings have a day in common. An open one has every day from its first on.
func overlap(a, b *PostingRow) bool {
	return (a.Until == "" || b.From <= a.Until) && (b.Until == "" || a.From <= b.Until)
}

// twice refuses a second posting of a team to a place on the same days, and names those of the first.
func twice(other *PostingRow) error {
	if other.Until == "" {
		return ledger.Refuse("posting.twice-open", "team", other.Team, "place", other.Place, "from", other.From)
	}
	return ledger.Refuse("posting.twice", "team", other.Team, "place", other.Place, "from", other.From, "until", other.Until)
}

func checkUntil(from, until string) error {
	if until != "" && (!schedule.ValidDay(until) || until < from) {
		return ledger.Refuse("period.backwards", "field", "until")
	}
	return nil
}

func needPostingEnd(n *ledger.Need, e *ledger.Entry, d *PostingEnd) {
	NeedWho(n, e)
	needPosted(n, d.Place, d.Team, d.From)
	if d.To != "" {
		LastPostings.Need(n, d.Place, d.To)
	}
}

func endPosting(r *ledger.Rows, e *ledger.Entry, d *PostingEnd) error {
	if err := First(CheckWho(r, e), CheckDay("until", d.Until), checkUntil(d.From, d.Until)); err != nil {
		return err
	}
	row, ok := Postings.Get(r, d.Place, d.Team, d.From)
	if !ok {
		return ledger.Refuse("posting.unknown", "team", d.Team, "place", d.Place, "from", d.From)
	}
	if row.Until == d.Until && row.To == d.To {
		return ledger.Refuse("posting.nothing", "field", "until", "until", d.Until)
	}
	if d.To != "" {
		if _, ok := LastPostings.Get(r, d.Place, d.To); !ok || d.To == d.Team {
			return ledger.Refuse("posting.hand-over", "field", "to", "team", d.To, "place", d.Place)
		}
	}
	row.Until, row.To, row.Ended = d.Until, d.To, e.Seq
	if next := nextPosting(r, &row); next != nil && overlap(&row, next) {
		return twice(next)
	}
	Postings.Put(r, row)
	return nil
}

// nextPosting is the posting of the same team at the same place that follows one.
func nextPosting(r *ledger.Rows, row *PostingRow) *PostingRow {
	_, next := around(r, row.Place, row.Team, row.From)
	return next
}
