package ledger

import (
	"errors"
	"fmt"
	"strings"
)

// Refusal says that an entry may not enter the book. It has three readers: the program (Code), the person, for whom
// Code is also the key of a translated sentence with Args, and the operator (Cause). Code and Args may leave the
// server; they never hold a text that someone wrote.
type Refusal struct {
	Code  string
	Args  []any // name, value, name, value, ...
	Cause error
}

// Refuse makes a refusal.
func Refuse(code string, args ...any) *Refusal { return &Refusal{Code: code, Args: args} }

func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("refused: " + r.Code)
	for i := 0; i+1 < len(r.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", r.Args[i], r.Args[i+1])
	}
	if r.Cause != nil {
		fmt.Fprintf(&b, ": %v", r.Cause)
	}
	return b.String()
}

func (r *Refusal) Unwrap() error { return r.Cause }

// Refused returns the refusal in the chain of an error, or nil.
func Refused(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
