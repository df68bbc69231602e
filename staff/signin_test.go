package staff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/locale"
	"kept/store"
)

func TestSignInRefusals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		h.person(root, "Aygul", asOffice)
		ended := h.person(root, "Ended", asOffice)
		ok(t, h.EndAccount(ctx, root, ended.ID))
		for name, try := range map[string][3]string{
			"wrong password":     {"wells", "Aygul", another},
			"no password":        {"wells", "Aygul", ""},
			"a long password":    {"wells", "Aygul", long(10000)},
			"bytes":              {"wells", "Aygul", "\xff\x00"},
			"no such name":       {"wells", "Nobody", secret},
			"an impossible name": {"wells", "\x00\xff", secret},
			"no name":            {"wells", "", secret},
			"another office":     {"roads", "Aygul", secret},
			"the admin's office": {"", "Aygul", secret},
			"an admin elsewhere": {"wells", "Root", secret},
			"ended":              {"wells", "Ended", secret},
		} {
			t.Run(name, func(t *testing.T) {
				h.later(2 * time.Hour)
				_, err := h.SignIn(ctx, try[0], try[1], try[2], "")
				if e := refused(t, err, "wrong"); len(e.Args) > 0 {
					t.Errorf("it says more: %v", e)
				}
			})
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		began := h.Truncate(time.Second)
		in := h.enters("wells", "AYGUL", secret, "")
		got, found, err := h.Session(ctx, "wells", in.Token)
		ok(t, err)
		same(t, found, true)
		same(t, got, Session{in.Session.ID, "wells", a, asOffice, began, began})
		same(t, got, in.Session)
		for _, other := range [][2]string{{"", in.Token}, {"roads", in.Token}, {"wells", ""}, {"wells", in.Device}, {"wells", in.Session.ID}} {
			same(t, h.isIn(other[0], other[1]), false)
		}

		// The last use is written at most once an hour, and keeps it alive over a restart.
		h.later(59 * time.Minute)
		h.isIn("wells", in.Token)
		same(t, must(h.Sessions(ctx, a.ID))(t)[0].Last, began)
		h.later(time.Minute)
		h.isIn("wells", in.Token)
		same(t, must(h.Sessions(ctx, a.ID))(t)[0].Last, began.Add(time.Hour))
		h.later(SessionIdle - time.Second)
		h.restart()
		same(t, h.isIn("wells", in.Token), true)
		h.later(SessionIdle)
		same(t, h.isIn("wells", in.Token), false)
		same(t, must(h.Sessions(ctx, a.ID))(t), nil)

		// Used every day it still ends after 180 days.
		in = h.enters("wells", "Aygul", secret, "")
		for range 179 {
			h.later(24 * time.Hour)
			if !h.isIn("wells", in.Token) {
				t.Fatal("it ended too soon")
			}
		}
		h.later(24 * time.Hour)
		same(t, h.isIn("wells", in.Token), false)
	})
}

func TestEndSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice, asAdmin)
		b := h.person(root, "Bahar", asOffice)
		one := h.enters("wells", "Aygul", secret, "")
		h.later(time.Second)
		two := h.enters("wells", "Aygul", secret, "")
		three := h.enters("", "Aygul", secret, two.Device)
		other := h.enters("wells", "Bahar", secret, "")
		same(t, two.Device, three.Device)
		if one.Device == two.Device || one.Token == two.Token {
			t.Error("two browsers have the same token")
		}
		same(t, len(must(h.Sessions(ctx, a.ID))(t)), 3)
		ok(t, h.EndSession(ctx, a.ID, other.Session.ID)) // another's
		ok(t, h.EndSession(ctx, b.ID, "x\x00"))
		same(t, h.isIn("wells", other.Token), true)
		ok(t, h.EndSession(ctx, a.ID, one.Session.ID))
		same(t, h.isIn("wells", one.Token), false)
		ok(t, h.EndOthers(ctx, two.Session, two.Device))
		same(t, []bool{h.isIn("wells", two.Token), h.isIn("", three.Token), h.isIn("wells", other.Token)}, []bool{true, false, true})
		same(t, h.rows(familiarTable), 2)
		ok(t, h.SignOut(ctx, two.Session))
		same(t, h.isIn("wells", two.Token), false)
		same(t, h.enters("wells", "Aygul", secret, two.Device).Device, two.Device)
		_, err := h.Sessions(ctx, "none")
		refused(t, err, "no-account")
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		in := h.enters("wells", "Aygul", secret, "")
		link := must(h.Reset(ctx, root, a.ID))(t)
		refused(t, h.ChangePassword(ctx, a.ID, secret, "short"), "password-short")
		for range freeFailures {
			refused(t, h.ChangePassword(ctx, a.ID, "wrong", another), "wrong")
		}
		refused(t, h.ChangePassword(ctx, a.ID, secret, another), "wait")
		h.later(time.Second)
		ok(t, h.ChangePassword(ctx, a.ID, secret, another))
		same(t, h.isIn("wells", in.Token), true)
		_, err := h.Invitation(ctx, link)
		refused(t, err, "link")
		_, err = h.SignIn(ctx, "wells", "Aygul", secret, "")
		refused(t, err, "wrong")
		h.enters("wells", "Aygul", another, "")
	})
}

// waits asks for the refusal to wait, and says how long.
func waits(t *testing.T, err error) int64 {
	t.Helper()
	return refused(t, err, "wait").Args[1].(int64)
}

