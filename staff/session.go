package staff

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"kept/store"
)

// Session is one sign-in that is not over.
type Session struct {
	ID        string // for lists and for ending it; useless for signing in
	Programme string // "" in the admin's office
	Account   Account
	Grant     Grant // as it is now, not as it was when the session began
	Since     time.Time
	Last      time.Time // written at most once an hour
}

// Signed is what somebody has who just signed in. Token goes into the cookie of the session, Device into one that stays for
// DeviceLasts, also after signing out.
type Signed struct {
	Token, Device string
	Session       Session
}

// How long sessions and known devices last, for cookies.
const (
	SessionLasts = 180 * 24 * time.Hour
	SessionIdle  = 30 * 24 * time.Hour
	DeviceLasts  = 365 * 24 * time.Hour
)

// lastWritten is how old the time of last use may be before it is written again.
const lastWritten = time.Hour

// SignIn signs in with a password, into a programme's office or with "" into the admin's. The device is what a former
// sign-in gave, or "". Refusals: staff.wrong, whatever is wrong; staff.wait with Seconds, if it is too soon after others.
func (d *Desk) SignIn(ctx context.Context, programme, name, password, device string) (s Signed, err error) {
	_, folded, unusable := tidyName(name)
	if unusable != nil {
		folded = "?" + strings.ToLower(name[:min(len(name), 4*NameLongest)]) // nobody has it; it is counted like another
	}
	var r record
	var l lane
	err = d.write(ctx, func(tx *store.Tx) error {
		if unusable == nil {
			found, err := records(tx, "folded = $1", folded)
			if err != nil {
				return err
			}
			if len(found) == 1 {
				r = found[0]
			}
		}
		if l, err = d.laneOf(tx, d.keyed("name", folded), r.ID, device); err != nil {
			return err
		}
		return d.admit(tx, l)
	})
	if err != nil {
		return s, err
	}
	right, err := d.matches(ctx, password, r.password)
	if err != nil {
		return s, err
	}
	_, granted := r.In(programme)
	if !right || r.Ended || !granted {
		return s, refuse("wrong")
	}
	err = d.write(ctx, func(tx *store.Tx) error {
		now, ok, err := recordOf(tx, r.ID)
		if err != nil {
			return err
		}
		if !ok || now.password != r.password { // changed while it was hashed
			return refuse("wrong")
		}
		if err := d.forgive(tx, l); err != nil {
			return err
		}
		s, err = d.enter(tx, now, programme, device)
		return err
	})
	if err != nil {
		s = Signed{}
	}
	return s, err
}

// enter begins a session of an account that has shown who it is, and makes the device known.
func (d *Desk) enter(tx *store.Tx, r record, programme, device string) (Signed, error) {
	grant, ok := r.In(programme)
	if !ok || r.Ended {
		return Signed{}, refuse("wrong")
	}
	now := d.second()
	if device != "" {
		// One browser has one token, though several accounts sign in there; but only one that came from here.
		var one int64
		ours, err := tx.One([]any{&one}, "SELECT 1 FROM familiar WHERE mark = $1 AND expires > $2", markOf(device), now)
		if err != nil {
			return Signed{}, err
		}
		if !ours {
			device = ""
		}
	}
	if device == "" {
		device = newToken()
	}
	token, id := newToken(), newID()
	failures, last, err := lane{device: markOf(device), account: r.ID}.count(tx, now)
	if err != nil {
		return Signed{}, err
	}
	if err := tx.Put(familiarTable, [][]any{{markOf(device), r.ID, failures, last, now + int64(DeviceLasts/time.Second)}}); err != nil {
		return Signed{}, err
	}
	if err := tx.Insert(signInTable, [][]any{{markOf(token), id, r.ID, programme, now, now}}); err != nil {
		return Signed{}, err
	}
	at := time.Unix(now, 0).UTC()
	return Signed{token, device, Session{id, programme, r.Account, grant, at, at}}, nil
}

// alive is the condition for a session that is not over, with the seconds since which it must have begun and been used.
const alive = "since > $1 AND last > $2"

func (d *Desk) alive() []any {
	now := d.now()
	return []any{now.Add(-SessionLasts).Unix(), now.Add(-SessionIdle).Unix()}
}

