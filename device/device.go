package device

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"kept/ledger"
	"kept/schedule"
	"kept/staff"
	"kept/store"
)

// How long a device is remembered that is not heard of, how many an account has, and how many of its last events are told to it.
const (
	DaysKept    = 180
	MostDevices = 20
	MostTold    = 200
)

// mostRanges is how many gaps are named.
const mostRanges = 100

// The tables, as the desk's migrations make them.
var (
	deviceTable = &store.Table{
		Name: "device", Class: store.Private, Key: []string{"id"}, Indexes: [][]string{{"account", "programme"}},
		Columns: []store.Column{
			{Name: "id", Type: store.Text, Purpose: "random id that a phone has drawn for an account on it"},
			{Name: "account", Type: store.Text, Purpose: "the account"},
			{Name: "programme", Type: store.Text, Purpose: "where"},
			{Name: "last", Type: store.Int, Purpose: "highest number that it has given to an event, also if that was not sent"},
			{Name: "upto", Type: store.Int, Purpose: "number up to which all have arrived"},
			{Name: "seen", Type: store.Text, Purpose: "day on which it was heard of last; 180 days later it is forgotten"},
		},
	}
	eventTable = &store.Table{
		Name: "device_event", Class: store.Private, Key: []string{"device", "n"}, Indexes: [][]string{{"entry"}, {"decide"}},
		Columns: []store.Column{
			{Name: "device", Type: store.Text, Purpose: "the device"},
			{Name: "n", Type: store.Int, Purpose: "number that it gave to the event"},
			{Name: "event", Type: store.Text, Purpose: "random id of the event"},
			{Name: "entry", Type: store.Text, Purpose: "id of the entry that it became, or would have"},
			{Name: "day", Type: store.Text, Purpose: "day on which it arrived; 180 days later it is forgotten"},
			{Name: "decide", Type: store.Text, Purpose: "id of the entry of another device that it contradicts, or nothing"},
			{Name: "unreadable", Type: store.Int, Purpose: "how many of its pictures could not be decoded and are gone"},
		},
	}
)

// The same rows by the entry, and by the entry that it contradicts.
var (
	eventsOfEntries = &store.Table{Name: "device_event", Class: store.Private, Key: []string{"entry"}, Columns: []store.Column{eventTable.Columns[3], eventTable.Columns[5]}}
	eventsAgainst   = &store.Table{Name: "device_event", Class: store.Private, Key: []string{"decide"}, Columns: []store.Column{eventTable.Columns[5], eventTable.Columns[3]}}
)

// Tables are the tables of this room, in the server's own database.
func Tables() []*store.Table { return []*store.Table{deviceTable, eventTable} }

// Devices are those of the teams of all programmes. Its methods may be called from several goroutines.
type Devices struct {
	desk *staff.Desk

	mu      sync.Mutex
	waiting []*Note // guarded by mu
	busy    bool    // guarded by mu: somebody writes down what waits
}

// Beside are the devices that lie beside a desk.
func Beside(desk *staff.Desk) *Devices { return &Devices{desk: desk} }

// ErrOther says that a device belongs to another account.
var ErrOther = errors.New("device: it belongs to another account")

// Entry is the id of the entry that an event of a team becomes.
func Entry(programme, who, event string) string {
	return ledger.DeriveID("event " + programme + " " + who + " " + event)
}

// Picture is the id in a report of a picture that was sent for an event.
func Picture(event, sha256 string) string {
	return ledger.DeriveID("picture of event " + event + " " + sha256)
}

// Arrived is an event that has come.
type Arrived struct {
	N            int64
	Event, Entry string
	Decide       string // an entry of another device that it contradicts
	Refused      bool   // it will not be appended, so no act is noted
	Taken        bool   // set by Note: the number was given to another event before, so this one is not written down
}

// State says of a device which numbers have not come.
type State struct {
	Last    int64      `json:"last,omitempty"`
	Missing [][2]int64 `json:"missing,omitempty"` // from and to
	Seen    string     `json:"seen,omitempty"`    // of other devices: the day on which it was heard of last
}

// Note is what is to be written down of a request, and what is then known.
type Note struct {
	Device, Account, Programme string
	Last                       int64
	Events                     []Arrived
	Act                        string // what the desk is to note of each event that is written down

	State  State
	Others []State // of the account's other devices of which numbers are missing

	ctx  context.Context
	err  error
	done chan struct{}
}

// Note writes down what has arrived. Callers that come at the same time share a transaction.
func (d *Devices) Note(ctx context.Context, n *Note) error {
	n.ctx, n.done = ctx, make(chan struct{})
	d.mu.Lock()
	d.waiting = append(d.waiting, n)
	if !d.busy {
		d.busy = true
		go d.work()
	}
	d.mu.Unlock()
	<-n.done
	return n.err
}

