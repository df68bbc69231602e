package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"kept/paper"
	"kept/spool"
	"kept/web"
)

// ServeCmd serves pages.
type ServeCmd struct {
	DataFlags `embed:""`
	Listen    string `help:"Address to listen on. Put a web server with HTTPS before it to reach the world." default:"127.0.0.1:8080" env:"KEPT_LISTEN" placeholder:"ADDR"`
	Metrics   string `help:"Address for Prometheus to read metrics from; it should not be reachable from outside. Empty: none." default:"127.0.0.1:9464" env:"KEPT_METRICS" placeholder:"ADDR"`
	Site      string `help:"The address under which the world reaches this server, such as https://kept.example; it stands on posters and in feeds. Default: the one that is asked for." env:"KEPT_SITE" placeholder:"URL"`
	Backups   string `help:"Folder for the backups that an administrator makes on a page. Default: backups in the config folder." env:"KEPT_BACKUPS" placeholder:"DIR"`
	Boxes     string `help:"Folder for the boxes and keys of rounds, which no backup may copy; of several servers on one database one has it. 'none': this server takes no answers. Default: voice in the config folder." env:"KEPT_BOXES" placeholder:"DIR"`
	BoxesLost bool   `help:"Go on although the boxes are in another folder than this one: that one is gone for good. What is being asked ends as lost."`
	Rested    bool   `help:"Go on although the last day in a book is more than 400 days ago: its programme has rested, and the clock is right."`
	Fonts     string `help:"Folder of fonts (TTF, OTF, TTC) for documents on paper, asked before those of the system." env:"KEPT_FONTS" placeholder:"DIR"`
	Log       string `help:"Form of the log on the error output: text or json." enum:"text,json" default:"text" env:"KEPT_LOG"`
}

// Run serves every programme of the data folder until it is told to stop.
func (cmd *ServeCmd) Run(ctx context.Context, c *console) (err error) {
	location, config, err := cmd.location()
	if err != nil {
		return err
	}
	names, err := location.Books(ctx)
	if err != nil {
		return err
	}
	log := logger(c)
	if cmd.Log == "json" {
		log = slog.New(slog.NewJSONHandler(c.err, nil))
	}
	site := strings.TrimSuffix(cmd.Site, "/")
	backups := cmd.Backups
	if backups == "" {
		backups = filepath.Join(config, "backups")
	}
	h := &host{location: location, log: log, metrics: newMetrics(), rested: cmd.Rested, backups: backups, boxing: cmd.boxing(config), public: site}
	defer func() { err = errors.Join(err, h.close()) }()
	if h.desk, err = openDesk(ctx, location); err != nil {
		return err
	}
	fonts, err := paper.Find(cmd.Fonts, paper.Folders())
	if err != nil {
		return err
	}
	if fonts.None() {
		log.Warn("no fonts were found: reviews cannot be had on paper", "on Debian", "apt-get install "+paper.Packages)
	}
	h.site = web.New(web.Options{Log: log, Version: version, Site: site, Observe: h.metrics.observe, Desk: h.desk.Desk, Host: h,
		Spool: spool.New(location.Beside, time.Now), Fonts: fonts})
	for _, name := range names {
		if err := h.serve(ctx, name); err != nil {
			return err
		}
	}
	stop, err := h.metrics.listen(cmd.Metrics, log)
	if err != nil {
		return err
	}
	defer stop()
	return h.listen(ctx, c, cmd.Listen)
}

// boxing is where the boxes are.
func (cmd *ServeCmd) boxing(config string) boxing {
	x := boxing{folder: cmd.Boxes, lost: cmd.BoxesLost}
	switch cmd.Boxes {
	case noBoxes:
		x.folder = ""
	case "":
		x.folder = filepath.Join(config, "voice")
	}
	if !strings.Contains(cmd.Data, "://") {
		x.data = cmd.Data
	}
	return x
}

func logger(c *console) *slog.Logger { return slog.New(slog.NewTextHandler(c.err, nil)) }

// listen serves until the context ends, and then lets running requests finish.
func (h *host) listen(ctx context.Context, c *console, address string) error {
	if err := h.markDays(ctx); err != nil {
		return err
	}
	if err := h.tend(ctx); err != nil { // pages can be read all the same, and it is tried again
		h.log.Error("the rounds could not be tended", "error", err)
	}
	if err := errors.Join(h.desk.Sweep(ctx), h.site.SweepPictures(ctx), h.site.SweepDevices(ctx)); err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	server := &http.Server{
		Handler: h.site, ReadHeaderTimeout: 20 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
		// What net/http writes about broken connections has the reader's address in it.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	fmt.Fprintf(c.out, "listening on http://%s\n", l.Addr())
	if err := h.welcome(ctx, c, "http://"+l.Addr().String()); err != nil {
		return errors.Join(err, l.Close())
	}
	ticking, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { h.tick(ticking) })
	beside.Go(func() { h.prepare(ticking) })
	beside.Go(func() { h.remake(ticking) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); errors.Is(err, context.DeadlineExceeded) {
		fmt.Fprintln(c.err, "readers that had not finished after 15 seconds were cut off")
		return server.Close()
	} else if err != nil {
		return err
	}
	return nil
}

// welcome prints the link that makes the first account, as long as there is none.
func (h *host) welcome(ctx context.Context, c *console, address string) error {
	token, err := h.desk.First(ctx)
	if err != nil || token == "" {
		return err
	}
	if h.public != "" {
		address = h.public
	}
	_, err = fmt.Fprintf(c.out, "Nobody can sign in yet. This link makes the first account, once:\n%s/office/invitations/%s\n", address, token)
	return err
}

// prepare makes large programmes ready to be counted. They are served before they are.
func (h *host) prepare(ctx context.Context) {
	for _, b := range h.open() {
		if err := h.site.Prepare(ctx, b.name); err != nil && ctx.Err() == nil {
			h.log.Error("a programme could not be made ready for counting", "programme", b.name, "error", err)
		}
	}
	debug.FreeOSMemory() // reading it took more than it needs
}

// remake makes the pictures of phones anew, beside everything else.
func (h *host) remake(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Second):
		}
		if err := h.site.RemakePictures(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("pictures could not be made anew", "error", err)
		}
	}
}

// tick marks a new day soon after it has begun, so that what has become late shows as late, opens and closes rounds, and throws
// away what is too old.
func (h *host) tick(ctx context.Context) {
	days, boxes, old := time.NewTicker(20*time.Second), time.NewTicker(stirred), time.NewTicker(time.Hour)
	defer days.Stop()
	defer boxes.Stop()
	defer old.Stop()
	for {
		what, err := "the day could not be marked", error(nil)
		select {
		case <-ctx.Done():
			return
		case <-days.C:
			err = errors.Join(h.markDays(ctx), h.tend(ctx))
		case <-boxes.C:
			what, err = "boxes could not be written", h.stir()
		case <-old.C:
			what = "what is too old could not be deleted"
			err = errors.Join(h.desk.Sweep(ctx), h.site.SweepPictures(ctx), h.site.SweepDevices(ctx))
		}
		if err != nil && ctx.Err() == nil {
			h.log.Error(what, "error", err)
		}
	}
}
