package ledger_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

// opened is a place with a closed toy book of some entries.
type opened struct {
	*storetest.Place
	engine storetest.Engine
	opts   ledger.Options
	size   int64
}

func newClosed(t *testing.T, e storetest.Engine, more int) *opened {
	t.Helper()
	o := &opened{Place: e.Place(t), engine: e}
	o.opts = ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: o.Folder()}
	db := o.Create(t)
	b := ledgertest.Create(t, db, o.opts, ledgertest.Toy())
	drafts := []ledger.Draft{ledgertest.Add("wells", 1), ledgertest.Note("wells", "", "words")}
	for range more {
		drafts = append(drafts, ledgertest.Add("wells", 1))
	}
	ledgertest.Append(t, b, drafts...)
	o.size = size(t, b)
	if err := errors.Join(b.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
	return o
}

// try opens the book for writing and for reading.
func (o *opened) try(t *testing.T, db store.DB) (writing, reading error) {
	t.Helper()
	for i, open := range []func() (*ledger.Book, error){
		func() (*ledger.Book, error) {
			return ledger.OpenReadOnly(ctx, db, ledger.NewRules(ledgertest.Toy()), o.opts)
		},
		func() (*ledger.Book, error) { return ledger.Open(ctx, db, ledger.NewRules(ledgertest.Toy()), o.opts) },
	} {
		b, err := open()
		if err == nil {
			if i == 1 {
				ledgertest.Check(t, b)
			}
			err = b.Close()
		}
		writing, reading = err, writing
	}
	return writing, reading
}

// TestOpenRefuses makes each surprise by itself.
func TestOpenRefuses(t *testing.T) {
	cases := []struct {
		name     string
		change   []string
		triggers bool // must go first
		want     string
	}{
		{"the newest entry is gone", []string{"DELETE FROM entry WHERE seq = 302"}, true, "it says 303 entries, the last one there is number 301"},
		{"an entry more", []string{"UPDATE entry SET seq = 303 WHERE seq = 302"}, true, "it says 303 entries, the last one there is number 303"},
		{"the head is smaller", []string{"UPDATE head SET size = size - 1"}, false, "the head of the book: "},
		{"the head is gone", []string{"DELETE FROM head"}, false, "the head of the book: it is missing"},
		{"the edge is cut", []string{"UPDATE head SET edge = {EMPTY}"}, false, "the right edge has 0 bytes"},
		{"the edge is another", []string{"UPDATE head SET edge = {FLIPPED}"}, false, "the right edge of the tree"},
		{"a hash on the edge is another", []string{"UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE seq = 0) WHERE seq = 302"}, true, "the right edge of the tree"},
		{"a stored hash is another", []string{"UPDATE node SET hash = (SELECT leaf FROM entry WHERE seq = 0)"}, true, "the right edge of the tree"},
		{"a stored hash is gone", []string{"DELETE FROM node"}, true, "hashes 0 to 0 of level 8: 0 of 1 are there"},
		{"the note is gone", []string{"UPDATE head SET note = ''"}, false, "the checkpoint in the book"},
		{"the note is changed", []string{"UPDATE head SET note = REPLACE(note, '303', '304')"}, false, "the checkpoint in the book"},
		{"the key is gone", []string{"DELETE FROM secret"}, false, "the book's signing key is missing or damaged"},
		{"the key is no key", []string{"UPDATE secret SET value = 'zz' WHERE name = 'seed'"}, false, "the book's signing key is missing or damaged"},
		{"the key is short", []string{"UPDATE secret SET value = '0707' WHERE name = 'seed'"}, false, "the book's signing key is missing or damaged"},
		{"the key is another", []string{"UPDATE secret SET value = REPLACE(value, '07', '08') WHERE name = 'seed'"}, false, "the checkpoint in the book"},
		{"the log's name is another", []string{"UPDATE secret SET value = 'kept/other' WHERE name = 'origin'"}, false, "the checkpoint in the book"},
		{"a migration of the future", []string{"INSERT INTO migration VALUES (99, 'x')"}, false, "has had migration 99"},
		{"another migration", []string{"UPDATE migration SET sha256 = 'x'"}, false, "migration 1 in this database is not the one"},
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newClosed(t, e, 300)
		db := o.Open(t)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				empty, flipped := "x''", "substr(edge, 1, length(edge) - 1) || x'00'"
				if e.Kind == store.PostgreSQL {
					empty, flipped = "''", "substr(edge, 1, length(edge) - 1) || '\\x00'"
				}
				fill := strings.NewReplacer("{EMPTY}", empty, "{FLIPPED}", "CAST("+flipped+" AS "+map[bool]string{true: "BYTEA", false: "BLOB"}[e.Kind == store.PostgreSQL]+")")
				statements := c.change
				if c.triggers {
					statements = append(ledgertest.DropTriggers(e.Kind), statements...)
				}
				ledgertest.Undone(t, db, func(tx *store.Tx) error {
					for _, s := range statements {
						if _, err := tx.Exec(fill.Replace(s)); err != nil {
							return err
						}
					}
					writing, reading := o.try(t, ledgertest.Inside(tx))
					for mode, err := range map[string]error{"writing": writing, "reading": reading} {
						if err == nil || !strings.Contains(err.Error(), c.want) {
							t.Errorf("opening for %s: %v, should say %q", mode, err, c.want)
						}
					}
					return nil
				})
			})
		}
		writing, reading := o.try(t, db)
		same(t, []error{writing, reading}, []error{nil, nil}) // nothing of it has stayed
	})
}

