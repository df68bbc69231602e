package figures

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept/promise"
	"kept/voice"
)

// Heard is what a promise's page says of its village's side.
type Heard struct {
	Villages map[promise.Verdict]int // how many villages say what
	Say      []VillagesSay           // the same in order, as numbers
	Beside   []promise.Verdict       // what assemblies said last, where the verdict is not theirs
	Rounds   []Round                 // that were taken on, the last first
	Owed     []Owed                  // answers, the last first
}

// VillagesSay is how many villages say something of a promise.
type VillagesSay struct {
	Verdict promise.Verdict
	Number
}

// villagesSay are these numbers of a promise, in the order of the verdicts.
func villagesSay(number int64, n map[promise.Verdict]int) (out []VillagesSay) {
	for _, v := range promise.Verdicts {
		if n[v] > 0 {
			out = append(out, VillagesSay{v, count(name("villages-say", "promise", strconv.FormatInt(number, 10), "says", string(v)), int64(n[v]))})
		}
	}
	return out
}

// Round is one round that asks about a promise.
type Round struct {
	voice.Row
	State voice.State
	Since string // void since
	In    []Asked
}

// Asked is what was published of one place. Without Counted there is nothing to show but its outcome.
type Asked struct {
	voice.PlaceRow
	Verdict promise.Verdict // of the counts alone
	Counted bool
	Counts  []Heap
}

// Heap is one published count.
type Heap struct {
	Answer string // kept, partly-kept, not-kept, cant-tell
	Few    bool   // fewer than 5: there is no number
	Number
}

// answers are the names of the four answers, in the order of their counts.
var answers = [...]string{"kept", "partly-kept", "not-kept", "cant-tell"}

// Owed is an answer that an office owes, with its clock and with what it answered.
type Owed struct {
	voice.OwedRow
	Unanswered Number // days
	Late       bool   // it is overdue, or was given late
	Answers    []Answer
}

// Answer is one answer of an office.
type Answer struct {
	voice.AnswerRow
	Note Text
}

// hear reads the village's side of promises, or nothing if no round ever asked anybody.
func (at *At) hear(seqs ...int64) (*voice.Voice, map[int64][]string, error) {
	var one int64
	if ok, err := at.Tx.One([]any{&one}, "SELECT seq FROM round LIMIT 1"); err != nil || !ok || len(seqs) == 0 {
		return nil, nil, err
	}
	v, err := voice.Read(at.Tx, at.Day, seqs...)
	if err != nil {
		return nil, nil, err
	}
	q := &query{}
	var in []string
	for _, seq := range seqs {
		if v.Asked(seq) {
			in = append(in, q.arg(seq))
		}
	}
	if len(in) == 0 {
		return v, nil, nil
	}
	villages, err := at.villagesOf(strings.Join(in, ", "), q.args...)
	return v, villages, err
}

// say is what may be said of a promise, with the village's side of it.
func say(row *promise.Row, day string, v *voice.Voice, villages []string) (promise.Said, voice.Together) {
	t := voice.Together{Village: promise.Village{Says: promise.NotAsked}}
	if v != nil && v.Asked(row.Seq) {
		t = v.Together(row.Seq, villages)
	}
	said := promise.Say(row, day, t.Village)
	said.UnaskedDays = 0
	if said.Team == promise.ReportedDone {
		said.UnaskedDays = voice.UnaskedDays(row.Done, t.LastAsked, t.Asking > 0, day)
	}
	return said, t
}

// sayAll puts both sides beside each line.
func (at *At) sayAll(lines []Line) error {
	var seqs []int64
	for i := range lines {
		seqs = append(seqs, lines[i].Seq)
	}
	v, villages, err := at.hear(seqs...)
	for i := range lines {
		said, t := say(&lines[i].Row, at.Day, v, villages[lines[i].Seq])
		lines[i].Said, lines[i].HeardOn, lines[i].ByAssembly = said, t.Since, t.ByAssembly
	}
	return err
}

