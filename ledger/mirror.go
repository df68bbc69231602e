package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// Copied is an entry of another book, with what lies beside it there.
type Copied struct {
	Body     []byte
	Texts    []Text
	Pictures []Picture
}

// Mirror is a book that receives the entries of another one, in their order. With the book's key it becomes that book,
// on another engine or machine; without, it can be looked at and checked. It goes on where it stopped.
type Mirror struct{ book *Book }

// NewMirror opens a mirror in a database, which is empty or holds a part of the same book.
func NewMirror(ctx context.Context, db store.DB, rules *Rules, key *Key) (*Mirror, error) {
	m := &Mirror{&Book{DB: db, Rules: rules, Key: key}}
	return m, db.Write(ctx, func(tx *store.Tx) error {
		if has, err := tx.Has(secretTable); err != nil {
			return err
		} else if !has {
			return begin(tx, rules, key)
		}
		there, err := readKey(tx)
		if err == nil && there.Verifier != key.Verifier {
			return &store.Problem{What: "the target holds another book, " + there.Verifier, Do: "Choose an empty place"}
		}
		return err
	})
}

// PublicKey makes the key of a mirror from a book's verifier key.
func PublicKey(verifier string) (*Key, error) { return publicKey(verifier) }

// begin makes the tables of a book without entries.
func begin(tx *store.Tx, rules *Rules, key *Key) error {
	if _, err := tx.Migrate(migrationFiles()); err != nil {
		return err
	}
	secrets := [][]any{{"origin", key.Origin()}, {"seed", hex.EncodeToString(key.seed)}}
	if key.Public() {
		secrets = [][]any{{"verifier", key.Verifier}}
	}
	if err := tx.Insert(secretTable, secrets); err != nil {
		return err
	}
	for _, t := range rules.Tables() {
		if err := tx.Make(t); err != nil {
			return err
		}
	}
	note, err := key.sign(0, emptyRoot)
	if err != nil {
		return err
	}
	return tx.Insert(headTable, [][]any{{int64(0), int64(0), []byte{}, "", note, rules.fingerprint()}})
}

// Size is how many entries the mirror has.
func (m *Mirror) Size(ctx context.Context) (size int64, err error) {
	err = m.book.DB.Read(ctx, func(tx *store.Tx) error {
		h, err := ReadHead(tx)
		size = h.Size
		return err
	})
	return size, err
}

// Add appends the next entries of the other book, in one transaction. An entry that the rules refuse is a *Damage: the
// other book cannot have been made by them.
func (m *Mirror) Add(ctx context.Context, from int64, entries []Copied) error {
	all := make([]*prepared, len(entries))
	for i, e := range entries {
		p, err := m.book.Rules.parse(e.Body)
		if err != nil {
			return &Damage{fmt.Sprintf("entry %d", from+int64(i)), err.Error()}
		}
		p.texts, p.pics, p.receipt = e.Texts, e.Pictures, &Receipt{}
		if err := p.checkCopied(); err != nil {
			return &Damage{fmt.Sprintf("entry %d", from+int64(i)), err.Error()}
		}
		all[i] = p
	}
	return m.book.DB.Write(ctx, func(tx *store.Tx) error {
		c := &commit{book: m.book, tx: tx, copy: true}
		if err := c.takeHead(); err != nil {
			return err
		}
		if c.head.Size != from {
			return &Damage{"the mirror", fmt.Sprintf("it has %d entries, not %d", c.head.Size, from)}
		}
		if err := c.settle(all); err != nil {
			return err
		}
		if len(c.fresh) != len(all) {
			return &Damage{"the other book", "an id stands in it twice"}
		}
		if err := c.fold(); err != nil {
			if refusal := Refused(err); refusal != nil {
				return &Damage{fmt.Sprintf("entry %d", c.head.Size), refusal.Error()}
			}
			return err
		}
		return c.write(from)
	})
}

// checkCopied sees that the texts and pictures are those that the entry names; erased and withheld ones have no words.
func (p *prepared) checkCopied() error {
	named := p.kind.textsOf(p.data)
	for _, t := range p.texts {
		sum, ok := named[t.Field]
		if !ok || t.State == Present && HashText(t.Salt, t.Body) != sum || t.State != Present && (t.Body != "" || len(t.Salt) > 0) {
			return Refuse("text.not-named", "field", t.Field)
		}
		delete(named, t.Field)
	}
	if len(named) > 0 {
		return Refuse("text.missing", "field", sortedKeys(named)[0])
	}
	for _, pic := range p.pics {
		if HashBytes(pic.Body) != pic.SHA256 {
			return Refuse("picture.not-named")
		}
	}
	return nil
}

// Finish compares the mirror with the other book's signed checkpoint, of just this size, and keeps it.
func (m *Mirror) Finish(ctx context.Context, note string) error {
	c, err := OpenCheckpoint(note, m.book.Key.Verifier)
	if err != nil {
		return &Damage{"the checkpoint", err.Error()}
	}
	return m.book.DB.Write(ctx, func(tx *store.Tx) error {
		h, err := ReadHead(tx)
		if err != nil {
			return err
		}
		if h.Size != c.Size || h.edge.root() != c.Root {
			return &Damage{"the checkpoint", fmt.Sprintf("it is of size %d and root %s, the entries give %d and %s", c.Size, c.Root, h.Size, h.edge.root())}
		}
		_, err = tx.Exec("UPDATE head SET note = $1 WHERE id = 0", note)
		return err
	})
}

