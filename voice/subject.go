package voice

import (
	"encoding/json"
	"slices"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// The kinds of this subject's entries.
const (
	KindRound     = "round"
	KindTaken     = "round-taken"
	KindSuspended = "round-suspended"
	KindResumed   = "round-resumed"
	KindVoid      = "round-void"
	KindTally     = "tally"
	KindContested = "contested"
	KindResult    = "result"
	KindLost      = "round-lost"
	KindAnswer    = "answer"
)

// FieldNote is the text of an answer, beside the book.
const FieldNote = "note"

// Program is who writes what the program itself has counted.
const Program = "kept"

// Subject is what this package offers to the ledger.
var Subject = &ledger.Subject{
	Name:  "voice",
	Views: ledger.Views(View, Terms, Villages, Places, Questions, Asked, Last, Events, Tallies, Owed, Answers),
	Kinds: []*ledger.Kind{
		ledger.KindOf(KindRound, needRound, propose),
		ledger.KindOf(KindTaken, needTaking, take).WithMore(needMoreOfTaking),
		ledger.KindOf(KindSuspended, needSuspension, suspend),
		ledger.KindOf(KindResumed, needResumption, resume),
		ledger.KindOf(KindVoid, needVoiding, declareVoid),
		ledger.KindOf(KindTally, needTallied, enterTally),
		ledger.KindOf(KindContested, needContesting, contest),
		ledger.KindOf(KindResult, needResult, publish),
		ledger.KindOf(KindLost, needLoss, lose),
		ledger.KindOf(KindAnswer, needAnswer, answer).
			WithTexts(func(d any) map[string]string { return d.(*Answer).Note.Fields(FieldNote) }),
	},
}

// needRound announces what stands in the proposal. The terms of its promises and the places above its villages are read one by one;
// rounds are rare.
func needRound(n *ledger.Need, e *ledger.Entry, d *Round) {
	programme.NeedWho(n, e)
	programme.Organisations.Need(n, d.Office)
	for _, code := range d.Villages {
		programme.Places.Need(n, code)
	}
	for _, p := range d.Promises {
		promise.View.Need(n, p.Seq)
		Last.Need(n, p.Seq)
	}
}

// check refuses a round that could not be understood by itself. A round that nobody must answer, or by no day, has no place
// in the book (the safeguard S17).
func (d *Round) check(e *ledger.Entry) error {
	if len(d.Villages) == 0 || len(d.Villages) > maxVillages || len(d.Promises) == 0 || len(d.Promises) > maxPromises {
		return ledger.Refuse("round.size")
	}
	if d.Mode != ModeCards && d.Mode != ModeAssembly || d.Level != LevelVillage && d.Level != LevelTownship {
		return ledger.Refuse("round.mode")
	}
	if d.Office == "" || d.Days < 1 || d.Days > maxDays {
		return ledger.Refuse("round.nobody-must-answer")
	}
	if err := programme.First(programme.CheckDay("opens", d.Opens), programme.CheckDay("closes", d.Closes)); err != nil {
		return err
	}
	if days := schedule.DaysBetween(d.Opens, d.Closes); days < shortest || days > longest {
		return ledger.Refuse("round.length", "shortest", int64(shortest), "longest", int64(longest))
	}
	if d.Opens < e.Recorded || schedule.DaysBetween(e.Recorded, d.Opens) > ahead {
		return ledger.Refuse("round.opens")
	}
	return nil
}

// encode writes a round, or the places that it asks, into a column of a view.
func encode(d any) string {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // texts, numbers and maps of them
	}
	return string(b)
}

// Parse reads the round as it was proposed.
func (t *TermsRow) Parse() (d Round, err error) {
	err = json.Unmarshal([]byte(t.Terms), &d)
	return d, err
}

// Places reads which place is asked about which promises, in order.
func (t *TermsRow) Places() (asks map[string][]int64, err error) {
	err = json.Unmarshal([]byte(t.Asks), &asks)
	return asks, err
}

func propose(r *ledger.Rows, e *ledger.Entry, d *Round) error {
	villages, questions, err := d.examine(r, e)
	if err != nil {
		return err
	}
	row := Row{Seq: e.Seq, ID: e.ID, Recorded: e.Recorded, Proposer: strings.TrimPrefix(e.Who, "org:"), Office: d.Office, Days: d.Days, Opens: d.Opens, Closes: d.Closes,
		Mode: d.Mode, Level: d.Level, Promises: int64(len(d.Promises)), Villages: int64(len(d.Villages)), Places: int64(len(questions))}
	View.Put(r, row)
	for _, v := range villages {
		Villages.Put(r, v)
	}
	for place, asked := range questions {
		Places.Put(r, PlaceRow{Round: e.Seq, Place: place, Promises: int64(len(asked))})
		for n, p := range asked {
			Questions.Put(r, QuestionRow{Round: e.Seq, Place: place, Promise: p, N: int64(n)})
		}
	}
	Terms.Put(r, TermsRow{e.Seq, encode(d), encode(questions)})
	return nil
}

// examine says which villages a proposal asks, and each place about what; or why it is refused.
func (d *Round) examine(r *ledger.Rows, e *ledger.Entry) ([]VillageRow, map[string][]int64, error) {
	if err := programme.First(programme.CheckWho(r, e), d.check(e)); err != nil {
		return nil, nil, err
	}
	if !strings.HasPrefix(e.Who, "org:") {
		return nil, nil, ledger.Refuse("round.by-a-team")
	}
	if _, ok := programme.Organisations.Get(r, d.Office); !ok {
		return nil, nil, ledger.Refuse("organisation.unknown", "code", d.Office)
	}
	made, err := promisesOf(r, d)
	if err != nil {
		return nil, nil, err
	}
	villages, questions, err := d.questions(r, e, made)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range made {
		if _, err := d.roundBefore(r, e, p.seq, questions); err != nil {
			return nil, nil, err
		}
	}
	return villages, questions, nil
}