// TestStrangersAreSlowedOwnersAreNot goes through the arithmetic of the package comment.
func TestStrangersAreSlowedOwnersAreNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		h.person(root, "Aygul", asOffice)
		h.person(root, "Bahar", asOffice)
		owner := h.enters("wells", "Aygul", secret, "")
		neighbour := h.enters("wells", "Bahar", secret, "")

		// Strangers, by whichever spelling of the name, and the same for a name that nobody has.
		for _, name := range []string{"Aygul", "Nobody", "..", ""} {
			began := h.Unix()
			guesses := 0
			for i := range 12 {
				spelling := name
				if i%2 == 1 {
					spelling = strings.ToUpper(name)
				}
				device := []string{"", "made up", neighbour.Device}[i%3] // a device of somebody else is a stranger's
				for {
					_, err := h.SignIn(ctx, "wells", spelling, another, device)
					var e *locale.Error
					if errors.As(err, &e) && e.Code == "staff.wait" {
						h.later(time.Second)
						continue
					}
					refused(t, err, "wrong")
					break
				}
				if h.Unix()-began <= 63 {
					guesses++
				}
			}
			same(t, guesses, 11)
			same(t, h.Unix()-began, int64(1+2+4+8+16+32+60))
			_, err := h.SignIn(ctx, "wells", name, secret, "")
			same(t, waits(t, err), 60)
			if name != "Aygul" {
				continue
			}
			h.restart() // a restart forgives nothing
			_, err = h.SignIn(ctx, "wells", name, secret, neighbour.Device)
			same(t, waits(t, err), 60)

			// The owner passes on the known device, also after mistakes there, which are counted apart.
			for range freeFailures - 1 {
				_, err := h.SignIn(ctx, "wells", "Aygul", another, owner.Device)
				refused(t, err, "wrong")
			}
			owner = h.enters("wells", "aygul", secret, owner.Device)
			for range freeFailures {
				_, err := h.SignIn(ctx, "wells", "Aygul", another, owner.Device)
				refused(t, err, "wrong")
			}
			_, err = h.SignIn(ctx, "wells", "Aygul", secret, owner.Device)
			same(t, waits(t, err), 1)
			h.later(time.Second)
			h.enters("wells", "Aygul", secret, owner.Device)
		}

		// The right password from a new device passes when its time has come, and gives strangers nothing.
		h.later(time.Minute)
		h.enters("wells", "Aygul", secret, "")
		_, err := h.SignIn(ctx, "wells", "Aygul", secret, "")
		if s := waits(t, err); s < 30 {
			t.Errorf("a success gave strangers a new beginning: %d", s)
		}
		// A quiet hour clears it, and a device is known for a year.
		h.later(forgotten + time.Minute)
		for range freeFailures {
			_, err := h.SignIn(ctx, "wells", "Aygul", another, "")
			refused(t, err, "wrong")
		}
		h.later(DeviceLasts)
		for range freeFailures {
			_, err := h.SignIn(ctx, "wells", "Aygul", another, "")
			refused(t, err, "wrong")
		}
		_, err = h.SignIn(ctx, "wells", "Aygul", secret, owner.Device)
		waits(t, err)
		// What was counted long ago does not stay.
		h.later(forgotten)
		_, err = h.SignIn(ctx, "wells", "Somebody", secret, "")
		refused(t, err, "wrong")
		same(t, h.rows(throttleTable), 1)
	})
}

// TestManyGuessesAtOnce: those that come together are counted before any is hashed.
func TestManyGuessesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person(h.admin(), "Aygul", asOffice)
		const many = 20
		results := make(chan error)
		for range many {
			go func() {
				_, err := h.SignIn(context.WithoutCancel(t.Context()), "wells", "Aygul", another, "")
				results <- err
			}()
		}
		wrong := 0
		for range many {
			var e *locale.Error
			if err := <-results; errors.As(err, &e) && e.Code == "staff.wrong" {
				wrong++
			}
		}
		same(t, wrong, freeFailures)
	})
}

// TestHashingWaits: no more passwords are hashed at once than may be, and whoever goes away does not wait.
func TestHashingWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range hashers {
			must(h.turn(t.Context()))(t)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := h.SignIn(ctx, "wells", "Nobody", secret, ""); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// TestNoTokenInClear looks at every value of every table for what opens something.
func TestNoTokenInClear(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		root := h.admin()
		a := h.person(root, "Aygul", asOffice)
		in := h.enters("wells", "Aygul", secret, "")
		clear := map[string]string{
			"session": in.Token, "device": in.Device, "invitation": must(h.Invite(ctx, root, []Grant{asTeam}))(t),
			"reset": must(h.Reset(ctx, root, a.ID))(t), "password": secret,
		}
		_, err := h.SignIn(ctx, "wells", "tried by somebody", "guessed by somebody", "")
		refused(t, err, "wrong")
		clear["tried name"], clear["guess"] = "tried by somebody", "guessed by somebody"
		for name, value := range clear {
			if len(value) < 16 {
				t.Fatalf("%s is %q", name, value)
			}
		}
		var all []string
		ok(t, h.db.Read(ctx, func(tx *store.Tx) error {
			for _, table := range Tables() {
				if err := tx.Scan(table, func(row []any) error {
					for i, v := range row {
						text := fmt.Sprint(v)
						if raw, ok := v.([]byte); ok {
							text = string(raw)
						}
						all = append(all, text)
						for what, value := range clear {
							raw, _ := encoding.DecodeString(value)
							if strings.Contains(text, value) || len(raw) > 0 && strings.Contains(text, string(raw)) {
								t.Errorf("%s.%s has the %s", table.Name, table.Columns[i].Name, what)
							}
						}
					}
					return nil
				}); err != nil {
					return err
				}
			}
			return nil
		}))
		if !slices.Contains(all, string(markOf(in.Token))) || !slices.Contains(all, "Aygul") {
			t.Error("the search finds nothing")
		}
	})
}