// Copied reads entries with what lies beside them, as the transaction sees them: at most n, from a place on.
func (b *Book) Copied(tx *store.Tx, from, n int64) ([]Copied, error) {
	bodies, err := store.Select(tx, func(body *[]byte) []any { *body = nil; return []any{body} },
		"SELECT body FROM entry WHERE seq >= $1 AND seq < $2 ORDER BY seq", from, from+n)
	if err != nil {
		return nil, err
	}
	out := make([]Copied, len(bodies))
	for i, body := range bodies {
		out[i].Body = body
	}
	var entry int64
	var t Text
	err = tx.Each([]any{&entry, &t.Field, &t.Salt, &t.Body, (*int64)(&t.State)}, func() error {
		c := t
		c.Salt = append([]byte{}, t.Salt...)
		out[entry-from].Texts = append(out[entry-from].Texts, c)
		return nil
	}, "SELECT entry, field, salt, body, erased FROM text WHERE entry >= $1 AND entry < $2 ORDER BY entry, field", from, from+int64(len(bodies)))
	if err != nil {
		return nil, err
	}
	for i := range out {
		if err := b.copyPictures(tx, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *Book) copyPictures(tx *store.Tx, c *Copied) error {
	p, err := b.Rules.parse(c.Body)
	if err != nil {
		return err
	}
	for _, sum := range p.kind.picturesOf(p.data) {
		pic, ok, err := PictureOf(tx, sum)
		if err != nil {
			return err
		}
		if !ok {
			return &Damage{"picture " + sum, "it is missing"}
		}
		c.Pictures = append(c.Pictures, pic)
	}
	return nil
}

// PicturesOf lists the pictures that an entry names, by hash.
func (r *Rules) PicturesOf(body []byte) ([]string, error) {
	p, err := r.parse(body)
	if err != nil {
		return nil, err
	}
	return p.kind.picturesOf(p.data), nil
}

// TextsNamed lists the texts that an entry names: field with language.
func (r *Rules) TextsNamed(body []byte) ([]string, error) {
	p, err := r.parse(body)
	if err != nil {
		return nil, err
	}
	return sortedKeys(p.kind.textsOf(p.data)), nil
}

// copyBatch is how many entries one transaction of a copy takes.
const copyBatch = 2000

// Copy copies a book into another database, which becomes the same book: the same bytes, root and view rows. It goes
// on where an earlier copy stopped.
func Copy(ctx context.Context, from *Book, to store.DB, progress func(done, total int64)) error {
	m, err := NewMirror(ctx, to, from.Rules, from.Key)
	if err != nil {
		return err
	}
	at, err := m.Size(ctx)
	if err != nil {
		return err
	}
	head, err := m.partOf(ctx, from)
	if err != nil {
		return err
	}
	for at < head.Size {
		if err := ctx.Err(); err != nil {
			return err
		}
		var batch []Copied
		err := from.DB.Read(ctx, func(tx *store.Tx) (err error) {
			batch, err = from.Copied(tx, at, min(copyBatch, head.Size-at))
			return err
		})
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return &Damage{fmt.Sprintf("entry %d", at), "it is missing"}
		}
		if err := m.Add(ctx, at, batch); err != nil {
			return err
		}
		at += int64(len(batch))
		if progress != nil {
			progress(at, head.Size)
		}
	}
	return m.Finish(ctx, head.Note)
}

// partOf sees that what the mirror has is the beginning of the other book, and returns the other book's head.
func (m *Mirror) partOf(ctx context.Context, from *Book) (head Head, err error) {
	var here Head
	if err := m.book.DB.Read(ctx, func(tx *store.Tx) (err error) { here, err = ReadHead(tx); return err }); err != nil {
		return head, err
	}
	return head, from.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if head, err = ReadHead(tx); err != nil {
			return err
		}
		c := Checkpoint{Size: here.Size, Root: here.edge.root()}
		if err := Extends(tx, head, c); err != nil {
			return &store.Problem{What: "the target is no part of the source: it has grown by itself",
				Do: "Look whether a server writes it. If the source is the one to keep, choose an empty place", Cause: err}
		}
		return nil
	})
}

// RootAt computes the root hash of the first entries of the book.
func RootAt(tx *store.Tx, size int64) (tlog.Hash, error) {
	e, err := hashes{tx}.edgeOf(size)
	return e.root(), err
}

// ViewHashes gives a hash of all rows of each view, in key order. The same entries give the same hashes on every engine.
func (b *Book) ViewHashes(tx *store.Tx) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range b.Rules.Tables() {
		h := sha256.New()
		err := tx.Scan(t, func(row []any) error {
			for _, value := range row {
				switch value := value.(type) {
				case int64:
					h.Write([]byte("i" + strconv.FormatInt(value, 10) + "\n"))
				case string:
					h.Write([]byte("s" + strconv.Itoa(len(value)) + " " + value + "\n"))
				case []byte:
					h.Write([]byte("b" + strconv.Itoa(len(value)) + " "))
					h.Write(append(value, '\n'))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		out[t.Name] = hex.EncodeToString(h.Sum(nil))
	}
	return out, nil
}
