package voice

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

func en(text string) locale.Wording { return locale.Plain("en", text) }

// book is a small programme in which rounds are held: an office that sends a team, another that shall answer, two that are
// independent; two townships of two villages each; a promise to one village, one to a township and its villages.
type book struct {
	*ledger.Book
	t       testing.TB
	clock   *ledgertest.Clock
	boxes   *Boxes
	folders Folders

	wells, class About // to village a; to township north (a and b)
}

const firstDay = "2026-01-05"

func newBook(t testing.TB, db store.DB) *book {
	t.Helper()
	clock := ledgertest.NewClock(firstDay)
	b := &book{t: t, clock: clock, folders: newFolders(t)}
	b.Book = ledgertest.Create(t, db, ledger.Options{Today: clock.Today}, programme.Subject, promise.Subject, Subject)
	office := func(kind string, data any) { b.add(ledger.Draft{Kind: kind, Who: "org:office", Data: data}) }
	office(programme.KindProgramme, programme.Programme{Name: "valley", Title: en("Valley"), Goal: en("Water"),
		From: "2026-01-01", Until: "2027-12-31", Zone: "UTC", Languages: []string{"en"}})
	for _, code := range []string{"office", "county", "league", "union", "sender"} {
		office(programme.KindOrganisation, programme.Organisation{Code: code, Name: en(code)})
	}
	office(programme.KindTask, programme.Task{Code: "water", Name: en("Water")})
	for _, p := range []programme.Place{{Code: "valley", Level: "district"}, {Code: "north", Parent: "valley", Level: "township"}, {Code: "south", Parent: "valley", Level: "township"},
		{Code: "a", Parent: "north", Level: "village"}, {Code: "b", Parent: "north", Level: "village"}, {Code: "c", Parent: "south", Level: "village"},
		{Code: "d", Parent: "south", Level: "village"}, {Code: "lonely", Parent: "valley", Level: "village"}} {
		p.Name = en("Place " + p.Code)
		office(programme.KindPlace, p)
	}
	office(programme.KindTeam, programme.Team{Code: "team", Organisation: "sender", Name: en("Team")})
	b.wells = b.promise("a")
	b.class = b.promise("north")
	b.boxes = openBoxes(t, b.folders)
	return b
}

func each(t *testing.T, f func(t *testing.T, b *book)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := newBook(t, e.New(t))
		f(t, b)
		ledgertest.Check(t, b.Book)
	})
}

func (b *book) add(drafts ...ledger.Draft) string {
	b.t.Helper()
	receipts := ledgertest.Append(b.t, b.Book, drafts...)
	return receipts[len(receipts)-1].ID
}

func (b *book) terms(places ...string) promise.Terms {
	return promise.Terms{Title: en("Promise to " + strings.Join(places, ", ")), Task: "water", Places: places, Team: "team", Office: "office",
		Plan: promise.Plan{Kind: promise.Once, Due: "2026-06-30"}}
}

func (b *book) promise(places ...string) About {
	b.t.Helper()
	r := ledgertest.Append(b.t, b.Book, promise.Promise("org:office", promise.Promised{Terms: b.terms(places...)}))[0]
	return About{r.Seq, r.ID}
}

// proposal is a round about the two promises in village a, in ten days, for ten days.
func (b *book) proposal() Round {
	today := b.clock.Today()
	return Round{Villages: []string{"a"}, Promises: []About{b.wells, b.class}, Office: "county", Days: 20,
		Opens: schedule.AddDays(today, 10), Closes: schedule.AddDays(today, 20), Mode: ModeCards, Level: LevelVillage}
}

var taking = Taking{Printer: "league", Keeper: "union"}

// open proposes a round, has it taken on, and moves the clock to its opening day.
func (b *book) open(change func(*Round)) (Round, string) {
	b.t.Helper()
	d := b.proposal()
	if change != nil {
		change(&d)
	}
	id := b.add(Propose("org:office", d))
	with := taking
	if d.Mode == ModeAssembly {
		with.Second = "union"
	}
	b.add(Take("org:league", id, with))
	b.clock.Set(d.Opens)
	b.tend()
	return d, id
}

