package demo

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/store"
	"kept/voice"
)

// days are days on which somebody may look at the sample: the first and last of a month, the leap day, each quarter.
var days = []string{"2026-11-24", "2027-02-28", "2028-02-29", "2026-01-01", "2026-03-31", "2026-07-01", "2026-08-31", "2027-05-04"}

// write writes the sample as it stands on a day, on SQLite.
func write(t testing.TB, today string) *ledger.Book {
	t.Helper()
	location, err := store.At(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Create(t.Context(), Name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	key, err := Key()
	if err != nil {
		t.Fatal(err)
	}
	var clock Clock
	book, err := ledger.Create(t.Context(), db, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject), key, ledger.Options{Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	begun := time.Now()
	if err := Write(t.Context(), book, &clock, today); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: written in %v", today, time.Since(begun))
	if clock.Today() != today {
		t.Errorf("the clock stands at %s, should be at %s", clock.Today(), today)
	}
	return book
}

// read runs a query on the book.
func read[T any](t testing.TB, book *ledger.Book, f func(*store.Tx) (T, error)) (out T) {
	t.Helper()
	err := book.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func rows[T any](t testing.TB, book *ledger.Book, v *ledger.View[T], rest string, args ...any) []T {
	t.Helper()
	return read(t, book, func(tx *store.Tx) ([]T, error) { return v.Select(tx, rest, args...) })
}

func promises(t testing.TB, book *ledger.Book) []promise.Row {
	t.Helper()
	return rows(t, book, promise.View, "ORDER BY v.number")
}

func say(p *promise.Row, today string) promise.Said {
	return promise.Say(p, today, promise.Village{Says: promise.NotAsked})
}

// TestAnyDay writes the sample as of several days: the book is whole, its standings are spread, and it tells the story.
func TestAnyDay(t *testing.T) {
	for _, today := range days {
		t.Run(today, func(t *testing.T) {
			book := write(t, today)
			ledgertest.Check(t, book)
			book.Rules.HoldAtMost(40) // as a book does that is too large for the memory
			ledgertest.Check(t, book)
			if head := read(t, book, ledger.ReadHead); head.Day != today {
				t.Errorf("the book's day is %s", head.Day)
			}
			checkStandings(t, book, today)
			checkWells(t, book, today)
			checkStory(t, book, today)
		})
	}
}

func checkStandings(t *testing.T, book *ledger.Book, today string) {
	t.Helper()
	all := promises(t, book)
	got := map[promise.Standing]int{}
	lowered, later, amended := 0, 0, 0
	for i := range all {
		said := say(&all[i], today)
		got[said.Team]++
		lowered, later, amended = lowered+count(said.Lowered), later+count(said.MadeLater), amended+count(said.Amended > 0)
		if said.OverdueDays > RoadOverdue {
			t.Errorf("promise %d is overdue for %d days, more than the road's", all[i].Number, said.OverdueDays)
		}
	}
	want := map[promise.Standing]int{promise.ReportedDone: 17, promise.Overdue: 7, promise.UnderWay: 15, promise.Open: 4, promise.Withdrawn: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("standings (-want +got):\n%s", diff)
	}
	if lowered != 3 || later != 4 || amended != 6 {
		t.Errorf("%d promises lowered, %d made later, %d amended", lowered, later, amended)
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestSameDaySameRoot(t *testing.T) {
	root := func(today string) string { return read(t, write(t, today), ledger.ReadHead).Root() }
	a, b, other := root(days[0]), root(days[0]), root(days[1])
	if a != b {
		t.Errorf("the same day gave the roots %s and %s", a, b)
	}
	if a == other {
		t.Error("another day gave the same root")
	}
}

func checkWells(t *testing.T, book *ledger.Book, today string) {
	t.Helper()
	all := promises(t, book)
	wells := say(&all[0], today)
	due, first := all[0].Due, all[0].FirstDue
	if wells.Team != promise.ReportedDone || !wells.Lowered || !wells.MadeLater || all[0].Done <= due {
		t.Errorf("the wells: %+v, due %s", wells, due)
	}
	if schedule.DaysBetween(first, due) != 90 {
		t.Errorf("the wells are due %s, at first %s", due, first)
	}
	versions := rows(t, book, promise.Versions, "WHERE v.promise = $1 ORDER BY v.version", all[0].Seq)
	if len(versions) != 2 || schedule.DaysBetween(versions[0].Recorded, versions[1].Recorded) != 90 {
		t.Errorf("the wells' terms: %+v", versions)
	}
	m := rows(t, book, promise.Measures, "WHERE v.promise = $1", all[0].Seq)[0]
	if diff := cmp.Diff([]string{"0", "12", "8", "7"}, []string{m.Baseline, m.FirstTarget, m.Target, m.Reading}); diff != "" {
		t.Errorf("the wells' baseline, first target, target, reading (-want +got):\n%s", diff)
	}
	var perQuarter []string
	for _, q := range rows(t, book, promise.Targets, "WHERE v.promise = $1 ORDER BY v.from_day", all[0].Seq) {
		perQuarter = append(perQuarter, q.First+" "+q.Value+" "+q.Reading)
	}
	if diff := cmp.Diff([]string{"4 4 2", "12 6 ", "12 8 7"}, perQuarter); diff != "" {
		t.Errorf("the wells' quarters (-want +got):\n%s", diff)
	}
	var readings []string
	for _, r := range rows(t, book, promise.Readings, "WHERE v.promise = $1 ORDER BY v.seq", all[0].Seq) {
		readings = append(readings, r.Value)
	}
	if diff := cmp.Diff([]string{"2", "5", "7"}, readings); diff != "" {
		t.Errorf("the wells' readings (-want +got):\n%s", diff)
	}
	spent := rows(t, book, promise.Sums, "WHERE v.promise = $1 AND v.type = 'spent'", all[0].Seq)
	if len(spent) != 1 || spent[0].Minor != 171_400_00 {
		t.Errorf("spent on the wells: %+v", spent)
	}
	pictures := 0
	differs := 0
	for _, r := range rows(t, book, promise.Reports, "WHERE v.promise = $1", all[0].Seq) {
		pictures += int(r.Pictures)
		if r.Day != r.Recorded {
			differs += schedule.DaysBetween(r.Day, r.Recorded)
		}
		if r.Passed == 0 || r.NoteShown != 1 {
			t.Errorf("the wells' report of %s is not passed", r.Day)
		}
	}
	if pictures != 5 || differs != 3 {
		t.Errorf("the wells have %d pictures, and a report recorded %d days after its day", pictures, differs)
	}
}

// checkStory reads promises 2 to 6.
func checkStory(t *testing.T, book *ledger.Book, today string) {
	t.Helper()
	all := promises(t, book)
	if road := say(&all[1], today); road.Team != promise.Overdue || road.OverdueDays != RoadOverdue {
		t.Errorf("the road: %+v", road)
	}
	paid := rows(t, book, promise.Sums, "WHERE v.promise = $1 AND v.type = 'disbursed'", all[1].Seq)
	if len(paid) != 1 || paid[0].Minor != 64_000_00 {
		t.Errorf("paid for the road: %+v", paid)
	}

	tuesdays := map[string]int{}
	for _, o := range rows(t, book, promise.Occurrences, "WHERE v.promise = $1", all[2].Seq) {
		n, _ := schedule.ParseDay(o.Due)
		if (n+4)%7 != tuesday {
			t.Errorf("%s is no Tuesday", o.Due)
		}
		if o.State == "" && o.Due >= today {
			o.State = "to come"
		}
		tuesdays[o.State]++
	}
	if diff := cmp.Diff(map[string]int{"held": 18, "": 3, "to come": 9}, tuesdays); diff != "" {
		t.Errorf("Tuesdays (-want +got):\n%s", diff)
	}

	if accounts := say(&all[3], today); accounts.Team != promise.UnderWay || all[3].Held != 2 || all[3].NotHeld != 1 {
		t.Errorf("the accounts: %+v, %+v", accounts, all[3])
	}
	if melons := say(&all[4], today); melons.Team != promise.Withdrawn || all[4].Reports != 0 {
		t.Errorf("the melons: %+v", melons)
	}
	reason := read(t, book, func(tx *store.Tx) (map[int64]map[string]ledger.Said, error) {
		return ledger.TextsOf(tx, promise.FieldReason, all[4].Ended)
	})
	if len(reason[all[4].Ended]) != 3 {
		t.Errorf("the melons' reason: %v", reason)
	}
	checkSentBack(t, book)
	if drill := say(&all[5], today); drill.Team != promise.ReportedDone || drill.LateDays != 0 {
		t.Errorf("the seed drill: %+v", drill)
	}
}

// checkSentBack reads the pipeline, one of whose reports was sent back and corrected, and the answers to applications, late in
// one period and not reported for another.
func checkSentBack(t *testing.T, book *ledger.Book) {
	t.Helper()
	back := rows(t, book, promise.Reports, "WHERE v.sent_back > 0")
	if len(back) != 1 {
		t.Fatalf("%d reports were sent back", len(back))
	}
	p := rows(t, book, promise.View, "WHERE v.seq = $1", back[0].Promise)[0]
	spent := rows(t, book, promise.Sums, "WHERE v.promise = $1 AND v.type = 'spent'", p.Seq)
	measure := rows(t, book, promise.Measures, "WHERE v.promise = $1 AND v.n = 0", p.Seq)[0]
	if p.SentBack != 1 || p.Reports != 3 || len(spent) != 1 || spent[0].Minor != 67_200_00 || measure.Reading != "1.75" {
		t.Errorf("the pipeline: %+v, spent %+v, reading %s", p, spent, measure.Reading)
	}
	reason := read(t, book, func(tx *store.Tx) (map[int64]map[string]ledger.Said, error) {
		return ledger.TextsOf(tx, promise.FieldReason, back[0].SentBack)
	})
	if len(reason[back[0].SentBack]) != len(locale.Languages) {
		t.Errorf("why it was sent back: %v", reason)
	}
	service := rows(t, book, promise.View, "WHERE v.plan = $1", promise.ServiceLevel)
	if len(service) != 1 || service[0].Total != 12 || service[0].Held != 5 || service[0].NotHeld != 1 || service[0].OpenDue == "" {
		t.Errorf("the answers: %+v", service)
	}
}

// TestNothingIsEmpty sees that every village and every task has promises, and that each thing a page can show is there.
func TestNothingIsEmpty(t *testing.T) {
	book := write(t, days[0])
	for _, table := range book.Rules.Tables() {
		switch table.Name {
		case "erased", "epoch", "alias", "import", "imported", "source", "document": // come from erasures, losses and imports, which the sample has none of
			continue
		}
		n := read(t, book, func(tx *store.Tx) (n int64, err error) {
			_, err = tx.One([]any{&n}, "SELECT COUNT(*) FROM "+table.Name)
			return n, err
		})
		if n == 0 {
			t.Errorf("view %s has no rows", table.Name)
		}
	}
	for _, village := range rows(t, book, programme.Places, "WHERE v.level = 'village'") {
		if n := len(rows(t, book, promise.Places, "WHERE v.place = $1", village.Code)); n < 7 {
			t.Errorf("%s has %d promises", village.Code, n)
		}
		if len(rows(t, book, programme.Postings, "WHERE v.place = $1 AND (v.until_day = '' OR v.until_day > $2)", village.Code, days[0])) == 0 {
			t.Errorf("no team serves %s", village.Code)
		}
	}
	for _, task := range rows(t, book, programme.Tasks, "") {
		if len(rows(t, book, promise.View, "WHERE v.task = $1", task.Code)) == 0 {
			t.Errorf("task %s has no promise", task.Code)
		}
	}
	if n := len(rows(t, book, programme.Places, "WHERE v.level = 'village'")); n != 12 {
		t.Errorf("%d villages", n)
	}
	if n := len(rows(t, book, programme.Teams, "")); n != 9 {
		t.Errorf("%d teams", n)
	}
	if len(rows(t, book, promise.Reports, "WHERE v.passed = 0")) == 0 {
		t.Error("every report was looked at, so the page of those to be looked at is empty")
	}
	if len(rows(t, book, promise.Targets, "WHERE v.reading = '0' AND v.value <> '0'")) == 0 {
		t.Error("no target has a reported zero")
	}
	currencies := map[string]bool{}
	for _, m := range rows(t, book, promise.Sums, "") {
		currencies[m.Currency] = true
	}
	if len(currencies) < 2 {
		t.Error("all money is of one currency")
	}
}

var wordingType = reflect.TypeFor[locale.Wording]()

// wordings calls f for every wording inside a value.
func wordings(v reflect.Value, f func(locale.Wording)) {
	switch {
	case v.Type() == wordingType:
		f(v.Interface().(locale.Wording))
	case v.Kind() == reflect.Pointer && !v.IsNil():
		wordings(v.Elem(), f)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			wordings(v.Field(i), f)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			wordings(v.Index(i), f)
		}
	}
}

// TestEveryWordingInThreeLanguages reads the entries: no wording lacks a language, and none is in the wrong script.
func TestEveryWordingInThreeLanguages(t *testing.T) {
	batches, err := tell(days[0]).batches()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	texts := map[int]int{}
	for _, b := range batches {
		for _, d := range b.drafts {
			wordings(reflect.ValueOf(d.Data), func(w locale.Wording) {
				seen++
				if len(w.In) != len(locale.Languages) {
					t.Errorf("%q is not in every language", w.In)
				}
				checkScripts(t, w.In)
			})
			in := map[string]string{}
			if x, ok := d.Data.(promise.Translation); ok {
				in[x.Lang] = x.Text
				checkScripts(t, in)
				continue
			}
			for _, x := range d.Texts {
				_, lang, _ := strings.Cut(x.Field, "/")
				in[lang] = x.Body
			}
			checkScripts(t, in)
			if len(in) > 0 {
				texts[len(in)]++
			}
		}
	}
	// Notes are written by teams: most were translated, some stand in one language alone.
	if seen < 200 || texts[1] < 3 || texts[3] < 30 || len(texts) != 2 {
		t.Errorf("%d wordings; notes and reasons by number of languages: %v", seen, texts)
	}
}

// uyghur are the letters and marks of the Uyghur alphabet; Arabic letters that look alike are not among them.
const uyghur = "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي،؛؟"

// checkScripts wants every text in the script of its language: a slip of the hand shows.
func checkScripts(t *testing.T, in map[string]string) {
	t.Helper()
	for tag, text := range in {
		foreign := ""
		for _, r := range text {
			script := ""
			switch {
			case strings.ContainsRune(uyghur, r):
				script = "ug"
			case r >= 0x2e80 && r <= 0x9fff || r >= 0xff00 && r <= 0xffef:
				script = "zh-Hans"
			case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
				script = "en"
			case r < 0x80 || r == '²':
				continue // digits, punctuation, signs
			}
			if script != tag {
				foreign += string(r)
			}
		}
		if text == "" || foreign != "" {
			t.Errorf("%q in %s has foreign letters %q", text, tag, foreign)
		}
	}
}

// TestWriteAgain writes the same day twice, which changes nothing, and then what is no day.
func TestWriteAgain(t *testing.T) {
	book := write(t, days[0])
	before := read(t, book, ledger.ReadHead)
	if err := Write(t.Context(), book, &Clock{}, days[0]); err != nil {
		t.Fatal(err)
	}
	if after := read(t, book, ledger.ReadHead); after.Size != before.Size {
		t.Errorf("%d entries, before %d", after.Size, before.Size)
	}
	if err := Write(t.Context(), book, &Clock{}, "2026-02-29"); err == nil {
		t.Error("wrote the sample as of a day that does not exist")
	}
	// Another day tells another story under the same ids: the book refuses it, and Write says so.
	if err := Write(t.Context(), book, &Clock{}, days[1]); ledger.Refused(err) == nil {
		t.Errorf("another day on top of the first: %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		write(b, days[0])
	}
}
