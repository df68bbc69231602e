package device

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/staff"
	"kept/store"
	"kept/store/storetest"
)

// house is a desk with a clock that a test moves, and the devices beside it.
type house struct {
	*Devices
	db  *failing
	now time.Time
}

// failing is a database whose next writes fail, or happen without that being known.
type failing struct {
	store.DB
	mu   sync.Mutex
	fail []error
}

func (f *failing) Write(ctx context.Context, do func(*store.Tx) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.fail) == 0 {
		return f.DB.Write(ctx, do)
	}
	err := f.fail[0]
	f.fail = f.fail[1:]
	if errors.Is(err, store.ErrUnknown) {
		if err := f.DB.Write(ctx, do); err != nil {
			return err
		}
	}
	return err
}

func each(t *testing.T, f func(*testing.T, *house)) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		h := &house{db: &failing{DB: e.New(t)}, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
		desk, err := staff.Open(t.Context(), h.db, func() time.Time { return h.now })
		if err != nil {
			t.Fatal(err)
		}
		h.Devices = Beside(desk)
		f(t, h)
	})
}

func id(n int) string { return fmt.Sprintf("%032x", n) }

// arrive writes down events of a device by their numbers.
func (h *house) arrive(t *testing.T, device, account int, last int64, numbers ...int64) *Note {
	t.Helper()
	n := &Note{Device: id(device), Account: fmt.Sprint("account", account), Programme: "valley", Last: last, Act: "report"}
	for _, x := range numbers {
		event := id(device*1_000_000 + int(x))
		n.Events = append(n.Events, Arrived{N: x, Event: event, Entry: Entry("valley", "team:a", event)})
	}
	if err := h.Note(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestGaps: whatever order numbers come in, those are named that have not come, up to the highest that was given out.
func TestGaps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := rand.New(rand.NewPCG(3, 1))
		came, last := map[int64]bool{}, int64(0)
		for range 60 {
			var numbers []int64
			for range r.IntN(5) {
				numbers = append(numbers, 1+r.Int64N(80))
			}
			last = max(last, r.Int64N(70))
			for _, n := range numbers {
				came[n], last = true, max(last, n)
			}
			n := h.arrive(t, 1, 1, last, numbers...)
			var want [][2]int64
			for x := int64(1); x <= last; x++ {
				if k := len(want) - 1; came[x] {
				} else if k >= 0 && want[k][1] == x-1 {
					want[k][1] = x
				} else {
					want = append(want, [2]int64{x, x})
				}
			}
			seen, others, err := h.Seen(t.Context(), "account1", "valley", id(1))
			if err != nil || n.State.Last != last || !slices.Equal(n.State.Missing, want) || !slices.Equal(seen.Missing, want) || len(others) > 0 {
				t.Fatalf("missing %v and %v of %d, should be %v of %d: %v", n.State.Missing, seen.Missing, n.State.Last, want, last, err)
			}
		}
	})
}

// TestNumbersAreTaken: a number belongs to the first event that came with it; the same event comes as often as it likes.
func TestNumbersAreTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.arrive(t, 1, 1, 2, 1, 2, 2)
		n := &Note{Device: id(1), Account: "account1", Programme: "valley", Events: []Arrived{{N: 2, Event: id(77), Entry: id(78)}, {N: 3, Event: id(79), Entry: id(80)}, {N: 3, Event: id(81), Entry: id(82)}}}
		if err := h.Note(t.Context(), n); err != nil || !n.Events[0].Taken || n.Events[1].Taken || !n.Events[2].Taken {
			t.Errorf("%+v %v", n.Events, err)
		}
		sent, err := h.Sent(t.Context(), "account1", "valley")
		if err != nil || len(sent) != 3 || sent[0].Event != id(79) {
			t.Errorf("%v %v", sent, err)
		}
	})
}

