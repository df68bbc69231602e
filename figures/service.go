package figures

import (
	"fmt"
	"strconv"

	"kept/promise"
)

// Counts is what was reported of one period of a service level.
type Counts struct {
	Due, State               string // the state as of the programme's day
	Received, Answered, Late Number
}

// service is one count of a period of a service level: as it stands, by promise and due day, or as one report said, by its
// entry. It is empty where nothing was reported.
func service(at *At, a args) (string, error) {
	what := a.get("what")
	if what != "received" && what != "answered" && what != "late" {
		return "", fmt.Errorf("a service level has no %q", what)
	}
	if a.get("entry") != "" {
		return at.number("SELECT "+what+" FROM service WHERE promise = (SELECT promise FROM report WHERE seq = $1) AND seq = $1", a.int("entry"))
	}
	return at.number("SELECT s."+what+` FROM service AS s JOIN occurrence AS o ON o.promise = s.promise AND o.due = s.due AND o.seq = s.seq
		JOIN promise AS p ON p.seq = s.promise WHERE p.number = $1 AND s.due = $2`, a.int("promise"), a.get("due"))
}

// readCounts reads what stands of each period.
func (at *At) readCounts(p *Promise) error {
	rows, err := promise.Services.Select(at.Tx, "WHERE v.promise = $1", p.Seq)
	if err != nil {
		return err
	}
	of := map[int64]promise.ServiceRow{}
	for _, s := range rows {
		of[s.Seq] = s
	}
	for _, o := range p.Occurrences.Days {
		s, ok := of[o.Seq]
		c := counts(s, ok, "promise", strconv.FormatInt(p.Number, 10), "due", o.Due)
		c.Due, c.State = o.Due, StateOn(o, at.Day)
		p.Occurrences.Counts = append(p.Occurrences.Counts, *c)
	}
	return nil
}

// countsOf reads what each report of a service level says, from an entry on.
func (at *At) countsOf(p *Promise, oldest int64) (map[int64]*Counts, error) {
	out := map[int64]*Counts{}
	if p.Plan != promise.ServiceLevel {
		return out, nil
	}
	rows, err := promise.Services.Select(at.Tx, "WHERE v.promise = $1 AND v.seq >= $2", p.Seq, oldest)
	for _, s := range rows {
		out[s.Seq] = counts(s, true, "entry", strconv.FormatInt(s.Seq, 10))
		out[s.Seq].Due = s.Due
	}
	return out, err
}

func counts(s promise.ServiceRow, known bool, pairs ...string) *Counts {
	number := func(what string, n int64) Number {
		out := count(name("service", append([]string{"what", what}, pairs...)...), n)
		if !known {
			out.Value = ""
		}
		return out
	}
	return &Counts{Received: number("received", s.Received), Answered: number("answered", s.Answered), Late: number("late", s.Late)}
}
