package promise

import "kept/ledger"

// Row is a promise. It holds what its standing is computed from on any day, never the standing itself.
type Row struct {
	Seq        int64  `col:"seq" is:"its entry"`
	Number     int64  `col:"number" is:"short number, in the order of the book"`
	ID         string `col:"id" is:"id of its entry"`
	Version    int64  `col:"version" is:"current version of the terms, from 1"`
	Task       string `col:"task" is:"the task it stands under"`
	Team       string `col:"team" is:"who does it"`
	Office     string `col:"office" is:"who must answer for it"`
	Plan       string `col:"plan" is:"once, schedule or service-level"`
	Promised   string `col:"promised" is:"recorded day of the promise"`
	Due        string `col:"due" is:"last due day now, empty if none"`
	FirstDue   string `col:"first_due" is:"last due day as first promised"`
	OpenDue    string `col:"open_due" is:"earliest due day that nothing was reported for, empty if none"`
	State      string `col:"state" is:"what the last report said of the whole: under-way, done, suspended or nothing"`
	StateSeq   int64  `col:"state_seq" is:"the report that said so, 0 if none"`
	Begun      int64  `col:"begun" is:"1 once anything was reported or paid"`
	Paid       int64  `col:"paid" is:"1 once anything was paid"`
	Done       string `col:"done" is:"recorded day of being reported done"`
	Withdrawn  string `col:"withdrawn" is:"recorded day of the withdrawal"`
	Ended      int64  `col:"ended" is:"entry of the withdrawal"`
	EndedLang  string `col:"ended_lang" is:"language in which its reason was written"`
	Reports    int64  `col:"reports" is:"number of work reports that were not sent back"`
	Last       int64  `col:"last" is:"the last of them, 0 if none"`
	SentBack   int64  `col:"sent_back" is:"number of work reports that were sent back"`
	Shown      int64  `col:"shown" is:"number of pictures that may be shown"`
	Reported   string `col:"reported" is:"recorded day of the last report"`
	Amended    int64  `col:"amended" is:"number of amendments"`
	Lowered    int64  `col:"lowered" is:"number of amendments that promise less"`
	Later      int64  `col:"later" is:"number of amendments that come due later"`
	Translated int64  `col:"translated" is:"number of later translations"`
	Measures   int64  `col:"measures" is:"number of measures"`
	Total      int64  `col:"total" is:"number of due days of a schedule or service level, with those that were reported before it was changed"`
	Held       int64  `col:"held" is:"number of occurrences reported held"`
	NotHeld    int64  `col:"not_held" is:"number of occurrences reported not held"`
	Source     string `col:"source" is:"identifier in the published source it was read from"`
	SourceCode string `col:"source_status" is:"the publisher's status code"`
	Described  string `col:"described" is:"language in which its description was written, empty if it has none"`
}

// TermsRow is one version of a promise's terms.
type TermsRow struct {
	Promise  int64  `col:"promise" is:"the promise"`
	Version  int64  `col:"version" is:"which version"`
	Seq      int64  `col:"seq" is:"the entry that set it"`
	Recorded string `col:"recorded" is:"recorded day"`
	Day      string `col:"day" is:"the day the writer says"`
	Who      string `col:"who" is:"the office or team"`
	Lowered  int64  `col:"lowered" is:"1 if it promises less than the version before"`
	Later    int64  `col:"later" is:"1 if it comes due later than the version before"`
	Lang     string `col:"lang" is:"language in which its reason was written"`
	Terms    string `col:"terms" is:"the terms as they stand in the entry, with later translations"`
}

// PlaceRow says that a promise is made to a place.
type PlaceRow struct {
	Place   string `col:"place" is:"code of the place"`
	Promise int64  `col:"promise" is:"the promise"`
}

// WordRow finds a promise by a word of its title.
type WordRow struct {
	Word    string `col:"word" is:"a word of a title in any language"`
	Promise int64  `col:"promise" is:"the promise"`
}

// MeasureRow is the state of one measure.
type MeasureRow struct {
	Promise     int64  `col:"promise" is:"the promise"`
	N           int64  `col:"n" is:"which measure, from 0"`
	Down        int64  `col:"down" is:"1 if less is better"`
	Baseline    string `col:"baseline" is:"baseline value, empty if none"`
	Target      string `col:"target" is:"target of the last period now, empty if none"`
	FirstTarget string `col:"first_target" is:"target of the last period as first promised"`
	Reading     string `col:"reading" is:"last reading that says something, empty if nothing was reported"`
	ReadSeq     int64  `col:"read_seq" is:"the report with that reading"`
	ReadI       int64  `col:"read_i" is:"which of its readings"`
	Periods     int64  `col:"periods" is:"number of target periods"`
}

