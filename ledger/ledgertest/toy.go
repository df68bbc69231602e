package ledgertest

import (
	"kept/ledger"
)

// Added is the data of the toy's "add": a counter grows or shrinks.
type Added struct {
	Counter string `json:"counter"`
	By      int64  `json:"by"`
}

// Noted is the data of the toy's "note": words about an earlier entry, perhaps with a picture.
type Noted struct {
	Counter string         `json:"counter"`
	Words   *ledger.Hashed `json:"words,omitempty"`
	Picture string         `json:"picture,omitempty"`
}

// Ended is the data of the toy's "end": a counter is gone.
type Ended struct {
	Counter string `json:"counter"`
}

// CounterRow is what the entries add up to.
type CounterRow struct {
	Counter string `col:"counter" is:"its name"`
	Total   int64  `col:"total" is:"sum of what was added"`
	Last    int64  `col:"last" is:"the entry that changed it last"`
	Day     string `col:"day" is:"when that was recorded"`
	Mark    []byte `col:"mark" is:"the last byte of the name, so that the toy has a column of bytes"`
}

// CounterView has a text as its key, and an index.
var CounterView = ledger.NewView[CounterRow]("toy_counter", []string{"counter"}, []string{"total", "counter"})

// NoteRow is a note that was taken.
type NoteRow struct {
	Counter string `col:"counter" is:"the counter it is about"`
	Seq     int64  `col:"seq" is:"the entry"`
	About   int64  `col:"about" is:"the entry it answers, or -1"`
	Who     string `col:"who" is:"who wrote it"`
}

// NoteView has a key of two columns.
var NoteView = ledger.NewView[NoteRow]("toy_note", []string{"counter", "seq"})

// Toy is a subject with every feature a subject can have and no meaning: counters, which never fall below zero.
func Toy() *ledger.Subject {
	return &ledger.Subject{
		Name:  "toy",
		Views: ledger.Views(CounterView, NoteView),
		Kinds: []*ledger.Kind{
			ledger.KindOf("add", func(n *ledger.Need, e *ledger.Entry, d *Added) { CounterView.Need(n, d.Counter) }, add),
			ledger.KindOf("note", func(n *ledger.Need, e *ledger.Entry, d *Noted) { CounterView.Need(n, d.Counter) }, takeNote).
				WithTexts(func(d any) map[string]string { return d.(*Noted).Words.Fields("words") }).
				WithPictures(func(d any) []string {
					if p := d.(*Noted).Picture; p != "" {
						return []string{p}
					}
					return nil
				}),
			// It announces nothing, so its rows are read one by one.
			ledger.KindOf("end", func(*ledger.Need, *ledger.Entry, *Ended) {}, end),
		},
	}
}

func add(r *ledger.Rows, e *ledger.Entry, d *Added) error {
	c, _ := CounterView.Get(r, d.Counter)
	if d.By == 13 {
		panic("the toy breaks at 13")
	}
	c.Counter, c.Total, c.Last, c.Day = d.Counter, c.Total+d.By, e.Seq, e.Recorded
	c.Mark = []byte(d.Counter[len(d.Counter)-1:])
	CounterView.Put(r, c)
	if c.Total < 0 { // after the write, so that refusing has something to take back
		return ledger.Refuse("toy.below-zero", "counter", d.Counter)
	}
	return nil
}

func takeNote(r *ledger.Rows, e *ledger.Entry, d *Noted) error {
	if err := d.Words.Check(); err != nil {
		return err
	}
	NoteView.Put(r, NoteRow{d.Counter, e.Seq, e.AboutSeq, e.Who})
	if _, ok := CounterView.Get(r, d.Counter); !ok {
		return ledger.Refuse("toy.no-counter", "counter", d.Counter)
	}
	return nil
}

func end(r *ledger.Rows, e *ledger.Entry, d *Ended) error {
	CounterView.Delete(r, d.Counter)
	if _, ok := CounterView.Get(r, d.Counter); ok {
		panic("the toy sees a row that it deleted")
	}
	return nil
}

// Add is a draft of an "add".
func Add(counter string, by int64) ledger.Draft {
	return ledger.Draft{Kind: "add", ID: ledger.NewID(), Who: "team:toy", Data: Added{counter, by}}
}

// Note is a draft of a "note", with words in some languages, the first of them the original.
func Note(counter, about string, words ...string) ledger.Draft {
	in := map[string]string{}
	for i, w := range words {
		in[[]string{"en", "ug", "zh-Hans"}[i]] = w
	}
	hashed, texts := ledger.Hash("words", "en", in, ledger.NewSalt)
	return ledger.Draft{Kind: "note", ID: ledger.NewID(), Who: "org:toy", About: about, Data: Noted{Counter: counter, Words: hashed}, Texts: texts}
}

// WithPicture puts a picture to a draft of a "note".
func WithPicture(d ledger.Draft, body []byte) ledger.Draft {
	data := d.Data.(Noted)
	data.Picture = ledger.HashBytes(body)
	d.Data = data
	d.Pictures = []ledger.Picture{{SHA256: data.Picture, Media: ledger.MediaType(body), Body: body}}
	return d
}

// End is a draft of an "end".
func End(counter string) ledger.Draft {
	return ledger.Draft{Kind: "end", ID: ledger.NewID(), Who: "org:toy", Data: Ended{counter}}
}

// Erase is a draft that empties a text of an earlier entry.
func Erase(about, field string) ledger.Draft {
	return ledger.Draft{Kind: ledger.KindErasure, ID: ledger.NewID(), Who: "org:toy", About: about,
		Data: ledger.Erasure{Field: field, Reason: ledger.ErasureReasons[0]}}
}

// PNG is a picture of one grey point.
var PNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc\xb0\x07\x00\x00B\x00B\xe7z\xe5\x90\x00\x00\x00\x00IEND\xaeB`\x82")

// Draft is a draft of any kind.
func Draft(kind string, data any) ledger.Draft {
	return ledger.Draft{Kind: kind, ID: ledger.NewID(), Who: "org:toy", Data: data}
}
