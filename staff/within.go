package staff

import (
	"context"
	"encoding/hex"

	"kept/store"
)

// Within runs f in a transaction of the server's own database that no other writer of any process runs beside. What lies beside
// the desk, such as the devices of teams, is written in it.
func (d *Desk) Within(ctx context.Context, f func(*store.Tx) error) error { return d.write(ctx, f) }

// Look runs f in a transaction that only reads the server's own database.
func (d *Desk) Look(ctx context.Context, f func(*store.Tx) error) error { return d.db.Read(ctx, f) }

// Today is the day of what is kept at the desk, which is that of UTC.
func (d *Desk) Today() string { return d.day() }

// Mark is a name for an account in a programme that tells nothing about it: a phone knows by it whose work it holds.
func (d *Desk) Mark(programme, account string) string {
	return hex.EncodeToString(d.keyed("mark", programme, account)[:16])
}

// ActIn is Act inside a transaction of Within.
func (d *Desk) ActIn(tx *store.Tx, acts ...Act) error {
	for _, a := range acts {
		if a.Entry != "" && a.What != ActCards {
			var one int64
			there, err := tx.One([]any{&one}, "SELECT 1 FROM act WHERE entry = $1 AND what = $2 AND account = $3 AND programme = $4", a.Entry, a.What, a.Account, a.Programme)
			if err != nil {
				return err
			}
			if there {
				continue
			}
		}
		if err := d.act(tx, a); err != nil {
			return err
		}
	}
	return nil
}
