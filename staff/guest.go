package staff

import (
	"context"

	"kept/store"
)

// AcceptHashed is Accept for an example, whose password everybody knows: its hash was made before, since making it takes a while
// and an example is made anew each time. Refusals: those of Accept that are about the link and the name.
func (d *Desk) AcceptHashed(ctx context.Context, token, name, hash string) (Account, error) {
	_, name, err := d.acceptable(ctx, token, name)
	if err != nil {
		return Account{}, err
	}
	return d.accept(ctx, token, newID(), name, hash, nil)
}

// Enter signs in to an account without any proof of who it is. It is for whoever has just used the account's link, and for
// examples, where anybody may look at what each role sees. It is refused as staff.wrong where the account has no grant.
func (d *Desk) Enter(ctx context.Context, programme, account string) (s Signed, err error) {
	err = d.write(ctx, func(tx *store.Tx) error {
		r, ok, err := recordOf(tx, account)
		if err != nil {
			return err
		}
		if !ok {
			return refuse("wrong")
		}
		s, err = d.enter(tx, r, programme, "")
		return err
	})
	if err != nil {
		s = Signed{}
	}
	return s, err
}
