package promise

import (
	"kept/ledger"
	"kept/locale"
)

// MaxText is the longest note or reason, in characters, and MaxDescription the longest description. No rule of the book
// reads a text, so they may change.
const (
	MaxText        = 4000
	MaxDescription = 20_000
)

// Salt makes the salts of texts: ledger.NewSalt for what is written here, ledger.DerivedSalt for what is read from a source.
type Salt func(field string) []byte

// Promise drafts a promise.
func Promise(who string, d Promised) ledger.Draft {
	return ledger.Draft{Kind: KindPromise, Who: who, Data: d}
}

// Describe drafts a promise with a description, which lies beside the book; it may be missing.
func Describe(who string, d Promised, description locale.Wording, salt Salt) (ledger.Draft, error) {
	hash, texts, err := besideUpTo(MaxDescription, FieldDescription, description, salt)
	d.Description = hash
	return ledger.Draft{Kind: KindPromise, Who: who, Data: d, Texts: texts}, err
}

// Amend drafts an amendment of the promise with this id. Version is the one that whoever amends has seen.
func Amend(who, promise string, version int64, terms Terms, reason locale.Wording, salt Salt) (ledger.Draft, error) {
	hash, texts, err := beside(FieldReason, reason, salt)
	return ledger.Draft{Kind: KindAmendment, Who: who, About: promise, Texts: texts,
		Data: Amendment{Version: version, Terms: terms, Reason: hash}}, err
}

// Withdraw drafts a withdrawal; the reason may be missing if a source published none.
func Withdraw(who, promise string, reason locale.Wording, salt Salt) (ledger.Draft, error) {
	hash, texts, err := beside(FieldReason, reason, salt)
	return ledger.Draft{Kind: KindWithdrawal, Who: who, About: promise, Texts: texts, Data: Withdrawal{Reason: hash}}, err
}

// ReportOn drafts a work report on the promise with this id. Day is the day the writer says; the note may be missing.
func ReportOn(who, promise, day string, r Report, note locale.Wording, salt Salt) (ledger.Draft, error) {
	hash, texts, err := beside(FieldNote, note, salt)
	r.Note = hash
	return ledger.Draft{Kind: KindReport, Who: who, About: promise, Day: day, Texts: texts, Data: r}, err
}

// SendBack drafts the sending back of the report with this id, which needs a reason.
func SendBack(who, report string, reason locale.Wording, salt Salt) (ledger.Draft, error) {
	hash, texts, err := beside(FieldReason, reason, salt)
	return ledger.Draft{Kind: KindSendingBack, Who: who, About: report, Texts: texts, Data: SendingBack{Reason: hash}}, err
}

// Translate drafts a later translation of words of the promise with this id. Version is the one that was translated.
func Translate(who, promise string, t Translation) ledger.Draft {
	return ledger.Draft{Kind: KindTranslation, Who: who, About: promise, Data: t}
}

// Pass drafts the passing of a report's note and pictures. Pictures that are neither passed nor refused are not shown either.
func Pass(who, report string, note bool, pictures []Passed, bodies []ledger.Picture, refused ...Refused) ledger.Draft {
	return ledger.Draft{Kind: KindPassing, Who: who, About: report, Pictures: bodies, Data: Passing{note, pictures, refused}}
}

// Pay drafts a movement of money on a day.
func Pay(who, promise, day string, p Payment) ledger.Draft {
	return ledger.Draft{Kind: KindPayment, Who: who, About: promise, Day: day, Data: p}
}

// TakeBack drafts the withdrawal of a movement of money.
func TakeBack(who, payment string) ledger.Draft {
	return ledger.Draft{Kind: KindPaymentWithdrawal, Who: who, About: payment, Data: PaymentWithdrawal{}}
}

func beside(field string, w locale.Wording, salt Salt) (*ledger.Hashed, []ledger.Text, error) {
	return besideUpTo(MaxText, field, w, salt)
}

func besideUpTo(most int, field string, w locale.Wording, salt Salt) (*ledger.Hashed, []ledger.Text, error) {
	if w.IsZero() {
		return nil, nil, nil
	}
	if err := w.CheckLong(most); err != nil {
		return nil, nil, &ledger.Refusal{Code: "wording.bad", Args: []any{"field", field}, Cause: err}
	}
	hash, texts := ledger.Hash(field, w.Original, w.In, salt)
	return hash, texts, nil
}
