package iati

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func wells(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/wells.xml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func mustRead(t testing.TB, text string) *File {
	t.Helper()
	f, err := Read(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// file puts activities into a whole file.
func file(activities ...string) string {
	return `<iati-activities version="2.03">` + strings.Join(activities, "") + `</iati-activities>`
}

// promise is an activity in which nothing is wrong, with more elements in it.
func promise(more ...string) string {
	return `<iati-activity xml:lang="en" default-currency="USD" last-updated-datetime="2026-06-30T10:00:00Z">
<iati-identifier>A</iati-identifier>
<reporting-org ref="R" type="22"><narrative>Reporter</narrative></reporting-org>
<title><narrative>Wells</narrative></title>
<description><narrative>Some wells.</narrative></description>
<participating-org ref="R" role="4"/>
<activity-status code="2"/>
<activity-date type="3" iso-date="2026-12-31"/>
<recipient-country code="KE"/>
<sector code="14031"/>
` + strings.Join(more, "\n") + "\n</iati-activity>"
}

// The golden file pins everything that is read, keys included: a change of how keys
// are derived would make every import of the past a different one.
func TestGolden(t *testing.T) {
	f := mustRead(t, wells(t))
	got, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/wells.golden.json"
	if *update {
		if err := os.WriteFile(name, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("wells.xml reads otherwise (-want +got):\n%s", diff)
	}
}

// What the golden file would only show to someone who reads all of it.
func TestWells(t *testing.T) {
	f := mustRead(t, wells(t))
	if len(f.Activities) != 2 || len(f.LeftOut) != 1 || f.LeftOut[0].Identifier != "XX-TEST-1-B" || f.LeftOut[0].Code != CodePipeline {
		t.Fatalf("got %d activities, left out %+v", len(f.Activities), f.LeftOut)
	}
	parent, child := f.Activities[0], f.Activities[1]
	if !parent.OnlyParent || child.OnlyParent {
		t.Error("the first activity is only a parent and the second is not")
	}
	if child.Due != "2026-12-31" || child.Actual.From != "2024-04-02" || child.Actual.To != "" {
		t.Errorf("due %q, actual %+v", child.Due, child.Actual)
	}
	if len(child.Parties) != 3 || child.Parties[1].Org != child.Parties[2].Org {
		t.Errorf("one committee in two roles and cases reads as %+v", child.Parties)
	}
	var codes []string
	for _, o := range f.Orgs {
		codes = append(codes, o.Code)
		if o.Code == "XX-TEST" {
			if o.Name.Original() != "Clear Water Trust" || !slices.Equal(o.Aliases, []string{"Clear Water"}) {
				t.Errorf("one ref with two names reads as %q, aliases %q", o.Name.Original(), o.Aliases)
			}
		}
	}
	if len(codes) != 3 {
		t.Errorf("organisations: %q", codes)
	}
	commitment := child.Movements[0]
	if commitment.Provider.Org == "" || commitment.Receiver.Org != "XX-TEST" {
		t.Errorf("the parties of a movement are not found: %+v", commitment)
	}
	if child.Movements[1].Key == child.Movements[2].Key {
		t.Error("two equal transactions have one key")
	}
	if m := child.Movements[3]; m.Value != (Money{-5050, "KES"}) {
		t.Errorf("a correction reads as %+v", m)
	}
	if len(f.Places) != 3 || len(child.Places) != 2 || !slices.Equal(parent.Places, []string{"KE"}) {
		t.Errorf("places %+v", f.Places)
	}
	want := []Budget{
		{Period: Period{"2025-01-01", "2025-12-31"}, Value: Money{250000000, "KES"}, Original: &Money{200000050, "KES"}, Revised: true},
		{Period: Period{"2026-01-01", "2026-12-31"}, Value: Money{750000, "XOF"}, Original: &Money{750000, "XOF"}},
	}
	for i := range child.Budgets {
		child.Budgets[i].Key, child.Budgets[i].Line = "", 0
	}
	if diff := cmp.Diff(want, child.Budgets); diff != "" {
		t.Errorf("budgets (-want +got):\n%s", diff)
	}
	wantTasks := []Task{{"14031", Text{"en", map[string]string{"en": "Drinking water"}}}}
	if diff := cmp.Diff(wantTasks, f.Tasks); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	if f.LastUpdated != "2026-06-30" || f.Generated != "2026-07-02" {
		t.Errorf("last updated %q, generated %q", f.LastUpdated, f.Generated)
	}
}

// A reported zero in a finished target period stays a reported 0. A program that
// drops zeros, or takes them for nothing, fails here.
func TestReportedZeroStays(t *testing.T) {
	f := mustRead(t, wells(t))
	m := f.Activities[1].Measures[0]
	byPeriod := map[Period]Reading{}
	for _, r := range m.Actuals {
		byPeriod[r.Period] = r
	}
	finished, there := byPeriod[Period{"2024-01-01", "2024-12-31"}]
	if !there || finished.Value != "0" || finished.NotOver || !IsZero(finished.Value) {
		t.Errorf("the zero of the finished period reads as %+v, there: %v", finished, there)
	}
	if r, there := byPeriod[Period{"2025-01-01", "2025-12-31"}]; there {
		t.Errorf("nothing was reported for 2025, yet it reads %+v", r)
	}
	running, there := byPeriod[Period{"2026-01-01", "2026-12-31"}]
	if !there || running.Value != "0.00" || !running.NotOver {
		t.Errorf("the zero of the period that was not over reads as %+v, there: %v", running, there)
	}
	if len(m.Targets) != 3 {
		t.Errorf("targets: %+v", m.Targets)
	}
}

func TestCutOff(t *testing.T) {
	text := wells(t)
	for n := 0; n < len(text); n += 5 {
		f, err := Read(strings.NewReader(text[:n]), Options{})
		var refused *Error
		if f != nil || !errors.As(err, &refused) {
			t.Fatalf("cut after %d of %d bytes: file %v, error %v", n, len(text), f != nil, err)
		}
		// A cut within a character of several bytes cannot be told from a wrong one.
		if refused.Code != CodeCutOff && refused.Code != CodeEncoding {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(text), err)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("<a>", MaxDepth+1)
	attributes := ""
	for i := range MaxAttributes + 1 {
		attributes += fmt.Sprintf(` a%d=""`, i)
	}
	tests := []struct {
		name, text string
		options    Options
		code       string
		line       int
	}{
		{"nothing", "", Options{}, CodeCutOff, 1},
		{"no XML", "Twelve wells", Options{}, CodeNotXML, 1},
		{"another root", "<iati-organisations version='2.03'/>", Options{}, CodeRoot, 1},
		{"root of a namespace", "<iati-activities xmlns='urn:x' version='2.03'/>", Options{}, CodeRoot, 1},
		{"document type", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n" + file(), Options{}, CodeDoctype, 2},
		{"own entity", file(promise("<title>&b;</title>")), Options{}, CodeEntity, 11},
		{"not nested", "<iati-activities version='2.03'>\n<a></b></iati-activities>", Options{}, CodeNotXML, 2},
		{"attribute twice", "<iati-activities version='2.03' version='2.02'/>", Options{}, CodeNotXML, 1},
		{"second root", file() + "\n<a/>", Options{}, CodeNotXML, 2},
		{"text behind the end", file() + "and more", Options{}, CodeNotXML, 1},
		{"Latin-1", "<?xml version='1.0' encoding='ISO-8859-1'?>" + file(), Options{}, CodeEncoding, 1},
		{"bytes that are no UTF-8", file("\xe9"), Options{}, CodeEncoding, 1},
		{"XML 1.1", "<?xml version='1.1'?>" + file(), Options{}, CodeNotXML, 1},
		{"unknown version", "<iati-activities version='1.05'/>", Options{}, CodeVersion, 1},
		{"no version", "<iati-activities/>", Options{}, CodeVersion, 1},
		{"assumed version unknown", file(), Options{AssumeVersion: "3"}, CodeAssumed, 0},
		{"too large", file(), Options{MaxBytes: int64(len(file())) - 1}, CodeTooLarge, 1},
		{"too deep", "<iati-activities version='2.03'>" + deep, Options{}, CodeDepth, 1},
		{"too many attributes", "<iati-activities version='2.03'><a" + attributes + "/>", Options{}, CodeAttributes, 1},
		{"long name", "<iati-activities version='2.03'>\n<" + strings.Repeat("a", MaxName+1) + "/>", Options{}, CodeToken, 2},
		{"long comment", "<!--" + strings.Repeat("a", MaxToken) + "-->" + file(), Options{}, CodeToken, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Read(strings.NewReader(tt.text), tt.options)
			var refused *Error
			if f != nil || !errors.As(err, &refused) {
				t.Fatalf("file %v, error %v", f != nil, err)
			}
			if refused.Code != tt.code || refused.Line != tt.line {
				t.Errorf("got %s in line %d (%v), want %s in line %d", refused.Code, refused.Line, err, tt.code, tt.line)
			}
		})
	}
}

func TestRead(t *testing.T) {
	text := wells(t)
	want := mustRead(t, text)

	var steps []int64
	got, err := Read(iotest.OneByteReader(strings.NewReader("\ufeff"+text+"\n")), Options{
		MaxBytes: int64(len("\ufeff" + text + "\n")),
		Progress: func(n int64) { steps = append(steps, n) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.SHA256 == want.SHA256 || len(got.SHA256) != 64 {
		t.Errorf("a byte order mark and a line end leave the sum at %s", got.SHA256)
	}
	got.SHA256 = want.SHA256
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("byte by byte it reads otherwise:\n%s", diff)
	}
	if !slices.IsSorted(steps) || len(steps) == 0 || steps[len(steps)-1] != int64(len("\ufeff"+text+"\n")) {
		t.Errorf("progress went %v", steps)
	}

	broken := errors.New("the line went dead")
	_, err = Read(iotest.ErrReader(broken), Options{})
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != CodeRead || !errors.Is(err, broken) {
		t.Errorf("a broken reader gives %v", err)
	}

	assumed, err := Read(strings.NewReader(strings.Replace(text, `version="2.03"`, `version="2.99"`, 1)), Options{AssumeVersion: "2.03"})
	if err != nil || assumed.Version != "2.03" || assumed.Findings[0].Code != CodeVersionAssumed {
		t.Errorf("an assumed version gives %v", err)
	}
}

func TestTooManyParts(t *testing.T) {
	many := promise(strings.Repeat("<tag/>", MaxActivityElements))
	good := strings.Replace(promise(), ">A<", ">B<", 1)
	f := mustRead(t, file(many, good))
	if len(f.Activities) != 1 || f.Activities[0].Key != "B" {
		t.Fatalf("got %d activities", len(f.Activities))
	}
	want := []LeftOut{{"A", 1, CodeTooManyParts}}
	if diff := cmp.Diff(want, f.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if f.Counts.Critical != 1 {
		t.Errorf("counts: %+v", f.Counts)
	}
}

// What is beyond MaxFindings is counted, so that an error among them is not lost.
func TestFindingsAreCounted(t *testing.T) {
	f := mustRead(t, file(promise(strings.Repeat("<own/>", 3*MaxFindings), "<budget type='9'/>")))
	if len(f.Findings) != MaxFindings {
		t.Errorf("%d findings are listed", len(f.Findings))
	}
	if f.Counts.Errors == 0 || f.Counts.Warnings < 3*MaxFindings {
		t.Errorf("counts: %+v", f.Counts)
	}
}

// An activity of many parts, each of them wrong, takes time in proportion to them.
// If a part looked at all the others, four times the parts would take some twelve
// times as long.
func TestManyWrongParts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, part := range map[string]string{
		"locations": "<location ref='a'/>",
		"parties":   "<participating-org role='1'><narrative>a</narrative></participating-org>",
	} {
		took := func(n int) time.Duration {
			start := time.Now()
			f := mustRead(t, file("<iati-activity><iati-identifier>A</iati-identifier>"+strings.Repeat(part, n)+"</iati-activity>"))
			if len(f.Activities) != 1 {
				t.Fatalf("%s: %v", name, f.LeftOut)
			}
			return time.Since(start)
		}
		grew := func() bool { return took(40_000) > 9*took(10_000) }
		first := grew()
		if first && grew() { // once may be the machine
			t.Errorf("%s: the time grows faster than the file", name)
		}
	}
}

// The larger a file the more activities it has, each like the second of wells.xml.
func BenchmarkRead(b *testing.B) {
	_, rest, _ := strings.Cut(wells(b), "<iati-identifier>XX-TEST-1-A")
	body, _, _ := strings.Cut(rest, "</iati-activity>")
	var text strings.Builder
	text.WriteString(`<iati-activities version="2.03">`)
	for i := range 1000 {
		fmt.Fprintf(&text, `<iati-activity xml:lang="en" default-currency="KES"><iati-identifier>%d%s</iati-activity>`, i, body)
	}
	text.WriteString("</iati-activities>")
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if f := mustRead(b, text.String()); len(f.Activities) != 1000 {
			b.Fatal("not all is read")
		}
	}
}