// TestOpenComparesWithOutside opens a book that is not, or no longer, the one that was signed here last.
func TestOpenComparesWithOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		big, small := newClosed(t, e, 20), newClosed(t, e, 0) // the same key
		file := func(o *opened) string { return filepath.Join(o.Folder(), "checkpoint") }
		text := func(o *opened) string {
			b, err := os.ReadFile(file(o))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		ofBig, ofSmall := text(big), text(small)
		for _, c := range []struct {
			name, text string
			of         *opened
			want       string
		}{
			{"its own", ofBig, big, ""},
			{"none", "", big, ""},
			{"larger", ofBig, small, "it has 3 entries, but 23 were signed before"},
			{"smaller, of another past", ofSmall, big, "but"},
			{"not signed", strings.Replace(ofBig, "23", "22", 1), big, "was not signed with this book's key"},
			{"not a checkpoint", "nonsense", big, "was not signed with this book's key"},
			{"its own again", ofBig, big, ""},
		} {
			if err := os.WriteFile(file(c.of), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if c.text == "" {
				os.Remove(file(c.of))
			}
			db := c.of.Open(t)
			writing, reading := c.of.try(t, db)
			db.Close()
			for _, err := range []error{writing, reading} {
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Errorf("%s: %v, should say %q", c.name, err, c.want)
				}
				var p *store.Problem
				if err != nil && (!errors.As(err, &p) || p.Do == "") {
					t.Errorf("%s: %v does not say what to do", c.name, err)
				}
			}
			if c.want != "" && text(c.of) != c.text {
				t.Errorf("%s: the refusal has changed the file", c.name)
			}
		}
	})
}

// TestOutsideGrows sees that the checkpoint beside the book is written when one is shown and at the end, and never shrinks.
func TestOutsideGrows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newClosed(t, e, 0)
		outside := func() int64 {
			text, err := os.ReadFile(filepath.Join(o.Folder(), "checkpoint"))
			if err != nil {
				t.Fatal(err)
			}
			c, err := ledger.OpenCheckpoint(string(text), ledgertest.Key(t).Verifier)
			if err != nil {
				t.Fatal(err)
			}
			return c.Size
		}
		same(t, outside(), o.size)
		b, err := ledger.Open(ctx, o.Open(t), ledger.NewRules(ledgertest.Toy()), o.opts)
		if err != nil {
			t.Fatal(err)
		}
		early := head(t, b)
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		c, err := b.Published(head(t, b))
		same(t, []any{c.Size, outside(), err}, []any{o.size + 1, o.size + 1, nil})
		c, err = b.Published(early)
		same(t, []any{c.Size, outside(), err}, []any{o.size, o.size + 1, nil})
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		same(t, outside(), o.size+2)
	})
}

