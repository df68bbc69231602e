package ledger

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// Body returns the exact bytes of an entry.
func Body(tx *store.Tx, seq int64) (body []byte, ok bool, err error) {
	ok, err = tx.One([]any{&body}, "SELECT body FROM entry WHERE seq = $1", seq)
	return body, ok, err
}

// Unlike finds the first entry, of the first so many, whose bytes do not have the hash that is stored beside them; -1 if there is
// none.
func Unlike(tx *store.Tx, size int64) (int64, error) {
	found, seq := int64(-1), int64(0)
	var leaf, body []byte
	err := tx.Each([]any{&seq, &leaf, &body}, func() error {
		if sum := tlog.RecordHash(body); found < 0 && !bytes.Equal(sum[:], leaf) {
			found = seq
		}
		return nil
	}, "SELECT seq, leaf, body FROM entry WHERE seq < $1 ORDER BY seq", size)
	return found, err
}

// SeqOf returns the place of the entry with this id.
func SeqOf(tx *store.Tx, id string) (seq int64, ok bool, err error) {
	if !validID(id) {
		return 0, false, nil
	}
	ok, err = tx.One([]any{&seq}, "SELECT seq FROM entry WHERE id = $1", rawID(id))
	return seq, ok, err
}

// SeqsOf returns the places of those entries with these ids that are there.
func SeqsOf(tx *store.Tx, ids []string) (map[string]int64, error) {
	asked := map[string][]any{}
	for _, id := range ids {
		if validID(id) {
			asked[id] = []any{rawID(id)}
		}
	}
	rows, err := tx.Load(idIndex, slices.Collect(maps.Values(asked)))
	if err != nil {
		return nil, err
	}
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[hex.EncodeToString(r[0].([]byte))] = r[1].(int64)
	}
	return out, nil
}

// Said is a text beside the book as it is now.
type Said struct {
	Entry  int64
	Field  string
	Body   string
	Erased bool
}

// TextsOf returns the texts of one field of these entries, in every language: entry to language to text.
func TextsOf(tx *store.Tx, field string, entries ...int64) (map[int64]map[string]Said, error) {
	out := map[int64]map[string]Said{}
	for some := range slices.Chunk(entries, mostNamed) {
		var in []string
		var args []any
		for _, e := range some {
			args = append(args, e)
			in = append(in, "$"+strconv.Itoa(len(args)))
		}
		var s Said
		var erased int64
		err := tx.Each([]any{&s.Entry, &s.Field, &s.Body, &erased}, func() error {
			lang, ok := strings.CutPrefix(s.Field, field+"/")
			if !ok {
				return nil
			}
			if out[s.Entry] == nil {
				out[s.Entry] = map[string]Said{}
			}
			s.Erased = erased == 1
			out[s.Entry][lang] = s
			return nil
		}, "SELECT entry, field, body, erased FROM text WHERE entry IN ("+strings.Join(in, ", ")+") ORDER BY entry, field", args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mostNamed is how many entries one query names.
const mostNamed = 500

// PictureOf returns a published picture.
func PictureOf(tx *store.Tx, sha256 string) (p Picture, ok bool, err error) {
	p.SHA256 = sha256
	ok, err = tx.One([]any{&p.Media, &p.Body}, "SELECT media, body FROM picture WHERE sha256 = $1", sha256)
	return p, ok, err
}

// MediaDocument is the media type of documents, which lie beside the book as pictures do: by the hash of their bytes.
const MediaDocument = "application/json"

// MediaType tells what a picture's bytes are: one of the kinds that pages show, the document of a review, or octets.
func MediaType(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return "image/webp"
	case bytes.HasPrefix(b, []byte(`{"form":`)):
		return MediaDocument
	}
	return "application/octet-stream"
}

// ErrRange says that the log has no such tile, entry or size.
var ErrRange = fmt.Errorf("not in this log")

// TileWidth is the number of hashes or entries in a full tile.
const TileWidth = 1 << tileHeight

// Tile returns a tile of the log as C2SP tlog-tiles has it: width hashes of level 8*level, from n*256.
func Tile(tx *store.Tx, h Head, level int, n int64, width int) ([]byte, error) {
	if err := inRange(h, level, n, width); err != nil {
		return nil, err
	}
	row, err := hashes{tx}.row(level*tileHeight, n*TileWidth, int64(width))
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, width*tlog.HashSize)
	for _, h := range row {
		out = append(out, h[:]...)
	}
	return out, nil
}

func inRange(h Head, level int, n int64, width int) error {
	if level < 0 || level > 7 || n < 0 || width < 1 || width > TileWidth || n > h.Size {
		return ErrRange
	}
	if end := (n*TileWidth + int64(width)); end > h.Size>>(level*tileHeight) {
		return ErrRange
	}
	return nil
}

// Bundle returns entries n*256 and on as C2SP tlog-tiles has them: each behind two bytes of its length.
func Bundle(tx *store.Tx, h Head, n int64, width int) ([]byte, error) {
	if err := inRange(h, 0, n, width); err != nil {
		return nil, err
	}
	var out, body []byte
	err := tx.Each([]any{&body}, func() error {
		out = binary.BigEndian.AppendUint16(out, uint16(len(body)))
		out = append(out, body...)
		return nil
	}, "SELECT body FROM entry WHERE seq >= $1 AND seq < $2 ORDER BY seq", n*TileWidth, n*TileWidth+int64(width))
	return out, err
}

// Proof shows that an entry is in the tree of a checkpoint.
type Proof struct {
	Index      int64
	Leaf       tlog.Hash
	Path       tlog.RecordProof
	Checkpoint Checkpoint
}

// Prove makes the proof for one entry at this head.
func (b *Book) Prove(tx *store.Tx, h Head, seq int64) (*Proof, error) {
	if seq < 0 || seq >= h.Size {
		return nil, ErrRange
	}
	c, err := b.Published(h)
	if err != nil {
		return nil, err
	}
	leaf, err := hashes{tx}.node(0, seq)
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveRecord(h.Size, seq, hashes{tx})
	return &Proof{seq, leaf, path, c}, err
}

// Check verifies the proof for the bytes of the entry.
func (p *Proof) Check(body []byte) error {
	return tlog.CheckRecord(p.Path, p.Checkpoint.Size, p.Checkpoint.Root, p.Index, tlog.RecordHash(body))
}

// String is the proof as a C2SP tlog-proof file.
func (p *Proof) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "c2sp.org/tlog-proof@v1\nindex %d\n", p.Index)
	for _, h := range p.Path {
		fmt.Fprintf(&b, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	b.WriteString("\n" + p.Checkpoint.Note)
	return b.String()
}
