package programme

import (
	"kept/ledger"
	"kept/locale"
)

// The things whose words an entry of kind naming puts right.
const (
	OfTask         = "task"
	OfPlace        = "place"
	OfOrganisation = "organisation"
	OfTeam         = "team"
	OfProgramme    = "programme" // its title
	OfGoal         = "goal"      // of the programme
)

// Named are all of them.
var Named = []string{OfTask, OfPlace, OfOrganisation, OfTeam, OfProgramme, OfGoal}

func needNaming(n *ledger.Need, e *ledger.Entry, d *Naming) {
	NeedWho(n, e)
	switch d.Of {
	case OfTask:
		Tasks.Need(n, d.Code)
	case OfPlace:
		Places.Need(n, d.Code)
	case OfOrganisation:
		Organisations.Need(n, d.Code)
	case OfTeam:
		Teams.Need(n, d.Code)
	}
}

// putRight replaces the words that are shown. What was said before stands in the entries, and a place is still found by it.
func putRight(r *ledger.Rows, e *ledger.Entry, d *Naming) error {
	if err := First(CheckWho(r, e), CheckWords("name", d.Name)); err != nil {
		return err
	}
	words := Words(d.Name)
	switch d.Of {
	case OfTask:
		return rename(r, Tasks, d, func(row *TaskRow) *string { return &row.Name }, words)
	case OfPlace:
		if err := rename(r, Places, d, func(row *PlaceRow) *string { return &row.Name }, words); err != nil {
			return err
		}
		findByName(r, d.Code, d.Name)
		return nil
	case OfOrganisation:
		return rename(r, Organisations, d, func(row *OrganisationRow) *string { return &row.Name }, words)
	case OfTeam:
		return rename(r, Teams, d, func(row *TeamRow) *string { return &row.Name }, words)
	case OfProgramme, OfGoal:
		return renameProgramme(r, d, words)
	}
	return ledger.Refuse("naming.of", "field", "of")
}

// rename puts words into a row of a view whose key is a code.
func rename[T any](r *ledger.Rows, view *ledger.View[T], d *Naming, name func(*T) *string, words string) error {
	row, ok := view.Get(r, d.Code)
	if !ok {
		return ledger.Refuse("naming.unknown", "field", "code", "code", d.Code)
	}
	if *name(&row) == words {
		return ledger.Refuse("naming.nothing", "field", "name")
	}
	*name(&row) = words
	view.Put(r, row)
	return nil
}

// renameProgramme puts the title or the goal right. There is one programme in a book, so there is no code to name it by.
func renameProgramme(r *ledger.Rows, d *Naming, words string) error {
	if d.Code != "" {
		return ledger.Refuse("naming.unknown", "field", "code", "code", d.Code)
	}
	row, _ := View.Get(r, int64(0)) // CheckWho has seen it
	of := &row.Title
	if d.Of == OfGoal {
		of = &row.Goal
	}
	if *of == words {
		return ledger.Refuse("naming.nothing", "field", "name")
	}
	*of = words
	View.Put(r, row)
	return nil
}

// findByName lets a place be found by every word of its name in any language.
func findByName(r *ledger.Rows, code string, name locale.Wording) {
	for _, text := range name.In {
		for _, w := range locale.Words(text) {
			PlaceWords.Put(r, WordRow{w, code})
		}
	}
}
