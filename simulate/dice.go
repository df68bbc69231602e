package simulate

import "math/rand/v2"

// What dice are thrown for. The numbers are part of what a seed means: a new purpose goes to the end.
const (
	forLife uint64 = iota + 1
	forReport
	forPayment
	forVillage
)

// dice are the throws for one purpose: they follow from the seed and from what is decided, never from what was thrown
// before.
func (w *world) dice(purpose uint64, i, n int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(w.o.Seed+mix(purpose)), mix(mix(uint64(i))+uint64(n))))
}

// mix spreads the bits of neighbouring numbers over all 64 (the end of SplitMix64), so that their dice have nothing in
// common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance says yes so many times in a hundred.
func chance(d *rand.Rand, percent int) bool { return d.IntN(100) < percent }

// between throws a number from a to b, both included; a alone if b is smaller.
func between(d *rand.Rand, a, b int) int {
	if b <= a {
		return a
	}
	return a + d.IntN(b-a+1)
}
