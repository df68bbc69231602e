package figures

import (
	"slices"
	"strconv"

	"kept/promise"
	"kept/voice"
)

// mostHeard is how many promises one query reads the villages' side of.
const mostHeard = 400

// together is what the villages say of every promise that anybody was ever asked about, by its entry, for whoever counts all of
// them. Nobody was asked about the others.
func (at *At) together() (map[int64]voice.Together, error) {
	return once(at, "together", func() (map[int64]voice.Together, error) {
		var asked []int64
		var seq int64
		err := at.Tx.Each([]any{&seq}, func() error { asked = append(asked, seq); return nil }, "SELECT DISTINCT promise FROM question ORDER BY promise")
		if err != nil {
			return nil, err
		}
		out := map[int64]voice.Together{}
		for some := range slices.Chunk(asked, mostHeard) {
			v, villages, err := at.hear(some...)
			if err != nil {
				return nil, err
			}
			for _, seq := range some {
				out[seq] = v.Together(seq, villages[seq])
			}
		}
		return out, nil
	})
}

// villages counts the villages that a promise is made to, or those of them that say something of it, also of a promise that nobody was
// asked about.
func villages(at *At, a args) (string, error) {
	list, err := at.villagesSaying(a)
	if err != nil || list == nil {
		return "", err
	}
	return strconv.Itoa(len(list)), nil
}

// villagesSaying lists them; nil if there is no such promise.
func (at *At) villagesSaying(a args) ([]string, error) {
	var seq int64
	ok, err := at.Tx.One([]any{&seq}, "SELECT seq FROM promise WHERE number = $1", a.int("promise"))
	if err != nil || !ok {
		return nil, err
	}
	all, err := voice.VillagesOf(at.Tx, seq)
	if err != nil {
		return nil, err
	}
	out := []string{}
	says := promise.Verdict(a.get("says"))
	v, err := voice.Read(at.Tx, at.Day, seq)
	for _, village := range all {
		if says == "" || v.Village(seq, village).Says == says {
			out = append(out, village)
		}
	}
	return out, err
}
