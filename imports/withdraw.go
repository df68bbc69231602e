package imports

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"kept/iati"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// reason is said wherever something is taken back because its import was withdrawn.
var reason = locale.Wording{Original: "en", In: map[string]string{
	"en":      "The import was withdrawn.",
	"zh-Hans": "该次导入已撤回。",
	"ug":      "كىرگۈزۈش قايتۇرۇۋېلىندى.",
}}

// Withdraw takes back what an import brought: entry is the number or the id of the import's entry. What was taken back
// already is left as it is, so one that was broken off can be finished.
func Withdraw(ctx context.Context, book *ledger.Book, entry string, o Options) (*Result, error) {
	state, err := readState(ctx, book)
	if err != nil {
		return nil, err
	}
	row, err := state.find(entry)
	if err != nil {
		return nil, err
	}
	p := &plan{file: &iati.File{}, state: state, o: o, id: row.ID}
	p.res = &Result{Programme: state.home.Name, DryRun: o.DryRun, SHA256: row.SHA256, LastUpdated: row.Updated, Import: row.ID, ImportEntry: row.Seq,
		Appended: map[string]int{}, Findings: []Finding{}, sound: 1}
	u := &undo{plan: p, row: row, book: book}
	if row.Withdrawn == 0 {
		p.thing(ledger.Draft{Kind: programme.KindImportWithdrawal, Who: row.Who, About: row.ID, Data: programme.ImportWithdrawal{}})
	}
	if err := u.all(ctx); err != nil {
		return nil, err
	}
	return p.res, p.append(ctx, book)
}

// find returns the import with this number or id.
func (s *state) find(entry string) (*programme.ImportRow, error) {
	for i := range s.imports {
		if row := &s.imports[i]; row.ID == entry || strconv.FormatInt(row.Seq, 10) == entry {
			return row, nil
		}
	}
	have := "there is none in this programme"
	for i, row := range s.imports {
		if i == 0 {
			have = "imports are entries"
		}
		have += " " + strconv.FormatInt(row.Seq, 10)
	}
	return nil, fmt.Errorf("entry %q is no import; %s", locale.Tidy(entry), have)
}

// undo is the taking back of one import.
type undo struct {
	*plan
	row  *programme.ImportRow
	book *ledger.Book
}

