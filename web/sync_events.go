package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"time"

	"kept/device"
	"kept/ledger"
	"kept/promise"
	"kept/store"
)

// The states of an answer to an event.
const (
	syncAccepted  = "accepted"
	syncDuplicate = "duplicate"
	syncRefused   = "refused"
	syncConflict  = "conflict"
)

// eventAnswer says what became of one event.
type eventAnswer struct {
	ID     string         `json:"id"`
	Status string         `json:"status"`
	Entry  string         `json:"entry,omitempty"`
	Code   string         `json:"code,omitempty"`
	Args   map[string]any `json:"args,omitempty"`
	Words  string         `json:"words,omitempty"`
	Field  string         `json:"field,omitempty"`
	Again  bool           `json:"again,omitempty"`
}

// syncBase is what every answer with a body has besides.
type syncBase struct {
	Now     string `json:"now"`
	Today   string `json:"today"`
	Account string `json:"account"`
	Origin  string `json:"origin"`
}

func (f *phone) base(v *visit) syncBase {
	return syncBase{Now: time.Now().UTC().Format(time.RFC3339), Today: v.Day, Account: f.mark, Origin: f.shelf.book.Key.Origin()}
}

// batchAnswer answers a batch.
type batchAnswer struct {
	syncBase
	Skew   int64          `json:"skew"`
	Events []eventAnswer  `json:"events"`
	Device device.State   `json:"device"`
	Others []device.State `json:"others,omitempty"`
}

// arriving is one event of a batch on its way into the book.
type arriving struct {
	*device.Event
	answer  eventAnswer
	entry   string
	draft   ledger.Draft
	decide  string
	refused bool
}

// refuse says why an event is not taken. It is said once.
func (a *arriving) refuse(v *visit, field, code, key string, args ...any) {
	if a.refused {
		return
	}
	a.refused = true
	a.answer.Status, a.answer.Code, a.answer.Field, a.answer.Words = syncRefused, code, field, v.p.T(key, args...)
	a.answer.Args = namedArgs(args)
}

func namedArgs(args []any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			out[name] = args[i+1]
		}
	}
	return out
}

