package audit_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kept/demo"
)

// TestPython: the verifier that was written from docs/verify.md alone, in another language, finds a whole server to be whole,
// and names what a server has changed.
func TestPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("KEPT_REQUIRE") == "1" {
			t.Fatal("python3 is not installed, and KEPT_REQUIRE=1 forbids leaving it out")
		}
		t.Skip("SKIPPED: docs/verify.py: python3 is not installed")
	}
	verify := func(t *testing.T, name string, h http.Handler) (string, error) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, python, "../docs/verify.py", onNetwork(t, name, h)).CombinedOutput()
		return string(out), err
	}
	t.Run("example", func(t *testing.T) {
		if race {
			t.Skip("the little programme does, with the race detector")
		}
		out, err := verify(t, demo.Name, serve(example(t)))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, line := range []string{"kept/valley/demo: 510 entries, and the signature of the checkpoint is right", "the entries have the root", "3 tiles hold the hashes",
			"the days never go backwards, and end at 2026-11-24", "proves that entry", "texts have their hashes", "figures: entries 510"} {
			if !strings.Contains(out, line) {
				t.Errorf("it does not say %q:\n%s", line, out)
			}
		}
	})
	l := newLittle(t, 1, "Wells")
	t.Run("little", func(t *testing.T) {
		out, err := verify(t, verified, l.site())
		if err != nil || !strings.Contains(out, "3 texts have their hashes; 1 were erased, 1 are withheld") {
			t.Fatalf("%v\n%s", err, out)
		}
	})
	for i, test := range []struct {
		name, address string
		change        func([]byte) []byte
		want          string
	}{
		{"a byte of a bundle", "/log/tile/entries/", replacing("Wells", "Walls"), "entry 7: its bytes do not have the hash in log/tile/0/000.p/"},
		{"a bundle cut short", "/log/tile/entries/", func(b []byte) []byte { return b[:len(b)-1] }, "log/tile/entries/000.p/"},
		{"a bundle missing", "/log/tile/entries/", func([]byte) []byte { return nil }, "log/tile/entries/000.p/"},
		{"a byte of a tile", "/log/tile/0/", flip(5*32 + 3), "hash 5 in log/tile/0/000.p/"},
		{"a byte of a text", "/log/beside/", replacing("Passed words", "Passed wards"), "text note/en of entry"},
		{"a text withheld", "/log/beside/", as(t, l.passed, map[string]any{"withheld": true}), "it is withheld, and should be read"},
		{"a text left out", "/log/beside/", func([]byte) []byte { return []byte("[]") }, "log/beside: texts are missing"},
		{"a byte of the checkpoint's root", "/log/checkpoint", flip(24), "the checkpoint: "},
		{"a byte of its signature", "/log/checkpoint", flip(-10), "the checkpoint: "},
		{"its size", "/log/checkpoint", replacing("\n15\n", "\n14\n"), "the checkpoint: its signature is wrong"},
		{"a byte of the key", "/log/key", flip(-5), "the key: it does not have its hash"},
		{"the index of a proof", "/log/proof/", replacing("\nindex ", "\nindex 1"), "log/proof/"},
		{"a hash of a proof", "/log/proof/", func(b []byte) []byte {
			at := strings.Index(string(b), "\n\n") - 10
			return append(append(append([]byte{}, b[:at]...), other(b[at])), b[at+1:]...)
		}, "log/proof/"},
		{"a figure", "/log/figures", replacing(`"promises":"1"`, `"promises":"2"`), "figure promises: log/figures says 2, the entries say 1"},
	} {
		if race && i%4 != 0 {
			continue // nothing of the verifier is compiled with the race detector
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			out, err := verify(t, verified, lying(l.site(), test.address, test.change))
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 || !strings.Contains(out, "WRONG: ") || !strings.Contains(out, test.want) {
				t.Errorf("%v\n%s", err, out)
			}
			if strings.Contains(out, "Traceback") {
				t.Errorf("it breaks down:\n%s", out)
			}
		})
	}
}

// other is another digit of base64.
func other(c byte) byte {
	if c == 'A' {
		return 'B'
	}
	return 'A'
}
