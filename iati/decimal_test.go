package iati

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "0.00": "0.00", "-0": "-0", "+5": "5", ".5": "0.5", "-.5": "-0.5", "5.": "5", " 12.50 ": "12.50", "007": "007",
		strings.Repeat("9", MaxDecimal): strings.Repeat("9", MaxDecimal),
		"":                              "", ".": "", "-": "", "1e3": "", "1,000": "", "1.2.3": "", "0x10": "", "NaN": "", "1/3": "", "1_0": "", "٣": "",
		strings.Repeat("9", MaxDecimal+1): "",
	} {
		got, ok := decimal(text)
		if got != want || ok != (want != "") {
			t.Errorf("decimal(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
	for value, want := range map[string]bool{"0": true, "0.00": true, "-0.0": true, "000": true, "0.01": false, "": false, "none": false} {
		if got := IsZero(value); got != want {
			t.Errorf("IsZero(%q) = %v", value, got)
		}
	}
}

// Any number of minor units, written with the point where its currency has it, is
// read as that number; written with one digit more it is not read.
func TestMoneyIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(-MaxMinor, MaxMinor).Draw(t, "minor")
		currency := rapid.SampledFrom([]string{"USD", "XDR", "JPY", "TND", "CLF", "XOF"}).Draw(t, "currency")
		digits := MinorDigits(currency)
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
		amount := new(big.Rat).SetFrac(big.NewInt(minor), unit).FloatString(digits)
		zeros := strings.Repeat("0", rapid.IntRange(0, 3).Draw(t, "zeros"))
		point := ""
		if digits == 0 {
			point = "."
		}
		read := func(text string) (Money, bool) {
			a := &act{r: &reader{file: &File{}}}
			a.Currency = currency
			return a.money(&node{name: "value", text: text})
		}
		for _, text := range []string{amount, amount + point + zeros} {
			if got, ok := read(text); !ok || got != (Money{minor, currency}) {
				t.Fatalf("%s %s reads as %+v, %v; want %d", text, currency, got, ok, minor)
			}
		}
		if got, ok := read(amount + point + strconv.Itoa(rapid.IntRange(1, 9).Draw(t, "more"))); ok {
			t.Fatalf("%s with a digit more reads as %+v", amount, got)
		}
	})
}

func TestLangTag(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "en", "EN": "en", "zh-hans": "zh-Hans", "pt_br": "pt-BR", "UG-arab-cn": "ug-Arab-CN", " fr ": "fr",
		"": unknownLang, "e": unknownLang, "english language": unknownLang, "<x>": unknownLang, "en-": unknownLang, "汉语": unknownLang,
	} {
		if got := langTag(tag); got != want {
			t.Errorf("langTag(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestDerivedCode(t *testing.T) {
	for _, name := range []string{"Ministry of Water", "自来水公司", "سۇ ئىدارىسى", "", "---", strings.Repeat("very ", 40)} {
		code := derivedCode("org", name, name)
		if !codeForm.MatchString(code) {
			t.Errorf("%q makes the code %q, which cannot stand in an address", name, code)
		}
	}
	// Parts must not run together: "a","bc" is not "ab","c".
	if key("k", "a", "bc") == key("k", "ab", "c") || key("k", "a") == key("k", "a", "") {
		t.Error("two lists of parts have one key")
	}
	if orgCode("US-1", "x", "KE") != "US-1" || orgCode("a b/c", "", "") == orgCode("a b-c", "", "") || orgCode("", "", "KE") != "" {
		t.Error("codes of organisations by ref")
	}
	for i, pair := range [][2]string{{orgCode("", "Water  Board", "KE"), orgCode("", "WATER BOARD", "KE")}, {orgCode("", "Water Board", "KE"), orgCode("", "Water Board", "UG")}} {
		if same := pair[0] == pair[1]; same != (i == 0) {
			t.Error(fmt.Sprint("codes of organisations by name: ", pair))
		}
	}
}
