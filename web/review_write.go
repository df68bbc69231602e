package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/review"
	"kept/schedule"
	"kept/staff"
)

// reviewRoutes are the pages on which an office writes and publishes reviews.
var reviewRoutes = slices.Concat(
	formPage("/office/reviews", account, nil, nil, reviewList),
	formPage("/office/reviews/new", account, []string{"draft", "replaces"},
		[]string{"from", "to", "places[]", "find", "replaces", "draft", "size", "words.*.*"}, reviewNew),
)

// ReviewList is the page of an office's reviews, and of what it has begun to write.
type ReviewList struct {
	Form
	Drafts []staff.Draft
	Lines  []ReviewLine
	Mine   map[int64]bool // those that the reader may replace
}

// reviewList lists the reviews. A draft is thrown away here.
func reviewList(v *visit) (*result, error) {
	if v.form != nil {
		if verb, id := v.form.do(); verb == "drop" {
			if err := v.server.desk.DropDraft(v.ctx, v.shelf.name, v.me.Grant.Who, id); err != nil {
				return nil, err
			}
		}
		return &result{to: v.links().OfficeLink("reviews")}, nil
	}
	p := ReviewList{Form: v.formPage("reviews", v.p.T("review.calendar")), Mine: map[int64]bool{}}
	all, err := v.server.desk.Drafts(v.ctx, v.shelf.name, v.me.Grant.Who)
	if err != nil {
		return nil, err
	}
	p.Drafts = slices.DeleteFunc(all, func(d staff.Draft) bool { return d.Kind != review.KindReview })
	if p.Lines, err = v.reviewLines(); err != nil {
		return nil, err
	}
	for i := range p.Lines {
		p.Mine[p.Lines[i].Number] = v.mayReplace(&p.Lines[i].Row)
	}
	return &result{page: p, name: "review-list"}, nil
}

// SpanOf is the period of a review in words.
func (p ReviewList) SpanOf(l ReviewLine) template.HTML { return p.spanText(l.From, l.To) }

// ReviewForm is the page on which a review is written.
type ReviewForm struct {
	Form
	Since    string // the day the draft was kept last
	Sections []WritingSection
	Grid     []Reference // figures by place, which belong to every section
	Doc      *review.Document
	Places   []PlaceChoice
	Found    []PlaceChoice
	More     bool
	Replaced []Choice
}

// WritingSection is a part of the review with the figures that belong to it.
type WritingSection struct {
	Name       string
	References []Reference
}

// ReviewPreview is the page that shows a review exactly as it will be published.
type ReviewPreview struct {
	Form
	Review ReviewPage
	Fields []HeldField
}

// writing is a review that is being written.
type writing struct {
	*visit
	form      *form
	languages []string
	replaces  int64
	now       *review.Document // the figures of the present state, once they were computed
}

// reviewNew is where a review is written, looked at and published.
func reviewNew(v *visit) (*result, error) {
	w := &writing{visit: v, form: v.form, languages: v.languages()}
	if w.form == nil {
		w.form = &form{values: url.Values{}, wrong: map[string]string{}}
		v.form = w.form
		if err := w.begin(); err != nil {
			return nil, err
		}
		return w.page()
	}
	verb, _ := w.form.do()
	switch verb {
	case "save":
		return w.save()
	case "preview", "publish":
	default:
		return w.page()
	}
	if done, err := w.published(); done != nil || err != nil {
		return done, err
	}
	doc, err := w.document(verb == "publish")
	if err != nil || doc == nil {
		if err == nil {
			return w.page()
		}
		return nil, err
	}
	words := w.words(doc)
	if !w.form.right() && v.failed == nil {
		return w.page()
	}
	if verb == "publish" && v.failed == nil {
		out, err := w.publish(doc, words)
		if out != nil || err != nil {
			return out, err
		}
		return w.page()
	}
	return w.preview(doc, words)
}

// begin fills the form: with a draft, or with the two months after the last review.
func (w *writing) begin() error {
	q := w.r.URL.Query()
	if id := q.Get("draft"); id != "" {
		d, there, err := w.server.desk.Draft(w.ctx, w.shelf.name, w.me.Grant.Who, id)
		if err != nil {
			return err
		}
		values, err := url.ParseQuery(d.Form)
		if !there || d.Kind != review.KindReview || err != nil {
			return notFound
		}
		w.form.values = values
		w.form.set("draft", id)
		return nil
	}
	span := review.Period{From: nextMonth(schedule.AddDays(w.Day[:8]+"01", -75))[:8] + "01"}
	last, err := w.latestReview()
	if err != nil {
		return err
	}
	if last != nil {
		span.From = schedule.AddDays(last.To, 1)
	}
	if text := q.Get("replaces"); text != "" {
		one, err := w.reviewOf(text)
		if err != nil {
			return err
		}
		w.form.set("replaces", text)
		w.form.set("from", one.From)
		w.form.set("to", one.To)
		w.form.values["places[]"] = one.Places
		for _, said := range one.Words {
			if len(said.Text.In) > 0 {
				w.form.setWording("words."+said.Section, said.Text)
			}
		}
		return nil
	}
	span.To = schedule.AddDays(nextMonth(nextMonth(span.From[:8]+"01")), -1)
	if yesterday := schedule.AddDays(w.Day, -1); span.To > yesterday {
		span.To = max(yesterday, span.From)
	}
	w.form.set("from", span.From)
	w.form.set("to", span.To)
	w.form.values["places[]"] = slices.Clone(w.me.Grant.Places)
	return nil
}

