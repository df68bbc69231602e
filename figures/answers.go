package figures

import (
	"slices"
	"strconv"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/voice"
)

// OwedFilter chooses among all answers that offices owe or have owed. An empty field does not choose.
type OwedFilter struct {
	Office string
	Place  string // where it was said: the place and all in it; of several codes, with commas between them, at least one
	Task   string // of the promise
	State  string // one of OwedStates
}

// The states of an owed answer on a day.
const (
	OwedOpen   = "owed"     // not given
	OwedLate   = "late"     // not given, and its last day has passed
	OwedGiven  = "answered" // given, be it late
	OwedDue    = "due"      // its last day has passed, given or not
	OwedInTime = "in-time"  // its last day has passed, and it was given by then
)

// OwedStates are all of them.
var OwedStates = []string{OwedOpen, OwedLate, OwedGiven, OwedDue, OwedInTime}

// owedSQL chooses the rows v of the view owed that are in a state; day is the place of the day among the arguments.
func owedSQL(state, day string) string {
	switch state {
	case "":
		return "1 = 1"
	case OwedOpen:
		return "v.answered = ''"
	case OwedLate:
		return "v.answered = '' AND v.due < " + day
	case OwedGiven:
		return "v.answered <> ''"
	case OwedDue:
		return "v.due < " + day
	case OwedInTime:
		return "v.due < " + day + " AND v.answered <> '' AND v.answered <= v.due"
	}
	return "1 = 0" // a state that does not exist chooses nothing
}

// Name is the name of the figure that counts what the filter chooses.
func (f OwedFilter) Name() Name {
	return name("answers", "office", f.Office, "place", f.Place, "task", f.Task, "state", f.State)
}

// With is the same filter with another state.
func (f OwedFilter) With(state string) OwedFilter {
	f.State = state
	return f
}

func (f OwedFilter) query(day string) *query {
	q := &query{}
	if f.Office != "" {
		q.and("v.office = %s", f.Office)
	}
	if f.Place != "" {
		q.where = append(q.where, "v.place IN (SELECT a.place FROM place_above AS a WHERE a.above IN ("+q.in(Filter{Place: f.Place}.places())+"))")
	}
	if f.Task != "" {
		q.and("v.promise IN (SELECT p.seq FROM promise AS p WHERE p.task = %s)", f.Task)
	}
	if f.State != "" {
		sql := owedSQL(f.State, "%s")
		q.and(sql, slices.Repeat([]any{day}, strings.Count(sql, "%s"))...) // an argument that nothing uses has no type
	}
	return q
}

// owed are the arguments of the figure answers.
func (a args) owed() OwedFilter {
	return OwedFilter{Office: a.get("office"), Place: a.get("place"), Task: a.get("task"), State: a.get("state")}
}

// answersAsked is the figure answers.
func answersAsked(at *At, a args) (string, error) {
	q := a.owed().query(at.Day)
	return at.number("SELECT count(*) FROM owed AS v WHERE "+q.all(), q.args...)
}

// CountOwed counts the answers that the filter chooses.
func (at *At) CountOwed(f OwedFilter) (Number, error) {
	return once(at, "count "+string(f.Name()), func() (Number, error) {
		q := f.query(at.Day)
		var n int64
		_, err := at.Tx.One([]any{&n}, "SELECT count(*) FROM owed AS v WHERE "+q.all(), q.args...)
		return count(f.Name(), n), err
	})
}

// OfficeAnswers is how an office answers. Offices are counted, and never persons. InTime of Due is its answer rate: of the
// answers whose last day has passed, those that were given by then.
type OfficeAnswers struct {
	Office                  string
	List                    OwedFilter // all of its answers
	Owed, Late, Due, InTime Number
}

