package voice

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// CodeDigits is the length of a code: fifteen random digits and one that checks them.
const CodeDigits = 16

// Code is what stands on a card: sixteen digits, in the form in which they are typed and hashed. Digits are the one alphabet
// that is on every telephone, is read in every language of a village, and has no two signs alike.
type Code string

// damm is the table of Damm's check: a digit that is wrong, or two neighbours that changed places, never give 0 at the end.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1}, {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func check(digits string) byte {
	state := byte(0)
	for i := range len(digits) {
		state = damm[state][digits[i]-'0']
	}
	return state
}

// NewCode makes a random code.
func NewCode() Code {
	var raw [CodeDigits - 1]byte
	digits := make([]byte, 0, CodeDigits)
	for len(digits) < CodeDigits-1 {
		rand.Read(raw[:])
		for _, b := range raw {
			if b < 250 && len(digits) < CodeDigits-1 { // so that all digits are equally likely
				digits = append(digits, '0'+b%10)
			}
		}
	}
	return Code(append(digits, '0'+check(string(digits))))
}

// zeros are the zeros of the scripts in which somebody may type digits: ASCII, Arabic, Persian and Uyghur keyboards, full width.
var zeros = []rune{'0', '٠', '۰', '０'}

// ParseCode reads a code as somebody typed it: in groups or not, in the digits of another script, with the letters that look
// like 0 and 1. A code that was mistyped is told from one that does not exist, by its check digit and without asking any box.
func ParseCode(typed string) (Code, bool) {
	if len(typed) > 200 {
		return "", false
	}
	var digits []byte
	for _, r := range typed {
		switch {
		case strings.ContainsRune(" -.\u00a0\u2009\u202f\u3000\t\u200e\u200f\u2066\u2067\u2068\u2069", r):
			continue
		case r == 'O' || r == 'o':
			r = '0'
		case r == 'I' || r == 'l' || r == '|':
			r = '1'
		}
		d := -1
		for _, zero := range zeros {
			if r >= zero && r <= zero+9 {
				d = int(r - zero)
			}
		}
		if d < 0 || len(digits) == CodeDigits {
			return "", false
		}
		digits = append(digits, '0'+byte(d))
	}
	if len(digits) != CodeDigits || check(string(digits)) != 0 {
		return "", false
	}
	return Code(digits), true
}

// Groups writes a code as it is printed: four groups of four.
func (c Code) Groups() string {
	return string(c[:4] + " " + c[4:8] + " " + c[8:12] + " " + c[12:])
}

// keySize is the length of the key of a round.
const keySize = 32

// mark is what a box holds of a code: it can be found only with the key of the round, so that nothing leads from one round
// to another once the keys are gone.
type mark [16]byte

func markOf(key []byte, c Code) (m mark) {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kept card v1\n"))
	h.Write([]byte(c))
	copy(m[:], h.Sum(nil))
	return m
}

// idOf is the id of an outcome's entry. It follows from the key of the round, so that it is the same at every try, and nobody
// without the key can have put another entry under it.
func idOf(key []byte, kind, place string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kept outcome v1\n" + kind + "\n" + place))
	return hexOf(h.Sum(nil)[:16])
}
