package figures

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kept/promise"
)

// WeightRule is the rule by which Matters chooses; whoever shows its choice explains this rule.
//
// The promises are put into two groups. Kept: the villages say "kept"; or the team reported it done and the villages say
// neither "not kept" nor "partly kept" nor is it contested. Not kept: the villages say "not kept" or "partly kept"; or
// they do not say "kept" and it is overdue or withdrawn. Others are in neither. Out of each group are chosen
//
//   - for money, the WeightEach with the most promised money, in each currency by itself;
//   - for reach, the WeightEach promised to the most villages;
//   - for dispute, the WeightEach that most villages dispute: "not kept" before "partly kept" before disputed before.
//
// Where two are alike the smaller number comes first. What was chosen twice stands once, with both reasons, by its number.
const WeightRule = "money-reach-dispute-1"

// WeightEach is how many are chosen for each reason.
const WeightEach = 3

// The reasons for which a promise is chosen.
const (
	ForMoney   = "money"
	ForReach   = "reach"
	ForDispute = "dispute"
)

// Weighty is a promise that matters.
type Weighty struct {
	Line
	Why      []string // reasons, in order
	Reach    Number   // villages that it is promised to
	Villages []Number // how many of them say what, in the order of promise.Verdicts; those that nobody says are left out
	Verdicts []promise.Verdict
	Overdue  Number
	Late     Number // days after the first due day on which it was reported done
}

// kept says which group a promise is in.
func (f *fact) group() string {
	disputed := f.says == promise.NotKept || f.says == promise.PartlyKept
	switch {
	case f.says == promise.Kept:
		return "kept"
	case disputed, f.standing == promise.Overdue, f.standing == promise.Withdrawn:
		return "not-kept"
	case f.standing == promise.ReportedDone && f.says != promise.Contested:
		return "kept"
	}
	return ""
}

// Matters are the promises that matter most among those that were kept, and among those that were not, by WeightRule.
func (o *Overview) Matters() (kept, notKept []Weighty, err error) {
	why := map[int64][]string{}
	for _, choose := range []func(map[int64][]string) error{o.forMoney, o.forReach, o.forDispute} {
		if err := choose(why); err != nil {
			return nil, nil, err
		}
	}
	var seqs []int64
	for i := range o.facts {
		if why[o.facts[i].seq] != nil {
			seqs = append(seqs, o.facts[i].seq)
		}
	}
	rows, err := o.at.rowsOf(seqs)
	if err != nil {
		return nil, nil, err
	}
	lines, err := o.at.lines(rows)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range lines {
		w, err := o.weigh(l)
		if err != nil {
			return nil, nil, err
		}
		w.Why = why[l.Seq]
		if o.facts[o.bySeq[l.Seq]].group() == "kept" {
			kept = append(kept, w)
		} else {
			notKept = append(notKept, w)
		}
	}
	return kept, notKept, nil
}

func (o *Overview) weigh(l Line) (Weighty, error) {
	number := strconv.FormatInt(l.Number, 10)
	w := Weighty{Line: l, Overdue: OfPromise(l.Number, "days", "overdue", int64(l.Said.OverdueDays)), Late: OfPromise(l.Number, "days", "late", int64(l.Said.LateDays))}
	for _, v := range append([]promise.Verdict{""}, promise.Verdicts...) {
		list, err := o.at.villagesSaying(args{"promise": {number}, "says": {string(v)}})
		if err != nil {
			return w, err
		}
		n := count(name("villages", "promise", number, "says", string(v)), int64(len(list)))
		if v == "" {
			w.Reach = n
		} else if len(list) > 0 {
			w.Villages, w.Verdicts = append(w.Villages, n), append(w.Verdicts, v)
		}
	}
	return w, nil
}

