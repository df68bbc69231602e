package demo

import (
	"kept/ledger"
	"kept/locale"
	"kept/voice"
)

// Unanswered is for how many days the office has not answered what Three Springs says of promise 1.
const Unanswered = 12

// heard is what a village said of one promise: how often each answer was really given. Only what voice.Publish makes of it is in the book.
type heard struct {
	promise string // its key
	true    voice.Counts
}

// asking is a round that is being told.
type asking struct {
	s       *story
	key, id string
	closes  string
}

// round proposes a round, which the farmers' association takes on two days later.
func (s *story) round(key string, proposed int, d voice.Round, promises ...string) *asking {
	r := &asking{s: s, key: key, closes: d.Closes}
	if d.Mode == "" {
		d.Mode = voice.ModeCards
	}
	d.Level = voice.LevelVillage
	r.id = s.add(s.ago(proposed), "round "+key, func() (ledger.Draft, error) {
		d.Promises = nil
		for _, p := range promises {
			d.Promises = append(d.Promises, voice.About{Seq: s.seqs[promiseID(p)], ID: promiseID(p)})
		}
		return voice.Propose("org:"+stoneBridge, d), nil
	})
	s.add(s.ago(proposed-2), "round-taken "+key, func() (ledger.Draft, error) {
		taking := voice.Taking{Printer: farmersAssociation, Keeper: riverFoundation}
		if d.Mode == voice.ModeAssembly {
			taking.Second = riverFoundation
		}
		return voice.Take("org:"+farmersAssociation, r.id, taking), nil
	})
	return r
}

func promiseID(key string) string { return ledger.DeriveID("demo promise " + key) }

// program writes what the program itself writes on the closing day.
func (r *asking) program(kind, village string, data func() any) {
	r.s.add(r.closes, kind+" "+r.key+" "+village, func() (ledger.Draft, error) {
		return ledger.Draft{Kind: kind, Day: r.closes, Who: voice.Program, About: r.id, Data: data()}, nil
	})
}

// says is the result of a village, of the promises in the order of the round.
func (r *asking) says(village string, all ...heard) {
	r.program(voice.KindResult, village, func() any {
		d := voice.Result{Place: village}
		for _, h := range all {
			d.Said = append(d.Said, voice.SaidOf(r.s.seqs[promiseID(h.promise)], voice.Publish(h.true)))
		}
		return d
	})
}

func (r *asking) contested(village string) {
	r.program(voice.KindContested, village, func() any { return voice.Contesting{Place: village, Reason: voice.ContestedReports} })
}

// answered is the answer of an office to what a village says of a promise.
func (r *asking) answered(day, office, village, about string, note locale.Wording) {
	key := "answer " + r.key + " " + village + " " + about
	r.s.add(day, key, func() (ledger.Draft, error) {
		return voice.AnswerTo("org:"+office, ledger.DeriveID("demo "+voice.KindResult+" "+r.key+" "+village), r.s.seqs[promiseID(about)], note, ledger.DerivedSalt("demo "+key))
	})
}

// rounds tell what the villages say. Promise 1 is reported done, and Three Springs says that it was not kept; the office has
// not answered for twelve days. The spring of Stone Well shows how it goes on: not kept, an answer, and after the later round partly
// kept, beside the first verdict.
func (s *story) rounds() {
	early := s.round("early", 126, voice.Round{Villages: at(stoneWell), Office: waterOffice, Days: 20, Opens: s.ago(122), Closes: s.ago(108)}, "spring house")
	early.says(stoneWell, heard{"spring house", voice.Counts{5, 8, 19, 4}})
	early.answered(s.ago(96), waterOffice, stoneWell, "spring house", w(
		"The village is right: one tap of three ran dry in the hot weeks. A second basin is being built and will be filled before the frost.",
		"村里说得对：天热的几周里，三个水龙头有一个断水。正在修第二个蓄水池，霜冻前蓄满。",
		"كەنتنىڭ دېگىنى توغرا: ئىسسىق ھەپتىلەردە ئۈچ جۈمەكنىڭ بىرىدىن سۇ كەلمىدى. ئىككىنچى كۆلچەك ياسىلىۋاتىدۇ، قىروۋ چۈشۈشتىن بۇرۇن تولدۇرۇلىدۇ."))

	first := s.round("first", 40, voice.Round{Villages: at(threeSprings, stoneWell, willowFord, longField, quietLake, pineGate), Office: stoneBridge, Days: 10,
		Opens: s.ago(33), Closes: s.ago(Unanswered)}, "wells", "spring house", "road", "tuesday class", "accounts", "seed drill")
	first.says(threeSprings, heard{"wells", voice.Counts{6, 8, 24, 3}}, heard{"accounts", voice.Counts{31, 4, 2, 4}})
	first.says(stoneWell, heard{"spring house", voice.Counts{14, 13, 7, 3}}, heard{"accounts", voice.Counts{28, 3, 2, 4}})
	first.says(willowFord, heard{"road", voice.Counts{3, 12, 19, 4}}, heard{"accounts", voice.Counts{30, 3, 2, 3}})
	first.says(longField, heard{"tuesday class", voice.Counts{29, 7, 3, 4}}, heard{"accounts", voice.Counts{33, 4, 2, 4}})
	first.says(quietLake, heard{"accounts", voice.Counts{4, 2, 1, 5}})
	first.contested(pineGate) // cards that read "received" before they were used
	first.says(pineGate, heard{"accounts", voice.Counts{24, 4, 3, 2}}, heard{"seed drill", voice.Counts{22, 6, 3, 2}})
	first.answered(s.ago(5), stoneBridge, willowFord, "road", w(
		"The roller is repaired. Work goes on from the old mill; the last culverts come first, before the road.",
		"压路机已修好。工程从老磨坊继续，先铺完剩下的涵管，再修路。",
		"يول تەكشىلەش ماشىنىسى ئوڭشالدى. ئىش كونا تۈگمەندىن داۋاملىشىدۇ، ئالدى بىلەن قالغان تۇرۇبىلار ياتقۇزۇلىدۇ، ئاندىن يول ياسىلىدۇ."))

	assembly := s.round("assembly", 26, voice.Round{Villages: at(whitePoplar), Office: affairsOffice, Days: 20, Opens: s.ago(20), Closes: s.ago(9), Mode: voice.ModeAssembly}, "land maps")
	for _, who := range []string{farmersAssociation, riverFoundation} {
		s.add(s.ago(14), "tally "+who, func() (ledger.Draft, error) {
			return ledger.Draft{Kind: voice.KindTally, Who: "org:" + who, About: assembly.id, Data: voice.Tallied{Place: whitePoplar}}, nil
		})
	}
	assembly.says(whitePoplar, heard{"land maps", voice.Counts{8, 11, 5, 3}})

	s.round("open", 12, voice.Round{Villages: at(twoRivers), Office: roadOffice, Days: 20, Opens: s.ago(5), Closes: s.in(9)}, "foot bridge")
	stopped := s.round("stopped", 14, voice.Round{Villages: at(deerMeadow), Office: farmOffice, Days: 20, Opens: s.ago(8), Closes: s.in(12)}, "seed bank")
	s.add(s.ago(3), "round-suspended stopped", func() (ledger.Draft, error) {
		return voice.Suspend("org:"+farmersAssociation, stopped.id, "reprisals-feared"), nil
	})
}
