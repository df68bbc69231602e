package figures

import (
	"kept/locale"
	"kept/promise"
)

// News is something that changed: a promise made, amended or withdrawn, or work reported on one.
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
	here := ""
	if place != "" {
		here = " AND p.seq IN (SELECT x.promise FROM place_above AS a JOIN promise_place AS x ON x.place = a.place WHERE a.above = " + q.arg(place) + ")"
	}
	const current = " JOIN terms AS t ON t.promise = p.seq AND t.version = p.version WHERE 1 = 1"
	limit := q.arg(int64(most))
	part := func(sql string) string {
		return "SELECT * FROM (" + sql + here + " ORDER BY 1 DESC LIMIT " + limit + ") AS x"
	}
	sql := part("SELECT h.seq AS seq, CASE WHEN h.version = 1 THEN 'promise' ELSE 'amendment' END AS what, p.number AS number, h.recorded AS recorded, h.terms AS terms FROM terms AS h JOIN promise AS p ON p.seq = h.promise WHERE 1 = 1") +
		" UNION ALL " + part("SELECT r.seq, 'report', p.number, r.recorded, t.terms FROM report AS r JOIN promise AS p ON p.seq = r.promise"+current) +
		" UNION ALL " + part("SELECT p.ended, 'withdrawal', p.number, p.withdrawn, t.terms FROM promise AS p"+current+" AND p.withdrawn <> ''")
	var out []News
	var n News
	var terms string
	err := at.Tx.Each([]any{&n.Seq, &n.What, &n.Number, &n.Recorded, &terms}, func() error {
		t, err := promise.ParseTerms(terms)
		n.Title = t.Title
		out = append(out, n)
		return err
	}, "SELECT seq, what, number, recorded, terms FROM ("+sql+") AS n ORDER BY seq DESC LIMIT "+limit, q.args...)
	return out, err
}
