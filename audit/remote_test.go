package audit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/audit"
	"kept/demo"
	"kept/ledger"
	"kept/ledger/ledgertest"
	"kept/promise"
	"kept/store"
	"kept/web"
)

// site serves the little programme's pages.
func (l *little) site() http.Handler {
	s := web.New(web.Options{Log: slog.New(slog.DiscardHandler), Version: "test"})
	s.Serve(verified, l.Book, nil)
	return s
}

// onNetwork serves over the network, until the test ends, and returns the address of a programme.
func onNetwork(t *testing.T, name string, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL + "/" + name + "/"
}

// lying changes the answers to addresses that match. What change returns is sent; nil says that there is nothing.
func lying(h http.Handler, address string, change func([]byte) []byte) http.Handler {
	match := regexp.MustCompile(address)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !match.MatchString(r.URL.RequestURI()) {
			h.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		body := change(rec.Body.Bytes())
		if body == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.WriteHeader(rec.Code)
		w.Write(body)
	})
}

// quick are the options of a check that reads every page and does not wait long.
var quick = audit.RemoteOptions{Pages: 1000, Timeout: 20 * time.Second}

// TestRemote: an honest server is found to be one, at the first visit and later, also when the book has grown.
func TestRemote(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	address := onNetwork(t, verified, l.site())
	o := quick
	o.Seen = filepath.Join(t.TempDir(), "seen")
	parts := map[string]bool{}
	o.Progress = func(part string, done, total int64) {
		parts[part] = true
		if done > total {
			t.Errorf("%s: %d of %d", part, done, total)
		}
	}
	found, err := audit.Remote(t.Context(), address, l.Rules, o)
	if err != nil {
		t.Fatal(err)
	}
	if !found.Seen.First || found.Entries < 10 || found.Texts != 3 || found.Erased != 1 || found.Withheld != 1 || found.Pictures != 1 || found.Tiles != 1 ||
		found.Figures < 30 || found.PastSize < 1 || found.PastSize >= found.Entries || found.PastFigures < 20 || found.Pages.Pages < 15 || found.Pages.Figures < 100 || found.Skipped != 0 {
		t.Errorf("found %+v", found)
	}
	if len(parts) != 4 {
		t.Errorf("progress tells of %v", parts)
	}
	before := found.Entries
	l.report(t, "More words", promise.Report{State: promise.StateDone})
	found, err = audit.Remote(t.Context(), strings.TrimSuffix(address, "/"), l.Rules, o)
	if err != nil || found.Seen.First || found.Seen.Before.Size != before || found.Entries != before+1 || found.Withheld != 2 {
		t.Errorf("grown: %+v, %v", found, err)
	}
}

// TestRemoteExample: so is the whole example.
func TestRemoteExample(t *testing.T) {
	if race {
		t.Skip("folds the whole example several times; with the race detector the little programme does")
	}
	b := example(t)
	found, err := audit.Remote(t.Context(), onNetwork(t, demo.Name, serve(b)), b.Rules, audit.RemoteOptions{})
	if err != nil || found.Pages.Pages != 50 || found.Texts < 100 || found.Pictures < 10 || found.Withheld == 0 || found.Figures < 50 {
		t.Errorf("%+v, %v", found, err)
	}
}

// replacing changes the first of what matches.
func replacing(old, now string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(now), 1) }
}

// flip changes one bit of the byte at a place, from the end if it is negative.
func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b = bytes.Clone(b)
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
}

// lines changes the texts beside the book as log/beside gives them.
func lines(t *testing.T, change func([]map[string]any) []map[string]any) func([]byte) []byte {
	return func(b []byte) []byte {
		var all []map[string]any
		if err := json.Unmarshal(b, &all); err != nil {
			t.Errorf("%q: %v", b, err)
		}
		out, err := json.Marshal(change(all))
		if err != nil {
			t.Error(err)
		}
		return out
	}
}

// as gives the text of an entry in another form.
func as(t *testing.T, entry int64, form map[string]any) func([]byte) []byte {
	return lines(t, func(all []map[string]any) []map[string]any {
		for i := range all {
			if all[i]["entry"] == float64(entry) {
				form["entry"], form["field"] = all[i]["entry"], all[i]["field"]
				all[i] = form
			}
		}
		return all
	})
}

