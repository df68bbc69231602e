package web_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/demo"
	"kept/photo/phototest"
	"kept/spool"
	"kept/web"
)

// file is one that a form brings.
type file struct {
	name string
	body []byte
}

// bring sends a form with pictures, as a browser does.
func (c *client) bring(t testing.TB, address string, values url.Values, files ...file) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, v := range all {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(files) == 0 {
		files = []file{{}} // a browser sends an empty part where nothing was chosen
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="pictures"; filename=%q`, f.name))
		h.Set("Content-Type", "application/octet-stream")
		part, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, address, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

// newReport is the address and the form of a report that says something.
func newReport(t testing.TB, c *client) (address string, values url.Values) {
	t.Helper()
	address = inOffice("reports/new?promise=1&lang=en")
	values = formOf(t, c.get(address), "report")
	values.Set("note.en", "The apron is finished.")
	return address, values
}

// waitingReport sends a report with pictures, and returns the address of its page in the office.
func waitingReport(t testing.TB, c *client, files ...file) string {
	t.Helper()
	address, values := newReport(t, c)
	values.Set("nobody", "yes")
	rec := c.bring(t, address, values, files...)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("the report was not sent: %d %q", rec.Code, wrongs(rec))
	}
	return rec.Header().Get("Location")
}

// sources are the addresses of the pictures in the main part of a page.
func sources(rec *httptest.ResponseRecorder, part string) (out []string) {
	for _, piece := range strings.Split(rec.Body.String(), `<img src="`)[1:] {
		address, _, _ := strings.Cut(piece, `"`)
		if address = strings.ReplaceAll(address, "&amp;", "&"); strings.Contains(address, part) {
			out = append(out, address)
		}
	}
	return out
}

// isPicture says whether an answer is a JPEG of this size that nobody else may keep.
func isPicture(t testing.TB, rec *httptest.ResponseRecorder, w, h int) {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(rec.Body.Bytes()))
	if err != nil || m.Bounds().Dx() != w || m.Bounds().Dy() != h {
		t.Errorf("it is no JPEG of %d x %d: %d, %v", w, h, rec.Code, err)
	}
	if rec.Header().Get("Content-Type") != "image/jpeg" || bytes.Contains(rec.Body.Bytes(), phototest.Mark) {
		t.Errorf("%s with the marks %q", rec.Header().Get("Content-Type"), phototest.Marked(rec.Body.Bytes()))
	}
}