// syncEvents takes a batch of events.
func syncEvents(f *phone) error {
	batch, err := f.readBatch()
	if err != nil {
		return err
	}
	all := make([]*arriving, len(batch.Events))
	out := batchAnswer{Skew: int64(time.Until(batch.Now).Round(time.Second) / time.Second), Events: make([]eventAnswer, len(all))}
	err = f.look(func(v *visit) error {
		out.syncBase = f.base(v)
		var entries []string
		for i, raw := range batch.Events {
			e, err := device.ReadEvent(raw)
			a := &arriving{Event: e, answer: eventAnswer{ID: e.ID}}
			all[i] = a
			if err != nil {
				a.refuse(v, "", "event.shape", "refused.event.shape")
				a.Event = nil
				continue
			}
			a.entry = device.Entry(f.shelf.name, v.me.Grant.Who, e.ID)
			entries = append(entries, a.entry)
		}
		known, err := ledger.SeqsOf(v.Tx, entries)
		if err != nil {
			return err
		}
		reading := &reportReader{visit: v, known: known, promises: map[string]*reportedOn{}}
		for _, a := range all {
			if a.Event == nil {
				continue
			}
			if err := reading.read(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	note, err := f.writeDown(batch.Last, all)
	if err != nil {
		return err
	}
	out.Device, out.Others = note.State, note.Others
	if err := f.appendEvents(all); err != nil {
		return err
	}
	for i, a := range all {
		out.Events[i] = a.answer
	}
	return f.answer(http.StatusOK, out)
}

// readBatch reads what was sent.
func (f *phone) readBatch() (*device.Batch, error) {
	if media, _, err := mime.ParseMediaType(f.r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, syncMedia
	}
	f.patient()
	body, err := io.ReadAll(http.MaxBytesReader(f.w, f.r.Body, device.MostBatch))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, syncTooLarge
	case err != nil: // the line was cut; nobody reads this answer
		return nil, syncUnclear
	}
	batch, err := device.ReadBatch(body)
	if err != nil {
		return nil, syncUnclear
	}
	return batch, nil
}

// patient gives a slow line its time. A server that cannot wait longer does not.
func (f *phone) patient() {
	control, now := http.NewResponseController(f.w), time.Now()
	_ = errors.Join(control.SetReadDeadline(now.Add(timeOfAPhone)), control.SetWriteDeadline(now.Add(2*timeOfAPhone)))
}

// writeDown notes what has arrived, before any of it stands in the book. What was sent is not given up because the phone goes away
// meanwhile.
func (f *phone) writeDown(last int64, all []*arriving) (*device.Note, error) {
	note := &device.Note{Device: f.device, Account: f.me.Account.ID, Programme: f.shelf.name, Last: last, Act: promise.KindReport}
	for _, a := range all {
		if a.Event != nil {
			note.Events = append(note.Events, device.Arrived{N: a.N, Event: a.ID, Entry: a.entry, Decide: a.decide, Refused: a.refused})
		}
	}
	err := f.server.devices.Note(context.WithoutCancel(f.r.Context()), note)
	if errors.Is(err, device.ErrOther) {
		return nil, &syncFault{status: http.StatusConflict, code: "sync.other-device"}
	}
	if err != nil {
		return nil, err
	}
	words, i := &visit{server: f.server, p: f.p}, 0
	for _, a := range all {
		if a.Event == nil {
			continue
		}
		if note.Events[i].Taken {
			a.refuse(words, "", "event.number", "refused.event.number")
		}
		i++
	}
	return note, nil
}

// appendEvents appends what was not refused so far, and says what became of it.
func (f *phone) appendEvents(all []*arriving) error {
	var drafts []ledger.Draft
	var of []*arriving
	for _, a := range all {
		if !a.refused {
			drafts, of = append(drafts, a.draft), append(of, a)
		}
	}
	if len(drafts) == 0 {
		return nil
	}
	if err := f.me.byMe(drafts); err != nil {
		return err
	}
	receipts, err := f.shelf.book.Append(context.WithoutCancel(f.r.Context()), drafts...)
	if err != nil {
		return err
	}
	words := &visit{server: f.server, p: f.p}
	for i, r := range receipts {
		a := of[i]
		refusal := ledger.Refused(r.Err)
		switch {
		case r.Err == nil && r.Duplicate:
			a.answer.Status, a.answer.Entry = syncDuplicate, r.ID
		case r.Err == nil:
			a.answer.Status, a.answer.Entry = syncAccepted, r.ID
		case refusal == nil:
			return r.Err
		default:
			a.answer.Status, a.answer.Code, a.answer.Words, a.answer.Args = syncRefused, refusal.Code, words.refusal(refusal), namedArgs(refusal.Args)
			a.answer.Field = words.fieldOf(refusal)
			if refusal.Code == "entry.conflict" {
				a.answer.Status = syncConflict
			}
		}
	}
	return nil
}

// reportedOn is a promise that events of a batch are about.
type reportedOn struct {
	row   promise.Row
	terms *promise.Terms // nil: nobody needed them yet
	there bool
	may   map[string]error // by the day of a report
}

// reportReader makes reports of events, with one state of the book.
type reportReader struct {
	*visit
	known    map[string]int64 // the entries of the batch that stand in the book
	promises map[string]*reportedOn
}

// of finds a promise by the id of its entry, once a batch.
func (r *reportReader) of(id string) (*reportedOn, error) {
	if p, ok := r.promises[id]; ok {
		return p, nil
	}
	p := &reportedOn{may: map[string]error{}}
	r.promises[id] = p
	seq, ok, err := ledger.SeqOf(r.Tx, id)
	if err != nil || !ok {
		return p, err
	}
	p.row, p.there, err = promise.View.One(r.Tx, seq)
	return p, err
}

// termsOf reads what is promised, once a batch. Most reports are on what their own team does, wherever that is, and bring no readings: they
// do without.
func (r *reportReader) termsOf(p *reportedOn) (*promise.Terms, error) {
	if p.terms != nil {
		return p.terms, nil
	}
	row, ok, err := promise.Versions.One(r.Tx, p.row.Seq, p.row.Version)
	if err == nil && !ok {
		err = errors.New("a promise has no version")
	}
	if err != nil {
		return nil, err
	}
	terms, err := promise.ParseTerms(row.Terms)
	p.terms = &terms
	return p.terms, err
}

// may says whether a promise is the team's to report on, asked once for each day of a batch.
func (r *reportReader) may(p *reportedOn, day string) error {
	err, asked := p.may[day]
	if asked {
		return err
	}
	terms := &promise.Terms{} // of its own promises a team reports wherever it may
	if r.me.Grant.Who != "team:"+p.row.Team || len(r.me.Grant.Places) > 0 {
		if terms, err = r.termsOf(p); err != nil {
			return err
		}
	}
	p.may[day] = r.mayReportFor(&p.row, terms, day)
	return p.may[day]
}

// read makes the draft of an event, or says why not. If its entry stands in the book already, only that is asked: whether it is the
// very same.
func (r *reportReader) read(a *arriving) error {
	who := r.me.Grant.Who
	if a.Kind != device.KindReport {
		a.refuse(r.visit, "", "event.kind", "refused.event.kind")
		return nil
	}
	report, note := a.report(r.visit)
	if a.refused {
		return nil
	}
	if _, known := r.known[a.entry]; !known {
		if err := r.fits(a, &report); err != nil || a.refused {
			return err
		}
	}
	var err error
	a.draft, err = promise.ReportOn(who, a.Promise, a.Day, report, note, r.server.desk.Salt("event "+a.entry))
	a.draft.ID = a.entry
	if refusal := ledger.Refused(err); refusal != nil {
		a.refuse(r.visit, "note", refusal.Code, "refused.unknown", "Code", refusal.Code)
		a.answer.Words = r.refusal(refusal)
		return nil
	}
	return err
}

// fits asks what the book as it is says of a new event.
func (r *reportReader) fits(a *arriving, report *promise.Report) error {
	p, err := r.of(a.Promise)
	if err != nil {
		return err
	}
	if p.there {
		err = r.may(p, a.Day)
	}
	var wrong *fault
	switch {
	case !p.there || errors.As(err, &wrong):
		a.refuse(r.visit, "", "event.not-yours", "refused.event.not-yours")
		return nil
	case err != nil:
		return err
	case a.Day > r.Day:
		a.refuse(r.visit, "day", "event.day", "reporting.future")
		return nil
	}
	if len(report.Readings) > 0 {
		terms, err := r.termsOf(p)
		if err != nil {
			return err
		}
		if a.checkPeriods(r.visit, terms, report); a.refused {
			return nil
		}
	}
	if err := r.pictures(a); err != nil || a.refused {
		return err
	}
	a.decide, err = r.contradicted(a, &p.row, report)
	return err
}

// pictures sees that all pictures of an event wait in the spool, and no others.
func (r *reportReader) pictures(a *arriving) error {
	if len(a.Data.Pictures) > 0 && r.server.spool == nil {
		a.refuse(r.visit, "pictures", "event.no-pictures", "refused.event.no-pictures")
		return nil
	}
	here, err := r.inSpool(a.entry)
	if err != nil {
		return err
	}
	var missing, named []string
	for _, sum := range a.Data.Pictures {
		id := device.Picture(a.ID, sum)
		named = append(named, id)
		if _, ok := here[id]; !ok {
			missing = append(missing, sum)
		}
	}
	if len(missing) > 0 {
		a.refuse(r.visit, "pictures", "event.pictures-missing", "refused.event.pictures-missing")
		a.answer.Again, a.answer.Args = true, map[string]any{"missing": missing}
		return nil
	}
	if len(here) > len(named) {
		return r.server.spool.Keep(r.shelf.name, a.entry, named)
	}
	return nil
}

// contradicted finds the report that says otherwise of the same, and that the phone had not seen when this one was written.
func (r *reportReader) contradicted(a *arriving, p *promise.Row, report *promise.Report) (entry string, err error) {
	if a.Size == 0 || a.Size > r.Size {
		return "", nil
	}
	var others []int64
	if report.State != "" && p.State != "" && p.State != report.State {
		others = append(others, p.StateSeq)
	}
	if o := report.Occurrence; o != nil {
		row, ok, err := promise.Occurrences.One(r.Tx, p.Seq, o.Due)
		if err != nil {
			return "", err
		}
		if ok && row.State != "" && (row.State == "held") != o.Held {
			others = append(others, row.Seq)
		}
	}
	if s := report.Service; s != nil {
		rows, err := promise.Services.Select(r.Tx, "WHERE v.promise = $1 AND v.due = $2 ORDER BY v.seq DESC LIMIT 1", p.Seq, s.Due)
		if err != nil {
			return "", err
		}
		if len(rows) > 0 && (rows[0].Received != s.Received || rows[0].Answered != s.Answered || rows[0].Late != s.Late) {
			others = append(others, rows[0].Seq)
		}
	}
	for _, x := range report.Readings {
		rows, err := promise.Readings.Select(r.Tx, "WHERE v.promise = $1 AND v.seq >= $2 AND v.n = $3 AND v.from_day = $4 AND v.value <> $5 ORDER BY v.seq DESC LIMIT 1",
			p.Seq, a.Size, x.Measure, x.From, x.Value)
		if err != nil {
			return "", err
		}
		for _, row := range rows {
			others = append(others, row.Seq)
		}
	}
	others = slices.DeleteFunc(others, func(seq int64) bool { return seq < a.Size })
	if len(others) == 0 {
		return "", nil
	}
	row, ok, err := promise.Reports.One(r.Tx, slices.Max(others))
	if err != nil || !ok || row.SentBack != 0 {
		return "", err
	}
	return row.ID, nil
}

// disputed says of a report whether it contradicts another one, or did, and which entry said so last.
type disputed struct {
	open bool // both stand
	at   int64
	with string // the other one, or one of the others
}

// disputes are those of some reports.
func (s *Server) disputes(ctx context.Context, tx *store.Tx, reports []promise.ReportRow) (map[string]disputed, error) {
	out := map[string]disputed{}
	if s.devices == nil || len(reports) == 0 {
		return out, nil
	}
	var ids []string
	for _, r := range reports {
		ids = append(ids, r.ID)
	}
	pairs, err := s.devices.Contradictions(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		now := disputed{open: true}
		for _, id := range pair {
			row, ok, err := reportOf(tx, id)
			if err != nil {
				return nil, err
			}
			now.open = now.open && ok && row.SentBack == 0
			now.at = max(now.at, row.Seq, row.SentBack)
		}
		for i, id := range pair {
			was := out[id]
			if now.open || was.with == "" {
				was.with = pair[1-i]
			}
			out[id] = disputed{was.open || now.open, max(was.at, now.at), was.with}
		}
	}
	return out, nil
}
