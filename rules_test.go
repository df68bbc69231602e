// Package kept_test holds the rules that the whole tree of Kept keeps, whichever room a file stands in: which room may
// import which, where the network and the database are touched, how long a file may grow, and what no file may name.
//
// It reads source files and nothing else, so it says the same on every machine. Each rule is a function of a file
// tree; TestRulesRefuse shows each one a tree that breaks it.
package kept_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

const module = "kept"

// arrows says which rooms a room may import. A room is the first folder of a package's path; packages of one room may
// import each other. A room that is not here is refused, so a new one is entered here, where its arrows are seen.
var arrows = map[string][]string{
	"safety":    {"cmd", "demo", "audit", "web", "device", "staff", "spool", "photo", "paper", "imports", "review", "figures", "voice", "promise", "programme", "ledger", "store", "schedule", "iati", "locale"}, // tests only
	"interop":   {"web", "review", "voice", "promise", "programme", "ledger", "store"},                                                                                                                           // tests only, in a module of their own
	"cmd":       {"demo", "simulate", "audit", "web", "staff", "spool", "paper", "imports", "review", "figures", "voice", "promise", "programme", "ledger", "store", "schedule", "iati", "locale"},
	"simulate":  {"voice", "promise", "programme", "ledger", "store", "schedule", "locale"},
	"demo":      {"staff", "spool", "photo", "review", "figures", "voice", "promise", "programme", "ledger", "store", "schedule", "locale"},
	"audit":     {"web", "review", "figures", "voice", "promise", "programme", "ledger", "store", "locale"},
	"web":       {"sheet", "device", "staff", "spool", "photo", "paper", "imports", "review", "figures", "voice", "promise", "programme", "ledger", "store", "schedule", "locale"},
	"imports":   {"figures", "promise", "programme", "ledger", "store", "schedule", "iati", "locale"},
	"figures":   {"voice", "promise", "programme", "ledger", "store", "schedule", "locale"},
	"review":    {"figures", "voice", "promise", "programme", "ledger", "store", "schedule", "locale"},
	"voice":     {"promise", "programme", "ledger", "store", "schedule", "locale"},
	"promise":   {"programme", "ledger", "store", "schedule", "locale"},
	"programme": {"ledger", "store", "schedule", "locale"},
	"device":    {"staff", "ledger", "store", "schedule"},
	"spool":     {"store"},
	"staff":     {"ledger", "store", "schedule", "locale"},
	"ledger":    {"store", "schedule"},
	"sheet":     {},
	"store":     {},
	"photo":     {},
	"paper":     {},
	"schedule":  {},
	"iati":      {"schedule", "locale"},
	"locale":    {},
}

// examples are the rooms that any test may import: whatever stands above the subjects is tried on a whole programme.
var examples = []string{"demo", "simulate"}

// confined names the only rooms that may import what speaks to the world.
var confined = map[string][]string{
	"net/http":     {"web", "device", "cmd", "audit", "interop"},
	"database/sql": {"store"},
}

// vague are names of folders that say nothing of what is in them.
var vague = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types", "misc"}

// longest is the number of lines that no file of code may exceed.
const longest = 600

// code has the endings of files that longest is about, besides scripts. Catalogues, lock files and documents are as long
// as they are.
var code = []string{".go", ".js", ".css", ".html", ".sql", ".bash"}

