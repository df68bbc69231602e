package review

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/store"
)

// Checked is a review that was computed again from the entries, and is what they say.
type Checked struct {
	Row
	Figures  int      // in its document
	Texts    int      // words that have the hash that stands in the entry
	Withheld int      // words that a mirror was not given
	Erased   []Erased // words, and notes of its stories, that were erased since; that is no difference
}

// Differs says that a review is not what the entries say. Figure is the first that differs; it is empty if none does but something
// else in the document, or if the document is missing, so that only its hash can be compared.
type Differs struct {
	Review       int64
	Path         string // where in the document
	Figure       figures.Name
	Frozen, True string
	Beside       bool // what was published is true, and the document that lies beside the book was changed afterwards
}

func (d *Differs) Error() string {
	of := fmt.Sprintf("review %d: ", d.Review)
	if d.Beside {
		of += "its document was changed since it was published: "
	}
	switch {
	case d.Figure != "":
		return fmt.Sprintf("%sfigure %s (%s): it says %q, the entries say %q", of, d.Figure, d.Path, d.Frozen, d.True)
	case d.Path != "":
		return fmt.Sprintf("%s%s: it says %s, the entries say %s", of, d.Path, d.Frozen, d.True)
	}
	return fmt.Sprintf("%sits document has the hash %s, the entries give %s", of, d.Frozen, d.True)
}

// ErrNone says that there is no review of this number.
var ErrNone = errors.New("there is no such review")

// Check computes a review again, from the public entries of a book alone, in a scratch book; progress may be nil. What is not
// as they say comes back as a *Differs or a *ledger.Damage, ErrNone if there is no such review.
func Check(ctx context.Context, tx *store.Tx, rules *ledger.Rules, number int64, progress func(done, total int64)) (*Checked, error) {
	return CheckServed(ctx, tx, rules, number, nil, progress)
}

// CheckServed is Check for the mirror of a book whose server gave other documents than the entries of its reviews name: served has
// them, by the entry.
func CheckServed(ctx context.Context, tx *store.Tx, rules *ledger.Rules, number int64, served map[int64][]byte, progress func(done, total int64)) (*Checked, error) {
	row, ok, err := View.One(tx, number)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: %d", ErrNone, number)
	}
	all, err := checkRows(ctx, tx, rules, []Row{row}, served, progress)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// CheckAll checks all reviews whose figures are of at most so many entries, with one folding for all of them, and says how many others
// there are.
func CheckAll(ctx context.Context, tx *store.Tx, rules *ledger.Rules, most int64, progress func(done, total int64)) (checked []*Checked, others int, err error) {
	rows, err := View.Select(tx, "ORDER BY v.size, v.number")
	if err != nil {
		return nil, 0, err
	}
	all := len(rows)
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Size > most })
	if len(rows) == 0 {
		return nil, all, nil
	}
	checked, err = checkRows(ctx, tx, rules, rows, nil, progress)
	slices.SortFunc(checked, func(a, b *Checked) int { return cmp.Compare(a.Number, b.Number) })
	return checked, all - len(rows), err
}

// checkRows checks reviews in the order of their sizes.
func checkRows(ctx context.Context, tx *store.Tx, rules *ledger.Rules, rows []Row, served map[int64][]byte, progress func(done, total int64)) (out []*Checked, err error) {
	head, err := ledger.ReadHead(tx)
	if err != nil {
		return nil, err
	}
	var entries []*Review
	var sizes []int64
	for i := range rows {
		d, err := entryOf(tx, rules, &rows[i])
		if err != nil {
			return nil, err
		}
		if d.Size > head.Size {
			return nil, &ledger.Damage{What: fmt.Sprintf("review %d", d.Number), Why: fmt.Sprintf("it is of %d entries, and there are %d", d.Size, head.Size)}
		}
		entries, sizes = append(entries, d), append(sizes, d.Size)
	}
	slices.Sort(sizes)
	sizes = slices.Compact(sizes)
	err = figures.Pasts(ctx, tx, rules, sizes, progress, func(past *figures.At, led ledger.Head) error {
		if err := ledger.Extends(tx, head, led.Checkpoint()); err != nil {
			return unlike(tx, past.Size, err)
		}
		for i, d := range entries {
			if d.Size != past.Size {
				continue
			}
			c, err := checkOne(tx, past, &rows[i], d, served[rows[i].Seq])
			if err != nil {
				return err
			}
			out = append(out, c)
		}
		return nil
	})
	if err != nil && len(sizes) > 0 {
		err = unlike(tx, sizes[len(sizes)-1], err)
	}
	return out, err
}

// unlike names the entry because of which the entries do not lead to what was signed; what was found else, if they all have
// their hashes.
func unlike(tx *store.Tx, size int64, found error) error {
	var damage *ledger.Damage
	if !errors.As(found, &damage) {
		return found
	}
	seq, err := ledger.Unlike(tx, size)
	if err != nil || seq < 0 {
		return found
	}
	return &ledger.Damage{What: fmt.Sprintf("entry %d", seq), Why: "its bytes do not have the hash that is stored"}
}

// entryOf reads the entry of a review from its bytes, since a view may have been changed.
func entryOf(tx *store.Tx, rules *ledger.Rules, row *Row) (*Review, error) {
	what := fmt.Sprintf("review %d", row.Number)
	body, ok, err := ledger.Body(tx, row.Seq)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &ledger.Damage{What: what, Why: fmt.Sprintf("its entry %d is missing", row.Seq)}
	}
	_, data, err := rules.Kinds().Parse(body)
	if err != nil {
		return nil, &ledger.Damage{What: what, Why: fmt.Sprintf("entry %d: %v", row.Seq, err)}
	}
	d, ok := data.(*Review)
	if !ok || d.Number != row.Number || d.Figures != row.Figures || d.Size != row.Size {
		return nil, &ledger.Damage{What: what, Why: fmt.Sprintf("entry %d does not say so", row.Seq)}
	}
	return d, nil
}

