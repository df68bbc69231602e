package promise_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
	"kept/store/storetest"
)

// each runs a test on every database and lets the whole book be checked from outside at the end.
func each(t *testing.T, f func(t *testing.T, b *book)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := newBook(t, e)
		f(t, b)
		ledgertest.Check(t, b.Book)
	})
}

// measured is what stands of a measure: its last reading, and each period with target, first target and reading.
func (b *book) measured(id string, n int64) string {
	b.t.Helper()
	p := b.row(id)
	m := one(b, promise.Measures, "WHERE v.promise = $1 AND v.n = $2", p.Seq, n)
	out := fmt.Sprintf("target %q at first %q reading %q", m.Target, m.FirstTarget, m.Reading)
	for _, x := range rows(b, promise.Targets, "WHERE v.promise = $1 AND v.n = $2 ORDER BY v.from_day, v.to_day", p.Seq, n) {
		out += fmt.Sprintf("; %s..%s %q at first %q reading %q", x.From[5:], x.To[5:], x.Value, x.First, x.Reading)
	}
	return out
}

func (b *book) want(what, got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("%s\n got %s\nwant %s", what, got, want)
	}
}

func TestReadings(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		const first = `; 01-01..03-31 "4" at first "4" reading `
		const second = `; 04-01..06-30 "12" at first "12" reading `
		b.want("nothing reported is no zero", b.measured(id, 0), `target "12" at first "12" reading ""`+first+`""`+second+`""`)

		b.add(b.report(id, "2026-02-01", promise.Report{Readings: []promise.Reading{{Value: "0"}}}))
		b.want("a reported zero is a zero", b.measured(id, 0), `target "12" at first "12" reading "0"`+first+`"0"`+second+`""`)

		b.add(b.report(id, "2026-02-02", promise.Report{Readings: []promise.Reading{{From: "2026-04-01", To: "2026-06-30", Value: "5"}}}))
		b.want("a period that is named counts, not the report's day", b.measured(id, 0), `target "12" at first "12" reading "5"`+first+`"0"`+second+`"5"`)

		b.add(b.report(id, "2026-02-03", promise.Report{Readings: []promise.Reading{{From: "2026-01-01", To: "2026-06-30", Value: "6"}}}))
		b.want("a period around two belongs to neither", b.measured(id, 0), `target "12" at first "12" reading "6"`+first+`"0"`+second+`"5"`)

		b.add(b.report(id, "2026-12-01", promise.Report{Readings: []promise.Reading{{Value: "7"}}}))
		b.want("a day outside of all periods", b.measured(id, 0), `target "12" at first "12" reading "7"`+first+`"0"`+second+`"5"`)

		b.add(b.report(id, "2026-02-04", promise.Report{Readings: []promise.Reading{{From: "2026-04-01", To: "2026-06-30", Value: "99", Early: true}}}))
		b.want("an early reading moves nothing", b.measured(id, 0), `target "12" at first "12" reading "7"`+first+`"0"`+second+`"5"`)

		b.add(b.report(id, "2026-03-31", promise.Report{Readings: []promise.Reading{{Value: "3"}, {From: "2026-04-01", To: "2026-06-30", Value: "4"}}}))
		b.want("later readings correct, the last day counts", b.measured(id, 0), `target "12" at first "12" reading "4"`+first+`"3"`+second+`"4"`)

		if n := len(rows(b, promise.Readings, "")); n != 7 {
			t.Errorf("%d readings are kept, should be all 7", n)
		}
		if p := b.row(id); p.Reports != 6 || p.Begun != 1 || p.Reported != "2026-01-05" {
			t.Errorf("reports %d, begun %d, reported %s", p.Reports, p.Begun, p.Reported)
		}
	})
}

