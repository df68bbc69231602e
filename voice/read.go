package voice

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kept/ledger"
	"kept/store"
)

// Voice is what villages have said, for computing what they say on a day.
type Voice struct {
	Day     string
	askings map[int64]map[string][]Asking // by promise and village
}

// mostNamed is how many promises or rounds one query names.
const mostNamed = 500

// Read reads what was said of these promises, or of all if none is named, with as many queries for a list as for one promise.
func Read(tx *store.Tx, day string, promises ...int64) (*Voice, error) {
	v := &Voice{day, map[int64]map[string][]Asking{}}
	questions, err := selectIn(tx, Questions, "promise", promises, "ORDER BY v.round, v.place, v.promise")
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	var rounds []int64
	for _, q := range questions {
		if !seen[q.Round] {
			seen[q.Round] = true
			rounds = append(rounds, q.Round)
		}
	}
	if len(rounds) == 0 {
		return v, nil
	}
	if len(promises) == 0 {
		rounds = nil // all are needed
	}
	return v, v.load(tx, rounds, questions)
}

// selectIn reads the rows whose column is one of these numbers, or all rows if none is named.
func selectIn[T any](tx *store.Tx, view *ledger.View[T], column string, numbers []int64, rest string) ([]T, error) {
	if len(numbers) == 0 {
		return view.Select(tx, rest)
	}
	var out []T
	for some := range slices.Chunk(numbers, mostNamed) {
		var in []string
		var args []any
		for _, n := range some {
			args = append(args, n)
			in = append(in, "$"+strconv.Itoa(len(args)))
		}
		rows, err := view.Select(tx, "WHERE v."+column+" IN ("+strings.Join(in, ", ")+") "+rest, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

type placeKey struct {
	round int64
	place string
}

func (v *Voice) load(tx *store.Tx, numbers []int64, questions []QuestionRow) error {
	rounds, places, villages := map[int64]Row{}, map[placeKey]PlaceRow{}, map[placeKey][]string{}
	rows, err := selectIn(tx, View, "seq", numbers, "")
	if err != nil {
		return err
	}
	for _, r := range rows {
		rounds[r.Seq] = r
	}
	of, err := selectIn(tx, Places, "round", numbers, "")
	if err != nil {
		return err
	}
	for _, p := range of {
		places[placeKey{p.Round, p.Place}] = p
	}
	in, err := selectIn(tx, Villages, "round", numbers, "ORDER BY v.village")
	if err != nil {
		return err
	}
	for _, x := range in {
		k := placeKey{x.Round, x.Place}
		villages[k] = append(villages[k], x.Village)
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

// Asked says whether any round ever asked about a promise, be it only proposed.
func (v *Voice) Asked(promise int64) bool { return len(v.askings[promise]) > 0 }

// Of lists all askings about a promise, each place of a round once, the last round first.
func (v *Voice) Of(promise int64) (out []Asking) {
	seen := map[placeKey]bool{}
	for _, askings := range v.askings[promise] {
		for _, a := range askings {
			if k := (placeKey{a.Round.Seq, a.Place.Place}); !seen[k] {
				seen[k] = true
				out = append(out, a)
			}
		}
	}
	slices.SortFunc(out, func(a, b Asking) int {
		return cmp.Or(cmp.Compare(b.Round.Closes, a.Round.Closes), cmp.Compare(b.Round.Seq, a.Round.Seq), cmp.Compare(a.Place.Place, b.Place.Place))
	})
	return out
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
