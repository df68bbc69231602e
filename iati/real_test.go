package iati

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shared holds files that no one here wrote. They are not part of the project; a
// test that needs them skips, and says so, where they are not there.
const shared = "../../shared/data/iati"

func readShared(t *testing.T, name string, o Options) (*File, error) {
	t.Helper()
	file, err := os.Open(filepath.Join(shared, name))
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED, NOT TESTED: %s is not beside the project", filepath.Join("shared/data/iati", name))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	return Read(file, o)
}

// Ten real rural projects: every count was checked by other means.
func TestRealProjects(t *testing.T) {
	f, err := readShared(t, "afdb-rural-projects.xml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkKeys(t, f)

	type sums struct {
		Activities, LeftOut, Measures, Targets, Actuals, Compared, NotOver, Zeros                     int
		Movements, WithoutRef, Commitments, ByGovernments                                             int
		Budgets, WithoutBudget, Places, Countries, Tasks, Orgs, ByRef, Documents                      int
		Mangled, MangledContacts, EmptyTexts, IgnoredEnds, NoTitle, NoDescription, ReportedDone, Real int
		Committed, OfGovernments, Disbursed, Interest, Repaid                                         int64
		Currencies, LastUpdated, Version                                                              string
	}
	got := sums{
		Activities: len(f.Activities), LeftOut: len(f.LeftOut), Places: len(f.Places), Tasks: len(f.Tasks), Orgs: len(f.Orgs),
		Mangled: f.Mangled, MangledContacts: f.MangledContacts, LastUpdated: f.LastUpdated, Version: f.Version,
	}
	government := map[string]bool{}
	for _, o := range f.Orgs {
		if o.Ref != "" {
			got.ByRef++
		}
		government[o.Code] = o.Type == TypeGovernment
	}
	for _, p := range f.Places {
		if p.Level == LevelCountry {
			got.Countries++
		} else if p.Lat != "" && p.Lon != "" && p.Country != "" {
			got.Real++
		}
	}
	currencies := map[string]bool{}
	for _, a := range f.Activities {
		got.Measures += len(a.Measures)
		got.Budgets += len(a.Budgets)
		got.Documents += len(a.Documents)
		got.Movements += len(a.Movements)
		if len(a.Budgets) == 0 {
			got.WithoutBudget++
		}
		if a.Title.In == nil {
			got.NoTitle++
		}
		if a.Description.In == nil {
			got.NoDescription++
		}
		if a.Status == StatusFinished || a.Status == StatusClosed {
			got.ReportedDone++
			if a.Identifier != "46002-P-TN-AAC-009" {
				t.Errorf("%s is reported done", a.Identifier)
			}
		}
		if a.Due == "" || a.Due != a.Planned.To || a.Actual.To != "" || a.Actual.From == "" {
			t.Errorf("%s: due %q, planned %v, actual %v", a.Identifier, a.Due, a.Planned, a.Actual)
		}
		for _, m := range a.Measures {
			got.Targets += len(m.Targets)
			got.Actuals += len(m.Actuals)
			if !m.Up || m.Baseline != (Baseline{}) {
				t.Errorf("%s: %+v", a.Identifier, m)
			}
			for _, actual := range m.Actuals {
				if actual.NotOver {
					got.NotOver++
				}
				if IsZero(actual.Value) {
					got.Zeros++
				}
				if slices.ContainsFunc(m.Targets, func(target Reading) bool { return target.Period == actual.Period }) {
					got.Compared++
				}
			}
		}
		for _, m := range a.Movements {
			currencies[m.Value.Currency] = true
			if m.Ref == "" {
				got.WithoutRef++
			}
			switch m.Type {
			case MoveCommitment:
				got.Committed += m.Value.Minor
				got.Commitments++
				if government[m.Provider.Org] {
					got.OfGovernments += m.Value.Minor
					got.ByGovernments++
				}
			case MoveDisbursement, MoveExpenditure:
				got.Disbursed += m.Value.Minor
			case MoveInterest:
				got.Interest += m.Value.Minor
			case MoveRepayment:
				got.Repaid += m.Value.Minor
			}
		}
	}
	for currency := range currencies {
		got.Currencies += currency
	}
	for _, found := range f.Findings {
		if found.Grade != Warning {
			t.Errorf("nothing of this file is left out, but: %s", found)
		}
		switch found.Code {
		case CodeEmptyText:
			got.EmptyTexts++
		case CodeAfterwards:
			got.IgnoredEnds++
		}
	}
	want := sums{
		Activities: 10, Measures: 29, Targets: 29, Actuals: 29, Compared: 0, NotOver: 29, Zeros: 29,
		Movements: 194, WithoutRef: 180, Commitments: 21, ByGovernments: 7,
		Budgets: 6, WithoutBudget: 8, Places: 80, Countries: 8, Real: 72, Tasks: 5, Orgs: 20, ByRef: 4, Documents: 43,
		Mangled: 111, MangledContacts: 18, EmptyTexts: 2, IgnoredEnds: 10, NoDescription: 1, ReportedDone: 1,
		Committed: 33016291467, OfGovernments: 4615938835, Disbursed: 6800573825, Interest: 307441785, Repaid: 622146587,
		Currencies: "XDR", LastUpdated: "2016-11-29", Version: "2.01",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sums (-want +got):\n%s", diff)
	}

	for _, a := range f.Activities {
		switch a.Identifier {
		case "46002-P-UG-AAD-001":
			if !slices.Equal(a.Places, []string{"UG"}) {
				t.Errorf("Uganda's promise is in %q", a.Places)
			}
		case "46002-P-ML-AAE-004":
			if a.Title.Lang != "fr" || len(a.Title.In) != 1 {
				t.Errorf("a title with an empty English narrative reads as %+v", a.Title)
			}
		}
	}
	for _, o := range f.Orgs {
		if o.Ref == "46002" && len(o.Aliases) != 1 {
			t.Errorf("46002 has the aliases %q", o.Aliases)
		}
	}
}

func TestRealMangledLines(t *testing.T) {
	f, err := readShared(t, "afdb-rural-projects.xml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(shared, "afdb-rural-projects.xml"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	contacts := string(text)
	for _, found := range f.Findings {
		if found.Code != CodeMangled && found.Code != CodeMangledContact {
			continue
		}
		if !strings.ContainsRune(lines[found.Line-1], '\ufffd') {
			t.Errorf("%s: the line holds no such character", found)
		}
	}
	// No name, number or address of a contact person is anywhere in what was read.
	for rest := contacts; ; {
		_, after, more := strings.Cut(rest, "<person-name>")
		if !more {
			break
		}
		var name string
		if name, rest, more = strings.Cut(after, "</person-name>"); !more {
			t.Fatal("a contact person without an end")
		}
		name = strings.TrimSpace(strings.NewReplacer("<narrative>", "", "</narrative>", "").Replace(name))
		for _, found := range f.Findings {
			if strings.Contains(found.String(), name) {
				t.Errorf("line %d names a contact person", found.Line)
			}
		}
	}
}

func TestRealAgriculture(t *testing.T) {
	f, err := readShared(t, "us-tz-agriculture.xml", Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkKeys(t, f)
	counts := map[string]int{}
	for _, found := range f.Findings {
		counts[string(found.Grade)+" "+found.Code]++
	}
	want := map[string]int{
		"error " + CodeDimension:    4,
		"warning " + CodeComma:      1,
		"warning " + CodeAfterwards: 1,
		"warning " + CodeNoDue:      1,
	}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	a := f.Activities[0]
	if len(a.Measures) != 2 || a.Measures[0].Baseline != (Baseline{"2012", "10"}) || a.Measures[0].Targets != nil || a.Measures[0].Actuals != nil {
		t.Errorf("measures: %+v", a.Measures)
	}
	if len(a.Movements) != 4 || a.Budgets[0].Value != (Money{3000000, "EUR"}) || a.Hierarchy != 3 || !slices.Equal(a.Parents, []string{"US-1-TZ-50"}) {
		t.Errorf("%d movements, budgets %+v, hierarchy %d, parents %q", len(a.Movements), a.Budgets, a.Hierarchy, a.Parents)
	}
}

// matters lists the files that must fail for something Kept reads and without which
// a part cannot be taken. At least an error is due for them.
var matters = []string{
	"01-missing-title.xml", "02-missing-transaction-date.xml", "04-location-point-without-pos.xml",
	"05-missing-attribute-indicator-measure.xml", "19-has-iati-activity-version.xml", "19-missing-attribute-transaction-type-code.xml",
	"21-sector-missing-code.xml", "22-missing-title-narrative.xml", "23-incorrect-date-transaction-date.xml", "41-empty-decimal-value.xml",
}

// The schema's own conformance files. Those that should pass depart from the schema
// nowhere; of the 101 that should fail all do, and each for a reason that no file
// that should pass gives.
func TestConformance(t *testing.T) {
	names := func(kind string) []string {
		found, err := filepath.Glob(filepath.Join(shared, "conformance", kind, "*.xml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Skip("SKIPPED, NOT TESTED: shared/data/iati/conformance is not beside the project")
		}
		return found
	}
	read := func(kind, path string) (string, *File) {
		name := filepath.Base(path)
		if f, err := readShared(t, filepath.Join("conformance", kind, name), Options{}); f != nil || err == nil {
			t.Errorf("%s is read although it is of no version: %v", name, err)
		}
		f, err := readShared(t, filepath.Join("conformance", kind, name), Options{AssumeVersion: "2.03"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return name, f
	}
	departs := func(f *File) (of []Finding) {
		for _, found := range f.Findings {
			if strings.HasPrefix(found.Code, "iati.schema.") {
				of = append(of, found)
			}
		}
		return of
	}
	for _, path := range names("should-pass") {
		name, f := read("should-pass", path)
		if f.Counts.Critical > 0 || len(f.Activities) == 0 {
			t.Errorf("%s: an activity is refused: %v", name, f.Findings)
		}
		if of := departs(f); len(of) > 0 {
			t.Errorf("%s should pass, but %v", name, of)
		}
	}
	found := 0
	for _, path := range names("should-fail") {
		name, f := read("should-fail", path)
		of := departs(f)
		if len(of) > 0 {
			found++
		} else {
			t.Logf("%s should fail, but nothing is found", name)
		}
		if slices.Contains(matters, name) && !slices.ContainsFunc(of, func(found Finding) bool { return found.Grade != Warning }) {
			t.Errorf("%s: something is missing that matters, but only %v", name, of)
		}
	}
	if found != 101 {
		t.Errorf("%d of the files that should fail are found out, want 101", found)
	}
}
