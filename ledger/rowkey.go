package ledger

import (
	"encoding/binary"
	"reflect"
	"strings"

	"kept/store"
)

// A key of rows is written as text, so that it can be compared and found: integers as eight bytes, texts with an end mark that
// cannot be in them. Texts sort as the keys do in both engines.

const (
	keyEnd = "\x00\x00"
	keyNUL = "\x00\xff" // in a text
)

func appendKey(b []byte, key []any) []byte {
	for _, k := range key {
		switch k := k.(type) {
		case int64:
			b = appendKeyInt(b, k)
		case string:
			b = appendKeyText(b, k)
		default:
			panic("ledger: a key is made of int64 and string")
		}
	}
	return b
}

func appendKeyInt(b []byte, n int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(n)^1<<63) }

func appendKeyText(b []byte, s string) []byte {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", keyNUL)
	}
	return append(append(b, s...), keyEnd...)
}

// appendKeyOf writes the key of a row.
func (v *View[T]) appendKeyOf(b []byte, row *T) []byte {
	r := reflect.ValueOf(row).Elem()
	for _, i := range v.key {
		if f := r.Field(i); f.Kind() == reflect.Int64 {
			b = appendKeyInt(b, f.Int())
		} else {
			b = appendKeyText(b, f.String())
		}
	}
	return b
}

// parseKey reads what appendKey has written.
func (v *View[T]) parseKey(text string) []any {
	out := make([]any, len(v.key))
	for i, column := range v.key {
		if v.table.Columns[column].Type == store.Int {
			out[i], text = int64(binary.BigEndian.Uint64([]byte(text[:8]))^1<<63), text[8:]
			continue
		}
		var s string
		s, text, _ = strings.Cut(text, keyEnd)
		out[i] = strings.ReplaceAll(s, keyNUL, "\x00")
	}
	return out
}
