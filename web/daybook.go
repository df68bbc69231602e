package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"kept/locale"
)

// The daybook is one page that speaks without a server once it was opened: its script is web/static/daybook.js, and what it asks of a
// server is docs/sync.md. Nothing on it depends on who asks, so that a phone can keep it.

// daybookRoutes are there where teams can sign in.
var daybookRoutes = []route{
	page("GET /"+teamName+"/{$}", public, []string{signedKey}, daybookPage),
	page("GET /"+teamName+"/manifest.webmanifest", public, nil, daybookManifest),
	page("GET /"+teamName+"/words.json", public, nil, daybookWords),
	page("GET /"+teamName+"/worker.js", public, nil, daybookWorker),
}

// daybookFolder is the address below which all of a programme's daybook lies.
func (v *visit) daybookFolder() string { return v.links().Raw(teamName + "/") }

// daybookPolicy lets the page show the pictures it holds, and keep itself.
const daybookPolicy = "default-src 'none'; style-src 'self'; img-src 'self' blob:; script-src 'self'; worker-src 'self'; manifest-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Daybook is the page, before its script has run.
type Daybook struct{ Page }

// PlainForm is the form that does the same without a script.
func (p Daybook) PlainForm() string { return p.OfficeLink("reports/new") }

// Module is the address of a script that imports others: all have no hash, so that none is loaded twice.
func (p Daybook) Module(name string) string { return "/static/" + name }

// Tags are the languages that the daybook speaks.
func (p Daybook) Tags() string {
	var tags []string
	for _, l := range locale.Languages {
		tags = append(tags, l.Tag)
	}
	return strings.Join(tags, " ")
}

// Names are what these languages call themselves, in the same order.
func (p Daybook) Names() string {
	var names []string
	for _, l := range locale.Languages {
		names = append(names, l.Name)
	}
	return strings.Join(names, "|")
}

func daybookPage(v *visit) (*result, error) {
	return &result{page: Daybook{v.page("daybook", v.p.T("daybook.title"))}, name: "daybook", policy: daybookPolicy}, nil
}

// daybookSays are the messages that the daybook uses, or all of a room; TestDaybookWords holds them against the scripts.
var daybookSays = []string{"daybook.", "standing.", "says.", "village.", "occurrence.", "nothing-reported", "language.unreviewed", "demo.banner",
	"typed.amount", "typed.day", "typed.decimals", "typed.number", "typed.whole",
	"reporting.again", "reporting.amount", "reporting.answered", "reporting.counts", "reporting.day", "reporting.empty", "reporting.future",
	"reporting.late", "reporting.late-of-answered", "reporting.no-occurrence", "reporting.note", "reporting.note-hint", "reporting.nothing",
	"reporting.occurrence", "reporting.period", "reporting.period-of-day", "reporting.readings", "reporting.received", "reporting.service",
	"reporting.so-far", "reporting.spent", "reporting.state", "reporting.state-done", "reporting.state-none", "reporting.state-suspended",
	"reporting.state-under-way", "reporting.value", "reporting.was-held", "reporting.which", "reporting.which-period",
	"picture.nobody", "picture.nobody-needed", "picture.number", "picture.people", "picture.refused-broken", "picture.refused-heic",
	"picture.refused-many", "picture.refused-other", "picture.refused-points", "picture.take-out", "picture.title",
}

func daybookWords(v *visit) (*result, error) {
	return asJSON(v.p.Export(daybookSays...))
}

// daybookManifest is what a phone needs to put the daybook on its home screen.
func daybookManifest(v *visit) (*result, error) {
	folder := v.daybookFolder()
	p := v.page("daybook", "")
	name, _ := p.Name.Best(v.p.Tag)
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	out, err := asJSON(struct {
		Name       string `json:"name"`
		ShortName  string `json:"short_name"`
		Lang       string `json:"lang"`
		Dir        string `json:"dir"`
		ID         string `json:"id"`
		StartURL   string `json:"start_url"`
		Scope      string `json:"scope"`
		Display    string `json:"display"`
		Background string `json:"background_color"`
		Theme      string `json:"theme_color"`
		Icons      []icon `json:"icons"`
	}{v.p.T("daybook.title") + " · " + name, v.p.T("daybook.title"), v.p.Tag, v.p.Dir, folder, folder + "?lang=" + v.p.Tag, folder, "standalone", "#f7f4ec", "#1c5d4a", []icon{
		{Src: p.Static("icon-192.png"), Sizes: "192x192", Type: "image/png"},
		{Src: p.Static("icon-512.png"), Sizes: "512x512", Type: "image/png"},
		{Src: p.Static("icon-maskable.png"), Sizes: "512x512", Type: "image/png", Purpose: "maskable"},
		{Src: p.Static("icon.svg"), Sizes: "any", Type: "image/svg+xml"},
	}})
	out.media = "application/manifest+json"
	return out, err
}

// daybookFiles are the static files that the daybook runs from.
var daybookFiles = func() (out []string) {
	for name := range assetsByName {
		if strings.HasPrefix(name, "daybook") && name != workerFile || name == "kept.css" || name == "office.css" || name == "icon.svg" {
			out = append(out, "/static/"+name)
		}
	}
	slices.Sort(out)
	return out
}()

const workerFile = "daybook-worker.js"

// daybookWorker is the service worker: one line that names what it keeps, and the file. The line changes with any of the files, so that a
// browser that looks at it sees that there is something new.
func daybookWorker(v *visit) (*result, error) {
	kept := struct {
		Version string   `json:"version"`
		Folder  string   `json:"folder"`
		Tags    []string `json:"tags"`
		Files   []string `json:"files"`
	}{Version: v.server.version + " " + assetsHash + " " + wordsHash(), Folder: v.daybookFolder(), Tags: strings.Fields(Daybook{}.Tags()), Files: daybookFiles}
	line, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	return &result{bytes: slices.Concat([]byte("self.kept = "), line, []byte(";\n"), assetsByName[workerFile].body), media: "text/javascript; charset=utf-8"}, nil
}

// wordsHash changes with any word that the daybook says.
var wordsHash = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, l := range locale.Languages {
		if err := json.NewEncoder(sum).Encode(locale.For(l.Tag).Export(daybookSays...)); err != nil {
			panic(err) // there is nothing in it that JSON cannot say
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
})