// mayReplace says whether a review is for the office to replace, as the book says it.
func (v *visit) mayReplace(r *review.Row) bool {
	return r.Replaced == 0 && (v.runs() || r.Who == v.me.Grant.Who)
}

// scope reads the period, the places and what is replaced, and says what is wrong with them.
func (w *writing) scope() (span review.Period, places []string, err error) {
	f := w.form
	span.From, span.To = w.typedDay("from", true), w.typedDay("to", true)
	if span.From != "" && span.To != "" && span.To < span.From {
		f.say("to", w.p.T("refused.period.backwards"))
	}
	if span.To >= w.Day {
		f.say("to", w.p.T("refused.review.period-open", "To", w.p.ShortDay(span.To)))
	}
	places = slices.DeleteFunc(slices.Clone(f.all("places[]")), func(code string) bool { return code == "" })
	slices.Sort(places)
	places = slices.Compact(places)
	f.values["places[]"] = places
	if len(places) > review.MaxPlaces {
		f.say("places", w.p.T("refused.review.places", "Most", review.MaxPlaces))
	}
	var wrong *fault
	if err := w.mayReview(places); errors.As(err, &wrong) {
		f.say("places", w.p.T("writing.not-yours"))
	} else if err != nil {
		return span, nil, err
	}
	w.replaces = 0
	if text := f.get("replaces"); text != "" {
		n, ok := parseNumber(text)
		if !ok {
			return span, nil, unclear
		}
		w.replaces = n
	}
	return span, places, nil
}

// document computes the figures as they would be frozen: at the present state, or for publishing at the one that was looked at.
// It is nil if something is wrong with the scope.
func (w *writing) document(publish bool) (*review.Document, error) {
	span, places, err := w.scope()
	if err != nil || !w.form.right() {
		return nil, err
	}
	size, ok := parseNumber(w.form.get("size"))
	if publish && ok && size <= figures.MostReplayed && size < w.Size {
		var doc *review.Document
		err := w.looked(size, func(at *figures.At) (err error) {
			doc, err = review.Draft(at, span, places)
			return err
		})
		return doc, w.refusedHere(err)
	}
	if publish && size != w.Size { // nobody has looked at these figures
		w.form.say("", w.p.T("writing.grown"))
	}
	if w.now == nil {
		w.now, err = review.Draft(w.At, span, places)
	}
	return w.now, w.refusedHere(err)
}

// looked reads the state that the office looked at, when others have written meanwhile.
func (w *writing) looked(size int64, ask func(at *figures.At) error) error {
	p := &w.shelf.past
	if !p.replaying.TryLock() {
		return busy
	}
	defer p.replaying.Unlock()
	return figures.Past(w.ctx, w.Tx, w.shelf.book.Rules, size, ask)
}

func (w *writing) refusedHere(err error) error {
	if err == nil {
		return nil
	}
	return w.sayRefused(err)
}

// words reads the office's words. What in them is no figure of the document is refused beside the section, with the word.
func (w *writing) words(doc *review.Document) (out review.Words) {
	for _, section := range review.Sections {
		name := "words." + section
		text := w.form.wording(name, w.languages)
		if text.IsZero() {
			continue
		}
		var long *locale.Error
		if err := text.CheckLong(review.MostWords); errors.As(err, &long) {
			w.form.say(name, w.p.T(long.Code, long.Args...))
		}
		out = append(out, review.Passage{Section: section, Text: text})
	}
	bySection := map[string][]string{}
	for _, m := range out.Check(doc) {
		language := m.Lang
		if l, ok := locale.Find(m.Lang); ok {
			language = l.Name
		}
		bySection[m.Section] = append(bySection[m.Section], w.p.T("writing.mistake-"+m.Code, "Word", m.Word, "Language", language))
	}
	for section, said := range bySection {
		w.form.say("words."+section, strings.Join(said, " "))
	}
	return out
}

// published says that this form has published already, so that sending it twice leads to the same review.
func (w *writing) published() (*result, error) {
	if verb, _ := w.form.do(); verb != "publish" {
		return nil, nil
	}
	rows, err := review.View.Select(w.Tx, "WHERE v.id = $1", w.form.entryID(""))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &result{to: w.links().Link("reviews/" + itoa(rows[0].Number))}, nil
}

