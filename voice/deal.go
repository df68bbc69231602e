package voice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"

	"kept/ledger"
	"kept/schedule"
	"kept/store"
)

// FewestHouseholds is the smallest place that a result is published of.
const FewestHouseholds = 20

// mostCards is the largest number of cards of one place.
const mostCards = 20_000

// Sheet says how many cards a village gets: one for each household, and some to spare. The number is used here and not kept,
// but for the number of cards that a box has room for.
type Sheet struct {
	Village    string
	Households int
	Spares     int
}

// Card is one card on its way to the printer.
type Card struct {
	Village string
	Code    Code
}

// Dealing is what cards are made for.
type Dealing struct {
	Round     Row
	Villages  []VillageRow
	Questions map[string]int // by place
}

// DealingOf reads what cards may be made for: a round with cards that was taken on and has not closed, by its reviewer.
func DealingOf(tx *store.Tx, who, id string) (*Dealing, error) {
	var d Dealing
	head, err := ledger.ReadHead(tx)
	if err != nil {
		return nil, err
	}
	if d.Round, err = RoundByID(tx, id); err != nil {
		return nil, err
	}
	if s := d.Round.On(head.Day); d.Round.Mode != ModeCards || s != Waiting && s != Open {
		return nil, ledger.Refuse("round.state", "state", string(s))
	}
	if who != "org:"+d.Round.Reviewer {
		return nil, ledger.Refuse("round.not-the-reviewer")
	}
	if d.Villages, err = Villages.Select(tx, "WHERE v.round = $1 ORDER BY v.village", d.Round.Seq); err != nil {
		return nil, err
	}
	places, err := Places.Select(tx, "WHERE v.round = $1", d.Round.Seq)
	d.Questions = map[string]int{}
	for _, p := range places {
		d.Questions[p.Place] = int(p.Promises)
	}
	return &d, err
}

// RoundByID reads a round by the id of its entry.
func RoundByID(tx *store.Tx, id string) (Row, error) {
	rows, err := View.Select(tx, "WHERE v.id = $1", id)
	if err != nil {
		return Row{}, err
	}
	if len(rows) == 0 {
		return Row{}, ledger.Refuse("round.unknown")
	}
	return rows[0], nil
}

// Check refuses sheets of which cards cannot be made.
func (d *Dealing) Check(sheets []Sheet) error {
	_, err := d.group(sheets)
	return err
}

// group puts the sheets of one place together: those of all its villages, since its box is made once.
func (d *Dealing) group(sheets []Sheet) (map[string][]Sheet, error) {
	placeOf, villages := map[string]string{}, map[string]int{}
	for _, v := range d.Villages {
		placeOf[v.Village] = v.Place
		villages[v.Place]++
	}
	groups, seen := map[string][]Sheet{}, map[string]bool{}
	for _, s := range sheets {
		place, ok := placeOf[s.Village]
		if !ok || seen[s.Village] || s.Households < 1 || s.Spares < 0 {
			return nil, ledger.Refuse("sheet.bad", "village", s.Village)
		}
		seen[s.Village] = true
		groups[place] = append(groups[place], s)
	}
	for place, group := range groups {
		households, cards := 0, 0
		for _, s := range group {
			households += s.Households
			cards += s.Households + s.Spares
		}
		switch {
		case len(group) != villages[place]:
			return nil, ledger.Refuse("sheet.not-all", "place", place)
		case households < FewestHouseholds:
			return nil, ledger.Refuse("sheet.too-few", "place", place, "fewest", int64(FewestHouseholds))
		case cards > mostCards || households > cards:
			return nil, ledger.Refuse("sheet.bad", "village", group[0].Village)
		}
	}
	return groups, nil
}

// Made says of which places of a round cards were made: for each a word, which is another one when they are made anew, and from
// which nothing follows about any card.
func (b *Boxes) Made(id string) map[string]string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := map[string]string{}
	if r := b.rounds[id]; r != nil && r.key != nil {
		for place, box := range r.boxes {
			out[place] = box.made()
		}
	}
	return out
}

// made is the word of Made.
func (b *box) made() string {
	h := hmac.New(sha256.New, b.round.key)
	h.Write([]byte("kept made v1\n"))
	for slot := range b.cards() {
		m := b.mark(slot)
		h.Write(m[:])
	}
	return hexOf(h.Sum(nil)[:8])
}

