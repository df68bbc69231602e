package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"kept/figures"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// Stands is the dashboard: how the promises of the office's places stand.
type Stands struct {
	Page
	*figures.Dashboard
	UntilDay string
	Bars     []Series
	Rates    RatesPart
}

// Series is one line of the trend, drawn and in numbers.
type Series struct {
	Name    string
	Months  []string
	Numbers []figures.Number
	Drawn   template.HTML
}

// standsRoutes has one page.
var standsRoutes = []route{page("GET /office/stands", see, []string{"until"}, standsPage)}

func standsPage(v *visit) (*result, error) {
	until := v.r.URL.Query().Get("until")
	if until == "" {
		until = endOfMonth(v.Day)
	}
	if until = locale.ReadDay(until); !schedule.ValidDay(until) {
		return nil, &fault{400, "error.bad-query"}
	}
	d, err := v.At.Dashboard(v.reach(), until)
	if err != nil {
		return nil, err
	}
	s := Stands{Page: v.page("stands", v.p.T("stands.title")), Dashboard: d, UntilDay: until}
	if s.Rates, err = v.ratesOf(s.Page, d.Answers, 0); err != nil {
		return nil, err
	}
	s.trend()
	return &result{page: s, name: "stands"}, nil
}

// endOfMonth is the last day of the month of a day.
func endOfMonth(day string) string {
	return schedule.AddDays(schedule.AddDays(day[:8]+"01", 31)[:8]+"01", -1)
}

// trend puts the months of the dashboard into one line for each thing that is counted.
func (s *Stands) trend() {
	var months []string
	for _, m := range s.Trend {
		months = append(months, m.From[:7])
	}
	series := func(key string, of func(figures.Month) figures.Number) {
		x := Series{Name: s.T("stands.trend-" + key), Months: months}
		for _, m := range s.Trend {
			x.Numbers = append(x.Numbers, of(m))
		}
		x.Drawn = s.columns(x.Numbers)
		s.Bars = append(s.Bars, x)
	}
	series("promises", func(m figures.Month) figures.Number { return m.Promises })
	series("reports", func(m figures.Month) figures.Number { return m.Reports })
	series("done", func(m figures.Month) figures.Number { return m.Done })
	series("worse", func(m figures.Month) figures.Number { return m.Worse })
}

// columns draws one column a month, the oldest where reading begins. It is a picture without words; the table beside it has
// the numbers.
func (p Page) columns(numbers []figures.Number) template.HTML {
	most := int64(1)
	for _, n := range numbers {
		most = max(most, n.Int())
	}
	var b strings.Builder
	width := 100 / float64(len(numbers))
	for i, n := range numbers {
		high := float64(n.Int()) / float64(most) * 40
		x := float64(i) * width
		if p.Dir == "rtl" {
			x = 100 - x - width
		}
		class := "fill"
		if n.Int() == 0 {
			high, class = 0.8, "track"
		}
		fmt.Fprintf(&b, `<rect class="%s" x="%.2f" y="%.2f" width="%.2f" height="%.2f"/>`, class, x+width*0.12, 40-high, width*0.76, high)
	}
	return template.HTML(`<svg class="columns" viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">` + b.String() + `</svg>`)
}

// Shade is the class of a cell of the grid: by how much of it is overdue, in five steps. The numbers stand in the cell.
func (s Stands) Shade(c figures.Cell) string {
	switch {
	case c.All.Int() == 0:
		return "none"
	case c.Worst == 0:
		return "s0"
	case c.Worst <= 10:
		return "s1"
	case c.Worst <= 25:
		return "s2"
	case c.Worst <= 50:
		return "s3"
	}
	return "s4"
}

// Overdue is how many promises of a cell are overdue.
func (s Stands) Overdue(c figures.Cell) figures.Number { return c.By[string(promise.Overdue)] }

// WithStanding is the list of those of a filter with a standing.
func (s Stands) WithStanding(standing promise.Standing) string {
	f := s.List
	f.Standing = string(standing)
	return s.ListLink(f)
}

// InOrder are the standings, in the order in which pages show them.
func (s Stands) InOrder() []promise.Standing { return promise.Standings }

// Stacked draws how many of all stand how: done, under way, open, overdue, withdrawn.
func (s Stands) Stacked() template.HTML {
	total := float64(s.All.Int())
	if total == 0 {
		return ""
	}
	x, parts := 0.0, ""
	for _, part := range []struct {
		class    string
		standing promise.Standing
	}{{"fill", promise.ReportedDone}, {"half", promise.UnderWay}, {"bad", promise.Overdue}, {"gap", promise.Withdrawn}} {
		width := float64(s.Standings[string(part.standing)].Int()) / total * 100
		parts += s.rect(part.class, x, width)
		x += width
	}
	return barSVG(parts)
}

// Paid draws how much of the promised money was paid.
func (s Stands) Paid(a figures.Account) template.HTML {
	percent, ok := promise.Share("0", a.Paid.Value, a.Promised.Value)
	if !a.HasPromised {
		return ""
	}
	return s.bar(min(percent, 100), ok, -1)
}

// HasMoney says whether any money is promised or paid.
func (s Stands) HasMoney() bool {
	return len(s.Money) > 0 || slices.ContainsFunc(s.Rows, func(r figures.GridRow) bool { return len(r.Money) > 0 })
}
