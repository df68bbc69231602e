package review

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
)

// small is a document with a few figures.
func small() *Document {
	f := func(name figures.Name, value string) Figure { return Figure{Name: name, Value: value} }
	return &Document{Form: Form, Size: 40, Day: "2026-11-24", From: "2026-09-01", To: "2026-10-31", Entries: f("entries", "40"), All: Line{
		Promises: f("promises", "42"), Standings: Figures{"overdue": f("promises?standing=overdue", "3")},
		Money: []Money{{Currency: "CNY", Promised: Figure{"money?currency=CNY&type=promised", "1200000", "CNY"}}}}}
}

// sentences are what offices write. What is refused stands behind the text: the word, or part of it.
var sentences = []struct {
	lang, text string
	refused    []string
}{
	// English.
	{"en", "The wells are late, and we know it.", nil},
	{"en", "Of {promises} promises {promises?standing=overdue} are overdue.", nil},
	{"en", "CNY {money?currency=CNY&type=promised} was promised.", nil},
	{"en", "Of 42 promises {promises?standing=overdue} are overdue.", []string{"42"}},
	{"en", "We dug 1,200.50 metres.", []string{"1,200.50"}},
	{"en", "The 1st well, the 2nd well.", []string{"1st", "2nd"}},
	{"en", "Half is done: ½, ⅔ and ²", []string{"½,", "⅔", "²"}},
	{"en", "Phase Ⅷ and ⅳ begin.", []string{"Ⅷ", "ⅳ"}},
	{"en", "Step ① is done.", []string{"①"}},
	{"en", "Road G314 is open.", []string{"G314"}},
	{"en", "Fullwidth ４２ and Arabic ٤٢ and Persian ۴۲ and Devanagari ४२.", []string{"４２", "٤٢", "۴۲", "४२"}},
	{"en", "On 2026-09-30 it rained.", nil},
	{"en", "On 2026-13-30 it rained.", []string{"2026-13-30"}},
	{"en", "On 30 September 2026, in October 2026 and on May 3, 2026 it rained; on 3 May too.", nil},
	{"en", "In 30 September villages", nil}, // known: a day, as it is written
	{"en", "In 2026 it rained.", []string{"2026"}},
	{"en", "From {2026-09-01} to {2026-10-31}, and in {2026-11}.", nil},
	{"en", "From {2026-09-31}.", []string{"{2026-09-31}"}},
	{"en", "{promises?task=none} promises", []string{"{promises?task=none}"}},
	{"en", "{promises", []string{"{promises"}},
	{"en", "promises}", []string{"promises}"}},
	{"en", "{{promises}}", []string{"{", "}"}},
	{"en", "{} and {42}", []string{"{}", "{42}"}},
	{"en", "12026-09-30", []string{"12026-09-30"}},
	{"en", "2026-09-301", []string{"2026-09-301"}},
	{"en", "{promises}5", []string{"{promises}5"}},
	{"en", "seven wells", nil}, // known: letters are not read

	// Chinese: what may be written.
	{"zh-Hans", "我们一起努力，一定把水井修好，统一安排，一直坚持。", nil},
	{"zh-Hans", "这是一个好消息，也是进一步工作的一次机会。", nil},
	{"zh-Hans", "万一下雨，千万不要冒险；村民十分满意，四面八方的人都来了。", nil},
	{"zh-Hans", "千家万户都关心这件事，我们想方设法、千方百计解决。", nil},
	{"zh-Hans", "第一，路要修完；第二，账目要公开；第三，问题要答复。", nil},
	{"zh-Hans", "百姓的事一件一件办，一家人不说两家话以外的话。", []string{"两家"}},
	{"zh-Hans", "共有{promises}项承诺，其中{promises?standing=overdue}项逾期。", nil},
	{"zh-Hans", "2026年9月30日，验收完成；九月三十日公布；十一月初再查。", nil},
	{"zh-Hans", "二〇二六年九月的账目已上墙。", nil},
	{"zh-Hans", "每逢周三上课，星期二休息。", nil},
	{"zh-Hans", "一年来，各村变化很大。", nil},
	{"zh-Hans", "唯一的困难是天气，一旦转晴马上开工，一切正常。", nil},
	{"zh-Hans", "一致同意，同一标准，一般情况，一些问题，一样对待，一律公开，专一从事。", nil},
	{"zh-Hans", "三农工作，五保户。", nil},
	{"zh-Hans", "修了一条路，开了一家店。", nil}, // a road, a shop
	{"zh-Hans", "零散的土地，百花齐放，千真万确，八仙过海。", nil},

	// Chinese: what is a number.
	{"zh-Hans", "打了三口井。", []string{"三口"}},
	{"zh-Hans", "两个村通了水。", []string{"两个"}},
	{"zh-Hans", "十二户没有通水。", []string{"十二户"}},
	{"zh-Hans", "只有一户不满意，一人反对。", []string{"一户", "一人"}},
	{"zh-Hans", "完成百分之八十。", []string{"百分之", "八十"}},
	{"zh-Hans", "三分之一的村说没有兑现。", []string{"三分之一"}},
	{"zh-Hans", "有八成村民满意，一半的路修完了。", []string{"八成", "一半"}},
	{"zh-Hans", "数百名村民，上千户，近万元，约百人。", []string{"数百", "上千", "近万", "约百"}},
	{"zh-Hans", "百余户，十多个村，三十几亩。", []string{"百余户", "十多个", "三十"}},
	{"zh-Hans", "开了五次会，三天修好，用了两年。", []string{"五次", "三天", "两年"}},
	{"zh-Hans", "花了三千万元。", []string{"三千万元"}},
	{"zh-Hans", "每周三次。", []string{"三次"}},
	{"zh-Hans", "长三点五公里。", []string{"三点五"}},
	{"zh-Hans", "未答复的为零。", []string{"为零"}},
	{"zh-Hans", "二〇二六个。", []string{"二〇二六"}},
	{"zh-Hans", "共有42项承诺，４２项。", []string{"42", "４２"}},
	{"zh-Hans", "9个月，9月。", []string{"9个"}},
	{"zh-Hans", "叁佰元，贰拾户。", []string{"叁佰元", "贰拾户"}},
	{"zh-Hans", "廿四户", []string{"廿四户"}},
	{"zh-Hans", "四面八方来了四个人。", []string{"四个"}},

	// Uyghur.
	{"ug", "ۋەدىلەرنىڭ {promises?standing=overdue} ى كېچىكتى.", nil},
	{"ug", "بىز 12 قۇدۇق قازدۇق.", []string{"12"}},
	{"ug", "٤٢ ۋەدە", []string{"٤٢"}},
	{"ug", "2026-يىلى 9-ئاينىڭ 30-كۈنى تاماملاندى.", nil},
	{"ug", "30-سېنتەبىر يىغىن ئېچىلدى.", nil},
	{"ug", "30-كەنت", []string{"30-كەنت"}},
	{"ug", "{2026-09-30} كۈنى.", nil},

	// Other languages: days as the book writes them, and no others.
	{"fr", "Le 2026-09-30, trois puits.", nil},
	{"fr", "Le 30 septembre", []string{"30"}},
}

