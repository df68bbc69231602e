package web

import (
	"errors"
	"os"
	"path/filepath"

	"kept/locale"
	"kept/programme"
	"kept/staff"
	"kept/store"
)

// Programmes is the page of the programmes that are served here, with their backups.
type Programmes struct {
	Form
	Lines  []ProgrammeLine
	Opened *ProgrammeLine // the one that was just opened
	Saved  *Saved         // the backup that was just made
	CanDo  bool           // programmes can be opened and backed up here
}

// ProgrammeLine is a programme that is served here.
type ProgrammeLine struct {
	Short   string
	Title   locale.Wording
	From    string
	Until   string
	Address string
	Invite  string // address of the page that invites its office
}

// Saved is a backup.
type Saved struct {
	File  string
	Name  string // of the file
	Size  string // in megabytes
	Of    string // short name of the programme, "" for the accounts
	Title locale.Wording
}

func programmesPage(v *visit) (*result, error) {
	page := Programmes{CanDo: v.server.host != nil}
	if v.asked() {
		verb, object := v.form.do()
		if verb != "backup" || !page.CanDo {
			return nil, unclear
		}
		saved, err := v.backUp(object)
		if err != nil {
			return nil, err
		}
		page.Saved = saved
	}
	page.Form = v.formPage("programmes", v.p.T("programmes.title"))
	opened := v.r.URL.Query().Get("opened")
	for _, b := range v.server.shelves() {
		row, err := home(v.ctx, b.book)
		if err != nil {
			return nil, err
		}
		line := ProgrammeLine{Short: b.name, Title: programme.ParseWords(row.Title), From: row.From, Until: row.Until, Address: "/" + b.name + "/?lang=" + v.p.Tag,
			Invite: page.OfficeLink("invite", "programme", b.name, "role", string(staff.Office))}
		page.Lines = append(page.Lines, line)
		if b.name == opened && v.form == nil {
			page.Opened = &line
		}
	}
	if opened != "" && page.Opened == nil && v.form == nil {
		return nil, badQuery
	}
	return &result{page: page, name: "admin-programmes"}, nil
}

// backUp makes a backup, and notes who asked for it: the file holds all there is.
func (v *visit) backUp(name string) (*Saved, error) {
	saved := &Saved{Of: name}
	if name != "" {
		lines, err := v.grantLines([]staff.Grant{{Programme: name, Role: staff.Office}})
		if err != nil {
			return nil, err
		}
		if !lines[0].Served {
			return nil, unclear
		}
		saved.Title = lines[0].Title
	}
	act := staff.Act{Account: v.me.Account.ID, Programme: name, What: staff.ActBackup}
	if err := v.server.desk.Act(v.ctx, act); err != nil {
		return nil, err
	}
	file, err := v.server.host.Backup(v.ctx, name)
	var size os.FileInfo
	if err == nil {
		size, err = os.Stat(file)
	}
	var problem *store.Problem
	if errors.As(err, &problem) { // for whoever runs the server, in his words
		v.server.log.Error("a backup failed", "programme", name, "error", err)
		v.form.say("", v.p.T("programmes.backup-failed", "Cause", problem.What))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	saved.File, saved.Name = file, filepath.Base(file)
	saved.Size = v.p.Decimal(tenths((size.Size() + 99_999) / 100_000))
	return saved, nil
}

// tenths writes a number of tenths as a decimal.
func tenths(n int64) string { return itoa(n/10) + "." + itoa(n%10) }
