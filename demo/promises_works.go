package demo

import "kept/promise"

// works tells the other promises of the task Public works.
func (s *story) works() {
	s.footBridge()
	s.schoolRoof()
	s.grainStore()
	s.streetLamps()
	s.floodWall()
	s.roadDrain()
}

func (s *story) footBridge() {
	promised, due := s.on(-9, 14), s.on(-4, 28)
	p := s.promise(promised, "foot bridge", promise.Terms{
		Title:    w("Foot bridge over the west river, 36 m", "西河人行桥，36米", "غەربىي دەرياغا پىيادىلەر كۆۋرۈكى، 36 مېتىر"),
		Task:     works,
		Places:   at(twoRivers),
		Team:     roadTeam,
		Office:   roadOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Bridge deck laid", "已铺桥面", "ياتقۇزۇلغان كۆۋرۈك تاختىسى"), metres, target(promised, due, "36")))},
		Money:    usd(31_500),
		Milestones: []promise.Milestone{
			{Title: w("Both piers stand", "两座桥墩建成", "ئىككى كۆۋرۈك پۇتى تىكلەندى"), Due: s.on(-7, 25)},
			{Title: w("Cables hung", "缆索架好", "ئارغامچا سىملار تارتىلدى"), Due: s.on(-5, 25)},
		},
	})
	p.report(s.on(-7, 22), w("Both piers stand.", "两座桥墩已建成。", "ئىككى كۆۋرۈك پۇتى تىكلەندى.")).
		reads(0, "0").spends("USD", 14_800).passed(s.on(-7, 26))
	p.report(s.on(-4, 24), w(
		"The deck is laid and the rails are up. A loaded cart may not cross; a sign says so on both sides.",
		"桥面铺好，栏杆装好。载重车不得过桥，两头都立了牌子。",
		"كۆۋرۈك تاختىسى ياتقۇزۇلدى، رىشاتكىسى ئورنىتىلدى. يۈك بېسىلغان ھارۋا ئۆتسە بولمايدۇ، ئىككى تەرەپتە تاختايغا يېزىپ قويۇلدى.")).
		reads(0, "36").spends("USD", 15_900).shows(footBridgeScene).says(promise.StateDone).passed(s.on(-4, 28))
}

// schoolRoof was made later and is done after the first due day.
func (s *story) schoolRoof() {
	promised, due := s.on(-9, 14), s.on(-5, 15)
	p := s.promise(promised, "school roof", promise.Terms{
		Title:    w("New roof for the school", "学校换新屋顶", "مەكتەپنىڭ ئۆگزىسى يېڭىلىنىدۇ"),
		Task:     works,
		Places:   at(pineGate),
		Team:     roadTeam,
		Office:   schoolOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Roof renewed", "已换屋顶", "يېڭىلانغان ئۆگزە"), w("m²", "平方米", "كۋادرات مېتىر"), target(promised, s.on(-2, 10), "420")))},
		Money:    cny(190_000),
	})
	p.amend(s.on(-5, 4), w(
		"The timber is late. The roof shall not be opened before the school holidays.",
		"木料迟到。放假前不拆旧屋顶。",
		"ياغاچ كېچىكىپ قالدى. مەكتەپ تەتىل قىلغۇچە ئۆگزە ئېچىلمايدۇ."),
		func(t *promise.Terms) { t.Plan = once(s.on(-2, 10)) })
	p.report(s.on(-2, 8), w(
		"All 420 m² are covered. It rained the same night, and nothing came through.",
		"420平方米全部盖好。当晚下雨，没有漏。",
		"420 كۋادرات مېتىرنىڭ ھەممىسى يېپىلدى. شۇ كېچىسى يامغۇر ياغدى، سۇ ئۆتمىدى.")).
		reads(0, "420").spends("CNY", 187_200).shows(schoolRoofScene).says(promise.StateDone).passed(s.on(-2, 12))
}

