package simulate

import (
	"fmt"

	"kept/locale"
	"kept/programme"
)

// How many of a level lie in one of the level above.
const (
	perTownship = 10
	perDistrict = 6
	perRegion   = 5
)

// country is a code that no country has: XS is free for everybody's use in ISO 3166.
const country = "XS"

// Villages, townships, districts and regions are numbers from 0. A code is that of the place above with two more digits,
// as P-codes are.
func regionCode(r int) string   { return fmt.Sprintf("%s%02d", country, r+1) }
func districtCode(d int) string { return fmt.Sprintf("%s%02d", regionCode(d/perRegion), d%perRegion+1) }
func townshipCode(t int) string {
	return fmt.Sprintf("%s%02d", districtCode(t/perDistrict), t%perDistrict+1)
}
func villageCode(v int) string {
	return fmt.Sprintf("%s%02d", townshipCode(v/perTownship), v%perTownship+1)
}

// townships, districts and regions count what so many villages need.
func (w *world) townships() int { return up(w.o.Villages, perTownship) }
func (w *world) districts() int { return up(w.townships(), perDistrict) }
func (w *world) regions() int   { return up(w.districts(), perRegion) }

func up(n, per int) int { return (n + per - 1) / per }

// villagesOf are the villages of a township: the first, and how many.
func (w *world) villagesOf(township int) (first, n int) {
	first = township * perTownship
	return first, min(perTownship, w.o.Villages-first)
}

// silent says that nothing is ever reported from a village.
func (w *world) silent(village int) bool { return chance(w.dice(forVillage, village, 0), 6) }

// popular throws a village: a quarter of them get half of all.
func (w *world) popular(throw int) int {
	const whole = throws
	rank := w.o.Villages * throw / whole * throw / whole
	return (rank*w.stride + w.stride/2) % w.o.Villages // not the first of the tree, but some of everywhere
}

// throws is what popular wants to be thrown.
const throws = 1 << 20

// strideFor is a step that leads through all of n and comes by each once.
func strideFor(n int) int {
	step := n*5/8 | 1
	for gcd(step, n) != 1 {
		step += 2
	}
	return step
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// places writes the tree from the top.
func (w *world) places(add adder) {
	place := func(code, parent, level string, name locale.Wording) {
		add(programme.KindPlace, code, programme.Place{Code: code, Parent: parent, Level: level, Name: name})
	}
	place(country, "", "country", words("Made-up Land", "虚构之地", "ئويدۇرما يۇرت"))
	for r := range w.regions() {
		place(regionCode(r), country, "region", placeName(r+211, "", "地区", " رايونى"))
	}
	for d := range w.districts() {
		place(districtCode(d), regionCode(d/perRegion), "district", placeName(d+317, "", "县", " ناھىيەسى"))
	}
	for t := range w.townships() {
		place(townshipCode(t), districtCode(t/perDistrict), "township", placeName(t+101, "", "乡", " يېزىسى"))
	}
	for v := range w.o.Villages {
		place(villageCode(v), townshipCode(v/perTownship), "village", villageName(v))
	}
}

func villageName(v int) locale.Wording { return placeName(v, "", "村", "") }

// placeName puts a name together from a word that tells places apart, a word for a landscape, and, when all those are
// used up, a side. What follows are the endings of its level.
func placeName(n int, en, zh, ug string) locale.Wording {
	pairs := len(apart) * len(landscapes)
	k := n * 7919 % pairs // a prime, so neighbours have unlike names and all pairs are used
	a, l, s := apart[k%len(apart)], landscapes[k/len(apart)], sides[n/pairs%len(sides)]
	many := ""
	if k%len(apart) < numerals {
		many = "s"
	}
	return words(s.en+a.en+" "+l.en+many+en, s.zh+a.zh+l.zh+zh, s.ug+a.ug+" "+l.ug+ug)
}
