package web

import (
	"errors"
	"slices"

	"kept/figures"
	"kept/ledger"
)

// AnswerPage is the page on which an office answers what one place has said of one promise. The office that runs the programme
// sees the same page of another office's answer, without the form.
type AnswerPage struct {
	Form
	Line  AnswerLine
	Story Promise        // the promise; its parts say what was done
	Work  []figures.Work // the last reports
	Other []figures.Owed // what was answered about the promise elsewhere, or after other rounds
}

// lastWork is how many reports the page shows.
const lastWork = 3

func answerPage(v *visit) (*result, error) {
	owed, seq, err := v.owedBy(v.r.PathValue("result"), v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	if err := v.maySeeOwed(owed); err != nil {
		return nil, err
	}
	mine := v.mayAnswerTo(owed)
	if mine != nil && !errors.Is(mine, notYours) {
		return nil, mine
	}
	key := v.r.PathValue("result") + "." + v.r.PathValue("number")
	if v.form != nil && v.failed == nil {
		if mine != nil {
			return nil, mine
		}
		if verb, _ := v.form.do(); verb == "answer" {
			d, ok, err := v.readAnswer(v.r.PathValue("result"), seq, key)
			if err != nil {
				return nil, err
			}
			if ok {
				return &result{drafts: []ledger.Draft{d}, to: v.links().OfficeLink("answers", doneKey, "1")}, nil
			}
		}
	}
	line, err := v.OwedTo(*owed)
	if err != nil {
		return nil, err
	}
	one, ok, err := v.One(line.Number)
	if err != nil || !ok {
		return nil, errors.Join(err, notFound)
	}
	p := AnswerPage{Form: v.formPage("answers", v.p.T("answers.title-one", "Number", itoa(line.Number), "Title", plain(v.p, line.Title))),
		Line: AnswerLine{OwedLine: line, Key: key, Own: mine == nil}}
	p.Story = Promise{Page: p.Form.Page, Promise: one}
	if p.Story.Names, err = v.names(one); err != nil {
		return nil, err
	}
	for _, w := range one.Work {
		if w.SentBack == 0 && len(p.Work) < lastWork {
			p.Work = append(p.Work, w)
		}
	}
	p.Other = slices.DeleteFunc(slices.Clone(one.Heard.Owed), func(o figures.Owed) bool { return o.Result == owed.Result || len(o.Answers) == 0 })
	return &result{page: p, name: "answer"}, nil
}
