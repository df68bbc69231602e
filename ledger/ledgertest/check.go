// Package ledgertest checks books from outside, for the tests of the ledger and of everything that appends to it.
//
// # Check
//
// Check believes nothing that the ledger computed. From the public bytes alone (checkpoint, tiles, bundles of entries) it
// computes the tree a second time, in the plainest way that RFC 6962 allows, and compares. It lets the book check itself,
// makes all views again and compares every row with what was there.
//
// # Toy
//
// Toy is a subject that has every feature a subject can have.
//
// # FlipEverything
//
// FlipEverything changes the stored values one by one, as somebody who owns the database could, and asks whether Check
// finds each and names it.
package ledgertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kept/ledger"
	"kept/store"
)

// T is the part of testing.TB that is needed; rapid.T has it too.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Check fails the test unless the book is whole and can be verified from outside.
func Check(t T, b *ledger.Book) {
	t.Helper()
	if err := Verify(b); err != nil {
		t.Fatalf("the book is not whole: %v", err)
	}
}

// Verify is Check for those who want the error. It makes the views again, so the book must be open for writing; what it
// finds and what it leaves is the same if the book is whole.
func Verify(b *ledger.Book) error {
	if err := VerifyPublic(b); err != nil {
		return err
	}
	before, err := Dump(b.DB, b.Rules.Tables()...)
	if err != nil {
		return err
	}
	for {
		if err = b.Rebuild(context.Background(), nil); !errors.Is(err, store.ErrFault) {
			break // a fault made for a test is not what is tested here
		}
	}
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	after, err := Dump(b.DB, b.Rules.Tables()...)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(before, after); diff != "" {
		return fmt.Errorf("the rebuilt views are not the live ones (-live +rebuilt):\n%s", diff)
	}
	return nil
}

// VerifyPublic is Verify without making the views again.
func VerifyPublic(b *ledger.Book) error {
	return b.DB.Read(context.Background(), func(tx *store.Tx) error {
		h, err := b.Check(tx, nil)
		if err != nil {
			return fmt.Errorf("the book's own check: %w", err)
		}
		return (&public{tx: tx, head: h, book: b}).verify()
	})
}

// Dump reads whole tables, as texts that can be compared.
func Dump(db store.DB, tables ...*store.Table) (map[string][]string, error) {
	out := map[string][]string{}
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		for _, t := range tables {
			out[t.Name] = []string{}
			err := tx.Scan(t, func(row []any) error {
				out[t.Name] = append(out[t.Name], fmt.Sprintf("%#v", row))
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// public is a view of a book from outside: what is served to everybody.
type public struct {
	tx     *store.Tx
	book   *ledger.Book
	head   ledger.Head
	leaves []tlog.Hash
	bodies [][]byte
}

func (p *public) verify() error {
	for _, step := range []func() error{p.readBundles, p.checkRoot, p.checkTiles, p.checkProofs} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// readBundles reads all entries as they are served.
func (p *public) readBundles() error {
	for from := int64(0); from < p.head.Size; from += 256 {
		width := int(min(256, p.head.Size-from))
		bundle, err := ledger.Bundle(p.tx, p.head, from/256, width)
		if err != nil {
			return err
		}
		for range width {
			if len(bundle) < 2 {
				return fmt.Errorf("the bundle from %d ends too early", from)
			}
			n := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+n {
				return fmt.Errorf("the bundle from %d ends inside an entry", from)
			}
			body := bundle[2 : 2+n]
			p.bodies, p.leaves = append(p.bodies, body), append(p.leaves, leafHash(body))
			bundle = bundle[2+n:]
		}
		if len(bundle) > 0 {
			return fmt.Errorf("the bundle from %d has %d bytes too many", from, len(bundle))
		}
		if _, err := ledger.Bundle(p.tx, p.head, from/256, width+1); !errors.Is(err, ledger.ErrRange) {
			return fmt.Errorf("a bundle larger than the log: %v, should be %v", err, ledger.ErrRange)
		}
	}
	return nil
}

// checkRoot reads the signed note with nothing of the ledger's and compares its root with the naive one.
func (p *public) checkRoot() error {
	verifier, err := note.NewVerifier(p.book.Key.Verifier)
	if err != nil {
		return err
	}
	signed, err := note.Open([]byte(p.head.Note), note.VerifierList(verifier))
	if err != nil {
		return err
	}
	want := fmt.Sprintf("%s\n%d\n%s\n", verifier.Name(), len(p.leaves), NaiveRoot(p.leaves))
	if signed.Text != want {
		return fmt.Errorf("the checkpoint says %q, the entries say %q", signed.Text, want)
	}
	return nil
}

// checkTiles compares every tile with hashes computed from the leaves.
func (p *public) checkTiles() error {
	row := p.leaves
	for level := 0; len(row) > 0; level++ {
		for from := 0; from < len(row); from += 256 {
			width := min(256, len(row)-from)
			tile, err := ledger.Tile(p.tx, p.head, level, int64(from/256), width)
			if err != nil {
				return fmt.Errorf("tile %d/%d.%d: %w", level, from/256, width, err)
			}
			if want := slices.Concat(bytesOf(row[from : from+width])...); !bytes.Equal(tile, want) {
				return fmt.Errorf("tile %d/%d does not have the hashes of the entries", level, from/256)
			}
		}
		if _, err := ledger.Tile(p.tx, p.head, level, int64(len(row)/256), len(row)%256+1); !errors.Is(err, ledger.ErrRange) {
			return fmt.Errorf("a tile larger than the log: %v, should be %v", err, ledger.ErrRange)
		}
		var above []tlog.Hash
		for ; len(row) >= 256; row = row[256:] {
			above = append(above, NaiveRoot(row[:256]))
		}
		row = above
	}
	return nil
}

func bytesOf(hashes []tlog.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

// checkProofs proves some entries: the first, the last, and around the borders of tiles.
func (p *public) checkProofs() error {
	n := int64(len(p.leaves))
	root := NaiveRoot(p.leaves)
	for _, seq := range []int64{0, 1, n / 2, 255, 256, n - 2, n - 1} {
		if seq < 0 || seq >= n {
			continue
		}
		proof, err := p.book.Prove(p.tx, p.head, seq)
		if err != nil {
			return fmt.Errorf("proof of entry %d: %w", seq, err)
		}
		if err := tlog.CheckRecord(proof.Path, n, root, seq, p.leaves[seq]); err != nil {
			return fmt.Errorf("proof of entry %d: %w", seq, err)
		}
		if err := proof.Check(p.bodies[seq]); err != nil {
			return fmt.Errorf("the proof's own check of entry %d: %w", seq, err)
		}
		if proof.Check(append(slices.Clone(p.bodies[seq]), ' ')) == nil {
			return fmt.Errorf("the proof of entry %d is good for other bytes too", seq)
		}
	}
	return nil
}

func leafHash(body []byte) tlog.Hash { return sha256.Sum256(append([]byte{0}, body...)) }

// NaiveRoot is the root hash as RFC 6962 defines it, word for word.
func NaiveRoot(leaves []tlog.Hash) tlog.Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := 1 // the largest power of two smaller than the number of leaves
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := NaiveRoot(leaves[:k]), NaiveRoot(leaves[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
}
