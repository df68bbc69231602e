package figures

import (
	"cmp"

	"kept/locale"
	"kept/programme"
	"kept/promise"
)

// News is something that changed: a promise made, amended or withdrawn, work reported on one, or such a report sent back; what a place
// said, be it contested or lost; what an office answered; a round that was suspended, resumed or declared void. Of a round the first
// promise that it asks about is named.
type News struct {
	Seq      int64
	What     string // the kind of the entry
	Number   int64  // of the promise; 0 where it is about a place
	Recorded string // of a result its closing day
	Title    locale.Wording
	Place    string // where it was said, or who was answered
	Where    locale.Wording
}

// Latest lists what changed last, the newest first, in the whole programme or in one place and all places in it.
func (at *At) Latest(place string, most int) ([]News, error) {
	q := &query{}
	limit := q.arg(int64(most))
	var failed error
	last := func(sql string) string { return "SELECT * FROM (" + sql + " ORDER BY 1 DESC LIMIT " + limit + ") AS x" }
	part := func(of, sql string) string {
		if place != "" {
			here, err := at.here(q, of, place, every)
			failed = cmp.Or(failed, err)
			sql += " AND " + here
		}
		return last(sql)
	}
	within := func(column string) string {
		if place == "" {
			return ""
		}
		return " AND " + column + " IN (SELECT b.place FROM place_above AS b WHERE b.above = " + q.arg(place) + ")"
	}
	inRound := ""
	if place != "" {
		inRound = " AND EXISTS (SELECT 1 FROM round_village AS g WHERE g.round = r.seq" + within("g.village") + ")"
	}
	const reported = " FROM report AS r JOIN promise AS p ON p.seq = r.promise WHERE "
	sql := part("h.promise", "SELECT h.seq AS seq, CASE WHEN h.version = 1 THEN 'promise' ELSE 'amendment' END AS what, p.number AS number, h.recorded AS recorded, p.seq AS promise, h.version AS version, '' AS place FROM terms AS h JOIN promise AS p ON p.seq = h.promise WHERE 1 = 1") +
		" UNION ALL " + part("r.promise", "SELECT r.seq, 'report', p.number, r.recorded, p.seq, p.version, ''"+reported+"r.sent_back = 0") +
		" UNION ALL " + part("r.promise", "SELECT r.sent_back, 'sending-back', p.number, r.back_day, p.seq, p.version, ''"+reported+"r.sent_back > 0") +
		" UNION ALL " + part("p.seq", "SELECT p.ended, 'withdrawal', p.number, p.withdrawn, p.seq, p.version, '' FROM promise AS p WHERE p.ended > 0") +
		" UNION ALL " + last("SELECT w.seq, CASE WHEN w.outcome = 'lost' THEN 'round-lost' WHEN w.contested <> '' THEN 'contested' ELSE 'result' END, 0, r.closes, 0, 0, w.place FROM round_place AS w JOIN round AS r ON r.seq = w.round WHERE w.seq > 0"+within("w.place")) +
		" UNION ALL " + last("SELECT a.seq, 'answer', p.number, a.recorded, p.seq, p.version, o.place FROM round_answer AS a JOIN owed AS o ON o.result = a.result AND o.promise = a.promise JOIN promise AS p ON p.seq = a.promise WHERE 1 = 1"+within("o.place")) +
		" UNION ALL " + last("SELECT e.seq, 'round-' || e.what, p.number, e.recorded, p.seq, p.version, '' FROM round_event AS e JOIN round AS r ON r.seq = e.round JOIN promise AS p ON p.seq = (SELECT min(u.promise) FROM question AS u WHERE u.round = r.seq) WHERE e.what IN ('suspended', 'resumed', 'void')"+inRound)
	if failed != nil {
		return nil, failed
	}
	var out []News
	var n News
	var of title
	var titles []title
	err := at.Tx.Each([]any{&n.Seq, &n.What, &n.Number, &n.Recorded, &of.promise, &of.version, &n.Place}, func() error {
		out, titles = append(out, n), append(titles, of)
		return nil
	}, "SELECT seq, what, number, recorded, promise, version, place FROM ("+sql+") AS n ORDER BY seq DESC LIMIT "+limit, q.args...)
	if err != nil {
		return nil, err
	}
	texts, err := at.titles(titles)
	if err != nil {
		return nil, err
	}
	var codes [][]any
	for i, of := range titles {
		if out[i].Title = texts[of]; out[i].Place != "" {
			codes = append(codes, []any{out[i].Place})
		}
	}
	places, err := programme.Places.Load(at.Tx, unique(codes))
	for _, p := range places {
		for i := range out {
			if out[i].Place == p.Code {
				out[i].Where = programme.ParseWords(p.Name)
			}
		}
	}
	return out, err
}

// title is which version of which promise a title is of.
type title struct{ promise, version int64 }

// titles reads titles.
func (at *At) titles(of []title) (map[title]locale.Wording, error) {
	out := map[title]locale.Wording{}
	var keys [][]any
	for _, t := range of {
		if _, asked := out[t]; !asked {
			out[t] = locale.Wording{}
			keys = append(keys, []any{t.promise, t.version})
		}
	}
	rows, err := promise.Versions.Load(at.Tx, keys)
	for _, row := range rows {
		terms, err := promise.ParseTerms(row.Terms)
		if err != nil {
			return nil, err
		}
		out[title{row.Promise, row.Version}] = terms.Title
	}
	return out, err
}
