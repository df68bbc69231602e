package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kept/sheet"
)

// dangerous are texts that spreadsheets would run if they were typed.
var dangerous = []string{"=1+1", "+1", "-1+2", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "＝1", "\t=1", "<b>&amp;", "a\x01b", "=cmd|' /C calc'!A0"}

// made is a small workbook with all there is.
func made(t testing.TB, rtl bool, rows int) []byte {
	t.Helper()
	b, err := sheet.New(sheet.About{Title: "A review", Subject: "Valley", By: "An office", Language: "en", Day: "2026-11-23"}, rtl, "About", "Totals", "Things and all", "Texts")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.Rows("Things and all", "Things", sheet.Column{Name: "Number", Title: "no.", Width: 8}, sheet.Column{Name: "Task", Title: "task", Width: 8},
		sheet.Column{Name: "Says", Title: "says", Width: 20}, sheet.Column{Name: "CNY", Title: "money", Width: 12}, sheet.Column{Title: "reading", Width: 12}, sheet.Column{Title: "due", Width: 12})
	must(err)
	all, kept, both := r.Count(), r.Count(sheet.Where{Column: "Says", Is: sheet.Text(`ke"pt`)}), r.Count(sheet.Where{Column: "Says", Is: sheet.Text(`ke"pt`)}, sheet.Where{Column: "Task", Is: sheet.Int(2)})
	sum, of := r.Money("CNY", 2), r.Money("CNY", 2, sheet.Where{Column: "Task", Is: sheet.Int(1)})
	none := r.Count(sheet.Where{Column: "Says", Is: sheet.Text("not *kept")})
	numbers := r.Sum("Number", sheet.Where{Column: "Task", Is: sheet.Int(2)})
	for i := range rows {
		says := []string{`ke"pt`, "not *kept", "too few to say"}[i%3]
		reading := sheet.Decimal([]string{"0", "", "12.50", "12345678901234567890"}[i%4], "nothing reported")
		amount := sheet.Cell{}
		if i%2 == 0 {
			amount = sheet.Money(int64(i)*10+1, 2)
		}
		must(r.Add(sheet.Int(int64(i+1)), sheet.Int(int64(i%2+1)), sheet.Text(says), amount, reading, sheet.Day("2026-11-23")))
	}
	if err := r.Add(sheet.Int(1)); err == nil {
		t.Error("a row with too few cells was taken")
	}
	must(r.End())
	texts, err := b.Rows("Texts", "Texts", sheet.Column{Name: "Text", Title: "text", Width: 30})
	must(err)
	for _, s := range dangerous {
		must(texts.Add(sheet.Text(s)))
	}
	must(texts.End())
	t1, err := b.Table("Totals", 1, 20, 20, 20)
	must(err)
	must(t1.Add(sheet.Head("what"), sheet.Head("rows"), sheet.Head("frozen"), sheet.Head("check"), sheet.Head("share")))
	for i, tally := range []*sheet.Tally{all, kept, both, none, numbers, sum, of} {
		frozen, whole, at := sheet.Int(tally.Value()), all, 1
		if i >= 5 {
			frozen, whole, at = sheet.Money(tally.Value(), 2), sum, 6
		}
		must(t1.Add(sheet.Text(tally.Formula()), tally.Cell(), frozen, sheet.Equal(sheet.Here(1, i+1), sheet.Here(2, i+1), "equal", "differs", true),
			sheet.Share(sheet.Here(1, i+1), sheet.Here(1, at), tally.Value(), whole.Value()), sheet.Link("list", "https://kept.example/?a=1&b=2")))
	}
	must(t1.Add(sheet.Text("a reading"), sheet.Same(sheet.At("Things and all", 4, 2), sheet.Decimal("", "nothing reported")), sheet.Decimal("", "nothing reported"),
		sheet.Equal(sheet.Here(1, 8), sheet.Here(2, 8), "equal", "differs", rows > 1)))
	must(t1.End())
	about, err := b.Table("About", 0, 40, 40)
	must(err)
	must(about.Add(sheet.Title("A review")))
	must(about.Add(sheet.Text("equal"), sheet.CountText("Totals", 3, "equal", 8)))
	must(about.End())
	body, err := b.Bytes()
	must(err)
	return body
}

