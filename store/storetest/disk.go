package storetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Disk is a small disk of its own, for tests of what happens when it is full or cannot be written.
type Disk struct {
	Dir string

	t testing.TB
}

// SmallDisk mounts one of some megabytes. Where that is not permitted the test is skipped, and that is said; KEPT_REQUIRE=1
// does not forbid it, since no installing would help.
func SmallDisk(t testing.TB, megabytes int) *Disk {
	t.Helper()
	d := &Disk{t.TempDir(), t}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=700", megabytes), "none", d.Dir).CombinedOutput(); err != nil {
		skip(t, "full and read-only disks", fmt.Sprintf("a disk for it cannot be mounted (%v: %s); root can", err, out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", d.Dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return d
}

// Grow gives the disk another size.
func (d *Disk) Grow(megabytes int) { d.remount(fmt.Sprintf("size=%dm", megabytes)) }

// ReadOnly makes the disk one that cannot be written.
func (d *Disk) ReadOnly() { d.remount("ro") }

func (d *Disk) remount(options string) {
	d.t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+options, d.Dir).CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %s", err, out)
	}
}

// Fill fills what room is left, to the last byte, until it is called back.
func (d *Disk) Fill() (free func()) {
	d.t.Helper()
	file := filepath.Join(d.Dir, "filler")
	f, err := os.Create(file)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{1 << 16, 1 << 12, 1} {
		for block := make([]byte, size); err == nil; {
			_, err = f.Write(block)
		}
		err = nil
	}
	return func() {
		if err := os.Remove(file); err != nil {
			d.t.Error(err)
		}
	}
}

// skip leaves a test out, says so at once and, through KEPT_SKIPPED, at the end of make test.
func skip(t testing.TB, what, why string) {
	t.Helper()
	line := fmt.Sprintf("SKIPPED: %s: %s", what, why)
	fmt.Fprintf(os.Stderr, "\n*** %s ***\n\n", line)
	if name := os.Getenv("KEPT_SKIPPED"); name != "" {
		if f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			fmt.Fprintln(f, line)
			f.Close()
		}
	}
	t.Skip(line)
}

// Times is how often a trial tries something: seldom, or with KEPT_TRIAL=1 often.
func Times(short, long int) int {
	if os.Getenv("KEPT_TRIAL") != "" {
		return long
	}
	return short
}
