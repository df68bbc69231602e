package staff

import (
	"context"

	"kept/store"
)

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
