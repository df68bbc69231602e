package voice

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gofrs/flock"

	"kept/ledger"
	"kept/schedule"
	"kept/store"
)

// Boxes are all the boxes of one programme, with their keys. One process has them at a time. Its methods may be called by
// many goroutines at once.
type Boxes struct {
	folders Folders
	lock    *flock.Flock
	home    string

	mu     sync.RWMutex // over rounds and what is in them
	rounds map[string]*round

	writing sync.Mutex   // held while files are written, so that a round is closed between two writes
	tending sync.Mutex   // held by Tend
	known   gate         // those that wait with a card that exists
	unknown gate         // those that wait with one that does not
	queue   chan *ballot // to the goroutine that writes
	done    chan struct{}
	ending  chan struct{}
	close   sync.Once
}

// gate lets a number in and a number wait; more are turned away.
type gate struct {
	in      chan struct{}
	waiting atomic.Int64
	most    int64
}

// ErrBusy says that so many are waiting that it is better to try again later.
var ErrBusy = errors.New("too many are waiting")

func (g *gate) enter(ctx context.Context) error {
	if g.waiting.Add(1) > g.most {
		g.waiting.Add(-1)
		return ErrBusy
	}
	defer g.waiting.Add(-1)
	select {
	case g.in <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ErrBusy
	}
}

func (g *gate) leave() { <-g.in }

const (
	lockFile  = "lock"
	keyEnding = ".key"
	boxEnding = ".box"
	keyMagic  = "kept key v1\n"
)

// OpenBoxes opens the boxes in these folders, which are made if they are not there. A box that cannot be read is left out: its
// place will be lost when its round closes. No answers are taken before Tend has asked the book which rounds are open.
func OpenBoxes(folders Folders) (*Boxes, error) {
	if err := folders.check(); err != nil {
		return nil, err
	}
	b := &Boxes{folders: folders, rounds: map[string]*round{}, queue: make(chan *ballot, knownIn+unknownIn), done: make(chan struct{}), ending: make(chan struct{}),
		known:   gate{in: make(chan struct{}, knownIn), most: 4 * knownIn},
		unknown: gate{in: make(chan struct{}, unknownIn), most: 32 * unknownIn},
		lock:    flock.New(filepath.Join(folders.Boxes, lockFile))}
	held, err := b.lock.TryLock()
	if err != nil || !held {
		return nil, &store.Problem{What: "another process has the boxes in " + folders.Boxes, Do: "Let one process take the answers of a programme", Cause: err}
	}
	if b.home, err = readHome(b.lock.Path()); err == nil {
		err = b.load()
	}
	if err != nil {
		return nil, errors.Join(err, b.lock.Unlock())
	}
	go b.write()
	return b, nil
}

// Home is a random id of the folder of these boxes, by which a server knows whether it has been given the right one.
func (b *Boxes) Home() string { return b.home }

// readHome reads the id of a folder, which stands in its lock file, or gives it one.
func readHome(lock string) (string, error) {
	raw, err := os.ReadFile(lock)
	if err != nil || validID(string(raw)) {
		return string(raw), err
	}
	f, err := os.OpenFile(lock, os.O_WRONLY, 0)
	if err != nil {
		return "", err
	}
	id := ledger.NewID()
	_, err = f.WriteString(id)
	return id, errors.Join(err, f.Sync(), f.Close(), syncFolder(filepath.Dir(lock)))
}

// Close ends what runs. Answers that wait are still written.
func (b *Boxes) Close() error {
	err := error(nil)
	b.close.Do(func() {
		close(b.ending)
		<-b.done
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, r := range b.rounds {
			clear(r.key)
		}
		b.rounds = map[string]*round{}
		err = b.lock.Unlock()
	})
	return err
}

func validID(id string) bool {
	raw, err := hex.DecodeString(id)
	return err == nil && len(raw) == 16 && id == hex.EncodeToString(raw)
}

