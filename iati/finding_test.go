package iati

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every code has a sentence, and no code stands twice.
func TestCodesHaveSentences(t *testing.T) {
	parsed, err := goparser.ParseFile(token.NewFileSet(), "finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	slices.Sort(codes)
	if len(codes) < 40 || !slices.Equal(codes, Codes()) {
		t.Errorf("the constants are\n%q\nand the sentences have\n%q", codes, Codes())
	}
}

func TestFindingString(t *testing.T) {
	for _, tt := range []struct {
		finding Finding
		want    string
	}{
		{Finding{Warning, 12, "iati-activity/activity-date", "X-1", CodeAfterwards, []string{"2026-12-31", "2026-06-30"}},
			"line 12: warning: X-1: iati-activity/activity-date: an actual date, 2026-12-31, lies after the last update, 2026-06-30, and is ignored"},
		{Finding{Wrong, 3, "", "", CodeForm, []string{"", "decimal"}}, `line 3: error: "" is not of the form decimal`},
		{Finding{Wrong, 3, "e", "A\x1b[2J\nline 9", CodeForm, []string{"%s\u202e", "day"}}, "line 3: error: A·[2J·line 9: e: %s· is not of the form day"},
		{Finding{Critical, 1, "e", "", "unheard.of", []string{"x"}}, "line 1: critical: e: unheard.of"},
	} {
		if got := tt.finding.String(); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
