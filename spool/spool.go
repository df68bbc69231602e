package spool

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kept/store"
)

// Days is how long a picture waits at most for somebody to look at it, and UnsentDays how long one does whose form was not sent.
const (
	Days       = 60
	UnsentDays = 2
)

// Folder is the name of the spool's folder beside a book.
const Folder = "spool"

// Spool holds the pictures of all programmes. Its methods may be called from several goroutines.
type Spool struct {
	folder func(programme string) string
	now    func() time.Time
	mu     sync.RWMutex // held for reading while a picture is put, and for writing while any is removed, so that no folder goes away under one
}

// New makes a spool that has its pictures in the folders beside the books.
func New(beside func(programme string) string, now func() time.Time) *Spool {
	return &Spool{folder: beside, now: now}
}

// Beside is the folder of a programme's spool, for what waits besides pictures.
func (s *Spool) Beside(programme string) string { return filepath.Join(s.folder(programme), Folder) }

// Picture is one that waits.
type Picture struct {
	ID    string
	Until string // the day on which it is deleted if nobody has looked at it
	Raw   bool   // it is filtered, and not made anew yet: PutRaw
	turn  int
	file  string
}

var (
	validID   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	validFile = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9a-f]{32})(\.[0-9]*\.?new|\.raw[1-8])?$`)
)

var errID = errors.New("spool: this is no id")

// of is the folder of one report.
func (s *Spool) of(programme, report string) (string, error) {
	if !validID.MatchString(report) {
		return "", errID
	}
	return filepath.Join(s.folder(programme), Folder, report), nil
}

// Put keeps a picture. When it returns, the picture is on disk. One that is there already stays as it is.
func (s *Spool) Put(programme, report, id string, body []byte) error {
	return s.put(programme, report, id, "", body)
}

// PutRaw keeps a picture that room photo has filtered and will make anew later. Until Replace it is listed, and ReadRaw alone reads it.
// Turn is how it must be turned then, which is not in its bytes any more.
func (s *Spool) PutRaw(programme, report, id string, body []byte, turn int) error {
	return s.put(programme, report, id, rawEnding+strconv.Itoa(turn), body)
}

const rawEnding = ".raw"

func (s *Spool) put(programme, report, id, ending string, body []byte) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	dir, err := s.of(programme, report)
	if err != nil || !validID.MatchString(id) {
		return errors.Join(err, errID)
	}
	there, err := s.list(dir)
	if err != nil || slices.ContainsFunc(there, func(p Picture) bool { return p.ID == id }) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return problem(dir, err)
	}
	return place(filepath.Join(dir, s.now().UTC().Format(time.DateOnly)+"-"+id), ending, body)
}

// place writes a file under another name and gives it its own when it is on disk.
func place(file, ending string, body []byte) error {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, filepath.Base(file)+".*.new") // the same picture may come twice at once
	if err != nil {
		return problem(dir, err)
	}
	_, err = f.Write(body)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return problem(dir, errors.Join(err, destroy(f.Name())))
	}
	if err := errors.Join(os.Rename(f.Name(), file+ending), syncFolder(dir)); err != nil {
		return problem(dir, err)
	}
	return nil
}

// Replace puts a picture that was made anew in the place of what was filtered, which is gone then. With none, it is only gone.
func (s *Spool) Replace(programme, report, id string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := s.of(programme, report)
	if err != nil {
		return err
	}
	there, err := s.list(dir)
	i := slices.IndexFunc(there, func(p Picture) bool { return p.ID == id && p.Raw })
	if err != nil || i < 0 { // it has left, or was replaced already
		return err
	}
	if body != nil {
		if err := place(there[i].file[:strings.LastIndex(there[i].file, rawEnding)], "", body); err != nil {
			return err
		}
	}
	if err := destroy(there[i].file); err != nil {
		return problem(dir, err)
	}
	if body == nil {
		_ = os.Remove(dir) // if no other picture is in it
	}
	return syncFolder(filepath.Dir(dir))
}

func problem(dir string, err error) error {
	return &store.Problem{What: "a picture cannot be kept in " + dir, Do: "Check who owns it and whether the disk is full or read-only", Cause: err}
}

// List lists the pictures of a report by their ids.
func (s *Spool) List(programme, report string) ([]Picture, error) {
	dir, err := s.of(programme, report)
	if err != nil {
		return nil, err
	}
	return s.list(dir)
}

func (s *Spool) list(dir string) (out []Picture, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the pictures that wait cannot be listed: %w", err)
	}
	for _, e := range entries {
		m := validFile.FindStringSubmatch(e.Name())
		if m == nil || strings.HasSuffix(m[3], "new") {
			continue
		}
		arrived, err := time.Parse(time.DateOnly, m[1])
		if err != nil {
			continue
		}
		turn, raw := strings.CutPrefix(m[3], rawEnding)
		p := Picture{ID: m[2], Until: arrived.AddDate(0, 0, Days).Format(time.DateOnly), Raw: raw, file: filepath.Join(dir, e.Name())}
		if raw {
			p.turn = int(turn[0] - '0')
		}
		out = append(out, p)
	}
	// If it was replaced and the server stopped before the filtered one was gone, that one is not listed.
	slices.SortFunc(out, func(a, b Picture) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.file, b.file))
	})
	return slices.CompactFunc(out, func(a, b Picture) bool { return a.ID == b.ID }), nil
}

// Read reads a picture, if it waits and was made anew.
func (s *Spool) Read(programme, report, id string) (body []byte, ok bool, err error) {
	body, _, ok, err = s.read(programme, report, id, false)
	return body, ok, err
}

// ReadRaw reads a picture that waits to be made anew, and how it must be turned then.
func (s *Spool) ReadRaw(programme, report, id string) (body []byte, turn int, ok bool, err error) {
	return s.read(programme, report, id, true)
}

func (s *Spool) read(programme, report, id string, raw bool) (body []byte, turn int, ok bool, err error) {
	there, err := s.List(programme, report)
	i := slices.IndexFunc(there, func(p Picture) bool { return p.ID == id && p.Raw == raw })
	if err != nil || i < 0 {
		return nil, 0, false, err
	}
	body, err = os.ReadFile(there[i].file)
	if errors.Is(err, fs.ErrNotExist) { // it has left in this moment
		return nil, 0, false, nil
	}
	return body, there[i].turn, err == nil, err
}

// Raw is a picture that waits to be made anew.
type Raw struct{ Report, ID string }

// Raws are those of a programme that wait to be made anew.
func (s *Spool) Raws(programme string) (out []Raw, err error) {
	reports, err := os.ReadDir(s.Beside(programme))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the spool cannot be read: %w", err)
	}
	for _, e := range reports {
		if !validID.MatchString(e.Name()) {
			continue
		}
		list, err := s.List(programme, e.Name())
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			if p.Raw {
				out = append(out, Raw{e.Name(), p.ID})
			}
		}
	}
	return out, nil
}

// Keep removes all pictures of a report but these.
func (s *Spool) Keep(programme, report string, ids []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := s.of(programme, report)
	if err != nil {
		return err
	}
	return s.remove(dir, func(_, id string) bool { return !slices.Contains(ids, id) })
}

// Drop removes all pictures of a report.
func (s *Spool) Drop(programme, report string) error { return s.Keep(programme, report, nil) }

// State is what has become of a report.
type State int

// The states of a report.
const (
	Unsent  State = iota // the book does not have it
	Waiting              // nobody has looked at it
	Settled              // it was passed or sent back
)

// Sweep removes what is too old, and what is not needed any more. The caller says what has become of each report.
func (s *Spool) Sweep(programme string, state func(report string) (State, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	root := filepath.Join(s.folder(programme), Folder)
	entries, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the spool cannot be read: %w", err)
	}
	day := func(before int) string { return s.now().UTC().AddDate(0, 0, -before).Format(time.DateOnly) }
	for _, e := range entries {
		if !validID.MatchString(e.Name()) {
			continue
		}
		what, err := state(e.Name())
		if err != nil {
			return err
		}
		oldest := day(Days)
		if what == Unsent {
			oldest = day(UnsentDays)
		}
		if err := s.remove(filepath.Join(root, e.Name()), func(arrived, _ string) bool { return what == Settled || arrived <= oldest }); err != nil {
			return err
		}
	}
	return nil
}

// remove removes those pictures of a report that are chosen, and its folder if none is left.
func (s *Spool) remove(dir string, chosen func(arrived, id string) bool) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	left := 0
	for _, e := range entries {
		m := validFile.FindStringSubmatch(e.Name())
		if m == nil || !chosen(m[1], m[2]) {
			left++
			continue
		}
		err = errors.Join(err, destroy(filepath.Join(dir, e.Name())))
	}
	if left == 0 && err == nil {
		if err = os.Remove(dir); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return &store.Problem{What: "pictures that must go cannot be removed from " + dir, Do: "Check who owns it", Cause: err}
	}
	return syncFolder(filepath.Dir(dir))
}

// destroy overwrites a file, waits for the disk, and removes it.
func destroy(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Remove(file)
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