// TargetRow is a target of one period beside what was reported for it.
type TargetRow struct {
	Promise int64  `col:"promise" is:"the promise"`
	N       int64  `col:"n" is:"which measure, from 0"`
	From    string `col:"from_day" is:"first day of the period"`
	To      string `col:"to_day" is:"last day of the period"`
	Value   string `col:"value" is:"target now, empty if it was taken away"`
	First   string `col:"first" is:"target as first promised"`
	Reading string `col:"reading" is:"reported value, empty if nothing was reported"`
	ReadSeq int64  `col:"read_seq" is:"the report with that reading"`
	ReadI   int64  `col:"read_i" is:"which of its readings"`
}

// ReadingRow is one reading as reported. What it took the place of is what stands again when its report is sent back.
type ReadingRow struct {
	Seq     int64  `col:"seq" is:"the report"`
	I       int64  `col:"i" is:"which reading of the report"`
	Promise int64  `col:"promise" is:"the promise"`
	N       int64  `col:"n" is:"which measure"`
	From    string `col:"from_day" is:"first day of its period, if it names one"`
	To      string `col:"to_day" is:"last day of its period, if it names one"`
	Value   string `col:"value" is:"the value as written"`
	Early   int64  `col:"early" is:"1 if its period was not over at publication"`

	Prev        int64  `col:"prev" is:"the report whose reading of the measure it took the place of, 0 if none"`
	PrevI       int64  `col:"prev_i" is:"which of its readings"`
	PeriodFrom  string `col:"period_from" is:"first day of the target period it counts for, empty if none"`
	PeriodTo    string `col:"period_to" is:"last day of that period"`
	PeriodPrev  int64  `col:"period_prev" is:"the report whose reading of that period it took the place of, 0 if none"`
	PeriodPrevI int64  `col:"period_prev_i" is:"which of its readings"`
}

// OccurrenceRow is one due day of a schedule, or one day on which the counts of a service level are due. A service level
// was held in a period in which nothing was late.
type OccurrenceRow struct {
	Promise int64  `col:"promise" is:"the promise"`
	Due     string `col:"due" is:"the day it is due"`
	State   string `col:"state" is:"held, not-held, or empty: nothing was reported"`
	Seq     int64  `col:"seq" is:"the report"`
}

// ServiceRow is what a report says of one period of a service level. What stands is that of the report which the occurrence
// names.
type ServiceRow struct {
	Promise  int64  `col:"promise" is:"the promise"`
	Due      string `col:"due" is:"the day on which the counts of the period are due"`
	Seq      int64  `col:"seq" is:"the report"`
	Received int64  `col:"received" is:"how many came in"`
	Answered int64  `col:"answered" is:"how many were answered"`
	Late     int64  `col:"late" is:"how many of those were answered late"`
}

// ReportRow is a work report. What it took the place of is what stands again when it is sent back.
type ReportRow struct {
	Seq        int64  `col:"seq" is:"its entry"`
	Promise    int64  `col:"promise" is:"the promise"`
	ID         string `col:"id" is:"id of its entry"`
	Recorded   string `col:"recorded" is:"recorded day"`
	Day        string `col:"day" is:"the day the writer says"`
	Who        string `col:"who" is:"the team or office"`
	State      string `col:"state" is:"what it says of the whole promise"`
	Occurrence string `col:"occurrence" is:"the due day it reports on"`
	Held       int64  `col:"held" is:"1 if that occurrence was held, or nothing was late"`
	Readings   int64  `col:"readings" is:"number of its readings"`
	Spent      int64  `col:"spent" is:"number of its sums of money"`
	Pictures   int64  `col:"pictures" is:"number of pictures it names"`
	HasNote    int64  `col:"has_note" is:"1 if it has a note"`
	Passed     int64  `col:"passed" is:"the entry that passed it, 0 while nobody has looked"`
	Lang       string `col:"lang" is:"language in which its note was written"`
	NoteShown  int64  `col:"note_shown" is:"1 if its note may be shown"`
	Shown      int64  `col:"shown" is:"number of its pictures that were passed"`

	Prev      int64 `col:"prev" is:"the last report before it that stood then, 0 if none"`
	PrevState int64 `col:"prev_state" is:"the report whose word of the whole promise it took the place of, 0 if none"`
	PrevHeld  int64 `col:"prev_held" is:"the report whose word of the due day it took the place of, 0 if none"`

	SentBack int64  `col:"sent_back" is:"the entry that sent it back, 0 if none"`
	BackDay  string `col:"back_day" is:"recorded day of the sending back"`
	BackBy   string `col:"back_by" is:"the organisation that sent it back"`
	BackLang string `col:"back_lang" is:"language in which its reason was written"`
}

// SpentRow is money that a report says was spent.
type SpentRow struct {
	Seq      int64  `col:"seq" is:"the report"`
	I        int64  `col:"i" is:"which of its sums, from 0"`
	Currency string `col:"currency" is:"ISO 4217 code"`
	Minor    int64  `col:"minor" is:"amount in minor units"`
}

