package promise_test

import (
	"fmt"
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
	"kept/store/storetest"
)

// stage is a book in which something of everything has happened, for drafts that must be refused.
type stage struct {
	*book
	wells, class, gone     string // promises
	report, passed, others string // reports of the team and of the other organisation
	payment, back          string
	service                string // a promise
	sent                   string // a report that was sent back
}

const picture = "0123456789abcdef0123456789abcdef"

func newStage(t *testing.T, e storetest.Engine) *stage {
	b := newBook(t, e)
	s := &stage{book: b}
	s.wells = b.promise(wells())
	s.class = b.promise(class())
	s.gone = b.add(promise.Promise("org:office", promise.Promised{Terms: wells(), Source: &promise.Source{Format: "iati", Identifier: "XM-1"}}))
	b.add(b.must(promise.Withdraw("org:office", s.gone, locale.Wording{}, ledger.NewSalt)))
	s.report = b.add(b.report(s.wells, "2026-01-05", promise.Report{State: promise.StateUnderWay, Pictures: []string{picture}}))
	s.passed = b.add(b.report(s.wells, "2026-01-05", promise.Report{State: promise.StateUnderWay}))
	b.add(promise.Pass("org:other", s.passed, false, nil, nil))
	s.others = b.add(b.must(promise.ReportOn("org:other", s.wells, "", promise.Report{State: promise.StateUnderWay}, locale.Wording{}, ledger.NewSalt)))
	s.service = b.promise(service())
	s.sent = b.add(b.report(s.wells, "2026-01-05", promise.Report{Pictures: []string{strings.Repeat("e", 32)}}))
	b.add(b.must(promise.SendBack("org:other", s.sent, en("the wrong well"), ledger.NewSalt)))
	b.add(promise.Translate("org:office", s.wells, promise.Translation{Version: 1, Path: "measure.0.unit", Lang: "zh-Hans", Text: "眼"}))
	s.payment = b.add(promise.Pay("org:office", s.wells, "2026-01-05", promise.Payment{Type: "spent", Currency: "USD", Minor: 5}))
	s.back = b.add(promise.Pay("org:office", s.wells, "2026-01-05", promise.Payment{Type: "spent", Currency: "USD", Minor: 5}))
	b.add(promise.TakeBack("org:office", s.back))
	return s
}

// terms drafts a promise whose terms are changed.
func (s *stage) terms(change func(*promise.Terms)) ledger.Draft {
	t := wells()
	change(&t)
	return promise.Promise("org:office", promise.Promised{Terms: t})
}

func (s *stage) source(change func(*promise.Source)) ledger.Draft {
	source := &promise.Source{Format: "iati", Identifier: "XM-2"}
	change(source)
	return promise.Promise("org:office", promise.Promised{Terms: wells(), Source: source})
}

func (s *stage) reading(x promise.Reading) ledger.Draft {
	return s.book.report(s.wells, "2026-01-05", promise.Report{Readings: []promise.Reading{x}})
}

func (s *stage) pay(change func(*promise.Payment)) ledger.Draft {
	p := promise.Payment{Type: "spent", Currency: "USD", Minor: 1}
	change(&p)
	return promise.Pay("org:office", s.wells, "2026-01-05", p)
}

func (s *stage) pass(who string, pictures ...promise.Passed) ledger.Draft {
	var bodies []ledger.Picture
	for i := range pictures {
		pictures[i].SHA256 = ledger.HashBytes(ledgertest.PNG)
		bodies = []ledger.Picture{{SHA256: pictures[i].SHA256, Media: "image/png", Body: ledgertest.PNG}}
	}
	return promise.Pass(who, s.report, true, pictures, bodies)
}

func (s *stage) refuse(refused ...promise.Refused) ledger.Draft {
	return promise.Pass("org:other", s.report, true, nil, nil, refused...)
}

func (s *stage) sendBack(who, report string) ledger.Draft {
	return s.must(promise.SendBack(who, report, en("the wrong well"), ledger.NewSalt))
}

// counts drafts a report on the first period of the service level.
func (s *stage) counts(received, answered, late int64) ledger.Draft {
	return s.book.report(s.service, "", promise.Report{Service: &promise.Service{Due: "2026-03-31", Received: received, Answered: answered, Late: late}})
}

func (s *stage) translate(version int64, path, lang, text string) ledger.Draft {
	return promise.Translate("org:office", s.wells, promise.Translation{Version: version, Path: path, Lang: lang, Text: text})
}

