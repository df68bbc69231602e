package locale

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The wanted dates are what ICU with CLDR 48 writes for en-GB, zh-Hans-CN and
// ug, except that British September is Sep here, as long as its sisters.
func TestDates(t *testing.T) {
	for _, c := range []struct{ day, tag, long, short, weekday, month string }{
		{"2026-02-04", "en", "4 February 2026", "4 Feb 2026", "Wednesday", "February 2026"},
		{"2026-02-04", "zh-Hans", "2026年2月4日", "2026年2月4日", "星期三", "2026年2月"},
		{"2026-02-04", "ug", "4-فېۋرال، 2026", "4-فېۋرال، 2026", "چارشەنبە", "2026 فېۋرال"},
		{"2026-09-30", "en", "30 September 2026", "30 Sep 2026", "Wednesday", "September 2026"},
		{"2026-11-23", "zh-Hans", "2026年11月23日", "2026年11月23日", "星期一", "2026年11月"},
		{"2026-11-23", "ug", "23-نويابىر، 2026", "23-نويابىر، 2026", "دۈشەنبە", "2026 نويابىر"},
		{"2024-02-29", "en", "29 February 2024", "29 Feb 2024", "Thursday", "February 2024"},
		{"2023-01-01", "ug", "1-يانۋار، 2023", "1-يانۋار، 2023", "يەكشەنبە", "2023 يانۋار"},
	} {
		p := For(c.tag)
		for _, g := range []struct{ name, got, want string }{
			{"Day", p.Day(c.day), c.long},
			{"ShortDay", p.ShortDay(c.day), c.short},
			{"Weekday", p.Weekday(c.day), c.weekday},
			{"Month", p.Month(c.day[:7]), c.month},
		} {
			if g.got != g.want {
				t.Errorf("%s %s(%s) = %s, want %s", c.tag, g.name, c.day, g.got, g.want)
			}
		}
	}
}

// Each month and weekday has a name of its own in every language.
func TestDatesDiffer(t *testing.T) {
	for _, l := range Languages {
		p, seen := For(l.Tag), map[string]string{}
		for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
			s := day.Format(time.DateOnly)
			for _, text := range []string{p.Day(s), p.ShortDay(s)} {
				if other, ok := seen[text]; ok && other != s {
					t.Fatalf("%s: %s and %s are both %s", l.Tag, other, s, text)
				}
				seen[text] = s
			}
			if p.Weekday(s) != p.Weekday(day.AddDate(0, 0, 7).Format(time.DateOnly)) || p.Weekday(s) == p.Weekday(day.AddDate(0, 0, 3).Format(time.DateOnly)) {
				t.Fatalf("%s: the weekday of %s is %s", l.Tag, s, p.Weekday(s))
			}
		}
	}
}

