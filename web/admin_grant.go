package web

import (
	"kept/locale"
	"kept/programme"
	"kept/staff"
	"kept/store"
)

// GrantLine is a role somewhere, in words.
type GrantLine struct {
	staff.Grant
	Title  locale.Wording   // of the programme
	Name   locale.Wording   // of the office or team
	Within []locale.Wording // names of the places that it is limited to
	Served bool             // the programme is served here
}

// ByAdmin says whether it is the role of an administrator, in no programme.
func (g GrantLine) ByAdmin() bool { return g.Role == staff.Admin }

// inBook reads another programme's book, or this one in the transaction that is open.
func (v *visit) inBook(name string, read func(tx *store.Tx) error) (served bool, err error) {
	shelf := v.server.find(name)
	if shelf == nil || shelf == v.server.admin {
		return false, nil
	}
	if shelf == v.shelf && v.At != nil {
		return true, read(v.Tx)
	}
	return true, shelf.book.DB.Read(v.ctx, read)
}

// grantLines says grants in words. What a book does not know, or is not here, is shown by its code.
func (v *visit) grantLines(grants []staff.Grant) (out []GrantLine, err error) {
	for _, g := range grants {
		line := GrantLine{Grant: g, Title: locale.Plain("und", g.Programme), Name: locale.Plain("und", g.Who), Served: true}
		if !line.ByAdmin() {
			if line.Served, err = v.inBook(g.Programme, func(tx *store.Tx) error { return line.read(tx) }); err != nil {
				return nil, err
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// read takes the names from the book.
func (g *GrantLine) read(tx *store.Tx) error {
	row, ok, err := programme.View.One(tx, int64(0))
	if err != nil {
		return err
	}
	if ok {
		g.Title = programme.ParseWords(row.Title)
	}
	name, ok, err := wordsOf(tx, g.Who)
	if err != nil {
		return err
	}
	if ok {
		g.Name = name
	}
	for _, code := range g.Places {
		name := locale.Plain("und", code)
		place, ok, err := programme.Places.One(tx, code)
		if err != nil {
			return err
		}
		if ok {
			name = programme.ParseWords(place.Name)
		}
		g.Within = append(g.Within, name)
	}
	return nil
}
