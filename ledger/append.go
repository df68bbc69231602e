package ledger

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"kept/schedule"
	"kept/store"
)

// Draft is an entry on its way into the book, with the texts and pictures that lie beside it.
type Draft struct {
	Kind  string
	ID    string // empty: chosen at random
	Day   string // empty: the programme's day
	Who   string
	About string
	Data  any

	Texts    []Text
	Pictures []Picture
}

// Receipt says what became of a draft.
type Receipt struct {
	ID        string
	Seq       int64 // its place in the book, if Err is nil
	Duplicate bool  // the very same entry was there before
	Err       error // a *Refusal: it is not in the book
}

// NewID returns a random entry id. It tells nothing about time or order.
func NewID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// DeriveID returns the id of an entry that is read from a source: the same source gives the same id, so reading twice is
// harmless.
func DeriveID(source string) string {
	sum := sha256.Sum256([]byte("kept id v1\n" + source))
	return hex.EncodeToString(sum[:16])
}

// prepared is a draft that is known to be well formed.
type prepared struct {
	entry *Entry
	data  any
	kind  *Kind
	body  []byte
	leaf  tlog.Hash
	texts []Text
	pics  []Picture

	receipt *Receipt
	taken   bool // by the last attempt at a transaction, of which it may not be known whether it happened
}

type request struct {
	entries []*prepared
	mark    bool  // the day is to be marked, even if nothing else is appended
	err     error // the transaction failed; nothing is known to be refused
	done    chan struct{}
}

// most is how many entries one transaction may take.
const most = 4096

// Append adds entries in the order given. It returns when they are on disk, or an error if that failed. Then they are not
// in the book, unless the error is store.ErrUnknown or there were more than one transaction takes; appending the same
// drafts again is safe in every case, if they have the same ids and days (where these were empty, they have been set in
// drafts). A refused draft does not keep the others out.
//
// The context bounds how long it waits to be taken up. What has been taken up is waited for: giving up then would leave
// open whether it is in the book.
func (b *Book) Append(ctx context.Context, drafts ...Draft) ([]Receipt, error) {
	receipts := make([]Receipt, len(drafts))
	today := b.opts.Today()
	req := &request{done: make(chan struct{})}
	for i := range drafts {
		p, err := b.Rules.prepare(&drafts[i], today)
		receipts[i].ID = drafts[i].ID
		if err != nil {
			receipts[i].Err = err
			continue
		}
		p.receipt = &receipts[i]
		req.entries = append(req.entries, p)
	}
	for len(req.entries) > 0 {
		part := &request{entries: req.entries[:min(most, len(req.entries))], done: make(chan struct{})}
		req.entries = req.entries[len(part.entries):]
		if err := b.send(ctx, part); err != nil {
			return receipts, err
		}
		<-part.done
		if part.err != nil {
			return receipts, part.err
		}
	}
	return receipts, nil
}

// Mark appends a day mark if the programme's day has changed, also when nothing else happened. A server calls it when it
// starts and when the day changes, so that what has become late shows as late.
func (b *Book) Mark(ctx context.Context) error {
	r := &request{mark: true, done: make(chan struct{})}
	if err := b.send(ctx, r); err != nil {
		return err
	}
	<-r.done
	return r.err
}

