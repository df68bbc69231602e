package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kept/store/storetest"
)

// TestServeOutlivesPostgres: while PostgreSQL is away, pages say so soon instead of waiting; when it is back, the same server
// shows them again, and a signal ends it well.
func TestServeOutlivesPostgres(t *testing.T) {
	c := storetest.NewCluster(t)
	t.Setenv("KEPT_CONFIG", filepath.Join(t.TempDir(), "config"))
	t.Setenv("KEPT_DATA", c.URL)
	kept(t, 0, "simulate", "--programme", "hills", "--villages", "2", "--promises", "4", "--reports", "10", "--today", time.Now().UTC().Format(time.DateOnly))

	ctx, stop := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--metrics", ""}, &console{write, io.Discard})
		write.Close()
	}()
	said := bufio.NewReader(read)
	line, err := said.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, said) // nothing that it says later makes it wait
	_, address, _ := strings.Cut(strings.TrimSpace(line), "listening on ")
	client := &http.Client{Timeout: 10 * time.Second}
	ask := func(path string) int {
		t.Helper()
		res, err := client.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	for _, path := range []string{"/hills/", "/hills/log/checkpoint", "/readyz", "/healthz"} {
		if got := ask(path); got != http.StatusOK {
			t.Fatalf("%s: %d", path, got)
		}
	}
	c.Crash(t)
	for _, path := range []string{"/hills/", "/hills/log/checkpoint", "/readyz"} {
		if got := ask(path); got < 500 {
			t.Errorf("without PostgreSQL %s: %d", path, got)
		}
	}
	if got := ask("/healthz"); got != http.StatusOK {
		t.Errorf("the process itself is well, but /healthz: %d", got)
	}
	c.Start(t)
	for _, path := range []string{"/hills/", "/hills/log/checkpoint", "/readyz"} {
		if got := ask(path); got != http.StatusOK {
			t.Errorf("with PostgreSQL again %s: %d", path, got)
		}
	}
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("it ended with %d", code)
	}
}
