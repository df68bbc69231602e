package ledger

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
)

// Version is the version of the entry format.
const Version = 1

// MaxEntry is the largest entry in bytes; tiles of the log give each entry two bytes for its length.
const MaxEntry = 65535

// Entry is one fact in the book.
type Entry struct {
	Kind  string
	ID    string // 32 hexadecimal digits, chosen at random by the writer
	Day   string // the day that the writer says it is about
	Who   string // "org:code", "team:code", or "kept" for day marks; never a person
	About string // the id of an earlier entry, or empty

	// What the ledger adds when it takes the entry; none of it is in the bytes.
	Seq      int64  // place in the book
	Recorded string // the programme's day when it was taken: the last day mark before it
	AboutSeq int64  // place of the entry it is about, -1 if none
}

// Kind is one kind of entry: who owns its rules is the subject that registers it.
type Kind struct {
	name   string
	decode func(json.RawMessage) (any, error)
	need   func(*Need, *Entry, any)
	more   func(*Need, *Rows, *Entry, any)
	step   func(*Rows, *Entry, any) error
	texts  func(any) map[string]string
	pics   func(any) []string
	data   any // a zero value, for the allowlist
}

// KindOf declares a kind of entry whose data is a D. Need announces the view rows that Step will want, and Step says what
// the entry does to them or refuses it. Both are pure: they look at nothing but their arguments.
func KindOf[D any](name string, need func(*Need, *Entry, *D), step func(*Rows, *Entry, *D) error) *Kind {
	return &Kind{
		name: name,
		decode: func(raw json.RawMessage) (any, error) {
			d := new(D)
			return d, json.Unmarshal(raw, d) // what D does not know is missing when it is written again
		},
		need: func(n *Need, e *Entry, d any) { need(n, e, d.(*D)) },
		step: func(r *Rows, e *Entry, d any) error { return step(r, e, d.(*D)) },
		data: *new(D),
	}
}

// WithTexts says which texts beside the book an entry of this kind has: field with language, to hash.
func (k *Kind) WithTexts(f func(any) map[string]string) *Kind { k.texts = f; return k }

// WithPictures says which pictures beside the book an entry of this kind brings, by hash.
func (k *Kind) WithPictures(f func(any) []string) *Kind { k.pics = f; return k }

// WithMore says which rows an entry will want once those before it are there: such whose keys stand in other rows. It is
// asked again until it wants nothing new, at most rounds times.
func (k *Kind) WithMore(f func(*Need, *Rows, *Entry, any)) *Kind { k.more = f; return k }

// Name is the kind's name.
func (k *Kind) Name() string { return k.name }

// Data is a zero value of the kind's data, for looking at its fields.
func (k *Kind) Data() any { return k.data }

var (
	validKind = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	validWho  = regexp.MustCompile(`^(kept|(org|team):[^\s\x00-\x1f]{1,80})$`)
)

func (e *Entry) check() error {
	switch {
	case !validID(e.ID):
		return Refuse("entry.id")
	case e.About != "" && !validID(e.About):
		return Refuse("entry.about")
	case !validWho.MatchString(e.Who):
		return Refuse("entry.who")
	case !dayShape.MatchString(e.Day):
		return Refuse("entry.day")
	}
	return nil
}

// dayShape is all that the ledger asks of a day; whether the day exists is for the subject that knows calendars.
var dayShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func validID(id string) bool {
	b, err := hex.DecodeString(id)
	return err == nil && len(b) == 16 && id == hex.EncodeToString(b)
}

func rawID(id string) []byte {
	b, _ := hex.DecodeString(id) // checked by validID
	return b
}

// Kinds are the known kinds by name.
type Kinds map[string]*Kind

// Subject is what a room offers to the ledger: its kinds of entries and its views.
type Subject struct {
	Name  string
	Kinds []*Kind
	Views []viewer
}

// Views lists the declarations of the subject's view tables; the type itself stays inside the ledger.
func Views(views ...viewer) []viewer { return views }
