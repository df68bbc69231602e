package locale

import (
	"bytes"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"
)

// sample returns a printer of a language with a catalogue of its own.
func sample(t testing.TB, tag, toml string) *Printer {
	t.Helper()
	messages, err := parseCatalogue([]byte(toml), tag+".toml")
	if err != nil {
		t.Fatal(err)
	}
	l, ok := Find(tag)
	if !ok {
		t.Fatalf("no language %s", tag)
	}
	p := newPrinter(l, messages)
	p.fallback = p
	return p
}

const englishSample = `
plain = "Twelve wells"
says = "{{.Who}} says: {{.What}} & more"
lowered.one = "{{.Who}} lowered it once"
lowered.other = "{{.Who}} lowered it {{.N}} times"
only-english = "only {{.Count}} here"
`

const uyghurSample = `
plain = "ئون ئىككى قۇدۇق"
says = "{{.What}}، دەيدۇ {{.Who}}"
lowered.one = "{{.Who}}، {{.N}} قېتىم"
lowered.other = "{{.Who}}، {{.N}} قېتىم"
`

func TestSay(t *testing.T) {
	en := sample(t, "en", englishSample)
	ug := sample(t, "ug", uyghurSample)
	for _, c := range []struct{ got, want string }{
		{en.T("plain"), "Twelve wells"},
		{en.T("says", "Who", "Pine Gate", "What", "kept"), "Pine Gate says: kept & more"},
		{en.T("says", "What", 2318, "Who", int64(-5)), "-5 says: 2,318 & more"},
		{en.T("says", "What", uint64(1<<63), "Who", ""), " says: 9,223,372,036,854,775,808 & more"},
		{en.T("says", "Who", "قارىغاي", "What", "{{.Who}}"), "\u2068قارىغاي\u2069 says: {{.Who}} & more"},
		{en.N("lowered", 1, "Who", "A"), "A lowered it once"},
		{en.N("lowered", 0, "Who", "A"), "A lowered it 0 times"},
		{en.N("lowered", 1234, "Who", "A"), "A lowered it 1,234 times"},
		{ug.T("says", "Who", "قارىغاي", "What", "Pine Gate"), "\u2068Pine Gate\u2069، دەيدۇ قارىغاي"},
		{ug.T("says", "Who", "قارىغاي", "What", -7), "\u200e-7، دەيدۇ قارىغاي"},
		{ug.T("says", "Who", "USD 5", "What", Isolate("a")), "\u2068a\u2069، دەيدۇ \u2068USD 5\u2069"},
		{ug.N("lowered", 1, "Who", "ئا"), "ئا، 1 قېتىم"},
		{string(en.HTML("says", "Who", "<b>", "What", template.HTML("<i>kept</i>"))), "&lt;b&gt; says: <i>kept</i> &amp; more"},
		{string(en.HTML("says", "Who", "<ئا", "What", 2318)), "<bdi>&lt;ئا</bdi> says: 2,318 &amp; more"},
		{string(en.NHTML("lowered", 2, "Who", "A", "N", template.HTML(`<data value="2">2</data>`))), `A lowered it <data value="2">2</data> times`},
		{string(en.NHTML("lowered", 2, "Who", `"`)), `&#34; lowered it 2 times`},
	} {
		if c.got != c.want {
			t.Errorf("got %+q, want %+q", c.got, c.want)
		}
	}
}

// N must not write into the caller's arguments, which a page may use again.
func TestArgumentsStay(t *testing.T) {
	en := sample(t, "en", englishSample)
	args := append(make([]any, 0, 8), "Who", "A")
	en.N("lowered", 2, args...)
	if rest := args[:4]; rest[2] != nil {
		t.Errorf("N wrote %v behind the arguments", rest[2])
	}
}

