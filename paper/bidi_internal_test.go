package paper

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

// TestLevels: levels are those of Unicode's own test of the bidirectional algorithm. A part of its cases that have no embeddings
// stands in testdata; KEPT_BIDI names the whole file.
func TestLevels(t *testing.T) {
	name := "testdata/bidi.txt"
	if whole := os.Getenv("KEPT_BIDI"); whole != "" {
		name = whole
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	tried, wrong := 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, ";")
		var runes []rune
		skip := false
		for _, hex := range strings.Fields(fields[0]) {
			n, err := strconv.ParseUint(hex, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			runes = append(runes, rune(n))
			skip = skip || n >= 0x202A && n <= 0x202E || n == 0x2029
		}
		if skip {
			continue
		}
		base, _ := strconv.Atoi(fields[2])
		got := levels(runes, base)
		for i := range runes { // L1 is about the ends of lines, which nothing stands in
			end := true
			for _, r := range runes[i:] {
				p, _ := bidi.LookupRune(r)
				if c := p.Class(); c == bidi.S || c == bidi.B {
					break
				} else if c != bidi.WS && c != bidi.BN && !isolates(c) {
					end = false
					break
				}
			}
			if end {
				got[i] = base
			}
		}
		tried++
		for i, want := range strings.Fields(fields[3]) {
			if n, err := strconv.Atoi(want); err == nil && n != got[i] {
				if wrong++; wrong < 12 {
					t.Errorf("%s: at %d is %d in %v, want %s", line, i, got[i], got, fields[3])
				}
				break
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d cases", tried)
	}
	t.Logf("%d of %d wrong", wrong, tried)
}

// TestLinesOfRuns: the order from left to right is by Unicode's rule L2, whatever font a run is of.
func TestLinesOfRuns(t *testing.T) {
	p := &shaped{}
	for i, level := range []int{1, 2, 3, 2, 1, 0} {
		p.items = append(p.items, item{from: i, to: i + 1, level: level, glyphs: []glyph{{from: i, to: i + 1}}})
	}
	var got []int
	for _, it := range p.visual(line{from: 0, to: 6}) {
		got = append(got, it.from)
	}
	if want := []int{4, 1, 2, 3, 0, 5}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
