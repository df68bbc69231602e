package web

import (
	"errors"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/staff"
)

// Waits is the page of what waits for who is signed in: everything in one list, the longest waiting first.
type Waits struct {
	Form
	Queue *figures.Queue
	Items []Waiting
	Chips []Chip
	Done  string // what was just done
	Role  staff.Role
	Bulk  bool  // reports can be chosen and seen to together
	Names Names // of the places to which answers are owed
}

// Waiting is one thing that waits, with what can be done about it.
type Waiting struct {
	figures.Item
	Note    figures.Text // of a report that nobody has looked at
	By      string       // who wrote the report
	Owes    string       // the office that must answer, where it is not the only one
	Own     bool         // an answer is the reader's to give
	Decide  bool         // another phone reported otherwise of the same: somebody must send one of both back
	New     bool         // it was sent back, and nobody who is signed in so has opened it
	Choose  bool         // it can be seen to together with others
	Actions []NavItem
}

var (
	waitsKeys   = []string{"kind", "page", "done", "n"}
	waitsFields = []string{"item[]", "reason.*"}
)

// waitsRoutes are those of the queue and of the reports in it.
var waitsRoutes = slices.Concat(
	formPage("/office/{$}", see, waitsKeys, waitsFields, waitsPage),
	withPictures(formPage("/office/reports/new", report, []string{"promise", "due", "again", "q", "page"}, reportFields, reportPage)),
	[]route{page("GET /office/reports/new/pictures/{picture}", report, []string{formID}, formPicture)},
	formPage("/office/reports/{id}", look, nil, lookFields, lookPage),
	[]route{page("GET /office/reports/{id}/pictures/{picture}", look, nil, waitingPicture)},
)

// waitsPage shows the queue, and does to several reports what was chosen.
func waitsPage(v *visit) (*result, error) {
	if v.form != nil && v.failed == nil {
		out, err := v.doTogether()
		if out != nil || err != nil {
			return out, err
		}
	}
	q := v.r.URL.Query()
	page := 1
	if p := q.Get("page"); p != "" {
		var err error
		if page, err = strconv.Atoi(p); err != nil {
			return nil, &fault{400, "error.bad-query"}
		}
	}
	kind := figures.Kind(q.Get("kind"))
	if kind != "" && !slices.Contains(figures.Kinds, kind) {
		return nil, &fault{400, "error.bad-query"}
	}
	queue, err := v.Queue(v.reach(), kind, page)
	if errors.Is(err, figures.ErrNoPage) {
		return nil, notFound
	}
	if err != nil {
		return nil, err
	}
	w := Waits{Form: v.formPage("waits", v.p.T("waits.title")), Queue: queue, Role: v.me.Grant.Role, Names: noNames()}
	w.Done = v.done()
	w.Chips = append(w.Chips, Chip{v.p.T("list.all"), w.OfficeLink(""), queue.All, kind == ""})
	for _, k := range queue.Kinds {
		w.Chips = append(w.Chips, Chip{v.p.T("waits.kind-" + string(k.Kind)), w.OfficeLink("", "kind", string(k.Kind)), k.Number, kind == k.Kind})
	}
	if err := v.addItems(&w); err != nil {
		return nil, err
	}
	return &result{page: w, name: "waits"}, nil
}

// done says what was just done, from the address to which the form led.
func (v *visit) done() string {
	q := v.r.URL.Query()
	what, n := q.Get("done"), q.Get("n")
	count, err := strconv.ParseInt(n, 10, 64)
	if err != nil || !slices.Contains([]string{"passed", "sent-back"}, what) {
		return ""
	}
	return v.p.N("waits.done-"+what, count)
}