// AnswersByOffice counts by office what the filter chooses, whatever its state; the office with most that is late first.
func (at *At) AnswersByOffice(f OwedFilter) ([]OfficeAnswers, error) {
	f.State = ""
	return once(at, "by office "+string(f.Name()), func() ([]OfficeAnswers, error) {
		q := f.query(at.Day)
		where := q.all()
		day := q.arg(at.Day)
		sum := func(state string) string {
			return ", CAST(SUM(CASE WHEN " + owedSQL(state, day) + " THEN 1 ELSE 0 END) AS BIGINT)"
		}
		var out []OfficeAnswers
		var office string
		var owed, late, due, inTime int64
		err := at.Tx.Each([]any{&office, &owed, &late, &due, &inTime}, func() error {
			g := f
			g.Office = office
			of := func(state string, n int64) Number { return count(g.With(state).Name(), n) }
			out = append(out, OfficeAnswers{office, g, of(OwedOpen, owed), of(OwedLate, late), of(OwedDue, due), of(OwedInTime, inTime)})
			return nil
		}, "SELECT v.office"+sum(OwedOpen)+sum(OwedLate)+sum(OwedDue)+sum(OwedInTime)+" FROM owed AS v WHERE "+where+" GROUP BY v.office ORDER BY 3 DESC, 2 DESC, 1", q.args...)
		return out, err
	})
}

// OwedLine is an owed answer with what a list shows beside it: the promise, and what the place said of it.
type OwedLine struct {
	Owed
	ID      string // of the entry of the result
	Number  int64
	Title   locale.Wording
	Said    Asked
	Contest string // why what was said is contested, empty if it is not
	Mode    string // of the round
	Gone    bool   // the promise was withdrawn
}

// OwedList lists what the filter chooses, from a place on; all of it if most is 0. What is not answered comes first, the
// nearest day before the others, and then what is, the last answered first.
func (at *At) OwedList(f OwedFilter, from, most int) ([]OwedLine, error) {
	q := f.query(at.Day)
	sql := "WHERE " + q.all() + " ORDER BY CASE WHEN v.answered = '' THEN 0 ELSE 1 END, CASE WHEN v.answered = '' THEN v.due ELSE '' END, v.answered DESC, v.result, v.promise"
	if most > 0 {
		sql += " LIMIT " + q.arg(int64(most)) + " OFFSET " + q.arg(int64(from))
	}
	rows, err := voice.Owed.Select(at.Tx, sql, q.args...)
	if err != nil {
		return nil, err
	}
	return at.owedLines(rows)
}

// owedLines puts beside each owed answer what a list shows of it, with as many queries for a list as for one.
func (at *At) owedLines(rows []voice.OwedRow) ([]OwedLine, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var promises, rounds, places, questions [][]any
	for _, o := range rows {
		promises = append(promises, []any{o.Promise})
		rounds = append(rounds, []any{o.Round})
		places = append(places, []any{o.Round, o.Place})
		questions = append(questions, []any{o.Round, o.Place, o.Promise})
	}
	of, err := promise.View.Load(at.Tx, unique(promises))
	if err != nil {
		return nil, err
	}
	bySeq := map[int64]promise.Row{}
	var titles []title
	for _, p := range of {
		bySeq[p.Seq] = p
		titles = append(titles, title{p.Seq, p.Version})
	}
	words, err := at.titles(titles)
	if err != nil {
		return nil, err
	}
	heard, err := at.heardOf(unique(rounds), places, questions)
	if err != nil {
		return nil, err
	}
	given, err := at.answersTo(rows)
	if err != nil {
		return nil, err
	}
	out := make([]OwedLine, len(rows))
	for i, o := range rows {
		p := bySeq[o.Promise]
		a := heard[[3]string{strconv.FormatInt(o.Round, 10), o.Place, strconv.FormatInt(o.Promise, 10)}]
		out[i] = OwedLine{Owed: at.owed(o, p.Number, given), ID: a.Place.ID, Number: p.Number, Title: words[title{p.Seq, p.Version}],
			Said: askedOf(p.Number, voice.Closed, &a), Contest: a.Place.Contested, Mode: a.Round.Mode, Gone: p.Withdrawn != ""}
	}
	return out, nil
}

