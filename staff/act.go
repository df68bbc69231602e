package staff

import (
	"context"
	"time"

	"kept/store"
)

// Act is which account did something. It is written before an entry is appended, so there may be an act whose entry is in no
// book; there is no entry by staff without its act.
type Act struct {
	N         int64     // place in the list
	At        time.Time // to the minute
	Account   string    // id; "" for the operator at the command line
	Programme string    // "" for what concerns accounts
	What      string    // a kind of entry, or one of Whats
	Entry     string    // id of the entry, or ""
	About     string    // the account or invitation that it was done to, or ""
}

// What is done to accounts, and what an admin does besides, as Act.What says it.
const (
	ActInvited  = "account.invited"  // About an invitation
	ActRecalled = "account.recalled" // About an invitation
	ActJoined   = "account.joined"   // About the invitation
	ActReset    = "account.reset"    // a reset link was made; About an account
	ActRenewed  = "account.renewed"  // a reset link was used; About the account
	ActGranted  = "account.granted"
	ActEnded    = "account.ended"
	ActReopened = "account.reopened"
	ActPassword = "account.password" // its own password was changed
	ActPasskey  = "account.passkey"  // a passkey was added
	ActNoKey    = "account.no-key"   // a passkey was removed
	ActBackup   = "backup"           // a backup was made; of the accounts if there is no programme
	ActCards    = "cards"            // cards of a round were made, or were about to be; Entry is that of the round
)

// Whats are all of them.
var Whats = []string{ActInvited, ActRecalled, ActJoined, ActReset, ActRenewed, ActGranted, ActEnded, ActReopened, ActPassword, ActPasskey, ActNoKey, ActBackup, ActCards}

// Everywhere asks Acts for those of all programmes and of accounts.
const Everywhere = "*"

// Act writes down who does something, or several things in one go. N and At are set here. The same act of the same entry is
// written once; cards can be made again.
func (d *Desk) Act(ctx context.Context, acts ...Act) error {
	return d.write(ctx, func(tx *store.Tx) error { return d.ActIn(tx, acts...) })
}

// act writes acts behind those that are there.
func (d *Desk) act(tx *store.Tx, acts ...Act) error {
	if len(acts) == 0 {
		return nil
	}
	var n int64
	if _, err := tx.One([]any{&n}, "SELECT COALESCE(max(n), 0) FROM act"); err != nil {
		return err
	}
	var rows [][]any
	for _, a := range acts {
		n++
		rows = append(rows, []any{n, d.second() / 60, a.Account, a.Programme, a.What, a.Entry, a.About})
	}
	return tx.Insert(actTable, rows)
}

// Acts are those in a programme, or "" about accounts, or Everywhere: the latest first, those before number before (0: from
// the latest), at most so many.
func (d *Desk) Acts(ctx context.Context, programme string, before int64, most int) (out []Act, err error) {
	query := "SELECT n, minute, account, programme, what, entry, about FROM act WHERE ($1 = 0 OR n < $1)"
	args := []any{before, most}
	if programme != Everywhere {
		query += " AND programme = $3"
		args = append(args, programme)
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		var a Act
		var minute int64
		return tx.Each([]any{&a.N, &minute, &a.Account, &a.Programme, &a.What, &a.Entry, &a.About}, func() error {
			a.At = time.Unix(minute*60, 0).UTC()
			out = append(out, a)
			return nil
		}, query+" ORDER BY n DESC LIMIT $2", args...)
	})
	return out, err
}
