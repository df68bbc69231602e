package web

import "testing"

// TestRecent: the oldest go when there is too much, by number or by size; what is there stays as it is.
func TestRecent(t *testing.T) {
	var r recent[string, []byte]
	if r.find("a") != nil {
		t.Fatal("something is in it")
	}
	for _, key := range []string{"a", "b", "a", "c"} {
		r.keep(key, []byte(key+key), 2, 4)
	}
	if r.find("a") != nil || string(r.find("b")) != "bb" || string(r.find("c")) != "cc" || r.held != 4 {
		t.Fatalf("%q, %d held", r.order, r.held)
	}
	r.keep("d", []byte("dddd"), 4, 4)
	if r.find("b") != nil || r.find("c") != nil || r.find("d") == nil || len(r.order) != 1 {
		t.Fatalf("%q", r.order)
	}
}
