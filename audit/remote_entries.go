package audit

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"kept/ledger"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/voice"
)

// entries reads a bundle, and the texts and pictures beside its entries.
func (r *remote) entries(ctx context.Context, from int64, width int) ([]ledger.Copied, error) {
	name := ledger.TilePath(from/ledger.TileWidth, width)
	bundle, err := r.get(ctx, "log/tile/entries/"+name, mostBundle)
	if err != nil {
		return nil, err
	}
	bodies, err := unbundle(bundle, width)
	if err != nil {
		return nil, &ledger.Damage{What: "log/tile/entries/" + name, Why: err.Error()}
	}
	out := make([]ledger.Copied, width)
	for i, body := range bodies {
		out[i].Body = body
	}
	if r.bare {
		return out, r.besideReviews(ctx, name, from, out)
	}
	if err := r.texts(ctx, name, from, out); err != nil {
		return nil, err
	}
	return out, r.pictures(ctx, from, out)
}

// pictures reads the pictures of entries.
func (r *remote) pictures(ctx context.Context, from int64, out []ledger.Copied) error {
	for i := range out {
		sums, err := r.rules.PicturesOf(out[i].Body)
		if err != nil {
			return &ledger.Damage{What: fmt.Sprintf("entry %d", from+int64(i)), Why: err.Error()}
		}
		for _, sum := range sums {
			body, err := r.get(ctx, "pictures/"+sum, mostPicture)
			if err != nil {
				return err
			}
			if ledger.HashBytes(body) != sum {
				return &ledger.Damage{What: "picture " + sum, Why: "its bytes have another hash"}
			}
			p := ledger.Picture{SHA256: sum, Media: ledger.MediaType(body), Body: body}
			out[i].Pictures = append(out[i].Pictures, p)
			if p.Media != ledger.MediaDocument { // reviews are counted by themselves
				r.found.Pictures++
			}
		}
	}
	return nil
}

// unbundle takes a bundle apart: entries, each behind two bytes of its length.
func unbundle(b []byte, width int) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
			return nil, fmt.Errorf("it breaks off in entry %d of %d", len(out), width)
		}
		n := 2 + int(binary.BigEndian.Uint16(b))
		out = append(out, b[2:n])
		b = b[n:]
	}
	if len(out) != width {
		return nil, fmt.Errorf("it has %d entries, not %d", len(out), width)
	}
	return out, nil
}

// besideLine is a text as log/beside gives it.
type besideLine struct {
	Entry    int64  `json:"entry"`
	Field    string `json:"field"`
	Salt     string `json:"salt"`
	Body     string `json:"body"`
	Erased   bool   `json:"erased"`
	Withheld bool   `json:"withheld"`
}

// texts reads what lies beside the entries of a bundle, and sees that it is what they name.
func (r *remote) texts(ctx context.Context, name string, from int64, entries []ledger.Copied) error {
	raw, err := r.get(ctx, "log/beside/"+name, mostBeside)
	if err != nil {
		return err
	}
	var lines []besideLine
	if err := json.Unmarshal(raw, &lines); err != nil {
		return &ledger.Damage{What: "log/beside/" + name, Why: err.Error()}
	}
	named := make([]map[string]string, len(entries))
	for i, e := range entries {
		if named[i], err = r.rules.TextHashes(e.Body); err != nil {
			return &ledger.Damage{What: fmt.Sprintf("entry %d", from+int64(i)), Why: err.Error()}
		}
	}
	for _, l := range lines {
		text := textName{l.Entry, l.Field}
		i := l.Entry - from
		if i < 0 || i >= int64(len(entries)) || named[i][l.Field] == "" {
			return &ledger.Damage{What: text.String(), Why: "no entry names it, or it is given twice"}
		}
		t, err := l.text(named[i][l.Field])
		if err != nil {
			return &ledger.Damage{What: text.String(), Why: err.Error()}
		}
		delete(named[i], l.Field)
		entries[i].Texts = append(entries[i].Texts, t)
		r.served[text] = t.State
	}
	for i := range named {
		for field := range named[i] {
			return &ledger.Damage{What: textName{from + int64(i), field}.String(), Why: "it is missing in log/beside/" + name}
		}
	}
	return nil
}

// text is the text of a line, whose hash stands in the entry.
func (l *besideLine) text(sum string) (ledger.Text, error) {
	t := ledger.Text{Field: l.Field}
	switch {
	case l.Erased && l.Withheld, (l.Erased || l.Withheld) && l.Salt+l.Body != "":
		return t, errors.New("the server gives it and says that it does not")
	case l.Erased:
		t.State = ledger.Erased
	case l.Withheld:
		t.State = ledger.Withheld
	default:
		salt, err := base64.StdEncoding.DecodeString(l.Salt)
		if err != nil || len(salt) != ledger.SaltSize || ledger.HashText(salt, l.Body) != sum {
			return t, errors.New("it does not have the hash that stands in the entry")
		}
		t.Salt, t.Body = salt, l.Body
	}
	return t, nil
}

