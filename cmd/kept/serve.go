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
	"strings"
	"time"

	"kept/web"
)

// ServeCmd serves pages.
type ServeCmd struct {
	DataFlags `embed:""`
	Listen    string `help:"Address to listen on. Put a web server with HTTPS before it to reach the world." default:"127.0.0.1:8080" env:"KEPT_LISTEN" placeholder:"ADDR"`
	Metrics   string `help:"Address for Prometheus to read metrics from; it should not be reachable from outside. Empty: none." default:"127.0.0.1:9464" env:"KEPT_METRICS" placeholder:"ADDR"`
	Site      string `help:"The address under which the world reaches this server, such as https://kept.example; it stands on posters and in feeds. Default: the one that is asked for." env:"KEPT_SITE" placeholder:"URL"`
	Rested    bool   `help:"Go on although the last day in a book is more than 400 days ago: its programme has rested, and the clock is right."`
	Log       string `help:"Form of the log on the error output: text or json." enum:"text,json" default:"text" env:"KEPT_LOG"`
}

// Run serves every programme of the data folder until it is told to stop.
func (cmd *ServeCmd) Run(ctx context.Context, c *console) (err error) {
	location, _, err := cmd.location()
	if err != nil {
		return err
	}
	names, err := location.Books(ctx)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		fmt.Fprintf(c.err, "There is no programme in %s yet. Read one with kept import, or look at an example with kept demo.\n", cmd.Data)
	}
	log := logger(c)
	if cmd.Log == "json" {
		log = slog.New(slog.NewJSONHandler(c.err, nil))
	}
	metrics := newMetrics()
	site := web.New(web.Options{Log: log, Version: version, Site: strings.TrimSuffix(cmd.Site, "/"), Observe: metrics.observe})
	var books []*opened
	defer func() {
		for _, b := range books {
			err = errors.Join(err, b.close())
		}
	}()
	for _, name := range names {
		b, err := openRested(ctx, location, name, cmd.Rested)
		if err != nil {
			return fmt.Errorf("programme %s: %w", name, err)
		}
		books = append(books, b)
		site.Serve(name, b.Book)
		metrics.watch(b)
		log.Info("programme opened", "programme", name, "log", b.Key.Origin())
	}
	stop, err := metrics.listen(cmd.Metrics, log)
	if err != nil {
		return err
	}
	defer stop()
	return listen(ctx, c, cmd.Listen, site, books)
}

func logger(c *console) *slog.Logger { return slog.New(slog.NewTextHandler(c.err, nil)) }

// listen serves until the context ends, and then lets running requests finish.
func listen(ctx context.Context, c *console, address string, site http.Handler, books []*opened) error {
	if err := markDays(ctx, books); err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	server := &http.Server{
		Handler: site, ReadHeaderTimeout: 20 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
		// What net/http writes about broken connections has the reader's address in it.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	fmt.Fprintf(c.out, "listening on http://%s\n", l.Addr())
	ticking, stop := context.WithCancel(ctx)
	defer stop()
	go tick(ticking, c, books)
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

// tick marks a new day soon after it has begun, so that what has become late shows as late.
func tick(ctx context.Context, c *console, books []*opened) {
	every := time.NewTicker(20 * time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			if err := markDays(ctx, books); err != nil && ctx.Err() == nil {
				logger(c).Error("the day could not be marked", "error", err)
			}
		}
	}
}

func markDays(ctx context.Context, books []*opened) error {
	var all []error // what is wrong with one book keeps no other from its day
	for _, b := range books {
		if err := b.Mark(ctx); err != nil {
			all = append(all, fmt.Errorf("programme %s: %w", b.name, err))
		}
	}
	return errors.Join(all...)
}
