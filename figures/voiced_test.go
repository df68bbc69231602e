package figures

import (
	"math/rand/v2"
	"slices"
	"testing"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
	"kept/simulate"
	"kept/store/storetest"
	"kept/voice"
)

// Voiced is a simulated book in which villages were asked, in all ways in which a round can go: cards and assemblies, several rounds on
// one promise, of some of its villages only; results that are few, contested, lost or on the way; rounds that are suspended, void,
// running or only proposed; answers in time, late, twice, and none.
func Voiced(t testing.TB, e storetest.Engine, o simulate.Options) *ledger.Book {
	t.Helper()
	b, clock := simulated(t, e, o)
	v := &voicing{t: t, b: b, clock: clock, r: rand.New(rand.NewPCG(o.Seed, 7)), day: schedule.AddDays(o.Today, 1)}
	v.read()
	for range 3 {
		v.wave(5)
		v.day = schedule.AddDays(v.day, 100)
	}
	v.wave(0)
	return b
}

// voicing asks villages.
type voicing struct {
	t     testing.TB
	b     *ledger.Book
	clock *simulate.Clock
	r     *rand.Rand
	day   string
	made  []voicedPromise
}

type voicedPromise struct {
	about    voice.About
	office   string
	villages []string
}

// asked is a round that is being held.
type asked struct {
	id       string
	of       voicedPromise
	villages []string
	assembly bool
	taken    bool
	stopped  bool
}

// counter takes every round on; another organisation counts beside it at assemblies.
const counter, second = "XS01-farmers", "XS-fund-1"

func (v *voicing) read() {
	at := map[int64]*voicedPromise{}
	Look(v.t, v.b, nil, func(a *At) {
		rows, err := promise.View.Select(a.Tx, "WHERE v.withdrawn = '' AND v.office <> '' ORDER BY v.seq")
		if err != nil {
			v.t.Fatal(err)
		}
		for _, p := range rows {
			villages, err := voice.VillagesOf(a.Tx, p.Seq)
			if err != nil {
				v.t.Fatal(err)
			}
			at[p.Seq] = &voicedPromise{voice.About{Seq: p.Seq, ID: p.ID}, p.Office, villages}
			v.made = append(v.made, *at[p.Seq])
		}
	})
}

// add appends drafts on a day, none of which may be refused.
func (v *voicing) add(day string, drafts ...ledger.Draft) {
	v.t.Helper()
	v.clock.Set(day)
	for some := range slices.Chunk(drafts, 200) {
		receipts, err := v.b.Append(v.t.Context(), some...)
		if err != nil {
			v.t.Fatal(err)
		}
		for i, r := range receipts {
			if r.Err != nil {
				v.t.Fatalf("%s: %v", some[i].Kind, r.Err)
			}
		}
	}
}

func (v *voicing) chance(of int) bool { return v.r.IntN(of) == 0 }

