package voice

import (
	"slices"

	"kept/store"
)

// Voice is what villages have said, for computing what they say on a day.
type Voice struct {
	Day     string
	askings map[int64]map[string][]Asking // by promise and village
}

// Read reads what was said of these promises, or of all if none is named.
func Read(tx *store.Tx, day string, promises ...int64) (*Voice, error) {
	v := &Voice{day, map[int64]map[string][]Asking{}}
	var questions []QuestionRow
	if len(promises) == 0 {
		all, err := Questions.Select(tx, "ORDER BY v.round, v.place, v.promise")
		if err != nil {
			return nil, err
		}
		questions = all
	}
	for _, p := range promises {
		some, err := Questions.Select(tx, "WHERE v.promise = $1 ORDER BY v.round, v.place", p)
		if err != nil {
			return nil, err
		}
		questions = append(questions, some...)
	}
	rounds := map[int64]bool{}
	var keys [][]any
	for _, q := range questions {
		if !rounds[q.Round] {
			rounds[q.Round] = true
			keys = append(keys, []any{q.Round})
		}
	}
	return v, v.load(tx, keys, questions)
}

type placeKey struct {
	round int64
	place string
}

func (v *Voice) load(tx *store.Tx, keys [][]any, questions []QuestionRow) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := View.Load(tx, keys)
	if err != nil {
		return err
	}
	rounds, places, villages := map[int64]Row{}, map[placeKey]PlaceRow{}, map[placeKey][]string{}
	for _, r := range rows {
		rounds[r.Seq] = r
		of, err := Places.Select(tx, "WHERE v.round = $1", r.Seq)
		if err != nil {
			return err
		}
		for _, p := range of {
			places[placeKey{r.Seq, p.Place}] = p
		}
		in, err := Villages.Select(tx, "WHERE v.round = $1", r.Seq)
		if err != nil {
			return err
		}
		for _, x := range in {
			k := placeKey{r.Seq, x.Place}
			villages[k] = append(villages[k], x.Village)
		}
	}
	for _, q := range questions {
		k := placeKey{q.Round, q.Place}
		if v.askings[q.Promise] == nil {
			v.askings[q.Promise] = map[string][]Asking{}
		}
		for _, village := range villages[k] {
			v.askings[q.Promise][village] = append(v.askings[q.Promise][village], Asking{rounds[q.Round], places[k], q})
		}
	}
	return nil
}

// Askings are all askings of a village about a promise, in the order in which they were proposed: the history that a page
// shows, where a later round stands beside the earlier one.
func (v *Voice) Askings(promise int64, village string) []Asking {
	return slices.Clone(v.askings[promise][village])
}

// Village is what a village says of a promise.
func (v *Voice) Village(promise int64, village string) Side {
	return SideOf(v.askings[promise][village], v.Day)
}

// Together is what the villages say to which a promise is made; VillagesOf lists them.
func (v *Voice) Together(promise int64, villages []string) Together {
	sides := make([]Side, len(villages))
	for i, village := range villages {
		sides[i] = v.Village(promise, village)
	}
	return TogetherOf(sides)
}

// VillagesOf lists the villages to which a promise is made: those that it names, and those in the larger places that it names.
func VillagesOf(tx *store.Tx, promise int64) ([]string, error) {
	return store.Select(tx, func(code *string) []any { return []any{code} }, `SELECT DISTINCT a.place FROM promise_place AS p
	JOIN place_above AS a ON a.above = p.place JOIN place AS v ON v.code = a.place
	WHERE p.promise = $1 AND v.level = 'village' ORDER BY a.place`, promise)
}

// Asks is what a card of a place is good for: the round, and the questions in the order of the ballot's digits.
func Asks(tx *store.Tx, id, place string) (Row, []QuestionRow, error) {
	row, err := RoundByID(tx, id)
	if err != nil {
		return row, nil, err
	}
	questions, err := Questions.Select(tx, "WHERE v.round = $1 AND v.place = $2 ORDER BY v.n", row.Seq, place)
	return row, questions, err
}

// RoundsIn lists the rounds that ask a village, the newest first.
func RoundsIn(tx *store.Tx, village string) ([]Row, error) {
	return View.Select(tx, "JOIN round_village AS w ON w.round = v.seq WHERE w.village = $1 ORDER BY v.closes DESC, v.seq DESC", village)
}