func TestAmendments(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		b.add(b.report(id, "2026-02-01", promise.Report{Readings: []promise.Reading{{Value: "2"}}}))

		b.clock.Set("2026-03-01")
		fewer := wells()
		fewer.Places = []string{"b"}
		fewer.Plan.Due = "2026-09-30"
		fewer.Measures = []promise.Measure{{Name: en("wells"), Unit: en("wells"), Targets: []promise.Target{
			{From: "2026-01-01", To: "2026-03-31", Value: "3"}, {From: "2026-04-01", To: "2026-09-30", Value: "8"}}}}
		fewer.Money = []promise.Money{{Source: "funder", Currency: "USD", Minor: 60_00}}
		b.add(b.must(promise.Amend("org:office", id, 1, fewer, en("the rock is hard"), ledger.NewSalt)))

		p := b.row(id)
		got := fmt.Sprintf("version %d amended %d lowered %d later %d due %s first %s open %s", p.Version, p.Amended, p.Lowered, p.Later, p.Due, p.FirstDue, p.OpenDue)
		b.want("marks", got, "version 2 amended 1 lowered 1 later 1 due 2026-09-30 first 2026-06-30 open 2026-09-30")
		b.want("old targets stay beside new ones", b.measured(id, 0), `target "8" at first "12" reading "2"; 01-01..03-31 "3" at first "4" reading "2"`+
			`; 04-01..06-30 "" at first "12" reading ""; 04-01..09-30 "8" at first "8" reading ""`)
		if diff := cmp.Diff([]promise.PlaceRow{{Place: "b", Promise: p.Seq}}, rows(b, promise.Places, "")); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		b.want("money", b.money(id), "CNY first-promised 700, CNY promised 0, USD first-promised 12000, USD promised 6000")

		versions := rows(b, promise.Versions, "ORDER BY v.version")
		if len(versions) != 2 || versions[0].Lowered != 0 || versions[1].Lowered != 1 || versions[1].Later != 1 || versions[1].Lang != "en" || versions[1].Recorded != "2026-03-01" {
			t.Errorf("versions: %+v", versions)
		}
		old, err := promise.ParseTerms(versions[0].Terms)
		if diff := cmp.Diff(wells(), old, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("the old terms stay for ever (-want +got):\n%s%v", diff, err)
		}

		ledgertest.Refused(t, b.Book, "amendment.stale", b.amend(id, 1, wells()))
		b.add(b.amend(id, 2, wells())) // back to what it was
		p = b.row(id)
		b.want("what was lowered once stays marked", fmt.Sprint(p.Amended, p.Lowered, p.Later), "2 2 1") // place b is gone again
		b.want("measures", b.measured(id, 0), `target "12" at first "12" reading "2"; 01-01..03-31 "4" at first "4" reading "2"`+
			`; 04-01..06-30 "12" at first "12" reading ""; 04-01..09-30 "" at first "8" reading ""`)

		none := wells()
		none.Measures = nil
		b.add(b.amend(id, 3, none))
		b.want("a measure that is gone keeps what was reported", b.measured(id, 0), `target "" at first "12" reading "2"; 01-01..03-31 "" at first "4" reading "2"`+
			`; 04-01..06-30 "" at first "12" reading ""; 04-01..09-30 "" at first "8" reading ""`)
		b.add(b.report(id, "2026-02-01", promise.Report{Readings: []promise.Reading{{Value: "3"}}})) // on the way when it was amended
	})
}

// TestTwoAmendments: of two that change the same version the second is refused, also in one transaction.
func TestTwoAmendments(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		one, two := wells(), wells()
		one.Title, two.Title = en("One"), en("Two")
		receipts, err := b.Append(t.Context(), b.amend(id, 1, one), b.amend(id, 1, two))
		if err != nil || receipts[0].Err != nil {
			t.Fatal(err, receipts[0].Err)
		}
		if r := ledger.Refused(receipts[1].Err); r == nil || r.Code != "amendment.stale" {
			t.Errorf("the second: %v", receipts[1].Err)
		}
	})
}

// money lists the sums of a promise.
func (b *book) money(id string) string {
	b.t.Helper()
	var out []string
	for _, m := range rows(b, promise.Sums, "WHERE v.promise = $1 ORDER BY v.currency, v.type", b.row(id).Seq) {
		out = append(out, fmt.Sprintf("%s %s %d", m.Currency, m.Type, m.Minor))
	}
	return strings.Join(out, ", ")
}

// held lists the days of a schedule with their states.
func (b *book) held(id string) string {
	b.t.Helper()
	p := b.row(id)
	out := fmt.Sprintf("%d of %d held, %d not, open %s:", p.Held, p.Total, p.NotHeld, p.OpenDue)
	all := rows(b, promise.Occurrences, "WHERE v.promise = $1 ORDER BY v.due", p.Seq)
	for _, o := range all {
		out += " " + o.Due[5:] + " " + o.State
	}
	if int64(len(all)) != p.Total {
		b.t.Errorf("%d occurrences, the promise says %d", len(all), p.Total)
	}
	return out
}