// wave asks about some promises; with a length it goes on to the results and answers.
func (v *voicing) wave(length int) {
	var rounds []asked
	var proposed, taken, stopped, resumed, tallies []ledger.Draft
	closes := schedule.AddDays(v.day, max(length, 10))
	if length > 0 {
		closes = schedule.AddDays(v.day, length)
	}
	for _, p := range v.made {
		if len(p.villages) == 0 || !v.chance(3) {
			continue
		}
		a := asked{id: ledger.NewID(), of: p, assembly: v.chance(5), taken: !v.chance(9)}
		a.villages = slices.Clone(p.villages)
		v.r.Shuffle(len(a.villages), func(i, j int) { a.villages[i], a.villages[j] = a.villages[j], a.villages[i] })
		if len(a.villages) > 1 && v.chance(2) {
			a.villages = a.villages[:1+v.r.IntN(len(a.villages)-1)]
		}
		a.villages = a.villages[:min(len(a.villages), 6)]
		d := voice.Propose("org:"+p.office, voice.Round{Villages: a.villages, Promises: []voice.About{p.about}, Office: p.office, Days: 10,
			Opens: v.day, Closes: closes, Mode: voice.ModeCards, Level: voice.LevelVillage})
		taking := voice.Taking{Printer: counter, Keeper: counter}
		if a.assembly {
			round := d.Data.(voice.Round)
			round.Mode, d.Data, taking.Second = voice.ModeAssembly, nil, second
			d.Data = round
		}
		d.ID = a.id
		proposed = append(proposed, d)
		if a.taken {
			taken = append(taken, voice.Take("org:"+counter, a.id, taking))
			if a.stopped = v.chance(7); a.stopped {
				stopped = append(stopped, voice.Suspend("org:"+counter, a.id, voice.Reasons[0]))
				if v.chance(3) {
					a.stopped = false
					resumed = append(resumed, voice.Resume("org:"+counter, a.id))
				} else if v.chance(2) {
					resumed = append(resumed, voice.DeclareVoid("org:"+counter, a.id, voice.Reasons[1]))
				}
			}
			if a.assembly && !a.stopped {
				for _, village := range a.villages {
					for _, who := range []string{counter, second} {
						tallies = append(tallies, ledger.Draft{Kind: voice.KindTally, Who: "org:" + who, About: a.id, Data: voice.Tallied{Place: village}})
					}
				}
			}
		}
		rounds = append(rounds, a)
	}
	v.add(v.day, proposed...)
	v.add(v.day, taken...)
	v.add(v.day, stopped...)
	v.add(v.day, resumed...)
	v.add(v.day, tallies...)
	if length > 0 {
		v.outcomes(closes, rounds)
		v.answers(closes)
	}
}

// outcomes writes what the program would on the closing day.
func (v *voicing) outcomes(closes string, rounds []asked) {
	var drafts []ledger.Draft
	for _, a := range rounds {
		if !a.taken || a.stopped {
			continue
		}
		program := func(kind string, data any) {
			drafts = append(drafts, ledger.Draft{Kind: kind, Day: closes, Who: voice.Program, About: a.id, Data: data})
		}
		for _, village := range a.villages {
			result := voice.Result{Place: village, Said: []voice.Said{voice.SaidOf(a.of.about.Seq, voice.Publish(v.counts()))}}
			switch n := v.r.IntN(12); {
			case n == 0: // on the way
			case n == 1 && a.assembly:
				program(voice.KindContested, voice.Contesting{Place: village, Reason: voice.ContestedDifference})
			case n == 1:
				program(voice.KindContested, voice.Contesting{Place: village, Reason: voice.ContestedReports})
				program(voice.KindResult, result)
			case n == 2 && !a.assembly:
				program(voice.KindLost, voice.Loss{Place: village})
			default:
				program(voice.KindResult, result)
			}
		}
	}
	v.add(closes, drafts...)
}

func (v *voicing) counts() voice.Counts {
	switch v.r.IntN(5) {
	case 0:
		return voice.Counts{2, 1, 1, 3}
	case 1:
		return voice.Counts{10 + v.r.Int64N(9), 10 + v.r.Int64N(9), 3, 2}
	case 2:
		return voice.Counts{3, 6, 15 + v.r.Int64N(9), 2}
	}
	return voice.Counts{25 + v.r.Int64N(20), 4, 2, 3}
}

// answers answers some of what is owed in time, some late, some twice, and leaves the rest.
func (v *voicing) answers(closes string) {
	var early, late []ledger.Draft
	Look(v.t, v.b, nil, func(at *At) {
		var id, office string
		var seq int64
		err := at.Tx.Each([]any{&id, &office, &seq}, func() error {
			d, err := voice.AnswerTo("org:"+office, id, seq, locale.Plain("en", "It will be done"), ledger.NewSalt)
			switch {
			case v.chance(3):
				early = append(early, d)
			case v.chance(4):
				late = append(late, d)
			}
			if err == nil && v.chance(9) {
				d, err = voice.AnswerTo("org:"+office, id, seq, locale.Plain("en", "It is done"), ledger.NewSalt)
				late = append(late, d)
			}
			return err
		}, "SELECT w.id, o.office, o.promise FROM owed AS o JOIN round_place AS w ON w.seq = o.result WHERE o.answered = '' ORDER BY o.result, o.promise")
		if err != nil {
			v.t.Fatal(err)
		}
	})
	v.add(schedule.AddDays(closes, 4), early...)
	v.add(schedule.AddDays(closes, 20), late...)
}
