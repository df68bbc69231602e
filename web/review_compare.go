package web

import (
	"html/template"

	"kept/figures"
	"kept/locale"
	"kept/promise"
	"kept/review"
)

// Compare is two reviews side by side: how things stood then, how they stand in the later one, and what came of what was to come.
type Compare struct {
	Page
	Then, Now ReviewPage
	Rows      []CompareRow
	Money     []CompareRow
	Promises  []ComparePromise
	Choices   []Choice
}

// CompareRow is one figure in both reviews.
type CompareRow struct {
	Group     locale.Wording // the task, empty for all
	First     bool           // of its group
	Label     string
	Then, Now review.Figure
	Plus      int64
	Counts    bool // Plus can be said
}

// ComparePromise is a promise that was spoken of then, and how it stands now in the book.
type ComparePromise struct {
	Number int64
	Title  locale.Wording
	WasTo  string // the day it was to come due
	Stood  string
	Said   string
	Line   *figures.Line // as it stands today
}

// reviewCompare compares a review with a later one.
func reviewCompare(v *visit) (*result, error) {
	a, err := v.reviewOf(v.r.PathValue("number"))
	if err != nil {
		return nil, err
	}
	with := v.r.URL.Query().Get("with")
	if with == "" {
		with = itoa(a.Number)
	}
	b, err := v.reviewOf(with)
	if err != nil {
		return nil, err
	}
	if b.Size < a.Size {
		a, b = b, a
	}
	p := Compare{Page: v.page("reviews", v.p.T("review.compare-title", "A", itoa(a.Number), "B", itoa(b.Number)))}
	for _, x := range []struct {
		one *review.Published
		to  *ReviewPage
	}{{a, &p.Then}, {b, &p.Now}} {
		*x.to = ReviewPage{Page: p.Page, Row: x.one.Row}
		if x.to.Doc, err = review.DocumentOf(v.Tx, &x.one.Row); err != nil {
			return nil, err
		}
	}
	all, err := review.List(v.Tx, 0, mostReviews)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Number != a.Number {
			p.Choices = append(p.Choices, Choice{Value: itoa(r.Number), Text: v.p.T("review.choice", "Number", itoa(r.Number), "From", v.p.ShortDay(r.From), "To", v.p.ShortDay(r.To)), Selected: r.Number == b.Number})
		}
	}
	p.rows()
	return &result{page: p, name: "review-compare"}, p.promises(v)
}

// rows puts the figures of both beside each other, by task.
func (p *Compare) rows() {
	line := func(group locale.Wording, then, now *review.Line) {
		first := true
		add := func(label string, x, y review.Figure) {
			p.Rows = append(p.Rows, CompareRow{group, first, label, x, y, y.Int() - x.Int(), x.Name != "" && y.Name != ""})
			first = false
		}
		add(p.T("review.n-promises"), then.Promises, now.Promises)
		for _, s := range []promise.Standing{promise.ReportedDone, promise.Overdue} {
			add(p.T("standing."+string(s)), then.Standings[string(s)], now.Standings[string(s)])
		}
		for _, s := range []promise.Verdict{promise.Kept, promise.NotKept, promise.NotAsked} {
			add(p.T("review.says", "Verdict", p.T("village."+string(s))), then.Says[string(s)], now.Says[string(s)])
		}
		add(p.T("mark-choice.lowered"), then.Marks["lowered"], now.Marks["lowered"])
		for _, m := range now.Money {
			var was review.Money
			for _, x := range then.Money {
				if x.Currency == m.Currency {
					was = x
				}
			}
			p.Money = append(p.Money, CompareRow{group, true, p.T("review.money-promised"), was.Promised, m.Promised, 0, false},
				CompareRow{group, false, p.T("review.money-paid"), was.Paid, m.Paid, 0, false})
		}
	}
	line(locale.Wording{}, &p.Then.Doc.All, &p.Now.Doc.All)
	for i := range p.Now.Doc.Tasks {
		now, then := &p.Now.Doc.Tasks[i], &review.Line{}
		for j := range p.Then.Doc.Tasks {
			if p.Then.Doc.Tasks[j].Task == now.Task {
				then = &p.Then.Doc.Tasks[j]
			}
		}
		line(now.Name, then, now)
	}
}

// promises are those that the first review said matter, or were to come due next, and how each stands today.
func (p *Compare) promises(v *visit) error {
	seen := map[int64]bool{}
	add := func(x ComparePromise) error {
		if seen[x.Number] {
			return nil
		}
		seen[x.Number] = true
		one, ok, err := v.One(x.Number)
		if err != nil || !ok {
			return err
		}
		x.Line = &one.Line
		p.Promises = append(p.Promises, x)
		return nil
	}
	d := p.Then.Doc
	for _, group := range [][]review.Promise{d.Matters.NotKept, d.Matters.Kept} {
		for _, x := range group {
			if err := add(ComparePromise{Number: x.Number, Title: x.Title, WasTo: x.Due, Stood: x.Standing, Said: x.Says}); err != nil {
				return err
			}
		}
	}
	for _, e := range d.Next.First {
		if err := add(ComparePromise{Number: e.Promise, Title: e.Title, WasTo: e.Day}); err != nil {
			return err
		}
	}
	return nil
}

// Change is how much a figure rose or fell, with its sign before it in every direction of writing.
func (p Compare) Change(r CompareRow) template.HTML {
	sign := map[bool]string{true: "+", false: "−"}[r.Plus > 0]
	switch {
	case !r.Counts:
		return ""
	case r.Plus == 0:
		return "="
	}
	return template.HTML(`<bdi dir="ltr">` + sign + template.HTMLEscapeString(p.Int(max(r.Plus, -r.Plus))) + `</bdi>`)
}
