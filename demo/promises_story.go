package demo

import (
	"kept/promise"
	"kept/schedule"
)

// RoadOverdue is for how many days promise 2, the road to Willow Ford, is overdue.
const RoadOverdue = 41

// road is promise 2: the oldest of what is overdue.
func (s *story) road() {
	promised, due := s.on(firstPromises, 4), s.ago(RoadOverdue)
	p := s.promise(promised, "road", promise.Terms{
		Title:  w("Gravel road to Willow Ford, 4.2 km", "通往柳渡村的砂石路，4.2公里", "سۆگەت كېچىكىگە بارىدىغان شېغىل يول، 4.2 كىلومېتىر"),
		Task:   works,
		Places: at(willowFord),
		Team:   roadTeam,
		Office: roadOffice,
		Plan:   once(due),
		Measures: []promise.Measure{s.since("0", counted(
			w("Road finished", "已修好的路", "پۈتكەن يول"), kilometres, target(promised, due, "4.2")))},
		Money: usd(180_000),
		Milestones: []promise.Milestone{
			{Title: w("Six culverts laid", "铺好六处涵管", "ئالتە سۇ ئۆتكۈزگۈچ تۇرۇبا ياتقۇزۇلدى"), Due: s.on(-6, 15)},
			{Title: w("Gravel on the first half", "前半段铺好砂石", "يولنىڭ ئالدىنقى يېرىمىغا شېغىل ياتقۇزۇلدى"), Due: s.on(-4, 15)},
		},
	})
	p.pay(s.on(-8, 10), "disbursed", "USD", 40_000, riverFoundation, roadOffice)
	p.report(s.on(-6, 18), w(
		"Four of six culverts laid. 0.6 km of road finished.",
		"六处涵管已铺好四处。修好0.6公里路。",
		"ئالتە تۇرۇبىدىن تۆتى ياتقۇزۇلدى. 0.6 كىلومېتىر يول پۈتتى.")).
		reads(0, "0.6").says(promise.StateUnderWay).passed(s.on(-6, 22))
	p.pay(s.on(-5, 10), "disbursed", "USD", 24_000, riverFoundation, roadOffice)
	twice := p.pay(s.on(-5, 11), "disbursed", "USD", 24_000, riverFoundation, roadOffice)
	p.takeBack(s.on(-5, 12), twice) // it had been entered twice
	p.report(s.on(-3, 12), w(
		"1.6 km finished as far as the old mill. The roller broke; a spare part is ordered.",
		"已修好1.6公里，到老磨坊为止。压路机坏了，零件已订购。",
		"كونا تۈگمەنگىچە 1.6 كىلومېتىر يول پۈتتى. يول تەكشىلەش ماشىنىسى بۇزۇلۇپ قالدى، زاپچاس زاكاز قىلىندى.")).
		reads(0, "1.6").shows(roadScene, rollerScene).passed(s.on(-3, 16))
}

// tuesdayClass is promise 3: of the 21 Tuesdays so far, on three nothing was reported.
func (s *story) tuesdayClass() {
	last := lastBefore(s.today, tuesday)
	day := func(n int) string { return schedule.AddDays(last, 7*(n-20)) } // the n-th Tuesday, from 0
	p := s.promise(s.on(firstPromises, 4), "tuesday class", promise.Terms{
		Title:  w("Evening class every Tuesday", "每周二晚课", "ھەر سەيشەنبە كەچلىك دەرس"),
		Task:   classes,
		Places: at(longField),
		Team:   classTeam,
		Office: schoolOffice,
		Plan:   every(schedule.Week, 1, day(0), day(29)),
		Money:  usd(1_500),
	})
	for n := range 21 {
		if n == 17 || n == 19 || n == 20 {
			continue
		}
		note := quiet
		switch n {
		case 0:
			note = w("First evening. Books, lamp and stove are there.", "第一晚。书、灯、炉子都齐了。", "تۇنجى كەچ. كىتاب، چىراغ ۋە مەش تەييار.")
		case 11:
			note = w("Held in the store house, since the school roof leaked.", "学校屋顶漏雨，改在库房上课。", "مەكتەپنىڭ ئۆگزىسىدىن يامغۇر ئۆتكەچكە، دەرس ئىسكىلاتتا ئۆتۈلدى.")
		}
		r := p.report(day(n), note).held(day(n)).spends("USD", 50)
		if n == 0 {
			r.shows(classroomScene)
		}
		if !note.IsZero() {
			r.passed(day(n + 1))
		}
	}
}

