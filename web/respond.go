package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"kept/locale"
)

// parseQuery is strict where URL.Query is not.
func parseQuery(r *http.Request) (url.Values, error) { return url.ParseQuery(r.URL.RawQuery) }

// printer is that of the language the reader asks for.
func printer(r *http.Request) *locale.Printer {
	return locale.For(locale.Negotiate(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language")).Tag)
}

// tag is the ETag of what a visit will see.
func (s *Server) tag(v *visit) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d %s\n%s\n%s", s.version, assetsHash, v.Size, v.Day, v.p.Tag, v.r.URL.RequestURI()))
	return `W/"` + hex.EncodeToString(sum[:9]) + `"`
}

// fresh says whether the reader has this very page already.
func fresh(r *http.Request, tag string) bool {
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimSpace(t) == tag {
			return true
		}
	}
	return false
}

// smallest is the size from which it pays to compress.
const smallest = 512

// send writes a body, compressed if the reader takes it.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	if len(body) >= smallest && compressible(h.Get("Content-Type")) {
		switch encodings := r.Header.Get("Accept-Encoding"); {
		case strings.Contains(encodings, "br"):
			body = pack(h, "br", body, &brotlis)
		case strings.Contains(encodings, "gzip"):
			body = pack(h, "gzip", body, &gzips)
		}
	}
	sendBytes(w, r, status, body)
}

// sendBytes sends an answer as it is.
func sendBytes(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // an error means that the reader has gone
	}
}

// packer compresses into a buffer and can be used again; making one costs as much as a page.
type packer interface {
	Reset(io.Writer)
	Write([]byte) (int, error)
	Close() error
}

var (
	brotlis = sync.Pool{New: func() any { return packer(brotli.NewWriterLevel(nil, 4)) }}
	gzips   = sync.Pool{New: func() any { return packer(gzip.NewWriter(nil)) }}
)

func pack(h http.Header, encoding string, body []byte, pool *sync.Pool) []byte {
	var b bytes.Buffer
	w := pool.Get().(packer)
	defer pool.Put(w)
	w.Reset(&b)
	w.Write(body) // into memory
	w.Close()
	h.Set("Content-Encoding", encoding)
	return b.Bytes()
}

// packBest packs what is sent often and never changes.
func packBest(body []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	w.Write(body) // into memory
	w.Close()
	return b.Bytes()
}

func compressible(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.HasPrefix(media, "application/json") || strings.HasPrefix(media, "image/svg") || strings.HasPrefix(media, "application/atom")
}
