package ledger

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// fuzzed is data with everything that an entry's data is made of.
type fuzzed struct {
	Text   string            `json:"text"`
	Number int64             `json:"number"`
	Maybe  *string           `json:"maybe,omitempty"`
	Words  *Hashed           `json:"words,omitempty"`
	List   []string          `json:"list"`
	Map    map[string]string `json:"map"`
	Truth  bool              `json:"truth"`
}

var fuzzKinds = NewRules(&Subject{Name: "fuzz", Kinds: []*Kind{KindOf("fuzz", func(*Need, *Entry, *fuzzed) {}, func(*Rows, *Entry, *fuzzed) error { return nil })}}).Kinds()

const fuzzID = "0123456789abcdef0123456789abcdef"

// goodEntry is an entry as it should be.
const goodEntry = `{"v":1,"kind":"fuzz","id":"` + fuzzID + `","day":"2026-03-02","who":"team:ZH-07","data":{"text":"سۇ <&>","number":-3,"list":null,"map":{"a":"b","c":"d"},"truth":true}}`

// TestParseRefuses writes one entry in ways in which it is not written.
func TestParseRefuses(t *testing.T) {
	if _, _, err := fuzzKinds.Parse([]byte(goodEntry)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, code string }{
		{`{"v"`, ` {"v"`, "entry.not-canonical"},
		{`true}}`, `true}} `, "entry.not-canonical"},
		{`true}}`, "true}}\n", "entry.not-canonical"},
		{`true}}`, `true}}{}`, "entry.not-json"},
		{`true}}`, `true}`, "entry.not-json"},
		{`true}}`, `true},"more":1}`, "entry.not-canonical"},
		{`"truth":true`, `"truth":true,"more":1`, "entry.not-canonical"},
		{`"truth":true`, `"truth":true,"truth":true`, "entry.not-canonical"},
		{`"truth":true`, `"Truth":true`, "entry.not-canonical"},
		{`"number":-3`, `"number":-3.0`, "entry.data"},
		{`"number":-3`, `"number":-03`, "entry.not-json"},
		{`"number":-3`, `"number":"-3"`, "entry.data"},
		{`"number":-3`, `"number":null`, "entry.not-canonical"},
		{`"number":-3,`, ``, "entry.not-canonical"},
		{`"a":"b","c":"d"`, `"c":"d","a":"b"`, "entry.not-canonical"},
		{`"a":"b"`, `"a":"b","a":"b"`, "entry.not-canonical"},
		{`<`, `\u003c`, "entry.not-canonical"},
		{`سۇ`, `\u0633\u06c7`, "entry.not-canonical"},
		{`سۇ`, "\xff", "entry.not-json"},
		{`سۇ`, `a\u0000b`, "entry.data"},
		{`سۇ`, `a\\u0000b`, ""},
		{`سۇ`, `a\\\u0000b`, "entry.data"},
		{`سۇ`, `a/b`, ""},
		{`سۇ`, `a\/b`, "entry.not-canonical"},
		{`"v":1`, `"v":2`, "entry.version"},
		{`"v":1`, `"v":1.0`, "entry.not-json"},
		{`"v":1,`, ``, "entry.version"},
		{`"kind":"fuzz"`, `"kind":"fuz"`, "entry.unknown-kind"},
		{`"kind":"fuzz"`, `"kind":"fu\u007az"`, "entry.not-canonical"},
		{`"kind":"fuzz",`, ``, "entry.not-canonical"},
		{`"who":"team:ZH-07"`, `"who":"team:ZH-07","about":""`, "entry.not-canonical"},
		{`"who":"team:ZH-07"`, `"who":"team:ZH-07","about":"` + fuzzID + `"`, ""},
		{`"who":"team:ZH-07"`, `"about":"` + fuzzID + `","who":"team:ZH-07"`, "entry.not-canonical"},
		{`"who":"team:ZH-07"`, `"who":"team:ئ"`, ""},
		{`"who":"team:ZH-07"`, `"who":"team:\u0626"`, "entry.not-canonical"},
		{`"who":"team:ZH-07"`, `"who":"team:a\"b"`, ""},
		{`"who":"team:ZH-07"`, `"who":"team:\\"`, ""},
		{`"who":"team:ZH-07"`, `"who":"team:"`, "entry.who"},
		{`"day":"2026-03-02"`, `"day":"2026-03-2"`, "entry.day"},
		{fuzzID, strings.ToUpper(fuzzID), "entry.id"},
		{fuzzID, fuzzID[2:], "entry.id"},
		{goodEntry, ``, "entry.not-json"},
		{goodEntry, `[]`, "entry.not-json"},
		{goodEntry, `{"v":1}`, "entry.not-canonical"},
		{`سۇ`, strings.Repeat("x", MaxEntry), "entry.too-large"},
	} {
		body := strings.Replace(goodEntry, c.from, c.to, 1)
		_, _, err := fuzzKinds.Parse([]byte(body))
		code := ""
		if r := Refused(err); r != nil {
			code = r.Code
		}
		if code != c.code || err != nil && code == "" {
			t.Errorf("%.60q in place of %.60q: %v, should be %q", c.to, c.from, err, c.code)
		}
	}
}