// accounts is promise 4: the accounts of each quarter, on the board of every village by the tenth day after it.
func (s *story) accounts() {
	quarters := s.quarters(-10, 4)
	p := s.promise(s.on(firstPromises, 4), "accounts", promise.Terms{
		Title:  w("Village accounts on the board, each quarter", "每季度张贴村账", "ھەر پەسىلدە كەنت ھېساباتى تاختىغا چاپلىنىدۇ"),
		Task:   affairs,
		Places: allVillages,
		Team:   affairsTeam,
		Office: affairsOffice,
		Plan:   every(schedule.Quarter, 1, s.on(-7, 10), ""),
		Measures: []promise.Measure{counted(
			w("Villages with the quarter's accounts on the board", "已张贴本季度账目的村", "شۇ پەسىلنىڭ ھېساباتى تاختىغا چاپلانغان كەنت"), villages,
			steps(quarters, "12", "12", "12", "12")...)},
	})
	p.report(s.on(-7, 10), w(
		"On the board in all twelve villages.", "十二个村都已张贴。", "ئون ئىككى كەنتنىڭ ھەممىسىدە تاختىغا چاپلاندى.")).
		held(s.on(-7, 10)).readsFor(0, quarters[0], "12").shows(boardScene).passed(s.on(-7, 14))
	p.report(s.on(-4, 12), w(
		"Not published in any village: the accounts did not add up and went back to the villages.",
		"各村都没有公布：账目对不上，已退回各村。",
		"ھېچقايسى كەنتتە ئېلان قىلىنمىدى: ھېسابات توغرا چىقمىدى، كەنتلەرگە قايتۇرۇلدى.")).
		notHeld(s.on(-4, 10)).readsFor(0, quarters[1], "0").passed(s.on(-4, 16))
	p.report(s.on(-1, 10), w(
		"Published in nine villages. Not published in Quiet Lake, White Poplar and Sand Ridge.",
		"九个村已公布。静湖村、白杨村、沙梁村没有公布。",
		"توققۇز كەنتتە ئېلان قىلىندى. تىنچ كۆل، ئاق تېرەك ۋە قۇم قىردا ئېلان قىلىنمىدى.")).
		held(s.on(-1, 10)).readsFor(0, quarters[2], "9").passed(s.on(-1, 14))
}

// melons is promise 5: withdrawn before anything was reported.
func (s *story) melons() {
	promised, due := s.on(firstPromises, 4), s.on(-2, 20)
	p := s.promise(promised, "melons", promise.Terms{
		Title:  w("500 mu of melons, shared by 310 households", "500亩甜瓜，310户共同经营", "310 ئائىلە ئورتاق تېرىيدىغان 500 مو قوغۇن"),
		Task:   livelihoods,
		Places: at(oldOrchard),
		Team:   orchardTeam,
		Office: farmOffice,
		Plan:   once(due),
		Measures: []promise.Measure{counted(
			w("Melons planted", "种下的甜瓜", "تېرىلغان قوغۇن"), mu, target(promised, due, "500"))},
		Money: usd(410_000),
	})
	p.withdraw(s.on(-8, 2), w(
		"The soil tests found too much salt in the lower fields. Melons would have failed in the second year, and every household would have carried the loss. The money stays with the foundation.",
		"土壤检测发现下游田地含盐过高。甜瓜到第二年就会歉收，损失要由各户承担。资金仍留在基金会。",
		"تۇپراق تەكشۈرۈشتە تۆۋەنكى ئېتىزلارنىڭ تۇزى بەك يۇقىرى چىقتى. قوغۇن ئىككىنچى يىلىلا ھوسۇل بەرمەي، زىيىنىنى ھەر بىر ئائىلە تارتاتتى. پۇل فوندتا قالىدۇ."))
}

// seedDrill is promise 6: done in time, with a little more sown than promised and a little more paid.
func (s *story) seedDrill() {
	promised, due := s.on(firstPromises, 4), s.on(-7, 10)
	p := s.promise(promised, "seed drill", promise.Terms{
		Title:  w("Seed drill and two advisers for spring sowing", "播种机一台，春播技术员两名", "ئەتىيازلىق تېرىلغۇغا بىر ئۇرۇق سېپىش ماشىنىسى ۋە ئىككى مەسلىھەتچى"),
		Task:   livelihoods,
		Places: at(pineGate),
		Team:   fieldTeam,
		Office: farmOffice,
		Plan:   once(due),
		Measures: []promise.Measure{s.since("0", counted(
			w("Fields sown with the drill", "用播种机播种的田地", "ماشىنا بىلەن تېرىلغان ئېتىز"), mu, target(promised, due, "1200")))},
		Money: usd(22_000),
	})
	p.report(s.on(-8, 16), w(
		"The drill arrived and was tried on 20 mu. Both advisers are in the village.",
		"播种机已到，在20亩地上试播。两名技术员已进村。",
		"ئۇرۇق سېپىش ماشىنىسى كېلىپ، 20 مو يەردە سىناق قىلىندى. ئىككى مەسلىھەتچى كەنتكە كەلدى.")).
		reads(0, "20").spends("USD", 17_500).shows(seedDrillScene).passed(s.on(-8, 19))
	p.report(s.on(-7, 8), w(
		"1,240 mu sown in time for the rain. One spare part was dearer than planned.",
		"赶在下雨前播种1,240亩。一个零件比计划的贵。",
		"يامغۇردىن بۇرۇن 1,240 مو يەر تېرىلدى. بىر زاپچاس پىلاندىكىدىن قىممەت چىقتى.")).
		reads(0, "1240").spends("USD", 4_800).says(promise.StateDone).passed(s.on(-7, 12))
}
