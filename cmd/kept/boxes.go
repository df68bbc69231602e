package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"kept/store"
	"kept/voice"
)

// boxing says where the boxes of rounds are: outside of the books, and of everything that a backup copies.
type boxing struct {
	folder string // empty: this server takes no answers
	data   string // the folder of the books, empty if they lie in PostgreSQL
	lost   bool   // what the folder noted before held is gone for good
	sample bool   // an example's, of which nothing is noted
}

// noBoxes is what --boxes says on a server that takes no answers.
const noBoxes = "none"

// stirred is how often every box is written as it is, so that the time of a file says little.
const stirred = 4 * time.Minute

// open opens the boxes of a programme, and makes sure that they are those which were made for it.
func (x boxing) open(ctx context.Context, d *desk, name string) (*voice.Boxes, error) {
	if x.folder == "" {
		return nil, nil
	}
	boxes, err := voice.OpenBoxes(voice.Folders{Boxes: filepath.Join(x.folder, name, "boxes"), Keys: filepath.Join(x.folder, name, "keys"), Data: x.data})
	var problem *store.Problem
	if errors.As(err, &problem) {
		problem.What = fmt.Sprintf("programme %s: %s", name, problem.What)
	}
	if err != nil {
		return nil, err
	}
	if x.sample {
		return boxes, nil
	}
	if err := d.HoldBoxes(ctx, name, boxes.Home(), x.lost); err != nil {
		return nil, errors.Join(err, boxes.Close())
	}
	return boxes, nil
}

// tend brings all boxes in line with their books: rounds open and close with the day.
func (h *host) tend(ctx context.Context) error {
	return h.each(func(b *opened) error {
		if b.boxes == nil {
			return nil
		}
		closed, err := b.boxes.Tend(ctx, b.Book)
		if len(closed) > 0 {
			h.log.Info("rounds closed", "programme", b.name, "rounds", len(closed))
		}
		return err
	})
}

// stir writes all boxes as they are.
func (h *host) stir() error {
	return h.each(func(b *opened) error {
		if b.boxes == nil {
			return nil
		}
		return b.boxes.Stir()
	})
}
