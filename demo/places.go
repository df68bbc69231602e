package demo

import (
	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// The villages, by their codes.
const (
	threeSprings = "three-springs"
	willowFord   = "willow-ford"
	longField    = "long-field"
	quietLake    = "quiet-lake"
	pineGate     = "pine-gate"
	oldOrchard   = "old-orchard"
	stoneWell    = "stone-well"
	whitePoplar  = "white-poplar"
	sandRidge    = "sand-ridge"
	twoRivers    = "two-rivers"
	deerMeadow   = "deer-meadow"
	sunnySlope   = "sunny-slope"
)

// lowerValley are the villages around Stone Bridge, upperValley those of Upper Pasture.
var (
	lowerValley = []string{threeSprings, willowFord, longField, quietLake, pineGate, oldOrchard, stoneWell, whitePoplar}
	upperValley = []string{sandRidge, twoRivers, deerMeadow, sunnySlope}
	allVillages = append(append([]string{}, lowerValley...), upperValley...)
)

// at is the places of a promise.
func at(codes ...string) []string { return codes }

var placeNames = map[string]locale.Wording{
	threeSprings: w("Three Springs", "三泉村", "ئۈچ بۇلاق"),
	willowFord:   w("Willow Ford", "柳渡村", "سۆگەت كېچىكى"),
	longField:    w("Long Field", "长田村", "ئۇزۇن ئېتىز"),
	quietLake:    w("Quiet Lake", "静湖村", "تىنچ كۆل"),
	pineGate:     w("Pine Gate", "松门村", "قارىغاي دەرۋازا"),
	oldOrchard:   w("Old Orchard", "老果园村", "كونا باغ"),
	stoneWell:    w("Stone Well", "石井村", "تاش قۇدۇق"),
	whitePoplar:  w("White Poplar", "白杨村", "ئاق تېرەك"),
	sandRidge:    w("Sand Ridge", "沙梁村", "قۇم قىر"),
	twoRivers:    w("Two Rivers", "双河村", "قوش دەريا"),
	deerMeadow:   w("Deer Meadow", "鹿坪村", "بۇغا چىمەنلىكى"),
	sunnySlope:   w("Sunny Slope", "阳坡村", "كۈنگەي"),
}

func (s *story) places() {
	// The office stands before the places, since it is the one who enters them.
	s.organisation(stoneBridge)
	place := func(code, parent, level string, name locale.Wording) {
		s.fact(s.opened(), programme.KindPlace, code, "org:"+stoneBridge, programme.Place{Code: code, Parent: parent, Level: level, Name: name})
	}
	place("clear-valley", "", "district", w("Clear Valley", "清谷县", "سۈزۈك ۋادى ناھىيەسى"))
	place("stone-bridge", "clear-valley", "township", w("Stone Bridge", "石桥乡", "تاش كۆۋرۈك يېزىسى"))
	place("upper-pasture", "clear-valley", "township", w("Upper Pasture", "上牧场乡", "يۇقىرى يايلاق يېزىسى"))
	for _, code := range lowerValley {
		place(code, "stone-bridge", "village", placeNames[code])
	}
	// One name was entered wrongly, and put right later.
	first := map[string]locale.Wording{sunnySlope: w("Sunny Slope", "向阳坡村", "كۈنگەي")}
	for _, code := range upperValley {
		name, wrong := first[code]
		if !wrong {
			name = placeNames[code]
		}
		place(code, "upper-pasture", "village", name)
	}
	s.add(s.on(-9, 3), "naming "+sunnySlope, func() (ledger.Draft, error) {
		return programme.Rename("org:"+stoneBridge, programme.OfPlace, sunnySlope, placeNames[sunnySlope]), nil
	})
}