// PictureRow is a picture of a report.
type PictureRow struct {
	Report int64  `col:"report" is:"the report"`
	ID     string `col:"id" is:"random id by which the report names it"`
	SHA256 string `col:"sha256" is:"hash of the final bytes, empty until passed"`
	Shows  string `col:"shows" is:"what is to be seen, by language"`
	Passed int64  `col:"passed" is:"the entry that passed it"`
	Reason string `col:"reason" is:"why it is not shown, one of a list; empty if it is, or nobody has said"`
}

// PaymentRow is a movement of money.
type PaymentRow struct {
	Seq       int64  `col:"seq" is:"its entry"`
	Promise   int64  `col:"promise" is:"the promise"`
	ID        string `col:"id" is:"id of its entry"`
	Type      string `col:"type" is:"committed, disbursed, spent, ..."`
	Day       string `col:"day" is:"the day it says"`
	Recorded  string `col:"recorded" is:"recorded day"`
	Currency  string `col:"currency" is:"ISO 4217 code"`
	Minor     int64  `col:"minor" is:"amount in minor units; a correction is negative"`
	Payer     string `col:"payer" is:"organisation it comes from"`
	Payee     string `col:"payee" is:"organisation it goes to"`
	Withdrawn int64  `col:"withdrawn" is:"the entry that took it back, 0 if none"`
	Source    string `col:"source_key" is:"what a source knows it by, empty if it was not read from one"`
}

// MoneyRow is a sum of a promise's money by type and currency; currencies are never added.
type MoneyRow struct {
	Promise  int64  `col:"promise" is:"the promise"`
	Type     string `col:"type" is:"promised, first-promised, or a type of payment"`
	Currency string `col:"currency" is:"ISO 4217 code"`
	Minor    int64  `col:"minor" is:"sum in minor units"`
	Parts    int64  `col:"parts" is:"how many payments and reports are in it; 0 for what is promised"`
}

// CountRow counts promises, for their numbers.
type CountRow struct {
	ID int64 `col:"id" is:"always 0"`
	N  int64 `col:"n" is:"number of promises so far"`
}

// SourceRow finds what was read from a published source.
type SourceRow struct {
	Identifier string `col:"identifier" is:"identifier in the source"`
	Promise    int64  `col:"promise" is:"the promise read from it"`
	Import     string `col:"import" is:"id of the import it was read in"`
}

// DocumentRow is a link that a source names.
type DocumentRow struct {
	Promise int64  `col:"promise" is:"the promise"`
	I       int64  `col:"i" is:"which link, from 0"`
	Title   string `col:"title" is:"title of the document as published"`
	Address string `col:"address" is:"its address; what lies there is not held here"`
}

// ImportedRow says in which import an entry was read.
type ImportedRow struct {
	Import  string `col:"import" is:"id of the import"`
	Seq     int64  `col:"seq" is:"the entry"`
	Kind    string `col:"kind" is:"kind of the entry"`
	Promise int64  `col:"promise" is:"the promise it is about, or is"`
}

// The views of this subject.
var (
	View        = ledger.NewView[Row]("promise", []string{"seq"}, []string{"number"}, []string{"open_due"}, []string{"task"}, []string{"ended"})
	Versions    = ledger.NewView[TermsRow]("terms", []string{"promise", "version"}, []string{"seq"})
	Places      = ledger.NewView[PlaceRow]("promise_place", []string{"place", "promise"}, []string{"promise"})
	Words       = ledger.NewView[WordRow]("promise_word", []string{"word", "promise"})
	Measures    = ledger.NewView[MeasureRow]("measure", []string{"promise", "n"})
	Targets     = ledger.NewView[TargetRow]("target", []string{"promise", "n", "from_day", "to_day"})
	Readings    = ledger.NewView[ReadingRow]("reading", []string{"seq", "i"}, []string{"promise"})
	Occurrences = ledger.NewView[OccurrenceRow]("occurrence", []string{"promise", "due"}, []string{"due"})
	Services    = ledger.NewView[ServiceRow]("service", []string{"promise", "due", "seq"})
	Reports     = ledger.NewView[ReportRow]("report", []string{"seq"}, []string{"promise", "seq"})
	Spendings   = ledger.NewView[SpentRow]("spent", []string{"seq", "i"})
	Pictures    = ledger.NewView[PictureRow]("report_picture", []string{"report", "id"})
	Payments    = ledger.NewView[PaymentRow]("payment", []string{"seq"}, []string{"promise"})
	Sums        = ledger.NewView[MoneyRow]("money", []string{"promise", "type", "currency"})
	Counter     = ledger.NewView[CountRow]("promise_count", []string{"id"})
	Sources     = ledger.NewView[SourceRow]("source", []string{"identifier"})
	Documents   = ledger.NewView[DocumentRow]("document", []string{"promise", "i"})
	Imported    = ledger.NewView[ImportedRow]("imported", []string{"import", "seq"}, []string{"promise"})
)
