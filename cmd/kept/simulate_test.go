package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// kept runs the program and returns what it wrote, wanting an exit code.
func kept(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), args, &console{&out, &out}); code != want {
		t.Fatalf("kept %s: exit code %d, should be %d\n%s", strings.Join(args, " "), code, want, &out)
	}
	return out.String()
}

// TestSimulate simulates a small programme, has every entry, row and figure on every page verified, and does it again.
func TestSimulate(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KEPT_DATA", filepath.Join(dir, "data"))
	t.Setenv("KEPT_CONFIG", filepath.Join(dir, "config"))
	simulate := func(want int, more ...string) string {
		t.Helper()
		return kept(t, want, append([]string{"simulate", "--programme", "hills", "--villages", "6", "--promises", "30", "--reports", "250",
			"--today", "2026-11-23"}, more...)...)
	}
	line := regexp.MustCompile(`^hills: (\d+) entries in .* s, \d+ a second; the book has (\d+), root (\S+)\n`)
	first := line.FindStringSubmatch(simulate(0))
	if first == nil || first[1] != first[2] || len(first[1]) != 3 {
		t.Fatalf("the first run: %q", first)
	}
	verified := kept(t, 0, "verify")
	if !strings.Contains(verified, first[1]+" entries, root "+first[3]) || !regexp.MustCompile(`\d{3,} figures on \d{2,} pages are what the entries say`).MatchString(verified) {
		t.Errorf("verify says:\n%s", verified)
	}
	again := line.FindStringSubmatch(simulate(0))
	if again == nil || again[1] != "0" || again[3] != first[3] {
		t.Errorf("the second run: %q", again)
	}
	for _, other := range [][]string{{"--seed", "2"}, {"--reports", "251"}, {"--today", "2026-11-24"}} {
		if out := simulate(1, other...); !strings.Contains(out, "the programme hills was simulated with other arguments") &&
			!strings.Contains(out, "the programme hills was not simulated with seed 2") {
			t.Errorf("with %q: %s", other, out)
		}
	}
	if out := simulate(1, "--today", "2026-02-30"); !strings.Contains(out, `--today "2026-02-30" is not a day`) {
		t.Error(out)
	}
	if after := kept(t, 0, "verify"); !strings.Contains(after, first[3]) {
		t.Errorf("what was refused left something:\n%s", after)
	}
}

// TestSimulateOthers leaves alone what it has not written, and makes nothing when it is asked for what cannot be.
func TestSimulateOthers(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("KEPT_CONFIG", filepath.Join(dir, "config"))
	data := filepath.Join(dir, "data")
	kept(t, 1, "simulate", "--data", data, "--promises", "0", "--today", "2026-11-23")
	kept(t, 1, "simulate", "--data", data, "--programme", "static", "--today", "2026-11-23")
	if _, err := os.Stat(data); err == nil {
		t.Error("a refused simulation left a folder")
	}
	// The same arguments under another name or in another folder do not meet; a programme of another seed does.
	kept(t, 0, "simulate", "--data", data, "--villages", "1", "--promises", "1", "--reports", "0", "--seed", "9", "--today", "2026-11-23")
	out := kept(t, 1, "simulate", "--data", data, "--villages", "1", "--promises", "1", "--reports", "0", "--today", "2026-11-23")
	if !strings.Contains(out, "Choose another short name") {
		t.Error(out)
	}
}