// TestOthersDevices: a device belongs to one account; the same account is told of gaps on its other ones, and nobody else is.
func TestOthersDevices(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.arrive(t, 1, 1, 4, 1, 2)
		if n := h.arrive(t, 2, 1, 0); len(n.Others) != 1 || fmt.Sprint(n.Others[0]) != "{4 [[3 4]] 2026-11-24}" {
			t.Errorf("%v", n.Others)
		}
		if n := h.arrive(t, 3, 2, 0); len(n.Others) != 0 {
			t.Errorf("another account is told %v", n.Others)
		}
		n := &Note{Device: id(1), Account: "account2", Programme: "valley"}
		if err := h.Note(t.Context(), n); !errors.Is(err, ErrOther) {
			t.Errorf("%v", err)
		}
		s, others, err := h.Seen(t.Context(), "account2", "valley", id(1))
		if err != nil || s.Last != 0 || len(others) != 0 {
			t.Errorf("%v %v %v", s, others, err)
		}
		if sent, err := h.Sent(t.Context(), "account2", "valley"); err != nil || len(sent) != 0 {
			t.Errorf("%v %v", sent, err)
		}
		for i := range MostDevices + 5 {
			h.arrive(t, 100+i, 1, 0)
		}
		if s, _, err := h.Seen(t.Context(), "account1", "valley", id(1)); err != nil || s.Last != 0 {
			t.Errorf("the oldest device is still known: %v %v", s, err)
		}
	})
}

// TestNoteTogether: callers that come at once each get their own answer; when the database fails, those that were together are told so,
// and asking again finds what happened.
func TestNoteTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				for n := int64(1); n <= 5; n++ {
					note := &Note{Device: id(i + 1), Account: fmt.Sprint(i), Programme: "valley", Act: "report",
						Events: []Arrived{{N: n, Event: id(1000*i + int(n)), Entry: id(1_000_000 + 1000*i + int(n))}}}
					if err := h.Note(t.Context(), note); err != nil || note.State.Last != n || len(note.State.Missing) > 0 {
						t.Errorf("%+v %v", note.State, err)
					}
				}
			})
		}
		all.Wait()
		acts, err := h.desk.Acts(t.Context(), "valley", 0, 1000)
		if err != nil || len(acts) != 200 {
			t.Errorf("%d acts: %v", len(acts), err)
		}
		for _, fault := range []error{errors.New("the disk is full"), store.ErrUnknown} {
			h.db.fail = []error{fault}
			note := &Note{Device: id(1), Account: "0", Programme: "valley", Act: "report", Events: []Arrived{{N: 6, Event: id(6), Entry: id(66)}}}
			if err := h.Note(t.Context(), note); !errors.Is(err, fault) {
				t.Errorf("%v", err)
			}
			if err := h.Note(t.Context(), note); err != nil || note.State.Last != 6 || note.Events[0].Taken {
				t.Errorf("again: %+v %v", note, err)
			}
		}
	})
}

// TestSweepDevices: with a clock: a device that is not heard of for 180 days is forgotten, and gaps that are as old are no longer named.
func TestSweepDevices(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.arrive(t, 1, 1, 5, 1, 5)
		h.arrive(t, 2, 1, 2, 2)
		for _, test := range []struct {
			after, known int
			missing      string
		}{{0, 2, "[[2 4]]"}, {179, 2, "[[2 4]]"}, {180, 1, "[]"}} {
			h.now = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC).AddDate(0, 0, test.after)
			n := h.arrive(t, 1, 1, 5)
			if test.after == 180 {
				if err := h.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				n = h.arrive(t, 1, 1, 5)
			} else if err := h.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			known := 1 + len(n.Others)
			if known != test.known || fmt.Sprint(n.State.Missing) != test.missing {
				t.Errorf("after %d days %d devices are known, missing %v", test.after, known, n.State.Missing)
			}
		}
		if sent, err := h.Sent(t.Context(), "account1", "valley"); err != nil || len(sent) != 0 {
			t.Errorf("%v %v", sent, err)
		}
	})
}

func newPieces(t *testing.T) (*Pieces, string, *time.Time) {
	dir, now := t.TempDir(), time.Now()
	return NewPieces(func(string) string { return dir }, func() time.Time { return now }), dir, &now
}

