package figures

import (
	"slices"

	"kept/promise"
)

// MoneyOf are the sums of money of promises, by promise, currency and type.
func (at *At) MoneyOf(seqs ...int64) ([]promise.MoneyRow, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	q := &query{}
	var in []string
	for _, seq := range seqs {
		in = append(in, q.arg(seq))
	}
	return promise.Sums.Select(at.Tx, "WHERE v.promise IN ("+joinComma(in)+") ORDER BY v.promise, v.currency, v.type", q.args...)
}

// MeasuresOf are the numbers of all measures of a promise as its terms stand now.
func (at *At) MeasuresOf(l *Line) (out []*MeasureNumbers, err error) {
	if l.Measure != nil && l.Measures == 1 && len(l.Terms.Measures) > 0 {
		return []*MeasureNumbers{l.Measure}, nil // it was read with the line
	}
	rows, err := promise.Measures.Select(at.Tx, "WHERE v.promise = $1 ORDER BY v.n", l.Seq)
	rows = slices.DeleteFunc(rows, func(m promise.MeasureRow) bool { return m.N >= int64(len(l.Terms.Measures)) }) // taken away by an amendment
	for _, m := range rows {
		out = append(out, measureNumbers(l.Number, m))
	}
	return out, err
}
