package staff

import (
	"context"

	"kept/store"
)

// SetGrants replaces what an account may be. Its sessions in programmes where it is nothing any more end. Refusals:
// staff.grant (a grant that makes no sense), staff.last-admin, staff.no-account, staff.by-ended.
func (d *Desk) SetGrants(ctx context.Context, by Account, account string, grants []Grant) error {
	grants, err := tidyGrants(grants)
	if err != nil {
		return err
	}
	return d.administer(ctx, by, ActGranted, account, func(tx *store.Tx) error {
		if err := putGrants(tx, account, grants); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM sign_in WHERE account = $1
			AND programme NOT IN (SELECT programme FROM account_grant WHERE account = $1)`, account)
		return err
	})
}

// EndAccount ends an account: it cannot sign in, its sessions are over, links to reset it are void. Refusals:
// staff.last-admin, staff.no-account, staff.by-ended.
func (d *Desk) EndAccount(ctx context.Context, by Account, account string) error {
	return d.administer(ctx, by, ActEnded, account, func(tx *store.Tx) error {
		for _, statement := range []string{
			"UPDATE account SET ended = 1 WHERE id = $1",
			"DELETE FROM sign_in WHERE account = $1",
			"DELETE FROM invitation WHERE account = $1",
			"DELETE FROM ceremony WHERE account = $1",
			"DELETE FROM seen WHERE account = $1",
		} {
			if _, err := tx.Exec(statement, account); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reopen undoes EndAccount. The account signs in as it did before. Refusals: staff.no-account, staff.by-ended.
func (d *Desk) Reopen(ctx context.Context, by Account, account string) error {
	return d.administer(ctx, by, ActReopened, account, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE account SET ended = 0 WHERE id = $1", account)
		return err
	})
}

// administer does something to an account, writes down who did it, and refuses it if it left no admin who can sign in.
func (d *Desk) administer(ctx context.Context, by Account, what, account string, do func(*store.Tx) error) error {
	return d.write(ctx, func(tx *store.Tx) error {
		if err := mayAct(tx, by); err != nil {
			return err
		}
		if _, err := mustBe(tx, account); err != nil {
			return err
		}
		err := keepAdmin(tx, func() error { return do(tx) })
		if err != nil {
			return err
		}
		return d.act(tx, Act{Account: by.ID, What: what, About: account})
	})
}

// mayAct refuses an account that was ended since its request began. No id stands for the operator.
func mayAct(tx *store.Tx, by Account) error {
	if by.ID == "" {
		return nil
	}
	r, ok, err := recordOf(tx, by.ID)
	if err == nil && (!ok || r.Ended) {
		err = refuse("by-ended")
	}
	return err
}

// keepAdmin refuses what takes away the last admin who can sign in.
func keepAdmin(tx *store.Tx, do func() error) error {
	before, err := admins(tx)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	after, err := admins(tx)
	if err == nil && before > 0 && after == 0 {
		err = refuse("last-admin")
	}
	return err
}

// admins counts the admins who can sign in.
func admins(tx *store.Tx) (n int64, err error) {
	_, err = tx.One([]any{&n}, `SELECT count(*) FROM account_grant AS g JOIN account AS a ON a.id = g.account
		WHERE g.programme = '' AND a.ended = 0 AND (a.password <> '' OR EXISTS (SELECT 1 FROM passkey AS p WHERE p.account = a.id))`)
	return n, err
}
