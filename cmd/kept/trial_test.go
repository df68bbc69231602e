package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kept/ledger"
	"kept/store"
	"kept/store/storetest"
)

// small fills a small programme, wells, and returns the root of its book.
func small(t *testing.T, data, programme string) (root string) {
	t.Helper()
	out := kept(t, 0, "simulate", "--data", data, "--programme", programme, "--villages", "2", "--promises", "10", "--reports", "60", "--today", "2026-06-01")
	return regexp.MustCompile(`root (\S+)`).FindStringSubmatch(out)[1]
}

// wants runs the program, and wants an exit code and words in what it says.
func wants(t *testing.T, code int, words string, args ...string) {
	t.Helper()
	if out := kept(t, code, args...); !strings.Contains(out, words) {
		t.Fatalf("kept %s says\n%s\nshould say %q", strings.Join(args, " "), out, words)
	}
}

// launch starts the program as a process of its own.
func launch(t *testing.T, args ...string) (cmd *exec.Cmd, out, errs *lockedBuffer) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd, out, errs = &exec.Cmd{Path: binary, Args: append([]string{"kept"}, args...), Env: os.Environ()}, &lockedBuffer{}, &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() }) // an error says that it has ended, as it should
	return cmd, out, errs
}

// lockedBuffer can be read while a process writes it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// await waits until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// TestTrialFullDiskCommands backs up, restores, copies and simulates to a disk that is full. Each command says so and ends
// with 1; no half backup has the name of a whole one; what was there is there; with more room the same command succeeds.
func TestTrialFullDiskCommands(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place, disk := e.Place(t), storetest.SmallDisk(t, 1)
		t.Setenv("KEPT_CONFIG", place.Config)
		root := small(t, place.Data, place.Book)
		backup := filepath.Join(disk.Dir, "backup.db")
		making := []string{"backup", "--data", place.Data, "--programme", place.Book, backup}
		free := disk.Fill()
		wants(t, 1, "no backup was made: the disk is full", making...)
		free()
		disk.Grow(2)
		free = filled(t, disk, 64<<10) // there is room for the beginning of one
		wants(t, 1, "no backup was made: the disk is full", making...)
		if left, err := os.ReadDir(disk.Dir); err != nil || len(left) != 1 {
			t.Errorf("what the backups have left: %v, %v", left, err)
		}
		free()
		disk.Grow(30)
		wants(t, 0, root, making...)
		wants(t, 0, root, "backup", "check", backup)

		data := filepath.Join(disk.Dir, "data")
		free = filled(t, disk, 100<<10)
		wants(t, 1, "the disk is full", "copy", "--programme", place.Book, place.Data, data)
		free()
		wants(t, 0, root, "copy", "--programme", place.Book, place.Data, data)
		wants(t, 0, root, "verify", "--data", data)

		free = filled(t, disk, 100<<10)
		wants(t, 1, "and nothing was changed", "restore", "--data", data, "--programme", place.Book, backup)
		free()
		wants(t, 0, root, "verify", "--data", data)
		free = filled(t, disk, 100<<10)
		t.Setenv("TMPDIR", disk.Dir)
		wants(t, 1, "no space left on device", "backup", "check", backup)
		free()
		wants(t, 0, root, "restore", "--data", data, "--programme", place.Book, backup)

		free = disk.Fill()
		wants(t, 1, "the disk is full", "serve", "--rested", "--data", data)
		free()
		wants(t, 0, root, "verify", "--data", data)
	})
}

// filled fills a disk up to some bytes.
func filled(t *testing.T, disk *storetest.Disk, leaving int) (free func()) {
	t.Helper()
	room := filepath.Join(disk.Dir, "room")
	if err := os.WriteFile(room, make([]byte, leaving), 0o600); err != nil {
		t.Fatal(err)
	}
	free = disk.Fill()
	if err := os.Remove(room); err != nil {
		t.Fatal(err)
	}
	return free
}

