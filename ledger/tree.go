package ledger

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"kept/store"
)

// tileHeight is the height of a tile of the log. Hashes are stored only on levels that are multiples of it; those
// between are computed from at most 2^tileHeight stored ones.
const tileHeight = 8

// edge is the right edge of the tree: the hashes of the complete subtrees that make up the whole, largest first. There is
// one for every bit that is set in the size.
type edge []tlog.Hash

func parseEdge(b []byte, size int64) (edge, error) {
	if len(b) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return nil, fmt.Errorf("the right edge has %d bytes, which does not fit a tree of %d", len(b), size)
	}
	e := make(edge, len(b)/tlog.HashSize)
	for i := range e {
		copy(e[i][:], b[i*tlog.HashSize:])
	}
	return e, nil
}

func (e edge) bytes() []byte {
	b := make([]byte, 0, len(e)*tlog.HashSize)
	for _, h := range e {
		b = append(b, h[:]...)
	}
	return b
}

// add appends a leaf to a tree of the given size and hands each completed subtree on a stored level to done.
func (e edge) add(size int64, leaf tlog.Hash, done func(level int, n int64, h tlog.Hash)) edge {
	h := leaf
	for level := 0; ; {
		if size>>level&1 == 0 {
			return append(e, h)
		}
		h = tlog.NodeHash(e[len(e)-1], h)
		e = e[:len(e)-1]
		level++
		if level%tileHeight == 0 {
			done(level, size>>level, h)
		}
	}
}

// root is the root hash of the tree with this edge.
func (e edge) root() tlog.Hash {
	if len(e) == 0 {
		return emptyRoot
	}
	h := e[len(e)-1]
	for i := len(e) - 2; i >= 0; i-- {
		h = tlog.NodeHash(e[i], h)
	}
	return h
}

var emptyRoot = func() tlog.Hash {
	h, err := tlog.TreeHash(0, nil)
	if err != nil {
		panic(err) // the empty tree needs no hashes
	}
	return h
}()

// hashes reads stored hashes of the tree, for tlog's proofs.
type hashes struct{ tx *store.Tx }

// ReadHashes implements tlog.HashReader.
func (r hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		h, err := r.node(level, n)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

// node is the hash of a complete subtree on any level.
func (r hashes) node(level int, n int64) (tlog.Hash, error) {
	base := level - level%tileHeight
	width := int64(1) << (level - base)
	row, err := r.row(base, n*width, width)
	if err != nil {
		return tlog.Hash{}, err
	}
	for len(row) > 1 {
		for i := range len(row) / 2 {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
		row = row[:len(row)/2]
	}
	return row[0], nil
}

// row reads neighbouring hashes of a stored level.
func (r hashes) row(level int, from, width int64) ([]tlog.Hash, error) {
	query, args := "SELECT leaf FROM entry WHERE seq >= $1 AND seq < $2 ORDER BY seq", []any{from, from + width}
	if level > 0 {
		query, args = "SELECT hash FROM node WHERE n >= $1 AND n < $2 AND level = $3 ORDER BY n", append(args, int64(level))
	}
	raw, err := store.Select(r.tx, func(b *[]byte) []any { *b = nil; return []any{b} }, query, args...)
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) != width {
		return nil, &Damage{What: fmt.Sprintf("hashes %d to %d of level %d", from, from+width-1, level), Why: fmt.Sprintf("%d of %d are there", len(raw), width)}
	}
	out := make([]tlog.Hash, width)
	for i, b := range raw {
		if len(b) != tlog.HashSize {
			return nil, &Damage{What: fmt.Sprintf("hash %d of level %d", from+int64(i), level), Why: "it does not have 32 bytes"}
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// edgeOf computes the right edge of a tree of this size from stored hashes.
func (r hashes) edgeOf(size int64) (edge, error) {
	var e edge
	var from int64
	for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- {
		if size>>level&1 == 0 {
			continue
		}
		h, err := r.node(level, from>>level)
		if err != nil {
			return nil, err
		}
		e = append(e, h)
		from += 1 << level
	}
	return e, nil
}