func (b *book) tend() []string {
	b.t.Helper()
	closed, err := b.boxes.Tend(b.t.Context(), b.Book)
	if err != nil {
		b.t.Fatal(err)
	}
	return closed
}

// deal makes the cards of a round by village.
func (b *book) deal(id string, sheets ...Sheet) map[string][]Code {
	b.t.Helper()
	out := map[string][]Code{}
	for card, err := range b.boxes.Deal(b.t.Context(), b.DB, "org:league", id, sheets) {
		if err != nil {
			b.t.Fatal(err)
		}
		out[card.Village] = append(out[card.Village], card.Code)
	}
	b.tend()
	return out
}

// answer lets so many cards give an answer to every question.
func (b *book) answer(codes []Code, n int, answers ...int) []Code {
	b.t.Helper()
	all := map[Code][]int{}
	for _, c := range codes[:n] {
		all[c] = answers
	}
	(&boxed{Boxes: b.boxes}).giveAll(b.t, all)
	return codes[n:]
}

func (b *book) row(id string) (row Row) {
	b.t.Helper()
	b.read(func(tx *store.Tx) (err error) {
		row, err = RoundByID(tx, id)
		return err
	})
	return row
}

func (b *book) read(f func(*store.Tx) error) {
	b.t.Helper()
	if err := b.DB.Read(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func rows[T any](b *book, v *ledger.View[T], rest string, args ...any) (out []T) {
	b.t.Helper()
	b.read(func(tx *store.Tx) (err error) {
		out, err = v.Select(tx, rest, args...)
		return err
	})
	return out
}

// outcomes says what became of each place of a round.
func (b *book) outcomes(id string) string {
	b.t.Helper()
	var out []string
	r := b.row(id)
	for _, p := range rows(b, Places, "WHERE v.round = $1 ORDER BY v.place", r.Seq) {
		s := p.Place + " " + p.Outcome
		if p.Contested != "" {
			s += " contested:" + p.Contested
		}
		for _, q := range rows(b, Questions, "WHERE v.round = $1 AND v.place = $2 ORDER BY v.n", r.Seq, p.Place) {
			s += fmt.Sprintf(" %s%v", q.Verdict, q.Published().Counts)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func (b *book) says(about About, village string) (s Side) {
	b.t.Helper()
	b.read(func(tx *store.Tx) error {
		v, err := Read(tx, b.clock.Today(), about.Seq)
		if err == nil {
			s = v.Village(about.Seq, village)
		}
		return err
	})
	return s
}

func (b *book) want(what string, got, want any) {
	b.t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Errorf("%s\n got %v\nwant %v", what, got, want)
	}
}

// TestRoundWithCards is the life of a round: two villages, the results, the clock of the answer, a later round beside the first.
func TestRoundWithCards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(func(d *Round) { d.Villages = []string{"a", "b"} })
		b.want("state", b.row(id).On(b.clock.Today()), Open)
		b.want("says", b.says(b.wells, "a").Says, promise.BeingAsked)
		codes := b.deal(id, Sheet{"a", 40, 5}, Sheet{"b", 20, 5})
		b.read(func(tx *store.Tx) error {
			round, questions, err := Asks(tx, id, "a")
			if err != nil || len(questions) != 2 || questions[0].Promise != b.wells.Seq || questions[1].Promise != b.class.Seq || round.ID != id {
				t.Errorf("a card of a asks %+v, %v", questions, err)
			}
			in, err := RoundsIn(tx, "b")
			if err != nil || len(in) != 1 || in[0].ID != id {
				t.Errorf("rounds in b: %+v, %v", in, err)
			}
			return err
		})
		left := b.answer(codes["a"], 17, NotKept, Kept)
		left = b.answer(left, 9, Kept, Kept)
		b.answer(left, 2, CantTell, Partly)
		b.answer(codes["b"], 7, NotKept) // its only question

		b.clock.Set(schedule.AddDays(d.Closes, -1))
		b.want("closed a day early", b.tend(), []string(nil))
		b.clock.Set(d.Closes)
		if got, _ := b.boxes.Receive(t.Context(), left[5], Ballot(Kept)); got != Received {
			t.Errorf("before anybody noticed the day: %v", got) // it is counted, and nothing was published yet
		}
		b.want("closed", b.tend(), []string{id})
		b.want("closed again", b.tend(), []string(nil))
		b.want("outcomes", b.outcomes(id), "a result not-kept[10 0 15 0] kept[25 0 0 0]; b result too-few[0 0 0 0]")
		if got, _ := b.boxes.Receive(t.Context(), left[6], Ballot(Kept)); got != Unknown {
			t.Errorf("after the closing: %v", got)
		}
		b.want("says a", b.says(b.wells, "a").Village, promise.Village{Says: promise.NotKept})
		b.want("says b", b.says(b.class, "b").Village, promise.Village{Says: promise.TooFew})

		b.clock.Set(schedule.AddDays(d.Closes, 12))
		owed := rows(b, Owed, "")
		if len(owed) != 1 || owed[0].Promise != b.wells.Seq || owed[0].Unanswered(b.clock.Today()) != 12 || owed[0].Due != schedule.AddDays(d.Closes, 20) {
			t.Fatalf("owed: %+v", owed)
		}
		result := rows(b, Places, "WHERE v.place = 'a'")[0].ID
		reply, err := AnswerTo("org:county", result, b.wells.Seq, en("The second well is being dug."), ledger.NewSalt)
		if err != nil {
			t.Fatal(err)
		}
		b.add(reply)
		owed = rows(b, Owed, "")
		if owed[0].Answered != b.clock.Today() || owed[0].Unanswered("2027-01-01") != 0 || len(rows(b, Answers, "")) != 1 {
			t.Errorf("answered: %+v", owed)
		}
		b.read(func(tx *store.Tx) error {
			shown, err := TextsPublic(tx, 0, 1000)
			if err == nil && (!shown(owed[0].Answer, "note/en") || shown(owed[0].Answer, "other/en") || shown(b.wells.Seq, "note/en")) {
				t.Error("which texts are public")
			}
			return err
		})

		b.clock.Set(schedule.AddDays(d.Closes, quarter-20))
		d, id = b.open(func(d *Round) { d.Promises = []About{b.wells} })
		b.want("says while asked again", b.says(b.wells, "a").Village, promise.Village{Says: promise.NotKept})
		codes = b.deal(id, Sheet{"a", 40, 5})
		left = b.answer(codes["a"], 12, Partly)
		b.answer(left, 12, Kept)
		b.clock.Set(d.Closes)
		b.tend()
		b.want("says in the end", b.says(b.wells, "a").Village, promise.Village{Says: promise.PartlyKept, DisputedBefore: true})
		b.read(func(tx *store.Tx) error {
			v, err := Read(tx, b.clock.Today())
			if err != nil {
				return err
			}
			villages, err := VillagesOf(tx, b.class.Seq)
			b.want("villages of the township", villages, []string{"a", "b"})
			b.want("together", v.Together(b.class.Seq, villages).Village, promise.Village{Says: promise.PartlyKept})
			b.want("history", len(v.Askings(b.wells.Seq, "a")), 2)
			return err
		})
	})
}

// TestTownshipRound: results of a township, whose villages are too small for their own, are of all of them together, and nothing is
// known of one.
func TestTownshipRound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		d, id := b.open(func(d *Round) { d.Villages, d.Promises, d.Level = []string{"a", "b"}, []About{b.class}, LevelTownship })
		var failed error
		for _, err := range b.boxes.Deal(t.Context(), b.DB, "org:league", id, []Sheet{{"a", 12, 2}}) {
			failed = err
		}
		b.want("one village of two", ledger.Refused(failed).Code, "sheet.not-all")
		codes := b.deal(id, Sheet{"a", 12, 2}, Sheet{"b", 11, 2})
		b.answer(codes["a"], 9, Kept)
		b.answer(codes["b"], 8, Kept)
		b.clock.Set(d.Closes)
		b.tend()
		b.want("outcomes", b.outcomes(id), "north result kept[15 0 0 0]")
		b.want("says b", b.says(b.class, "b").Says, promise.Kept)
		b.want("says c", b.says(b.class, "c").Says, promise.NotAsked)
	})
}

