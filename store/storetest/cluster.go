package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Cluster is a PostgreSQL server of one test's own, which it may crash, start again, back up and restore. It goes away with
// the test, also if the test is killed.
type Cluster struct {
	URL  string // of the superuser
	Dir  string // belongs to the server's user; for what it reads and writes besides its data
	Data string // its data folder

	bin      string
	owner    []string // how to become the server's user; PostgreSQL refuses to run as root
	settings []string
	password string
	port     string
	running  *exec.Cmd
	leash    io.Closer // the server stops when this is closed, be it by the end of this process
}

// NewCluster makes a cluster, with settings such as archive_mode=on, and starts it. Where PostgreSQL is not installed the
// test is skipped, like NoPostgres.
func NewCluster(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	c := stopped(t, settings)
	file := filepath.Join(c.Dir, "password")
	c.must(t, os.WriteFile(file, []byte(c.password), 0o644)) // its folder is closed to others
	c.Run(t, "initdb", "-D", c.Data, "--username=kept", "--pwfile="+file, "--auth=scram-sha-256", "--locale=C", "--encoding=UTF8")
	c.Start(t)
	return c
}

// Restored makes a cluster of what restore puts into its data folder, and starts it. The password is that of the other.
func (c *Cluster) Restored(t testing.TB, restore func(*Cluster)) *Cluster {
	t.Helper()
	n := stopped(t, nil)
	n.password = c.password
	n.address()
	restore(n)
	n.Start(t)
	return n
}

func stopped(t testing.TB, settings []string) *Cluster {
	t.Helper()
	c := &Cluster{settings: settings, bin: postgresBin(), password: random(16)}
	if c.bin == "" {
		if os.Getenv("KEPT_REQUIRE") == "1" {
			t.Fatal("there is no initdb of PostgreSQL 15 or newer, and KEPT_REQUIRE=1 forbids leaving PostgreSQL out")
		}
		t.Skip("SKIPPED: PostgreSQL: no initdb of PostgreSQL 15 or newer (Debian: postgresql)")
	}
	var err error
	c.Dir, err = os.MkdirTemp("", "kept-cluster-") // not t.TempDir, which the server's user cannot enter
	c.must(t, err)
	c.Data = filepath.Join(c.Dir, "data")
	t.Cleanup(func() {
		c.release()
		if err := os.RemoveAll(c.Dir); err != nil {
			t.Error(err)
		}
	})
	if os.Geteuid() == 0 {
		owner := "postgres"
		if _, err := user.Lookup(owner); err != nil {
			owner = "nobody"
		}
		c.owner = []string{"runuser", "-u", owner, "--"}
		u, err := user.Lookup(owner)
		c.must(t, err)
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.must(t, os.Chown(c.Dir, uid, gid))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(t, err)
	_, c.port, err = net.SplitHostPort(l.Addr().String())
	c.must(t, err)
	c.must(t, l.Close())
	c.address()
	return c
}

func (c *Cluster) address() {
	c.URL = "postgres://kept:" + c.password + "@127.0.0.1:" + c.port + "/postgres?sslmode=disable"
}

func (c *Cluster) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// postgresBin is the folder of the newest PostgreSQL of version 15 or later, or empty.
func postgresBin() string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	number := func(dir string) int {
		out, _ := exec.Command(filepath.Join(dir, "initdb"), "--version").Output()
		n, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(string(out)))
		return n
	}
	slices.SortFunc(dirs, func(a, b string) int { return number(b) - number(a) })
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append([]string{filepath.Dir(path)}, dirs...)
		}
	}
	for _, dir := range dirs {
		if number(dir) >= 15 {
			return dir
		}
	}
	return ""
}

// Run runs a program as the server's user, in its folder, one of PostgreSQL's if it has no slash in it.
func (c *Cluster) Run(t testing.TB, program string, args ...string) string {
	t.Helper()
	if filepath.Base(program) == program {
		program = filepath.Join(c.bin, program)
	}
	out, err := c.command(context.Background(), append([]string{program}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func (c *Cluster) command(ctx context.Context, args ...string) *exec.Cmd {
	args = slices.Concat(c.owner, args)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "PATH="+c.bin+":"+os.Getenv("PATH"), "TMPDIR="+c.Dir)
	return cmd
}

// leashed runs a server until it ends or the input does.
const leashed = `trap "" INT; "$@" </dev/null >>log 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server 2>/dev/null; wait $server; true`

// Start starts the server, again where it was, and waits until it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	args := []string{"bash", "-c", leashed, "server", filepath.Join(c.bin, "postgres"), "-D", c.Data,
		"-c", "listen_addresses=127.0.0.1", "-c", "port=" + c.port, "-c", "unix_socket_directories=" + c.Dir}
	for _, s := range c.settings {
		args = append(args, "-c", s)
	}
	c.running = c.command(context.Background(), args...)
	in, err := c.running.StdinPipe()
	c.must(t, err)
	c.leash = in
	c.must(t, c.running.Start())
	pool, err := sql.Open("pgx", c.URL)
	c.must(t, err)
	defer pool.Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if err = pool.Ping(); err == nil {
			return
		}
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(c.Dir, "log"))
			t.Fatalf("PostgreSQL does not start: %v\n%s", err, log)
		}
	}
}

// Crash ends all processes of the server at once; none writes anything any more.
func (c *Cluster) Crash(t testing.TB) {
	t.Helper()
	c.Run(t, "pg_ctl", "-D", c.Data, "-m", "immediate", "-s", "-w", "stop")
	c.release()
}

func (c *Cluster) release() {
	if c.leash != nil {
		c.leash.Close()
		c.running.Wait()
		c.leash = nil
	}
}

// Query asks for one value, as the superuser.
func (c *Cluster) Query(t testing.TB, query string) (value string) {
	t.Helper()
	pool, err := sql.Open("pgx", c.URL)
	c.must(t, err)
	defer pool.Close()
	if err := pool.QueryRow(query).Scan(&value); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return value
}

// Await waits until the answer to a query is true.
func (c *Cluster) Await(t testing.TB, query string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); c.Query(t, query) != "true"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not become true: %s", query)
		}
	}
}
