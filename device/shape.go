package device

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// exactly reads JSON in which every key is one that is known, is written as it is known, and stands there once. Depth is how many
// levels of it are looked at; -1: all of them.
func exactly(body []byte, into any, depth int) error {
	if !utf8.Valid(body) {
		return ErrShape
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", ErrShape, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return ErrShape
	}
	if !keysOnce(body, depth) {
		return ErrShape
	}
	return nil
}

// level is an object or a list that is open.
type level struct {
	list  bool
	words bool // its keys are languages
	first int  // where its keys begin among all that are known
}

// mostKeys is how many keys an object has at most. None that is known has so many, and nobody speaks so many languages.
const mostKeys = 100

// keysOnce goes through JSON that is known to be some, and says whether no key stands twice in its object, all are in small letters,
// and what is not there is left out. Keys of a text are languages and may be anything, also written with escapes. Every batch goes through it,
// so it looks at bytes and makes nothing of them.
func keysOnce(body []byte, depth int) bool {
	var open []level
	var keys [][]byte // of all levels that are open, the outermost first
	key := false      // what comes next is a key, if it is a text
	for i := 0; i < len(body); i++ {
		looked := depth < 0 || len(open) <= depth
		switch body[i] {
		case '{', '[':
			top := len(open) - 1
			words := top >= 0 && !open[top].list && string(keys[len(keys)-1]) == "in"
			open = append(open, level{list: body[i] == '[', words: words, first: len(keys)})
			key = body[i] == '{'
		case '}', ']':
			keys = keys[:open[len(open)-1].first]
			open, key = open[:len(open)-1], false
		case ',':
			key = !open[len(open)-1].list
		case 'n': // no text, so it is null
			if looked {
				return false
			}
			i += len("ull")
		case '"':
			end := textEnd(body, i)
			if key {
				key = false
				name, top := keyOf(body[i:end]), open[len(open)-1]
				if looked && (!top.words && !small(name) || len(keys)-top.first > mostKeys || among(keys[top.first:], name)) {
					return false
				}
				keys = append(keys, name)
			}
			i = end - 1
		}
	}
	return true
}

// textEnd is where the text ends that begins here.
func textEnd(body []byte, at int) int {
	for i := at + 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// keyOf reads a key as it stands between its quotes.
func keyOf(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var key string
	if json.Unmarshal(quoted, &key) != nil {
		return nil // which is no key in small letters
	}
	return []byte(key)
}

func among(keys [][]byte, key []byte) bool {
	return slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) })
}

// small says whether a key is written in small letters only, as all are that are known.
func small(key []byte) bool {
	for _, c := range key {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return len(key) > 0
}