// heardOf reads askings, by round, place and promise.
func (at *At) heardOf(rounds, places, questions [][]any) (map[[3]string]voice.Asking, error) {
	byRound, byPlace, out := map[int64]voice.Row{}, map[[2]string]voice.PlaceRow{}, map[[3]string]voice.Asking{}
	rows, err := voice.View.Load(at.Tx, rounds)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		byRound[r.Seq] = r
	}
	in, err := voice.Places.Load(at.Tx, unique(places))
	if err != nil {
		return nil, err
	}
	for _, p := range in {
		byPlace[[2]string{strconv.FormatInt(p.Round, 10), p.Place}] = p
	}
	asked, err := voice.Questions.Load(at.Tx, questions)
	for _, q := range asked {
		round := strconv.FormatInt(q.Round, 10)
		out[[3]string{round, q.Place, strconv.FormatInt(q.Promise, 10)}] = voice.Asking{Round: byRound[q.Round], Place: byPlace[[2]string{round, q.Place}], Question: q}
	}
	return out, err
}

// answersTo reads the answers to some results, in the order of the book, by result and promise.
func (at *At) answersTo(rows []voice.OwedRow) (map[[2]int64][]Answer, error) {
	q := &query{}
	var in []string
	seen := map[int64]bool{}
	for _, o := range rows {
		if o.Answered != "" && !seen[o.Result] {
			seen[o.Result] = true
			in = append(in, q.arg(o.Result))
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	given, err := voice.Answers.Select(at.Tx, "WHERE v.result IN ("+strings.Join(in, ", ")+") ORDER BY v.seq", q.args...)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	var seqs []int64
	for _, a := range given {
		seqs = append(seqs, a.Seq)
	}
	notes, err := ledger.TextsOf(at.Tx, voice.FieldNote, seqs...)
	out := map[[2]int64][]Answer{}
	for _, a := range given {
		key := [2]int64{a.Result, a.Promise}
		out[key] = append(out[key], Answer{a, textOf(notes[a.Seq], a.Lang)})
	}
	return out, err
}

// owed is an owed answer to what was said of a promise with a number, with its clock.
func (at *At) owed(o voice.OwedRow, number int64, given map[[2]int64][]Answer) Owed {
	return Owed{OwedRow: o, Late: o.Overdue(at.Day) || o.Late(), Answers: given[[2]int64{o.Result, o.Promise}],
		Unanswered: count(name("unanswered", "promise", strconv.FormatInt(number, 10), "entry", strconv.FormatInt(o.Result, 10)), int64(o.Unanswered(at.Day)))}
}

// OwedCodes are the codes of the offices, places and tasks of some owed answers.
type OwedCodes struct{ Offices, Places, Tasks []string }

// OwedFor lists those of all that the filter chooses, whatever its state.
func (at *At) OwedFor(f OwedFilter) (OwedCodes, error) {
	f.State = ""
	return once(at, "owed for "+string(f.Name()), func() (c OwedCodes, err error) {
		q := f.query(at.Day)
		for _, part := range []struct {
			to           *[]string
			column, from string
		}{{&c.Offices, "v.office", ""}, {&c.Places, "v.place", ""}, {&c.Tasks, "p.task", " JOIN promise AS p ON p.seq = v.promise"}} {
			var code string
			err := at.Tx.Each([]any{&code}, func() error { *part.to = append(*part.to, code); return nil },
				"SELECT DISTINCT "+part.column+" FROM owed AS v"+part.from+" WHERE "+q.all()+" ORDER BY 1", q.args...)
			if err != nil {
				return c, err
			}
		}
		return c, nil
	})
}

// OwedTo is what a list shows of one owed answer.
func (at *At) OwedTo(o voice.OwedRow) (OwedLine, error) {
	lines, err := at.owedLines([]voice.OwedRow{o})
	if err != nil {
		return OwedLine{}, err
	}
	return lines[0], nil
}
