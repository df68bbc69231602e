package simulate

import (
	"fmt"
	"strconv"
	"strings"

	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// terms are what is promised, as first made or as amended.
func (l *life) terms(w *world, amended bool) promise.Terms {
	task, _ := l.taskAndGroup()
	t := promise.Terms{Task: task, Places: l.places(w), Team: l.team(), Office: l.office(), Money: l.budget(amended && l.change == adds)}
	amount, due, count := l.amount, l.due, l.count
	if amended {
		amount, due, count = l.now.amount, l.now.due, l.now.count
	}
	if l.work != nil {
		t.Title = l.title(l.work.title, quantity(amount, l.work.tenths))
		t.Plan = promise.Plan{Kind: promise.Once, Due: w.day(due)}
		t.Measures = []promise.Measure{l.measure(w, amount, due)}
	} else {
		last := w.day(l.occurrence(w, count-1))
		t.Title = l.title(l.service.title, "")
		t.Plan = promise.Plan{Kind: promise.Schedule, Rule: &schedule.Rule{Every: l.service.every, Interval: 1, From: w.day(l.start), Until: last}}
		if l.service.per > 0 {
			t.Measures = []promise.Measure{{Name: l.service.name, Unit: l.service.unit,
				Targets: []promise.Target{{From: w.day(l.made), To: last, Value: strconv.Itoa(l.service.per * count)}}}}
		}
	}
	if l.milestone || amended && l.change == adds && l.cents == 0 {
		half := l.made + 30
		if l.milestone && amended && l.change == adds && l.cents == 0 {
			half += 14
		}
		t.Milestones = []promise.Milestone{{Title: halfWay, Due: w.day(half)}}
	}
	return t
}

func (l *life) places(w *world) (codes []string) {
	switch l.whole {
	case asOne:
		return []string{townshipCode(l.township)}
	case asEach:
		first, n := w.villagesOf(l.township)
		for v := range n {
			codes = append(codes, villageCode(first+v))
		}
	default:
		for _, v := range l.villages[:l.n] {
			codes = append(codes, villageCode(v))
		}
	}
	return codes
}

// title says where before what: so no language has to bend the name of a place.
func (l *life) title(what locale.Wording, amount string) locale.Wording {
	out := locale.Wording{Original: what.Original, In: make(map[string]string, len(what.In))}
	for lang, text := range what.In {
		if amount != "" {
			text = fmt.Sprintf(text, amount)
		}
		out.In[lang] = l.whereIn(lang) + text
	}
	return out
}

func (l *life) whereIn(lang string) string {
	comma, colon := ", ", ": "
	switch lang {
	case "zh-Hans":
		comma, colon = "、", "："
	case "ug":
		comma = "، "
	}
	if l.whole != 0 {
		return placeName(l.township+101, "", "乡", " يېزىسى").In[lang] + colon
	}
	var names []string
	for _, v := range l.villages[:l.n] {
		names = append(names, villageName(v).In[lang])
	}
	return strings.Join(names, comma) + colon
}

// measure is the one measure of a work, with a target for each period, the last of which ends on the due day.
func (l *life) measure(w *world, amount, due int) promise.Measure {
	m := promise.Measure{Name: l.work.name, Unit: l.work.unit, Down: l.work.down}
	before, _ := monthOf(w.day(l.made))
	if l.work.down {
		m.Baseline = &promise.Baseline{Value: quantity(l.baseline, l.work.tenths), Year: before/12 - 1}
	} else if l.number%3 != 0 {
		m.Baseline = &promise.Baseline{Value: "0", Year: before/12 - 1}
	}
	for p := range l.periods {
		from, to := l.period(p)
		if p == l.periods-1 {
			to = due
		}
		m.Targets = append(m.Targets, promise.Target{From: w.day(from), To: w.day(to), Value: l.value(amount, 100*(p+1)/l.periods)})
	}
	return m
}

// period is the p-th of those before the first due day.
func (l *life) period(p int) (from, to int) {
	all := l.due - l.made
	if from = l.made + all*p/l.periods; p > 0 {
		from++
	}
	return from, l.made + all*(p+1)/l.periods
}

// value is what the measure of a work is at so many hundredths of the way.
func (l *life) value(amount, hundredths int) string {
	n := amount * hundredths / 100
	if l.work.down {
		n = max(1, l.baseline-(l.baseline-amount)*hundredths/100)
	}
	return quantity(n, l.work.tenths)
}

// quantity writes an amount as people write it.
func quantity(n int, tenths bool) string {
	if tenths && n%10 != 0 {
		return fmt.Sprintf("%d.%d", n/10, n%10)
	} else if tenths {
		n /= 10
	}
	return strconv.Itoa(n)
}
