package safety_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/audit"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store"
	"kept/store/storetest"
	"kept/web"
)

// private is everything in a book that must not leave it: what it is, to the bytes of it.
type private map[string][]byte

func (p private) text(what string) locale.Wording {
	word := "c4n4ry" + strings.Map(func(r rune) rune {
		if r == ' ' {
			return 'x'
		}
		return r
	}, what)
	p[what] = []byte(word)
	return locale.Wording{Original: "en", In: map[string]string{"en": "It says " + word + " here", "ug": word}}
}

// salt makes salts that can be looked for. The salt of a text that is not public must not be either: with it, and the hash
// in the entry, a short text can be guessed.
func (p private) salt(what string) promise.Salt {
	return func(field string) []byte {
		salt := bytes.Repeat([]byte{byte(len(p) + 101)}, ledger.SaltSize)
		copy(salt, what+field)
		p["salt of "+what+field] = salt
		return salt
	}
}

// secretBook makes a book that has a canary in everything that is private, and some public things besides.
func secretBook(t *testing.T, e storetest.Engine) (*ledger.Book, private, []string) {
	t.Helper()
	secret := private{}
	b := ledgertest.Create(t, e.New(t), ledger.Options{}, subjects...)
	w := func(text string) locale.Wording { return locale.Plain("en", text) }
	add := func(d ledger.Draft, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return ledgertest.Append(t, b, d)[0].ID
	}
	fact := func(kind string, data any) { add(ledger.Draft{Kind: kind, Who: "org:office", Data: data}, nil) }
	fact(programme.KindProgramme, programme.Programme{Name: "valley", Title: w("Valley"), Goal: w("Water"), From: "2026-01-01", Until: "2026-12-31", Zone: "UTC", Languages: []string{"en"}})
	fact(programme.KindOrganisation, programme.Organisation{Code: "office", Name: w("Office")})
	fact(programme.KindOrganisation, programme.Organisation{Code: "other", Name: w("Other")})
	fact(programme.KindTeam, programme.Team{Code: "team", Organisation: "office", Name: w("Team")})
	fact(programme.KindTask, programme.Task{Code: "water", Name: w("Water")})
	fact(programme.KindPlace, programme.Place{Code: "a", Level: "village", Name: w("A")})
	terms := promise.Terms{Title: w("Wells"), Task: "water", Places: []string{"a"}, Team: "team", Office: "office", Plan: promise.Plan{Kind: promise.Once, Due: "2026-06-30"}}
	id := add(promise.Promise("org:office", promise.Promised{Terms: terms}), nil)
	report := func(what string, r promise.Report) string {
		return add(promise.ReportOn("team:team", id, "", r, secret.text(what), secret.salt(what)))
	}
	// Reports that nobody has looked at, or of which only the rest may be shown.
	waiting := strings.Repeat("ab", 16)
	report("waiting", promise.Report{State: promise.StateUnderWay, Pictures: []string{waiting}})
	refused := report("not passed", promise.Report{State: promise.StateUnderWay})
	add(promise.Pass("org:other", refused, false, nil, nil), nil)
	// Texts that were erased, passed and not passed, and a reason.
	gone := report("erased", promise.Report{State: promise.StateUnderWay})
	add(promise.Pass("org:other", gone, true, nil, nil), nil)
	unlooked := report("erased unlooked", promise.Report{State: promise.StateUnderWay})
	terms.Title = w("Deep wells")
	amended := add(promise.Amend("org:office", id, 1, terms, secret.text("erased reason"), secret.salt("erased reason")))
	for _, about := range []string{gone, unlooked} {
		add(ledgertest.Erase(about, "note/en"), nil)
		add(ledgertest.Erase(about, "note/ug"), nil)
	}
	add(ledgertest.Erase(amended, "reason/en"), nil)
	add(ledgertest.Erase(amended, "reason/ug"), nil)
	// What may be seen, so that the search is known to search.
	public := add(promise.ReportOn("team:team", id, "", promise.Report{}, w("seen by all"), ledger.NewSalt))
	add(promise.Pass("org:other", public, true, nil, nil), nil)

	// The columns of private tables that can hold a canary. The key itself cannot be another one, so it is looked for.
	err := b.DB.Write(t.Context(), func(tx *store.Tx) error {
		for _, table := range ledger.BookTables() {
			if table.Class == store.Private {
				if err := tx.Scan(table, func(row []any) error {
					for i, c := range table.Columns {
						if name := table.Name + "." + c.Name; !published[name] {
							secret[fmt.Sprint(name, " ", row[0])] = []byte(fmt.Sprint(row[i]))
						}
					}
					return nil
				}); err != nil {
					return err
				}
			}
		}
		secret["head.views"], secret["another secret"] = []byte("c4n4ryviews"), []byte("c4n4rysecret")
		if _, err := tx.Exec("UPDATE head SET views = $1", "c4n4ryviews"); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO secret (name, value) VALUES ($1, $2)", "another", "c4n4rysecret")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, value := range secret {
		if len(value) < 8 {
			t.Fatalf("%s is %q, too short to be looked for", what, value)
		}
		if seed, err := hex.DecodeString(string(value)); err == nil {
			secret[what+", raw"] = seed
		}
	}
	return b, secret, []string{"seen by all", "Deep wells"}
}

// published are the columns of private tables whose values are public or say nothing.
var published = map[string]bool{
	"head.id": true, "head.size": true, "head.day": true, "head.note": true, // the checkpoint is for everybody
	"head.edge":        true,                           // hashes of the public tree
	"head.views":       true,                           // gets a canary of its own
	"secret.name":      true,                           // which secret, and the word "origin" with the log's public name
	"migration.number": true, "migration.sha256": true, // of the program's own files
}

// TestS12CanariesNeverLeave: every page, list, file, tile and proof in every language, and what verify prints, is searched
// for everything that is private.
func TestS12CanariesNeverLeave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		b, secret, public := secretBook(t, e)
		delete(secret, "secret.value origin") // the log's name stands in every checkpoint
		var log buffer
		site := web.New(web.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Version: "test"})
		site.Serve("valley", b, nil)
		pages := crawl(t, site, b)
		if _, err := audit.Pages(t.Context(), site, b, "valley", nil); err != nil {
			pages["verify"] = err.Error()
		}
		pages["the log"] = log.String()
		for what, value := range secret {
			for _, form := range [][]byte{value, []byte(hex.EncodeToString(value)), []byte(base64.StdEncoding.EncodeToString(value)[:len(value)])} {
				for address, page := range pages {
					if strings.Contains(page, string(form)) {
						t.Errorf("%s has %s", address, what)
					}
				}
			}
		}
		for _, text := range public {
			if beside := text == "seen by all"; beside && !strings.Contains(fmt.Sprint(pages), `"body":"seen by all"`) {
				t.Errorf("%q, which was passed, is not beside the book", text)
			}
			if !strings.Contains(pages["/valley/promises/1?lang=en"], text) {
				t.Errorf("%q, which is public, was not found either", text)
			}
		}
		for _, kind := range []string{"/log/entries/", "/log/tile/entries/", "/log/tile/0/", "/log/proof/", "/log/beside/", "/log/figures?size=", "/promises.csv", "/places/a", "/log/checkpoint", "lang=ug", "lang=zh-Hans"} {
			if !strings.Contains(fmt.Sprint(keys(pages)), kind) {
				t.Errorf("no address with %s was looked at", kind)
			}
		}
	})
}

