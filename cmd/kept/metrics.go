package main

import (
	"context"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kept/ledger"
	"kept/store"
)

// metrics are what Prometheus can read. They know routes, statuses and times, never addresses, readers or what was asked for.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kept_requests_total", Help: "Answers by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kept_request_seconds", Help: "Time to answer by route.",
			Buckets: []float64{.001, .0025, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5}}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// watch shows the size of a book. A book that cannot be read shows -1.
func (m *metrics) watch(b *opened) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kept_entries", Help: "Entries in the book.",
		ConstLabels: prometheus.Labels{"programme": b.name}}, func() float64 {
		var head ledger.Head
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		err := b.DB.Read(ctx, func(tx *store.Tx) (err error) {
			head, err = ledger.ReadHead(tx)
			return err
		})
		if err != nil {
			return -1
		}
		return float64(head.Size)
	}))
}

// listen serves the metrics on an address of their own. A taken address is no reason not to serve the pages.
func (m *metrics) listen(address string, log *slog.Logger) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		log.Warn("no metrics: the address is taken; choose another with --metrics", "address", address)
		return func() {}, nil
	}
	server := &http.Server{Handler: promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}), ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: stdlog.New(io.Discard, "", 0)}
	go server.Serve(l) // ends when it is closed
	log.Info("metrics", "address", fmt.Sprintf("http://%s", l.Addr()))
	return func() { server.Close() }, nil
}
