package web

import (
	"testing"
	"time"
)

// TestHeldFiles: a file is held for its own session and page, for a while, and all of them together only so much.
func TestHeldFiles(t *testing.T) {
	h, now := &heldFiles{}, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	first := h.put("a", "a.csv", []byte("first"), now)
	if f, ok := h.get("a", first, now); !ok || string(f.body) != "first" || f.name != "a.csv" {
		t.Errorf("%q %q %v", f.name, f.body, ok)
	}
	if _, ok := h.get("b", first, now); ok {
		t.Error("another session has it")
	}
	if _, ok := h.get("a", first, now.Add(heldFor)); ok {
		t.Error("it is held for too long")
	}

	first = h.put("a", "a.csv", []byte("first"), now)
	second := h.put("a", "b.csv", []byte("second"), now)
	if _, ok := h.get("a", first, now); ok {
		t.Error("the page of the file before has the one that came after it")
	}
	if _, ok := h.get("a", second, now); !ok {
		t.Error("the second file is not there")
	}

	large := make([]byte, heldMost/3)
	marks := map[string]string{}
	for i, session := range []string{"c", "d", "e"} {
		marks[session] = h.put(session, "large", large, now.Add(time.Duration(i+1)*time.Minute))
	}
	if n := h.size(); n > heldMost {
		t.Errorf("%d bytes are held", n)
	}
	if _, ok := h.get("a", second, now.Add(3*time.Minute)); ok {
		t.Error("the oldest has not given way")
	}
	for session, mark := range marks {
		if _, ok := h.get(session, mark, now.Add(3*time.Minute)); !ok {
			t.Errorf("the file of %s has given way without need", session)
		}
	}
}
