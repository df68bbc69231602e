package demo

import (
	"cmp"
	"fmt"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
)

// story gathers what happens, each with the day on which it is recorded.
type story struct {
	calendar
	steps   []step
	seqs    map[string]int64 // the place in the book of every entry, by its id
	reports []*work          // all reports
}

// step is an entry to come. Its draft is made at the end, when all has been said about it.
type step struct {
	day   string
	id    string
	draft func() (ledger.Draft, error)
	later *Later // in place of a draft
}

// batch is what is recorded on one day.
type batch struct {
	day    string
	drafts []ledger.Draft
	later  *Later // in place of drafts
	id     string
}

func (s *story) add(day, key string, draft func() (ledger.Draft, error)) (id string) {
	id = ledger.DeriveID("demo " + key)
	s.steps = append(s.steps, step{day: day, id: id, draft: draft})
	return id
}

// fact adds an entry that nothing more is said about.
func (s *story) fact(day, kind, key, who string, data any) {
	s.add(day, kind+" "+key, func() (ledger.Draft, error) { return ledger.Draft{Kind: kind, Who: who, Data: data}, nil })
}

func (s *story) batches() (out []batch, err error) {
	slices.SortStableFunc(s.steps, func(a, b step) int { return cmp.Compare(a.day, b.day) })
	s.seqs = map[string]int64{}
	days := 0 // each day that something is recorded on begins with an entry of the book's own
	for i, st := range s.steps {
		if i == 0 || st.day != s.steps[i-1].day {
			days++
		}
		s.seqs[st.id] = int64(i + days)
	}
	for _, st := range s.steps {
		if st.day > s.today {
			return nil, fmt.Errorf("demo: something is recorded on %s, after %s", st.day, s.today)
		}
		if st.later != nil {
			out = append(out, batch{day: st.day, later: st.later, id: st.id})
			continue
		}
		d, err := st.draft()
		if err != nil {
			return nil, fmt.Errorf("demo: %s: %w", st.day, err)
		}
		d.ID = st.id
		if d.Day == "" { // said here, so that writing again gives the same entry whatever the clock says
			d.Day = st.day
		}
		if len(out) == 0 || out[len(out)-1].day != st.day || out[len(out)-1].later != nil {
			out = append(out, batch{day: st.day})
		}
		last := &out[len(out)-1]
		last.drafts = append(last.drafts, d)
	}
	return out, nil
}

// w is a wording in the languages of the sample; English is its original.
func w(en, zh, ug string) locale.Wording {
	return locale.Wording{Original: "en", In: map[string]string{"en": en, "zh-Hans": zh, "ug": ug}}
}

// fromChinese and fromUyghur say that a wording was written in that language first.
func fromChinese(w locale.Wording) locale.Wording { w.Original = "zh-Hans"; return w }
func fromUyghur(w locale.Wording) locale.Wording  { w.Original = "ug"; return w }

// said is a promise whose story is being told.
type said struct {
	s       *story
	key, id string
	who     string // the office, as entries have it
	terms   promise.Terms
	version int64
	count   int // of what was said about it, for ids
}

// promise makes a promise, by the office that must answer for it.
func (s *story) promise(day, key string, t promise.Terms) *said {
	p := &said{s: s, key: key, who: "org:" + t.Office, terms: t, version: 1}
	p.id = s.add(day, "promise "+key, func() (ledger.Draft, error) { return promise.Promise(p.who, promise.Promised{Terms: t}), nil })
	return p
}

// next names the next thing that is said about the promise.
func (p *said) next(what string) string {
	p.count++
	return fmt.Sprintf("%s %s %d", what, p.key, p.count)
}

