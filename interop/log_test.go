// Package interop_test has the log of a book read and checked by other people's programs: the client and the fsck of
// tessera, the client of torchwood, the proofs of transparency-dev/merkle and the checkpoints of transparency-dev/formats.
// They know the log only as /{programme}/log/ shows it over HTTP, and were written without knowing of Kept, from C2SP
// tlog-tiles, tlog-proof and signed-note and from RFC 6962, as was the ledger. What they agree on, anybody can check.
//
// An honest log must satisfy every one of them, and each must find every one of the damages.
//
// It is a module of its own, so that the many modules that they need are not Kept's.
package interop_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/simulate"
	"kept/store/storetest"
	"kept/voice"
	"kept/web"
)

const (
	name   = "valley"
	origin = "kept/valley/simulated-1"
)

// seed is the signing key of the book, known here so that what only a dishonest host could sign can be signed.
var seed = sha256.Sum256([]byte("kept: for tests of the log, not a secret"))

func TestMain(m *testing.M) {
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// served is a log as it is served, with the checkpoints that were seen while it grew.
type served struct {
	site     http.Handler
	base     string // of the honest log
	verifier note.Verifier
	seen     []*log.Checkpoint // from small to the whole
}

func (s *served) now() *log.Checkpoint { return s.seen[len(s.seen)-1] }

// serve fills a book and serves it on loopback. It has some 2,500 entries, or, if it is to be large, 70,000: these fill a
// tile of hashes of level 1, so that the tree has three levels of tiles, each with a tile that is not full.
func serve(t *testing.T, large bool) *served {
	t.Helper()
	o := simulate.Options{Name: name, Villages: 20, Promises: 100, Reports: 1100, Seed: 1, Today: "2026-11-23", Batch: 97}
	least := uint64(2000)
	if large {
		o.Villages, o.Promises, o.Reports, o.Batch, least = 1000, 8000, 31_000, 2500, 66_000
	}
	key, err := ledger.NewKey(origin, seed[:])
	if err != nil {
		t.Fatal(err)
	}
	clock := &simulate.Clock{}
	book, err := ledger.Create(context.Background(), storetest.Engines()[0].New(t), ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), key,
		ledger.Options{Today: clock.Today, Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	})
	site := web.New(web.Options{Log: slog.New(slog.DiscardHandler)})
	site.Serve(name, book, nil)
	s := &served{site: site, base: listen(t, site)}
	see := func() {
		if s.verifier, err = note.NewVerifier(strings.TrimSpace(string(get(t, s.base+"key")))); err != nil {
			t.Fatal(err)
		}
		c, _, _, err := log.ParseCheckpoint(get(t, s.base+"checkpoint"), origin, s.verifier)
		if err != nil {
			t.Fatalf("the checkpoint, read by formats: %v", err)
		}
		if len(s.seen) == 0 || c.Size > s.now().Size {
			s.seen = append(s.seen, c)
		}
	}
	o.Progress = func(int64, int64) { see() }
	if err := simulate.Write(context.Background(), book, clock, o); err != nil {
		t.Fatal(err)
	}
	see()
	if s.now().Size < least || s.now().Size%256 == 0 || len(s.seen) < 10 {
		t.Fatalf("the log has %d entries and was seen %d times; that tests too little", s.now().Size, len(s.seen))
	}
	t.Logf("%d entries", s.now().Size)
	return s
}

// listen serves a handler and returns the address of the log.
func listen(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL + "/" + name + "/log/"
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, res.Status, err)
	}
	return body
}

// A damage changes what is sent for some path of the log, or returns it as it is.
type damage struct {
	name   string
	change func(s *served, path string, body []byte) []byte
}

// victim is an entry in the middle of the first tile.
const victim = 100

var damages = []damage{
	{"a changed byte of an entry", func(s *served, path string, body []byte) []byte {
		if path == "tile/entries/000" {
			at := entryAt(body, victim)
			body[at+2+40] ^= 1
		}
		return body
	}},
	{"an entry that is left out", func(s *served, path string, body []byte) []byte {
		if path == "tile/entries/000" {
			return slices.Delete(body, entryAt(body, victim), entryAt(body, victim+1))
		}
		return body
	}},
	{"two entries that changed places", func(s *served, path string, body []byte) []byte {
		if path == "tile/entries/000" {
			a, b, c := entryAt(body, victim), entryAt(body, victim+1), entryAt(body, victim+2)
			return slices.Concat(body[:a], body[b:c], body[a:b], body[c:])
		}
		return body
	}},
	{"a bundle that is cut off", func(s *served, path string, body []byte) []byte {
		if path == "tile/entries/000" {
			return body[:len(body)-1]
		}
		return body
	}},
	{"a changed byte of a tile", func(s *served, path string, body []byte) []byte {
		if path == "tile/0/000" {
			body[32*victim] ^= 1
		}
		return body
	}},
	{"a changed byte of a tile above", func(s *served, path string, body []byte) []byte {
		if strings.HasPrefix(path, "tile/1/000") {
			body[0] ^= 1
		}
		return body
	}},
	{"a root that is not signed", func(s *served, path string, body []byte) []byte {
		if path == "checkpoint" {
			lines := strings.SplitN(string(body), "\n", 4)
			lines[2] = base64.StdEncoding.EncodeToString(make([]byte, 32))
			return []byte(strings.Join(lines, "\n"))
		}
		return body
	}},
	{"a root that is signed and of no tree", func(s *served, path string, body []byte) []byte {
		if path == "checkpoint" {
			return sign(log.Checkpoint{Origin: origin, Size: s.now().Size, Hash: make([]byte, 32)})
		}
		return body
	}},
	{"a size that is signed and not that of the root", func(s *served, path string, body []byte) []byte {
		if path == "checkpoint" {
			return sign(log.Checkpoint{Origin: origin, Size: s.now().Size - 1, Hash: s.now().Hash})
		}
		return body
	}},
}

// entryAt is where an entry begins in a bundle, with the two bytes of its length.
func entryAt(bundle []byte, n int) int {
	at := 0
	for range n {
		at += 2 + int(bundle[at])<<8 + int(bundle[at+1])
	}
	return at
}

// sign signs as the host can.
func sign(c log.Checkpoint) []byte {
	verifier, err := note.NewEd25519VerifierKey(origin, ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + origin + "+" + strings.Split(verifier, "+")[1] + "+" + secret)
	if err != nil {
		panic(err)
	}
	signed, err := note.Sign(&note.Note{Text: string(c.Marshal())}, signer)
	if err != nil {
		panic(err)
	}
	return signed
}

// damaged stands between the site and whoever asks, and changes what is sent. The second value counts how often.
func (s *served) damaged(d damage) (http.Handler, func() bool) {
	changed := make(chan struct{}, 1)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		r.Header.Del("If-None-Match")
		rec := httptest.NewRecorder()
		s.site.ServeHTTP(rec, r)
		before := rec.Body.Bytes()
		body := before
		if rec.Code == http.StatusOK {
			body = d.change(s, strings.TrimPrefix(r.URL.Path, "/"+name+"/log/"), slices.Clone(before))
		}
		if !slices.Equal(body, before) {
			select {
			case changed <- struct{}{}:
			default:
			}
		}
		w.WriteHeader(rec.Code)
		w.Write(body)
	})
	return h, func() bool { return len(changed) > 0 }
}
