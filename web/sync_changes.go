package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kept/device"
	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store"
)

// The bounds of a page of changes, and of what a team's phone has at all.
const (
	mostDue  = 600
	duePage  = 40
	sentPage = 50
)

// changesAnswer is a page of changes.
type changesAnswer struct {
	syncBase
	Checkpoint string            `json:"checkpoint"`
	Size       int64             `json:"size"`
	Programme  string            `json:"programme"`
	Team       string            `json:"team"`
	Languages  []string          `json:"languages"`
	Fresh      bool              `json:"fresh,omitempty"`
	Promises   []json.RawMessage `json:"promises,omitempty"`
	Gone       []int64           `json:"gone,omitempty"`
	Places     map[string]string `json:"places,omitempty"`
	Sent       []sentAnswer      `json:"sent,omitempty"`
	Device     *device.State     `json:"device,omitempty"`
	Others     []device.State    `json:"others,omitempty"`
	Cursor     string            `json:"cursor"`
	More       bool              `json:"more,omitempty"`
}

// duePromise is a promise as a phone has it.
type duePromise struct {
	Number     int64        `json:"number"`
	ID         string       `json:"id"`
	Version    int64        `json:"version"`
	Title      string       `json:"title"`
	Lang       string       `json:"lang"`
	Office     string       `json:"office,omitempty"`
	Mine       bool         `json:"mine,omitempty"`
	Places     []string     `json:"places"`
	Plan       string       `json:"plan"`
	Standing   string       `json:"standing"`
	State      string       `json:"state,omitempty"`
	Village    string       `json:"village"`
	Disputed   bool         `json:"disputed,omitempty"`
	Due        string       `json:"due,omitempty"`
	Open       string       `json:"open,omitempty"`
	Days       [][2]string  `json:"days,omitempty"`
	Measures   []dueMeasure `json:"measures,omitempty"`
	Currencies []string     `json:"currencies,omitempty"`
	Reports    int64        `json:"reports,omitempty"`
	Reported   string       `json:"reported,omitempty"`
}

type dueMeasure struct {
	N        int         `json:"n"`
	Name     string      `json:"name"`
	Unit     string      `json:"unit,omitempty"`
	Baseline string      `json:"baseline,omitempty"`
	Reading  string      `json:"reading,omitempty"`
	Target   string      `json:"target,omitempty"`
	Periods  [][3]string `json:"periods,omitempty"`
}

// The states of what was sent.
const (
	sentReceived = "received"
	sentLookedAt = "looked-at"
	sentBack     = "sent-back"
)

// sentAnswer is what became of an event.
type sentAnswer struct {
	Event    string `json:"event"`
	Entry    string `json:"entry"`
	Promise  int64  `json:"promise"`
	Day      string `json:"day"`
	State    string `json:"state"`
	Recorded string `json:"recorded"`
	Reason   string `json:"reason,omitempty"`
	Lang     string `json:"lang,omitempty"`
	Shown    int64  `json:"shown,omitempty"`
	Pictures int64  `json:"pictures,omitempty"`
	Note     bool   `json:"note,omitempty"`
	Decide   bool   `json:"decide,omitempty"`

	Unreadable int64 `json:"unreadable,omitempty"`

	changed int64 // the entry that said so last
}

// syncChanges gives what a phone does not have.
func syncChanges(f *phone) error {
	sent, err := f.server.devices.Sent(f.r.Context(), f.me.Account.ID, f.shelf.name)
	if err != nil {
		return err
	}
	out := changesAnswer{}
	if f.device != "" {
		state, others, err := f.server.devices.Seen(f.r.Context(), f.me.Account.ID, f.shelf.name, f.device)
		if err != nil {
			return err
		}
		out.Device, out.Others = &state, others
	}
	err = f.look(func(v *visit) error {
		c := &changes{phone: f, visit: v, out: &out}
		out.syncBase, out.Size, out.Languages = f.base(v), v.Size, v.languages()
		point, err := f.shelf.book.Published(v.head)
		if err != nil {
			return err
		}
		out.Checkpoint = point.Note
		title, _ := programme.ParseWords(v.home.Title).Best(v.p.Tag)
		out.Programme = title
		if out.Team, err = v.nameOf(f.me.Grant.Who); err != nil {
			return err
		}
		scope := device.Scope(f.mark, out.Origin, v.p.Tag, v.server.version, strings.Join(f.me.Grant.Places, ","), f.me.Grant.Who)
		cursor, known := device.ReadCursor(f.r.URL.Query().Get("cursor"), scope)
		out.Fresh = !known
		c.cursor = cursor
		day, err := strconv.ParseInt(strings.ReplaceAll(v.Day, "-", ""), 10, 64)
		if err != nil {
			return err
		}
		lost := int64(0)
		for _, s := range sent {
			lost += s.Unreadable
		}
		c.lost = lost != cursor.Lost
		if cursor.Size != v.Size || cursor.Day != day || c.lost || !known {
			if err := c.addPromises(); err != nil {
				return err
			}
			if err := c.addSent(sent); err != nil {
				return err
			}
		}
		cursor.Size, cursor.Day, cursor.Lost = v.Size, day, lost
		if out.More {
			cursor.Day = 0
		}
		out.Cursor = cursor.String()
		return nil
	})
	if err != nil {
		return err
	}
	return f.answer(http.StatusOK, out)
}

