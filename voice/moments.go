package voice

import (
	"maps"
	"slices"

	"kept/promise"
	"kept/schedule"
)

// Moment is what villages say together of a promise from a day on, until the next moment.
type Moment struct {
	From string // empty: from the beginning
	Together
}

// Promises lists the promises that any round asked about, be it only proposed.
func (v *Voice) Promises() []int64 { return slices.Sorted(maps.Keys(v.askings)) }

// Moments are what these villages say of a promise on every day, by what the book holds: together on a day is the last moment
// from that day or before. It changes only where a round opens, closes, or has been suspended for too long (TestChosenByVillages in figures).
func (v *Voice) Moments(promise int64, villages []string) []Moment {
	days := map[string]bool{}
	for _, village := range villages {
		for _, a := range v.askings[promise][village] {
			days[a.Round.Opens], days[a.Round.Closes] = true, true
			if a.Round.Suspended != "" {
				days[schedule.AddDays(a.Round.Suspended, SuspendedDays+1)] = true
			}
		}
	}
	if len(days) == 0 {
		return nil
	}
	all := slices.Sorted(maps.Keys(days))
	on := func(day string) Together {
		w := Voice{day, v.askings}
		return w.Together(promise, villages)
	}
	out := []Moment{{"", on(schedule.AddDays(all[0], -1))}}
	for _, day := range all {
		if t := on(day); !t.same(&out[len(out)-1].Together) {
			out = append(out, Moment{day, t})
		}
	}
	return out
}

func (t *Together) same(o *Together) bool {
	return t.Village == o.Village && t.Asking == o.Asking && t.LastAsked == o.LastAsked && t.Since == o.Since && t.ByAssembly == o.ByAssembly &&
		maps.Equal(t.Villages, o.Villages) && maps.Equal(t.Assembly, o.Assembly)
}

// TogetherSQL is Together in SQL, for all promises that a round asks or has asked about and that are made to a village: a query
// for the columns promise, says, disputed (1 if it was disputed before), asking (how many villages are being asked) and
// last_asked. It must say the same as Together (TestChosenByVillages in figures), and is for whoever does not take the other's word. Arg adds an
// argument and returns its place.
func TogetherSQL(day string, arg func(any) string) string {
	on, kept, partly, not, contested := arg(day), sqlText(promise.Kept), sqlText(promise.PartlyKept), sqlText(promise.NotKept), sqlText(promise.Contested)
	suspended := arg(schedule.AddDays(day, -SuspendedDays)) // since then it is not yet void
	count := func(verdicts string) string {
		return "SUM(CASE WHEN s.says IN (" + verdicts + ") THEN 1 ELSE 0 END)"
	}
	return `WITH heard AS (
	SELECT q.promise AS promise, w.village AS village, r.seq AS round, r.closes AS closes, r.mode AS mode, q.verdict AS verdict, p.outcome AS outcome,
		CASE WHEN p.contested <> '' THEN ` + contested + ` ELSE q.verdict END AS says,
		CASE WHEN r.suspended = '' AND r.closes <= ` + on + ` THEN 1 ELSE 0 END AS closed,
		CASE WHEN r.closes > ` + on + ` AND (r.suspended = '' AND r.opens <= ` + on + ` OR r.suspended >= ` + suspended + `) THEN 1 ELSE 0 END AS open
	FROM question AS q JOIN round AS r ON r.seq = q.round JOIN round_place AS p ON p.round = q.round AND p.place = q.place
		JOIN round_village AS w ON w.round = q.round AND w.place = q.place
	WHERE r.void = '' AND r.taken <> ''
), spoken AS (
	SELECT h.promise AS promise, h.village AS village, h.says AS says, h.closes AS closes, ROW_NUMBER() OVER (PARTITION BY h.promise, h.village ORDER BY
		CASE WHEN h.mode = 'cards' AND h.says IN (` + kept + `, ` + partly + `, ` + not + `) THEN 1 WHEN h.mode = 'assembly' THEN 2 ELSE 3 END, h.closes DESC, h.round DESC) AS n
	FROM heard AS h WHERE h.closed = 1 AND h.outcome <> '' AND h.outcome <> 'lost' AND (h.mode = 'cards' OR h.says IN (` + partly + `, ` + not + `))
), side AS (
	SELECT h.promise AS promise, h.village AS village, COALESCE(s.says, CASE WHEN MAX(CASE WHEN h.open = 1 OR h.closed = 1 AND h.outcome = '' THEN 1 ELSE 0 END) = 1
			THEN ` + sqlText(promise.BeingAsked) + ` ELSE ` + sqlText(promise.NotAsked) + ` END) AS says,
		MAX(CASE WHEN h.open = 1 OR h.closed = 1 AND h.outcome = '' THEN 1 ELSE 0 END) AS asking,
		MAX(CASE WHEN h.mode = 'cards' AND h.closed = 1 AND h.outcome <> '' AND h.outcome <> 'lost' THEN h.closes ELSE '' END) AS last_asked,
		MAX(CASE WHEN h.closed = 1 AND h.verdict IN (` + partly + `, ` + not + `) AND (h.closes <> COALESCE(s.closes, '') OR s.says NOT IN (` + partly + `, ` + not + `)) THEN 1 ELSE 0 END) AS disputed
	FROM heard AS h LEFT JOIN spoken AS s ON s.promise = h.promise AND s.village = h.village AND s.n = 1
	GROUP BY h.promise, h.village, s.says, s.closes
)
SELECT o.promise AS promise, CASE WHEN ` + count(not) + ` > 0 THEN ` + not + ` WHEN ` + count(kept) + ` = COUNT(*) THEN ` + kept + `
		WHEN ` + count(partly+", "+kept) + ` > 0 THEN ` + partly + ` WHEN ` + count(contested) + ` > 0 THEN ` + contested + `
		WHEN ` + count(sqlText(promise.TooFew)) + ` > 0 THEN ` + sqlText(promise.TooFew) + ` WHEN ` + count(sqlText(promise.BeingAsked)) + ` > 0 THEN ` + sqlText(promise.BeingAsked) + `
		ELSE ` + sqlText(promise.NotAsked) + ` END AS says,
	COALESCE(MAX(s.disputed), 0) AS disputed, COALESCE(SUM(s.asking), 0) AS asking, COALESCE(MAX(s.last_asked), '') AS last_asked
FROM (SELECT DISTINCT x.promise AS promise, a.place AS village FROM promise_place AS x JOIN place_above AS a ON a.above = x.place JOIN place AS v ON v.code = a.place
	WHERE v.level = 'village' AND x.promise IN (SELECT u.promise FROM question AS u)) AS o
LEFT JOIN side AS s ON s.promise = o.promise AND s.village = o.village GROUP BY o.promise`
}

func sqlText(v promise.Verdict) string { return "'" + string(v) + "'" }
