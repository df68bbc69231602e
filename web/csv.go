package web

import (
	"bytes"
	"encoding/csv"
	"strings"
	"unicode/utf8"

	"kept/figures"
	"kept/locale"
	"kept/programme"
)

// promisesCSV is the list that the address asks for, whole, as a table for a spreadsheet.
func promisesCSV(v *visit) (*result, error) {
	f, order, _, err := v.filter()
	if err != nil {
		return nil, err
	}
	lines, err := v.At.List(f, order, 0, 0)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff") // so that a spreadsheet reads it as UTF-8
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	columns := []string{"number", "promise", "places", "task", "promised", "due", "first-due", "team-says", "marks", "unit", "baseline", "target", "first-target", "reading", "held", "occurrences", "reports", "village-says", "money-promised", "money-paid",
		"said-on", "disputed-before", "unasked-days", "unanswered-days"}
	var header []string
	for _, c := range columns {
		header = append(header, v.p.T("csv."+c))
	}
	tasks, err := v.taskNames()
	if err != nil {
		return nil, err
	}
	w.Write(header) // into memory, as all below
	for _, l := range lines {
		w.Write(v.csvLine(l, tasks))
	}
	w.Flush()
	return &result{bytes: b.Bytes(), media: "text/csv; charset=utf-8", file: v.shelf.name + "-promises.csv"}, w.Error()
}

func (v *visit) taskNames() (map[string]locale.Wording, error) {
	rows, err := programme.Tasks.Select(v.Tx, "ORDER BY v.seq")
	names := map[string]locale.Wording{}
	for _, t := range rows {
		names[t.Code] = programme.ParseWords(t.Name)
	}
	return names, err
}

func (v *visit) csvLine(l figures.Line, tasks map[string]locale.Wording) []string {
	var places []string
	for _, p := range l.Places {
		places = append(places, plain(v.p, programme.ParseWords(p.Name)))
	}
	var unit, baseline, target, first, read string
	if m := l.Measure; m != nil {
		unit = plain(v.p, l.Terms.Measures[0].Unit)
		baseline, target, first, read = m.Baseline.Value, m.Target.Value, m.FirstTarget.Value, m.Read.Value
	}
	var held, total string
	if l.Total > 0 {
		held, total = itoa(l.Held), itoa(l.Total)
	}
	var disputed, unasked, unanswered string
	if l.Said.Village.DisputedBefore {
		disputed = v.p.T("village.disputed-before")
	}
	if l.Said.UnaskedDays > 0 {
		unasked = itoa(int64(l.Said.UnaskedDays))
	}
	if l.Unanswered.Name != "" {
		unanswered = l.Unanswered.Value
	}
	out := []string{itoa(l.Number), plain(v.p, l.Terms.Title), strings.Join(places, "; "), plain(v.p, tasks[l.Row.Task]), l.Row.Promised, l.Due, l.FirstDue,
		v.p.T("standing." + string(l.Said.Team)), strings.Join(marks(v.p, l), "; "), unit, baseline, target, first, read, held, total,
		itoa(l.Reports), v.p.T("village." + string(l.Said.Village.Says)), moneyText(l.Promised), moneyText(l.Paid),
		l.HeardOn, disputed, unasked, unanswered}
	for i := range out {
		out[i] = harmless(out[i])
	}
	return out
}

// moneyText writes sums as "USD 1234.50; XDR 3": plain digits, for a machine to read.
func moneyText(numbers []figures.Number) string {
	var out []string
	for _, n := range numbers {
		out = append(out, n.Currency+" "+digits(n.Value, locale.MinorDigits(n.Currency)))
	}
	return strings.Join(out, "; ")
}

// digits puts the point into an amount of minor units.
func digits(minor string, places int) string {
	sign := ""
	if strings.HasPrefix(minor, "-") {
		sign, minor = "-", minor[1:]
	}
	if places == 0 {
		return sign + minor
	}
	for len(minor) <= places {
		minor = "0" + minor
	}
	return sign + minor[:len(minor)-places] + "." + minor[len(minor)-places:]
}

// harmless keeps a spreadsheet from running a text as a formula.
func harmless(s string) string {
	first, _ := utf8.DecodeRuneInString(s) // the wide signs are formulas to spreadsheets in Chinese and Japanese
	if s != "" && strings.ContainsRune("=+@\t\r＝＋－＠", first) || first == '-' && !isNumber(s) {
		return "'" + s
	}
	return s
}

func isNumber(s string) bool { return strings.Trim(s, "-.0123456789") == "" }

// marks are the marks beside a promise's standing, in words.
func marks(p *locale.Printer, l figures.Line) []string {
	var out []string
	if l.Said.Lowered {
		out = append(out, p.T("mark.lowered"))
	}
	if l.Said.MadeLater {
		out = append(out, p.T("mark.made-later"))
	}
	if l.Said.Suspended {
		out = append(out, p.T("mark.suspended"))
	}
	if l.Said.LateDays > 0 {
		out = append(out, p.T("mark.done-late"))
	}
	return out
}

// Marks are the marks of a line for the list.
func (p Page) Marks(l figures.Line) []string { return marks(p.Printer, l) }
