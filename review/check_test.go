package review_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"kept/figures"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/review"
	"kept/store"
	"kept/store/storetest"
)

// lies are reviews that somebody publishes though the entries say something else; each with what the check says of it.
var lies = []struct {
	name string
	tell func(d *review.Document)
	want []string
}{
	{"a figure", func(d *review.Document) { d.Tasks[1].Promises.Value = "99" },
		[]string{"figure promises?task=", "(tasks.1.promises)", `it says "99"`}},
	{"a figure in a map", func(d *review.Document) {
		f := d.All.Standings["overdue"]
		f.Value = "0"
		d.All.Standings["overdue"] = f
	}, []string{"figure promises?standing=overdue (all.standings.overdue)", `it says "0"`}},
	{"nothing reported as a zero", func(d *review.Document) {
		for i := range d.Matters.NotKept {
			if m := d.Matters.NotKept[i].Measure; m != nil {
				m.Baseline.Value += "0"
				return
			}
		}
	}, []string{"figure measure?n=0&promise=", "what=baseline"}},
	{"a figure under another name", func(d *review.Document) { d.Teams.Served.Name = "places?level=village" }, []string{"teams.villages-with-team", "figure places?level=village"}},
	{"a township", func(d *review.Document) { d.Grid.Wider.Spots[0].Done.Value = "99" }, []string{"(grid.wider.spots.0.reported-done)", `it says "99"`}},
	{"a reading of the past", func(d *review.Document) {
		for i := range d.Matters.NotKept {
			if m := d.Matters.NotKept[i].Measure; m != nil && len(m.Periods) > 0 {
				m.Periods[0].Reading.Value += "0"
				return
			}
		}
	}, []string{"figure target?", "what=reading", "periods.0.reading"}},
	{"a title", func(d *review.Document) { d.Programme.Title.In["en"] = "Clearer Valley" }, []string{"byte ", "Clearer"}},
	{"a promise that is left out", func(d *review.Document) { d.Matters.NotKept = d.Matters.NotKept[1:] }, []string{"matters.not-kept.0"}},
	{"a story that is left out", func(d *review.Document) { d.Stories.Reports = d.Stories.Reports[1:] }, []string{"byte "}},
}

// TestTamper: a review that was published false, and one whose document, entry, entries, row or words were changed afterwards, is
// named with the first figure that differs.
func TestTamper(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		for i, lie := range lies {
			d := drafted(t, b, lately)
			lie.tell(d)
			number := int64(i + 1)
			ledgertest.Append(t, b, published(t, office, number, d, 0))
			look(t, b, nil, func(at *figures.At) {
				_, err := check(t, b, at.Tx, number)
				wants(t, lie.name, err, lie.want...)
				var differs *review.Differs
				if !errors.As(err, &differs) || differs.Beside {
					t.Errorf("%s: %v", lie.name, err)
				}
			})
		}
		number := int64(len(lies) + 1)
		d := drafted(t, b, lately)
		draft := published(t, office, number, d, 0)
		ledgertest.Append(t, b, draft)
		sum := draft.Data.(review.Review).Figures
		body := bytesOf(t, d)
		for _, x := range []struct {
			name, sql string
			args      []any
			want      []string
		}{
			{"its document", "UPDATE picture SET body = $1 WHERE sha256 = $2", []any{bytes.Replace(body, []byte(`"promises","value":"`), []byte(`"promises","value":"1`), 1), sum},
				[]string{"its document was changed since it was published: figure promises (all.promises)"}},
			{"a byte of its document", "UPDATE picture SET body = $1 WHERE sha256 = $2", []any{append([]byte("["), body[1:]...), sum}, []string{"its document", "byte 0"}},
			{"no document", "DELETE FROM picture WHERE sha256 = $1", []any{sum}, []string{"the document of review 10: it is missing"}},
			{"an entry", "UPDATE entry SET body = $1 WHERE seq = 40", []any{[]byte(`{"v":1}`)}, []string{"entry 40: its bytes do not have the hash that is stored"}},
			{"another entry in its place", "UPDATE entry SET body = (SELECT x.body FROM entry AS x WHERE x.seq = 40) WHERE seq = 41", nil, []string{"entry 41: its bytes do not have the hash that is stored"}},
			{"its row", "UPDATE review SET size = size - 1 WHERE number = 10", nil, []string{"review 10", "does not say so"}},
			{"its row, to another entry", "UPDATE review SET seq = 40 WHERE number = 10", nil, []string{"review 10", "entry 40 does not say so"}},
			{"its words", "UPDATE text SET body = 'All is well' WHERE field = 'words-closing/ug'", nil, []string{"text words-closing/ug of entry", "it does not have the hash"}},
			{"a view", "UPDATE promise SET task = 'classes' WHERE task = 'water'", nil, nil}, // the entries are asked, not the views
		} {
			ledgertest.Undone(t, b.DB, func(tx *store.Tx) error {
				for _, statement := range ledgertest.DropTriggers(b.DB.Engine()) {
					if _, err := tx.Exec(statement); err != nil {
						return err
					}
				}
				if n, err := tx.Exec(x.sql, x.args...); err != nil || n < 1 {
					t.Fatalf("%s: %d rows, %v", x.name, n, err)
				}
				_, err := check(t, b, tx, number)
				if len(x.want) == 0 && err != nil {
					t.Errorf("%s: %v", x.name, err)
				} else if len(x.want) > 0 {
					wants(t, x.name, err, x.want...)
				}
				return nil
			})
		}
		look(t, b, nil, func(at *figures.At) {
			if _, err := check(t, b, at.Tx, number); err != nil {
				t.Errorf("what was taken back: %v", err)
			}
			if _, _, err := review.CheckAll(t.Context(), at.Tx, b.Rules, at.Size, nil); err == nil || !strings.Contains(err.Error(), "review 1:") {
				t.Errorf("all of them: %v", err)
			}
		})
	})
}

