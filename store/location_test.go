package store_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"kept/store"
	"kept/store/storetest"
)

func TestNames(t *testing.T) {
	for name, good := range map[string]bool{
		"a": true, "wells-2026": true, "x" + strings.Repeat("y", 29): true,
		"": false, "x" + strings.Repeat("y", 30): false, "Wells": false, "2wells": false, "-a": false, "a b": false, "a/b": false, "..": false, "a\n": false,
		"api": false, "static": false, "healthz": false, "readyz": false, "metrics": false, "office": false, "server": false, "apis": true,
	} {
		err := store.CheckName(name)
		if good && err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if !good {
			problem(t, err)
		}
	}
}

// TestConformanceLocation makes, lists, closes and opens books, and gets the usual mistakes told.
func TestConformanceLocation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := e.Place(t)
		books := func() []string {
			names, err := p.Location.Books(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return names
		}
		if slices.Contains(books(), p.Book) {
			t.Fatal("a book is there before it is made")
		}
		_, err := p.Location.Open(ctx, p.Book, true)
		if p := problem(t, err); !strings.Contains(p.What, "there is no programme") {
			t.Errorf("opening a book that is not there: %v", err)
		}
		_, err = p.Location.Create(ctx, "api")
		problem(t, err)

		db := p.Create(t)
		if !slices.Contains(books(), p.Book) || !slices.IsSorted(books()) {
			t.Errorf("the books are %v", books())
		}
		write(t, db, func(tx *store.Tx) error { return tx.Make(named) })
		write(t, db, func(tx *store.Tx) error { return tx.Insert(named, [][]any{{int64(1), "a"}}) })
		_, err = p.Location.Create(ctx, p.Book)
		if p := problem(t, err); !strings.Contains(p.What, "already") {
			t.Errorf("making a book twice: %v", err)
		}
		for range 2 { // closing twice is once
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if db.Write(ctx, func(*store.Tx) error { return nil }) == nil || db.Read(ctx, func(*store.Tx) error { return nil }) == nil {
			t.Error("a closed database works")
		}
		same(t, scan(t, p.Open(t), named), [][]any{{int64(1), "a"}})

		looking, err := p.Location.Open(ctx, p.Book, false)
		if err != nil {
			t.Fatal(err)
		}
		defer looking.Close()
		same(t, scan(t, looking, named), [][]any{{int64(1), "a"}})
		if info, err := os.Stat(p.Folder()); err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
			t.Errorf("the folder beside the book: %v, %v", info, err)
		}
	})
}

// TestSecondWriter sees that SQLite lets one writer in, also in the same process; PostgreSQL lets several.
func TestSecondWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := e.Place(t)
		db := p.Create(t)
		second, err := p.Location.Open(ctx, p.Book, true)
		if e.Kind == store.PostgreSQL {
			if err != nil {
				t.Fatal(err)
			}
			second.Close()
			return
		}
		if p := problem(t, err); !strings.Contains(p.What, "another process") {
			t.Errorf("a second writer: %v", err)
		}
		if got := child(t, p, false); !strings.Contains(got, "another process") {
			t.Errorf("a second process: %s", got)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		p.Open(t).Close()
	})
}

