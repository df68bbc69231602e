package staff

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"kept/store"
)

// Kind is what a link is for.
type Kind string

// The kinds of links.
const (
	KindFirst  Kind = "first"  // makes the first admin
	KindInvite Kind = "invite" // makes an account
	KindReset  Kind = "reset"  // sets a new password or passkey on an account
)

// How long links work.
const (
	InvitationLasts = 14 * 24 * time.Hour
	ResetLasts      = 2 * 24 * time.Hour
)

// Invitation is an open link, without its token.
type Invitation struct {
	ID      string
	Kind    Kind
	Grants  []Grant // of the account it makes
	Account string  // id of the account of a reset
	Name    string  // its name
	Expires time.Time
}

// First makes the link of the first admin while there is no admin, and takes back the one before. Once there is an admin it
// returns "". It works for 14 days.
func (d *Desk) First(ctx context.Context) (token string, err error) {
	err = d.write(ctx, func(tx *store.Tx) error {
		token = ""
		if made, err := hasAdmin(tx); err != nil || made {
			return err
		}
		if _, err := tx.Exec("DELETE FROM invitation WHERE kind = $1", string(KindFirst)); err != nil {
			return err
		}
		token = newToken()
		_, err := d.link(tx, token, KindFirst, []Grant{{Role: Admin}}, "", InvitationLasts)
		return err
	})
	if err != nil {
		token = ""
	}
	return token, err
}

// hasAdmin says whether there is an admin, be it one who has no way to sign in at the moment.
func hasAdmin(tx *store.Tx) (bool, error) {
	var one int64
	return tx.One([]any{&one}, "SELECT 1 FROM account_grant AS g JOIN account AS a ON a.id = g.account WHERE g.programme = '' AND a.ended = 0")
}

// Invite makes a link with which one person makes an account that has these grants, once, within 14 days. Refusals:
// staff.grant, staff.by-ended. An Account whose ID is "" stands for the operator at the command line.
func (d *Desk) Invite(ctx context.Context, by Account, grants []Grant) (token string, err error) {
	if grants, err = tidyGrants(grants); err != nil {
		return "", err
	}
	if len(grants) == 0 {
		return "", refuse("grant")
	}
	token = newToken()
	err = d.write(ctx, func(tx *store.Tx) error {
		if err := mayAct(tx, by); err != nil {
			return err
		}
		id, err := d.link(tx, token, KindInvite, grants, "", InvitationLasts)
		if err != nil {
			return err
		}
		return d.act(tx, Act{Account: by.ID, What: ActInvited, About: id})
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// Reset makes a link with which the owner of an account sets a new password or passkey, once, within 2 days. It takes back
// an earlier one. Using it replaces all the account's former passwords and passkeys. Refusals: staff.no-account,
// staff.ended, staff.by-ended.
func (d *Desk) Reset(ctx context.Context, by Account, account string) (token string, err error) {
	token = newToken()
	err = d.administer(ctx, by, ActReset, account, func(tx *store.Tx) error {
		r, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		if r.Ended {
			return refuse("ended")
		}
		if err := dropResets(tx, account); err != nil {
			return err
		}
		_, err = d.link(tx, token, KindReset, nil, account, ResetLasts)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

func dropResets(tx *store.Tx, account string) error {
	_, err := tx.Exec("DELETE FROM invitation WHERE account = $1 AND kind = $2", account, string(KindReset))
	return err
}

// link writes down an open link.
func (d *Desk) link(tx *store.Tx, token string, kind Kind, grants []Grant, account string, lasts time.Duration) (id string, err error) {
	list, err := json.Marshal(append([]Grant{}, grants...))
	if err != nil {
		return "", err
	}
	id = newID()
	return id, tx.Insert(invitationTable, [][]any{{id, markOf(token), string(kind), string(list), account, d.now().Add(lasts).Unix()}})
}

// links reads open links. The condition is on columns of i, and its arguments begin with the second.
func (d *Desk) links(tx *store.Tx, where string, args ...any) ([]Invitation, [][]byte, error) {
	var i Invitation
	var mark []byte
	var grants string
	var expires int64
	var out []Invitation
	var of [][]byte
	err := tx.Each([]any{&i.ID, &mark, &i.Kind, &grants, &i.Account, &i.Name, &expires}, func() error {
		i.Grants = nil
		if err := json.Unmarshal([]byte(grants), &i.Grants); err != nil {
			return err
		}
		i.Expires = time.Unix(expires, 0).UTC()
		out, of = append(out, i), append(of, mark)
		return nil
	}, `SELECT i.id, i.mark, i.kind, i.grants, i.account, COALESCE((SELECT name FROM account WHERE account.id = i.account), ''), i.expires
		FROM invitation AS i WHERE i.expires > $1 AND `+where+" ORDER BY i.expires, i.id", append([]any{d.second()}, args...)...)
	return out, of, err
}

// open finds the link of a token. The letters of a link that was typed from paper may be large.
func (d *Desk) open(tx *store.Tx, token string) (Invitation, error) {
	mark := markOf(strings.ToLower(strings.TrimSpace(token)))
	found, of, err := d.links(tx, "i.mark = $2", mark)
	if err != nil {
		return Invitation{}, err
	}
	if len(found) != 1 || subtle.ConstantTimeCompare(of[0], mark) != 1 {
		return Invitation{}, refuse("link")
	}
	return found[0], nil
}

// Invitation says what a link is for. A link that is unknown, used or expired is refused as staff.link.
func (d *Desk) Invitation(ctx context.Context, token string) (i Invitation, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		i, err = d.open(tx, token)
		return err
	})
	return i, err
}

// Invitations are the open links of the kinds invite and reset, the one that expires first before the others.
func (d *Desk) Invitations(ctx context.Context) (out []Invitation, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		out, _, err = d.links(tx, "i.kind <> $2", string(KindFirst))
		return err
	})
	return out, err
}

// Recall takes an open link back. Refusals: staff.link if it is not open any more, staff.by-ended.
func (d *Desk) Recall(ctx context.Context, by Account, invitation string) error {
	if !isID(invitation) {
		return refuse("link")
	}
	return d.write(ctx, func(tx *store.Tx) error {
		if err := mayAct(tx, by); err != nil {
			return err
		}
		n, err := tx.Exec("DELETE FROM invitation WHERE id = $1 AND kind <> $2 AND expires > $3", invitation, string(KindFirst), d.second())
		if err != nil {
			return err
		}
		if n == 0 {
			return refuse("link")
		}
		return d.act(tx, Act{Account: by.ID, What: ActRecalled, About: invitation})
	})
}

// Accept uses a link with a password. The name is that of the new account, and ignored on a reset. Refusals: staff.link,
// staff.name, staff.name-taken, staff.password-short, staff.password-long, staff.password-name, staff.password-common,
// staff.password-letters. A link that was refused for the name or the password still works.
func (d *Desk) Accept(ctx context.Context, token, name, password string) (a Account, err error) {
	_, name, err = d.acceptable(ctx, token, name)
	if err != nil {
		return a, err
	}
	if password, err = tidyPassword(password, name); err != nil {
		return a, err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return a, err
	}
	return d.accept(ctx, token, newID(), name, hash, nil)
}

// acceptable says what a link is for, and the name of its account, if that may be.
func (d *Desk) acceptable(ctx context.Context, token, name string) (i Invitation, tidy string, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		if i, err = d.open(tx, token); err != nil {
			return err
		}
		if i.Kind == KindReset {
			tidy = i.Name
			return nil
		}
		var folded string
		if tidy, folded, err = tidyName(name); err != nil {
			return err
		}
		var one int64
		taken, err := tx.One([]any{&one}, "SELECT 1 FROM account WHERE folded = $1", folded)
		if err == nil && taken {
			err = refuse("name-taken")
		}
		return err
	})
	return i, tidy, err
}

