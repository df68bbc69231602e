package iati

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func budget(kind, from, to, value string) string {
	return `<budget` + kind + `><period-start iso-date="` + from + `"/><period-end iso-date="` + to + `"/><value ` + value + `</value></budget>`
}

func transaction(attrs, kind, day, value string) string {
	return `<transaction ` + attrs + `><transaction-type code="` + kind + `"/><transaction-date iso-date="` + day + `"/><value value-date="2026-01-01" ` + value + `</value></transaction>`
}

func measure(attrs, inner string) string {
	return `<result type="1"><title><narrative>Wells dug</narrative></title><indicator ` + attrs +
		`><title><narrative>wells</narrative></title>` + inner + `</indicator></result>`
}

func period(from, to, inner string) string {
	return `<period><period-start iso-date="` + from + `"/><period-end iso-date="` + to + `"/>` + inner + `</period>`
}

// Each part is put into an activity in which nothing else is wrong; the findings are
// all of them, so a finding too many fails as well as one too few.
func TestFindings(t *testing.T) {
	const dim = `<dimension name="sex" value="female"/><dimension name="age" value="adult"/>`
	tests := []struct {
		name, part string
		want       []string // grade, element below iati-activity, code, args
	}{
		{"nothing", "", nil},
		{"elements of another namespace", `<x:y xmlns:x="urn:x" z="1">text<title/></x:y>`, nil},
		{"actual day after publication", `<activity-date type="4" iso-date="2026-07-01"/>`,
			[]string{"warning activity-date iati.day.after-publication 2026-07-01 2026-06-30"}},
		{"actual day on the day of publication", `<activity-date type="4" iso-date="2026-06-30"/>`, nil},
		{"planned day after publication", `<activity-date type="1" iso-date="2026-07-01"/>`, nil},
		{"two due days", `<activity-date type="3" iso-date="2027-01-31"/>`, []string{"error activity-date iati.day.repeated 2027-01-31"}},
		{"a day that is none", `<activity-date type="1" iso-date="2026-02-30"/>`, []string{"error activity-date iati.schema.form 2026-02-30 day"}},
		{"an unknown kind of day", `<activity-date type="7" iso-date="2026-02-20"/>`, []string{"error activity-date iati.day.type 7"}},
		{"country in small letters", `<recipient-country code="ke"/>`, []string{"error recipient-country iati.place.country ke"}},
		{"percentage above 100", `<recipient-country code="UG" percentage="100.1"/>`, []string{"error recipient-country iati.percentage 100.1"}},
		{"location with nothing", `<location/>`, []string{"error location iati.place.nameless"}},
		{"position that is none", `<location ref="L"><point srsName="x"><pos>91 0</pos></point></location>`, []string{"error location/point/pos iati.place.position 91 0"}},
		{"position with three numbers", `<location ref="L"><point srsName="x"><pos>1, 2, 3</pos></point></location>`, []string{"error location/point/pos iati.place.position 1, 2, 3"}},
		{"position with a comma", `<location ref="L"><point srsName="x"><pos>1,2</pos></point></location>`, []string{"warning location/point/pos iati.place.comma 1,2"}},
		{"organisation with nothing", `<participating-org role="1" ref=""/>`, []string{"error participating-org iati.organisation.nameless"}},
		{"organisation without role", `<participating-org ref="B"/>`, []string{"error participating-org iati.schema.missing-attribute role"}},
		{"sector without code", `<sector/>`, []string{"error sector iati.schema.missing-attribute code"}},
		{"an own element", `<own/>`, []string{"warning own iati.schema.unknown own"}},
		{"an own attribute", `<activity-scope code="1" own="1"/>`, []string{"warning activity-scope iati.schema.unknown-attribute own"}},
		{"text where none is", `<activity-scope code="1">village</activity-scope>`, []string{"warning activity-scope iati.schema.text"}},
		{"second title", `<title><narrative>Other</narrative></title>`, []string{"error title iati.schema.repeated title"}},
		{"characters lost", `<location ref="L"><name><narrative>K` + "\ufffdt\ufffd" + `u</narrative></name></location>`,
			[]string{"warning location/name/narrative iati.mangled 2"}},
		{"a text of unknown language", `<location ref="L"><name><narrative xml:lang="">X</narrative></name></location>`, []string{"warning  iati.text.language"}},
		{"document that is no link", `<document-link url="javascript:alert(1)" format="x"><title><narrative>D</narrative></title><category code="A01"/></document-link>`,
			[]string{"error document-link iati.document.address"}},

		{"ranking", measure(`measure="4"`, ""), []string{"error result/indicator iati.measure.not-counted 4"}},
		{"measure of unknown kind", measure(`measure="Unit"`, ""), []string{"error result/indicator iati.measure.kind Unit"}},
		{"measure without kind", measure(``, ""), []string{"error result/indicator iati.schema.missing-attribute measure"}},
		{"ascending perhaps", measure(`measure="1" ascending="perhaps"`, ""), []string{"error result/indicator iati.schema.form perhaps boolean"}},
		{"untitled measure", `<result type="1"><title><narrative>Wells</narrative></title><indicator measure="1"><title><narrative> </narrative></title></indicator></result>`,
			[]string{"warning result/indicator/title/narrative iati.text.empty", "error result/indicator iati.measure.untitled"}},
		{"value with dimensions", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<actual value="1">`+dim+`</actual>`)),
			[]string{"error result/indicator/period/actual iati.measure.dimension sex, age"}},
		{"value in words", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="1,000"/>`)),
			[]string{"error result/indicator/period/target iati.measure.value 1,000"}},
		{"no value", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target/>`)), []string{"warning result/indicator/period/target iati.measure.no-value"}},
		{"two targets", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="1"/><target value="2"/>`)),
			[]string{"error result/indicator/period/target iati.measure.contradiction 2025-01-01 2025-12-31"}},
		{"one target written twice", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="1.0"/><target value="1"/>`)), nil},
		{"target of one place beside the whole", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="3"/><target value="2"><location ref="L"/></target>`)),
			[]string{"error result/indicator/period/target iati.measure.place"}},
		{"target of the only place", measure(`measure="1"`, period("2025-01-01", "2025-12-31", `<target value="2"><location ref="L"/></target>`)), nil},
		{"period that ends before it starts", measure(`measure="1"`, period("2025-12-31", "2025-01-01", "")), []string{"error result/indicator/period iati.period 2025-12-31 2025-01-01"}},
		{"period without end", measure(`measure="1"`, `<period><period-start iso-date="2025-01-01"/><target value="1"/></period>`),
			[]string{"error result/indicator/period iati.schema.missing period-end"}},
		{"baseline without year", measure(`measure="1"`, `<baseline value="1"/>`), []string{"error result/indicator/baseline iati.schema.missing-attribute year"}},
		{"baseline in words", measure(`measure="1"`, `<baseline year="last" value="1"/>`), []string{"error result/indicator/baseline iati.schema.form last positive"}},
		{"two baselines", measure(`measure="1"`, `<baseline year="2020" value="1"/><baseline year="2021" value="1"/>`),
			[]string{"error result/indicator/baseline iati.measure.contradiction 2020 2021"}},

		{"three digits of dollars", transaction("", "3", "2025-01-01", ">1.005"), []string{"error transaction/value iati.money.digits 1.005 USD"}},
		{"zeros behind the cents", transaction("", "3", "2025-01-01", ">1.500"), nil},
		{"cents of francs", transaction("", "3", "2025-01-01", `currency="XOF">1.50`), []string{"error transaction/value iati.money.digits 1.50 XOF"}},
		{"thousandths of dinars", transaction("", "3", "2025-01-01", `currency="TND">1.505`), nil},
		{"amount with commas", transaction("", "3", "2025-01-01", ">1,000"), []string{"error transaction/value iati.schema.form 1,000 decimal"}},
		{"amount beyond bounds", transaction("", "3", "2025-01-01", ">90071992547409.92"), []string{"error transaction/value iati.money.range 90071992547409.92"}},
		{"the largest amount", transaction("", "3", "2025-01-01", ">-90071992547409.91"), nil},
		{"a currency that is none", transaction("", "3", "2025-01-01", `currency="$">1`), []string{"error transaction/value iati.money.currency $"}},
		{"an unknown type", transaction("", "99", "2025-01-01", ">1"), []string{"warning transaction/transaction-type iati.money.type 99"}},
		{"no type", `<transaction><transaction-date iso-date="2025-01-01"/><value value-date="2025-01-01">1</value></transaction>`, []string{"error transaction iati.schema.missing transaction-type"}},
		{"no day", `<transaction><transaction-type code="3"/><value value-date="2025-01-01">1</value></transaction>`, []string{"error transaction iati.schema.missing transaction-date"}},
		{"no amount", `<transaction><transaction-type code="3"/><transaction-date iso-date="2025-01-01"/></transaction>`, []string{"error transaction iati.schema.missing value"}},
		{"budget of unknown type", budget(` type="3"`, "2025-01-01", "2025-12-31", `value-date="2025-01-01">1`), []string{"error budget iati.budget.type 3"}},
		{"budget without value", `<budget><period-start iso-date="2025-01-01"/><period-end iso-date="2025-12-31"/></budget>`, []string{"error budget iati.schema.missing value"}},
		{"two budgets of one period", budget("", "2025-01-01", "2025-12-31", `value-date="2025-01-01">1`) + budget(` type="1"`, "2025-01-01", "2025-12-31", `value-date="2025-01-01">2`),
			[]string{"warning budget iati.budget.repeated 2 2025-01-01 2025-12-31 USD"}},
		{"budget revised in another currency", budget("", "2025-01-01", "2025-12-31", `value-date="2025-01-01">1`) + budget(` type="2"`, "2025-01-01", "2025-12-31", `currency="EUR" value-date="2025-01-01">2`),
			[]string{"warning budget iati.budget.currency 2025-01-01 2025-12-31 USD EUR"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := mustRead(t, file(promise(tt.part)))
			if diff := cmp.Diff(tt.want, told(f)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if len(f.Activities) != 1 {
				t.Error("the activity is not there")
			}
		})
	}
}