func TestBadPlaces(t *testing.T) {
	_, err := store.At("postgres://user:secret@host:notaport/x", t.TempDir())
	if p := problem(t, err); strings.Contains(p.Error(), "secret") {
		t.Errorf("an address that is not understood shows its password: %v", err)
	}
	for _, location := range []string{filepath.Join(t.TempDir(), "none")} {
		l, err := store.At(location, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if names, err := l.Books(ctx); err != nil || len(names) > 0 {
			t.Errorf("a folder that is not there has the books %v, %v", names, err)
		}
	}
	l, err := store.At("postgres://nobody:secret@127.0.0.1:1/none?connect_timeout=2", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Books(ctx)
	if p := problem(t, err); strings.Contains(p.Error(), "secret") || !strings.Contains(p.What, "PostgreSQL") {
		t.Errorf("a server that is not there: %v", err)
	}
	_, err = l.Create(ctx, "wells")
	problem(t, err)
}

// TestNotADatabase opens a file of something else.
func TestNotADatabase(t *testing.T) {
	for name, content := range map[string]string{"text": strings.Repeat("this is no database\n", 500), "cut": "SQLite format 3\x00" + strings.Repeat("\xff", 4080)} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "wells"), 0o700); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(dir, "wells", "book.db")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := store.At(dir, dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, forWriting := range []bool{false, true} {
				_, err = l.Open(ctx, "wells", forWriting)
				if p := problem(t, err); !strings.Contains(p.What, "damaged or not a book") {
					t.Errorf("opening it, for writing %v: %v", forWriting, err)
				}
			}
			if after, err := os.ReadFile(file); err != nil || string(after) != content {
				t.Errorf("opening changed the file: %v", err)
			}
		})
	}
}

// TestReadOnlyFolder opens a book in a folder that may not be written, in a process that is not root.
func TestReadOnlyFolder(t *testing.T) {
	p := storetest.Engines()[0].Place(t)
	db := p.Create(t)
	write(t, db, func(tx *store.Tx) error { return tx.Make(named) })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{p.Folder(): 0o555, filepath.Join(p.Folder(), "book.db"): 0o444, filepath.Join(p.Folder(), "lock"): 0o444} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(p.Folder(), 0o755) })
	if got := child(t, p, true); !strings.Contains(got, "for writing: the folder of the book cannot be written") || !strings.Contains(got, "for reading: fine") {
		t.Errorf("in a folder that may not be written:\n%s", got)
	}
}

// TestReadOnlyFile opens a book whose file alone may not be written, in a process that is not root.
func TestReadOnlyFile(t *testing.T) {
	p := storetest.Engines()[0].Place(t)
	db := p.Create(t)
	write(t, db, func(tx *store.Tx) error { return tx.Make(named) })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{p.Folder(): 0o777, filepath.Join(p.Folder(), "book.db"): 0o444, filepath.Join(p.Folder(), "lock"): 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if got := child(t, p, true); !strings.Contains(got, "for writing: the book's file cannot be opened for this") || !strings.Contains(got, "for reading: fine") {
		t.Errorf("a file that may not be written:\n%s", got)
	}
}

// child opens a book in another process, which is not root if so wanted, and returns what it says.
func child(t *testing.T, p *storetest.Place, humble bool) string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestChildOpens$")
	if humble && os.Getuid() == 0 {
		binary, cmd.Dir = readable(t, binary, p), "/"
		cmd.Path = binary
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	cmd.Env = append(os.Environ(), "KEPT_CHILD_DATA="+p.Data, "KEPT_CHILD_CONFIG="+p.Config, "KEPT_CHILD_BOOK="+p.Book)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// readable copies the test's binary to where everybody can run it, and opens the way to the data.
func readable(t *testing.T, binary string, p *storetest.Place) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "test")
	in, err := os.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{to, p.Data} {
		for dir := path; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return to
}

// TestChildOpens is what the other process does.
func TestChildOpens(t *testing.T) {
	data := os.Getenv("KEPT_CHILD_DATA")
	if data == "" {
		t.Skip("only in the process that child starts")
	}
	l, err := store.At(data, os.Getenv("KEPT_CHILD_CONFIG"))
	if err != nil {
		t.Fatal(err)
	}
	for mode, forWriting := range map[string]bool{"for writing": true, "for reading": false} {
		db, err := l.Open(ctx, os.Getenv("KEPT_CHILD_BOOK"), forWriting)
		if err == nil {
			err = db.Read(ctx, func(tx *store.Tx) error { _, err := tx.Columns(); return err })
			db.Close()
		}
		if err == nil {
			os.Stdout.WriteString(mode + ": fine\n")
		} else {
			os.Stdout.WriteString(mode + ": " + err.Error() + "\n")
		}
	}
}
