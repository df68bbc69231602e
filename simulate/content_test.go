package simulate_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/simulate"
	"kept/store"
	"kept/store/storetest"
)

// TestWhole lets a simulated book be checked from outside, on every engine.
func TestWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		k := create(t, e, small())
		k.write(small())
		ledgertest.Check(t, k.Book)
	})
}

// TestLikeness sees that there is as much as was asked for, and that what it is made of is about as common as it should be.
func TestLikeness(t *testing.T) {
	o := small()
	o.Villages, o.Promises, o.Reports = 120, 700, 4500
	k := create(t, sqlite(), o)
	k.write(o)
	exact := func(what string, want int, query string, args ...any) {
		t.Helper()
		if got := k.count(query, args...); got != want {
			t.Errorf("%s: %d, should be %d", what, got, want)
		}
	}
	exact("villages", o.Villages, "SELECT COUNT(*) FROM place WHERE level = 'village'")
	exact("townships", 12, "SELECT COUNT(*) FROM place WHERE level = 'township'")
	exact("districts", 2, "SELECT COUNT(*) FROM place WHERE level = 'district'")
	exact("regions", 1, "SELECT COUNT(*) FROM place WHERE level = 'region'")
	exact("countries", 1, "SELECT COUNT(*) FROM place WHERE level = 'country'")
	exact("tasks", 10, "SELECT COUNT(*) FROM task")
	exact("tasks with promises", 10, "SELECT COUNT(DISTINCT task) FROM promise")
	exact("promises", o.Promises, "SELECT COUNT(*) FROM promise")
	exact("reports", o.Reports, "SELECT COUNT(*) FROM report")
	exact("currencies", 2, "SELECT COUNT(DISTINCT currency) FROM money")
	exact("reports after the withdrawal", 0, "SELECT COUNT(*) FROM report AS r JOIN promise AS p ON p.seq = r.promise WHERE p.withdrawn <> '' AND r.recorded >= p.withdrawn")
	exact("villages without a team", 0, "SELECT COUNT(*) FROM place AS v WHERE v.level = 'village' AND NOT EXISTS (SELECT 1 FROM posting AS p WHERE p.place = v.code AND p.until_day = '')")

	// Shares in hundredths, with room for chance: these are hundreds of throws.
	share := func(what string, low, high, of int, query string, args ...any) {
		t.Helper()
		if got := 100 * k.count(query, args...) / of; got < low || got > high {
			t.Errorf("%s: %d in a hundred, should be %d to %d", what, got, low, high)
		}
	}
	share("promised once", 65, 75, o.Promises, "SELECT COUNT(*) FROM promise WHERE plan = 'once'")
	share("amended", 5, 10, o.Promises, "SELECT COUNT(*) FROM promise WHERE amended > 0")
	amended := k.count("SELECT COUNT(*) FROM promise WHERE amended > 0")
	share("lowered", 20, 45, amended, "SELECT COUNT(*) FROM promise WHERE lowered > 0")
	share("made later", 20, 45, amended, "SELECT COUNT(*) FROM promise WHERE later > 0")
	share("withdrawn", 1, 4, o.Promises, "SELECT COUNT(*) FROM promise WHERE withdrawn <> ''")
	share("passed", 25, 40, o.Reports, "SELECT COUNT(*) FROM report WHERE passed > 0")
	share("with a note", 20, 45, o.Reports, "SELECT COUNT(*) FROM report WHERE has_note = 1")
	share("on another day than recorded", 5, 15, o.Reports, "SELECT COUNT(*) FROM report WHERE day <> recorded")
	share("with a reading", 30, 80, o.Reports, "SELECT COUNT(DISTINCT seq) FROM reading")
	share("with spending", 30, 60, o.Reports, "SELECT COUNT(DISTINCT seq) FROM spent")
	share("to more than one place", 15, 30, o.Promises, "SELECT COUNT(*) FROM (SELECT promise FROM promise_place GROUP BY promise HAVING COUNT(*) > 1) AS many")
	share("to a township", 1, 8, o.Promises, "SELECT COUNT(*) FROM promise_place AS p JOIN place AS t ON t.code = p.place WHERE t.level = 'township'")
	held := k.count("SELECT COUNT(*) FROM occurrence WHERE state <> ''")
	share("held", 80, 95, held, "SELECT COUNT(*) FROM occurrence WHERE state = 'held'")
	for _, n := range read(k, func(tx *store.Tx) ([]promise.Row, error) { return promise.View.Select(tx, "WHERE v.plan = 'schedule'") }) {
		if n.Amended == 0 && (n.Total < 12 || n.Total > 60) {
			t.Errorf("promise %d comes due %d times", n.Number, n.Total)
		}
	}
	if days := k.count("SELECT COUNT(*) FROM day"); days < 700 || days > 731 {
		t.Errorf("something was recorded on %d days", days)
	}
	if k.count("SELECT COUNT(*) FROM payment WHERE withdrawn > 0") == 0 {
		t.Error("no payment was taken back")
	}
	checkStandings(t, k, o)
}