// refusals has at least one draft for every code with which this subject refuses.
var refusals = []struct {
	name, code string
	draft      func(s *stage) ledger.Draft
}{
	{"no places", "terms.size", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Places = nil }) }},
	{"too many measures", "terms.size", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures = make([]promise.Measure, 61) })
	}},
	{"too many targets", "terms.size", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Targets = make([]promise.Target, 121) })
	}},
	{"a place twice", "terms.place-twice", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Places = []string{"a", "b", "a"} })
	}},
	{"a role without a name", "terms.role", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Parties = []promise.Party{{Organisation: "office"}} })
	}},
	{"no title", "wording.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Title = locale.Wording{} }) }},
	{"a unit of blanks", "wording.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Measures[0].Unit = en(" ") }) }},
	{"no year", "measure.baseline", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Baseline = &promise.Baseline{Value: "1"} })
	}},
	{"a baseline in words", "measure.baseline", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Baseline = &promise.Baseline{Value: "few", Year: 2025} })
	}},
	{"a target with a comma", "measure.value", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Targets[0].Value = "1,5" })
	}},
	{"a target with a zero before it", "measure.value", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Targets[0].Value = "012" })
	}},
	{"a period twice", "measure.period-twice", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Targets[1] = t.Measures[0].Targets[0] })
	}},
	{"a day that is none", "day.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Plan.Due = "2026-02-30" }) }},
	{"a milestone without a day", "day.bad", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Milestones = []promise.Milestone{{Title: en("drill")}} })
	}},
	{"half a period", "day.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Money[0].From = "2026-01-01" }) }},
	{"a period backwards", "period.backwards", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Measures[0].Targets[0].To = "2025-12-31" })
	}},
	{"a currency in small letters", "money.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Money[0].Currency = "usd" }) }},
	{"more money than can be counted", "money.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Money[0].Minor = 1<<53 + 1 }) }},
	{"a plan of another kind", "plan.bad", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Plan.Kind = "soon" }) }},
	{"once, by a rule", "plan.bad", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Plan.Rule = class().Plan.Rule })
	}},
	{"a schedule that never comes due", "plan.bad", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) {
			t.Plan = promise.Plan{Kind: promise.Schedule, Rule: &schedule.Rule{Every: schedule.Week, Interval: 1, From: "2027-01-01"}}
		})
	}},
	{"a schedule within so many days", "plan.within", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Plan = class().Plan; t.Plan.Within = 20 })
	}},
	{"once within so many days", "plan.within", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Plan.Within = 1 }) }},
	{"a service level without days", "plan.within", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Plan = service().Plan; t.Plan.Within = 0 })
	}},
	{"a service level of more than a year", "plan.within", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Plan = service().Plan; t.Plan.Within = promise.MaxWithin + 1 })
	}},
	{"a service level without periods", "plan.bad", func(s *stage) ledger.Draft {
		return s.terms(func(t *promise.Terms) { t.Plan = service().Plan; t.Plan.Rule = nil })
	}},
	{"another task", "task.unknown", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Task = "singing" }) }},
	{"another place", "place.unknown", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Places = []string{"a", "z"} }) }},
	{"another team", "team.unknown", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Team = "office" }) }},
	{"another office", "organisation.unknown", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Office = "team" }) }},
	{"money of nobody here", "organisation.unknown", func(s *stage) ledger.Draft { return s.terms(func(t *promise.Terms) { t.Money[0].Source = "z" }) }},
	{"a source of another format", "source.bad", func(s *stage) ledger.Draft { return s.source(func(x *promise.Source) { x.Format = "csv" }) }},
	{"a source without a name", "source.bad", func(s *stage) ledger.Draft { return s.source(func(x *promise.Source) { x.Identifier = "" }) }},
	{"a document on nobody's site", "source.document", func(s *stage) ledger.Draft {
		return s.source(func(x *promise.Source) { x.Documents = []promise.Document{{Address: "javascript:alert(1)"}} })
	}},
	{"a document with someone's password", "source.document", func(s *stage) ledger.Draft {
		return s.source(func(x *promise.Source) {
			x.Documents = []promise.Document{{Address: "https://me:secret@example.org/"}}
		})
	}},
	{"a document whose title turns the line around", "source.document", func(s *stage) ledger.Draft {
		return s.source(func(x *promise.Source) {
			x.Documents = []promise.Document{{Title: "a\u202eb", Address: "https://example.org/"}}
		})
	}},
	{"a source of no import", "import.unknown", func(s *stage) ledger.Draft { return s.source(func(x *promise.Source) { x.Import = picture }) }},
	{"a source twice", "source.there-already", func(s *stage) ledger.Draft { return s.source(func(x *promise.Source) { x.Identifier = "XM-1" }) }},

	{"an amendment of a report", "promise.unknown", func(s *stage) ledger.Draft { return s.amend(s.report, 1, wells()) }},
	{"an amendment of nothing", "promise.unknown", func(s *stage) ledger.Draft { return s.amend("", 1, wells()) }},
	{"an amendment of what was withdrawn", "promise.withdrawn", func(s *stage) ledger.Draft { return s.amend(s.gone, 1, class()) }},
	{"an amendment of an old version", "amendment.stale", func(s *stage) ledger.Draft { return s.amend(s.wells, 0, class()) }},
	{"an amendment of a version to come", "amendment.stale", func(s *stage) ledger.Draft { return s.amend(s.wells, 2, class()) }},
	{"an amendment of nothing in it", "amendment.nothing", func(s *stage) ledger.Draft { return s.amend(s.wells, 1, wells()) }},
	{"an amendment of a well to a class", "amendment.other-plan", func(s *stage) ledger.Draft { return s.amend(s.wells, 1, class()) }},
	{"an amendment to another task", "task.unknown", func(s *stage) ledger.Draft {
		t := wells()
		t.Task = "singing"
		return s.amend(s.wells, 1, t)
	}},
	{"withdrawn twice", "promise.withdrawn", func(s *stage) ledger.Draft {
		return s.must(promise.Withdraw("org:office", s.gone, locale.Wording{}, ledger.NewSalt))
	}},
	{"withdrawn by nobody known", "who.unknown", func(s *stage) ledger.Draft {
		return s.must(promise.Withdraw("org:z", s.wells, locale.Wording{}, ledger.NewSalt))
	}},

	{"a report on what was withdrawn", "promise.withdrawn", func(s *stage) ledger.Draft {
		return s.book.report(s.gone, "", promise.Report{State: promise.StateDone})
	}},
	{"a report on nothing", "promise.unknown", func(s *stage) ledger.Draft { return s.book.report("", "", promise.Report{State: promise.StateDone}) }},
	{"a report of nothing", "report.empty", func(s *stage) ledger.Draft { return s.book.report(s.wells, "", promise.Report{}) }},
	{"a report that says kept", "report.state", func(s *stage) ledger.Draft { return s.book.report(s.wells, "", promise.Report{State: "kept"}) }},
	{"a note under a name that is no language", "text.language", func(s *stage) ledger.Draft {
		hash, texts := ledger.Hash(promise.FieldNote, "en", map[string]string{"en": "note", "phone": "1"}, ledger.NewSalt)
		return ledger.Draft{Kind: promise.KindReport, Who: "team:team", About: s.wells, Data: promise.Report{Note: hash}, Texts: texts}
	}},
	{"too many readings", "report.size", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Readings: make([]promise.Reading, 61)})
	}},
	{"a picture by name", "report.picture", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Pictures: []string{"well.jpg"}})
	}},
	{"a picture twice", "report.picture", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Pictures: []string{picture, picture}})
	}},
	{"a currency twice", "money.twice", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Spent: []promise.Spent{{"USD", 1}, {"USD", 2}}})
	}},
	{"spent in no currency", "money.bad", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Spent: []promise.Spent{{"", 1}}})
	}},
	{"a class on another day", "occurrence.unknown", func(s *stage) ledger.Draft {
		return s.book.report(s.class, "", promise.Report{Occurrence: &promise.Occurrence{Due: "2026-02-02", Held: true}})
	}},
	{"a class where a well is promised", "occurrence.unknown", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Occurrence: &promise.Occurrence{Due: "2026-06-30", Held: true}})
	}},
	{"counts where a class is promised", "service.other-plan", func(s *stage) ledger.Draft {
		return s.book.report(s.class, "", promise.Report{Service: &promise.Service{Due: "2026-02-01"}})
	}},
	{"counts where a well is promised", "service.other-plan", func(s *stage) ledger.Draft {
		return s.book.report(s.wells, "", promise.Report{Service: &promise.Service{}})
	}},
	{"held where counts are promised", "service.other-plan", func(s *stage) ledger.Draft {
		return s.book.report(s.service, "", promise.Report{Occurrence: &promise.Occurrence{Due: "2026-03-31", Held: true}})
	}},
	{"held and counted", "service.other-plan", func(s *stage) ledger.Draft {
		return s.book.report(s.service, "", promise.Report{Occurrence: &promise.Occurrence{Due: "2026-03-31"}, Service: &promise.Service{Due: "2026-03-31"}})
	}},
	{"counts of another period", "occurrence.unknown", func(s *stage) ledger.Draft {
		return s.book.report(s.service, "", promise.Report{Service: &promise.Service{Due: "2026-03-30"}})
	}},
	{"more late than answered", "service.counts", func(s *stage) ledger.Draft { return s.counts(9, 3, 4) }},
	{"less than nothing received", "service.counts", func(s *stage) ledger.Draft { return s.counts(-1, 0, 0) }},
	{"less than nothing answered", "service.counts", func(s *stage) ledger.Draft { return s.counts(0, -1, -1) }},
	{"less than nothing late", "service.counts", func(s *stage) ledger.Draft { return s.counts(0, 0, -1) }},
	{"more than can be counted", "service.counts", func(s *stage) ledger.Draft { return s.counts(1<<53+1, 0, 0) }},
	{"a reading of nothing measured", "measure.unknown", func(s *stage) ledger.Draft { return s.reading(promise.Reading{Measure: 1, Value: "1"}) }},
	{"a reading in words", "measure.value", func(s *stage) ledger.Draft { return s.reading(promise.Reading{Value: "many"}) }},
	{"no value", "measure.value", func(s *stage) ledger.Draft { return s.reading(promise.Reading{}) }},
	{"a reading of half a period", "day.bad", func(s *stage) ledger.Draft { return s.reading(promise.Reading{Value: "1", To: "2026-03-31"}) }},
	{"early, but for no period", "day.bad", func(s *stage) ledger.Draft { return s.reading(promise.Reading{Value: "1", Early: true}) }},
	{"a reading of a period backwards", "period.backwards", func(s *stage) ledger.Draft {
		return s.reading(promise.Reading{Value: "1", From: "2026-03-31", To: "2026-01-01"})
	}},

	{"passing a promise", "report.unknown", func(s *stage) ledger.Draft { return promise.Pass("org:other", s.wells, true, nil, nil) }},
	{"passing twice", "passing.done-before", func(s *stage) ledger.Draft { return promise.Pass("org:funder", s.passed, true, nil, nil) }},
	{"passing by nobody known", "who.unknown", func(s *stage) ledger.Draft { return s.pass("org:z") }},
	{"passing another picture", "report.picture", func(s *stage) ledger.Draft {
		return s.pass("org:other", promise.Passed{ID: strings.Repeat("f", 32), Shows: en("a well")})
	}},
	{"passing a picture twice", "report.picture", func(s *stage) ledger.Draft {
		return s.pass("org:other", promise.Passed{ID: picture, Shows: en("a well")}, promise.Passed{ID: picture, Shows: en("a well")})
	}},
	{"passing a picture without words", "wording.bad", func(s *stage) ledger.Draft { return s.pass("org:other", promise.Passed{ID: picture}) }},
	{"refusing another picture", "report.picture", func(s *stage) ledger.Draft {
		return s.refuse(promise.Refused{ID: strings.Repeat("f", 32), Reason: "person"})
	}},
	{"refusing a picture twice", "report.picture", func(s *stage) ledger.Draft {
		return s.refuse(promise.Refused{ID: picture, Reason: "person"}, promise.Refused{ID: picture, Reason: "person"})
	}},
	{"refusing a picture that is passed", "report.picture", func(s *stage) ledger.Draft {
		d := s.pass("org:other", promise.Passed{ID: picture, Shows: en("a well")})
		both := d.Data.(promise.Passing)
		both.Refused = []promise.Refused{{ID: picture, Reason: "person"}}
		d.Data = both
		return d
	}},
	{"refusing a picture for no listed reason", "passing.reason", func(s *stage) ledger.Draft {
		return s.refuse(promise.Refused{ID: picture, Reason: "ugly"})
	}},
	{"passing by the team", "passing.own-report", func(s *stage) ledger.Draft { return s.pass("team:team") }},

	{"passing what was sent back", "passing.sent-back", func(s *stage) ledger.Draft { return promise.Pass("org:other", s.sent, false, nil, nil) }},

	{"sending back a promise", "report.unknown", func(s *stage) ledger.Draft { return s.sendBack("org:other", s.wells) }},
	{"sending back twice", "sending-back.done-before", func(s *stage) ledger.Draft { return s.sendBack("org:funder", s.sent) }},
	{"sending back by nobody known", "who.unknown", func(s *stage) ledger.Draft { return s.sendBack("org:z", s.report) }},
	{"sending back by the team", "sending-back.own-report", func(s *stage) ledger.Draft { return s.sendBack("team:team", s.report) }},
	{"sending back by a team", "sending-back.own-report", func(s *stage) ledger.Draft { return s.sendBack("team:team", s.others) }},
	{"sending back one's own", "sending-back.own-report", func(s *stage) ledger.Draft { return s.sendBack("org:other", s.others) }},
	{"sending back without a reason", "sending-back.no-reason", func(s *stage) ledger.Draft {
		return s.must(promise.SendBack("org:other", s.report, locale.Wording{}, ledger.NewSalt))
	}},

	{"a translation of a report", "promise.unknown", func(s *stage) ledger.Draft {
		return promise.Translate("org:office", s.report, promise.Translation{Version: 1, Path: "title", Lang: "ug", Text: "قۇدۇق"})
	}},
	{"a translation by nobody known", "who.unknown", func(s *stage) ledger.Draft {
		return promise.Translate("org:z", s.wells, promise.Translation{Version: 1, Path: "title", Lang: "ug", Text: "قۇدۇق"})
	}},
	{"a translation of an old version", "translated.stale", func(s *stage) ledger.Draft { return s.translate(0, "title", "ug", "قۇدۇق") }},
	{"a translation of no words", "translated.path", func(s *stage) ledger.Draft { return s.translate(1, "measure.1.name", "ug", "قۇدۇق") }},
	{"a translation of words that are none", "translated.path", func(s *stage) ledger.Draft { return s.translate(1, "task", "ug", "قۇدۇق") }},
	{"a translation of a milestone that is none", "translated.path", func(s *stage) ledger.Draft { return s.translate(1, "milestone.0.title", "ug", "قۇدۇق") }},
	{"another original", "translated.original", func(s *stage) ledger.Draft { return s.translate(1, "title", "en", "Fewer wells") }},
	{"the same translation again", "translated.nothing", func(s *stage) ledger.Draft { return s.translate(1, "measure.0.unit", "zh-Hans", "眼") }},
	{"a translation without words", "wording.bad", func(s *stage) ledger.Draft { return s.translate(1, "title", "ug", "") }},
	{"a translation into what is no language", "wording.bad", func(s *stage) ledger.Draft { return s.translate(1, "title", "phone", "1") }},

	{"a payment of another type", "payment.type", func(s *stage) ledger.Draft { return s.pay(func(p *promise.Payment) { p.Type = "promised" }) }},
	{"a payment in no currency", "money.bad", func(s *stage) ledger.Draft { return s.pay(func(p *promise.Payment) { p.Currency = "US" }) }},
	{"a payment to nobody known", "organisation.unknown", func(s *stage) ledger.Draft { return s.pay(func(p *promise.Payment) { p.To = "z" }) }},
	{"a payment for a report", "promise.unknown", func(s *stage) ledger.Draft {
		return promise.Pay("org:office", s.report, "", promise.Payment{Type: "spent", Currency: "USD", Minor: 1})
	}},
	{"taking back a report", "payment.unknown", func(s *stage) ledger.Draft { return promise.TakeBack("org:office", s.report) }},
	{"taking back twice", "payment.withdrawn", func(s *stage) ledger.Draft { return promise.TakeBack("org:office", s.back) }},
	{"taking back by nobody known", "who.unknown", func(s *stage) ledger.Draft { return promise.TakeBack("org:z", s.payment) }},
}

