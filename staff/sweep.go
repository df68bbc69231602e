package staff

import (
	"context"
	"time"

	"kept/store"
)

// ActsKept is how many years acts are kept, and DraftsKept how many a draft that nobody touches is.
const (
	ActsKept   = 2
	DraftsKept = 1
)

// Sweep deletes what is too old: acts after two years, drafts after a year untouched, sessions, links, ceremonies and
// known devices that are over, and counters of an hour ago.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.now().UTC()
	return d.write(ctx, func(tx *store.Tx) error {
		for _, old := range []struct {
			statement string
			args      []any
		}{
			{"DELETE FROM act WHERE minute < $1", []any{now.AddDate(-ActsKept, 0, 0).Unix() / 60}},
			{"DELETE FROM draft WHERE changed < $1", []any{now.AddDate(-DraftsKept, 0, 0).Format(time.DateOnly)}},
			{"DELETE FROM sign_in WHERE NOT (" + alive + ")", d.alive()},
			{"DELETE FROM invitation WHERE expires <= $1", []any{now.Unix()}},
			{"DELETE FROM ceremony WHERE expires <= $1", []any{now.Unix()}},
			{"DELETE FROM familiar WHERE expires <= $1", []any{now.Unix()}},
			{"DELETE FROM throttle WHERE last <= $1", []any{now.Add(-forgotten).Unix()}},
		} {
			if _, err := tx.Exec(old.statement, old.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