// made is a promise with the places that it is made to.
type made struct {
	seq    int64
	places map[string]bool
}

func promisesOf(r *ledger.Rows, d *Round) ([]made, error) {
	var out []made
	for i, p := range d.Promises {
		row, ok := promise.View.Get(r, p.Seq)
		if !ok || row.ID != p.ID {
			return nil, ledger.Refuse("promise.unknown")
		}
		if row.Withdrawn != "" {
			return nil, ledger.Refuse("promise.withdrawn")
		}
		if slices.ContainsFunc(d.Promises[:i], func(o About) bool { return o.Seq == p.Seq }) {
			return nil, ledger.Refuse("round.twice")
		}
		terms, err := termsOf(r, p.Seq, row.Version)
		if err != nil {
			return nil, err
		}
		m := made{p.Seq, map[string]bool{}}
		for _, code := range terms.Places {
			m.places[code] = true
		}
		out = append(out, m)
	}
	return out, nil
}

// version names the terms of a promise that were set by one entry, which never change.
type version struct{ promise, number int64 }

func termsOf(r *ledger.Rows, seq, number int64) (*promise.Terms, error) {
	return ledger.Once(r, version{seq, number}, func() (*promise.Terms, error) {
		row, _ := promise.Versions.Get(r, seq, number)
		t, err := promise.ParseTerms(row.Terms)
		return &t, err
	})
}

// questions finds out which village is asked about what: about those promises of the round that are made to it, or to a place
// that it lies in. It returns them by the place that the result will be published of.
func (d *Round) questions(r *ledger.Rows, e *ledger.Entry, promises []made) ([]VillageRow, map[string][]int64, error) {
	var villages []VillageRow
	questions := map[string][]int64{}
	asked := map[int64]bool{}
	for i, code := range d.Villages {
		if slices.Contains(d.Villages[:i], code) {
			return nil, nil, ledger.Refuse("round.twice")
		}
		above, place, err := d.above(r, code)
		if err != nil {
			return nil, nil, err
		}
		var mine []int64
		for _, p := range promises {
			if slices.ContainsFunc(above, func(code string) bool { return p.places[code] }) {
				mine, asked[p.seq] = append(mine, p.seq), true
			}
		}
		if len(mine) == 0 {
			return nil, nil, ledger.Refuse("round.nothing-to-ask", "place", code)
		}
		if len(mine) > MaxAsked {
			return nil, nil, ledger.Refuse("round.too-much-to-ask", "place", code, "most", int64(MaxAsked))
		}
		// The box of a township knows no villages, so all of them are asked the same.
		if others, ok := questions[place]; ok && !slices.Equal(others, mine) {
			return nil, nil, ledger.Refuse("round.not-the-same", "place", place)
		}
		questions[place] = mine
		villages = append(villages, VillageRow{e.Seq, code, place})
	}
	for _, p := range promises {
		if !asked[p.seq] {
			return nil, nil, ledger.Refuse("round.asks-nobody")
		}
	}
	return villages, questions, nil
}

// above lists a village with all places that it lies in, and says which of them the result is published of.
func (d *Round) above(r *ledger.Rows, village string) (codes []string, place string, err error) {
	for code := village; code != ""; {
		row, ok := programme.Places.Get(r, code)
		if !ok || code == village && row.Level != LevelVillage {
			return nil, "", ledger.Refuse("round.no-village", "code", village)
		}
		if row.Level == d.Level && place == "" {
			place = code
		}
		codes, code = append(codes, code), row.Parent
	}
	if place == "" {
		return nil, "", ledger.Refuse("round.no-township", "code", village)
	}
	return codes, place, nil
}

// roundBefore finds the round that asked about a promise before, and refuses a second one within a quarter (the safeguard
// S9). One that is void has published nothing and does not count; and what was lost may be asked again there. Only rounds
// that were taken on count, so that nobody keeps others from asking by proposing.
func (d *Round) roundBefore(r *ledger.Rows, e *ledger.Entry, promise int64, questions map[string][]int64) (int64, error) {
	round, ok := before(r, e.Recorded, promise)
	if !ok {
		return 0, nil
	}
	if schedule.DaysBetween(round.Closes, d.Closes) < quarter {
		for place, asked := range questions {
			if p, there := Places.Get(r, round.Seq, place); slices.Contains(asked, promise) && (!there || p.Outcome != OutcomeLost) {
				return 0, ledger.Refuse("round.too-soon", "from", schedule.AddDays(round.Closes, quarter))
			}
		}
	}
	return round.Seq, nil
}

// before finds the round on a promise that was taken on last and is not void.
func before(r *ledger.Rows, day string, promise int64) (Row, bool) {
	last, ok := Last.Get(r, promise)
	for seq := last.Round; ok; {
		round, _ := View.Get(r, seq)
		if round.On(day) != Void {
			return round, true
		}
		asked, _ := Asked.Get(r, promise, seq)
		seq, ok = asked.Before, asked.Before != 0
	}
	return Row{}, false
}

// checkNote refuses an answer without words, or under the name of a language that is none.
func checkNote(h *ledger.Hashed) error {
	if h == nil || len(h.In) == 0 {
		return ledger.Refuse("answer.empty")
	}
	for lang := range h.In {
		if !locale.ValidTag(lang) {
			return ledger.Refuse("text.language")
		}
	}
	return h.Check()
}
