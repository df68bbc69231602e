package demo

import (
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// benefits tells the promises of the task Access to benefits.
func (s *story) benefits() {
	s.helpDays()
	s.answerTime()
	s.forms()
	s.guideBook()
	s.clinicDays()
	s.glasses()
}

func (s *story) helpDays() {
	const so, coming = 10, 12 // occurrences that were, and that are still to come
	last := lastBefore(s.today, thursday)
	day := func(n int) string { return schedule.AddDays(last, 14*(n-so+1)) }
	p := s.promise(s.on(-7, 10), "help days", promise.Terms{
		Title:  w("Help with applications for benefits, every second Thursday", "隔周四协助办理福利申请", "ھەر ئىككى ھەپتىدە بىر پەيشەنبە پاراۋانلىق ئىلتىماسىغا ياردەم"),
		Task:   benefits,
		Places: at(deerMeadow, sunnySlope, twoRivers, sandRidge),
		Team:   benefitsTeam,
		Office: benefitsOffice,
		Plan:   every(schedule.Week, 2, day(0), day(so+coming-1)),
	})
	for n := range so {
		if n == 6 {
			p.report(day(n), locale.Plain("en", "Not held: rocks had fallen on the pass road.")).notHeld(day(n)).passed(schedule.AddDays(day(n), 3))
			continue
		}
		p.report(day(n), quiet).held(day(n))
	}
}

// answerTime is a service level: it is counted every four weeks. In one of the periods some answers were late, and for the
// latest nothing was reported.
func (s *story) answerTime() {
	latest := s.ago(12)
	due := func(n int) string { return schedule.AddDays(latest, 28*(n-6)) }
	quarters := s.quarters(-7, 3)
	p := s.promise(s.on(-7, 10), "answer time", promise.Terms{
		Title:  w("Every application for benefits answered within 20 days", "每份福利申请20天内答复", "ھەر بىر پاراۋانلىق ئىلتىماسىغا 20 كۈن ئىچىدە جاۋاب بېرىلىدۇ"),
		Task:   benefits,
		Places: allVillages,
		Team:   benefitsTeam,
		Office: benefitsOffice,
		Plan:   within(20, every(schedule.Week, 4, due(0), due(11))),
		Measures: []promise.Measure{
			down(s.since("47", counted(w("Average days to an answer", "平均答复天数", "جاۋابقىچە بولغان ئوتتۇرىچە كۈن"), w("days", "天", "كۈن"), steps(quarters, "35", "25", "20")...))),
		},
	})
	for n, c := range [][3]int64{{61, 40, 0}, {58, 70, 0}, {0, 9, 0}, {83, 78, 41}, {47, 52, 0}, {39, 38, 0}} {
		note := quiet
		if c[2] > 0 {
			note = w("41 answers were late, most of them for want of a stamp.", "41份逾期答复，多数因缺一个章。", "41 جاۋاب كېچىكتى، كۆپىنچىسىنىڭ سەۋەبى بىر تامغىنىڭ كەملىكى.")
		}
		r := p.report(due(n), note).counts(due(n), c[0], c[1], c[2])
		if c[2] > 0 {
			r.passed(schedule.AddDays(due(n), 4))
		}
	}
	p.report(s.on(-4, 5), quiet).readsFor(0, quarters[0], "33")
	p.report(s.on(-1, 5), quiet).readsFor(0, quarters[1], "26")
}

// forms has no due day: it is a promise for as long as the programme runs.
func (s *story) forms() {
	p := s.promise(s.on(-6, 5), "forms", promise.Terms{
		Title:  w("Forms for benefits in every village house, at any time", "各村委会常备福利申请表", "ھەر بىر كەنت ئۆيىدە پاراۋانلىق ئىلتىماس جەدۋىلى دائىم تېپىلىدۇ"),
		Task:   benefits,
		Places: allVillages,
		Team:   benefitsTeam,
		Office: benefitsOffice,
		Plan:   once(""),
	})
	p.report(s.on(-5, 18), w(
		"Forms lie in all twelve village houses, in three languages.",
		"十二个村委会都备有三种文字的表格。",
		"ئون ئىككى كەنت ئۆيىنىڭ ھەممىسىدە ئۈچ تىلدىكى جەدۋەل بار.")).
		says(promise.StateUnderWay).passed(s.on(-5, 22))
}

func (s *story) guideBook() {
	promised, due := s.on(-7, 10), s.on(-3, 20)
	p := s.promise(promised, "guide book", promise.Terms{
		Title:    w("A guide to benefits, 1,500 copies in three languages", "福利指南，三种文字共1,500册", "پاراۋانلىق قوللانمىسى، ئۈچ تىلدا 1,500 نۇسخا"),
		Task:     benefits,
		Places:   allVillages,
		Team:     benefitsTeam,
		Office:   benefitsOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Copies given out", "已发放册数", "تارقىتىلغان نۇسخا"), w("copies", "册", "نۇسخا"), target(promised, due, "1500"))},
		Money:    cny(13_500),
	})
	p.report(s.on(-3, 16), quiet).reads(0, "1500").spends("CNY", 13_120).says(promise.StateDone).passed(s.on(-3, 20))
}

// clinicDays is overdue by its schedule: the latest day was not reported on.
func (s *story) clinicDays() {
	latest := s.ago(16)
	day := func(n int) string { return schedule.AddDays(latest, 28*(n-5)) }
	p := s.promise(s.on(-7, 14), "clinic days", promise.Terms{
		Title:  w("A doctor in the village every fourth week", "医生每四周进村一次", "دوختۇر ھەر تۆت ھەپتىدە بىر قېتىم كەنتكە كېلىدۇ"),
		Task:   benefits,
		Places: at(deerMeadow, sunnySlope),
		Team:   benefitsTeam,
		Office: benefitsOffice,
		Plan:   every(schedule.Week, 4, day(0), day(17)),
	})
	for n := range 5 {
		p.report(day(n), quiet).held(day(n))
	}
}

func (s *story) glasses() {
	promised, due := s.on(-6, 14), s.on(-2, 24)
	p := s.promise(promised, "glasses", promise.Terms{
		Title:    w("250 pairs of reading glasses, free of charge", "免费老花镜250副", "ھەقسىز 250 دانە ئوقۇش كۆزەينىكى"),
		Task:     benefits,
		Places:   lowerValley,
		Team:     benefitsTeam,
		Office:   benefitsOffice,
		Plan:     once(due),
		Measures: []promise.Measure{counted(w("Glasses given out", "已发放眼镜", "تارقىتىلغان كۆزەينەك"), pieces, target(promised, due, "250"))},
		Money:    usd(1_750),
	})
	p.report(s.on(-2, 22), w(
		"231 given out; nobody asked for the other 19, which stay at the village house.",
		"发放231副；其余19副无人领取，留在村委会。",
		"231 دانە تارقىتىلدى؛ قالغان 19 دانىسىنى ھېچكىم سورىمىدى، ئۇلار كەنت ئۆيىدە تۇرىدۇ.")).
		reads(0, "231").spends("USD", 1_617).says(promise.StateDone).passed(s.on(-2, 26))
}
