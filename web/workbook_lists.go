package web

import (
	"cmp"
	"slices"

	"kept/figures"
	"kept/programme"
	"kept/review"
	"kept/sheet"
)

// placeName is the name of a place of the document, or of the rows.
func (w *workbook) placeName(code string) string {
	if name := w.page.Doc.Names.Place(code); !name.IsZero() {
		return w.page.Plain(name)
	}
	return cmp.Or(w.where[code], code)
}

// learn reads the names of the places of a list, and the titles of promises that the review does not count.
func (w *workbook) learn(list []figures.Counted) error {
	var places [][]any
	var numbers []int64
	for _, c := range list {
		if _, ok := w.where[c.Place]; !ok && c.Place != "" {
			w.where[c.Place] = ""
			places = append(places, []any{c.Place})
		}
		if _, ok := w.titles[c.Promise]; !ok && c.Promise != 0 && w.known[c.Promise] == nil {
			w.titles[c.Promise] = ""
			numbers = append(numbers, c.Promise)
		}
	}
	for some := range slices.Chunk(places, someRows) {
		rows, err := programme.Places.Load(w.at.Tx, some)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w.where[r.Code] = w.page.Plain(programme.ParseWords(r.Name))
		}
	}
	titles, err := w.at.Titles(numbers...)
	for number, title := range titles {
		w.titles[number] = w.page.Plain(title)
	}
	return err
}

// writeHappened writes what was recorded in the period.
func (w *workbook) writeHappened() error {
	for _, what := range figures.Happenings {
		f, ok := w.page.Doc.All.Happened[what]
		if !ok {
			continue
		}
		word := w.word("review.moved-" + what)
		if err := w.at.Each(f.Name, func(c figures.Counted) error {
			return w.happened.Add(joined([]sheet.Cell{word}, w.promiseCells(c.Promise), []sheet.Cell{sheet.Day(c.Day), sheet.Int(c.Entry)})...)
		}); err != nil {
			return err
		}
	}
	return nil
}

// dueStates are the states of due days as the document has them.
var dueStates = []string{figures.OccurrenceHeld, figures.OccurrenceNotHeld, figures.OccurrenceMissing, figures.OccurrenceToCome}

