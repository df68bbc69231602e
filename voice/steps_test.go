package voice

import (
	"fmt"
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

// tables are the tables of this subject.
func tables() []*store.Table {
	return ledger.NewRules(programme.Subject, promise.Subject, Subject).Tables()
}

// stage is a book with rounds in every state, for drafts that must be refused.
type stage struct {
	*book
	gone                             About // a withdrawn promise
	proposed, taken, assembly, ended string
	result                           string
	closes                           string // of the rounds that have not ended
}

func newStage(t *testing.T, e storetest.Engine) *stage {
	s := &stage{book: newBook(t, e.New(t))}
	s.gone = s.promise("a")
	d, err := promise.Withdraw("org:office", s.gone.ID, en("no money"), ledger.NewSalt)
	if err != nil {
		t.Fatal(err)
	}
	s.add(d)
	ended, id := s.open(nil)
	s.ended = id
	s.answer(s.deal(id, Sheet{"a", 40, 0})["a"], 20, NotKept, Kept)
	s.clock.Set(ended.Closes)
	s.tend()
	s.result = rows(s.book, Places, "")[0].ID
	south := s.promise("c", "d")
	s.promises(south)
	return s
}

// promises sets up rounds about a promise to the south that are proposed, taken and open, and an assembly that is open.
func (s *stage) promises(south About) {
	in := func(mode string, about About, villages ...string) Round {
		d := s.proposal()
		d.Villages, d.Promises, d.Mode = villages, []About{about}, mode
		d.Opens, d.Closes = s.clock.Today(), schedule.AddDays(s.clock.Today(), 20)
		s.closes = d.Closes
		return d
	}
	s.proposed = s.add(Propose("org:office", in(ModeCards, s.promise("d"), "d")))
	s.taken = s.add(Propose("org:office", in(ModeCards, south, "c")))
	s.add(Take("org:league", s.taken, taking))
	s.assembly = s.add(Propose("org:office", in(ModeAssembly, s.promise("c"), "c")))
	s.add(Take("org:league", s.assembly, Taking{"league", "league", "union"}))
	s.add(ledger.Draft{Kind: KindTally, Who: "org:union", About: s.assembly, Data: Tallied{"c"}})
}

func (s *stage) round(change func(*Round)) ledger.Draft {
	d := s.proposal()
	d.Promises = []About{s.promise("a")}
	change(&d)
	return Propose("org:office", d)
}

func (s *stage) take(change func(*Taking)) ledger.Draft {
	d := taking
	change(&d)
	return Take("org:league", s.proposed, d)
}

// outcome drafts what only the program may, as it would.
func (s *stage) outcome(id, kind string, data any) ledger.Draft {
	row := s.row(id)
	return byTheProgram(&row, "", kind, data)
}

func (s *stage) results(id string, said ...Said) ledger.Draft {
	s.clock.Set(s.closes)
	return s.outcome(id, KindResult, Result{"c", said})
}

func (s *stage) reply(who, result string, about int64) ledger.Draft {
	d, err := AnswerTo(who, result, about, en("soon"), ledger.NewSalt)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// refusals has at least one draft for every code with which this subject refuses. Those that want a later day come last.
var refusals = []struct {
	name, code string
	draft      func(s *stage) ledger.Draft
}{
	{"no villages", "round.size", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Villages = nil }) }},
	{"no promises", "round.size", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Promises = nil }) }},
	{"too many villages", "round.size", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Villages = make([]string, maxVillages+1) })
	}},
	{"another mode", "round.mode", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Mode = "telephone" }) }},
	{"another level", "round.mode", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Level = "household" }) }},
	{"nobody must answer", "round.nobody-must-answer", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Office = "" }) }},
	{"by no day", "round.nobody-must-answer", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Days = 0 }) }},
	{"some day", "round.nobody-must-answer", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Days = 91 }) }},
	{"an unknown office", "organisation.unknown", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Office = "z" }) }},
	{"no day", "day.bad", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Closes = "soon" }) }},
	{"two days", "round.length", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Closes = schedule.AddDays(d.Opens, 2) })
	}},
	{"for ever", "round.length", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Closes = schedule.AddDays(d.Opens, longest+1) })
	}},
	{"yesterday", "round.opens", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Opens = schedule.AddDays(s.clock.Today(), -1) })
	}},
	{"next year", "round.opens", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) {
			d.Opens, d.Closes = schedule.AddDays(s.clock.Today(), ahead+1), schedule.AddDays(s.clock.Today(), ahead+20)
		})
	}},
	{"by a team", "round.by-a-team", func(s *stage) ledger.Draft {
		d := s.round(func(*Round) {})
		d.Who = "team:team"
		return d
	}},
	{"by nobody known", "who.unknown", func(s *stage) ledger.Draft {
		d := s.round(func(*Round) {})
		d.Who = "org:z"
		return d
	}},
	{"an unknown promise", "promise.unknown", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Promises[0].Seq = 0 })
	}},
	{"the promise of another book", "promise.unknown", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Promises[0].ID = s.wells.ID })
	}},
	{"a withdrawn promise", "promise.withdrawn", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Promises[0] = s.gone }) }},
	{"a promise twice", "round.twice", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Promises = append(d.Promises, d.Promises[0]) })
	}},
	{"a village twice", "round.twice", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Villages = []string{"a", "a"} }) }},
	{"no such village", "round.no-village", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Villages = []string{"z"} }) }},
	{"a township as a village", "round.no-village", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Villages = []string{"north"} }) }},
	{"a village in no township", "round.no-township", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) {
			d.Villages, d.Promises, d.Level = []string{"lonely"}, []About{s.promise("lonely")}, LevelTownship
		})
	}},
	{"a village that was promised nothing", "round.nothing-to-ask", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Villages = []string{"a", "c"} }) }},
	{"a promise to others", "round.asks-nobody", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) { d.Promises = append(d.Promises, s.promise("c")) })
	}},
	{"thirteen promises", "round.too-much-to-ask", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) {
			for range MaxAsked {
				d.Promises = append(d.Promises, s.promise("a"))
			}
		})
	}},
	{"a township whose villages are asked other things", "round.not-the-same", func(s *stage) ledger.Draft {
		return s.round(func(d *Round) {
			d.Villages, d.Promises, d.Level = []string{"a", "b"}, []About{s.promise("north"), s.promise("a")}, LevelTownship
		})
	}},
	{"twice a quarter", "round.too-soon", func(s *stage) ledger.Draft { return s.round(func(d *Round) { d.Promises[0] = s.wells }) }},

	{"taking what is no round", "round.unknown", func(s *stage) ledger.Draft { return Take("org:league", s.wells.ID, taking) }},
	{"taking as a team", "round.by-a-team", func(s *stage) ledger.Draft { return Take("team:team", s.proposed, taking) }},
	{"taking twice", "round.state", func(s *stage) ledger.Draft { return Take("org:union", s.taken, taking) }},
	{"taking as the office of the promise", "round.judged", func(s *stage) ledger.Draft { return Take("org:office", s.proposed, taking) }},
	{"taking as who sends the team", "round.judged", func(s *stage) ledger.Draft { return Take("org:sender", s.proposed, taking) }},
	{"taking as who must answer", "round.judged", func(s *stage) ledger.Draft { return Take("org:county", s.proposed, taking) }},
	{"printed by the judged", "round.judged", func(s *stage) ledger.Draft { return s.take(func(d *Taking) { d.Printer = "office" }) }},
	{"held by the judged", "round.judged", func(s *stage) ledger.Draft { return s.take(func(d *Taking) { d.Keeper = "sender" }) }},
	{"printed by nobody", "organisation.unknown", func(s *stage) ledger.Draft { return s.take(func(d *Taking) { d.Printer = "" }) }},
	{"a second for cards", "round.second", func(s *stage) ledger.Draft { return s.take(func(d *Taking) { d.Second = "union" }) }},
	{"suspended by another", "round.not-the-reviewer", func(s *stage) ledger.Draft { return Suspend("org:office", s.taken, "disorder") }},
	{"suspended for no reason", "round.reason", func(s *stage) ledger.Draft { return Suspend("org:league", s.taken, "rain") }},
	{"void for no reason", "round.reason", func(s *stage) ledger.Draft { return DeclareVoid("org:league", s.taken, "") }},
	{"void by the judged", "round.not-the-reviewer", func(s *stage) ledger.Draft { return DeclareVoid("org:office", s.taken, "mistake") }},
	{"void when it is published", "round.state", func(s *stage) ledger.Draft { return DeclareVoid("org:league", s.ended, "mistake") }},
	{"resumed, but not suspended", "round.state", func(s *stage) ledger.Draft { return Resume("org:league", s.taken) }},
	{"a tally of cards", "round.state", func(s *stage) ledger.Draft {
		return ledger.Draft{Kind: KindTally, Who: "org:league", About: s.taken, Data: Tallied{"c"}}
	}},
	{"a tally by the judged", "tally.not-theirs", func(s *stage) ledger.Draft {
		return ledger.Draft{Kind: KindTally, Who: "org:office", About: s.assembly, Data: Tallied{"c"}}
	}},
	{"a tally of another place", "round.not-there", func(s *stage) ledger.Draft {
		return ledger.Draft{Kind: KindTally, Who: "org:league", About: s.assembly, Data: Tallied{"a"}}
	}},
	{"a second tally", "tally.done-before", func(s *stage) ledger.Draft {
		return ledger.Draft{Kind: KindTally, Who: "org:union", About: s.assembly, Data: Tallied{"c"}}
	}},

	{"an answer to nothing owed", "answer.not-owed", func(s *stage) ledger.Draft { return s.reply("org:county", s.result, s.class.Seq) }},
	{"an answer to a round", "answer.not-owed", func(s *stage) ledger.Draft { return s.reply("org:county", s.ended, s.wells.Seq) }},
	{"an answer by another", "answer.not-theirs", func(s *stage) ledger.Draft { return s.reply("org:office", s.result, s.wells.Seq) }},
	{"an answer without words", "answer.empty", func(s *stage) ledger.Draft {
		return ledger.Draft{Kind: KindAnswer, Who: "org:county", About: s.result, Data: Answer{Promise: s.wells.Seq}}
	}},
	{"an answer in no language", "text.language", func(s *stage) ledger.Draft {
		hash, texts := ledger.Hash(FieldNote, "en", map[string]string{"en": "soon", "telephone": "1"}, ledger.NewSalt)
		return ledger.Draft{Kind: KindAnswer, Who: "org:county", About: s.result, Texts: texts, Data: Answer{s.wells.Seq, hash}}
	}},

	{"a result before the day", "round.state", func(s *stage) ledger.Draft { return s.outcome(s.taken, KindResult, Result{Place: "c"}) }},
	{"a second outcome", "round.outcome-there", func(s *stage) ledger.Draft { return s.outcome(s.ended, KindLost, Loss{"a"}) }},
	{"a result by an office", "round.not-the-program", func(s *stage) ledger.Draft {
		d := s.results(s.taken)
		d.Who = "org:league"
		return d
	}},
	{"a result of another day", "round.not-the-program", func(s *stage) ledger.Draft {
		d := s.results(s.taken)
		d.Day = schedule.AddDays(d.Day, 1)
		return d
	}},
	{"a result of another place", "round.not-there", func(s *stage) ledger.Draft { return s.outcome(s.taken, KindResult, Result{Place: "d"}) }},
	{"a result that leaves a promise out", "result.questions", func(s *stage) ledger.Draft { return s.results(s.taken) }},
	{"a result about another promise", "result.questions", func(s *stage) ledger.Draft { return s.results(s.taken, Said{Promise: s.wells.Seq, Few: true}) }},
	{"a true count", "result.counts", func(s *stage) ledger.Draft { return s.results(s.taken, Said{Promise: s.south(s.taken), Kept: 17}) }},
	{"counts of too few", "result.counts", func(s *stage) ledger.Draft { return s.results(s.taken, Said{Promise: s.south(s.taken), Kept: 5}) }},
	{"too few, and counts", "result.counts", func(s *stage) ledger.Draft {
		return s.results(s.taken, Said{Promise: s.south(s.taken), Few: true, Cant: 20})
	}},
	{"an assembly with one tally", "result.tallies", func(s *stage) ledger.Draft {
		return s.results(s.assembly, Said{Promise: s.south(s.assembly), Kept: 20})
	}},
	{"a lost assembly", "round.mode", func(s *stage) ledger.Draft { return s.outcome(s.assembly, KindLost, Loss{"c"}) }},
	{"contested for no reason", "contested.reason", func(s *stage) ledger.Draft { return s.outcome(s.taken, KindContested, Contesting{"c", "dislike"}) }},
	{"cards contested as an assembly", "contested.reason", func(s *stage) ledger.Draft {
		return s.outcome(s.taken, KindContested, Contesting{"c", ContestedDifference})
	}},
	{"contested twice", "contested.done-before", func(s *stage) ledger.Draft {
		s.add(s.outcome(s.taken, KindContested, Contesting{"c", ContestedReports}))
		return s.outcome(s.taken, KindContested, Contesting{"c", ContestedReports})
	}},
	{"taking too late", "round.state", func(s *stage) ledger.Draft { return s.take(func(*Taking) {}) }},
}

