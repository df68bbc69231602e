package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
)

// Hashed stands in an entry for a text that lies beside the book, in one or more languages: language to salted hash.
// It has the shape of a wording, with hashes in place of words.
type Hashed struct {
	Original string            `json:"original"`
	In       map[string]string `json:"in"`
}

// SaltSize is the number of random bytes hashed before a text, so that nobody finds a short text by trying.
const SaltSize = 32

// Text is a text beside the book. Field names its place in the entry: the name of the JSON field, a slash, the language.
type Text struct {
	Field string
	Salt  []byte
	Body  string
	State TextState
}

// TextState says whether the words of a text are there.
type TextState int64

// The states of a text.
const (
	Present  TextState = 0
	Erased   TextState = 1 // an erasure emptied it
	Withheld TextState = 2 // a mirror was not given it, because nobody who may has looked at it
)

// Picture is a picture beside the book, as it is published.
type Picture struct {
	SHA256 string
	Media  string
	Body   []byte
}

// HashText is the hash that an entry holds of a text beside the book.
func HashText(salt []byte, body string) string {
	h := sha256.New()
	h.Write([]byte("kept text v1\n"))
	h.Write(salt)
	h.Write([]byte(body))
	return hex.EncodeToString(h.Sum(nil))
}

// HashBytes is the hash that an entry holds of a picture or a file.
func HashBytes(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// NewSalt returns the salt of a text that was written by someone here.
func NewSalt(string) []byte {
	salt := make([]byte, SaltSize)
	rand.Read(salt)
	return salt
}

// DerivedSalt returns a maker of salts that are the same at every reading of a source. It is only for texts that are
// published elsewhere already: whoever knows the source can compute the salt.
func DerivedSalt(source string) func(field string) []byte {
	return func(field string) []byte {
		sum := sha256.Sum256([]byte("kept salt v1\n" + source + "\n" + field))
		return sum[:]
	}
}

// Hash splits words into what stands in the entry and what lies beside it. An empty map gives nil: no text at all.
func Hash(field, original string, in map[string]string, salt func(field string) []byte) (*Hashed, []Text) {
	if len(in) == 0 {
		return nil, nil
	}
	h := &Hashed{Original: original, In: map[string]string{}}
	var texts []Text
	for _, lang := range slices.Sorted(maps.Keys(in)) {
		t := Text{Field: field + "/" + lang, Body: in[lang]}
		t.Salt = salt(t.Field)
		h.In[lang] = HashText(t.Salt, t.Body)
		texts = append(texts, t)
	}
	return h, texts
}

// Fields lists the texts that a hashed text stands for: field with language, to hash.
func (h *Hashed) Fields(field string) map[string]string {
	out := map[string]string{}
	if h != nil {
		for lang, sum := range h.In {
			out[field+"/"+lang] = sum
		}
	}
	return out
}

// Lang is the language in which the text was written, empty if there is none.
func (h *Hashed) Lang() string {
	if h == nil {
		return ""
	}
	return h.Original
}

// Check says whether the hashed text is well formed.
func (h *Hashed) Check() error {
	if h == nil {
		return nil
	}
	if _, ok := h.In[h.Original]; !ok {
		return Refuse("text.no-original")
	}
	for _, sum := range h.In {
		if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size || sum != hex.EncodeToString(b) {
			return Refuse("text.not-a-hash")
		}
	}
	return nil
}