// patience is how often callers that were just answered get a moment to come back.
const patience = 4

// work writes down what waits until nothing does.
func (d *Devices) work() {
	for {
		for range patience {
			runtime.Gosched()
		}
		d.mu.Lock()
		batch := d.waiting
		d.waiting = nil
		if len(batch) == 0 {
			d.busy = false
			d.mu.Unlock()
			return
		}
		d.mu.Unlock()
		err := d.desk.Within(context.Background(), func(tx *store.Tx) error {
			for _, n := range batch {
				if n.err = d.note(tx, n); n.err != nil && !errors.Is(n.err, ErrOther) {
					return n.err
				}
			}
			return nil
		})
		for _, n := range batch {
			n.err = cmp.Or(err, n.err)
			close(n.done)
		}
	}
}

// row is a device as it is kept.
type row struct {
	id, account, programme string
	last, upto             int64
	seen                   string
}

func (r *row) columns() []any {
	return []any{&r.id, &r.account, &r.programme, &r.last, &r.upto, &r.seen}
}

func (r *row) put(tx *store.Tx) error {
	return tx.Put(deviceTable, [][]any{{r.id, r.account, r.programme, r.last, r.upto, r.seen}})
}

const rowColumns = "id, account, programme, last, upto, seen"

// note is one request's part of a transaction.
func (d *Devices) note(tx *store.Tx, n *Note) error {
	all, err := store.Select(tx, (*row).columns, "SELECT "+rowColumns+" FROM device WHERE account = $1 AND programme = $2 ORDER BY seen, id", n.Account, n.Programme)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(r row) bool { return r.id == n.Device })
	if i < 0 {
		var other string
		there, err := tx.One([]any{&other}, "SELECT account FROM device WHERE id = $1", n.Device)
		if err != nil {
			return err
		}
		if there {
			return ErrOther
		}
		for ; len(all) >= MostDevices; all = all[1:] {
			if err := forget(tx, all[0].id); err != nil {
				return err
			}
		}
		all = append(all, row{id: n.Device, account: n.Account, programme: n.Programme})
		i = len(all) - 1
	}
	r := &all[i]
	before := *r
	r.last, r.seen = max(r.last, n.Last), d.desk.Today()
	if err := d.noteEvents(tx, r, n); err != nil {
		return err
	}
	if n.State, err = r.state(tx); err != nil {
		return err
	}
	if *r != before {
		if err := r.put(tx); err != nil {
			return err
		}
	}
	n.Others = nil
	for j := range all {
		if j != i && all[j].last > all[j].upto {
			s, err := all[j].state(tx)
			if err != nil {
				return err
			}
			s.Seen = all[j].seen
			n.Others = append(n.Others, s)
		}
	}
	return nil
}

// noteEvents writes down the events whose numbers are free, with their acts.
func (d *Devices) noteEvents(tx *store.Tx, r *row, n *Note) error {
	var keys [][]any
	asked := map[int64]bool{}
	for _, e := range n.Events {
		if !asked[e.N] {
			asked[e.N] = true
			keys = append(keys, []any{r.id, e.N})
		}
	}
	there, err := tx.Load(eventTable, keys)
	if err != nil {
		return err
	}
	given := map[int64]string{}
	for _, e := range there {
		given[e[1].(int64)] = e[2].(string)
	}
	var rows [][]any
	var acts []staff.Act
	for i := range n.Events {
		e := &n.Events[i]
		was, taken := given[e.N]
		if e.Taken = taken && was != e.Event; e.Taken {
			continue
		}
		r.last = max(r.last, e.N)
		if !taken {
			if err := own(tx, r.id, e); err != nil {
				return err
			}
			given[e.N] = e.Event
			rows = append(rows, []any{r.id, e.N, e.Event, e.Entry, r.seen, e.Decide, int64(0)})
		}
		if e.Refused {
			continue
		}
		acts = append(acts, staff.Act{Account: n.Account, Programme: n.Programme, What: n.Act, Entry: e.Entry})
	}
	if err := tx.Insert(eventTable, rows); err != nil {
		return err
	}
	return d.desk.ActIn(tx, acts...)
}

// own takes back that an event contradicts another one if both are of one device: then it corrects it.
func own(tx *store.Tx, device string, e *Arrived) error {
	if e.Decide == "" {
		return nil
	}
	var one int64
	same, err := tx.One([]any{&one}, "SELECT 1 FROM device_event WHERE entry = $1 AND device = $2", e.Decide, device)
	if same {
		e.Decide = ""
	}
	return err
}

