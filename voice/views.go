package voice

import "kept/ledger"

// Row is a round. It holds what its state is computed from on any day, never the state itself.
type Row struct {
	Seq       int64  `col:"seq" is:"its entry"`
	ID        string `col:"id" is:"id of its entry"`
	Recorded  string `col:"recorded" is:"recorded day of the proposal"`
	Proposer  string `col:"proposer" is:"the organisation that proposed it"`
	Office    string `col:"office" is:"the organisation that must answer"`
	Days      int64  `col:"days" is:"how many days it has to answer, from the closing day"`
	Opens     string `col:"opens" is:"first day of asking"`
	Closes    string `col:"closes" is:"the day of the results, on which nobody is asked any more"`
	Mode      string `col:"mode" is:"cards or assembly"`
	Level     string `col:"level" is:"village or township: where results are published"`
	Promises  int64  `col:"promises" is:"number of promises it asks about"`
	Villages  int64  `col:"villages" is:"number of villages it asks"`
	Places    int64  `col:"places" is:"number of places that results are published of"`
	Outcomes  int64  `col:"outcomes" is:"number of these that have an outcome"`
	Taken     string `col:"taken" is:"recorded day on which a reviewer took it on"`
	Reviewer  string `col:"reviewer" is:"the organisation that took it on"`
	Printer   string `col:"printer" is:"the organisation that prints"`
	Keeper    string `col:"keeper" is:"the organisation that holds what was printed"`
	Second    string `col:"second" is:"assembly: the organisation that enters the other tally"`
	Suspended string `col:"suspended" is:"recorded day since which it is suspended"`
	Void      string `col:"void" is:"recorded day on which it was declared void"`
	Reason    string `col:"reason" is:"the listed reason of the last suspension or of being void"`
}

// TermsRow is a round as it was proposed.
type TermsRow struct {
	Round int64  `col:"round" is:"the round"`
	Terms string `col:"terms" is:"the proposal as it stands in the entry"`
	Asks  string `col:"asks" is:"which place is asked about which promises"`
}

// VillageRow says that a round asks a village, and which place the result is published of.
type VillageRow struct {
	Round   int64  `col:"round" is:"the round"`
	Village string `col:"village" is:"code of the village"`
	Place   string `col:"place" is:"the village, or the township it lies in"`
}

// PlaceRow is a place that a round publishes a result of.
type PlaceRow struct {
	Round     int64  `col:"round" is:"the round"`
	Place     string `col:"place" is:"code of the place"`
	Promises  int64  `col:"promises" is:"number of promises that are asked about there"`
	Outcome   string `col:"outcome" is:"result, contested, lost, or empty before that"`
	Seq       int64  `col:"seq" is:"the entry of the outcome"`
	ID        string `col:"id" is:"id of that entry"`
	Contested string `col:"contested" is:"why it is contested, empty if it is not"`
}

// QuestionRow is one promise asked about in one place, with what was published.
type QuestionRow struct {
	Round   int64  `col:"round" is:"the round"`
	Place   string `col:"place" is:"code of the place"`
	Promise int64  `col:"promise" is:"the promise"`
	N       int64  `col:"n" is:"which question of the place, from 0"`
	Verdict string `col:"verdict" is:"what the published counts say, empty before that"`
	Kept    int64  `col:"kept" is:"published count, 0 for fewer than 5"`
	Partly  int64  `col:"partly" is:"published count, 0 for fewer than 5"`
	NotKept int64  `col:"not_kept" is:"published count, 0 for fewer than 5"`
	Cant    int64  `col:"cant_tell" is:"published count, 0 for fewer than 5"`
}

// AskedRow says that a round that was taken on asks about a promise, and which one did before it.
type AskedRow struct {
	Promise int64 `col:"promise" is:"the promise"`
	Round   int64 `col:"round" is:"the round"`
	Before  int64 `col:"before" is:"the round that was taken on before, 0 if none"`
}

// LastRow finds the round on a promise that was taken on last.
type LastRow struct {
	Promise int64 `col:"promise" is:"the promise"`
	Round   int64 `col:"round" is:"the round that was taken on last"`
}

// EventRow is what happened to a round.
type EventRow struct {
	Seq      int64  `col:"seq" is:"the entry"`
	Round    int64  `col:"round" is:"the round"`
	What     string `col:"what" is:"taken, suspended, resumed or void"`
	Recorded string `col:"recorded" is:"recorded day"`
	Reason   string `col:"reason" is:"the listed reason"`
}

// TallyRow says that an organisation has entered its tally of an assembly; the numbers are not in the book.
type TallyRow struct {
	Round  int64  `col:"round" is:"the round"`
	Place  string `col:"place" is:"code of the place"`
	Writer string `col:"writer" is:"the organisation that counted"`
	Seq    int64  `col:"seq" is:"the entry"`
}

// OwedRow is an answer that an office owes, because a place said "partly kept" or "not kept".
type OwedRow struct {
	Result   int64  `col:"result" is:"the entry of the result"`
	Promise  int64  `col:"promise" is:"the promise"`
	Round    int64  `col:"round" is:"the round"`
	Place    string `col:"place" is:"code of the place"`
	Office   string `col:"office" is:"the organisation that must answer"`
	Verdict  string `col:"verdict" is:"what the place said"`
	Since    string `col:"since" is:"the closing day, from which it is owed"`
	Due      string `col:"due" is:"the last day for it"`
	Answered string `col:"answered" is:"recorded day of the first answer, empty before that"`
	Answer   int64  `col:"answer" is:"the entry of the first answer"`
}

// AnswerRow is an answer of an office.
type AnswerRow struct {
	Seq      int64  `col:"seq" is:"its entry"`
	Result   int64  `col:"result" is:"the entry of the result"`
	Promise  int64  `col:"promise" is:"the promise"`
	Office   string `col:"office" is:"the organisation that answers"`
	Recorded string `col:"recorded" is:"recorded day"`
	Day      string `col:"day" is:"the day the writer says"`
	Lang     string `col:"lang" is:"language in which it was written"`
}

// The views of this subject.
var (
	View      = ledger.NewView[Row]("round", []string{"seq"}, []string{"id"}, []string{"closes"}, []string{"office"})
	Terms     = ledger.NewView[TermsRow]("round_terms", []string{"round"})
	Villages  = ledger.NewView[VillageRow]("round_village", []string{"round", "village"}, []string{"village"})
	Places    = ledger.NewView[PlaceRow]("round_place", []string{"round", "place"}, []string{"place"}, []string{"seq"})
	Questions = ledger.NewView[QuestionRow]("question", []string{"round", "place", "promise"}, []string{"promise"}, []string{"place"})
	Asked     = ledger.NewView[AskedRow]("asked", []string{"promise", "round"})
	Last      = ledger.NewView[LastRow]("asked_last", []string{"promise"})
	Events    = ledger.NewView[EventRow]("round_event", []string{"seq"}, []string{"round"})
	Tallies   = ledger.NewView[TallyRow]("tally", []string{"round", "place", "writer"})
	Owed      = ledger.NewView[OwedRow]("owed", []string{"result", "promise"}, []string{"promise"}, []string{"place"}, []string{"office"})
	Answers   = ledger.NewView[AnswerRow]("round_answer", []string{"seq"}, []string{"result", "promise"}, []string{"promise"})
)
