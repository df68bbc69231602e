package demo

import (
	"context"
	"slices"

	"kept/staff"
)

// Password is that of every account of the sample. Everybody can read it here; it opens nothing but the sample.
const Password = "clear valley, not a secret"

// hashed is the hash of Password, so that nobody waits for it to be made (TestStaff).
const hashed = "$argon2id$v=19$m=19456,t=2,p=1$Ws9ld75uzPAPBsqCUUSygQ$d5E5c8WiRis2xuktF+X6q//KWSJxhEEYC0MY5IThARU"

// accounts are those of the sample, one for each role. They are named for what they are, since nobody is behind them.
var accounts = []struct {
	name  string
	grant staff.Grant
}{
	{"admin", staff.Grant{Role: staff.Admin}},
	{"office", staff.Grant{Programme: Name, Role: staff.Office, Who: "org:" + stoneBridge}},
	{"team", staff.Grant{Programme: Name, Role: staff.Team, Who: "team:" + waterTeam}},
	{"reviewer", staff.Grant{Programme: Name, Role: staff.Reviewer, Who: "org:" + farmersAssociation}},
}

// Staff makes the accounts of the sample, where they are not there yet, and returns them in the order of the roles.
func Staff(ctx context.Context, desk *staff.Desk) ([]staff.Account, error) {
	known, err := desk.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var out []staff.Account
	for _, a := range accounts {
		i := slices.IndexFunc(known, func(k staff.Account) bool { return k.Name == a.name })
		if i >= 0 {
			out = append(out, known[i])
			continue
		}
		link, err := desk.Invite(ctx, staff.Account{}, []staff.Grant{a.grant})
		if err != nil {
			return nil, err
		}
		made, err := desk.AcceptHashed(ctx, link, a.name, hashed)
		if err != nil {
			return nil, err
		}
		out = append(out, made)
	}
	return out, nil
}
