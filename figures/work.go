package figures

import (
	"kept/ledger"
	"kept/promise"
)

// WorkOf is one report of a promise, with its note in full, also if nobody has looked at it yet: for those who may look.
// On public pages it stays hidden.
func (at *At) WorkOf(p *Promise, row promise.ReportRow) (Work, error) {
	all, err := at.works(p, []promise.ReportRow{row})
	if err != nil {
		return Work{}, err
	}
	notes, err := ledger.TextsOf(at.Tx, promise.FieldNote, row.Seq)
	all[0].Note = textOf(notes[row.Seq], row.Lang)
	return all[0], err
}

// NotesOf are the notes of reports, also of those that nobody has looked at yet: for those who may look.
func (at *At) NotesOf(rows []promise.ReportRow) (map[int64]Text, error) {
	var seqs []int64
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	out := map[int64]Text{}
	if len(seqs) == 0 {
		return out, nil
	}
	notes, err := ledger.TextsOf(at.Tx, promise.FieldNote, seqs...)
	for _, r := range rows {
		out[r.Seq] = textOf(notes[r.Seq], r.Lang)
	}
	return out, err
}
