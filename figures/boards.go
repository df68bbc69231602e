package figures

import (
	"cmp"
	"slices"
	"strconv"
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
	if at.indexed() {
		x, err := at.index(false)
		if err != nil {
			return nil, err
		}
		for _, code := range codes {
			c, err := x.choose(at, Filter{Place: code})
			if err != nil {
				return nil, err
			}
			if c.few == nil && len(codes) > 1 {
				return x.boards(dayNumber(at.Day), codes), nil
			}
			n := c.count()
			var all int64
			for _, of := range n {
				all += of
			}
			out[code] = board(code, all, n[promise.Overdue])
		}
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
	return once(at, "places with promises "+strconv.Itoa(most), func() ([]programme.PlaceRow, error) {
		if at.indexed() {
			return at.placesWith(most)
		}
		return programme.Places.Select(at.Tx, `WHERE v.code IN (SELECT a.above FROM place_above AS a JOIN promise_place AS x ON x.place = a.place)
			ORDER BY v.seq LIMIT $1`, int64(most))
	})
}

// boards counts the boards of places in one pass over all promises.
func (x *index) boards(day int32, codes []string) map[string]Board {
	type counts struct {
		all, late int64
		last      int32 // the promise that was counted last, so that none counts twice
	}
	of := make([]counts, len(x.places.codes))
	for i := range of {
		of[i].last = -1
	}
	x.all(func(i int32, b *brief) {
		late := b.standing(day) == promise.Overdue
		for _, p := range b.places {
			for ; p >= 0 && of[p].last != i; p = x.places.above[p] {
				of[p].last = i
				of[p].all++
				if late {
					of[p].late++
				}
			}
		}
	})
	out := map[string]Board{}
	for _, code := range codes {
		out[code] = board(code, 0, 0)
		if p, ok := x.places.find(code); ok {
			out[code] = board(code, of[p].all, of[p].late)
		}
	}
	return out
}

// served marks the places to which something was promised, or to a place in them.
func (x *index) served() []bool {
	out := make([]bool, len(x.places.codes))
	for p, above := range slices.Backward(x.places.above) {
		out[p] = out[p] || len(x.here[p]) > 0
		if above >= 0 && out[p] {
			out[above] = true
		}
	}
	return out
}

func (at *At) placesWith(most int) ([]programme.PlaceRow, error) {
	x, err := at.index(false)
	if err != nil {
		return nil, err
	}
	var keys [][]any
	for p, served := range x.served() {
		if served && len(keys) < most {
			keys = append(keys, []any{x.places.codes[p]})
		}
	}
	rows, err := programme.Places.Load(at.Tx, keys)
	slices.SortFunc(rows, func(a, b programme.PlaceRow) int { return cmp.Compare(a.Seq, b.Seq) })
	return rows, err
}
