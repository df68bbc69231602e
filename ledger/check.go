package ledger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"kept/store"
)

// Check reads the whole book as the transaction sees it and computes everything again: every hash, the tree, the
// signature, every view row, every text's and picture's hash. The first thing that is not as it should be comes back as
// a *Damage that names it; nil means that nothing is wrong. It returns the head that it checked.
func (b *Book) Check(tx *store.Tx, progress func(done, total int64)) (Head, error) {
	h, views, err := readHead(tx)
	if err != nil {
		return h, err
	}
	r := b.Rules.replay()
	r.beside = true
	if h.Size < int64(b.Rules.hold/rowsAnEntry) {
		return h, r.check(b, tx, h, views, progress)
	}
	err = tx.Aside(func(aside *store.Tx) error {
		if err := r.goAside(aside); err != nil {
			return err
		}
		return r.check(b, tx, h, views, progress)
	})
	return h, err
}

func (r *replay) check(b *Book, tx *store.Tx, h Head, views string, progress func(done, total int64)) error {
	if err := r.upTo(context.Background(), tx, math.MaxInt64, of(progress, h.Size)); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return r.checkNodes(tx) },
		func() error { return r.checkHead(b, tx, h, views) },
		func() error { return r.checkTexts(tx, b.Key.Public()) },
		func() error { return r.checkPictures(tx) },
		func() error { return r.checkViews(tx) },
		func() error { return checkFile(tx) }, // last, since what is found before has a name in the book
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(h.Size, h.Size)
	}
	return nil
}

// rowsAnEntry is how many view rows an entry leaves at most, in a book whose rows are all held in memory.
const rowsAnEntry = 10

// checkFile finds what no reading of rows finds, such as an index that leads to another row.
func checkFile(tx *store.Tx) error {
	broken, err := tx.Broken()
	if err == nil && broken != "" {
		err = &Damage{"the book's file", broken}
	}
	return err
}

func (r *replay) checkNodes(tx *store.Tx) error {
	want := map[string][]byte{}
	name := func(row []any) string { return fmt.Sprintf("hash %d of level %d", row[1], row[0]) }
	for _, n := range r.nodes {
		want[name(n)] = n[2].([]byte)
	}
	err := tx.Scan(nodeTable, func(row []any) error {
		if sum, ok := want[name(row)]; !ok {
			return &Damage{name(row), "the tree has no such hash"}
		} else if !bytes.Equal(sum, row[2].([]byte)) {
			return &Damage{name(row), "it is not the hash of what lies under it"}
		}
		delete(want, name(row))
		return nil
	})
	return orMissing(err, "", want)
}

// orMissing reports the first of what should have been there and was not.
func orMissing[V any](err error, what string, left map[string]V) error {
	if err != nil || len(left) == 0 {
		return err
	}
	return &Damage{what + sortedKeys(left)[0], "it is missing"}
}

func (r *replay) checkHead(b *Book, tx *store.Tx, h Head, views string) error {
	switch {
	case h.Size != r.size:
		return &Damage{"the head of the book", fmt.Sprintf("it says %d entries, there are %d", h.Size, r.size)}
	case h.Day != r.day:
		return &Damage{"the head of the book", fmt.Sprintf("it says day %s, the last day mark says %s", h.Day, r.day)}
	case views != b.Rules.fingerprint():
		return &store.Problem{What: "the views of this book were made by another version of the program",
			Do: "Open it once with this version, which makes them anew (kept serve), or verify it with the version that made them"}
	case !slices.Equal(h.edge, r.edge):
		return &Damage{"the right edge of the tree", "it does not follow from the entries"}
	}
	if key, err := readKey(tx); err != nil || key.Verifier != b.Key.Verifier {
		return &Damage{"the book's signing key", "it is not the one with which the book was opened"}
	}
	return b.checkHead(tx, h)
}

func (r *replay) checkTexts(tx *store.Tx, mirror bool) error {
	left := r.texts
	err := tx.Scan(textTable, func(row []any) error {
		entry, field, salt, body, erased := row[0].(int64), row[1].(string), row[2].([]byte), row[3].(string), row[4].(int64)
		name := textKey(entry, field)
		gone := r.erased[name]
		order := 1 // of the next text that an entry names, and this one
		if len(left) > 0 {
			order = cmp.Or(cmp.Compare(int64(left[0].entry), entry), cmp.Compare(left[0].field.Value(), field))
		}
		switch {
		case order > 0:
			return &Damage{"text " + name, "no entry names it"}
		case order < 0:
			return &Damage{"text " + left[0].name(), "it is missing"}
		case mirror && TextState(erased) == Withheld && body == "" && len(salt) == 0:
			// It was not given; that it is missing is counted by whoever asked for it.
		case gone && (erased != 1 || body != "" || len(salt) > 0):
			return &Damage{"text " + name, "an entry says that it was erased, but it is there"}
		case !gone && erased != 0:
			return &Damage{"text " + name, "it was emptied, but no entry says so"}
		case !gone && HashText(salt, body) != hex.EncodeToString(left[0].sum[:]):
			return &Damage{"text " + name, "it does not have the hash that stands in the entry"}
		}
		left = left[1:]
		return nil
	})
	if err == nil && len(left) > 0 {
		err = &Damage{"text " + left[0].name(), "it is missing"}
	}
	return err
}

