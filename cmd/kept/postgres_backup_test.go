package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/ledger"
	"kept/schedule"
	"kept/store"
	"kept/store/storetest"
)

// TestTrialPostgresBackup backs up a PostgreSQL server with scripts/postgres-backup while a book on it grows, loses the server,
// and restores it twice: with its log, so that nothing is lost, and without, so that the loss shows, has to be accepted, and
// stands in the book.
func TestTrialPostgresBackup(t *testing.T) {
	reports := "40"
	if os.Getenv("KEPT_TRIAL") != "" {
		reports = "60000"
	}
	lost := storetest.NewCluster(t)
	script, away := scripts(t, lost), filepath.Join(lost.Dir, "away")
	lost.Run(t, "/bin/mkdir", away)
	appendTo(t, filepath.Join(lost.Data, "postgresql.conf"), lost.Run(t, script, "settings", away))
	lost.Crash(t)
	lost.Start(t)

	dir := t.TempDir()
	t.Setenv("KEPT_CONFIG", filepath.Join(dir, "config"))
	seen := filepath.Join(dir, "seen")
	kept(t, 0, "simulate", "--data", lost.URL, "--programme", "hills", "--villages", "3", "--promises", "10", "--reports", reports,
		"--today", time.Now().UTC().Format(time.DateOnly))
	grows := grow(t, lost.URL)
	grows.by(t, 10)
	copied := strings.TrimSpace(lost.Run(t, script, "base", away, lost.URL))
	grows.by(t, 10)
	grows.stop(t)
	whole := kept(t, 0, "verify", "--data", lost.URL, "--programme", "hills", "--seen", seen)
	full := lost.Query(t, "SELECT size FROM kept_hills.head")
	end := lost.Query(t, "SELECT pg_walfile_name(pg_current_wal_lsn())")
	lost.Query(t, "SELECT pg_switch_wal()") // a minute later it would have been copied anyway
	lost.Await(t, "SELECT COALESCE(last_archived_wal >= '"+end+"', false) FROM pg_stat_archiver")
	lost.Crash(t)

	t.Run("with its log", func(t *testing.T) {
		again := lost.Restored(t, func(c *storetest.Cluster) { c.Run(t, script, "restore", away, c.Data) })
		again.Await(t, "SELECT NOT pg_is_in_recovery()")
		restored := kept(t, 0, "restore", "--data", again.URL, "--programme", "hills")
		if want := regexp.MustCompile(`hills: \d+ entries, root \S+:`).FindString(whole); want == "" || !strings.Contains(restored, want) {
			t.Errorf("restored: %s\nbefore: %s", restored, whole)
		}
		kept(t, 0, "verify", "--data", again.URL, "--programme", "hills", "--seen", seen)
		more(t, again.URL) // it goes on
		kept(t, 0, "verify", "--data", again.URL, "--programme", "hills", "--seen", seen)
	})
	t.Run("without", func(t *testing.T) {
		alone := filepath.Join(lost.Dir, "alone")
		lost.Run(t, "/bin/mkdir", "-p", filepath.Join(alone, "base"))
		lost.Run(t, "/bin/cp", "-a", copied, filepath.Join(alone, "base"))
		again := lost.Restored(t, func(c *storetest.Cluster) { c.Run(t, script, "restore", alone, c.Data) })
		size := again.Query(t, "SELECT size FROM kept_hills.head")
		if size == full {
			t.Fatalf("all %s entries are in the copy, so that nothing is lost", full)
		}
		t.Logf("%s of %s entries are left", size, full)
		refused := kept(t, 1, "restore", "--data", again.URL, "--programme", "hills")
		if !strings.Contains(refused, "it has "+size+" entries, but ") || !strings.Contains(refused, "--accept-loss") {
			t.Error(refused)
		}
		if out := kept(t, 1, "serve", "--data", again.URL, "--listen", "127.0.0.1:0", "--metrics", ""); !strings.Contains(out, "not the one that was signed here last") {
			t.Error(out)
		}
		accepted := kept(t, 0, "restore", "--data", again.URL, "--programme", "hills", "--accept-loss")
		if !strings.Contains(accepted, "a new epoch has begun") {
			t.Error(accepted)
		}
		more(t, again.URL)
		if out := kept(t, 3, "verify", "--data", again.URL, "--programme", "hills", "--seen", seen); !strings.Contains(out, "hills") {
			t.Error(out)
		}
		kept(t, 0, "verify", "--data", again.URL, "--programme", "hills", "--seen", filepath.Join(dir, "seen by another"))
	})
	t.Run("expired", func(t *testing.T) {
		before := lost.Run(t, "/bin/ls", filepath.Join(away, "wal"))
		second := filepath.Join(away, "base", "2099-01-01T000000Z")
		lost.Run(t, "/bin/cp", "-a", copied, second)
		lost.Run(t, "/usr/bin/touch", "-d", "2020-01-01", copied)
		lost.Run(t, script, "expire", away, "30")
		if left := strings.TrimSpace(lost.Run(t, "/bin/ls", filepath.Join(away, "base"))); left != filepath.Base(second) {
			t.Errorf("copies left: %q", left)
		}
		if after := lost.Run(t, "/bin/ls", filepath.Join(away, "wal")); len(after) >= len(before) || after == "" {
			t.Errorf("pieces of the log left of %q: %q", before, after)
		}
	})
}

// scripts copies the scripts to where the server's user may read them.
func scripts(t *testing.T, c *storetest.Cluster) string {
	t.Helper()
	dir := filepath.Join(c.Dir, "scripts")
	c.Run(t, "/bin/mkdir", dir)
	for _, name := range []string{"postgres-backup", "lib.bash"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "scripts", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "postgres-backup")
}

func appendTo(t *testing.T, file, text string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// growing is a book into which days are marked, one after the other, as fast as they go.
type growing struct {
	marked atomic.Int64
	ending atomic.Bool
	failed chan error
}

func grow(t *testing.T, url string) *growing {
	t.Helper()
	location, _, err := (&DataFlags{url, os.Getenv("KEPT_CONFIG")}).location()
	if err != nil {
		t.Fatal(err)
	}
	book, err := openBook(context.Background(), location, "hills", true)
	if err != nil {
		t.Fatal(err)
	}
	day := ""
	err = book.DB.Read(context.Background(), func(tx *store.Tx) error {
		h, err := ledger.ReadHead(tx)
		day = h.Day
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g := &growing{failed: make(chan error, 1)}
	go func() {
		for !g.ending.Load() && err == nil {
			day = schedule.AddDays(day, 1)
			book.day = day
			if err = book.Mark(context.Background()); err == nil {
				g.marked.Add(1)
			}
		}
		g.failed <- errors.Join(err, book.close())
	}()
	return g
}

// by waits until the book has grown by so many entries more.
func (g *growing) by(t *testing.T, entries int64) {
	t.Helper()
	for until, end := g.marked.Load()+entries, time.Now().Add(time.Minute); g.marked.Load() < until; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the book does not grow")
		}
	}
}

func (g *growing) stop(t *testing.T) {
	t.Helper()
	g.ending.Store(true)
	if err := <-g.failed; err != nil {
		t.Error(err)
	}
}

// more lets a book grow a little.
func more(t *testing.T, url string) {
	t.Helper()
	g := grow(t, url)
	g.by(t, 3)
	g.stop(t)
}
