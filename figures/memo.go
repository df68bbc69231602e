package figures

import (
	"sync"
	"sync/atomic"
)

// Memo remembers what was counted at one size and day, for one book. A figure is a function of these two, so what is
// remembered is never stale: it is forgotten when either changes. Its zero value is ready.
type Memo struct {
	mu    sync.Mutex
	size  int64
	day   string
	known map[string]any

	shallow, deep recent
	ready         atomic.Bool // the first index has been read
}

// most is how many answers are remembered; searches make ever new ones.
const mostKnown = 4096

func (m *Memo) get(at *At, key string) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.size != at.Size || m.day != at.Day {
		return nil, false
	}
	v, ok := m.known[key]
	return v, ok
}

func (m *Memo) put(at *At, key string, v any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.size != at.Size || m.day != at.Day || len(m.known) >= mostKnown {
		m.size, m.day, m.known = at.Size, at.Day, map[string]any{}
	}
	m.known[key] = v
}

// once returns what is remembered under the key, or computes it. Callers do not change what they get.
func once[T any](at *At, key string, compute func() (T, error)) (T, error) {
	if at.Memo == nil {
		return compute()
	}
	if v, ok := at.Memo.get(at, key); ok {
		return v.(T), nil
	}
	v, err := compute()
	if err == nil {
		at.Memo.put(at, key, v)
	}
	return v, err
}
