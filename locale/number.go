package locale

import (
	"math/big"
	"strconv"
	"strings"
)

// Int writes a whole number: 2,318.
func (p *Printer) Int(n int64) string { return p.grouped(strconv.FormatInt(n, 10)) }

// Decimal writes a decimal that stands in the book as a string, with every
// digit that was written: "1234.50" is 1,234.50.
func (p *Printer) Decimal(decimal string) string {
	if !ValidDecimal(decimal) {
		return decimal
	}
	return p.grouped(decimal)
}

// ValidDecimal tells whether a text is a decimal: a sign or none, digits, and
// a point with digits or none.
func ValidDecimal(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	return allDigits(whole) && (!point || allDigits(fraction))
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// grouped puts the separators of the language into a decimal with a point.
func (p *Printer) grouped(decimal string) string {
	digits, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(whole) <= 3 && !negative && !point {
		return whole
	}
	var b strings.Builder
	if negative {
		b.WriteString(p.mark())
		b.WriteByte('-')
	}
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.group)
		}
		b.WriteByte(whole[i])
	}
	if point {
		b.WriteString(p.decimal)
		b.WriteString(fraction)
	}
	return b.String()
}

// mark is what must stand before a sign on a right-to-left page, where a sign
// would otherwise go to the right of its number.
func (p *Printer) mark() string {
	if p.RTL() {
		return lrm
	}
	return ""
}

// Money writes an amount of minor units: USD 171,400, or USD 171,400.50 when
// there are any below the whole unit.
func (p *Printer) Money(minor int64, currency string) string {
	digits := strconv.FormatInt(minor, 10)
	digits, negative := strings.CutPrefix(digits, "-")
	if n := MinorDigits(currency); n > 0 {
		if missing := n + 1 - len(digits); missing > 0 {
			digits = strings.Repeat("0", missing) + digits
		}
		point := len(digits) - n
		whole, fraction := digits[:point], digits[point:]
		digits = whole
		if strings.Trim(fraction, "0") != "" {
			digits += "." + fraction
		}
	}
	if negative {
		digits = "-" + digits
	}
	// The code is Latin, so a sign after it needs no mark.
	return currency + " " + strings.TrimPrefix(p.grouped(digits), lrm)
}

// minorDigits lists the currencies of ISO 4217 that do not have 2 digits after
// the point.
var minorDigits = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
	"PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// PlainMinor writes an amount as a person would type it again: digits of the currency behind a point, and no more.
func PlainMinor(minor int64, currency string) string {
	digits := MinorDigits(currency)
	sign, text := "", strconv.FormatInt(minor, 10)
	if minor < 0 {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	for len(text) <= digits {
		text = "0" + text
	}
	whole, fraction := text[:len(text)-digits], text[len(text)-digits:]
	if strings.Trim(fraction, "0") == "" {
		return sign + whole
	}
	return sign + whole + "." + fraction
}

// MinorDigits returns how many digits after the point an amount of a currency
// has: 2 where ISO 4217 names none, as for XDR, and for codes it does not know.
func MinorDigits(currency string) int {
	if n, ok := minorDigits[currency]; ok {
		return n
	}
	return 2
}

// Percent writes num of den in whole per cent. Something that is not nothing is
// never written as 0%, and something that is not all never as 100%: they are
// <1% and >99%. Of nothing there is no per cent: a dash.
func (p *Printer) Percent(num, den int64) string {
	if den == 0 {
		return "–"
	}
	n, d := big.NewInt(num), big.NewInt(den)
	if d.Sign() < 0 {
		n.Neg(n)
		d.Neg(d)
	}
	sign := n.Sign()
	less := n.CmpAbs(d) < 0
	// The nearest whole number, halves away from zero: (200 |n| + d) / 2d.
	n.Abs(n)
	n.Mul(n, big.NewInt(200)).Add(n, d)
	n.Quo(n, d.Mul(d, big.NewInt(2)))
	switch {
	case sign != 0 && n.Sign() == 0:
		n.SetInt64(1)
		return p.signed(sign, "<", n)
	case less && n.IsInt64() && n.Int64() == 100:
		n.SetInt64(99)
		return p.signed(sign, ">", n)
	}
	return p.signed(sign, "", n)
}

// signed writes a percentage with its comparison and sign. For a negative one
// the comparison turns around, since it speaks of the number and not its size.
func (p *Printer) signed(sign int, compare string, n *big.Int) string {
	text := p.grouped(n.String()) + "%"
	if sign < 0 {
		text = "-" + text
		compare = strings.NewReplacer("<", ">", ">", "<").Replace(compare)
	}
	if sign < 0 || compare != "" {
		return p.mark() + compare + text
	}
	return text
}
