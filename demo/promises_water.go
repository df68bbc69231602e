package demo

import (
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// water tells the other promises of the task Water.
func (s *story) water() {
	s.springHouse()
	s.pipeline()
	s.waterTests()
	s.latrines()
	s.canal()
	s.rainTanks()
	s.spareParts()
}

func (s *story) springHouse() {
	promised, due := s.on(-9, 6), s.on(-5, 20)
	p := s.promise(promised, "spring house", promise.Terms{
		Title:    w("A covered spring with three taps", "加盖泉眼一处，水龙头三个", "ئۈستى يېپىق بىر بۇلاق ۋە ئۈچ جۈمەك"),
		Task:     water,
		Places:   at(stoneWell),
		Team:     waterTeam,
		Office:   waterOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Taps that run", "出水的水龙头", "سۇ چىقىۋاتقان جۈمەك"), w("taps", "个", "جۈمەك"), target(promised, due, "3")))},
		Money:    cny(86_000),
	})
	p.report(s.on(-5, 16), w(
		"The spring is covered, the three taps run. The village meeting chose who keeps the key of the gate valve: it hangs in the village house.",
		"泉眼已加盖，三个水龙头都出水。村民会议决定：总阀钥匙挂在村委会。",
		"بۇلاقنىڭ ئۈستى يېپىلدى، ئۈچ جۈمەكتىن سۇ چىقىۋاتىدۇ. كەنت يىغىنىنىڭ قارارى بويىچە باش جۈمەكنىڭ ئاچقۇچى كەنت ئۆيىگە ئېسىپ قويۇلدى.")).
		reads(0, "3").spends("CNY", 84_350).shows(tapsScene).says(promise.StateDone).passed(s.on(-5, 20))
}

func (s *story) pipeline() {
	promised, due := s.on(-9, 6), s.end(2)
	halves := [][2]string{{promised, s.end(-4)}, {s.on(-3, 1), due}}
	p := s.promise(promised, "pipeline", promise.Terms{
		Title:  w("Water pipe from the upper spring, 2.4 km", "从上泉引水的管道，2.4公里", "يۇقىرىقى بۇلاقتىن كېلىدىغان سۇ تۇرۇبىسى، 2.4 كىلومېتىر"),
		Task:   water,
		Places: at(sunnySlope),
		Team:   waterTeam,
		Office: waterOffice,
		Plan:   once(due),
		Measures: []promise.Measure{
			s.since("0", counted(w("Pipe laid", "已铺管道", "ياتقۇزۇلغان تۇرۇبا"), kilometres, steps(halves, "1.2", "2.4")...)),
			down(s.since("38", counted(w("Walk to water and back", "取水往返步行时间", "سۇغا بېرىپ كېلىش ۋاقتى"), minutes, steps(halves, "25", "10")...))),
		},
		Money: usd(96_000),
		Milestones: []promise.Milestone{
			{Title: w("Trench dug", "管沟挖好", "ئېرىق كولاندى"), Due: s.on(-4, 20)},
			{Title: w("Tank above the village filled", "村上方水池蓄满", "كەنت ئۈستىدىكى كۆلچەك سۇغا تولدى"), Due: s.on(1, 20)},
		},
	})
	p.report(s.on(-5, 8), w(
		"1.1 km of pipe laid. The lower houses walk 27 minutes now.",
		"已铺管1.1公里。下边的住户取水往返27分钟。",
		"1.1 كىلومېتىر تۇرۇبا ياتقۇزۇلدى. تۆۋەندىكى ئائىلىلەر ھازىر سۇغا 27 مىنۇتتا بېرىپ كېلىدۇ.")).
		reads(0, "1.1").reads(1, "27").spends("USD", 38_200).passed(s.on(-5, 12))
	p.report(s.on(-2, 10), w(
		"2.1 km of pipe laid.", "已铺管2.1公里。", "2.1 كىلومېتىر تۇرۇبا ياتقۇزۇلدى.")).
		reads(0, "2.1").spends("USD", 9_300).sentBack(s.on(-2, 14), w(
		"The trench above the gully was counted too. There is no pipe in it yet.",
		"把冲沟上面的管沟也算了进去，里面还没有管道。",
		"جىلغىنىڭ ئۈستىدىكى ئېرىقمۇ ساناپ كېتىلگەن. ئۇنىڭدا تېخى تۇرۇبا يوق."))
	p.report(s.on(-2, 17), w(
		"1.5 km of pipe laid.", "已铺管1.5公里。", "1.5 كىلومېتىر تۇرۇبا ياتقۇزۇلدى.")).
		reads(0, "1.5").spends("USD", 7_100).passed(s.on(-2, 21))
	p.report(s.ago(19), w(
		"1.75 km laid, across the gully. 24 minutes to water and back.",
		"已铺1.75公里，越过冲沟。取水往返24分钟。",
		"جىلغىدىن ئۆتۈپ 1.75 كىلومېتىر تۇرۇبا ياتقۇزۇلدى. سۇغا 24 مىنۇتتا بېرىپ كېلىدۇ.")).
		reads(0, "1.75").reads(1, "24").spends("USD", 21_900).shows(trenchScene).passed(s.ago(15))
}

func (s *story) waterTests() {
	p := s.promise(s.on(-9, 6), "water tests", promise.Terms{
		Title:    w("Water tested every month, result on the board", "每月检测水质，结果张贴", "سۇ ھەر ئايدا تەكشۈرۈلىدۇ، نەتىجىسى تاختىغا چاپلىنىدۇ"),
		Task:     water,
		Places:   at(quietLake, twoRivers, threeSprings),
		Team:     waterTeam,
		Office:   waterOffice,
		Plan:     every(schedule.Month, 1, s.on(-7, 15), ""),
		Measures: []promise.Measure{down(s.since("14", counted(w("Nitrate in the water", "水中硝酸盐", "سۇدىكى نىترات"), w("mg/l", "毫克/升", "مىللىگرام/لىتىر"), target(s.on(-7, 1), s.end(6), "10"))))},
	})
	values := []string{"13.2", "12.8", "12.9", "11.4", "11", "10.6", "10.4", "10.1"}
	for i, due := range s.monthly(-7, 15) {
		p.report(due, quiet).held(due).reads(0, values[i])
	}
}

// latrines was lowered: one of the three.
func (s *story) latrines() {
	promised, due := s.on(-9, 12), s.end(3)
	p := s.promise(promised, "latrines", promise.Terms{
		Title:    w("Sixty household latrines", "六十座户用厕所", "ئاتمىش ئائىلە ھاجەتخانىسى"),
		Task:     water,
		Places:   at(whitePoplar),
		Team:     waterTeam,
		Office:   waterOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Latrines in use", "投入使用的厕所", "ئىشلىتىلىۋاتقان ھاجەتخانا"), w("latrines", "座", "ھاجەتخانا"), target(promised, due, "60")))},
		Money:    cny(420_000),
	})
	p.report(s.on(-6, 20), w("12 are in use.", "12座已使用。", "12 سى ئىشلىتىلىۋاتىدۇ.")).
		reads(0, "12").spends("CNY", 84_000).passed(s.on(-6, 25))
	p.amend(s.on(-3, 8), w(
		"Cement and bricks became dearer. With the same money 45 can be built; which houses wait is decided by the village meeting.",
		"水泥和砖涨价。同样的资金只能建45座；哪些户缓建由村民会议决定。",
		"سېمونت بىلەن خىش قىممەتلەپ كەتتى. شۇ پۇلغا 45 نى سالغىلى بولىدۇ؛ قايسى ئۆيلەرنىڭ كېيىن سېلىنىدىغانلىقىنى كەنت يىغىنى قارار قىلىدۇ."),
		func(t *promise.Terms) {
			t.Title = w("Forty-five household latrines", "四十五座户用厕所", "قىرىق بەش ئائىلە ھاجەتخانىسى")
			m := t.Measures[0]
			m.Targets = []promise.Target{target(promised, due, "45")}
			t.Measures = []promise.Measure{m}
		})
	p.report(s.on(-1, 18), locale.Plain("ug", "31 ى ئىشلىتىلىۋاتىدۇ. قالغان ئۆيلەرنىڭ ئورەكلىرى كولاندى.")).
		reads(0, "31").spends("CNY", 147_500).shows(latrineScene)
}

func (s *story) canal() {
	promised, due := s.on(-8, 10), s.ago(19)
	p := s.promise(promised, "canal", promise.Terms{
		Title:    w("1.8 km of the lower canal lined", "下渠衬砌1.8公里", "تۆۋەنكى ئۆستەڭنىڭ 1.8 كىلومېتىرىغا تاش ياتقۇزۇلىدۇ"),
		Task:     water,
		Places:   at(longField),
		Team:     fieldTeam,
		Office:   waterOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Canal lined", "已衬砌渠道", "تاش ياتقۇزۇلغان ئۆستەڭ"), kilometres, target(promised, due, "1.8")))},
		Money:    usd(54_000),
	})
	p.report(s.on(-4, 22), w(
		"0.75 km lined. Work stops while the fields are watered.",
		"已衬砌0.75公里。灌溉期间停工。",
		"0.75 كىلومېتىرغا تاش ياتقۇزۇلدى. ئېتىز سۇغىرىش مەزگىلىدە ئىش توختىدى.")).
		reads(0, "0.75").spends("USD", 23_400).says(promise.StateSuspended).passed(s.on(-4, 26))
}

func (s *story) rainTanks() {
	promised, due := s.on(-2, 14), s.end(5)
	p := s.promise(promised, "rain tanks", promise.Terms{
		Title:    w("Four rain water tanks at the school", "学校雨水池四个", "مەكتەپكە تۆت يامغۇر سۈيى باكى"),
		Task:     water,
		Places:   at(sandRidge),
		Team:     upperTeam,
		Office:   waterOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Tanks that hold water", "能蓄水的水池", "سۇ ساقلىيالايدىغان باك"), w("tanks", "个", "باك"), target(promised, due, "4")))},
		Money:    cny(64_000),
	})
	// It had been translated as if the tanks were given to the school to take away.
	p.translate(s.on(-2, 20), "title", "ug", "مەكتەپتە يامغۇر سۈيى يىغىدىغان تۆت باك")
}

func (s *story) spareParts() {
	promised, due := s.on(-6, 12), s.on(-3, 28)
	p := s.promise(promised, "spare parts", promise.Terms{
		Title:    w("A store of spare parts for the pumps", "水泵备件库一处", "پومپا زاپچاسلىرى ئامبىرى"),
		Task:     water,
		Places:   at(threeSprings),
		Team:     waterTeam,
		Office:   waterOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Kinds of parts in store", "库存备件种类", "ئامباردىكى زاپچاس تۈرى"), w("kinds", "种", "تۈر"), target(promised, due, "24"))},
		Money:    usd(3_800),
	})
	p.report(s.on(-3, 25), fromChinese(w(
		"24 kinds of parts are in the store, with a list on the door.",
		"24种备件已入库，清单贴在门上。",
		"24 تۈرلۈك زاپچاس ئامبارغا كىرگۈزۈلدى، تىزىملىكى ئىشىككە چاپلاندى."))).
		reads(0, "24").spends("USD", 3_640).says(promise.StateDone).passed(s.on(-3, 28))
}
