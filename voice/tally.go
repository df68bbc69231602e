package voice

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strings"

	"kept/ledger"
	"kept/store"
)

// Tally is what one organisation has counted after an assembly.
type Tally struct {
	Printed int      // ballots that were printed
	Spoilt  int      // ballots that cannot be read
	Unused  int      // ballots that were not given out or not put into the box
	Counts  []Counts // by question of the place
}

// sealedTallies is the file that holds the tallies of one place, neither of which anybody sees before both are there. It has a
// header like a box, and room for two: the organisation, three numbers, twelve times four counts.
const (
	tallyMagic = "kept tally v1\n\x00\x00"
	tallyOrg   = 320
	tallySlot  = tallyOrg + 3*4 + MaxAsked*4*4 + 4
	tallySize  = atCounts + 2*tallySlot + macSize
)

// check refuses a tally that cannot be one.
func (t *Tally) check(questions int) error {
	ok := len(t.Counts) == questions && questions <= MaxAsked
	for _, n := range []int{t.Printed, t.Spoilt, t.Unused} {
		ok = ok && n >= 0 && n <= mostCards
	}
	for _, c := range t.Counts {
		for _, n := range c {
			ok = ok && n >= 0 && n <= mostCards
		}
	}
	if !ok {
		return ledger.Refuse("tally.bad")
	}
	return nil
}

// adds says whether what was printed is what was counted, spoilt and unused together, for every question.
func (t *Tally) adds() bool { return len(t.Off()) == 0 }

// Off are the questions for which what was printed is not what was counted, spoilt and unused together.
func (t *Tally) Off() (questions []int) {
	for i, c := range t.Counts {
		if c.Total() != int64(t.Printed-t.Spoilt-t.Unused) {
			questions = append(questions, i)
		}
	}
	return questions
}

func (t *Tally) write(slot []byte, org string) {
	clear(slot)
	binary.BigEndian.PutUint16(slot, uint16(len(org)))
	copy(slot[2:tallyOrg], org)
	at := slot[tallyOrg:]
	for _, n := range []int{t.Printed, t.Spoilt, t.Unused} {
		binary.BigEndian.PutUint32(at, uint32(n))
		at = at[4:]
	}
	for _, c := range t.Counts {
		for _, n := range c {
			binary.BigEndian.PutUint32(at, uint32(n))
			at = at[4:]
		}
	}
}

// readTally reads a slot; the organisation is empty if nothing was entered.
func readTally(slot []byte, questions int) (t Tally, org string) {
	n := min(int(binary.BigEndian.Uint16(slot)), tallyOrg-2)
	org = string(slot[2 : 2+n])
	at := slot[tallyOrg:]
	next := func() int {
		n := binary.BigEndian.Uint32(at)
		at = at[4:]
		return int(n)
	}
	t.Printed, t.Spoilt, t.Unused = next(), next(), next()
	for range questions {
		t.Counts = append(t.Counts, Counts{int64(next()), int64(next()), int64(next()), int64(next())})
	}
	return t, org
}

// EnterTally seals one organisation's tally of an assembly and records in the book that it was entered, without a number. What
// the other has entered is not shown, and what was entered is final.
func (b *Boxes) EnterTally(ctx context.Context, book *ledger.Book, who, id, place string, t Tally) error {
	d, err := b.SealTally(ctx, book.DB, who, id, place, t)
	if err != nil {
		return err
	}
	receipts, err := book.Append(ctx, d)
	if err != nil {
		return err
	}
	return receipts[0].Err
}

// SealTally is the first half of EnterTally, for whoever appends by another way: it seals the tally, and drafts the entry by which it
// becomes final. Sealed again before that entry is in the book, the last numbers hold; the entry is always the same.
func (b *Boxes) SealTally(ctx context.Context, db store.DB, who, id, place string, t Tally) (d ledger.Draft, err error) {
	var row Row
	var p PlaceRow
	var done bool
	var day string
	org, _ := strings.CutPrefix(who, "org:")
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		day = head.Day
		if row, err = RoundByID(tx, id); err != nil {
			return err
		}
		if p, _, err = Places.One(tx, row.Seq, place); err != nil {
			return err
		}
		_, done, err = Tallies.One(tx, row.Seq, place, org)
		return err
	})
	switch {
	case err != nil:
		return d, err
	case p.Promises == 0:
		return d, ledger.Refuse("round.not-there", "place", place)
	case done:
		return d, ledger.Refuse("tally.done-before")
	case org == "" || org != row.Reviewer && org != row.Second || row.Mode != ModeAssembly:
		return d, ledger.Refuse("tally.not-theirs")
	case row.On(day) != Open:
		return d, ledger.Refuse("round.state", "state", string(row.On(day)))
	}
	if err := t.check(int(p.Promises)); err != nil {
		return d, err
	}
	r, err := b.roundFor(&row)
	if err != nil {
		return d, err
	}
	if err := b.sealTally(r, &p, org == row.Second, org, &t); err != nil {
		return d, err
	}
	return ledger.Draft{Kind: KindTally, ID: idOf(r.key, KindTally+" "+org, place), Who: who, About: row.ID, Data: Tallied{place}}, nil
}

func (b *Boxes) sealTally(r *round, p *PlaceRow, second bool, org string, t *Tally) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	raw, err := r.tallies(p.Place)
	if errors.Is(err, fs.ErrNotExist) {
		raw = make([]byte, tallySize)
		header(raw, tallyMagic, r, p.Place, int(p.Promises), 0)
	} else if err != nil {
		return err
	}
	t.write(slotOf(raw, second), org)
	seal(raw, r.key)
	return writeAll(r.folder, map[string][]byte{r.fileOf(p.Place) + ".tally": raw})
}

func slotOf(raw []byte, second bool) []byte {
	at := atCounts
	if second {
		at += tallySlot
	}
	return raw[at : at+tallySlot]
}

func (r *round) tallies(place string) ([]byte, error) {
	name := r.fileOf(place) + ".tally"
	if err := tidy(name); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if len(raw) != tallySize || !sealed(raw, r.key, tallyMagic) || placeOf(raw) != place {
		return nil, errBox
	}
	return raw, nil
}

// assembly says what may be published of two tallies: counts that agree, or why the place is contested.
func (r *round) assembly(place string, questions int) ([]Published, string) {
	raw, err := r.tallies(place)
	if err != nil {
		return nil, ContestedMissing
	}
	a, orgA := readTally(slotOf(raw, false), questions)
	b, orgB := readTally(slotOf(raw, true), questions)
	switch {
	case orgA == "" || orgB == "" || orgA == orgB:
		return nil, ContestedMissing
	case !a.adds() || !b.adds():
		return nil, ContestedSum
	case a.Printed != b.Printed || a.Spoilt != b.Spoilt || a.Unused != b.Unused:
		return nil, ContestedDifference
	}
	var out []Published
	for i := range a.Counts {
		if a.Counts[i] != b.Counts[i] {
			return nil, ContestedDifference
		}
		p := Publish(a.Counts[i])
		if a.Printed < FewestHouseholds { // so few were there that nothing may be said of them
			p = Published{Few: true}
		}
		out = append(out, p)
	}
	return out, ""
}