// Deal makes the cards of villages and hands them out one by one, in random order within a village, for printing as they come.
// A code exists in clear only between here and the printer. The box of a place is on disk before its first card comes, and only
// the codes of one place are in memory at a time. A place that is dealt again gets new cards, and the old ones are good for
// nothing; this is refused once any was used. The error is the last thing that comes; it comes before any card if it could be known.
func (b *Boxes) Deal(ctx context.Context, db store.DB, who, id string, sheets []Sheet) iter.Seq2[Card, error] {
	return b.deal(ctx, db, who, id, sheets, nil)
}

// DealOver is Deal for somebody who knows of the cards that Made told of, and of no others: what was made since is not replaced,
// but refused. So a form that is sent twice does not make its own cards worthless.
func (b *Boxes) DealOver(ctx context.Context, db store.DB, who, id string, sheets []Sheet, made map[string]string) iter.Seq2[Card, error] {
	return b.deal(ctx, db, who, id, sheets, func(place, now string) bool { return made[place] == now })
}

func (b *Boxes) deal(ctx context.Context, db store.DB, who, id string, sheets []Sheet, knows func(place, now string) bool) iter.Seq2[Card, error] {
	return func(yield func(Card, error) bool) {
		r, questions, groups, err := b.prepare(ctx, db, who, id, sheets, knows)
		if err != nil {
			yield(Card{}, err)
			return
		}
		for _, place := range slices.Sorted(maps.Keys(groups)) {
			group := groups[place]
			if err := ctx.Err(); err != nil {
				yield(Card{}, err)
				return
			}
			codes, err := b.dealPlace(r, place, questions[place], group, knows)
			if err != nil {
				yield(Card{}, err)
				return
			}
			for _, s := range group {
				for _, c := range codes[:s.Households+s.Spares] {
					if !yield(Card{s.Village, c}, nil) {
						return
					}
				}
				codes = codes[s.Households+s.Spares:]
			}
		}
	}
}

// prepare finds out, before any card is made, whether all of them may be.
func (b *Boxes) prepare(ctx context.Context, db store.DB, who, id string, sheets []Sheet, knows func(place, now string) bool) (*round, map[string]int, map[string][]Sheet, error) {
	var d *Dealing
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		d, err = DealingOf(tx, who, id)
		return err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	groups, err := d.group(sheets)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err := b.roundFor(&d.Round)
	if err != nil {
		return nil, nil, nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, place := range slices.Sorted(maps.Keys(groups)) {
		if err := r.mayDeal(place, knows); err != nil {
			return nil, nil, nil, err
		}
	}
	return r, d.Questions, groups, nil
}

// mayDeal refuses new cards for a place of which one was used, or of which cards were made that nobody knows of.
func (r *round) mayDeal(place string, knows func(place, now string) bool) error {
	old, now := r.boxes[place], ""
	if old != nil && !old.untouched() {
		return ledger.Refuse("sheet.used", "place", place)
	}
	if old != nil {
		now = old.made()
	}
	if knows != nil && !knows(place, now) {
		return ledger.Refuse("sheet.meanwhile", "place", place)
	}
	return nil
}

// dealPlace makes the box of a place, and returns its codes in random order, which is not that of the box.
func (b *Boxes) dealPlace(r *round, place string, questions int, group []Sheet, knows func(place, now string) bool) ([]Code, error) {
	cards := 0
	for _, s := range group {
		cards += s.Households + s.Spares
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.RLock()
	gone, refused := b.rounds[r.id] != r, r.mayDeal(place, knows)
	codes, marks := make([]Code, 0, cards), make([]mark, 0, cards)
	taken := map[uint64]bool{}
	for len(codes) < cards && !gone && refused == nil {
		c := NewCode()
		m := markOf(r.key, c)
		if _, there := r.index[prefix(m)]; there || taken[prefix(m)] {
			continue
		}
		taken[prefix(m)] = true
		codes, marks = append(codes, c), append(marks, m)
	}
	b.mu.RUnlock()
	switch {
	case gone:
		return nil, ledger.Refuse("round.unknown")
	case refused != nil:
		return nil, refused
	}
	box := newBox(r, place, questions, marks)
	if err := writeAll(r.folder, map[string][]byte{box.file: box.raw}); err != nil {
		return nil, fmt.Errorf("the box of %s cannot be written: %w", place, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	r.put(box)
	rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	return codes, nil
}

// orphaned says whether the boxes of a round that the book does not know have lain here for long enough: such a book was
// restored from a backup, and nobody can publish what is in them any more.
func (r *round) orphaned(day string) bool {
	return r.closes != "" && schedule.DaysBetween(r.closes, day) > SuspendedDays
}