func (b *book) hold(id, due string, held bool) {
	b.t.Helper()
	b.add(b.report(id, "2026-06-01", promise.Report{Occurrence: &promise.Occurrence{Due: due, Held: held}}))
}

func TestSchedule(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(class())
		b.want("as promised", b.held(id), "0 of 4 held, 0 not, open 2026-02-01: 02-01  03-01  04-01  05-01 ")
		b.hold(id, "2026-03-01", true)
		b.want("a later day first", b.held(id), "1 of 4 held, 0 not, open 2026-02-01: 02-01  03-01 held 04-01  05-01 ")
		b.hold(id, "2026-02-01", false)
		b.want("not held is reported too", b.held(id), "1 of 4 held, 1 not, open 2026-04-01: 02-01 not-held 03-01 held 04-01  05-01 ")
		b.hold(id, "2026-02-01", true)
		b.hold(id, "2026-03-01", false)
		b.hold(id, "2026-03-01", false)
		b.want("corrections", b.held(id), "1 of 4 held, 1 not, open 2026-04-01: 02-01 held 03-01 not-held 04-01  05-01 ")

		if p := b.row(id); p.Due != "2026-05-01" || p.State != "" || p.Done != "" {
			t.Errorf("due %s state %q done %q", p.Due, p.State, p.Done)
		}
		b.hold(id, "2026-04-01", true)
		b.hold(id, "2026-05-01", true)
		b.want("nothing is open", b.held(id), "3 of 4 held, 1 not, open : 02-01 held 03-01 not-held 04-01 held 05-01 held")
	})
}

func TestAmendedSchedule(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(class())
		b.hold(id, "2026-02-01", true)
		moved := class()
		moved.Plan.Rule = &schedule.Rule{Every: schedule.Month, Interval: 1, From: "2026-03-15", Until: "2026-06-15"}
		b.add(b.amend(id, 1, moved))
		b.want("what was reported stays, the rest moves", b.held(id), "1 of 5 held, 0 not, open 2026-03-15: 02-01 held 03-15  04-15  05-15  06-15 ")
		b.hold(id, "2026-03-15", false)
		b.hold(id, "2026-02-01", false) // a correction of a day that is planned no more
		ledgertest.Refused(t, b.Book, "occurrence.unknown", b.report(id, "", promise.Report{Occurrence: &promise.Occurrence{Due: "2026-03-01", Held: true}}))
		b.want("afterwards", b.held(id), "0 of 5 held, 2 not, open 2026-04-15: 02-01 not-held 03-15 not-held 04-15  05-15  06-15 ")

		b.add(b.amend(id, 2, class()))
		b.want("and back", b.held(id), "0 of 5 held, 2 not, open 2026-03-01: 02-01 not-held 03-01  03-15 not-held 04-01  05-01 ")
		if p := b.row(id); p.Later != 1 || p.Lowered != 0 || p.Due != "2026-05-01" {
			t.Errorf("later %d, lowered %d, due %s", p.Later, p.Lowered, p.Due)
		}
		short := class()
		short.Plan.Rule.Until = "2026-03-01"
		b.add(b.amend(id, 3, short))
		b.want("shorter", b.held(id), "0 of 3 held, 2 not, open 2026-03-01: 02-01 not-held 03-01  03-15 not-held")
		if p := b.row(id); p.Later != 1 || p.Lowered != 1 {
			t.Errorf("later %d, lowered %d", p.Later, p.Lowered)
		}
	})
}

