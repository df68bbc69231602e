package figures

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
)

// StoryRule is the rule by which Stories chooses: of each promise the last report of the period of which anything may be shown;
// those with pictures first, then the newest.
const StoryRule = "last-passed-1"

// Story is a report of which a note or pictures were passed. It names them by their hashes: the words themselves lie beside
// the book, and may be erased one day.
type Story struct {
	promise.ReportRow
	Number   int64
	Title    locale.Wording
	Note     *ledger.Hashed // nil if it may not be shown
	Pictures []promise.PictureRow
}

// Stories are at most so many reports of the period, by StoryRule.
func (o *Overview) Stories(most int) ([]Story, error) {
	type candidate struct{ seq, promise, shown int64 }
	var all []candidate
	seen := map[int64]bool{}
	var c candidate
	err := o.at.Tx.Each([]any{&c.seq, &c.promise, &c.shown}, func() error {
		if _, ok := o.bySeq[c.promise]; ok && !seen[c.promise] {
			seen[c.promise] = true
			all = append(all, c)
		}
		return nil
	}, `SELECT r.seq, r.promise, r.shown FROM report AS r WHERE r.sent_back = 0 AND r.recorded >= $1 AND r.recorded <= $2 AND (r.note_shown = 1 OR r.shown > 0)
		ORDER BY r.seq DESC`, o.period.From, o.period.To)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(min(b.shown, 1), min(a.shown, 1)) })
	var out []Story
	for _, c := range all[:min(most, len(all))] {
		s, err := o.at.story(c.seq)
		if err != nil {
			return nil, err
		}
		s.Number = o.facts[o.bySeq[c.promise]].number
		out = append(out, s)
	}
	var numbers []int64
	for _, s := range out {
		numbers = append(numbers, s.Number)
	}
	titles, err := o.at.Titles(numbers...)
	for i := range out {
		out[i].Title = titles[out[i].Number]
	}
	return out, err
}

func (at *At) story(seq int64) (s Story, err error) {
	rows, err := promise.Reports.Load(at.Tx, [][]any{{seq}})
	if err != nil || len(rows) == 0 {
		return s, cmp.Or(err, fmt.Errorf("there is no report %d", seq))
	}
	s.ReportRow = rows[0]
	if s.Pictures, err = promise.Pictures.Select(at.Tx, "WHERE v.report = $1 AND v.sha256 <> '' ORDER BY v.passed, v.id", seq); err != nil || s.NoteShown == 0 {
		return s, err
	}
	body, _, err := ledger.Body(at.entries(), seq)
	if err != nil {
		return s, err
	}
	var e struct{ Data promise.Report }
	if err := json.Unmarshal(body, &e); err != nil {
		return s, fmt.Errorf("entry %d: %w", seq, err)
	}
	s.Note = e.Data.Note
	return s, nil
}

// Titles are the titles of promises by number, as they are now.
func (at *At) Titles(numbers ...int64) (map[int64]locale.Wording, error) {
	out := map[int64]locale.Wording{}
	for some := range slices.Chunk(numbers, mostHeard) {
		q := &query{}
		var in []string
		for _, n := range some {
			in = append(in, q.arg(n))
		}
		of := map[int64]title{}
		var number int64
		var t title
		err := at.Tx.Each([]any{&number, &t.promise, &t.version}, func() error { of[number] = t; return nil },
			"SELECT p.number, p.seq, p.version FROM promise AS p WHERE p.number IN ("+joinComma(in)+")", q.args...)
		if err != nil {
			return nil, err
		}
		var all []title
		for _, n := range some {
			all = append(all, of[n])
		}
		texts, err := at.titles(all)
		if err != nil {
			return nil, err
		}
		for n, t := range of {
			out[n] = texts[t]
		}
	}
	return out, nil
}

// OfficesAnswering are the codes of the offices that must answer, or have answered, what villages of some places said.
func (at *At) OfficesAnswering(place string) (out []string, err error) {
	q := &query{}
	q.inPlaces("v.place", Filter{Place: place})
	var code string
	err = at.Tx.Each([]any{&code}, func() error { out = append(out, code); return nil }, "SELECT DISTINCT v.office FROM owed AS v WHERE "+q.all(), q.args...)
	slices.Sort(out)
	return out, err
}
