package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/promise"
	"kept/store"
	"kept/voice"
)

// TestRounds reads what the villages say, as of several days, through the pure functions of the rounds.
func TestRounds(t *testing.T) {
	for _, today := range []string{days[0], days[2], days[3]} {
		book := write(t, today)
		seq := map[int64]int64{}
		bySpring := int64(0)
		for _, p := range promises(t, book) {
			seq[p.Number] = p.Seq
			if p.ID == promiseID("spring house") {
				bySpring = p.Seq
			}
		}
		v := read(t, book, func(tx *store.Tx) (*voice.Voice, error) { return voice.Read(tx, today) })
		got := map[string]promise.Village{
			"wells":  v.Village(seq[1], threeSprings).Village,
			"road":   v.Village(seq[2], willowFord).Village,
			"class":  v.Village(seq[3], longField).Village,
			"lake":   v.Village(seq[4], quietLake).Village,
			"melons": v.Village(seq[5], oldOrchard).Village,
			"drill":  v.Village(seq[6], pineGate).Village,
			"spring": v.Village(bySpring, stoneWell).Village,
		}
		want := map[string]promise.Village{
			"wells": {Says: promise.NotKept}, "road": {Says: promise.NotKept}, "class": {Says: promise.Kept}, "lake": {Says: promise.TooFew}, "melons": {Says: promise.NotAsked},
			"drill": {Says: promise.Contested}, "spring": {Says: promise.PartlyKept, DisputedBefore: true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: what the villages say (-want +got):\n%s", today, diff)
		}
		states := map[voice.State]int{}
		for _, r := range rows(t, book, voice.View, "") {
			states[r.On(today)]++
		}
		if diff := cmp.Diff(map[voice.State]int{voice.Closed: 3, voice.Open: 1, voice.Suspended: 1}, states); diff != "" {
			t.Errorf("%s: rounds (-want +got):\n%s", today, diff)
		}
		owed := rows(t, book, voice.Owed, "WHERE v.promise = $1", seq[1])
		if len(owed) != 1 || owed[0].Unanswered(today) != Unanswered || !owed[0].Overdue(today) {
			t.Errorf("%s: owed to Three Springs: %+v", today, owed)
		}
	}
}
