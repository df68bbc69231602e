// Package demo writes the sample programme: Clear Valley, its twelve villages and the promises made to them, as entries
// of a book, in English, Simplified Chinese and Uyghur.
//
// # What it is for
//
// Nobody learns what Kept is from an empty page. The sample programme has at least one promise of every task, plan and
// standing, so that no page is empty, and a story that a visitor can follow: promises 1 to 6, in that order.
//
//  1. Wells for Three Springs: twelve became eight, ninety days later; reported done late, with seven.
//  2. The road to Willow Ford, 41 days overdue (TestAnyDay).
//  3. A class every Tuesday in Long Field: 18 held, 3 not reported.
//  4. Village accounts on the board each quarter, one quarter not published.
//  5. Melons for Old Orchard, withdrawn, with the reason.
//  6. A seed drill and two advisers for Pine Gate: done, a little more than promised, a little dearer.
//
// Then the villages speak, in five rounds: promise 1 is reported done, and Three Springs says "not kept", to which the office has
// owed an answer for twelve days (Unanswered). Stone Well disputed its spring, the office answered, and a later round says "partly
// kept" beside the first verdict. Quiet Lake is "too few to say", Pine Gate contested; White Poplar spoke in an assembly, Two Rivers is being
// asked, and the round of Deer Meadow is suspended.
//
// Package reviews adds two reviews of two months each, which are published in the middle of the story and near its end.
//
// Nobody is named, and no place, office or sum is a real one.
//
// # Days
//
// All days follow from the day on which the sample is looked at, by counting days or months back and forth; everything
// else is fixed, ids and salts and the signing key too. So the same day gives the same bytes and the same root hash
// (TestSameDaySameRoot), and pictures of pages can be compared. The pictures are drawn here, from shapes, and show no
// people; their bytes also depend on the release of Go that compresses them.
//
// # Order
//
// The files tell one theme each and in any order; Write sorts the entries by the day on which they are recorded, keeping
// the order of the files within a day. Promises get their numbers in that order.
package demo

import (
	"context"
	"fmt"

	"kept/ledger"
	"kept/schedule"
)

// Name is the short name of the sample programme.
const Name = "valley"

// seed makes the sample's signing key. Everybody can read it, so a signature by it proves nothing: it is an example.
const seed = "kept: example seed, not a secret"

// Key is the signing key of the sample's book, the same at every call.
func Key() (*ledger.Key, error) { return ledger.NewKey("kept/valley/demo", []byte(seed)) }

// Write writes the sample programme into an empty book that was opened with this clock, and moves the clock through
// the story up to today. Writing it again as of the same day changes nothing; as of another day it is refused. Later entries
// are those that depend on what the book says by then.
func Write(ctx context.Context, book *ledger.Book, clock *Clock, today string, later ...Later) error {
	if !schedule.ValidDay(today) {
		return fmt.Errorf("demo: %q is no day", today)
	}
	s := tell(today)
	for i := range later {
		s.steps = append(s.steps, step{day: later[i].Day, id: ledger.DeriveID("demo " + later[i].Key), later: &later[i]})
	}
	batches, err := s.batches()
	if err != nil {
		return err
	}
	for _, b := range batches {
		clock.Set(b.day)
		if b.later != nil {
			if err := b.later.write(ctx, book, b.id); err != nil {
				return err
			}
			continue
		}
		receipts, err := book.Append(ctx, b.drafts...)
		if err != nil {
			return err
		}
		for i, r := range receipts {
			if r.Err != nil {
				return fmt.Errorf("demo: %s of %s: %w", b.drafts[i].Kind, b.day, r.Err)
			}
		}
	}
	return nil
}

// tell tells the whole story as it stands on a day.
func tell(today string) *story {
	s := &story{calendar: calendar{today}}
	s.programme()
	s.places()
	s.organisations()
	s.teams()
	s.wells()
	s.road()
	s.tuesdayClass()
	s.accounts()
	s.melons()
	s.seedDrill()
	s.water()
	s.works()
	s.livelihoods()
	s.classes()
	s.benefits()
	s.affairs()
	s.mutualAid()
	s.rounds()
	return s
}
