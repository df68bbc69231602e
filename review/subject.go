package review

import (
	"strings"

	"kept/ledger"
	"kept/programme"
	"kept/schedule"
	"kept/store"
)

// KindReview is the kind of this subject's entries.
const KindReview = "review"

// Subject is what this package offers to the ledger.
var Subject = &ledger.Subject{
	Name:  "review",
	Views: ledger.Views(View, Places, Worded, Counter),
	Kinds: []*ledger.Kind{
		ledger.KindOf(KindReview, need, publish).
			WithTexts(func(d any) map[string]string { return d.(*Review).texts() }).
			WithPictures(func(d any) []string { return []string{d.(*Review).Figures} }),
	},
}

func need(n *ledger.Need, e *ledger.Entry, d *Review) {
	programme.NeedWho(n, e)
	Counter.Need(n, int64(0))
	View.Need(n, d.Replaces)
	ledger.DayView.Need(n, d.Day)
	for _, code := range d.Places {
		programme.Places.Need(n, code)
	}
}

func publish(r *ledger.Rows, e *ledger.Entry, d *Review) error {
	if err := programme.First(programme.CheckWho(r, e), d.check()); err != nil {
		return err
	}
	if !strings.HasPrefix(e.Who, "org:") {
		return ledger.Refuse("review.by-a-team")
	}
	if e.About != "" { // it is about no entry, but about all of them
		return ledger.Refuse("review.form")
	}
	if err := programme.First(d.checkFrozen(r, e), d.checkPlaces(r)); err != nil {
		return err
	}
	count, _ := Counter.Get(r, int64(0))
	if d.Number != count.N+1 {
		return ledger.Refuse("review.number", "next", count.N+1)
	}
	if d.Replaces != 0 {
		if err := d.replace(r, e); err != nil {
			return err
		}
	}
	Counter.Put(r, CountRow{0, d.Number})
	View.Put(r, Row{Number: d.Number, Seq: e.Seq, ID: e.ID, Recorded: e.Recorded, Who: e.Who, Form: d.Form, From: d.From, To: d.To, Size: d.Size, Day: d.Day,
		Figures: d.Figures, Places: int64(len(d.Places)), Replaces: d.Replaces})
	for _, code := range d.Places {
		Places.Put(r, PlaceRow{d.Number, code})
	}
	for _, w := range d.Words {
		Worded.Put(r, WordsRow{d.Number, w.Section, w.Text.Lang()})
	}
	return nil
}

// checkFrozen refuses figures of a book that there never was: of a size beyond what stands before this entry, of a day that was
// not the programme's day at that size, of a period that was not over by then; and figures that are old.
func (d *Review) checkFrozen(r *ledger.Rows, e *ledger.Entry) error {
	begun, _ := programme.View.Get(r, int64(0))
	if d.Size <= begun.Seq || d.Size > e.Seq {
		return ledger.Refuse("review.size", "size", d.Size, "most", e.Seq)
	}
	if d.Day > e.Recorded {
		return ledger.Refuse("review.day", "day", d.Day, "size", d.Size)
	}
	if schedule.DaysBetween(d.Day, e.Recorded) > MaxAge {
		return ledger.Refuse("review.too-old", "most", int64(MaxAge))
	}
	if mark, ok := ledger.DayView.Get(r, d.Day); !ok || mark.Seq >= d.Size {
		return ledger.Refuse("review.day", "day", d.Day, "size", d.Size)
	}
	for day := d.Day; day < e.Recorded; {
		day = schedule.AddDays(day, 1)
		if mark, ok := ledger.DayView.Get(r, day); ok {
			if mark.Seq < d.Size {
				return ledger.Refuse("review.day", "day", d.Day, "size", d.Size)
			}
			break
		}
	}
	if d.To >= d.Day {
		return ledger.Refuse("review.period-open", "to", d.To)
	}
	return nil
}

// checkPlaces refuses places that the book did not know at that size.
func (d *Review) checkPlaces(r *ledger.Rows) error {
	for _, code := range d.Places {
		if p, ok := programme.Places.Get(r, code); !ok || p.Seq >= d.Size {
			return ledger.Refuse("place.unknown", "code", code)
		}
	}
	return nil
}

// replace says of an earlier review that this one takes its place. Only whoever wrote it may, or the office that opened the
// programme, so that nobody buries a review of somebody else.
func (d *Review) replace(r *ledger.Rows, e *ledger.Entry) error {
	before, ok := View.Get(r, d.Replaces)
	if !ok {
		return ledger.Refuse("review.unknown", "number", d.Replaces)
	}
	if before.Replaced != 0 {
		return ledger.Refuse("review.replaced-before", "number", d.Replaces, "by", before.Replaced)
	}
	if opened, _ := programme.View.Get(r, int64(0)); e.Who != before.Who && e.Who != opened.Who {
		return ledger.Refuse("review.not-theirs", "number", d.Replaces)
	}
	before.Replaced = d.Number
	View.Put(r, before)
	return nil
}

// TextsPublic says which texts beside the book of this subject may be shown to everybody, of the entries from one place up to
// before another: all words of reviews, since they were written to be read. An erased text has no words to show.
func TextsPublic(tx *store.Tx, from, to int64) (func(entry int64, field string) bool, error) {
	reviews := map[int64]bool{}
	var seq int64
	err := tx.Each([]any{&seq}, func() error { reviews[seq] = true; return nil }, "SELECT seq FROM review WHERE seq >= $1 AND seq < $2", from, to)
	return func(entry int64, field string) bool { return reviews[entry] && strings.HasPrefix(field, Field("")) }, err
}