// TestS9SmallVillages: cards for a place of fewer than twenty households are not made.
func TestS9SmallVillages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		_, id := b.open(nil)
		for _, test := range []struct {
			who    string
			sheets []Sheet
			code   string
		}{
			{"org:league", []Sheet{{"a", 19, 30}}, "sheet.too-few"},
			{"org:league", []Sheet{{"b", 40, 5}}, "sheet.bad"},
			{"org:league", []Sheet{{"a", 40, -1}}, "sheet.bad"},
			{"org:league", []Sheet{{"a", 40, 5}, {"a", 40, 5}}, "sheet.bad"},
			{"org:league", []Sheet{{"a", mostCards, 5}}, "sheet.bad"},
			{"org:office", []Sheet{{"a", 40, 5}}, "round.not-the-reviewer"},
			{"org:union", []Sheet{{"a", 40, 5}}, "round.not-the-reviewer"},
		} {
			n := 0
			for _, err := range b.boxes.Deal(t.Context(), b.DB, test.who, id, test.sheets) {
				if n++; ledger.Refused(err) == nil || ledger.Refused(err).Code != test.code {
					t.Errorf("%v: %v, should be %s", test.sheets, err, test.code)
				}
			}
			b.want("what came", n, 1)
		}
		first := b.deal(id, Sheet{"a", 20, 0})
		second := b.deal(id, Sheet{"a", 25, 0})
		if got, _ := b.boxes.Receive(t.Context(), first["a"][0], Ballot(Kept)); got != Unknown {
			t.Errorf("a card that was made anew: %v", got)
		}
		b.answer(second["a"], 1, Kept)
		for _, err := range b.boxes.Deal(t.Context(), b.DB, "org:league", id, []Sheet{{"a", 20, 0}}) {
			b.want("dealt after one was used", ledger.Refused(err).Code, "sheet.used")
		}
	})
}

