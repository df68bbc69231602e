package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// A form holds lists: measures, their targets, milestones, money. The fields of a row are list.N.field; a list has as many
// rows as its largest N says.

// mostRows is more than any list may have. What a forged form names beyond is not looked at.
const mostRows = 200

// rowOf takes the number of the row out of a field's name.
func rowOf(list, name string) (n int, field string, ok bool) {
	rest, ok := strings.CutPrefix(name, list+".")
	if !ok {
		return 0, "", false
	}
	number, field, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(number)
	return n, field, err == nil && n >= 0 && n < mostRows && strconv.Itoa(n) == number
}

// rows is how many rows a list has.
func (f *form) rows(list string) int {
	count := 0
	for name := range f.values {
		if n, _, ok := rowOf(list, name); ok {
			count = max(count, n+1)
		}
	}
	return count
}

// row is the beginning of the names of a row's fields.
func row(list string, n int) string { return list + "." + strconv.Itoa(n) }

// clear takes away the fields whose names begin with something and a dot, or are it.
func (f *form) clear(beginning string) {
	for name := range f.values {
		if name == beginning || strings.HasPrefix(name, beginning+".") {
			delete(f.values, name)
		}
	}
}

// removeRow takes a row away; those behind it move up.
func (f *form) removeRow(list string, gone int) {
	f.clear(row(list, gone))
	for n, most := gone+1, f.rows(list); n < most; n++ {
		for name, values := range f.values {
			if at, field, ok := rowOf(list, name); ok && at == n {
				delete(f.values, name)
				f.values[row(list, n-1)+"."+field] = values
			}
		}
	}
}

// lists are those that a form of terms has, with a field that a new row shows and the most rows.
var lists = map[string]struct {
	field string
	most  int
}{
	"measure":   {"baseline", promise.MaxMeasures},
	"milestone": {"due", promise.MaxMilestones},
	"money":     {"amount", promise.MaxMoney},
}

// change does what a button for rows asks for: add:LIST or remove:LIST:N, where LIST may be the targets of a measure. It says whether it
// was such a button.
func (t *terms) change(verb, object string) bool {
	switch verb {
	case "add":
		field, most := t.list(object)
		n := t.form.rows(object)
		if field == "" {
			return true
		}
		if n >= most {
			t.form.say(object, t.visit.p.T("plan.rows-many", "Max", most))
			return true
		}
		t.form.set(row(object, n)+"."+field, "")
	case "remove":
		list, number, _ := cutLast(object, ":")
		n, err := strconv.Atoi(number)
		if field, _ := t.list(list); field == "" || err != nil || n < 0 || n >= t.form.rows(list) {
			return true
		}
		if list == "measure" && t.base != nil && n < len(t.base.Measures) && n != t.form.rows(list)-1 {
			return true // reports name measures by their number, so only the last can go
		}
		t.form.removeRow(list, n)
	case "periods":
		n, err := strconv.Atoi(object)
		if err == nil && n >= 0 && n < t.form.rows("measure") {
			t.periods(n)
		}
	default:
		return false
	}
	return true
}

// list knows a list by its name.
func (t *terms) list(name string) (field string, most int) {
	if l, ok := lists[name]; ok {
		return l.field, l.most
	}
	if n, rest, ok := rowOf("measure", name); ok && rest == "target" && n < t.form.rows("measure") {
		return "value", promise.MaxTargets
	}
	return "", 0
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// The lengths of periods that a button makes, in months.
var periodMonths = map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}

// periods writes the target periods of a measure, one after the other, from a day to a day. Rows that have a value stay.
func (t *terms) periods(n int) {
	f, measure := t.form, row("measure", n)
	months, ok := periodMonths[f.get(measure+".every")]
	from, until := t.day(measure+".begin", true), t.day(measure+".end", true)
	if !ok || from == "" || until == "" {
		return
	}
	if until < from {
		f.say(measure+".end", t.visit.p.T("refused.period.backwards"))
		return
	}
	firsts, err := schedule.Rule{Every: schedule.Month, Interval: months, From: from, Until: until}.Days("")
	list := measure + ".target"
	kept := t.filled(list)
	if err != nil || len(firsts)+len(kept) > promise.MaxTargets {
		f.say(measure+".end", t.visit.p.T("plan.rows-many", "Max", promise.MaxTargets))
		return
	}
	for i, first := range firsts {
		last := until
		if i+1 < len(firsts) {
			last = schedule.AddDays(firsts[i+1], -1)
		}
		if !slices.ContainsFunc(kept, func(k promise.Target) bool { return k.From == first && k.To == last }) {
			kept = append(kept, promise.Target{From: first, To: last})
		}
	}
	slices.SortStableFunc(kept, func(a, b promise.Target) int { return cmp.Compare(a.From, b.From) })
	f.clear(list)
	for i, k := range kept {
		f.set(row(list, i)+".from", k.From)
		f.set(row(list, i)+".to", k.To)
		f.set(row(list, i)+".value", k.Value)
	}
}

// filled are the rows of targets in which a value stands, as typed.
func (t *terms) filled(list string) (out []promise.Target) {
	for i := range t.form.rows(list) {
		at := row(list, i)
		if value := t.form.get(at + ".value"); value != "" {
			out = append(out, promise.Target{From: locale.ReadDay(t.form.get(at + ".from")), To: locale.ReadDay(t.form.get(at + ".to")), Value: value})
		}
	}
	return out
}
