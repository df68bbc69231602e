package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kept/device"
	"kept/locale"
	"kept/promise"
	"kept/schedule"
)

// report reads what an event says, as the form of a report reads what was typed. Nothing here depends on the state of the book: the
// same event is the same report whenever it is sent.
func (a *arriving) report(v *visit) (r promise.Report, note locale.Wording) {
	d := &a.Data
	wrong := func(field, key string, args ...any) { a.refuse(v, field, "event.typed", key, args...) }
	if !schedule.ValidDay(a.Day) {
		a.refuse(v, "day", "event.day", "typed.day")
	}
	r.State = d.State
	if r.State != "" && !slices.Contains(promise.States, r.State) {
		a.refuse(v, "", "event.shape", "refused.event.shape")
	}
	if o := d.Occurrence; o != nil {
		r.Occurrence = &promise.Occurrence{Due: o.Due, Held: o.Held}
	}
	if s := d.Service; s != nil {
		r.Service = &promise.Service{Due: s.Due}
		typed := map[string]string{"received": s.Received, "answered": s.Answered, "late": s.Late}
		readCounts(r.Service, func(field string) string { return typed[field] }, func(field, key string) { wrong("service."+field, key) })
	}
	for i, x := range d.Readings {
		field := "readings." + strconv.Itoa(i)
		value, ok := locale.ReadDecimal(x.Value)
		if !ok {
			wrong(field+".value", "typed.number")
		}
		reading := promise.Reading{Measure: x.Measure, Value: value}
		if x.Period != "" {
			from, to, ok := strings.Cut(x.Period, "/")
			if !ok || !schedule.ValidDay(from) || !schedule.ValidDay(to) {
				wrong(field+".period", "reporting.no-period")
			}
			reading.From, reading.To = from, to
		}
		r.Readings = append(r.Readings, reading)
	}
	for i, s := range d.Spent {
		field := "spent." + strconv.Itoa(i) + "."
		addSpent(&r, s.Amount, s.Currency, func(part, key string, args ...any) { wrong(field+part, key, args...) })
	}
	note = a.note(v)
	for _, sum := range d.Pictures {
		r.Pictures = append(r.Pictures, device.Picture(a.ID, sum))
	}
	if len(r.Pictures) > 0 && !d.Nobody {
		a.refuse(v, "pictures", "event.nobody", "picture.nobody-needed")
	}
	if note.IsZero() && r.State == "" && r.Occurrence == nil && r.Service == nil && len(r.Readings)+len(r.Spent)+len(r.Pictures) == 0 {
		a.refuse(v, "", "event.empty", "reporting.empty")
	}
	return r, note
}

// note reads the words of an event. Languages in which nothing was written are left out, as a form leaves them out.
func (a *arriving) note(v *visit) locale.Wording {
	if a.Data.Note == nil {
		return locale.Wording{}
	}
	in := a.Data.Note.In
	w := wordingOf(slices.Sorted(maps.Keys(in)), a.Data.Note.Original, func(lang string) string { return strings.TrimSpace(strings.ReplaceAll(in[lang], "\r\n", "\n")) })
	if w.IsZero() {
		return w
	}
	var words *locale.Error
	if err := w.CheckLong(promise.MaxText); errors.As(err, &words) {
		a.refuse(v, "note", "event.typed", words.Code, words.Args...)
	}
	return w
}

// checkPeriods sees that a reading is of a measure that there is, and of a period that its measure has.
func (a *arriving) checkPeriods(v *visit, terms *promise.Terms, r *promise.Report) {
	for i, x := range r.Readings {
		field := "readings." + strconv.Itoa(i)
		if x.Measure < 0 || x.Measure >= int64(len(terms.Measures)) {
			a.refuse(v, field+".value", "measure.unknown", "refused.measure.unknown", "Measure", x.Measure)
			return
		}
		has := func(t promise.Target) bool { return t.From == x.From && t.To == x.To }
		if x.From != "" && !slices.ContainsFunc(terms.Measures[x.Measure].Targets, has) {
			a.refuse(v, field+".period", "event.typed", "reporting.no-period")
		}
	}
}
