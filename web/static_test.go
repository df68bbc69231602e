package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWithoutComments: what is served of a script is all of it but what only its readers need.
func TestWithoutComments(t *testing.T) {
	for script, want := range map[string]string{
		"/** a */\n/**\n * b\n * `c\n */\nlet a = 1;":        "\n\n\n\n\nlet a = 1;",
		"  // a\n\tif (a) {\n    b(); // c\n  }":             "\nif (a) {\nb(); // c\n}",
		"/** @type {any} */ (a).b = 1;":                      "/** @type {any} */ (a).b = 1;",
		"/* a */ let b = 1; /* c */":                         "/* a */ let b = 1; /* c */",
		"const a = `\n  // b\n`;":                            "const a = `\n  // b\n`;",
		"const a = \"/*\";\n  const b = `//`;\nconst c = 1;": "const a = \"/*\";\nconst b = `//`;\nconst c = 1;",
	} {
		if got := string(withoutComments([]byte(script))); got != want {
			t.Errorf("%q is served as %q, expected %q", script, got, want)
		}
	}
	scripts, err := filepath.Glob("static/*.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		whole, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		served := string(assetsByName[filepath.Base(name)].body)
		if strings.Count(served, "\n") != strings.Count(string(whole), "\n") {
			t.Errorf("%s has other lines as it is served", name)
		}
		if len(served) > len(whole)*9/10 || strings.Contains(served, "\n *") {
			t.Errorf("%s is served with its comments: %d bytes of %d", name, len(served), len(whole))
		}
	}
}
