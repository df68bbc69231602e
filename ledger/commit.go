package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kept/schedule"
	"kept/store"
)

// errNothing ends a transaction in which no entry was taken.
var errNothing = errors.New("nothing to append")

// commit is one transaction that appends.
type commit struct {
	book *Book
	tx   *store.Tx
	mark bool // a day mark alone is worth a transaction
	next bool // a new epoch begins: the log gets the name of the key that is given
	copy bool // the entries come from another book in their order: none may be refused, and none is added

	head  Head
	rows  *Rows
	fresh []*prepared
	known map[string]idRow // entries in the book by id, as far as this batch asks for them
	out   written
}

type idRow struct {
	seq  int64
	leaf []byte
}

// written is what a transaction adds to the tables of the book.
type written struct{ entries, nodes, texts, pictures, erased [][]any }

func (c *commit) run(all []*prepared) error {
	if err := c.takeHead(); err != nil {
		return err
	}
	if err := c.settle(all); err != nil {
		return err
	}
	if len(c.fresh) == 0 && !c.mark {
		return errNothing
	}
	size := c.head.Size
	if err := c.fold(); err != nil {
		return err
	}
	if len(c.out.entries) == 0 || c.onlyDayMark() && !c.mark {
		return errNothing
	}
	return c.write(size)
}

// takeHead takes the row lock of the head, which gives all writers one order.
func (c *commit) takeHead() error {
	// Differs because SQLite's transaction has the only lock there is when it begins, and its RETURNING costs as much as
	// several rows.
	query := "SELECT size, edge, day, note FROM head WHERE id = 0"
	if c.tx.Engine() == store.PostgreSQL {
		query = "UPDATE head SET size = size WHERE id = 0 RETURNING size, edge, day, note"
	}
	var raw []byte
	ok, err := c.tx.One([]any{&c.head.Size, &raw, &c.head.Day, &c.head.Note}, query)
	if err != nil {
		return err
	}
	if !ok {
		return &Damage{"the head of the book", "it is missing"}
	}
	if origin, _, _ := strings.Cut(c.head.Note, "\n"); origin != c.book.Key.Origin() && !c.next && !c.copy {
		return &store.Problem{What: "another process has accepted a loss of entries, and the log has another name now: " + origin, Do: "Start this one again"}
	}
	c.head.edge, err = parseEdge(raw, c.head.Size)
	return err
}

// settle finds out which entries are in the book already, in earlier batches or twice in this one.
func (c *commit) settle(all []*prepared) error {
	asked := map[string][]any{}
	for _, p := range all {
		asked[p.entry.ID] = []any{rawID(p.entry.ID)}
		if p.entry.About != "" {
			asked[p.entry.About] = []any{rawID(p.entry.About)}
		}
	}
	var keys [][]any
	for _, id := range sortedKeys(asked) {
		keys = append(keys, asked[id])
	}
	rows, err := c.tx.Load(idIndex, keys)
	if err != nil {
		return err
	}
	c.known = map[string]idRow{}
	for _, r := range rows {
		c.known[hex.EncodeToString(r[0].([]byte))] = idRow{r[1].(int64), r[2].([]byte)}
	}
	if c.happened(all) {
		return errNothing
	}
	c.fresh = nil
	for _, p := range all {
		*p.receipt, p.taken = Receipt{ID: p.entry.ID}, false
		if old, ok := c.known[p.entry.ID]; ok {
			c.settleOne(p, old)
		} else {
			c.fresh = append(c.fresh, p)
		}
	}
	return nil
}

// happened says that the attempt before this one has happened after all, so that its receipts are right as they are. It
// has if everything that it took stands where it put it. That a part is there means nothing: another process may have
// sent the same entry.
func (c *commit) happened(all []*prepared) bool {
	taken := false
	for _, p := range all {
		if old, there := c.known[p.entry.ID]; p.taken && (!there || old.seq != p.receipt.Seq) {
			return false
		}
		taken = taken || p.taken
	}
	return taken
}

func (c *commit) settleOne(p *prepared, old idRow) {
	p.receipt.Seq, p.receipt.Duplicate = old.seq, true
	if !bytes.Equal(old.leaf, p.leaf[:]) {
		p.receipt.Err = Refuse("entry.conflict", "seq", old.seq)
	}
}

// fold runs the steps of the fresh entries in order, after a day mark if the day has changed.
func (c *commit) fold() error {
	c.rows = newRows(c.tx.Load)
	entries := c.fresh
	if c.copy {
		// The other book's day marks are among the entries.
	} else if today := c.book.opts.Today(); today > c.head.Day {
		mark, err := c.book.dayMark(today, c.head)
		if err != nil {
			return err
		}
		if err := c.book.believe(today, c.head.Day); err != nil {
			return err
		}
		entries = append([]*prepared{mark}, entries...)
	}
	for _, p := range entries {
		c.place(p)
	}
	if err := c.rows.prefetchAll(entries); err != nil {
		return err
	}
	for _, p := range entries {
		if err := c.one(p); err != nil {
			return err
		}
	}
	return nil
}

