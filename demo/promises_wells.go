package demo

import (
	"kept/promise"
	"kept/schedule"
)

// wells is promise 1: twelve wells for Three Springs, of which the office later promised eight, and the team reported
// done with seven.
func (s *story) wells() {
	promised := s.on(firstPromises, 4)
	due := s.end(-7)
	quarters := s.quarters(-10, 3)
	p := s.promise(promised, "wells", promise.Terms{
		Title:  w("Twelve wells with hand pumps", "十二眼手压泵水井", "قول پومپىلىق ئون ئىككى قۇدۇق"),
		Task:   water,
		Places: at(threeSprings),
		Team:   waterTeam,
		Office: waterOffice,
		Plan:   once(due),
		Measures: []promise.Measure{s.since("0", counted(
			w("Wells that give water", "出水的水井", "سۇ چىقىۋاتقان قۇدۇق"), w("wells", "眼井", "قۇدۇق"),
			steps(quarters, "4", "12", "12")...))},
		Money: usd(240_000),
		Milestones: []promise.Milestone{
			{Title: w("Places for the wells agreed with the village", "与村里商定井位", "قۇدۇقلارنىڭ ئورنى كەنت بىلەن كېلىشىلدى"), Due: s.on(-8, 1)},
			{Title: w("First pump gives water", "第一台泵出水", "بىرىنچى پومپا سۇ چىقاردى"), Due: s.on(-8, 28)},
		},
	})
	p.pay(s.on(-9, 10), "committed", "USD", 240_000, riverFoundation, waterOffice)

	p.report(s.on(-8, 2), w(
		"Twelve places for wells agreed with the village meeting and marked with stakes. The rig is set up at the first one.",
		"与村民会议商定十二处井位，已打桩标记。钻机已在第一处架好。",
		"كەنت يىغىنى بىلەن ئون ئىككى قۇدۇقنىڭ ئورنى كېلىشىلدى ۋە قوزۇق قېقىپ بەلگە قويۇلدى. بۇرغىلاش ماشىنىسى بىرىنچى ئورۇنغا ئورنىتىلدى.")).
		spends("USD", 24_600).shows(rigScene).passed(s.on(-8, 5))

	p.report(s.on(-8, 24), w(
		"Wells 1 and 2 give water. The rock begins at 60 metres, deeper than the survey said.",
		"1号井和2号井已出水。岩层从60米开始，比勘察所说的深。",
		"1- ۋە 2-قۇدۇق سۇ چىقاردى. تاش قاتلىمى 60 مېتىردىن باشلىنىدىكەن، بۇ تەكشۈرۈشتە دېيىلگەندىن چوڭقۇر.")).
		reads(0, "2").spends("USD", 61_600).shows(firstPumpScene).passed(s.on(-8, 27))

	p.amend(schedule.AddDays(promised, 90), w(
		"Drilling below 90 metres needs a second rig, which has not arrived yet. With the money promised, eight wells can be drilled to that depth.",
		"钻到90米以下需要第二台钻机，目前尚未运到。按承诺的资金，这样深的井只能打八眼。",
		"90 مېتىردىن چوڭقۇر بۇرغىلاش ئۈچۈن ئىككىنچى بىر بۇرغىلاش ماشىنىسى كېرەك، ئۇ تېخى يېتىپ كەلمىدى. ۋەدە قىلىنغان پۇل بىلەن بۇنداق چوڭقۇرلۇقتا سەككىز قۇدۇق قازغىلى بولىدۇ."),
		func(t *promise.Terms) {
			t.Title = w("Eight wells with hand pumps", "八眼手压泵水井", "قول پومپىلىق سەككىز قۇدۇق")
			t.Plan = once(schedule.AddDays(due, 90))
			m := t.Measures[0]
			m.Targets = steps(quarters, "4", "6", "8")
			t.Measures = []promise.Measure{m}
		})

	p.report(s.on(-4, 14), fromUyghur(w(
		"The second rig came. Wells 3, 4 and 5 drilled to 96 metres; all three give water.",
		"第二台钻机到了。3、4、5号井钻到96米，三眼都出水。",
		"ئىككىنچى بۇرغىلاش ماشىنىسى كەلدى. 3-، 4- ۋە 5-قۇدۇق 96 مېتىرغىچە قېزىلدى؛ ئۈچىلىسى سۇ چىقاردى."))).
		claims(s.on(-4, 11)).reads(0, "5").spends("USD", 71_000).shows(threeWellsScene).passed(s.on(-4, 17))

	p.report(s.on(-2, 2), w(
		"Seventh pump set and tested; its apron is poured. Seven wells give water. The eighth hole was dry and is closed.",
		"第七台泵已安装并试水，井台已浇好。七眼井出水。第八个孔无水，已封。",
		"يەتتىنچى پومپا ئورنىتىلىپ سىناق قىلىندى، سۇپىسى قۇيۇلدى. يەتتە قۇدۇق سۇ چىقىرىۋاتىدۇ. سەككىزىنچى تۆشۈكتىن سۇ چىقمىدى، ئېتىۋېتىلدى.")).
		reads(0, "7").spends("USD", 14_200).shows(apronScene, fromTheRoadScene).says(promise.StateDone).passed(s.on(-2, 5))
}