// TestWords: what an office may write, and what it is told.
func TestWords(t *testing.T) {
	d := small()
	for _, s := range sentences {
		mistakes := Words{{"goal", locale.Plain(s.lang, s.text)}}.Check(d)
		var got []string
		for _, m := range mistakes {
			got = append(got, m.Word)
			if m.Section != "goal" || m.Lang != s.lang || m.Length < 1 || m.At < 0 || m.At+m.Length > len([]rune(s.text)) {
				t.Errorf("%s: %+v", s.text, m)
			}
			if there := string([]rune(s.text)[m.At : m.At+m.Length]); !strings.Contains(m.Word, there) {
				t.Errorf("%s: at character %d stands %q, the word is %q", s.text, m.At, there, m.Word)
			}
		}
		bad := len(got) != len(s.refused)
		for i := range min(len(got), len(s.refused)) {
			bad = bad || !strings.Contains(got[i], s.refused[i]) && !strings.Contains(s.refused[i], got[i])
		}
		if bad {
			t.Errorf("%s: refused %q, should be %q", s.text, got, s.refused)
		}
	}
}

// TestOrdinaryWords: every word of the list may be written.
func TestOrdinaryWords(t *testing.T) {
	for _, w := range ordinary {
		for _, text := range []string{w, "我们" + w + "的", w + "，"} {
			if found := numbers([]rune(text), "zh-Hans"); len(found) > 0 {
				t.Errorf("%s: %v", text, found)
			}
		}
	}
}

type plain struct{}

func (plain) Figure(f Figure) string    { return "[" + f.Value + f.Currency + "]" }
func (plain) Day(day string) string     { return "<" + day + ">" }
func (plain) Month(month string) string { return "<" + month + ">" }