// south is the promise that a round of the stage asks about.
func (s *stage) south(id string) int64 {
	return rows(s.book, Questions, "WHERE v.round = $1", s.row(id).Seq)[0].Promise
}

// TestRefusals reaches every code with which this subject refuses an entry, and sees that a refused entry leaves nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newStage(t, e)
		reached := map[string]bool{}
		for _, test := range refusals {
			t.Run(test.name, func(t *testing.T) {
				s.t = t
				d := test.draft(s)
				before, err := ledgertest.Dump(s.DB, tables()...)
				if err != nil {
					t.Fatal(err)
				}
				ledgertest.Refused(t, s.Book, test.code, d)
				after, err := ledgertest.Dump(s.DB, tables()...)
				if err != nil {
					t.Fatal(err)
				}
				for table := range before {
					if strings.Join(before[table], "\n") != strings.Join(after[table], "\n") {
						t.Errorf("it left something in %s", table)
					}
				}
			})
			reached[test.code] = true
		}
		for _, code := range refusalsIn(t, "subject.go", "rounds.go", "results.go") {
			if !reached[code] {
				t.Errorf("no draft is refused with %s", code)
			}
		}
		ledgertest.Check(t, s.Book)
	})
}

// TestS17NobodyJudgesThemselves: whoever is responsible for a promise, or ever was, cannot take a round about it on; nor after it
// gave the responsibility away by an amendment.
func TestS17NobodyJudgesThemselves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		id := b.add(Propose("org:office", b.proposal()))
		terms := b.terms("a")
		terms.Office, terms.Team = "union", ""
		d, err := promise.Amend("org:office", b.wells.ID, 1, terms, locale.Wording{}, ledger.NewSalt)
		if err != nil {
			t.Fatal(err)
		}
		b.add(d)
		for _, who := range []string{"office", "sender", "union", "county"} {
			ledgertest.Refused(t, b.Book, "round.judged", Take("org:"+who, id, Taking{"league", "league", ""}))
			ledgertest.Refused(t, b.Book, "round.judged", Take("org:league", id, Taking{who, "league", ""}))
			ledgertest.Refused(t, b.Book, "round.judged", Take("org:league", id, Taking{"league", who, ""}))
		}
		b.add(Take("org:league", id, Taking{"league", "league", ""}))
		r := b.row(id)
		b.want("in the book", r.Reviewer+" "+r.Printer+" "+r.Keeper, "league league league")
		if e := rows(b, Events, ""); len(e) != 1 || e[0].What != EventTaken {
			t.Errorf("events: %+v", e)
		}
	})
}

