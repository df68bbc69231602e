package imports_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/iati"
	"kept/imports"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/programme"
	"kept/promise"
	"kept/store"
	"kept/store/storetest"
)

const today = "2026-03-02"

// shelf is a book into which files are read.
type shelf struct {
	*testing.T
	book  *ledger.Book
	clock *ledgertest.Clock
}

func newShelf(t *testing.T, e storetest.Engine) *shelf {
	t.Helper()
	clock := ledgertest.NewClock(today)
	return &shelf{t, ledgertest.Create(t, e.New(t), ledger.Options{Today: clock.Today}, programme.Subject, promise.Subject), clock}
}

// each runs a test on every engine.
func each(t *testing.T, f func(s *shelf)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newShelf(t, e)
		f(s)
		ledgertest.Check(t, s.book)
	})
}

// villages is the fixture with changes: old, new, old, new, ...; each old must be there.
func villages(t *testing.T, changes ...string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/villages.xml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the fixture has no %q", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return text
}

func parse(t testing.TB, xml string) *iati.File {
	t.Helper()
	file, err := iati.Read(strings.NewReader(xml), iati.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// read reads the fixture, with changes, and expects so many entries of each kind: "import 1 amendment 1".
func (s *shelf) read(want string, changes ...string) *imports.Result {
	s.Helper()
	return s.file(want, villages(s.T, changes...))
}

func (s *shelf) file(want, xml string) *imports.Result {
	s.Helper()
	before := s.size()
	r, err := imports.IATI(s.Context(), s.book, parse(s, xml), imports.Options{Programme: "villages"})
	if err != nil {
		s.Fatal(err)
	}
	s.appended(r, want, before)
	return r
}

func (s *shelf) withdraw(want, entry string) *imports.Result {
	s.Helper()
	before := s.size()
	r, err := imports.Withdraw(s.Context(), s.book, entry, imports.Options{})
	if err != nil {
		s.Fatal(err)
	}
	s.appended(r, want, before)
	return r
}

func (s *shelf) appended(r *imports.Result, want string, before int64) {
	s.Helper()
	var got []string
	for _, kind := range slices.Sorted(maps.Keys(r.Appended)) {
		got = append(got, kind+" "+string(rune('0'+r.Appended[kind])))
	}
	if text := strings.Join(got, " "); text != want {
		s.Fatalf("appended %q, want %q\n%v", text, want, r.Findings)
	}
	if r.Entries == 0 && s.size() != before {
		s.Fatalf("nothing was appended, but the book grew from %d to %d", before, s.size())
	}
}

func (s *shelf) size() (size int64) {
	s.Helper()
	s.look(func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		size = head.Size
		return err
	})
	return size
}

func (s *shelf) look(f func(tx *store.Tx) error) {
	s.Helper()
	if err := s.book.DB.Read(context.Background(), f); err != nil {
		s.Fatal(err)
	}
}

func rows[T any](s *shelf, v *ledger.View[T], rest string, args ...any) (out []T) {
	s.Helper()
	s.look(func(tx *store.Tx) (err error) {
		out, err = v.Select(tx, rest, args...)
		return err
	})
	return out
}

// one is the promise of an identifier.
func (s *shelf) one(identifier string) promise.Row {
	s.Helper()
	source := rows(s, promise.Sources, "WHERE v.identifier = $1", identifier)
	if len(source) != 1 {
		s.Fatalf("%s: %d promises", identifier, len(source))
	}
	return rows(s, promise.View, "WHERE v.seq = $1", source[0].Promise)[0]
}

func (s *shelf) terms(identifier string) []promise.Terms {
	s.Helper()
	var out []promise.Terms
	for _, v := range rows(s, promise.Versions, "WHERE v.promise = $1 ORDER BY v.version", s.one(identifier).Seq) {
		t, err := promise.ParseTerms(v.Terms)
		if err != nil {
			s.Fatal(err)
		}
		out = append(out, t)
	}
	return out
}

func codes(r *imports.Result) []string {
	var out []string
	for _, f := range r.Findings {
		if strings.HasPrefix(f.Code, "imports.") {
			out = append(out, f.Code)
		}
	}
	return out
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// first is what the first reading of the fixture appends.
const first = "alias 1 amendment 1 import 1 organisation 2 payment 6 place 3 programme 1 promise 3 report 2 task 2 withdrawal 1"

func TestFirst(t *testing.T) {
	each(t, func(s *shelf) {
		r := s.read(first)
		same(t, "result", []any{r.New, r.Activities, r.Promises, r.Exit(), r.Counts.Critical}, []any{true, 4, 3, imports.ExitParts, 0})
		if got := rows(s, programme.Imports, ""); len(got) != 1 || got[0].ID != r.Import || got[0].Seq != r.ImportEntry || got[0].Updated != "2026-03-01" {
			t.Errorf("imports: %+v, result %s %d", got, r.Import, r.ImportEntry)
		}
		home := rows(s, programme.View, "")[0]
		same(t, "programme", []string{home.Name, home.From, home.Until, home.Zone, home.Languages}, []string{"villages", "2024-01-01", "2026-12-31", "UTC", "en sw"})
		title, goal := programme.ParseWords(home.Title), programme.ParseWords(home.Goal)
		same(t, "title and goal", []string{title.In["en"], goal.In["en"]}, []string{"Clear Water Trust", "Activities published by Clear Water Trust."})
		s.checkWells()
		road := s.one("XX-V-2")
		same(t, "the road", []string{road.State, road.Done, road.Due, road.Withdrawn, s.terms("XX-V-2")[0].Title.In["und"]}, []string{"suspended", "", "", "", "XX-V-2"})
		tank := s.one("XX-V-3")
		same(t, "the tank", []string{tank.Withdrawn, tank.EndedLang, tank.SourceCode}, []string{today, "", "5"})
	})
}

func (s *shelf) checkWells() {
	s.Helper()
	wells, terms := s.one("XX-V-1"), s.terms("XX-V-1")
	same(s, "wells", []any{wells.State, wells.Begun, wells.Due, wells.Team, wells.Office, wells.Amended, wells.Lowered, wells.SourceCode, wells.Described},
		[]any{"under-way", int64(1), "2026-12-31", "", "", int64(1), int64(0), "2", "en"})
	same(s, "budgets", []any{terms[0].Money, terms[1].Money}, []any{
		[]promise.Money{{Currency: "KES", Minor: 200000050, From: "2025-01-01", To: "2025-12-31"}},
		[]promise.Money{{Currency: "KES", Minor: 250000000, From: "2025-01-01", To: "2025-12-31"}}})
	targets := map[string]string{}
	for _, t := range rows(s, promise.Targets, "WHERE v.promise = $1", wells.Seq) {
		targets[t.From+" "+string(rune('0'+t.N))] = t.Value + " " + t.Reading
	}
	same(s, "targets: a finished zero is a zero, a missing reading is nothing", targets, map[string]string{"2024-01-01 0": "4 0", "2025-01-01 0": "8 ", "2025-01-01 1": "30 "})
	for _, r := range rows(s, promise.Readings, "") {
		if early := r.To == "2026-12-31"; early != (r.Early == 1) {
			s.Errorf("reading %+v", r)
		}
	}
	sums := map[string]int64{}
	for _, m := range rows(s, promise.Sums, "WHERE v.promise = $1", wells.Seq) {
		sums[m.Type] = m.Minor
	}
	same(s, "money", sums, map[string]int64{"promised": 250000000, "first-promised": 200000050, "committed": 100000000, "disbursed": 80000050, "spent": -5050})
	parents := map[string]string{}
	for _, p := range rows(s, programme.Places, "") {
		parents[p.Code] = p.Parent + " " + p.Level
	}
	same(s, "places", parents, map[string]string{"KE": " country", "G1-900001": "KE site", "place-not-published": " site"})
	same(s, "country", programme.ParseWords(rows(s, programme.Places, "WHERE v.code = 'KE'")[0].Name).In, map[string]string{"en": "Kenya", "zh-Hans": "肯尼亚", "ug": "كېنىيە"})
	same(s, "documents", rows(s, promise.Documents, ""), []promise.DocumentRow{{Promise: wells.Seq, I: 0, Title: "The plan", Address: "https://example.org/plan.pdf"}})
	s.look(func(tx *store.Tx) error {
		said, err := ledger.TextsOf(tx, promise.FieldDescription, wells.Seq)
		same(s, "description", said[wells.Seq]["en"].Body, "Wells, and the people who keep them.")
		return err
	})
}

// TestAgain reads the same file again, also on another day: nothing is appended, not even a day mark.
func TestAgain(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		s.clock.Set("2026-04-01")
		if r := s.read(""); r.Exit() != imports.ExitParts || r.Import != "" {
			t.Errorf("exit %d, import %q", r.Exit(), r.Import)
		}
		// Other bytes that say the same are no import either.
		s.read("", "<!-- A made-up", "<!-- Another made-up")
	})
}

