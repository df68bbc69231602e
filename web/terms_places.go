package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept/locale"
	"kept/programme"
	"kept/promise"
)

// PlaceChoice is a place that can be promised something.
type PlaceChoice struct {
	programme.PlaceRow
	Inside int64 // how many villages lie in it
}

// mostFound is how many places a search shows at once, and how many a small programme offers without one.
const mostFound = 60

// gather brings the chosen places in order: each once, and, for a larger place that was ticked as a whole, all villages in it.
func (t *terms) gather() error {
	f := t.form
	chosen := slices.Clone(f.all("places[]"))
	for _, code := range f.all("in[]") {
		inside, err := t.visit.villagesIn(code)
		if err != nil {
			return err
		}
		chosen = append(chosen, inside...)
	}
	delete(f.values, "in[]")
	seen := map[string]bool{}
	chosen = slices.DeleteFunc(chosen, func(code string) bool {
		again := seen[code] || code == ""
		seen[code] = true
		return again
	})
	f.values["places[]"] = chosen
	if len(chosen) > promise.MaxPlaces {
		t.form.say("places", t.visit.p.T("plan.places-many", "Max", promise.MaxPlaces, "N", len(chosen)))
	}
	return nil
}

// statement grows a condition on places, each named p, with its arguments.
type statement struct {
	where []string
	args  []any
}

func (s *statement) and(format string, args ...any) {
	places := make([]any, len(args))
	for i, a := range args {
		s.args = append(s.args, a)
		places[i] = "$" + strconv.Itoa(len(s.args))
	}
	s.where = append(s.where, fmt.Sprintf(format, places...))
}

// within leaves only places within reach.
func (s *statement) within(above []string) {
	if len(above) == 0 {
		return
	}
	var in []any
	for _, code := range above {
		in = append(in, code)
	}
	s.and("v.code IN (SELECT a.place FROM place_above AS a WHERE a.above IN ("+strings.TrimSuffix(strings.Repeat("%s, ", len(above)), ", ")+"))", in...)
}

func (s *statement) String() string {
	if len(s.where) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(s.where, " AND ")
}

// villagesIn lists the villages in a place, within reach; if the programme does not call any of them a village, what has
// nothing in it.
func (v *visit) villagesIn(code string) ([]string, error) {
	for _, which := range []string{"v.level = 'village'", "NOT EXISTS (SELECT 1 FROM place AS c WHERE c.parent = v.code)"} {
		s := &statement{}
		s.and("v.code IN (SELECT a.place FROM place_above AS a WHERE a.above = %s AND a.place <> a.above)", code)
		s.where = append(s.where, which)
		s.within(v.me.Grant.Places)
		rows, err := programme.Places.Select(v.Tx, s.String()+" ORDER BY v.seq LIMIT "+strconv.Itoa(promise.MaxPlaces+1), s.args...)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			return codesOf(rows), nil
		}
	}
	return nil, nil
}

func codesOf(rows []programme.PlaceRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Code)
	}
	return out
}

// lastOfWord is behind every character that a word may go on with.
const lastOfWord = "\U0010ffff"

// findPlaces finds places within reach that were not chosen, by the beginnings of words of their names in any language. Without words, a
// small programme shows all its places, and a large one its townships, or what stands at the top. The bool says that
// there are more.
func (v *visit) findPlaces(words string, chosen []string) ([]PlaceChoice, bool, error) {
	s := &statement{}
	s.within(v.me.Grant.Places)
	prefixes := locale.Query(words)
	for _, prefix := range prefixes {
		s.and("v.code IN (SELECT w.place FROM place_word AS w WHERE w.word >= %s AND w.word < %s)", prefix, prefix+lastOfWord)
	}
	read := func(s *statement) ([]programme.PlaceRow, error) {
		return programme.Places.Select(v.Tx, s.String()+" ORDER BY v.seq LIMIT "+strconv.Itoa(mostFound+1+len(chosen)), s.args...)
	}
	rows, err := read(s)
	if err != nil {
		return nil, false, err
	}
	if len(prefixes) == 0 && len(rows) > mostFound {
		for _, which := range []string{"v.level = 'township'", "v.parent = ''"} {
			top := &statement{where: append(slices.Clone(s.where), which), args: s.args}
			if rows, err = read(top); err != nil {
				return nil, false, err
			}
			if len(rows) > 0 {
				break
			}
		}
	}
	rows = slices.DeleteFunc(rows, func(r programme.PlaceRow) bool { return slices.Contains(chosen, r.Code) })
	more := len(rows) > mostFound
	var out []PlaceChoice
	for _, r := range rows[:min(len(rows), mostFound)] {
		choice := PlaceChoice{PlaceRow: r}
		if r.Level != "village" && r.Level != "site" {
			inside, err := v.villagesIn(r.Code)
			if err != nil {
				return nil, false, err
			}
			if len(inside) <= promise.MaxPlaces { // no promise can name more
				choice.Inside = int64(len(inside))
			}
		}
		out = append(out, choice)
	}
	return out, more, nil
}

// chosenPlaces are the places with these codes, in this order, as far as there are such.
func (v *visit) chosenPlaces(codes []string) ([]PlaceChoice, error) {
	rows, err := programme.Places.Load(v.Tx, keysIn(codes))
	if err != nil {
		return nil, err
	}
	byCode := map[string]programme.PlaceRow{}
	for _, r := range rows {
		byCode[r.Code] = r
	}
	var out []PlaceChoice
	for _, code := range codes {
		r, ok := byCode[code]
		if !ok {
			continue
		}
		out = append(out, PlaceChoice{PlaceRow: r})
	}
	return out, nil
}
