package staff

import (
	"context"
	"encoding/hex"
	"slices"

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

// ActIn is Act inside a transaction of Within. However many acts there are, they cost three statements: a phone brings fifty at once.
func (d *Desk) ActIn(tx *store.Tx, acts ...Act) error {
	once := func(a Act) (Act, bool) {
		return Act{Entry: a.Entry, What: a.What, Account: a.Account, Programme: a.Programme}, a.Entry != "" && a.What != ActCards
	}
	var entries [][]any
	asked := map[string]bool{}
	for _, a := range acts {
		if _, ok := once(a); ok && !asked[a.Entry] {
			asked[a.Entry] = true
			entries = append(entries, []any{a.Entry})
		}
	}
	there, err := tx.Load(actsOfEntries, entries)
	if err != nil {
		return err
	}
	written := map[Act]bool{}
	for _, row := range there {
		written[Act{Entry: row[0].(string), What: row[1].(string), Account: row[2].(string), Programme: row[3].(string)}] = true
	}
	return d.act(tx, slices.DeleteFunc(slices.Clone(acts), func(a Act) bool {
		key, ok := once(a)
		if !ok {
			return false
		}
		again := written[key]
		written[key] = true
		return again
	})...)
}