// TestRemoteFindsLies: whatever a server changes in its answers is found and named.
func TestRemoteFindsLies(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	var waiting ledger.Text
	var head ledger.Head
	err := l.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		if head, err = ledger.ReadHead(tx); err != nil {
			return err
		}
		texts, err := ledger.TextsBetween(tx, l.waiting, l.waiting+1)
		waiting = texts[0].Text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const bundle, beside, tile, note = "/log/tile/entries/", "/log/beside/", "/log/tile/0/", "/log/checkpoint"
	const now, past = `/log/figures\?size=`, `/log/figures\?day=`
	passed, erased := fmt.Sprintf("text note/en of entry %d: ", l.passed), fmt.Sprintf("text note/en of entry %d: ", l.waiting+1)
	withheld := fmt.Sprintf("text note/en of entry %d: ", l.waiting)
	forged := newLittle(t, 2, "Wells")
	for i, test := range []struct {
		name, address string
		change        func([]byte) []byte
		want          string
	}{
		{"a wrong byte of an entry", bundle, replacing("Wells", "Walls"), "entry 7: its bytes do not have the hash that stands in log/tile/0/000"},
		{"a wrong byte of the form", bundle, replacing(`"kind":"task"`, `"kind";"task"`), "entry 5: "},
		{"a bundle that is missing", bundle, func([]byte) []byte { return nil }, "/log/tile/entries/000.p/"},
		{"a bundle that breaks off", bundle, func(b []byte) []byte { return b[:len(b)-1] }, "it breaks off in entry"},
		{"a bundle with one entry less", bundle, func(b []byte) []byte { return b[2+int(b[0])<<8+int(b[1]):] }, "entries, not"},
		{"nothing", bundle, func([]byte) []byte { return []byte{} }, "it has 0 entries"},
		{"a tile", tile, flip(5*32 + 3), "log/tile/0/000.p/"},
		{"a tile that is too short", tile, func(b []byte) []byte { return b[32:] }, "it has"},
		{"a signature", note, flip(-10), "the checkpoint: "},
		{"the root of the checkpoint", note, flip(24), "the checkpoint: "},
		{"a checkpoint that somebody else signed", note, func([]byte) []byte { return get(t, forged.site(), note) }, "the checkpoint: "},
		{"a key that is none", "/log/key", flip(-5), "the key in log/key"},
		{"another key", "/log/key", func([]byte) []byte { return get(t, forged.site(), "/log/key") }, "the checkpoint: "},
		{"a text", beside, replacing("Passed words", "Passed wards"), passed + "it does not have the hash"},
		{"a salt", beside, as(t, l.passed, map[string]any{"salt": base64.StdEncoding.EncodeToString(make([]byte, 32)), "body": "Passed words"}), passed + "it does not have the hash"},
		{"a public text withheld", beside, as(t, l.passed, map[string]any{"withheld": true}), passed + "it is public"},
		{"a text said to be erased", beside, as(t, l.passed, map[string]any{"erased": true}), passed + "the server says that it was erased, but no entry says so"},
		{"a text given and withheld", beside, as(t, l.passed, map[string]any{"withheld": true, "body": "Passed words"}), passed + "the server gives it and says"},
		{"a text that nobody passed", beside, as(t, l.waiting, map[string]any{"salt": base64.StdEncoding.EncodeToString(waiting.Salt), "body": waiting.Body}), withheld + "nobody passed it"},
		{"an erased text withheld", beside, as(t, l.waiting+1, map[string]any{"withheld": true}), erased + "an entry says that it was erased"},
		{"no texts", beside, func([]byte) []byte { return []byte("[]") }, "it is missing in log/beside/"},
		{"texts twice", beside, lines(t, func(all []map[string]any) []map[string]any { return append(all, all...) }), "no entry names it, or it is given twice"},
		{"texts of no form", beside, func([]byte) []byte { return []byte("{") }, "log/beside/000.p/"},
		{"a picture", "/pictures/", flip(20), "its bytes have another hash"},
		{"a figure", now, replacing(`"promises":"1"`, `"promises":"7"`), `figure promises on page log/figures`},
		{"a figure left out", now, replacing(`"promises":"1",`, ``), "figure promises: it is missing"},
		{"a figure that there is not", now, replacing(`"promises":"1"`, `"promises":"1","people":"7"`), "figure people: "},
		{"figures of another day", now, replacing(`"day":"2026-03-02"`, `"day":"2026-03-03"`), "it is of"},
		{"figures of another size", now, replacing(fmt.Sprintf(`"size":%d`, head.Size), `"size":1`), "it is of 1 entries"},
		{"a figure of the past", past, replacing(`"tasks":"`, `"tasks":"7`), "figure tasks on page log/figures?day="},
		{"the figures missing", now, func([]byte) []byte { return nil }, "the server answers 404"},
		{"a number on a page", `/\?lang=`, replacing(`<data value="1" data-figure="promises">`, `<data value="2" data-figure="promises">`), `figure promises on page ?lang=`},
		{"a page of no size", "/places", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(`data-figure="entries"`), nil) }, "it does not say how many entries"},
		{"a page of a size never signed", "/promises/1", func(b []byte) []byte {
			return regexp.MustCompile(`<data value="\d+" data-figure="entries">`).ReplaceAll(b, []byte(`<data value="9999" data-figure="entries">`))
		}, `figure entries on page promises/1`},
		{"a page that is missing", "/promises/1", func([]byte) []byte { return nil }, "/promises/1?lang="},
		{"an answer without end", note, func([]byte) []byte { return make([]byte, 1<<20) }, "longer than"},
	} {
		if race && i%4 != 0 {
			continue // what goes on at the same time is the same for all of them
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found, err := audit.Remote(t.Context(), onNetwork(t, verified, lying(l.site(), test.address, test.change)), l.Rules, quick)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("found %v after %+v, should be %q", err, found, test.want)
			}
			var damage *ledger.Damage
			var wrong *audit.Wrong
			var answer *audit.Answer
			if !errors.As(err, &damage) && !errors.As(err, &wrong) && !errors.As(err, &answer) {
				t.Errorf("%T says nothing to a program", err)
			}
		})
	}
}

