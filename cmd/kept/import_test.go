package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestImportPublished reads the real files that lie beside the project, as a user would, and lets verify look at every
// page.
func TestImportPublished(t *testing.T) {
	const published = "../../../shared/data/iati/"
	for _, test := range []struct {
		file, programme string
		exit            int
		want            []string
	}{
		{"afdb-rural-projects.xml", "afdb", 0, []string{"10 promises", "10 work reports", "194 movements of money", "80 places", "5 tasks", "20 organisations", "61 warnings"}},
		{"us-tz-agriculture.xml", "tz", 1, []string{"1 promise", "4 movements of money", "4 parts left out"}},
	} {
		t.Run(test.programme, func(t *testing.T) {
			if _, err := os.Stat(published + test.file); err != nil {
				t.Skipf("SKIPPED: the published file %s is not here", test.file)
			}
			t.Setenv("KEPT_DATA", t.TempDir())
			t.Setenv("KEPT_CONFIG", t.TempDir())
			kept := func(want int, args ...string) string {
				var out, errors bytes.Buffer
				if got := run(t.Context(), args, &console{&out, &errors}); got != want {
					t.Fatalf("kept %q: exit %d, should be %d\n%s%s", args, got, want, &out, &errors)
				}
				return out.String()
			}
			out := kept(test.exit, "import", "iati", published+test.file, "--programme", test.programme)
			for _, line := range test.want {
				if !strings.Contains(out, line) {
					t.Errorf("the import does not say %q:\n%s", line, out)
				}
			}
			if out := kept(test.exit, "import", "iati", published+test.file, "--programme", test.programme); !strings.Contains(out, "nothing is new") {
				t.Errorf("a second reading says:\n%s", out)
			}
			if out := kept(0, "verify"); !strings.Contains(out, "are what the entries say") {
				t.Errorf("verify says:\n%s", out)
			}
		})
	}
}
