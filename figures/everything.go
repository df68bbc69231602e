package figures

import (
	"maps"
	"slices"

	"kept/programme"
)

// OfProgramme are the figures that need no argument, so that they say something of the whole programme. Every other one
// is of one promise, measure, type of money or entry, or of a time or an organisation (TestEverything).
var OfProgramme = []string{"entries", "promises", "overdue-days", "places", "places-served", "teams", "teams-in-place", "villages-with-team", "organisations", "tasks", "unlooked", "measures",
	"periods", "reports", "amendments", "pictures", "answers", "rounds"}

// MostPlaces is how many places Everything has the boards of, in the order of their entries.
const MostPlaces = 2000

// boardsAtOnce is how many places one query counts.
const boardsAtOnce = 200

// Everything computes every figure of the whole programme: the figures without arguments; the promises by standing, mark,
// task and place, and those overdue by place; the places by level; the periods with and without a report; and the money
// by type and currency. Server and verifier both ask this function, each of its own book.
func Everything(at *At) (map[Name]string, error) {
	out := map[Name]string{}
	var names []Name
	for _, f := range OfProgramme {
		names = append(names, Name(f))
	}
	for _, m := range Marks {
		names = append(names, Filter{Mark: m}.Name())
	}
	for _, l := range programme.Levels {
		names = append(names, name("places", "level", l))
	}
	names = append(names, name("periods", "reported", "yes"), name("periods", "reported", "no"))
	for _, state := range OwedStates {
		names = append(names, OwedFilter{State: state}.Name())
	}
	tasks, err := programme.Tasks.Select(at.Tx, "ORDER BY v.seq")
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		names = append(names, Filter{Task: t.Code}.Name())
	}
	money, err := at.moneyNames()
	if err != nil {
		return nil, err
	}
	for _, n := range append(names, money...) {
		if out[n], err = Ask(at, n); err != nil {
			return nil, err
		}
	}
	standings, err := at.Standings(Filter{})
	if err != nil {
		return nil, err
	}
	for _, n := range standings {
		out[n.Name] = n.Value
	}
	return out, at.addBoards(out)
}

// moneyNames are the figures of all the money there is, by type and currency; the type "paid" is all that was paid out.
func (at *At) moneyNames() ([]Name, error) {
	found := map[Name]bool{}
	var kind, currency string
	err := at.Tx.Each([]any{&kind, &currency}, func() error {
		found[name("money", "type", kind, "currency", currency)] = true
		found[name("money", "type", "paid", "currency", currency)] = true
		return nil
	}, "SELECT DISTINCT type, currency FROM money")
	return slices.Sorted(maps.Keys(found)), err
}

func (at *At) addBoards(out map[Name]string) error {
	places, err := programme.Places.Select(at.Tx, "ORDER BY v.seq LIMIT $1", int64(MostPlaces))
	if err != nil {
		return err
	}
	for some := range slices.Chunk(places, boardsAtOnce) {
		var codes []string
		for _, p := range some {
			codes = append(codes, p.Code)
		}
		boards, err := at.Boards(codes)
		if err != nil {
			return err
		}
		for _, b := range boards {
			out[b.All.Name], out[b.Late.Name] = b.All.Value, b.Late.Value
		}
	}
	return nil
}

// summed is the figure of one promise, or the sum over all.
func summed(column string) func(*At, args) (string, error) {
	one := ofPromise(column)
	return func(at *At, a args) (string, error) {
		if a.get("promise") != "" {
			return one(at, a)
		}
		return at.number("SELECT CAST(COALESCE(SUM(" + column + "), 0) AS BIGINT) FROM promise")
	}
}
