package places

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/store"
)

// The limits of a file.
const (
	MaxRows  = 20_000
	MaxBytes = 20 << 20
)

// The formats that are read.
const (
	CSV     = "csv"
	GeoJSON = "geojson"
)

// unknown is the language of names of which the file does not say in which language they are.
const unknown = "und"

// Found is what a file has.
type Found struct {
	Name     string // of the file
	Format   string // CSV or GeoJSON
	Encoding string // of its text
	Rows     []Row  // every place once, in the order of the file
	Ignored  []string
	Mistakes []Mistake // by line

	index   map[string]int // code to row
	checked bool
}

// Row is a place of the file.
type Row struct {
	Line int // where it stands first
	programme.Place
	There bool // the book has it already, with the same content

	broken bool // something of its own is wrong, so nothing is said about how it fits
	top    bool // the file does not say in what it lies
}

// Mistake is one thing that is wrong. Error is in words of the catalogues.
type Mistake struct {
	Line  int
	Place string // its code, if it has one
	Error *locale.Error
}

// Clean says whether the file was compared with the book and nothing is wrong with it.
func (f *Found) Clean() bool { return f.checked && len(f.Mistakes) == 0 }

// New counts the places that are not in the book yet.
func (f *Found) New() (n int) {
	for _, r := range f.Rows {
		if !r.There {
			n++
		}
	}
	return n
}

// NamesIn says in which language the names are of which the file does not say it. It comes before Check.
func (f *Found) NamesIn(lang string) error {
	if !locale.ValidTag(lang) {
		return fault("wording.tag", "Lang", short(lang))
	}
	for i := range f.Rows {
		r := &f.Rows[i]
		text, ok := r.Name.In[unknown]
		if !ok || lang == unknown {
			continue
		}
		if other, both := r.Name.In[lang]; both && other != text {
			f.wrong(r.Line, r.Code, "places-file.two-names", "Lang", lang)
			continue
		}
		delete(r.Name.In, unknown)
		r.Name.In[lang] = text
		if r.Name.Original == unknown {
			r.Name.Original = lang
		}
	}
	return nil
}

func (f *Found) wrong(line int, place, code string, args ...any) {
	f.Mistakes = append(f.Mistakes, Mistake{line, place, fault(code, args...)})
}

func fault(code string, args ...any) *locale.Error { return &locale.Error{Code: code, Args: args} }

// short makes a text of the file fit for a sentence.
func short(text string) string {
	runes := []rune(locale.Tidy(text))
	if len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return string(runes)
}