func (u *undo) all(ctx context.Context) error {
	var list []*known
	for _, k := range u.state.bySeq {
		for _, id := range k.imported {
			if id == u.row.ID {
				list = append(list, k)
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b *known) int { return int(a.row.Number - b.row.Number) })
	for _, k := range list {
		if err := u.one(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// of tells whether an entry was read in the import.
func (u *undo) of(k *known, seq int64) bool { return k.imported[seq] == u.row.ID }

func (u *undo) add(k *known, d ledger.Draft) {
	d.Who = u.row.Who
	if d.ID = idOf(&d, "withdraw "+u.row.ID); d.Kind == promise.KindAmendment || d.Kind == promise.KindReport {
		// The same terms or state may come back more than once; the entries before tell these times apart.
		d.ID = idOf(&d, fmt.Sprintf("withdraw %s %d %d", u.row.ID, k.row.Version, k.row.Reports))
	}
	u.facts = append(u.facts, planned{Draft: d, activity: k.row.Source})
}

func (u *undo) note(k *known, code string) {
	u.res.find(found(iati.Warning, 0, k.row.Source, code, strconv.FormatInt(k.row.Number, 10)))
}

// one takes back what the import brought of one promise.
func (u *undo) one(ctx context.Context, k *known) error {
	salt := promise.Salt(ledger.DerivedSalt("iati withdraw\n" + u.row.ID + "\n" + k.row.ID))
	for _, p := range k.payments {
		if u.of(k, p.Seq) && p.Withdrawn == 0 {
			u.add(k, promise.TakeBack("", p.ID))
		}
	}
	if u.of(k, k.row.Seq) {
		if k.row.Withdrawn != "" {
			return nil
		}
		d, err := promise.Withdraw("", k.row.ID, reason, salt)
		u.add(k, d)
		return err
	}
	if err := u.payAgain(ctx, k); err != nil {
		return err
	}
	if k.row.Withdrawn != "" {
		if u.of(k, k.row.Ended) {
			u.note(k, CodeEndStays)
		}
		return nil
	}
	u.sayBack(k)
	return u.amendBack(k, salt)
}

// payAgain brings back the movements of money that the import took back.
func (u *undo) payAgain(ctx context.Context, k *known) error {
	standing := map[string]bool{}
	for _, p := range k.payments {
		if p.Withdrawn == 0 {
			standing[p.Source] = standing[p.Source] || !u.of(k, p.Seq)
		}
	}
	for _, p := range k.payments {
		if p.Withdrawn == 0 || !u.of(k, p.Withdrawn) || standing[p.Source] || k.stale[k.imported[p.Seq]] {
			continue
		}
		e, data, err := u.entry(ctx, p.Seq)
		if err != nil {
			return err
		}
		u.add(k, ledger.Draft{Kind: promise.KindPayment, Day: e.Day, About: e.About, Data: *data.(*promise.Payment)})
	}
	return nil
}

// entry reads an entry of the book.
func (u *undo) entry(ctx context.Context, seq int64) (e *ledger.Entry, data any, err error) {
	err = u.book.DB.Read(ctx, func(tx *store.Tx) error {
		body, _, err := ledger.Body(tx, seq)
		if err == nil {
			e, data, err = u.book.Rules.Kinds().Parse(body)
		}
		return err
	})
	return e, data, err
}

// amendBack amends a promise to the terms it had before the import, if those of the import are the current ones.
func (u *undo) amendBack(k *known, salt promise.Salt) error {
	last := len(k.versions) - 1
	before := last
	for before > 0 && u.of(k, k.versions[before].Seq) {
		before--
	}
	if before == last {
		if slices.ContainsFunc(k.versions, func(v promise.TermsRow) bool { return u.of(k, v.Seq) }) && !u.undone(k) {
			u.note(k, CodeAmendedSince)
		}
		return nil
	}
	terms, err := promise.ParseTerms(k.versions[before].Terms)
	if err != nil {
		return err
	}
	now, err := k.current()
	if err != nil || terms.Same(&now) {
		return err
	}
	terms.Translated(&now)
	d, err := promise.Amend("", k.row.ID, k.row.Version, terms, reason, salt)
	u.add(k, d)
	return err
}

// undone says whether the current terms are those before the import, as they are when it was withdrawn once already.
func (u *undo) undone(k *known) bool {
	first := slices.IndexFunc(k.versions, func(v promise.TermsRow) bool { return u.of(k, v.Seq) })
	if first <= 0 {
		return false
	}
	before, err1 := promise.ParseTerms(k.versions[first-1].Terms)
	now, err2 := k.current()
	return err1 == nil && err2 == nil && before.Same(&now)
}

// sayBack reports again what was reported before the import, where what the import says is the last word: the state of the
// whole, and values.
func (u *undo) sayBack(k *known) {
	before, now, ours := "", "", false
	for _, r := range k.reports {
		switch {
		case r.State == "" || r.SentBack != 0:
		case u.of(k, r.Seq):
			now, ours = r.State, true
		default:
			before, now, ours = r.State, r.State, false
		}
	}
	var r promise.Report
	switch {
	case !ours || now == before:
	case before == "":
		u.note(k, CodeStateStays)
	default:
		r.State = before
	}
	var stays bool
	if r.Readings, stays = u.readBack(k); stays {
		u.note(k, CodeReadingStays)
	}
	for r.State != "" || len(r.Readings) > 0 {
		part := r
		part.Readings = r.Readings[:min(len(r.Readings), mostReadings)]
		u.add(k, ledger.Draft{Kind: promise.KindReport, About: k.row.ID, Data: part})
		r.State, r.Readings = "", r.Readings[len(part.Readings):]
	}
}

// readBack are the values that were reported before the import for the same periods, and whether it brought any for which
// there are none.
func (u *undo) readBack(k *known) (back []promise.Reading, stays bool) {
	type period struct {
		n        int64
		from, to string
	}
	type pair struct {
		before *promise.ReadingRow
		value  string // the last
		ours   bool   // it is of the import
	}
	last, order := map[period]pair{}, []period{}
	sentBack := map[int64]bool{}
	for _, r := range k.reports {
		sentBack[r.Seq] = r.SentBack != 0
	}
	for i := range k.readings {
		r := &k.readings[i]
		if r.Early == 1 || sentBack[r.Seq] {
			continue // it says nothing, so it need not be unsaid
		}
		at := period{r.N, r.From, r.To}
		p, there := last[at]
		if !there {
			order = append(order, at)
		}
		p.value, p.ours = r.Value, u.of(k, r.Seq)
		if !p.ours {
			p.before = r
		}
		last[at] = p
	}
	for _, at := range order {
		switch p := last[at]; {
		case !p.ours:
		case p.before == nil:
			stays = true
		case p.before.Value != p.value:
			back = append(back, promise.Reading{Measure: at.n, From: at.from, To: at.to, Value: p.before.Value})
		}
	}
	return back, stays
}

// IsEntry says whether a text can name an entry: a number or an id.
func IsEntry(text string) bool {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n >= 0
	}
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 16
}