// TestPicturesThroughTheForm: what cannot be taken is said beside the field, with its name and reason; what could be is kept
// without being chosen again; the report is there once; then it is looked at, passed in part, and the public page shows it.
func TestPicturesThroughTheForm(t *testing.T) {
	s := ownExample(t)
	team, reviewer, public := s.as(t, "team"), s.as(t, "reviewer"), s.as(t, "")
	size := s.column(t, "SELECT size FROM head")[0]
	address, values := newReport(t, team)
	rec := team.bring(t, address, values, file{"phone.jpg", phototest.JPEG(300, 200, 6)}, file{"IMG_1.HEIC", phototest.Boxes("heic")}, file{"shot.png", phototest.PNG(80, 60, 1)},
		file{"film.gif", phototest.GIF()})
	body := rec.Body.String()
	for _, part := range []string{"IMG_1.HEIC", "This is a HEIC picture", "film.gif", "no picture that can be read here", "Nobody can be recognised", "The apron is finished.", "What happens next"} {
		if !strings.Contains(body, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	thumbs := sources(rec, "/reports/new/pictures/")
	if rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusOK || len(thumbs) != 2 || s.column(t, "SELECT size FROM head")[0] != size {
		t.Fatalf("%d, %d pictures have arrived: %q", rec.Code, len(thumbs), wrongs(rec))
	}
	isPicture(t, team.get(thumbs[0]), 200, 300)
	isPicture(t, team.get(thumbs[1]), 80, 60)
	if rec := team.get(thumbs[0]); rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("it may be kept: %v", rec.Header())
	}
	for _, c := range []*client{reviewer, s.as(t, "office"), public} {
		if rec := c.get(thumbs[0]); rec.Code == http.StatusOK {
			t.Error("somebody else sees a picture of a form that was not sent")
		}
	}

	// Sent again as the page has it, with one more and without another; it is not ticked, so it is not sent.
	values = formOf(t, rec, "report")
	kept := slices.Clone(values["kept[]"])
	values["drop[]"] = kept[1:]
	rec = team.bring(t, address, values, file{"web.webp", phototest.WebP("transparent", 1)}, file{"web again.webp", phototest.WebP("transparent", 1)})
	if body := rec.Body.String(); !strings.Contains(body, "If nobody can be recognised, tick this") || s.column(t, "SELECT size FROM head")[0] != size {
		t.Errorf("it was sent without being ticked: %d", rec.Code)
	}
	if rec := team.get(thumbs[1]); rec.Code != http.StatusNotFound {
		t.Errorf("what was taken out is still there: %d", rec.Code)
	}
	values = formOf(t, rec, "report")
	if len(values["kept[]"]) != 2 || values["kept[]"][0] != kept[0] {
		t.Fatalf("kept are %q", values["kept[]"])
	}
	values.Set("nobody", "yes")
	rec = team.bring(t, address, values)
	report := rec.Header().Get("Location")
	if again := team.bring(t, address, values); again.Code != http.StatusSeeOther || again.Header().Get("Location") != report {
		t.Errorf("sending it twice: %d %q", again.Code, wrongs(again))
	}
	if got := s.column(t, "SELECT pictures FROM report ORDER BY seq DESC")[0] + " " + s.column(t, "SELECT count(*) FROM report_picture WHERE report = (SELECT max(seq) FROM report)")[0]; got != "2 2" {
		t.Errorf("the report has %s pictures", got)
	}
	if rec := team.get(thumbs[0]); rec.Code != http.StatusNotFound {
		t.Errorf("the form was sent, and its picture is still one of a form: %d", rec.Code)
	}

	// Those who may look see both; what was not chosen is not shown, and what is shown has words.
	for _, c := range []*client{team, reviewer, s.as(t, "office")} {
		if waits := sources(c.get(report), "/pictures/"); len(waits) != 2 || c.get(waits[0]).Code != http.StatusOK {
			t.Errorf("those who may look see %q", waits)
		}
	}
	page := reviewer.get(report)
	waits := sources(page, "/pictures/")
	values = formOf(t, page, "pass")
	ids := s.column(t, "SELECT id FROM report_picture WHERE report = (SELECT max(seq) FROM report) ORDER BY id")
	values.Set("show."+ids[0], "yes")
	values.Set("why."+ids[1], "person")
	rec = reviewer.send(report, values)
	if !strings.Contains(rec.Body.String(), "without words it cannot be shown") {
		t.Errorf("it was passed without words: %d", rec.Code)
	}
	values.Set("shows."+ids[0]+".en", "Four coloured fields")
	values.Set("why."+ids[0], "other")
	if rec = reviewer.send(report, values); !strings.Contains(rec.Body.String(), "Either everybody may see it") {
		t.Errorf("it was passed with a reason against it: %d", rec.Code)
	}
	values.Set("why."+ids[0], "")
	if rec = reviewer.send(report, values); rec.Code != http.StatusSeeOther {
		t.Fatalf("it was not passed: %d %q", rec.Code, wrongs(rec))
	}
	promise := public.get(at("promises/1?lang=en"))
	shown := sources(promise, "/pictures/")
	if !strings.Contains(promise.Body.String(), `alt="Four coloured fields"`) || !strings.Contains(promise.Body.String(), "A picture is not shown: somebody could be recognised.") {
		t.Error("the public page does not show the picture with its words, or does not say what is not shown")
	}
	if rec := public.get(shown[0]); rec.Code != http.StatusOK || bytes.Contains(rec.Body.Bytes(), phototest.Mark) {
		t.Errorf("the picture is not public: %d", rec.Code)
	}
	for _, address := range waits {
		if rec := reviewer.get(address); rec.Code != http.StatusNotFound {
			t.Errorf("%s still waits: %d", address, rec.Code)
		}
	}
	if left, err := s.spool.List(demo.Name, strings.TrimSuffix(report[strings.LastIndex(report, "/")+1:], "?lang=en")); err != nil || len(left) > 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
	// Sending the report once more now brings nothing back.
	values = url.Values{"form": values["form"]}
	if rec := reviewer.send(report, values); rec.Code >= 500 {
		t.Errorf("a form that is over: %d", rec.Code)
	}
}

// TestS11PicturesHidden: a picture that nobody has passed is served to those who may look at its report and to nobody else, at no
// public address, and after sending back to nobody ever.
func TestS11PicturesHidden(t *testing.T) {
	s := ownExample(t)
	team, reviewer, office := s.as(t, "team"), s.as(t, "reviewer"), s.as(t, "office")
	report := waitingReport(t, team, file{"a.jpg", phototest.JPEG(64, 48, 1)})
	waits := sources(team.get(report), "/pictures/")
	if len(waits) != 1 {
		t.Fatalf("the team sees %q", waits)
	}
	body := team.get(waits[0]).Body.Bytes()
	hidden := func(when string) {
		t.Helper()
		for _, role := range []string{"", "admin"} {
			if rec := s.as(t, role).get(waits[0]); bytes.Contains(rec.Body.Bytes(), body) || rec.Code == http.StatusOK {
				t.Errorf("%s: %q gets the picture: %d", when, role, rec.Code)
			}
		}
		if strings.Contains(s.get(at("promises/1")).Body.String(), "office/reports") {
			t.Errorf("%s: a public page names an address of the office", when)
		}
		for _, x := range s.column(t, "SELECT count(*) FROM picture WHERE media = 'image/jpeg'") {
			if x != "0" {
				t.Errorf("%s: it lies in the book", when)
			}
		}
	}
	hidden("while it waits")
	// Not another report's, and none that the report does not name.
	other := s.column(t, "SELECT id FROM report WHERE passed > 0 AND pictures > 0")[0]
	id, _, _ := strings.Cut(waits[0][strings.LastIndex(waits[0], "/")+1:], "?")
	for _, address := range []string{"reports/" + other + "/pictures/" + id, "reports/new/pictures/" + id + "?form=" + strings.Repeat("0", 32)} {
		if rec := reviewer.get(inOffice(address)); rec.Code == http.StatusOK || bytes.Equal(rec.Body.Bytes(), body) {
			t.Errorf("%s has the picture", address)
		}
	}
	values := formOf(t, office.get(report), "send-back")
	values.Set("reason.en", "This is another village's well.")
	if rec := office.send(report, values); rec.Code != http.StatusSeeOther {
		t.Fatalf("it was not sent back: %d %q", rec.Code, wrongs(rec))
	}
	hidden("after sending back")
	for _, c := range []*client{team, reviewer, office} {
		if rec := c.get(waits[0]); rec.Code != http.StatusNotFound {
			t.Errorf("after sending back somebody gets %d", rec.Code)
		}
	}
	pass := url.Values{"form": {strings.Repeat("ab", 16)}, "do": {"pass"}, "show." + id: {"yes"}, "shows." + id + ".en": {"a well"}}
	if rec := reviewer.send(report, pass); rec.Code == http.StatusSeeOther {
		t.Error("what was sent back was passed")
	}
	hidden("after trying to pass it")
}

// TestPictureBounds: more than a report takes are told apart from those that it takes; a field that is not the form's is refused;
// whoever has no session keeps what was typed.
func TestPictureBounds(t *testing.T) {
	s := ownExample(t)
	team := s.as(t, "team")
	address, values := newReport(t, team)
	values.Set("nobody", "yes")
	var many []file
	for i := range 21 {
		many = append(many, file{fmt.Sprint(i, ".png"), phototest.PNG(20+i, 20, 1)})
	}
	rec := team.bring(t, address, values, many...)
	if n := len(sources(rec, "/reports/new/pictures/")); n != 20 || !strings.Contains(rec.Body.String(), "A report takes 20 pictures") {
		t.Errorf("%d pictures of 21 were taken: %d %q", n, rec.Code, wrongs(rec))
	}
	values = formOf(t, rec, "report")
	rec = team.bring(t, address, values, file{"one more.png", phototest.PNG(90, 20, 1)})
	if n := len(sources(rec, "/reports/new/pictures/")); n != 20 || !strings.Contains(rec.Body.String(), "A report takes 20 pictures") {
		t.Errorf("one more beside 20: %d, %d", n, rec.Code)
	}
	for name, change := range map[string]func(url.Values){
		"a field of nobody":  func(v url.Values) { v.Set("phone", "1") },
		"no id of a picture": func(v url.Values) { v["kept[]"] = []string{"../../x"} },
		"no id of the form":  func(v url.Values) { v.Del("form") },
	} {
		v := url.Values{}
		for key, all := range values {
			v[key] = slices.Clone(all)
		}
		change(v)
		if rec := team.bring(t, address, v, file{"a.png", phototest.PNG(9, 9, 1)}); rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	big := file{"big.jpg", bytes.Join([][]byte{phototest.JPEG(20, 20, 1)[:2], bytes.Repeat(append([]byte("\xff\xfe\xff\xfe"), make([]byte, 0xfffc)...), 260)}, nil)}
	_, values = newReport(t, team)
	if rec := team.bring(t, address, values, big); !strings.Contains(rec.Body.String(), "larger than 15 MB") || !strings.Contains(rec.Body.String(), "The apron is finished.") {
		t.Errorf("a file of %d bytes: %d %q", len(big.body), rec.Code, wrongs(rec))
	}
	if rec := s.as(t, "").bring(t, address, values, big); rec.Code != http.StatusUnauthorized || !strings.Contains(rec.Body.String(), "apron") {
		t.Errorf("without a session: %d", rec.Code)
	}
	if rec := s.as(t, "reviewer").bring(t, address, values, big); rec.Code != http.StatusForbidden {
		t.Errorf("as a reviewer: %d", rec.Code)
	}
	// A server that has no spool takes none, and does not ask for any.
	s.spool = nil
	s.again(web.Options{})
	rec = team.get(address)
	if strings.Contains(rec.Body.String(), `type="file"`) {
		t.Error("pictures are asked for where none are taken")
	}
}

// TestS18PicturesLeave: with a clock, what nobody decided about goes after sixty days, and the pages say so; what was never sent
// after two.
func TestS18PicturesLeave(t *testing.T) {
	s := ownExample(t)
	now := time.Now()
	s.spool = spool.New(func(programme string) string { return s.dir + "/" + programme }, func() time.Time { return now })
	s.again(web.Options{})
	team, reviewer := s.as(t, "team"), s.as(t, "reviewer")
	report := waitingReport(t, team, file{"a.jpg", phototest.JPEG(64, 48, 1)})
	address, values := newReport(t, team)
	unsent := sources(team.bring(t, address, values, file{"b.jpg", phototest.JPEG(64, 50, 1)}), "/pictures/")[0]
	waits := sources(reviewer.get(report), "/pictures/")[0]
	for _, step := range []struct{ days, waits, unsent int }{{0, 200, 200}, {1, 200, 200}, {2, 200, 404}, {59, 200, 404}, {60, 404, 404}} {
		now = time.Now().AddDate(0, 0, step.days)
		if err := s.SweepPictures(t.Context()); err != nil {
			t.Fatal(err)
		}
		if w, u := reviewer.get(waits).Code, team.get(unsent).Code; w != step.waits || u != step.unsent {
			t.Errorf("after %d days: %d %d", step.days, w, u)
		}
	}
	page := reviewer.get(report)
	if !strings.Contains(page.Body.String(), "1 picture is no longer here") || len(sources(page, "/pictures/")) > 0 {
		t.Error("the page does not say that a picture was deleted")
	}
	if rec := reviewer.send(report, formOf(t, page, "pass")); rec.Code != http.StatusSeeOther {
		t.Errorf("the rest cannot be passed: %d %q", rec.Code, wrongs(rec))
	}
}