// amend changes the terms. The change puts new values in place of the old ones and never writes into them, since the
// old terms stand in an entry already.
func (p *said) amend(day string, reason locale.Wording, change func(*promise.Terms)) {
	change(&p.terms)
	key, terms, version := p.next("amendment"), p.terms, p.version
	p.version++
	p.s.add(day, key, func() (ledger.Draft, error) {
		return promise.Amend(p.who, p.id, version, terms, reason, ledger.DerivedSalt("demo "+key))
	})
}

func (p *said) withdraw(day string, reason locale.Wording) {
	key := p.next("withdrawal")
	p.s.add(day, key, func() (ledger.Draft, error) {
		return promise.Withdraw(p.who, p.id, reason, ledger.DerivedSalt("demo "+key))
	})
}

// pay records money on its way from one organisation to another, and returns the entry's id.
func (p *said) pay(day, kind, currency string, whole int64, from, to string) string {
	return p.s.add(day, p.next("payment"), func() (ledger.Draft, error) {
		return promise.Pay(p.who, p.id, day, promise.Payment{Type: kind, Currency: currency, Minor: 100 * whole, From: from, To: to}), nil
	})
}

func (p *said) takeBack(day, payment string) {
	p.s.add(day, p.next("payment-withdrawal"), func() (ledger.Draft, error) { return promise.TakeBack(p.who, payment), nil })
}

// work is a work report that is being written.
type work struct {
	p      *said
	id     string
	key    string
	day    string // that the team says
	note   locale.Wording
	report promise.Report
	scenes []scene
	looked bool // somebody has passed it
}

// report is a work report of the promise's team, recorded on the day that it is about.
func (p *said) report(day string, note locale.Wording) *work {
	r := &work{p: p, key: p.next("report"), day: day, note: note}
	r.id = p.s.add(day, r.key, func() (ledger.Draft, error) {
		return promise.ReportOn("team:"+p.terms.Team, p.id, r.day, r.report, r.note, ledger.DerivedSalt("demo "+r.key))
	})
	p.s.reports = append(p.s.reports, r)
	return r
}

// claims says that the team says another day than that on which the report was recorded.
func (r *work) claims(day string) *work { r.day = day; return r }

// reads adds a reading of a measure, for the period in which the report's day lies.
func (r *work) reads(measure int64, value string) *work {
	r.report.Readings = append(r.report.Readings, promise.Reading{Measure: measure, Value: value})
	return r
}

// readsFor adds a reading for a named period.
func (r *work) readsFor(measure int64, period [2]string, value string) *work {
	r.report.Readings = append(r.report.Readings, promise.Reading{Measure: measure, From: period[0], To: period[1], Value: value})
	return r
}

func (r *work) spends(currency string, whole int64) *work {
	r.report.Spent = append(r.report.Spent, promise.Spent{Currency: currency, Minor: 100 * whole})
	return r
}

func (r *work) held(due string) *work {
	r.report.Occurrence = &promise.Occurrence{Due: due, Held: true}
	return r
}

func (r *work) notHeld(due string) *work {
	r.report.Occurrence = &promise.Occurrence{Due: due}
	return r
}

func (r *work) says(state string) *work { r.report.State = state; return r }

func (r *work) shows(scenes ...scene) *work {
	for _, sc := range scenes {
		r.report.Pictures = append(r.report.Pictures, sc.id(r.key))
	}
	r.scenes = append(r.scenes, scenes...)
	return r
}

// passed says that someone of the farmers' association looked at the report, all of which may be shown.
func (r *work) passed(day string) *work {
	r.looked = true
	r.p.s.add(day, "passing "+r.key, func() (ledger.Draft, error) {
		var pictures []promise.Passed
		var bodies []ledger.Picture
		for _, sc := range r.scenes {
			body, err := sc.png()
			if err != nil {
				return ledger.Draft{}, err
			}
			sum := ledger.HashBytes(body)
			pictures = append(pictures, promise.Passed{ID: sc.id(r.key), SHA256: sum, Shows: sc.shows})
			bodies = append(bodies, ledger.Picture{SHA256: sum, Media: "image/png", Body: body})
		}
		return promise.Pass("org:"+farmersAssociation, r.id, !r.note.IsZero(), pictures, bodies), nil
	})
	return r
}

