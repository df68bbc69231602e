package promise

import (
	"strings"

	"kept/store"
)

// TextsPublic says which texts beside the book may be shown to everybody, of the entries from one place up to before
// another: reasons and descriptions always, a note once a second organisation has passed it (the safeguard S11), and
// nothing else. An erased text has no words to show, whatever this says.
func TextsPublic(tx *store.Tx, from, to int64) (func(entry int64, field string) bool, error) {
	passed := map[int64]bool{}
	var seq int64
	err := tx.Each([]any{&seq}, func() error { passed[seq] = true; return nil },
		"SELECT seq FROM report WHERE seq >= $1 AND seq < $2 AND note_shown = 1", from, to)
	return func(entry int64, field string) bool {
		name, _, _ := strings.Cut(field, "/")
		switch name {
		case FieldReason, FieldDescription:
			return true
		case FieldNote:
			return passed[entry]
		}
		return false
	}, err
}
