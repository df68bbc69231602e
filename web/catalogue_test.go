package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"kept/figures"
	"kept/ledger"
	"kept/photo"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/staff"
	"kept/voice"
)

func texts[T ~string](list ...T) (out []string) {
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

// built are the keys that are put together from a beginning and a value: for every beginning, all values it can get.
var built = map[string][]string{
	"standing.":        texts(promise.Standings...),
	"village.":         append(texts(promise.Verdicts...), "cant-tell"),
	"kind.":            slices.Collect(maps.Keys(ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject).Kinds())),
	"level.":           programme.Levels,
	"occurrence.":      {figures.OccurrenceHeld, figures.OccurrenceNotHeld, figures.OccurrenceMissing, figures.OccurrenceToCome},
	"payment.":         promise.PaymentTypes,
	"work.occurrence-": {"0", "1"},
	"work.state-":      promise.States,
	"mark-choice.":     figures.Marks,
	"village-choice.":  figures.Villages,
	"order.":           texts(figures.Orders...),
	"rule.":            schedule.Steps(),
	"settle.of-":       programme.Named,
	"settle.step-":     {"organisations", "organisations-hint", "tasks", "tasks-hint", "places", "places-hint", "teams", "teams-hint", "promise", "promise-hint"},
	"feed.":            {"promise", "amendment", "withdrawal", "report", "sending-back", "result", "contested", "round-lost", "answer", "round-suspended", "round-resumed", "round-void"},
	"title.": {"error.not-found", "error.no-programme", "error.bad-query", "error.unknown-key", "error.method", "error.internal", "error.busy", "error.no-fonts", "error.printing", "error.too-far-back", "error.forbidden", "error.not-yours",
		"error.cross-origin", "error.too-large", "error.unknown-field", "error.no-answers"},
	"office.":          {"waits", "stands", "promises", "answers", "rounds", "report", "daybook", "parts", "accounts", "programmes", "acts", "me", "reviews"},
	"role-name.":       texts(staff.Roles...),
	"waits.kind-":      texts(figures.Kinds...),
	"waits.clock-":     texts(slices.DeleteFunc(slices.Clone(figures.Kinds), func(k figures.Kind) bool { return k == figures.WaitsAnswer })...), // which has a last day
	"waits.empty-":     {"office", "team", "reviewer"},
	"waits.done-":      {"passed", "sent-back"},
	"answers.state-":   figures.OwedStates,
	"answers.empty-":   {figures.OwedOpen, figures.OwedLate, figures.OwedGiven},
	"stands.trend-":    {"promises", "reports", "done", "worse"},
	"stands.missing-":  {promise.Schedule, promise.ServiceLevel},
	"reporting.state-": promise.States,
	"reporting.":       {"received", "answered", "late"},
	"writing.section-": review.Sections,
	"writing.mistake-": {review.MistakeDigit, review.MistakeNumeral, review.MistakeFigure, review.MistakeBrace},
	"review.n-":        {"entries", "promises", "going-on", "unreported", "unanswered-days", "overdue-days", "late-days", "reach"},
	"review.moved-":    append(slices.Clone(figures.Happenings), "became-overdue"),
	"review.due-":      {"all", figures.OccurrenceHeld, figures.OccurrenceNotHeld, figures.OccurrenceMissing, figures.OccurrenceToCome},
	"review.said-":     figures.Sayings,
	"review.money-":    {"first-promised", "promised", "paid-in-period", "paid"},
	"review.teams-":    {"in-place", "villages", "villages-with-team", "silent"},
	"review.answers-":  {"asked", "given", "late", "owed", "overdue"},
	"review.next-":     {"promises", "due-days"},
	"workbook.": {"about", "figures", "promises", "measures", "targets", "places", "happened", "due-days", "said", "payments", "answers", "villages", "heard", "teams",
		"how-figures", "how-rows", "how-empty", "how-money", "how-command", "what-figure", "by-rows", "frozen", "check", "of", "share", "unit", "list", "name", "in-period", "next-period", "whole-plan"},
	"workbook.unit-":   {"promises", "reports", "amendments", "due-days", "days", "results", "voices", "answers", "villages", "teams", "entries"},
	"review.measure-":  {"baseline", "first-target", "target", "reading"},
	"review.rule-":     {figures.WeightRule, figures.StoryRule},
	"review.why-":      {figures.ForMoney, figures.ForReach, figures.ForDispute},
	"list.plan-":       figures.Plans,
	"picture.refused-": append(texts(photo.Refusals...), "many"),
	"picture.why-":     append(slices.Clone(promise.PictureReasons), "none"),
	// All that promise.Changes can name, and the names that differ because the bare key is a sentence.
	"change.": {"title", "task", "place", "team", "office", "party", "due", "rule", "rule-name", "within", "within-name", "measure", "baseline", "target", "money", "milestone", "milestone-name", "nothing"},
	// The roles that are known in words; others are shown as published.
	"role.":            {"1", "2", "3", "4"},
	"role-is.":         texts(staff.Roles...),
	"role-does.":       texts(staff.Roles...),
	"act.":             staff.Whats,
	"own.done-":        {"session", "others", "password", "passkey", "removed"},
	"plan.each-":       {"month", "quarter", "half", "year"},
	"plan.every-":      schedule.Steps(),
	"plan.piece-":      {"title", "task", "team", "office", "places", "plan", "money", "milestone"},
	"plan.what-":       {"title", "name", "unit", "milestone"},
	"paper.":           {"draw", "open", "type", "choose", "burn"},
	"account.done-":    {"ended", "reopened", "granted", "taken"},
	"daybook.state-":   {"draft", "waiting", "received", "looked-at", "sent-back", "refused", "conflict"},
	"daybook.means-":   {"draft", "waiting", "received", "looked-at", "sent-back", "refused", "conflict"},
	"daybook.trouble-": {"line", "portal", "server", "phone", "signed-out", "other-account", "other-device", "not-a-team", "unclear", "newer"},
	"daybook.alarm-":   {"shrank", "forked", "restored"},
	"daybook.mask-":    {"title", "picture", "hint", "keys", "box", "count", "add", "larger", "smaller", "remove", "undo", "clear", "zoom", "left", "right", "up", "down", "done", "cancel"},
	"csv.": {"number", "promise", "places", "task", "promised", "due", "first-due", "team-says", "marks", "unit", "baseline", "target", "first-target", "reading", "held",
		"occurrences", "reports", "village-says", "said-on", "disputed-before", "unasked-days", "unanswered-days", "money-promised", "money-paid"},
}

