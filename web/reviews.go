package web

import (
	"slices"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/schedule"
)

// mostReviews is how many reviews the calendar lists: one every two months for eighty years.
const mostReviews = 500

// mostMissing is how many periods without a review the calendar names after the last one.
const mostMissing = 24

// Reviews is the calendar of reviews.
type Reviews struct {
	Page
	Lines  []ReviewLine // the newest period first
	Open   string       // last day of the period that goes on, if one can be expected
	From   string       // first day of it
	Latest *ReviewLine
}

// ReviewLine is a review, or a period without one.
type ReviewLine struct {
	review.Row
	By      locale.Wording
	Within  []locale.Wording // the first of its places
	Missing bool             // there is no review of this period
}

// reviewsPage is the calendar: which period, published when, which replaces which, and of which periods there is none.
func reviewsPage(v *visit) (*result, error) {
	p := Reviews{Page: v.page("reviews", v.p.T("review.calendar"))}
	var err error
	if p.Lines, err = v.reviewLines(); err != nil {
		return nil, err
	}
	var rows []review.Row
	for i := range p.Lines {
		l := &p.Lines[i]
		rows = append(rows, l.Row)
		if l.Places > 0 {
			if l.Within, err = v.placesOfReview(l.Number); err != nil {
				return nil, err
			}
		}
	}
	gaps, next := missing(rows, v.home.From, v.Day)
	for _, g := range gaps {
		p.Lines = append(p.Lines, ReviewLine{Row: review.Row{From: g.From, To: g.To}, Missing: true})
	}
	p.From, p.Open = next.From, next.To
	slices.SortStableFunc(p.Lines, func(a, b ReviewLine) int {
		if a.To != b.To {
			return strings.Compare(b.To, a.To)
		}
		return int(b.Number - a.Number)
	})
	return &result{page: p, name: "reviews"}, nil
}

// reviewLines are the reviews, the last published first, with who published each.
func (v *visit) reviewLines() (out []ReviewLine, err error) {
	rows, err := review.List(v.Tx, 0, mostReviews)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		line := ReviewLine{Row: r}
		if line.By, _, err = wordsOf(v.Tx, r.Who); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// missing are the periods of which there is no review of the whole programme, as far as the book can know: the days before the
// first review and between two of them, and after the last one every period as long as it was that is over. Next is the one that goes
// on. Where nobody has published a review yet, none is expected.
func missing(rows []review.Row, begin, today string) (out []review.Period, next review.Period) {
	var whole []review.Row
	for _, r := range rows {
		if r.Places == 0 && r.Replaced == 0 {
			whole = append(whole, r)
		}
	}
	if len(whole) == 0 {
		return nil, next
	}
	slices.SortFunc(whole, func(a, b review.Row) int { return strings.Compare(a.From+a.To, b.From+b.To) })
	covered := ""
	if schedule.ValidDay(begin) {
		covered = schedule.AddDays(begin, -1)
	}
	last := whole[0]
	for _, r := range whole {
		if covered != "" && r.From > schedule.AddDays(covered, 1) {
			out = append(out, review.Period{From: schedule.AddDays(covered, 1), To: schedule.AddDays(r.From, -1)})
		}
		covered = max(covered, r.To)
		if r.To >= last.To {
			last = r
		}
	}
	next = after(review.Period{From: last.From, To: last.To})
	for next.To < today && len(out) < mostMissing {
		out, next = append(out, next), after(next)
	}
	return out, next
}

// after is the period that follows on one: of as many whole months, if it has whole months, else of as many days.
func after(p review.Period) review.Period {
	from := schedule.AddDays(p.To, 1)
	if p.From[8:] != "01" || from[8:] != "01" {
		return p.Next()
	}
	end := from
	for month := p.From; month < from; month = nextMonth(month) {
		end = nextMonth(end)
	}
	return review.Period{From: from, To: schedule.AddDays(end, -1)}
}

// nextMonth is the first day of the month after that of a first day.
func nextMonth(first string) string { return schedule.AddDays(first, 31)[:8] + "01" }

// placesOfReview are the names of the first places of a review.
func (v *visit) placesOfReview(number int64) ([]locale.Wording, error) {
	rows, err := review.Places.Select(v.Tx, "WHERE v.number = $1 ORDER BY v.place LIMIT $2", number, int64(somePlaces))
	if err != nil {
		return nil, err
	}
	var out []locale.Wording
	for _, r := range rows {
		place, _, err := programme.Places.One(v.Tx, r.Place)
		if err != nil {
			return nil, err
		}
		out = append(out, programme.ParseWords(place.Name))
	}
	return out, nil
}

// MoreIn is how many places of a review are not named.
func (l ReviewLine) MoreIn() int64 { return l.Places - int64(len(l.Within)) }

// SpanOf is a period in words.
func (p Reviews) SpanOf(l ReviewLine) any { return p.spanText(l.From, l.To) }

// OpenSpan is the period that goes on.
func (p Reviews) OpenSpan() any { return p.spanText(p.From, p.Open) }

// latestReview is the review of the whole programme that stands for the latest period.
func (v *visit) latestReview() (*review.Row, error) {
	rows, err := review.View.Select(v.Tx, "WHERE v.places = 0 AND v.replaced = 0 ORDER BY v.to_day DESC, v.number DESC LIMIT 1")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Confirmed is the page of what villages confirmed: the promises of which they say that they were kept, by task.
type Confirmed struct {
	Page
	Tasks []ConfirmedTask
	Kept  figures.Number
	All   figures.Number
	Asked bool
}

// ConfirmedTask is a task with its promises that villages say were kept.
type ConfirmedTask struct {
	Name      locale.Wording
	Kept, All figures.Number
	Lines     []figures.Line
	List      string // all of them
}

// mostConfirmed is how many promises of a task the page names.
const mostConfirmed = 20

// confirmedPage lists promises, and never who did the work: it ranks nobody.
func confirmedPage(v *visit) (*result, error) {
	p := Confirmed{Page: v.page("reviews", v.p.T("confirmed.title"))}
	kept := figures.Filter{Village: string(promise.Kept)}
	var err error
	if p.All, err = v.Count(figures.Filter{}); err != nil {
		return nil, err
	}
	if p.Kept, err = v.Count(kept); err != nil {
		return nil, err
	}
	tasks, err := programme.Tasks.Select(v.Tx, "ORDER BY v.seq")
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		f := kept
		f.Task = t.Code
		c := ConfirmedTask{Name: programme.ParseWords(t.Name), List: p.ListLink(f)}
		if c.All, err = v.Count(figures.Filter{Task: t.Code}); err != nil {
			return nil, err
		}
		if c.Kept, err = v.Count(f); err != nil {
			return nil, err
		}
		if c.Kept.Int() > 0 {
			if c.Lines, err = v.At.List(f, figures.ByNumber, 0, mostConfirmed); err != nil {
				return nil, err
			}
		}
		p.Tasks = append(p.Tasks, c)
	}
	return &result{page: p, name: "confirmed"}, nil
}
