package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/device/devicetest"
	"kept/locale"
	"kept/programme"
	"kept/promise"
	"kept/store/storetest"
)

func wrote(text string) map[string]any {
	return map[string]any{"original": "en", "in": map[string]string{"en": text}}
}

// TestBatchOneBadEvent: one event that cannot be taken in a batch of 50 keeps none of the others out, whatever is wrong with it.
func TestBatchOneBadEvent(t *testing.T) {
	s := ownExample(t)
	server := s.listening(t)
	p := s.pulled(t, server)
	once, _ := about(t, p, "once")
	bad := map[string]string{
		"event.shape":     `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"state":"done","household":"4"}}`,
		"event.kind":      `{"id":"ID","n":7,"day":"2026-11-24","kind":"answer","promise":"PROMISE","data":{"state":"done"}}`,
		"event.not-yours": `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"ID","data":{"state":"done"}}`,
		"event.empty":     `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{}}`,
		"event.day":       `{"id":"ID","n":7,"day":"2031-01-01","kind":"report","promise":"PROMISE","data":{"state":"done"}}`,
		"event.typed":     `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"spent":[{"currency":"CNY","amount":"a lot"}]}}`,
		"event.nobody":    `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"pictures":["` + strings.Repeat("0", 64) + `"]}}`,
		"event.pictures-missing": `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"nobody":true,"pictures":["` +
			strings.Repeat("0", 64) + `"]}}`,
		"service.other-plan": `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"service":{"due":"2026-11-24","received":"3","answered":"2","late":"0"}}}`,
		"measure.unknown":    `{"id":"ID","n":7,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"readings":[{"measure":99,"value":"3"}]}}`,
		"event.shape null":   `null`,
		"event.shape list":   `[1]`,
		"event.shape number": `{"id":"ID","n":7.5,"day":"2026-11-24","kind":"report","promise":"PROMISE","data":{"state":"done"}}`,
	}
	for name, raw := range bad {
		code, _, _ := strings.Cut(name, " ")
		var events []string
		var ids []string
		for i := range 50 {
			p.Last++
			if i == 20 {
				events = append(events, strings.NewReplacer("ID", devicetest.ID(), "PROMISE", once, `"n":7,`, fmt.Sprintf(`"n":%d,`, p.Last)).Replace(raw))
				continue
			}
			e := devicetest.Event{ID: devicetest.ID(), N: p.Last, Day: today, Kind: "report", Promise: once, Data: map[string]any{"note": wrote(fmt.Sprint("note ", i))}}
			body, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			events, ids = append(events, string(body)), append(ids, e.ID)
		}
		before := s.cell(t, "SELECT count(*) FROM report")
		_, body, err := p.Do(http.MethodPost, "events", []byte(fmt.Sprintf(`{"at":"2026-11-24T08:00:00Z","last":%d,"events":[%s]}`, p.Last, strings.Join(events, ","))), "Content-Type", "application/json")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var b devicetest.Batch
		if err := json.Unmarshal(body, &b); err != nil {
			t.Fatal(err)
		}
		for i, a := range b.Events {
			if want := map[bool]string{true: "refused", false: "accepted"}[i == 20]; a.Status != want || i == 20 && (a.Code != code || a.Words == "" || strings.Contains(a.Words, "{{")) {
				t.Errorf("%s: event %d is %+v", name, i, a)
			}
		}
		if after := s.cell(t, "SELECT count(*) FROM report"); fmt.Sprint(count(t, after)-count(t, before)) != "49" {
			t.Errorf("%s: %s reports before, %s after", name, before, after)
		}
		if len(ids) != 49 {
			t.Fatal("the test is wrong")
		}
	}
}

