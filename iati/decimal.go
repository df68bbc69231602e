package iati

import (
	"math/big"
	"strings"
)

// MaxDecimal is how many characters a decimal may have. Longer ones measure
// nothing and cost time.
const MaxDecimal = 40

// decimal takes a decimal number as it is written, but for a plus sign and a point
// without digits before or behind it: "+5", ".5" and "5." become 5, 0.5 and 5.
func decimal(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) > MaxDecimal || !decimalForm.MatchString(text) {
		return "", false
	}
	text = strings.TrimPrefix(text, "+")
	sign := ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", rest
	}
	if text[0] == '.' {
		text = "0" + text
	}
	return sign + strings.TrimSuffix(text, "."), true
}

// rational is the exact number of a decimal.
func rational(text string) (*big.Rat, bool) {
	text, ok := decimal(text)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// IsZero says whether a decimal as it stands in a Reading is zero, however many
// digits it is written with.
func IsZero(value string) bool {
	r, ok := rational(value)
	return ok && r.Sign() == 0
}

// equal says whether two decimals are the same number.
func equal(a, b string) bool {
	x, ok1 := rational(a)
	y, ok2 := rational(b)
	return ok1 && ok2 && x.Cmp(y) == 0
}
