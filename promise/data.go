package promise

import (
	"kept/ledger"
	"kept/locale"
)

// Promised is the data of a promise.
type Promised struct {
	Terms       Terms          `json:"terms"`
	Description *ledger.Hashed `json:"description,omitempty"`
	Source      *Source        `json:"source,omitempty"`
}

// Source says where a promise was read.
type Source struct {
	Format     string     `json:"format"`
	Identifier string     `json:"identifier"`
	Status     string     `json:"status,omitempty"` // the publisher's code
	Import     string     `json:"import,omitempty"` // id of the import's entry, here and below
	Documents  []Document `json:"documents,omitempty"`
}

// Document is a link that a source names. What lies behind it is not held here, so it is never evidence.
type Document struct {
	Title   string `json:"title,omitempty"`
	Address string `json:"address"` // http or https
}

// Amendment is the data of an amendment.
type Amendment struct {
	Version int64          `json:"version"` // the version it changes
	Terms   Terms          `json:"terms"`
	Reason  *ledger.Hashed `json:"reason,omitempty"`
	Import  string         `json:"import,omitempty"`
}

// Withdrawal is the data of a withdrawal.
type Withdrawal struct {
	Reason *ledger.Hashed `json:"reason,omitempty"`
	Import string         `json:"import,omitempty"`
}

// Translation is the data of a translation that came later. It is no amendment: what was promised stands in the original.
type Translation struct {
	Version int64  `json:"version"` // the version whose words it translates
	Path    string `json:"path"`    // which words: "title", "measure.N.name", "measure.N.unit" or "milestone.N.title"
	Lang    string `json:"lang"`    // never that of the original
	Text    string `json:"text"`
}

// Report is the data of a work report.
type Report struct {
	State      string         `json:"state,omitempty"` // "", or one of the States
	Note       *ledger.Hashed `json:"note,omitempty"`
	Readings   []Reading      `json:"readings,omitempty"`
	Spent      []Spent        `json:"spent,omitempty"`
	Occurrence *Occurrence    `json:"occurrence,omitempty"`
	Service    *Service       `json:"service,omitempty"`
	Pictures   []string       `json:"pictures,omitempty"` // random ids
	Import     string         `json:"import,omitempty"`
}

// What a report may say of the whole promise.
const (
	StateUnderWay  = "under-way"
	StateDone      = "done"
	StateSuspended = "suspended"
)

// States are all that a report may say of the whole promise.
var States = []string{StateUnderWay, StateDone, StateSuspended}

// Reading is a reported value of a measure. With a period it belongs to the target of exactly that period; without,
// to the period in which the report's day lies.
type Reading struct {
	Measure int64  `json:"measure"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	Value   string `json:"value"`
	Early   bool   `json:"early,omitempty"` // its period was not over when it was published: kept, but it says nothing
}

// Spent is money that a report says was spent.
type Spent struct {
	Currency string `json:"currency"`
	Minor    int64  `json:"minor"`
}

// Occurrence says of one day of a schedule whether what was due was held.
type Occurrence struct {
	Due  string `json:"due"`
	Held bool   `json:"held"`
}

// Service says of one period of a service level how many came in, how many were answered, and how many of those late. What
// came in before may be answered in this period, so there may be more answers than there came in.
type Service struct {
	Due      string `json:"due"`
	Received int64  `json:"received"`
	Answered int64  `json:"answered"`
	Late     int64  `json:"late"`
}

// SendingBack is the data of the sending back of the report it is about.
type SendingBack struct {
	Reason *ledger.Hashed `json:"reason,omitempty"` // never missing; a pointer, so that one without is refused by its rule
}

// Passing is the data of a passing: what of a report may be shown.
type Passing struct {
	Note     bool      `json:"note"`
	Pictures []Passed  `json:"pictures,omitempty"`
	Refused  []Refused `json:"refused,omitempty"`
}

// Passed is a picture as it may be shown. Shows says in words what is to be seen, for those who cannot see it.
type Passed struct {
	ID     string         `json:"id"`
	SHA256 string         `json:"sha256"`
	Shows  locale.Wording `json:"shows"`
}

// Refused is a picture that whoever passed the report does not let be shown, and why.
type Refused struct {
	ID     string `json:"id"`
	Reason string `json:"reason"` // one of PictureReasons
}

// PictureReasons are why a picture is not shown: somebody could be recognised, it has nothing to do with the promise, nothing can
// be made out, or another reason.
var PictureReasons = []string{"person", "unrelated", "unclear", "other"}

// Payment is the data of a movement of money.
type Payment struct {
	Type     string `json:"type"`
	Currency string `json:"currency"`
	Minor    int64  `json:"minor"`
	From     string `json:"from,omitempty"` // organisation
	To       string `json:"to,omitempty"`   // organisation
	Ref      string `json:"ref,omitempty"`
	Key      string `json:"key,omitempty"` // what a source knows it by, the same at every reading
	Import   string `json:"import,omitempty"`
}

// PaymentTypes are the types of movements: what is promised to be paid, what was handed on, what was spent, and the rest.
// Only disbursed and spent count as paid out. What is "further" is of many sorts, so it is listed and never summed.
var PaymentTypes = []string{"committed", "disbursed", "spent", "incoming", "interest", "repaid", "reimbursed", "further"}

// PaymentWithdrawal is the data of the taking back of the payment it is about.
type PaymentWithdrawal struct {
	Import string `json:"import,omitempty"`
}
