package figures_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store"
	"kept/store/storetest"
	"kept/voice"
)

// growing makes a book entry by entry, and hands every state of it to see.
func growing(t *testing.T, e storetest.Engine, see func(at *figures.At)) *ledger.Book {
	t.Helper()
	clock := ledgertest.NewClock(ledgertest.FirstDay)
	b := ledgertest.Create(t, e.New(t), ledger.Options{Today: clock.Today}, programme.Subject, promise.Subject, voice.Subject)
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	id := ""
	add := func(d ledger.Draft, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		id = ledgertest.Append(t, b, d)[0].ID
		look(t, b, see)
	}
	for _, d := range []ledger.Draft{
		{Kind: programme.KindProgramme, Data: programme.Programme{Name: "grown", Title: w("Grown"), Goal: w("Water"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}}},
		{Kind: programme.KindOrganisation, Data: programme.Organisation{Code: "office", Name: w("Office")}},
		{Kind: programme.KindTask, Data: programme.Task{Code: "water", Name: w("Water")}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "t", Level: "township", Name: w("T")}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "v-1", Level: "village", Parent: "t", Name: w("V")}},
	} {
		d.Who = "org:office"
		add(d, nil)
	}
	for i := range 3 {
		terms := promise.Terms{Title: w("Wells " + strconv.Itoa(i)), Task: "water", Places: []string{[]string{"t", "v-1"}[i%2]}, Office: "office",
			Plan: promise.Plan{Kind: promise.Once, Due: "2026-04-0" + strconv.Itoa(i+1)}, Money: []promise.Money{{Currency: "CNY", Minor: 1000}}}
		add(promise.Promise("org:office", promise.Promised{Terms: terms}), nil)
		about := id
		add(promise.ReportOn("org:office", about, "", promise.Report{State: promise.StateUnderWay, Spent: []promise.Spent{{Currency: "USD", Minor: 7}}}, w("Dug"), ledger.NewSalt))
		terms.Money[0].Minor = 900
		add(promise.Amend("org:office", about, 1, terms, w("Less"), ledger.NewSalt))
		clock.Set([]string{"2026-03-20", "2026-04-02", "2026-05-01"}[i])
		if i == 2 {
			add(promise.Withdraw("org:office", about, w("No"), ledger.NewSalt))
		}
	}
	return b
}

func look(t *testing.T, b *ledger.Book, see func(at *figures.At)) {
	t.Helper()
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		see(&figures.At{Tx: tx, Size: head.Size, Day: head.Day})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEverything: the figures of the whole programme are those that need no argument, and those by standing, mark, task,
// place, type and currency; each is what Ask says of its name.
func TestEverything(t *testing.T) {
	for name, args := range figures.Arguments() {
		needs := name == "team-days" || slices.ContainsFunc([]string{"promise", "entry", "what", "role", "days", "from"}, func(arg string) bool { return slices.Contains(args, arg) })
		if whole := slices.Contains(figures.OfProgramme, name); !whole && !needs {
			t.Errorf("the figure %s needs no argument, and is not among those of the whole programme", name)
		}
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := growing(t, e, func(*figures.At) {})
		look(t, b, func(at *figures.At) {
			all, err := figures.Everything(at)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range all {
				if truth, err := figures.Ask(at, name); err != nil || truth != value {
					t.Errorf("%s is %q, asked for it is %q, %v", name, value, truth, err)
				}
			}
			for name, want := range map[figures.Name]string{
				"entries": strconv.FormatInt(at.Size, 10), "promises": "3", "promises?standing=overdue": "2", "promises?standing=withdrawn": "1", "promises?mark=amended": "3",
				"promises?task=water": "3", "promises?place=t": "3", "promises?place=v-1": "1", "promises?place=t&standing=overdue": "2", "reports": "3", "amendments": "3", "pictures": "0",
				"places?level=village": "1", "places?level=site": "0", "money?currency=CNY&type=promised": "2700", "money?currency=CNY&type=first-promised": "3000",
				"money?currency=USD&type=paid": "21", "money?currency=USD&type=spent": "21", "overdue-days": "30", "periods?reported=no": "0", "tasks": "1",
			} {
				if got, ok := all[name]; !ok || got != want {
					t.Errorf("%s is %q, should be %q", name, got, want)
				}
			}
			for name := range all {
				if strings.Contains(string(name), "promise=") || strings.Contains(string(name), "entry=") {
					t.Errorf("%s is not of the whole programme", name)
				}
			}
			other := *at
			other.Day = "2026-04-02"
			if all, err = figures.Everything(&other); err != nil || all["promises?standing=overdue"] != "1" {
				t.Errorf("a month before: %q, %v", all["promises?standing=overdue"], err)
			}
		})
	})
}

// TestPast: at every smaller size the figures are those that the book had when it was of that size, and nothing stays behind.
func TestPast(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		type state struct {
			day string
			all map[figures.Name]string
		}
		then := map[int64]state{}
		b := growing(t, e, func(at *figures.At) {
			all, err := figures.Everything(at)
			if err != nil {
				t.Fatal(err)
			}
			then[at.Size] = state{at.Day, all}
		})
		if len(then) < 15 {
			t.Fatalf("only %d states", len(then))
		}
		look(t, b, func(at *figures.At) {
			for size, want := range then {
				err := figures.Past(t.Context(), at.Tx, b.Rules, size, func(past *figures.At) error {
					all, err := figures.Everything(past)
					if diff := cmp.Diff(want.all, all); diff != "" || past.Day != want.day || past.Size != size {
						t.Errorf("%d entries, day %s, should be %s (-then +now):\n%s", past.Size, past.Day, want.day, diff)
					}
					return err
				})
				if err != nil {
					t.Errorf("%d entries: %v", size, err)
				}
			}
		})
		if left, err := filepath.Glob(filepath.Join(os.TempDir(), "kept-past-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %q, %v", left, err)
		}
	})
}
