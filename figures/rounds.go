package figures

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kept/promise"
	"kept/voice"
)

// RoundLine is a round in a list.
type RoundLine struct {
	voice.Row
	State voice.State
	Since string // void since
	// How many villages it asks, and about how many promises.
	Asks, About Number
}

// RoundStates are the states of rounds, in the order of what is to be done.
var RoundStates = []voice.State{voice.Proposed, voice.Open, voice.Suspended, voice.Waiting, voice.Closed, voice.Void, voice.Lapsed}

// Rounds lists the rounds that ask in a place, or in any of several; with none, all. The last proposed comes first.
func (at *At) Rounds(places ...string) ([]RoundLine, error) {
	rows, err := at.rounds(places)
	var out []RoundLine
	for _, r := range rows {
		out = append(out, at.roundLine(r))
	}
	return out, err
}

func (at *At) rounds(places []string) ([]voice.Row, error) {
	if len(places) == 0 {
		return voice.View.Select(at.Tx, "ORDER BY v.seq DESC")
	}
	q := &query{}
	return voice.View.Select(at.Tx, "WHERE v.seq IN (SELECT w.round FROM round_village AS w JOIN place_above AS a ON a.place = w.village WHERE a.above IN ("+q.in(places)+")) ORDER BY v.seq DESC", q.args...)
}

func (at *At) roundLine(r voice.Row) RoundLine {
	number := func(what string, n int64) Number {
		return count(name("round", "entry", strconv.FormatInt(r.Seq, 10), "what", what), n)
	}
	return RoundLine{Row: r, State: r.On(at.Day), Since: r.VoidSince(at.Day), Asks: number("villages", r.Villages), About: number("promises", r.Promises)}
}

// RoundCount is the number of rounds in a state, or of all, in a place.
func RoundCount(state voice.State, place string, lines []RoundLine) Number {
	n := 0
	for _, l := range lines {
		if state == "" || l.State == state {
			n++
		}
	}
	return count(name("rounds", "state", string(state), "place", place), int64(n))
}

func roundsAsked(at *At, a args) (string, error) {
	var places []string
	if place := a.get("place"); place != "" {
		places = []string{place}
	}
	lines, err := at.Rounds(places...)
	return RoundCount(voice.State(a.get("state")), "", lines).Value, err
}

func roundAsked(at *At, a args) (string, error) {
	row, ok, err := voice.View.One(at.Tx, a.int("entry"))
	if err != nil || !ok {
		return "", err
	}
	switch a.get("what") {
	case "villages":
		return strconv.FormatInt(row.Villages, 10), nil
	case "promises":
		return strconv.FormatInt(row.Promises, 10), nil
	}
	return "", nil
}

func villagesSayAsked(at *At, a args) (string, error) {
	one, ok, err := at.One(a.int("promise"))
	if err != nil || !ok || one.Heard == nil {
		return "", err
	}
	return strconv.Itoa(one.Heard.Villages[promise.Verdict(a.get("says"))]), nil
}

// RoundStory is everything about one round.
type RoundStory struct {
	RoundLine
	Groups  []RoundGroup
	Of      map[int64]Line // its promises
	Events  []voice.EventRow
	Tallies []voice.TallyRow
	Places  []RoundPlace // those that were asked for
	Total   int64        // how many places there are
}

// RoundGroup are places that are asked about the same promises, and the villages in them.
type RoundGroup struct {
	Places, Villages []string
	Promises         []int64
}

// RoundPlace is a place that a result is published of.
type RoundPlace struct {
	voice.PlaceRow
	Villages []string
	Asked    []RoundAsked // in the order of the ballot
}

// RoundAsked is one promise asked about there.
type RoundAsked struct {
	Asked
	Line Line
	Owed *Owed // nil: no answer is owed
}

// RoundOf reads a round with some of its places.
func (at *At) RoundOf(seq int64, from, most int) (*RoundStory, bool, error) {
	row, ok, err := voice.View.One(at.Tx, seq)
	if err != nil || !ok {
		return nil, false, err
	}
	s := &RoundStory{RoundLine: at.roundLine(row), Of: map[int64]Line{}}
	for _, read := range []func(*RoundStory) error{at.readRoundTerms, at.readRoundEvents} {
		if err := read(s); err != nil {
			return nil, false, err
		}
	}
	places, err := voice.Places.Select(at.Tx, "WHERE v.round = $1 ORDER BY v.place LIMIT $2 OFFSET $3", seq, int64(most), int64(from))
	s.Total = row.Places
	for _, p := range places {
		s.Places = append(s.Places, RoundPlace{PlaceRow: p})
	}
	if err == nil && len(places) > 0 {
		err = at.readRoundPlaces(s)
	}
	return s, true, err
}

// RoundAt reads what one place said in a round.
func (at *At) RoundAt(seq int64, place string) (*RoundStory, bool, error) {
	s, ok, err := at.RoundOf(seq, 0, 0)
	if err != nil || !ok {
		return nil, false, err
	}
	p, ok, err := voice.Places.One(at.Tx, seq, place)
	if err != nil || !ok {
		return nil, false, err
	}
	s.Places = []RoundPlace{{PlaceRow: p}}
	return s, true, at.readRoundPlaces(s)
}

