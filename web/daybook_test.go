package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const daybookFolder = "/valley/team/"

// mostScript is what all scripts of the daybook may weigh on the wire, the service worker among them.
const mostScript = 30 << 10

func TestDaybookIsSmall(t *testing.T) {
	s, sum := example(t), 0
	scripts, err := filepath.Glob("static/daybook*.js")
	if err != nil || len(scripts) < 5 {
		t.Fatalf("scripts: %v, %v", scripts, err)
	}
	for _, name := range scripts {
		address := "/" + filepath.ToSlash(name)
		if filepath.Base(name) == "daybook-worker.js" {
			address = daybookFolder + "worker.js"
		}
		rec := s.get(address, "Accept-Encoding", "br")
		if rec.Code != http.StatusOK || rec.Header().Get("Content-Encoding") != "br" {
			t.Fatalf("%s: %d, %q", address, rec.Code, rec.Header().Get("Content-Encoding"))
		}
		sum += rec.Body.Len()
	}
	t.Logf("%d bytes", sum)
	if sum > mostScript {
		t.Errorf("the daybook's scripts take %d bytes on the wire, more than %d", sum, mostScript)
	}
}

func TestDaybookManifest(t *testing.T) {
	s := example(t)
	for lang, dir := range map[string]string{"en": "ltr", "zh-Hans": "ltr", "ug": "rtl"} {
		rec := s.get(daybookFolder + "manifest.webmanifest?lang=" + lang)
		var m struct {
			Name, Dir, Lang, Scope, Display string
			ShortName                       string `json:"short_name"`
			StartURL                        string `json:"start_url"`
			Icons                           []struct{ Src, Sizes, Type, Purpose string }
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if m.Name == "" || m.ShortName == "" || m.Lang != lang || m.Dir != dir || m.Scope != daybookFolder || m.StartURL != daybookFolder+"?lang="+lang || m.Display != "standalone" {
			t.Errorf("the manifest in %s: %+v", lang, m)
		}
		if got := s.get(m.StartURL); got.Code != http.StatusOK {
			t.Errorf("%s: %d", m.StartURL, got.Code)
		}
		var sizes []string
		for _, icon := range m.Icons {
			got := s.get(icon.Src)
			if media := strings.TrimSuffix(got.Header().Get("Content-Type"), "; charset=utf-8"); got.Code != http.StatusOK || media != icon.Type {
				t.Errorf("%s: %d, %q", icon.Src, got.Code, media)
			}
			sizes = append(sizes, icon.Sizes+icon.Purpose)
		}
		for _, want := range []string{"192x192", "512x512", "512x512maskable"} {
			if !slices.Contains(sizes, want) {
				t.Errorf("no icon of %s among %q", want, sizes)
			}
		}
	}
}

// TestDaybookPolicy: a page of the daybook may show the pictures it holds and keep itself, and nothing else more than other pages.
func TestDaybookPolicy(t *testing.T) {
	s := example(t)
	policy := func(address string) map[string]string {
		out := map[string]string{}
		for directive := range strings.SplitSeq(s.get(address).Header().Get("Content-Security-Policy"), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), " ")
			out[name] = value
		}
		return out
	}
	own, others := policy(daybookFolder), policy("/valley/")
	for name, value := range map[string]string{"img-src": "'self' blob:", "worker-src": "'self'", "manifest-src": "'self'"} {
		if own[name] != value {
			t.Errorf("%s is %q, expected %q", name, own[name], value)
		}
		delete(own, name)
	}
	for name, value := range own {
		if value != others[name] {
			t.Errorf("%s is %q, elsewhere %q", name, value, others[name])
		}
	}
	if others["default-src"] != "'none'" || strings.Contains(others["img-src"], "blob:") || others["worker-src"] != "" {
		t.Errorf("the policy of other pages: %v", others)
	}
}

// workerOf is what the service worker is told to keep.
func workerOf(t *testing.T, s *site) (kept struct {
	Version, Folder string
	Tags, Files     []string
}) {
	t.Helper()
	rec := s.get(daybookFolder + "worker.js")
	if media := rec.Header().Get("Content-Type"); !strings.HasPrefix(media, "text/javascript") {
		t.Fatalf("the worker is %q", media)
	}
	if cached := rec.Header().Get("Cache-Control"); cached != "no-cache" {
		t.Errorf("the worker may be kept: %q", cached)
	}
	line, _, _ := strings.Cut(rec.Body.String(), "\n")
	line = strings.TrimSuffix(strings.TrimPrefix(line, "self.kept = "), ";")
	if err := json.Unmarshal([]byte(line), &kept); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return kept
}

