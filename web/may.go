package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/schedule"
	"kept/staff"
	"kept/store"
	"kept/voice"
)

// This file is all there is of who may do what. Routes name a permission, the table says which roles have it, and the
// functions say how far it reaches; pages and forms ask nothing else.

// permission is what a route needs.
type permission string

const (
	public   permission = "public"   // everybody, without a cookie
	resident permission = "resident" // the same, with a form and without a trace: answering with a card
	door     permission = "door"     // everybody, at the door of an office: signing in, invitations

	see      permission = "see"       // what waits, how things stand
	plan     permission = "plan"      // promising, amending, withdrawing, paying
	settle   permission = "settle"    // places, organisations, teams, tasks
	report   permission = "report"    // work reports
	look     permission = "look"      // reading a report that is not public
	pass     permission = "pass"      // letting notes and pictures be seen
	sendBack permission = "send-back" // sending reports back
	ask      permission = "ask"       // proposing a round
	hold     permission = "hold"      // taking a round on, its cards, stopping it, entering a tally
	answer   permission = "answer"    // answering what a village has said
	account  permission = "review"    // publishing reviews
	own      permission = "own"       // one's own ways to sign in
	govern   permission = "govern"    // accounts, programmes, backups; no content
)

// may says which roles have a permission.
var may = map[permission][]staff.Role{
	see:      {staff.Office, staff.Team, staff.Reviewer},
	plan:     {staff.Office},
	settle:   {staff.Office},
	report:   {staff.Team},
	look:     {staff.Office, staff.Team, staff.Reviewer},
	pass:     {staff.Reviewer},
	sendBack: {staff.Office, staff.Reviewer},
	ask:      {staff.Office},
	hold:     {staff.Reviewer},
	answer:   {staff.Office},
	account:  {staff.Office},
	own:      {staff.Office, staff.Team, staff.Reviewer, staff.Admin},
	govern:   {staff.Admin},
}

// allows says whether who is signed in has a permission.
func (m *me) allows(what permission) bool {
	return m != nil && slices.Contains(may[what], m.Grant.Role)
}

var forbidden = &fault{403, "error.forbidden"}

// May is allows for pages, which offer only what can be done.
func (p Page) May(what string) bool { return p.Me.allows(permission(what)) }

// reaches says whether all these places lie in those of the grant.
func (m *me) reaches(tx *store.Tx, places []string) (bool, error) {
	if len(m.Grant.Places) == 0 {
		return true, nil
	}
	var keys [][]any
	for _, place := range places {
		for _, above := range m.Grant.Places {
			keys = append(keys, []any{above, place})
		}
	}
	found, err := programme.Above.Load(tx, keys)
	if err != nil {
		return false, err
	}
	inside := map[string]bool{}
	for _, row := range found {
		inside[row.Place] = true
	}
	return !slices.ContainsFunc(places, func(p string) bool { return !inside[p] }), nil
}

// reach is what of the book concerns who is signed in. Lists and counts of an office are read through it.
func (v *visit) reach() figures.Reach {
	r := figures.Reach{Role: figures.Role(v.me.Grant.Role), Who: v.me.Grant.Who, Places: v.me.Grant.Places}
	if v.runs() {
		r.Role = figures.ProgrammeRole
	}
	return r
}

// runs says whether the office of who is signed in is the one that opened the programme. It answers for every other one too; what
// it does stands in the book under its own name.
func (v *visit) runs() bool {
	return v.me.Grant.Role == staff.Office && v.me.Grant.Who == v.home.Who
}

// answersFor says whether an office is that of who is signed in, or one for which it may act; "" is no office's, so only that of
// the whole programme may.
func (v *visit) answersFor(office string) bool {
	return v.runs() || v.me.Grant.Role == staff.Office && office != "" && v.me.Grant.Who == "org:"+office
}

// mayAnswerFor says whether a promise is the office's to amend, withdraw or pay: it must answer for it, or run the programme, and
// all its places are within reach.
func (v *visit) mayAnswerFor(p *promise.Row, t *promise.Terms) error {
	return v.only(v.answersFor(p.Office), t.Places)
}

// mayReportOn says whether a promise is the team's to report on: it is the one that does it, or is posted at one of its places.
func (v *visit) mayReportOn(p *promise.Row, t *promise.Terms) error {
	if v.me.Grant.Who == "team:"+p.Team {
		return v.only(true, t.Places)
	}
	posted := false
	for _, place := range t.Places {
		postings, err := programme.Postings.Select(v.Tx, "WHERE v.place = $1 AND v.from_day <= $2 AND (v.until_day = '' OR v.until_day >= $2)", place, v.Day)
		if err != nil {
			return err
		}
		posted = posted || slices.ContainsFunc(postings, func(r programme.PostingRow) bool { return "team:"+r.Team == v.me.Grant.Who })
	}
	return v.only(posted, t.Places)
}