// TestTrialReadOnlyMedium has the books on a medium that cannot be written. They are not served, and the message says why;
// they are verified and backed up from there, also when the process that wrote them was killed.
func TestTrialReadOnlyMedium(t *testing.T) {
	disk := storetest.SmallDisk(t, 20)
	t.Setenv("KEPT_CONFIG", t.TempDir())
	data := filepath.Join(disk.Dir, "data")
	root := small(t, data, "wells")
	killed, torn := filepath.Join(disk.Dir, "killed"), filepath.Join(disk.Dir, "torn")
	small(t, killed, "wells")
	cmd, out, errs := launch(t, "serve", "--rested", "--data", killed, "--listen", "127.0.0.1:0", "--metrics", "")
	await(t, "it listens", func() bool {
		return strings.Contains(out.String(), "listening") || strings.Contains(errs.String(), "kept:")
	})
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := os.Stat(filepath.Join(killed, "wells", "book.db-wal")); err != nil {
		t.Fatal("the killed process has left no log, so nothing is tested: ", err)
	}
	if err := os.CopyFS(torn, os.DirFS(killed)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(torn, "wells", "book.db-shm")); err != nil {
		t.Fatal(err)
	}
	disk.ReadOnly()
	wants(t, 1, "the data folder cannot be written", "serve", "--data", data)
	wants(t, 1, "the folder of the book cannot be written", "rebuild", "--data", data, "--programme", "wells")
	wants(t, 0, root, "verify", "--data", data)
	wants(t, 0, root, "backup", "--data", data, "--programme", "wells", filepath.Join(t.TempDir(), "backup.db"))
	wants(t, 0, root, "copy", "--programme", "wells", data, t.TempDir())
	wants(t, 1, "read-only", "backup", "--data", data, "--programme", "wells", filepath.Join(disk.Dir, "backup.db"))
	whole := kept(t, 0, "verify", "--data", killed)
	wants(t, 1, "copy the folder to a place that can", "verify", "--data", torn)
	there := t.TempDir()
	if err := os.CopyFS(there, os.DirFS(torn)); err != nil {
		t.Fatal(err)
	}
	rooted := regexp.MustCompile(`entries, root \S+`)
	wants(t, 0, rooted.FindString(whole), "verify", "--data", there)
	if whole == "" || rooted.FindString(whole) == "" || strings.Contains(whole, root) {
		t.Errorf("the day mark that was acknowledged before the kill is not there:\n%s", whole)
	}
}

// TestTrialSameOnBoth simulates the same on both engines, and copies the one over the other.
func TestTrialSameOnBoth(t *testing.T) {
	engines := storetest.Engines()
	if len(engines) < 2 {
		storetest.NoPostgres(t)
	}
	file, server := engines[0].Place(t), engines[1].Place(t)
	t.Setenv("KEPT_CONFIG", server.Config)
	one, two := small(t, file.Data, server.Book), small(t, server.Data, server.Book)
	if one != two {
		t.Fatalf("the same simulation has the root %s on %v and %s on %v", one, engines[0].Kind, two, engines[1].Kind)
	}
	wants(t, 0, "the same on both sides", "copy", "--programme", server.Book, file.Data, server.Data)
	wants(t, 0, one, "verify", "--data", server.Data, "--programme", server.Book)
	wants(t, 1, "a file cannot be put into PostgreSQL. Use kept copy", "restore", "--data", server.Data, "--programme", server.Book,
		filepath.Join(file.Folder(), "..", server.Book, "book.db"))
}

// beside is the size of the checkpoint beside a book, and the head's.
func beside(t *testing.T, p *storetest.Place) (outside, head int64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Folder(), "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := openBook(t.Context(), p.Location, p.Book, false)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	h, err := headOf(t.Context(), b.Book)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ledger.OpenCheckpoint(string(text), b.Key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	return c.Size, h.Size
}

