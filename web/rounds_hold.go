package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/voice"
)

// RoundHand is what who is signed in can do with a round.
type RoundHand struct {
	Take     bool           // take it on
	Own      []RoundJudged  // why the own organisation cannot: at most one
	Judged   []RoundJudged  // who else has no part in it
	Able     []Choice       // who can print and hold
	Seconds  []Choice       // who can count beside
	Holds    bool           // it is the reviewer's own, and goes on
	Suspend  bool           // it can be suspended
	Resume   bool           // it can be resumed
	Void     bool           // it can be declared void
	Sure     string         // the reason with which it is to be declared void, once this is confirmed
	Cards    bool           // its cards can be made
	Counts   []RoundCount   // of an assembly: what the own organisation counts
	Assembly bool           // its screen and ballots are to be had
	Reasons  []Choice       // to suspend or declare void
	Done     string         // key of what was just done
	Self     locale.Wording // the own organisation
}

// RoundJudged is an organisation that has no part in holding a round, with why.
type RoundJudged struct {
	Code     string
	Name     locale.Wording
	Answers  bool // it must answer
	Promises []figures.Line
}

// RoundCount is a place of an assembly for the one who counts.
type RoundCount struct {
	Place   string
	Entered bool // by the own organisation
	Open    bool // it can be entered now
}

// roundByID finds the round in the address of an office.
func (v *visit) roundByID() (voice.Row, error) {
	row, err := voice.RoundByID(v.Tx, v.r.PathValue("id"))
	if ledger.Refused(err) != nil {
		err = notFound
	}
	return row, err
}

// roundOffice shows a round with what is to be done, and does it.
func roundOffice(v *visit) (*result, error) {
	row, err := v.roundByID()
	if err != nil {
		return nil, err
	}
	p, err := v.round(row.Seq)
	if err != nil {
		return nil, err
	}
	if p.Hand, err = v.hand(p); err != nil {
		return nil, err
	}
	if v.form != nil && v.failed == nil {
		out, err := v.holdRound(p)
		if out != nil || err != nil {
			return out, err
		}
	}
	p.Form = v.formPage("rounds", p.Title)
	return &result{page: p, name: "round-office"}, nil
}

// hand says what who is signed in can do.
func (v *visit) hand(p *Round) (*RoundHand, error) {
	h := &RoundHand{}
	if !v.me.allows(hold) {
		return h, nil
	}
	own := strings.TrimPrefix(v.me.Grant.Who, "org:")
	if p.State == voice.Proposed {
		return h, v.handTaking(p, h, own)
	}
	now := p.State == voice.Waiting || p.State == voice.Open
	for _, r := range voice.Reasons {
		h.Reasons = append(h.Reasons, Choice{Value: r, Text: v.p.T("rounds.reason-" + r), Selected: r == p.Reason})
	}
	if err := v.mayHold(&p.Row); err == nil {
		h.Suspend, h.Resume, h.Void = now, p.State == voice.Suspended, now || p.State == voice.Suspended
		h.Holds = h.Void // as long as anything can be done
		h.Cards = now && p.Mode == voice.ModeCards
	} else if !errors.Is(err, notYours) {
		return nil, err
	}
	if p.Mode != voice.ModeAssembly || !now {
		return h, nil
	}
	err := v.mayCount(&p.Row)
	if errors.Is(err, notYours) {
		return h, nil
	}
	h.Assembly = true
	for _, g := range p.Groups {
		for _, place := range g.Places {
			entered := slices.ContainsFunc(p.Tallies, func(t voice.TallyRow) bool { return t.Place == place && t.Writer == own })
			h.Counts = append(h.Counts, RoundCount{place, entered, p.State == voice.Open && !entered && v.shelf.boxes != nil})
		}
	}
	return h, err
}

