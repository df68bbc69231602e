package figures_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/figures"
	"kept/ledger"
	"kept/schedule"
	"kept/simulate"
	"kept/store/storetest"
)

// TestOffice looks at what an office sees of the sample and of a simulated book, on each engine.
func TestOffice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for name, b := range map[string]*ledger.Book{
			"demo":      figures.Sample(t, e, "2026-11-24"),
			"simulated": figures.Voiced(t, e, simulate.Options{Name: "sim", Villages: 90, Promises: 300, Reports: 900, Seed: 5, Today: "2026-11-23"}),
		} {
			t.Run(name, func(t *testing.T) {
				figures.Look(t, b, &figures.Memo{}, func(at *figures.At) {
					m := newModel(t, at)
					t.Run("queue", func(t *testing.T) { testQueue(t, at, m) })
					t.Run("dashboard", func(t *testing.T) { testDashboard(t, at, m) })
					t.Run("answers", func(t *testing.T) { testAnswers(t, at, m) })
					t.Run("reach", func(t *testing.T) { testReach(t, at, m) })
					t.Run("two ways", func(t *testing.T) { testTwoWays(t, at, m) })
				})
			})
		}
	})
}

// plainly asks the same state without a memo.
func plainly(at *figures.At) *figures.At { return &figures.At{Tx: at.Tx, Size: at.Size, Day: at.Day} }

// testQueue: what waits for a person, in order and in counts, is what the rows of the whole book say; each count is a
// figure, and so is each number of days.
func testQueue(t *testing.T, at *figures.At, m *model) {
	kinds := map[figures.Kind]int{}
	for _, r := range m.reaches() {
		want := m.queue(r)
		var got []string
		for page, pages := 1, 1; page <= pages; page++ {
			q, err := at.Queue(r, "", page)
			if err != nil {
				t.Fatal(err)
			}
			pages = q.Pages
			sum := int64(0)
			for _, k := range q.Kinds {
				ask(t, at, k.Number)
				if sum += k.Number.Int(); k.HasList {
					sameList(t, at, k.List, k.Number)
				}
			}
			if ask(t, at, q.All); q.All.Int() != sum || len(q.Items) > figures.PerQueue {
				t.Errorf("%+v: %d in all, %d by kind; %d on a page", r, q.All.Int(), sum, len(q.Items))
			}
			for _, i := range q.Items {
				kinds[i.Kind]++
				got = append(got, told(i))
				ask(t, at, i.Days)
				if i.Kind == figures.WaitsOccurrence && i.Occurrences.Missing.Int() == 0 {
					t.Errorf("promise %d has no missing days", i.Number)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%+v (-model +queue):\n%s", r, diff)
		}
		for _, k := range figures.Kinds {
			q, err := at.Queue(r, k, 1)
			if err != nil {
				t.Fatal(err)
			}
			of := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return !strings.Contains(s, " "+string(k)+" ") })
			for i, item := range q.Items {
				if told(item) != of[i] {
					t.Errorf("%+v, of kind %s: %s, should be %s", r, k, told(item), of[i])
				}
			}
			if len(q.Items) != min(len(of), figures.PerQueue) {
				t.Errorf("%+v: %d of kind %s, should be %d", r, len(q.Items), k, len(of))
			}
		}
	}
	for _, k := range figures.Kinds {
		if kinds[k] == 0 {
			t.Errorf("nothing waited of kind %s", k)
		}
	}
	r := m.reaches()[0]
	for _, page := range []int{0, -1, 1000} {
		if _, err := at.Queue(r, "", page); err != figures.ErrNoPage {
			t.Errorf("page %d: %v", page, err)
		}
	}
	for _, r := range []figures.Reach{{}, {Role: "admin", Who: "org:office"}, {Role: figures.OfficeRole, Who: "org:"}, {Role: figures.OfficeRole}} {
		if q, err := at.Queue(r, "", 1); err == nil {
			t.Errorf("%+v has a queue of %d", r, len(q.Items))
		}
		if _, err := at.Dashboard(r, at.Day); err == nil {
			t.Errorf("%+v has a dashboard", r)
		}
	}
}

func told(i figures.Item) string {
	entry := int64(0)
	if i.Report != nil {
		entry = i.Report.Seq
	}
	if i.Owed != nil {
		entry = i.Owed.Result
	}
	return fmt.Sprintf("%s %6d %5d %s %s, %d days", i.Since, entry, i.Number, i.Kind, i.Due, i.Days.Int())
}

