package spool

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	reportA = "0123456789abcdef0123456789abcdef"
	reportB = "fedcba9876543210fedcba9876543210"
	one     = "11111111111111111111111111111111"
	two     = "22222222222222222222222222222222"
)

// room is a spool with a clock that a test moves.
type room struct {
	*Spool
	dir string
	now time.Time
}

func newRoom(t *testing.T) *room {
	r := &room{dir: t.TempDir(), now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	r.Spool = New(func(programme string) string { return filepath.Join(r.dir, programme) }, func() time.Time { return r.now })
	return r
}

func (r *room) put(t *testing.T, report, id, body string) {
	t.Helper()
	if err := r.Put("valley", report, id, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

// ids are those of the pictures of a report that wait.
func (r *room) ids(t *testing.T, report string) string {
	t.Helper()
	list, err := r.List("valley", report)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range list {
		out = append(out, p.ID[:1]+" until "+p.Until)
	}
	return strings.Join(out, ", ")
}

// disk is everything that lies in the folder, names and bytes.
func (r *room) disk(t *testing.T) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		all.WriteString(path + "\n")
		all.Write(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestPutReadKeep: a picture is there as it was put, once; what is not kept is gone, and nothing of it is on the disk.
func TestPutReadKeep(t *testing.T) {
	r := newRoom(t)
	r.put(t, reportA, one, "first bytes")
	r.put(t, reportA, one, "other bytes") // it is there already
	r.put(t, reportA, two, "second bytes")
	r.put(t, reportB, one, "bytes of another")
	if got := r.ids(t, reportA); got != "1 until 2027-01-23, 2 until 2027-01-23" {
		t.Error(got)
	}
	if body, ok, err := r.Read("valley", reportA, one); err != nil || !ok || string(body) != "first bytes" {
		t.Errorf("%q %t %v", body, ok, err)
	}
	for _, other := range [][3]string{{"valley", reportB, two}, {"hills", reportA, one}} {
		if _, ok, err := r.Read(other[0], other[1], other[2]); ok || err != nil {
			t.Errorf("%v: %t %v", other, ok, err)
		}
	}
	if err := r.Keep("valley", reportA, []string{two}); err != nil {
		t.Fatal(err)
	}
	if got := r.ids(t, reportA); !strings.HasPrefix(got, "2") || strings.Contains(got, ",") || strings.Contains(r.disk(t), "first bytes") {
		t.Errorf("left are %s", got)
	}
	if err := r.Drop("valley", reportA); err != nil {
		t.Fatal(err)
	}
	if disk := r.disk(t); strings.Contains(disk, "second bytes") || strings.Contains(disk, reportA) || !strings.Contains(disk, "bytes of another") {
		t.Errorf("on the disk is %s", disk)
	}
	if err := r.Drop("valley", reportA); err != nil {
		t.Errorf("dropping what is not there: %v", err)
	}
}

// TestOnlyIDs: nothing that is no id reaches a path.
func TestOnlyIDs(t *testing.T) {
	r := newRoom(t)
	for _, id := range []string{"", "..", "../" + one, one + "/x", strings.ToUpper(reportA), one[1:]} {
		if err := r.Put("valley", id, one, nil); err == nil {
			t.Errorf("a report %q is taken", id)
		}
		if err := r.Put("valley", reportA, id, nil); err == nil {
			t.Errorf("a picture %q is taken", id)
		}
		if _, ok, _ := r.Read("valley", reportA, id); ok {
			t.Errorf("a picture %q is read", id)
		}
	}
	if disk := r.disk(t); disk != "" {
		t.Errorf("on the disk is %s", disk)
	}
}

// TestDestroyOverwrites: whoever still has the file open finds nothing in it.
func TestDestroyOverwrites(t *testing.T) {
	r := newRoom(t)
	r.put(t, reportA, one, "bytes that must go")
	list, err := r.List("valley", reportA)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(list[0].file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := r.Drop("valley", reportA); err != nil {
		t.Fatal(err)
	}
	left := make([]byte, 100)
	n, _ := f.Read(left)
	if n != len("bytes that must go") || len(bytes.Trim(left[:n], "\x00")) > 0 {
		t.Errorf("the file still has %q", left[:n])
	}
}

// TestS18SpoolIsEmptied: with a clock: what was not sent goes after two days, what nobody looked at after sixty, what is settled at
// once, and a write that was cut short with the rest.
func TestS18SpoolIsEmptied(t *testing.T) {
	r := newRoom(t)
	states := map[string]State{reportA: Waiting, reportB: Unsent}
	sweep := func(after int) string {
		t.Helper()
		r.now = time.Date(2026, 11, 24, 23, 59, 0, 0, time.UTC).AddDate(0, 0, after)
		if err := r.Sweep("valley", func(report string) (State, error) { return states[report], nil }); err != nil {
			t.Fatal(err)
		}
		return r.ids(t, reportA) + "; " + r.ids(t, reportB)
	}
	if err := r.Sweep("valley", nil); err != nil {
		t.Errorf("a spool that was never used: %v", err)
	}
	r.put(t, reportA, one, "waiting")
	r.put(t, reportB, two, "never sent")
	cut := filepath.Join(r.dir, "valley", Folder, reportB, "2026-11-24-"+one+".new")
	if err := os.WriteFile(cut, []byte("cut short"), 0o600); err != nil {
		t.Fatal(err)
	}
	const a, b = "1 until 2027-01-23", "2 until 2027-01-23"
	for _, test := range []struct {
		after int
		want  string
	}{{0, a + "; " + b}, {1, a + "; " + b}, {2, a + "; "}, {59, a + "; "}, {60, "; "}} {
		if got := sweep(test.after); got != test.want {
			t.Errorf("after %d days: %q, want %q", test.after, got, test.want)
		}
	}
	if disk := r.disk(t); disk != "" {
		t.Errorf("on the disk is %s", disk)
	}
	r.put(t, reportA, one, "settled")
	states[reportA] = Settled
	if got := sweep(60); got != "; " {
		t.Errorf("what is settled is still there: %q", got)
	}
	wrong := errors.New("the book is away")
	r.put(t, reportA, one, "waiting")
	if err := r.Sweep("valley", func(string) (State, error) { return Settled, wrong }); !errors.Is(err, wrong) || r.ids(t, reportA) == "" {
		t.Errorf("without the book: %v, %q", err, r.ids(t, reportA))
	}
}

// TestUnwritable: a folder that cannot be written says what to do, and nothing half is left.
func TestUnwritable(t *testing.T) {
	r := newRoom(t)
	if err := os.WriteFile(filepath.Join(r.dir, "valley"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Put("valley", reportA, one, []byte("x")); err == nil || !strings.Contains(err.Error(), "cannot be") {
		t.Errorf("%v", err)
	}
}

// TestRaw: a picture that is only filtered is listed and cannot be read as one; when it is replaced nothing of it is left, and when it
// cannot be made anew neither.
func TestRaw(t *testing.T) {
	r := newRoom(t)
	for _, id := range []string{one, two} {
		if err := r.PutRaw("valley", reportA, id, []byte("filtered "+id), 6); err != nil {
			t.Fatal(err)
		}
	}
	raws, err := r.Raws("valley")
	if err != nil || len(raws) != 2 || raws[0] != (Raw{reportA, one}) {
		t.Errorf("%v %v", raws, err)
	}
	if body, ok, err := r.Read("valley", reportA, one); ok || err != nil || body != nil {
		t.Errorf("it is read as a picture: %q %v", body, err)
	}
	if body, turn, ok, err := r.ReadRaw("valley", reportA, one); !ok || err != nil || string(body) != "filtered "+one || turn != 6 {
		t.Errorf("%q %d %t %v", body, turn, ok, err)
	}
	if err := r.Replace("valley", reportA, one, []byte("made anew")); err != nil {
		t.Fatal(err)
	}
	if err := r.Replace("valley", reportA, one, []byte("once more")); err != nil {
		t.Fatal(err)
	}
	if body, ok, err := r.Read("valley", reportA, one); !ok || err != nil || string(body) != "made anew" {
		t.Errorf("%q %t %v", body, ok, err)
	}
	if err := r.Replace("valley", reportA, two, nil); err != nil {
		t.Fatal(err)
	}
	if got := r.ids(t, reportA); got != "1 until 2027-01-23" || strings.Contains(r.disk(t), "filtered") {
		t.Errorf("left are %s", got)
	}
	if err := r.PutRaw("valley", reportB, one, []byte("filtered alone"), 1); err != nil {
		t.Fatal(err)
	}
	if err := r.Replace("valley", reportB, one, nil); err != nil || strings.Contains(r.disk(t), reportB) {
		t.Errorf("its folder is left: %v", err)
	}
	if err := r.PutRaw("valley", reportB, two, []byte("filtered"), 1); err != nil {
		t.Fatal(err)
	}
	if err := r.Sweep("valley", func(string) (State, error) { return Settled, nil }); err != nil || strings.Contains(r.disk(t), "filtered") {
		t.Errorf("what is settled is left: %v", err)
	}
}
