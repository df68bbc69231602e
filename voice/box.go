package voice

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"

	"kept/schedule"
)

// A box is a file of fixed size:
//
//	  0  "kept box v1\n", padded to 16
//	 16  id of the round
//	 32  closing day, padded to 16
//	 48  number of questions, number of cards, 8 zeros
//	 64  length of the place's code, the code, padded to 320
//	384  twelve times four counts
//	576  for each card, in the order of the marks: the mark, and whether it is unused, spent or reported
//	     zeros, so that the size is a multiple of 4096
//	end  HMAC-SHA256 of all before, by the key of the round
//
// So it depends on what was answered and on which cards are spent, and on nothing else: any order of the same answers makes the
// same bytes. All numbers are big-endian.
const (
	boxMagic = "kept box v1\n\x00\x00\x00\x00"
	atRound  = 16
	atCloses = 32
	atNumber = 48
	atPlace  = 64
	placeMax = 318
	atCounts = 384
	atSlots  = atCounts + MaxAsked*4*4
	slotSize = 17
	macSize  = sha256.Size
	pageSize = 4096
)

// The states of a card.
const (
	unused   = 0
	spent    = 1
	reported = 2 // spent, and somebody has said that it was not he who did it
)

// box is one box as it is on disk. Its content is changed by the goroutine that writes it, under the lock of Boxes.
type box struct {
	file  string
	round *round
	place string
	raw   []byte
}

var errBox = errors.New("it is no box of this round, or it was changed")

// newBox makes an empty box for cards with these marks.
func newBox(r *round, place string, questions int, marks []mark) *box {
	slices.SortFunc(marks, func(a, b mark) int { return bytes.Compare(a[:], b[:]) })
	size := (atSlots + len(marks)*slotSize + macSize + pageSize - 1) / pageSize * pageSize
	raw := make([]byte, size)
	header(raw, boxMagic, r, place, questions, len(marks))
	for i, m := range marks {
		copy(raw[atSlots+i*slotSize:], m[:])
	}
	seal(raw, r.key)
	return &box{r.fileOf(place) + boxEnding, r, place, raw}
}

func header(raw []byte, magic string, r *round, place string, questions, cards int) {
	copy(raw, magic)
	id, _ := hex.DecodeString(r.id) // checked when the round was read or made
	copy(raw[atRound:], id)
	copy(raw[atCloses:], r.closes)
	binary.BigEndian.PutUint32(raw[atNumber:], uint32(questions))
	binary.BigEndian.PutUint32(raw[atNumber+4:], uint32(cards))
	binary.BigEndian.PutUint16(raw[atPlace:], uint16(len(place)))
	copy(raw[atPlace+2:atPlace+2+placeMax], place)
}

// placeOf reads the code of the place in a header.
func placeOf(raw []byte) string {
	n := min(int(binary.BigEndian.Uint16(raw[atPlace:])), placeMax)
	return string(raw[atPlace+2 : atPlace+2+n])
}

func sum(raw, key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kept seal v1\n"))
	h.Write(raw[:len(raw)-macSize])
	return h.Sum(nil)
}

func seal(raw, key []byte) { copy(raw[len(raw)-macSize:], sum(raw, key)) }

func sealed(raw, key []byte, magic string) bool {
	return len(raw) > atSlots+macSize && string(raw[:len(magic)]) == magic && hmac.Equal(raw[len(raw)-macSize:], sum(raw, key))
}

// closesOf reads the closing day in the header of a box or a tally, which is no secret; empty if there is none.
func closesOf(raw []byte) string {
	if len(raw) < atNumber {
		return ""
	}
	if day := string(raw[atCloses : atCloses+10]); schedule.ValidDay(day) {
		return day
	}
	return ""
}

// parseBox reads a box of a round.
func parseBox(r *round, file string, raw []byte) (*box, error) {
	if !sealed(raw, r.key, boxMagic) {
		return nil, errBox
	}
	b := &box{file, r, placeOf(raw), raw}
	if b.questions() > MaxAsked || b.cards() > (len(raw)-atSlots-macSize)/slotSize {
		return nil, errBox
	}
	if hex.EncodeToString(raw[atRound:atRound+16]) != r.id || file != r.fileOf(b.place)+boxEnding {
		return nil, errBox
	}
	return b, nil
}