// told writes findings as TestFindings wants them, and checks what all must have.
func told(f *File) []string {
	var list []string
	for _, found := range f.Findings {
		element := strings.TrimPrefix(strings.TrimPrefix(found.Element, "iati-activity"), "/")
		list = append(list, strings.TrimRight(string(found.Grade)+" "+element+" "+found.Code+" "+strings.Join(found.Args, " "), " "))
	}
	return list
}

// The same for what makes or breaks an activity as a whole.
func TestWholeActivity(t *testing.T) {
	swap := func(old, new string) string {
		text := promise()
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in the activity", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	tests := []struct {
		name, text string
		read, left int
		want       []string
	}{
		{"no identifier", swap("<iati-identifier>A</iati-identifier>", ""), 0, 1, []string{"critical  iati.schema.missing iati-identifier"}},
		{"empty identifier", swap(">A<", "> <"), 1, 0, []string{"error iati-identifier iati.identifier.empty"}},
		{"one identifier twice", promise() + promise(), 1, 1, []string{"critical iati-identifier iati.identifier.repeated"}},
		{"pipeline", swap(`status code="2"`, `status code="1"`), 0, 1, []string{"error activity-status iati.status.pipeline"}},
		{"unknown status", swap(`status code="2"`, `status code="9"`), 1, 0, []string{"error activity-status iati.status.unknown 9"}},
		{"no status", swap(`<activity-status code="2"/>`, ``), 1, 0, []string{"error  iati.schema.missing activity-status"}},
		{"no title", swap("<title><narrative>Wells</narrative></title>", ""), 1, 0, []string{"error  iati.schema.missing title"}},
		{"empty title", swap("<narrative>Wells</narrative>", "<narrative> </narrative>"), 1, 0, []string{"warning title/narrative iati.text.empty"}},
		{"no narrative of the title", swap("<narrative>Wells</narrative>", ""), 1, 0, []string{"error title iati.schema.missing narrative"}},
		{"no description", swap("<description><narrative>Some wells.</narrative></description>", ""), 1, 0, []string{"error  iati.schema.missing description"}},
		{"no reporter", swap(`<reporting-org ref="R" type="22"><narrative>Reporter</narrative></reporting-org>`, ""), 1, 0, []string{"error  iati.schema.missing reporting-org"}},
		{"no due day", swap(`activity-date type="3"`, `activity-date type="1"`), 1, 0, []string{"warning  iati.day.no-due"}},
		{"nowhere", swap(`<recipient-country code="KE"/>`, ``), 1, 0, []string{"warning  iati.place.none"}},
		{"no sector", swap(`<sector code="14031"/>`, ``), 1, 0, []string{"warning  iati.sector.none"}},
		{"no currency", strings.Replace(promise(transaction("", "3", "2025-01-01", ">1")), ` default-currency="USD"`, "", 1), 1, 0, []string{"error transaction/value iati.money.no-currency"}},
		{"hierarchy in words", swap(`<iati-activity `, `<iati-activity hierarchy="top" `), 1, 0, []string{"error  iati.schema.form top int"}},
		{"hierarchy 0", swap(`<iati-activity `, `<iati-activity hierarchy="0" `), 1, 0, []string{"warning  iati.hierarchy 0"}},
		{"no activity", "", 0, 0, []string{"warning iati-activities iati.no-activity"}},
		{"an element beside the activities", promise() + "<own><iati-activity/></own>", 1, 0, []string{"warning iati-activities iati.schema.unknown own"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := mustRead(t, file(tt.text))
			if diff := cmp.Diff(tt.want, told(f)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if len(f.Activities) != tt.read || len(f.LeftOut) != tt.left {
				t.Errorf("%d activities read and %d left out, want %d and %d", len(f.Activities), len(f.LeftOut), tt.read, tt.left)
			}
		})
	}
}

func TestTaskOfSectors(t *testing.T) {
	for name, tt := range map[string]struct{ sectors, want string }{
		"the highest percentage":         {`<sector code="14031" percentage="40"/><sector code="31110" percentage="60.0"/>`, "31110"},
		"by number, not by text":         {`<sector code="14031" percentage="9"/><sector code="31110" percentage="10"/>`, "31110"},
		"ties by lower code":             {`<sector code="31110" percentage="50.0"/><sector code="14031" percentage="50"/>`, "14031"},
		"the DAC before the publisher":   {`<sector vocabulary="99" code="5005"/><sector code="31110"/>`, "31110"},
		"five digits before three":       {`<sector vocabulary="2" code="140" percentage="100"/><sector code="31110" percentage="1"/>`, "31110"},
		"three digits before the rest":   {`<sector vocabulary="11" code="1"/><sector vocabulary="2" code="140"/>`, "v2-140"},
		"the publisher's where no other": {`<sector vocabulary="99" code="A/B"/>`, "sector-v99-a-b-1830c6d07f81"},
	} {
		text := strings.Replace(promise(tt.sectors), `<sector code="14031"/>`, "", 1)
		if got := mustRead(t, file(text)).Activities[0].Task; got != tt.want {
			t.Errorf("%s: task %q, want %q", name, got, tt.want)
		}
	}
}

func TestNotOver(t *testing.T) {
	for to, want := range map[string]bool{"2026-06-29": false, "2026-06-30": true, "2026-07-01": true} {
		f := mustRead(t, file(promise(measure(`measure="1"`, period("2026-01-01", to, `<actual value="0"/>`)))))
		if got := f.Activities[0].Measures[0].Actuals[0].NotOver; got != want {
			t.Errorf("a period up to %s, published 2026-06-30: not over %v", to, got)
		}
	}
	// Without any day of publication nothing can be said against a reading.
	text := strings.Replace(promise(measure(`measure="1"`, period("2026-01-01", "2199-12-31", `<actual value="0"/>`))), ` last-updated-datetime="2026-06-30T10:00:00Z"`, "", 1)
	if mustRead(t, file(text)).Activities[0].Measures[0].Actuals[0].NotOver {
		t.Error("a file without days calls a period not over")
	}
}

// A parent that measures nothing itself is only a parent, whichever of the two says
// that they are related.
func TestOnlyParent(t *testing.T) {
	activity := func(id, more string) string { return strings.Replace(promise(more), ">A<", ">"+id+"<", 1) }
	related := func(kind, ref string) string { return `<related-activity type="` + kind + `" ref="` + ref + `"/>` }
	for name, tt := range map[string]struct {
		activities []string
		want       []bool
	}{
		"said by the child":  {[]string{activity("P", ""), activity("C", related("1", "P"))}, []bool{true, false}},
		"said by the parent": {[]string{activity("P", related("2", "C")), activity("C", "")}, []bool{true, false}},
		"it measures itself": {[]string{activity("P", measure(`measure="1"`, "")), activity("C", related("1", "P"))}, []bool{false, false}},
		"child elsewhere":    {[]string{activity("P", related("2", "C"))}, []bool{false}},
		"its own child":      {[]string{activity("P", related("2", "P")+related("1", "P"))}, []bool{false}},
		"a sibling":          {[]string{activity("P", ""), activity("C", related("3", "P"))}, []bool{false, false}},
	} {
		var got []bool
		for _, a := range mustRead(t, file(tt.activities...)).Activities {
			got = append(got, a.OnlyParent)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestRepeatedBudgets(t *testing.T) {
	year := func(kind, value string) string { return budget(kind, "2025-01-01", "2025-12-31", value) }
	for name, tt := range map[string]struct {
		text string
		want []Budget
	}{
		"one in two parts":             {year("", ">1") + year("", ">2"), []Budget{{Value: Money{300, "USD"}, Original: &Money{300, "USD"}}}},
		"two parts revised":            {year("", ">1") + year("", ">2") + year(` type="2"`, ">5"), []Budget{{Value: Money{500, "USD"}, Original: &Money{300, "USD"}, Revised: true}}},
		"revised without an original":  {year(` type="2"`, ">5"), []Budget{{Value: Money{500, "USD"}, Revised: true}}},
		"two currencies stay apart":    {year("", ">1") + year("", `currency="EUR">2`), []Budget{{Value: Money{200, "EUR"}, Original: &Money{200, "EUR"}}, {Value: Money{100, "USD"}, Original: &Money{100, "USD"}}}},
		"revised in a second currency": {year("", ">1") + year(` type="2"`, `currency="EUR">2`), []Budget{{Value: Money{200, "EUR"}, Original: &Money{100, "USD"}, Revised: true}}},
		"and in an earlier letter":     {year(` type="2"`, ">1") + year("", `currency="EUR">2`), []Budget{{Value: Money{100, "USD"}, Original: &Money{200, "EUR"}, Revised: true}}},
	} {
		got := mustRead(t, file(promise(tt.text))).Activities[0].Budgets
		for i := range got {
			got[i].Key, got[i].Line, got[i].Period = "", 0, Period{}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
