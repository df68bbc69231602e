package web_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/store/storetest"
	"kept/voice"
)

// table reads a list as a spreadsheet would.
func table(t *testing.T, s *site, address string) [][]string {
	t.Helper()
	rec := s.get(address)
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d", address, rec.Code)
	}
	content, marked := bytes.CutPrefix(rec.Body.Bytes(), []byte("\xef\xbb\xbf"))
	if !marked {
		t.Error("it does not say that it is UTF-8, so a spreadsheet shows other letters")
	}
	if bytes.Count(content, []byte("\n")) != bytes.Count(content, []byte("\r\n")) {
		t.Error("lines do not end as RFC 4180 has it")
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	s := example(t)
	all := s.column(t, "SELECT number FROM promise ORDER BY number")
	for _, l := range locale.Languages {
		rows := table(t, s, at("promises.csv?lang="+l.Tag))
		if len(rows) != len(all)+1 {
			t.Errorf("%s: %d lines, should be all %d promises", l.Tag, len(rows)-1, len(all))
		}
		if want := locale.For(l.Tag).T("csv.number"); rows[0][0] != want {
			t.Errorf("%s: the first column is %q", l.Tag, rows[0][0])
		}
		for i, row := range rows[1:] {
			if row[0] != all[i] || row[1] == "" || row[7] == "" {
				t.Errorf("%s: line %d is %q", l.Tag, i+1, row)
			}
		}
	}
	if got := s.get(at("promises.csv")).Header().Get("Content-Disposition"); got != `attachment; filename="valley-promises.csv"` {
		t.Errorf("it is saved as %s", got)
	}
	late := table(t, s, at("promises.csv?lang=en&standing=overdue&sort=late"))
	if want := s.column(t, "SELECT count(*) FROM promise WHERE withdrawn = '' AND done = '' AND open_due <> '' AND open_due < $1", today)[0]; want != itoa(len(late)-1) {
		t.Errorf("%d are overdue, should be %s", len(late)-1, want)
	}
	for _, row := range late[1:] {
		if row[7] != "overdue" {
			t.Errorf("among the overdue: %q", row)
		}
	}
	if rec := s.get(at("promises.csv?standing=kept")); rec.Code != http.StatusBadRequest {
		t.Errorf("an unknown standing: %d", rec.Code)
	}
}

func itoa(n int) string { return locale.For("en").Int(int64(n)) }

// small is a programme with one of everything and no promise, for tests that write to it.
func small(t *testing.T) *ledger.Book {
	t.Helper()
	b := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{}, programme.Subject, promise.Subject, voice.Subject, review.Subject)
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	fact := func(kind string, data any) ledger.Draft { return ledger.Draft{Kind: kind, Who: "org:o", Data: data} }
	ledgertest.Append(t, b,
		fact(programme.KindProgramme, programme.Programme{Name: "valley", Title: w("V"), Goal: w("G"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}}),
		fact(programme.KindOrganisation, programme.Organisation{Code: "o", Name: w("O")}), fact(programme.KindTask, programme.Task{Code: "t", Name: w("@task")}),
		fact(programme.KindPlace, programme.Place{Code: "p", Level: "village", Name: w("+place")}))
	return b
}

// TestCSVHarmless: nothing that an office writes is run by a spreadsheet as a formula, or breaks out of its field.
func TestCSVHarmless(t *testing.T) {
	b := small(t)
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	titles := []string{"=1+1", "+1", "-1+1", "@x", `=HYPERLINK("https://example.org";"x")`, `a "quoted", title; with all`, "-", "－full", "＝full", "plain", "-2.5"}
	for _, title := range titles {
		ledgertest.Append(t, b, promise.Promise("org:o", promise.Promised{Terms: promise.Terms{Title: w(title), Task: "t", Places: []string{"p"}, Plan: promise.Plan{Kind: promise.Once},
			Measures: []promise.Measure{{Name: w("m"), Unit: w("=unit"), Targets: []promise.Target{{From: "2026-01-01", To: "2026-12-31", Value: "-5"}}}}}}))
	}
	for i, row := range table(t, serve(b), at("promises.csv?lang=en"))[1:] {
		if strings.TrimPrefix(row[1], "'") != titles[i] {
			t.Errorf("%q became %q", titles[i], row[1])
		}
		for n, cell := range row {
			number := strings.Trim(cell, "-.0123456789") == ""
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+@-\t\r") && !number {
				t.Errorf("column %d of %q is a formula: %q", n, titles[i], cell)
			}
			if first := []rune(cell + " ")[0]; strings.ContainsRune("＝＋－＠", first) {
				t.Errorf("column %d of %q is a formula to a spreadsheet in Chinese or Japanese: %q", n, titles[i], cell)
			}
		}
		if row[11] != "-5" {
			t.Errorf("a number below zero became %q", row[11])
		}
	}
}

// TestCSVNumbers: sums are plain digits, whatever the language, and a schedule says what was held.
func TestCSVNumbers(t *testing.T) {
	s := example(t)
	money, held := 0, 0
	for _, row := range table(t, s, at("promises.csv?lang=ug"))[1:] {
		for _, cell := range row[18:20] {
			for _, sum := range strings.Split(cell, "; ") {
				currency, digits, _ := strings.Cut(sum, " ")
				if sum == "" {
					continue
				}
				if money++; len(currency) != 3 || strings.Trim(digits, "-.0123456789") != "" || !strings.Contains(digits, ".") {
					t.Errorf("a sum is %q", sum)
				}
			}
		}
		if row[15] != "" {
			held++
		}
		for _, cell := range row[4:7] {
			if cell != "" && !schedule.ValidDay(cell) {
				t.Errorf("a day is %q", cell)
			}
		}
	}
	if money == 0 || held == 0 {
		t.Errorf("%d sums, %d schedules: the %s example was to have some", money, held, demo.Name)
	}
}