func checkStandings(t *testing.T, k *kept, o simulate.Options) {
	t.Helper()
	got := map[promise.Standing]int{}
	late, lateDone := 0, 0
	for _, p := range read(k, func(tx *store.Tx) ([]promise.Row, error) { return promise.View.Select(tx, "") }) {
		said := promise.Say(&p, o.Today, promise.Village{Says: promise.NotAsked})
		got[said.Team]++
		if said.LateDays > 0 {
			lateDone++
		}
		if said.OverdueDays > 0 {
			late++
		}
	}
	for _, s := range promise.Standings {
		least := o.Promises / 30
		if s == promise.Withdrawn {
			least = o.Promises / 100
		}
		if got[s] < least {
			t.Errorf("%d promises are %s, should be at least %d", got[s], s, least)
		}
	}
	if late == 0 || lateDone == 0 {
		t.Errorf("%d promises are late, %d were done late", late, lateDone)
	}
}

// TestSkewed sees that reports are as uneven as in life.
func TestSkewed(t *testing.T) {
	o := small()
	o.Villages, o.Promises, o.Reports = 100, 2000, 4000
	of := map[string]string{} // promise to its first village
	promises, reports := map[string]int{}, map[string]int{}
	err := simulate.Drafts(o, func(d ledger.Draft, _ string) {
		switch data := d.Data.(type) {
		case promise.Promised:
			of[d.ID] = data.Terms.Places[0]
			promises[of[d.ID]]++
		case promise.Report:
			reports[of[d.About]]++
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	silent, most := 0, 0
	for village := range promises {
		if reports[village] == 0 {
			silent++
		}
		most = max(most, promises[village])
	}
	if silent < 2 || silent > 20 {
		t.Errorf("nothing is reported from %d villages", silent)
	}
	if most < 3*o.Promises/o.Villages {
		t.Errorf("the village with most promises has %d of %d", most, o.Promises)
	}
}

// TestAnySize makes the entries of many simulations, tiny and lopsided ones too: every day is between the first and the
// last and none goes back, every id is new, and there are as many promises and reports as were asked for.
func TestAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := simulate.Options{Name: "sim", Villages: rapid.IntRange(1, 150).Draw(t, "villages"), Promises: rapid.IntRange(1, 120).Draw(t, "promises"),
			Reports: rapid.IntRange(0, 300).Draw(t, "reports"), Seed: rapid.Uint64().Draw(t, "seed"),
			Today: rapid.SampledFrom([]string{"2026-11-23", "2028-02-29", "2027-01-01", "2027-03-31"}).Draw(t, "today")}
		seen, before := map[string]bool{}, ""
		counted := map[string]int{}
		err := simulate.Drafts(o, func(d ledger.Draft, recorded string) {
			if d.Day > recorded || recorded < before || recorded > o.Today || seen[d.ID] {
				t.Fatalf("%s %s of %s, recorded %s after %s, seen before: %t", d.Kind, d.ID, d.Day, recorded, before, seen[d.ID])
			}
			seen[d.ID], before = true, recorded
			counted[d.Kind]++
		})
		if err != nil {
			t.Fatal(err)
		}
		if counted[promise.KindPromise] != o.Promises || counted[promise.KindReport] != o.Reports || before != o.Today {
			t.Fatalf("%v up to %s, of %+v", counted, before, o)
		}
	})
}

// TestAnySeed appends what other seeds make, none of which may be refused.
func TestAnySeed(t *testing.T) {
	for seed := range uint64(4) {
		o := simulate.Options{Name: "sim", Villages: 1 + 13*int(seed), Promises: 80, Reports: 400 * int(seed%3), Seed: seed, Today: "2027-03-31"}
		k := create(t, sqlite(), o)
		k.write(o)
		if got := k.count("SELECT COUNT(*) FROM report"); got != o.Reports {
			t.Errorf("seed %d: %d reports, should be %d", seed, got, o.Reports)
		}
	}
}

// TestWordings reads every wording and text: none lacks a language, and none has letters of another one's script.
func TestWordings(t *testing.T) {
	o := small()
	o.Villages = 4000 // all sides of the names
	wordings, texts := 0, map[string]int{}
	err := simulate.Drafts(o, func(d ledger.Draft, _ string) {
		if _, ok := d.Data.(programme.Programme); ok {
			return // its goal lists the options
		}
		eachWording(reflect.ValueOf(d.Data), func(w locale.Wording) {
			wordings++
			if len(w.In) != len(locale.Languages) || w.Check() != nil {
				t.Errorf("%q: %v", w.In, w.Check())
			}
			for lang, text := range w.In {
				checkLetters(t, lang, text)
			}
		})
		for _, text := range d.Texts {
			_, lang, _ := strings.Cut(text.Field, "/")
			checkLetters(t, lang, text.Body)
			texts[lang]++
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if wordings < 4000 || len(texts) != len(locale.Languages) {
		t.Errorf("%d wordings; texts by language: %v", wordings, texts)
	}
}

// eachWording finds the wordings inside a value.
func eachWording(v reflect.Value, f func(locale.Wording)) {
	if w, ok := v.Interface().(locale.Wording); ok {
		f(w)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachWording(v.Elem(), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachWording(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachWording(v.Index(i), f)
		}
	}
}

// uyghur are the letters of the Uyghur alphabet; letters of Arabic or Persian that look alike are not among them.
const uyghur = "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي"

func checkLetters(t *testing.T, lang, text string) {
	t.Helper()
	for _, r := range text {
		ok := !unicode.IsLetter(r)
		switch lang {
		case "en":
			ok = ok || unicode.Is(unicode.Latin, r)
		case "zh-Hans":
			ok = ok || unicode.Is(unicode.Han, r)
		case "ug":
			ok = ok || strings.ContainsRune(uyghur, r)
		}
		if !ok {
			t.Errorf("%q in %s has the letter %q", text, lang, r)
		}
	}
}