func keys(m map[string]string) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

var links = regexp.MustCompile(`(?:href|src|action)="([^"]+)"`)

// crawl follows every link of every page, and asks for everything that has a number besides.
func crawl(t *testing.T, site http.Handler, b *ledger.Book) map[string]string {
	t.Helper()
	var todo []string
	for _, l := range locale.Languages {
		todo = append(todo, "/valley/?lang="+l.Tag, "/valley/places?lang="+l.Tag, "/valley/promises.csv?lang="+l.Tag, "/valley/none?lang="+l.Tag)
	}
	var size int64
	err := b.DB.Read(t.Context(), func(tx *store.Tx) error {
		h, err := ledger.ReadHead(tx)
		size = h.Size
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for seq := range size {
		todo = append(todo, fmt.Sprintf("/valley/log/entries/%d?lang=en", seq), fmt.Sprintf("/valley/log/proof/%d", seq))
	}
	todo = append(todo, fmt.Sprintf("/valley/log/tile/entries/000.p/%d", size), fmt.Sprintf("/valley/log/tile/0/000.p/%d", size), "/valley/log/key",
		fmt.Sprintf("/valley/log/beside/000.p/%d", size), fmt.Sprintf("/valley/log/beside/000.p/%d", size-1), "/valley/log/figures", fmt.Sprintf("/valley/log/figures?size=%d", size-1),
		"/valley/voice", "/valley/voice/pictures/"+strings.Repeat("ab", 16), "/valley/pictures/"+strings.Repeat("ab", 16), "/valley/pictures/"+strings.Repeat("ab", 32))
	pages := map[string]string{}
	for len(todo) > 0 {
		address := todo[0]
		todo = todo[1:]
		if _, ok := pages[address]; ok {
			continue
		}
		rec := httptest.NewRecorder()
		site.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, address, nil))
		if rec.Code >= http.StatusInternalServerError {
			t.Errorf("%s: %d", address, rec.Code)
		}
		pages[address] = fmt.Sprint(rec.Header()) + rec.Body.String()
		if len(pages) > 3000 {
			t.Fatal("the links of these pages have no end")
		}
		if !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range links.FindAllStringSubmatch(rec.Body.String(), -1) {
			if u, err := url.Parse(html.UnescapeString(m[1])); err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/valley/") {
				todo = append(todo, u.RequestURI())
			}
		}
	}
	return pages
}

// TestS12ErasedTextsAreGone: a text that was erased, and its salt, is in no file of the database any more once it is closed.
func TestS12ErasedTextsAreGone(t *testing.T) {
	place := storetest.Engines()[0].Place(t)
	b := ledgertest.Create(t, place.Create(t), ledger.Options{Folder: place.Folder()}, ledgertest.Toy())
	note := ledgertest.Note("wells", "", "c4n4ryerased", "c4n4rykept")
	ledgertest.Append(t, b, ledgertest.Add("wells", 1), note)
	ledgertest.Append(t, b, ledgertest.Erase(note.ID, "words/en"))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.DB.Close(); err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, content := range files(t, place.Data) {
		all = append(all, content...)
	}
	for _, gone := range [][]byte{[]byte("c4n4ryerased"), note.Texts[0].Salt} {
		if bytes.Contains(all, gone) {
			t.Errorf("%q is in a file still", gone)
		}
	}
	for _, kept := range [][]byte{[]byte("c4n4rykept"), note.Texts[1].Salt} {
		if !bytes.Contains(all, kept) {
			t.Errorf("%q, which was not erased, is not found either", kept)
		}
	}
}