func (v *visit) addItems(w *Waits) error {
	var rows []promise.ReportRow
	var seqs []int64
	for _, item := range w.Queue.Items {
		if item.Report != nil {
			rows, seqs = append(rows, *item.Report), append(seqs, item.Report.Seq)
		}
	}
	notes, err := v.NotesOf(rows)
	if err != nil {
		return err
	}
	seen, err := v.server.desk.Seen(v.ctx, v.me.Account.ID, v.shelf.name, seqs...)
	if err != nil {
		return err
	}
	disputes, err := v.server.disputes(v.ctx, v.Tx, rows)
	if err != nil {
		return err
	}
	names := map[string]string{}
	name := func(who string) (string, error) {
		if _, ok := names[who]; !ok {
			text, err := v.nameOf(who)
			if err != nil {
				return "", err
			}
			names[who] = text
		}
		return names[who], nil
	}
	for _, item := range w.Queue.Items {
		x := Waiting{Item: item}
		if v.runs() && item.Office != "" {
			if x.Owes, err = name("org:" + item.Office); err != nil {
				return err
			}
		}
		if o := item.Owed; o != nil {
			w.Names.Places[o.Place] = locale.Wording{}
			if v.runs() {
				if x.Owes, err = name("org:" + o.Office); err != nil {
					return err
				}
			}
			x.Own = v.mayAnswerTo(&o.OwedRow) == nil
		}
		if r := item.Report; r != nil {
			x.Note, x.New = notes[r.Seq], item.Kind == figures.WaitsSentBack && !seen[r.Seq]
			// Who passes a picture must see it by itself.
			x.Decide = disputes[r.ID].open
			x.Choose = item.Kind == figures.WaitsLook && r.Pictures == 0 && !x.Decide
			if x.By, err = name(r.Who); err != nil {
				return err
			}
		}
		w.Bulk = w.Bulk || x.Choose
		x.Actions = w.actions(&x)
		w.Items = append(w.Items, x)
	}
	return w.Names.read(v)
}

// actions are the links to what can be done about something, the nearest first.
func (w *Waits) actions(x *Waiting) []NavItem {
	number := itoa(x.Number)
	to := func(key, address string, pairs ...string) NavItem {
		return NavItem{Text: w.T(key), Address: w.OfficeLink(address, pairs...)}
	}
	switch {
	case x.Kind == figures.WaitsAnswer && x.Own:
		return []NavItem{to("answers.answer", "answers/"+x.Owed.ID+"/"+number)}
	case x.Kind == figures.WaitsAnswer:
		return []NavItem{to("waits.look", "answers/"+x.Owed.ID+"/"+number)}
	case x.Kind == figures.WaitsRound:
		return []NavItem{to("waits.propose", "rounds/new", "promise", number)}
	case x.Kind == figures.WaitsLook:
		return []NavItem{to("waits.look", "reports/"+x.Report.ID)}
	case x.Kind == figures.WaitsSentBack && w.Role == staff.Team:
		return []NavItem{to("waits.why", "reports/"+x.Report.ID), to("waits.again", "reports/new", "promise", number, "again", x.Report.ID)}
	case x.Kind == figures.WaitsSentBack:
		return []NavItem{to("waits.look", "reports/"+x.Report.ID)}
	case w.Role == staff.Team:
		return []NavItem{to("waits.report", "reports/new", "promise", number, "due", x.Due)}
	}
	return []NavItem{to("waits.amend", "promises/"+number+"/amend"), to("waits.withdraw", "promises/"+number+"/withdraw")}
}

// WithOwed gives a part an answer that is owed.
func (w Waits) WithOwed(o *figures.OwedLine) AnswerPart {
	return AnswerPart{Page: w.Page, AnswerLine: AnswerLine{OwedLine: *o}, Where: w.Names.Places[o.Place]}
}

// Clock says how long something has waited.
func (w Waits) Clock(x Waiting) template.HTML {
	return w.NHTML("waits.clock-"+string(x.Kind), x.Days.Int(), "N", w.Num(x.Days))
}

// PageLink is another page of the queue.
func (w Waits) PageLink(step int) string {
	return w.OfficeLink("", "kind", string(w.Queue.Kind), "page", strconv.Itoa(w.Queue.Page+step))
}

