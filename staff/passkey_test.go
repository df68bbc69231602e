package staff

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"kept/store"
)

var (
	rp   = RP{ID: "kept.example", Origin: "https://kept.example", Name: "Kept"}
	host = virtualwebauthn.RelyingParty{ID: rp.ID, Origin: rp.Origin, Name: rp.Name}
)

// phone is an authenticator with one passkey.
type phone struct {
	virtualwebauthn.Authenticator
	key virtualwebauthn.Credential
}

func newPhone() *phone {
	return &phone{virtualwebauthn.NewAuthenticator(), virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)}
}

// makes answers the options of a registration on a site.
func (p *phone) makes(t testing.TB, site virtualwebauthn.RelyingParty, c Ceremony) []byte {
	t.Helper()
	options := must(virtualwebauthn.ParseAttestationOptions(string(c.Options)))(t)
	p.Options.UserHandle = []byte(options.UserID)
	return []byte(virtualwebauthn.CreateAttestationResponse(site, p.Authenticator, p.key, *options))
}

// signs answers the options of a sign-in on a site.
func (p *phone) signs(t testing.TB, site virtualwebauthn.RelyingParty, c Ceremony) []byte {
	t.Helper()
	options := must(virtualwebauthn.ParseAssertionOptions(string(c.Options)))(t)
	return []byte(virtualwebauthn.CreateAssertionResponse(site, p.Authenticator, p.key, *options))
}

// adds puts a new passkey on an account.
func (h *house) adds(account Account, label string) *phone {
	h.t.Helper()
	p := newPhone()
	c := must(h.BeginPasskey(h.t.Context(), rp, account.ID))(h.t)
	ok(h.t, h.FinishPasskey(h.t.Context(), rp, account.ID, c.ID, label, p.makes(h.t, host, c)))
	return p
}

// by signs in with a phone.
func (h *house) by(p *phone, programme string) (Signed, error) {
	h.t.Helper()
	c := must(h.BeginSignIn(h.t.Context(), rp))(h.t)
	return h.FinishSignIn(h.t.Context(), rp, programme, c.ID, p.signs(h.t, host, c), "")
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		c := must(h.BeginPasskey(ctx, rp, a.ID))(t)
		var options struct {
			PublicKey struct {
				User                   struct{ Name string }
				Attestation            string
				AuthenticatorSelection struct{ ResidentKey, UserVerification string }
			}
		}
		ok(t, json.Unmarshal(c.Options, &options))
		same(t, options.PublicKey.User.Name, "Aygul")
		same(t, options.PublicKey.Attestation, "none")
		same(t, options.PublicKey.AuthenticatorSelection, struct{ ResidentKey, UserVerification string }{"required", "preferred"})
		p := newPhone()
		answer := p.makes(t, host, c)
		refused(t, h.FinishPasskey(ctx, rp, a.ID, c.ID, " ", answer), "label")
		refused(t, h.FinishPasskey(ctx, rp, root.ID, c.ID, "Phone", answer), "ceremony")
		ok(t, h.FinishPasskey(ctx, rp, a.ID, c.ID, " My  phone ", answer))
		refused(t, h.FinishPasskey(ctx, rp, a.ID, c.ID, "Phone", answer), "ceremony") // once
		keys := must(h.Passkeys(ctx, a.ID))(t)
		same(t, keys, []Passkey{{keys[0].ID, "My phone", "2026-02-04", ""}})
		same(t, must(h.Account(ctx, a.ID))(t).Passkeys, 1)

		h.restart()
		h.later(24 * time.Hour)
		in := must(h.by(p, "wells"))(t)
		same(t, h.isIn("wells", in.Token), true)
		same(t, in.Session.Account.Name, "Aygul")
		same(t, must(h.Passkeys(ctx, a.ID))(t)[0].LastUsed, "2026-02-05")
		if _, err := h.SignIn(ctx, "wells", "Aygul", secret, in.Device); err != nil || in.Device == "" {
			t.Errorf("the device is not known: %v", err)
		}
		_, err := h.by(p, "roads")
		refused(t, err, "wrong")

		// Strangers who try the password do not slow a passkey.
		for range 2 * freeFailures {
			h.SignIn(ctx, "wells", "Aygul", another, "")
		}
		must(h.by(p, "wells"))(t)

		ok(t, h.EndAccount(ctx, root, a.ID))
		_, err = h.by(p, "wells")
		refused(t, err, "wrong")
	})
}

func TestPasskeyAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		p := h.adds(a, "Phone")
		elsewhere := virtualwebauthn.RelyingParty{ID: rp.ID, Origin: "https://kept.example.evil", Name: "Kept"}
		otherHost := virtualwebauthn.RelyingParty{ID: "evil.example", Origin: rp.Origin, Name: "Kept"}
		stranger := newPhone()
		stranger.Options.UserHandle = []byte(a.ID)
		borrowed := *p
		borrowed.Options.UserHandle = []byte(root.ID)
		nobody := *p
		nobody.Options.UserHandle = []byte("\x00")
		anonymous := *p
		anonymous.Options.UserHandle = nil
		forged := *p
		forged.key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		forged.key.ID = p.key.ID
		for name, answer := range map[string]func(Ceremony) []byte{
			"nothing":                func(Ceremony) []byte { return nil },
			"no JSON":                func(Ceremony) []byte { return []byte("{") },
			"another origin":         func(c Ceremony) []byte { return p.signs(t, elsewhere, c) },
			"another host":           func(c Ceremony) []byte { return p.signs(t, otherHost, c) },
			"an unknown passkey":     func(c Ceremony) []byte { return stranger.signs(t, host, c) },
			"another's account":      func(c Ceremony) []byte { return borrowed.signs(t, host, c) },
			"an impossible account":  func(c Ceremony) []byte { return nobody.signs(t, host, c) },
			"no account":             func(c Ceremony) []byte { return anonymous.signs(t, host, c) },
			"another key":            func(c Ceremony) []byte { return forged.signs(t, host, c) },
			"an answer to something": func(Ceremony) []byte { return p.signs(t, host, must(h.BeginSignIn(ctx, rp))(t)) },
		} {
			t.Run(name, func(t *testing.T) {
				c := must(h.BeginSignIn(ctx, rp))(t)
				_, err := h.FinishSignIn(ctx, rp, "wells", c.ID, answer(c), "")
				refused(t, err, "wrong")
				_, err = h.FinishSignIn(ctx, rp, "wells", c.ID, p.signs(t, host, c), "")
				refused(t, err, "ceremony")
			})
		}
		// A copy of the authenticator is behind in its count.
		p.key.Counter = 5
		must(h.by(p, "wells"))(t)
		p.key.Counter = 4
		_, err := h.by(p, "wells")
		refused(t, err, "wrong")
		p.key.Counter = 6
		must(h.by(p, "wells"))(t)

		late := must(h.BeginSignIn(ctx, rp))(t)
		h.later(CeremonyLasts)
		_, err = h.FinishSignIn(ctx, rp, "wells", late.ID, p.signs(t, host, late), "")
		refused(t, err, "ceremony")

		adding := must(h.BeginPasskey(ctx, rp, a.ID))(t)
		refused(t, h.FinishPasskey(ctx, rp, a.ID, adding.ID, "Phone", newPhone().makes(t, elsewhere, adding)), "passkey")
		adding = must(h.BeginPasskey(ctx, rp, root.ID))(t)
		refused(t, h.FinishPasskey(ctx, rp, root.ID, adding.ID, "Phone", (&phone{p.Authenticator, p.key}).makes(t, host, adding)), "passkey") // it is a's
	})
}

