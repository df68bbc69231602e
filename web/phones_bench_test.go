package web_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/demo"
	"kept/device/devicetest"
	"kept/staff"
)

// served is a program that serves on loopback, in a process of its own.
type served struct {
	name string
	base string
	pid  int
}

// start runs a program until the test ends, and waits for the line in which it says its address.
func start(t *testing.T, name, program string, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	said := &lines{address: make(chan string, 1)}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	select {
	case base := <-said.address:
		return &served{name, base, cmd.Process.Pid}
	case <-time.After(time.Minute):
		t.Fatalf("%s does not say its address: %s", name, said.all.String())
	}
	return nil
}

// lines finds the address in what a program says.
type lines struct {
	mu      sync.Mutex
	all     bytes.Buffer
	address chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(p)
	if i := strings.Index(l.all.String(), "listening on http://"); i >= 0 && strings.Contains(l.all.String()[i:], "\n") {
		select {
		case l.address <- strings.Fields(l.all.String()[i:])[2]:
		default:
		}
	}
	return len(p), nil
}

// memory is what a process holds, in MB.
func (s *served) memory() string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		return "?"
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			return strconv.Itoa(kb >> 10)
		}
	}
	return "?"
}

// noise is a JPEG of about 60 KB that no other is the same as: points that do not matter, behind a comment of its own.
func noise(t testing.TB, i int) []byte {
	t.Helper()
	all := picture60(t)
	return slices.Concat(all[:2], fmt.Appendf(nil, "\xff\xfe\x00\x0a%08d", i), all[2:])
}

// reports is how many reports a second somebody takes, sent by so many connections for a while.
func reports(t *testing.T, connections int, lasting time.Duration, sender func(i int) func() (int, error)) float64 {
	t.Helper()
	var sent atomic.Int64
	var all sync.WaitGroup
	senders := make([]func() (int, error), connections)
	for i := range senders {
		senders[i] = sender(i)
	}
	began := time.Now()
	for _, send := range senders {
		all.Go(func() {
			for time.Since(began) < lasting {
				n, err := send()
				if err != nil {
					t.Error(err)
					return
				}
				sent.Add(int64(n))
			}
		})
	}
	all.Wait()
	return float64(sent.Load()) / time.Since(began).Seconds()
}

// keptSender sends reports from a phone of its own for each connection, each a batch of so many.
func keptSender(t *testing.T, base string, cookies []string, batch int, pictures bool) func(i int) func() (int, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	var next atomic.Int64
	return func(i int) func() (int, error) {
		p := devicetest.New(base+"/valley", cookies[i], client)
		p.Piece = 256 << 10
		if _, err := p.Pull(); err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, x := range p.Promises {
			if x["plan"] == "once" {
				ids = append(ids, x["id"].(string))
			}
		}
		return func() (int, error) {
			for range batch {
				data := map[string]any{"state": "under-way", "note": map[string]any{"original": "en", "in": map[string]string{"en": babble(300)}}}
				if pictures {
					p.Write(ids[rand.IntN(len(ids))], today, data, noise(t, int(next.Add(1))))
				} else {
					p.Write(ids[rand.IntN(len(ids))], today, data)
				}
			}
			for _, e := range p.Outbox {
				for sum, body := range p.Pictures[e.ID] {
					if _, _, err := p.PATCH("pictures/"+sum+"?event="+e.ID, 0, len(body), body); err != nil {
						return 0, err
					}
				}
			}
			b, err := p.Post(p.Outbox)
			if err != nil {
				return 0, err
			}
			for _, a := range b.Events {
				if a.Status != "accepted" {
					return 0, fmt.Errorf("%+v", a)
				}
			}
			p.Outbox = nil
			clear(p.Pictures)
			return batch, nil
		}
	}
}

func babble(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghij klmnop"[rand.IntN(17)]
	}
	return strings.TrimSpace("x" + string(b) + "x")
}

