package programme_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/store"
	"kept/store/storetest"
)

func en(text string) locale.Wording { return locale.Plain("en", text) }

// by drafts an entry of the office.
func by(kind string, data any) ledger.Draft {
	return ledger.Draft{Kind: kind, Who: "org:office", Data: data}
}

func opening(change func(*programme.Programme)) ledger.Draft {
	p := programme.Programme{Name: "valley", Title: en("Valley"), Goal: en("Water"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en", "ug"}}
	if change != nil {
		change(&p)
	}
	return by(programme.KindProgramme, p)
}

func place(code, parent, level string) ledger.Draft {
	return by(programme.KindPlace, programme.Place{Code: code, Parent: parent, Level: level, Name: en("the " + code)})
}

func post(from, until string) ledger.Draft {
	return programme.Post("org:office", programme.Posting{Team: "team", Place: "ford", From: from, Until: until})
}

func end(team, from, until, to string) ledger.Draft {
	return by(programme.KindPostingEnd, programme.PostingEnd{Team: team, Place: "ford", From: from, Until: until, To: to})
}

func open(t *testing.T, e storetest.Engine) *ledger.Book {
	t.Helper()
	return ledgertest.Create(t, e.New(t), ledger.Options{}, programme.Subject)
}

// furnish makes a programme with one of everything.
func furnish(t *testing.T, b *ledger.Book) {
	t.Helper()
	ledgertest.Append(t, b,
		opening(nil),
		by(programme.KindOrganisation, programme.Organisation{Code: "office", Name: en("Office")}),
		by(programme.KindTask, programme.Task{Code: "water", Name: en("Water")}),
		place("valley", "", "district"), place("bridge", "valley", "township"), place("ford", "bridge", "village"),
		by(programme.KindTeam, programme.Team{Code: "team", Organisation: "office", Name: en("Team")}),
		post("2026-01-01", "2026-06-30"),
		by(programme.KindTeam, programme.Team{Code: "second", Organisation: "office", Name: en("Second team")}),
		by(programme.KindPosting, programme.Posting{Team: "team", Place: "bridge", From: "2026-01-01"}),
		ledger.Draft{Kind: programme.KindAlias, Who: "team:team", Data: programme.Alias{Organisation: "office", Name: "The Office"}},
		by(programme.KindImport, programme.Import{Format: "iati", SHA256: strings.Repeat("0a", 32), Updated: "2026-01-01"}),
		ledger.Draft{Kind: programme.KindImport, ID: taken, Who: "org:office", Data: programme.Import{Format: "iati", SHA256: sum}},
		ledger.Draft{Kind: programme.KindImportWithdrawal, Who: "org:office", About: taken, Data: programme.ImportWithdrawal{}},
	)
}

// taken is an import that was taken back.
var taken = strings.Repeat("0b", 16)

var sum = strings.Repeat("0a", 32)

// refusals has at least one draft for every code with which this subject refuses. Early ones come before the programme.
var refusals = []struct {
	name, code string
	early      bool
	draft      ledger.Draft
}{
	{"a task before the programme", "programme.missing", true, by(programme.KindTask, programme.Task{Code: "water", Name: en("Water")})},
	{"an organisation before the programme", "programme.missing", true, by(programme.KindOrganisation, programme.Organisation{Code: "office", Name: en("Office")})},
	{"no language", "programme.incomplete", true, opening(func(p *programme.Programme) { p.Languages = nil })},
	{"no zone", "programme.incomplete", true, opening(func(p *programme.Programme) { p.Zone = "" })},
	{"a name with a slash", "code.bad", true, opening(func(p *programme.Programme) { p.Name = "a/b" })},
	{"no title", "wording.bad", true, opening(func(p *programme.Programme) { p.Title = locale.Wording{} })},
	{"a goal that has no original", "wording.bad", true, opening(func(p *programme.Programme) { p.Goal.Original = "ug" })},
	{"a day that is none", "day.bad", true, opening(func(p *programme.Programme) { p.From = "2026-13-01" })},
	{"it ends before it begins", "period.backwards", true, opening(func(p *programme.Programme) { p.Until = "2025-12-31" })},

	{"a second programme", "programme.there-already", false, opening(nil)},
	{"by nobody known", "who.unknown", false, ledger.Draft{Kind: programme.KindTask, Who: "org:z", Data: programme.Task{Code: "x", Name: en("X")}}},
	{"by a team that is none", "who.unknown", false, ledger.Draft{Kind: programme.KindTask, Who: "team:office", Data: programme.Task{Code: "x", Name: en("X")}}},
	{"by the book itself", "who.unknown", false, ledger.Draft{Kind: programme.KindTask, Who: "kept", Data: programme.Task{Code: "x", Name: en("X")}}},
	{"a task without a code", "code.bad", false, by(programme.KindTask, programme.Task{Name: en("X")})},
	{"a code that leaves the address", "code.bad", false, place("../x", "", "village")},
	{"a code with a direction in it", "code.bad", false, place("a\u202eb", "", "village")},
	{"a code too long", "code.bad", false, place(strings.Repeat("x", 81), "", "village")},
	{"a country too long", "code.bad", false, by(programme.KindOrganisation, programme.Organisation{Code: "x", Name: en("X"), Country: "the whole world"})},
	{"a task twice", "code.taken", false, by(programme.KindTask, programme.Task{Code: "water", Name: en("Water")})},
	{"a place twice", "code.taken", false, place("ford", "bridge", "village")},
	{"an organisation twice", "code.taken", false, by(programme.KindOrganisation, programme.Organisation{Code: "office", Name: en("X")})},
	{"a team twice", "code.taken", false, by(programme.KindTeam, programme.Team{Code: "team", Organisation: "office", Name: en("X")})},
	{"a household is no place", "place.level", false, place("x", "ford", "household")},
	{"a place in nothing known", "place.parent-unknown", false, place("x", "z", "village")},
	{"a place in itself", "place.cycle", false, place("x", "x", "village")},
	{"a place moved under another", "place.moved", false, place("ford", "valley", "village")},
	{"a place moved to the top", "place.moved", false, place("ford", "", "village")},
	{"a township in a village", "place.level-order", false, place("x", "ford", "township")},
	{"a village in a village", "place.level-order", false, place("x", "ford", "village")},
	{"a position as long as a story", "place.position", false, by(programme.KindPlace, programme.Place{Code: "x", Parent: "bridge", Level: "village", Name: en("X"), Position: strings.Repeat("1", 61)})},
	{"a team of nobody", "organisation.unknown", false, by(programme.KindTeam, programme.Team{Code: "x", Organisation: "z", Name: en("X")})},
	{"another name of nobody", "organisation.unknown", false, by(programme.KindAlias, programme.Alias{Organisation: "z", Name: "Z"})},
	{"another name without letters", "wording.bad", false, by(programme.KindAlias, programme.Alias{Organisation: "office", Name: " "})},
	{"a posting of nobody", "team.unknown", false, by(programme.KindPosting, programme.Posting{Team: "z", Place: "ford", From: "2026-01-01"})},
	{"a posting to nowhere", "place.unknown", false, by(programme.KindPosting, programme.Posting{Team: "team", Place: "z", From: "2026-01-01"})},
	{"a posting from no day", "day.bad", false, by(programme.KindPosting, programme.Posting{Team: "team", Place: "ford"})},
	{"a posting that ends before it begins", "period.backwards", false, by(programme.KindPosting, programme.Posting{Team: "team", Place: "ford", From: "2026-02-01", Until: "2026-01-31"})},
	{"a posting twice", "posting.twice", false, post("2026-01-01", "")},
	{"a posting into another", "posting.twice", false, post("2025-06-01", "2026-01-01")},
	{"a posting inside another", "posting.twice", false, post("2026-02-01", "2026-02-28")},
	{"a posting around another", "posting.twice", false, post("2025-12-31", "")},
	{"a posting while another is open", "posting.twice-open", false, by(programme.KindPosting, programme.Posting{Team: "team", Place: "bridge", From: "2026-12-01", Until: "2026-12-01"})},
	{"the end of no posting", "posting.unknown", false, end("team", "2026-01-02", "2026-06-01", "")},
	{"the end of another's posting", "posting.unknown", false, end("second", "2026-01-01", "2026-06-01", "")},
	{"an end before the beginning", "period.backwards", false, end("team", "2026-01-01", "2025-12-31", "")},
	{"an end on no day", "day.bad", false, end("team", "2026-01-01", "", "")},
	{"the end that is known", "posting.nothing", false, end("team", "2026-01-01", "2026-06-30", "")},
	{"a hand-over to nobody", "posting.hand-over", false, end("team", "2026-01-01", "2026-05-31", "z")},
	{"a hand-over to a team that is not there", "posting.hand-over", false, end("team", "2026-01-01", "2026-05-31", "second")},
	{"a hand-over to itself", "posting.hand-over", false, end("team", "2026-01-01", "2026-05-31", "team")},
	{"a name for nothing", "naming.of", false, programme.Rename("org:office", "promise", "1", en("X"))},
	{"a name for no task", "naming.unknown", false, programme.Rename("org:office", programme.OfTask, "ford", en("X"))},
	{"a name for no place", "naming.unknown", false, programme.Rename("org:office", programme.OfPlace, "water", en("X"))},
	{"a name for no organisation", "naming.unknown", false, programme.Rename("org:office", programme.OfOrganisation, "team", en("X"))},
	{"a name for no team", "naming.unknown", false, programme.Rename("org:office", programme.OfTeam, "office", en("X"))},
	{"a title of another programme", "naming.unknown", false, programme.Rename("org:office", programme.OfProgramme, "valley", en("X"))},
	{"the title that it has", "naming.nothing", false, programme.Rename("org:office", programme.OfProgramme, "", en("Valley"))},
	{"the name that it has", "naming.nothing", false, programme.Rename("org:office", programme.OfPlace, "ford", en("the ford"))},
	{"no name at all", "wording.bad", false, programme.Rename("org:office", programme.OfGoal, "", locale.Wording{})},
	{"a source of another format", "import.incomplete", false, by(programme.KindImport, programme.Import{Format: "csv", SHA256: sum})},
	{"a source without a hash", "import.incomplete", false, by(programme.KindImport, programme.Import{Format: "iati", SHA256: "0a"})},
	{"nothing taken back", "import.unknown", false, by(programme.KindImportWithdrawal, programme.ImportWithdrawal{})},
	{"an import taken back twice", "import.withdrawn", false, ledger.Draft{Kind: programme.KindImportWithdrawal, Who: "org:office", About: taken, Data: programme.ImportWithdrawal{}}},
	{"a source of no day", "day.bad", false, by(programme.KindImport, programme.Import{Format: "iati", SHA256: sum, Updated: "yesterday"})},
}

// TestRefusals reaches every code with which this subject refuses an entry, and sees that a refused entry leaves nothing.
func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := open(t, e)
		reached := map[string]bool{}
		try := func(early bool) {
			before := dump(t, b)
			for _, test := range refusals {
				if test.early == early {
					t.Run(test.name, func(t *testing.T) { ledgertest.Refused(t, b, test.code, test.draft) })
					reached[test.code] = true
				}
			}
			if after := dump(t, b); after != before {
				t.Errorf("refused entries left something:\n%s\n%s", before, after)
			}
		}
		try(true)
		furnish(t, b)
		try(false)
		for _, code := range codes(t) {
			if !reached[code] {
				t.Errorf("no draft is refused with %s", code)
			}
		}
		ledgertest.Check(t, b)
	})
}

