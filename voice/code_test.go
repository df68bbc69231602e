package voice

import (
	"math"
	"strings"
	"testing"
)

// TestS4TypingErrorsAreFound: every wrong digit, and every two neighbours that changed places, are told from a code that does
// not exist, so that no box is asked and no guess is spent.
func TestS4TypingErrorsAreFound(t *testing.T) {
	for range 200 {
		c := NewCode()
		if got, ok := ParseCode(string(c)); !ok || got != c {
			t.Fatalf("%s is not read", c)
		}
		for i := range c {
			for d := byte('0'); d <= '9'; d++ {
				wrong := string(c[:i]) + string(d) + string(c[i+1:])
				if _, ok := ParseCode(wrong); ok != (wrong == string(c)) {
					t.Fatalf("%s, which was %s", wrong, c)
				}
			}
			if i > 0 && c[i-1] != c[i] {
				wrong := string(c[:i-1]) + string(c[i]) + string(c[i-1]) + string(c[i+1:])
				if _, ok := ParseCode(wrong); ok {
					t.Fatalf("%s, which was %s", wrong, c)
				}
			}
		}
	}
}

func TestParseCodeAsPeopleType(t *testing.T) {
	c := Code("1234567890123450")
	c = c[:15] + Code('0'+check(string(c[:15])))
	in := func(zero rune) string {
		return strings.Map(func(r rune) rune { return zero + r - '0' }, string(c))
	}
	for _, typed := range []string{c.Groups(), strings.ReplaceAll(c.Groups(), " ", "-"), " " + string(c) + "\t", in('٠'), in('۰'), in('０'),
		strings.Replace(string(c), "0", "O", 1), strings.Replace(string(c), "1", "l", 1), "\u2066" + string(c) + "\u2069"} {
		if got, ok := ParseCode(typed); !ok || got != c {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
	for _, typed := range []string{"", "1", string(c[:15]), string(c) + "0", "x" + string(c[1:]), strings.Repeat(" ", 300), in('०')} {
		if got, ok := ParseCode(typed); ok {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

// TestS4CodesAreRandom: every digit of a code is as likely as every other.
func TestS4CodesAreRandom(t *testing.T) {
	const n = 20_000
	var seen [CodeDigits - 1][10]int
	all := map[Code]bool{}
	for range n {
		c := NewCode()
		if all[c] {
			t.Fatalf("%s twice", c)
		}
		all[c] = true
		for i := range seen {
			seen[i][c[i]-'0']++
		}
	}
	for i, digits := range seen {
		for d, k := range digits {
			if math.Abs(float64(k)-n/10) > 6*math.Sqrt(n*0.09) {
				t.Errorf("digit %d is %d in %d of %d codes", i, d, k, n)
			}
		}
	}
}

// TestS4GuessingIsHopeless: the numbers in the package comment.
func TestS4GuessingIsHopeless(t *testing.T) {
	perSecond := float64(unknownIn) / tick.Seconds()
	chance := func(days, cards float64) float64 {
		return perSecond * 86400 * days * cards / math.Pow(10, CodeDigits-1)
	}
	if c := chance(14, 200_000); c > 0.02 {
		t.Errorf("a fortnight of guessing among all cards of 1,000 villages: %.3f", c)
	}
	if c := chance(longest, 200_000); c > 0.09 {
		t.Errorf("the longest round: %.3f", c)
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("1234 5678 9012 3456")
	f.Add("۱۲۳۴")
	f.Fuzz(func(t *testing.T, typed string) {
		if c, ok := ParseCode(typed); ok {
			if again, ok := ParseCode(c.Groups()); !ok || again != c || len(c) != CodeDigits {
				t.Errorf("%q: %q, then %q", typed, c, again)
			}
		}
	})
}

// TestS14BallotsLookAlike: whatever is answered, and however many questions there are, a ballot has the same size and the same alphabet.
func TestS14BallotsLookAlike(t *testing.T) {
	for _, answers := range [][]int{nil, {Kept}, {NotKept}, {CantTell}, {Kept, Partly, NotKept, CantTell, Kept, Kept, Kept, Kept, Kept, Kept, Kept, NotKept}} {
		b := Ballot(answers...)
		if got, ok := ParseAnswers(string(b[:])); !ok || got != b || len(b) != MaxAsked {
			t.Errorf("%v: %s", answers, b)
		}
		for i, want := range answers {
			if answerOf(b[i]) != want {
				t.Errorf("%v: %s", answers, b)
			}
		}
		for _, d := range b[len(answers):] {
			if answerOf(d) != CantTell {
				t.Errorf("what was skipped is %c", d)
			}
		}
	}
	for _, digits := range []string{"", "1", strings.Repeat("5", MaxAsked), strings.Repeat("1", MaxAsked+1), "1,2,3,4,1,2,", strings.Repeat("١", MaxAsked/2)} {
		if _, ok := ParseAnswers(digits); ok {
			t.Errorf("%q is read", digits)
		}
	}
}
