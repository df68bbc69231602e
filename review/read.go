package review

import (
	"fmt"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/store"
)

// Published is a review as it can be read.
type Published struct {
	Row
	Places []string // codes; none: the whole programme
	Words  []Said   // in the order of Sections
}

// Said is the office's words on one section. A text that was erased is gone in every language in which an entry says so.
type Said struct {
	Section string
	Text    locale.Wording // languages that were erased are not in it
	Erased  []Erased
}

// Erased says of a text that it was erased, and by which entry.
type Erased struct {
	What   string // the text, such as "words-goal/en", or "note/en"
	Of     int64  // the entry that it lay beside
	Entry  int64  // the erasure
	Day    string // recorded day of it
	Reason string // one of ledger.ErasureReasons
}

func (e Erased) String() string {
	return fmt.Sprintf("text %s of entry %d: erased on %s, entry %d", e.What, e.Of, e.Day, e.Entry)
}

// NextNumber is the number that the next review has.
func NextNumber(tx *store.Tx) (int64, error) {
	row, _, err := Counter.One(tx, int64(0))
	return row.N + 1, err
}

// List lists all reviews, the newest first; at most so many, from a place on.
func List(tx *store.Tx, from, most int) ([]Row, error) {
	return View.Select(tx, "ORDER BY v.number DESC LIMIT $1 OFFSET $2", int64(most), int64(from))
}

// One reads a review by its number.
func One(tx *store.Tx, number int64) (*Published, bool, error) {
	row, ok, err := View.One(tx, number)
	if err != nil || !ok {
		return nil, false, err
	}
	p := &Published{Row: row}
	places, err := Places.Select(tx, "WHERE v.number = $1 ORDER BY v.place", number)
	if err != nil {
		return nil, false, err
	}
	for _, x := range places {
		p.Places = append(p.Places, x.Place)
	}
	slices.Sort(p.Places) // in the order of the entry, whatever the engine takes for the order of texts
	return p, true, p.readWords(tx)
}

func (p *Published) readWords(tx *store.Tx) error {
	worded, err := Worded.Select(tx, "WHERE v.number = $1", p.Number)
	if err != nil {
		return err
	}
	slices.SortFunc(worded, func(a, b WordsRow) int { return sectionOf(a.Section) - sectionOf(b.Section) })
	for _, w := range worded {
		all, err := ledger.TextsOf(tx, Field(w.Section), p.Seq)
		if err != nil {
			return err
		}
		s := Said{Section: w.Section, Text: locale.Wording{Original: w.Lang, In: map[string]string{}}}
		for lang, said := range all[p.Seq] {
			if !said.Erased && said.Body != "" {
				s.Text.In[lang] = said.Body
			}
		}
		if s.Erased, err = erasedOf(tx, p.Seq, Field(w.Section)+"/"); err != nil {
			return err
		}
		p.Words = append(p.Words, s)
	}
	return nil
}

// erasedOf are the erased texts of an entry whose names begin like this, in order.
func erasedOf(tx *store.Tx, entry int64, prefix string) (out []Erased, err error) {
	rows, err := ledger.ErasedView.Select(tx, "WHERE v.entry = $1", entry)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if len(r.Field) < len(prefix) || r.Field[:len(prefix)] != prefix {
			continue
		}
		e := Erased{What: r.Field, Of: entry, Entry: r.Seq, Reason: r.Reason}
		if _, err := tx.One([]any{&e.Day}, "SELECT COALESCE(MAX(day), '') FROM day WHERE seq < $1", r.Seq); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Erased) int {
		if a.What < b.What {
			return -1
		}
		return 1
	})
	return out, nil
}

// DocumentOf reads the document of a review, which lies beside the book by its hash.
func DocumentOf(tx *store.Tx, row *Row) (*Document, error) {
	body, err := bytesOf(tx, row)
	if err != nil {
		return nil, err
	}
	return Parse(body)
}

func bytesOf(tx *store.Tx, row *Row) ([]byte, error) {
	what := fmt.Sprintf("the document of review %d", row.Number)
	p, ok, err := ledger.PictureOf(tx, row.Figures)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &ledger.Damage{What: what, Why: "it is missing"}
	}
	if ledger.HashBytes(p.Body) != row.Figures {
		return p.Body, &ledger.Damage{What: what, Why: fmt.Sprintf("it does not have the hash that stands in entry %d", row.Seq)}
	}
	return p.Body, nil
}