// counts says how many applications came in, were answered, and were answered late.
func (r *work) counts(due string, received, answered, late int64) *work {
	r.report.Service = &promise.Service{Due: due, Received: received, Answered: answered, Late: late}
	return r
}

// sentBack says that the office that must answer for the promise sent the report back.
func (r *work) sentBack(day string, reason locale.Wording) *work {
	key := "sending-back " + r.key
	r.p.s.add(day, key, func() (ledger.Draft, error) {
		return promise.SendBack(r.p.who, r.id, reason, ledger.DerivedSalt("demo "+key))
	})
	return r
}

// translate adds a translation of words that the promise had without it.
func (p *said) translate(day, path, lang, text string) {
	version := p.version
	p.s.add(day, p.next("translation"), func() (ledger.Draft, error) {
		return promise.Translate(p.who, p.id, promise.Translation{Version: version, Path: path, Lang: lang, Text: text}), nil
	})
}

// once is a plan that is due on one day, or on none.
func once(due string) promise.Plan { return promise.Plan{Kind: promise.Once, Due: due} }

// every is a plan that is due again and again; without a last day it ends with the programme.
func every(step string, interval int, from, until string) promise.Plan {
	return promise.Plan{Kind: promise.Schedule, Rule: &schedule.Rule{Every: step, Interval: interval, From: from, Until: until}}
}

// within is a plan by which each case is answered within so many days, counted by a schedule.
func within(days int, p promise.Plan) promise.Plan {
	p.Kind, p.Within = promise.ServiceLevel, days
	return p
}

func counted(name, unit locale.Wording, targets ...promise.Target) promise.Measure {
	return promise.Measure{Name: name, Unit: unit, Targets: targets}
}

// since gives a measure the value at which it stood before the programme.
func (s *story) since(value string, m promise.Measure) promise.Measure {
	m.Baseline = &promise.Baseline{Value: value, Year: s.baseYear()}
	return m
}

// down says that less is better.
func down(m promise.Measure) promise.Measure { m.Down = true; return m }

func target(from, to, value string) promise.Target {
	return promise.Target{From: from, To: to, Value: value}
}

// steps are targets for periods in a row.
func steps(periods [][2]string, values ...string) (out []promise.Target) {
	for i, v := range values {
		out = append(out, target(periods[i][0], periods[i][1], v))
	}
	return out
}

func usd(whole int64) []promise.Money {
	return []promise.Money{{Source: riverFoundation, Currency: "USD", Minor: 100 * whole}}
}

func cny(whole int64) []promise.Money {
	return []promise.Money{{Source: districtTreasury, Currency: "CNY", Minor: 100 * whole}}
}

// programme opens the programme.
func (s *story) programme() {
	s.fact(s.opened(), programme.KindProgramme, Name, "org:"+stoneBridge, programme.Programme{
		Name:  Name,
		Title: w("Clear Valley", "清谷", "سۈزۈك ۋادى"),
		Goal: w("Water within 300 metres of every house, two harvests a year on the lower fields, and accounts that every village can read.",
			"每户300米以内有水，下游田地一年两熟，账目每个村都看得懂。",
			"ھەر بىر ئۆيگە 300 مېتىر ئىچىدە سۇ، تۆۋەنكى ئېتىزلاردا يىلدا ئىككى قېتىم ھوسۇل، ھەر بىر كەنت ئوقۇيالايدىغان ھېسابات."),
		From: s.opened(), Until: s.end(13), Zone: "UTC", Languages: []string{"en", "zh-Hans", "ug"}})
}

// opened is the day on which the programme begins.
func (s *story) opened() string { return s.on(-11, 1) }

// inPlace is the day since which all teams are in their villages.
func (s *story) inPlace() string { return s.end(-10) }
