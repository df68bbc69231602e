package figures

import "kept/schedule"

func daysBetween(a, b string) int {
	if a == "" || b == "" {
		return 0
	}
	return schedule.DaysBetween(a, b)
}
