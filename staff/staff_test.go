package staff

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/locale"
	"kept/store"
	"kept/store/storetest"
)

// clock is the time of a test, which it moves itself.
type clock struct{ time.Time }

func (c *clock) now() time.Time           { return c.Time }
func (c *clock) later(step time.Duration) { c.Time = c.Add(step) }

// house is a desk with its clock and its place, which can be closed and opened again.
type house struct {
	*Desk
	*clock
	t     *testing.T
	place *storetest.Place
	db    store.DB
}

// each runs a test on a new desk in each database.
func each(t *testing.T, f func(*testing.T, *house)) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := &house{clock: &clock{time.Date(2026, 2, 4, 10, 15, 20, 0, time.UTC)}, t: t, place: e.Place(t)}
		h.db = h.place.Create(t)
		h.Desk = must(Open(t.Context(), h.db, h.clock.now))(t)
		f(t, h)
	})
}

// restart is what a new process finds.
func (h *house) restart() {
	h.t.Helper()
	if err := h.db.Close(); err != nil {
		h.t.Fatal(err)
	}
	h.db = h.place.Open(h.t)
	h.Desk = must(Open(h.t.Context(), h.db, h.clock.now))(h.t)
}

// must fails the test on an error, so that what is asked for stands in one line.
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused asks for a refusal with this code.
func refused(t testing.TB, err error, code string) *locale.Error {
	t.Helper()
	var e *locale.Error
	if !errors.As(err, &e) || e.Code != "staff."+code {
		t.Fatalf("got %v, want the refusal staff.%s", err, code)
	}
	return e
}

func same[T any](t testing.TB, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Passwords of tests.
const (
	secret  = "seven wells and a goat"
	another = "the river runs uphill now"
)

var (
	asAdmin  = Grant{Role: Admin}
	asOffice = Grant{Programme: "wells", Role: Office, Who: "org:county"}
	asTeam   = Grant{Programme: "wells", Role: Team, Who: "team:north"}
)

// admin makes the first admin.
func (h *house) admin() Account {
	h.t.Helper()
	return must(h.Accept(h.t.Context(), must(h.First(h.t.Context()))(h.t), "Root", secret))(h.t)
}

// person makes an account by invitation.
func (h *house) person(by Account, name string, grants ...Grant) Account {
	h.t.Helper()
	return must(h.Accept(h.t.Context(), must(h.Invite(h.t.Context(), by, grants))(h.t), name, secret))(h.t)
}

func (h *house) enters(programme, name, password, device string) Signed {
	h.t.Helper()
	return must(h.SignIn(h.t.Context(), programme, name, password, device))(h.t)
}

// isIn says whether a token opens an office.
func (h *house) isIn(programme, token string) bool {
	h.t.Helper()
	_, found, err := h.Session(h.t.Context(), programme, token)
	ok(h.t, err)
	return found
}

// rows counts those of a table.
func (h *house) rows(table *store.Table) (n int) {
	h.t.Helper()
	ok(h.t, h.db.Read(h.t.Context(), func(tx *store.Tx) error {
		return tx.Scan(table, func([]any) error { n++; return nil })
	}))
	return n
}

func TestTables(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var real, declared []string
		ok(t, h.db.Read(t.Context(), func(tx *store.Tx) (err error) {
			real, err = tx.Columns()
			return err
		}))
		for _, table := range Tables() {
			if table.Class != store.Private {
				t.Errorf("%s is %s", table.Name, table.Class)
			}
			for _, c := range table.Columns {
				declared = append(declared, table.Name+"."+c.Name)
			}
		}
		// Those of the room device lie in the same database; safety has all of them.
		real = slices.DeleteFunc(real, func(c string) bool { return strings.HasPrefix(c, "device") })
		slices.Sort(declared)
		same(t, real, declared)
	})
}

// TestCatalogues: every refusal has words, that take what it gives.
func TestCatalogues(t *testing.T) {
	for code, args := range map[string][]any{
		"name": {"Min", 2, "Max", 60}, "name-taken": nil, "password-short": {"Min", 10}, "password-long": {"Max", 200}, "password-letters": nil,
		"password-name": nil, "password-common": nil, "wrong": nil, "wait": {"Seconds", int64(7)}, "link": nil, "grant": nil, "last-admin": nil,
		"no-account": nil, "ended": nil, "by-ended": nil, "ceremony": nil, "passkey": nil, "label": {"Max", 60}, "no-passkey": nil,
		"last-way": nil, "draft-long": nil, "draft-many": {"Max", 500}, "no-draft": nil,
	} {
		for _, l := range locale.Languages {
			if got := locale.For(l.Tag).T("staff."+code, args...); got == "" || got == "staff."+code {
				t.Errorf("%s: staff.%s is %q", l.Tag, code, got)
			}
		}
	}
}