func count(t testing.TB, s string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestS2PhoneKeys: around the events nothing is taken but what docs/sync.md names, and inside of one it refuses that one.
func TestS2PhoneKeys(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	size := s.cell(t, "SELECT size FROM head")
	for _, body := range []string{``, `x`, `{}`, `[]`, `null`, `{"at":"2026-11-24T08:00:00Z","last":0,"events":[]} {}`, `{"at":"2026-11-24T08:00:00Z","last":0,"events":[],"phone":"1"}`,
		`{"at":"2026-11-24T08:00:00Z","last":0,"events":[],"events":[]}`, `{"At":"2026-11-24T08:00:00Z","last":0,"events":[]}`, `{"at":"2026-11-24T08:00:00Z","LAST":0,"events":[]}`,
		`{"at":"yesterday","last":0,"events":[]}`, `{"at":"2026-11-24T08:00:00Z","last":-1,"events":[]}`, `{"at":"2026-11-24T08:00:00Z","last":0,"events":{}}`,
		"{\"at\":\"2026-11-24T08:00:00Z\",\"last\":0,\"events\":[\"\xff\"]}", `{"at":"2026-11-24T08:00:00Z","la\u017ft":0,"events":[]}`,
		`{"at":"2026-11-24T08:00:00Z","last":0,"events":[` + strings.TrimSuffix(strings.Repeat("{},", 51), ",") + `]}`} {
		if _, _, err := p.Do(http.MethodPost, "events", []byte(body), "Content-Type", "application/json"); wrong(err) != "Bad Request sync.unclear" {
			t.Errorf("%.80q: %v", body, err)
		}
	}
	large := `{"at":"2026-11-24T08:00:00Z","last":0,"events":["` + strings.Repeat("x", 256<<10) + `"]}`
	if _, _, err := p.Do(http.MethodPost, "events", []byte(large), "Content-Type", "application/json"); wrong(err) != "Request Entity Too Large sync.too-large" {
		t.Errorf("too large: %v", err)
	}
	if _, _, err := p.Do(http.MethodPost, "events", []byte(`{}`), "Content-Type", "text/plain"); wrong(err) != "Unsupported Media Type sync.media" {
		t.Errorf("another media type: %v", err)
	}
	for _, path := range []string{"changes?cursor=x&phone=1", "changes?cursor=x&cursor=y", "changes?lang=en&lang=ug"} {
		if _, _, err := p.Do(http.MethodGet, path, nil); wrong(err) != "Bad Request sync.unclear" {
			t.Errorf("%s: %v", path, err)
		}
	}
	for path, method := range map[string]string{"": "GET", "none": "GET", "events/1": "GET", "pictures/" + strings.Repeat("0", 64): "GET"} {
		if _, _, err := p.Do(method, path, nil); wrong(err) != "Not Found sync.nothing" {
			t.Errorf("%s %s: %v", method, path, err)
		}
	}
	for path, method := range map[string]string{"changes": "POST", "events": "PUT", "pictures/" + strings.Repeat("0", 64): "DELETE"} {
		if _, _, err := p.Do(method, path, nil); wrong(err) != "Method Not Allowed sync.method" {
			t.Errorf("%s %s: %v", method, path, err)
		}
	}
	for _, headers := range [][]string{{"Kept-Device", "x"}, {"Kept-Device", strings.Repeat("A", 32)}, {"Kept-Account", ""}, {"Kept-Account", "1"}} {
		if _, _, err := p.Do(http.MethodPost, "events", []byte(`{"at":"2026-11-24T08:00:00Z","last":0,"events":[]}`), append(headers, "Content-Type", "application/json")...); wrong(err) != "Bad Request sync.unclear" {
			t.Errorf("%q: %v", headers, err)
		}
	}
	if _, _, err := p.Do(http.MethodPost, "events", []byte(`{"at":"2026-11-24T08:00:00Z","last":0,"events":[]}`), "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"); wrong(err) != "Forbidden sync.cross-origin" {
		t.Errorf("another site: %v", err)
	}
	if now := s.cell(t, "SELECT size FROM head"); now != size {
		t.Errorf("the book grew from %s to %s", size, now)
	}
}

// TestConformanceBatches: random batches, with events sent twice, changed, refused and lost, against a model; every answer says what
// stands in the book, each event is there once, and the gaps in the numbers are those of the model.
func TestConformanceBatches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		place := e.Alone(t)
		s, err := writeAt(place.Location, place.Config)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		conformBatches(t, s)
	})
}

