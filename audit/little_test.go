package audit_test

import (
	"bytes"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store/storetest"
	"kept/voice"
)

// little is a small programme that has every kind of thing beside its book: notes that were passed, waiting and erased, a
// reason, a description, and a picture.
type little struct {
	*ledger.Book
	promise string // id of its promise
	waiting int64  // the report with a note that nobody passed
	passed  int64  // the report with a note that was
}

// verified is the name of the little programme in addresses.
const verified = "little"

// newLittle makes the little programme. Books with one seed have one key; title is what differs between two pasts.
func newLittle(t *testing.T, seed byte, title string) *little {
	t.Helper()
	key, err := ledger.NewKey("kept/little/test", bytes.Repeat([]byte{seed}, 32))
	if err != nil {
		t.Fatal(err)
	}
	clock := ledgertest.NewClock(ledgertest.FirstDay)
	b, err := ledger.Create(t.Context(), storetest.Engines()[0].New(t), ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), key, ledger.Options{Today: clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() }) // a test may have closed it
	l := &little{Book: b}
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	for _, d := range []ledger.Draft{
		{Kind: programme.KindProgramme, Data: programme.Programme{Name: verified, Title: w("Little"), Goal: w("Water"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}}},
		{Kind: programme.KindOrganisation, Data: programme.Organisation{Code: "office", Name: w("Office")}},
		{Kind: programme.KindOrganisation, Data: programme.Organisation{Code: "other", Name: w("Other")}},
		{Kind: programme.KindTeam, Data: programme.Team{Code: "team", Organisation: "office", Name: w("Team")}},
		{Kind: programme.KindTask, Data: programme.Task{Code: "water", Name: w("Water")}},
		{Kind: programme.KindPlace, Data: programme.Place{Code: "a", Level: "village", Name: w("A")}},
	} {
		d.Who = "org:office"
		l.add(t, d, nil)
	}
	terms := promise.Terms{Title: w(title), Task: "water", Places: []string{"a"}, Team: "team", Office: "office", Plan: promise.Plan{Kind: promise.Once, Due: "2026-06-30"},
		Money: []promise.Money{{Currency: "CNY", Minor: 100_000}}}
	d, err := promise.Describe("org:office", promise.Promised{Terms: terms}, w("Described at length"), ledger.NewSalt)
	l.promise, _ = l.add(t, d, err)
	terms.Money[0].Minor = 90_000
	d, err = promise.Amend("org:office", l.promise, 1, terms, w("Less money"), ledger.NewSalt)
	l.add(t, d, err)
	pictureID := "0123456789abcdef0123456789abcdef"
	passed, at := l.report(t, "Passed words", promise.Report{Pictures: []string{pictureID}})
	l.passed = at
	sum := ledger.HashBytes(ledgertest.PNG)
	l.add(t, promise.Pass("org:other", passed, true, []promise.Passed{{ID: pictureID, SHA256: sum, Shows: w("A well")}},
		[]ledger.Picture{{SHA256: sum, Media: ledger.MediaType(ledgertest.PNG), Body: ledgertest.PNG}}), nil)
	_, l.waiting = l.report(t, "Waiting words", promise.Report{})
	gone, _ := l.report(t, "Erased words", promise.Report{})
	l.add(t, promise.Pass("org:other", gone, true, nil, nil), nil)
	l.add(t, ledgertest.Erase(gone, "note/en"), nil)
	return l
}

// add appends one entry and returns its id and place.
func (l *little) add(t *testing.T, d ledger.Draft, err error) (string, int64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	receipts := ledgertest.Append(t, l.Book, d)
	return receipts[0].ID, receipts[0].Seq
}

func (l *little) report(t *testing.T, note string, r promise.Report) (string, int64) {
	t.Helper()
	d, err := promise.ReportOn("team:team", l.promise, "", r, locale.Plain("en", note), ledger.NewSalt)
	return l.add(t, d, err)
}
