package web

import (
	"errors"

	"kept/locale"
)

// besideFields says beside which field of a form a refusal of the desk is shown; others are about the whole form.
var besideFields = map[string]string{
	"staff.name": "name", "staff.name-taken": "name", "staff.label": "label",
	"staff.password-short": "password", "staff.password-long": "password", "staff.password-letters": "password",
	"staff.password-name": "password", "staff.password-common": "password",
}

// refusedByDesk notes what the desk refuses beside its field, or that of a form where another field is meant. What is no refusal is
// handed back.
func (v *visit) refusedByDesk(err error, where map[string]string) error {
	var words *locale.Error
	if !errors.As(err, &words) {
		return err
	}
	field, ok := where[words.Code]
	if !ok {
		field = besideFields[words.Code]
	}
	v.form.say(field, v.p.T(words.Code, words.Args...))
	return nil
}

// typedTwice says whether a new password was typed the same way twice.
func (v *visit) typedTwice() bool {
	if v.form.values.Get("password") == v.form.values.Get("again") {
		return true
	}
	v.form.say("again", v.p.T("own.not-again"))
	return false
}

// refusedAs says whether an error is the refusal with this code.
func refusedAs(err error, code string) bool {
	var words *locale.Error
	return errors.As(err, &words) && words.Code == code
}
