package device

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

// keysOnceByTokens says the same as keysOnce, by the tokens of encoding/json, without its bound of keys.
func keysOnceByTokens(body []byte, depth int) bool {
	type level struct {
		keys         map[string]bool // nil: a list
		key          string
		value, words bool
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var open []*level
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return false
		}
		var top *level
		if len(open) > 0 {
			top = open[len(open)-1]
		}
		looked := depth < 0 || len(open) <= depth
		if top != nil && top.keys != nil && !top.value && token != json.Delim('}') {
			key := token.(string)
			if looked && (top.keys[key] || !top.words && !small([]byte(key))) {
				return false
			}
			top.keys[key], top.key, top.value = true, key, true
			continue
		}
		words := top != nil && top.keys != nil && top.key == "in"
		if top != nil && token != json.Delim('}') && token != json.Delim(']') {
			top.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, &level{keys: map[string]bool{}, words: words})
		case json.Delim('['):
			open = append(open, &level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		case nil:
			if looked {
				return false
			}
		}
	}
}

var shapes = []string{
	`{}`, `[]`, `null`, `"null"`, `{"a":1,"a":2}`, `{"a":{"a":1},"b":[{"a":1},{"a":2}]}`, `{"A":1}`, `{"a":null}`, `{"a":[1,null]}`, `{"\u0061":1,"a":2}`,
	`{"\u0041":1}`, `{"in":{"zh-Hans":"x","UG":"y"}}`, `{"in":{"ug":"x","ug":"y"}}`, `{"in":{"u\u0067":"x","ug":"y"}}`, `{"in":[{"UG":1}]}`, `{"a":"in","b":{"C":1}}`,
	`{"":1}`, `{"a":"x\"},{\"a","b":"\\"}`, ` { "a" : [ true , false , 1e9 , -0.5 ] , "b" : "n" } `, `{"in":{"x":{"Y":1}}}`, `{"a":{"b":{"c":{"D":null,"D":1}}}}`,
}

// TestKeysOnce: what is looked at in bytes is what the tokens say, at every depth.
func TestKeysOnce(t *testing.T) {
	for _, text := range shapes {
		for depth := -1; depth < 4; depth++ {
			if got, want := keysOnce([]byte(text), depth), keysOnceByTokens([]byte(text), depth); got != want {
				t.Errorf("%s to depth %d: %t", text, depth, got)
			}
		}
	}
	many := []byte(`{"in":{`)
	for i := range 20_000 {
		if i > 0 {
			many = append(many, ',')
		}
		many = append(many, '"')
		many = append(many, string(rune('a'+i%26))...)
		many = append(many, bytes.Repeat([]byte("b"), i/26)...)
		many = append(many, `":1`...)
		if len(many) > MostBatch {
			break
		}
	}
	if keysOnce(append(many, "}}"...), -1) {
		t.Error("an object may have any number of keys")
	}
}

func FuzzKeysOnce(f *testing.F) {
	for _, text := range shapes {
		f.Add([]byte(text), 1)
		f.Add([]byte(text), -1)
	}
	f.Fuzz(func(t *testing.T, body []byte, depth int) {
		if !json.Valid(body) {
			return
		}
		if got, want := keysOnce(body, depth), keysOnceByTokens(body, depth); got != want && bytes.Count(body, []byte(`":`)) < mostKeys {
			t.Errorf("%q to depth %d: %t", body, depth, got)
		}
	})
}