// elsewhere are beginnings of keys that no page uses: the glossary, which other messages quote, what a wording is refused
// with, and what daybook-mask.js says.
var elsewhere = []string{"staff.", "places-file.", "typed.", "word.", "wording.", "typed."}

// noKeys look like keys or their beginnings, and are addresses or names of fields.
var noKeys = []string{"answers.csv", "feed.atom", "office.css", "voice.css", "voice.js", "period.", "text.", "cards.css", "rounds.css", "daybook.css", "daybook.js", "amount.", "value.", "picture.", "says.", "typed.", "daybook.", "sync.", "service.", "entry.conflict", "measure.unknown", "review.css"}

// refusals are the codes with which the book can refuse an entry of the subjects, as their sources have them.
func refusals(t *testing.T) (out []string) {
	t.Helper()
	for _, folder := range []string{"../programme", "../promise", "../voice", "../review"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, m := range regexp.MustCompile(`(?:Refuse\(|Code: )"([a-z.-]+)"`).FindAllStringSubmatch(string(content), -1) {
				out = append(out, m[1])
			}
		}
	}
	// No form writes of a published source, of parties, or a hash that is none; and none what only the program writes.
	out = slices.DeleteFunc(out, func(code string) bool {
		return strings.HasPrefix(code, "source.") || strings.HasPrefix(code, "text.") || code == "terms.role" ||
			strings.HasPrefix(code, "contested.") || strings.HasPrefix(code, "result.") || code == "round.not-the-program" || code == "round.outcome-there"
	})
	return append(out, "unknown", "entry.conflict", "entry.too-large", "upload.offset", "upload.tus", "upload.size", "upload.too-many", "upload.other-hash")
}

var keyForm = regexp.MustCompile(`^[a-z][a-z-]*(\.[a-z0-9-]+)+$`)

// catalogueKeys are the keys of the English catalogue, without the plural forms.
func catalogueKeys(t *testing.T) map[string]bool {
	t.Helper()
	var tree map[string]any
	if _, err := toml.DecodeFile("../locale/catalogue/en.toml", &tree); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	var walk func(path string, node any)
	walk = func(path string, node any) {
		branch, ok := node.(map[string]any)
		if !ok {
			for _, form := range []string{".one", ".other"} {
				path = strings.TrimSuffix(path, form)
			}
			keys[strings.TrimPrefix(path, ".")] = true
			return
		}
		for name, below := range branch {
			walk(path+"."+name, below)
		}
	}
	walk("", tree)
	return keys
}

// literals are all texts that stand in the sources and templates of this package.
func literals(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{} // text to file
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					out[text] = name
				}
			}
			return true
		})
	}
	pages, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, action := range regexp.MustCompile(`\{\{.*?\}\}`).FindAllString(string(content), -1) {
			for _, m := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(action, -1) {
				out[m[1]] = name
			}
		}
	}
	scripts, err := filepath.Glob("static/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range scripts {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("[\"`]([a-z][a-z-]*\\.[a-z0-9.-]*)(?:\"|\\$\\{)").FindAllStringSubmatch(string(content), -1) {
			out[m[1]] = name
		}
	}
	return out
}

// TestCatalogueUse: every message that a page may say is in the catalogue, and every message there is one that is said.
func TestCatalogueUse(t *testing.T) {
	keys, used := catalogueKeys(t), map[string]bool{}
	built["refused."] = refusals(t)
	first := map[string]bool{}
	for key := range keys {
		first[strings.Split(key, ".")[0]] = true
	}
	found := literals(t)
	for text, file := range found {
		switch {
		case keys[text]:
			used[text] = true
		case built[text] != nil || slices.Contains(noKeys, text):
		case keyForm.MatchString(text) && first[strings.Split(text, ".")[0]]:
			t.Errorf("%s says %q, which is not in the catalogue", file, text)
		case (strings.HasSuffix(text, ".") || strings.HasSuffix(text, "-")) && first[strings.TrimRight(strings.Split(text, ".")[0], ".")]:
			t.Errorf("%s puts keys together that begin with %q; say in built how they can end", file, text)
		}
	}
	for beginning, ends := range built {
		if found[beginning] == "" {
			t.Errorf("no page puts keys together that begin with %q any more", beginning)
		}
		for _, end := range ends {
			if key := beginning + end; keys[key] {
				used[key] = true
			} else {
				t.Errorf("%s is not in the catalogue, and %s can say it", key, found[beginning])
			}
		}
	}
	for key := range keys {
		if !used[key] && !slices.ContainsFunc(elsewhere, func(e string) bool { return strings.HasPrefix(key, e) }) {
			t.Errorf("no page says %s", key)
		}
	}
	for _, beginning := range elsewhere {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(keys)), func(key string) bool { return strings.HasPrefix(key, beginning) }) {
			t.Errorf("there is no message %s any more", beginning)
		}
	}
}