func TestSalt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		salt := h.Salt("form")("reason/en")
		if len(salt) != 32 {
			t.Errorf("a salt has %d bytes", len(salt))
		}
		for _, other := range [][]byte{h.Salt("form")("reason/ug"), h.Salt("formr")("eason/en"), h.Salt("other")("reason/en"), make([]byte, 32)} {
			if string(other) == string(salt) {
				t.Error("another salt is the same")
			}
		}
		h.restart()
		same(t, h.Salt("form")("reason/en"), salt)
	})
}

func TestFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		before := must(h.First(ctx))(t)
		token := must(h.First(ctx))(t)
		_, err := h.Invitation(ctx, before)
		refused(t, err, "link")
		same(t, must(h.Invitation(ctx, token))(t).Kind, KindFirst)
		same(t, must(h.Invitations(ctx))(t), nil)
		h.restart()
		root := must(h.Accept(ctx, " "+upper(token)+"\n", "  Root   Ä ", secret))(t)
		same(t, root.Name, "Root Ä")
		same(t, root.IsAdmin() && root.HasPassword && root.Created == "2026-02-04", true)
		same(t, must(h.First(ctx))(t), "")
		_, err = h.Accept(ctx, token, "Other", secret)
		refused(t, err, "link")
		h.enters("", "root ä", secret, "")
	})
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

func TestInvitations(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		limited := Grant{Programme: "wells", Role: Office, Who: "org:county", Places: []string{"a", "b"}}
		token := must(h.Invite(ctx, root, []Grant{limited, asAdmin}))(t)
		i := must(h.Invitation(ctx, token))(t)
		same(t, i.Grants, []Grant{asAdmin, limited})
		same(t, i.Expires, h.Add(14*24*time.Hour).Truncate(time.Second))
		same(t, must(h.Invitations(ctx))(t), []Invitation{i})
		for name, code := range map[string]string{"x": "name", "ROOT": "name-taken", "ｒｏｏｔ": "name-taken", "a\x00b": "name", "..": "name", "a\u202eb": "name"} {
			_, err := h.Accept(ctx, token, name, secret)
			refused(t, err, code)
		}
		_, err := h.Accept(ctx, token, "Aygul", "short")
		refused(t, err, "password-short")
		a := must(h.Accept(ctx, token, "Aygul", secret))(t)
		same(t, a, must(h.Account(ctx, a.ID))(t))
		same(t, a.Grants, []Grant{asAdmin, limited})

		// Used, unknown, recalled and expired are one.
		recalled := must(h.Invite(ctx, root, []Grant{asTeam}))(t)
		ok(t, h.Recall(ctx, root, must(h.Invitation(ctx, recalled))(t).ID))
		refused(t, h.Recall(ctx, root, i.ID), "link")
		expired := must(h.Invite(ctx, root, []Grant{asTeam}))(t)
		h.later(14 * 24 * time.Hour)
		for _, token := range []string{token, recalled, expired, "", "none", newToken(), "\x00"} {
			_, err := h.Invitation(ctx, token)
			refused(t, err, "link")
			_, err = h.Accept(ctx, token, "Somebody", secret)
			refused(t, err, "link")
		}
		same(t, must(h.Invitations(ctx))(t), nil)
		_, err = h.Account(ctx, "x\x00")
		refused(t, err, "no-account")
	})
}