// readRoundTerms reads who is asked about what, and puts places together that are asked the same.
func (at *At) readRoundTerms(s *RoundStory) error {
	terms, _, err := voice.Terms.One(at.Tx, s.Seq)
	if err != nil {
		return err
	}
	asks, err := terms.Places()
	if err != nil {
		return err
	}
	villages, err := voice.Villages.Select(at.Tx, "WHERE v.round = $1 ORDER BY v.village", s.Seq)
	if err != nil {
		return err
	}
	s.Groups = Grouped(asks, villages)
	var seqs []int64
	for _, g := range s.Groups {
		seqs = append(seqs, g.Promises...)
	}
	slices.Sort(seqs)
	lines, err := at.Of(slices.Compact(seqs)...)
	for _, l := range lines {
		s.Of[l.Seq] = l
	}
	return err
}

// Grouped puts places together that are asked about the same promises; the largest group comes first.
func Grouped(asks map[string][]int64, villages []voice.VillageRow) (out []RoundGroup) {
	at := map[string]int{}
	for _, v := range villages {
		key := ""
		for _, p := range asks[v.Place] {
			key += strconv.FormatInt(p, 10) + " "
		}
		i, there := at[key]
		if !there {
			i, at[key] = len(out), len(out)
			out = append(out, RoundGroup{Promises: asks[v.Place]})
		}
		out[i].Villages = append(out[i].Villages, v.Village)
		if !slices.Contains(out[i].Places, v.Place) {
			out[i].Places = append(out[i].Places, v.Place)
		}
	}
	slices.SortStableFunc(out, func(a, b RoundGroup) int { return cmp.Compare(len(b.Villages), len(a.Villages)) })
	return out
}

func (at *At) readRoundEvents(s *RoundStory) (err error) {
	if s.Events, err = voice.Events.Select(at.Tx, "WHERE v.round = $1 ORDER BY v.seq", s.Seq); err != nil {
		return err
	}
	s.Tallies, err = voice.Tallies.Select(at.Tx, "WHERE v.round = $1 ORDER BY v.seq", s.Seq)
	return err
}

// readRoundPlaces reads what is asked in the places of a story, what was said there, and what was answered.
func (at *At) readRoundPlaces(s *RoundStory) error {
	q := &query{}
	places := map[string]*RoundPlace{}
	var codes []string
	for i := range s.Places {
		places[s.Places[i].Place] = &s.Places[i]
		codes = append(codes, s.Places[i].Place)
	}
	of := "WHERE v.round = " + q.arg(s.Seq) + " AND v.place IN (" + q.in(codes) + ") "
	villages, err := voice.Villages.Select(at.Tx, of+"ORDER BY v.village", q.args...)
	if err != nil {
		return err
	}
	for _, v := range villages {
		places[v.Place].Villages = append(places[v.Place].Villages, v.Village)
	}
	owed, err := voice.Owed.Select(at.Tx, of+"ORDER BY v.result, v.promise", q.args...)
	if err != nil {
		return err
	}
	given, err := at.answersTo(owed)
	if err != nil {
		return err
	}
	type key struct {
		place   string
		promise int64
	}
	owes := map[key]*Owed{}
	for _, o := range owed {
		row := at.owed(o, s.Of[o.Promise].Number, given)
		owes[key{o.Place, o.Promise}] = &row
	}
	questions, err := voice.Questions.Select(at.Tx, of+"ORDER BY v.place, v.n", q.args...)
	for _, x := range questions {
		p, line := places[x.Place], s.Of[x.Promise]
		p.Asked = append(p.Asked, RoundAsked{Line: line, Owed: owes[key{x.Place, x.Promise}],
			Asked: askedOf(line.Number, s.State, &voice.Asking{Round: s.Row, Place: p.PlaceRow, Question: x})})
	}
	return err
}

// mostVillages is how many villages a line of a list of rounds names.
const mostVillages = 4

// VillagesOf names the first villages of rounds in a list, with one query.
func (at *At) VillagesOf(lines []RoundLine) (map[int64][]string, error) {
	out := map[int64][]string{}
	if len(lines) == 0 {
		return out, nil
	}
	q := &query{}
	var in []string
	for _, l := range lines {
		in = append(in, q.arg(l.Seq))
	}
	var round int64
	var village string
	err := at.Tx.Each([]any{&round, &village}, func() error {
		out[round] = append(out[round], village)
		return nil
	}, `SELECT t.round, t.village FROM (SELECT w.round, w.village, row_number() OVER (PARTITION BY w.round ORDER BY w.village) AS n FROM round_village AS w
		WHERE w.round IN (`+strings.Join(in, ", ")+`)) AS t WHERE t.n <= `+q.arg(int64(mostVillages))+` ORDER BY t.round, t.village`, q.args...)
	return out, err
}
