package iati

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// budgetGroup gathers the budgets of one period and currency.
type budgetGroup struct {
	period   Period
	currency string
	n        *node // the first
	original sum
	revised  sum

	from *Money // the original, nil where none was published
	gone bool   // its original went to the group that revised it
}

type sum struct {
	minor int64
	count int
}

func (s *sum) add(m Money) {
	s.minor += m.Minor
	s.count++
}

// readBudgets takes the budgets. A revised one takes the place of the original of
// its period; the original stays beside it.
func (a *act) readBudgets() {
	groups := map[string]*budgetGroup{}
	for _, n := range a.n.all("budget") {
		a.readBudget(n, groups)
	}
	list := make([]*budgetGroup, 0, len(groups))
	for _, g := range groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(x, y *budgetGroup) int {
		return cmp.Or(strings.Compare(x.period.From, y.period.From), strings.Compare(x.period.To, y.period.To), strings.Compare(x.currency, y.currency))
	})
	for _, g := range list {
		a.findOriginal(g, list)
	}
	for _, g := range list {
		if g.gone {
			continue
		}
		b := Budget{
			Key:      key("budget", a.Key, g.period.From, g.period.To, g.currency),
			Period:   g.period,
			Original: g.from,
			Revised:  g.revised.count > 0,
			Line:     g.n.line,
		}
		if b.Revised {
			b.Value = Money{g.revised.minor, g.currency}
		} else {
			b.Value = *g.from
		}
		a.Budgets = append(a.Budgets, b)
	}
}

// findOriginal sets the original budget of a group. Where its revision was
// published in another currency, the original is the only other group of that
// period, and goes from there.
func (a *act) findOriginal(g *budgetGroup, list []*budgetGroup) {
	if g.original.count > 0 {
		g.from = &Money{g.original.minor, g.currency}
		return
	}
	var others []*budgetGroup
	for _, other := range list {
		if other != g && other.period == g.period {
			others = append(others, other)
		}
	}
	if len(others) == 1 && others[0].revised.count == 0 {
		other := others[0]
		a.warn(g.n, CodeBudgetCurrency, g.period.From, g.period.To, other.currency, g.currency)
		g.from = &Money{other.original.minor, other.currency}
		other.gone = true
	}
}

func (a *act) readBudget(n *node, groups map[string]*budgetGroup) {
	kind := cmp.Or(n.attr("type"), "1")
	if kind != "1" && kind != "2" {
		a.wrong(n, CodeBudgetType, excerpt(kind))
		return
	}
	period, ok := a.period(n)
	if !ok {
		return
	}
	value := a.child(n, "value", true)
	if value == nil {
		return
	}
	money, ok := a.money(value)
	if !ok {
		return
	}
	id := period.From + period.To + money.Currency
	g := groups[id]
	if g == nil {
		g = &budgetGroup{period: period, currency: money.Currency, n: n}
		groups[id] = g
	}
	s := &g.original
	if kind == "2" {
		s = &g.revised
	}
	if s.count > 0 && abs(s.minor+money.Minor) > MaxMinor {
		a.wrong(value, CodeRange, squeeze(value.text))
		return
	}
	if s.add(money); s.count > 1 {
		a.warn(n, CodeBudgetTwice, strconv.Itoa(s.count), period.From, period.To, money.Currency)
	}
}

func abs(n int64) int64 { return max(n, -n) }
