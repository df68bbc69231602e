package ledger

import (
	"bytes"
	"context"
	"fmt"
	"math"
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

// replay folds the entries of a book from the first one, with the steps that the live path runs. It also computes the tree and
// gathers what lies beside the book. Rows are held in memory until there are too many; then they go aside, and from there on
// those that a page of entries needs are read again.
type replay struct {
	rules  *Rules
	rows   *Rows
	aside  *store.Tx // where rows go; nil: all are held
	size   int64
	day    string
	edge   edge
	nodes  [][]any // in the order in which they complete
	ids    map[string]int64
	texts  map[string]string // entry and field, to hash
	erased map[string]bool   // by the same names
	pics   map[string]bool
}

func (r *Rules) replay() *replay {
	return &replay{rules: r, rows: newRows(nil), ids: map[string]int64{}, texts: map[string]string{}, erased: map[string]bool{}, pics: map[string]bool{}}
}

// textKey names a text beside the book.
func textKey(entry int64, field string) string { return fmt.Sprintf("%s of entry %d", field, entry) }

// next reads one row of the entry table. What it returns is a *Damage that names the entry.
func (r *replay) next(row []any) (*prepared, error) {
	seq, id, leaf, body := row[0].(int64), row[1].([]byte), row[2].([]byte), row[3].([]byte)
	what := fmt.Sprintf("entry %d", r.size)
	if seq != r.size {
		return nil, &Damage{what, fmt.Sprintf("it is missing; number %d comes next", seq)}
	}
	sum := tlog.RecordHash(body)
	if !bytes.Equal(sum[:], leaf) {
		return nil, &Damage{what, "its bytes do not have the hash that is stored"}
	}
	p, err := r.rules.parse(body)
	if err != nil {
		return nil, &Damage{what, err.Error()}
	}
	e := p.entry
	if !bytes.Equal(id, rawID(e.ID)) {
		return nil, &Damage{what, "it is stored under another id"}
	}
	if before, ok := r.ids[e.ID]; ok {
		return nil, &Damage{what, fmt.Sprintf("it has the id of entry %d", before)}
	}
	e.Seq, e.Recorded = seq, r.day
	if about, ok := r.ids[e.About]; ok {
		e.AboutSeq = about
	}
	r.ids[e.ID] = seq
	r.edge = r.edge.add(r.size, p.leaf, func(level int, n int64, h tlog.Hash) {
		r.nodes = append(r.nodes, []any{int64(level), n, h[:]})
	})
	switch d := p.data.(type) {
	case *DayMark:
		r.day = d.Day
	case *Erasure:
		r.erased[textKey(e.AboutSeq, d.Field)] = true
	}
	for field, sum := range p.kind.textsOf(p.data) {
		r.texts[textKey(seq, field)] = sum
	}
	for _, sum := range p.kind.picturesOf(p.data) {
		r.pics[sum] = true
	}
	r.size++
	return p, nil
}

// fold runs the steps of some entries, one after the other.
func (r *replay) fold(entries []*prepared) error {
	if r.rows.load != nil {
		if err := r.rows.prefetchAll(entries); err != nil {
			return err
		}
	}
	for _, p := range entries {
		if err := r.rows.step(p.step); err != nil {
			return &Damage{fmt.Sprintf("entry %d", p.entry.Seq), err.Error()}
		}
	}
	if r.aside == nil || r.rows.held() < r.rules.hold {
		return nil
	}
	return r.setAside()
}

// setAside writes what changed and holds nothing any more.
func (r *replay) setAside() error {
	if err := r.rows.flush(r.aside, r.rules.views); err != nil {
		return err
	}
	known := r.rows.known
	r.rows = newRows(r.aside.Load)
	r.rows.known = known
	return nil
}

// mostRead is how many entries are read at once.
const mostRead = 2000

// all takes every entry that the transaction sees; progress may be nil. The entries before one that is damaged are folded first,
// so that the first damage is the one that is found.
func (r *replay) all(tx *store.Tx, total int64, progress func(done, total int64)) error {
	page := min(mostRead, r.rules.hold)
	for from, more := int64(math.MinInt64), true; more; from = r.size {
		if progress != nil {
			progress(r.size, total)
		}
		rows, err := tx.Page(entryTable, from, page)
		if err != nil {
			return err
		}
		var entries []*prepared
		var damage error
		for i := 0; i < len(rows) && damage == nil; i++ {
			var p *prepared
			if p, damage = r.next(rows[i]); damage == nil {
				entries = append(entries, p)
			}
		}
		if err := r.fold(entries); err != nil {
			return err
		}
		if damage != nil {
			return damage
		}
		more = len(rows) == page
	}
	return nil
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
	for _, t := range b.Rules.Tables() {
		if err := tx.Drop(t); err != nil {
			return err
		}
		if err := tx.Make(t); err != nil {
			return err
		}
	}
	r := b.Rules.replay()
	r.aside = tx
	if err := r.all(tx, size, progress); err != nil {
		return err
	}
	return r.rows.flush(tx, b.Rules.views)
}
