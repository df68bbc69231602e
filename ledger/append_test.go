package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store"
	"kept/store/storetest"
)

var ctx = context.Background()

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// onBoth runs a test of a new toy book on each engine, and checks the book at its end.
func onBoth(t *testing.T, f func(*testing.T, *ledger.Book)) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := ledgertest.Create(t, e.New(t), ledger.Options{}, ledgertest.Toy())
		ledgertest.Check(t, b)
		f(t, b)
		ledgertest.Check(t, b)
	})
}

func read(t testing.TB, b *ledger.Book, f func(*store.Tx) error) {
	t.Helper()
	if err := b.DB.Read(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func size(t testing.TB, b *ledger.Book) int64 { return head(t, b).Size }

func head(t testing.TB, b *ledger.Book) (h ledger.Head) {
	t.Helper()
	read(t, b, func(tx *store.Tx) (err error) { h, err = ledger.ReadHead(tx); return err })
	return h
}

func counter(t testing.TB, b *ledger.Book, name string) (row ledgertest.CounterRow, ok bool) {
	t.Helper()
	read(t, b, func(tx *store.Tx) (err error) { row, ok, err = ledgertest.CounterView.One(tx, name); return err })
	return row, ok
}

func TestAppend(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		one := ledgertest.Add("wells", 2)
		receipts := ledgertest.Append(t, b, one, ledgertest.Add("wells", 3))
		same(t, []int64{receipts[0].Seq, receipts[1].Seq}, []int64{1, 2}) // the day mark is 0
		same(t, receipts[0].ID, one.ID)
		ledgertest.Check(t, b)
		row, _ := counter(t, b, "wells")
		same(t, row, ledgertest.CounterRow{Counter: "wells", Total: 5, Last: 2, Day: ledgertest.FirstDay, Mark: []byte("s")})

		ledgertest.Append(t, b, ledgertest.WithPicture(ledgertest.Note("wells", one.ID, "dry", "قۇرۇق"), ledgertest.PNG))
		ledgertest.Check(t, b)
		read(t, b, func(tx *store.Tx) error {
			note, ok, err := ledgertest.NoteView.One(tx, "wells", int64(3))
			same(t, []any{note, ok, err}, []any{ledgertest.NoteRow{Counter: "wells", Seq: 3, About: 1, Who: "org:toy"}, true, nil})
			texts, err := ledger.TextsOf(tx, "words", 1, 3)
			same(t, texts, map[int64]map[string]ledger.Said{3: {
				"en": {Entry: 3, Field: "words/en", Body: "dry"}, "ug": {Entry: 3, Field: "words/ug", Body: "قۇرۇق"}}})
			if err != nil {
				return err
			}
			picture, ok, err := ledger.PictureOf(tx, ledger.HashBytes(ledgertest.PNG))
			same(t, []any{picture.Media, picture.Body, ok}, []any{"image/png", ledgertest.PNG, true})
			if err != nil {
				return err
			}
			seq, ok, err := ledger.SeqOf(tx, one.ID)
			same(t, []any{seq, ok, err}, []any{int64(1), true, nil})
			_, ok, err = ledger.SeqOf(tx, ledger.NewID())
			same(t, []any{ok, err}, []any{false, nil})
			_, ok, err = ledger.SeqOf(tx, "no id")
			same(t, []any{ok, err}, []any{false, nil})
			body, ok, err := ledger.Body(tx, 1)
			same(t, ok, true)
			same(t, string(body), `{"v":1,"kind":"add","id":"`+one.ID+`","day":"2026-03-02","who":"team:toy","data":{"counter":"wells","by":2}}`)
			return err
		})
		ledgertest.Append(t, b, ledgertest.End("wells"))
		if _, ok := counter(t, b, "wells"); ok {
			t.Error("a row that was deleted is there")
		}
	})
}

// TestAppendTwice sees that an entry that is sent again is there once, and that other bytes under its id are refused.
func TestAppendTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		d := ledgertest.Add("wells", 2)
		first := ledgertest.Append(t, b, d)[0]
		again := ledgertest.Append(t, b, d)[0]
		same(t, again, ledger.Receipt{ID: d.ID, Seq: first.Seq, Duplicate: true})

		other := d
		other.Data = ledgertest.Added{Counter: "wells", By: 3}
		same(t, ledgertest.Refused(t, b, "entry.conflict", other).Args, []any{"seq", first.Seq})

		e := ledgertest.Add("wells", 5)
		changed := e
		changed.Who = "team:other"
		receipts, err := b.Append(ctx, e, e, changed, d) // the same within one batch
		if err != nil {
			t.Fatal(err)
		}
		same(t, []any{receipts[0].Duplicate, receipts[1].Duplicate, receipts[1].Seq == receipts[0].Seq, receipts[3].Seq}, []any{false, true, true, first.Seq})
		if r := ledger.Refused(receipts[2].Err); r == nil || r.Code != "entry.conflict" {
			t.Errorf("other bytes in the same batch: %v", receipts[2].Err)
		}
		row, _ := counter(t, b, "wells")
		same(t, row.Total, int64(7))
		same(t, size(t, b), int64(3))
	})
}