func (r *replay) checkPictures(tx *store.Tx) error {
	left := r.pics
	err := tx.Scan(pictureTable, func(row []any) error {
		sum := row[0].(string)
		switch {
		case !left[sum]:
			return &Damage{"picture " + sum, "no entry names it"}
		case HashBytes(row[2].([]byte)) != sum:
			return &Damage{"picture " + sum, "its bytes have another hash"}
		case row[1].(string) != MediaType(row[2].([]byte)):
			return &Damage{"picture " + sum, "it is not of the media type that is stored"}
		}
		delete(left, sum)
		return nil
	})
	return orMissing(err, "picture ", left)
}

// checkViews goes through every view and through the rows that the entries lead to, side by side.
func (r *replay) checkViews(tx *store.Tx) error {
	if r.rows.load != nil { // some rows are aside, so all go there
		if err := r.setAside(); err != nil {
			return err
		}
	}
	for _, v := range r.rules.views {
		if err := r.checkView(tx, v); err != nil {
			return err
		}
	}
	return nil
}

func (r *replay) checkView(tx *store.Tx, v viewer) error {
	t := v.Table()
	want := r.rowsOf(v)
	defer want.stop()
	next := want.next()
	err := tx.Scan(t, func(row []any) error {
		order := 1
		if next != nil {
			order = compareKeys(t.KeyOf(next), t.KeyOf(row))
		}
		switch {
		case next == nil && want.err != nil:
			return want.err
		case order > 0:
			return &Damage{rowName(t, row), "no entry leads to it"}
		case order < 0:
			return &Damage{rowName(t, next), "it is missing"}
		}
		if err := diffRow(t, row, next); err != nil {
			return err
		}
		next = want.next()
		return nil
	})
	switch {
	case err != nil:
		return err
	case next != nil:
		return &Damage{rowName(t, next), "it is missing"}
	}
	return want.err
}

// wanted are rows that another goroutine reads, in parts.
type wanted struct {
	parts chan [][]any
	part  [][]any
	done  chan struct{} // closed by who wants no more
	err   error         // to be read when next has given nil
}

// rowsOf gives the rows of a view that the entries lead to, in the order of their keys.
func (r *replay) rowsOf(v viewer) *wanted {
	w := &wanted{parts: make(chan [][]any, 2), done: make(chan struct{})}
	each := r.rows.sheet(v).each
	if r.rows.load != nil {
		each = func(f func([]any) error) error { return r.aside.Scan(v.Table(), f) }
	}
	go func() {
		defer close(w.parts)
		var part [][]any
		give := func() error {
			select {
			case w.parts <- part:
				part = nil
				return nil
			case <-w.done:
				return errNobody
			}
		}
		err := each(func(row []any) error {
			if part = append(part, row); len(part) < scanned {
				return nil
			}
			return give()
		})
		w.err = cmp.Or(err, give())
	}()
	return w
}

// scanned is how many rows go from one goroutine to the other together.
const scanned = 500

var errNobody = errors.New("nobody asks for more")

// next is the next row, nil after the last one.
func (w *wanted) next() []any {
	for len(w.part) == 0 {
		var more bool
		if w.part, more = <-w.parts; !more {
			return nil
		}
	}
	row := w.part[0]
	w.part = w.part[1:]
	return row
}

// stop ends the reading, and waits until it has ended, since a transaction belongs to one goroutine at a time.
func (w *wanted) stop() {
	close(w.done)
	for range w.parts {
	}
}

// compareKeys orders keys as both engines do.
func compareKeys(a, b []any) int {
	for i := range a {
		c := 0
		switch x := a[i].(type) {
		case int64:
			c = cmp.Compare(x, b[i].(int64))
		case string:
			c = cmp.Compare(x, b[i].(string))
		case []byte:
			c = bytes.Compare(x, b[i].([]byte))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func rowName(t *store.Table, row []any) string {
	return fmt.Sprintf("row %v of view %s", t.KeyOf(row), t.Name)
}

func diffRow(t *store.Table, got, want []any) error {
	for i, c := range t.Columns {
		same := false
		if b, ok := got[i].([]byte); ok {
			same = bytes.Equal(b, want[i].([]byte))
		} else {
			same = got[i] == want[i]
		}
		if !same {
			return &Damage{rowName(t, got), fmt.Sprintf("%s is %q, the entries say %q", c.Name, fmt.Sprint(got[i]), fmt.Sprint(want[i]))}
		}
	}
	return nil
}
