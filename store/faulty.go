package store

import (
	"context"
	"errors"
	"fmt"
)

// Fault is what goes wrong with one Write.
type Fault int

// The two failures of a write, and none.
const (
	NoFault    Fault = iota
	NotDone          // it did not happen, and the caller is told so
	AnswerLost       // it happened, and the caller is told that nobody knows
	LostUndone       // it did not happen, and the caller is told that nobody knows
)

// ErrFault is in the chain of every error that Faulty makes.
var ErrFault = errors.New("a fault made for a test")

// Faulty wraps a database so that its writes fail as Next says. It is for tests of what stands above the store.
type Faulty struct {
	DB
	Next func() Fault
}

// Write does what the next fault says.
func (f *Faulty) Write(ctx context.Context, do func(*Tx) error) error {
	fault := f.Next()
	if fault == NoFault {
		return f.DB.Write(ctx, do)
	}
	undo := fmt.Errorf("undone: %w", ErrFault)
	err := f.DB.Write(ctx, func(tx *Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if fault != AnswerLost {
			return undo
		}
		return nil
	})
	switch {
	case err != nil && err != undo:
		return err // it failed by itself before the fault
	case fault == NotDone:
		return undo
	}
	return fmt.Errorf("%w: %w", ErrUnknown, ErrFault)
}
