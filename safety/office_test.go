package safety_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/device"
	"kept/ledger"
	"kept/staff"
	"kept/store"
	"kept/store/storetest"
	"kept/web"
)

// officeAddress is an address of a route of an office; what stands for something is the letter x.
func officeAddress(route web.Address) (method, address string) {
	method, pattern, _ := strings.Cut(route.Pattern, " ")
	pattern = strings.TrimSuffix(pattern, "{$}")
	for strings.Contains(pattern, "{") {
		from, to := strings.Index(pattern, "{"), strings.Index(pattern, "}")
		pattern = pattern[:from] + "x" + pattern[to+1:]
	}
	if route.Admin {
		return method, "/office" + pattern
	}
	return method, "/valley" + pattern
}

// TestS2UnknownFormFields: a form has the fields of its page and no others, whoever sends it. A new field is seen here before
// anybody can fill it in: none of them asks for anything of a resident.
func TestS2UnknownFormFields(t *testing.T) {
	s := example(t)
	forms := 0
	for _, route := range web.Addresses() {
		if route.Who == "public" {
			continue
		}
		method, address := officeAddress(route)
		// A key that every page of an office knows hides none beside it, in whatever order they are looked at.
		for _, query := range []string{"phone=1", "signed=in&phone=1", "signed=in&phone=1", "signed=in&phone=1", "signed=in&signed=in"} {
			if rec := s.get(address + "?" + query); method == http.MethodGet && rec.Code != http.StatusBadRequest {
				t.Errorf("%s?%s is answered with %d", address, query, rec.Code)
			}
		}
		if method != http.MethodPost || strings.HasPrefix(address, "/valley/team/sync/") { // what a phone sends is no form: TestS2PhoneKeys in web
			continue
		}
		forms++
		for _, f := range route.Fields {
			for _, part := range strings.FieldsFunc(f, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
				if who := ofPeople(part); who != "" {
					t.Errorf("%s has the field %s, which may be of %s", route.Pattern, f, who)
				}
			}
		}
		for _, body := range []string{"phone=1", "Form=00000000000000000000000000000000", "do=a&do=b", "form=%00", "do=%ff", "ethnicity=x&do=save", "form=x", "a.b.c.d.e=1", "=1", "do.x=1"} {
			r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			if rec.Code != http.StatusBadRequest {
				t.Errorf("%s with %s is answered with %d", address, body, rec.Code)
			}
		}
	}
	if forms < 20 {
		t.Errorf("only %d forms were looked at", forms)
	}
}

// ofPeople says of what a name may be that Kept does not hold.
func ofPeople(name string) string {
	for _, word := range []string{"person", "resident", "household", "phone", "email", "gender", "sex", "birth", "age", "ethnic", "religion", "party", "politic", "attend", "photo", "identity", "passport", "address"} {
		if name == word || strings.HasPrefix(name, word+"-") || strings.HasSuffix(name, "-"+word) {
			return word
		}
	}
	return ""
}

// TestS12NothingOfStaffLeaves: what is known of staff, and what an office has written and not said, is on no public page, at no door
// and in no log, whatever is asked for.
func TestS12NothingOfStaffLeaves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, _, _ := secretBook(t, e)
		ctx, db := t.Context(), e.New(t)
		desk, err := staff.Open(ctx, db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		link, err := desk.Invite(ctx, staff.Account{}, []staff.Grant{{Programme: "valley", Role: staff.Office, Who: "org:office"}})
		if err != nil {
			t.Fatal(err)
		}
		account, err := desk.Accept(ctx, link, "c4n4ry account", "a long c4n4ry of a password")
		if err != nil {
			t.Fatal(err)
		}
		signed, err := desk.SignIn(ctx, "valley", "c4n4ry account", "a long c4n4ry of a password", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Invite(ctx, account, []staff.Grant{{Programme: "valley", Role: staff.Team, Who: "team:team"}}); err != nil {
			t.Fatal(err)
		}
		form := url.Values{"title.en": {"c4n4ry of a draft"}, "reason.en": {"c4n4ryreason"}}
		if _, err := desk.PutDraft(ctx, staff.Draft{Programme: "valley", Who: "org:office", Kind: "promise", Title: "c4n4ry of a draft", Form: form.Encode(), By: account.ID}); err != nil {
			t.Fatal(err)
		}
		if err := desk.Act(ctx, staff.Act{Account: account.ID, Programme: "valley", What: "promise", Entry: ledger.NewID()}); err != nil {
			t.Fatal(err)
		}
		note := &device.Note{Device: ledger.NewID(), Account: account.ID, Programme: "valley", Events: []device.Arrived{{N: 1, Event: ledger.NewID(), Entry: ledger.NewID()}}}
		if err := device.Beside(desk).Note(ctx, note); err != nil {
			t.Fatal(err)
		}
		secret := map[string]string{"token of a session": signed.Token, "token of a device": signed.Device, "salt": string(desk.Salt("x")("note")), "a draft": "c4n4ryreason"}
		// Of what the book holds too: names of kinds, codes, days.
		said := map[string]bool{"programme": true, "who": true, "kind": true, "role": true, "what": true, "grants": true, "created": true, "changed": true, "places": true, "purpose": true, "sha256": true}
		err = db.Read(ctx, func(tx *store.Tx) error {
			for _, table := range slices.Concat(staff.Tables(), device.Tables()) {
				err := tx.Scan(table, func(row []any) error {
					for i, c := range table.Columns {
						if text := fmt.Sprint(row[i]); c.Type == store.Text && !said[c.Name] && len(text) >= 8 {
							secret[fmt.Sprint(table.Name, ".", c.Name, " ", row[0])] = text
						} else if raw, ok := row[i].([]byte); ok && len(raw) >= 8 {
							secret[fmt.Sprint(table.Name, ".", c.Name)] = string(raw)
						}
					}
					return nil
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(secret) < 15 {
			t.Fatalf("only %d secrets were found to look for", len(secret))
		}
		var log buffer
		site := web.New(web.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Version: "test", Desk: desk})
		site.Serve("valley", b, nil)
		pages := crawl(t, site, b)
		for _, route := range web.Addresses() {
			if route.Who != "public" {
				method, address := officeAddress(route)
				rec := httptest.NewRecorder()
				r := httptest.NewRequest(method, address, strings.NewReader("do=c4n4rytyped"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				site.ServeHTTP(rec, r)
				pages[route.Pattern+" "+address] = fmt.Sprint(rec.Header()) + rec.Body.String()
			}
		}
		pages["the log"] = log.String()
		for what, value := range secret {
			for _, form := range []string{value, hex.EncodeToString([]byte(value)), base64.StdEncoding.EncodeToString([]byte(value)), url.QueryEscape(value)} {
				for address, page := range pages {
					if strings.Contains(page, form) {
						t.Errorf("%s has %s", address, what)
					}
				}
			}
		}
		if !strings.Contains(fmt.Sprint(pages), "c4n4rytyped") {
			t.Error("what was typed before signing in does not come along to the door, or was not looked for")
		}
	})
}
