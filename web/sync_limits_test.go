package web_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kept/demo"
	"kept/device/devicetest"
	"kept/ledger"
	"kept/photo/phototest"
	"kept/programme"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// held is a body that says when somebody begins to read it, and ends when it is let go.
type held struct {
	begun chan<- struct{}
	end   <-chan struct{}
}

func (h *held) Read([]byte) (int, error) {
	if h.begun != nil {
		h.begun <- struct{}{}
		h.begun = nil
	}
	<-h.end
	return 0, io.EOF
}

// TestPhonesAreTooMany: when as many phones as can be served are at it, the next one waits for its turn, is then told when to come again, and loses nothing by it.
func TestPhonesAreTooMany(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	begun, end := make(chan struct{}), make(chan struct{})
	done := make(chan int, 128)
	for range 128 {
		go func() {
			r := httptest.NewRequest(http.MethodPost, at("team/sync/events"), &held{begun, end})
			for name, value := range map[string]string{"Content-Type": "application/json", "Cookie": p.Cookie, "Kept-Account": p.Account, "Kept-Device": devicetest.ID()} {
				r.Header.Set(name, value)
			}
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			done <- rec.Code
		}()
	}
	for range 128 {
		<-begun
	}
	once, _ := about(t, p, "once")
	e := p.Write(once, today, map[string]any{"note": wrote("In a crowd.")})
	began := time.Now()
	err := p.Send()
	var busy *devicetest.Error
	if wrong(err) != "Service Unavailable sync.busy" || !errors.As(err, &busy) || busy.After != "10" || busy.Words == "" {
		t.Errorf("one phone too many: %+v", err)
	}
	if waited := time.Since(began); waited < 4*time.Second {
		t.Errorf("it was turned away after %v", waited)
	}
	close(end)
	for range 128 {
		if code := <-done; code != http.StatusBadRequest {
			t.Errorf("a batch that is cut is answered with %d", code)
		}
	}
	if err := p.Send(); err != nil || p.Answers[e.ID].Status != "accepted" {
		t.Errorf("afterwards: %+v %v", p.Answers[e.ID], err)
	}
}