func TestGrants(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		for name, bad := range map[string][]Grant{
			"none":                {},
			"twice in one":        {asOffice, asTeam},
			"an admin somewhere":  {{Programme: "wells", Role: Admin}},
			"an admin for others": {{Role: Admin, Who: "org:county"}},
			"no programme":        {{Role: Office, Who: "org:county"}},
			"a taken name":        {{Programme: "office", Role: Office, Who: "org:county"}},
			"no role":             {{Programme: "wells", Who: "org:county"}},
			"nobody":              {{Programme: "wells", Role: Office}},
			"no code":             {{Programme: "wells", Role: Office, Who: "org:"}},
			"a team as office":    {{Programme: "wells", Role: Office, Who: "team:north"}},
			"an office as team":   {{Programme: "wells", Role: Team, Who: "org:county"}},
			"a team's places":     {{Programme: "wells", Role: Team, Who: "team:north", Places: []string{"a"}}},
			"an empty place":      {{Programme: "wells", Role: Office, Who: "org:county", Places: []string{""}}},
			"a bad place":         {{Programme: "wells", Role: Office, Who: "org:county", Places: []string{"\x00"}}},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := h.Invite(ctx, root, bad)
				refused(t, err, "grant")
			})
		}
		a := h.person(root, "Aygul", asOffice, Grant{Programme: "roads", Role: Reviewer, Who: "org:county"})
		in, out := h.enters("wells", "Aygul", secret, ""), h.enters("roads", "Aygul", secret, "")
		ok(t, h.SetGrants(ctx, root, a.ID, []Grant{asTeam}))
		s, found, err := h.Session(ctx, "wells", in.Token)
		ok(t, err)
		same(t, found && s.Grant.Role == Team, true)
		same(t, h.isIn("roads", out.Token), false)
		ok(t, h.SetGrants(ctx, root, a.ID, nil))
		same(t, h.isIn("wells", in.Token), false)
		same(t, h.rows(signInTable), 0)
		refused(t, h.SetGrants(ctx, root, "nobody", nil), "no-account")
	})
}

func TestLastAdmin(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		refused(t, h.EndAccount(ctx, root, root.ID), "last-admin")
		refused(t, h.SetGrants(ctx, root, root.ID, []Grant{asOffice}), "last-admin")
		second := h.person(root, "Second", asAdmin)
		ok(t, h.SetGrants(ctx, root, root.ID, []Grant{asOffice}))
		refused(t, h.EndAccount(ctx, second, second.ID), "last-admin")
		// An ended admin does not count, and cannot act; nor does an invited one count yet.
		third := h.person(second, "Third", asAdmin)
		must(h.Invite(ctx, second, []Grant{asAdmin}))(t)
		ok(t, h.EndAccount(ctx, second, third.ID))
		refused(t, h.EndAccount(ctx, second, second.ID), "last-admin")
		_, err := h.Invite(ctx, third, []Grant{asTeam})
		refused(t, err, "by-ended")
		ok(t, h.Reopen(ctx, second, third.ID))
		ok(t, h.EndAccount(ctx, third, second.ID))
		same(t, must(h.First(ctx))(t), "")
	})
}

func TestTwoAdminsEndEachOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one := h.admin()
		two := h.person(one, "Two", asAdmin)
		results := make(chan error)
		for _, of := range [][2]Account{{one, two}, {two, one}} {
			go func() { results <- h.EndAccount(context.WithoutCancel(t.Context()), of[0], of[1].ID) }()
		}
		first, second := <-results, <-results
		if (first == nil) == (second == nil) {
			t.Fatalf("%v and %v: one must succeed and one be refused", first, second)
		}
		left := 0
		for _, a := range must(h.Accounts(t.Context()))(t) {
			if !a.Ended {
				left++
			}
		}
		same(t, left, 1)
	})
}

func TestEndAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		in := h.enters("wells", "Aygul", secret, "")
		link := must(h.Reset(ctx, root, a.ID))(t)
		ok(t, h.EndAccount(ctx, root, a.ID))
		same(t, h.isIn("wells", in.Token), false)
		_, err := h.Invitation(ctx, link)
		refused(t, err, "link")
		_, err = h.SignIn(ctx, "wells", "Aygul", secret, in.Device)
		refused(t, err, "wrong")
		_, err = h.Reset(ctx, root, a.ID)
		refused(t, err, "ended")
		ok(t, h.Reopen(ctx, root, a.ID))
		same(t, h.isIn("wells", in.Token), false)
		h.later(time.Minute)
		h.enters("wells", "Aygul", secret, in.Device)
	})
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		in := h.enters("wells", "Aygul", secret, "")
		former := must(h.Reset(ctx, root, a.ID))(t)
		link := must(h.Reset(ctx, root, a.ID))(t)
		_, err := h.Invitation(ctx, former)
		refused(t, err, "link")
		i := must(h.Invitation(ctx, link))(t)
		same(t, i, Invitation{ID: i.ID, Kind: KindReset, Account: a.ID, Name: "Aygul", Grants: []Grant{}, Expires: h.Add(48 * time.Hour).Truncate(time.Second)})
		same(t, h.isIn("wells", in.Token), true) // nothing has ended yet
		_, err = h.Accept(ctx, link, "", "Aygul, Aygul 12")
		refused(t, err, "password-name")
		again := must(h.Accept(ctx, link, "ignored", another))(t)
		same(t, again, a)
		same(t, h.isIn("wells", in.Token), false)
		same(t, h.rows(familiarTable), 0)
		_, err = h.SignIn(ctx, "wells", "Aygul", secret, "")
		refused(t, err, "wrong")
		h.enters("wells", "Aygul", another, "")
		late := must(h.Reset(ctx, root, a.ID))(t)
		h.later(ResetLasts)
		_, err = h.Accept(ctx, late, "", another)
		refused(t, err, "link")
	})
}

