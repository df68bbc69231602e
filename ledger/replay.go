package ledger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"unique"

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
	views  []viewer  // that have a table there
	beside bool      // what lies beside the book is gathered
	size   int64
	day    string
	edge   edge
	nodes  [][]any // in the order in which they complete
	ids    map[[16]byte]uint32
	texts  []besideText    // in the order of the table
	erased map[string]bool // by textKey
	pics   map[string]bool
}

// besideText is a text that an entry names. There are about as many as entries, so it is small.
type besideText struct {
	sum   [32]byte
	field unique.Handle[string]
	entry uint32
}

func (t *besideText) name() string { return textKey(int64(t.entry), t.field.Value()) }

func (r *Rules) replay() *replay {
	return &replay{rules: r, rows: newRows(nil), ids: map[[16]byte]uint32{}, erased: map[string]bool{}, pics: map[string]bool{}}
}

// textKey names a text beside the book.
func textKey(entry int64, field string) string { return fmt.Sprintf("%s of entry %d", field, entry) }

// leaf is a row of the entry table, and the entry that is read from its bytes alone; why says what is wrong with them.
type leaf struct {
	seq int64
	id  []byte
	*prepared
	why string
}

// read reads rows of the entry table, each by itself.
func (r *Rules) read(rows [][]any) []leaf {
	out := make([]leaf, len(rows))
	for i, row := range rows {
		l, body := &out[i], row[3].([]byte)
		l.seq, l.id = row[0].(int64), row[1].([]byte)
		if sum := tlog.RecordHash(body); !bytes.Equal(sum[:], row[2].([]byte)) {
			l.why = "its bytes do not have the hash that is stored"
			continue
		}
		p, err := r.parse(body)
		if err != nil {
			l.why = err.Error()
			continue
		}
		l.prepared = p
	}
	return out
}

// next takes the next entry. What it returns is a *Damage that names the entry.
func (r *replay) next(l *leaf) error {
	what := fmt.Sprintf("entry %d", r.size)
	if l.seq != r.size {
		return &Damage{what, fmt.Sprintf("it is missing; number %d comes next", l.seq)}
	}
	if l.why != "" {
		return &Damage{what, l.why}
	}
	e, id := l.entry, rawID(l.entry.ID)
	if !bytes.Equal(l.id, id) {
		return &Damage{what, "it is stored under another id"}
	}
	if before, ok := r.ids[[16]byte(id)]; ok {
		return &Damage{what, fmt.Sprintf("it has the id of entry %d", before)}
	}
	e.Seq, e.Recorded = l.seq, r.day
	if e.About != "" {
		if about, ok := r.ids[[16]byte(rawID(e.About))]; ok {
			e.AboutSeq = int64(about)
		}
	}
	r.ids[[16]byte(id)] = uint32(l.seq)
	r.edge = r.edge.add(r.size, l.leaf, func(level int, n int64, h tlog.Hash) {
		r.nodes = append(r.nodes, []any{int64(level), n, h[:]})
	})
	if d, ok := l.data.(*DayMark); ok {
		r.day = d.Day
	}
	if r.beside {
		r.gather(l.prepared)
	}
	r.size++
	return nil
}

// gather notes what an entry says of what lies beside the book.
func (r *replay) gather(p *prepared) {
	if d, ok := p.data.(*Erasure); ok {
		r.erased[textKey(p.entry.AboutSeq, d.Field)] = true
	}
	named := p.kind.textsOf(p.data)
	for _, field := range sortedKeys(named) {
		t := besideText{entry: uint32(p.entry.Seq), field: unique.Make(field)}
		hex.Decode(t.sum[:], []byte(named[field])) // what is no hash is the hash of nothing
		r.texts = append(r.texts, t)
	}
	for _, sum := range p.kind.picturesOf(p.data) {
		r.pics[sum] = true
	}
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

// setAside writes what changed, and goes on holding what steps have looked at since it did so last, if that is little.
func (r *replay) setAside() error {
	if err := r.rows.flush(r.aside); err != nil {
		return err
	}
	r.rows.rest(r.rules.hold / 2)
	r.rows.load = r.aside.Load
	return nil
}

// mostRead is how many entries are read at once.
const mostRead = 2000

// upTo takes the entries up to a size, or all that the transaction sees if there are fewer; progress may be nil. While some are
// folded, the next ones are read. The entries before one that is damaged are folded first, so that the first damage is the one that
// is found.
func (r *replay) upTo(ctx context.Context, tx *store.Tx, size int64, progress func(done int64)) error {
	from := r.size
	if from == 0 {
		from = math.MinInt64 // a number under 0 is damage
	}
	next, err := r.page(tx, from, size)
	for next != nil && err == nil {
		if err := ctx.Err(); err != nil {
			return err
		}
		if progress != nil {
			progress(r.size)
		}
		page := next
		if next, err = nil, nil; page.more {
			next, err = r.page(tx, page.last+1, size)
		}
		if err := cmp.Or(r.take(<-page.leaves), err); err != nil {
			return err
		}
	}
	return err
}

// page is some rows of the entry table, which another goroutine takes apart.
type page struct {
	last   int64
	more   bool
	leaves chan []leaf
}

func (r *replay) page(tx *store.Tx, from, size int64) (*page, error) {
	most := min(mostRead, r.rules.hold)
	rows, err := tx.Page(entryTable, from, size, most)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	p := &page{rows[len(rows)-1][0].(int64), len(rows) == most, make(chan []leaf, 1)}
	go func() { p.leaves <- r.rules.read(rows) }()
	return p, nil
}

// take folds what was read.
func (r *replay) take(leaves []leaf) (damage error) {
	var entries []*prepared
	for i := range leaves {
		if damage = r.next(&leaves[i]); damage != nil {
			break
		}
		entries = append(entries, leaves[i].prepared)
	}
	return cmp.Or(r.fold(entries), damage)
}

// Rebuild makes all views again from the entries.
func (b *Book) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	return b.DB.Write(ctx, func(tx *store.Tx) error { return b.rebuild(ctx, tx, progress) })
}

func (b *Book) rebuild(ctx context.Context, tx *store.Tx, progress func(done, total int64)) error {
	var size int64
	if _, err := tx.One([]any{&size}, "UPDATE head SET views = $1 WHERE id = 0 RETURNING size", b.Rules.fingerprint()); err != nil {
		return err
	}
	for _, t := range b.Rules.Tables() {
		if err := tx.Drop(t); err != nil {
			return err
		}
	}
	r := b.Rules.replay()
	if err := r.goAside(tx); err != nil {
		return err
	}
	if err := r.upTo(ctx, tx, math.MaxInt64, of(progress, size)); err != nil {
		return err
	}
	if err := r.rows.flush(tx); err != nil {
		return err
	}
	return r.index()
}

// of tells a progress out of a total.
func of(progress func(done, total int64), total int64) func(int64) {
	return func(done int64) {
		if progress != nil {
			progress(done, total)
		}
	}
}

// goAside makes the tables to which rows go, without their indexes: those are made faster when the rows are there. Some views may
// be left out.
func (r *replay) goAside(tx *store.Tx, without ...viewer) error {
	r.aside = tx
	for _, v := range r.rules.views {
		if slices.Contains(without, v) {
			r.rows.sheet(v).close()
			continue
		}
		r.views = append(r.views, v)
		if err := tx.MakeBare(v.Table()); err != nil {
			return err
		}
	}
	return nil
}

// index makes the indexes of all tables aside.
func (r *replay) index() error {
	for _, v := range r.views {
		if err := r.aside.MakeIndexes(v.Table()); err != nil {
			return err
		}
	}
	return nil
}
