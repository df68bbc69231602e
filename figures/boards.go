package figures

import (
	"strings"

	"kept/programme"
	"kept/promise"
)

// Board is how many promises were made to a place and all places in it, and how many of them are overdue.
type Board struct{ All, Late Number }

// Boards counts the boards of several places with one query.
func (at *At) Boards(codes []string) (map[string]Board, error) {
	return once(at, "boards "+strings.Join(codes, " "), func() (map[string]Board, error) { return at.boards(codes) })
}

func (at *At) boards(codes []string) (map[string]Board, error) {
	out := map[string]Board{}
	if len(codes) == 0 {
		return out, nil
	}
	q := &query{}
	var in []string
	for _, code := range codes {
		in = append(in, q.arg(code))
		out[code] = board(code, 0, 0)
	}
	var code string
	var all, late int64
	err := at.Tx.Each([]any{&code, &all, &late}, func() error {
		out[code] = board(code, all, late)
		return nil
	}, `SELECT above, count(*), CAST(SUM(CASE WHEN s = 'overdue' THEN 1 ELSE 0 END) AS BIGINT) FROM (
		SELECT DISTINCT a.above AS above, p.seq AS seq, `+promise.StandingSQL(q.arg(at.Day))+` AS s
		FROM place_above AS a JOIN promise_place AS x ON x.place = a.place JOIN promise AS p ON p.seq = x.promise
		WHERE a.above IN (`+strings.Join(in, ", ")+`)) AS t GROUP BY above`, q.args...)
	return out, err
}

func board(code string, all, late int64) Board {
	return Board{count(Filter{Place: code}.Name(), all), count(Filter{Place: code, Standing: string(promise.Overdue)}.Name(), late)}
}

// PlacesWith lists places to which something was promised, and those they lie in, in the order of the book; at most so many.
func (at *At) PlacesWith(most int) ([]programme.PlaceRow, error) {
	return once(at, "places with promises", func() ([]programme.PlaceRow, error) {
		return programme.Places.Select(at.Tx, `WHERE v.code IN (SELECT a.above FROM place_above AS a JOIN promise_place AS x ON x.place = a.place)
			ORDER BY v.seq LIMIT $1`, int64(most))
	})
}
