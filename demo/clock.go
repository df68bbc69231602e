package demo

import "sync"

// Clock is the day of the sample programme: whatever it was set to last. Its Today is for ledger.Options. It may be used
// by many goroutines at once, and the zero value stands before every day.
type Clock struct {
	mu  sync.Mutex
	day string
}

// Today is the day on which the clock stands.
func (c *Clock) Today() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.day
}

// Set moves the clock.
func (c *Clock) Set(day string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.day = day
}
