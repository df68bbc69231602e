package web_test

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/store/storetest"
)

// public is a log as anybody can read it over the network: what it says of itself is believed only where it is proved.
type public struct {
	t      *testing.T
	s      *site
	key    note.Verifier
	size   int64
	root   tlog.Hash
	leaves []tlog.Hash
	bodies [][]byte
}

func (p *public) fetch(path string) string {
	p.t.Helper()
	rec := p.s.get(at("log/" + path))
	if rec.Code != http.StatusOK {
		p.t.Fatalf("%s: %d", path, rec.Code)
	}
	return rec.Body.String()
}

// readLog reads checkpoint and entries, and computes the root from the entries alone.
func readLog(t *testing.T, s *site) *public {
	t.Helper()
	p := &public{t: t, s: s}
	var err error
	if p.key, err = note.NewVerifier(strings.TrimSpace(p.fetch("key"))); err != nil {
		t.Fatal(err)
	}
	signed, err := note.Open([]byte(p.fetch("checkpoint")), note.VerifierList(p.key))
	if err != nil {
		t.Fatal(err)
	}
	var origin, root string
	if _, err := fmt.Sscan(signed.Text, &origin, &p.size, &root); err != nil || origin != p.key.Name() {
		t.Fatalf("checkpoint %q: %v", signed.Text, err)
	}
	if p.root, err = tlog.ParseHash(root); err != nil {
		t.Fatal(err)
	}
	for from := int64(0); from < p.size; from += 256 {
		bundle := p.fetch("tile/entries/" + tilePath(from/256, p.size-from))
		for len(bundle) > 0 {
			n := int(binary.BigEndian.Uint16([]byte(bundle)))
			body := []byte(bundle[2 : 2+n])
			bundle = bundle[2+n:]
			p.bodies, p.leaves = append(p.bodies, body), append(p.leaves, tlog.RecordHash(body))
		}
	}
	if int64(len(p.leaves)) != p.size || ledgertest.NaiveRoot(p.leaves) != p.root {
		t.Fatalf("%d entries with the root %s, the checkpoint says %d and %s", len(p.leaves), ledgertest.NaiveRoot(p.leaves), p.size, p.root)
	}
	return p
}

// tilePath is the path of tile n, of which left hashes are there, as C2SP tlog-tiles has it.
func tilePath(n, left int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/", n%1000) + path
	}
	if left < 256 {
		path += fmt.Sprintf(".p/%d", left)
	}
	return path
}

// Height, ReadTiles and SaveTiles make the log a tlog.TileReader, so that x/mod's own client code reads it.
func (p *public) Height() int { return 8 }

func (p *public) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		out = append(out, []byte(p.fetch(fmt.Sprintf("tile/%d/%s", t.L, tilePath(t.N, int64(t.W))))))
	}
	return out, nil
}

func (p *public) SaveTiles([]tlog.Tile, [][]byte) {}

func TestLog(t *testing.T) {
	p := readLog(t, example(t))
	hashes := tlog.TileHashReader(tlog.Tree{N: p.size, Hash: p.root}, p)
	for _, seq := range []int64{0, 1, 254, 255, 256, 257, p.size - 2, p.size - 1} {
		proof, err := tlog.ProveRecord(p.size, seq, hashes) // it checks every tile against the root
		if err != nil {
			t.Fatalf("entry %d: %v", seq, err)
		}
		if err := tlog.CheckRecord(proof, p.size, p.root, seq, p.leaves[seq]); err != nil {
			t.Errorf("entry %d: %v", seq, err)
		}
		p.checkProof(seq)
		if page := p.fetch(fmt.Sprintf("entries/%d?lang=en", seq)); !strings.Contains(html.UnescapeString(page), p.leaves[seq].String()) {
			t.Errorf("the page of entry %d does not show its hash", seq)
		}
	}
	if _, err := tlog.ProveTree(p.size, 200, hashes); err != nil {
		t.Errorf("what was seen of it at size 200: %v", err)
	}
}

