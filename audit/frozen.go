package audit

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"

	"kept/figures"
	"kept/review"
	"kept/store"
)

// reviewPaths lists the pages of reviews: all of them, each, and each beside the one before.
func reviewPaths(tx *store.Tx) ([]string, error) {
	rows, err := review.View.Select(tx, "ORDER BY v.number")
	paths := []string{"reviews"}
	for _, r := range rows {
		paths = append(paths, fmt.Sprintf("reviews/%d", r.Number))
		if r.Number > 1 {
			paths = append(paths, fmt.Sprintf("reviews/%d/compare?with=%d", r.Number, r.Number-1))
		}
	}
	return paths, err
}

// frozenFigures are the documents of those reviews that a page is about. What a page shows as frozen must stand in one of them.
type frozenFigures []*review.Document

var ofReviews = regexp.MustCompile(`/reviews/([1-9][0-9]{0,8})(/compare)?$`)

// frozenOf reads the documents of the reviews that an address names; none if it is not of reviews.
func frozenOf(tx *store.Tx, address string) (out frozenFigures, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	m := ofReviews.FindStringSubmatch("/" + u.Path)
	if m == nil {
		return nil, nil
	}
	for _, text := range []string{m[1], u.Query().Get("with")} {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			continue // it is compared with none
		}
		row, ok, err := review.View.One(tx, number)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%w: %d", review.ErrNone, number)
		}
		doc, err := review.DocumentOf(tx, &row)
		if err != nil {
			return nil, err
		}
		out = append(out, doc)
	}
	return out, nil
}

// check finds out whether a number stands in a document, as of the size and day that it says.
func (docs frozenFigures) check(address string, s shown) error {
	truth := "no such figure of a review"
	for _, d := range docs {
		f, ok := d.Find(figures.Name(s.figure))
		if !ok || s.size != strconv.FormatInt(d.Size, 10) || s.day != d.Day {
			continue
		}
		if truth = f.Value; truth == s.value {
			return nil
		}
	}
	return &Wrong{address, s.figure, s.value, truth}
}
