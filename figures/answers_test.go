package figures_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"kept/figures"
	"kept/promise"
	"kept/voice"
)

// answered says whether the model's owed answer is in a state on its day.
func (m *model) answered(o voice.OwedRow, state string) bool {
	switch state {
	case "":
		return true
	case figures.OwedOpen:
		return o.Answered == ""
	case figures.OwedLate:
		return o.Answered == "" && o.Due < m.day
	case figures.OwedGiven:
		return o.Answered != ""
	case figures.OwedDue:
		return o.Due < m.day
	case figures.OwedInTime:
		return o.Due < m.day && o.Answered != "" && o.Answered <= o.Due
	}
	return false
}

// owes are the answers that a filter chooses, in order.
func (m *model) owes(f figures.OwedFilter) (out []voice.OwedRow) {
	for _, o := range m.owed {
		var places []string
		if f.Place != "" {
			places = []string{f.Place}
		}
		i := slices.IndexFunc(m.promises, func(p promise.Row) bool { return p.Seq == o.Promise })
		if (f.Office == "" || o.Office == f.Office) && m.within(o.Place, places) && (f.Task == "" || m.promises[i].Task == f.Task) && m.answered(o, f.State) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b voice.OwedRow) int {
		switch {
		case a.Answered == "" && b.Answered == "":
			return cmp.Compare(a.Due, b.Due)
		case a.Answered == "" || b.Answered == "":
			return cmp.Compare(min(1, len(a.Answered)), min(1, len(b.Answered)))
		}
		return cmp.Compare(b.Answered, a.Answered)
	})
	return out
}

// testAnswers: every list of owed answers, its number, and the counts by office are what the rows say, and figures.
func testAnswers(t *testing.T, at *figures.At, m *model) {
	if len(m.owed) == 0 {
		t.Fatal("no office owes an answer")
	}
	filters := []figures.OwedFilter{{}, {Office: "nobody"}, {Place: "nowhere"}, {Task: "none"}}
	for _, o := range m.owed[:min(len(m.owed), 8)] {
		i := slices.IndexFunc(m.promises, func(p promise.Row) bool { return p.Seq == o.Promise })
		task := m.promises[i].Task
		filters = append(filters, figures.OwedFilter{Office: o.Office}, figures.OwedFilter{Place: o.Place}, figures.OwedFilter{Place: m.above[o.Place]}, figures.OwedFilter{Task: task},
			figures.OwedFilter{Office: o.Office, Place: m.above[o.Place], Task: task})
	}
	for _, f := range filters {
		byOffice := map[string]map[string]int64{}
		for _, state := range append([]string{"", "people"}, figures.OwedStates...) {
			f := f.With(state)
			want := m.owes(f)
			for _, o := range want {
				if byOffice[o.Office] == nil {
					byOffice[o.Office] = map[string]int64{}
				}
				byOffice[o.Office][state]++
			}
			n, err := at.CountOwed(f)
			if err != nil || n.Int() != int64(len(want)) {
				t.Errorf("%+v counts %d, %v; should be %d", f, n.Int(), err, len(want))
			}
			ask(t, at, n)
			for _, part := range [][2]int{{0, 0}, {0, 2}, {1, 3}} {
				to := len(want)
				if part[1] > 0 {
					to = min(to, part[0]+part[1])
				}
				lines, err := at.OwedList(f, part[0], part[1])
				if err != nil {
					t.Fatal(err)
				}
				var got []voice.OwedRow
				for _, l := range lines {
					got = append(got, l.OwedRow)
					if l.Number == 0 || l.ID == "" || len(l.Title.In) == 0 || (l.Answered == "") != (len(l.Answers) == 0) || string(l.Said.Verdict) != l.Verdict || len(l.Said.Counts) != 4 {
						t.Errorf("a line lacks something: %+v", l)
					}
					ask(t, at, l.Unanswered)
				}
				if d := diff.Diff(want[min(part[0], to):to], got); d != "" && to > part[0] || len(got) != max(0, to-part[0]) {
					t.Errorf("%+v, %v (-model +list):\n%s", f, part, d)
				}
			}
		}
		offices, err := at.AnswersByOffice(f)
		if err != nil || len(offices) != len(byOffice) {
			t.Errorf("%+v: %d offices, %v; should be %d", f, len(offices), err, len(byOffice))
		}
		for _, o := range offices {
			for state, n := range map[string]figures.Number{figures.OwedOpen: o.Owed, figures.OwedLate: o.Late, figures.OwedDue: o.Due, figures.OwedInTime: o.InTime} {
				if n.Int() != byOffice[o.Office][state] || n.Name != o.List.With(state).Name() {
					t.Errorf("%+v: %s has %d %s, should be %d; it is called %s", f, o.Office, n.Int(), state, byOffice[o.Office][state], n.Name)
				}
				ask(t, at, n)
			}
		}
		found, err := at.OwedFor(f)
		if want := fmt.Sprint(len(byOffice)); err != nil || fmt.Sprint(len(found.Offices)) != want {
			t.Errorf("%+v is of %q, %v", f, found.Offices, err)
		}
	}
}
