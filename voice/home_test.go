package voice

import (
	"path/filepath"
	"testing"
)

func TestHome(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func(name string) string {
		t.Helper()
		b, err := OpenBoxes(Folders{Boxes: filepath.Join(dir, name, "boxes"), Keys: filepath.Join(dir, name, "keys")})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Home()
	}
	first := open("a")
	if again := open("a"); !validID(first) || again != first {
		t.Errorf("a folder was %q and is %q", first, again)
	}
	if open("b") == first {
		t.Error("two folders are the same")
	}
}
