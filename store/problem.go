package store

import "fmt"

// Problem is an error for the person who runs the server: what is wrong, and what to do about it.
type Problem struct {
	What  string
	Do    string
	Cause error
}

func (p *Problem) Error() string {
	s := p.What
	if p.Cause != nil {
		s += fmt.Sprintf(" (%v)", p.Cause)
	}
	if p.Do != "" {
		s += ". " + p.Do
	}
	return s
}

func (p *Problem) Unwrap() error { return p.Cause }