// changes is a page of changes that is being made.
type changes struct {
	*visit
	phone  *phone
	out    *changesAnswer
	cursor *device.Cursor
	lost   bool // another number of pictures could not be decoded than the phone was told
}

// postedTo are the places at which the team is posted today.
func (v *visit) postedTo() (out []string, err error) {
	team, ok := strings.CutPrefix(v.me.Grant.Who, "team:")
	if !ok {
		return nil, nil
	}
	rows, err := programme.Postings.Select(v.Tx, "WHERE v.team = $1 AND v.from_day <= $2 AND (v.until_day = '' OR v.until_day >= $2) ORDER BY v.place", team, v.Day)
	for _, r := range rows {
		if !slices.Contains(out, r.Place) {
			out = append(out, r.Place)
		}
	}
	return out, err
}

// addPromises adds those promises that the phone does not have as they are, and names those that are no longer for it.
func (c *changes) addPromises() error {
	posted, err := c.postedTo()
	if err != nil {
		return err
	}
	all, err := c.Daybook(c.reach(), posted, mostDue)
	if err != nil {
		return err
	}
	for i := range all { // as mayReportOn has it: all its places must be within reach
		ok, err := c.me.reaches(c.Tx, all[i].Terms.Places)
		if err != nil {
			return err
		}
		if !ok {
			all[i].ID = ""
		}
	}
	all = slices.DeleteFunc(all, func(d figures.DueLine) bool { return d.ID == "" })
	now := map[int64]bool{}
	names := map[string]string{}
	given := 0
	c.out.Places = map[string]string{}
	for i := range all {
		d := &all[i]
		now[d.Number] = true
		said, err := c.said(d, names)
		if err != nil {
			return err
		}
		digest := device.DigestOf(said)
		if had, ok := c.cursor.Promises[d.Number]; ok && had == digest {
			continue
		}
		if given == duePage {
			c.out.More = true
			continue
		}
		given++
		c.cursor.Promises[d.Number] = digest
		c.out.Promises = append(c.out.Promises, said)
		for _, p := range d.Places {
			name, _ := programme.ParseWords(p.Name).Best(c.p.Tag)
			c.out.Places[p.Code] = name
		}
	}
	for number := range c.cursor.Promises {
		if !now[number] {
			c.out.Gone = append(c.out.Gone, number)
			delete(c.cursor.Promises, number)
		}
	}
	slices.Sort(c.out.Gone)
	return nil
}

// said is what a phone is told of a promise.
func (c *changes) said(d *figures.DueLine, names map[string]string) ([]byte, error) {
	best := func(w locale.Wording) string {
		text, _ := w.Best(c.p.Tag)
		return text
	}
	p := duePromise{Number: d.Number, ID: d.ID, Version: d.Version, Mine: c.me.Grant.Who == "team:"+d.Team, Plan: d.Plan, Standing: string(d.Said.Team),
		Village: string(d.Said.Village.Says), Disputed: d.Said.Village.DisputedBefore,
		State: d.State, Due: d.Due, Open: d.OpenDue, Reports: d.Reports, Reported: d.Reported, Places: d.Terms.Places}
	p.Title, p.Lang = d.Terms.Title.Best(c.p.Tag)
	if d.Office != "" {
		if _, ok := names[d.Office]; !ok {
			name, err := c.nameOf("org:" + d.Office)
			if err != nil {
				return nil, err
			}
			names[d.Office] = name
		}
		p.Office = names[d.Office]
	}
	for _, o := range d.Days {
		p.Days = append(p.Days, [2]string{o.Due, o.State})
	}
	for n, m := range d.Terms.Measures {
		x := dueMeasure{N: n, Name: best(m.Name), Unit: best(m.Unit)}
		for _, row := range d.Measures {
			if row.N == int64(n) {
				x.Baseline, x.Reading, x.Target = row.Baseline, row.Reading, row.Target
			}
		}
		for _, t := range m.Targets {
			x.Periods = append(x.Periods, [3]string{t.From, t.To, t.Value})
		}
		p.Measures = append(p.Measures, x)
	}
	for _, m := range d.Terms.Money {
		if !slices.Contains(p.Currencies, m.Currency) {
			p.Currencies = append(p.Currencies, m.Currency)
		}
	}
	return json.Marshal(p)
}