func TestLastWay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		token := must(h.Invite(ctx, root, []Grant{asOffice}))(t)
		_, err := h.BeginAccept(ctx, rp, token, "root")
		refused(t, err, "name-taken")
		stale := must(h.BeginAccept(ctx, rp, token, "Aygul"))(t)
		c := must(h.BeginAccept(ctx, rp, token, " Aygul "))(t)
		p := newPhone()
		answer := p.makes(t, host, c)
		_, err = h.FinishAccept(ctx, rp, token, stale.ID, "Phone", answer)
		refused(t, err, "passkey")
		other := must(h.Invite(ctx, root, []Grant{asOffice}))(t)
		_, err = h.FinishAccept(ctx, rp, other, c.ID, "Phone", answer)
		refused(t, err, "ceremony") // it belongs to the other link
		a := must(h.FinishAccept(ctx, rp, token, c.ID, "Phone", answer))(t)
		same(t, a, Account{ID: a.ID, Name: "Aygul", Grants: []Grant{asOffice}, Passkeys: 1, Created: "2026-02-04"})
		_, err = h.FinishAccept(ctx, rp, token, c.ID, "Phone", answer)
		refused(t, err, "link")
		must(h.by(p, "wells"))(t)
		_, err = h.SignIn(ctx, "wells", "Aygul", "", "")
		refused(t, err, "wrong")

		key := must(h.Passkeys(ctx, a.ID))(t)[0].ID
		refused(t, h.RemovePasskey(ctx, root.ID, key), "no-passkey")
		refused(t, h.RemovePasskey(ctx, a.ID, "?"), "no-passkey")
		refused(t, h.RemovePasskey(ctx, a.ID, key), "last-way")
		second := h.adds(a, "Other phone")
		ok(t, h.RemovePasskey(ctx, a.ID, key))
		_, err = h.by(p, "wells")
		refused(t, err, "wrong")
		ok(t, h.ChangePassword(ctx, a.ID, "", secret)) // the first
		ok(t, h.RemovePasskey(ctx, a.ID, must(h.Passkeys(ctx, a.ID))(t)[0].ID))
		_, err = h.by(second, "wells")
		refused(t, err, "wrong")
		h.enters("wells", "Aygul", secret, "")
	})
}

// TestResetWithPasskey: the first admin by passkey, and a reset that replaces every former way.
func TestResetWithPasskey(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		first := must(h.First(ctx))(t)
		c := must(h.BeginAccept(ctx, rp, strings.ToUpper(first), "Root"))(t)
		p := newPhone()
		root := must(h.FinishAccept(ctx, rp, strings.ToUpper(first), c.ID, "Phone", p.makes(t, host, c)))(t)
		same(t, must(h.First(ctx))(t), "")
		refused(t, h.EndAccount(ctx, root, root.ID), "last-admin") // a passkey is a way to sign in
		a := h.person(root, "Aygul", asOffice)
		lost := h.adds(a, "Lost phone")
		in := must(h.by(lost, "wells"))(t)
		link := must(h.Reset(ctx, root, a.ID))(t)
		c = must(h.BeginAccept(ctx, rp, link, ""))(t)
		found := newPhone()
		same(t, h.isIn("wells", in.Token), true)
		same(t, must(h.FinishAccept(ctx, rp, link, c.ID, "New phone", found.makes(t, host, c)))(t).ID, a.ID)
		same(t, h.isIn("wells", in.Token), false)
		_, err := h.by(lost, "wells")
		refused(t, err, "wrong")
		_, err = h.SignIn(ctx, "wells", "Aygul", secret, in.Device)
		refused(t, err, "wrong")
		must(h.by(found, "wells"))(t)
	})
}

// TestNothingOfTheAuthenticator: what kind of device it is does not stay.
func TestNothingOfTheAuthenticator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.adds(h.admin(), "Phone")
		ok(t, h.db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.Scan(passkeyTable, func(row []any) error {
				var c struct {
					Authenticator struct{ AAGUID []byte }
					Attestation   map[string]any
				}
				if err := json.Unmarshal([]byte(row[3].(string)), &c); err != nil {
					return err
				}
				if len(c.Authenticator.AAGUID) > 0 || c.Attestation["object"] != nil {
					t.Errorf("it holds %s", row[3])
				}
				return nil
			})
		}))
	})
}