// TestRefusals reaches every code with which this subject refuses an entry, and sees that a refused entry leaves nothing.
func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newStage(t, e)
		before, err := ledgertest.Dump(s.DB, s.Rules.Tables()...)
		if err != nil {
			t.Fatal(err)
		}
		reached := map[string]bool{
			// A picture comes with its bytes, and the ledger compares their hash first.
			"text.not-a-hash": true,
		}
		for _, test := range refusals {
			t.Run(test.name, func(t *testing.T) { ledgertest.Refused(t, s.Book, test.code, test.draft(s)) })
			reached[test.code] = true
		}
		for _, code := range refusalsIn(t, ".") {
			if !reached[code] {
				t.Errorf("no draft is refused with %s", code)
			}
		}
		after, err := ledgertest.Dump(s.DB, s.Rules.Tables()...)
		if err != nil {
			t.Fatal(err)
		}
		for table := range before {
			if strings.Join(before[table], "\n") != strings.Join(after[table], "\n") {
				t.Errorf("refused entries left something in %s", table)
			}
		}
	})
}

// TestBadTexts: the drafting functions themselves refuse a text that may not stand beside the book.
func TestBadTexts(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", promise.MaxText+1), "\x00", "a\u202eb"} {
		_, err := promise.ReportOn("team:team", picture, "", promise.Report{}, en(text), ledger.NewSalt)
		if r := ledger.Refused(err); r == nil || r.Code != "wording.bad" {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if _, err := promise.Withdraw("org:office", picture, en(strings.Repeat("x\n", promise.MaxText/2)), ledger.NewSalt); err != nil {
		t.Errorf("the longest text: %v", err)
	}
}

// TestS11NobodyPassesTheirOwnReport: neither the team, nor who sends it, nor any team at all.
func TestS11NobodyPassesTheirOwnReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newStage(t, e)
		for _, test := range []struct{ report, who string }{
			{s.report, "team:team"}, {s.report, "org:office"}, // the office sends the team
			{s.others, "org:other"}, {s.others, "team:team"},
		} {
			ledgertest.Refused(t, s.Book, "passing.own-report", promise.Pass(test.who, test.report, true, nil, nil))
		}
		s.add(s.pass("org:other", promise.Passed{ID: picture, Shows: en("a well")}))
		s.add(promise.Pass("org:office", s.others, false, nil, nil))
		if row := one(s.book, promise.Pictures, "WHERE v.id = $1", picture); row.SHA256 != ledger.HashBytes(ledgertest.PNG) || row.Passed == 0 {
			t.Errorf("the passed picture: %+v", row)
		}
		if row := s.row(s.wells); row.Shown != 1 {
			t.Errorf("%d pictures may be shown", row.Shown)
		}
	})
}

