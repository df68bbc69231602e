package staff_test

import (
	"errors"
	"testing"
	"time"

	"kept/staff"
	"kept/store"
	"kept/store/storetest"
)

// TestBoxesAreWhereTheyWere: a server that was given another folder than the one with a programme's boxes takes nothing for lost.
func TestBoxesAreWhereTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		desk, err := staff.Open(t.Context(), e.New(t), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			programme, home string
			lost, refused   bool
		}{
			{"valley", "a", false, false},
			{"valley", "a", false, false},
			{"hills", "b", false, false},
			{"valley", "b", false, true},
			{"valley", "c", true, false},
			{"valley", "a", false, true},
			{"valley", "c", false, false},
		} {
			var problem *store.Problem
			if err := desk.HoldBoxes(t.Context(), step.programme, step.home, step.lost); errors.As(err, &problem) != step.refused || !step.refused && err != nil {
				t.Errorf("%+v gives %v", step, err)
			}
		}
	})
}