func (b *Book) send(ctx context.Context, r *request) error {
	b.enqueue.RLock()
	defer b.enqueue.RUnlock()
	if b.closed || !b.appends {
		return errClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case b.queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// prepare writes a draft as an entry and reads it back, so that what enters the book is what can be read again.
func (r *Rules) prepare(d *Draft, today string) (*prepared, error) {
	if d.ID == "" {
		d.ID = NewID()
	}
	if d.Day == "" {
		d.Day = today
	}
	body, err := encode(&Entry{Kind: d.Kind, ID: d.ID, Day: d.Day, Who: d.Who, About: d.About}, d.Data)
	if err != nil {
		return nil, &Refusal{Code: "entry.data", Args: []any{"kind", d.Kind}, Cause: err}
	}
	p, err := r.parse(body)
	if err != nil {
		return nil, err
	}
	p.texts, p.pics = d.Texts, d.Pictures
	return p, p.checkBeside()
}

func (r *Rules) parse(body []byte) (*prepared, error) {
	e, data, err := r.kinds.Parse(body)
	if err != nil {
		return nil, err
	}
	if !schedule.ValidDay(e.Day) {
		return nil, Refuse("entry.day")
	}
	return &prepared{entry: e, data: data, kind: r.kinds[e.Kind], body: body, leaf: tlog.RecordHash(body)}, nil
}

// checkBeside sees that the draft brings exactly the texts and pictures that its entry names.
func (p *prepared) checkBeside() error {
	named := p.kind.textsOf(p.data)
	for _, t := range p.texts {
		if !utf8.ValidString(t.Body) || strings.ContainsRune(t.Body, 0) { // PostgreSQL could not hold it
			return Refuse("text.not-text", "field", t.Field)
		}
		if named[t.Field] != HashText(t.Salt, t.Body) || len(t.Salt) != SaltSize {
			return Refuse("text.not-named", "field", t.Field)
		}
		delete(named, t.Field)
	}
	for field := range named {
		return Refuse("text.missing", "field", field)
	}
	want := map[string]bool{}
	for _, sum := range p.kind.picturesOf(p.data) {
		want[sum] = true
	}
	for _, pic := range p.pics {
		if !want[pic.SHA256] || HashBytes(pic.Body) != pic.SHA256 {
			return Refuse("picture.not-named")
		}
		if pic.Media != MediaType(pic.Body) {
			return Refuse("picture.media", "media", MediaType(pic.Body))
		}
		delete(want, pic.SHA256)
	}
	if len(want) > 0 {
		return Refuse("picture.missing")
	}
	return nil
}

func (k *Kind) textsOf(data any) map[string]string {
	if k.texts == nil {
		return nil
	}
	return k.texts(data)
}

func (k *Kind) picturesOf(data any) []string {
	if k.pics == nil {
		return nil
	}
	return k.pics(data)
}

// appending is the one goroutine of this process that appends: it takes what has queued up while the last transaction
// ran and puts it into one.
func (b *Book) appending() {
	defer close(b.done)
	for first := range b.queue {
		batch := b.gather(first)
		b.commitAll(batch)
		for _, r := range batch {
			close(r.done)
		}
		b.saveSometimes()
	}
}

// enough is how many entries are worth a transaction of their own; its costs are then no longer what counts.
const enough = 128

// gather takes what is queued. If that is little, callers that were just answered get a moment to come back, since a
// transaction costs the same for one entry and for fifty. If it is enough, the others can prepare their entries while
// this transaction runs.
func (b *Book) gather(first *request) []*request {
	batch, n := []*request{first}, len(first.entries)
	for idle := 0; n < most; {
		select {
		case r, ok := <-b.queue:
			if !ok {
				return batch
			}
			batch, n, idle = append(batch, r), n+len(r.entries), 0
		default:
			if idle++; n >= enough || idle > 3 {
				return batch
			}
			runtime.Gosched()
		}
	}
	return batch
}

// attempts is how often a transaction is tried whose outcome is unknown: trying again finds the entries by their ids
// if it had happened, and appends them if not.
const attempts = 3

// commitAll appends what a batch of requests asks for. If the database cannot take a value, it cannot be helped for the
// request that brings it, but it must not keep the others out: then each gets a transaction of its own.
func (b *Book) commitAll(batch []*request) {
	err := b.commitOnce(batch)
	for _, r := range batch {
		if r.err = err; errors.Is(err, store.ErrValue) && len(batch) > 1 {
			r.err = b.commitOnce([]*request{r})
		}
	}
}

func (b *Book) commitOnce(batch []*request) error {
	var all []*prepared
	mark := false
	for _, r := range batch {
		all = append(all, r.entries...)
		mark = mark || r.mark
	}
	for try := 1; ; try++ {
		c := &commit{book: b, mark: mark}
		err := b.DB.Write(context.Background(), func(tx *store.Tx) error {
			c.tx = tx
			return c.run(all)
		})
		switch {
		case err == nil:
			b.outside.offer(c.head)
			return nil
		case errors.Is(err, errNothing):
			return nil
		case !errors.Is(err, store.ErrUnknown) || try == attempts:
			return err
		}
		time.Sleep(time.Duration(try-1) * 50 * time.Millisecond)
	}
}
