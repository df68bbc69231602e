// Package devicetest is a phone of a team, as a program: it speaks what docs/sync.md says and knows nothing else of the server.
package devicetest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PieceSize is how much of a picture a phone sends at once.
const PieceSize = 32 << 10

// Phone holds what one account has written on one device.
type Phone struct {
	Base   string // address of the programme, without a slash behind it
	Client *http.Client
	Cookie string // kept-team=...
	Lang   string
	Piece  int // 0: PieceSize

	Account, Device string
	Last            int64 // the highest number given out
	Size            int64 // of the book, in the last changes
	Origin          string
	Checkpoint      string
	Cursor          string

	Outbox   []Event                      // not sent yet
	Promises map[int64]map[string]any     // by number
	Sent     map[string]map[string]any    // what became of events, by id
	Answers  map[string]Answer            // of what was sent, by event
	Pictures map[string]map[string][]byte // bytes by event and SHA-256
	Missing  [][2]int64
	Others   []any
}

// Event is an event as it is sent.
type Event struct {
	ID      string         `json:"id"`
	N       int64          `json:"n"`
	Size    int64          `json:"size,omitempty"`
	Day     string         `json:"day"`
	Kind    string         `json:"kind"`
	Promise string         `json:"promise"`
	Data    map[string]any `json:"data"`
}

// Answer is what the server says of one event.
type Answer struct {
	ID, Status, Entry, Code, Words, Field string
	Args                                  map[string]any
	Again                                 bool
}

// Batch is the answer to a batch.
type Batch struct {
	Now, Today, Account, Origin string
	Skew                        int64
	Events                      []Answer
	Device                      struct {
		Last    int64
		Missing [][2]int64
	}
	Others []any
}

// Changes is a page of changes.
type Changes struct {
	Now, Today, Account, Origin, Checkpoint, Programme, Team, Cursor string
	Size                                                             int64
	Languages                                                        []string
	Fresh, More                                                      bool
	Promises                                                         []map[string]any
	Gone                                                             []int64
	Places                                                           map[string]string
	Sent                                                             []map[string]any
	Device                                                           struct {
		Last    int64
		Missing [][2]int64
	}
	Others []any
}

// Error is an answer that is no success.
type Error struct {
	Status int
	Code   string
	Words  string
	After  string // Retry-After
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Code, e.Words) }

// New is a phone on which nothing was written yet.
func New(base, cookie string, client *http.Client) *Phone {
	p := &Phone{Base: base, Client: client, Cookie: cookie, Lang: "en"}
	p.forget()
	return p
}

// forget is what emptied storage leaves.
func (p *Phone) forget() {
	p.Device, p.Last, p.Size, p.Cursor, p.Outbox = ID(), 0, 0, "", nil
	p.Promises, p.Sent, p.Answers, p.Pictures = map[int64]map[string]any{}, map[string]map[string]any{}, map[string]Answer{}, map[string]map[string][]byte{}
}

// ID draws an id.
func ID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// Write saves a report on the phone.
func (p *Phone) Write(promise, day string, data map[string]any, pictures ...[]byte) Event {
	p.Last++
	e := Event{ID: ID(), N: p.Last, Size: p.Size, Day: day, Kind: "report", Promise: promise, Data: data}
	if len(pictures) > 0 {
		p.Pictures[e.ID] = map[string][]byte{}
		var sums []string
		for _, body := range pictures {
			sum := Sum(body)
			p.Pictures[e.ID][sum] = body
			sums = append(sums, sum)
		}
		data["pictures"], data["nobody"] = sums, true
	}
	p.Outbox = append(p.Outbox, e)
	return e
}

// Sum is the SHA-256 of a picture.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Do asks, and sees that it is Kept that answers.
func (p *Phone) Do(method, path string, body []byte, headers ...string) (*http.Response, []byte, error) {
	r, err := http.NewRequest(method, p.Base+"/team/sync/"+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Cookie", p.Cookie)
	r.Header.Set("Accept-Language", p.Lang)
	if p.Account != "" {
		r.Header.Set("Kept-Account", p.Account)
	}
	r.Header.Set("Kept-Device", p.Device)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := p.Client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, err
	}
	if response.Header.Get("Kept-Sync") != "1" {
		return nil, nil, fmt.Errorf("this is not an answer of Kept: %d", response.StatusCode)
	}
	if response.StatusCode >= 300 {
		e := &Error{Status: response.StatusCode, After: response.Header.Get("Retry-After"), Code: response.Header.Get("Kept-Code")}
		if len(raw) > 0 {
			if err := json.Unmarshal(raw, e); err != nil {
				return nil, nil, fmt.Errorf("an error without words: %q: %w", raw, err)
			}
		}
		return response, raw, e
	}
	return response, raw, nil
}