// postedDays is for how long after the end of a posting a team may report on a day of it: its phone may have been without a network.
const postedDays = 30

// mayReportFor says the same as mayReportOn of the day of a report that was written on a phone: it counts where the team was posted on
// that day, if that is not long ago.
func (v *visit) mayReportFor(p *promise.Row, t *promise.Terms, day string) error {
	err := v.mayReportOn(p, t)
	if err == nil || err != error(notYours) || day >= v.Day || day < schedule.AddDays(v.Day, -postedDays) {
		return err
	}
	then := *v
	at := *v.At
	at.Day = day
	then.At = &at
	return then.mayReportOn(p, t)
}

// mayLookAt says whether a report may be read before it is public: by the team that wrote it, the office that must answer for
// the promise, and reviewers, as far as their places reach. Passing is for those whom the subject lets: it is asked again there.
func (v *visit) mayLookAt(r *promise.ReportRow, p *promise.Row, t *promise.Terms) error {
	switch v.me.Grant.Role {
	case staff.Team:
		return v.only(r.Who == v.me.Grant.Who || v.me.Grant.Who == "team:"+p.Team, t.Places)
	case staff.Office:
		return v.only(v.answersFor(p.Office), t.Places)
	}
	return v.only(v.me.Grant.Role == staff.Reviewer, t.Places)
}

// mayPass says whether who is signed in may let a report be seen: a reviewer whose organisation neither wrote it nor sends the
// team that did. The book asks the same again (S11).
func (v *visit) mayPass(r *promise.ReportRow) (bool, error) {
	if !v.me.allows(pass) || r.Who == v.me.Grant.Who {
		return false, nil
	}
	code, ok := strings.CutPrefix(r.Who, "team:")
	if !ok {
		return true, nil
	}
	team, _, err := programme.Teams.One(v.Tx, code)
	return "org:"+team.Organisation != v.me.Grant.Who, err
}

// mayPromise says whether the office may promise something to these places.
func (v *visit) mayPromise(places []string) error { return v.only(true, places) }

// maySettle says whether the office may enter something below this place, put its name right, or post teams there. The empty
// code is the top of the tree and all that belongs to the whole programme.
func (v *visit) maySettle(place string) error { return v.only(true, []string{place}) }

// mayReview says whether the office may publish a review of these places; none are the whole programme, which only an office that
// reaches all of it may account for.
func (v *visit) mayReview(places []string) error {
	if len(places) == 0 {
		return v.only(len(v.me.Grant.Places) == 0, nil)
	}
	return v.only(true, places)
}

// mayAsk says whether the office may propose that these villages be asked. Who must not be asked about what is for the book to
// say (S9, S17).
func (v *visit) mayAsk(villages []string) error { return v.only(true, villages) }

// mayHold says whether a round is the reviewer's, to suspend, resume, void, and make cards for. Taking one on is asked of the
// book, which knows who is judged (S8, S17).
func (v *visit) mayHold(r *voice.Row) error {
	return v.only(v.me.Grant.Role == staff.Reviewer && v.me.Grant.Who == "org:"+r.Reviewer, nil)
}

// mayCount says whether a tally of an assembly is for the reviewer to enter: of the organisation that took the round on, or the
// one that counts beside it.
func (v *visit) mayCount(r *voice.Row) error {
	return v.only(v.me.Grant.Role == staff.Reviewer && (v.me.Grant.Who == "org:"+r.Reviewer || r.Second != "" && v.me.Grant.Who == "org:"+r.Second), nil)
}

// mayAnswerTo says whether an answer is the office's own to give. An answer is in the name of the office that owes it, so nobody
// gives it for another one.
func (v *visit) mayAnswerTo(o *voice.OwedRow) error {
	return v.only(v.me.Grant.Role == staff.Office && v.me.Grant.Who == "org:"+o.Office, []string{o.Place})
}

// maySeeOwed says whether an owed answer may be looked at in the office: by the one that owes it, and by the one that runs the
// programme, which must know what is late. It gives none for another (mayAnswerTo).
func (v *visit) maySeeOwed(o *voice.OwedRow) error {
	return v.only(v.runs() || v.me.Grant.Role == staff.Office && v.me.Grant.Who == "org:"+o.Office, []string{o.Place})
}

// only gives an error unless something holds and the places are within reach. Who may not know of a thing is told the same as
// if there were none.
func (v *visit) only(holds bool, places []string) error {
	if !holds {
		return notYours
	}
	ok, err := v.me.reaches(v.Tx, places)
	if err == nil && !ok {
		err = notYours
	}
	return err
}

var notYours = &fault{403, "error.not-yours"}

// byMe makes sure that a draft is written in the name of who is signed in, whatever made it.
func (m *me) byMe(drafts []ledger.Draft) error {
	for i := range drafts {
		if drafts[i].Who != m.Grant.Who {
			return forbidden
		}
	}
	return nil
}