func check(t *testing.T, b *ledger.Book, tx *store.Tx, number int64) (*review.Checked, error) {
	t.Helper()
	return review.Check(t.Context(), tx, b.Rules, number, nil)
}

func wants(t *testing.T, name string, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: nothing differs", name)
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %v; should say %q", name, err, w)
		}
	}
}

// TestErasedIsNoDifference: words, and the note of a story, that were erased since are told with the day and the entry, and the review is
// what it was.
func TestErasedIsNoDifference(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		d := drafted(t, b, lately)
		draft := published(t, office, 1, d, 0)
		receipts := ledgertest.Append(t, b, draft)
		var note review.Story
		for _, s := range d.Stories.Reports {
			if s.Note != nil {
				note = s
			}
		}
		var report string
		look(t, b, nil, func(at *figures.At) {
			if ok, err := at.Tx.One([]any{&report}, "SELECT id FROM report WHERE seq = $1", note.Entry); !ok || err != nil {
				t.Fatal(err)
			}
		})
		gone := ledgertest.Append(t, b, ledger.Draft{Kind: ledger.KindErasure, Who: office, About: receipts[0].ID, Data: ledger.Erasure{Field: "words-opening/en", Reason: "names-a-person"}},
			ledger.Draft{Kind: ledger.KindErasure, Who: office, About: report, Data: ledger.Erasure{Field: "note/en", Reason: "endangers-someone"}})
		look(t, b, nil, func(at *figures.At) {
			c, err := check(t, b, at.Tx, 1)
			if err != nil {
				t.Fatal(err)
			}
			want := []review.Erased{{What: "words-opening/en", Of: receipts[0].Seq, Entry: gone[0].Seq, Day: today, Reason: "names-a-person"},
				{What: "note/en", Of: note.Entry, Entry: gone[1].Seq, Day: today, Reason: "endangers-someone"}}
			if len(c.Erased) != 2 || c.Erased[0] != want[0] || c.Erased[1] != want[1] || c.Texts != 2 {
				t.Errorf("%+v, should have %+v", c, want)
			}
			if said := c.Erased[0].String(); !strings.Contains(said, "erased on "+today+", entry ") {
				t.Error(said)
			}
			one, _, err := review.One(at.Tx, 1)
			if err != nil || one.Words[0].Text.In["en"] != "" || one.Words[0].Text.In["zh-Hans"] == "" || len(one.Words[0].Erased) != 1 {
				t.Errorf("%+v, %v", one, err)
			}
			all, others, err := review.CheckAll(t.Context(), at.Tx, b.Rules, at.Size, nil)
			if err != nil || len(all) != 1 || others != 0 {
				t.Errorf("%d reviews, %d others, %v", len(all), others, err)
			}
			if all, others, err = review.CheckAll(t.Context(), at.Tx, b.Rules, 10, nil); err != nil || len(all) != 0 || others != 1 {
				t.Errorf("of ten entries: %d reviews, %d others, %v", len(all), others, err)
			}
		})
	})
}

// TestFormerForm: a document of form 1 has none of what form 2 has more of it, is read as it was written, and is still checked, as
// what it is.
func TestFormerForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _ := sample(t, e)
		var d *review.Document
		var body []byte
		look(t, b, nil, func(at *figures.At) {
			var err error
			if d, err = review.DraftForm(at, 1, lately, nil); err != nil {
				t.Fatal(err)
			}
			body = bytesOf(t, d)
			if d.Form != 1 || bytes.Contains(body, []byte(`"wider"`)) || bytes.Contains(body, []byte(`"periods"`)) {
				t.Errorf("form %d has something of a later one", d.Form)
			}
			now, err := review.Draft(at, lately, nil)
			if err != nil || now.Form != review.Form || now.Grid.Wider == nil || !bytes.Contains(bytesOf(t, now), []byte(`"periods":[{`)) {
				t.Errorf("form %d has nothing of its own, %v", now.Form, err)
			}
		})
		ledgertest.Append(t, b, published(t, office, 1, d, 0))
		look(t, b, nil, func(at *figures.At) {
			c, err := check(t, b, at.Tx, 1)
			if err != nil {
				t.Fatal(err)
			}
			read, err := review.DocumentOf(at.Tx, &c.Row)
			if err != nil || c.Form != 1 || !bytes.Equal(bytesOf(t, read), body) {
				t.Errorf("%+v, %v", c, err)
			}
		})
	})
}
