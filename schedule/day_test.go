package schedule

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func drawDay(t *rapid.T, label string) string {
	return FormatDay(rapid.IntRange(firstDay, lastDay).Draw(t, label))
}

func TestValidDay(t *testing.T) {
	for day, want := range map[string]bool{
		"2026-02-04": true, "1900-01-01": true, "2200-12-31": true, "2024-02-29": true, "2000-02-29": true,
		"": false, "2026-2-4": false, "2026-02-29": false, "1900-02-29": false, "2100-02-29": false,
		"2026-00-10": false, "2026-13-10": false, "2026-04-31": false, "2026-04-00": false,
		"1899-12-31": false, "2201-01-01": false, "0000-00-00": false, "-026-01-01": false, "+026-01-01": false,
		" 2026-02-04": false, "2026-02-04 ": false, "2026/02/04": false, "2026-02-04Z": false, "20260204": false,
		"2026-02-0\u0664": false, "２０２６-０２-０４": false, "2026-02-0a": false,
	} {
		if got := ValidDay(day); got != want {
			t.Errorf("ValidDay(%q) = %v", day, got)
		}
	}
}

// Every accepted day is walked once, beside the standard library's calendar.
func TestEveryDay(t *testing.T) {
	at := time.Date(FirstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := firstDay; n <= lastDay; n++ {
		want := at.Format(time.DateOnly)
		if got := FormatDay(n); got != want {
			t.Fatalf("FormatDay(%d) = %s, want %s", n, got, want)
		}
		if got, err := ParseDay(want); err != nil || got != n {
			t.Fatalf("ParseDay(%s) = %d, %v; want %d", want, got, err, n)
		}
		if unix := int(at.Unix() / 86400); unix != n {
			t.Fatalf("%s has number %d, want %d", want, n, unix)
		}
		at = at.AddDate(0, 0, 1)
	}
	if last := FormatDay(lastDay); last != "2200-12-31" {
		t.Errorf("the last day is %s", last)
	}
}

func TestAddDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDay(t, "a"), drawDay(t, "b")
		n := DaysBetween(a, b)
		if got := AddDays(a, n); got != b {
			t.Fatalf("AddDays(%s, %d) = %s, want %s", a, n, got, b)
		}
		if back := DaysBetween(b, a); back != -n {
			t.Fatalf("from %s to %s: %d, and back %d", a, b, n, back)
		}
		if (a < b) != (n > 0) || (a == b) != (n == 0) {
			t.Fatalf("%s and %s compare otherwise than their distance %d", a, b, n)
		}
	})
	const most = int(^uint(0) >> 1)
	for _, tt := range []struct {
		day  string
		n    int
		want string
	}{{"2199-01-01", most, "2200-12-31"}, {"2026-01-01", -most - 1, "1900-01-01"}, {"2026-01-01", 0, "2026-01-01"}} {
		if got := AddDays(tt.day, tt.n); got != tt.want {
			t.Errorf("AddDays(%s, %d) = %s, want %s", tt.day, tt.n, got, tt.want)
		}
	}
}

func TestUncheckedDayPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a day that was never checked was added to")
		}
	}()
	AddDays("2026-02-30", 1)
}

func FuzzValidDay(f *testing.F) {
	for _, day := range []string{"2026-02-04", "2024-02-29", "1900-02-29", "2200-12-31", "", "2026-02-04\x00", "٢٠٢٦-٠٢-٠٤"} {
		f.Add(day)
	}
	f.Fuzz(func(t *testing.T, day string) {
		at, err := time.Parse(time.DateOnly, day)
		want := err == nil && at.Format(time.DateOnly) == day && at.Year() >= FirstYear && at.Year() <= LastYear
		if got := ValidDay(day); got != want {
			t.Fatalf("ValidDay(%q) = %v, the standard calendar says %v", day, got, want)
		}
		if want {
			if n, _ := ParseDay(day); FormatDay(n) != day {
				t.Fatalf("%q does not come back: %s", day, FormatDay(n))
			}
		}
	})
}
