package demo

import (
	"testing"
	"time"

	"kept/staff"
	"kept/store"
)

// TestStaff: there is an account for each role, made once, and each signs in with the password that everybody can read.
func TestStaff(t *testing.T) {
	location, err := store.At(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	db, err := location.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	desk, err := staff.Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	first, err := Staff(t.Context(), desk)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Staff(t.Context(), desk)
	if err != nil {
		t.Fatal(err)
	}
	roles := map[staff.Role]bool{}
	for i, a := range first {
		if again[i].ID != a.ID {
			t.Errorf("%s is made twice", a.Name)
		}
		g := a.Grants[0]
		roles[g.Role] = true
		if _, err := desk.SignIn(t.Context(), g.Programme, a.Name, Password, ""); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	if len(roles) != len(staff.Roles) || len(first) != len(roles) {
		t.Errorf("the accounts have the roles %v", roles)
	}
}