// TestRefusal sees that a refused draft leaves nothing behind and does not keep the others out.
func TestRefusal(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		ledgertest.Append(t, b, ledgertest.Add("wells", 2))
		before := head(t, b)
		below := ledgertest.Add("wells", -3)
		ledgertest.Refused(t, b, "toy.below-zero", below)
		ledgertest.Refused(t, b, "toy.no-counter", ledgertest.Note("roads", "", "words"))
		ledgertest.Refused(t, b, "entry.internal", ledgertest.Add("wells", 13)) // the step panics
		same(t, head(t, b).Note, before.Note)

		receipts, err := b.Append(ctx,
			ledgertest.Add("roads", -1),           // refused after it has written a row that was not there
			ledgertest.Note("roads", "", "words"), // so this must not see it
			ledgertest.Add("roads", 4),            //
			ledgertest.Note("roads", "", "words"), // sees the entry before it
			ledgertest.Add("wells", -3), below,    // refused after they have changed a row that was there
			ledgertest.Add("wells", -2),                // 2 - 2
			ledgertest.End("wells"),                    //
			ledgertest.Note("wells", "", "words"),      // sees that it is gone
			ledgertest.Draft("unknown", struct{}{}),    //
			ledgertest.Add("wells", 13),                // panics
			ledgertest.Add("paths", 1),                 //
			ledgertest.Note("paths", "", "one", "two")) //
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range receipts {
			if refusal := ledger.Refused(r.Err); refusal != nil {
				got = append(got, refusal.Code)
			} else {
				got = append(got, fmt.Sprint(r.Seq))
			}
		}
		same(t, got, []string{"toy.below-zero", "toy.no-counter", "2", "3", "toy.below-zero", "toy.below-zero", "4", "5", "toy.no-counter",
			"entry.unknown-kind", "entry.internal", "6", "7"})
		if _, err := b.Append(ctx, below); err != nil {
			t.Fatal(err) // what was refused is not remembered
		}
	})
}

// TestUndoOfAnUnreadRow is a trap: a step writes a row that nobody has read and refuses, and the next must still find the
// row that the database holds.
func TestUndoOfAnUnreadRow(t *testing.T) {
	view := ledger.NewView[ledgertest.CounterRow]("toy_blind", []string{"counter"})
	kind := ledger.KindOf("blind", func(*ledger.Need, *ledger.Entry, *ledgertest.Added) {}, func(r *ledger.Rows, e *ledger.Entry, d *ledgertest.Added) error {
		if d.By == 0 {
			view.Delete(r, d.Counter)
			view.Put(r, ledgertest.CounterRow{Counter: d.Counter, Total: -1})
			return ledger.Refuse("toy.blind")
		}
		c, _ := view.Get(r, d.Counter)
		view.Put(r, ledgertest.CounterRow{Counter: d.Counter, Total: c.Total + d.By})
		return nil
	})
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b := ledgertest.Create(t, e.New(t), ledger.Options{}, &ledger.Subject{Name: "blind", Kinds: []*ledger.Kind{kind}, Views: ledger.Views(view)})
		ledgertest.Append(t, b, ledgertest.Draft("blind", ledgertest.Added{Counter: "a", By: 2}))
		if _, err := b.Append(ctx, ledgertest.Draft("blind", ledgertest.Added{Counter: "a"}), ledgertest.Draft("blind", ledgertest.Added{Counter: "a", By: 3})); err != nil {
			t.Fatal(err)
		}
		ledgertest.Check(t, b)
		read(t, b, func(tx *store.Tx) error {
			row, _, err := view.One(tx, "a")
			same(t, row.Total, int64(5))
			return err
		})
	})
}