func TestDone(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		says := func(day, want string) {
			t.Helper()
			p := b.row(id)
			said := promise.Say(&p, day, promise.Village{Says: promise.NotAsked})
			b.want("on "+day, fmt.Sprintf("%s open %q late %d overdue %d", said.Team, p.OpenDue, said.LateDays, said.OverdueDays), want)
		}
		says("2026-06-30", `open open "2026-06-30" late 0 overdue 0`)
		says("2026-07-01", `overdue open "2026-06-30" late 0 overdue 1`)
		b.clock.Set("2026-07-03")
		b.add(b.report(id, "2026-06-30", promise.Report{State: promise.StateDone})) // says the team, in time
		says("2026-07-03", `reported-done open "" late 3 overdue 0`)
		b.clock.Set("2026-07-10")
		b.add(b.report(id, "", promise.Report{State: promise.StateDone}))
		says("2026-07-10", `reported-done open "" late 3 overdue 0`) // the first time counts

		longer := wells()
		longer.Plan.Due = "2026-08-31"
		b.add(b.amend(id, 1, longer))
		says("2026-09-01", `reported-done open "" late 3 overdue 0`)

		b.add(b.report(id, "", promise.Report{State: promise.StateUnderWay})) // taken back
		says("2026-07-10", `under-way open "2026-08-31" late 0 overdue 0`)
		b.add(b.report(id, "", promise.Report{State: promise.StateSuspended}))
		says("2026-09-02", `overdue open "2026-08-31" late 0 overdue 2`)

		b.add(b.must(promise.Withdraw("org:office", id, en("no money"), ledger.NewSalt)))
		says("2026-09-02", `withdrawn open "2026-08-31" late 0 overdue 0`)
		if p := b.row(id); p.Withdrawn != "2026-07-10" || p.EndedLang != "en" || p.Ended == 0 {
			t.Errorf("withdrawn %s, entry %d, language %q", p.Withdrawn, p.Ended, p.EndedLang)
		}
	})
}

func TestMoney(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		id := b.promise(wells())
		pay := func(kind string, minor int64) string {
			return b.add(promise.Pay("org:office", id, "2026-01-05", promise.Payment{Type: kind, Currency: "USD", Minor: minor, From: "funder", To: "office"}))
		}
		pay("committed", 50_00)
		if p := b.row(id); p.Begun != 0 {
			t.Error("money that was only promised begins nothing")
		}
		first := pay("disbursed", 30_00)
		if p := b.row(id); p.Begun != 1 || p.Reports != 0 {
			t.Errorf("begun %d, reports %d", p.Begun, p.Reports)
		}
		pay("disbursed", -5_00) // a correction
		b.add(b.report(id, "", promise.Report{Spent: []promise.Spent{{"USD", 7}, {"CNY", 3}}}))
		pay("spent", 2)
		b.want("sums", b.money(id), "CNY first-promised 700, CNY promised 700, CNY spent 3, USD committed 5000, USD disbursed 2500, USD first-promised 12000, USD promised 12000, USD spent 9")
		b.add(promise.TakeBack("org:office", first))
		b.want("one taken back", b.money(id), "CNY first-promised 700, CNY promised 700, CNY spent 3, USD committed 5000, USD disbursed -500, USD first-promised 12000, USD promised 12000, USD spent 9")
		row := one(b, promise.Payments, "WHERE v.id = $1", first)
		if row.Withdrawn == 0 || row.Minor != 30_00 || row.Payer != "funder" || row.Payee != "office" {
			t.Errorf("the payment stays, marked: %+v", row)
		}
	})
}

// TestNumbers: promises are numbered in the order of the book, without gaps, whatever was refused between them.
func TestNumbers(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		bad := wells()
		bad.Task = "singing"
		twice := func() ledger.Draft {
			return promise.Promise("org:office", promise.Promised{Terms: wells(), Source: &promise.Source{Format: "iati", Identifier: "XM-1"}})
		}
		good := func() ledger.Draft { return promise.Promise("org:office", promise.Promised{Terms: wells()}) }
		drafts := []ledger.Draft{good(), promise.Promise("org:office", promise.Promised{Terms: bad}), twice(), twice(), good()}
		if _, err := b.Append(t.Context(), drafts...); err != nil {
			t.Fatal(err)
		}
		b.promise(wells())
		var got []string
		for _, p := range rows(b, promise.View, "ORDER BY v.seq") {
			got = append(got, fmt.Sprint(p.Number, p.Source))
		}
		b.want("numbers", strings.Join(got, " "), "1 2XM-1 3 4")
	})
}

// TestWords: a promise is found by every word of its titles, old ones too.
func TestWords(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		first := wells()
		first.Title = locale.Wording{Original: "en", In: map[string]string{"en": "Deep wells", "zh-Hans": "水井"}}
		id := b.promise(first)
		now := first
		now.Title = en("Taps")
		b.add(b.amend(id, 1, now))
		var got []string
		for _, w := range rows(b, promise.Words, "ORDER BY v.word") {
			got = append(got, w.Word)
		}
		for _, word := range []string{"deep", "taps", "wells"} {
			if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+word+" ") {
				t.Errorf("%q does not find the promise: %v", word, got)
			}
		}
	})
}
