package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCalendar(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"a month back", calendar{"2026-11-24"}.on(-10, 4), "2026-01-04"},
		{"over New Year", calendar{"2026-01-01"}.on(-9, 4), "2025-04-04"},
		{"ahead", calendar{"2026-11-24"}.on(2, 28), "2027-01-28"},
		{"the end of a leap February", calendar{"2028-03-31"}.end(-1), "2028-02-29"},
		{"the end of December", calendar{"2026-11-24"}.end(1), "2026-12-31"},
		{"days ago", calendar{"2027-02-28"}.ago(41), "2027-01-18"},
		{"the Tuesday before a Tuesday", lastBefore("2026-11-24", tuesday), "2026-11-17"},
		{"the Tuesday before a Wednesday", lastBefore("2026-11-25", tuesday), "2026-11-24"},
		{"before 1970", lastBefore("1969-12-31", thursday), "1969-12-25"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %s, should be %s", test.name, test.got, test.want)
		}
	}
	want := [][2]string{{"2026-01-01", "2026-03-31"}, {"2026-04-01", "2026-06-30"}}
	if diff := cmp.Diff(want, calendar{"2026-11-24"}.quarters(-10, 2)); diff != "" {
		t.Errorf("quarters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2026-10-15", "2026-11-15"}, calendar{"2026-11-15"}.monthly(-1, 15)); diff != "" {
		t.Errorf("monthly, on the day (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2026-10-15"}, calendar{"2026-11-14"}.monthly(-1, 15)); diff != "" {
		t.Errorf("monthly, the day before (-want +got):\n%s", diff)
	}
}