func TestReordered(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		text := villages(t)
		from, to := strings.Index(text, "<result "), strings.LastIndex(text, "</result>")+len("</result>")
		results := strings.SplitAfter(text[from:to], "</result>")
		slices.Reverse(results)
		text = text[:from] + strings.Join(results, "") + text[to:]
		head, rest, _ := strings.Cut(text, "<iati-activity ")
		activities := strings.Split(strings.TrimSuffix(strings.TrimSpace(rest), "</iati-activities>"), "<iati-activity ")
		slices.Reverse(activities)
		text = head + "<iati-activity " + strings.Join(activities, "<iati-activity ") + "</iati-activities>"
		s.file("", text)
	})
}

func TestChangedTarget(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		change := []string{`<target value="8"/>`, `<target value="6"/>`}
		s.read("amendment 1 import 1", change...)
		s.read("", change...)
		wells, terms := s.one("XX-V-1"), s.terms("XX-V-1")
		same(t, "wells", []int64{wells.Amended, wells.Lowered, wells.Version}, []int64{2, 1, 3})
		same(t, "changes", promise.Changes(&terms[1], &terms[2]), []promise.Change{{What: "target", From: "2025-01-01", To: "2025-12-31", Old: "8", New: "6"}})
		s.read("amendment 1 import 1") // the publisher takes it back: the first bytes again are a new import
		s.read("")
	})
}

