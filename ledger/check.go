package ledger

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
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
	if h.Size < int64(b.Rules.hold/rowsAnEntry) {
		return h, r.check(b, tx, h, views, progress)
	}
	err = tx.Aside(func(aside *store.Tx) error {
		for _, t := range b.Rules.Tables() {
			if err := aside.Make(t); err != nil {
				return err
			}
		}
		r.aside = aside
		return r.check(b, tx, h, views, progress)
	})
	return h, err
}

func (r *replay) check(b *Book, tx *store.Tx, h Head, views string, progress func(done, total int64)) error {
	if err := r.all(tx, h.Size, progress); err != nil {
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
		sum, ok := left[name]
		gone := r.erased[name]
		switch {
		case !ok:
			return &Damage{"text " + name, "no entry names it"}
		case mirror && TextState(erased) == Withheld && body == "" && len(salt) == 0:
			// It was not given; that it is missing is counted by whoever asked for it.
		case gone && (erased != 1 || body != "" || len(salt) > 0):
			return &Damage{"text " + name, "an entry says that it was erased, but it is there"}
		case !gone && erased != 0:
			return &Damage{"text " + name, "it was emptied, but no entry says so"}
		case !gone && HashText(salt, body) != sum:
			return &Damage{"text " + name, "it does not have the hash that stands in the entry"}
		}
		delete(left, name)
		return nil
	})
	return orMissing(err, "text ", left)
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
	want, stop := iter.Pull2(r.rowsOf(v))
	defer stop()
	next, failed, more := want()
	err := tx.Scan(t, func(row []any) error {
		if failed != nil {
			return failed
		}
		key := v.keyOf(v.parse(row))
		order := 1
		if more {
			order = compareKeys(v.keyOf(v.parse(next)), key)
		}
		switch {
		case order > 0:
			return &Damage{rowName(t, key), "no entry leads to it"}
		case order < 0:
			return &Damage{rowName(t, v.keyOf(v.parse(next))), "it is missing"}
		}
		if err := diffRow(t, key, row, next); err != nil {
			return err
		}
		next, failed, more = want()
		return nil
	})
	if err = cmp.Or(err, failed); err == nil && more {
		return &Damage{rowName(t, v.keyOf(v.parse(next))), "it is missing"}
	}
	return err
}

// rowsOf gives the rows of a view that the entries lead to, in the order of their keys.
func (r *replay) rowsOf(v viewer) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		if r.rows.load == nil {
			var cells []*cell
			for _, c := range r.rows.sheet(v) {
				if c.row != nil {
					cells = append(cells, c)
				}
			}
			slices.SortFunc(cells, func(a, b *cell) int { return compareKeys(a.key, b.key) })
			for _, c := range cells {
				if !yield(v.values(c.row), nil) {
					return
				}
			}
			return
		}
		stopped := errors.New("nobody asks for more")
		err := r.aside.Scan(v.Table(), func(row []any) error {
			if !yield(row, nil) {
				return stopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(nil, err)
		}
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

func rowName(t *store.Table, key []any) string {
	return fmt.Sprintf("row %v of view %s", key, t.Name)
}

func diffRow(t *store.Table, key []any, got, want []any) error {
	for i, c := range t.Columns {
		same := false
		if b, ok := got[i].([]byte); ok {
			same = bytes.Equal(b, want[i].([]byte))
		} else {
			same = got[i] == want[i]
		}
		if !same {
			return &Damage{rowName(t, key), fmt.Sprintf("%s is %q, the entries say %q", c.Name, fmt.Sprint(got[i]), fmt.Sprint(want[i]))}
		}
	}
	return nil
}
