package device

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
)

// Limits of what a phone sends.
const (
	MostEvents   = 50
	MostBatch    = 256 << 10 // bytes of a batch
	MostReadings = 60
	MostSums     = 3
	MostPictures = 20
	mostNumber   = 1 << 40
)

// Batch is what a phone sends at once. Events are read one by one, so that one that is wrong keeps no other out.
type Batch struct {
	At     string            `json:"at"`   // the phone's clock
	Last   int64             `json:"last"` // the highest number it has given out
	Events []json.RawMessage `json:"events"`

	Now time.Time `json:"-"` // what At says
}

// Event is something that was said on a phone. It never changes.
type Event struct {
	ID      string `json:"id"`
	N       int64  `json:"n"`
	Size    int64  `json:"size"` // of the book, as far as the phone had seen it
	Day     string `json:"day"`
	Kind    string `json:"kind"`
	Promise string `json:"promise"`
	Data    Data   `json:"data"`
}

// Data is what a report says. Numbers that somebody typed are as they were typed.
type Data struct {
	State      string      `json:"state"`
	Occurrence *Occurrence `json:"occurrence"`
	Service    *Service    `json:"service"`
	Readings   []Reading   `json:"readings"`
	Spent      []Spent     `json:"spent"`
	Note       *Words      `json:"note"`
	Pictures   []string    `json:"pictures"` // SHA-256s of what was sent
	Nobody     bool        `json:"nobody"`   // nobody can be recognised in them
}

// Occurrence says of a due day whether what was due was held.
type Occurrence struct {
	Due  string `json:"due"`
	Held bool   `json:"held"`
}

// Service are the counts of one period of a service level.
type Service struct {
	Due      string `json:"due"`
	Received string `json:"received"`
	Answered string `json:"answered"`
	Late     string `json:"late"`
}

// Reading is a value of a measure. Period is its first and last day with a slash between, or empty.
type Reading struct {
	Measure int64  `json:"measure"`
	Value   string `json:"value"`
	Period  string `json:"period"`
}

// Spent is an amount of money.
type Spent struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

// Words are a text in one or more languages.
type Words struct {
	Original string            `json:"original"`
	In       map[string]string `json:"in"`
}

// KindReport is the one kind of event there is.
const KindReport = "report"

// ErrShape says that something is not written as docs/sync.md has it.
var ErrShape = errors.New("device: this has not the shape of docs/sync.md")

// ReadBatch reads a batch, and leaves its events as they are.
func ReadBatch(body []byte) (*Batch, error) {
	b := &Batch{}
	if err := exactly(body, b, 1); err != nil {
		return nil, err
	}
	now, err := time.Parse(time.RFC3339, b.At)
	if err != nil || b.Last < 0 || b.Last > mostNumber || len(b.Events) > MostEvents {
		return nil, ErrShape
	}
	b.Now = now
	return b, nil
}

// ReadEvent reads one event. If it has not the right shape, what can be known of it is its id, if that much is right.
func ReadEvent(body []byte) (*Event, error) {
	e := &Event{}
	err := exactly(body, e, -1)
	if err == nil && (!ValidID(e.ID) || !ValidID(e.Promise) || e.N < 1 || e.N > mostNumber || e.Size < 0 || !e.Data.sane()) {
		err = ErrShape
	}
	if err != nil {
		var id struct{ ID string }
		if json.Unmarshal(body, &id) != nil || !ValidID(id.ID) {
			id.ID = ""
		}
		return &Event{ID: id.ID}, err
	}
	return e, nil
}

func (d *Data) sane() bool {
	for i, p := range d.Pictures {
		if !ValidHash(p) {
			return false
		}
		for _, q := range d.Pictures[:i] {
			if p == q {
				return false
			}
		}
	}
	return len(d.Pictures) <= MostPictures && len(d.Readings) <= MostReadings && len(d.Spent) <= MostSums
}

// ValidID says whether a text is an id: 32 hexadecimal digits, in lower case.
func ValidID(s string) bool { return isHex(s, 16) }

// ValidHash says whether a text is a SHA-256: 64 hexadecimal digits, in lower case.
func ValidHash(s string) bool { return isHex(s, 32) }

func isHex(s string, size int) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw) == size && s == hex.EncodeToString(raw)
}
