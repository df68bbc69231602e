package main

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReliabilityPage sees that every test and script that docs/reliability.md names is there, and that it is run as often as
// the page says.
func TestReliabilityPage(t *testing.T) {
	root := os.DirFS("../..")
	page, err := fs.ReadFile(root, "docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for _, room := range []string{"ledger", "store", "cmd/kept"} {
		files, err := fs.Glob(root, room+"/*_test.go")
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(root, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range strings.Split(string(text), "\nfunc ")[1:] {
				name, _, _ := strings.Cut(f, "(")
				bodies[name] = f
			}
		}
	}
	test, script := regexp.MustCompile(`Test[A-Za-z]+`), regexp.MustCompile("script `([a-z]+)`")
	times := regexp.MustCompile(`storetest\.Times\((\d+, \d+)\)`)
	rows := 0
	for _, line := range strings.Split(string(page), "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 4 || strings.HasPrefix(line, "| fault") {
			continue
		}
		rows++
		for _, m := range script.FindAllStringSubmatch(cells[1], -1) {
			if _, err := os.Stat("testdata/script/" + m[1] + ".txtar"); err != nil {
				t.Errorf("%s: %v", cells[0], err)
			}
		}
		often := "1, 1"
		for _, name := range test.FindAllString(cells[1], -1) {
			body, there := bodies[name]
			if !there {
				t.Errorf("%s: there is no %s", cells[0], name)
			}
			if m := times.FindStringSubmatch(body); m != nil {
				often = m[1]
			}
		}
		if cells[2] != often {
			t.Errorf("%s: the page says %s, the test %s", cells[0], cells[2], often)
		}
	}
	if rows < 20 {
		t.Errorf("only %d rows were found", rows)
	}
}
