package schedule

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDays(t *testing.T) {
	tests := []struct {
		name string
		rule Rule
		end  string
		want []string
	}{
		{"every day", Rule{Day, 1, "2026-02-27", "2026-03-01"}, "", []string{"2026-02-27", "2026-02-28", "2026-03-01"}},
		{"every tenth day", Rule{Day, 10, "2024-02-20", "2024-03-15"}, "", []string{"2024-02-20", "2024-03-01", "2024-03-11"}},
		{"every other week over a year's end", Rule{Week, 2, "2026-12-24", "2027-01-21"}, "", []string{"2026-12-24", "2027-01-07", "2027-01-21"}},
		{"months are counted from the first day", Rule{Month, 1, "2026-01-31", "2026-05-31"}, "",
			[]string{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"}},
		{"months in a leap year", Rule{Month, 1, "2024-01-30", "2024-03-30"}, "", []string{"2024-01-30", "2024-02-29", "2024-03-30"}},
		{"every fifth month", Rule{Month, 5, "2026-10-31", "2027-12-31"}, "", []string{"2026-10-31", "2027-03-31", "2027-08-31"}},
		{"quarters", Rule{Quarter, 1, "2025-11-30", "2026-11-30"}, "",
			[]string{"2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30"}},
		{"half years", Rule{Quarter, 2, "2026-03-31", "2027-03-31"}, "", []string{"2026-03-31", "2026-09-30", "2027-03-31"}},
		{"a leap day comes back", Rule{Year, 1, "2024-02-29", "2028-12-31"}, "",
			[]string{"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"}},
		{"ends with the programme", Rule{Month, 1, "2026-01-15", ""}, "2026-03-14", []string{"2026-01-15", "2026-02-15"}},
		{"its own end goes before the programme's", Rule{Month, 1, "2026-01-15", "2026-02-15"}, "2026-12-31", []string{"2026-01-15", "2026-02-15"}},
		{"once, on its only day", Rule{Year, 3, "2026-07-01", "2026-07-01"}, "", []string{"2026-07-01"}},
		{"the calendar's last day ends it", Rule{Day, 1, "2200-12-30", "2200-12-31"}, "", []string{"2200-12-30", "2200-12-31"}},
		{"a month beyond the calendar ends it", Rule{Month, 1000, "2190-12-31", "2200-12-31"}, "", []string{"2190-12-31"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.rule.Days(tt.end)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDaysRefused(t *testing.T) {
	tests := []struct {
		name string
		rule Rule
		end  string
		want Error
	}{
		{"no such step", Rule{"Month", 1, "2026-01-01", ""}, "2026-12-31", Error{CodeEvery, "every", []string{"Month"}}},
		{"interval 0", Rule{Week, 0, "2026-01-01", ""}, "2026-12-31", Error{CodeInterval, "interval", []string{"0", "1000"}}},
		{"interval below 0", Rule{Week, -1, "2026-01-01", ""}, "2026-12-31", Error{CodeInterval, "interval", []string{"-1", "1000"}}},
		{"interval too large", Rule{Week, 1001, "2026-01-01", ""}, "2026-12-31", Error{CodeInterval, "interval", []string{"1001", "1000"}}},
		{"no first day", Rule{Week, 1, "", ""}, "2026-12-31", Error{CodeDay, "from", []string{""}}},
		{"an end that is no day", Rule{Week, 1, "2026-01-01", "2026-02-30"}, "", Error{CodeDay, "until", []string{"2026-02-30"}}},
		{"ends before it starts", Rule{Week, 1, "2026-01-02", "2026-01-01"}, "", Error{CodeOrder, "until", []string{"2026-01-02", "2026-01-01"}}},
		{"starts after the programme", Rule{Week, 1, "2026-01-02", ""}, "2026-01-01", Error{CodeOrder, "from", []string{"2026-01-02", "2026-01-01"}}},
		{"never ends", Rule{Week, 1, "2026-01-02", ""}, "", Error{Code: CodeEndless, Field: "until"}},
		{"programme's end is no day", Rule{Week, 1, "2026-01-02", ""}, "2026", Error{CodeDay, "", []string{"2026"}}},
		{"501 days", Rule{Day, 1, "2026-01-01", AddDays("2026-01-01", MaxDays)}, "", Error{CodeTooMany, "", []string{"500"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			days, err := tt.rule.Days(tt.end)
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("got %v and error %v, want an *Error", days, err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if !slices.Contains(Codes(), got.Code) {
				t.Errorf("code %q is not in Codes", got.Code)
			}
		})
	}
	if days, err := (Rule{Day, 1, "2026-01-01", AddDays("2026-01-01", MaxDays-1)}).Days(""); err != nil || len(days) != MaxDays {
		t.Errorf("500 days: got %d, %v", len(days), err)
	}
}

// The standard library's calendar is the witness here: it shares no code with ours.
func TestDaysAgreeWithCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rule{
			Every:    rapid.SampledFrom(Steps()).Draw(t, "every"),
			Interval: rapid.IntRange(1, 40).Draw(t, "interval"),
			From:     drawDay(t, "from"),
		}
		rule.Until = AddDays(rule.From, rapid.IntRange(0, 3000).Draw(t, "length"))
		days, err := rule.Days("")
		var refused *Error
		if errors.As(err, &refused) && refused.Code == CodeTooMany {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		first, err := time.Parse(time.DateOnly, rule.From)
		if err != nil {
			t.Fatal(err)
		}
		expect := func(i int) string {
			n := i * rule.Interval
			switch rule.Every {
			case Day:
				return first.AddDate(0, 0, n).Format(time.DateOnly)
			case Week:
				return first.AddDate(0, 0, 7*n).Format(time.DateOnly)
			}
			months := map[string]int{Month: n, Quarter: 3 * n, Year: 12 * n}[rule.Every]
			monthStart := time.Date(first.Year(), first.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
			monthEnd := monthStart.AddDate(0, 1, -1)
			return monthStart.AddDate(0, 0, min(first.Day(), monthEnd.Day())-1).Format(time.DateOnly)
		}
		for i, day := range days {
			if want := expect(i); day != want {
				t.Fatalf("%+v: occurrence %d is %s, want %s", rule, i, day, want)
			}
			if day > rule.Until {
				t.Fatalf("%+v: %s lies after the end", rule, day)
			}
		}
		if next := expect(len(days)); next <= rule.Until && next[:4] <= "2200" {
			t.Fatalf("%+v: %s is missing", rule, next)
		}
	})
}

func TestRuleJSON(t *testing.T) {
	const text = `{"every":"quarter","interval":2,"from":"2026-03-31","until":""}`
	var rule Rule
	if err := json.Unmarshal([]byte(text), &rule); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(rule)
	if err != nil || string(again) != text {
		t.Errorf("got %s, %v; want %s", again, err, text)
	}
}

func TestErrorText(t *testing.T) {
	err := Rule{Every: strings.Repeat("у", 500), Interval: 1, From: "2026-01-01"}.Check()
	if want := "schedule.every (every): " + strings.Repeat("у", 40) + "…"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
