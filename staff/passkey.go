package staff

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"kept/locale"
	"kept/store"
)

// RP is what an authenticator binds a passkey to: the host's name ("kept.example"), the origin ("https://kept.example"), and
// the name that the browser shows.
type RP struct{ ID, Origin, Name string }

// Passkey is one passkey of an account.
type Passkey struct {
	ID       string
	Label    string // that its owner typed
	Made     string // day
	LastUsed string // day, or ""
}

// Ceremony is the first half of a ceremony. Options is JSON for the browser, in the form {"publicKey": ...} as
// PublicKeyCredential.parseCreationOptionsFromJSON and parseRequestOptionsFromJSON take its publicKey. ID comes back with the
// answer, once, within CeremonyLasts.
type Ceremony struct {
	ID      string
	Options []byte
}

// CeremonyLasts is how long an answer is waited for.
const CeremonyLasts = 5 * time.Minute

// LabelLongest is how long the label of a passkey may be, in characters.
const LabelLongest = 60

// webAuthn is the library set up for a host. What kind of authenticator it is nobody asks, since that would say
// something of its owner and change nothing.
func (rp RP) webAuthn() (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: rp.ID, RPDisplayName: rp.Name, RPOrigins: []string{rp.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationPreferred,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: CeremonyLasts, TimeoutUVD: CeremonyLasts},
			Registration: webauthn.TimeoutConfig{Timeout: CeremonyLasts, TimeoutUVD: CeremonyLasts},
		},
	})
}

// holder is an account as the library wants it. Its handle is the id, which says nothing of the person.
type holder struct {
	id, name string
	keys     []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.id) }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// passkey is one that is to be added.
type passkey struct {
	label      string
	credential *webauthn.Credential
}

func tidyLabel(label string) (string, error) {
	label = locale.Tidy(label)
	if label == "" || utf8.RuneCountInString(label) > LabelLongest {
		return "", refuse("label", "Max", LabelLongest)
	}
	return label, nil
}

// Passkeys are those of an account, the oldest first.
func (d *Desk) Passkeys(ctx context.Context, account string) (out []Passkey, err error) {
	if !isID(account) {
		return nil, refuse("no-account")
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		var p Passkey
		var id []byte
		return tx.Each([]any{&id, &p.Label, &p.Made, &p.LastUsed}, func() error {
			p.ID = base64.RawURLEncoding.EncodeToString(id)
			out = append(out, p)
			return nil
		}, "SELECT id, label, made, used FROM passkey WHERE account = $1 ORDER BY made, label, id", account)
	})
	return out, err
}

// holderOf reads an account with its passkeys.
func holderOf(tx *store.Tx, r record) (holder, error) {
	h := holder{id: r.ID, name: r.Name}
	stored, err := store.Select(tx, func(s *string) []any { return []any{s} }, "SELECT credential FROM passkey WHERE account = $1 ORDER BY id", r.ID)
	if err != nil {
		return h, err
	}
	for _, s := range stored {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(s), &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// The purposes of ceremonies; one that accepts a link has the link's id after it.
const (
	forAdding    = "add"
	forSigningIn = "sign in"
	forAccepting = "accept "
)

// begun is what lies in the database between the two halves.
type begun struct {
	account, name string
	state         webauthn.SessionData
}

// begin writes down the first half of a ceremony.
func (d *Desk) begin(ctx context.Context, purpose string, b begun, options any) (c Ceremony, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	state, err := json.Marshal(b.state)
	if err != nil {
		return c, err
	}
	c.ID = newID()
	err = d.write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("DELETE FROM ceremony WHERE expires <= $1", d.second()); err != nil {
			return err
		}
		return tx.Insert(ceremonyTable, [][]any{{c.ID, purpose, b.account, b.name, string(state), d.now().Add(CeremonyLasts).Unix()}})
	})
	return c, err
}

// end takes a ceremony out. Whatever its answer is worth, it does not come back.
func (d *Desk) end(ctx context.Context, id, purpose, account string) (b begun, err error) {
	found := false
	if isID(id) {
		err = d.write(ctx, func(tx *store.Tx) error {
			var state string
			there, err := tx.One([]any{&b.account, &b.name, &state},
				"SELECT account, name, state FROM ceremony WHERE id = $1 AND purpose = $2 AND expires > $3", id, purpose, d.second())
			if err != nil || !there || account != "" && account != b.account {
				return err
			}
			found = true
			if _, err := tx.Exec("DELETE FROM ceremony WHERE id = $1", id); err != nil {
				return err
			}
			return json.Unmarshal([]byte(state), &b.state)
		})
	}
	if err == nil && !found {
		err = refuse("ceremony")
	}
	return b, err
}

// register begins to make a passkey for a holder.
func (d *Desk) register(ctx context.Context, rp RP, purpose string, h holder) (Ceremony, error) {
	w, err := rp.webAuthn()
	if err != nil {
		return Ceremony{}, err
	}
	var there []protocol.CredentialDescriptor
	for _, k := range h.keys {
		there = append(there, k.Descriptor())
	}
	options, state, err := w.BeginRegistration(h, webauthn.WithExclusions(there))
	if err != nil {
		return Ceremony{}, err
	}
	return d.begin(ctx, purpose, begun{h.id, h.name, *state}, options)
}

// registered checks the answer to register.
func (rp RP) registered(b begun, label string, response []byte) (*passkey, error) {
	w, err := rp.webAuthn()
	if err != nil {
		return nil, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, refuse("passkey")
	}
	c, err := w.CreateCredential(holder{id: b.account, name: b.name}, b.state, answer)
	if err != nil {
		return nil, refuse("passkey")
	}
	c.Attestation = webauthn.CredentialAttestation{} // asked for nothing, so nothing that came along is kept
	c.Authenticator.AAGUID = nil
	return &passkey{label, c}, nil
}

