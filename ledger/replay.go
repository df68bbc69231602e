package ledger

import (
	"bytes"
	"context"
	"fmt"
	"runtime/debug"

	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// step does what the entry does to the view rows. A step that panics is an error of the program; since it is pure it would
// panic every time, so the entry is refused and the others go on.
func (p *prepared) step(r *Rows) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Refusal{Code: "entry.internal", Args: []any{"kind", p.entry.Kind}, Cause: fmt.Errorf("%v\n%s", v, debug.Stack())}
		}
	}()
	if p.entry.About != "" && p.entry.AboutSeq < 0 {
		return Refuse("entry.about-unknown")
	}
	return p.kind.step(r, p.entry, p.data)
}

// need announces the rows that the step will want. If it panics, so will the step, or it does without.
func (p *prepared) need(n *Need) {
	defer func() { _ = recover() }()
	p.kind.need(n, p.entry, p.data)
}

// needMore announces the rows whose keys stand in rows that are there already.
func (p *prepared) needMore(n *Need, r *Rows) {
	if p.kind.more == nil || p.entry.AboutSeq < 0 {
		return
	}
	defer func() { _ = recover() }()
	p.kind.more(n, r, p.entry, p.data)
}

// replay folds the entries of a book from the first one, in memory, with the steps that the live path runs. It also
// computes the tree and gathers what lies beside the book.
type replay struct {
	rules *Rules
	rows  *Rows
	size  int64
	day   string
	edge  edge
	nodes [][]any // in the order in which they complete
	ids   map[string]int64
	texts map[string]string // entry and field, to hash
	pics  map[string]bool
}

func (r *Rules) replay() *replay {
	return &replay{rules: r, rows: newRows(nil), ids: map[string]int64{}, texts: map[string]string{}, pics: map[string]bool{}}
}

// textKey names a text beside the book.
func textKey(entry int64, field string) string { return fmt.Sprintf("%s of entry %d", field, entry) }

// next takes one row of the entry table. What it returns is a *Damage that names the entry.
func (r *replay) next(row []any) error {
	seq, id, leaf, body := row[0].(int64), row[1].([]byte), row[2].([]byte), row[3].([]byte)
	what := fmt.Sprintf("entry %d", r.size)
	if seq != r.size {
		return &Damage{what, fmt.Sprintf("it is missing; number %d comes next", seq)}
	}
	sum := tlog.RecordHash(body)
	if !bytes.Equal(sum[:], leaf) {
		return &Damage{what, "its bytes do not have the hash that is stored"}
	}
	p, err := r.rules.parse(body)
	if err != nil {
		return &Damage{what, err.Error()}
	}
	e := p.entry
	if !bytes.Equal(id, rawID(e.ID)) {
		return &Damage{what, "it is stored under another id"}
	}
	if before, ok := r.ids[e.ID]; ok {
		return &Damage{what, fmt.Sprintf("it has the id of entry %d", before)}
	}
	e.Seq, e.Recorded = seq, r.day
	if about, ok := r.ids[e.About]; ok {
		e.AboutSeq = about
	}
	if err := r.rows.step(p.step); err != nil {
		return &Damage{what, err.Error()}
	}
	r.ids[e.ID] = seq
	r.edge = r.edge.add(r.size, p.leaf, func(level int, n int64, h tlog.Hash) {
		r.nodes = append(r.nodes, []any{int64(level), n, h[:]})
	})
	if mark, ok := p.data.(*DayMark); ok {
		r.day = mark.Day
	}
	for field, sum := range p.kind.textsOf(p.data) {
		r.texts[textKey(seq, field)] = sum
	}
	for _, sum := range p.kind.picturesOf(p.data) {
		r.pics[sum] = true
	}
	r.size++
	return nil
}

// all takes every entry that the transaction sees; progress may be nil.
func (r *replay) all(tx *store.Tx, total int64, progress func(done, total int64)) error {
	return tx.Scan(entryTable, func(row []any) error {
		if progress != nil && r.size%1000 == 0 {
			progress(r.size, total)
		}
		return r.next(row)
	})
}

// Rebuild makes all views again from the entries.
func (b *Book) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	return b.DB.Write(ctx, func(tx *store.Tx) error { return b.rebuild(tx, progress) })
}

func (b *Book) rebuild(tx *store.Tx, progress func(done, total int64)) error {
	var size int64
	if _, err := tx.One([]any{&size}, "UPDATE head SET views = $1 WHERE id = 0 RETURNING size", b.Rules.fingerprint()); err != nil {
		return err
	}
	r := b.Rules.replay()
	if err := r.all(tx, size, progress); err != nil {
		return err
	}
	for _, t := range b.Rules.Tables() {
		if err := tx.Drop(t); err != nil {
			return err
		}
		if err := tx.Make(t); err != nil {
			return err
		}
	}
	return r.rows.flush(tx, b.Rules.views)
}