// writeDueDays writes the due days of the period, those of the next one, and all those of the promises that matter most.
func (w *workbook) writeDueDays() error {
	write := func(counted, state string, f review.Figure) error {
		as, is := w.word("workbook."+counted), w.word("occurrence."+state)
		return w.at.Each(f.Name, func(c figures.Counted) error {
			return w.dueDays.Add(joined([]sheet.Cell{as}, w.promiseCells(c.Promise), []sheet.Cell{sheet.Day(c.Day), is, sheet.Int(c.Entry)})...)
		})
	}
	for _, state := range dueStates {
		if err := write("in-period", state, w.page.Doc.All.DueDays[state]); err != nil {
			return err
		}
	}
	if err := write("next-period", figures.OccurrenceToCome, w.page.Doc.Next.DueDays); err != nil {
		return err
	}
	for _, x := range w.matters() {
		for _, state := range dueStates {
			if f, ok := x.DueDays[state]; ok {
				if err := write("whole-plan", state, f); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeSaid writes what villages said in the period: results, and the counts of them that were published.
func (w *workbook) writeSaid() error {
	for _, what := range figures.Sayings {
		f, ok := w.page.Doc.All.Said[what]
		if !ok {
			continue
		}
		list, err := w.behind(f)
		if err != nil {
			return err
		}
		if err := w.learn(list); err != nil {
			return err
		}
		for _, c := range list {
			if err := w.said.Add(joined([]sheet.Cell{w.word("review.said-" + what)}, w.promiseCells(c.Promise),
				[]sheet.Cell{sheet.Text(w.placeName(c.Place)), sheet.Text(w.verdict(c.State)), sheet.Int(c.Adds), sheet.Int(c.Entry)})...); err != nil {
				return err
			}
		}
	}
	return nil
}

// verdict is what a village says in words.
func (w *workbook) verdict(state string) string {
	if state == "" {
		return ""
	}
	return w.page.T("village." + state)
}

// writePayments writes what was paid in the period, each currency by itself.
func (w *workbook) writePayments() error {
	for _, m := range w.page.Doc.All.Money {
		if err := w.at.Each(m.PaidIn.Name, func(c figures.Counted) error {
			return w.payments.Add(joined([]sheet.Cell{sheet.Text(m.Currency)}, w.promiseCells(c.Promise), []sheet.Cell{sheet.Day(c.Day), sheet.Money(c.Adds, w.digits[m.Currency]), sheet.Int(c.Entry)})...)
		}); err != nil {
			return err
		}
	}
	return nil
}

// officeFigures are those of an office that must answer, by the keys of their words.
func officeFigures(o *review.Office) map[string]review.Figure {
	return map[string]review.Figure{"asked": o.Asked, "given": o.Given, "late": o.Late, "owed": o.Owed, "overdue": o.Overdue}
}

// writeAnswers writes the answers of each office: those asked for and given in the period, and those owed.
func (w *workbook) writeAnswers() error {
	for i := range w.page.Doc.Answers.Offices {
		o := &w.page.Doc.Answers.Offices[i]
		of := officeFigures(o)
		for _, what := range []string{"asked", "given", "late", "owed", "overdue"} {
			list, err := w.behind(of[what])
			if err != nil {
				return err
			}
			if err := w.learn(list); err != nil {
				return err
			}
			name := w.page.Plain(w.page.Doc.Names.Organisation(o.Code))
			for _, c := range list {
				if err := w.answers.Add(joined([]sheet.Cell{w.word("review.answers-" + what), sheet.Int(int64(i + 1)), sheet.Text(name)}, w.promiseCells(c.Promise)[:2],
					[]sheet.Cell{sheet.Text(w.placeName(c.Place)), sheet.Day(c.Day), sheet.Text(w.verdict(c.State)), sheet.Int(c.Entry)})...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeVillages writes every village, and whether it has a team.
func (w *workbook) writeVillages() error {
	t := &w.page.Doc.Teams
	served := map[string]bool{}
	list, err := w.behind(t.Served)
	if err != nil {
		return err
	}
	for _, c := range list {
		served[c.Place] = true
	}
	if list, err = w.behind(t.Villages); err != nil {
		return err
	}
	if err := w.learn(list); err != nil {
		return err
	}
	for _, c := range list {
		if err := w.villages.Add(sheet.Text(w.placeName(c.Place)), sheet.Text(c.Place), w.yes(served[c.Place])); err != nil {
			return err
		}
	}
	return nil
}

// writeHeard writes what each village says of the promises that matter most.
func (w *workbook) writeHeard() error {
	for _, x := range w.matters() {
		for _, said := range x.Villages {
			list, err := w.behind(said.Figure)
			if err != nil {
				return err
			}
			if err := w.learn(list); err != nil {
				return err
			}
			for _, c := range list {
				if err := w.heard.Add(sheet.Int(x.Number), sheet.Text(w.page.Plain(x.Title)), sheet.Text(w.placeName(c.Place)), sheet.Text(w.verdict(said.Says))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writeTeams writes the teams in place, and those that have reported nothing for a month.
func (w *workbook) writeTeams() error {
	silent := map[string]bool{}
	quiet, err := w.behind(w.page.Doc.Teams.Silent)
	if err != nil {
		return err
	}
	for _, c := range quiet {
		silent[c.Team] = true
	}
	list, err := w.behind(w.page.Doc.Teams.InPlace)
	if err != nil {
		return err
	}
	inPlace := map[string]bool{}
	for _, c := range list {
		inPlace[c.Team] = true
	}
	for _, c := range quiet {
		if !inPlace[c.Team] {
			list = append(list, c)
		}
	}
	var keys [][]any
	for _, c := range list {
		keys = append(keys, []any{c.Team})
	}
	names := map[string]string{}
	for some := range slices.Chunk(keys, someRows) {
		rows, err := programme.Teams.Load(w.at.Tx, some)
		if err != nil {
			return err
		}
		for _, r := range rows {
			names[r.Code] = w.page.Plain(programme.ParseWords(r.Name))
		}
	}
	for _, c := range list {
		if err := w.teams.Add(sheet.Text(cmp.Or(names[c.Team], c.Team)), w.yes(inPlace[c.Team]), w.yes(silent[c.Team]), sheet.Day(c.Day)); err != nil {
			return err
		}
	}
	return nil
}