func (b *box) questions() int { return int(binary.BigEndian.Uint32(b.raw[atNumber:])) }
func (b *box) cards() int     { return int(binary.BigEndian.Uint32(b.raw[atNumber+4:])) }

func (b *box) mark(slot int) (m mark) {
	copy(m[:], b.raw[atSlots+slot*slotSize:])
	return m
}

func state(raw []byte, slot int) byte { return raw[atSlots+slot*slotSize+16] }

// counts are the true counts of a question.
func countsAt(raw []byte, question int) (c Counts) {
	for i := range c {
		c[i] = int64(binary.BigEndian.Uint32(raw[atCounts+(question*4+i)*4:]))
	}
	return c
}

// spend marks a card as spent and counts its answers, in a state that becomes the box in one write.
func spend(raw []byte, slot, questions int, answers []byte) {
	raw[atSlots+slot*slotSize+16] = spent
	for q := range questions {
		at := atCounts + (q*4+answerOf(answers[q]))*4
		binary.BigEndian.PutUint32(raw[at:], binary.BigEndian.Uint32(raw[at:])+1)
	}
}

// tellReported counts the cards that were reported.
func (b *box) tellReported() (n int) {
	for slot := range b.cards() {
		if state(b.raw, slot) == reported {
			n++
		}
	}
	return n
}

// enough says whether so many reports contest a round: three, and one of twenty cards. The number of cards that were used does
// not come into it, or reports would find it out.
func enough(reports, cards int) bool { return reports >= 3 && reports*20 >= cards }

// untouched says whether no card was used.
func (b *box) untouched() bool {
	for slot := range b.cards() {
		if state(b.raw, slot) != unused {
			return false
		}
	}
	return true
}

// Digits are those of a ballot: one for each question of the place, then '0' up to MaxAsked, so that every ballot has the
// same size. '1' is kept, '2' partly kept, '3' not kept, and '4' or '0' can't tell.
type Digits [MaxAsked]byte

// Ballot writes answers; those that are missing are "can't tell".
func Ballot(answers ...int) (a Digits) {
	for i := range a {
		a[i] = '0'
		if i < len(answers) {
			a[i] = '1' + byte(answers[i])
		}
	}
	return a
}

// ParseAnswers reads the digits of a ballot.
func ParseAnswers(digits string) (a Digits, ok bool) {
	if len(digits) != MaxAsked {
		return a, false
	}
	copy(a[:], digits)
	for _, d := range a {
		if d < '0' || d > '4' {
			return a, false
		}
	}
	return a, true
}

func answerOf(digit byte) int {
	if digit >= '1' && digit <= '4' {
		return int(digit - '1')
	}
	return CantTell
}

// round is a round whose key and boxes are here.
type round struct {
	id     string
	closes string
	folder string // of its boxes
	keyAt  string // the file of its key

	key   []byte // nil if it is lost
	open  bool   // answers are taken
	boxes map[string]*box
	index map[uint64]loc // the beginnings of marks
}

// loc is where a card is.
type loc struct {
	box  *box
	slot int
}

// fileOf is the name of a place's file, without its ending. Codes of places may hold what names of files may not.
func (r *round) fileOf(place string) string {
	h := sha256.Sum256([]byte(place))
	return filepath.Join(r.folder, hexOf(h[:16]))
}

func prefix(m mark) uint64 { return binary.BigEndian.Uint64(m[:]) }

// find looks for a card.
func (r *round) find(c Code) (loc, bool) {
	m := markOf(r.key, c)
	l, ok := r.index[prefix(m)]
	return l, ok && l.box.mark(l.slot) == m
}

// put makes a box the one of its place.
func (r *round) put(b *box) {
	r.drop(b.place)
	r.boxes[b.place] = b
	for slot := range b.cards() {
		r.index[prefix(b.mark(slot))] = loc{b, slot}
	}
}

// drop forgets the box of a place.
func (r *round) drop(place string) {
	if b := r.boxes[place]; b != nil {
		for slot := range b.cards() {
			delete(r.index, prefix(b.mark(slot)))
		}
		delete(r.boxes, place)
	}
}
