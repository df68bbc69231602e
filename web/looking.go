package web

import (
	"kept/figures"
	"kept/ledger"
	"kept/promise"
	"kept/staff"
)

// Looking is the page of one report for those who may see it before it is public: the team that wrote it, the office that
// answers for the promise, and reviewers.
type Looking struct {
	Form
	Story   Promise // the promise; its parts say what a report says
	Work    figures.Work
	By      string
	CanPass bool
	CanSend bool
	Mine    bool   // the team's own: it may write it again
	Against string // the address of a report from another phone that says otherwise of the same, while both stand

	Pictures []WaitingPicture // of a report that nobody has passed or sent back
}

var lookFields = []string{"reason.*", "show.*", "shows.*.*", "why.*"}

// lookPage shows a report, passes it, or sends it back.
func lookPage(v *visit) (*result, error) {
	row, one, err := v.reportBy(v.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	own := "team:" + one.Row.Team
	settled := row.Passed != 0 || row.SentBack != 0
	canPass, err := v.mayPass(&row)
	if err != nil {
		return nil, err
	}
	p := Looking{CanPass: canPass && !settled, Mine: v.me.Grant.Who == row.Who || v.me.Grant.Who == own,
		CanSend: v.me.allows(sendBack) && row.SentBack == 0 && v.me.Grant.Who != row.Who}
	if !settled {
		if p.Pictures, err = v.waitingPictures(&row); err != nil {
			return nil, err
		}
	}
	if v.form != nil && v.failed == nil {
		out, err := v.settleReport(&row, &p)
		if out != nil || err != nil {
			return out, err
		}
	}
	p.Form = v.formPage("waits", v.p.T("looking.title", "Number", itoa(one.Number)))
	p.Story = Promise{Page: p.Form.Page, Promise: one}
	if p.Work, err = v.WorkOf(one, row); err != nil {
		return nil, err
	}
	if p.Story.Names, err = v.names(one); err != nil {
		return nil, err
	}
	if p.By, err = v.nameOf(row.Who); err != nil {
		return nil, err
	}
	disputes, err := v.server.disputes(v.ctx, v.Tx, []promise.ReportRow{row})
	if err != nil {
		return nil, err
	}
	if d := disputes[row.ID]; d.open {
		p.Against = p.OfficeLink("reports/" + d.with)
	}
	if row.SentBack != 0 && v.me.Grant.Role == staff.Team {
		if err := v.server.desk.MarkSeen(v.ctx, v.me.Account.ID, v.shelf.name, row.Seq); err != nil {
			return nil, err
		}
	}
	return &result{page: p, name: "looking"}, nil
}

func (v *visit) settleReport(row *promise.ReportRow, p *Looking) (*result, error) {
	to := v.links().OfficeLink("reports/" + row.ID)
	switch verb, _ := v.form.do(); {
	case verb == "pass" && p.CanPass:
		d, err := v.readPassing(row, p.Pictures)
		if err != nil || !v.form.right() {
			return nil, err
		}
		d.ID = v.form.entryID("")
		return &result{drafts: []ledger.Draft{d}, after: v.dropPictures(row.ID), to: to}, nil
	case verb == "send-back" && p.CanSend:
		reason := v.form.wording("reason", v.languages())
		if !v.needReason(reason) {
			return nil, nil
		}
		d, err := promise.SendBack(v.me.Grant.Who, row.ID, reason, v.salt(row.ID))
		if err != nil {
			return nil, v.sayRefused(err)
		}
		d.ID = v.form.entryID("")
		return &result{drafts: []ledger.Draft{d}, after: v.dropPictures(row.ID), to: to}, nil
	case verb == "pass" || verb == "send-back":
		// Somebody else was there before; the page shows what came of it.
		v.form.say("", v.p.T("looking.settled"))
	}
	return nil, nil
}

// Standing says what became of a report.
func (p Looking) Standing() string {
	switch {
	case p.Work.SentBack != 0:
		return p.T("looking.sent-back")
	case p.Work.Passed != 0 && p.Work.NoteShown == 1:
		return p.T("looking.passed")
	case p.Work.Passed != 0:
		return p.T("looking.passed-no-note")
	case p.Work.HasNote == 0:
		return p.T("looking.waiting-no-note")
	}
	return p.T("looking.waiting")
}