// state finds out which numbers are missing, and remembers up to where there are none.
func (r *row) state(tx *store.Tx) (State, error) {
	s := State{Last: r.last}
	next, whole := r.upto+1, true
	var n int64
	err := tx.Each([]any{&n}, func() error {
		if n > next {
			whole = false
			s.Missing = append(s.Missing, [2]int64{next, n - 1})
		}
		if next = n + 1; whole {
			r.upto = n
		}
		return nil
	}, "SELECT n FROM device_event WHERE device = $1 AND n > $2 ORDER BY n", r.id, r.upto)
	if next <= r.last {
		s.Missing = append(s.Missing, [2]int64{next, r.last})
	}
	if len(s.Missing) > mostRanges {
		s.Missing = s.Missing[:mostRanges]
	}
	return s, err
}

// Seen is what is known of a device without writing anything down. One that is not known, or another account's, is nothing.
func (d *Devices) Seen(ctx context.Context, account, programme, device string) (s State, others []State, err error) {
	err = d.desk.Look(ctx, func(tx *store.Tx) error {
		all, err := store.Select(tx, (*row).columns, "SELECT "+rowColumns+" FROM device WHERE account = $1 AND programme = $2 ORDER BY seen, id", account, programme)
		if err != nil {
			return err
		}
		for i := range all {
			state, err := all[i].state(tx)
			switch {
			case err != nil:
				return err
			case all[i].id == device:
				s = state
			case len(state.Missing) > 0:
				state.Seen = all[i].seen
				others = append(others, state)
			}
		}
		return nil
	})
	return s, others, err
}

// Sent is an event of an account, and the entry that it became if it stands in the book.
type Sent struct {
	Event, Entry, Decide string
	Unreadable           int64 // how many of its pictures could not be decoded
}

// Sent are the last events that an account has sent from its devices, the latest first.
func (d *Devices) Sent(ctx context.Context, account, programme string) (out []Sent, err error) {
	err = d.desk.Look(ctx, func(tx *store.Tx) error {
		out, err = store.Select(tx, func(s *Sent) []any { return []any{&s.Event, &s.Entry, &s.Decide, &s.Unreadable} },
			`SELECT e.event, e.entry, e.decide, e.unreadable FROM device_event AS e JOIN device AS d ON d.id = e.device
				WHERE d.account = $1 AND d.programme = $2 ORDER BY e.day DESC, e.device, e.n DESC LIMIT $3`, account, programme, int64(MostTold))
		return err
	})
	return out, err
}

// Unreadable notes that a picture of the event that became an entry could not be decoded. If no device is known to have sent it, nobody
// is told.
func (d *Devices) Unreadable(ctx context.Context, entry string) error {
	return d.desk.Within(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE device_event SET unreadable = unreadable + 1 WHERE entry = $1", entry)
		return err
	})
}

// Contradictions are the pairs of entries of which one contradicts the other and is among some entries, or the other is.
func (d *Devices) Contradictions(ctx context.Context, entries []string) (out [][2]string, err error) {
	var keys [][]any
	for _, entry := range entries {
		keys = append(keys, []any{entry})
	}
	err = d.desk.Look(ctx, func(tx *store.Tx) error {
		for _, side := range []*store.Table{eventsOfEntries, eventsAgainst} {
			rows, err := tx.Load(side, keys)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if pair := [2]string{r[0].(string), r[1].(string)}; side == eventsAgainst {
					out = append(out, [2]string{pair[1], pair[0]})
				} else if pair[1] != "" {
					out = append(out, pair)
				}
			}
		}
		return nil
	})
	return out, err
}

func forget(tx *store.Tx, device string) error {
	if _, err := tx.Exec("DELETE FROM device_event WHERE device = $1", device); err != nil {
		return err
	}
	_, err := tx.Exec("DELETE FROM device WHERE id = $1", device)
	return err
}

// Sweep forgets devices that were not heard of for DaysKept, and events and gaps that are as old.
func (d *Devices) Sweep(ctx context.Context) error {
	return d.desk.Within(ctx, func(tx *store.Tx) error {
		oldest := schedule.AddDays(d.desk.Today(), -DaysKept)
		old, err := store.Select(tx, (*row).columns, "SELECT "+rowColumns+" FROM device")
		if err != nil {
			return err
		}
		for _, r := range old {
			if r.seen <= oldest {
				if err := forget(tx, r.id); err != nil {
					return err
				}
				continue
			}
			var n int64
			if _, err := tx.One([]any{&n}, "SELECT COALESCE(max(n), 0) FROM device_event WHERE device = $1 AND day <= $2", r.id, oldest); err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			r.upto = max(r.upto, n)
			if err := r.put(tx); err != nil {
				return err
			}
			if _, err := tx.Exec("DELETE FROM device_event WHERE device = $1 AND day <= $2", r.id, oldest); err != nil {
				return err
			}
		}
		return nil
	})
}