// get reads an address of the little programme.
func get(t *testing.T, h http.Handler, address string) []byte {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/"+verified+address, nil))
	if rec.Code != http.StatusOK {
		t.Errorf("%s: %d", address, rec.Code)
	}
	return rec.Body.Bytes()
}

// TestRemotePast: a book that is not the one of the last visit is told from it, whatever it proves of itself, and both
// signed notes are kept.
func TestRemotePast(t *testing.T) {
	first := grownBy(t, newLittle(t, 1, "Wells"), 1)
	for name, test := range map[string]struct {
		now *little
		why string
	}{
		"shortened":       {newLittle(t, 1, "Wells"), "signed before"},
		"a shorter fork":  {newLittle(t, 1, "Walls"), "signed before"},
		"a fork":          {grownBy(t, newLittle(t, 1, "Walls"), 1), "was signed before"},
		"a longer fork":   {grownBy(t, newLittle(t, 1, "Walls"), 3), "was signed before"},
		"another key":     {newLittle(t, 2, "Wells"), "another key"},
		"another, longer": {grownBy(t, newLittle(t, 2, "Wells"), 2), "another key"},
	} {
		t.Run(name, func(t *testing.T) {
			var site atomic.Pointer[little]
			site.Store(first)
			address := onNetwork(t, verified, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.Load().site().ServeHTTP(w, r) }))
			o := quick
			o.Pages, o.Seen = 1, filepath.Join(t.TempDir(), "seen")
			if _, err := audit.Remote(t.Context(), address, first.Rules, o); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(o.Seen)
			if err != nil {
				t.Fatal(err)
			}
			site.Store(test.now)
			for range 2 {
				_, err := audit.Remote(t.Context(), address, first.Rules, o)
				var broken *audit.Broken
				if !errors.As(err, &broken) || !strings.Contains(broken.Why, test.why) {
					t.Fatalf("found %v", err)
				}
				old, err := os.ReadFile(broken.Old)
				if err != nil || !bytes.Equal(old, before) {
					t.Errorf("what was seen before is not kept: %v", err)
				}
				now, err := os.ReadFile(broken.New)
				if err != nil || !strings.Contains(string(now), string(get(t, test.now.site(), "/log/checkpoint"))) {
					t.Errorf("what is seen now is not kept: %v", err)
				}
			}
			site.Store(first)
			if found, err := audit.Remote(t.Context(), address, first.Rules, o); err != nil || found.Seen.First {
				t.Errorf("the true book afterwards: %+v, %v", found, err)
			}
		})
	}
}

func grownBy(t *testing.T, l *little, n int) *little {
	t.Helper()
	for range n {
		l.report(t, "Words", promise.Report{})
	}
	return l
}