// TestS11HiddenUntilPassed: a note may be shown only once it was passed, and only if the passing says so.
func TestS11HiddenUntilPassed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := newBook(t, e)
		id := b.promise(wells())
		var reports []string
		for range 3 {
			reports = append(reports, b.add(b.must(promise.ReportOn("team:team", id, "", promise.Report{}, en("a note"), ledger.NewSalt))))
		}
		b.add(promise.Pass("org:other", reports[0], true, nil, nil), promise.Pass("org:other", reports[1], false, nil, nil))
		var shown []int64
		for _, r := range rows(b, promise.Reports, "ORDER BY v.seq") {
			shown = append(shown, r.NoteShown)
		}
		if shown[0] != 1 || shown[1] != 0 || shown[2] != 0 {
			t.Errorf("shown: %v, should be only the first", shown)
		}
	})
}

// TestRefusedPicture: a picture that is refused stays out of sight, with its reason; one of which nothing was said, without.
func TestRefusedPicture(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := newBook(t, e)
		id := b.promise(wells())
		person, shown, silent := strings.Repeat("a", 32), strings.Repeat("b", 32), strings.Repeat("c", 32)
		report := b.add(b.must(promise.ReportOn("team:team", id, "", promise.Report{Pictures: []string{person, shown, silent}}, locale.Wording{}, ledger.NewSalt)))
		sum := ledger.HashBytes(ledgertest.PNG)
		b.add(promise.Pass("org:other", report, false, []promise.Passed{{ID: shown, SHA256: sum, Shows: en("a well")}},
			[]ledger.Picture{{SHA256: sum, Media: "image/png", Body: ledgertest.PNG}}, promise.Refused{ID: person, Reason: "person"}))
		var got []string
		for _, r := range rows(b, promise.Pictures, "ORDER BY v.id") {
			got = append(got, fmt.Sprintf("%t %q", r.SHA256 != "", r.Reason))
		}
		b.want("the pictures", strings.Join(got, ", "), `false "person", true "", false ""`)
		if r := one(b, promise.Reports, "WHERE v.id = $1", report); r.Shown != 1 || r.Passed == 0 {
			t.Errorf("the report: %+v", r)
		}
	})
}
