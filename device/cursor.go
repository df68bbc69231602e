package device

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
)

// MostCursor is the longest cursor, in characters.
const MostCursor = 6000

// Cursor is what a phone has, as the server once told it: for whom and from which book, up to which size what became of its events, and of
// each promise a few bytes by which another state of it is told apart. The server keeps nothing of it.
type Cursor struct {
	Of       [8]byte // whose, of which book, in which language, seen by which program: see Scope
	Size     int64   // of the book, when everything had been given
	Day      int64   // the same of the day, as yyyymmdd; 0: not everything has been given
	Sent     int64   // what became of events is given up to this size
	Lost     int64   // so many pictures were told to be unreadable, of all events together; the book does not know of them
	Promises map[int64]Digest
}

// Digest tells states of one promise apart. One in sixteen million differences would be missed.
type Digest [3]byte

// DigestOf is the digest of what is said of a promise.
func DigestOf(said []byte) Digest {
	sum := sha256.Sum256(said)
	return Digest(sum[:3])
}

// Scope is a short name for all that a cursor depends on.
func Scope(parts ...string) (out [8]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
		h.Write([]byte(p))
	}
	copy(out[:], h.Sum(nil))
	return out
}

const cursorVersion = 2

// String writes a cursor.
func (c *Cursor) String() string {
	b := append([]byte{cursorVersion}, c.Of[:]...)
	for _, n := range []int64{c.Size, c.Day, c.Sent, c.Lost} {
		b = binary.AppendUvarint(b, uint64(n))
	}
	last := int64(0)
	for _, n := range slices.Sorted(maps.Keys(c.Promises)) {
		b = binary.AppendUvarint(b, uint64(n-last))
		d := c.Promises[n]
		b, last = append(b, d[:]...), n
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor reads a cursor that is of this scope. Anything else is no cursor: then all is given anew.
func ReadCursor(text string, of [8]byte) (c *Cursor, ok bool) {
	none := &Cursor{Of: of, Promises: map[int64]Digest{}}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(text) > MostCursor || len(raw) < 1+len(of) || raw[0] != cursorVersion || !bytes.Equal(raw[1:1+len(of)], of[:]) {
		return none, false
	}
	raw = raw[1+len(of):]
	number := func() (int64, bool) {
		n, size := binary.Uvarint(raw)
		if size <= 0 || n > mostNumber {
			return 0, false
		}
		raw = raw[size:]
		return int64(n), true
	}
	c = &Cursor{Of: of, Promises: map[int64]Digest{}}
	for _, to := range []*int64{&c.Size, &c.Day, &c.Sent, &c.Lost} {
		if *to, ok = number(); !ok {
			return none, false
		}
	}
	for last := int64(0); len(raw) > 0; {
		step, ok := number()
		if !ok || step == 0 || len(raw) < len(Digest{}) {
			return none, false
		}
		last += step
		c.Promises[last] = Digest(raw[:len(Digest{})])
		raw = raw[len(Digest{}):]
	}
	return c, true
}
