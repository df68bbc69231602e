package simulate

import (
	"fmt"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// groups are what an office of a district and a team of a township are there for; a task belongs to one of them.
const (
	forWorks = iota
	forFields
	forPeople
	groups
)

// leads is the office that opens the programme.
const leads = country + "-office"

func officeCode(district, group int) string {
	return fmt.Sprintf("%s-o%d", districtCode(district), group+1)
}
func teamCode(township, group int) string {
	return fmt.Sprintf("%s-t%d", townshipCode(township), group+1)
}
func treasuryCode(region int) string { return regionCode(region) + "-treasury" }
func foundationCode(n int) string    { return fmt.Sprintf("%s-fund-%d", country, n+1) }

// farmersCode is the association of a region, which sends no team: it looks at the reports.
func farmersCode(region int) string { return regionCode(region) + "-farmers" }

// foundations is how many there are.
const foundations = 4

func (w *world) organisations(add adder) {
	organisation := func(code string, name locale.Wording) {
		add(programme.KindOrganisation, code, programme.Organisation{Code: code, Name: name})
	}
	organisation(leads, words("Programme Office", "项目办公室", "پروگرامما ئىدارىسى"))
	for n := range foundations {
		organisation(foundationCode(n), funds[n])
	}
	for r := range w.regions() {
		region := placeName(r+211, "", "", "")
		organisation(treasuryCode(r), join(region, words(" Treasury", "财政局", " مالىيە ئىدارىسى")))
		organisation(farmersCode(r), join(region, words(" Farmers' Association", "农民协会", " دېھقانلار جەمئىيىتى")))
	}
	for d := range w.districts() {
		for g := range groups {
			organisation(officeCode(d, g), join(placeName(d+317, "", "", ""), offices[g]))
		}
	}
	for _, t := range tasks {
		add(programme.KindTask, t.Code, t)
	}
}

func (w *world) teams(add adder) {
	for t := range w.townships() {
		for g := range groups {
			code := teamCode(t, g)
			add(programme.KindTeam, code, programme.Team{Code: code, Organisation: officeCode(t/perDistrict, g),
				Name: join(placeName(t+101, "", "", ""), teamNames[g])})
		}
	}
}

// renews says that a village's teams were posted for a year, and then again.
func renews(village int) bool { return village%3 == 0 }

// year is how long the first posting of a village whose postings are renewed lasts.
const year = 365

// postings are those of the beginning; those that are renewed come into the calendar.
func (w *world) postings(add adder) {
	for v := range w.o.Villages {
		until := ""
		if renews(v) {
			until = w.day(w.begin + year)
			w.calendar.put(w.begin+year, event{what: renewed, of: uint32(v)})
		}
		for g := range groups {
			p := programme.Posting{Team: teamCode(v/perTownship, g), Place: villageCode(v), From: w.day(w.begin), Until: until}
			add(programme.KindPosting, p.Place+" "+p.Team, p)
		}
	}
}

// renewal posts one team to its village again.
func (w *world) renewal(village, group int) ledger.Draft {
	p := programme.Posting{Team: teamCode(village/perTownship, group), Place: villageCode(village), From: w.day(w.begin + year + 1)}
	return ledger.Draft{Kind: programme.KindPosting, ID: w.id("renewal " + p.Place + " " + p.Team), Day: w.day(w.begin + year), Who: "org:" + leads, Data: p}
}

// join puts one wording behind another, language by language.
func join(a, b locale.Wording) locale.Wording {
	out := locale.Wording{Original: a.Original, In: make(map[string]string, len(a.In))}
	for lang, text := range a.In {
		out.In[lang] = text + b.In[lang]
	}
	return out
}