// TestDaybookWorker: it keeps all that the page needs: every script that one of them imports, every style, every language.
func TestDaybookWorker(t *testing.T) {
	s := example(t)
	kept := workerOf(t, s)
	if kept.Folder != daybookFolder || !slices.Equal(kept.Tags, []string{"en", "zh-Hans", "ug"}) {
		t.Errorf("it keeps %s in %q", kept.Folder, kept.Tags)
	}
	page := s.get(daybookFolder + "?lang=en").Body.String()
	needed := regexp.MustCompile(`(?:src|href)="(/static/[a-z-]+\.(?:js|css|svg))"`).FindAllStringSubmatch(page, -1)
	for _, file := range kept.Files {
		rec := s.get(file)
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d", file, rec.Code)
		}
		for _, imported := range regexp.MustCompile(`from "\./([a-z-]+\.js)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
			needed = append(needed, []string{"", "/static/" + imported[1]})
		}
	}
	if len(needed) < 12 {
		t.Errorf("the page needs only %q", needed)
	}
	for _, file := range needed {
		if !slices.Contains(kept.Files, file[1]) {
			t.Errorf("%s is needed and not kept", file[1])
		}
	}
}

// TestDaybookVersion: the worker's first line names the static files by their hash, which stands in the addresses of other pages too, so it changes with any of them.
func TestDaybookVersion(t *testing.T) {
	s := example(t)
	hash := regexp.MustCompile(`/static/kept\.css\?([0-9a-f]{12})`).FindStringSubmatch(s.get("/valley/").Body.String())
	if hash == nil {
		t.Fatal("a page names no style")
	}
	version := strings.Fields(workerOf(t, s).Version)
	if len(version) != 3 || version[0] != "test" || version[1] != hash[1] || !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(version[2]) || version[2] == version[1] {
		t.Errorf("the version is %q; the static files have %q", version, hash[1])
	}
}

// TestDaybookWords: the words that go with the page are those that its scripts say, all of them and no others.
func TestDaybookWords(t *testing.T) {
	said, rooms := map[string]bool{}, []string{}
	files, err := filepath.Glob("static/daybook*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([a-z][a-z-]*(?:\.[a-z][a-z-]*)*)"`).FindAllSubmatch(script, -1) {
			said[string(m[1])] = true
		}
		for _, m := range regexp.MustCompile("T\\((?:[a-z]+ \\? )?`([a-z-]+\\.(?:[a-z-]+-)?)\\$").FindAllSubmatch(script, -1) {
			rooms = append(rooms, string(m[1]))
		}
	}
	page, err := os.ReadFile("templates/daybook.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.T "([a-z.-]+)"`).FindAllSubmatch(page, -1) {
		said[string(m[1])] = true // what the page says before its script runs lies beside the rest
	}

	s := example(t)
	for _, lang := range []string{"en", "zh-Hans", "ug"} {
		rec := s.get(daybookFolder + "words.json?lang=" + lang)
		var words struct{ Messages map[string]any }
		if err := json.Unmarshal(rec.Body.Bytes(), &words); err != nil {
			t.Fatal(err)
		}
		inRoom := func(key string) bool {
			return slices.ContainsFunc(rooms, func(room string) bool { return room != "reporting." && strings.HasPrefix(key, room) })
		}
		for key := range words.Messages {
			if !said[key] && !inRoom(key) {
				t.Errorf("%s: %s is given and never said", lang, key)
			}
		}
		for key := range said {
			room, _, _ := strings.Cut(key, ".")
			if _, given := words.Messages[key]; !given && slices.Contains([]string{"daybook", "standing", "says", "village", "occurrence", "typed", "reporting", "picture", "language", "demo"}, room) && room != key {
				t.Errorf("%s: %s is said and not given", lang, key)
			}
		}
		for _, room := range rooms {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(words.Messages)), func(key string) bool { return strings.HasPrefix(key, room) }) {
				t.Errorf("%s: nothing is given of %s", lang, room)
			}
		}
	}
}
