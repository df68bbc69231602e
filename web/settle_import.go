package web

import (
	"slices"
	"time"

	"kept/imports/places"
	"kept/locale"
)

// SettleImport is the page on which places are read from a file: first what was understood, then, on purpose, into the book.
type SettleImport struct {
	Form
	Found    *places.Found // nil: there is no file yet
	Held     string        // the mark of the file
	New      int64
	Same     int64
	Broken   int64 // lines with a mistake
	Mistakes []ImportMistake
	More     int64 // mistakes that are not listed
	Sample   []ImportLine
	Unnamed  bool // there are names of which the file does not say the language
	Langs    []Choice
}

// ImportMistake is a mistake of the file, in words.
type ImportMistake struct {
	Line  int64
	Place string
	Text  string
}

// ImportLine is a place of the sample, as deep as it lies.
type ImportLine struct {
	places.Row
	Depth int
	More  int64 // places beside it that are not in the sample
}

// How much of a file its page shows.
const (
	mistakesShown = 100
	sampleShown   = 24
	sampleBeside  = 4
)

func settleImport(v *visit) (*result, error) {
	p := SettleImport{}
	var found *places.Found
	if v.form != nil {
		verb, _ := v.form.do()
		f, ok, err := v.fileInHand()
		if err != nil {
			return nil, err
		}
		if ok {
			if found, p.Unnamed, err = v.understood(f); err != nil {
				return nil, err
			}
			p.Held = f.mark
			if found != nil && p.Unnamed && v.form.get("language") == "" {
				v.form.say("language", v.p.T("settle.language-needed"))
				// Before that is said, a name that the book has is not known to be the same.
				found.Mistakes = slices.DeleteFunc(found.Mistakes, func(m places.Mistake) bool { return m.Error.Code == "places-file.differs" })
			}
		}
		if verb == "write" && v.failed == nil && found != nil && found.Clean() && v.form.right() {
			drafts, err := found.Drafts(v.me.Grant.Who)
			if err != nil {
				return nil, err
			}
			// Where everything is there already, as after sending twice, nothing is left to do.
			return &result{drafts: drafts, to: v.links().OfficeLink("places", doneKey, found.Rows[0].Code)}, nil
		}
	}
	p.Form = v.formPage("parts", v.p.T("settle.import"))
	p.languages(v)
	if p.Found = found; found != nil {
		p.count(v)
		p.sample()
		p.typed.set("held", p.Held)
	}
	return &result{page: p, name: "settle-import"}, nil
}

// fileInHand is the file that was sent, or that was sent before and is still held.
func (v *visit) fileInHand() (heldFile, bool, error) {
	session := v.shelf.name + " " + v.me.ID
	now := time.Now()
	if sent, ok := v.form.files["file"]; ok && (sent.name != "" || len(sent.body) > 0) {
		if len(sent.body) > places.MaxBytes {
			v.form.say("file", v.p.T("places-file.too-large", "Max", places.MaxBytes>>20))
			return heldFile{}, false, nil
		}
		mark := v.server.held.put(session, locale.Tidy(sent.name), sent.body, now)
		f, ok := v.server.held.get(session, mark, now)
		return f, ok, nil
	}
	mark := v.form.get("held")
	if mark == "" {
		v.form.say("file", v.p.T("settle.file-missing"))
		return heldFile{}, false, nil
	}
	f, ok := v.server.held.get(session, mark, now)
	if !ok {
		v.form.say("file", v.p.T("settle.file-gone"))
	}
	return f, ok, nil
}

// understood reads a file and compares it with the book, and with where one may enter places. Unnamed says that there are
// names of which the file does not say the language.
func (v *visit) understood(f heldFile) (found *places.Found, unnamed bool, err error) {
	if found, err = places.Read(f.name, f.body); err != nil {
		return nil, false, v.sayError("file", err)
	}
	unnamed = slices.ContainsFunc(found.Rows, func(r places.Row) bool { return r.Name.In["und"] != "" })
	if lang := v.form.get("language"); lang != "" {
		if err := found.NamesIn(lang); err != nil {
			if err := v.sayError("language", err); err != nil {
				return nil, false, err
			}
		}
	}
	if err := found.Check(v.Tx); err != nil {
		return nil, false, err
	}
	return found, unnamed, v.reachOf(found)
}