func TestStrangeDaysStay(t *testing.T) {
	p := For("en")
	for _, day := range []string{"", "2026-02-30", "2026-2-4", "0000-00-00", "0999-01-01", "yesterday", "2026-02-04T00:00"} {
		if p.Day(day) != day || p.ShortDay(day) != day || p.Weekday(day) != day {
			t.Errorf("%q becomes %q, %q, %q", day, p.Day(day), p.ShortDay(day), p.Weekday(day))
		}
	}
	for _, month := range []string{"", "2026", "2026-13", "2026-02-04"} {
		if got := p.Month(month); got != month {
			t.Errorf("Month(%q) = %q", month, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	en, zh, ug := For("en"), For("zh-Hans"), For("ug")
	for _, c := range []struct{ got, want string }{
		{en.Int(0), "0"},
		{en.Int(999), "999"},
		{en.Int(-999), "-999"},
		{en.Int(1000), "1,000"},
		{zh.Int(1234567), "1,234,567"},
		{ug.Int(1234567), "1,234,567"},
		{ug.Int(-1234), "\u200e-1,234"},
		{en.Int(math.MinInt64), "-9,223,372,036,854,775,808"},
		{en.Int(math.MaxInt64), "9,223,372,036,854,775,807"},
		{en.Decimal("1234.50"), "1,234.50"},
		{en.Decimal("0.10"), "0.10"},
		{en.Decimal("-12345.678901"), "-12,345.678901"},
		{ug.Decimal("-0.5"), "\u200e-0.5"},
		{en.Decimal("123456789012345678901234567890"), "123,456,789,012,345,678,901,234,567,890"},
		{en.Decimal("0012"), "0,012"}, // as written
		{en.Decimal(""), ""},
		{en.Decimal("1e9"), "1e9"},
		{en.Decimal("1,000"), "1,000"},
		{en.Decimal(".5"), ".5"},
		{en.Decimal("many"), "many"},
		{en.Money(17140000, "USD"), "USD 171,400"},
		{en.Money(17140050, "USD"), "USD 171,400.50"},
		{en.Money(5, "USD"), "USD 0.05"},
		{en.Money(0, "USD"), "USD 0"},
		{en.Money(-5, "EUR"), "EUR -0.05"},
		{ug.Money(-500, "CNY"), "CNY -5"},
		{ug.Money(17140000, "USD"), "USD 171,400"},
		{zh.Money(17140000, "CNY"), "CNY 171,400"},
		{en.Money(171400, "JPY"), "JPY 171,400"},
		{en.Money(1250, "KWD"), "KWD 1.250"},
		{en.Money(1000, "KWD"), "KWD 1"},
		{en.Money(33016291467, "XDR"), "XDR 330,162,914.67"},
		{en.Money(100, "ZZZ"), "ZZZ 1"},
		{en.Money(math.MinInt64, "USD"), "USD -92,233,720,368,547,758.08"},
		{en.Percent(17, 43), "40%"},
		{en.Percent(0, 43), "0%"},
		{en.Percent(43, 43), "100%"},
		{en.Percent(1, 201), "<1%"},
		{en.Percent(1, 200), "1%"},
		{en.Percent(1, 8), "13%"},
		{en.Percent(199, 200), ">99%"},
		{en.Percent(994, 1000), "99%"},
		{en.Percent(1240, 1200), "103%"},
		{en.Percent(201, 200), "101%"},
		{en.Percent(5, 0), "–"},
		{en.Percent(-1, 4), "-25%"},
		{en.Percent(-1, 1000), ">-1%"},
		{en.Percent(1, -4), "-25%"},
		{ug.Percent(1, 1000), "\u200e<1%"},
		{ug.Percent(-1, 4), "\u200e-25%"},
		{ug.Percent(17, 43), "40%"},
		{en.Percent(math.MaxInt64, 1), "922,337,203,685,477,580,700%"},
		{en.Percent(math.MinInt64, math.MinInt64), "100%"},
		{en.List([]string{"wells", "road"}), "wells, road"},
		{zh.List([]string{"水井", "道路", "课程"}), "水井、道路、课程"},
		{ug.List([]string{"قۇدۇق", "يول"}), "قۇدۇق، يول"},
		{ug.List([]string{"Pine Gate", "يول"}), "\u2068Pine Gate\u2069، يول"},
		{en.List(nil), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %+q, want %+q", c.got, c.want)
		}
	}
}

func TestMinorDigits(t *testing.T) {
	for currency, want := range map[string]int{"USD": 2, "JPY": 0, "KWD": 3, "UYW": 4, "XDR": 2, "XAU": 2, "": 2, "usd": 2, "MRU": 2, "ISK": 0, "TND": 3} {
		if got := MinorDigits(currency); got != want {
			t.Errorf("MinorDigits(%q) = %d, want %d", currency, got, want)
		}
	}
}

// Percent is the nearest whole number of exact arithmetic, never shows a part
// as nothing or as all, and the language does not change the number.
func TestPercentIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		got := For("en").Percent(num, den)
		r := new(big.Rat).SetFrac64(num, den)
		nearest := r.Mul(r, big.NewRat(100, 1)).FloatString(0)
		want := nearest + "%"
		if nearest == "0" && num > 0 {
			want = "<1%"
		}
		if nearest == "100" && num < den {
			want = ">99%"
		}
		if got != want {
			t.Errorf("Percent(%d, %d) = %s, want %s", num, den, got, want)
		}
	})
}

// What Money writes is the amount, to the last unit, in every currency.
func TestMoneyIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64().Draw(t, "minor")
		currency := rapid.SampledFrom([]string{"USD", "JPY", "KWD", "CLF", "XDR"}).Draw(t, "currency")
		var sign, digits string
		for _, r := range For("ug").Money(minor, currency)[len("USD "):] {
			if r == '-' {
				sign = "-"
			} else if r != ',' {
				digits += string(r)
			}
		}
		got, ok := new(big.Rat).SetString(sign + digits)
		if !ok {
			t.Fatalf("no number: %q", sign+digits)
		}
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(MinorDigits(currency))), nil)
		if want := new(big.Rat).SetFrac(big.NewInt(minor), scale); got.Cmp(want) != 0 {
			t.Errorf("%d minor units of %s are %v, written %v", minor, currency, want, got)
		}
	})
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"1234.50", "-0", "1..2", "--1", "٣", "-.", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, isNumber := new(big.Rat).SetString(s)
		if ValidDecimal(s) && !isNumber {
			t.Errorf("%q is called a decimal", s)
		}
		shown := For("en").Decimal(s)
		if !ValidDecimal(s) && shown != s {
			t.Errorf("%q is no decimal but shown as %q", s, shown)
		}
	})
}

func ExamplePrinter_Money() {
	fmt.Println(For("en").Money(17140050, "USD"))
	fmt.Println(For("zh-Hans").Money(171400, "JPY"))
	// Output:
	// USD 171,400.50
	// JPY 171,400
}