// accept uses a link up: it makes the account with that id, or resets the link's. Then it has the password or the passkey.
func (d *Desk) accept(ctx context.Context, token, id, name, hash string, key *passkey) (a Account, err error) {
	err = d.write(ctx, func(tx *store.Tx) error {
		i, err := d.open(tx, token)
		if err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM invitation WHERE id = $1", i.ID); err != nil {
			return err
		}
		act := Act{Account: id, What: ActJoined, About: i.ID}
		if i.Kind == KindReset {
			id = i.Account
			act = Act{Account: id, What: ActRenewed, About: id}
			err = d.renew(tx, id, hash)
		} else {
			err = d.join(tx, i, id, name, hash)
		}
		if err == nil && key != nil {
			err = d.addPasskey(tx, id, key)
		}
		if err == nil {
			err = d.act(tx, act)
		}
		if err != nil {
			return err
		}
		r, err := mustBe(tx, id)
		a = r.Account
		return err
	})
	if err != nil {
		a = Account{}
	}
	return a, err
}

// join makes the account that a link is for.
func (d *Desk) join(tx *store.Tx, i Invitation, id, name, hash string) error {
	if i.Kind == KindFirst {
		if made, err := hasAdmin(tx); err != nil {
			return err
		} else if made {
			return refuse("link")
		}
	}
	name, folded, err := tidyName(name)
	if err != nil {
		return err
	}
	err = tx.Insert(accountTable, [][]any{{id, name, folded, hash, d.day(), int64(0)}})
	if errors.Is(err, store.ErrExists) {
		return refuse("name-taken")
	}
	if err != nil {
		return err
	}
	return putGrants(tx, id, i.Grants)
}

// renew replaces all ways to sign in to an account: whoever had one of them may be why it is reset.
func (d *Desk) renew(tx *store.Tx, account, hash string) error {
	if _, err := tx.Exec("UPDATE account SET password = $2 WHERE id = $1", account, hash); err != nil {
		return err
	}
	for _, statement := range []string{
		"DELETE FROM passkey WHERE account = $1",
		"DELETE FROM sign_in WHERE account = $1",
		"DELETE FROM familiar WHERE account = $1",
	} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
