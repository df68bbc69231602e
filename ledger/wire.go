package ledger

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// The members of an entry, in their order. Data comes last, and closes with the entry's brace.
const (
	wireVersion = `{"v":1`
	wireKind    = `,"kind":`
	wireID      = `,"id":`
	wireDay     = `,"day":`
	wireWho     = `,"who":`
	wireAbout   = `,"about":`
	wireData    = `,"data":`
)

// encode writes an entry in the one form that the book takes.
func encode(e *Entry, data any) ([]byte, error) {
	raw, err := marshal(data)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(raw)+200)
	b = append(b, wireVersion...)
	for _, m := range []struct{ name, value string }{{wireKind, e.Kind}, {wireID, e.ID}, {wireDay, e.Day}, {wireWho, e.Who}, {wireAbout, e.About}} {
		if m.value == "" && m.name == wireAbout {
			continue
		}
		b = append(b, m.name...)
		if b, err = appendText(b, m.value); err != nil {
			return nil, err
		}
	}
	b = append(append(b, wireData...), raw...)
	return append(b, '}'), nil
}

// marshal is JSON as the book has it: no spaces, no escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// appendText appends a JSON string, without encoding/json where there is nothing to escape.
func appendText(b []byte, s string) ([]byte, error) {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"'), nil
	}
	text, err := marshal(s)
	return append(b, text...), err
}

// plain says that a text needs no escape and no thought.
func plain[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Parse reads the bytes of an entry. They are good only if writing the entry again gives the same bytes: so no key stands
// twice, in another case or order, and no byte of the entry is without meaning.
func (k Kinds) Parse(body []byte) (*Entry, any, error) {
	if len(body) > MaxEntry {
		return nil, nil, Refuse("entry.too-large", "bytes", len(body), "most", MaxEntry)
	}
	e, raw, ok := cut(body)
	if !ok {
		return nil, nil, whyNot(body)
	}
	kind := k[e.Kind]
	if kind == nil {
		return nil, nil, Refuse("entry.unknown-kind")
	}
	data, err := kind.decode(raw)
	if err != nil && !json.Valid(raw) {
		return nil, nil, whyNot(body)
	}
	if err != nil {
		return nil, nil, &Refusal{Code: "entry.data", Args: []any{"kind", e.Kind}, Cause: err}
	}
	if again, err := marshal(data); err != nil || !bytes.Equal(again, raw) {
		return nil, nil, whyNot(body)
	}
	if hasNUL(raw) {
		return nil, nil, &Refusal{Code: "entry.data", Args: []any{"kind", e.Kind}}
	}
	return e, data, e.check()
}

// cut takes an entry apart along its members. It is strict, so what it takes apart is written in the one way there is,
// except perhaps for the data, which it does not look into.
func cut(body []byte) (e *Entry, data []byte, ok bool) {
	rest, ok := bytes.CutPrefix(body, []byte(wireVersion))
	if !ok {
		return nil, nil, false
	}
	e = &Entry{AboutSeq: -1}
	for _, m := range []struct {
		name  string
		value *string
	}{{wireKind, &e.Kind}, {wireID, &e.ID}, {wireDay, &e.Day}, {wireWho, &e.Who}, {wireAbout, &e.About}} {
		after, there := bytes.CutPrefix(rest, []byte(m.name))
		if !there && m.name == wireAbout {
			continue
		}
		if !there {
			return nil, nil, false
		}
		if rest, ok = cutText(after, m.value); !ok || m.name == wireAbout && e.About == "" {
			return nil, nil, false
		}
	}
	data, ok = bytes.CutPrefix(rest, []byte(wireData))
	if !ok || len(data) == 0 || data[len(data)-1] != '}' {
		return nil, nil, false
	}
	return e, data[:len(data)-1], true
}

// cutText reads a JSON string from the front of b.
func cutText(b []byte, into *string) (rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		return nil, false
	}
	n := 1
	for n < len(b) && b[n] != '"' {
		if b[n] == '\\' {
			n++
		}
		n++
	}
	if n >= len(b) {
		return nil, false
	}
	if text := b[1:n]; plain(text) {
		*into = string(text)
		return b[n+1:], true
	}
	text := b[:n+1]
	if json.Unmarshal(text, into) != nil {
		return nil, false
	}
	again, err := marshal(*into)
	return b[n+1:], err == nil && bytes.Equal(again, text)
}

// whyNot says what is wrong with an entry that is not written in the one way it can be.
func whyNot(body []byte) error {
	var w struct {
		V    int
		Kind string
	}
	if err := json.Unmarshal(body, &w); err != nil || !utf8.Valid(body) {
		return &Refusal{Code: "entry.not-json", Cause: err}
	}
	if w.V != Version {
		return Refuse("entry.version", "version", w.V)
	}
	return &Refusal{Code: "entry.not-canonical", Args: []any{"kind", w.Kind}}
}

// hasNUL looks for the character U+0000, which PostgreSQL cannot hold in a text. In JSON it stands as an escape; what
// looks like one behind a backslash that is escaped itself is none.
func hasNUL(raw []byte) bool {
	for at := 0; ; {
		i := bytes.Index(raw[at:], []byte(`\u0000`))
		if i < 0 {
			return false
		}
		i += at
		before := raw[:i]
		if (len(before)-len(strings.TrimRight(string(before), `\`)))%2 == 0 {
			return true
		}
		at = i + 1
	}
}
