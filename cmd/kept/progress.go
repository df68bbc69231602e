package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// bar shows the progress of long work, on a terminal only.
type bar struct{ p *progressbar.ProgressBar }

func newBar(c *console, what string) *bar {
	f, ok := c.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100_000_000))}
}

// at moves the bar.
func (b *bar) at(done, total int64) {
	if b.p != nil {
		b.p.ChangeMax64(total)
		b.p.Set64(done) // a bar that cannot be drawn is no reason to stop
	}
}

func (b *bar) done() {
	if b.p != nil {
		b.p.Finish()
	}
}