// ask sees that a number is what its name says, counted in another way.
func ask(t *testing.T, at *figures.At, n figures.Number) {
	t.Helper()
	if truth, err := figures.Ask(plainly(at), n.Name); err != nil || truth != n.Value || n.Value == "" {
		t.Errorf("%s is %q, asked for it is %q, %v", n.Name, n.Value, truth, err)
	}
}

// sameList sees that a list has as many lines as its number says.
func sameList(t *testing.T, at *figures.At, f figures.Filter, n figures.Number) {
	t.Helper()
	lines, err := plainly(at).List(f, figures.ByLate, 0, 0)
	if err != nil || int64(len(lines)) != n.Int() {
		t.Errorf("%+v lists %d, %v; %s is %s", f, len(lines), err, n.Name, n.Value)
	}
}

// testDashboard: every number on a dashboard is a figure that says the same when it is asked for, the lists have as many
// lines, the grid adds up, and no place outside the reach stands on it.
func testDashboard(t *testing.T, at *figures.At, m *model) {
	until := schedule.AddDays(at.Day, 40)
	asked := map[figures.Name]bool{}
	shown := 0
	for _, r := range m.reaches() {
		d, err := at.Dashboard(r, until)
		if err != nil {
			t.Fatal(err)
		}
		eachNumber(reflect.ValueOf(d), func(n figures.Number) {
			if !asked[n.Name] {
				asked[n.Name] = true
				ask(t, at, n)
			}
			if n.Int() > 0 {
				shown++
			}
		})
		m.addsUp(t, r, d)
		m.tells(t, r, d)
		sameList(t, at, d.List, d.All)
		sameList(t, at, d.Missing.DueList, d.Missing.Due)
		if len(d.Trend) != 12 || d.Trend[11].To < at.Day || d.Trend[11].From > at.Day {
			t.Errorf("the trend ends with %+v", d.Trend[len(d.Trend)-1])
		}
	}
	if len(asked) < 300 || shown < 300 {
		t.Errorf("only %d figures, %d of them not zero", len(asked), shown)
	}
}

// eachNumber finds the numbers in a value.
func eachNumber(v reflect.Value, see func(figures.Number)) {
	if n, ok := v.Interface().(figures.Number); ok {
		if n.Name != "" {
			see(n)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachNumber(v.Elem(), see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachNumber(v.Index(i), see)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			eachNumber(v.MapIndex(k), see)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachNumber(v.Field(i), see)
			}
		}
	}
}