// machine matches what is true on one machine only. It is put together from halves so as not to match itself.
var machine = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(^|[\s"'=(:,` + "`" + `])/(wo` + `rk|ro` + `ot|ho` + `me/\w+|Us` + `ers/\w+)/`,
	`proxy\.gol` + `ang\.org`, `sum\.gol` + `ang\.org`, `registry\.np` + `mjs`, `deb\.deb` + `ian\.org`,
}, "|"))

func TestRules(t *testing.T) {
	tree := os.DirFS(".")
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			broken, err := rule.check(tree)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range broken {
				t.Error(line)
			}
		})
	}
}

// A rule returns what breaks it, a sentence each.
var rules = []struct {
	name  string
	check func(fs.FS) ([]string, error)
}{
	{"imports", checkImports},
	{"folders", checkFolders},
	{"lengths", checkLengths},
	{"machines", checkMachines},
}

func checkImports(tree fs.FS) (broken []string, err error) {
	err = eachFile(tree, func(name string, content []byte) error {
		if path.Ext(name) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
		if err != nil {
			return err
		}
		room, test := roomOf(path.Dir(name)), forTests(name)
		allowed, known := arrows[room]
		if test {
			allowed = append(slices.Clone(allowed), examples...)
		}
		if !known && path.Dir(name) != "." {
			broken = append(broken, fmt.Sprintf("%s: the room %q has no row in arrows", name, room))
			return nil
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if rooms, ok := confined[imported]; ok && !test && !slices.Contains(rooms, room) {
				broken = append(broken, fmt.Sprintf("%s imports %s, which only %s may", name, imported, strings.Join(rooms, ", ")))
			}
			inside, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			if !test && strings.HasSuffix(inside, "test") {
				broken = append(broken, fmt.Sprintf("%s imports %s, which is for tests", name, inside))
			}
			// The tests of a room may stand on a lower room's, but no more than the room itself may they look up.
			if other := roomOf(inside); other != room && !slices.Contains(allowed, other) {
				broken = append(broken, fmt.Sprintf("%s imports %s: no arrow from %s to %s", name, inside, room, other))
			}
		}
		return nil
	})
	return broken, err
}

func checkFolders(tree fs.FS) (broken []string, err error) {
	seen := map[string]bool{}
	err = eachFile(tree, func(name string, _ []byte) error {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if slices.Contains(vague, path.Base(dir)) && !seen[dir] {
				seen[dir] = true
				broken = append(broken, fmt.Sprintf("%s: a folder is named for what is in it", dir))
			}
		}
		return nil
	})
	return broken, err
}

func checkLengths(tree fs.FS) (broken []string, err error) {
	err = eachFile(tree, func(name string, content []byte) error {
		ours := slices.Contains(code, path.Ext(name)) || name == "Makefile" || strings.HasPrefix(string(content), "#!")
		if ours && !strings.Contains(name, "testdata/") {
			if lines := strings.Count(string(content), "\n"); lines > longest {
				broken = append(broken, fmt.Sprintf("%s has %d lines, more than %d", name, lines, longest))
			}
		}
		return nil
	})
	return broken, err
}

func checkMachines(tree fs.FS) (broken []string, err error) {
	err = eachFile(tree, func(name string, content []byte) error {
		for i, line := range strings.Split(string(content), "\n") {
			if found := machine.FindString(line); found != "" {
				broken = append(broken, fmt.Sprintf("%s:%d names %q", name, i+1, strings.TrimSpace(found)))
			}
		}
		return nil
	})
	return broken, err
}

// roomOf returns the first folder of a package's path.
func roomOf(dir string) string {
	room, _, _ := strings.Cut(dir, "/")
	return room
}

// forTests reports whether a file is compiled for tests only: by its name, or by standing in a package such as ledgertest.
func forTests(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(path.Dir(name), "test")
}

// eachFile calls visit for every text file that is ours: not what .gitignore leaves out, nor folders with a dot, but for .ci.
func eachFile(tree fs.FS, visit func(name string, content []byte) error) error {
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			hidden := strings.HasPrefix(entry.Name(), ".") && name != "." && name != ".ci"
			if hidden || name == "out" || entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if !utf8.Valid(content) || strings.ContainsRune(string(content), 0) {
			return nil
		}
		return visit(name, content)
	})
}

func TestRulesRefuse(t *testing.T) {
	imports := func(paths ...string) string {
		source := "package p\n"
		for _, p := range paths {
			source += "import _ " + strconv.Quote(p) + "\n"
		}
		return source
	}
	const none = ""
	tests := []struct{ rule, name, content, want string }{
		{"imports", "store/a.go", imports("fmt", "database/sql", "modernc.org/sqlite"), none},
		{"imports", "store/a.go", imports("kept/ledger"), "store/a.go imports ledger: no arrow from store to ledger"},
		{"imports", "store/deep/a.go", imports("kept/store"), none},
		{"imports", "store/deep/a.go", imports("kept/web/pages"), "no arrow from store to web"},
		{"imports", "store/a_test.go", imports("kept/ledger/ledgertest"), "no arrow from store to ledger"},
		{"imports", "promise/a_test.go", imports("kept/ledger/ledgertest", "net/http"), none},
		{"imports", "promise/a.go", imports("kept/ledger/ledgertest"), "which is for tests"},
		{"imports", "promise/a.go", imports("net/http"), "promise/a.go imports net/http, which only web, device, cmd, audit, interop may"},
		{"imports", "web/a.go", imports("net/http", "kept/figures"), none},
		{"imports", "web/a.go", imports("kept/iati"), "no arrow from web to iati"},
		{"imports", "figures/a.go", imports("database/sql"), "which only store may"},
		{"imports", "demo/a.go", imports("kept/imports"), "no arrow from demo to imports"},
		{"imports", "iati/a.go", imports("kept/locale", "kept/schedule"), none},
		{"imports", "locale/a.go", imports("kept/schedule"), "no arrow from locale to schedule"},
		{"imports", "cmd/kept/main.go", imports("kept/web", "kept/demo", "kept/store"), none},
		{"imports", "attic/a.go", imports(), `the room "attic" has no row in arrows`},
		{"imports", "a.go", imports("kept/web"), "no arrow from . to web"},
		{"imports", "web/a.go", "pakage web", "expected 'package'"},
		{"folders", "web/util/a.go", "", "web/util: a folder"},
		{"folders", "types/deep/a.go", "", "types: a folder"},
		{"folders", "web/utility.go", "", none},
		{"lengths", "web/a.go", strings.Repeat("\n", longest), none},
		{"lengths", "web/a.go", strings.Repeat("\n", longest+1), "web/a.go has 601 lines, more than 600"},
		{"lengths", "web/static/kept.css", strings.Repeat("\n", longest+1), "has 601 lines"},
		{"lengths", "Makefile", strings.Repeat("\n", longest+1), "has 601 lines"},
		{"lengths", "scripts/a", "#!/bin/sh" + strings.Repeat("\n", longest+1), "has 601 lines"},
		{"lengths", "LICENSE", strings.Repeat("\n", longest+1), none},
		{"lengths", "locale/catalogue/en.toml", strings.Repeat("\n", longest+1), none},
		{"lengths", "iati/testdata/a.html", strings.Repeat("\n", longest+1), none},
		{"machines", "README.md", "see /wo" + "rk/main", `README.md:1 names "/wo` + `rk/"`},
		{"machines", ".ci/run", "\ncd /ro" + "ot/", `.ci/run:2 names`},
		{"machines", "README.md", "https://example.org/wo" + "rk/ and at wo" + "rk/", none},
		{"machines", "a.json", `"https://registry.np` + `mjs.org/x"`, "a.json:1 names"},
		{"machines", "a.bin", "\x00/wo" + "rk/", none},
		{"machines", "out/log", " /wo" + "rk/", none},
		{"machines", "browser/node_modules/a.js", " /wo" + "rk/", none},
	}
	for _, test := range tests {
		t.Run(test.rule+" "+test.name, func(t *testing.T) {
			for _, rule := range rules {
				if rule.name != test.rule {
					continue
				}
				broken, err := rule.check(fstest.MapFS{test.name: {Data: []byte(test.content)}})
				if err != nil {
					broken = append(broken, err.Error())
				}
				if test.want == none && len(broken) > 0 {
					t.Errorf("refused: %q", broken)
				}
				if test.want != none && (len(broken) != 1 || !strings.Contains(broken[0], test.want)) {
					t.Errorf("got %q, want one line with %q", broken, test.want)
				}
			}
		})
	}
}