// checkOne compares a review with what the entries say of the past that it is of.
func checkOne(tx *store.Tx, past *figures.At, row *Row, d *Review, served []byte) (*Checked, error) {
	if d.Day != past.Day {
		return nil, &ledger.Damage{What: fmt.Sprintf("review %d", d.Number), Why: fmt.Sprintf("it is of day %s, and at its size the day was %s", d.Day, past.Day)}
	}
	truth, err := draft(past, d.Form, Period{From: d.From, To: d.To}, d.Places)
	if err != nil {
		return nil, err
	}
	if err := compare(tx, row, truth, served); err != nil {
		return nil, err
	}
	c := &Checked{Row: *row}
	truth.Each(func(string, Figure) { c.Figures++ })
	if err := c.checkTexts(tx, d); err != nil {
		return nil, err
	}
	for _, s := range truth.Stories.Reports {
		if s.Note == nil {
			continue
		}
		erased, err := erasedOf(tx, s.Entry, "note/")
		if err != nil {
			return nil, err
		}
		c.Erased = append(c.Erased, erased...)
	}
	return c, nil
}

// compare compares the true document with the hash in the entry, and with what lies beside the book.
func compare(tx *store.Tx, row *Row, truth *Document, served []byte) error {
	right, err := truth.Bytes()
	if err != nil {
		return err
	}
	sum := ledger.HashBytes(right)
	beside, err := bytesOf(tx, row)
	if served != nil {
		beside = served // and err says that the right one is missing
	}
	var damage *ledger.Damage
	if err != nil && !errors.As(err, &damage) {
		return err
	}
	if sum == row.Figures {
		switch {
		case err == nil:
			return nil
		case beside == nil:
			return err // the document is missing
		}
		if d := difference(row.Number, beside, truth); d != nil {
			d.Beside = true
			return d
		}
		return err
	}
	if err == nil {
		if d := difference(row.Number, beside, truth); d != nil {
			return d
		}
	}
	return &Differs{Review: row.Number, Frozen: row.Figures, True: sum}
}

// difference names the first figure in which a document differs from the true one, or, if there is none, the first bytes.
func difference(number int64, frozen []byte, truth *Document) *Differs {
	right, err := truth.Bytes()
	if err != nil || bytes.Equal(right, frozen) {
		return nil
	}
	type line struct {
		path string
		Figure
	}
	lines := func(d *Document) (out []line) {
		d.Each(func(path string, f Figure) { out = append(out, line{path, f}) })
		return out
	}
	// What is not written as this form is may still have figures to compare.
	if d, _ := Parse(frozen); d != nil {
		said, is := lines(d), lines(truth)
		for i := range min(len(said), len(is)) {
			switch a, b := said[i], is[i]; {
			case a.Name == b.Name && a.Value != b.Value:
				return &Differs{Review: number, Path: b.path, Figure: b.Name, Frozen: a.Value, True: b.Value}
			case a.Name != b.Name:
				return &Differs{Review: number, Path: b.path, Frozen: "figure " + string(a.Name), True: "figure " + string(b.Name)}
			}
		}
		if len(said) != len(is) {
			return &Differs{Review: number, Path: "the document", Frozen: fmt.Sprintf("%d figures", len(said)), True: fmt.Sprintf("%d", len(is))}
		}
	}
	at := 0
	for at < min(len(frozen), len(right)) && frozen[at] == right[at] {
		at++
	}
	near := func(b []byte) string {
		return fmt.Sprintf("%q", strings.ToValidUTF8(string(b[max(0, at-20):min(len(b), at+20)]), "?"))
	}
	return &Differs{Review: number, Path: fmt.Sprintf("byte %d of the document", at), Frozen: near(frozen), True: near(right)}
}

// checkTexts sees that the words are those of the entry, or were erased by another one.
func (c *Checked) checkTexts(tx *store.Tx, d *Review) error {
	named := d.texts()
	if len(named) == 0 {
		return nil
	}
	erased, err := erasedOf(tx, c.Seq, Field(""))
	if err != nil {
		return err
	}
	c.Erased = append(c.Erased, erased...)
	texts, err := ledger.TextsBetween(tx, c.Seq, c.Seq+1)
	if err != nil {
		return err
	}
	for _, t := range texts {
		gone := slices.ContainsFunc(erased, func(e Erased) bool { return e.What == t.Field })
		bad := func(why string) error {
			return &ledger.Damage{What: fmt.Sprintf("text %s of entry %d", t.Field, c.Seq), Why: why}
		}
		switch sum, ok := named[t.Field]; {
		case !ok:
			return bad("no entry names it")
		case gone:
		case t.State == ledger.Withheld:
			c.Withheld++
		case t.State == ledger.Erased:
			return bad("it was emptied, but no entry says so")
		case ledger.HashText(t.Salt, t.Body) != sum:
			return bad("it does not have the hash that stands in the entry")
		default:
			c.Texts++
		}
		delete(named, t.Field)
	}
	for field := range named {
		return &ledger.Damage{What: fmt.Sprintf("text %s of entry %d", field, c.Seq), Why: "it is missing"}
	}
	return nil
}
