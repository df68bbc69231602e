package imports

import (
	"context"
	"slices"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// state is what the book says, as far as an import has to compare it with a file.
type state struct {
	home     *programme.Row // nil: the book is empty
	orgs     map[string]programme.OrganisationRow
	aliases  map[programme.AliasRow]bool
	places   map[string]bool
	tasks    map[string]bool
	imports  []programme.ImportRow // in the order of the book
	days     map[string]string     // when the file of an import that stands was last updated
	promises map[string]*known     // by the identifier in the source
	bySeq    map[int64]*known
}

// known is a promise that was read before.
type known struct {
	row      promise.Row
	versions []promise.TermsRow // in order
	reports  []promise.ReportRow
	readings []promise.ReadingRow
	payments []promise.PaymentRow
	imported map[int64]string // entry to the id of the import in which it was read
	stale    map[string]bool  // ids of imports that were withdrawn
}

// read tells whether an entry was read in an import that still stands.
func (k *known) read(seq int64) bool {
	id := k.imported[seq]
	return id != "" && !k.stale[id]
}

// published is the last version of the terms that was read, and its place among the versions.
func (k *known) published() (promise.Terms, int, error) {
	for i, v := range slices.Backward(k.versions) {
		if i == 0 || k.read(v.Seq) {
			t, err := promise.ParseTerms(v.Terms)
			return t, i, err
		}
	}
	return promise.Terms{}, 0, nil // a promise has a version
}

func (k *known) current() (promise.Terms, error) {
	return promise.ParseTerms(k.versions[len(k.versions)-1].Terms)
}

// said is what the publisher said last of the whole promise.
func (k *known) said() string {
	for _, r := range slices.Backward(k.reports) {
		if r.State != "" && k.read(r.Seq) {
			return r.State
		}
	}
	return ""
}

// fromSource joins what belongs to promises that were read.
const fromSource = " WHERE v.promise IN (SELECT seq FROM promise WHERE source <> '') ORDER BY "

func readState(ctx context.Context, book *ledger.Book) (*state, error) {
	s := &state{}
	err := book.DB.Read(ctx, func(tx *store.Tx) error {
		*s = state{orgs: map[string]programme.OrganisationRow{}, aliases: map[programme.AliasRow]bool{}, places: map[string]bool{},
			tasks: map[string]bool{}, promises: map[string]*known{}, bySeq: map[int64]*known{}}
		if err := s.readProgramme(tx); err != nil {
			return err
		}
		return s.readPromises(tx)
	})
	return s, err
}

func (s *state) readProgramme(tx *store.Tx) error {
	row, ok, err := programme.View.One(tx, int64(0))
	if err != nil || !ok {
		return err
	}
	s.home = &row
	orgs, err := programme.Organisations.Select(tx, "")
	for _, o := range orgs {
		s.orgs[o.Code] = o
	}
	if err != nil {
		return err
	}
	aliases, err := programme.Aliases.Select(tx, "")
	for _, a := range aliases {
		s.aliases[a] = true
	}
	if err != nil {
		return err
	}
	places, err := programme.Places.Select(tx, "")
	for _, p := range places {
		s.places[p.Code] = true
	}
	if err != nil {
		return err
	}
	tasks, err := programme.Tasks.Select(tx, "")
	for _, t := range tasks {
		s.tasks[t.Code] = true
	}
	if err != nil {
		return err
	}
	s.imports, err = programme.Imports.Select(tx, "ORDER BY v.seq")
	return err
}

func (s *state) readPromises(tx *store.Tx) error {
	stale := map[string]bool{}
	s.days = map[string]string{}
	for _, i := range s.imports {
		if stale[i.ID] = i.Withdrawn != 0; i.Withdrawn == 0 {
			s.days[i.ID] = i.Updated
		}
	}
	rows, err := promise.View.Select(tx, "WHERE v.source <> '' ORDER BY v.seq")
	if err != nil {
		return err
	}
	for _, r := range rows {
		s.bySeq[r.Seq] = &known{row: r, imported: map[int64]string{}, stale: stale}
	}
	sources, err := promise.Sources.Select(tx, "")
	if err != nil {
		return err
	}
	for _, x := range sources {
		if k := s.bySeq[x.Promise]; k != nil && !stale[x.Import] {
			s.promises[x.Identifier] = k
		}
	}
	return programme.First(
		spread(tx, promise.Versions, "v.promise, v.version", s, func(k *known, r promise.TermsRow) { k.versions = append(k.versions, r) }, func(r promise.TermsRow) int64 { return r.Promise }),
		spread(tx, promise.Reports, "v.seq", s, func(k *known, r promise.ReportRow) { k.reports = append(k.reports, r) }, func(r promise.ReportRow) int64 { return r.Promise }),
		spread(tx, promise.Readings, "v.seq, v.i", s, func(k *known, r promise.ReadingRow) { k.readings = append(k.readings, r) }, func(r promise.ReadingRow) int64 { return r.Promise }),
		spread(tx, promise.Payments, "v.seq", s, func(k *known, r promise.PaymentRow) { k.payments = append(k.payments, r) }, func(r promise.PaymentRow) int64 { return r.Promise }),
		spread(tx, promise.Imported, "v.seq", s, func(k *known, r promise.ImportedRow) { k.imported[r.Seq] = r.Import }, func(r promise.ImportedRow) int64 { return r.Promise }),
	)
}

// spread gives the rows of a view to the promises they belong to.
func spread[T any](tx *store.Tx, v *ledger.View[T], order string, s *state, give func(*known, T), promise func(T) int64) error {
	rows, err := v.Select(tx, fromSource+order)
	for _, r := range rows {
		if k := s.bySeq[promise(r)]; k != nil {
			give(k, r)
		}
	}
	return err
}

// last is the last import that stands.
func (s *state) last() *programme.ImportRow {
	for i := range slices.Backward(s.imports) {
		if s.imports[i].Withdrawn == 0 {
			return &s.imports[i]
		}
	}
	return nil
}

// updated is the day of the latest file from which a promise was read.
func (s *state) updated(k *known) string {
	day := ""
	for _, id := range k.imported {
		day = max(day, s.days[id])
	}
	return day
}
