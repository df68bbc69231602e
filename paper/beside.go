package paper

// Beside is the same in two languages, side by side: block beside block as far as both have them, heading beside heading in any case.
type Beside struct {
	Space
	First, Second []Block
	RTL           bool // the first stands on the right
	Gutter        Unit
}

func (b *Beside) lay(s *setter, width Unit) []piece {
	each := (width - b.Gutter) / 2
	x, other := Unit(0), each+b.Gutter
	if b.RTL {
		x, other = other, x
	}
	var out []piece
	var last Unit
	first, second := chapters(b.First), chapters(b.Second)
	for i := range max(len(first), len(second)) {
		var one, two []Block
		if i < len(first) {
			one = first[i]
		}
		if i < len(second) {
			two = second[i]
		}
		for n := range max(len(one), len(two)) {
			var lanes []lane
			var before, after Unit
			for _, l := range []struct {
				x      Unit
				blocks []Block
			}{{x, one}, {other, two}} {
				if n < len(l.blocks) {
					lo, hi := l.blocks[n].space()
					before, after = max(before, lo), max(after, hi)
					lanes = append(lanes, lane{l.x, l.blocks[n].lay(s, each)})
				}
			}
			pieces := zip(lanes)
			if len(pieces) == 0 {
				continue
			}
			if gap := max(last, before); gap > 0 && len(out) > 0 {
				out = append(out, piece{high: gap, gap: true, keep: out[len(out)-1].keep})
			}
			out, last = append(out, pieces...), after
		}
	}
	return out
}

// chapters cuts blocks before each large heading.
func chapters(blocks []Block) (out [][]Block) {
	for i, b := range blocks {
		t, ok := b.(*Text)
		if i == 0 || ok && t.Heading > 0 && t.Heading <= 2 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], b)
	}
	return out
}