// TestDealOver: whoever was told that no cards were made, or which, replaces no others; and what cannot be done is refused before
// any card of any place is made.
func TestDealOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		_, id := b.open(func(d *Round) { d.Villages, d.Promises = []string{"a", "b"}, []About{b.class} })
		over := func(made map[string]string, sheets ...Sheet) (codes []Code, refused string) {
			t.Helper()
			for card, err := range b.boxes.DealOver(t.Context(), b.DB, "org:league", id, sheets, made) {
				if err != nil {
					return codes, ledger.Refused(err).Code
				}
				codes = append(codes, card.Code)
			}
			return codes, ""
		}
		b.want("made before", b.boxes.Made(id), map[string]string{})
		first, refused := over(nil, Sheet{"a", 20, 2})
		b.want("first", []any{len(first), refused}, []any{22, ""})
		was := b.boxes.Made(id)
		b.want("places that have cards", len(was), 1)
		for _, made := range []string{"", "0011223344556677"} {
			codes, refused := over(map[string]string{"a": made}, Sheet{"a", 21, 0}, Sheet{"b", 20, 0})
			b.want("over "+made, []any{len(codes), refused}, []any{0, "sheet.meanwhile"})
		}
		b.want("made after refusals", b.boxes.Made(id), was)
		second, refused := over(was, Sheet{"a", 21, 0}, Sheet{"b", 20, 0})
		b.want("second", []any{len(second), refused}, []any{41, ""})
		now := b.boxes.Made(id)
		if len(now) != 2 || now["a"] == was["a"] || len(now["a"]) != 16 {
			t.Errorf("made anew: %v", now)
		}
		b.tend()
		b.answer(second[40:], 1, Kept) // of village b, the last one
		_, refused = over(now, Sheet{"a", 21, 0}, Sheet{"b", 20, 0})
		b.want("after one of b was used", refused, "sheet.used")
		b.want("cards of a", b.boxes.Made(id), now)
	})
}

// refusalsIn lists the codes of refusals in the sources of this package that a step gives.
func refusalsIn(t *testing.T, names ...string) []string {
	t.Helper()
	var codes []string
	for _, name := range names {
		source, err := os.ReadFile(filepath.Join(".", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:Refuse\(|Refusal\{Code: )"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			codes = append(codes, m[1])
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