func (w *writing) publish(doc *review.Document, words review.Words) (*result, error) {
	number, err := review.NextNumber(w.Tx)
	if err != nil {
		return nil, err
	}
	d, err := review.Publish(w.me.Grant.Who, review.Publication{Number: number, Document: doc, Words: words, Replaces: w.replaces}, w.salt("review"))
	if err != nil {
		return nil, w.sayRefused(err)
	}
	d.ID = w.form.entryID("")
	return &result{drafts: []ledger.Draft{d}, to: w.links().Link("reviews/" + itoa(number)), after: w.drop}, nil
}

// drop throws the draft away that was published.
func (w *writing) drop() {
	id := w.form.get("draft")
	if id == "" {
		return
	}
	if err := w.server.desk.DropDraft(w.ctx, w.shelf.name, w.me.Grant.Who, id); err != nil {
		w.server.log.Error("a draft stays though it was published", "error", err)
	}
}

// save keeps what was typed as a draft, whether it is right or not.
func (w *writing) save() (*result, error) {
	f := w.form
	values := url.Values{}
	for name, of := range f.values {
		if name != formDo && name != "find" && name != "draft" && name != "size" && strings.Join(of, "") != "" {
			values[name] = of
		}
	}
	title := fmt.Sprintf("%s – %s", f.get("from"), f.get("to"))
	id, err := w.server.desk.PutDraft(w.ctx, staff.Draft{ID: f.get("draft"), Programme: w.shelf.name, Who: w.me.Grant.Who, Kind: review.KindReview, Title: title,
		Form: values.Encode(), By: w.me.Account.ID})
	var said *locale.Error
	if errors.As(err, &said) {
		if said.Code == "staff.no-draft" {
			f.set("draft", "")
		}
		f.say("", w.p.T(said.Code, said.Args...))
		return w.page()
	}
	if err != nil {
		return nil, err
	}
	return &result{to: w.links().OfficeLink("reviews/new", "draft", id)}, nil
}

// page is the page of the form, with the figures of the present state beside the words.
func (w *writing) page() (*result, error) {
	f := w.form
	wrong := f.wrong
	f.wrong = map[string]string{}
	doc, err := w.document(false)
	if err != nil {
		return nil, err
	}
	for field, sentence := range wrong {
		f.wrong[field] = sentence
	}
	p := ReviewForm{Form: w.formPage("reviews", w.p.T("writing.title")), Doc: doc}
	if id := f.get("draft"); id != "" {
		if d, there, err := w.server.desk.Draft(w.ctx, w.shelf.name, w.me.Grant.Who, id); err != nil {
			return nil, err
		} else if there {
			p.Since = d.Changed
		}
	}
	for _, section := range review.Sections {
		p.Sections = append(p.Sections, WritingSection{Name: section})
	}
	if doc != nil {
		for _, r := range (docNames{p.Page, doc}).references() {
			if r.Section == "places" {
				p.Grid = append(p.Grid, r)
				continue
			}
			i := slices.Index(review.Sections, r.Section)
			p.Sections[i].References = append(p.Sections[i].References, r)
		}
	}
	chosen := f.all("places[]")
	if p.Places, err = w.chosenPlaces(chosen[:min(len(chosen), review.MaxPlaces)]); err != nil {
		return nil, err
	}
	if p.Found, p.More, err = w.findPlaces(f.get("find"), chosen); err != nil {
		return nil, err
	}
	p.Replaced, err = w.replaceable()
	return &result{page: p, name: "review-form"}, err
}

// replaceable are the reviews that the office may replace, to choose from.
func (w *writing) replaceable() ([]Choice, error) {
	rows, err := review.List(w.Tx, 0, mostReviews)
	out := []Choice{{Text: w.p.T("writing.replaces-none")}}
	for i := range rows {
		if r := &rows[i]; w.mayReplace(r) {
			out = append(out, Choice{Value: itoa(r.Number), Text: w.p.T("review.choice", "Number", itoa(r.Number), "From", w.p.ShortDay(r.From), "To", w.p.ShortDay(r.To))})
		}
	}
	return out, err
}

// preview shows the review exactly as it will be published.
func (w *writing) preview(doc *review.Document, words review.Words) (*result, error) {
	w.form.set("size", itoa(doc.Size))
	p := ReviewPreview{Form: w.formPage("reviews", w.p.T("writing.preview")), Fields: w.form.hidden("find")}
	p.Review = ReviewPage{Page: p.Page, Doc: doc, said: map[string]review.Said{}, Size: w.Size}
	if err := p.Review.read(w.visit); err != nil {
		return nil, err
	}
	var err error
	if p.Review.By, _, err = wordsOf(w.Tx, w.me.Grant.Who); err != nil {
		return nil, err
	}
	for _, x := range words {
		p.Review.said[x.Section] = review.Said{Section: x.Section, Text: x.Text}
	}
	return &result{page: p, name: "review-preview"}, nil
}

// Replaces is the number of the review that is replaced, or nothing.
func (p ReviewPreview) Replaces() string { return p.Typed("replaces") }

// RefsPart is a list of figures with the page.
type RefsPart struct {
	Page
	Refs []Reference
}

// WithRefs gives a part a list of figures.
func (p ReviewForm) WithRefs(refs []Reference) RefsPart { return RefsPart{p.Page, refs} }
