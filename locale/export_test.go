package locale

import (
	"strings"
	"testing"
)

// TestExport: what goes to a phone says the same as the printer does.
func TestExport(t *testing.T) {
	fill := strings.NewReplacer
	for _, l := range Languages {
		p := For(l.Tag)
		e := p.Export("mark.amended", "typed.", "standing.")
		if e.Tag != l.Tag || e.Dir != l.Dir || len(e.Days) != 12 || len(e.Weekdays) != 7 {
			t.Fatalf("%s: %+v", l.Tag, e)
		}
		for key := range For("en").messages {
			if _, there := e.Messages[key]; there != (strings.HasPrefix(key, "mark.amended") || strings.HasPrefix(key, "typed.") || strings.HasPrefix(key, "standing.")) {
				t.Errorf("%s: %s: %v", l.Tag, key, there)
			}
		}
		forms := e.Messages["mark.amended"].([]string)
		for i, n := range []int64{1, 7} {
			if got := fill("{N}", p.Int(n)).Replace(forms[i]); got != p.N("mark.amended", n) {
				t.Errorf("%s: %q, the printer says %q", l.Tag, got, p.N("mark.amended", n))
			}
		}
		if got := fill("{Currency}", "CNY", "{Max}", "2").Replace(e.Messages["typed.decimals"].(string)); fill("\u2068", "", "\u2069", "").Replace(got) != fill("\u2068", "", "\u2069", "").Replace(p.T("typed.decimals", "Currency", "CNY", "Max", 2)) {
			t.Errorf("%s: %q", l.Tag, got)
		}
		for month, day := range map[int]string{0: "2026-01-05", 10: "2026-11-24"} {
			if got := fill("{d}", strings.TrimLeft(day[8:], "0"), "{y}", day[:4]).Replace(e.Days[month]); got != p.ShortDay(day) {
				t.Errorf("%s: %q, the printer says %q", l.Tag, got, p.ShortDay(day))
			}
		}
		if e.Minor["JPY"] != 0 || e.Minor["KWD"] != 3 || len(e.Minor) < 10 {
			t.Errorf("%s: %v", l.Tag, e.Minor)
		}
		if e.Weekdays[2] != p.Weekday("2026-11-24") || p.Decimal("12345.5") != strings.Join([]string{"12", e.Group, "345", e.Decimal, "5"}, "") {
			t.Errorf("%s: %+v", l.Tag, e)
		}
	}
}
