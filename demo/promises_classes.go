package demo

import (
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// classes tells the other promises of the task Classes.
func (s *story) classes() {
	s.readingEvenings()
	s.repairCourse()
	s.readingRoom()
	s.healthTalks()
	s.sewingClass()
}

// weeks are days of the week in a row, the first on or after a day.
func (s *story) weeks(from string, weekday, n int) (days []string) {
	first := schedule.AddDays(lastBefore(from, weekday), 7)
	for i := range n {
		days = append(days, schedule.AddDays(first, 7*i))
	}
	return days
}

func (s *story) readingEvenings() {
	days := s.weeks(s.on(-8, 14), thursday, 10)
	p := s.promise(s.on(-9, 20), "reading evenings", promise.Terms{
		Title:  w("Ten evenings of reading and writing", "十晚读写课", "ئون كەچ ئوقۇش-يېزىش دەرسى"),
		Task:   classes,
		Places: at(willowFord),
		Team:   classTeam,
		Office: schoolOffice,
		Plan:   every(schedule.Week, 1, days[0], days[9]),
		Money:  usd(600),
	})
	for i, day := range days {
		r := p.report(day, quiet).held(day).spends("USD", 58)
		if i == 9 {
			r.note = w("Tenth evening. The village asked for ten more.", "第十晚。村里希望再办十晚。", "ئونىنچى كەچ. كەنت يەنە ئون كەچ دەرس سورىدى.")
			r.says(promise.StateDone).passed(schedule.AddDays(day, 3))
		}
	}
}

func (s *story) repairCourse() {
	days := s.weeks(s.on(-6, 5), saturday, 8)
	p := s.promise(s.on(-8, 20), "repair course", promise.Terms{
		Title:  w("Eight Saturdays on mending pumps and engines", "八个周六：水泵和发动机维修课", "سەككىز شەنبە: پومپا ۋە موتور رېمونت قىلىش كۇرسى"),
		Task:   classes,
		Places: at(pineGate),
		Team:   classTeam,
		Office: schoolOffice,
		Plan:   every(schedule.Week, 1, days[0], days[7]),
		Money:  usd(1_900),
	})
	for i, day := range days {
		r := p.report(day, quiet).held(day).spends("USD", 225)
		if i == 7 {
			r.says(promise.StateDone).passed(schedule.AddDays(day, 4))
		}
	}
}

func (s *story) readingRoom() {
	promised, due := s.on(-8, 20), s.on(-4, 10)
	p := s.promise(promised, "reading room", promise.Terms{
		Title:    w("Reading room with 400 books in three languages", "阅览室一间，三种文字图书400册", "ئۈچ تىلدىكى 400 كىتابلىق قىرائەتخانا"),
		Task:     classes,
		Places:   at(quietLake),
		Team:     classTeam,
		Office:   schoolOffice,
		Plan:     once(due),
		Measures: []promise.Measure{s.since("0", counted(w("Books on the shelves", "上架图书", "جازىغا تىزىلغان كىتاب"), w("books", "册", "كىتاب"), target(promised, due, "400")))},
		Money:    cny(26_000),
	})
	p.report(s.on(-4, 8), locale.Plain("zh-Hans", "412册图书已上架。除集日外每天开放。")).
		reads(0, "412").spends("CNY", 25_400).says(promise.StateDone).passed(s.on(-4, 12))
}

func (s *story) healthTalks() {
	p := s.promise(s.on(-8, 20), "health talks", promise.Terms{
		Title:  w("A talk on health in every village, each quarter", "每季度在各村办健康讲座", "ھەر پەسىلدە ھەر بىر كەنتتە ساغلاملىق سۆھبىتى"),
		Task:   classes,
		Places: allVillages,
		Team:   benefitsTeam,
		Office: schoolOffice,
		Plan:   every(schedule.Quarter, 1, s.on(-7, 24), ""),
		Measures: []promise.Measure{counted(w("Villages with a talk in the quarter", "本季度办过讲座的村", "شۇ پەسىلدە سۆھبەت ئۆتكۈزۈلگەن كەنت"), villages,
			steps(s.quarters(-7, 3), "12", "12", "12")...)},
	})
	p.report(s.on(-7, 24), quiet).held(s.on(-7, 24)).reads(0, "11").passed(s.on(-7, 28))
	p.report(s.on(-4, 24), quiet).held(s.on(-4, 24)).reads(0, "12").passed(s.on(-4, 28))
	p.report(s.on(-1, 24), quiet).held(s.on(-1, 24)).reads(0, "12")
}

func (s *story) sewingClass() {
	days := s.weeks(s.in(20), thursday, 12)
	s.promise(s.on(-1, 12), "sewing class", promise.Terms{
		Title:  w("Twelve evenings of sewing and pattern cutting", "十二晚裁剪缝纫课", "ئون ئىككى كەچ كىيىم پىچىش ۋە تىكىش دەرسى"),
		Task:   classes,
		Places: at(longField, threeSprings),
		Team:   classTeam,
		Office: schoolOffice,
		Plan:   every(schedule.Week, 1, days[0], days[11]),
		Money:  usd(1_200),
	})
}
