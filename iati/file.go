package iati

// File is what one IATI activities file says, in neutral words. Activities and
// their parts stand in the order of the file; Orgs, Places and Tasks are sorted
// by code and hold each once.
type File struct {
	Version         string     `json:"version"`     // by which it was read: 2.01, 2.02 or 2.03
	SHA256          string     `json:"sha256"`      // of all its bytes, in hex
	Generated       string     `json:"generated"`   // the day it was made, "" unknown
	LastUpdated     string     `json:"lastUpdated"` // the latest day of its activities, else Generated
	Activities      []Activity `json:"activities"`
	LeftOut         []LeftOut  `json:"leftOut"`
	Orgs            []Org      `json:"orgs"`
	Places          []Place    `json:"places"`
	Tasks           []Task     `json:"tasks"`
	Findings        []Finding  `json:"findings"`        // at most MaxFindings
	Counts          Counts     `json:"counts"`          // of all findings, listed or not
	Mangled         int        `json:"mangled"`         // characters lost before publication (U+FFFD), in all
	MangledContacts int        `json:"mangledContacts"` // of them within contact persons, which are dropped
}

// LeftOut is an activity of the file that is not in File.Activities, so that one
// that was refused is not taken for one that is gone.
type LeftOut struct {
	Identifier string `json:"identifier"`
	Line       int    `json:"line"`
	Code       string `json:"code"` // of the finding that says why
}

// Activity is one iati-activity.
type Activity struct {
	Key         string     `json:"key"`        // its identity: the identifier, or a derived key where that is empty
	Identifier  string     `json:"identifier"` // as published
	Line        int        `json:"line"`
	Reporter    string     `json:"reporter"` // code of an Org
	Title       Text       `json:"title"`
	Description Text       `json:"description"`
	Status      string     `json:"status"` // StatusPipeline and so on, "" unknown
	Due         string     `json:"due"`    // the planned end, "" no due day
	Planned     Period     `json:"planned"`
	Actual      Period     `json:"actual"`      // without days after publication
	LastUpdated string     `json:"lastUpdated"` // day, "" unknown
	Published   string     `json:"published"`   // LastUpdated, else the file's day: what "after publication" is measured by
	Currency    string     `json:"currency"`    // the default
	Lang        string     `json:"lang"`        // the default
	Hierarchy   int        `json:"hierarchy"`   // 1 where none is given
	Parents     []string   `json:"parents"`     // identifiers
	Children    []string   `json:"children"`    // identifiers
	OnlyParent  bool       `json:"onlyParent"`  // another activity of the file is its child and it measures nothing itself
	Parties     []Party    `json:"parties"`
	Countries   []Share    `json:"countries"`
	Places      []string   `json:"places"` // codes of its locations, or of its countries where it has none
	Sectors     []Sector   `json:"sectors"`
	Task        string     `json:"task"` // code of a Task, "" where it has no sector
	Measures    []Measure  `json:"measures"`
	Budgets     []Budget   `json:"budgets"`
	Movements   []Movement `json:"movements"`
	Documents   []Document `json:"documents"`
}

// The codes of an activity's status.
const (
	StatusPipeline  = "1" // left out
	StatusUnderway  = "2"
	StatusFinished  = "3"
	StatusClosed    = "4"
	StatusCancelled = "5"
	StatusSuspended = "6"
)

// Text is a text in one or more languages. Lang is the tag of the original as far
// as can be told: the activity's language when the text exists in it, else the
// first tag in order; it does not depend on the order of the narratives. A text
// without any is absent: Lang is "" and In is nil.
type Text struct {
	Lang string            `json:"lang"`
	In   map[string]string `json:"in"`
}

// Original is the text in Lang, "" where there is none.
func (t Text) Original() string { return t.In[t.Lang] }

// Period is a span of days; either end may be unknown ("").
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Party is an organisation in a role, both as published.
type Party struct {
	Org  string `json:"org"`  // code of an Org
	Role string `json:"role"` // RoleFunding and so on
}

// The roles of a Party.
const (
	RoleFunding      = "1"
	RoleAccountable  = "2"
	RoleExtending    = "3"
	RoleImplementing = "4"
)

// TypeGovernment is the Org.Type of a government.
const TypeGovernment = "10"

