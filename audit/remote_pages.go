package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/store"
)

// figuresPath asks for all figures at a size, and at a day unless it is empty.
func figuresPath(size int64, day string) string {
	query := url.Values{"size": {strconv.FormatInt(size, 10)}}
	if day != "" {
		query.Set("day", day)
	}
	return "log/figures?" + query.Encode()
}

// readFigures reads what the server says of all figures at the checkpoint's size, before the book can grow much: a server
// need not compute those of a large book's past. If it has grown since the checkpoint, the newer one is taken.
func (r *remote) readFigures(ctx context.Context) (err error) {
	for range attempts {
		if r.figures, err = r.patient(ctx, figuresPath(r.checkpoint.Size, "")); err == nil {
			return nil
		}
		now, e := r.fetcher.checkpoint(ctx, r.key.Verifier)
		if e != nil {
			return errors.Join(err, e)
		}
		if now.Size <= r.checkpoint.Size {
			return err
		}
		r.checkpoint = now
	}
	return &grown{err}
}

// checkFigures compares every figure of the programme, at the checkpoint's size and at a smaller one.
func (r *remote) checkFigures(ctx context.Context, book *ledger.Book) error {
	size := r.checkpoint.Size
	truth, day, err := figuresOf(ctx, book, size)
	if err != nil {
		return err
	}
	if err := compareFigures(figuresPath(size, ""), r.figures, truth, size, day); err != nil {
		return err
	}
	r.found.Figures = len(truth)
	if size < 2 {
		return nil
	}
	past := 1 + rand.Int64N(min(size-1, figures.MostReplayed))
	if truth, day, err = figuresOf(ctx, book, past); err != nil {
		return err
	}
	r.found.PastSize, r.found.PastFigures = past, len(truth)
	path := figuresPath(past, day)
	raw, err := r.patient(ctx, path)
	if err != nil {
		return err
	}
	return compareFigures(path, raw, truth, past, day)
}

// figuresOf computes every figure of the programme at a size from the mirror's entries.
func figuresOf(ctx context.Context, book *ledger.Book, size int64) (all map[figures.Name]string, day string, err error) {
	ask := func(at *figures.At) (err error) {
		day = at.Day
		all, err = figures.Everything(at)
		return err
	}
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		if err != nil {
			return err
		}
		if size == head.Size {
			return ask(&figures.At{Tx: tx, Size: size, Day: head.Day})
		}
		return figures.Past(ctx, tx, book.Rules, size, ask)
	})
	return all, day, err
}

// A server computes figures of the past one at a time; one that is busy is asked again.
const (
	busyTries = 5
	busyPause = 2 * time.Second
)

// patient reads figures, again if the server is busy.
func (r *remote) patient(ctx context.Context, path string) ([]byte, error) {
	for try := 1; ; try++ {
		raw, err := r.get(ctx, path, mostFigures)
		var no *Answer
		if try == busyTries || !errors.As(err, &no) || no.Status != http.StatusServiceUnavailable {
			return raw, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(busyPause):
		}
	}
}

func compareFigures(path string, raw []byte, truth map[figures.Name]string, size int64, day string) error {
	var said struct {
		Size    int64
		Day     string
		Figures map[figures.Name]string
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return &ledger.Damage{What: path, Why: err.Error()}
	}
	if said.Size != size || said.Day != day {
		return &ledger.Damage{What: path, Why: fmt.Sprintf("it is of %d entries and day %q, not of %d and %q", said.Size, said.Day, size, day)}
	}
	for _, n := range slices.Sorted(maps.Keys(truth)) {
		shown, ok := said.Figures[n]
		if !ok {
			return &ledger.Damage{What: "figure " + string(n), Why: "it is missing in " + path}
		}
		if shown != truth[n] {
			return &Wrong{path, string(n), shown, truth[n]}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(said.Figures)) {
		if _, ok := truth[n]; !ok {
			return &ledger.Damage{What: "figure " + string(n), Why: "it stands in " + path + ", but there is no such figure"}
		}
	}
	return nil
}

// checkPages reads some pages, chosen by chance, each in a language chosen by chance, and asks the mirror for every figure
// on them.
func (r *remote) checkPages(ctx context.Context, book *ledger.Book) error {
	paths, err := pathsOf(ctx, book)
	if err != nil {
		return err
	}
	rand.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	paths = paths[:min(len(paths), r.o.Pages)]
	for i, path := range paths {
		r.o.Progress("reading pages", int64(i), int64(len(paths)))
		path = in(path, locale.Languages[rand.IntN(len(locale.Languages))].Tag)
		page, err := r.get(ctx, path, mostPage)
		if err != nil {
			return err
		}
		numbers := numbersOf(bytes.NewReader(page))
		switch newer, err := r.ofNewer(ctx, path, numbers); {
		case err != nil:
			return err
		case newer:
			r.found.Skipped++
			continue
		}
		if err := check(ctx, book, path, numbers); err != nil {
			return err
		}
		r.found.Pages.Pages++
		r.found.Pages.Figures += len(numbers)
	}
	return nil
}

// ofNewer says whether a page is of a book that has grown since, as a newer checkpoint must say too. A page that names
// no size, or one that was never signed, is wrong.
func (r *remote) ofNewer(ctx context.Context, path string, numbers []shown) (bool, error) {
	i := slices.IndexFunc(numbers, func(s shown) bool { return s.figure == "entries" })
	if i < 0 {
		return false, &ledger.Damage{What: "page " + path, Why: "it does not say how many entries it is made from"}
	}
	size, err := strconv.ParseInt(numbers[i].value, 10, 64)
	if err != nil || size <= r.checkpoint.Size {
		return false, nil // if it is not just the checkpoint's, the comparison of figures finds it
	}
	now, err := r.fetcher.checkpoint(ctx, r.key.Verifier)
	return err == nil && now.Size >= size, err
}