// TestAbout sees that an entry finds what it is about in the book and in its own batch, and nowhere else.
func TestAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		one, two := ledgertest.Add("wells", 1), ledgertest.Add("wells", 1)
		ledgertest.Append(t, b, one)
		ledgertest.Refused(t, b, "entry.about-unknown", ledgertest.Note("wells", ledger.NewID(), "words"))
		ledgertest.Refused(t, b, "entry.about", ledgertest.Note("wells", "no id", "words"))
		ledgertest.Refused(t, b, "entry.about-unknown", ledgertest.Note("wells", two.ID, "words")) // not there yet
		toOne, toTwo := ledgertest.Note("wells", one.ID, "words"), ledgertest.Note("wells", two.ID, "words")
		ledgertest.Append(t, b, toOne, two, toTwo)
		refused := ledgertest.Add("wells", -100)
		receipts, err := b.Append(ctx, refused, ledgertest.Note("wells", refused.ID, "words"))
		if r := ledger.Refused(receipts[1].Err); err != nil || r == nil || r.Code != "entry.about-unknown" {
			t.Errorf("about an entry that was refused: %v, %v", receipts[1].Err, err)
		}
		read(t, b, func(tx *store.Tx) error {
			notes, err := ledgertest.NoteView.Select(tx, "ORDER BY v.seq")
			same(t, notes, []ledgertest.NoteRow{{Counter: "wells", Seq: 2, About: 1, Who: "org:toy"}, {Counter: "wells", Seq: 4, About: 3, Who: "org:toy"}})
			return err
		})
	})
}

// TestBadDrafts tries what must never become an entry.
func TestBadDrafts(t *testing.T) {
	change := func(f func(*ledger.Draft)) ledger.Draft {
		d := ledgertest.Add("wells", 1)
		f(&d)
		return d
	}
	note := func(f func(*ledger.Draft)) ledger.Draft {
		d := ledgertest.WithPicture(ledgertest.Note("wells", "", "one", "two"), ledgertest.PNG)
		f(&d)
		return d
	}
	cases := map[string]ledger.Draft{
		"entry.unknown-kind 1": change(func(d *ledger.Draft) { d.Kind = "" }),
		"entry.unknown-kind 2": change(func(d *ledger.Draft) { d.Kind = "ADD" }),
		"entry.id 1":           change(func(d *ledger.Draft) { d.ID = "x" }),
		"entry.id 2":           change(func(d *ledger.Draft) { d.ID = strings.ToUpper("a" + d.ID[1:]) }),
		"entry.day 1":          change(func(d *ledger.Draft) { d.Day = "2026-3-2" }),
		"entry.day 2":          change(func(d *ledger.Draft) { d.Day = "2026-02-30" }),
		"entry.who 1":          change(func(d *ledger.Draft) { d.Who = "" }),
		"entry.who 2":          change(func(d *ledger.Draft) { d.Who = "Guljan" }),
		"entry.who 3":          change(func(d *ledger.Draft) { d.Who = "team:a b" }),
		"entry.data 1":         change(func(d *ledger.Draft) { d.Data = ledgertest.Added{Counter: "a\x00b", By: 1} }),
		"entry.data 2":         change(func(d *ledger.Draft) { d.Data = func() {} }),
		"entry.data 3":         change(func(d *ledger.Draft) { d.Data = map[string]any{"counter": 3} }),
		"entry.not-canonical":  change(func(d *ledger.Draft) { d.Data = map[string]any{"counter": "a", "by": 1, "more": 2} }),
		"entry.too-large":      change(func(d *ledger.Draft) { d.Data = ledgertest.Added{Counter: strings.Repeat("a", ledger.MaxEntry), By: 1} }),
		"text.missing 1":       note(func(d *ledger.Draft) { d.Texts = nil }),
		"text.missing 2":       note(func(d *ledger.Draft) { d.Texts = d.Texts[:1] }),
		"text.not-named 1":     note(func(d *ledger.Draft) { d.Texts[0].Body += "x" }),
		"text.not-named 2":     note(func(d *ledger.Draft) { d.Texts[0].Field = "words/fr" }),
		"text.not-named 3":     note(func(d *ledger.Draft) { d.Texts = append(d.Texts, d.Texts[0]) }),
		"text.not-named 4":     note(func(d *ledger.Draft) { d.Texts[1].Salt = append([]byte{}, d.Texts[0].Salt...) }),
		"text.not-named 5": change(func(d *ledger.Draft) {
			d.Texts = []ledger.Text{{Field: "words/en", Body: "x", Salt: ledger.NewSalt("")}}
		}),
		"text.not-text 1":     note(func(d *ledger.Draft) { d.Texts[0].Body = "a\x00" }),
		"text.not-text 2":     note(func(d *ledger.Draft) { d.Texts[0].Body = "a\xff" }),
		"text.no-original":    note(func(d *ledger.Draft) { data := d.Data.(ledgertest.Noted); data.Words.Original = "fr" }),
		"picture.missing":     note(func(d *ledger.Draft) { d.Pictures = nil }),
		"picture.not-named 1": note(func(d *ledger.Draft) { d.Pictures = append(d.Pictures, d.Pictures[0]) }),
		"picture.not-named 2": note(func(d *ledger.Draft) { d.Pictures[0].Body = append([]byte{}, 'x') }),
		"picture.not-named 3": change(func(d *ledger.Draft) { d.Pictures = []ledger.Picture{{SHA256: ledger.HashBytes(nil)}} }),
		"picture.media":       note(func(d *ledger.Draft) { d.Pictures[0].Media = "text/html" }),
	}
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		ledgertest.Append(t, b, ledgertest.Add("wells", 1))
		for name, d := range cases {
			t.Run(name, func(t *testing.T) {
				code, _, _ := strings.Cut(name, " ")
				ledgertest.Refused(t, b, code, d)
			})
		}
		same(t, size(t, b), int64(2))
		// A backslash before what looks like the escape of U+0000 is no reason to refuse.
		ledgertest.Append(t, b, ledgertest.Add(`back\u0000slash`, 1), ledgertest.Add("<>&\u2028\"\\\t", 1))
	})
}