// TestOpenEmpty opens a database in which no book was made.
func TestOpenEmpty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		for range 2 { // the first try must not change what the second finds
			for _, open := range []func() (*ledger.Book, error){
				func() (*ledger.Book, error) { return ledger.OpenReadOnly(ctx, db, ledger.NewRules(), ledger.Options{}) },
				func() (*ledger.Book, error) { return ledger.Open(ctx, db, ledger.NewRules(), ledger.Options{}) },
			} {
				_, err := open()
				var p *store.Problem
				if !errors.As(err, &p) || !strings.Contains(p.What, "the database is empty") || p.Do == "" {
					t.Errorf("opening an empty database: %v", err)
				}
			}
		}
		b := ledgertest.Create(t, db, ledger.Options{}, ledgertest.Toy())
		ledgertest.Check(t, b)
		if _, err := ledger.Create(ctx, db, b.Rules, ledgertest.Key(t), ledger.Options{}); err == nil {
			t.Error("a book was made in the place of another")
		}
	})
}

// TestOpenReadOnly looks at a book while it is written.
func TestOpenReadOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newClosed(t, e, 0)
		b, err := ledger.Open(ctx, o.Open(t), ledger.NewRules(ledgertest.Toy()), o.opts)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		db, err := o.Location.Open(ctx, o.Book, false)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		looking, err := ledger.OpenReadOnly(ctx, db, ledger.NewRules(ledgertest.Toy()), o.opts)
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		if err := ledgertest.VerifyPublic(looking); err != nil {
			t.Fatal(err)
		}
		same(t, size(t, looking), o.size+1)
		if _, err := looking.Append(ctx, ledgertest.Add("wells", 1)); err == nil {
			t.Error("a book that is only looked at takes entries")
		}
		if err := looking.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestStaleViewsAreRebuilt opens a book with another declaration of a view, and with a view that was not there.
func TestStaleViewsAreRebuilt(t *testing.T) {
	type wider struct {
		Counter string `col:"counter" is:"its name"`
		Adds    int64  `col:"adds" is:"how many entries added to it"`
	}
	view := ledger.NewView[wider]("toy_counter", []string{"counter"})
	more := ledger.NewView[wider]("toy_more", []string{"counter"})
	later := &ledger.Subject{Name: "toy", Views: ledger.Views(view, more), Kinds: []*ledger.Kind{
		ledger.KindOf("add", func(n *ledger.Need, e *ledger.Entry, d *ledgertest.Added) { view.Need(n, d.Counter) },
			func(r *ledger.Rows, e *ledger.Entry, d *ledgertest.Added) error {
				row, _ := view.Get(r, d.Counter)
				view.Put(r, wider{d.Counter, row.Adds + 1})
				more.Put(r, wider{d.Counter, row.Adds + 1})
				return nil
			}),
		ledger.KindOf("note", func(*ledger.Need, *ledger.Entry, *ledgertest.Noted) {}, func(*ledger.Rows, *ledger.Entry, *ledgertest.Noted) error { return nil }).
			WithTexts(func(d any) map[string]string { return d.(*ledgertest.Noted).Words.Fields("words") }),
	}}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newClosed(t, e, 5)
		b, err := ledger.Open(ctx, o.Open(t), ledger.NewRules(later), o.opts)
		if err != nil {
			t.Fatal(err)
		}
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		ledgertest.Check(t, b)
		read(t, b, func(tx *store.Tx) error {
			rows, err := view.Select(tx, "")
			same(t, rows, []wider{{"wells", 7}})
			if err == nil {
				rows, err = more.Select(tx, "")
			}
			same(t, rows, []wider{{"wells", 7}})
			return err
		})
	})
}

// TestEverySeed holds that a key is always the same for a seed, and otherwise chance.
func TestEverySeed(t *testing.T) {
	seed := slices.Repeat([]byte{1}, 32)
	a, err := ledger.NewKey("kept/wells", seed)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := ledger.NewKey("kept/wells", seed)
	c, _ := ledger.NewKey("kept/wells", nil)
	if a.Verifier != b.Verifier || a.Verifier == c.Verifier || a.Origin() != "kept/wells" {
		t.Errorf("%s, %s, %s", a.Verifier, b.Verifier, c.Verifier)
	}
	for _, origin := range []string{"", "a", "a b", "a+b", "A", "a\nb", strings.Repeat("a", 200)} {
		if _, err := ledger.NewKey(origin, seed); err == nil {
			t.Errorf("a log can be called %q", origin)
		}
	}
	if _, err := ledger.NewKey("kept/wells", seed[1:]); err == nil {
		t.Error("a seed of 31 bytes is taken")
	}
	if first := ledger.RandomOrigin("wells"); first == ledger.RandomOrigin("wells") {
		t.Error("chance made the same origin twice")
	}
}
