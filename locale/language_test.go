package locale

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func TestNegotiate(t *testing.T) {
	long := strings.Repeat("fr;q=0.9,", 60)
	for _, c := range []struct{ query, header, want string }{
		{"", "", "en"},
		{"ug", "zh-CN", "ug"},
		{"zh-Hans", "", "zh-Hans"},
		{"zh-hans", "", "zh-Hans"},
		{"zh-CN", "", "zh-Hans"},
		{"UG", "", "ug"},
		{"", "ug-CN,ug;q=0.9,zh-CN;q=0.8", "ug"},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"},
		{"", "fr, ug;q=0.5, en;q=0.4", "ug"},
		{"", "en-US,ug;q=0.9", "en"},
		{"", "ug;q=0.1, zh;q=0.9", "zh-Hans"},
		{"", "ug;q=0, en;q=0.5", "en"},
		{"", "zh-TW", "zh-Hans"}, // nearer than English
		{"", "kk-CN", "en"},      // the matcher offers Uyghur
		{"", "kk-CN, zh-CN;q=0.5", "zh-Hans"},
		{"", "ar", "en"}, // likewise
		{"", "fa, *;q=0.5", "en"},
		{"", "ug-Latn", "en"}, // not the script that we have
		{"", "*", "en"},
		{"kk", "ug", "ug"}, // a lang that we lack: ask the header
		{"xx", "", "en"},
		{"../../etc/passwd", "zh", "zh-Hans"},
		{strings.Repeat("a-", 5000), "ug", "ug"},
		{"", "ug;q=abc", "en"},
		{"", ";;;,,,=", "en"},
		{"", "\x00\xff", "en"},
		{"", "ug," + long, "ug"},
		{"", long + "ug", "en"}, // beyond what is looked at
		{"", strings.Repeat("-", 100000), "en"},
	} {
		if got := Negotiate(c.query, c.header); got.Tag != c.want {
			t.Errorf("Negotiate(%.20q, %.40q) = %s, want %s", c.query, c.header, got.Tag, c.want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("ug", "zh-CN,zh;q=0.9")
	f.Add("zh-u-co-pinyin", "i-klingon;q=1,*")
	f.Fuzz(func(t *testing.T, query, header string) {
		got := Negotiate(query, header)
		if _, ok := Find(got.Tag); !ok {
			t.Errorf("Negotiate(%q, %q) = %v, which is no language of ours", query, header, got)
		}
	})
}

func TestLanguages(t *testing.T) {
	if Languages[0].Tag != "en" {
		t.Error("the default language is not English")
	}
	for _, l := range Languages {
		if tag, err := language.Parse(l.Tag); err != nil || tag.String() != l.Tag || !ValidTag(l.Tag) {
			t.Errorf("%q is not a tag in its usual form", l.Tag)
		}
		if l.Dir != "ltr" && l.Dir != "rtl" {
			t.Errorf("%s has the direction %q", l.Tag, l.Dir)
		}
		if foreign(l.Name, l.RTL()) {
			t.Errorf("the name %q does not run %s", l.Name, l.Dir)
		}
		if _, ok := conventions[l.Tag]; !ok {
			t.Errorf("no conventions for %s", l.Tag)
		}
		if l.Reviewed != (l.Tag == "en") {
			t.Errorf("%s: a translation is reviewed when docs/translations.md names who did it", l.Tag)
		}
	}
	if _, ok := Find("EN"); ok {
		t.Error("Find takes other spellings")
	}
}
