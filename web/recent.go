package web

import "sync"

// recent remembers what was made last, since many ask for the same. What is under a key never changes. The zero value holds nothing.
type recent[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]weighed[V]
	order []K // the oldest first
	held  int // the weight of all
}

type weighed[V any] struct {
	value  V
	weight int
}

// find gives what is remembered, or nothing.
func (r *recent[K, V]) find(key K) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known[key].value
}

// keep remembers a value, and forgets the oldest until all weighs no more than most.
func (r *recent[K, V]) keep(key K, value V, weight, most int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[K]weighed[V]{}
	}
	if _, there := r.known[key]; there {
		return
	}
	r.known[key], r.order, r.held = weighed[V]{value, weight}, append(r.order, key), r.held+weight
	for r.held > most {
		r.held -= r.known[r.order[0]].weight
		delete(r.known, r.order[0])
		r.order = r.order[1:]
	}
}