// forMoney chooses by promised money, in each currency by itself.
func (o *Overview) forMoney(why map[int64][]string) error {
	chosen := map[[2]string]int{} // by currency and group
	var seq int64
	var currency string
	return o.at.Tx.Each([]any{&seq, &currency}, func() error {
		i, ok := o.bySeq[seq]
		if !ok {
			return nil
		}
		k := [2]string{currency, o.facts[i].group()}
		if k[1] != "" && chosen[k] < WeightEach {
			chosen[k]++
			why[seq] = addReason(why[seq], ForMoney)
		}
		return nil
	}, "SELECT m.promise, m.currency FROM money AS m WHERE m.type = 'promised' AND m.minor > 0 ORDER BY m.minor DESC, m.promise")
}

func addReason(why []string, reason string) []string {
	if slices.Contains(why, reason) {
		return why
	}
	return append(why, reason)
}

// forReach chooses by the number of villages.
func (o *Overview) forReach(why map[int64][]string) error {
	reach, err := o.reach()
	if err != nil {
		return err
	}
	o.choose(why, ForReach, func(f *fact) bool { return reach[f.seq] > 0 }, func(a, b *fact) int { return cmp.Compare(reach[b.seq], reach[a.seq]) })
	return nil
}

// reach is to how many villages each promise is made. Almost every promise names one place, so that the villages of its places
// are added up; only where one names several are they counted one by one.
func (o *Overview) reach() (map[int64]int64, error) {
	in := map[string]int64{}
	var place string
	var n int64
	err := o.at.Tx.Each([]any{&place, &n}, func() error { in[place] = n; return nil },
		"SELECT a.above, count(*) FROM place_above AS a JOIN place AS l ON l.code = a.place WHERE l.level = 'village' GROUP BY a.above")
	if err != nil {
		return nil, err
	}
	out, places := map[int64]int64{}, map[int64]int{}
	var seq int64
	err = o.at.Tx.Each([]any{&place, &seq}, func() error {
		if _, ok := o.bySeq[seq]; ok {
			out[seq] += in[place]
			places[seq]++
		}
		return nil
	}, "SELECT place, promise FROM promise_place")
	if err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	var several []int64
	for seq, n := range places {
		if n > 1 {
			several = append(several, seq)
		}
	}
	for some := range slices.Chunk(several, mostHeard) {
		q := &query{}
		var named []string
		for _, seq := range some {
			named = append(named, q.arg(seq))
		}
		err := o.at.Tx.Each([]any{&seq, &n}, func() error { out[seq] = n; return nil },
			`SELECT x.promise, count(DISTINCT a.place) FROM promise_place AS x JOIN place_above AS a ON a.above = x.place JOIN place AS l ON l.code = a.place
			WHERE l.level = 'village' AND x.promise IN (`+joinComma(named)+") GROUP BY x.promise", q.args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// forDispute chooses by what villages dispute.
func (o *Overview) forDispute(why map[int64][]string) error {
	rank := func(f *fact) int {
		switch {
		case f.says == promise.NotKept:
			return 3
		case f.says == promise.PartlyKept:
			return 2
		case f.disputed:
			return 1
		}
		return 0
	}
	o.choose(why, ForDispute, func(f *fact) bool { return rank(f) > 0 }, func(a, b *fact) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(b.disputing, a.disputing))
	})
	return nil
}

// choose takes the first of each group in an order; where two are alike, the smaller number comes first.
func (o *Overview) choose(why map[int64][]string, reason string, may func(*fact) bool, order func(a, b *fact) int) {
	first := map[string][]*fact{} // the first few of each group so far, in order
	compare := func(a, b *fact) int { return cmp.Or(order(a, b), compareNumbers(a, b)) }
	for i := range o.facts {
		f := &o.facts[i]
		group := f.group()
		if group == "" || !may(f) {
			continue
		}
		list := first[group]
		at, _ := slices.BinarySearchFunc(list, f, compare)
		if at < WeightEach {
			list = slices.Insert(list, at, f)
			first[group] = list[:min(WeightEach, len(list))]
		}
	}
	for _, list := range first {
		for _, f := range list {
			why[f.seq] = addReason(why[f.seq], reason)
		}
	}
}

func joinComma(list []string) string { return strings.Join(list, ", ") }
