package voice

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/ledger"
)

// boxed is a set of boxes with one round that is open, without a book.
type boxed struct {
	*Boxes
	folders Folders
	round   *round
	row     Row
}

func newFolders(t testing.TB) Folders {
	t.Helper()
	dir := t.TempDir()
	return Folders{Boxes: filepath.Join(dir, "voice"), Keys: filepath.Join(dir, "keys"), Data: filepath.Join(dir, "data")}
}

func openBoxes(t testing.TB, folders Folders) *Boxes {
	t.Helper()
	b, err := OpenBoxes(folders)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func newBoxed(t testing.TB) *boxed {
	t.Helper()
	folders := newFolders(t)
	b := &boxed{Boxes: openBoxes(t, folders), folders: folders, row: Row{ID: ledger.NewID(), Closes: "2026-06-30"}}
	var err error
	if b.round, err = b.roundFor(&b.row); err != nil {
		t.Fatal(err)
	}
	b.admit()
	return b
}

func (b *boxed) admit() {
	states := map[string]State{}
	for id := range b.rounds {
		states[id] = Open
	}
	b.follow(states)
}

func (b *boxed) deal(t testing.TB, place string, questions, cards int) []Code {
	t.Helper()
	codes, err := b.dealPlace(b.round, place, questions, []Sheet{{place, cards, 0}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func (b *boxed) give(t testing.TB, c Code, answers ...int) Outcome {
	t.Helper()
	outcome, err := b.Receive(t.Context(), c, Ballot(answers...))
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// giveAll gives answers at once, as many people would.
func (b *boxed) giveAll(t testing.TB, answers map[Code][]int) {
	t.Helper()
	var group sync.WaitGroup
	for c, a := range answers {
		group.Go(func() {
			if outcome, err := b.Receive(context.Background(), c, Ballot(a...)); err != nil || outcome != Received {
				t.Errorf("%v, %v", outcome, err)
			}
		})
	}
	group.Wait()
}

func (b *boxed) counts(place string, question int) Counts {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return countsAt(b.round.boxes[place].raw, question)
}

// files reads every file below some folders.
func files(t testing.TB, folders ...string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, dir := range folders {
		err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				out[name], err = os.ReadFile(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestS4ACardIsSpentOnce(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 2, 20)
	stranger := NewCode()
	if seen, outcome, err := b.Look(t.Context(), codes[0]); outcome != Fresh || seen != (Seen{b.row.ID, "ford"}) || err != nil {
		t.Errorf("before: %+v %v %v", seen, outcome, err)
	}
	if got := b.give(t, codes[0], NotKept, Kept); got != Received {
		t.Errorf("first: %v", got)
	}
	for range 2 {
		if got := b.give(t, codes[0], Kept, Kept); got != AlreadyReceived {
			t.Errorf("again: %v", got)
		}
	}
	// A card that was spent says "received" and nothing else: not even what it was good for.
	if seen, outcome, _ := b.Look(t.Context(), codes[0]); outcome != AlreadyReceived || seen != (Seen{}) {
		t.Errorf("after: %+v %v", seen, outcome)
	}
	if got := b.give(t, stranger, Kept); got != Unknown {
		t.Errorf("a stranger: %v", got)
	}
	if b.counts("ford", 0) != (Counts{0, 0, 1, 0}) || b.counts("ford", 1) != (Counts{1, 0, 0, 0}) {
		t.Errorf("counts %v %v", b.counts("ford", 0), b.counts("ford", 1))
	}
	b.follow(nil)
	for _, c := range codes[:2] {
		if got := b.give(t, c, Kept); got != NotOpen {
			t.Errorf("when the round is not open: %v", got)
		}
		// Whose questions it answers is told, whether it was used or not, so that its day can be.
		if seen, outcome, _ := b.Look(t.Context(), c); outcome != NotOpen || seen != (Seen{b.row.ID, "ford"}) {
			t.Errorf("looking when the round is not open: %+v %v", seen, outcome)
		}
	}
}

// TestS4OneCardManyTimesAtOnce: of many tries with one card at once, one counts.
func TestS4OneCardManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	outcomes := make([]Outcome, 40)
	var group sync.WaitGroup
	for i := range outcomes {
		group.Go(func() { outcomes[i], _ = b.Receive(context.Background(), codes[0], Ballot(i%4)) })
	}
	group.Wait()
	slices.Sort(outcomes)
	if outcomes[0] != Received || outcomes[1] != AlreadyReceived || outcomes[39] != AlreadyReceived {
		t.Errorf("%v", outcomes)
	}
	if n := b.counts("ford", 0).Total(); n != 1 {
		t.Errorf("%d are counted", n)
	}
}

// TestS4NoCodeIsKept: no file has a code, in any form in which it is typed, printed or hashed without the key.
func TestS4NoCodeIsKept(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 30)
	for _, c := range codes[:10] {
		b.give(t, c, Kept)
	}
	if err := b.Stir(); err != nil {
		t.Fatal(err)
	}
	for name, content := range files(t, b.folders.Boxes, b.folders.Keys) {
		for _, c := range codes {
			plain := markOf(nil, c)
			for _, form := range [][]byte{[]byte(c), []byte(c.Groups()), []byte(c[:8]), plain[:]} {
				if bytes.Contains(content, form) {
					t.Fatalf("%s holds a code", name)
				}
			}
		}
		if filepath.Ext(name) != keyEnding && bytes.Contains(content, b.round.key) {
			t.Errorf("%s holds the key", name)
		}
	}
}

// TestS5OneBoxForAnyOrder: the same answers to the same cards make the same bytes, in whatever order and at whatever time they come,
// and the spare is the same as the file.
func TestS5OneBoxForAnyOrder(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 3, 60)
	file := b.round.boxes["ford"].file
	empty, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[Code][]int{}
	for i, c := range codes[:25] {
		answers[c] = []int{i % 4, (i / 2) % 4, CantTell}
	}
	var seen [][]byte
	for try := range 3 {
		if err := os.WriteFile(file, empty, 0o600); err != nil {
			t.Fatal(err)
		}
		box, err := parseBox(b.round, file, slices.Clone(empty))
		if err != nil {
			t.Fatal(err)
		}
		b.mu.Lock()
		b.round.put(box)
		b.mu.Unlock()
		switch try {
		case 0: // one after the other
			for _, c := range codes[:25] {
				b.give(t, c, answers[c]...)
			}
		case 1: // at once
			b.giveAll(t, answers)
		case 2: // backwards, in parts, with other things between
			part := map[Code][]int{}
			for i, c := range slices.Backward(codes[:25]) {
				if part[c] = answers[c]; i%7 == 0 {
					b.giveAll(t, part)
					clear(part)
					b.give(t, NewCode(), Kept)
				}
			}
		}
		now, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if spare, err := os.ReadFile(file + spareEnding); err != nil || !bytes.Equal(spare, now) {
			t.Errorf("the spare is another one: %v", err)
		}
		if len(now) != len(empty) {
			t.Errorf("the size went from %d to %d", len(empty), len(now))
		}
		seen = append(seen, now)
	}
	if !bytes.Equal(seen[0], seen[1]) || !bytes.Equal(seen[0], seen[2]) {
		t.Error("the bytes depend on the order")
	}
	// Page by page: nothing differs from the empty box but counts, the states of cards that were spent, and the seal.
	slots := map[int]bool{}
	for _, c := range codes[:25] {
		l, _ := b.round.find(c)
		slots[l.slot] = true
	}
	for i := range empty {
		slot, in := (i-atSlots)/slotSize, i >= atSlots && i < atSlots+60*slotSize && (i-atSlots)%slotSize == 16
		allowed := i >= atCounts && i < atSlots || in && slots[slot] || i >= len(empty)-macSize
		if empty[i] != seen[0][i] && !allowed {
			t.Errorf("byte %d changed", i)
		}
		if in && (seen[0][i] == spent) != slots[slot] {
			t.Errorf("the state of card %d is %d", slot, seen[0][i])
		}
	}
	// Which cards said what cannot be seen: had they given each other's answers, the bytes would be the same.
	if got, want := b.counts("ford", 0), (Counts{7, 6, 6, 6}); got != want {
		t.Errorf("counts %v, should be %v", got, want)
	}
}

// TestS4SwappedAnswersMakeTheSameBox: two boxes in which the same cards were used and the same answers given, but by each other, are the same.
func TestS4SwappedAnswersMakeTheSameBox(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	raw := b.round.boxes["ford"].raw
	one, other := slices.Clone(raw), slices.Clone(raw)
	a, _ := b.round.find(codes[0])
	z, _ := b.round.find(codes[1])
	kept, not := Ballot(Kept), Ballot(NotKept)
	spend(one, a.slot, 1, kept[:])
	spend(one, z.slot, 1, not[:])
	spend(other, z.slot, 1, kept[:])
	spend(other, a.slot, 1, not[:])
	if !bytes.Equal(one, other) || bytes.Equal(one, raw) {
		t.Error("the box shows which card said what")
	}
}

// TestS5TimesSayNothing: the files say that they were never written, and nothing is left beside them.
func TestS5TimesSayNothing(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	b.give(t, codes[0], Kept)
	b.give(t, codes[1], Kept)
	entries, err := os.ReadDir(b.round.folder)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || !info.ModTime().Equal(never) {
			t.Errorf("%s says %v, %v", e.Name(), info.ModTime(), err)
		}
	}
}

// TestS5AnswersLeaveTogether: what became of a card cannot be told from how long it took: all leave at the end of a tick.
func TestS5AnswersLeaveTogether(t *testing.T) {
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 60)
	b.give(t, codes[0], Kept)
	took := map[string][]time.Duration{}
	for i := range 9 {
		for name, c := range map[string]Code{"received": codes[i+1], "already received": codes[0], "unknown": NewCode()} {
			start := time.Now()
			b.give(t, c, Kept)
			took[name] = append(took[name], time.Since(start))
		}
	}
	var middle []time.Duration
	for _, all := range took {
		slices.Sort(all)
		middle = append(middle, all[len(all)/2])
	}
	t.Logf("in the middle: %v", middle)
	// Without the wait for the next tick it would be the time of writing.
	if slices.Max(middle)-slices.Min(middle) > tick*4/10 {
		t.Errorf("the outcomes take different times: %v", took)
	}
}

// TestS13KeysApart: the marks of two rounds for one code have nothing to do with each other, and a box without its key opens to nobody.
func TestS13KeysApart(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	other, err := b.roundFor(&Row{ID: ledger.NewID(), Closes: "2026-06-30"})
	if err != nil {
		t.Fatal(err)
	}
	c := NewCode()
	if markOf(b.round.key, c) == markOf(other.key, c) {
		t.Error("a card has one mark in two rounds")
	}
	b.deal(t, "ford", 1, 20)
	raw := b.round.boxes["ford"].raw
	if sealed(raw, other.key, boxMagic) || !sealed(raw, b.round.key, boxMagic) {
		t.Error("the seal of a box is not its round's")
	}
	for name := range files(t, b.folders.Boxes) {
		if strings.Contains(name, keyEnding) {
			t.Errorf("a key lies with the boxes: %s", name)
		}
	}
}

// TestS18Destroyed: after it was destroyed nothing of a round is left, neither box nor key nor spare, nor in memory.
func TestS18Destroyed(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	b.give(t, codes[0], Kept)
	key, old, err := b.round.key, filepath.Join(t.TempDir(), "other name"), error(nil)
	if err = os.Link(b.round.boxes["ford"].file, old); err != nil {
		t.Fatal(err)
	}
	if err := b.destroy(b.row.ID); err != nil {
		t.Fatal(err)
	}
	for name := range files(t, b.folders.Boxes, b.folders.Keys) {
		if filepath.Base(name) != lockFile {
			t.Errorf("%s is left", name)
		}
	}
	if !bytes.Equal(key, make([]byte, keySize)) {
		t.Error("the key is left in memory")
	}
	// It was overwritten where it lay, as another name of the same file shows.
	if content, err := os.ReadFile(old); err != nil || !bytes.Equal(content, make([]byte, len(content))) {
		t.Errorf("the box was not overwritten: %v", err)
	}
	if got := b.give(t, codes[1], Kept); got != Unknown {
		t.Errorf("a card of it: %v", got)
	}
}

func TestReportsOfMisuse(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 40)
	for _, c := range codes[:3] {
		b.give(t, c, Kept)
	}
	for _, c := range []Code{codes[0], codes[0], codes[1]} {
		if outcome, err := b.Report(t.Context(), c); outcome != Received || err != nil {
			t.Errorf("%v %v", outcome, err)
		}
	}
	if outcome, _ := b.Report(t.Context(), codes[9]); outcome != Unknown {
		t.Errorf("of a card that was not used: %v", outcome)
	}
	if got := b.give(t, codes[0], Kept); got != AlreadyReceived {
		t.Errorf("a reported card: %v", got)
	}
	if n := b.round.boxes["ford"].tellReported(); n != 2 || b.counts("ford", 0) != (Counts{3, 0, 0, 0}) {
		t.Errorf("%d reports, counts %v", n, b.counts("ford", 0))
	}
	if enough(2, 20) || !enough(3, 20) || enough(3, 100) || !enough(5, 100) {
		t.Error("how many contest a round")
	}
}

// TestFloodOfWrongCodes: while a hundred try codes that do not exist, those with a card are not slower than a few ticks.
func TestFloodOfWrongCodes(t *testing.T) {
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	busy, tried := 0, 0
	var mu sync.Mutex
	for range 400 {
		group.Go(func() {
			for ctx.Err() == nil {
				_, err := b.Receive(ctx, NewCode(), Ballot(Kept))
				mu.Lock()
				if tried++; errors.Is(err, ErrBusy) {
					busy++
				}
				mu.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	start := time.Now()
	for _, c := range codes[:5] {
		if got := b.give(t, c, Kept); got != Received {
			t.Errorf("a card: %v", got)
		}
	}
	took := time.Since(start)
	stop()
	group.Wait()
	t.Logf("5 cards in %v beside a flood; %d tries, %d turned away", took, tried, busy)
	if took > 30*tick || busy == 0 {
		t.Errorf("5 cards took %v, %d turned away", took, busy)
	}
}

func TestFoldersApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for _, f := range []Folders{
		{}, {Boxes: in("v")}, {Boxes: in("data", "v"), Keys: in("k"), Data: in("data")}, {Boxes: in("v"), Keys: in("data", "k"), Data: in("data")},
		{Boxes: in("v"), Keys: in("v", "k")}, {Boxes: in("k", "v"), Keys: in("k")}, {Boxes: in("v"), Keys: in("v")},
	} {
		if b, err := OpenBoxes(f); err == nil {
			t.Errorf("%+v is accepted", f)
			b.Close()
		}
	}
	f := Folders{Boxes: in("v"), Keys: in("k"), Data: in("data")}
	openBoxes(t, f)
	if b, err := OpenBoxes(f); err == nil {
		t.Error("two have the boxes")
		b.Close()
	}
}