// Check compares the file with the book and finds what is wrong with the tree. It may be called again, as when the book
// has grown.
func (f *Found) Check(tx *store.Tx) error {
	there, err := f.inBook(tx)
	if err != nil {
		return err
	}
	f.Mistakes = slices.DeleteFunc(f.Mistakes, func(m Mistake) bool { return ofTree[m.Error.Code] })
	for i := range f.Rows {
		r := &f.Rows[i]
		if r.There = false; !r.broken {
			f.compare(r, there)
		}
	}
	f.circles(there)
	slices.SortStableFunc(f.Mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	f.checked = true
	return nil
}

// CheckBook is Check of a book as it stands.
func (f *Found) CheckBook(ctx context.Context, book *ledger.Book) error {
	return book.DB.Read(ctx, f.Check)
}

// ofTree are the mistakes that Check finds, in words that the pages have for the refusals of the book.
var ofTree = map[string]bool{
	"refused.place.moved": true, "places-file.differs": true, "refused.place.cycle": true, "places-file.circle": true, "places-file.parent-unknown": true,
	"refused.place.level-order": true,
}

// inBook reads the places of the file, and their parents, as the book has them.
func (f *Found) inBook(tx *store.Tx) (map[string]programme.PlaceRow, error) {
	asked := map[string]bool{}
	var keys [][]any
	for _, r := range f.Rows {
		for _, code := range []string{r.Code, r.Parent} {
			if !asked[code] && programme.CheckCode("code", code) == nil {
				asked[code] = true
				keys = append(keys, []any{code})
			}
		}
	}
	rows, err := programme.Places.Load(tx, keys)
	there := map[string]programme.PlaceRow{}
	for _, row := range rows {
		there[row.Code] = row
	}
	return there, err
}

// compare compares a place with the book and with its parent.
func (f *Found) compare(r *Row, there map[string]programme.PlaceRow) {
	if row, ok := there[r.Code]; ok {
		if r.top {
			r.Parent = row.Parent
		}
		switch {
		case row.Parent != r.Parent:
			f.wrong(r.Line, r.Code, "refused.place.moved", "Code", r.Code)
		case row.Level != r.Level || !saysSame(r.Name, programme.ParseWords(row.Name)) || r.Position != "" && r.Position != row.Position:
			f.wrong(r.Line, r.Code, "places-file.differs", "Code", r.Code)
		default:
			r.There = true
		}
		return
	}
	level := ""
	if i, ok := f.index[r.Parent]; ok {
		level = f.Rows[i].Level
	} else if row, ok := there[r.Parent]; ok {
		level = row.Level
	}
	switch {
	case r.Parent == r.Code:
		f.wrong(r.Line, r.Code, "refused.place.cycle", "Code", r.Code)
	case r.Parent == "":
	case level == "" && !f.has(r.Parent):
		f.wrong(r.Line, r.Code, "places-file.parent-unknown", "Code", short(r.Parent))
	case level != "" && !programme.Smaller(r.Level, level):
		f.wrong(r.Line, r.Code, "refused.place.level-order", "Code", r.Code, "Parent", r.Parent)
	}
}

func (f *Found) has(code string) bool { _, ok := f.index[code]; return ok }

// saysSame says whether the book says all that a wording says. It may say more: a translation that was added later.
func saysSame(said, book locale.Wording) bool {
	for lang, text := range said.In {
		if book.In[lang] != text {
			return false
		}
	}
	return true
}

// circles finds places that lie in each other. A place that lies in itself was found already.
func (f *Found) circles(there map[string]programme.PlaceRow) {
	const (
		unseen = iota
		onTheWay
		done
	)
	state := make([]int, len(f.Rows))
	for start := range f.Rows {
		var path []int
		i, ok := start, true
		for ok && state[i] == unseen {
			state[i] = onTheWay
			path = append(path, i)
			if _, inBook := there[f.Rows[i].Code]; inBook {
				break // the tree of the book has no circles
			}
			i, ok = f.index[f.Rows[i].Parent]
		}
		if from := slices.Index(path, i); ok && from >= 0 && state[i] == onTheWay && f.Rows[path[len(path)-1]].Parent == f.Rows[i].Code && len(path)-from > 1 {
			for _, n := range path[from:] {
				f.wrong(f.Rows[n].Line, f.Rows[n].Code, "places-file.circle", "Code", f.Rows[n].Code, "Parent", f.Rows[n].Parent)
			}
		}
		for _, n := range path {
			state[n] = done
		}
	}
}

// Drafts are the entries of the places that are not in the book yet, parents first. Of a file that is not clean there are none.
func (f *Found) Drafts(who string) ([]ledger.Draft, error) {
	if !f.checked {
		panic("places: Drafts before Check")
	}
	if len(f.Mistakes) > 0 {
		return nil, fault("places-file.not-clean", "N", len(f.Mistakes))
	}
	rows := slices.DeleteFunc(slices.Clone(f.Rows), func(r Row) bool { return r.There })
	// A parent is of a larger level than what lies in it.
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Compare(slices.Index(programme.Levels, a.Level), slices.Index(programme.Levels, b.Level))
	})
	drafts := make([]ledger.Draft, len(rows))
	for i, r := range rows {
		content, err := json.Marshal(r.Place)
		if err != nil {
			return nil, err
		}
		drafts[i] = ledger.Draft{Kind: programme.KindPlace, ID: ledger.DeriveID("place " + r.Code + "\n" + string(content)), Who: who, Data: r.Place}
	}
	return drafts, nil
}

// step is how many places are appended at once, between two looks at the progress.
const step = 1000

// Append appends the places that are new, and returns how many it did. An error after the first of them leaves a part in
// the book; doing it again does the rest.
func (f *Found) Append(ctx context.Context, book *ledger.Book, who string, progress func(done, total int64)) (int, error) {
	drafts, err := f.Drafts(who)
	if err != nil {
		return 0, err
	}
	n := 0
	for part := range slices.Chunk(drafts, step) {
		receipts, err := book.Append(ctx, part...)
		if err != nil {
			return n, err
		}
		for _, r := range receipts {
			if r.Err != nil {
				return n, r.Err
			}
			n++
		}
		if progress != nil {
			progress(int64(n), int64(len(drafts)))
		}
	}
	return n, nil
}