// load reads keys and boxes.
func (b *Boxes) load() error {
	keys, err := os.ReadDir(b.folders.Keys)
	if err != nil {
		return err
	}
	for _, e := range keys {
		name := strings.TrimSuffix(plain(e.Name()), keyEnding)
		if validID(name) && b.rounds[name] == nil {
			if err := b.loadRound(name); err != nil {
				return err
			}
		}
	}
	folders, err := os.ReadDir(b.folders.Boxes)
	if err != nil {
		return err
	}
	for _, e := range folders {
		if e.IsDir() && validID(e.Name()) && b.rounds[e.Name()] == nil { // the key is gone: nothing in them can be read
			r := b.newRound(e.Name(), "")
			b.rounds[r.id] = r
			if err := r.findClosing(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Boxes) newRound(id, closes string) *round {
	return &round{id: id, closes: closes, folder: filepath.Join(b.folders.Boxes, id), keyAt: filepath.Join(b.folders.Keys, id+keyEnding),
		boxes: map[string]*box{}, index: map[uint64]loc{}}
}

func (b *Boxes) loadRound(id string) error {
	r := b.newRound(id, "")
	if err := tidy(r.keyAt); err != nil {
		return err
	}
	b.rounds[id] = r
	raw, err := os.ReadFile(r.keyAt)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	day, ok := bytes.CutPrefix(raw, []byte(keyMagic))
	if !ok || len(day) != 10+keySize || !schedule.ValidDay(string(day[:10])) {
		return r.findClosing() // no key: lost
	}
	r.closes, r.key = string(day[:10]), day[10:]
	entries, err := os.ReadDir(r.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	seen := map[string]bool{}
	for _, e := range entries {
		file := filepath.Join(r.folder, plain(e.Name()))
		if seen[file] || filepath.Ext(file) != boxEnding {
			continue
		}
		seen[file] = true
		if err := r.loadBox(file); err != nil {
			return err
		}
	}
	return nil
}

// findClosing reads from the headers of its files when a round without a key closes.
func (r *round) findClosing() error {
	entries, err := os.ReadDir(r.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(r.folder, e.Name()))
		if err != nil {
			return err
		}
		r.closes = max(r.closes, closesOf(raw))
	}
	return nil
}

// loadBox reads a box; one that cannot be read as a box of this round is left out.
func (r *round) loadBox(file string) error {
	if err := tidy(file); err != nil {
		return err
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if box, err := parseBox(r, file, raw); err == nil {
		r.put(box)
	}
	return nil
}

// roundFor returns a round for making boxes in it, with a key.
func (b *Boxes) roundFor(row *Row) (*round, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.rounds[row.ID]; r != nil {
		if r.key == nil {
			return nil, ledger.Refuse("round.no-key")
		}
		return r, nil
	}
	r := b.newRound(row.ID, row.Closes)
	r.key = make([]byte, keySize)
	rand.Read(r.key)
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return nil, err
	}
	content := append([]byte(keyMagic+row.Closes), r.key...)
	if err := errors.Join(syncFolder(b.folders.Boxes), writeAll(b.folders.Keys, map[string][]byte{r.keyAt: content})); err != nil {
		return nil, errors.Join(err, destroy(r.keyAt))
	}
	b.rounds[row.ID] = r
	return r, nil
}

// destroy destroys the boxes of a round and then its key. Without the key, what is left of a box anywhere cannot be read as
// codes; without the box, a key opens nothing. It does what files allow: it overwrites them where they lie, removes them, and
// waits for the disk. A disk that moves what is overwritten (most solid-state disks do), a snapshot of the file system, or a copy
// that somebody made keeps them.
func (b *Boxes) destroy(id string) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.rounds[id]
	if r == nil {
		return nil
	}
	r.open = false
	files, err := os.ReadDir(r.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, f := range files {
		if err := destroy(filepath.Join(r.folder, plain(f.Name()))); err != nil {
			return err
		}
	}
	if err := os.Remove(r.folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := errors.Join(syncFolder(b.folders.Boxes), destroy(r.keyAt), syncFolder(b.folders.Keys)); err != nil {
		return err
	}
	clear(r.key)
	delete(b.rounds, id)
	return nil
}