// TestPoison sees that an entry whose row a database cannot take does not keep out those of others, which happen to be in
// the same transaction. (PostgreSQL cannot index a key of this length; SQLite can.)
func TestPoison(t *testing.T) {
	long := make([]byte, 9000)
	for i := range long { // so that it cannot be compressed
		long[i] = "0123456789abcdef"[(i*i*31+i*7+i>>3)%16]
	}
	for i := 0; i < len(long); i += 32 {
		copy(long[i:], ledger.NewID())
	}
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		errs := make(chan error, 20)
		for i := range cap(errs) {
			go func() {
				d := ledgertest.Add("wells", 1)
				if i == 10 {
					d = ledgertest.Add(string(long), 1)
				}
				_, err := b.Append(ctx, d)
				errs <- err
			}()
		}
		failed := 0
		for range cap(errs) {
			if err := <-errs; errors.Is(err, store.ErrValue) {
				failed++
			} else if err != nil {
				t.Error(err)
			}
		}
		if (failed == 1) != (b.DB.Engine() == store.PostgreSQL) || failed > 1 {
			t.Errorf("%d appends failed because of one", failed)
		}
		row, _ := counter(t, b, "wells")
		same(t, row.Total, int64(19))
	})
}

// TestSamePicture brings one picture with several entries.
func TestSamePicture(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		draft := func() ledger.Draft { return ledgertest.WithPicture(ledgertest.Note("wells", "", "w"), ledgertest.PNG) }
		ledgertest.Append(t, b, ledgertest.Add("wells", 1), draft(), draft())
		ledgertest.Append(t, b, draft())
	})
}

// TestBig takes more drafts than one transaction does, and crosses levels of tiles.
func TestBig(t *testing.T) {
	onBoth(t, func(t *testing.T, b *ledger.Book) {
		drafts := make([]ledger.Draft, 5000)
		for i := range drafts {
			drafts[i] = ledgertest.Add(fmt.Sprint("c", i%50), 1)
		}
		receipts := ledgertest.Append(t, b, drafts...)
		for i, r := range receipts {
			if r.Seq != int64(i+1) {
				t.Fatalf("draft %d became entry %d", i, r.Seq)
			}
		}
	})
}

// TestClosed sees that a closed book says so, and that closing loses nothing that was queued.
func TestClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := e.Place(t)
		db := place.Create(t)
		b := ledgertest.Create(t, db, ledger.Options{Folder: place.Folder()}, ledgertest.Toy())
		type answer struct {
			receipts []ledger.Receipt
			err      error
		}
		answers := make(chan answer, 30)
		for range cap(answers) {
			go func() {
				r, err := b.Append(ctx, ledgertest.Add("wells", 1))
				answers <- answer{r, err}
			}()
		}
		for range 2 {
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		}
		good := int64(0)
		for range cap(answers) {
			if a := <-answers; a.err == nil && a.receipts[0].Err == nil {
				good++
			}
		}
		if _, err := b.Append(ctx, ledgertest.Add("wells", 1)); err == nil {
			t.Error("a closed book takes entries")
		}
		b, err := ledger.Open(ctx, db, b.Rules, ledger.Options{Today: ledgertest.NewClock(ledgertest.FirstDay).Today, Folder: place.Folder()})
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		ledgertest.Check(t, b)
		row, _ := counter(t, b, "wells")
		same(t, row.Total, good)
	})
}