func dump(t *testing.T, b *ledger.Book) string {
	t.Helper()
	tables, err := ledgertest.Dump(b.DB, b.Rules.Tables()...)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(tables)
}

// codes are the codes of refusals in the sources of this package.
func codes(t *testing.T) (codes []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:Refuse\(|Refusal\{Code: )"([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			codes = append(codes, m[1])
		}
	}
	if len(codes) == 0 {
		t.Fatal("no codes found")
	}
	return codes
}

func TestFurnish(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := open(t, e)
		furnish(t, b)
		ledgertest.Append(t, b, post("2026-07-01", "")) // it comes back
		var above []string
		err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
			var a, p string
			return tx.Each([]any{&a, &p}, func() error { above = append(above, a+">"+p); return nil }, "SELECT above, place FROM place_above ORDER BY 1, 2")
		})
		if got := strings.Join(above, " "); err != nil || got != "bridge>bridge bridge>ford ford>ford valley>bridge valley>ford valley>valley" {
			t.Errorf("what lies in what: %s %v", got, err)
		}
		ledgertest.Check(t, b)
	})
}

// TestCodes: a code can be of any script, and cannot do anything to an address or a page.
func TestCodes(t *testing.T) {
	for _, code := range []string{"a", "AF-01.2_x:3", "村1", "كەنت", "é", strings.Repeat("x", 80)} {
		if err := programme.CheckCode("code", code); err != nil {
			t.Errorf("%q: %v", code, err)
		}
	}
	for _, code := range []string{"", ".", "..", "-a", "a b", "a/b", "a?b", "a#b", "a%2fb", "a\nb", "a\x00", "\u200f", "a\u200fb", "a<b", "a\"b", "\xff", strings.Repeat("x", 81)} {
		if programme.CheckCode("code", code) == nil {
			t.Errorf("%q is taken for a code", code)
		}
	}
}

func TestWords(t *testing.T) {
	w := locale.Wording{Original: "ug", In: map[string]string{"ug": "كەنت", "en": `"<&>`}}
	if got := programme.ParseWords(programme.Words(w)); fmt.Sprint(got) != fmt.Sprint(w) {
		t.Errorf("%v came back as %v", w, got)
	}
}
