package staff

import (
	"embed"

	"kept/store"
)

//go:embed migrations
var migrations embed.FS

// The tables, as the migrations make them.
var (
	serverTable = &store.Table{
		Name: "server", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Int, Purpose: "always 0: there is one server"},
			{Name: "turn", Type: store.Int, Purpose: "counts the writes; whoever writes waits for this row"},
			{Name: "salt", Type: store.Blob, Purpose: "secret from which the salts of texts are made"},
		},
	}
	accountTable = &store.Table{
		Name: "account", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Text, Purpose: "random id of an account of staff"},
			{Name: "name", Type: store.Text, Purpose: "the name that its owner chose to sign in with"},
			{Name: "folded", Type: store.Text, Purpose: "the name without case, by which it is unique"},
			{Name: "password", Type: store.Text, Purpose: "argon2id hash, or nothing"},
			{Name: "created", Type: store.Text, Purpose: "day on which it was made"},
			{Name: "ended", Type: store.Int, Purpose: "whether it was ended"},
		},
	}
	grantTable = &store.Table{
		Name: "account_grant", Class: store.Private, Key: []string{"account", "programme"},
		Columns: []store.Column{
			{Name: "account", Type: store.Text, Purpose: "the account"},
			{Name: "programme", Type: store.Text, Purpose: "where; nothing for an admin"},
			{Name: "role", Type: store.Text, Purpose: "admin, office, team or reviewer"},
			{Name: "who", Type: store.Text, Purpose: "code of the office or team in whose name it acts"},
			{Name: "places", Type: store.Text, Purpose: "codes of the places it is limited to"},
		},
	}
	invitationTable = &store.Table{
		Name: "invitation", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Text, Purpose: "random id, by which it can be recalled"},
			{Name: "mark", Type: store.Blob, Purpose: "SHA-256 of the token in the link"},
			{Name: "kind", Type: store.Text, Purpose: "first admin, invitation or reset"},
			{Name: "grants", Type: store.Text, Purpose: "the grants of the account it will make"},
			{Name: "account", Type: store.Text, Purpose: "the account it resets, or nothing"},
			{Name: "expires", Type: store.Int, Purpose: "second after which it is void"},
		},
	}
	signInTable = &store.Table{
		Name: "sign_in", Class: store.Private, Key: []string{"mark"},
		Columns: []store.Column{
			{Name: "mark", Type: store.Blob, Purpose: "SHA-256 of the token in the cookie"},
			{Name: "id", Type: store.Text, Purpose: "random id, by which its owner can end it"},
			{Name: "account", Type: store.Text, Purpose: "the account"},
			{Name: "programme", Type: store.Text, Purpose: "whose office; nothing for the admin's"},
			{Name: "since", Type: store.Int, Purpose: "second of signing in"},
			{Name: "last", Type: store.Int, Purpose: "last use, to the hour"},
		},
	}
	familiarTable = &store.Table{
		Name: "familiar", Class: store.Private, Key: []string{"mark", "account"},
		Columns: []store.Column{
			{Name: "mark", Type: store.Blob, Purpose: "SHA-256 of a token that a browser got when it signed in"},
			{Name: "account", Type: store.Text, Purpose: "the account that signed in there"},
			{Name: "failures", Type: store.Int, Purpose: "wrong passwords from there since then"},
			{Name: "last", Type: store.Int, Purpose: "second of the last of them"},
			{Name: "expires", Type: store.Int, Purpose: "second after which it is unknown again"},
		},
	}
	throttleTable = &store.Table{
		Name: "throttle", Class: store.Private, Key: []string{"subject"},
		Columns: []store.Column{
			{Name: "subject", Type: store.Blob, Purpose: "keyed hash of a name that somebody tried"},
			{Name: "failures", Type: store.Int, Purpose: "wrong passwords within the hour"},
			{Name: "last", Type: store.Int, Purpose: "second of the last of them"},
		},
	}
	passkeyTable = &store.Table{
		Name: "passkey", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Blob, Purpose: "id that the authenticator gave it"},
			{Name: "account", Type: store.Text, Purpose: "the account it signs in"},
			{Name: "label", Type: store.Text, Purpose: "what its owner calls it"},
			{Name: "credential", Type: store.Text, Purpose: "public key, counter and flags of it"},
			{Name: "made", Type: store.Text, Purpose: "day on which it was added"},
			{Name: "used", Type: store.Text, Purpose: "day of its last use"},
		},
	}
	ceremonyTable = &store.Table{
		Name: "ceremony", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Text, Purpose: "random id that comes back with the answer"},
			{Name: "purpose", Type: store.Text, Purpose: "what the passkey is asked for"},
			{Name: "account", Type: store.Text, Purpose: "the account, there or to be made"},
			{Name: "name", Type: store.Text, Purpose: "chosen name of an account that is being made, for five minutes"},
			{Name: "state", Type: store.Text, Purpose: "the challenge and what was asked"},
			{Name: "expires", Type: store.Int, Purpose: "second after which it is void"},
		},
	}
	actTable = &store.Table{
		Name: "act", Class: store.Private, Key: []string{"n"},
		Columns: []store.Column{
			{Name: "n", Type: store.Int, Purpose: "place in the list"},
			{Name: "minute", Type: store.Int, Purpose: "when, to the minute"},
			{Name: "account", Type: store.Text, Purpose: "which account did it; for the admin's audit, two years"},
			{Name: "programme", Type: store.Text, Purpose: "where"},
			{Name: "what", Type: store.Text, Purpose: "kind of entry, or what was done to an account"},
			{Name: "entry", Type: store.Text, Purpose: "id of the entry"},
			{Name: "about", Type: store.Text, Purpose: "account or invitation that it was done to"},
		},
	}
	// actsOfEntries reads the acts by the entry.
	actsOfEntries = &store.Table{Name: "act", Class: store.Private, Key: []string{"entry"}, Columns: []store.Column{
		actTable.Columns[5], actTable.Columns[4], actTable.Columns[2], actTable.Columns[3],
	}}
	draftTable = &store.Table{
		Name: "draft", Class: store.Private, Key: []string{"id"},
		Columns: []store.Column{
			{Name: "id", Type: store.Text, Purpose: "random id of a draft"},
			{Name: "programme", Type: store.Text, Purpose: "where"},
			{Name: "who", Type: store.Text, Purpose: "code of the office or team whose it is"},
			{Name: "kind", Type: store.Text, Purpose: "kind of entry it may become"},
			{Name: "about", Type: store.Text, Purpose: "id of the entry it is about"},
			{Name: "title", Type: store.Text, Purpose: "for the list of drafts"},
			{Name: "form", Type: store.Text, Purpose: "the fields of the form as typed so far"},
			{Name: "changed", Type: store.Text, Purpose: "day of the last change; a year later it is deleted"},
			{Name: "account", Type: store.Text, Purpose: "which account changed it last"},
		},
	}
	boxHomeTable = &store.Table{
		Name: "box_home", Class: store.Private, Key: []string{"programme"},
		Columns: []store.Column{
			{Name: "programme", Type: store.Text, Purpose: "whose boxes"},
			{Name: "home", Type: store.Text, Purpose: "random id of the folder that they are in"},
		},
	}
	seenTable = &store.Table{
		Name: "seen", Class: store.Private, Key: []string{"account", "programme", "entry"},
		Columns: []store.Column{
			{Name: "account", Type: store.Text, Purpose: "the account"},
			{Name: "programme", Type: store.Text, Purpose: "where"},
			{Name: "entry", Type: store.Int, Purpose: "place in the book of an entry it has looked at"},
		},
	}
)

// Tables are the tables of the server's database.
func Tables() []*store.Table {
	return []*store.Table{serverTable, accountTable, grantTable, invitationTable, signInTable, familiarTable, throttleTable,
		passkeyTable, ceremonyTable, actTable, draftTable, seenTable, boxHomeTable, store.Migrations}
}
