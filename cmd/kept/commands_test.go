package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // the scripts change books as whoever owns the database can
)

// commands are what the scripts know besides the usual:
//
//	exitcode N program args...     wants that exit code
//	start name args...             starts kept in the background, waits until it listens and puts its address into $name
//	finish name                    interrupts it, wants a good end, and leaves what it printed in name.out and name.err
//	get status address             asks for an address; what comes back is stdout
//	linkof name                    puts the link that a started process printed, at its own address, into $link
//	join link name                 makes an account with a link and a password that is no secret
//	telling address...             asks for addresses with a canary in everything that a browser tells of its reader
//	sql file statement...          runs statements on a database
//	nowhere text file-or-folder... wants a text to be in no file
//	copydir from to                copies a folder, which must not be there yet
//	cut from to                    copies the first half of a file
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exitcode": exitcode, "start": start, "finish": finish, "get": get, "linkof": linkOf, "join": join, "telling": telling, "sql": runSQL, "nowhere": nowhere, "copydir": copyDir,
	"cut": cut,
}

// process is kept, running in the background.
type process struct {
	cmd      *exec.Cmd
	out, err bytes.Buffer
	read     chan error // what reading its output came to
	link     chan string
}

// started is the key under which a script's processes are kept.
type started struct{}

// setUp gives every script its own places, so that none touches those of the user.
func setUp(env *testscript.Env) error {
	env.Values[started{}] = map[string]*process{}
	env.Setenv("KEPT_CONFIG", filepath.Join(env.WorkDir, "config"))
	env.Setenv("KEPT_LISTEN", "127.0.0.1:0")
	env.Setenv("KEPT_METRICS", "127.0.0.1:0")
	env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
	env.Defer(func() {
		for _, p := range env.Values[started{}].(map[string]*process) {
			p.cmd.Process.Kill() // a script that failed has left it
			<-p.read
			p.cmd.Wait()
		}
	})
	return os.MkdirAll(filepath.Join(env.WorkDir, "tmp"), 0o700)
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start name args")
	}
	program := ""
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if file := filepath.Join(dir, "kept"); program == "" {
			if _, err := os.Stat(file); err == nil {
				program = file
			}
		}
	}
	p := &process{cmd: exec.Command(program, args[1:]...), read: make(chan error, 1), link: make(chan string, 1)}
	p.cmd.Dir, p.cmd.Stderr = ts.MkAbs("."), &p.err
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "KEPT_CONFIG", "KEPT_DATA", "KEPT_DEMO_DATA", "KEPT_LISTEN", "KEPT_METRICS", "KEPT_LOG"} {
		if value := ts.Getenv(name); value != "" {
			p.cmd.Env = append(p.cmd.Env, name+"="+value)
		}
	}
	out, err := p.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			p.out.WriteString(lines.Text() + "\n")
			if _, a, ok := strings.Cut(lines.Text(), "listening on "); ok {
				address <- a
			}
			if link := printedLink.FindString(lines.Text()); link != "" {
				p.link <- link
			}
		}
		close(address)
		p.read <- lines.Err()
	}()
	ts.Value(started{}).(map[string]*process)[args[0]] = p
	select {
	case a := <-address:
		if a == "" {
			delete(ts.Value(started{}).(map[string]*process), args[0])
			<-p.read
			ts.Fatalf("it ended: %v\n%s", p.cmd.Wait(), &p.err)
		}
		ts.Setenv(args[0], a)
	case <-time.After(time.Minute):
		ts.Fatalf("it does not listen")
	}
}

func finish(ts *testscript.TestScript, neg bool, args []string) {
	all := ts.Value(started{}).(map[string]*process)
	if neg || len(args) != 1 || all[args[0]] == nil {
		ts.Fatalf("usage: finish name")
	}
	p := all[args[0]]
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	ts.Check(<-p.read)
	err := p.cmd.Wait()
	delete(all, args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".out"), p.out.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".err"), p.err.Bytes(), 0o600))
	if err != nil {
		ts.Fatalf("it ended badly: %v\n%s", err, &p.err)
	}
}

func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: get status address")
	}
	res, err := http.Get(args[1])
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	if !strings.HasPrefix(res.Status, args[0]) {
		ts.Fatalf("%s: %s, should be %s\n%s", args[1], res.Status, args[0], body)
	}
	_, err = ts.Stdout().Write(body)
	ts.Check(err)
}

// printedLink is the link that makes the first account.
var printedLink = regexp.MustCompile(`http://[0-9.:]+/office/invitations/[a-z2-7]+`)

func linkOf(ts *testscript.TestScript, neg bool, args []string) {
	all := ts.Value(started{}).(map[string]*process)
	if neg || len(args) != 1 || all[args[0]] == nil {
		ts.Fatalf("usage: linkof name")
	}
	select {
	case link := <-all[args[0]].link:
		ts.Setenv("link", link)
	case <-time.After(time.Minute):
		ts.Fatalf("it prints no link")
	}
}

func join(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: join link name")
	}
	const password = "seven brown wells"
	form := url.Values{"name": {args[1]}, "password": {password}, "again": {password}, "do": {"join"}}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.PostForm(args[0], form)
	ts.Check(err)
	ts.Check(res.Body.Close())
	if res.StatusCode != http.StatusSeeOther || len(res.Cookies()) != 2 {
		ts.Fatalf("joining: %s, cookies %v", res.Status, res.Cookies())
	}
}

func telling(ts *testscript.TestScript, neg bool, args []string) {
	const canary = "c4n4ryreader"
	for _, address := range args {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			req, err := http.NewRequest(method, address, strings.NewReader("note="+canary))
			ts.Check(err)
			for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "User-Agent", "Referer", "Cookie", "Authorization", "Accept-Language", "If-None-Match", "From"} {
				req.Header.Set(name, canary)
			}
			res, err := http.DefaultClient.Do(req)
			ts.Check(err)
			body, err := io.ReadAll(res.Body)
			ts.Check(err)
			ts.Check(res.Body.Close())
			if len(res.Header.Values("Set-Cookie")) > 0 || bytes.Contains(body, []byte(canary)) && !strings.Contains(address, canary) {
				ts.Fatalf("%s %s tells back what it was told, or sets a cookie", method, address)
			}
		}
	}
}

func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: sql file statement...")
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?mode=rw")
	ts.Check(err)
	defer db.Close()
	for _, statement := range args[1:] {
		_, err := db.Exec(statement)
		ts.Check(err)
	}
}

func nowhere(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: nowhere text file-or-folder...")
	}
	n := 0
	for _, root := range args[1:] {
		ts.Check(filepath.WalkDir(ts.MkAbs(root), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if n++; bytes.Contains(content, []byte(args[0])) {
				ts.Fatalf("%s has %q", path, args[0])
			}
			return err
		}))
	}
	if n == 0 {
		ts.Fatalf("there are no files to look at")
	}
}

func copyDir(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copydir from to")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cut from to")
	}
	content, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content[:len(content)/2], 0o600))
}