// testReach: on no page of anybody's queue is a promise outside the places, nor one of somebody else.
func testReach(t *testing.T, at *figures.At, m *model) {
	seen := 0
	for _, r := range m.reaches() {
		for page, pages := 1, 1; page <= pages; page++ {
			q, err := at.Queue(r, "", page)
			if err != nil {
				t.Fatal(err)
			}
			pages = q.Pages
			for _, i := range q.Items {
				seen++
				ok := i.Owed == nil && m.in(i.Seq, r.Places) || i.Owed != nil && m.within(i.Owed.Place, r.Places)
				for _, p := range i.Places {
					ok = ok && slices.Contains(m.made[i.Seq], p.Code)
				}
				switch r.Role {
				case figures.OfficeRole:
					ok = ok && (i.Owed == nil && "org:"+i.Office == r.Who || i.Owed != nil && "org:"+i.Owed.Office == r.Who || i.Report != nil && i.Report.Who == r.Who)
				case figures.TeamRole:
					ok = ok && ("team:"+i.Team == r.Who || i.Report != nil && i.Report.Who == r.Who)
				case figures.ReviewerRole:
					ok = ok && i.Report.Who != r.Who && i.Kind == figures.WaitsLook
				}
				if !ok {
					t.Errorf("%+v is shown promise %d", r, i.Number)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d things waited", seen)
	}
}

// testTwoWays: with a memo, which counts in memory, and without, which asks the database, every filter chooses the same
// promises in the same orders.
func testTwoWays(t *testing.T, at *figures.At, m *model) {
	p := m.promises[len(m.promises)/2]
	village := m.made[p.Seq][0]
	filters := []figures.Filter{{}, {Task: p.Task}, {Task: "none"}, {Office: p.Office}, {Team: p.Team}, {Plan: "schedule"}, {Plan: "once", Team: p.Team}, {Place: village},
		{Place: m.above[village]}, {Place: "nowhere"}, {Place: village + "," + m.made[m.promises[0].Seq][0]}, {Place: village, Task: p.Task, Standing: "open"}, {Standing: "overdue"},
		{Standing: "late"}, {Village: "kept"}, {Village: "partly-kept", Place: m.above[village]}, {Village: "not-kept", Standing: "reported-done"}, {Village: "too-few"}, {Village: "contested"},
		{Village: "being-asked"}, {Village: "not-asked"}, {Village: "not-asked", Task: p.Task, Words: "w"}, {Village: "disputed"}, {Village: "unasked"}, {Village: "unasked", Office: p.Office}, {Village: "people"}, {Mark: "lowered"}, {Mark: "made-later"}, {Mark: "amended"}, {Mark: "suspended"}, {Mark: "people"}, {From: at.Day}, {To: at.Day},
		{From: schedule.AddDays(at.Day, -60), To: schedule.AddDays(at.Day, 60), Plan: "once"}, {Words: "7"}, {Words: "0"}, {Words: "99999"}, {Words: "-1"}, {Words: "7", Place: village},
		{Words: "7", Place: "nowhere"}, {Words: "water"}, {Words: "w"}, {Words: "水"}, {Words: "村 水"}, {Words: "ق"}, {Words: "!"}, {Words: "  "}, {Words: "s", Place: village}, {Words: "zzz"}}
	chosen := 0
	for _, f := range filters {
		plain := plainly(at)
		got, err := at.Standings(f)
		want, err2 := plain.Standings(f)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || err2 != nil {
			t.Errorf("%+v: %v, %v (-asked +counted)\n%s", f, err, err2, diff)
		}
		n, err := at.Count(f)
		if truth, err2 := plain.Count(f); err != nil || err2 != nil || n != truth {
			t.Errorf("%+v counts %+v, should be %+v; %v, %v", f, n, truth, err, err2)
		}
		chosen += int(n.Int())
		for _, o := range figures.Orders {
			for _, part := range [][2]int{{0, 0}, {0, 3}, {2, 5}, {int(n.Int()), 5}} {
				got, err := at.List(f, o, part[0], part[1])
				want, err2 := plain.List(f, o, part[0], part[1])
				if err != nil || err2 != nil || !slices.Equal(numbers(got), numbers(want)) {
					t.Errorf("%+v by %s, %v: %v, should be %v; %v, %v", f, o, part, numbers(got), numbers(want), err, err2)
				}
			}
		}
	}
	if chosen < 300 {
		t.Errorf("all filters choose only %d", chosen)
	}
	var codes []string
	for code := range m.above {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, codes := range [][]string{codes, codes[:1], {village}, {"nowhere"}, nil} {
		got, err := at.Boards(codes)
		want, err2 := plainly(at).Boards(codes)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || err2 != nil {
			t.Errorf("boards: %v, %v\n%s", err, err2, diff)
		}
	}
	for _, most := range []int{1, 7, 1000} {
		got, err := at.PlacesWith(most)
		want, err2 := plainly(at).PlacesWith(most)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || err2 != nil {
			t.Errorf("places with promises: %v, %v\n%s", err, err2, diff)
		}
	}
	all, err := figures.Everything(at)
	want, err2 := figures.Everything(plainly(at))
	if diff := cmp.Diff(want, all); diff != "" || err != nil || err2 != nil {
		t.Errorf("everything: %v, %v\n%s", err, err2, diff)
	}
	for _, place := range []string{village, m.above[village]} {
		got, err := at.Calendar(place, 8)
		want, err2 := plainly(at).Calendar(place, 8)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || err2 != nil {
			t.Errorf("calendar of %s: %v, %v\n%s", place, err, err2, diff)
		}
		news, err := at.Latest(place, 20)
		wanted, err2 := plainly(at).Latest(place, 20)
		if diff := cmp.Diff(wanted, news); diff != "" || err != nil || err2 != nil {
			t.Errorf("latest of %s: %v, %v\n%s", place, err, err2, diff)
		}
	}
}

func numbers(lines []figures.Line) []int64 {
	out := []int64{}
	for _, l := range lines {
		out = append(out, l.Number)
	}
	return out
}
