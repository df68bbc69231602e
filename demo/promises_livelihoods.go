package demo

import (
	"kept/promise"
	"kept/schedule"
)

// livelihoods tells the other promises of the task Livelihoods.
func (s *story) livelihoods() {
	s.appleTrees()
	s.windbreak()
	s.seedBank()
	s.vetDays()
	s.greenhouses()
	s.bees()
	s.marketDays()
	s.secondHarvest()
}

func (s *story) appleTrees() {
	promised, due := s.on(-8, 6), s.on(-2, 15)
	p := s.promise(promised, "apple trees", promise.Terms{
		Title:    w("3,000 apple trees planted and watered", "栽种并浇灌3,000棵苹果树", "3,000 تۈپ ئالما كۆچىتى تىكىلىپ سۇغىرىلىدۇ"),
		Task:     livelihoods,
		Places:   at(oldOrchard),
		Team:     orchardTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Trees alive", "成活的树", "تۇتقان كۆچەت"), trees, target(promised, s.end(-5), "3000"), target(s.on(-4, 1), due, "3000")))},
		Money:    usd(18_600),
	})
	p.report(s.on(-7, 18), w("3,050 planted.", "已栽3,050棵。", "3,050 تۈپ تىكىلدى.")).
		reads(0, "3050").spends("USD", 15_900).shows(saplingsScene).passed(s.on(-7, 21))
	p.report(s.on(-2, 12), w(
		"2,860 are alive after the dry weeks. The dead ones will be replaced next spring, outside this promise.",
		"干旱几周后成活2,860棵。死苗明春补栽，不在本承诺之内。",
		"قۇرغاق ھەپتىلەردىن كېيىن 2,860 تۈپ تۇتتى. قۇرۇپ كەتكەنلىرىنىڭ ئورنىغا كېلەر ئەتىيازدا تىكىلىدۇ، بۇ ۋەدىگە كىرمەيدۇ.")).
		reads(0, "2860").spends("USD", 1_950).says(promise.StateDone).passed(s.on(-2, 16))
}

// windbreak was made later.
func (s *story) windbreak() {
	promised, due := s.on(-8, 6), s.on(-1, 20)
	p := s.promise(promised, "windbreak", promise.Terms{
		Title:    w("Windbreak of 12,000 poplars", "12,000棵白杨防风林", "12,000 تۈپ تېرەكلىك ئىھاتە ئورمىنى"),
		Task:     livelihoods,
		Places:   at(sandRidge),
		Team:     orchardTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Poplars planted", "已栽白杨", "تىكىلگەن تېرەك"), trees, target(promised, s.end(5), "12000")))},
		Money:    cny(144_000),
	})
	p.report(s.on(-6, 24), quiet).reads(0, "3800").spends("CNY", 46_300).passed(s.on(-6, 28))
	p.amend(s.on(-2, 22), w(
		"The tree nursery can deliver the rest only for the next spring.",
		"苗圃要到明年春天才能供应其余树苗。",
		"كۆچەتخانا قالغان كۆچەتلەرنى كېلەر ئەتىيازدىلا بېرەلەيدۇ."),
		func(t *promise.Terms) { t.Plan = once(s.end(5)) })
	p.report(s.on(-1, 6), quiet).reads(0, "5150").spends("CNY", 15_200)
}

func (s *story) seedBank() {
	promised, due := s.on(-8, 6), s.on(-3, 10)
	p := s.promise(promised, "seed bank", promise.Terms{
		Title:    w("Seed bank for the village's own wheat and beans", "本村小麦和豆类种子库", "كەنتنىڭ ئۆز بۇغدىيى ۋە پۇرچىقى ئۈچۈن ئۇرۇق ئامبىرى"),
		Task:     livelihoods,
		Places:   at(deerMeadow),
		Team:     fieldTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Sorts kept", "保存的品种", "ساقلانغان سورت"), w("sorts", "个品种", "سورت"), target(promised, due, "15"))},
		Money:    usd(6_200),
	})
	p.report(s.on(-3, 8), fromUyghur(w(
		"17 sorts stand in sealed jars, each with its field and year on the lid.",
		"17个品种装在密封罐里，盖上写明地块和年份。",
		"17 سورت ئۇرۇق ئېغىزى ئېتىلگەن بانكىلاردا تۇرىدۇ، ھەر بىرىنىڭ قاپقىقىغا ئېتىزى ۋە يىلى يېزىلدى."))).
		reads(0, "17").spends("USD", 5_780).says(promise.StateDone).passed(s.on(-3, 12))
}

func (s *story) vetDays() {
	p := s.promise(s.on(-8, 12), "vet days", promise.Terms{
		Title:    w("A vet in the upper villages every month", "兽医每月到上谷各村", "مال دوختۇرى ھەر ئايدا يۇقىرىقى كەنتلەرگە بارىدۇ"),
		Task:     livelihoods,
		Places:   upperValley,
		Team:     upperTeam,
		Office:   farmOffice,
		Plan:     every(schedule.Month, 1, s.on(-6, 20), ""),
		Measures: []promise.Measure{counted(w("Animals treated or vaccinated, in all", "累计诊治和接种牲畜", "داۋالانغان ۋە ئەملەنگەن چارۋا، جەمئىي"), w("animals", "头", "تۇياق"), target(s.on(-6, 1), s.end(6), "4000"))},
		Money:    usd(7_200),
	})
	animals := []string{"310", "655", "940", "", "1480", "1790", "2060"}
	for i, due := range s.monthly(-6, 20) {
		if animals[i] == "" {
			p.report(due, w("Not held: the road was under water.", "没有进行：道路被水淹。", "ئۆتكۈزۈلمىدى: يولنى سۇ باسقان.")).notHeld(due).passed(schedule.AddDays(due, 4))
			continue
		}
		p.report(due, quiet).held(due).reads(0, animals[i]).spends("USD", 280)
	}
}

