package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"kept/figures"
	"kept/ledger"
	"kept/promise"
	"kept/review"
	"kept/schedule"
	"kept/voice"
)

// besideLine is a text beside the book as log/beside gives it: its words with their salt, or why they are not there.
type besideLine struct {
	Entry    int64   `json:"entry"`
	Field    string  `json:"field"`
	Salt     *string `json:"salt,omitempty"` // base64
	Body     *string `json:"body,omitempty"`
	Erased   bool    `json:"erased,omitempty"`
	Withheld bool    `json:"withheld,omitempty"`
}

// besideFile gives the texts of the entries that a bundle of the same name has. It may change with every entry: a note is
// passed, a text is erased.
func besideFile(v *visit) (*result, error) {
	n, width, err := parseTile(v.r.PathValue("n"))
	if err != nil {
		return nil, err
	}
	from, to := n*ledger.TileWidth, n*ledger.TileWidth+int64(width)
	if n > v.Size/ledger.TileWidth || to > v.Size {
		return nil, notFound
	}
	texts, err := ledger.TextsBetween(v.Tx, from, to)
	if err != nil {
		return nil, err
	}
	public, err := promise.TextsPublic(v.Tx, from, to)
	if err != nil {
		return nil, err
	}
	answers, err := voice.TextsPublic(v.Tx, from, to)
	if err != nil {
		return nil, err
	}
	words, err := review.TextsPublic(v.Tx, from, to)
	if err != nil {
		return nil, err
	}
	lines := make([]besideLine, len(texts))
	for i, t := range texts {
		lines[i] = besideLine{Entry: t.Entry, Field: t.Field}
		switch {
		case t.State == ledger.Erased:
			lines[i].Erased = true
		case t.State == ledger.Withheld || !public(t.Entry, t.Field) && !answers(t.Entry, t.Field) && !words(t.Entry, t.Field):
			lines[i].Withheld = true
		default:
			salt := base64.StdEncoding.EncodeToString(t.Salt)
			lines[i].Salt, lines[i].Body = &salt, &texts[i].Body
		}
	}
	return asJSON(lines)
}

func asJSON(value any) (*result, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(value)
	return &result{bytes: b.Bytes(), media: "application/json"}, err
}

// figuresAnswer is every figure of the programme at one size and day.
type figuresAnswer struct {
	Size    int64                   `json:"size"`
	Day     string                  `json:"day"`
	Figures map[figures.Name]string `json:"figures"`
}

var (
	busy       = &fault{http.StatusServiceUnavailable, "error.busy"}
	tooFarBack = &fault{http.StatusNotFound, "error.too-far-back"}
	badQuery   = &fault{http.StatusBadRequest, "error.bad-query"}
)

// figuresFile computes every figure of the programme, at the current size and day or at those that are asked for.
func figuresFile(v *visit) (*result, error) {
	q := v.r.URL.Query()
	size, day := v.Size, q.Get("day")
	if text := q.Get("size"); text != "" {
		var err error
		if size, err = strconv.ParseInt(text, 10, 64); err != nil || size < 0 || itoa(size) != text {
			return nil, badQuery
		}
	}
	switch {
	case day != "" && !schedule.ValidDay(day):
		return nil, badQuery
	case size > v.Size:
		return nil, notFound
	}
	answer, err := v.shelf.past.answer(v, size, day)
	if err != nil {
		return nil, err
	}
	return asJSON(answer)
}

// past remembers the last answers of log/figures. What was at a size and day stays as it was, so none is ever stale.
type past struct {
	replaying sync.Mutex // one at a time that no page needs: each counts everything anew, most of them in a book filled for it

	recent[pastKey, *figuresAnswer]
}

type pastKey struct {
	size int64
	day  string // that was asked for
}

// mostPast is how many answers are remembered.
const mostPast = 8

// answer computes or remembers the figures of a size and day; an empty day is the one that the book had then.
func (p *past) answer(v *visit, size int64, day string) (figuresAnswer, error) {
	key := pastKey{size, day}
	if a := p.find(key); a != nil {
		return *a, nil
	}
	var a figuresAnswer
	ask := func(at *figures.At) (err error) {
		if day != "" && day != at.Day {
			other := *at
			other.Day, other.Memo = day, nil // the memo is for one day
			at = &other
		}
		a.Size, a.Day = at.Size, at.Day
		a.Figures, err = figures.Everything(at)
		return err
	}
	var err error
	switch {
	case size == v.Size && (day == "" || day == v.Day):
		err = ask(v.At)
	case size < v.Size && size > figures.MostReplayed:
		return a, tooFarBack
	case !p.replaying.TryLock():
		return a, busy
	default:
		defer p.replaying.Unlock()
		if size == v.Size {
			err = ask(v.At)
			break
		}
		err = figures.Past(v.r.Context(), v.Tx, v.shelf.book.Rules, size, ask)
	}
	if err == nil {
		p.keep(key, &a, 1, mostPast)
	}
	return a, err
}
