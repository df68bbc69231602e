package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kept": main})
}

// TestScripts runs the program as a user does, by the scripts in testdata/script. What they know besides the usual
// commands is in commands.
func TestScripts(t *testing.T) {
	noStop(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               setUp,
		Condition: func(name string) (bool, error) {
			if name != "slowly" {
				return false, fmt.Errorf("there is no condition %s", name)
			}
			return race, nil
		},
		Cmds: commands,
	})
}

// noStop refuses the command stop, which ends a script as if all of it had been run. What ends a process is called finish.
func noStop(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no scripts: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(strings.Split(string(text), "\n"), func(line string) bool { return line == "stop" || strings.HasPrefix(line, "stop ") }) {
			t.Fatalf("%s has the command stop, after which nothing is run", file)
		}
	}
}

func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N program [args]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, should be %d", got, want)
	}
}