// longest is how many days may pass between two day marks before it is more likely that the clock is wrong.
const longest = 400

// believe refuses a day that is far ahead of the book's last one. A mark can never be taken back: after a wrong one, all
// that is not done would be late for ever.
func (b *Book) believe(today, last string) error {
	if b.opts.Rested || last == "" || schedule.DaysBetween(last, today) <= longest {
		return nil
	}
	return &store.Problem{What: fmt.Sprintf("the clock of this machine says %s, but the last day in the book is %s; nothing is written until that is settled", today, last),
		Do: "Set the clock. If it is right and the programme has rested for so long, say so once with --rested"}
}

// dayMark is the entry that says that the programme's day has changed. Its id follows from the day and from all that is
// in the book: nobody can have put an entry with this id into the book before it.
func (b *Book) dayMark(day string, h Head) (*prepared, error) {
	d := Draft{Kind: KindDay, ID: DeriveID(b.Key.Origin() + " day " + day + " after " + h.Root()), Day: day, Who: "kept", Data: DayMark{day}}
	p, err := b.Rules.prepare(&d, day)
	if err == nil {
		p.receipt = &Receipt{}
	}
	return p, err
}

// place tells an entry where it would stand.
func (c *commit) place(p *prepared) {
	p.entry.Seq, p.entry.Recorded, p.entry.AboutSeq = c.head.Size, c.head.Day, -1
	if old, ok := c.known[p.entry.About]; ok {
		p.entry.AboutSeq = old.seq
	}
}

func (c *commit) one(p *prepared) error {
	e := p.entry
	if old, ok := c.known[e.ID]; ok { // the same entry stood earlier in this batch
		c.settleOne(p, old)
		return nil
	}
	c.place(p)
	err := c.rows.step(p.step)
	if refusal := Refused(err); refusal != nil && !c.copy {
		p.receipt.Err = refusal
		return nil
	}
	if err != nil {
		return err
	}
	p.receipt.Seq, p.taken = e.Seq, true
	c.known[e.ID] = idRow{e.Seq, p.leaf[:]}
	c.take(p)
	return nil
}

// take puts an accepted entry behind the last one.
func (c *commit) take(p *prepared) {
	e, o := p.entry, &c.out
	o.entries = append(o.entries, []any{e.Seq, rawID(e.ID), p.leaf[:], p.body})
	c.head.edge = c.head.edge.add(c.head.Size, p.leaf, func(level int, n int64, h tlog.Hash) {
		o.nodes = append(o.nodes, []any{int64(level), n, h[:]})
	})
	for _, t := range p.texts {
		o.texts = append(o.texts, []any{e.Seq, t.Field, t.Salt, t.Body, int64(t.State)})
	}
	for _, pic := range p.pics {
		if !slices.ContainsFunc(o.pictures, func(row []any) bool { return row[0] == pic.SHA256 }) {
			o.pictures = append(o.pictures, []any{pic.SHA256, pic.Media, pic.Body})
		}
	}
	switch d := p.data.(type) {
	case *DayMark:
		c.head.Day = d.Day
	case *Erasure:
		o.erased = append(o.erased, []any{e.AboutSeq, d.Field})
	}
	c.head.Size++
}

func (c *commit) onlyDayMark() bool {
	if len(c.out.entries) != 1 {
		return false
	}
	for _, p := range c.fresh {
		if p.receipt.Err == nil && !p.receipt.Duplicate {
			return false
		}
	}
	return true
}

func (c *commit) write(old int64) error {
	tx, o := c.tx, &c.out
	for _, step := range []func() error{
		func() error { return tx.Insert(entryTable, o.entries) },
		func() error { return tx.Insert(nodeTable, o.nodes) },
		func() error { return tx.Insert(textTable, o.texts) },
		func() error { return tx.Put(pictureTable, o.pictures) },
		func() error { return eraseTexts(tx, o.erased) },
		func() error { return c.rows.flush(tx) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	note, err := c.book.Key.sign(c.head.Size, c.head.edge.root())
	if err != nil {
		return err
	}
	n, err := tx.Exec("UPDATE head SET size = $1, edge = $2, day = $3, note = $4 WHERE id = 0 AND size = $5",
		c.head.Size, c.head.edge.bytes(), c.head.Day, note, old)
	if err == nil && n != 1 {
		err = &Damage{"the head of the book", "another writer moved it inside this transaction"}
	}
	c.head.Note = note
	return err
}

func eraseTexts(tx *store.Tx, which [][]any) error {
	for _, w := range which {
		if _, err := tx.Exec("UPDATE text SET salt = $1, body = '', erased = 1 WHERE entry = $2 AND field = $3", []byte{}, w[0], w[1]); err != nil {
			return err
		}
	}
	return nil
}
