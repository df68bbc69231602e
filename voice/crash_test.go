package voice

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// restore brings the files of a round back to an earlier state.
func restore(t *testing.T, dir string, state map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, content := range state {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCrashBetweenTheSteps: a write of a box has these steps; cut short after any of them, what opens is the old box or the new
// one, whole, and nothing but a file and its spare is there after the next write.
func TestCrashBetweenTheSteps(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	b.give(t, codes[0], Kept)
	box := b.round.boxes["ford"]
	before := slices.Clone(box.raw)
	l, _ := b.round.find(codes[1])
	after := slices.Clone(before)
	answers := Ballot(NotKept)
	spend(after, l.slot, 1, answers[:])
	seal(after, b.round.key)
	if err := b.Boxes.Close(); err != nil {
		t.Fatal(err)
	}
	state := files(t, b.folders.Boxes)
	name := box.file
	half := func(string) error { return os.WriteFile(name+spareEnding, after[:100], 0o600) }
	link := func(string) error { return os.Link(name, name+oldEnding) }
	rename := func(string) error { return os.Rename(name+spareEnding, name) }
	back := func(string) error { return os.Rename(name+oldEnding, name+spareEnding) }
	for _, test := range []struct {
		what  string
		steps []func(string) error
		want  []byte
	}{
		{"nothing", nil, before},
		{"half of the spare", []func(string) error{half}, before},
		{"no spare", []func(string) error{func(string) error { return os.Remove(name + spareEnding) }}, before},
		{"the spare", []func(string) error{nil}, before},
		{"the second name", []func(string) error{nil, link}, before},
		{"the change", []func(string) error{nil, link, rename}, after},
		{"the change back", []func(string) error{nil, link, rename, back}, after},
		{"everything", []func(string) error{nil, link, rename, back, func(string) error { return settle(name, after) }}, after},
	} {
		t.Run(test.what, func(t *testing.T) {
			restore(t, b.folders.Boxes, state)
			for _, step := range test.steps {
				if step == nil {
					step = func(string) error { return prepare(name, after) }
				}
				if err := step(name); err != nil {
					t.Fatal(err)
				}
			}
			again := &boxed{Boxes: openBoxes(t, b.folders), folders: b.folders, row: b.row}
			again.round = again.rounds[b.row.ID]
			again.admit()
			now := again.round.boxes["ford"]
			if now == nil || !bytes.Equal(now.raw, test.want) {
				t.Fatal("it is neither the old box nor the new one")
			}
			want := Received
			if bytes.Equal(test.want, after) {
				want = AlreadyReceived
			}
			if got := again.give(t, codes[1], NotKept); got != want {
				t.Errorf("the card is %v, should be %v", got, want)
			}
			if again.counts("ford", 0) != (Counts{1, 0, 1, 0}) {
				t.Errorf("counts %v", again.counts("ford", 0))
			}
			again.give(t, codes[2], NotKept)
			if all, err := os.ReadDir(again.round.folder); err != nil || len(all) != 2 {
				t.Errorf("%d files, %v", len(all), err)
			}
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestDiskThatFails: an answer that could not be stored is not acknowledged, and the card can be used when the disk is back.
func TestDiskThatFails(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	name := b.round.boxes["ford"].file + spareEnding
	if err := os.Mkdir(name, 0o700); err != nil { // nothing was written before, so there is no spare yet
		t.Fatal(err)
	}
	if outcome, err := b.Receive(t.Context(), codes[0], Ballot(Kept)); outcome == Received || !errors.Is(err, ErrNotStored) {
		t.Errorf("%v, %v", outcome, err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if got := b.give(t, codes[0], Kept); got != Received || b.counts("ford", 0) != (Counts{1, 0, 0, 0}) {
		t.Errorf("%v, counts %v", got, b.counts("ford", 0))
	}
}

// TestLostAndChangedBoxes: a box that is missing, cut, flipped, of another place or of another round is not opened, and the others are.
func TestLostAndChangedBoxes(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	b.deal(t, "ford", 1, 20)
	b.deal(t, "gate", 1, 20)
	ford, gate := b.round.boxes["ford"].file, b.round.boxes["gate"].file
	if err := b.Boxes.Close(); err != nil {
		t.Fatal(err)
	}
	state := files(t, b.folders.Boxes)
	for what, damage := range map[string]func() error{
		"missing":       func() error { return os.Remove(ford) },
		"empty":         func() error { return os.Truncate(ford, 0) },
		"cut":           func() error { return os.Truncate(ford, 4000) },
		"longer":        func() error { return os.WriteFile(ford, append(slices.Clone(state[ford]), 0), 0o600) },
		"another place": func() error { return os.WriteFile(ford, state[gate], 0o600) },
		"a count more": func() error {
			raw := slices.Clone(state[ford])
			raw[atCounts+3]++
			return os.WriteFile(ford, raw, 0o600)
		},
	} {
		restore(t, b.folders.Boxes, state)
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		again := openBoxes(t, b.folders)
		r := again.rounds[b.row.ID]
		if r.boxes["ford"] != nil || r.boxes["gate"] == nil {
			t.Errorf("%s: ford %v, gate %v", what, r.boxes["ford"] != nil, r.boxes["gate"] != nil)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(b.round.keyAt, []byte("kept key v1\nshort"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again := openBoxes(t, b.folders); again.rounds[b.row.ID].key != nil {
		t.Error("a key of another form is taken")
	}
}

const crashing = "KEPT_TEST_BOXES"

// TestTrialKilled: a process that takes answers is killed, again and again. Every card that it acknowledged is spent and counted
// once; a card that it did not acknowledge is spent or not, and counted as often.
func TestTrialKilled(t *testing.T) {
	if dir := os.Getenv(crashing); dir != "" {
		answerUntilKilled(t, dir)
		return
	}
	folders := newFolders(t)
	acknowledged, rounds := 0, 3
	for range rounds {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTrialKilled$")
		child.Env = append(os.Environ(), crashing+"="+filepath.Dir(folders.Boxes))
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		var kill *time.Timer
		id, given := "", []Code{}
		all := []Code{}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			switch what, text, _ := strings.Cut(lines.Text(), " "); what {
			case "round":
				id, kill = text, time.AfterFunc(time.Second, func() { child.Process.Kill() })
			case "card":
				all = append(all, Code(text))
			case "received":
				given = append(given, Code(text))
			}
		}
		child.Wait() // killed
		if kill == nil {
			t.Fatal("it did not begin")
		}
		kill.Stop()
		b := &boxed{Boxes: openBoxes(t, folders), folders: folders}
		b.round = b.rounds[id]
		if b.round == nil || b.round.boxes["ford"] == nil {
			t.Fatal("the box is gone")
		}
		used := int64(0)
		for _, c := range all {
			l, ok := b.round.find(c)
			if !ok {
				t.Fatal("a card is gone")
			}
			s := state(l.box.raw, l.slot)
			used += int64(s)
			if slices.Contains(given, c) && s != spent {
				t.Errorf("a card that was acknowledged is not spent")
			}
		}
		if c := b.counts("ford", 0); c.Total() != used || c != b.counts("ford", 1) {
			t.Errorf("%d cards are spent, counts %v and %v", used, c, b.counts("ford", 1))
		}
		acknowledged += len(given)
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d answers acknowledged by %d processes that were killed", acknowledged, rounds)
	if acknowledged == 0 {
		t.Error("nothing was acknowledged, so nothing was tried")
	}
}

func answerUntilKilled(t *testing.T, dir string) {
	folders := Folders{Boxes: filepath.Join(dir, "voice"), Keys: filepath.Join(dir, "keys")}
	b, err := OpenBoxes(folders)
	if err != nil {
		t.Fatal(err)
	}
	all := &boxed{Boxes: b, folders: folders}
	all.row.ID, all.row.Closes = fmt.Sprintf("%032x", time.Now().UnixNano()), "2026-06-30"
	if all.round, err = b.roundFor(&all.row); err != nil {
		t.Fatal(err)
	}
	all.admit()
	codes := all.deal(t, "ford", 2, 2000)
	fmt.Println("round", all.row.ID)
	for _, c := range codes {
		fmt.Println("card", c)
	}
	for i, c := range codes {
		go func() {
			time.Sleep(time.Duration(i) * time.Millisecond)
			if outcome, err := b.Receive(context.Background(), c, Ballot(i%4, i%4)); err == nil && outcome == Received {
				fmt.Println("received", c)
			}
		}()
	}
	time.Sleep(time.Minute)
}

// TestS18NothingIsLeftBehind: after many writes a folder holds two files, and a file that was there before is not left without a name
// and with its content: the same two are written again and again.
func TestS18NothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	b := newBoxed(t)
	codes := b.deal(t, "ford", 1, 20)
	b.give(t, codes[0], Kept)
	name := b.round.boxes["ford"].file
	stat := func(name string) fs.FileInfo {
		info, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	one, two := stat(name), stat(name+spareEnding)
	for _, c := range codes[1:4] {
		b.give(t, c, Kept)
		a, z := stat(name), stat(name+spareEnding)
		if !(os.SameFile(a, two) && os.SameFile(z, one)) {
			t.Fatal("a file was left behind on the disk")
		}
		one, two = a, z
	}
}

// FuzzParseBox: whatever lies where a box should, it is read or refused, also if it has the right seal.
func FuzzParseBox(f *testing.F) {
	folder := f.TempDir()
	r := &round{id: strings.Repeat("ab", 16), closes: "2026-06-30", folder: folder, key: bytes.Repeat([]byte{7}, keySize), boxes: map[string]*box{}, index: map[uint64]loc{}}
	good := newBox(r, "ford", 2, []mark{{1}, {2}, {3}})
	f.Add(good.raw, true)
	f.Add(good.raw[:900], false)
	f.Fuzz(func(t *testing.T, raw []byte, right bool) {
		if right && len(raw) >= macSize {
			raw = slices.Clone(raw)
			seal(raw, r.key)
		}
		closesOf(raw)
		box, err := parseBox(r, good.file, raw)
		if err != nil {
			return
		}
		r.put(box)
		box.tellReported()
		for q := range box.questions() {
			countsAt(raw, q)
		}
		r.drop(box.place)
	})
}