// foreignSender creates records of equal size, over HTTP too.
func foreignSender(base string, pictures bool, t *testing.T) func(i int) func() (int, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	var next atomic.Int64
	return func(int) func() (int, error) {
		return func() (int, error) {
			body, media := &bytes.Buffer{}, "application/json"
			fields := map[string]string{"event": devicetest.ID(), "promise": devicetest.ID(), "day": today, "state": "under-way", "note": babble(300)}
			if pictures {
				media = multipartOf(body, fields, noise(t, int(next.Add(1))))
			} else if err := json.NewEncoder(body).Encode(fields); err != nil {
				return 0, err
			}
			response, err := client.Post(base+"/api/collections/reports/records", media, body)
			if err != nil {
				return 0, err
			}
			defer response.Body.Close()
			var out struct{ ID string }
			if err := json.NewDecoder(response.Body).Decode(&out); err != nil || out.ID == "" {
				return 0, fmt.Errorf("%d %w", response.StatusCode, err)
			}
			return 1, nil
		}
	}
}

// TestPhoneRates measures, with KEPT_BENCH=1, how many reports a second a server takes from phones, over HTTP and durable, without and with a
// picture; by turns with PocketBase, if interop/pocketbase can be built.
func TestPhoneRates(t *testing.T) {
	if os.Getenv("KEPT_BENCH") == "" {
		t.Skip("KEPT_BENCH is not set")
	}
	dir := t.TempDir()
	build := func(from, name string) (string, error) {
		out := filepath.Join(dir, name)
		cmd := exec.Command("go", "build", "-o", out, ".")
		cmd.Dir = from
		said, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return out, err
	}
	kept, err := build("../cmd/kept", "kept")
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	cookies := accounts(t, data, 64)
	ours := start(t, "Kept", kept, "serve", "--data", data, "--listen", "127.0.0.1:0", "--boxes", "none")
	sides := []struct {
		*served
		what   string
		sender func(pictures bool) func(i int) func() (int, error)
	}{
		{ours, "one report a request", func(pictures bool) func(int) func() (int, error) {
			return keptSender(t, ours.base, cookies, 1, pictures)
		}},
		{ours, "50 reports a request", func(pictures bool) func(int) func() (int, error) {
			return keptSender(t, ours.base, cookies, 50, pictures)
		}},
	}
	if pb, err := build("../interop/pocketbase", "pb"); err != nil {
		t.Logf("PocketBase cannot be built here: %v", err)
	} else {
		theirs := start(t, "PocketBase", pb, filepath.Join(dir, "pb_data"))
		sides = append(sides, struct {
			*served
			what   string
			sender func(pictures bool) func(i int) func() (int, error)
		}{theirs, "one record a request", func(pictures bool) func(int) func() (int, error) { return foreignSender(theirs.base, pictures, t) }})
	}
	rounds, _ := strconv.Atoi(cmp.Or(os.Getenv("KEPT_ROUNDS"), "3"))
	lasting := 3 * time.Second
	for _, pictures := range []bool{false, true} {
		for _, connections := range []int{1, 8, 32, 64} {
			rates := make([][]float64, len(sides))
			for range rounds {
				for i, side := range sides {
					if pictures && side.what == "50 reports a request" && connections > 8 {
						continue
					}
					rates[i] = append(rates[i], reports(t, connections, lasting, side.sender(pictures)))
				}
			}
			for i, side := range sides {
				if r := rates[i]; len(r) > 0 {
					slices.Sort(r)
					t.Logf("%-10s %s, picture %t, %2d connections: %6.0f a second [%.0f to %.0f], %s MB at most", side.name, side.what, pictures, connections, r[len(r)/2], r[0], r[len(r)-1], side.memory())
				}
			}
		}
	}
}

// accounts writes the example into a folder, with so many accounts of one team, and returns the cookies of a session of each.
func accounts(t *testing.T, data string, n int) (cookies []string) {
	t.Helper()
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := write(data)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i := range n {
		link, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{{Programme: demo.Name, Role: staff.Team, Who: "team:water-team"}})
		if err != nil {
			t.Fatal(err)
		}
		account, err := s.desk.Accept(t.Context(), link, fmt.Sprint("Member ", i), "correct horse battery")
		if err != nil {
			t.Fatal(err)
		}
		signed, err := s.desk.Enter(t.Context(), demo.Name, account.ID)
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, "kept-team="+signed.Token)
	}
	return cookies
}