// reachOf adds as mistakes the new places that would lie where the office may enter none.
func (v *visit) reachOf(found *places.Found) error {
	if v.maySettle("") == nil || len(found.Mistakes) > 0 {
		return nil
	}
	at := map[string]*places.Row{}
	for i := range found.Rows {
		at[found.Rows[i].Code] = &found.Rows[i]
	}
	answers := map[string]error{}
	for _, r := range found.Rows {
		if r.There {
			continue
		}
		below := r.Parent // the place of the book below which it will lie
		for row := at[below]; row != nil && !row.There; row = at[below] {
			below = row.Parent
		}
		if _, asked := answers[below]; !asked {
			answers[below] = v.maySettle(below)
		}
		if err := answers[below]; err == notYours {
			found.Mistakes = append(found.Mistakes, places.Mistake{Line: r.Line, Place: r.Code, Error: &locale.Error{Code: "settle.import-reach", Args: []any{"Code", r.Code}}})
		} else if err != nil {
			return err
		}
	}
	return nil
}

// languages offers the languages of names of which the file does not say it. None is chosen beforehand: what is chosen
// stands in the book.
func (p *SettleImport) languages(v *visit) {
	p.Langs = []Choice{{Text: v.p.T("settle.choose")}}
	for _, tag := range v.namingLanguages(locale.Wording{}) {
		l, ok := locale.Find(tag)
		if !ok {
			l = locale.Language{Name: tag}
		}
		p.Langs = append(p.Langs, Choice{Value: tag, Text: l.Name})
	}
	p.Langs = append(p.Langs, Choice{Value: "und", Text: v.p.T("settle.language-unknown")})
}

func (p *SettleImport) count(v *visit) {
	p.New = int64(p.Found.New())
	lines := map[int]bool{}
	for _, m := range p.Found.Mistakes {
		lines[m.Line] = true
		if len(p.Mistakes) < mistakesShown {
			p.Mistakes = append(p.Mistakes, ImportMistake{int64(m.Line), m.Place, v.p.T(m.Error.Code, v.spoken(m.Error.Args)...)})
		} else {
			p.More++
		}
	}
	p.Broken = int64(len(lines))
	wrongRows := int64(0)
	for _, r := range p.Found.Rows {
		if lines[r.Line] && !r.There {
			wrongRows++
		}
		if r.There {
			p.Same++
		}
	}
	p.New -= wrongRows
}

// sample takes some of the places as the tree that they make.
func (p *SettleImport) sample() {
	inside := map[string][]places.Row{}
	there := map[string]bool{}
	for _, r := range p.Found.Rows {
		there[r.Code] = true
	}
	var tops []places.Row
	for _, r := range p.Found.Rows {
		if there[r.Parent] && r.Parent != r.Code {
			inside[r.Parent] = append(inside[r.Parent], r)
		} else {
			tops = append(tops, r)
		}
	}
	var walk func(rows []places.Row, depth int)
	walk = func(rows []places.Row, depth int) {
		shown := rows[:min(len(rows), sampleBeside)]
		for i, r := range shown {
			if len(p.Sample) >= sampleShown || depth > 6 {
				return
			}
			line := ImportLine{Row: r, Depth: depth}
			p.Sample = append(p.Sample, line)
			at := len(p.Sample) - 1
			walk(inside[r.Code], depth+1)
			if i == len(shown)-1 {
				p.Sample[at].More = int64(len(rows) - len(shown))
			}
		}
	}
	walk(tops, 0)
}

// Clean says whether the file can be written as it is.
func (p SettleImport) Clean() bool { return p.Found != nil && p.Found.Clean() && !p.AnyWrong() }