// doTogether passes the chosen reports, or sends them back with one reason. Nothing else can be done to several at once.
func (v *visit) doTogether() (*result, error) {
	verb, _ := v.form.do()
	chosen := v.form.all("item[]")
	what, needs := "passed", pass
	if verb == "send-back" {
		what, needs = "sent-back", sendBack
	} else if verb != "pass" {
		return nil, nil
	}
	if !v.me.allows(needs) {
		return nil, forbidden
	}
	if len(chosen) == 0 {
		v.form.say("", v.p.T("waits.none-chosen"))
		return nil, nil
	}
	reason := v.form.wording("reason", v.languages())
	if verb == "send-back" && !v.needReason(reason) {
		return nil, nil
	}
	var drafts []ledger.Draft
	var settled []string
	for _, id := range chosen {
		r, _, err := v.reportBy(id)
		if err != nil {
			return nil, err
		}
		var d ledger.Draft
		if verb == "pass" && r.Pictures > 0 {
			return nil, unclear // the page does not offer it
		}
		if verb == "pass" {
			d = promise.Pass(v.me.Grant.Who, r.ID, r.HasNote == 1, nil, nil)
		} else if d, err = promise.SendBack(v.me.Grant.Who, r.ID, reason, v.salt(r.ID)); err != nil {
			return nil, v.sayRefused(err)
		}
		d.ID = v.form.entryID(r.ID)
		drafts, settled = append(drafts, d), append(settled, r.ID)
	}
	return &result{drafts: drafts, after: v.dropPictures(settled...), to: v.links().OfficeLink("", "done", what, "n", strconv.Itoa(len(drafts)))}, nil
}

// languages are those in which the programme's office writes.
func (v *visit) languages() []string { return strings.Fields(v.home.Languages) }

// needReason says that a reason is missing or cannot stand as it is.
func (v *visit) needReason(reason locale.Wording) bool {
	if reason.IsZero() {
		v.form.say("reason", v.p.T("form.reason-needed"))
		return false
	}
	return v.checkLong("reason", reason, promise.MaxText)
}

// checkLong says what is wrong with a text of several lines.
func (v *visit) checkLong(field string, w locale.Wording, most int) bool {
	var words *locale.Error
	err := w.CheckLong(most)
	if errors.As(err, &words) {
		v.form.say(field, v.p.T(words.Code, words.Args...))
	}
	return err == nil
}

// salt makes the salts of the texts of one entry of the form: the same when it is sent again, and not to be guessed.
func (v *visit) salt(further string) promise.Salt {
	return v.server.desk.Salt(v.form.values.Get(formID) + " " + further)
}

// sayRefused puts a refusal of a draft beside its field; any other error is returned.
func (v *visit) sayRefused(err error) error {
	r := ledger.Refused(err)
	if r == nil {
		return err
	}
	v.form.say(v.fieldOf(r), v.refusal(r))
	return nil
}

// reportBy finds a report by the id of its entry, as far as who is signed in may look at it.
func (v *visit) reportBy(id string) (promise.ReportRow, *figures.Promise, error) {
	seq, ok, err := ledger.SeqOf(v.Tx, id)
	if err != nil {
		return promise.ReportRow{}, nil, err
	}
	if !ok {
		return promise.ReportRow{}, nil, notFound
	}
	row, ok, err := promise.Reports.One(v.Tx, seq)
	if err != nil {
		return row, nil, err
	}
	if !ok {
		return row, nil, notFound
	}
	of, ok, err := promise.View.One(v.Tx, row.Promise)
	if err != nil || !ok {
		return row, nil, errors.Join(err, notFound)
	}
	one, _, err := v.One(of.Number)
	if err != nil {
		return row, nil, err
	}
	return row, one, v.mayLookAt(&row, &one.Row, &one.Terms)
}
