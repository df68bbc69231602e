package web_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/demo"
	"kept/device/devicetest"
	"kept/photo/phototest"
)

// onDisk is everything that lies beside the book, but the databases.
func (s *site) onDisk(t testing.TB) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		all.WriteString(path + "\n")
		all.Write(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestPhonePictures: pictures go up in pieces, their report names them, a reviewer sees each as it was made anew, passes one, and the
// public page shows it. Of what a camera wrote nothing is on the disk at any time (S10).
func TestPhonePictures(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	p.Piece = 3000
	once, promise := about(t, p, "once")
	straight, turned := phototest.JPEG(300, 200, 1), phototest.JPEG(300, 200, 6)
	e := p.Write(once, today, map[string]any{"note": wrote("With pictures.")}, straight, turned)
	if b, err := p.Post(p.Outbox); err != nil || b.Events[0].Code != "event.pictures-missing" || !b.Events[0].Again || len(b.Events[0].Args["missing"].([]any)) != 2 {
		t.Fatalf("before its pictures: %+v %v", b, err)
	}
	path := "pictures/" + devicetest.Sum(straight) + "?event=" + e.ID
	for offset := 0; offset < len(straight); offset += 1000 {
		if _, _, err := p.PATCH(path, offset, len(straight), straight[offset:min(offset+1000, len(straight))]); err != nil {
			t.Fatal(err)
		}
		if disk := s.onDisk(t); strings.Contains(disk, string(phototest.Mark)) {
			t.Fatalf("after %d bytes %q is on the disk", offset, phototest.Marked([]byte(disk)))
		}
	}
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	entry := p.Answers[e.ID].Entry
	if disk := s.onDisk(t); strings.Contains(disk, string(phototest.Mark)) || entry == "" {
		t.Errorf("%q is on the disk; %+v", phototest.Marked([]byte(disk)), p.Answers[e.ID])
	}
	reviewer := s.as(t, "reviewer")
	page := reviewer.get(inOffice("reports/" + entry + "?lang=en"))
	shown := sources(page, "/pictures/")
	if len(shown) != 2 {
		t.Fatalf("the reviewer sees %d pictures: %q", len(shown), shown)
	}
	var sizes []string
	for _, address := range shown {
		rec := reviewer.get(address)
		m, err := jpeg.Decode(bytes.NewReader(rec.Body.Bytes()))
		if err != nil || bytes.Contains(rec.Body.Bytes(), phototest.Mark) {
			t.Fatalf("%s: %d %v", address, rec.Code, err)
		}
		sizes = append(sizes, fmt.Sprint(m.Bounds().Dx(), "x", m.Bounds().Dy()))
		if other := s.as(t, "").get(address); other.Code == http.StatusOK {
			t.Errorf("%s is shown to everybody", address)
		}
	}
	if got := strings.Join(sizes, " "); got != "300x200 200x300" && got != "200x300 300x200" {
		t.Errorf("they are %s", got)
	}
	values := formOf(t, page, "pass")
	_, id, _ := strings.Cut(strings.Split(shown[0], "?")[0], "/pictures/")
	values.Set("show."+id, "yes")
	values.Set("shows."+id+".en", "A wall.")
	if rec := reviewer.send(inOffice("reports/"+entry+"?lang=en"), values); rec.Code != http.StatusSeeOther {
		t.Fatalf("passing: %d %q", rec.Code, wrongs(rec))
	}
	if body := s.get(at(fmt.Sprintf("promises/%.0f?lang=en", promise["number"]))).Body.String(); !strings.Contains(body, "A wall.") {
		t.Error("the public page does not show the picture")
	}
	if _, err := p.Pull(); err != nil || p.Sent[e.ID]["state"] != "looked-at" || p.Sent[e.ID]["shown"] != 1.0 || p.Sent[e.ID]["pictures"] != 2.0 {
		t.Errorf("%v %v", p.Sent[e.ID], err)
	}
	if list, err := s.spool.List(demo.Name, entry); err != nil || len(list) != 0 {
		t.Errorf("the spool still has %v %v", list, err)
	}
	// Nothing more is wanted for an event that stands in the book.
	if response, _, err := p.Do(http.MethodHead, path, nil); err != nil || response.Header.Get("Kept-Picture") != "here" {
		t.Errorf("%v %v", response, err)
	}
}

// TestPhonePicturesRefused: what cannot be taken is said with its reason, and nothing of it stays; what is not the promised picture is
// told at its end.
func TestPhonePicturesRefused(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	event := devicetest.ID()
	send := func(body []byte, as string) error {
		_, _, err := p.PATCH("pictures/"+as+"?event="+event, 0, len(body), body)
		return err
	}
	for name, body := range map[string][]byte{"HEIC": phototest.Boxes("heic"), "no picture": phototest.GIF(), "damaged": phototest.JPEG(300, 200, 1)[:2000], "moving": phototest.AnimatedPNG()} {
		if err := send(body, devicetest.Sum(body)); wrong(err) != "Unprocessable Entity upload.refused" || strings.Contains(err.Error(), "{{") {
			t.Errorf("%s: %v", name, err)
		} else if name == "HEIC" && !strings.Contains(err.Error(), "HEIC") {
			t.Errorf("%s does not say why: %v", name, err)
		}
	}
	picture := phototest.JPEG(300, 200, 1)
	if err := send(picture, strings.Repeat("0", 64)); wrong(err) != " upload.other-hash" {
		t.Errorf("another hash: %v", err)
	}
	path := "pictures/" + devicetest.Sum(picture) + "?event=" + event
	for _, test := range []struct {
		headers []string
		want    string
	}{
		{[]string{"Tus-Resumable", "2.0.0"}, "Precondition Failed upload.tus"},
		{[]string{"Content-Type", "image/jpeg"}, "Unsupported Media Type sync.media"},
		{[]string{"Upload-Offset", "-1"}, "Bad Request sync.unclear"},
		{[]string{"Upload-Offset", "x"}, "Bad Request sync.unclear"},
		{[]string{"Upload-Length", ""}, "Bad Request sync.unclear"},
		{[]string{"Upload-Length", "9999999"}, "Request Entity Too Large upload.size"},
		{[]string{"Upload-Length", "50"}, "Request Entity Too Large upload.size"},
		{[]string{"Upload-Offset", "7"}, "Conflict upload.offset"},
	} {
		headers := append([]string{"Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0", "Upload-Length", fmt.Sprint(len(picture))}, test.headers...)
		if _, _, err := p.Do(http.MethodPatch, path, picture[:100], headers...); wrong(err) != test.want {
			t.Errorf("%q: %v", test.headers, err)
		}
	}
	if _, _, err := p.Do(http.MethodPatch, "pictures/"+devicetest.Sum(picture), picture, "Tus-Resumable", "1.0.0", "Content-Type", "application/offset+octet-stream", "Upload-Offset", "0", "Upload-Length", fmt.Sprint(len(picture))); wrong(err) != "Bad Request sync.unclear" {
		t.Errorf("without an event: %v", err)
	}
	if disk := s.onDisk(t); strings.Contains(disk, string(phototest.Mark)) || strings.Contains(disk, "/pieces/") {
		t.Errorf("something is left: %q", phototest.Marked([]byte(disk)))
	}
}
