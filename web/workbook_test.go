package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kept/figures"
	"kept/locale"
	"kept/review"
)

// opened is a workbook as a reader opens it.
func opened(t *testing.T, body []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestWorkbook: in every language the workbook of a review has each figure of its document once, as it was frozen; what the formulas
// count over the rows is the same; and it says nothing else.
func TestWorkbook(t *testing.T) {
	s := example(t)
	for _, number := range []string{"1", "2"} {
		d, err := review.Parse(s.get(at("reviews/" + number + ".json")).Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		known := map[figures.Name]review.Figure{}
		d.Each(func(_ string, f review.Figure) {
			if f.Name != "" {
				known[f.Name] = f
			}
		})
		for _, l := range locale.Languages {
			if number == "1" && l.Tag != "en" {
				continue
			}
			p := locale.For(l.Tag)
			rec := s.get(at("reviews/" + number + ".xlsx?lang=" + l.Tag))
			if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" ||
				!strings.Contains(rec.Header().Get("Content-Disposition"), "-review-"+number+".xlsx") {
				t.Fatalf("%s: %d %v", l.Tag, rec.Code, rec.Header())
			}
			f := opened(t, rec.Body.Bytes())
			rows, err := f.GetRows(p.T("workbook.figures"), excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			seen, counted := map[string]bool{}, 0
			for _, row := range rows[1:] {
				if len(row) < 9 || row[8] == "" {
					continue // a heading
				}
				name := row[8]
				fig, ok := known[figures.Name(name)]
				if !ok || seen[name] {
					t.Fatalf("%s: %s is no figure of the document, or stands there twice", l.Tag, name)
				}
				seen[name] = true
				if row[3] == p.T("workbook.equal") {
					counted++
					if row[1] != row[2] {
						t.Errorf("%s: %s is %s by the rows and %s frozen, and it says equal", l.Tag, name, row[1], row[2])
					}
				} else if row[3] != p.T("workbook.fact") {
					t.Errorf("%s: %s (%s): %s, by the rows %q, frozen %q", l.Tag, name, row[0], row[3], row[1], row[2])
				}
				if got := minor(row[2], fig.Currency); got != fig.Value && !(fig.Value == "" && (got == p.T("nothing-reported") || got == p.T("review.none"))) {
					t.Errorf("%s: %s is %q, the document has %q", l.Tag, name, row[2], fig.Value)
				}
			}
			if len(seen) != len(known) {
				t.Errorf("%s: %d figures, the document has %d", l.Tag, len(seen), len(known))
			}
			all := len(seen)
			if counted < all*9/10 || all < 400 {
				t.Errorf("%s: of %d figures %d are counted from rows", l.Tag, all, counted)
			}
			about, err := f.GetRows(p.T("workbook.about"), excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprint(about)
			sum := s.column(t, "SELECT figures FROM review WHERE number = $1", number)[0]
			for _, want := range []string{sum, "http://example.com" + at("reviews/"+number), "kept review check ", strconv.Itoa(counted)} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: the first sheet does not say %q: %s", l.Tag, want, text)
				}
			}
			for _, name := range f.GetSheetList() {
				view, err := f.GetSheetView(name, 0)
				if err != nil || view.RightToLeft != nil && *view.RightToLeft != l.RTL() {
					t.Errorf("%s: %s runs the wrong way, %v", l.Tag, name, err)
				}
			}
		}
	}
}

// minor is a number of a workbook as the document has it.
func minor(text, currency string) string {
	digits := locale.MinorDigits(currency)
	if currency == "" || digits == 0 {
		return text
	}
	whole, part, _ := strings.Cut(text, ".")
	out := strings.TrimLeft(whole+part+strings.Repeat("0", digits-len(part)), "0")
	if out == "" {
		return "0"
	}
	return out
}
