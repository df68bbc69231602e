package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kept/locale"
)

// cached is the value that a formula is said to have.
var cached = regexp.MustCompile(`</f><v>[^<]*</v>`)

// TestLibreOffice: another program opens the workbook, and its own values of all formulas, none of which it was told, are those that
// stand in the file.
func TestLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("SKIPPED: workbooks in LibreOffice: soffice is not installed (Debian: libreoffice-calc)")
	}
	if race {
		t.Skip("the same without the race detector does")
	}
	s := example(t)
	dir := t.TempDir()
	body := s.get(at("reviews/2.xlsx?lang=ug")).Body.Bytes()
	if err := os.WriteFile(filepath.Join(dir, "bare.xlsx"), without(t, body), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	// The second sheet, in UTF-8, with values as they are and not as they are shown.
	out, err := exec.CommandContext(ctx, office, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2", "--outdir", dir, filepath.Join(dir, "bare.xlsx")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := locale.For("ug")
	sheet := p.T("workbook.figures")
	file, err := os.ReadFile(filepath.Join(dir, "bare-"+sheet+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	calculated, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	said, err := opened(t, body).GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil || len(said) != len(calculated) {
		t.Fatalf("%d rows, and %d calculated, %v", len(said), len(calculated), err)
	}
	equal := 0
	for i, row := range said {
		for column, what := range map[int]string{1: "by the rows", 3: "check", 4: "out of"} {
			if column >= len(row) {
				continue
			}
			if got, want := calculated[i][column], row[column]; got != want {
				t.Errorf("%s, %s: it says %q, calculated it is %q", row[0], what, want, got)
			}
			if column == 3 && row[column] == p.T("workbook.equal") {
				equal++
			}
		}
	}
	if equal < 500 {
		t.Errorf("only %d figures were compared", equal)
	}
}

// without takes the values of all formulas out of a workbook, so that a reader must calculate them.
func without(t *testing.T, body []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	taken := 0
	for _, part := range r.File {
		from, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			taken += len(cached.FindAll(text, -1))
			text = cached.ReplaceAll(text, []byte("</f>"))
		}
		to, err := w.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || taken < 1000 {
		t.Fatalf("%d values were taken out, %v", taken, err)
	}
	return out.Bytes()
}
