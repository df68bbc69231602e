package figures

import (
	"cmp"

	"kept/locale"
	"kept/promise"
)

// News is something that changed: a promise made, amended or withdrawn, work reported on one, or such a report sent back.
type News struct {
	Seq      int64
	What     string // the kind of the entry
	Number   int64
	Recorded string
	Title    locale.Wording
}

// Latest lists what changed last, the newest first, in the whole programme or in one place and all places in it.
func (at *At) Latest(place string, most int) ([]News, error) {
	q := &query{}
	limit := q.arg(int64(most))
	var failed error
	part := func(of, sql string) string {
		if place != "" {
			here, err := at.here(q, of, place, every)
			failed = cmp.Or(failed, err)
			sql += " AND " + here
		}
		return "SELECT * FROM (" + sql + " ORDER BY 1 DESC LIMIT " + limit + ") AS x"
	}
	const reported = " FROM report AS r JOIN promise AS p ON p.seq = r.promise WHERE "
	sql := part("h.promise", "SELECT h.seq AS seq, CASE WHEN h.version = 1 THEN 'promise' ELSE 'amendment' END AS what, p.number AS number, h.recorded AS recorded, p.seq AS promise, h.version AS version FROM terms AS h JOIN promise AS p ON p.seq = h.promise WHERE 1 = 1") +
		" UNION ALL " + part("r.promise", "SELECT r.seq, 'report', p.number, r.recorded, p.seq, p.version"+reported+"r.sent_back = 0") +
		" UNION ALL " + part("r.promise", "SELECT r.sent_back, 'sending-back', p.number, r.back_day, p.seq, p.version"+reported+"r.sent_back > 0") +
		" UNION ALL " + part("p.seq", "SELECT p.ended, 'withdrawal', p.number, p.withdrawn, p.seq, p.version FROM promise AS p WHERE p.ended > 0")
	if failed != nil {
		return nil, failed
	}
	var out []News
	var n News
	var of title
	var titles []title
	err := at.Tx.Each([]any{&n.Seq, &n.What, &n.Number, &n.Recorded, &of.promise, &of.version}, func() error {
		out, titles = append(out, n), append(titles, of)
		return nil
	}, "SELECT seq, what, number, recorded, promise, version FROM ("+sql+") AS n ORDER BY seq DESC LIMIT "+limit, q.args...)
	if err != nil {
		return nil, err
	}
	texts, err := at.titles(titles)
	for i, of := range titles {
		out[i].Title = texts[of]
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