// greenhouses has a reported zero, which is not the same as nothing reported.
func (s *story) greenhouses() {
	promised, due := s.on(-7, 6), s.end(2)
	p := s.promise(promised, "greenhouses", promise.Terms{
		Title:    w("Six greenhouses for winter vegetables", "六座冬菜大棚", "قىشلىق كۆكتات ئۈچۈن ئالتە پارنىك"),
		Task:     livelihoods,
		Places:   at(whitePoplar),
		Team:     fieldTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Greenhouses with a crop", "已种菜的大棚", "كۆكتات تېرىلغان پارنىك"), w("greenhouses", "座", "پارنىك"), target(promised, s.end(-1), "3"), target(s.on(0, 1), due, "6")))},
		Money:    cny(360_000),
	})
	p.pay(s.on(-4, 12), "disbursed", "CNY", 90_000, districtTreasury, farmOffice)
	p.report(s.on(-1, 18), w(
		"None yet. Four frames stand, the film has not come.",
		"还没有一座。四座骨架已立，薄膜未到。",
		"تېخى بىرىمۇ يوق. تۆت رامكا تىكلەندى، سۇلياۋ پەردە كەلمىدى.")).
		reads(0, "0").passed(s.on(-1, 22))
}

func (s *story) bees() {
	promised, due := s.on(-7, 6), s.end(4)
	p := s.promise(promised, "bees", promise.Terms{
		Title:    w("Forty bee hives and a course for their keepers", "蜂箱四十个和养蜂培训", "قىرىق ھەرە ساندۇقى ۋە ھەرە بېقىش كۇرسى"),
		Task:     livelihoods,
		Places:   at(sunnySlope),
		Team:     upperTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("6", counted(w("Hives with bees", "有蜂的蜂箱", "ھەرىسى بار ساندۇق"), w("hives", "个", "ساندۇق"), target(promised, s.end(-2), "20"), target(s.on(-1, 1), due, "40")))},
		Money:    usd(5_400),
	})
	p.report(s.on(-3, 12), quiet).reads(0, "23").spends("USD", 2_150).passed(s.on(-3, 16))
	p.report(s.today, w(
		"29 hives have bees. The keepers' course begins next week.",
		"29个蜂箱有蜂。养蜂培训下周开始。",
		"29 ساندۇقتا ھەرە بار. ھەرە بېقىش كۇرسى كېلەر ھەپتە باشلىنىدۇ.")).
		reads(0, "29").spends("USD", 610) // of today, so that the book stands at today; nobody has looked at it yet
}

func (s *story) marketDays() {
	p := s.promise(s.on(-6, 12), "market days", promise.Terms{
		Title:  w("A covered market day at Two Rivers every month", "双河村每月一次有棚集市", "قوش دەريادا ھەر ئايدا ئۈستى يېپىق بازار كۈنى"),
		Task:   livelihoods,
		Places: at(twoRivers, sandRidge, deerMeadow),
		Team:   lowerTeam,
		Office: stoneBridge,
		Plan:   every(schedule.Month, 1, s.on(-4, 6), ""),
	})
	for _, day := range s.monthly(-4, 6) {
		p.report(day, quiet).held(day)
	}
}

func (s *story) secondHarvest() {
	promised, due := s.on(-7, 6), s.end(1)
	p := s.promise(promised, "second harvest", promise.Terms{
		Title:  w("A second harvest on 300 mu of the lower fields", "下游300亩田地增收第二季", "تۆۋەنكى ئېتىزلارنىڭ 300 موسىدىن ئىككىنچى قېتىم ھوسۇل ئېلىنىدۇ"),
		Task:   livelihoods,
		Places: at(longField, quietLake),
		Team:   fieldTeam,
		Office: farmOffice,
		Plan:   once(due),
		Measures: []promise.Measure{
			s.since("40", counted(w("Fields with a second harvest", "收获第二季的田地", "ئىككىنچى قېتىم ھوسۇل بەرگەن ئېتىز"), mu, target(promised, due, "300"))),
			s.since("0.21", counted(w("Beans harvested on a mu", "豆类亩产", "ھەر مودىن ئېلىنغان پۇرچاق"), w("tonnes", "吨", "توننا"), target(promised, due, "0.25"))),
		},
		Money: usd(12_800),
	})
	p.report(s.ago(26), w(
		"172.5 mu are harvested, 0.235 tonnes of beans on a mu.",
		"已收172.5亩，豆类亩产0.235吨。",
		"172.5 مودىن ھوسۇل ئېلىندى، ھەر مودىن 0.235 توننا پۇرچاق چىقتى.")).
		reads(0, "172.5").reads(1, "0.235").spends("USD", 8_300).passed(s.ago(22))
}