// addSent adds what became of events since the phone was told last.
func (c *changes) addSent(sent []device.Sent) error {
	var all, untold []sentAnswer
	var ids []string
	byID := map[string]device.Sent{}
	for _, s := range sent {
		if _, twice := byID[s.Entry]; !twice {
			byID[s.Entry] = s
			ids = append(ids, s.Entry)
		}
	}
	rows, err := reportsOf(c.Tx, ids)
	if err != nil {
		return err
	}
	decide, err := c.server.disputes(c.ctx, c.Tx, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		a := sentAnswer{Event: byID[row.ID].Event, Entry: row.ID, Day: row.Day, State: sentReceived, Recorded: row.Recorded, changed: row.Seq, Decide: decide[row.ID].open,
			Unreadable: byID[row.ID].Unreadable}
		if row.Passed != 0 {
			a.State, a.Shown, a.Pictures, a.Note, a.changed = sentLookedAt, row.Shown, row.Pictures, row.NoteShown == 1, row.Passed
		}
		if row.SentBack != 0 {
			a.State, a.Shown, a.Pictures, a.Note, a.changed = sentBack, 0, 0, false, row.SentBack
		}
		a.changed = max(a.changed, decide[row.ID].at)
		again := a.changed < c.cursor.Sent // the book has nothing new of it
		if again && !(c.lost && a.Unreadable > 0) {
			continue
		}
		p, _, err := promise.View.One(c.Tx, row.Promise)
		if err != nil {
			return err
		}
		a.Promise = p.Number
		if row.SentBack != 0 {
			reasons, err := ledger.TextsOf(c.Tx, promise.FieldReason, row.SentBack)
			if err != nil {
				return err
			}
			a.Reason, a.Lang = bestSaid(reasons[row.SentBack], row.BackLang, c.p.Tag)
		}
		if again {
			untold = append(untold, a)
		} else {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b sentAnswer) int { return int(a.changed - b.changed) })
	if len(all) > sentPage {
		// Two that contradict each other may have changed by one entry, so the next page may repeat the last of this one.
		all, c.out.More = all[:sentPage], true
		c.cursor.Sent = all[sentPage-1].changed
	} else {
		c.cursor.Sent = c.Size
	}
	c.out.Sent = append(all, untold...)
	return nil
}

// bestSaid is a text beside the book in the reader's language, or as it was written.
func bestSaid(said map[string]ledger.Said, original, lang string) (text, tag string) {
	w := locale.Wording{Original: original, In: map[string]string{}}
	for tag, s := range said {
		if !s.Erased {
			w.In[tag] = s.Body
		}
	}
	return w.Best(lang)
}

// reportOf finds a report by the id of its entry.
func reportOf(tx *store.Tx, id string) (row promise.ReportRow, ok bool, err error) {
	seq, ok, err := ledger.SeqOf(tx, id)
	if err != nil || !ok {
		return row, false, err
	}
	return promise.Reports.One(tx, seq)
}

// reportsOf finds reports by the ids of their entries. Of an entry that is not there, or no report, there is none.
func reportsOf(tx *store.Tx, ids []string) ([]promise.ReportRow, error) {
	seqs, err := ledger.SeqsOf(tx, ids)
	if err != nil {
		return nil, err
	}
	var keys [][]any
	for _, id := range ids {
		if seq, ok := seqs[id]; ok {
			keys = append(keys, []any{seq})
			delete(seqs, id)
		}
	}
	return promise.Reports.Load(tx, keys)
}
