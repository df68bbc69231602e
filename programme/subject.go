package programme

import (
	"encoding/hex"
	"slices"
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/schedule"
)

// The kinds of this subject's entries.
const (
	KindProgramme    = "programme"
	KindTask         = "task"
	KindPlace        = "place"
	KindOrganisation = "organisation"
	KindAlias        = "alias"
	KindTeam         = "team"
	KindPosting      = "posting"
	KindPostingEnd   = "posting-end"
	KindNaming       = "naming"
	KindImport       = "import"

	KindImportWithdrawal = "import-withdrawal"
)

// Subject is what this package offers to the ledger.
var Subject = &ledger.Subject{
	Name: "programme",
	Views: ledger.Views(View, Tasks, Places, Above, PlaceWords, Organisations, Aliases, Teams, Postings, LastPostings,
		Imports),
	Kinds: []*ledger.Kind{
		ledger.KindOf(KindProgramme, needProgramme, openProgramme),
		ledger.KindOf(KindTask, needTask, addTask),
		ledger.KindOf(KindPlace, needPlace, addPlace),
		ledger.KindOf(KindOrganisation, needOrganisation, addOrganisation),
		ledger.KindOf(KindAlias, needAlias, addAlias),
		ledger.KindOf(KindTeam, needTeam, addTeam),
		ledger.KindOf(KindPosting, needPosting, addPosting),
		ledger.KindOf(KindPostingEnd, needPostingEnd, endPosting),
		ledger.KindOf(KindNaming, needNaming, putRight),
		ledger.KindOf(KindImport, needImport, addImport),
		ledger.KindOf(KindImportWithdrawal, needImportWithdrawal, withdrawImport),
	},
}

// NeedWho announces the rows that CheckWho looks at.
func NeedWho(n *ledger.Need, e *ledger.Entry) {
	View.Need(n, int64(0))
	if code, ok := strings.CutPrefix(e.Who, "org:"); ok {
		Organisations.Need(n, code)
	} else if code, ok := strings.CutPrefix(e.Who, "team:"); ok {
		Teams.Need(n, code)
	}
}

// CheckWho refuses an entry before its programme is there, or by someone the programme does not know.
func CheckWho(r *ledger.Rows, e *ledger.Entry) error {
	if _, ok := View.Get(r, int64(0)); !ok {
		return ledger.Refuse("programme.missing")
	}
	known := false
	if code, ok := strings.CutPrefix(e.Who, "org:"); ok {
		_, known = Organisations.Get(r, code)
	} else if code, ok := strings.CutPrefix(e.Who, "team:"); ok {
		_, known = Teams.Get(r, code)
	}
	if !known {
		return ledger.Refuse("who.unknown", "who", e.Who)
	}
	return nil
}

func needProgramme(n *ledger.Need, e *ledger.Entry, d *Programme) { View.Need(n, int64(0)) }

func openProgramme(r *ledger.Rows, e *ledger.Entry, d *Programme) error {
	if _, ok := View.Get(r, int64(0)); ok {
		return ledger.Refuse("programme.there-already")
	}
	if err := First(CheckCode("name", d.Name), CheckWords("title", d.Title), CheckWords("goal", d.Goal),
		CheckDay("from", d.From), CheckDay("until", d.Until)); err != nil {
		return err
	}
	if d.Until < d.From {
		return ledger.Refuse("period.backwards", "field", "until")
	}
	if len(d.Languages) == 0 || len(d.Zone) == 0 || len(d.Zone) > 60 || e.About != "" {
		return ledger.Refuse("programme.incomplete")
	}
	View.Put(r, Row{0, e.Seq, d.Name, Words(d.Title), Words(d.Goal), d.From, d.Until, d.Zone, strings.Join(d.Languages, " "), e.Who})
	return nil
}

func needTask(n *ledger.Need, e *ledger.Entry, d *Task) {
	NeedWho(n, e)
	Tasks.Need(n, d.Code)
}

func addTask(r *ledger.Rows, e *ledger.Entry, d *Task) error {
	if err := First(CheckWho(r, e), CheckCode("code", d.Code), CheckWords("name", d.Name)); err != nil {
		return err
	}
	if _, ok := Tasks.Get(r, d.Code); ok {
		return ledger.Refuse("code.taken", "field", "code", "code", d.Code)
	}
	Tasks.Put(r, TaskRow{d.Code, e.Seq, Words(d.Name)})
	return nil
}

func needPlace(n *ledger.Need, e *ledger.Entry, d *Place) {
	NeedWho(n, e)
	Places.Need(n, d.Code)
	Places.Need(n, d.Parent)
}

func addPlace(r *ledger.Rows, e *ledger.Entry, d *Place) error {
	if err := First(CheckWho(r, e), CheckCode("code", d.Code), CheckWords("name", d.Name), checkLevel(d.Level)); err != nil {
		return err
	}
	if len(d.Position) > MaxPosition {
		return ledger.Refuse("place.position", "field", "position")
	}
	if row, ok := Places.Get(r, d.Code); ok && row.Parent == d.Parent {
		return ledger.Refuse("code.taken", "field", "code", "code", d.Code)
	} else if ok {
		return ledger.Refuse("place.moved", "field", "parent", "code", d.Code, "parent", row.Parent)
	}
	if d.Parent == d.Code {
		return ledger.Refuse("place.cycle", "field", "parent", "code", d.Code)
	}
	for above, level := d.Parent, d.Level; above != ""; {
		p, ok := Places.Get(r, above)
		if !ok {
			return ledger.Refuse("place.parent-unknown", "field", "parent", "code", above)
		}
		// Every place is of a smaller level than the one it lies in, so this comes to an end.
		if !Smaller(level, p.Level) {
			return ledger.Refuse("place.level-order", "field", "level", "code", d.Code, "parent", above)
		}
		Above.Put(r, AboveRow{above, d.Code})
		above, level = p.Parent, p.Level
	}
	Above.Put(r, AboveRow{d.Code, d.Code})
	Places.Put(r, PlaceRow{d.Code, e.Seq, d.Parent, d.Level, Words(d.Name), d.Position})
	findByName(r, d.Code, d.Name)
	return nil
}