// TestUploadsCutAnywhere: a picture that comes in pieces of any size, cut at any byte and begun again where it was, is the one that was
// sent; the file of it is gone then.
func TestUploadsCutAnywhere(t *testing.T) {
	p, dir, _ := newPieces(t)
	r := rand.New(rand.NewPCG(5, 5))
	for size := 1; size < 3000; size += 97 {
		picture := make([]byte, size)
		for i := range picture {
			picture[i] = byte(r.Uint32())
		}
		u := Upload{"valley", id(1), id(size), sum(picture)}
		var whole []byte
		for whole == nil {
			offset, length, err := p.At(u)
			if err != nil || length != 0 && length != int64(size) {
				t.Fatal(offset, length, err)
			}
			piece := picture[offset : offset+1+r.Int64N(int64(size)-offset)]
			if at, got, err := p.Put(u, offset, int64(size), piece); err != nil {
				t.Fatalf("%d of %d: %v", at, size, err)
			} else {
				whole = got
			}
			if r.IntN(4) == 0 && whole == nil { // the same piece comes again, since its answer was lost
				at, _, err := p.Put(u, offset, int64(size), piece)
				if want := offset + int64(len(piece)); !errors.Is(err, ErrOffset) || at != want {
					t.Fatalf("again: %d, should be %d: %v", at, want, err)
				}
			}
		}
		if string(whole) != string(picture) {
			t.Fatalf("a picture of %d bytes is another", size)
		}
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

func sum(b []byte) string {
	all := sha256.Sum256(b)
	return hex.EncodeToString(all[:])
}

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestUploadsRefused: what does not fit is refused, and says how far the picture has come.
func TestUploadsRefused(t *testing.T) {
	p, dir, _ := newPieces(t)
	picture := []byte(strings.Repeat("a picture ", 100))
	u := Upload{"valley", id(1), id(2), sum(picture)}
	for _, test := range []struct {
		offset, length int64
		piece          string
		want           error
	}{{5, 1000, "x", ErrOffset}, {0, MostPicture + 1, "x", ErrSize}, {0, 0, "x", ErrSize}, {0, 3, "wxyz", ErrSize}, {999, 1000, "xy", ErrSize}} {
		if _, _, err := p.Put(u, test.offset, test.length, []byte(test.piece)); !errors.Is(err, test.want) {
			t.Errorf("%+v: %v", test, err)
		}
	}
	if _, _, err := p.Put(u, 0, 1000, picture[:10]); err != nil {
		t.Fatal(err)
	}
	if at, _, err := p.Put(u, 10, 999, picture[10:20]); !errors.Is(err, ErrLength) || at != 0 {
		t.Errorf("another length: %d %v", at, err)
	}
	if offset, _, err := p.At(u); offset != 0 || err != nil {
		t.Errorf("what had come is still there: %d %v", offset, err)
	}
	for _, pieces := range [][]string{{string(picture[:999]) + "X"}, {string(picture[:500]), string(picture[500:999]) + "X"}} { // other bytes
		at := int64(0)
		var err error
		for _, piece := range pieces {
			at, _, err = p.Put(u, at, 1000, []byte(piece))
		}
		if offset, length, _ := p.At(u); !errors.Is(err, ErrHash) || offset+length != 0 {
			t.Errorf("other bytes: %v, %d of %d are there", err, offset, length)
		}
	}
	for i := range MostOpen + 1 {
		_, _, err := p.Put(Upload{"valley", id(1), id(i), u.SHA256}, 0, 1000, picture[:10])
		if i == MostOpen != errors.Is(err, ErrMany) {
			t.Errorf("the picture %d under way: %v", i, err)
		}
	}
	if n := len(files(t, dir)); n != MostOpen {
		t.Errorf("%d files", n)
	}
}

// TestS10PiecesAreUnreadable: nothing of a picture, of its hash, of the device or the event is to be read from the disk.
func TestS10PiecesAreUnreadable(t *testing.T) {
	p, dir, _ := newPieces(t)
	picture := []byte(strings.Repeat("GPS of a camera, ", 1000))
	u := Upload{"valley", id(0xabcdef1), id(0xabcdef2), sum(picture)}
	for at := int64(0); at < 9000; at += 3000 {
		if _, _, err := p.Put(u, at, int64(len(picture)), picture[at:at+3000]); err != nil {
			t.Fatal(err)
		}
	}
	found := files(t, dir)
	if len(found) != 1 {
		t.Fatal(found)
	}
	body, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(body) < 9000 {
		t.Errorf("only %d bytes are there", len(body))
	}
	for _, mark := range []string{"GPS", "camera", u.SHA256, u.Device, u.Event, u.SHA256[:16], u.Device[16:], u.Event[16:]} {
		if strings.Contains(found[0]+string(body), mark) {
			t.Errorf("%q is on the disk", mark)
		}
	}
}

// TestS18PiecesAreSwept: with a clock: pieces go two days after the last of them.
func TestS18PiecesAreSwept(t *testing.T) {
	p, dir, now := newPieces(t)
	if err := p.Sweep("valley"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Put(Upload{"valley", id(1), id(2), strings.Repeat("0", 64)}, 0, 1000, []byte("first")); err != nil {
		t.Fatal(err)
	}
	begun := *now
	for _, test := range []struct {
		after time.Duration
		left  int
	}{{0, 1}, {47 * time.Hour, 1}, {49 * time.Hour, 0}} {
		*now = begun.Add(test.after)
		if err := p.Sweep("valley"); err != nil {
			t.Fatal(err)
		}
		if n := len(files(t, dir)); n != test.left {
			t.Errorf("after %s %d files are left", test.after, n)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(dir, piecesFolder)); err != nil || len(entries) != 0 {
		t.Errorf("left are %v %v", entries, err)
	}
}

// TestCursor: a cursor comes back as it was written, and nothing else is read as one.
func TestCursor(t *testing.T) {
	of := Scope("a", "b")
	c := &Cursor{Of: of, Size: 1234, Day: 20261124, Sent: 99, Promises: map[int64]Digest{}}
	for n := int64(1); n <= 600; n++ {
		c.Promises[n*7] = DigestOf([]byte(fmt.Sprint(n)))
	}
	text := c.String()
	got, ok := ReadCursor(text, of)
	if !ok || len(text) > MostCursor || fmt.Sprint(*got) != fmt.Sprint(*c) {
		t.Errorf("of %d characters: %t %v", len(text), ok, got)
	}
	for _, other := range []string{"", "x", text[:len(text)-1], text + "AA", "A" + text, strings.Repeat("A", MostCursor+4)} {
		if got, ok := ReadCursor(other, of); ok || got.Size != 0 || len(got.Promises) > 0 {
			t.Errorf("%.20q is read as %v", other, got)
		}
	}
	if _, ok := ReadCursor(text, Scope("ab", "")); ok {
		t.Error("a cursor of another scope is read")
	}
}

// FuzzReadEvent: whatever comes, it is refused or is what docs/sync.md says; and it is the same when it is read again.
func FuzzReadEvent(f *testing.F) {
	f.Add(`{"id":"` + id(1) + `","n":1,"size":3,"day":"2026-11-24","kind":"report","promise":"` + id(2) + `","data":{"state":"done","note":{"original":"zh-Hans","in":{"zh-Hans":"x","en":"y"}},"readings":[{"measure":0,"value":"1","period":""}]}}`)
	for _, bad := range []string{`{"id":1}`, `{"n":1,"n":2}`, `{"N":1}`, `[]`, `null`, `{"data":{"note":{"in":{"en":"a","en":"b"}}}}`, `{"data":{"Note":null}}`, `{"data":null}`} {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, body string) {
		e, err := ReadEvent([]byte(body))
		if err != nil {
			if e == nil || e.ID != "" && !ValidID(e.ID) || e.Kind != "" {
				t.Errorf("%q is refused with %+v", body, e)
			}
			return
		}
		if !ValidID(e.ID) || !ValidID(e.Promise) || e.N < 1 || e.Size < 0 || len(e.Data.Pictures) > MostPictures {
			t.Errorf("%q is read as %+v", body, e)
		}
	})
}

// FuzzReadBatch: whatever comes, it is refused or has the right shape around its events.
func FuzzReadBatch(f *testing.F) {
	f.Add(`{"at":"2026-11-24T08:00:00Z","last":3,"events":[{},{"x":1,"x":2}]}`)
	f.Add(`{"at":"2026-11-24T08:00:00Z","last":3,"events":[],"events":[]}`)
	f.Fuzz(func(t *testing.T, body string) {
		b, err := ReadBatch([]byte(body))
		if err == nil && (b.Last < 0 || len(b.Events) > MostEvents || b.Now.IsZero() && !strings.HasPrefix(b.At, "0001-")) {
			t.Errorf("%q is read as %+v", body, b)
		}
	})
}