// locate names the entry because of which the entries do not have the root that was signed, by the hashes that the
// server gives of them. If these fit, the server has signed something else.
func (r *remote) locate(ctx context.Context, wrong error) error {
	err := r.db.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		return r.eachTile(ctx, tx, head, 0, func(path string, first int64, i int) error {
			return &ledger.Damage{What: fmt.Sprintf("entry %d", first+int64(i)), Why: "its bytes do not have the hash that stands in " + path}
		})
	})
	var damage *ledger.Damage
	if errors.As(err, &damage) {
		return fmt.Errorf("%w; %w", damage, wrong)
	}
	return wrong
}

// checkTexts compares which texts the server gives with what the entries say: erased ones are gone, notes that nobody
// passed are withheld, and all others are there.
func (r *remote) checkTexts(ctx context.Context, book *ledger.Book) error {
	var wrong error
	err := book.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := ledger.ErasedView.Select(tx, "ORDER BY v.entry, v.field")
		if err != nil {
			return err
		}
		erased := map[textName]bool{}
		for _, row := range rows {
			erased[textName{row.Entry, row.Field}] = true
		}
		texts, err := ledger.TextsBetween(tx, 0, r.checkpoint.Size)
		if err != nil {
			return err
		}
		public, err := promise.TextsPublic(tx, 0, r.checkpoint.Size)
		if err != nil {
			return err
		}
		answers, err := voice.TextsPublic(tx, 0, r.checkpoint.Size)
		if err != nil {
			return err
		}
		words, err := review.TextsPublic(tx, 0, r.checkpoint.Size)
		if err != nil {
			return err
		}
		for _, t := range texts {
			name := textName{t.Entry, t.Field}
			if why := r.misgiven(name, erased[name], public(t.Entry, t.Field) || answers(t.Entry, t.Field) || words(t.Entry, t.Field)); why != "" {
				wrong = &ledger.Damage{What: name.String(), Why: why}
				return nil
			}
		}
		return nil
	})
	if err == nil && wrong != nil {
		err = r.orGrown(ctx, wrong)
	}
	return err
}

// misgiven says what is wrong with how the server gave a text, and counts the text.
func (r *remote) misgiven(name textName, erased, public bool) string {
	switch state := r.served[name]; {
	case state == ledger.Erased && !erased:
		return "the server says that it was erased, but no entry says so"
	case state == ledger.Erased:
		r.found.Erased++
	case erased:
		return "an entry says that it was erased, but the server gives it"
	case state == ledger.Withheld && public:
		return "it is public, but the server withholds it"
	case state == ledger.Withheld:
		r.found.Withheld++
	case !public:
		return "nobody passed it, but the server gives it"
	default:
		r.found.Texts++
	}
	return ""
}

// checkTiles compares every tile of hashes with the mirror's.
func (r *remote) checkTiles(ctx context.Context, book *ledger.Book) error {
	return book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		for level := 0; head.Size>>(8*level) > 0; level++ {
			err := r.eachTile(ctx, tx, head, level, func(path string, _ int64, i int) error {
				return &ledger.Damage{What: path, Why: fmt.Sprintf("hash %d in it is not that of the entries", i)}
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// eachTile reads the tiles of a level. Where a hash differs from the mirror's it returns what differs makes of it.
func (r *remote) eachTile(ctx context.Context, tx *store.Tx, head ledger.Head, level int, differs func(path string, first int64, i int) error) error {
	hashes := head.Size >> (8 * level)
	for first := int64(0); first < hashes; first += ledger.TileWidth {
		r.o.Progress("reading hashes", first, hashes)
		n, width := first/ledger.TileWidth, int(min(ledger.TileWidth, hashes-first))
		path := fmt.Sprintf("log/tile/%d/%s", level, ledger.TilePath(n, width))
		got, err := r.get(ctx, path, mostTile)
		if err != nil {
			return err
		}
		want, err := ledger.Tile(tx, head, level, n, width)
		if err != nil {
			return err
		}
		if len(got) != len(want) {
			return &ledger.Damage{What: path, Why: fmt.Sprintf("it has %d bytes, not %d", len(got), len(want))}
		}
		for i := range width {
			if !bytes.Equal(got[32*i:32*i+32], want[32*i:32*i+32]) {
				return differs(path, first, i)
			}
		}
		r.found.Tiles++
	}
	return nil
}
