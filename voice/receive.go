package voice

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"time"
)

// Outcome is what becomes of a card that is shown.
type Outcome int

// The outcomes.
const (
	Unknown         Outcome = iota // no card of any round
	NotOpen                        // its round is not open, or suspended
	Fresh                          // Look: it can be used
	Received                       // its answers are counted and on disk
	AlreadyReceived                // it was used before; nothing more is ever said of it
)

const (
	// tick is how often boxes are written and answers given. All answers of a tick leave together, whatever became of them.
	tick = 100 * time.Millisecond
	// knownIn is how many with a card that exists are let in at once: enough for 500 a second where a tick takes a second.
	knownIn = 512
	// unknownIn is how many with a card that does not exist are let in at once. Each stays for a tick at least, so that 80
	// a second can be tried by all the world together, and those who use their cards do not notice.
	unknownIn = 8
)

// ballot is a card that is shown, on its way to the goroutine that writes.
type ballot struct {
	what    int // look, use or report
	round   *round
	loc     loc
	answers Digits

	outcome Outcome
	err     error
	done    chan struct{}
}

const (
	look = iota
	use
	report
)

// Seen is what a card is good for.
type Seen struct {
	Round string // id of the round
	Place string // code of the place whose questions it answers
}

// ErrNotStored says that an answer could not be put on disk; the card is as it was, unless a later try says otherwise.
var ErrNotStored = errors.New("the answers could not be stored; try again")

// Look says what a card is good for: Fresh, AlreadyReceived, NotOpen or Unknown. Of a card that can be used, now or on another day,
// it says whose questions it answers.
func (b *Boxes) Look(ctx context.Context, c Code) (Seen, Outcome, error) {
	q := &ballot{what: look}
	outcome, err := b.show(ctx, c, q)
	if outcome != Fresh && outcome != NotOpen {
		return Seen{}, outcome, err
	}
	return Seen{q.round.id, q.loc.box.place}, outcome, err
}

// Receive spends a card and counts its answers. It returns Received only when both are on disk, in one write. The answers are
// read, counted and forgotten; nothing keeps what a card has answered.
func (b *Boxes) Receive(ctx context.Context, c Code, answers Digits) (Outcome, error) {
	return b.show(ctx, c, &ballot{what: use, answers: answers})
}

// Report says that a card read "received" before its holder used it. It returns Received, and counts a card once; a card that
// was not used is Unknown.
func (b *Boxes) Report(ctx context.Context, c Code) (Outcome, error) {
	return b.show(ctx, c, &ballot{what: report})
}

// show brings a card to the goroutine that writes, and waits for the end of the tick. What has been taken up is waited for, also if
// the one who asks has gone: giving up would leave open what became of the card.
func (b *Boxes) show(ctx context.Context, c Code, q *ballot) (Outcome, error) {
	q.done = make(chan struct{})
	b.mu.RLock()
	for _, r := range b.rounds {
		if r.key != nil {
			if l, ok := r.find(c); ok {
				q.round, q.loc = r, l
			}
		}
	}
	b.mu.RUnlock()
	gate := &b.unknown
	if q.round != nil {
		gate = &b.known
	}
	if err := gate.enter(ctx); err != nil {
		return Unknown, err
	}
	defer gate.leave()
	select {
	case <-b.ending:
		return Unknown, ErrBusy
	case b.queue <- q:
	}
	select {
	case <-q.done:
	case <-b.done: // it may have come just too late to be seen
		select {
		case <-q.done:
		default:
			return Unknown, ErrBusy
		}
	}
	return q.outcome, q.err
}