// Org is an organisation that takes part in an activity. It is known by its ref,
// or else by the country of the activity and its name without regard to case.
type Org struct {
	Code    string   `json:"code"` // the ref where it can stand in an address, else derived
	Ref     string   `json:"ref"`
	Country string   `json:"country"` // of one known by name
	Name    Text     `json:"name"`    // the one most used
	Aliases []string `json:"aliases"` // other names of it in this file
	Type    string   `json:"type"`    // "10" is a government
}

// Place is a country or a location.
type Place struct {
	Code    string `json:"code"`
	Level   string `json:"level"`   // LevelCountry and so on
	Country string `json:"country"` // code of the country it lies in, "" unknown
	Name    Text   `json:"name"`    // may be absent; a country's mostly is
	Lat     string `json:"lat"`     // as written, "" unknown
	Lon     string `json:"lon"`
}

// The levels of a Place, from its location class.
const (
	LevelCountry    = "country"
	LevelArea       = "area"       // an administrative region
	LevelSettlement = "settlement" // a populated place
	LevelStructure  = "structure"  // a building, a road, a well
	LevelFeature    = "feature"    // a river, a hill
	LevelPlace      = "place"      // not said
)

// Share is a country with the share of the activity it has.
type Share struct {
	Country    string `json:"country"`
	Percentage string `json:"percentage"` // as written, "" not given
}

// Sector is what an activity is about, in one vocabulary.
type Sector struct {
	Vocabulary string `json:"vocabulary"` // "1": the five-digit codes of the DAC
	Code       string `json:"code"`
	Name       Text   `json:"name"`
	Percentage string `json:"percentage"`
	Task       string `json:"task"` // the code of the Task it would make
}

// Task is the sector under which an activity is filed.
type Task struct {
	Code string `json:"code"`
	Name Text   `json:"name"` // as published, else our table's, else absent
}

// Measure is an indicator of a result.
type Measure struct {
	Key        string    `json:"key"`
	Line       int       `json:"line"`
	ResultType string    `json:"resultType"` // "1" output, "2" outcome, "3" impact, "9" other
	Name       Text      `json:"name"`       // the result's title
	Unit       Text      `json:"unit"`       // the indicator's title
	Percent    bool      `json:"percent"`    // the values are percentages
	Up         bool      `json:"up"`         // more is better
	Baseline   Baseline  `json:"baseline"`
	Targets    []Reading `json:"targets"`
	Actuals    []Reading `json:"actuals"`
}

// Baseline is where a measure started; Year is "" where the file gives none.
type Baseline struct {
	Year  string `json:"year"`
	Value string `json:"value"` // decimal as written, "" unknown
}

// Reading is the value of a measure in a period: a target or an actual. The two
// may be compared only when their periods are identical.
type Reading struct {
	Period
	Value   string `json:"value"`   // decimal as written; a zero is a zero
	NotOver bool   `json:"notOver"` // of an actual: the period was not over at publication
	Line    int    `json:"line"`
}

// Money is an amount in the smallest unit of its currency.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Budget is what was budgeted for a period. A revised budget amends the original
// one of the same period and is never added to it.
type Budget struct {
	Key string `json:"key"`
	Period
	Value    Money  `json:"value"`    // after revision
	Original *Money `json:"original"` // nil where only a revised one was published
	Revised  bool   `json:"revised"`
	Line     int    `json:"line"`
}

// Movement is one transaction.
type Movement struct {
	Key      string `json:"key"`
	Ref      string `json:"ref"`
	Type     string `json:"type"` // MoveCommitment and so on, as published
	Day      string `json:"day"`
	Value    Money  `json:"value"` // negative: a correction
	Provider Payer  `json:"provider"`
	Receiver Payer  `json:"receiver"`
	Line     int    `json:"line"`
}

// The types of a Movement that Kept sums; paid out is disbursed and expended
// together.
const (
	MoveCommitment   = "2"
	MoveDisbursement = "3"
	MoveExpenditure  = "4"
	MoveInterest     = "5"
	MoveRepayment    = "6"
)

// Payer is who gave or got money. Org is the code of an Org where it takes part in
// an activity of the file, else "": money alone makes no organisation.
type Payer struct {
	Org  string `json:"org"`
	Ref  string `json:"ref"`
	Name string `json:"name"`
}

// Document is a link that was published. It is named and not held, so it is never
// evidence.
type Document struct {
	Title  Text   `json:"title"`
	URL    string `json:"url"` // http or https
	Format string `json:"format"`
	Line   int    `json:"line"`
}
