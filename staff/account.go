package staff

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"kept/store"
)

// Role is what an account may be somewhere. What a role allows is not known here.
type Role string

// The roles.
const (
	Admin    Role = "admin"    // of the server: accounts, programmes, backups; no content
	Office   Role = "office"   // of a programme's office: plans, perhaps for some places only
	Team     Role = "team"     // of a team: reports
	Reviewer Role = "reviewer" // of another organisation: passes notes and pictures
)

// Roles are all of them, the widest first.
var Roles = []Role{Admin, Office, Team, Reviewer}

// Grant is a role in one programme, in the name of an office or a team. Admin has neither: Programme and Who are "".
type Grant struct {
	Programme string   `json:"programme"`
	Role      Role     `json:"role"`
	Who       string   `json:"who"`              // "org:CODE" for office and reviewer, "team:CODE" for team
	Places    []string `json:"places,omitempty"` // codes, of office only; with everything in them. None: everywhere
}

// Account is one person's way in.
type Account struct {
	ID          string
	Name        string
	Grants      []Grant // by programme; at most one for each
	Ended       bool
	HasPassword bool
	Passkeys    int
	Created     string // day
}

// In is the account's grant in a programme; with "" its grant as admin.
func (a Account) In(programme string) (Grant, bool) {
	for _, g := range a.Grants {
		if g.Programme == programme {
			return g, true
		}
	}
	return Grant{}, false
}

// IsAdmin says whether the account is an admin's.
func (a Account) IsAdmin() bool {
	_, ok := a.In("")
	return ok
}

// record is an account with what does not leave this room.
type record struct {
	Account
	password string // hash, or ""
}

// records reads accounts. The condition is on columns of account.
func records(tx *store.Tx, where string, args ...any) ([]record, error) {
	var r record
	var ended, keys int64
	var out []record
	err := tx.Each([]any{&r.ID, &r.Name, &r.password, &r.Created, &ended, &keys}, func() error {
		r.Ended, r.HasPassword, r.Passkeys = ended != 0, r.password != "", int(keys)
		out = append(out, r)
		return nil
	}, `SELECT id, name, password, created, ended, (SELECT count(*) FROM passkey WHERE passkey.account = account.id)
		FROM account WHERE `+where+" ORDER BY folded", args...)
	if err != nil {
		return nil, err
	}
	of := map[string][]Grant{}
	var id, places string
	var g Grant
	err = tx.Each([]any{&id, &g.Programme, &g.Role, &g.Who, &places}, func() error {
		g.Places = nil
		if err := json.Unmarshal([]byte(places), &g.Places); err != nil {
			return err
		}
		if len(g.Places) == 0 {
			g.Places = nil
		}
		of[id] = append(of[id], g)
		return nil
	}, `SELECT account, programme, role, who, places FROM account_grant
		WHERE account IN (SELECT id FROM account WHERE `+where+") ORDER BY programme", args...)
	for i := range out {
		out[i].Grants = of[out[i].ID]
	}
	return out, err
}

// recordOf reads one account by its id; there may be none.
func recordOf(tx *store.Tx, id string) (record, bool, error) {
	if !isID(id) {
		return record{}, false, nil
	}
	found, err := records(tx, "id = $1", id)
	if err != nil || len(found) == 0 {
		return record{}, false, err
	}
	return found[0], true, nil
}

// mustBe reads one account that has to be there.
func mustBe(tx *store.Tx, id string) (record, error) {
	r, ok, err := recordOf(tx, id)
	if err == nil && !ok {
		err = refuse("no-account")
	}
	return r, err
}

// Accounts are all accounts, ended ones too, by name.
func (d *Desk) Accounts(ctx context.Context) (out []Account, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		found, err := records(tx, "id <> ''")
		for _, r := range found {
			out = append(out, r.Account)
		}
		return err
	})
	return out, err
}

// Account finds one by its id. An unknown id is refused as staff.no-account.
func (d *Desk) Account(ctx context.Context, id string) (a Account, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		r, err := mustBe(tx, id)
		a = r.Account
		return err
	})
	return a, err
}

// The most places that a grant is limited to, and the longest code.
const (
	mostPlaces  = 1000
	longestCode = 100
)

// tidyGrants checks grants and returns them in order.
func tidyGrants(grants []Grant) ([]Grant, error) {
	grants = slices.Clone(grants)
	slices.SortFunc(grants, func(a, b Grant) int { return cmp.Compare(a.Programme, b.Programme) })
	for i, g := range grants {
		if i > 0 && g.Programme == grants[i-1].Programme {
			return nil, refuse("grant")
		}
		for _, p := range g.Places {
			if !isCode(p) {
				return nil, refuse("grant")
			}
		}
		kind, code, _ := strings.Cut(g.Who, ":")
		good := false
		switch g.Role {
		case Admin:
			good = g.Programme == "" && g.Who == "" && len(g.Places) == 0
		case Office:
			good = kind == "org" && isCode(code) && len(g.Places) <= mostPlaces
		case Reviewer:
			good = kind == "org" && isCode(code) && len(g.Places) == 0
		case Team:
			good = kind == "team" && isCode(code) && len(g.Places) == 0
		}
		if g.Role != Admin && store.CheckName(g.Programme) != nil {
			good = false
		}
		if !good {
			return nil, refuse("grant")
		}
	}
	return grants, nil
}

// isCode says whether a text can be the code of something in a book. Whether there is such a thing the caller knows.
func isCode(s string) bool {
	return s != "" && len(s) <= longestCode && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xfffd })
}

// putGrants replaces the grants of an account.
func putGrants(tx *store.Tx, account string, grants []Grant) error {
	if _, err := tx.Exec("DELETE FROM account_grant WHERE account = $1", account); err != nil {
		return err
	}
	rows := make([][]any, len(grants))
	for i, g := range grants {
		places, err := json.Marshal(append([]string{}, g.Places...))
		if err != nil {
			return err
		}
		rows[i] = []any{account, g.Programme, string(g.Role), g.Who, string(places)}
	}
	return tx.Insert(grantTable, rows)
}
