package locale

import (
	"strconv"
	"strings"
	"unicode"
)

// This file reads numbers and days as people type them: with the digits of any
// script, with full-width signs, with marks between groups of digits. What can
// be read in two ways is refused, since the book keeps what it is given for ever.

// Limits of a typed decimal: as many digits as the book takes.
const (
	typedWhole    = 18
	typedFraction = 9
	typedRunes    = 80 // a longer text is no number that anybody typed
)

// ReadDecimal makes of what was typed the decimal as it stands in the book:
// "１，２３４．５０" is 1234.50. Blanks, apostrophes and one of comma and point may
// part groups of three digits; the other one, or a lone comma that can part no
// groups, stands before the fraction. A lone point is always the point of the
// book. So "1,234" is refused: it may be a thousand or one and a bit.
func ReadDecimal(text string) (value string, ok bool) { return readDecimal(text, typedFraction) }

// ReadWhole reads a whole number.
func ReadWhole(text string) (n int64, ok bool) {
	value, ok := readDecimal(text, 0)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return n, err == nil
}

// ReadMinor reads an amount of money as minor units of its currency. An error is
// an *Error: what was typed is no number, has more digits after the point than
// the currency, or is too large.
func ReadMinor(text, currency string) (int64, error) {
	most := MinorDigits(currency)
	value, ok := readDecimal(text, most)
	if !ok {
		if _, number := ReadDecimal(text); number {
			return 0, &Error{Code: "typed.decimals", Args: []any{"Currency", currency, "Max", most}}
		}
		return 0, &Error{Code: "typed.amount"}
	}
	whole, fraction, _ := strings.Cut(value, ".")
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", most-len(fraction)), 10, 64)
	if err != nil || n > 1<<53 || n < -1<<53 { // every reader of JSON can hold it
		return 0, &Error{Code: "typed.too-large"}
	}
	return n, nil
}

// ReadDay makes of a typed day one in the form of the book, whatever its digits
// and whether its parts are joined by dashes, points, slashes or the signs for year,
// month and day. It does not ask a calendar; a text that has another form comes
// back as it was.
func ReadDay(text string) string {
	plain, ok := plainDigits(strings.TrimSpace(text), func(r rune) rune {
		switch r {
		case '.', '/', '年', '月', '．', '／', '－', '−', '‐', '–':
			return '-'
		case '日':
			return -1
		}
		return r
	})
	parts := strings.Split(plain, "-")
	if !ok || len(parts) != 3 || len(parts[0]) != 4 {
		return text
	}
	for i, part := range parts {
		if !allDigits(part) || i > 0 && len(part) > 2 {
			return text
		}
		if i > 0 && len(part) == 1 {
			parts[i] = "0" + part
		}
	}
	return strings.Join(parts, "-")
}

// readDecimal reads a decimal with at most so many digits after the point.
func readDecimal(text string, most int) (string, bool) {
	plain, ok := plainDigits(strings.TrimSpace(text), typedSign)
	if !ok {
		return "", false
	}
	digits, negative := strings.CutPrefix(plain, "-")
	if !negative {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, fraction, ok := parts(digits, most)
	if !ok || fraction != "" && !allDigits(fraction) || len(fraction) > most {
		return "", false
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if len(whole) > typedWhole {
		return "", false
	}
	value := whole
	if fraction != "" {
		value += "." + fraction
	}
	if negative && strings.Trim(value, "0.") != "" { // there is no less than nothing of nothing
		value = "-" + value
	}
	return value, true
}

// parts finds what stands before and after the decimal sign, without the marks between groups.
func parts(digits string, most int) (whole, fraction string, ok bool) {
	commas, points := strings.Count(digits, ","), strings.Count(digits, ".")
	decimal, group := "", ""
	switch {
	case commas == 0 && points <= 1:
		decimal = "."
	case commas == 0:
		group = "."
	case points == 0 && commas > 1:
		group = ","
	case points == 0:
		// A comma before three digits parts a group or stands before the fraction. It can be only one of them after a
		// zero or more than three digits, or where there is no such fraction.
		before, after, _ := strings.Cut(digits, ",")
		grouping := len(after) == 3 && len(before) <= 3 && strings.TrimLeft(before, "0") == before && before != ""
		switch {
		case grouping && most >= 3:
			return "", "", false
		case grouping:
			group = ","
		default:
			decimal = ","
		}
	case strings.LastIndex(digits, ",") < strings.LastIndex(digits, "."):
		decimal, group = ".", ","
	default:
		decimal, group = ",", "."
	}
	whole = digits
	if decimal != "" {
		var there bool
		if whole, fraction, there = strings.Cut(digits, decimal); there && fraction == "" {
			return "", "", false
		}
		if whole == "" && fraction != "" {
			whole = "0"
		}
	}
	whole, ok = ungrouped(whole, group)
	return whole, fraction, ok
}

// ungrouped takes out the marks between groups, which all are the same one, and stand before three digits each.
func ungrouped(whole, group string) (string, bool) {
	for _, mark := range []string{" ", "'"} {
		if strings.Contains(whole, mark) {
			if group != "" && strings.Contains(whole, group) {
				return "", false
			}
			group = mark
		}
	}
	if group == "" || !strings.Contains(whole, group) {
		return whole, allDigits(whole)
	}
	groups := strings.Split(whole, group)
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || i == 0 && len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// typedSign brings the signs of numbers to those of ASCII, and leaves out marks of direction.
func typedSign(r rune) rune {
	switch r {
	case '，', '٬', '﹐':
		return ','
	case '．', '٫', '﹒':
		return '.'
	case '−', '－', '﹣', '‐', '–':
		return '-'
	case '＋':
		return '+'
	case '\u2019', '＇', 'ʼ':
		return '\''
	case '\u200e', '\u200f', '\u061c':
		return -1
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

// plainDigits writes the digits of a text as those of ASCII. Digits of two scripts in one number are refused: they may
// be meant to be misread.
func plainDigits(text string, sign func(rune) rune) (string, bool) {
	var b strings.Builder
	zero, n := rune(-1), 0
	for _, r := range text {
		if n++; n > typedRunes {
			return "", false
		}
		if d, z, ok := digit(r); ok {
			if zero >= 0 && z != zero {
				return "", false
			}
			zero = z
			b.WriteByte('0' + byte(d))
			continue
		}
		if r = sign(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String(), true
}

// digit returns the value of a decimal digit of any script, and the zero of its row. Unicode has them in rows of ten, in order.
func digit(r rune) (value int, zero rune, ok bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, 0, false
	}
	for _, row := range unicode.Nd.R16 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			value = int(r-rune(row.Lo)) % 10
			return value, r - rune(value), true
		}
	}
	for _, row := range unicode.Nd.R32 {
		if rune(row.Lo) <= r && r <= rune(row.Hi) {
			value = int(r-rune(row.Lo)) % 10
			return value, r - rune(value), true
		}
	}
	return 0, 0, false
}