// write is the one goroutine that changes boxes: it takes what has come within a tick, and writes each box once. The answers leave
// at the beginning of the next tick, so that how long one took does not tell whether anything was written.
func (b *Boxes) write() {
	defer close(b.done)
	beat := time.NewTicker(tick)
	defer beat.Stop()
	var settled []*ballot
	for ending := false; !ending; {
		select {
		case <-beat.C:
		case <-b.ending:
			ending = true
		}
		release(settled)
		settled = b.gather()
		// In no order: who came first is not known from here on.
		rand.Shuffle(len(settled), func(i, j int) { settled[i], settled[j] = settled[j], settled[i] })
		b.settleAll(settled)
	}
	release(settled)
}

func (b *Boxes) gather() (batch []*ballot) {
	for {
		select {
		case q := <-b.queue:
			batch = append(batch, q)
		default:
			return batch
		}
	}
}

func release(batch []*ballot) {
	for _, q := range batch {
		clear(q.answers[:])
		close(q.done)
	}
}

// settleAll decides what becomes of a batch, and puts it on disk.
func (b *Boxes) settleAll(batch []*ballot) {
	if len(batch) == 0 {
		return
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	next := map[*round]map[*box][]byte{} // the next states of the boxes that change
	b.mu.RLock()
	for _, q := range batch {
		settleOne(q, next)
	}
	b.mu.RUnlock()
	for r, boxes := range next {
		states := map[string][]byte{}
		for box, raw := range boxes {
			seal(raw, r.key)
			states[box.file] = raw
		}
		err := writeAll(r.folder, states)
		b.mu.Lock()
		for box, raw := range boxes {
			if err == nil {
				box.raw = raw
			} else if now, failed := os.ReadFile(box.file); failed == nil && sealed(now, r.key, boxMagic) && len(now) == len(box.raw) {
				box.raw = now // whether it had happened is decided by what is there
			}
		}
		b.mu.Unlock()
		if err != nil {
			for _, q := range batch {
				if q.round == r && boxes[q.loc.box] != nil {
					q.outcome, q.err = Unknown, errors.Join(ErrNotStored, err)
				}
			}
		}
	}
}

// settleOne decides what becomes of one card that is shown.
func settleOne(q *ballot, next map[*round]map[*box][]byte) {
	r, in := q.round, q.loc.box
	switch {
	case r == nil || r.boxes[in.place] != in: // made anew, or destroyed, since
		q.outcome = Unknown
		return
	case !r.open:
		q.outcome = NotOpen
		return
	}
	raw := next[r][in]
	if raw == nil {
		raw = in.raw
	}
	s := state(raw, q.loc.slot)
	switch {
	case q.what == report && s == unused:
		q.outcome = Unknown
		return
	case q.what == report && s == reported:
		q.outcome = Received
		return
	case q.what == look && s == unused:
		q.outcome = Fresh
		return
	case q.what != report && s != unused:
		q.outcome = AlreadyReceived
		return
	}
	if next[r] == nil {
		next[r] = map[*box][]byte{}
	}
	if next[r][in] == nil {
		raw = slices.Clone(raw)
		next[r][in] = raw
	}
	q.outcome = Received
	if q.what == report {
		raw[atSlots+q.loc.slot*slotSize+16] = reported
		return
	}
	spend(raw, q.loc.slot, in.questions(), q.answers[:])
}

// Stir writes every box as it is, in no order and one at a time. A file system notes when a file was changed, however little the
// file says; a server that stirs every few minutes leaves that to say nothing of the last answer.
func (b *Boxes) Stir() error {
	type at struct{ round, place string }
	var all []at
	for _, r := range b.here() {
		b.mu.RLock()
		for place := range r.boxes {
			all = append(all, at{r.id, place})
		}
		b.mu.RUnlock()
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, a := range all {
		if err := b.stir(a.round, a.place); err != nil {
			return err
		}
	}
	return nil
}

func (b *Boxes) stir(id, place string) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.RLock()
	defer b.mu.RUnlock()
	r := b.rounds[id]
	if r == nil || r.boxes[place] == nil { // it closed
		return nil
	}
	box := r.boxes[place]
	return writeAll(r.folder, map[string][]byte{box.file: box.raw})
}