// handTaking says who can take a round on, print, hold and count; the rule of who is judged is the book's.
func (v *visit) handTaking(p *Round, h *RoundHand, own string) error {
	judged, err := voice.Judged(v.Tx, p.Row)
	if err != nil {
		return err
	}
	rows, err := programme.Organisations.Select(v.Tx, "ORDER BY v.seq")
	if err != nil {
		return err
	}
	for _, r := range rows {
		name := programme.ParseWords(r.Name)
		if r.Code == own {
			h.Self = name
		}
		of, is := judged[r.Code]
		if !is {
			h.Able = append(h.Able, Choice{Value: r.Code, Text: plain(v.p, name), Selected: r.Code == own})
			continue
		}
		j := RoundJudged{Code: r.Code, Name: name, Answers: r.Code == p.Office}
		for _, seq := range of {
			j.Promises = append(j.Promises, p.Of[seq])
		}
		if r.Code == own {
			h.Own = append(h.Own, j)
		}
		h.Judged = append(h.Judged, j)
	}
	v.sort(h.Able)
	h.Seconds = []Choice{{Text: v.p.T("plan.choose")}}
	for _, c := range h.Able {
		if c.Value != own {
			c.Selected = false
			h.Seconds = append(h.Seconds, c)
		}
	}
	h.Take = len(h.Own) == 0
	return nil
}

// holdRound does what the form asks for, or says why not. Whatever it drafts is the book's to refuse.
func (v *visit) holdRound(p *Round) (*result, error) {
	verb, _ := v.form.do()
	who, id := v.me.Grant.Who, p.Row.ID
	entry := func(d ledger.Draft) (*result, error) {
		d.ID = v.form.entryID("")
		return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("rounds/" + id)}, nil
	}
	if verb == "take" {
		taking, ok := v.readTaking(p)
		if !ok {
			return nil, nil
		}
		return entry(voice.Take(who, id, taking))
	}
	if !slices.Contains([]string{"suspend", "resume", "void", "void-now"}, verb) {
		return nil, nil
	}
	// Sent a second time, it is in the book and the state has gone on; the same entry is there once.
	if _, before, err := ledger.SeqOf(v.Tx, v.form.entryID("")); err != nil || before {
		return &result{to: v.links().OfficeLink("rounds/" + id)}, err
	}
	if err := v.mayHold(&p.Row); err != nil {
		return nil, err
	}
	field := "reason"
	if verb != "suspend" {
		field = "void-reason"
	}
	reason := v.form.get(field)
	if verb != "resume" && !slices.Contains(voice.Reasons, reason) {
		v.form.say(field, v.p.T("refused.round.reason"))
		return nil, nil
	}
	switch {
	case verb == "resume":
		return entry(voice.Resume(who, id))
	case verb == "suspend":
		return entry(voice.Suspend(who, id, reason))
	case verb == "void" && p.Hand.Void:
		p.Hand.Sure = reason
		return nil, nil
	}
	return entry(voice.DeclareVoid(who, id, reason))
}

// readTaking reads who prints, holds and counts, and says beside each field why it cannot be.
func (v *visit) readTaking(p *Round) (voice.Taking, bool) {
	d := voice.Taking{Printer: v.form.get("printer"), Keeper: v.form.get("keeper")}
	fields := [][2]string{{"printer", d.Printer}, {"keeper", d.Keeper}}
	if p.Mode == voice.ModeAssembly {
		d.Second = v.form.get("second")
		fields = append(fields, [2]string{"second", d.Second})
		if d.Second == strings.TrimPrefix(v.me.Grant.Who, "org:") {
			v.form.say("second", v.p.T("refused.round.second"))
		}
	}
	if p.State != voice.Proposed { // somebody was quicker, or its day has come; the book says it
		return d, true
	}
	for _, j := range p.Hand.Own {
		v.form.say("", v.p.T("rounds.judged-own", "Name", plain(v.p, j.Name)))
	}
	for _, f := range fields {
		if i := slices.IndexFunc(p.Hand.Judged, func(j RoundJudged) bool { return j.Code == f[1] }); i >= 0 {
			v.form.say(f[0], v.p.T("rounds.judged-other", "Name", plain(v.p, p.Hand.Judged[i].Name)))
		} else if !slices.ContainsFunc(p.Hand.Able, func(c Choice) bool { return c.Value == f[1] && f[1] != "" }) {
			v.form.say(f[0], v.p.T("plan.missing"))
		}
	}
	return d, v.form.right()
}

// TallyLink is the address at which the tally of a place is entered.
func (p *Round) TallyLink(which, place string) string {
	return p.OfficeLink("rounds/" + p.Row.ID + "/" + which + "/" + url.PathEscape(place))
}

// ReasonsPart is the listed reasons with the form.
type ReasonsPart struct {
	*Round
	Field string
	Of    []Choice
}

// WithReasons gives a part the reasons for a field.
func (p *Round) WithReasons(field string, of []Choice) ReasonsPart { return ReasonsPart{p, field, of} }