// TestS17NobodyTakesIt: without a reviewer a round never opens, and lapses.
func TestS17NobodyTakesIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d := b.proposal()
		id := b.add(Propose("org:office", d))
		b.clock.Set(schedule.AddDays(d.Opens, 1))
		b.tend()
		for _, err := range b.boxes.Deal(t.Context(), b.DB, "org:", id, []Sheet{{"a", 40, 5}}) {
			if ledger.Refused(err) == nil || ledger.Refused(err).Code != "round.state" {
				t.Errorf("cards for a round that nobody took: %v", err)
			}
		}
		b.clock.Set(d.Closes)
		b.want("closed", b.tend(), []string(nil))
		b.want("state", b.row(id).On(d.Closes), Lapsed)
		b.want("says", b.says(b.wells, "a").Says, promise.NotAsked)
	})
}

// TestS17ResponsibleSince: if the reviewer becomes responsible after it took the round on, the result is contested.
func TestS17ResponsibleSince(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(nil)
		b.answer(b.deal(id, Sheet{"a", 40, 0})["a"], 20, Kept, Kept)
		terms := b.terms("a")
		terms.Office = "league"
		amendment, err := promise.Amend("org:office", b.wells.ID, 1, terms, locale.Wording{}, ledger.NewSalt)
		if err != nil {
			t.Fatal(err)
		}
		b.add(amendment)
		b.clock.Set(d.Closes)
		b.tend()
		b.want("outcome", b.outcomes(id), "a result contested:responsible kept[20 0 0 0] kept[20 0 0 0]")
		b.want("says", b.says(b.wells, "a").Says, Contested)
	})
}

