package voice

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"kept/ledger"
	"kept/store"
)

// OfRounds says whether an entry of this kind changes what a round's boxes may do, so that Tend must follow.
func OfRounds(kind string) bool {
	return slices.Contains([]string{KindRound, KindTaken, KindSuspended, KindResumed, KindVoid}, kind)
}

// Tend brings the boxes in line with the book: it marks the day, takes answers for the rounds that are open today and for no
// others, closes those whose day has come, and destroys what must not be kept (the safeguard S18). A server calls it when it
// starts, after every entry about a round, and every minute. Called too often it does nothing. It returns the ids of the rounds
// that it closed.
func (b *Boxes) Tend(ctx context.Context, book *ledger.Book) (closed []string, err error) {
	b.tending.Lock()
	defer b.tending.Unlock()
	if err := book.Mark(ctx); err != nil {
		return nil, err
	}
	var day string
	var rows []Row
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		day = head.Day
		rows, err = View.Select(tx, "ORDER BY v.seq")
		return err
	})
	if err != nil {
		return nil, err
	}
	states := map[string]State{}
	for i := range rows {
		states[rows[i].ID] = rows[i].On(day)
	}
	b.follow(states)
	var all []error
	for i := range rows {
		r := &rows[i]
		if states[r.ID] == Closed && r.Outcomes < r.Places {
			if err := b.closeRound(ctx, book, r); err != nil {
				all = append(all, fmt.Errorf("round %s: %w", r.ID, err))
				delete(states, r.ID) // what it has must not be destroyed
				continue
			}
			closed = append(closed, r.ID)
		}
	}
	for _, r := range b.here() {
		switch s, known := states[r.id]; {
		case known && (s == Closed || s == Void || s == Lapsed),
			!known && !slices.ContainsFunc(rows, func(row Row) bool { return row.ID == r.id }) && r.orphaned(day):
			all = append(all, b.destroy(r.id))
		}
	}
	return closed, errors.Join(all...)
}

// follow opens the boxes of the rounds that are open, and no others. When it returns, nothing is counted for the others.
func (b *Boxes) follow(states map[string]State) {
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, r := range b.rounds {
		r.open = states[id] == Open && r.key != nil
	}
}

func (b *Boxes) here() []*round {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Collect(maps.Values(b.rounds))
}

// closeRound publishes what is in the boxes of a round: one entry a place, in random order. It returns nil when all of them are
// in the book, and destroys nothing. After a crash it may be called again: ids and days are the same, so are the counts, and so
// an entry that is there already is found.
func (b *Boxes) closeRound(ctx context.Context, book *ledger.Book, row *Row) error {
	var places []PlaceRow
	var questions []QuestionRow
	err := book.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if places, err = Places.Select(tx, "WHERE v.round = $1 AND v.outcome = '' ORDER BY v.place", row.Seq); err == nil {
			questions, err = Questions.Select(tx, "WHERE v.round = $1 ORDER BY v.place, v.n", row.Seq)
		}
		return err
	})
	if err != nil {
		return err
	}
	asked := map[string][]int64{}
	for _, q := range questions {
		asked[q.Place] = append(asked[q.Place], q.Promise)
	}
	rand.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	b.mu.RLock()
	r := b.rounds[row.ID]
	var drafts []ledger.Draft
	for i := range places {
		drafts = append(drafts, r.outcome(row, &places[i], asked[places[i].Place])...)
	}
	b.mu.RUnlock()
	receipts, err := book.Append(ctx, drafts...)
	if err != nil {
		return err
	}
	for i, receipt := range receipts {
		if refused := ledger.Refused(receipt.Err); receipt.Err != nil && !(refused != nil && refused.Code == "round.outcome-there") {
			return fmt.Errorf("%s: %w", drafts[i].Kind, receipt.Err)
		}
	}
	return nil
}

// outcome drafts what becomes of one place. The round is nil if there is nothing of it here.
func (r *round) outcome(row *Row, p *PlaceRow, asked []int64) []ledger.Draft {
	if r == nil || r.key == nil {
		if row.Mode == ModeAssembly {
			return []ledger.Draft{byTheProgram(row, "", KindContested, Contesting{p.Place, ContestedMissing})}
		}
		return []ledger.Draft{byTheProgram(row, "", KindLost, Loss{p.Place})}
	}
	result := Result{Place: p.Place}
	draft := func(kind string, data any) ledger.Draft {
		return byTheProgram(row, idOf(r.key, kind, p.Place), kind, data)
	}
	if row.Mode == ModeAssembly {
		said, contested := r.assembly(p.Place, len(asked))
		if contested != "" {
			return []ledger.Draft{draft(KindContested, Contesting{p.Place, contested})}
		}
		for i, s := range said {
			result.Said = append(result.Said, SaidOf(asked[i], s))
		}
		return []ledger.Draft{draft(KindResult, result)}
	}
	box := r.boxes[p.Place]
	if box == nil || box.questions() != len(asked) {
		return []ledger.Draft{draft(KindLost, Loss{p.Place})}
	}
	for q, promise := range asked {
		result.Said = append(result.Said, SaidOf(promise, Publish(countsAt(box.raw, q))))
	}
	if enough(box.tellReported(), box.cards()) && p.Contested == "" {
		return []ledger.Draft{draft(KindContested, Contesting{p.Place, ContestedReports}), draft(KindResult, result)}
	}
	return []ledger.Draft{draft(KindResult, result)}
}
