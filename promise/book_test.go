package promise_test

import (
	"os"
	"path/filepath"
	"regexp"
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

// book is a small programme to make promises in: an office that sends a team, another organisation, a funder; two villages.
type book struct {
	*ledger.Book
	t     *testing.T
	clock *ledgertest.Clock
}

func en(text string) locale.Wording { return locale.Plain("en", text) }

func newBook(t *testing.T, e storetest.Engine) *book {
	t.Helper()
	clock := ledgertest.NewClock("2026-01-05")
	b := &book{ledgertest.Create(t, e.New(t), ledger.Options{Today: clock.Today}, programme.Subject, promise.Subject), t, clock}
	b.add(ledger.Draft{Kind: programme.KindProgramme, Who: "org:office", Data: programme.Programme{Name: "valley", Title: en("Valley"), Goal: en("Water"),
		From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}}})
	for _, code := range []string{"office", "other", "funder"} {
		b.add(ledger.Draft{Kind: programme.KindOrganisation, Who: "org:office", Data: programme.Organisation{Code: code, Name: en(code)}})
	}
	b.add(
		ledger.Draft{Kind: programme.KindTask, Who: "org:office", Data: programme.Task{Code: "water", Name: en("Water")}},
		ledger.Draft{Kind: programme.KindPlace, Who: "org:office", Data: programme.Place{Code: "a", Level: "village", Name: en("A")}},
		ledger.Draft{Kind: programme.KindPlace, Who: "org:office", Data: programme.Place{Code: "b", Level: "village", Name: en("B")}},
		ledger.Draft{Kind: programme.KindTeam, Who: "org:office", Data: programme.Team{Code: "team", Organisation: "office", Name: en("Team")}},
	)
	return b
}

// add appends drafts, none of which may be refused, and returns the last one's id.
func (b *book) add(drafts ...ledger.Draft) string {
	b.t.Helper()
	receipts := ledgertest.Append(b.t, b.Book, drafts...)
	return receipts[len(receipts)-1].ID
}

// must takes the draft out of what a drafting function returns.
func (b *book) must(d ledger.Draft, err error) ledger.Draft {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

// wells promises twelve wells by the end of June, in two periods.
func wells() promise.Terms {
	return promise.Terms{Title: en("Wells"), Task: "water", Places: []string{"a"}, Team: "team", Office: "office",
		Plan: promise.Plan{Kind: promise.Once, Due: "2026-06-30"},
		Measures: []promise.Measure{{Name: en("wells"), Unit: en("wells"), Targets: []promise.Target{
			{From: "2026-01-01", To: "2026-03-31", Value: "4"}, {From: "2026-04-01", To: "2026-06-30", Value: "12"}}}},
		Money: []promise.Money{{Source: "funder", Currency: "USD", Minor: 100_00}, {Source: "office", Currency: "USD", Minor: 20_00}, {Currency: "CNY", Minor: 700}}}
}

// class promises a class on the first of each month from February to May.
func class() promise.Terms {
	t := wells()
	t.Title, t.Measures, t.Money = en("Class"), nil, nil
	t.Plan = promise.Plan{Kind: promise.Schedule, Rule: &schedule.Rule{Every: schedule.Month, Interval: 1, From: "2026-02-01", Until: "2026-05-01"}}
	return t
}

// service promises answers within 20 days, counted at the end of each quarter.
func service() promise.Terms {
	t := wells()
	t.Title, t.Measures, t.Money = en("Answers"), nil, nil
	t.Plan = promise.Plan{Kind: promise.ServiceLevel, Within: 20, Rule: &schedule.Rule{Every: schedule.Quarter, Interval: 1, From: "2026-03-31"}}
	return t
}

func (b *book) promise(t promise.Terms) string {
	b.t.Helper()
	return b.add(promise.Promise("org:office", promise.Promised{Terms: t}))
}

func (b *book) report(id, day string, r promise.Report) ledger.Draft {
	b.t.Helper()
	return b.must(promise.ReportOn("team:team", id, day, r, locale.Wording{}, ledger.NewSalt))
}

func (b *book) amend(id string, version int64, t promise.Terms) ledger.Draft {
	b.t.Helper()
	return b.must(promise.Amend("org:office", id, version, t, locale.Wording{}, ledger.NewSalt))
}

// row reads the promise with this id.
func (b *book) row(id string) promise.Row {
	b.t.Helper()
	return one(b, promise.View, "WHERE v.id = $1", id)
}

func read[T any](b *book, f func(*store.Tx) (T, error)) (out T) {
	b.t.Helper()
	err := b.DB.Read(b.t.Context(), func(tx *store.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func rows[T any](b *book, v *ledger.View[T], rest string, args ...any) []T {
	b.t.Helper()
	return read(b, func(tx *store.Tx) ([]T, error) { return v.Select(tx, rest, args...) })
}

func one[T any](b *book, v *ledger.View[T], rest string, args ...any) T {
	b.t.Helper()
	all := rows(b, v, rest, args...)
	if len(all) != 1 {
		b.t.Fatalf("%d rows of %s, should be one", len(all), v.Table().Name)
	}
	return all[0]
}

// refusalsIn lists the codes of refusals in the sources of a package.
func refusalsIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", folder, err)
	}
	var codes []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(?:Refuse\(|Refusal\{Code: )"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			codes = append(codes, m[1])
		}
	}
	return codes
}
