package web

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"time"
)

// heldFiles are files that were sent and looked at and wait for being written into the book. They are in memory only: one of
// each session, for a while, and all together at most so much. A page whose file is gone says so.
type heldFiles struct {
	mu    sync.Mutex
	files map[string]heldFile // by session
}

// heldFile is one of them.
type heldFile struct {
	name  string
	body  []byte
	mark  string // what its page names it by
	until time.Time
}

// The bounds of what is held.
const (
	heldFor  = time.Hour
	heldMost = 128 << 20
)

// put holds a file in place of the one that the session had, and returns its mark. The oldest others give way to it.
func (h *heldFiles) put(session, name string, body []byte, now time.Time) string {
	sum := sha256.Sum256(body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.files == nil {
		h.files = map[string]heldFile{}
	}
	delete(h.files, session)
	h.sweep(now)
	for h.size()+len(body) > heldMost && len(h.files) > 0 {
		oldest := ""
		for key, f := range h.files {
			if oldest == "" || f.until.Before(h.files[oldest].until) {
				oldest = key
			}
		}
		delete(h.files, oldest)
	}
	f := heldFile{name, body, hex.EncodeToString(sum[:]), now.Add(heldFor)}
	h.files[session] = f
	return f.mark
}

// get finds the file that a page names, if it is still there.
func (h *heldFiles) get(session, mark string, now time.Time) (heldFile, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sweep(now)
	f, ok := h.files[session]
	return f, ok && f.mark == mark
}

func (h *heldFiles) sweep(now time.Time) {
	for key, f := range h.files {
		if !now.Before(f.until) {
			delete(h.files, key)
		}
	}
}

func (h *heldFiles) size() (n int) {
	for _, f := range h.files {
		n += len(f.body)
	}
	return n
}