// TestRender: references become what they stand for, the rest stays as it was typed.
func TestRender(t *testing.T) {
	d := small()
	for text, want := range map[string]string{
		"": "[]", "words": `[{"words" "" ""}]`,
		"Of {promises}, {promises?standing=overdue}!":         `[{"Of " "" ""} {"[42]" "promises" ""} {", " "" ""} {"[3]" "promises?standing=overdue" ""} {"!" "" ""}]`,
		"{money?currency=CNY&type=promised} by {2026-09-30} ": `[{"[1200000CNY]" "money?currency=CNY&type=promised" ""} {" by " "" ""} {"<2026-09-30>" "" "2026-09-30"} {" " "" ""}]`,
		"in { 2026-09 }": `[{"in " "" ""} {"<2026-09>" "" "2026-09"}]`,
		"{none} } {":     `[{"{none} } {" "" ""}]`,
	} {
		var got []string
		for _, p := range Render(text, d, plain{}) {
			name := figures.Name("")
			if p.Figure != nil {
				name = p.Figure.Name
			}
			got = append(got, fmt.Sprintf("{%q %q %q}", p.Text, name, p.Day))
		}
		if all := "[" + strings.Join(got, " ") + "]"; all != want {
			t.Errorf("%q: %s, should be %s", text, all, want)
		}
	}
}

// TestPublishRefusesWords: the digit rule is kept before anything is appended, and says where.
func TestPublishRefusesWords(t *testing.T) {
	text := locale.Wording{Original: "en", In: map[string]string{"en": "All of {promises}", "zh-Hans": "打了三口井"}}
	_, err := Publish("org:office", Publication{1, small(), Words{{"goal", text}}, 0}, ledger.NewSalt)
	r := ledger.Refused(err)
	if r == nil || r.Code != "review.words" {
		t.Fatalf("%v", err)
	}
	m, ok := r.Cause.(Mistakes)
	if !ok || len(m) != 1 || m[0].Section != "goal" || m[0].Lang != "zh-Hans" || m[0].At != 2 || m[0].Code != MistakeNumeral || !strings.Contains(m.Error(), "character 2") {
		t.Errorf("%+v", r.Cause)
	}
	for name, w := range map[string]Words{
		"a section twice":       {{"goal", locale.Plain("en", "a")}, {"goal", locale.Plain("en", "b")}},
		"an unknown section":    {{"people", locale.Plain("en", "a")}},
		"sections out of order": {{"closing", locale.Plain("en", "a")}, {"goal", locale.Plain("en", "b")}},
		"an empty text":         {{"goal", locale.Plain("en", " ")}},
		"a text too long":       {{"goal", locale.Plain("en", strings.Repeat("a", MostWords+1))}},
	} {
		if _, err := Publish("org:office", Publication{1, small(), w, 0}, ledger.NewSalt); ledger.Refused(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := (Words{{"goal", text}}).Of("goal"); got.Original != "en" {
		t.Errorf("%+v", got)
	}
}

// FuzzWords: whatever is typed, its parts together are the text, no digit gets past the rule but in days, and places lie in the text.
func FuzzWords(f *testing.F) {
	for _, s := range sentences {
		f.Add(s.text, s.lang)
	}
	d := small()
	known := d.known()
	f.Fuzz(func(t *testing.T, text, lang string) {
		if len(text) > 2000 || len(lang) > 12 {
			return
		}
		parts, mistakes := parse(text, lang, known)
		runes := []rune(text)
		at := 0
		for _, m := range mistakes {
			if m.At < at || m.Length < 1 || m.At+m.Length > len(runes) {
				t.Fatalf("%q: %+v after %d", text, m, at)
			}
			at = m.At
		}
		var typed strings.Builder
		for _, p := range parts {
			switch {
			case p.Figure == nil && p.Day == "":
				typed.WriteString(p.Text)
				continue
			case p.Figure != nil && known[p.Figure.Name] == nil:
				t.Fatalf("%q: %s is no figure", text, p.Figure.Name)
			}
			typed.WriteRune(blank)
		}
		if len(parts) == 1 && parts[0].Figure == nil && parts[0].Day == "" && typed.String() != string(runes) {
			t.Fatalf("%q became %q", text, typed.String())
		}
		if len(mistakes) > 0 {
			return
		}
		dated := datesIn([]rune(typed.String()), lang)
		for i, r := range []rune(typed.String()) {
			if unicode.IsNumber(r) && r != '〇' && !dated[i] {
				t.Fatalf("%q: %q got past", text, r)
			}
		}
	})
}
