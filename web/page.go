package web

import (
	"bytes"
	"embed"
	"html"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/programme"
	"kept/promise"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the layout and the parts around it. A page is made ready when it is first asked for: all of
// them take 40 MB, and who serves phones or one programme needs few.
var templates = loadTemplates()

// pageTemplate is one page.
type pageTemplate func() *template.Template

func (t pageTemplate) Execute(w io.Writer, data any) error { return t().Execute(w, data) }

func (t pageTemplate) ExecuteTemplate(w io.Writer, name string, data any) error {
	return t().ExecuteTemplate(w, name, data)
}

func loadTemplates() map[string]pageTemplate {
	parts := template.Must(template.ParseFS(templateFiles, "templates/layout.html", "templates/parts.html", "templates/fields.html", "templates/round-parts.html", "templates/review-parts.html"))
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	out := map[string]pageTemplate{}
	for _, e := range names {
		if e.Name() == "layout.html" || e.Name() == "parts.html" || e.Name() == "fields.html" || e.Name() == "round-parts.html" || e.Name() == "review-parts.html" {
			continue
		}
		out[strings.TrimSuffix(e.Name(), ".html")] = sync.OnceValue(func() *template.Template {
			t := template.Must(template.Must(parts.Clone()).ParseFS(templateFiles, "templates/"+e.Name()))
			return t.Lookup("layout")
		})
	}
	return out
}

// Page is what every page has. Its methods are the words, numbers, days and links of the templates.
type Page struct {
	*locale.Printer
	Title string
	Nav   string // which part of the programme this is
	Demo  bool

	Programme string // short name; empty outside of any
	Name      locale.Wording
	Head      ledger.Head
	Entries   figures.Number

	Me    *me    // who is signed in, on the pages of an office
	Where string // for whom
	Staff bool   // there is an office, with a door
	Inner bool   // it is a page of an office, or its door

	Glimpse *Glimpse // for chats in which its link is sent; nil: they show what they like

	address url.URL // as asked, for the same page in another language
}

// page makes the base of a page.
func (v *visit) page(nav, title string) Page {
	p := Page{Printer: v.p, Title: title, Nav: nav, Demo: v.server.demo, Programme: v.shelf.name, Name: programme.ParseWords(v.home.Title),
		Me: v.me, Where: v.where, Staff: v.server.desk != nil, Inner: v.inner, address: outer(v)}
	if v.At != nil {
		p.Head, p.Entries = v.head, figures.Number{Name: "entries", Value: itoa(v.Size)}
	}
	return p
}

// links is a page of which nothing is used but its links.
func (v *visit) links() Page { return Page{Printer: v.p, Programme: v.shelf.name} }

// outer is the address as the reader has it, with the programme's name.
func outer(v *visit) url.URL {
	u := *v.r.URL
	u.Path = "/" + v.shelf.name + u.Path
	if u.RawPath != "" {
		u.RawPath = "/" + v.shelf.name + u.RawPath
	}
	return u
}

// Link is an address inside the programme in the reader's language. Segments are escaped; pairs are query keys and values,
// of which empty ones are left out.
func (p Page) Link(segments string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	q.Set("lang", p.Tag)
	return "/" + p.Programme + "/" + segments + "?" + q.Encode()
}

// PlaceLink is the address of a place.
func (p Page) PlaceLink(code string) string { return p.Link("places/" + url.PathEscape(code)) }

// PromiseLink is the address of a promise.
func (p Page) PromiseLink(number int64) string { return p.Link("promises/" + itoa(number)) }

// Raw is an address inside the programme that is the same in every language.
func (p Page) Raw(segments string) string { return "/" + p.Programme + "/" + segments }

// Static is the address of a file of the program.
func (p Page) Static(name string) string { return "/static/" + path.Base(name) + "?" + assetsHash }

// Languages are the links to this page in every language.
func (p Page) Languages() []LanguageLink {
	var out []LanguageLink
	for _, l := range locale.Languages {
		u := p.address
		q := u.Query()
		q.Set("lang", l.Tag)
		u.RawQuery = q.Encode()
		// Two slashes in front would make a part of the address another site's name.
		out = append(out, LanguageLink{l, "/" + strings.TrimLeft(u.RequestURI(), "/"), l.Tag == p.Tag})
	}
	return out
}

// LanguageLink is the same page in another language.
type LanguageLink struct {
	locale.Language
	Address string
	Current bool
}

// Unreviewed says whether this language's words have yet to be checked by a native speaker.
func (p Page) Unreviewed() bool { return !p.Reviewed }

// Num shows a number with its figure's name and exact value. A figure without a value is "nothing reported".
func (p Page) Num(n figures.Number) template.HTML {
	text := ""
	switch {
	case n.Value == "":
		return template.HTML(`<data value="" data-figure="` + html.EscapeString(string(n.Name)) + `" class="gap">` + html.EscapeString(p.T("nothing-reported")) + `</data>`)
	case n.Currency != "":
		text = p.Money(n.Int(), n.Currency)
	default:
		text = p.Decimal(n.Value)
	}
	return template.HTML(`<data value="` + html.EscapeString(n.Value) + `" data-figure="` + html.EscapeString(string(n.Name)) + `">` + html.EscapeString(text) + `</data>`)
}

// Words shows a wording in the reader's language, or in the one it is in, and says which.
func (p Page) Words(w locale.Wording) template.HTML {
	text, tag := w.Best(p.Tag)
	return p.In(tag, text)
}

// In shows a text that is in a given language.
func (p Page) In(tag, text string) template.HTML {
	text = html.EscapeString(text)
	if tag == p.Tag {
		return template.HTML("<bdi>" + text + "</bdi>")
	}
	dir := "auto"
	if l, ok := locale.Find(tag); ok {
		dir = l.Dir
	}
	return template.HTML(`<bdi lang="` + html.EscapeString(tag) + `" dir="` + dir + `">` + text + "</bdi>")
}

// Plain is a wording as a plain text, for titles and attributes.
func (p Page) Plain(w locale.Wording) string {
	text, _ := w.Best(p.Tag)
	return text
}

// Translated says that a wording is shown in a translation of what was written.
func (p Page) Translated(w locale.Wording) bool {
	_, tag := w.Best(p.Tag)
	return tag != "" && tag != w.Original
}

// Date shows a day.
func (p Page) Date(day string) template.HTML {
	if day == "" {
		return template.HTML(html.EscapeString(p.T("no-day")))
	}
	return template.HTML(`<time datetime="` + html.EscapeString(day) + `">` + html.EscapeString(p.ShortDay(day)) + `</time>`)
}

// Says is the class of a standing or verdict: state is told by word and shape.
func (p Page) Says(state string) string {
	switch state {
	case string(promise.ReportedDone), string(promise.Kept):
		return "says done"
	case string(promise.Overdue):
		return "says over"
	case string(promise.PartlyKept):
		return "says half"
	case string(promise.NotKept):
		return "says not"
	case string(promise.UnderWay), string(promise.BeingAsked):
		return "says ask"
	}
	return "says none"
}

// Message is a page that only says something: an error, or that there is nothing.
type Message struct {
	Page
	Status string
	Text   string
	Home   string // where to go next
	Admin  string // the door of the admin's office, on the page before any programme
	Shelf  []ShelfLine
}

// ShelfLine is a programme in the list of all.
type ShelfLine struct {
	Address string
	Name    locale.Wording
	Goal    locale.Wording
}

// plain answers with a sentence in the reader's language.
func (s *Server) plain(w http.ResponseWriter, r *http.Request, b *shelf, status int, key string, args ...any) {
	p := printer(r)
	m := Message{Page: Page{Printer: p, Title: p.T("title." + key), Demo: s.demo, address: *r.URL}, Text: p.T(key, args...), Home: "/?lang=" + p.Tag}
	if b != nil {
		m.Page.address.Path, m.Page.address.RawPath = "/"+b.name+r.URL.Path, ""
		m.Home = "/" + b.name + "/?lang=" + p.Tag
	}
	if err := m.send(w, r, status, "no-store"); err != nil {
		s.log.Error("the page of an error failed", "error", err)
		http.Error(w, p.T(key, args...), status)
	}
}

// send writes the page; after an error nothing has been sent.
func (m Message) send(w http.ResponseWriter, r *http.Request, status int, cache string) error {
	var body bytes.Buffer
	if err := templates["message"].Execute(&body, m); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", cache)
	w.Header().Add("Vary", "Accept-Language, Accept-Encoding")
	send(w, r, status, body.Bytes())
	return nil
}

// door is the page before any programme: it leads to the only one, or lists them.
func (s *Server) door(w http.ResponseWriter, r *http.Request) {
	books := s.shelves()
	if len(books) == 1 {
		redirect(w, r, "/"+books[0].name+"/")
		return
	}
	p := printer(r)
	page := Message{Page: Page{Printer: p, Title: p.T("door.title"), Demo: s.demo, address: *r.URL}, Text: p.T("door.empty")}
	if s.desk != nil {
		page.Admin = "/" + officeName + "/?lang=" + p.Tag
	}
	for _, b := range books {
		line := ShelfLine{Address: "/" + b.name + "/?lang=" + p.Tag}
		row, err := home(r.Context(), b.book)
		if err != nil {
			s.internal(w, r, nil, err)
			return
		}
		line.Name, line.Goal = programme.ParseWords(row.Title), programme.ParseWords(row.Goal)
		page.Shelf = append(page.Shelf, line)
		page.Text = p.T("door.text")
	}
	if err := page.send(w, r, http.StatusOK, "no-cache"); err != nil {
		s.internal(w, r, nil, err)
	}
}
