package web

import (
	"context"
	"errors"
	"html/template"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store"
)

// Home is the page of a programme: its goal, what it promised, and what came of it.
type Home struct {
	*List
	Goal    locale.Wording
	From    string
	Until   string
	Strip   []Headline
	Sources []programme.ImportRow
	Empty   bool // nothing was promised yet
	Latest  *review.Row

	AskedUntil string // the last day on which a village is asked with cards, empty if none is
}

// Headline is one large number at the top of a page.
type Headline struct {
	Number  figures.Number
	Of      *figures.Number // its denominator
	Text    template.HTML
	Address string
	Late    bool
}

func homePage(v *visit) (*result, error) {
	name := programme.ParseWords(v.home.Title)
	page := v.page("promises", v.p.T("home.title", "Programme", plain(v.p, name)))
	page.Glimpse = v.glimpse(plain(v.p, programme.ParseWords(v.home.Goal)), "")
	list, err := v.list(page, "", "")
	if err != nil {
		return nil, err
	}
	h := Home{List: list, Goal: programme.ParseWords(v.home.Goal), From: v.home.From, Until: v.home.Until}
	if h.Strip, err = v.strip(page); err != nil {
		return nil, err
	}
	if h.Rates, err = v.rates(page, ""); err != nil {
		return nil, err
	}
	asking, err := v.askingRounds()
	if err != nil {
		return nil, err
	}
	h.AskedUntil = askedUntil(asking, v.Day)
	if h.Sources, err = programme.Imports.Select(v.Tx, "WHERE v.withdrawn = 0 ORDER BY v.seq DESC LIMIT 1"); err != nil {
		return nil, err
	}
	if h.Latest, err = v.latestReview(); err != nil {
		return nil, err
	}
	h.Empty = h.Strip[0].Number.Int() == 0
	return &result{page: h, name: "home"}, nil
}

func plain(p *locale.Printer, w locale.Wording) string {
	text, _ := w.Best(p.Tag)
	return text
}

// strip makes the large numbers of a programme.
func (v *visit) strip(page Page) ([]Headline, error) {
	all, err := v.Count(figures.Filter{})
	if err != nil {
		return nil, err
	}
	standings, err := v.At.Standings(figures.Filter{})
	if err != nil {
		return nil, err
	}
	served, err := v.Simple("places-served")
	if err != nil {
		return nil, err
	}
	oldest, err := v.OldestOverdue()
	if err != nil {
		return nil, err
	}
	lowered, err := v.Count(figures.Filter{Mark: "lowered"})
	if err != nil {
		return nil, err
	}
	done, late := standings[string(promise.ReportedDone)], standings[string(promise.Overdue)]
	overdue := page.HTML("home.overdue-none")
	if late.Int() > 0 {
		overdue = page.NHTML("home.overdue", oldest.Int(), "N", page.Num(oldest))
	}
	return []Headline{
		{Number: all, Text: page.NHTML("home.promises", served.Int(), "N", page.Num(served)), Address: page.Link("")},
		{Number: done, Of: &all, Text: page.HTML("home.done"), Address: page.Link("", "standing", "reported-done")},
		{Number: late, Text: overdue, Address: page.Link("", "standing", "overdue", "sort", "late"), Late: late.Int() > 0},
		{Number: lowered, Text: page.HTML("home.lowered"), Address: page.Link("", "mark", "lowered")},
	}, nil
}

// home reads a programme's own row.
func home(ctx context.Context, book *ledger.Book) (row programme.Row, err error) {
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		var ok bool
		if row, ok, err = programme.View.One(tx, int64(0)); err == nil && !ok {
			err = errors.New("the book has no programme yet")
		}
		return err
	})
	return row, err
}

// LatestSpan is the period of the latest review.
func (h Home) LatestSpan() template.HTML { return h.spanText(h.Latest.From, h.Latest.To) }