// Session finds the session of a token in a programme. There is none if it is over, the account has ended, or it has no
// grant there any more.
func (d *Desk) Session(ctx context.Context, programme, token string) (s Session, found bool, err error) {
	mark := markOf(token)
	var since, last int64
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		var stored []byte
		var account string
		there, err := tx.One([]any{&stored, &s.ID, &account, &s.Programme, &since, &last},
			"SELECT mark, id, account, programme, since, last FROM sign_in WHERE "+alive+" AND mark = $3", append(d.alive(), mark)...)
		if err != nil || !there || subtle.ConstantTimeCompare(stored, mark) != 1 || s.Programme != programme {
			return err
		}
		r, there, err := recordOf(tx, account)
		if err != nil || !there || r.Ended {
			return err
		}
		s.Account = r.Account
		s.Grant, found = r.In(programme)
		return nil
	})
	if err != nil || !found {
		return Session{}, false, err
	}
	s.Since, s.Last = time.Unix(since, 0).UTC(), time.Unix(last, 0).UTC()
	if now := d.second(); now-last >= int64(lastWritten/time.Second) {
		err = d.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE sign_in SET last = $2 WHERE mark = $1 AND last < $2", mark, now)
			return err
		})
		s.Last = time.Unix(now, 0).UTC()
	}
	return s, err == nil, err
}

// Sessions are those of an account everywhere, the last used first.
func (d *Desk) Sessions(ctx context.Context, account string) (out []Session, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		r, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		var s Session
		var since, last int64
		return tx.Each([]any{&s.ID, &s.Programme, &since, &last}, func() error {
			s.Account = r.Account
			s.Since, s.Last = time.Unix(since, 0).UTC(), time.Unix(last, 0).UTC()
			var granted bool
			if s.Grant, granted = r.In(s.Programme); granted {
				out = append(out, s)
			}
			return nil
		}, "SELECT id, programme, since, last FROM sign_in WHERE "+alive+" AND account = $3 ORDER BY last DESC, since DESC, id", append(d.alive(), account)...)
	})
	return out, err
}

// SignOut ends a session. The device stays known.
func (d *Desk) SignOut(ctx context.Context, s Session) error {
	return d.EndSession(ctx, s.Account.ID, s.ID)
}

// EndSession ends a session of an account by its id. One that is over is no mistake; another account's is not touched.
func (d *Desk) EndSession(ctx context.Context, account, session string) error {
	if !isID(account) || !isID(session) {
		return nil
	}
	return d.write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM sign_in WHERE id = $1 AND account = $2", session, account)
		return err
	})
}

// EndOthers ends all sessions of the account but this one, and forgets all known devices but the given one ("" for all).
func (d *Desk) EndOthers(ctx context.Context, s Session, device string) error {
	return d.write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("DELETE FROM sign_in WHERE account = $1 AND id <> $2", s.Account.ID, s.ID); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM familiar WHERE account = $1 AND mark <> $2", s.Account.ID, markOf(device))
		return err
	})
}

// ChangePassword sets a new password, or the first of an account that has none (then old is ignored). It ends no session:
// EndOthers does. A reset link that is open is void. Refusals: staff.wrong and staff.wait for the old one, the
// staff.password ones for the new.
func (d *Desk) ChangePassword(ctx context.Context, account, old, new string) error {
	var r record
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		r, err = mustBe(tx, account)
		return err
	})
	if err != nil {
		return err
	}
	if new, err = tidyPassword(new, r.Name); err != nil {
		return err
	}
	l := lane{subject: d.keyed("change", account)}
	if r.HasPassword {
		if err := d.write(ctx, func(tx *store.Tx) error { return d.admit(tx, l) }); err != nil {
			return err
		}
		right, err := d.matches(ctx, old, r.password)
		if err != nil {
			return err
		}
		if !right {
			return refuse("wrong")
		}
	}
	hash, err := d.hash(ctx, new)
	if err != nil {
		return err
	}
	return d.write(ctx, func(tx *store.Tx) error {
		now, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		if now.password != r.password || now.Ended { // changed while it was hashed
			return refuse("wrong")
		}
		if err := d.forgive(tx, l); err != nil {
			return err
		}
		if err := dropResets(tx, account); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE account SET password = $2 WHERE id = $1", account, hash); err != nil {
			return err
		}
		return d.act(tx, Act{Account: account, What: ActPassword, About: account})
	})
}