func checkLevel(level string) error {
	if !slices.Contains(Levels, level) {
		return ledger.Refuse("place.level", "field", "level")
	}
	return nil
}

// Smaller says whether a place of the first level can lie in one of the second.
func Smaller(level, parent string) bool {
	return slices.Index(Levels, level) > slices.Index(Levels, parent)
}

func needOrganisation(n *ledger.Need, e *ledger.Entry, d *Organisation) {
	View.Need(n, int64(0))
	Organisations.Need(n, d.Code)
}

func addOrganisation(r *ledger.Rows, e *ledger.Entry, d *Organisation) error {
	if _, ok := View.Get(r, int64(0)); !ok {
		return ledger.Refuse("programme.missing")
	}
	if err := First(CheckCode("code", d.Code), CheckWords("name", d.Name)); err != nil {
		return err
	}
	if len(d.Country) > 10 {
		return ledger.Refuse("code.bad", "field", "country")
	}
	if _, ok := Organisations.Get(r, d.Code); ok {
		return ledger.Refuse("code.taken", "field", "code", "code", d.Code)
	}
	Organisations.Put(r, OrganisationRow{d.Code, e.Seq, Words(d.Name), d.Country})
	return nil
}

func needAlias(n *ledger.Need, e *ledger.Entry, d *Alias) {
	NeedWho(n, e)
	Organisations.Need(n, d.Organisation)
	Aliases.Need(n, d.Organisation, d.Name)
}

func addAlias(r *ledger.Rows, e *ledger.Entry, d *Alias) error {
	if err := First(CheckWho(r, e), CheckWords("name", locale.Plain("und", d.Name))); err != nil {
		return err
	}
	if _, ok := Organisations.Get(r, d.Organisation); !ok {
		return ledger.Refuse("organisation.unknown", "code", d.Organisation)
	}
	Aliases.Put(r, AliasRow{d.Organisation, d.Name})
	return nil
}

func needTeam(n *ledger.Need, e *ledger.Entry, d *Team) {
	NeedWho(n, e)
	Teams.Need(n, d.Code)
	Organisations.Need(n, d.Organisation)
}

func addTeam(r *ledger.Rows, e *ledger.Entry, d *Team) error {
	if err := First(CheckWho(r, e), CheckCode("code", d.Code), CheckWords("name", d.Name)); err != nil {
		return err
	}
	if _, ok := Organisations.Get(r, d.Organisation); !ok {
		return ledger.Refuse("organisation.unknown", "code", d.Organisation)
	}
	if _, ok := Teams.Get(r, d.Code); ok {
		return ledger.Refuse("code.taken", "field", "code", "code", d.Code)
	}
	Teams.Put(r, TeamRow{d.Code, e.Seq, d.Organisation, Words(d.Name)})
	return nil
}

func needImport(n *ledger.Need, e *ledger.Entry, d *Import) { NeedWho(n, e) }

func addImport(r *ledger.Rows, e *ledger.Entry, d *Import) error {
	if err := CheckWho(r, e); err != nil {
		return err
	}
	if b, err := hex.DecodeString(d.SHA256); err != nil || len(b) != 32 || d.Format != "iati" {
		return ledger.Refuse("import.incomplete")
	}
	if d.Updated != "" && !schedule.ValidDay(d.Updated) {
		return ledger.Refuse("day.bad", "field", "updated")
	}
	Imports.Put(r, ImportRow{ID: e.ID, Seq: e.Seq, Format: d.Format, SHA256: d.SHA256, Updated: d.Updated, Who: e.Who})
	return nil
}

func needImportWithdrawal(n *ledger.Need, e *ledger.Entry, d *ImportWithdrawal) {
	NeedWho(n, e)
	Imports.Need(n, e.About)
}

func withdrawImport(r *ledger.Rows, e *ledger.Entry, d *ImportWithdrawal) error {
	if err := First(CheckWho(r, e), CheckImport(r, e.About)); err != nil {
		return err
	}
	row, ok := Imports.Get(r, e.About)
	if !ok {
		return ledger.Refuse("import.unknown")
	}
	row.Withdrawn = e.Seq
	Imports.Put(r, row)
	return nil
}

// CheckImport refuses an entry that says it was read in an import that is not in the book or was withdrawn. The empty id
// is of an entry that was not read from a source.
func CheckImport(r *ledger.Rows, id string) error {
	if id == "" {
		return nil
	}
	row, ok := Imports.Get(r, id)
	switch {
	case !ok:
		return ledger.Refuse("import.unknown")
	case row.Withdrawn != 0:
		return ledger.Refuse("import.withdrawn")
	}
	return nil
}