// checkProof reads a proof as a file, with nothing of the ledger's.
func (p *public) checkProof(seq int64) {
	p.t.Helper()
	head, rest, ok := strings.Cut(p.fetch(fmt.Sprintf("proof/%d", seq)), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprintf("index %d", seq) {
		p.t.Fatalf("proof %d begins with %q", seq, lines)
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		var h tlog.Hash
		b, err := base64.StdEncoding.DecodeString(line)
		if err != nil || copy(h[:], b) != len(h) {
			p.t.Fatalf("proof %d: %q: %v", seq, line, err)
		}
		path = append(path, h)
	}
	if _, err := note.Open([]byte(rest), note.VerifierList(p.key)); err != nil {
		p.t.Errorf("proof %d: its checkpoint: %v", seq, err)
	}
	if err := tlog.CheckRecord(path, p.size, p.root, seq, p.leaves[seq]); err != nil {
		p.t.Errorf("proof %d: %v", seq, err)
	}
}

// TestTilePaths: a tile has one address, and what the log does not have is not there.
func TestTilePaths(t *testing.T) {
	s := example(t)
	size := readLog(t, s).size
	if size <= 256 || size >= 512 {
		t.Fatalf("the example has %d entries; this test is about a full tile and a part", size)
	}
	rest := size % 256
	for path, want := range map[string]int{
		"000": 200, "000.p/1": 200, "000.p/255": 200, fmt.Sprintf("001.p/%d", rest): 200, "001.p/1": 200,
		fmt.Sprintf("001.p/%d", rest+1): 404, "001": 404, "002": 404, "002.p/1": 404, "999": 404,
		"": 404, "0": 404, "00": 404, "0000": 404, "1": 404, "-01": 404, "+01": 404, "0x1": 404, "a00": 404, "000.p": 404, "000.p/": 404, "000.p/0": 404, "000.p/01": 404,
		"000.p/256": 404, "000.p/999": 404, "000.p/-1": 404, "000.p/1/": 404, "000.p/1.p/1": 404, "000/": 404, "000.P/1": 404, "x000/000": 404, "x000/x000/001": 404,
		"x001/000": 404, "x001/x234/067": 404, "X001/000": 404, "x01/000": 404, "x0001/000": 404, "000/000": 404, "x999/x999/x999/x999/x999/999": 404,
		"x999/x999/x999/x999/x999/x999/999": 404, "x999/x999/x999/x999/x999/x999/x999/999": 404, "٠٠٠": 404, "000%20": 404, "000%0a": 404,
	} {
		for _, kind := range []string{"entries", "0"} {
			if got := s.get(at("log/tile/" + kind + "/" + path)).Code; got != want {
				t.Errorf("tile/%s/%s: %d, should be %d", kind, path, got, want)
			}
		}
	}
	for level, want := range map[string]int{"0": 200, "1": 404, "00": 404, "-1": 404, "8": 404, "63": 404, "x": 404, "+0": 404, "99999999999999999999": 404} {
		if got := s.get(at("log/tile/" + level + "/000")).Code; got != want {
			t.Errorf("level %s: %d, should be %d", level, got, want)
		}
	}
	if got := s.get(at("log/tile/1/000.p/1")); got.Code != 200 || got.Body.Len() != 32 {
		t.Errorf("level 1: %d, %d bytes", got.Code, got.Body.Len())
	}
	for _, path := range []string{"entries/-1", "entries/" + fmt.Sprint(size), "entries/00", "entries/x", "entries/9223372036854775808", "proof/-1", "proof/" + fmt.Sprint(size), "proof/+1"} {
		if got := s.get(at("log/" + path)).Code; got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// TestOnlyPicturesAreSent: whatever bytes lie among the pictures, nothing that a browser would run is sent from there.
func TestOnlyPicturesAreSent(t *testing.T) {
	b := ledgertest.Create(t, storetest.Engines()[0].New(t), ledger.Options{}, ledgertest.Toy())
	page := []byte("<!doctype html><script>alert(1)</script>")
	for _, body := range [][]byte{page, ledgertest.PNG, []byte("GIF89a;"), []byte("plain words"), []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")} {
		draft := ledgertest.WithPicture(ledgertest.Note("a", "", "words"), body)
		receipts, err := b.Append(context.Background(), ledgertest.Add("a", 1), draft)
		if err != nil {
			t.Fatal(err)
		}
		_ = receipts // the book itself may refuse what is no picture
	}
	s := serve(b)
	for _, body := range [][]byte{page, []byte("plain words"), []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")} {
		rec := s.get("/" + demo.Name + "/pictures/" + ledger.HashBytes(body))
		if rec.Code == http.StatusOK || strings.Contains(rec.Body.String(), string(body)) {
			t.Errorf("%q is sent: %d", body, rec.Code)
		}
	}
}