// alone is a place where no other test has books, since a server opens all there are.
func alone(t *testing.T, e storetest.Engine) *storetest.Place {
	t.Helper()
	p := e.Place(t)
	if e.Kind == store.SQLite {
		return p
	}
	pool, err := sql.Open("pgx", p.Data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	if _, err := pool.Exec("CREATE DATABASE " + p.Book); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.Exec("DROP DATABASE " + p.Book + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	address, err := url.Parse(p.Data)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + p.Book
	p.Data = address.String()
	if p.Location, err = store.At(p.Data, p.Config); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTrialStopServing ends a server with SIGTERM while 8 readers ask for pages, 1 time, with KEPT_TRIAL=1 10 times. It ends
// with 0, no answer is cut off, and the checkpoint beside the book is the last one.
func TestTrialStopServing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := alone(t, e)
		t.Setenv("KEPT_CONFIG", place.Config)
		small(t, place.Data, place.Book)
		for range storetest.Times(1, 10) {
			data := place.Data
			cmd, out, errs := launch(t, "serve", "--rested", "--data", data, "--listen", "127.0.0.1:0", "--metrics", "")
			await(t, "it listens", func() bool {
				return strings.Contains(out.String(), "listening on ") || strings.Contains(errs.String(), "kept:")
			})
			_, address, ok := strings.Cut(out.String(), "listening on ")
			if !ok {
				t.Fatal(errs)
			}
			address, _, _ = strings.Cut(address, "\n") // behind it stands the link that makes the first account
			var whole, refused atomic.Int64
			var group sync.WaitGroup
			for i := range 8 {
				group.Go(func() {
					for {
						res, err := http.Get(fmt.Sprintf("%s/%s/%s", address, place.Book, []string{"", "promises", "log/checkpoint", "places"}[i%4]))
						if err != nil {
							refused.Add(1) // nobody listens any more
							return
						}
						_, err = io.ReadAll(res.Body)
						if res.Body.Close(); err != nil {
							t.Errorf("an answer was cut off: %v", err)
						}
						whole.Add(1)
					}
				})
			}
			await(t, "pages were read", func() bool { return whole.Load() > 40 })
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			group.Wait()
			if err := cmd.Wait(); err != nil {
				t.Fatalf("it ended badly: %v\n%s", err, errs)
			}
			if outside, head := beside(t, place); outside != head {
				t.Errorf("the checkpoint beside the book is of %d entries, the book has %d", outside, head)
			}
		}
	})
}

// TestTrialStopSimulating ends a simulation with SIGTERM, as often as TestTrialStopServing does. It says how to go on, the
// checkpoint beside the book is the last one, and the book becomes the one that it would have become.
func TestTrialStopSimulating(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for range storetest.Times(1, 10) {
			stopped := false
			for reports := 6000; !stopped && reports <= 96000; reports *= 2 { // a fast machine is at its end before it can be stopped
				stopped = stopSimulating(t, e, reports)
			}
			if !stopped {
				t.Error("no simulation could be stopped, so nothing was tested")
			}
		}
	})
}

// stopSimulating does it once, and says whether the simulation was stopped before its end.
func stopSimulating(t *testing.T, e storetest.Engine, reports int) bool {
	t.Helper()
	place := e.Place(t)
	t.Setenv("KEPT_CONFIG", place.Config)
	args := func(data string) []string {
		return []string{"simulate", "--data", data, "--programme", place.Book, "--villages", "5", "--promises", "100", "--reports", strconv.Itoa(reports),
			"--today", "2026-06-01"}
	}
	cmd, _, errs := launch(t, args(place.Data)...)
	await(t, "entries came in", func() bool { return sizeNow(t.Context(), place) > 0 })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	err := cmd.Wait()
	if err == nil {
		return false
	}
	var failed *exec.ExitError
	if !errors.As(err, &failed) || failed.ExitCode() != 1 || !strings.Contains(errs.String(), "stopped; the same command with --today 2026-06-01 goes on") {
		t.Fatalf("a simulation that is stopped: %v\n%s", err, errs)
	}
	if outside, head := beside(t, place); outside != head {
		t.Errorf("the checkpoint beside the book is of %d entries, the book has %d", outside, head)
	}
	root := regexp.MustCompile(`root \S+`).FindString(kept(t, 0, args(t.TempDir())...))
	wants(t, 0, root, args(place.Data)...)
	return true
}

// sizeNow is the size of a book that is being made; 0 as long as it cannot be read.
func sizeNow(ctx context.Context, p *storetest.Place) (size int64) {
	db, err := p.Location.Open(ctx, p.Book, false)
	if err != nil {
		return 0
	}
	defer db.Close()
	db.Read(ctx, func(tx *store.Tx) error { // an error leaves 0
		h, err := ledger.ReadHead(tx)
		size = h.Size
		return err
	})
	return size
}