// Pull asks for changes until there are no more, and returns how many bytes came.
func (p *Phone) Pull() (bytes int, err error) {
	for {
		_, raw, err := p.Do(http.MethodGet, "changes?cursor="+p.Cursor, nil)
		if err != nil {
			return bytes, err
		}
		bytes += len(raw)
		var c Changes
		if err := json.Unmarshal(raw, &c); err != nil {
			return bytes, err
		}
		p.take(&c)
		if !c.More {
			return bytes, nil
		}
	}
}

func (p *Phone) take(c *Changes) {
	if p.Account == "" {
		p.Account = c.Account
	}
	if c.Fresh {
		clear(p.Promises)
	}
	for _, x := range c.Promises {
		p.Promises[int64(x["number"].(float64))] = x
	}
	for _, n := range c.Gone {
		delete(p.Promises, n)
	}
	for _, x := range c.Sent {
		p.Sent[x["event"].(string)] = x
	}
	p.Size, p.Origin, p.Checkpoint, p.Cursor = c.Size, c.Origin, c.Checkpoint, c.Cursor
	p.Missing, p.Others = c.Device.Missing, c.Others
}

// Send sends pictures and then events, in batches, and takes the answers. What has an answer leaves the outbox, unless it is to be
// sent again.
func (p *Phone) Send() error {
	for len(p.Outbox) > 0 {
		part := p.Outbox[:min(50, len(p.Outbox))]
		for _, e := range part {
			for _, body := range p.Pictures[e.ID] {
				if err := p.Upload(e.ID, body); err != nil {
					return err
				}
			}
		}
		b, err := p.Post(part)
		if err != nil {
			return err
		}
		again := 0
		for _, a := range b.Events {
			p.Answers[a.ID] = a
			if a.Again {
				again++
				continue
			}
			p.Outbox = slices.DeleteFunc(p.Outbox, func(e Event) bool { return e.ID == a.ID })
			delete(p.Pictures, a.ID)
		}
		if again == len(part) {
			return fmt.Errorf("the server wants pictures that it has been sent")
		}
	}
	return nil
}

// Post sends a batch.
func (p *Phone) Post(events []Event) (*Batch, error) {
	if events == nil {
		events = []Event{}
	}
	body, err := json.Marshal(map[string]any{"at": time.Now().UTC().Format(time.RFC3339), "last": p.Last, "events": events})
	if err != nil {
		return nil, err
	}
	_, raw, err := p.Do(http.MethodPost, "events", body, "Content-Type", "application/json")
	if err != nil {
		return nil, err
	}
	b := &Batch{}
	if err := json.Unmarshal(raw, b); err != nil {
		return nil, err
	}
	if len(b.Events) != len(events) {
		return nil, fmt.Errorf("%d events have %d answers", len(events), len(b.Events))
	}
	p.Missing, p.Others = b.Device.Missing, b.Others
	return b, nil
}

// Upload sends what has not come yet of a picture of an event.
func (p *Phone) Upload(event string, picture []byte) error {
	path := "pictures/" + Sum(picture) + "?event=" + event
	offset := 0
	response, _, err := p.Do(http.MethodHead, path, nil)
	switch {
	case response == nil:
		return err
	case response.Header.Get("Kept-Picture") == "here":
		return nil
	case response.Header.Get("Kept-Picture") == "partly":
		if offset, err = strconv.Atoi(response.Header.Get("Upload-Offset")); err != nil {
			return err
		}
	case response.Header.Get("Kept-Picture") != "none":
		return err
	}
	for {
		piece := picture[offset:min(len(picture), offset+max(p.Piece, PieceSize*(1-min(p.Piece, 1))))]
		response, _, err := p.PATCH(path, offset, len(picture), piece)
		if response == nil || err != nil && response.StatusCode != http.StatusConflict {
			return err
		}
		if response.Header.Get("Kept-Picture") == "here" {
			return nil
		}
		if offset, err = strconv.Atoi(response.Header.Get("Upload-Offset")); err != nil {
			return err
		}
	}
}

// PATCH sends a piece.
func (p *Phone) PATCH(path string, offset, length int, piece []byte) (*http.Response, []byte, error) {
	return p.Do(http.MethodPatch, path, piece, "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream",
		"Upload-Offset", strconv.Itoa(offset), "Upload-Length", strconv.Itoa(length))
}

// Evict empties the phone's storage, as browsers do.
func (p *Phone) Evict() { p.forget() }

// SameBook says whether a checkpoint can be of the book that the phone has seen: no smaller, and the same if it is as large.
func (p *Phone) SameBook(checkpoint string) bool {
	had, now := strings.Split(p.Checkpoint, "\n"), strings.Split(checkpoint, "\n")
	if len(had) < 3 || len(now) < 3 || had[0] != now[0] {
		return len(had) < 3
	}
	before, _ := strconv.ParseInt(had[1], 10, 64)
	after, err := strconv.ParseInt(now[1], 10, 64)
	return err == nil && (after > before || after == before && had[2] == now[2])
}
