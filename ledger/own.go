package ledger

import "slices"

// KindDay is the kind of a day mark: the programme's day has changed. What is late and what belongs to a period counts by
// these marks, so that replay needs no clock.
const KindDay = "day"

// KindErasure is the kind of an erasure: a text beside the book was emptied, for a listed reason.
const KindErasure = "erasure"

// DayMark is the data of a day mark.
type DayMark struct {
	Day string `json:"day"`
}

// Erasure is the data of an erasure: which text of the entry it is about, and why.
type Erasure struct {
	Field  string `json:"field"`
	Reason string `json:"reason"`
}

// ErasureReasons are all the reasons for which a text may be erased.
var ErasureReasons = []string{"endangers-someone", "names-a-person", "not-about-the-promise", "unlawful"}

// DayRow says where in the book a day began.
type DayRow struct {
	Day string `col:"day" is:"a day of the programme"`
	Seq int64  `col:"seq" is:"the entry that marks its beginning"`
}

// DayView lists the days on which anything was recorded.
var DayView = NewView[DayRow]("day", []string{"day"})

// ErasedRow says that a text was erased.
type ErasedRow struct {
	Entry  int64  `col:"entry" is:"the entry whose text it was"`
	Field  string `col:"field" is:"which text of the entry"`
	Seq    int64  `col:"seq" is:"the entry that erased it"`
	Reason string `col:"reason" is:"the listed reason"`
}

// ErasedView lists the erased texts.
var ErasedView = NewView[ErasedRow]("erased", []string{"entry", "field"})

var ownSubject = &Subject{
	Name:  "ledger",
	Views: Views(DayView, ErasedView, EpochView),
	Kinds: []*Kind{
		KindOf(KindEpoch, needEpoch, takeEpoch),
		KindOf(KindDay,
			func(n *Need, e *Entry, d *DayMark) {},
			func(r *Rows, e *Entry, d *DayMark) error {
				if e.Who != "kept" || d.Day != e.Day || d.Day <= e.Recorded {
					return Refuse("day.not-later", "day", d.Day, "recorded", e.Recorded)
				}
				DayView.Put(r, DayRow{d.Day, e.Seq})
				return nil
			}),
		KindOf(KindErasure,
			func(n *Need, e *Entry, d *Erasure) { ErasedView.Need(n, e.AboutSeq, d.Field) },
			func(r *Rows, e *Entry, d *Erasure) error {
				if e.AboutSeq < 0 || !slices.Contains(ErasureReasons, d.Reason) {
					return Refuse("erasure.reason")
				}
				if _, gone := ErasedView.Get(r, e.AboutSeq, d.Field); gone {
					return Refuse("erasure.done-before")
				}
				ErasedView.Put(r, ErasedRow{e.AboutSeq, d.Field, e.Seq, d.Reason})
				return nil
			}),
	},
}
