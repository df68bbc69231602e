package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kept/figures"
	"kept/ledger"
	"kept/review"
	"kept/store"
)

// Reviews computes all reviews of a book again, with one folding of its entries, as far as their figures are of at most
// figures.MostReplayed entries; it says how many others there are. The first review that differs comes back as a
// *review.Differs.
func Reviews(ctx context.Context, book *ledger.Book, progress func(done, total int64)) (checked []*review.Checked, others int, err error) {
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		checked, others, err = review.CheckAll(ctx, tx, book.Rules, figures.MostReplayed, progress)
		return err
	})
	return checked, others, err
}

// Review computes one review of a book again, of whatever size.
func Review(ctx context.Context, book *ledger.Book, number int64, progress func(done, total int64)) (checked *review.Checked, err error) {
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		checked, err = review.Check(ctx, tx, book.Rules, number, progress)
		return err
	})
	return checked, err
}

// RemoteReview computes a review of a programme on another machine again. Of what the server has it fetches the entries, all of them,
// and the documents and words of reviews; the entries must have the root that was signed, and must go on from what was seen at the
// last visit.
func RemoteReview(ctx context.Context, address string, number int64, rules *ledger.Rules, o RemoteOptions) (checked *review.Checked, seen Seen, err error) {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	f, err := newFetcher(address, o.Timeout)
	if err != nil {
		return nil, seen, err
	}
	defer f.client.CloseIdleConnections()
	r := &remote{fetcher: f, rules: rules, o: o, found: &RemoteFound{}, bare: true, changed: map[int64][]byte{}}
	if r.key, err = f.key(ctx); err != nil {
		return nil, seen, err
	}
	if r.checkpoint, err = f.checkpoint(ctx, r.key.Verifier); err != nil {
		return nil, seen, err
	}
	if r.checkpoint.Size > MostRemote {
		return nil, seen, fmt.Errorf("the book has %d entries, and no more than %d are fetched; check it where it lies", r.checkpoint.Size, MostRemote)
	}
	folder, err := os.MkdirTemp("", "kept-review-")
	if err != nil {
		return nil, seen, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if r.db, err = store.CreateScratch(ctx, filepath.Join(folder, "mirror.db")); err != nil {
		return nil, seen, err
	}
	defer func() { err = errors.Join(err, r.db.Close()) }()
	book, err := r.mirror(ctx)
	if err != nil {
		return nil, seen, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if o.Seen != "" {
		if seen, err = Compare(ctx, book, o.Seen); err != nil {
			return nil, seen, err
		}
	}
	err = book.DB.Read(ctx, func(tx *store.Tx) error {
		checked, err = review.CheckServed(ctx, tx, book.Rules, number, r.changed, func(done, total int64) { o.Progress("folding entries", done, total) })
		return err
	})
	if err == nil && checked.Withheld > 0 {
		err = &ledger.Damage{What: fmt.Sprintf("review %d", number), Why: "its words are public, but the server withholds them"}
	}
	return checked, seen, err
}

// checkReviews computes the reviews again from the mirror's entries.
func (r *remote) checkReviews(ctx context.Context, book *ledger.Book) error {
	checked, others, err := Reviews(ctx, book, func(done, total int64) { r.o.Progress("computing reviews", done, total) })
	r.found.Reviews, r.found.OldReviews = len(checked), others
	return err
}

// besideReviews reads what lies beside the reviews among some entries, and withholds what lies beside the others.
func (r *remote) besideReviews(ctx context.Context, name string, from int64, entries []ledger.Copied) error {
	var reviews []int
	full := slices.Clone(entries) // to be given the texts of all of them, if there is a review among them
	for i := range entries {
		e, _, err := r.rules.Kinds().Parse(entries[i].Body)
		if err == nil {
			entries[i], err = r.rules.Bare(entries[i].Body)
		}
		if err != nil {
			return &ledger.Damage{What: fmt.Sprintf("entry %d", from+int64(i)), Why: err.Error()}
		}
		if e.Kind == review.KindReview {
			reviews = append(reviews, i)
		}
	}
	if len(reviews) == 0 {
		return nil
	}
	if err := r.texts(ctx, name, from, full); err != nil {
		return err
	}
	for _, i := range reviews {
		entries[i].Texts = full[i].Texts
		if err := r.document(ctx, from+int64(i), &entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// document reads the document of a review. One that is not what the entry names is kept apart, so that it can be said in which
// figure it differs.
func (r *remote) document(ctx context.Context, seq int64, e *ledger.Copied) error {
	sums, err := r.rules.PicturesOf(e.Body)
	if err != nil || len(sums) != 1 {
		return &ledger.Damage{What: fmt.Sprintf("entry %d", seq), Why: "it names no document"}
	}
	body, err := r.get(ctx, "pictures/"+sums[0], mostPicture)
	if err != nil {
		return err
	}
	if ledger.HashBytes(body) != sums[0] {
		r.changed[seq] = body
		return nil
	}
	e.Pictures = []ledger.Picture{{SHA256: sums[0], Media: ledger.MediaType(body), Body: body}}
	return nil
}
