package demo

import (
	"kept/promise"
	"kept/schedule"
)

// affairs tells the other promises of the task Village affairs.
func (s *story) affairs() {
	s.villageMeetings()
	s.noticeBoards()
	s.landMaps()
}

func (s *story) villageMeetings() {
	p := s.promise(s.on(-8, 24), "village meetings", promise.Terms{
		Title:  w("A village meeting on the programme every half year", "每半年一次村民会议，通报项目", "ھەر يېرىم يىلدا پروگرامما توغرىسىدا كەنت يىغىنى"),
		Task:   affairs,
		Places: allVillages,
		Team:   affairsTeam,
		Office: affairsOffice,
		Plan:   every(schedule.Month, 6, s.on(-3, 26), ""),
		Measures: []promise.Measure{counted(w("Villages that met", "已开会的村", "يىغىن ئاچقان كەنت"), villages,
			target(s.on(-8, 1), s.end(-3), "12"), target(s.on(-2, 1), s.end(3), "12"))},
	})
	p.report(s.on(-3, 26), w(
		"All twelve met. The minutes hang beside the accounts.",
		"十二个村都开了会。会议记录贴在账目旁。",
		"ئون ئىككى كەنتنىڭ ھەممىسى يىغىن ئاچتى. يىغىن خاتىرىسى ھېساباتنىڭ يېنىغا چاپلاندى.")).
		held(s.on(-3, 26)).reads(0, "12").passed(s.on(-2, 2))
}

func (s *story) noticeBoards() {
	promised, due := s.on(-8, 24), s.on(-7, 9)
	p := s.promise(promised, "notice boards", promise.Terms{
		Title:    w("A notice board under a roof in every village", "每村一块带檐公告栏", "ھەر بىر كەنتكە ئۈستى يېپىق بىر ئېلان تاختىسى"),
		Task:     affairs,
		Places:   allVillages,
		Team:     affairsTeam,
		Office:   affairsOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("3", counted(w("Boards that stand", "已立公告栏", "تىكلەنگەن ئېلان تاختىسى"), w("boards", "块", "تاختا"), target(promised, due, "12")))},
		Money:    cny(10_800),
	})
	p.report(s.on(-7, 8), quiet).reads(0, "12").spends("CNY", 10_240).says(promise.StateDone).passed(s.on(-7, 12))
}

func (s *story) landMaps() {
	promised, due := s.on(-6, 20), s.ago(27)
	p := s.promise(promised, "land maps", promise.Terms{
		Title:    w("Map of common land on the wall of the village house", "村集体土地图挂上村委会墙", "ئورتاق يەرنىڭ خەرىتىسى كەنت ئۆيىنىڭ تېمىغا ئېسىلىدۇ"),
		Task:     affairs,
		Places:   at(stoneWell, oldOrchard, quietLake, whitePoplar),
		Team:     affairsTeam,
		Office:   affairsOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Villages with a map", "已挂图的村", "خەرىتە ئېسىلغان كەنت"), villages, target(promised, due, "4"))},
		Money:    usd(2_400),
	})
	p.report(s.on(-2, 18), quiet).reads(0, "1").spends("USD", 640).passed(s.on(-2, 22))
}

// mutualAid tells the promises of the task Mutual aid.
func (s *story) mutualAid() {
	s.ploughing()
	s.harvestHelp()
	s.snowPaths()
}

// ploughing was lowered: two of its days were taken away.
func (s *story) ploughing() {
	days := s.weeks(s.on(-8, 8), saturday, 10)
	p := s.promise(s.on(-9, 24), "ploughing", promise.Terms{
		Title:  w("Ploughing together on ten Saturdays", "十个周六互助犁地", "ئون شەنبە ھەمكارلىشىپ يەر ھەيدەش"),
		Task:   mutualAid,
		Places: at(pineGate, oldOrchard),
		Team:   lowerTeam,
		Office: farmOffice,
		Plan:   every(schedule.Week, 1, days[0], days[9]),
		Measures: []promise.Measure{counted(w("Fields ploughed together", "互助犁过的田地", "ھەمكارلىشىپ ھەيدەلگەن يەر"), mu,
			target(s.on(-8, 1), s.end(-5), "360"))},
	})
	for i, ploughed := range []string{"42", "80", "131", "", "180", "226", "271", "318"} {
		if i == 5 {
			p.amend(days[5], w(
				"Two borrowed tractors must go back before the last two Saturdays. Eight days remain.",
				"借来的两台拖拉机要在最后两个周六之前归还，只剩八天。",
				"ئۆتنە ئېلىنغان ئىككى تراكتورنى ئاخىرقى ئىككى شەنبىدىن بۇرۇن قايتۇرۇش كېرەك. سەككىز كۈن قالدى."),
				func(t *promise.Terms) {
					t.Title = w("Ploughing together on eight Saturdays", "八个周六互助犁地", "سەككىز شەنبە ھەمكارلىشىپ يەر ھەيدەش")
					t.Plan = every(schedule.Week, 1, days[0], days[7])
				})
		}
		if ploughed == "" {
			p.report(days[i], w("Not held: rain.", "没有进行：下雨。", "ئۆتكۈزۈلمىدى: يامغۇر ياغدى.")).notHeld(days[i]).passed(schedule.AddDays(days[i], 3))
			continue
		}
		r := p.report(days[i], quiet).held(days[i]).reads(0, ploughed)
		if i == 7 {
			r.says(promise.StateDone).passed(schedule.AddDays(days[i], 3))
		}
	}
}

func (s *story) harvestHelp() {
	promised, due := s.on(-4, 8), s.on(-2, 26)
	p := s.promise(promised, "harvest help", promise.Terms{
		Title:    w("The harvest brought in for 40 households that lack hands", "为40户缺劳力家庭收割", "ئەمگەك كۈچى يېتىشمەيدىغان 40 ئائىلىنىڭ ھوسۇلى يىغىپ بېرىلىدۇ"),
		Task:     mutualAid,
		Places:   at(longField),
		Team:     lowerTeam,
		Office:   farmOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Households helped", "已帮助的户", "ياردەم قىلىنغان ئائىلە"), households, target(promised, due, "40"))},
	})
	p.report(s.on(-2, 24), quiet).reads(0, "43").says(promise.StateDone).passed(s.on(-2, 28))
}

func (s *story) snowPaths() {
	s.promise(s.on(-1, 12), "snow paths", promise.Terms{
		Title:  w("Paths to the school cleared together after snow", "雪后互助清扫上学路", "قار ياققاندىن كېيىن مەكتەپ يولى ھەمكارلىشىپ تازىلىنىدۇ"),
		Task:   mutualAid,
		Places: at(sunnySlope, deerMeadow),
		Team:   upperTeam,
		Office: stoneBridge,
		Plan:   once(s.end(4)),
	})
}
