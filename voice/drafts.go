package voice

import (
	"strings"

	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/store"
)

// Propose drafts a round.
func Propose(who string, d Round) ledger.Draft {
	return ledger.Draft{Kind: KindRound, Who: who, Data: d}
}

// Take drafts a reviewer's taking on of the round with this id.
func Take(who, round string, d Taking) ledger.Draft {
	return ledger.Draft{Kind: KindTaken, Who: who, About: round, Data: d}
}

// Suspend drafts the suspension of a round, for one of Reasons.
func Suspend(who, round, reason string) ledger.Draft {
	return ledger.Draft{Kind: KindSuspended, Who: who, About: round, Data: Suspension{reason}}
}

// Resume drafts the end of a suspension.
func Resume(who, round string) ledger.Draft {
	return ledger.Draft{Kind: KindResumed, Who: who, About: round, Data: Resumption{}}
}

// DeclareVoid drafts the declaration that a round is void, for one of Reasons.
func DeclareVoid(who, round, reason string) ledger.Draft {
	return ledger.Draft{Kind: KindVoid, Who: who, About: round, Data: Voiding{reason}}
}

// AnswerTo drafts an office's answer to what the result with this id says of a promise.
func AnswerTo(who, result string, asked int64, note locale.Wording, salt promise.Salt) (ledger.Draft, error) {
	if err := note.CheckLong(promise.MaxText); err != nil {
		return ledger.Draft{}, &ledger.Refusal{Code: "wording.bad", Args: []any{"field", FieldNote}, Cause: err}
	}
	hash, texts := ledger.Hash(FieldNote, note.Original, note.In, salt)
	return ledger.Draft{Kind: KindAnswer, Who: who, About: result, Data: Answer{asked, hash}, Texts: texts}, nil
}

// byTheProgram drafts an outcome. Its id and its day are always the same, so that writing it twice is harmless.
func byTheProgram(row *Row, id, kind string, data any) ledger.Draft {
	return ledger.Draft{Kind: kind, ID: id, Day: row.Closes, Who: Program, About: row.ID, Data: data}
}

// TextsPublic says which texts beside the book of this subject may be shown to everybody, of the entries from one place up to
// before another: every answer of an office, since it was written to be read. An erased text has no words to show.
func TextsPublic(tx *store.Tx, from, to int64) (func(entry int64, field string) bool, error) {
	answers := map[int64]bool{}
	var seq int64
	err := tx.Each([]any{&seq}, func() error { answers[seq] = true; return nil },
		"SELECT seq FROM round_answer WHERE seq >= $1 AND seq < $2", from, to)
	return func(entry int64, field string) bool {
		name, _, _ := strings.Cut(field, "/")
		return name == FieldNote && answers[entry]
	}, err
}