func open(t testing.TB, body []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestTally: what a formula is said to give is what another program calculates, and the words say whether it is equal.
func TestTally(t *testing.T) {
	for _, rows := range []int{0, 1, 7, 40} {
		f := open(t, made(t, false, rows))
		for row := 2; row <= 9; row++ {
			for _, column := range []string{"B", "D", "E"} {
				at := fmt.Sprint(column, row)
				formula, _ := f.GetCellFormula("Totals", at)
				said, err := f.GetCellValue("Totals", at, excelize.Options{RawCellValue: true})
				if err != nil || formula == "" && !(row == 9 && column == "E") {
					t.Fatalf("%s: %q %v", at, formula, err)
				}
				if formula == "" || rows < 2 && row == 9 || column == "D" && (row == 7 || row == 8) { // that program compares amounts as they are shown
					continue
				}
				is, err := f.CalcCellValue("Totals", at, excelize.Options{RawCellValue: true})
				if err != nil || !alike(said, is) {
					t.Errorf("%d rows, %s =%s: it says %q, calculated it is %q, %v", rows, at, formula, said, is, err)
				}
			}
		}
	}
	f := open(t, made(t, false, 40))
	for at, want := range map[string]string{"B2": "40", "B3": "14", "B4": "7", "B5": "13", "B6": "420", "B7": "38.20", "B8": "38.20", "B9": "nothing reported", "D9": "equal", "C9": "nothing reported"} {
		if got, err := f.GetCellValue("Totals", at); err != nil || got != want {
			t.Errorf("%s is %q, should be %q, %v", at, got, want, err)
		}
	}
	rows, err := f.GetRows("Things and all")
	if err != nil || !slices.Equal(rows[1], []string{"1", "1", `ke"pt`, "0.01", "0", "2026-11-23"}) || !slices.Equal(rows[2], []string{"2", "2", "not *kept", "", "nothing reported", "2026-11-23"}) ||
		rows[3][4] != "12.5" || rows[4][4] != "12345678901234567890" {
		t.Errorf("%q, %v", rows[:5], err)
	}
}

// alike says whether two texts are the same, or numbers but for the last digits that spreadsheets show.
func alike(a, b string) bool {
	x, wrong := strconv.ParseFloat(a, 64)
	y, err := strconv.ParseFloat(b, 64)
	return a == b || wrong == nil && err == nil && math.Abs(x-y) < 1e-12
}

// TestNothingRuns: whatever a text begins with, it is a string and no formula.
func TestNothingRuns(t *testing.T) {
	f := open(t, made(t, false, 3))
	for i, want := range dangerous {
		at := fmt.Sprint("A", i+2)
		kind, err := f.GetCellType("Texts", at)
		if err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%q is a %v, %v", want, kind, err)
		}
		if formula, _ := f.GetCellFormula("Texts", at); formula != "" {
			t.Errorf("%q runs: %s", want, formula)
		}
		if got, _ := f.GetCellValue("Texts", at); got != strings.ReplaceAll(want, "\x01", "\ufffd") {
			t.Errorf("%q is read as %q", want, got)
		}
	}
}

// TestSameBytes: the same calls give the same bytes, whose parts stand in order and have no time.
func TestSameBytes(t *testing.T) {
	first := made(t, true, 300)
	for range 4 {
		if !bytes.Equal(made(t, true, 300), first) {
			t.Fatal("made again, it has other bytes")
		}
	}
	if bytes.Equal(made(t, false, 300), first) {
		t.Error("the other way round it is the same")
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, part := range r.File {
		names = append(names, part.Name)
		if part.Modified.Year() > 1980 {
			t.Errorf("%s has the time %v", part.Name, part.Modified)
		}
		if part.Name == "docProps/core.xml" {
			file, err := part.Open()
			if err != nil {
				t.Fatal(err)
			}
			core, err := io.ReadAll(file)
			if err != nil || strings.Count(string(core), "2026-11-23T00:00:00Z") != 2 {
				t.Errorf("%s %v", core, err)
			}
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("%q", names)
	}
	view, err := open(t, first).GetSheetView("Totals", 0)
	if err != nil || view.RightToLeft == nil || !*view.RightToLeft {
		t.Errorf("from right to left: %v %v", view.RightToLeft, err)
	}
}
