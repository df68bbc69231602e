package demo

import (
	"fmt"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// The organisations, by their codes.
const (
	stoneBridge        = "stone-bridge"
	waterOffice        = "stone-bridge-water"
	roadOffice         = "stone-bridge-roads"
	farmOffice         = "stone-bridge-farms"
	schoolOffice       = "stone-bridge-schools"
	benefitsOffice     = "stone-bridge-benefits"
	affairsOffice      = "stone-bridge-village-affairs"
	farmersAssociation = "farmers-association" // of another body: it looks at the reports
	riverFoundation    = "river-foundation"
	districtTreasury   = "clear-valley-treasury"
)

var organisationNames = map[string]locale.Wording{
	stoneBridge:        w("Stone Bridge Office", "石桥乡办公室", "تاش كۆۋرۈك ئىدارىسى"),
	waterOffice:        w("Stone Bridge Water Office", "石桥乡水务所", "تاش كۆۋرۈك سۇ ئىدارىسى"),
	roadOffice:         w("Stone Bridge Road Office", "石桥乡道路所", "تاش كۆۋرۈك يول ئىدارىسى"),
	farmOffice:         w("Stone Bridge Farm Office", "石桥乡农业所", "تاش كۆۋرۈك يېزا ئىگىلىك ئىدارىسى"),
	schoolOffice:       w("Stone Bridge School Office", "石桥乡教育所", "تاش كۆۋرۈك مائارىپ ئىدارىسى"),
	benefitsOffice:     w("Stone Bridge Benefits Office", "石桥乡福利所", "تاش كۆۋرۈك پاراۋانلىق ئىدارىسى"),
	affairsOffice:      w("Stone Bridge Village Affairs Office", "石桥乡村务所", "تاش كۆۋرۈك كەنت ئىشلىرى ئىدارىسى"),
	farmersAssociation: w("Valley Farmers' Association", "山谷农民协会", "ۋادى دېھقانلار جەمئىيىتى"),
	riverFoundation:    w("River Foundation", "河流基金会", "دەريا فوندى"),
	districtTreasury:   w("Clear Valley Treasury", "清谷县财政局", "سۈزۈك ۋادى مالىيە ئىدارىسى"),
}

func (s *story) organisation(code string) {
	s.fact(s.opened(), programme.KindOrganisation, code, "org:"+stoneBridge,
		programme.Organisation{Code: code, Name: organisationNames[code]})
}

// The tasks, by their codes.
const (
	water       = "water"
	works       = "public-works"
	livelihoods = "livelihoods"
	classes     = "classes"
	benefits    = "benefits"
	affairs     = "village-affairs"
	mutualAid   = "mutual-aid"
)

func (s *story) organisations() {
	for _, code := range []string{waterOffice, roadOffice, farmOffice, schoolOffice, benefitsOffice, affairsOffice,
		farmersAssociation, riverFoundation, districtTreasury} {
		s.organisation(code)
	}
	task := func(code string, name locale.Wording) {
		s.fact(s.opened(), programme.KindTask, code, "org:"+stoneBridge, programme.Task{Code: code, Name: name})
	}
	task(water, w("Water", "供水", "سۇ"))
	task(works, w("Public works", "公共工程", "ئاممىۋى قۇرۇلۇش"))
	task(livelihoods, w("Livelihoods", "生计", "تىرىكچىلىك"))
	task(classes, w("Classes", "课堂", "دەرس"))
	task(benefits, w("Access to benefits", "福利办理", "پاراۋانلىقتىن بەھرىمەن بولۇش"))
	task(affairs, w("Village affairs", "村务", "كەنت ئىشلىرى"))
	task(mutualAid, w("Mutual aid", "互助", "ئۆزئارا ياردەم"))
}

// The teams, by their codes.
const (
	waterTeam    = "water-team"
	roadTeam     = "road-team"
	fieldTeam    = "field-team"
	orchardTeam  = "orchard-team"
	classTeam    = "class-team"
	benefitsTeam = "benefits-team"
	affairsTeam  = "village-affairs-team"
	lowerTeam    = "lower-valley-team"
	upperTeam    = "upper-valley-team"
)

func (s *story) teams() {
	formed := s.on(-10, 12)
	team := func(code, sender string, name locale.Wording) {
		s.fact(formed, programme.KindTeam, code, "org:"+sender, programme.Team{Code: code, Organisation: sender, Name: name})
	}
	team(waterTeam, waterOffice, w("Water Team", "供水工作队", "سۇ خىزمەت ئەترىتى"))
	team(roadTeam, roadOffice, w("Road Team", "道路工作队", "يول خىزمەت ئەترىتى"))
	team(fieldTeam, farmOffice, w("Field Team", "农田工作队", "ئېتىز خىزمەت ئەترىتى"))
	team(orchardTeam, farmOffice, w("Orchard Team", "果园工作队", "باغ خىزمەت ئەترىتى"))
	team(classTeam, schoolOffice, w("Class Team", "课堂工作队", "دەرس خىزمەت ئەترىتى"))
	team(benefitsTeam, benefitsOffice, w("Benefits Team", "福利工作队", "پاراۋانلىق خىزمەت ئەترىتى"))
	team(affairsTeam, affairsOffice, w("Village Affairs Team", "村务工作队", "كەنت ئىشلىرى خىزمەت ئەترىتى"))
	team(lowerTeam, stoneBridge, w("Lower Valley Team", "下谷工作队", "تۆۋەنكى ۋادى خىزمەت ئەترىتى"))
	team(upperTeam, stoneBridge, w("Upper Valley Team", "上谷工作队", "يۇقىرىقى ۋادى خىزمەت ئەترىتى"))

	s.posting(s.inPlace(), lowerTeam, s.inPlace(), "", lowerValley...)
	s.posting(s.inPlace(), upperTeam, s.inPlace(), "", upperValley...)
	s.handOver(s.on(-4, 6), twoRivers, upperTeam, lowerTeam, s.on(-4, 14), s.on(-4, 8))

	s.posting(s.inPlace(), waterTeam, s.inPlace(), "", threeSprings, stoneWell, whitePoplar, sunnySlope)
	s.posting(s.inPlace(), roadTeam, s.inPlace(), "", willowFord, twoRivers, quietLake)
	s.posting(s.inPlace(), fieldTeam, s.inPlace(), "", longField, pineGate, deerMeadow)
	s.posting(s.inPlace(), orchardTeam, s.inPlace(), "", oldOrchard, sandRidge)
	s.posting(s.inPlace(), classTeam, s.inPlace(), "", longField, willowFord, pineGate, quietLake)
	s.posting(s.inPlace(), benefitsTeam, s.inPlace(), "", deerMeadow, sunnySlope, twoRivers, sandRidge)
	s.posting(s.inPlace(), affairsTeam, s.inPlace(), "", threeSprings, oldOrchard)
}

func (s *story) posting(recorded, team, from, until string, villages ...string) {
	for _, v := range villages {
		s.fact(recorded, programme.KindPosting, team+" "+v+" "+"posted", "org:"+stoneBridge,
			programme.Posting{Team: team, Place: v, From: from, Until: until})
	}
}

// handOver records that one team of Stone Bridge leaves a village, posted there since all were in place, and another follows; the
// two serve it together from the first day of the one to the last of the other.
func (s *story) handOver(recorded, village, from, to, last, first string) {
	leaving := programme.PostingRow{Place: village, Team: from, From: s.inPlace()}
	for i, d := range programme.HandOver("org:"+stoneBridge, leaving, to, last, first) {
		s.add(recorded, fmt.Sprintf("hand-over %s %d", village, i), func() (ledger.Draft, error) { return d, nil })
	}
}