// TestS9OneRoundAQuarter: by the closing days, over rounds of any state.
func TestS9OneRoundAQuarter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		in := func(days int) ledger.Draft { // closes so many days after the first one does
			d := b.proposal()
			d.Opens, d.Closes = schedule.AddDays(d.Opens, days), schedule.AddDays(d.Closes, days)
			return Propose("org:office", d)
		}
		first, second := b.add(in(0)), b.add(in(5)) // a proposal keeps nobody from anything
		b.add(Take("org:league", first, taking))
		for _, days := range []int{-5, 0, 1, 91} {
			ledgertest.Refused(t, b.Book, "round.too-soon", in(days))
		}
		r := ledgertest.Refused(t, b.Book, "round.too-soon", Take("org:league", second, taking))
		b.want("from", r.Args[1], schedule.AddDays(b.row(first).Closes, quarter))
		b.add(in(quarter))
		b.add(DeclareVoid("org:league", first, "mistake"))
		b.add(Take("org:league", second, taking)) // of the void one nothing is ever published
		ledgertest.Refused(t, b.Book, "round.too-soon", in(10))
	})
}

// TestSuspension: nobody is asked while a round is suspended; resumed within thirty days it goes on, else it is void by the day, and
// what was answered is destroyed unpublished.
func TestSuspension(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(func(d *Round) { d.Closes = schedule.AddDays(d.Opens, 50) })
		codes := b.answer(b.deal(id, Sheet{"a", 40, 0})["a"], 20, NotKept, NotKept)
		b.add(Suspend("org:league", id, "reprisals-feared"))
		b.tend()
		if got, _ := b.boxes.Receive(t.Context(), codes[0], Ballot(Kept)); got != NotOpen {
			t.Errorf("while it is suspended: %v", got)
		}
		ledgertest.Refused(t, b.Book, "round.state", Suspend("org:league", id, "disorder"))
		b.clock.Set(schedule.AddDays(d.Opens, 30))
		b.add(Resume("org:league", id))
		b.tend()
		b.answer(codes, 1, Kept)
		b.add(Suspend("org:league", id, "disorder"))
		if says := b.says(b.wells, "a"); says.Says != promise.BeingAsked {
			t.Errorf("while it is suspended: %+v", says)
		}
		b.clock.Set(d.Closes) // 20 days later: it cannot close while it is suspended
		b.want("closed", b.tend(), []string(nil))
		ledgertest.Refused(t, b.Book, "round.state", Resume("org:league", id))
		b.want("state", b.row(id).On(d.Closes), Void)
		b.want("outcomes", b.outcomes(id), "a  [0 0 0 0] [0 0 0 0]")
		b.want("says", b.says(b.wells, "a").Says, promise.NotAsked)
		if left := files(t, b.folders.Boxes, b.folders.Keys); len(left) != 1 {
			t.Errorf("files are left: %d", len(left))
		}
		var events []string
		for _, e := range rows(b, Events, "ORDER BY v.seq") {
			events = append(events, e.What+" "+e.Reason)
		}
		b.want("events", strings.Join(events, ", "), "taken , suspended reprisals-feared, resumed , suspended disorder")
	})
}

