package paper

import (
	"golang.org/x/text/unicode/bidi"
)

// deepest is how deep words of one direction may stand in others.
const deepest = 125

// levels finds which way each rune runs, by Unicode's bidirectional algorithm (UAX 9): an even level from left to right, an odd one
// from right to left. Of the characters that say so themselves it follows the isolates; embeddings and overrides, which can make a text
// read as what it is not, are taken for nothing.
func levels(runes []rune, base int) []int {
	b := &bidiText{runes: runes, classes: make([]bidi.Class, len(runes)), levels: make([]int, len(runes)), marks: make([]bool, len(runes))}
	for i, r := range runes {
		p, _ := bidi.LookupRune(r)
		switch b.classes[i] = p.Class(); b.classes[i] {
		case bidi.LRE, bidi.RLE, bidi.LRO, bidi.RLO, bidi.PDF:
			b.classes[i] = bidi.BN
		case bidi.B, bidi.S:
			b.classes[i] = bidi.WS
		case bidi.NSM:
			b.marks[i] = true
		}
	}
	b.runs(base)
	for _, s := range b.sequences {
		b.weak(s)
		b.brackets(s)
		b.neutral(s)
	}
	return b.levels
}

// bidiText is a paragraph of which levels are found.
type bidiText struct {
	runes     []rune
	classes   []bidi.Class
	levels    []int
	marks     []bool // it was a mark on the rune before it
	sequences []sequence
}

// sequence is the runes that stand together at one level, whatever is isolated between them.
type sequence struct {
	level int
	at    []int
}

// way is the direction of a level.
func way(level int) bidi.Class {
	if level&1 == 1 {
		return bidi.R
	}
	return bidi.L
}

// runs gives each rune the level that the isolates around it say (X1 to X10). What is isolated is a sequence of its own.
func (b *bidiText) runs(base int) {
	b.sequences = []sequence{{level: base}}
	stack, over := []int{0}, 0
	for i, class := range b.classes {
		top := stack[len(stack)-1]
		switch class {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			b.put(top, i)
			level := b.sequences[top].level
			odd := class == bidi.RLI || class == bidi.FSI && b.firstStrong(i+1) == bidi.R
			if odd {
				level = (level + 1) | 1
			} else {
				level = (level + 2) &^ 1
			}
			if level > deepest || over > 0 {
				over++
				continue
			}
			b.sequences = append(b.sequences, sequence{level: level})
			stack = append(stack, len(b.sequences)-1)
		case bidi.PDI:
			if over > 0 {
				over--
			} else if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
			b.put(stack[len(stack)-1], i)
		case bidi.BN:
			b.levels[i] = b.sequences[top].level
		default:
			b.put(top, i)
		}
	}
}

func (b *bidiText) put(s, i int) {
	b.levels[i] = b.sequences[s].level
	b.sequences[s].at = append(b.sequences[s].at, i)
}

// firstStrong is the direction of the first letter before the end of what is isolated (P2, P3).
func (b *bidiText) firstStrong(from int) bidi.Class {
	depth := 0
	for _, class := range b.classes[from:] {
		switch class {
		case bidi.LRI, bidi.RLI, bidi.FSI:
			depth++
		case bidi.PDI:
			if depth--; depth < 0 {
				return bidi.L
			}
		case bidi.L, bidi.R, bidi.AL:
			if depth == 0 && class == bidi.L {
				return bidi.L
			} else if depth == 0 {
				return bidi.R
			}
		}
	}
	return bidi.L
}

func isolates(c bidi.Class) bool {
	return c == bidi.LRI || c == bidi.RLI || c == bidi.FSI || c == bidi.PDI
}

// weak settles marks, numbers and what stands between them (W1 to W7).
func (b *bidiText) weak(s sequence) {
	c, at := b.classes, s.at
	last := way(s.level)
	for _, i := range at {
		if c[i] == bidi.NSM {
			if c[i] = last; isolates(last) {
				c[i] = bidi.ON
			}
		}
		last = c[i]
	}
	strong := way(s.level)
	for _, i := range at {
		switch c[i] {
		case bidi.L, bidi.R, bidi.AL:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.AL {
				c[i] = bidi.AN
			}
		}
	}
	for _, i := range at {
		if c[i] == bidi.AL {
			c[i] = bidi.R
		}
	}
	for n := 1; n+1 < len(at); n++ {
		before, now, after := c[at[n-1]], c[at[n]], c[at[n+1]]
		if before == after && (before == bidi.EN && (now == bidi.ES || now == bidi.CS) || before == bidi.AN && now == bidi.CS) {
			c[at[n]] = before
		}
	}
	for n := 0; n < len(at); n++ {
		if c[at[n]] != bidi.ET {
			continue
		}
		end := n
		for end < len(at) && c[at[end]] == bidi.ET {
			end++
		}
		if n > 0 && c[at[n-1]] == bidi.EN || end < len(at) && c[at[end]] == bidi.EN {
			for ; n < end; n++ {
				c[at[n]] = bidi.EN
			}
		}
		n = end - 1
	}
	strong = way(s.level)
	for _, i := range at {
		switch c[i] {
		case bidi.ES, bidi.ET, bidi.CS:
			c[i] = bidi.ON
		case bidi.L, bidi.R:
			strong = c[i]
		case bidi.EN:
			if strong == bidi.L {
				c[i] = bidi.L
			}
		}
	}
}

