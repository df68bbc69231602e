package review

import "kept/ledger"

// Row is a published review.
type Row struct {
	Number   int64  `col:"number" is:"number of the review, in the order of the book"`
	Seq      int64  `col:"seq" is:"its entry"`
	ID       string `col:"id" is:"id of its entry"`
	Recorded string `col:"recorded" is:"recorded day of the publication"`
	Who      string `col:"who" is:"the organisation that published it"`
	Form     int64  `col:"form" is:"form of its document"`
	From     string `col:"from_day" is:"first day of the period"`
	To       string `col:"to_day" is:"last day of the period"`
	Size     int64  `col:"size" is:"size of the book whose figures these are"`
	Day      string `col:"day" is:"the programme's day at that size"`
	Figures  string `col:"figures" is:"hash of the document"`
	Places   int64  `col:"places" is:"number of places it is about, 0 for the whole programme"`
	Replaces int64  `col:"replaces" is:"number of the review it takes the place of, 0 if none"`
	Replaced int64  `col:"replaced" is:"number of the review that took its place, 0 if none"`
}

// PlaceRow says that a review is about a place.
type PlaceRow struct {
	Number int64  `col:"number" is:"number of the review"`
	Place  string `col:"place" is:"code of the place"`
}

// WordsRow says that an office wrote words on a section of a review.
type WordsRow struct {
	Number  int64  `col:"number" is:"number of the review"`
	Section string `col:"section" is:"which section"`
	Lang    string `col:"lang" is:"language in which it was written"`
}

// CountRow counts reviews, for their numbers.
type CountRow struct {
	ID int64 `col:"id" is:"always 0"`
	N  int64 `col:"n" is:"number of reviews so far"`
}

// The views of this subject.
var (
	View    = ledger.NewView[Row]("review", []string{"number"}, []string{"seq"})
	Places  = ledger.NewView[PlaceRow]("review_place", []string{"number", "place"}, []string{"place"})
	Worded  = ledger.NewView[WordsRow]("review_words", []string{"number", "section"})
	Counter = ledger.NewView[CountRow]("review_count", []string{"id"})
)