// TestReportedCardsContest: reported cards contest a place publicly; its counts are shown, its "kept" does not count.
func TestReportedCardsContest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(nil)
		codes := b.deal(id, Sheet{"a", 40, 0})["a"]
		b.answer(codes, 20, Kept, NotKept)
		for _, c := range codes[:3] {
			if got, err := b.boxes.Report(t.Context(), c); got != Received || err != nil {
				t.Errorf("%v %v", got, err)
			}
		}
		b.clock.Set(d.Closes)
		b.tend()
		b.want("outcomes", b.outcomes(id), "a result contested:reports kept[20 0 0 0] not-kept[0 0 20 0]")
		b.want("kept", b.says(b.wells, "a").Village, promise.Village{Says: Contested})
		b.want("not kept", b.says(b.class, "a").Village, promise.Village{Says: Contested, DisputedBefore: true})
		b.want("owed", fmt.Sprint(len(rows(b, Owed, "")), rows(b, Owed, "")[0].Promise), fmt.Sprint(1, b.class.Seq))
	})
}

// TestLargestRound: the largest round that may be proposed fits into an entry, and is proposed, taken and read in one go.
func TestLargestRound(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: it makes 400 villages and promises")
	}
	b := newBook(t, storetest.Engines()[0].New(t))
	d := b.proposal()
	d.Villages, d.Promises = nil, nil
	var drafts []ledger.Draft
	for i := range maxVillages {
		code := fmt.Sprintf("%s-%03d", strings.Repeat("x", 60), i)
		d.Villages = append(d.Villages, code)
		drafts = append(drafts, ledger.Draft{Kind: programme.KindPlace, Who: "org:office",
			Data: programme.Place{Code: code, Parent: "north", Level: "village", Name: en("village")}})
	}
	for _, code := range d.Villages {
		drafts = append(drafts, promise.Promise("org:office", promise.Promised{Terms: b.terms(code)}))
	}
	for _, r := range ledgertest.Append(t, b.Book, drafts...)[maxVillages:] {
		d.Promises = append(d.Promises, About{r.Seq, r.ID})
	}
	id := b.add(Propose("org:office", d))
	b.add(Take("org:league", id, taking))
	b.want("places", b.row(id).Places, maxVillages)
}
