package voice

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kept/store"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// A file of this room exists twice: under its name, and as a spare that the next state is written into. The two change places
// at every write, so that a state is there whole or not at all, and so that old states are overwritten where they lay instead
// of being left behind in the free space of the disk: a row of old states would say who answered when.
const (
	spareEnding = ".spare" // will be the next state; at rest the same as the file
	oldEnding   = ".old"   // is about to become the spare
)

// plain is the name of a file without what its other forms add.
func plain(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, spareEnding), oldEnding)
}

// never is the time that these files say they were written.
var never = time.Unix(0, 0)

// prepare puts the next state of a file on disk, under the name of the spare.
func prepare(name string, content []byte) error {
	f, err := os.OpenFile(name+spareEnding, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Truncate(int64(len(content))), os.Chtimes(f.Name(), never, never), f.Sync())
	return errors.Join(err, f.Close())
}

// change makes the spare the file, and the file the old one.
func change(name string) error {
	if err := os.Link(name, name+oldEnding); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(name+spareEnding, name)
}

// settle makes the old one the spare and writes the new state into it. Nothing depends on it, so nobody waits for the disk.
func settle(name string, content []byte) error {
	if err := os.Rename(name+oldEnding, name+spareEnding); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	f, err := os.OpenFile(name+spareEnding, os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, os.Chtimes(f.Name(), never, never), f.Close())
}

// tidy does what a write that was cut short left undone.
func tidy(name string) error {
	old, err := os.Lstat(name + oldEnding)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if now, err := os.Lstat(name); err == nil && os.SameFile(old, now) {
		return os.Remove(name + oldEnding) // it had not been changed yet; only the second name goes
	}
	return os.Rename(name+oldEnding, name+spareEnding)
}

// writers is how many files are written at once.
const writers = 8

// writeAll writes the states of several files of one folder, and returns when all are on disk. After an error some may be
// and some not; each is whole.
func writeAll(folder string, states map[string][]byte) error {
	var all []error
	var mu sync.Mutex
	each := func(f func(name string, content []byte) error) error {
		var group sync.WaitGroup
		room := make(chan struct{}, writers)
		for name, content := range states {
			room <- struct{}{}
			group.Go(func() {
				if err := f(name, content); err != nil {
					mu.Lock()
					all = append(all, err)
					mu.Unlock()
				}
				<-room
			})
		}
		group.Wait()
		return errors.Join(all...)
	}
	if err := each(prepare); err != nil {
		return err
	}
	for name := range states {
		if err := change(name); err != nil {
			return err
		}
	}
	if err := syncFolder(folder); err != nil {
		return err
	}
	return each(settle)
}

func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// destroy overwrites a file, in all its forms, and removes it. The folder is for the caller to put on disk.
func destroy(name string) error {
	for _, ending := range []string{oldEnding, spareEnding, ""} {
		f, err := os.OpenFile(name+ending, os.O_WRONLY, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			_, err = f.Write(make([]byte, info.Size()))
		}
		if err := errors.Join(err, f.Sync(), f.Close(), os.Remove(name+ending)); err != nil {
			return err
		}
	}
	return nil
}

// Folders are where boxes and keys lie. Neither may lie in a folder that a backup copies, nor one in the other: whoever has
// only boxes, or only keys, has nothing.
type Folders struct {
	Boxes string
	Keys  string
	Data  string // the folder of the books, to see that the others are outside of it; empty if there is none
}

// check refuses folders that lie in each other, and makes those that are missing.
func (f *Folders) check() error {
	for _, dir := range []*string{&f.Boxes, &f.Keys, &f.Data} {
		if *dir == "" && dir == &f.Data {
			continue
		}
		if *dir == "" {
			return &store.Problem{What: "there is no folder for boxes and keys", Do: "Name one that no backup copies"}
		}
		abs, err := filepath.Abs(*dir)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(abs, 0o700); err != nil {
			return &store.Problem{What: "the folder cannot be made: " + abs, Do: "Check who owns its parent", Cause: err}
		}
		if *dir, err = filepath.EvalSymlinks(abs); err != nil {
			return err
		}
	}
	for _, pair := range [][2]string{{f.Data, f.Boxes}, {f.Data, f.Keys}, {f.Boxes, f.Keys}, {f.Keys, f.Boxes}} {
		if pair[0] == "" {
			continue
		}
		if rel, err := filepath.Rel(pair[0], pair[1]); err == nil && filepath.IsLocal(rel) {
			return &store.Problem{What: pair[1] + " lies in " + pair[0], Do: "Boxes and keys must lie apart from each other, and outside of the folder of the books, which is backed up"}
		}
	}
	return nil
}
