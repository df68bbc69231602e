package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"kept/ledger"
	"kept/store"
)

// Log is the page about the book: what it is, its checkpoint, how to verify it, and its last entries.
type Log struct {
	Page
	Checkpoint ledger.Checkpoint
	Key        string
	Latest     []LogLine
	Address    string // of the programme, for verify
	Beside     string // the address of the newest texts beside the book
}

// LogLine is an entry in a list.
type LogLine struct {
	Seq  int64
	Kind string
	Day  string
	Who  string
}

// latest is how many entries the page about the book lists.
const latest = 20

func logPage(v *visit) (*result, error) {
	p := Log{Page: v.page("book", v.p.T("log.title")), Key: v.shelf.book.Key.Verifier,
		Address: v.absolute("/" + v.shelf.name + "/")}
	p.Beside = p.Raw("log/beside/" + newestTile(v.Size))
	var err error
	if p.Checkpoint, err = v.shelf.book.Published(v.head); err != nil {
		return nil, err
	}
	bodies, err := store.Select(v.Tx, func(b *[]byte) []any { *b = nil; return []any{b} },
		"SELECT body FROM entry WHERE seq >= $1 ORDER BY seq DESC", v.Size-latest)
	for i, body := range bodies {
		e, _, err := v.shelf.book.Rules.Kinds().Parse(body)
		if err != nil {
			return nil, err
		}
		p.Latest = append(p.Latest, LogLine{v.Size - 1 - int64(i), e.Kind, e.Day, e.Who})
	}
	return &result{page: p, name: "log"}, err
}

func text(s string) *result {
	return &result{bytes: []byte(s), media: "text/plain; charset=utf-8"}
}

func checkpointFile(v *visit) (*result, error) {
	c, err := v.shelf.book.Published(v.head)
	return text(c.Note), err
}

func keyFile(v *visit) (*result, error) { return text(v.shelf.book.Key.Verifier + "\n"), nil }

// tilePath is a tile's number as C2SP tlog-tiles writes it: x001/x234/067, with .p/W behind it if the tile is partial.
var tilePath = regexp.MustCompile(`^((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?$`)

func parseTile(s string) (n int64, width int, err error) {
	m := tilePath.FindStringSubmatch(s)
	if m == nil || len(m[1]) > 5*5 {
		return 0, 0, notFound
	}
	digits := strings.NewReplacer("x", "", "/", "").Replace(m[1]) + m[2]
	n, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || strings.HasPrefix(s, "x000/") {
		return 0, 0, notFound
	}
	width = ledger.TileWidth
	if m[3] != "" {
		if width, err = strconv.Atoi(m[3]); err != nil || width >= ledger.TileWidth {
			return 0, 0, notFound
		}
	}
	return n, width, nil
}

// newestTile is the name of the last tile of a log, which is partial unless it is just full.
func newestTile(size int64) string {
	n := max(size-1, 0) / ledger.TileWidth
	return ledger.TilePath(n, int(size-n*ledger.TileWidth))
}

func tileFile(v *visit) (*result, error) {
	level, err := strconv.Atoi(v.r.PathValue("level"))
	if err != nil || strconv.Itoa(level) != v.r.PathValue("level") {
		return nil, notFound
	}
	n, width, err := parseTile(v.r.PathValue("n"))
	if err != nil {
		return nil, err
	}
	b, err := ledger.Tile(v.Tx, v.head, level, n, width)
	return tileResult(b, err)
}

func bundleFile(v *visit) (*result, error) {
	n, width, err := parseTile(v.r.PathValue("n"))
	if err != nil {
		return nil, err
	}
	b, err := ledger.Bundle(v.Tx, v.head, n, width)
	return tileResult(b, err)
}

func tileResult(b []byte, err error) (*result, error) {
	if errors.Is(err, ledger.ErrRange) {
		return nil, notFound
	}
	return &result{bytes: b, media: "application/octet-stream", fixed: true}, err
}

func (v *visit) seq() (int64, error) {
	seq, err := strconv.ParseInt(v.r.PathValue("seq"), 10, 64)
	if err != nil || seq < 0 || seq >= v.Size || itoa(seq) != v.r.PathValue("seq") {
		return 0, notFound
	}
	return seq, nil
}

func proofFile(v *visit) (*result, error) {
	seq, err := v.seq()
	if err != nil {
		return nil, err
	}
	proof, err := v.shelf.book.Prove(v.Tx, v.head, seq)
	if err != nil {
		return nil, err
	}
	out := text(proof.String())
	out.file = v.shelf.name + "-" + itoa(seq) + ".tlog-proof"
	return out, nil
}

// EntryPage is the page of one entry: its exact bytes, what they mean, and the proof that they are in the book.
type EntryPage struct {
	Page
	Seq     int64
	Entry   *ledger.Entry
	Bytes   string // the exact bytes
	Pretty  string // the same, set out to be read
	Leaf    tlog.Hash
	Next    int64
	HasNext bool
	About   int64 // the entry it is about, or -1
}

func entryPage(v *visit) (*result, error) {
	seq, err := v.seq()
	if err != nil {
		return nil, err
	}
	body, _, err := ledger.Body(v.Tx, seq)
	if err != nil {
		return nil, err
	}
	e, _, err := v.shelf.book.Rules.Kinds().Parse(body)
	if err != nil {
		return nil, err
	}
	p := EntryPage{Page: v.page("book", v.p.T("entry.title", "Number", itoa(seq))), Seq: seq, Entry: e, Bytes: string(body), Leaf: tlog.RecordHash(body),
		Next: seq + 1, HasNext: seq+1 < v.Size, About: -1}
	if e.About != "" {
		if p.About, _, err = ledger.SeqOf(v.Tx, e.About); err != nil {
			return nil, err
		}
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		return nil, err
	}
	p.Pretty = pretty.String()
	return &result{page: p, name: "entry"}, nil
}

func pictureFile(v *visit) (*result, error) {
	pic, ok, err := ledger.PictureOf(v.Tx, v.r.PathValue("sha256"))
	// Whatever lies there, only a picture or the document of a review is ever sent: a page would run on this site's own address.
	if err == nil && (!ok || !strings.HasPrefix(pic.Media, "image/") && pic.Media != ledger.MediaDocument) {
		err = notFound
	}
	return &result{bytes: pic.Body, media: pic.Media, fixed: true}, err
}
