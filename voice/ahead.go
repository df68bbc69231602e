package voice

import (
	"kept/ledger"
	"kept/schedule"
	"kept/store"
)

// Ahead is what a round would mean.
type Ahead struct {
	Villages []VillageRow
	Asks     map[string][]int64 // by the place that a result is published of, the promises it is asked about, in order
}

// LookAhead says what a round would mean if it were proposed on a day, or refuses it as the book would: the rule is that of the book.
func LookAhead(tx *store.Tx, day, who string, d Round) (*Ahead, error) {
	e := &ledger.Entry{Who: who, Recorded: day}
	r, err := ledger.ReadRows(tx, func(n *ledger.Need) { needRound(n, e, &d) })
	if err != nil {
		return nil, err
	}
	villages, asks, err := d.examine(r, e)
	if r.Err() != nil {
		err = r.Err()
	}
	return &Ahead{villages, asks}, err
}

// Judged lists the organisations that have no part in holding a round: each that is, or ever was, responsible for one of its
// promises, with these promises, and the one that must answer, be it with none. Neither may take it on, print, hold the cards or count
// (the safeguards S8 and S17); taking one on asks the same.
func Judged(tx *store.Tx, round Row) (map[string][]int64, error) {
	r, err := ledger.ReadRows(tx, func(n *ledger.Need) { Terms.Need(n, round.Seq) })
	if err != nil {
		return nil, err
	}
	was, err := proposal(r, round.Seq)
	if err != nil {
		return nil, err
	}
	out, err := judgedBy(r, round.Office, was)
	if r.Err() != nil {
		err = r.Err()
	}
	return out, err
}

// FreeFrom says of promises that were asked about less than a quarter ago, or are being asked about, from which day on another round
// may close (the safeguard S9). Where everything that was asked was lost, it may be asked again at once.
func FreeFrom(tx *store.Tx, day string, promises ...int64) (map[int64]string, error) {
	r, err := ledger.ReadRows(tx, func(n *ledger.Need) {
		for _, p := range promises {
			Last.Need(n, p)
		}
	})
	if err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, p := range promises {
		round, ok := before(r, day, p)
		if !ok || schedule.DaysBetween(round.Closes, day) >= quarter {
			continue
		}
		kept, err := Questions.Select(tx, `WHERE v.promise = $1 AND v.round = $2 AND NOT EXISTS
			(SELECT 1 FROM round_place AS w WHERE w.round = v.round AND w.place = v.place AND w.outcome = $3)`, p, round.Seq, OutcomeLost)
		if err != nil {
			return nil, err
		}
		if len(kept) > 0 {
			out[p] = schedule.AddDays(round.Closes, quarter)
		}
	}
	return out, r.Err()
}

// The bounds of a round, for forms that ask for one.
const (
	MaxVillages   = maxVillages
	MaxPromises   = maxPromises
	MaxAnswerDays = maxDays
	Shortest      = shortest
	Longest       = longest
)