func TestChangedMoney(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		s.read("import 1 payment 1 payment-withdrawal 1", ">1000000.00<", ">900000.00<") // known by its ref
		s.read("import 1 payment 2 payment-withdrawal 2", ">-50.5<", ">-51<")            // known by what it says; the other goes back
		s.read("import 1 payment-withdrawal 1", `<transaction><transaction-type code="4"/><transaction-date iso-date="2025-03-01"/><value value-date="2025-03-01">-50.5</value></transaction>`, "")
	})
}

func TestRevisedBudget(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		s.read("amendment 1 import 1", ">2500000<", ">2600000<")
		same(t, "promised now", s.terms("XX-V-1")[2].Money[0].Minor, int64(260000000))
	})
}

// TestStatus follows a promise through every status that a later file can give it.
func TestStatus(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		status := func(code, want string) *imports.Result {
			return s.read(want, `<activity-status code="2"/>`, `<activity-status code="`+code+`"/>`)
		}
		status("3", "import 1 report 1")
		same(t, "finished", s.one("XX-V-1").Done, today)
		status("4", "")
		status("6", "import 1 report 1")
		same(t, "suspended after all", []string{s.one("XX-V-1").Done, s.one("XX-V-1").State}, []string{"", "suspended"})
		status("5", "import 1 withdrawal 1")
		if r := status("2", ""); !slices.Contains(codes(r), imports.CodeRevived) {
			t.Errorf("findings %v", codes(r))
		}
	})
}

func TestReadings(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		// What was early says something once its period is over, also if it is the same zero.
		later := []string{"2026-03-01T10", "2027-03-01T10", "2026-03-02T08", "2027-03-02T08"}
		s.read("import 1 report 1", later...)
		if r := s.read("", append(later, `<actual value="0"/>`, "")...); !slices.Contains(codes(r), imports.CodeReadingGone) {
			t.Errorf("findings %v", codes(r))
		}
		s.read("import 1 report 1", append(later, `<actual value="0"/>`, `<actual value="3"/>`)...)
		same(t, "read", rows(s, promise.Targets, "WHERE v.from_day = '2024-01-01'")[0].Reading, "3")
	})
}

func TestMeasureGone(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		text := villages(t)
		from, to := strings.Index(text, "<result "), strings.Index(text, "</result>")+len("</result>")
		gone := text[:from] + text[to:]
		r := s.file("amendment 1 import 1", gone)
		same(t, "findings", codes(r), []string{imports.CodeMeasureGone})
		now := s.terms("XX-V-1")[2]
		same(t, "measures keep their places", []any{now.Measures[0].Targets, now.Measures[1].Targets[0].Value}, []any{[]promise.Target(nil), "30"})
		s.file("", gone)
		s.read("amendment 1 import 1")
	})
}

func TestGone(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		text := villages(t)
		from, to := strings.Index(text, "<iati-activity "), strings.Index(text, "</iati-activity>")+len("</iati-activity>")
		r := s.file("", text[:from]+text[to:])
		same(t, "findings", codes(r), []string{imports.CodeGone})
		same(t, "the promise stays", s.one("XX-V-1").Withdrawn, "")
	})
}

