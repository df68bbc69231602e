package store_test

import (
	"errors"
	"testing"

	"kept/store"
	"kept/store/storetest"
)

// TestConformanceFaults sees that a database wrapped in faults fails as it says it does.
func TestConformanceFaults(t *testing.T) {
	for _, c := range []struct {
		name             string
		fault            store.Fault
		happens, unknown bool
	}{
		{"NoFault", store.NoFault, true, false},
		{"NotDone", store.NotDone, false, false},
		{"AnswerLost", store.AnswerLost, true, true},
		{"LostUndone", store.LostUndone, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				inner := made(t, e, named)
				db := &store.Faulty{DB: inner, Next: func() store.Fault { return c.fault }}
				err := db.Write(ctx, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(1), "a"}}) })
				same(t, err == nil, c.fault == store.NoFault)
				same(t, errors.Is(err, store.ErrFault), c.fault != store.NoFault)
				same(t, errors.Is(err, store.ErrUnknown), c.unknown)
				same(t, len(scan(t, db, named)) == 1, c.happens)

				boom := errors.New("boom")
				if err := db.Write(ctx, func(tx *store.Tx) error { return boom }); !errors.Is(err, boom) || errors.Is(err, store.ErrUnknown) {
					t.Errorf("a transaction that fails by itself: %v, should be %v", err, boom)
				}
			})
		})
	}
}