func mistakes() map[string]func(p *Printer) string {
	return map[string]func(p *Printer) string{
		"no such key":           func(p *Printer) string { return p.T("nowhere") },
		"no such counted key":   func(p *Printer) string { return p.N("nowhere", 5) },
		"value missing":         func(p *Printer) string { return p.T("says", "Who", "A") },
		"name without value":    func(p *Printer) string { return p.T("says", "Who", "A", "What") },
		"T of a counted key":    func(p *Printer) string { return p.T("lowered", "Who", "A", "N", 5) },
		"N of an uncounted key": func(p *Printer) string { return p.N("plain", 5) },
		"a float":               func(p *Printer) string { return p.T("says", "Who", 0.5, "What", "x") },
		"mark-up in plain text": func(p *Printer) string { return p.T("says", "Who", template.HTML("<b>"), "What", "x") },
		"untranslated":          func(p *Printer) string { return p.T("only-english", "Count", 1234) },
	}
}

func TestMistakesPanicInTests(t *testing.T) {
	ug := sample(t, "ug", uyghurSample)
	ug.fallback = sample(t, "en", englishSample)
	for name, call := range mistakes() {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call(ug)
		}()
	}
}

func TestMistakesAreLoggedInProduction(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	strict = false
	defer func() { slog.SetDefault(old); strict = true }()

	ug := sample(t, "ug", uyghurSample)
	ug.fallback = sample(t, "en", englishSample)
	want := map[string]string{
		"no such key":           "nowhere",
		"no such counted key":   "nowhere 5",
		"value missing":         "–، دەيدۇ \u2068A\u2069",
		"name without value":    "–، دەيدۇ \u2068A\u2069",
		"T of a counted key":    "\u2068A\u2069، 5 قېتىم",
		"N of an uncounted key": "ئون ئىككى قۇدۇق",
		"a float":               "\u2068x\u2069، دەيدۇ –",
		"mark-up in plain text": "\u2068x\u2069، دەيدۇ –",
		"untranslated":          "only 1,234 here",
	}
	for name, call := range mistakes() {
		log.Reset()
		if got := call(ug); got != want[name] {
			t.Errorf("%s: got %+q, want %+q", name, got, want[name])
		}
		if !strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("%s: not logged: %q", name, log.String())
		}
	}
}

func TestForUnknownLanguage(t *testing.T) {
	if p := For("tlh"); p.Tag != "en" || p.Dir != "ltr" {
		t.Errorf("For(tlh) speaks %s", p.Tag)
	}
	if p := For("ug"); !p.Has("word.promise") || p.Has("nowhere") || p.Dir != "rtl" {
		t.Error("the printer of ug knows itself wrongly")
	}
}

func TestPrintersAreSafeTogether(t *testing.T) {
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for _, l := range Languages {
				p := For(l.Tag)
				if p.N("mark.amended", 3) == "" || p.Day("2026-02-04") == "" || p.Money(5, "USD") == "" {
					t.Error("nothing said")
				}
			}
		})
	}
}

func ExamplePrinter_T() {
	p := For("en")
	fmt.Println(p.T("standing.overdue"))
	fmt.Println(p.N("mark.amended", 1))
	fmt.Println(p.N("mark.amended", 1200))
	// Output:
	// overdue
	// amended once
	// amended 1,200 times
}

// BenchmarkPage is all that a large page asks: 250 messages, of which a third
// have arguments, in the language that isolates most.
func BenchmarkPage(b *testing.B) {
	p := For("ug")
	b.ReportAllocs()
	for b.Loop() {
		for i := range 250 {
			switch i % 6 {
			case 0:
				p.N("mark.amended", int64(i))
			case 3:
				p.T("wording.too-long", "Lang", "zh-Hans", "Runes", 312, "Max", WordingRunes)
			default:
				p.T("standing.reported-done")
			}
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		for _, l := range Languages {
			if _, err := readCatalogue(l.Tag); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// Most messages of a page have no arguments; saying one is a look-up.
func TestPlainMessageAllocatesNothing(t *testing.T) {
	p := For("ug")
	if n := testing.AllocsPerRun(100, func() { p.T("standing.overdue") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
