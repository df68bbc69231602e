package figures_test

import (
	"slices"
	"testing"

	"kept/figures"
	"kept/ledger"
	"kept/promise"
	"kept/schedule"
	"kept/simulate"
	"kept/store/storetest"
	"kept/voice"
)

// TestChosenByVillages: on every day of a book in which rounds went in all ways, what can be chosen by on the village's side is what each
// promise by itself says, be it counted in memory or asked of the database; so are the numbers beside the choices.
func TestChosenByVillages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for name, b := range map[string]*ledger.Book{
			"demo":      figures.Sample(t, e, "2026-11-24"),
			"simulated": figures.Voiced(t, e, simulate.Options{Name: "sim", Villages: 30, Promises: 110, Reports: 300, Seed: 11, Today: "2026-11-23"}),
		} {
			t.Run(name, func(t *testing.T) {
				seen := map[string]int{}
				memo := &figures.Memo{}
				figures.Look(t, b, memo, func(at *figures.At) {
					rows := rowsOf(t, at, promise.View, "ORDER BY v.seq")
					villages := map[int64][]string{}
					for _, p := range rows {
						var err error
						if villages[p.Seq], err = voice.VillagesOf(at.Tx, p.Seq); err != nil {
							t.Fatal(err)
						}
					}
					for back := 0; back <= 420; back += 8 {
						other := *at
						other.Day = schedule.AddDays(at.Day, 10-back)
						saysOn(t, &other, rows, villages, seen)
					}
				})
				for _, v := range figures.Villages {
					if seen[v] == 0 && name == "simulated" {
						t.Errorf("nothing was ever %s", v)
					}
				}
			})
		}
	})
}

func saysOn(t *testing.T, at *figures.At, rows []promise.Row, villages map[int64][]string, seen map[string]int) {
	t.Helper()
	v, err := voice.Read(at.Tx, at.Day)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]int64{}
	for _, p := range rows {
		together := v.Together(p.Seq, villages[p.Seq])
		want[string(together.Says)] = append(want[string(together.Says)], p.Number)
		if together.DisputedBefore {
			want[figures.Disputed] = append(want[figures.Disputed], p.Number)
		}
		if p.Withdrawn == "" && voice.UnaskedDays(p.Done, together.LastAsked, together.Asking > 0, at.Day) > 0 {
			want[figures.Unasked] = append(want[figures.Unasked], p.Number)
		}
	}
	counted, err := at.Says(figures.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, village := range figures.Villages {
		seen[village] += len(want[village])
		f := figures.Filter{Village: village}
		n := counted[village]
		if n.Name != f.Name() || n.Int() != int64(len(want[village])) {
			t.Errorf("%s: %s is %s, should be %d", at.Day, n.Name, n.Value, len(want[village]))
		}
		for which, a := range map[string]*figures.At{"in memory": at, "in the database": plainly(at)} {
			lines, err := a.List(f, figures.ByNumber, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := numbers(lines); !slices.Equal(got, want[village]) {
				t.Fatalf("%s, %s, %s: %v, should be %v", at.Day, village, which, got, want[village])
			}
			for _, l := range lines {
				if village != figures.Disputed && village != figures.Unasked && string(l.Said.Village.Says) != village || village == figures.Unasked && l.Said.UnaskedDays < promise.AskWithin {
					t.Errorf("%s: promise %d is listed as %s, and says %+v", at.Day, l.Number, village, l.Said)
				}
			}
		}
	}
}
