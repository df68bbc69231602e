package safety_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kept/demo"
	"kept/photo/phototest"
	"kept/spool"
	"kept/store"
	"kept/web"
)

var (
	formIDIn  = regexp.MustCompile(`name="form" value="([0-9a-f]{32})"`)
	pictureIn = regexp.MustCompile(`<img src="([^"]*/pictures/[^"]*)"`)
)

// desked sends a request as an account of the example, over the network.
func (s *site) desked(t *testing.T, server *httptest.Server, account, method, address, media, body string) (int, http.Header, string) {
	t.Helper()
	signed, err := s.desk.SignIn(t.Context(), demo.Name, account, demo.Password, "")
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL+address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "kept-office", Value: signed.Token})
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var content bytes.Buffer
	if _, err := content.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, content.String()
}

// TestS10NoTraceOfOriginals: files full of what cameras write go through the form, some of them broken or of a kind that is not
// taken, and one line breaks. Then every file of the data folder is searched, write-ahead logs and spool too, the server's log,
// backups of the book and of the accounts, and every page: nothing of it is anywhere, nor the name of a file. Only the points are in the
// spool, in no backup, and gone from the disk once somebody has decided.
func TestS10NoTraceOfOriginals(t *testing.T) {
	s := ownExample(t)
	pictures := spool.New(func(programme string) string { return filepath.Join(s.data, programme) }, time.Now)
	s.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(&s.log, nil)), Version: "test", Demo: true, Desk: s.desk, Spool: pictures})
	s.Serve(demo.Name, s.book, nil)
	server := httptest.NewServer(s)
	defer server.Close()

	const name = "c4n4ryname"
	originals := [][]byte{phototest.JPEG(320, 200, 6), phototest.PNG(90, 70, 1), phototest.WebP("transparent", 1), phototest.JPEG(99, 99, 1)[:1500], phototest.Boxes("heic"), phototest.AnimatedPNG()}
	address := "/" + demo.Name + "/office/reports/new?promise=1&lang=en"
	_, _, page := s.desked(t, server, "team", http.MethodGet, address, "", "")
	id := formIDIn.FindStringSubmatch(page)
	if id == nil {
		t.Fatalf("there is no form: %s", page)
	}
	send := func(values map[string]string, files [][]byte) (int, http.Header, string) {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for key, v := range values {
			for _, one := range strings.Fields(v) {
				if err := w.WriteField(key, one); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, f := range files {
			part, err := w.CreateFormFile("pictures", fmt.Sprint(name, i, ".jpg"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := part.Write(f); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return s.desked(t, server, "team", http.MethodPost, address, w.FormDataContentType(), body.String())
	}
	noMark := func(when string) {
		t.Helper()
		places := files(t, s.data)
		places["the log"] = []byte(s.log.String())
		if len(places) < 5 {
			t.Fatalf("only %d files were looked at", len(places))
		}
		for file, content := range places {
			for _, form := range append(written(string(phototest.Mark)), []byte(name)) {
				if bytes.Contains(content, form) {
					t.Errorf("%s: %s has %q of %q", when, file, form, phototest.Marked(content))
				}
			}
		}
	}
	code, _, page := send(map[string]string{"form": id[1], "day": today, "note.en": "Finished", "nobody": "yes", "do": "report"}, originals)
	kept := regexp.MustCompile(`name="kept\[\]" value="([0-9a-f]{32})"`).FindAllStringSubmatch(page, -1)
	if code != http.StatusOK && code != http.StatusUnprocessableEntity || len(kept) != 3 {
		t.Fatalf("%d: %d pictures have arrived", code, len(kept))
	}
	noMark("while the form is filled in")
	code, header, _ := send(map[string]string{"form": id[1], "day": today, "note.en": "Finished", "nobody": "yes", "do": "report", "kept[]": kept[0][1] + " " + kept[1][1] + " " + kept[2][1]}, nil)
	if code != http.StatusSeeOther {
		t.Fatalf("the report was not sent: %d", code)
	}
	report := header.Get("Location")

	// A line that breaks in the middle of a file.
	var half bytes.Buffer
	w := multipart.NewWriter(&half)
	part, err := w.CreateFormFile("pictures", name+".jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(originals[0][:900]); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := s.desked(t, server, "team", http.MethodPost, address, w.FormDataContentType(), half.String()); code != http.StatusBadRequest {
		t.Errorf("half a form is answered with %d", code)
	}
	noMark("while the report waits")

	// What waits is in the spool and in nothing that is published or backed up.
	_, _, page = s.desked(t, server, "reviewer", http.MethodGet, report, "", "")
	var bodies []string
	for _, m := range pictureIn.FindAllStringSubmatch(page, -1) {
		if code, _, body := s.desked(t, server, "reviewer", http.MethodGet, m[1], "", ""); code == http.StatusOK {
			bodies = append(bodies, body)
		}
	}
	if len(bodies) != 3 {
		t.Fatalf("%d pictures wait", len(bodies))
	}
	// points is a piece of a picture's coded points, which no other file has by chance.
	points := func(body string) []byte { return []byte(body[len(body)-60:]) }
	where := func(body string) (out []string) {
		for file, content := range files(t, s.data) {
			if bytes.Contains(content, points(body)) {
				out = append(out, file)
			}
		}
		return out
	}
	for _, body := range bodies {
		if in := where(body); len(in) != 1 || !strings.Contains(in[0], "/"+spool.Folder+"/") {
			t.Errorf("a picture that waits lies in %q", in)
		}
	}
	backups := t.TempDir()
	for file, db := range map[string]store.DB{"book.db": s.book.DB, "accounts.db": s.db} {
		if err := store.Snapshot(t.Context(), db, filepath.Join(backups, file)); err != nil {
			t.Fatal(err)
		}
	}
	saved := files(t, backups)
	if len(saved) != 2 {
		t.Fatalf("%d backups were made", len(saved))
	}
	public := map[string]string{}
	s.every(t, func(_ web.Address, address string) { public[address] = s.get(address).Body.String() })
	public["the promise"] = s.get("/" + demo.Name + "/promises/1").Body.String()
	for _, body := range bodies {
		for file, content := range saved {
			if bytes.Contains(content, points(body)) || bytes.Contains(content, phototest.Mark) {
				t.Errorf("the backup %s has a picture that waits", file)
			}
		}
		for address, content := range public {
			if strings.Contains(content, string(points(body))) || strings.Contains(content, string(phototest.Mark)) {
				t.Errorf("%s has a picture that waits", address)
			}
		}
	}

	// One is passed; the others are nowhere then.
	ids := regexp.MustCompile(`name="show\.([0-9a-f]{32})"`).FindAllStringSubmatch(page, -1)
	form := url.Values{"form": {formIDIn.FindStringSubmatch(page)[1]}, "do": {"pass"}, "show." + ids[0][1]: {"yes"}, "shows." + ids[0][1] + ".en": {"Coloured fields"}}
	if code, _, _ := s.desked(t, server, "reviewer", http.MethodPost, report, "application/x-www-form-urlencoded", form.Encode()); code != http.StatusSeeOther {
		t.Fatalf("it was not passed: %d", code)
	}
	shown := pictureIn.FindAllStringSubmatch(s.get("/"+demo.Name+"/promises/1").Body.String(), -1)
	passed := s.get(shown[0][1]).Body.String()
	for _, body := range bodies {
		in := where(body)
		if body == passed && (len(in) == 0 || strings.Contains(strings.Join(in, " "), spool.Folder)) || body != passed && len(in) > 0 {
			t.Errorf("after passing, a picture (passed: %t) lies in %q", body == passed, in)
		}
	}
	noMark("after passing")
	if strings.Contains(passed, string(phototest.Mark)) || !strings.Contains(strings.Join(bodies, ""), passed) {
		t.Error("what is public is not what was looked at, or has marks")
	}
}