// FuzzParseEntry sees that what is read as an entry is written in the one way it can be, and is JSON.
func FuzzParseEntry(f *testing.F) {
	f.Add([]byte(goodEntry))
	f.Add([]byte(strings.Replace(goodEntry, "ZH-07", `\"\\ئ`, 1)))
	f.Add([]byte(strings.Replace(goodEntry, `"list":null`, `"maybe":"\u2028","words":{"original":"en","in":{"en":"00"}},"list":["a\\u0000",""]`, 1)))
	f.Add([]byte(`{"v":1,"kind":"day","id":"` + fuzzID + `","day":"2026-03-02","who":"kept","about":"` + fuzzID + `","data":{"day":"2026-03-02"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, data, err := fuzzKinds.Parse(body)
		if err != nil {
			if Refused(err) == nil {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		again, err := encode(e, data)
		if err != nil || !bytes.Equal(again, body) {
			t.Fatalf("%s\nwas read, but is written\n%s\n%v", body, again, err)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(body, &members); err != nil {
			t.Fatalf("%s is no JSON: %v", body, err)
		}
		names := 6
		if e.About != "" {
			names = 7
		}
		if len(members) != names {
			t.Fatalf("%s has %d members", body, len(members))
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, body); err != nil || !bytes.Equal(compact.Bytes(), body) {
			t.Fatalf("%s has spaces", body)
		}
	})
}

// FuzzCheckpoint sees that what is read as a checkpoint is written in the one way it can be.
func FuzzCheckpoint(f *testing.F) {
	root := tlog.Hash{1, 2, 3}
	f.Add("kept/wells\n0\n" + root.String() + "\n")
	f.Add("kept/wells\n007\n" + root.String() + "\n")
	f.Add("kept/wells\n9223372036854775807\n" + root.String() + "\nmore\n")
	key, err := NewKey("kept/wells", bytes.Repeat([]byte{3}, 32))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := OpenCheckpoint(text, key.Verifier); err == nil {
			t.Fatalf("%q is taken as signed: %v", text, c)
		}
		c, err := ParseCheckpoint(text)
		if err != nil {
			return
		}
		if c.text() != text || c.Size < 0 {
			t.Fatalf("%q was read as %v", text, c)
		}
		if c.Origin != key.Origin() {
			return
		}
		signed, err := signCheckpoint(key.signer, c.Size, c.Root)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := OpenCheckpoint(signed, key.Verifier)
		if err != nil || opened.text() != text || opened.Note != signed {
			t.Fatalf("%q was signed and opened as %v: %v", text, opened, err)
		}
	})
}