// TestRemoteGrowing: a book that grows while it is read is checked as it was at the beginning; where that cannot be, it is
// read again, and in the end that is said.
func TestRemoteGrowing(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	site := l.site()
	var bundles atomic.Int64
	growing := func(grow func(n int64)) string {
		bundles.Store(0)
		return onNetwork(t, verified, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/log/tile/entries/") {
				grow(bundles.Add(1))
			}
			site.ServeHTTP(w, r)
		}))
	}
	o := quick
	o.Seen = filepath.Join(t.TempDir(), "seen")
	found, err := audit.Remote(t.Context(), growing(func(int64) { l.report(t, "Words", promise.Report{}) }), l.Rules, o)
	if err != nil || bundles.Load() != 1 || found.Skipped < 15 || found.Pages.Pages != 0 || found.Figures < 30 || found.PastSize < 1 {
		t.Errorf("%+v, %v", found, err)
	}
	before := found.Entries
	found, err = audit.Remote(t.Context(), growing(func(n int64) {
		if n == 1 { // a text that was public is erased after the checkpoint was read
			ledgertest.Append(t, l.Book, ledgertest.Erase(l.promise, "description/en"))
		}
	}), l.Rules, o)
	if err != nil || bundles.Load() != 2 || found.Seen.Before.Size != before || found.Entries != before+2 || found.Erased != 2 || found.Skipped != 0 || found.Pages.Pages < 15 {
		t.Errorf("%+v after %d bundles, %v", found, bundles.Load(), err)
	}
	_, err = audit.Remote(t.Context(), growing(func(int64) {
		id, _ := l.report(t, "Words", promise.Report{})
		_, err := l.Append(t.Context(), promise.Pass("org:other", id, true, nil, nil))
		if err != nil {
			t.Error(err)
		}
	}), l.Rules, o)
	if err != nil { // a passing of a later report changes nothing of what was there
		t.Error(err)
	}
	last := int64(0)
	_, err = audit.Remote(t.Context(), growing(func(n int64) {
		// At every attempt the newest report, which the checkpoint has, is passed, and another one comes.
		rows := l.unpassed(t)
		ledgertest.Append(t, l.Book, promise.Pass("org:other", rows[len(rows)-1], true, nil, nil))
		l.report(t, "Words", promise.Report{})
		last = n
	}), l.Rules, o)
	if err == nil || !strings.Contains(err.Error(), "grows faster than it can be read") || last != 3 {
		t.Errorf("after %d attempts: %v", last, err)
	}
}

// unpassed are the ids of the reports that nobody has passed, the oldest first.
func (l *little) unpassed(t *testing.T) (ids []string) {
	t.Helper()
	err := l.DB.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := promise.Reports.Select(tx, "WHERE v.passed = 0 AND v.has_note = 1 ORDER BY v.seq")
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return err
	})
	if err != nil || len(ids) == 0 {
		t.Fatalf("%d reports wait: %v", len(ids), err)
	}
	return ids
}

// TestRemoteSlow: a server that does not answer, or not to the end, or sends on to another, is left, and it is said where.
func TestRemoteSlow(t *testing.T) {
	l := newLittle(t, 1, "Wells")
	site := l.site()
	elsewhere := onNetwork(t, verified, site)
	o := quick
	o.Timeout = 300 * time.Millisecond
	at := func(path string, do http.HandlerFunc) string {
		return onNetwork(t, verified, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, path) {
				do(w, r)
				return
			}
			site.ServeHTTP(w, r)
		}))
	}
	hang := func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	drip := func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("k"))
		w.(http.Flusher).Flush()
		hang(w, r)
	}
	send := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere+"log/key", http.StatusFound)
	}
	round := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }
	for name, test := range map[string]struct{ address, want string }{
		"hangs at the key":         {at("/log/key", hang), "log/key: the server does not answer in time"},
		"hangs at the checkpoint":  {at("/log/checkpoint", hang), "log/checkpoint: the server does not answer in time"},
		"hangs at an entry":        {at("/log/tile/entries", hang), "the server does not answer in time"},
		"hangs at a page":          {at("/places", hang), "the server does not answer in time"},
		"breaks off":               {at("/log/key", drip), "log/key: the answer breaks off: the server does not answer in time"},
		"leads elsewhere":          {at("/log/key", send), "it leads to another host"},
		"leads in a circle":        {at("/log/key", round), "without end"},
		"is not there":             {"http://127.0.0.1:1/valley/", "log/key: "},
		"has no such programme":    {strings.Replace(elsewhere, verified, "none", 1), "there is no book at this address"},
		"a site, not a programme":  {strings.Replace(elsewhere, verified+"/", "", 1), "names a site, not a programme"},
		"no address":               {"valley", "is not the address of a programme"},
		"a file":                   {"file:///valley/", "is not the address of a programme"},
		"with a password":          {"http://a:b@127.0.0.1/valley/", "is not the address of a programme"},
		"with a query":             {elsewhere + "?lang=en", "is not the address of a programme"},
		"with something behind it": {elsewhere + "#log", "is not the address of a programme"},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := audit.Remote(t.Context(), test.address, l.Rules, o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("found %v", err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
