package voice

import "kept/ledger"

// The modes of a round.
const (
	ModeCards    = "cards"
	ModeAssembly = "assembly"
)

// The levels at which results are published.
const (
	LevelVillage  = "village"
	LevelTownship = "township"
)

// Reasons are all the reasons for which a round may be suspended or declared void. They are listed, so that no text about a
// village has to be written while somebody is feared there.
var Reasons = []string{"reprisals-feared", "cards-astray", "disorder", "mistake"}

// Why a place is contested.
const (
	ContestedDifference  = "difference"  // the two tallies differ
	ContestedSum         = "sum"         // printed is not counted, spoilt and unused together
	ContestedMissing     = "missing"     // fewer than two tallies
	ContestedReports     = "reports"     // cards that read "received" before their holders used them
	ContestedResponsible = "responsible" // the reviewer has become responsible since
)

// Limits of a round. They are rules of the book: making one smaller would make old entries unreadable.
const (
	maxVillages = 400
	maxPromises = 400
	maxDays     = 90  // to answer
	shortest    = 3   // days between the opening and the closing day
	longest     = 60  // the same
	ahead       = 120 // how far ahead a round may open
	quarter     = 92  // days between the closing days of two rounds on one promise: never two in a quarter
)

// MaxAsked is how many promises one place is asked about in one round, at most. Every ballot has so many digits.
const MaxAsked = 12

// SuspendedDays is how long a round may stay suspended before it counts as void.
const SuspendedDays = 30

// Round is the data of a proposed round.
type Round struct {
	Villages []string `json:"villages"`
	Promises []About  `json:"promises"`
	Office   string   `json:"office"` // must answer
	Days     int64    `json:"days"`   // to answer, from the closing day
	Opens    string   `json:"opens"`
	Closes   string   `json:"closes"`
	Mode     string   `json:"mode"`
	Level    string   `json:"level"`
}

// About names a promise by its place in the book, and by its id, so that the place in another book is not taken for it.
type About struct {
	Seq int64  `json:"seq"`
	ID  string `json:"id"`
}

// Taking is the data of a reviewer's taking on the round it is about. All of these are organisations.
type Taking struct {
	Printer string `json:"printer"`
	Keeper  string `json:"keeper"`           // holds what was printed
	Second  string `json:"second,omitempty"` // assembly: enters the other tally
}

// Suspension is the data of a suspension of the round it is about.
type Suspension struct {
	Reason string `json:"reason"`
}

// Resumption is the data of the end of a suspension.
type Resumption struct{}

// Voiding is the data of a round's being declared void.
type Voiding struct {
	Reason string `json:"reason"`
}

// Tallied is the data of an organisation's having entered its tally of an assembly. The numbers stay out of the book.
type Tallied struct {
	Place string `json:"place"`
}

// Result is the data of what one place said, as it may be published: one for every promise asked about there, in order.
type Result struct {
	Place string `json:"place"`
	Said  []Said `json:"said"`
}

// Said is what was said about one promise. With few there is nothing else.
type Said struct {
	Promise int64 `json:"promise"`
	Few     bool  `json:"few,omitempty"`
	Kept    int64 `json:"kept,omitempty"`
	Partly  int64 `json:"partly,omitempty"`
	Not     int64 `json:"not,omitempty"`
	Cant    int64 `json:"cant,omitempty"`
}

// SaidOf writes what was published about a promise.
func SaidOf(promise int64, p Published) Said {
	return Said{promise, p.Few, p.Counts[Kept], p.Counts[Partly], p.Counts[NotKept], p.Counts[CantTell]}
}

// Published reads it again.
func (s *Said) Published() Published {
	return Published{s.Few, Counts{s.Kept, s.Partly, s.Not, s.Cant}}
}

// Contesting is the data of a place's being contested. For an assembly it is the outcome, without numbers; for cards it
// comes before the result.
type Contesting struct {
	Place  string `json:"place"`
	Reason string `json:"reason"`
}

// Loss is the data of a lost box: what this place said is gone, and it must be asked again.
type Loss struct {
	Place string `json:"place"`
}

// Answer is the data of an office's answer to what the result it is about says of a promise.
type Answer struct {
	Promise int64          `json:"promise"`
	Note    *ledger.Hashed `json:"note"`
}