// addUnanswered puts beside each line for how long the oldest answer has been owed.
func (at *At) addUnanswered(bySeq map[int64]*Line) error {
	q := &query{}
	var in []string
	for seq, l := range bySeq {
		if l.HeardOn != "" || l.Said.Village.DisputedBefore {
			in = append(in, q.arg(seq))
		}
	}
	if len(in) == 0 {
		return nil
	}
	owed, err := voice.Owed.Select(at.Tx, "WHERE v.answered = '' AND v.promise IN ("+strings.Join(in, ", ")+") ORDER BY v.since DESC, v.result DESC", q.args...)
	for _, o := range owed { // the oldest last
		l := bySeq[o.Promise]
		l.Unanswered = at.owed(o, l.Number, nil).Unanswered
	}
	return err
}

func (at *At) readVoice(p *Promise) error {
	v, villages, err := at.hear(p.Seq)
	if err != nil || v == nil || !v.Asked(p.Seq) {
		return err
	}
	_, t := say(&p.Row, at.Day, v, villages[p.Seq])
	p.Heard = &Heard{Villages: t.Villages, Say: villagesSay(p.Number, t.Villages)}
	for _, verdict := range promise.Verdicts {
		if t.Assembly[verdict] > 0 && !t.ByAssembly {
			p.Heard.Beside = append(p.Heard.Beside, verdict)
		}
	}
	for _, a := range v.Of(p.Seq) {
		state := a.Round.On(at.Day)
		if state == voice.Proposed || state == voice.Lapsed {
			continue
		}
		rounds := &p.Heard.Rounds
		if n := len(*rounds); n == 0 || (*rounds)[n-1].Seq != a.Round.Seq {
			*rounds = append(*rounds, Round{Row: a.Round, State: state, Since: a.Round.VoidSince(at.Day)})
		}
		r := &(*rounds)[len(*rounds)-1]
		r.In = append(r.In, askedOf(p.Number, state, &a))
	}
	return at.readOwed(p)
}

func askedOf(number int64, state voice.State, a *voice.Asking) Asked {
	in := Asked{PlaceRow: a.Place, Verdict: promise.Verdict(a.Question.Verdict)}
	if state != voice.Closed || in.Verdict == "" || in.Verdict == promise.TooFew {
		return in
	}
	in.Counted = true
	for i, n := range a.Question.Published().Counts {
		h := Heap{Answer: answers[i], Few: n == 0}
		if !h.Few {
			h.Number = count(name("voice", "promise", strconv.FormatInt(number, 10), "entry", strconv.FormatInt(a.Place.Seq, 10), "what", answers[i]), n)
		}
		in.Counts = append(in.Counts, h)
	}
	return in
}

func (at *At) readOwed(p *Promise) error {
	rows, err := voice.Owed.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.since DESC, v.result DESC", p.Seq)
	if err != nil {
		return err
	}
	given, err := at.answersTo(rows)
	for _, o := range rows {
		p.Heard.Owed = append(p.Heard.Owed, at.owed(o, p.Number, given))
	}
	return err
}

// published is one published count of what a place said of a promise; the entry is its result. There is no figure, and so no
// value, where fewer than five gave an answer.
func published(at *At, a args) (string, error) {
	i := slices.Index(answers[:], a.get("what"))
	if i < 0 {
		return "", fmt.Errorf("there is no answer %q", a.get("what"))
	}
	column := [...]string{"kept", "partly", "not_kept", "cant_tell"}[i]
	value, err := at.number("SELECT q."+column+` FROM question AS q JOIN round_place AS w ON w.round = q.round AND w.place = q.place
		JOIN promise AS p ON p.seq = q.promise WHERE p.number = $1 AND w.seq = $2`, a.int("promise"), a.int("entry"))
	if value == "0" {
		value = ""
	}
	return value, err
}

// unanswered is for how many days an answer has been owed to what a result says of a promise.
func unanswered(at *At, a args) (string, error) {
	rows, err := voice.Owed.Select(at.Tx, "JOIN promise AS p ON p.seq = v.promise WHERE p.number = $1 AND v.result = $2", a.int("promise"), a.int("entry"))
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return strconv.Itoa(rows[0].Unanswered(at.Day)), nil
}
