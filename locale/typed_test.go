package locale

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"testing"
	"unicode"
)

// decimals are what people type and what it means, empty where it means nothing. The daybook reads the same: browser/daybook-words.test.js.
func decimals(t *testing.T) (all []struct{ Typed, Want, Why string }) {
	t.Helper()
	raw, err := os.ReadFile("testdata/decimals.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all) < 70 {
		t.Fatalf("%d cases: %v", len(all), err)
	}
	return all
}

func TestReadDecimal(t *testing.T) {
	for _, tt := range decimals(t) {
		got, ok := ReadDecimal(tt.Typed)
		if got != tt.Want || ok != (tt.Want != "") {
			t.Errorf("ReadDecimal(%q) = %q, %v; want %q", tt.Typed, got, ok, tt.Want)
		}
	}
}

func TestReadMinor(t *testing.T) {
	for _, tt := range []struct {
		typed, currency string
		want            int64
		code            string
	}{
		{"12", "USD", 1200, ""}, {"12.5", "USD", 1250, ""}, {"12,5", "EUR", 1250, ""}, {"1,234", "USD", 123400, ""}, {"1,234", "JPY", 1234, ""},
		{"1.234,50", "EUR", 123450, ""}, {"-0.05", "CNY", -5, ""}, {"１，２００", "CNY", 120000, ""}, {"١٢٫٥", "USD", 1250, ""}, {"0.125", "KWD", 125, ""},
		{"1,234", "KWD", 0, "typed.amount"}, // 1,234 dinars or 1.234
		{"12.345", "USD", 0, "typed.decimals"}, {"12.5", "JPY", 0, "typed.decimals"}, {"1.234", "USD", 0, "typed.decimals"},
		{"", "USD", 0, "typed.amount"}, {"a lot", "USD", 0, "typed.amount"}, {"12 USD", "USD", 0, "typed.amount"},
		{"90071992547409.92", "USD", 1 << 53, ""}, {"90071992547409.93", "USD", 0, "typed.too-large"}, {"999999999999999999", "USD", 0, "typed.too-large"},
	} {
		got, err := ReadMinor(tt.typed, tt.currency)
		var wrong *Error
		if errors.As(err, &wrong) != (tt.code != "") || wrong != nil && wrong.Code != tt.code || got != tt.want {
			t.Errorf("ReadMinor(%q, %s) = %d, %v; want %d %s", tt.typed, tt.currency, got, err, tt.want, tt.code)
		}
		if wrong != nil && For("en").T(wrong.Code, wrong.Args...) == "" {
			t.Errorf("%v has no words", wrong)
		}
	}
}

func TestReadWhole(t *testing.T) {
	for typed, want := range map[string]int64{"12": 12, "1,200": 1200, "٣": 3, "-4": -4, "1 000 000": 1_000_000} {
		if got, ok := ReadWhole(typed); !ok || got != want {
			t.Errorf("ReadWhole(%q) = %d, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "1.5", "1.0", "x", "1,20", "9999999999999999999"} {
		if got, ok := ReadWhole(typed); ok {
			t.Errorf("ReadWhole(%q) = %d", typed, got)
		}
	}
}

func TestReadDay(t *testing.T) {
	for typed, want := range map[string]string{
		"2026-02-04": "2026-02-04", "2026-2-4": "2026-02-04", "2026/02/04": "2026-02-04", "2026.2.4": "2026-02-04", "2026年2月4日": "2026-02-04",
		"２０２６－０２－０４": "2026-02-04", "٢٠٢٦-٠٢-٠٤": "2026-02-04", " 2026-02-04 ": "2026-02-04",
		"2026-02-30": "2026-02-30", // for the calendar to refuse
		"4.2.2026":   "4.2.2026", "soon": "soon", "": "", "2026-02": "2026-02", "2026-002-04": "2026-002-04", "2026-02-04-1": "2026-02-04-1", "20٢٦-02-04": "20٢٦-02-04",
	} {
		if got := ReadDay(typed); got != want {
			t.Errorf("ReadDay(%q) = %q, want %q", typed, got, want)
		}
	}
}

// Every digit that Unicode knows stands in a row of ten, so that its value is its place there.
func TestDigitRows(t *testing.T) {
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		value, zero, ok := digit(r)
		if ok != unicode.Is(unicode.Nd, r) || ok && (zero+rune(value) != r || value > 9) {
			t.Fatalf("digit(%U) = %d, %U, %v", r, value, zero, ok)
		}
		if ok && value == n%10 {
			n++
		}
	}
	if n < 600 || n%10 != 0 {
		t.Errorf("%d digits stand in their order", n)
	}
}

// inBook is the form of a decimal in an entry of the book.
var inBook = regexp.MustCompile(`^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$`)

func FuzzReadDecimal(f *testing.F) {
	for _, typed := range []string{"1,234.5", "1.234,5", "１２", "١٬٢٣٤٫٥", "-0", "1'000", " 1 000,25 ", "", "x", "0,125", "1,234"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		value, ok := ReadDecimal(typed)
		if !ok {
			if value != "" {
				t.Fatalf("ReadDecimal(%q) refuses and gives %q", typed, value)
			}
			return
		}
		if !inBook.MatchString(value) {
			t.Fatalf("ReadDecimal(%q) = %q, which the book does not take", typed, value)
		}
		if again, ok := ReadDecimal(value); !ok || again != value {
			t.Fatalf("ReadDecimal(%q) = %q, and that is read as %q", typed, value, again)
		}
		for _, currency := range []string{"JPY", "USD", "KWD", "CLF"} {
			minor, err := ReadMinor(value, currency)
			if err == nil && (minor < 0) != (value[0] == '-') && minor != 0 {
				t.Fatalf("%q is %d of %s", value, minor, currency)
			}
		}
	})
}