func TestPasswords(t *testing.T) {
	for password, code := range map[string]string{
		"": "short", "nine char": "short", "ninechars": "short", "  　 　　     ": "common", "a\x00bcdefghijkl": "letters",
		long(201): "long", long(5000): "long", "aaaaaaaaaaaaaa": "common", "abcabcabcabcabc": "common", "1234567890": "common", "9876543210": "common",
		"qwertyuiop": "common", "Password123": "common", "PASSWORD-2026": "common", "Aygul-Aygul-1": "name", "aygulaygul12": "name",
		"ئايگۈل ياخشى باغ": "", "一二三四五六七八九十": "", secret: "", long(200): "", "!@#$%^&*()_+": "", "1a!@#$%^&*(": "", "password is a bad word": "", "Aygul has a goat": "",
	} {
		_, err := tidyPassword(password, "Aygul")
		if code == "" {
			if err != nil {
				t.Errorf("%q: %v", password, err)
			}
			continue
		}
		var e *locale.Error
		if !errors.As(err, &e) || e.Code != "staff.password-"+code {
			t.Errorf("%q: %v, want %s", password, err, code)
		}
	}
}

func long(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + i*i%23 + i/50%3)
	}
	return string(b)
}

func TestActs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		for range 2 { // sent again, it is once
			ok(t, h.Act(ctx, Act{Account: a.ID, Programme: "wells", What: "promise", Entry: "aa"}))
		}
		ok(t, h.Act(ctx, Act{Account: a.ID, Programme: "roads", What: "report", Entry: "bb"}))
		at := time.Date(2026, 2, 4, 10, 15, 0, 0, time.UTC)
		same(t, must(h.Acts(ctx, "wells", 0, 10))(t), []Act{{N: 4, At: at, Account: a.ID, Programme: "wells", What: "promise", Entry: "aa"}})
		whats := func(acts []Act) (out []string) {
			for _, a := range acts {
				out = append(out, a.What)
			}
			return out
		}
		same(t, whats(must(h.Acts(ctx, Everywhere, 0, 2))(t)), []string{"report", "promise"})
		same(t, whats(must(h.Acts(ctx, Everywhere, 4, 10))(t)), []string{ActJoined, ActInvited, ActJoined})

		// Whatever is done to accounts is written down, with who did it.
		ok(t, h.SetGrants(ctx, root, a.ID, []Grant{asTeam}))
		ok(t, h.ChangePassword(ctx, a.ID, secret, another))
		link := must(h.Reset(ctx, root, a.ID))(t)
		must(h.Accept(ctx, link, "", secret))(t)
		ok(t, h.EndAccount(ctx, root, a.ID))
		ok(t, h.Reopen(ctx, root, a.ID))
		must(h.Invite(ctx, Account{}, []Grant{asTeam}))(t)
		ok(t, h.Recall(ctx, root, must(h.Invitations(ctx))(t)[0].ID))
		got := must(h.Acts(ctx, "", 0, 8))(t)
		same(t, whats(got), []string{ActRecalled, ActInvited, ActReopened, ActEnded, ActRenewed, ActReset, ActPassword, ActGranted})
		same(t, []string{got[1].Account, got[2].Account, got[2].About, got[4].Account}, []string{"", root.ID, a.ID, a.ID})
		for _, what := range whats(must(h.Acts(ctx, "", 0, 100))(t)) {
			if !slices.Contains(Whats, what) {
				t.Errorf("%s is not in Whats", what)
			}
		}
	})
}