// addPasskey gives an account a passkey.
func (d *Desk) addPasskey(tx *store.Tx, account string, key *passkey) error {
	credential, err := json.Marshal(key.credential)
	if err != nil {
		return err
	}
	err = tx.Insert(passkeyTable, [][]any{{key.credential.ID, account, key.label, string(credential), d.day(), ""}})
	if errors.Is(err, store.ErrExists) {
		err = refuse("passkey")
	}
	return err
}

// BeginPasskey begins to add a passkey to an account. Refusals: staff.no-account.
func (d *Desk) BeginPasskey(ctx context.Context, rp RP, account string) (Ceremony, error) {
	var h holder
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		r, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		h, err = holderOf(tx, r)
		return err
	})
	if err != nil {
		return Ceremony{}, err
	}
	return d.register(ctx, rp, forAdding, h)
}

// FinishPasskey adds it. The response is the JSON of PublicKeyCredential.toJSON(). Refusals: staff.ceremony (too late, used,
// or not of this account), staff.passkey (the answer is not valid), staff.label.
func (d *Desk) FinishPasskey(ctx context.Context, rp RP, account, ceremony, label string, response []byte) error {
	if !isID(account) {
		return refuse("no-account")
	}
	label, err := tidyLabel(label)
	if err != nil {
		return err
	}
	b, err := d.end(ctx, ceremony, forAdding, account)
	if err != nil {
		return err
	}
	key, err := rp.registered(b, label, response)
	if err != nil {
		return err
	}
	return d.write(ctx, func(tx *store.Tx) error {
		r, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		if r.Ended {
			return refuse("ended")
		}
		if err := d.addPasskey(tx, account, key); err != nil {
			return err
		}
		return d.act(tx, Act{Account: account, What: ActPasskey, About: account})
	})
}

// RemovePasskey removes one. Refusals: staff.last-way if it is the account's last way to sign in, staff.no-passkey.
func (d *Desk) RemovePasskey(ctx context.Context, account, passkey string) error {
	id, err := base64.RawURLEncoding.DecodeString(passkey)
	if err != nil || !isID(account) {
		return refuse("no-passkey")
	}
	return d.write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("DELETE FROM passkey WHERE id = $1 AND account = $2", id, account)
		if err != nil {
			return err
		}
		if n == 0 {
			return refuse("no-passkey")
		}
		r, err := mustBe(tx, account)
		if err != nil {
			return err
		}
		if !r.HasPassword && r.Passkeys == 0 {
			return refuse("last-way")
		}
		return d.act(tx, Act{Account: account, What: ActNoKey, About: account})
	})
}

// BeginSignIn begins to sign in with whichever passkey the person has here.
func (d *Desk) BeginSignIn(ctx context.Context, rp RP) (Ceremony, error) {
	w, err := rp.webAuthn()
	if err != nil {
		return Ceremony{}, err
	}
	options, state, err := w.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, err
	}
	return d.begin(ctx, forSigningIn, begun{state: *state}, options)
}

// FinishSignIn signs in. The device is as in SignIn. Refusals: staff.ceremony, staff.wrong. It is never slowed.
func (d *Desk) FinishSignIn(ctx context.Context, rp RP, programme, ceremony string, response []byte, device string) (s Signed, err error) {
	w, err := rp.webAuthn()
	if err != nil {
		return s, err
	}
	b, err := d.end(ctx, ceremony, forSigningIn, "")
	if err != nil {
		return s, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return s, refuse("wrong")
	}
	err = d.write(ctx, func(tx *store.Tx) error {
		r, there, err := recordOf(tx, string(answer.Response.UserHandle))
		if err != nil {
			return err
		}
		if !there {
			return refuse("wrong")
		}
		h, err := holderOf(tx, r)
		if err != nil {
			return err
		}
		_, credential, err := w.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, b.state, answer)
		if err != nil || credential.Authenticator.CloneWarning {
			return refuse("wrong")
		}
		changed, err := json.Marshal(credential)
		if err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE passkey SET credential = $2, used = $3 WHERE id = $1", credential.ID, string(changed), d.day()); err != nil {
			return err
		}
		s, err = d.enter(tx, r, programme, device)
		return err
	})
	if err != nil {
		s = Signed{}
	}
	return s, err
}

// BeginAccept begins to use a link with a passkey instead of a password. The name is as in Accept, as are the refusals.
func (d *Desk) BeginAccept(ctx context.Context, rp RP, token, name string) (Ceremony, error) {
	i, name, err := d.acceptable(ctx, token, name)
	if err != nil {
		return Ceremony{}, err
	}
	h := holder{id: newID(), name: name}
	if i.Kind == KindReset {
		h.id = i.Account
	}
	return d.register(ctx, rp, forAccepting+i.ID, h)
}

// FinishAccept uses the link. Refusals: staff.link, staff.name-taken, staff.ceremony, staff.passkey, staff.label. A link
// that was refused for anything else than itself still works.
func (d *Desk) FinishAccept(ctx context.Context, rp RP, token, ceremony, label string, response []byte) (Account, error) {
	label, err := tidyLabel(label)
	if err != nil {
		return Account{}, err
	}
	i, err := d.Invitation(ctx, token)
	if err != nil {
		return Account{}, err
	}
	b, err := d.end(ctx, ceremony, forAccepting+i.ID, "")
	if err != nil {
		return Account{}, err
	}
	key, err := rp.registered(b, label, response)
	if err != nil {
		return Account{}, err
	}
	return d.accept(ctx, strings.TrimSpace(token), b.account, b.name, "", key)
}