func TestOlder(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		old := []string{"2026-03-01T10", "2025-03-01T10", "2026-03-01T10", "2025-03-01T10", "2026-03-01T10", "2025-03-01T10", "2026-03-01T10", "2025-03-01T10", `<target value="8"/>`, `<target value="6"/>`}
		r := s.read("", old...)
		same(t, "findings", codes(r), []string{imports.CodeOlder, imports.CodeOlder, imports.CodeOlder})
	})
}

func TestNewNames(t *testing.T) {
	each(t, func(s *shelf) {
		s.read(first)
		names := []string{"Clear Water<", "Clear Waters<", "Long Ridge Council", "LONG RIDGE COUNCIL", "<narrative>Long Ridge<", "<narrative>The Long Ridge<"}
		s.read("alias 1 import 1", names...)
		s.read("", names...)
	})
}

// TestParent: an activity that only stands above others is a task, and its money is nobody's.
func TestParent(t *testing.T) {
	each(t, func(s *shelf) {
		b, err := os.ReadFile("../iati/testdata/wells.xml")
		if err != nil {
			t.Fatal(err)
		}
		r := s.file("alias 1 amendment 1 import 1 organisation 3 payment 5 place 3 programme 1 promise 1 report 1 task 1", string(b))
		same(t, "findings", codes(r), []string{imports.CodeParent})
		same(t, "task", s.one("XX-TEST-1-A").Task, "activity:XX-TEST-1")
		s.file("", string(b))
	})
}

func TestDryRun(t *testing.T) {
	each(t, func(s *shelf) {
		r, err := imports.IATI(s.Context(), s.book, parse(s, villages(t)), imports.Options{Programme: "villages", DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "size", s.size(), int64(0))
		if got := s.read(first); got.Entries != r.Entries {
			t.Errorf("the dry run says %d entries, the import %d", r.Entries, got.Entries)
		}
	})
}

// TestNothingSound opens no programme for a file of which nothing can be taken.
func TestNothingSound(t *testing.T) {
	each(t, func(s *shelf) {
		text := villages(t)
		from, to := strings.Index(text, "<iati-activity "), strings.LastIndex(text, "<iati-activity ")
		if r := s.file("", text[:from]+text[to:]); r.Exit() != imports.ExitNothing {
			t.Errorf("exit %d", r.Exit())
		}
		same(t, "size", s.size(), int64(0))
	})
}

// TestBrokenOff imports a file of which a part is in the book already: the rest follows in the same import.
func TestBrokenOff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		whole := newShelf(t, e)
		want := whole.read(first)
		bodies := whole.bodies()
		for cut := 1; cut < len(bodies); cut += 3 {
			part := newShelf(t, e)
			var drafts []ledger.Draft
			for _, b := range bodies[1:cut] { // without the day mark
				drafts = append(drafts, draftOf(whole, b))
			}
			ledgertest.Append(t, part.book, drafts...)
			r, err := imports.IATI(t.Context(), part.book, parse(t, villages(t)), imports.Options{Programme: "villages"})
			if err != nil {
				t.Fatal(err)
			}
			if r.Entries+len(drafts) != want.Entries || part.size() != whole.size() {
				t.Errorf("after %d entries: %d more, together not %d: %v", len(drafts), r.Entries, want.Entries, r.Appended)
			}
		}
	})
}

func (s *shelf) bodies() (bodies [][]byte) {
	s.look(func(tx *store.Tx) error {
		for seq := int64(0); ; seq++ {
			b, ok, err := ledger.Body(tx, seq)
			if err != nil || !ok {
				return err
			}
			bodies = append(bodies, b)
		}
	})
	return bodies
}

func draftOf(s *shelf, body []byte) ledger.Draft {
	s.Helper()
	e, data, err := s.book.Rules.Kinds().Parse(body)
	if err != nil {
		s.Fatal(err)
	}
	d := ledger.Draft{Kind: e.Kind, ID: e.ID, Day: e.Day, Who: e.Who, About: e.About, Data: data}
	s.look(func(tx *store.Tx) error {
		seq, _, err := ledger.SeqOf(tx, e.ID)
		if err != nil {
			return err
		}
		var text ledger.Text
		return tx.Each([]any{&text.Field, &text.Salt, &text.Body}, func() error {
			d.Texts = append(d.Texts, ledger.Text{Field: text.Field, Salt: slices.Clone(text.Salt), Body: text.Body})
			return nil
		}, "SELECT field, salt, body FROM text WHERE entry = $1", seq)
	})
	return d
}
