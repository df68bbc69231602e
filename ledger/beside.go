package ledger

import (
	"fmt"

	"kept/store"
)

// TextHashes lists the texts beside the book that an entry names: field with language, to hash.
func (r *Rules) TextHashes(body []byte) (map[string]string, error) {
	p, err := r.parse(body)
	if err != nil {
		return nil, err
	}
	return p.kind.textsOf(p.data), nil
}

// Beside is a text beside the book, with the entry that names it.
type Beside struct {
	Entry int64
	Text
}

// TextsBetween returns the texts of the entries from one place up to before another, by entry and field. Which of them
// may be shown is a rule of the subject that they belong to.
func TextsBetween(tx *store.Tx, from, to int64) ([]Beside, error) {
	var out []Beside
	var b Beside
	err := tx.Each([]any{&b.Entry, &b.Field, &b.Salt, &b.Body, (*int64)(&b.State)}, func() error {
		c := b
		c.Salt = append([]byte{}, b.Salt...)
		out = append(out, c)
		return nil
	}, "SELECT entry, field, salt, body, erased FROM text WHERE entry >= $1 AND entry < $2 ORDER BY entry, field", from, to)
	return out, err
}

// Bodies returns the exact bytes of the entries from one place up to before another.
func Bodies(tx *store.Tx, from, to int64) ([][]byte, error) {
	return store.Select(tx, func(body *[]byte) []any { *body = nil; return []any{body} },
		"SELECT body FROM entry WHERE seq >= $1 AND seq < $2 ORDER BY seq", from, to)
}

// Bare is an entry without what lies beside it: the texts that it names are withheld. Views do not read them.
func (r *Rules) Bare(body []byte) (Copied, error) {
	named, err := r.TextsNamed(body)
	c := Copied{Body: body}
	for _, field := range named {
		c.Texts = append(c.Texts, Text{Field: field, State: Withheld})
	}
	return c, err
}

// TilePath is the number of a tile or bundle as C2SP tlog-tiles writes it in addresses: 1234067 is x001/x234/067, and
// .p/W follows if it holds only W.
func TilePath(n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for rest := n / 1000; rest > 0; rest /= 1000 {
		path = fmt.Sprintf("x%03d/", rest%1000) + path
	}
	if width < TileWidth {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}
