package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kept/ledger"
)

// The largest answers that are read, in bytes. An entry has at most ledger.MaxEntry bytes; a text is far smaller, but
// entries have several of them.
const (
	mostNote    = 8 << 10
	mostBundle  = ledger.TileWidth * (ledger.MaxEntry + 2)
	mostTile    = ledger.TileWidth * 32
	mostBeside  = 64 << 20
	mostPicture = 32 << 20
	mostFigures = 16 << 20
	mostPage    = 16 << 20

	// mostInAll is the most that is read of one server.
	mostInAll = 32 << 30
)

// Answer is an answer of a server that is not the one that was wanted, or none at all.
type Answer struct {
	Address string
	Status  int // 0: there was none
	Why     string
}

func (a *Answer) Error() string { return a.Address + ": " + a.Why }

// fetcher reads a programme's addresses over the network. It takes as long and as much as it is allowed to, and no more.
type fetcher struct {
	base   string // ends with a slash
	client *http.Client
	left   int64 // how much may still be read
}

// newFetcher understands the address of a programme, such as https://kept.example/valley/.
func newFetcher(address string, timeout time.Duration) (*fetcher, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, fmt.Errorf("%q is not the address of a programme; one looks like https://kept.example/valley/", address)
	case strings.Trim(u.Path, "/") == "":
		return nil, fmt.Errorf("%s names a site, not a programme; a programme's address looks like https://kept.example/valley/", address)
	}
	base := u.Scheme + "://" + u.Host + strings.TrimRight(u.EscapedPath(), "/") + "/"
	client := &http.Client{Timeout: timeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != u.Host || r.URL.Scheme != u.Scheme {
			return fmt.Errorf("it leads to another host, %s", r.URL.Host)
		}
		if len(via) > 3 {
			return errors.New("it leads from one address to the next without end")
		}
		return nil
	}}
	return &fetcher{base, client, mostInAll}, nil
}

// get reads an address behind the programme's. What fails is an *Answer that names it.
func (f *fetcher) get(ctx context.Context, path string, most int64) ([]byte, error) {
	bad := func(status int, format string, args ...any) error {
		return &Answer{f.base + path, status, fmt.Sprintf(format, args...)}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+path, nil)
	if err != nil {
		return nil, bad(0, "%v", err)
	}
	res, err := f.client.Do(r)
	if err != nil {
		return nil, bad(0, "%s", why(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, bad(res.StatusCode, "the server answers %s", res.Status)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	if err != nil {
		return nil, bad(res.StatusCode, "the answer breaks off: %s", why(err))
	}
	if int64(len(body)) > most {
		return nil, bad(res.StatusCode, "the answer is longer than %d bytes, which it never is", most)
	}
	if f.left -= int64(len(body)); f.left < 0 {
		return nil, bad(res.StatusCode, "the server has sent more than %d bytes, which is more than is read of one", int64(mostInAll))
	}
	return body, nil
}

// why says what an error of the network is, without the address again.
func why(err error) string {
	var e *url.Error
	if errors.As(err, &e) {
		if e.Timeout() {
			return "the server does not answer in time"
		}
		return e.Err.Error()
	}
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return "the server does not answer in time"
	}
	return err.Error()
}

// checkpoint reads the newest signed checkpoint.
func (f *fetcher) checkpoint(ctx context.Context, verifier string) (ledger.Checkpoint, error) {
	note, err := f.get(ctx, "log/checkpoint", mostNote)
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	c, err := ledger.OpenCheckpoint(string(note), verifier)
	if err != nil {
		return c, &ledger.Damage{What: "the checkpoint", Why: err.Error()}
	}
	return c, nil
}

// key reads the verifier key of the log.
func (f *fetcher) key(ctx context.Context) (*ledger.Key, error) {
	text, err := f.get(ctx, "log/key", mostNote)
	if err != nil {
		var a *Answer
		if errors.As(err, &a) && a.Status == http.StatusNotFound {
			a.Why = "there is no book at this address; a programme's address looks like https://kept.example/valley/"
		}
		return nil, err
	}
	key, err := ledger.PublicKey(strings.TrimSuffix(string(text), "\n"))
	if err != nil {
		return nil, &ledger.Damage{What: "the key in log/key", Why: err.Error()}
	}
	return key, nil
}
