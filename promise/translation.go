package promise

import (
	"maps"
	"strconv"

	"kept/ledger"
	"kept/locale"
	"kept/programme"
)

// Wording is a text of terms that can be translated, with the path by which a translation names it.
type Wording struct {
	Path string
	*locale.Wording
}

// Wordings lists the texts of terms that can be translated.
func (t *Terms) Wordings() []Wording {
	out := []Wording{{"title", &t.Title}}
	for i := range t.Measures {
		n := "measure." + strconv.Itoa(i)
		out = append(out, Wording{n + ".name", &t.Measures[i].Name}, Wording{n + ".unit", &t.Measures[i].Unit})
	}
	for i := range t.Milestones {
		out = append(out, Wording{"milestone." + strconv.Itoa(i) + ".title", &t.Milestones[i].Title})
	}
	return out
}

func (t *Terms) wording(path string) *locale.Wording {
	for _, w := range t.Wordings() {
		if w.Path == path {
			return w.Wording
		}
	}
	return nil
}

// Same says whether two terms promise the same in the same words of the originals. Translations promise nothing.
func (t *Terms) Same(other *Terms) bool { return t.originals().encode() == other.originals().encode() }

// originals are the terms without translations.
func (t *Terms) originals() *Terms {
	out, err := ParseTerms(t.encode()) // so that nothing is shared with t
	if err != nil {
		panic(err) // it was just written
	}
	for _, w := range out.Wordings() {
		w.In = map[string]string{w.Original: w.In[w.Original]}
	}
	return &out
}

// Translated adds to the terms the translations that others have of the same words and they have not.
func (t *Terms) Translated(others *Terms) {
	for _, w := range t.Wordings() {
		other := others.wording(w.Path)
		if other == nil || !sameWording(*w.Wording, *other) {
			continue
		}
		in := maps.Clone(other.In)
		maps.Copy(in, w.In)
		w.In = in
	}
}

func needTranslation(n *ledger.Need, e *ledger.Entry, d *Translation) {
	needAbout(n, e)
	Versions.Need(n, e.AboutSeq, d.Version)
}

func translate(r *ledger.Rows, e *ledger.Entry, d *Translation) error {
	p, err := about(r, e)
	if err := programme.First(programme.CheckWho(r, e), err); err != nil {
		return err
	}
	if d.Version != p.Version {
		return ledger.Refuse("translated.stale", "version", d.Version, "current", p.Version)
	}
	row, _ := Versions.Get(r, p.Seq, p.Version)
	t, err := ParseTerms(row.Terms) // not those of termsOf, which are shared
	if err != nil {
		return err
	}
	w := t.wording(d.Path)
	switch {
	case w == nil:
		return ledger.Refuse("translated.path", "path", d.Path)
	case d.Lang == w.Original:
		return ledger.Refuse("translated.original", "field", "lang")
	case w.In[d.Lang] == d.Text && d.Text != "":
		return ledger.Refuse("translated.nothing", "field", "text")
	}
	w.In[d.Lang] = d.Text
	if err := programme.CheckWords("text", *w); err != nil {
		return err
	}
	row.Terms = t.encode()
	Versions.Put(r, row)
	if d.Path == "title" {
		findBy(r, &p, d.Text)
	}
	p.Translated++
	View.Put(r, p)
	return nil
}
