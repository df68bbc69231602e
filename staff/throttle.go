package staff

import (
	"time"

	"kept/store"
)

// The steps of slowing: so many failures are free, then the pause doubles from one second to the longest. Whatever was
// quiet for forgotten begins anew.
const (
	freeFailures = 5
	longestPause = time.Minute
	forgotten    = time.Hour
)

// pause is how long after the last of so many failures the next attempt must lie.
func pause(failures int64) time.Duration {
	if failures < freeFailures {
		return 0
	}
	return min(time.Second<<min(failures-freeFailures, 30), longestPause)
}

// lane is the counter that an attempt belongs to: that of a known device and an account, or else that of a subject.
type lane struct {
	device  []byte // mark of the token
	account string
	subject []byte
}

// laneOf finds the counter for an attempt at an account, "" if there is none, under a subject, which is the same whether or
// not there is an account.
func (d *Desk) laneOf(tx *store.Tx, subject []byte, account, device string) (lane, error) {
	if account == "" || device == "" {
		return lane{subject: subject}, nil
	}
	var one int64
	known, err := tx.One([]any{&one}, "SELECT 1 FROM familiar WHERE mark = $1 AND account = $2 AND expires > $3", markOf(device), account, d.second())
	if err != nil || !known {
		return lane{subject: subject}, err
	}
	return lane{device: markOf(device), account: account}, nil
}

func (l lane) known() bool { return l.account != "" }

// where is the row of the counter.
func (l lane) where() (table, condition string, args []any) {
	if l.known() {
		return "familiar", "mark = $1 AND account = $2", []any{l.device, l.account}
	}
	return "throttle", "subject = $1", []any{l.subject}
}

// count reads the counter.
func (l lane) count(tx *store.Tx, now int64) (failures, last int64, err error) {
	table, where, args := l.where()
	_, err = tx.One([]any{&failures, &last}, "SELECT failures, last FROM "+table+" WHERE "+where, args...)
	if err == nil && now-last >= int64(forgotten/time.Second) {
		failures, last = 0, 0
	}
	return failures, last, err
}

func (l lane) set(tx *store.Tx, failures, last int64) error {
	if !l.known() {
		return tx.Put(throttleTable, [][]any{{l.subject, failures, last}})
	}
	_, err := tx.Exec("UPDATE familiar SET failures = $3, last = $4 WHERE mark = $1 AND account = $2", l.device, l.account, failures, last)
	return err
}

// admit lets an attempt through to the hashing, or says how long to wait. It is counted as a failure already, so that many
// at once are not let through together; forgive takes that back.
func (d *Desk) admit(tx *store.Tx, l lane) error {
	now := d.second()
	if _, err := tx.Exec("DELETE FROM throttle WHERE last <= $1", now-int64(forgotten/time.Second)); err != nil {
		return err
	}
	failures, last, err := l.count(tx, now)
	if err != nil {
		return err
	}
	// A clock that was set back does not make anybody wait longer.
	if wait := int64(pause(failures)/time.Second) - max(now-last, 0); wait > 0 {
		return refuse("wait", "Seconds", wait)
	}
	return l.set(tx, failures+1, now)
}

// forgive takes back the failure that admit counted. The owner of a known device begins anew on it; strangers do not,
// though one of them had the password, since the others are still there.
func (d *Desk) forgive(tx *store.Tx, l lane) error {
	if l.known() {
		return l.set(tx, 0, 0)
	}
	failures, last, err := l.count(tx, d.second())
	if err != nil || failures == 0 {
		return err
	}
	return l.set(tx, failures-1, last)
}