// TestPhoneAfterRestore: when a server goes on from a backup that is older than what a phone has sent, the log has another name. The phone's
// cursor is none then; what was lost is taken when it is sent again, and what the backup has answers that it is there.
func TestPhoneAfterRestore(t *testing.T) {
	first := ownExample(t)
	dir := first.dir
	first.close()
	location, err := store.At(dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	folder := location.Beside(demo.Name)
	open := func(how func(store.DB, *ledger.Rules, ledger.Options) (*ledger.Book, error)) *site {
		t.Helper()
		db, err := location.Open(t.Context(), demo.Name, true)
		if err != nil {
			t.Fatal(err)
		}
		book, err := how(db, ledger.NewRules(programme.Subject, promise.Subject, voice.Subject, review.Subject), ledger.Options{Today: func() string { return today }, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		s, err := serveOffice(location, book, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.close)
		return s
	}
	s := open(func(db store.DB, rules *ledger.Rules, o ledger.Options) (*ledger.Book, error) {
		return ledger.Open(t.Context(), db, rules, o)
	})
	p := s.pulled(t, s.listening(t))
	once, _ := about(t, p, "once")
	before := p.Write(once, today, map[string]any{"note": wrote("Before the backup.")})
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	aside, err := store.At(t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	backup, err := aside.Create(t.Context(), demo.Name)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ledger.Copy(t.Context(), s.book, backup, nil), backup.Close()); err != nil {
		t.Fatal(err)
	}
	after := p.Write(once, today, map[string]any{"note": wrote("After it.")})
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	origin, size, entry := p.Origin, p.Size, p.Answers[after.ID].Entry
	s.close()

	// The operator puts the backup back and accepts what is lost.
	for _, name := range []string{"book.db-wal", "book.db-shm"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(filepath.Join(aside.Beside(demo.Name), "book.db"))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "book.db"), old, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := open(func(db store.DB, rules *ledger.Rules, o ledger.Options) (*ledger.Book, error) {
		book, _, err := ledger.AcceptLoss(t.Context(), db, rules, o)
		return book, err
	})

	p.Base, p.Client = r.listening(t).URL+"/"+demo.Name, http.DefaultClient
	p.Promises = map[int64]map[string]any{}
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	if p.Origin == origin || !strings.HasPrefix(p.Checkpoint, p.Origin+"\n") || p.Size >= size+1 {
		t.Errorf("the log is %s with %d, and was %s with %d", p.Origin, p.Size, origin, size)
	}
	if len(p.Promises) == 0 {
		t.Error("the old cursor was taken for one of this log: nothing is given anew")
	}
	b, err := p.Post([]devicetest.Event{before, after})
	if err != nil || b.Origin != p.Origin {
		t.Fatal(err, b)
	}
	if b.Events[0].Status != "duplicate" || b.Events[1].Status != "accepted" || b.Events[1].Entry != entry {
		t.Errorf("sent again after the restore: %+v", b.Events)
	}
	if b, err = p.Post([]devicetest.Event{after}); err != nil || b.Events[0].Status != "duplicate" {
		t.Errorf("and once more: %+v %v", b, err)
	}
}

// brokenPicture is a JPEG whose container is right, and whose points cannot be read.
func brokenPicture() []byte {
	picture := phototest.JPEG(300, 200, 1)
	picture[bytes.Index(picture, []byte("\xff\xc4"))+4+3] ^= 0xff // the tables by which the points are read
	return picture
}

// TestPhoneIsToldOfUnreadable: of a picture that leaves after its report was accepted, since it cannot be decoded, the phone is told although
// nothing in the book has changed; once, and again whenever it is told of the report.
func TestPhoneIsToldOfUnreadable(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	once, _ := about(t, p, "once")
	unsent := p.Write(once, today, map[string]any{"note": wrote("Never sent.")}, phototest.JPEG(90, 60, 1))
	for _, body := range p.Pictures[unsent.ID] {
		if err := p.Upload(unsent.ID, body); err != nil {
			t.Fatal(err)
		}
	}
	p.Outbox = nil
	e := p.Write(once, today, map[string]any{"note": wrote("x")}, brokenPicture(), phototest.JPEG(80, 60, 6))
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Pull(); err != nil || p.Sent[e.ID]["unreadable"] != nil {
		t.Fatalf("before anybody has tried: %v %v", p.Sent[e.ID], err)
	}
	size := p.Size
	if err := s.RemakePictures(t.Context()); err != nil {
		t.Fatal(err)
	}
	raws, err := s.spool.Raws(demo.Name)
	if err != nil || len(raws) != 1 || raws[0].Report == p.Answers[e.ID].Entry {
		t.Errorf("made anew should be what was sent, and only that: %v %v", raws, err)
	}
	if list, err := s.spool.List(demo.Name, p.Answers[e.ID].Entry); err != nil || len(list) != 1 || list[0].Raw {
		t.Errorf("left are %v %v", list, err)
	}
	if _, err := p.Pull(); err != nil || p.Sent[e.ID]["unreadable"] != 1.0 || p.Sent[e.ID]["state"] != "received" || p.Size != size {
		t.Errorf("the phone is told %v %v", p.Sent[e.ID], err)
	}
	delete(p.Sent, e.ID)
	if _, err := p.Pull(); err != nil || p.Sent[e.ID] != nil {
		t.Errorf("it is told twice: %v %v", p.Sent[e.ID], err)
	}
	if err := s.RemakePictures(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Cursor = ""
	if _, err := p.Pull(); err != nil || p.Sent[e.ID]["unreadable"] != 1.0 {
		t.Errorf("anew it is told %v %v", p.Sent[e.ID], err)
	}
}

// TestPagesHaveTemplates: every page can be made ready, which is otherwise seen when it is first asked for.
func TestPagesHaveTemplates(t *testing.T) {
	if names := web.PreparePages(); len(names) < 20 || !slices.Contains(names, "daybook") {
		t.Errorf("only %s pages are there: %q", strconv.Itoa(len(names)), names)
	}
}