// pairs are the brackets that belong together.
var pairs = map[rune]rune{'(': ')', '[': ']', '{': '}', '〈': '〉', '《': '》', '「': '」', '『': '』', '【': '】', '〔': '〕', '〖': '〗', '〘': '〙', '〚': '〛', '（': '）', '［': '］', '｛': '｝', '｟': '｠', '｢': '｣',
	'⁅': '⁆', '⁽': '⁾', '₍': '₎', '⌈': '⌉', '⌊': '⌋', '❨': '❩', '❪': '❫', '⟦': '⟧', '⟨': '⟩', '⟪': '⟫', '⦅': '⦆'}

// strongOf is the direction of a rune that has one; numbers run with what is from right to left.
func strongOf(c bidi.Class) (bidi.Class, bool) {
	switch c {
	case bidi.L:
		return bidi.L, true
	case bidi.R, bidi.EN, bidi.AN:
		return bidi.R, true
	}
	return bidi.ON, false
}

// brackets gives both brackets of a pair one direction (N0).
func (b *bidiText) brackets(s sequence) {
	c, at := b.classes, s.at
	type pair struct{ open, close int }
	var open []pair // the closing one that is waited for, as a rune
	closes := make([]int, len(at))
	for n, i := range at {
		if c[i] != bidi.ON {
			continue
		}
		r := b.runes[i]
		switch r { // the same bracket under another name
		case 0x2329:
			r = 0x3008
		case 0x232A:
			r = 0x3009
		}
		if other, ok := pairs[r]; ok {
			if len(open) == 63 {
				break
			}
			open = append(open, pair{n, int(other)})
			continue
		}
		for k := len(open) - 1; k >= 0; k-- {
			if open[k].close == int(r) {
				closes[open[k].open] = n
				open = open[:k]
				break
			}
		}
	}
	e := way(s.level)
	for from, to := range closes {
		if to == 0 {
			continue
		}
		same, other := false, false
		for n := from + 1; n < to; n++ {
			if d, ok := strongOf(c[at[n]]); ok {
				same, other = same || d == e, other || d != e
			}
		}
		set := e
		switch {
		case same:
		case other:
			before := e
			for n := from - 1; n >= 0; n-- {
				if d, ok := strongOf(c[at[n]]); ok {
					before = d
					break
				}
			}
			set = before
		default:
			continue
		}
		for _, n := range []int{from, to} {
			c[at[n]] = set
			for n++; n < len(at) && b.marks[at[n]]; n++ { // a mark goes with its bracket
				c[at[n]] = set
			}
		}
	}
}

// neutral settles what has no direction of its own (N1, N2), and gives each rune its level (I1, I2).
func (b *bidiText) neutral(s sequence) {
	c, at := b.classes, s.at
	e := way(s.level)
	for n := 0; n < len(at); {
		if _, ok := strongOf(c[at[n]]); ok {
			n++
			continue
		}
		end := n
		for end < len(at) {
			if _, ok := strongOf(c[at[end]]); ok {
				break
			}
			end++
		}
		before, after := e, e
		if n > 0 {
			before, _ = strongOf(c[at[n-1]])
		}
		if end < len(at) {
			after, _ = strongOf(c[at[end]])
		}
		set := e
		if before == after {
			set = before
		}
		for ; n < end; n++ {
			c[at[n]] = set
		}
	}
	for _, i := range at {
		switch {
		case s.level&1 == 0 && c[i] == bidi.R:
			b.levels[i]++
		case s.level&1 == 0 && c[i] != bidi.L:
			b.levels[i] += 2
		case s.level&1 == 1 && c[i] != bidi.R:
			b.levels[i]++
		}
	}
}