// grainStore was made later.
func (s *story) grainStore() {
	promised, due := s.on(-8, 10), s.on(-2, 28)
	p := s.promise(promised, "grain store", promise.Terms{
		Title:    w("Dry grain store for 80 tonnes", "80吨干燥粮仓", "80 توننا ئاشلىق پاتىدىغان قۇرغاق ئىسكىلات"),
		Task:     works,
		Places:   at(longField),
		Team:     fieldTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Room for grain", "可储粮食", "ئاشلىق ساقلاش سىغىمى"), w("tonnes", "吨", "توننا"), target(promised, s.end(1), "80")))},
		Money:    usd(46_000),
	})
	p.report(s.on(-3, 20), w(
		"Walls and floor are done: room for 30 tonnes, with a canvas roof.",
		"墙和地面完工：用篷布顶，可储30吨。",
		"تام ۋە پول پۈتتى: برېزېنت ئۆگزە بىلەن 30 توننا ئاشلىق پاتىدۇ.")).
		reads(0, "30").spends("USD", 21_700).shows(grainStoreScene).passed(s.on(-3, 24))
	p.amend(s.on(-2, 20), w(
		"The builder has work at the school until next month.",
		"施工队下个月之前在学校干活。",
		"قۇرۇلۇش ئەترىتى كېلەر ئايغىچە مەكتەپتە ئىشلەيدۇ."),
		func(t *promise.Terms) { t.Plan = once(s.end(1)) })
}

func (s *story) streetLamps() {
	promised, due := s.on(-8, 10), s.on(-3, 15)
	p := s.promise(promised, "street lamps", promise.Terms{
		Title:    w("24 solar lamps along the village lane", "村道太阳能路灯24盏", "كەنت يولىغا 24 قۇياش ئېنېرگىيەلىك چىراغ"),
		Task:     works,
		Places:   at(willowFord),
		Team:     roadTeam,
		Office:   roadOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("2", counted(w("Lamps that burn at night", "夜间亮着的路灯", "كېچىدە يېنىۋاتقان چىراغ"), w("lamps", "盏", "چىراغ"), target(promised, due, "24")))},
		Money:    cny(72_000),
	})
	p.pay(s.on(-6, 15), "disbursed", "CNY", 70_800, districtTreasury, roadOffice)
	p.report(s.on(-3, 10), w("All 24 burn.", "24盏全亮。", "24 چىراغنىڭ ھەممىسى يېنىۋاتىدۇ.")).
		reads(0, "24").says(promise.StateDone).passed(s.on(-3, 14))
}

func (s *story) floodWall() {
	promised, due := s.on(-3, 6), s.end(7)
	s.promise(promised, "flood wall", promise.Terms{
		Title:    w("Flood wall along the lake road, 600 m", "湖边路防洪墙，600米", "كۆل بويى يولىغا كەلكۈن توسۇش تېمى، 600 مېتىر"),
		Task:     works,
		Places:   at(quietLake),
		Team:     roadTeam,
		Office:   roadOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Wall finished", "建成的墙", "پۈتكەن تام"), metres, target(promised, s.end(3), "200"), target(s.on(4, 1), due, "600")))},
		Money:    usd(128_000),
	})
}

// roadDrain is overdue, and nothing was ever reported on it.
func (s *story) roadDrain() {
	promised, due := s.on(-6, 12), s.ago(12)
	s.promise(promised, "road drain", promise.Terms{
		Title:    w("Drain beside the road repaired", "修好路边排水沟", "يول بويىدىكى سۇ چىقىرىش ئېرىقى ئوڭشىلىدۇ"),
		Task:     works,
		Places:   at(deerMeadow),
		Team:     roadTeam,
		Office:   roadOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Drain repaired", "已修排水沟", "ئوڭشالغان ئېرىق"), metres, target(promised, due, "350")))},
		Money:    cny(28_500),
	})
}
