package web

import (
	"maps"
	"slices"

	"kept/figures"
)

// Replaying takes the turn in which figures of the past are computed, until the returned function is called.
func (s *Server) Replaying(name string) (done func()) {
	p := &s.find(name).past
	p.replaying.Lock()
	return p.replaying.Unlock
}

// PastOf asks for the figures of a size of a book that is larger by one, without the book.
func PastOf(size int64) error {
	var p past
	_, err := p.answer(&visit{At: &figures.At{Size: size + 1}}, size, "")
	return err
}

// Printing takes every turn of making documents, and of waiting for one, until the returned function is called.
func Printing() (done func()) {
	for range mostPrinting {
		printing <- struct{}{}
	}
	for range mostWaiting {
		waiting <- struct{}{}
	}
	return func() {
		for range mostPrinting {
			<-printing
		}
		for range mostWaiting {
			<-waiting
		}
	}
}

// PreparePages makes all pages ready and names them.
func PreparePages() []string {
	for _, t := range templates {
		t()
	}
	return slices.Collect(maps.Keys(templates))
}