func conformBatches(t *testing.T, s *site) {
	server := s.listening(t)
	r := rand.New(rand.NewPCG(1, 6))
	p := s.pulled(t, server)
	var promises []string
	for _, x := range p.Promises {
		if x["plan"] == "once" && x["mine"] == true {
			promises = append(promises, x["id"].(string))
		}
	}
	slices.Sort(promises)
	book := map[string]devicetest.Event{} // what stands there, by event
	came := map[int64]string{}            // the event of each number that has come
	for range 40 {
		var batch []devicetest.Event
		for range r.IntN(12) {
			switch known := slices.Sorted(maps.Keys(book)); {
			case r.IntN(4) == 0 && len(known) > 0: // sent again
				batch = append(batch, book[known[r.IntN(len(known))]])
			case r.IntN(8) == 0 && len(known) > 0: // other words under an id that is there
				e := book[known[r.IntN(len(known))]]
				e.Data = map[string]any{"note": wrote("something else " + devicetest.ID())}
				batch = append(batch, e)
			case r.IntN(8) == 0: // another event under a number that was given
				e := devicetest.Event{ID: devicetest.ID(), N: 1 + r.Int64N(max(p.Last, 1)), Day: today, Kind: "report", Promise: promises[0], Data: map[string]any{"state": "done"}}
				p.Last = max(p.Last, e.N)
				batch = append(batch, e)
			case r.IntN(6) == 0: // never sent
				p.Last++
			default:
				p.Last++
				data := map[string]any{"note": wrote("word " + devicetest.ID())}
				if r.IntN(6) == 0 {
					data = map[string]any{"state": "finished"}
				}
				batch = append(batch, devicetest.Event{ID: devicetest.ID(), N: p.Last, Day: today, Kind: "report", Promise: promises[r.IntN(len(promises))], Data: data})
			}
		}
		if r.IntN(5) == 0 && len(batch) > 0 {
			batch = append(batch, batch[r.IntN(len(batch))]) // twice in one batch
		}
		b, err := p.Post(batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range batch {
			was, there := book[e.ID]
			number, given := came[e.N]
			same := there && fmt.Sprint(was.Data) == fmt.Sprint(e.Data)
			want := "accepted"
			switch {
			case given && number != e.ID:
				want = "refused event.number"
			case e.Data["state"] == "finished":
				want = "refused event.shape"
			case same:
				want = "duplicate"
			case there:
				want = "conflict entry.conflict"
			}
			// What is refused for itself is said before its number is looked at.
			got := strings.TrimSpace(b.Events[i].Status + " " + b.Events[i].Code)
			if e.Data["state"] == "finished" {
				want = "refused event.shape"
			}
			if got != want {
				t.Fatalf("event %d of %d: %s, should be %s", i, len(batch), got, want)
			}
			if !given {
				came[e.N] = e.ID
			}
			if want == "accepted" {
				book[e.ID] = e
			}
		}
		var missing [][2]int64
		for n := int64(1); n <= p.Last; n++ {
			if _, ok := came[n]; ok {
				continue
			}
			if k := len(missing) - 1; k >= 0 && missing[k][1] == n-1 {
				missing[k][1] = n
			} else {
				missing = append(missing, [2]int64{n, n})
			}
		}
		if b.Device.Last != p.Last || !slices.Equal(missing, b.Device.Missing) {
			t.Fatalf("missing of %d are %v, should be %v of %d", b.Device.Last, b.Device.Missing, missing, p.Last)
		}
	}
	if n := s.cell(t, "SELECT count(*) FROM report WHERE who = 'team:water-team' AND recorded = $1", today); count(t, n) < len(book) {
		t.Errorf("%s reports stand in the book, should be %d at least", n, len(book))
	}
	for id, e := range book {
		if b, err := p.Post([]devicetest.Event{e}); err != nil || b.Events[0].Status != "duplicate" {
			t.Errorf("%s: %+v %v", id, b, err)
		}
	}
}

// TestAnswerLost: an answer that never arrives changes nothing: sent again, everything is there once.
func TestAnswerLost(t *testing.T) {
	s := ownExample(t)
	var drop atomic.Int32 // 1: the next answer is lost
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && drop.CompareAndSwap(1, 0) {
			s.ServeHTTP(httptest.NewRecorder(), r) // it happens, and nobody hears of it
			panic(http.ErrAbortHandler)
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	p := s.pulled(t, server)
	once, _ := about(t, p, "once")
	before := count(t, s.cell(t, "SELECT count(*) FROM report"))
	for range 7 {
		p.Write(once, today, map[string]any{"note": wrote("once")}, noise(t, int(p.Last)))
	}
	for range 40 {
		drop.Store(1)
		if err := p.Send(); err == nil {
			break
		}
		drop.Store(0)
		if len(p.Outbox) == 7 {
			_ = p.Upload(p.Outbox[0].ID, p.Pictures[p.Outbox[0].ID][firstKey(p.Pictures[p.Outbox[0].ID])])
		}
	}
	drop.Store(0)
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	if after := count(t, s.cell(t, "SELECT count(*) FROM report")); after != before+7 {
		t.Errorf("%d reports were there, %d are there now", before, after)
	}
	for _, a := range p.Answers {
		if a.Status != "accepted" && a.Status != "duplicate" {
			t.Errorf("%+v", a)
		}
	}
}

func firstKey[V any](m map[string]V) string { return slices.Sorted(maps.Keys(m))[0] }

// TestWhatBecameOfIt: the phone is told that its report was looked at, or sent back and why; a phone whose storage was emptied sees
// what it has lost; two phones that say otherwise of the same are told that somebody must decide.
func TestWhatBecameOfIt(t *testing.T) {
	s := ownExample(t)
	server := s.listening(t)
	p := s.pulled(t, server)
	once, _ := about(t, p, "once")
	e := p.Write(once, today, map[string]any{"note": wrote("To be sent back.")})
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	draft, err := promise.SendBack("org:stone-bridge", p.Answers[e.ID].Entry, locale.Plain("en", "Say how deep."), func(string) []byte { return make([]byte, 32) })
	if err != nil {
		t.Fatal(err)
	}
	receipts, err := s.book.Append(t.Context(), draft)
	if err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	if sent := p.Sent[e.ID]; sent["state"] != "sent-back" || sent["reason"] != "Say how deep." || sent["lang"] != "en" {
		t.Errorf("%v", sent)
	}

	// Another phone of the same account, which has seen the book at the same size.
	q := s.pulled(t, server)
	a := p.Write(once, today, map[string]any{"state": "under-way", "note": wrote("Going on.")})
	b := q.Write(once, today, map[string]any{"state": "suspended"})
	for _, phone := range []*devicetest.Phone{p, q} {
		if err := phone.Send(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	if p.Sent[a.ID]["decide"] != true || p.Sent[b.ID]["decide"] != true || p.Sent[e.ID]["decide"] == true {
		t.Errorf("to be decided: %v %v %v", p.Sent[a.ID], p.Sent[b.ID], p.Sent[e.ID])
	}
	office := s.as(t, "office")
	entry, other := q.Answers[b.ID].Entry, p.Answers[a.ID].Entry
	if page := office.get(inOffice("reports/" + entry + "?lang=en")).Body.String(); !strings.Contains(page, "Another phone reported otherwise") || !strings.Contains(page, "reports/"+other) {
		t.Error("the page of the report does not lead to the other one")
	}
	if page := s.as(t, "reviewer").get(inOffice("?lang=en&kind=look")).Body.String(); strings.Count(page, "needs a decision") < 1 {
		t.Error("the queue does not say that somebody must decide")
	}
	// A second report from one phone corrects its first.
	c := q.Write(once, today, map[string]any{"state": "under-way"})
	if err := q.Send(); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Pull(); err != nil {
		t.Fatal(err)
	}
	if q.Sent[c.ID]["decide"] == true {
		t.Errorf("a correction is to be decided: %v", q.Sent[c.ID])
	}

	q.Last += 3 // written, and lost before anything was sent
	if _, err := q.Post(nil); err != nil {
		t.Fatal(err)
	}
	q.Evict()
	if _, err := q.Pull(); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(q.Others) != "[map[last:5 missing:[[3 5]] seen:"+time.Now().UTC().Format(time.DateOnly)+"]]" {
		t.Errorf("what the emptied phone is told: %v", q.Others)
	}
}

// TestPostingEndedMeanwhile: a phone that was without a network while its team's posting ended may still report on a day of it, for thirty
// days; on what is promised to a place where it never was, never.
func TestPostingEndedMeanwhile(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	id := s.cell(t, "SELECT id FROM promise WHERE team NOT IN ('', 'water-team') AND withdrawn = '' AND seq IN (SELECT promise FROM promise_place WHERE place NOT IN (SELECT place FROM posting WHERE team = 'water-team'))")
	place := s.cell(t, "SELECT x.place FROM promise_place AS x JOIN promise AS p ON p.seq = x.promise WHERE p.id = $1", id)
	post := func(from, until string) {
		t.Helper()
		receipts, err := s.book.Append(t.Context(), programme.Post("org:stone-bridge", programme.Posting{Team: "water-team", Place: place, From: from, Until: until}))
		if err != nil || receipts[0].Err != nil {
			t.Fatal(err, receipts)
		}
	}
	report := func(day string) string {
		t.Helper()
		e := p.Write(id, day, map[string]any{"note": wrote("Seen on " + day)})
		if err := p.Send(); err != nil {
			t.Fatal(err)
		}
		return p.Answers[e.ID].Status
	}
	if got := report("2026-11-20"); got != "refused" {
		t.Errorf("before any posting: %s", got)
	}
	post("2026-10-01", "2026-11-21")
	for day, want := range map[string]string{"2026-11-21": "accepted", "2026-10-26": "accepted", "2026-11-22": "refused", "2026-11-24": "refused", "2026-10-24": "refused", "2026-09-30": "refused"} {
		if got := report(day); got != want {
			t.Errorf("a report on %s: %s, should be %s", day, got, want)
		}
	}
}

// TestPullIsSmall: the first pull of a phone fits a slow line, and pages of it are taken one by one; another language begins anew.
func TestPullIsSmall(t *testing.T) {
	s := ownExample(t)
	p := s.pulled(t, s.listening(t))
	c := s.as(t, "team")
	r := httptest.NewRequest(http.MethodGet, at("team/sync/changes"), nil)
	r.Header.Set("Accept-Encoding", "br")
	rec := c.do(r)
	villages := map[any]bool{}
	for _, x := range p.Promises {
		for _, place := range x["places"].([]any) {
			villages[place] = true
		}
	}
	perPromise := rec.Body.Len() / max(1, len(p.Promises))
	t.Logf("%d promises of %d places: %d bytes, %d each", len(p.Promises), len(villages), rec.Body.Len(), perPromise)
	if rec.Header().Get("Content-Encoding") != "br" || rec.Body.Len() > 30<<10 || perPromise > 600 {
		t.Errorf("the first pull takes %d bytes for %d promises", rec.Body.Len(), len(p.Promises))
	}
	had := p.Promises[first(p.Promises)]["title"]
	p.Lang = "ug"
	if _, err := p.Pull(); err != nil || p.Promises[first(p.Promises)]["title"] == had {
		t.Errorf("in another language it is still %v: %v", had, err)
	}
}
