package safety_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/demo"
	"kept/store"
	"kept/voice"
	"kept/web"
)

// polling is the example with boxes, with cards of its open round, and with everything that its server tells anybody.
type polling struct {
	*site
	boxes   *voice.Boxes
	folders voice.Folders
	round   voice.Row
	codes   []voice.Code

	mu      sync.Mutex
	metrics []string
}

func openPolling(t *testing.T) *polling {
	t.Helper()
	p := &polling{site: ownExample(t)}
	beside := t.TempDir()
	p.folders = voice.Folders{Boxes: filepath.Join(beside, "boxes"), Keys: filepath.Join(beside, "keys"), Data: p.data}
	var err error
	if p.boxes, err = voice.OpenBoxes(p.folders); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.boxes.Close() })
	p.Server = web.New(web.Options{Log: slog.New(slog.NewTextHandler(&p.log, nil)), Version: "test", Demo: true, Desk: p.desk,
		Observe: func(route string, status int, took time.Duration) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.metrics = append(p.metrics, fmt.Sprint(route, " ", status))
		}})
	p.Serve(demo.Name, p.book, p.boxes)
	err = p.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		rounds, err := voice.RoundsIn(tx, "two-rivers")
		if err == nil {
			p.round = rounds[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for card, err := range p.boxes.Deal(t.Context(), p.book.DB, "org:"+p.round.Reviewer, p.round.ID, []voice.Sheet{{Village: "two-rivers", Households: 40, Spares: 4}}) {
		if err != nil {
			t.Fatal(err)
		}
		p.codes = append(p.codes, card.Code)
	}
	if _, err := p.boxes.Tend(t.Context(), p.book); err != nil {
		t.Fatal(err)
	}
	return p
}

// cardForm is a form of a step; answers are twelve digits, or none.
func cardForm(do string, code, answers string) string {
	out := "code=" + code
	for i := range answers {
		out += fmt.Sprintf("&a%02d=%c", i+1, answers[i])
	}
	return out + "&do=" + do
}

// TestS3NothingOfACard: a card is used at every step and in every way that fails, by a browser that tells all it can. Then the data, the
// boxes and keys, the log and the metrics are searched for what the browser told, for every code, and for what was answered.
func TestS3NothingOfACard(t *testing.T) {
	p := openPolling(t)
	server := httptest.NewServer(p)
	defer server.Close()
	var counting sync.Mutex
	seen := map[int]int{}
	ask := func(method, address, body string) string {
		t.Helper()
		header := telling()
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		status, answer := send(t, method, server.URL+"/"+demo.Name+"/"+address, header, body)
		counting.Lock()
		seen[status]++
		counting.Unlock()
		if strings.Contains(answer, "Set-Cookie") || strings.Contains(answer, canary) {
			t.Errorf("%s %s with %s tells something back", method, address, body)
		}
		return answer
	}
	const answers = "312400000000"
	typed := []string{"9876 5432 1098 7654", "123", canary}
	unknown := string(voice.NewCode())
	steps := func(code voice.Code) (bodies []string) {
		for _, text := range []string{string(code), code.Groups(), unknown} {
			text = strings.ReplaceAll(text, " ", "+")
			bodies = append(bodies, cardForm("look", text, ""), cardForm("confirm", text, answers), cardForm("change", text, answers), cardForm("send", text, answers),
				cardForm("send", text, answers), cardForm("report", text, ""), cardForm("send", text, "999999999999"), cardForm("look", text, "")+"&"+canary+"="+text)
		}
		return bodies
	}
	everything := func(code voice.Code) {
		t.Helper()
		var all sync.WaitGroup
		for _, body := range steps(code) {
			all.Go(func() { ask(http.MethodPost, "voice", body) })
		}
		all.Wait()
		for _, text := range typed[:2] {
			ask(http.MethodPost, "voice", cardForm("look", strings.ReplaceAll(text, " ", "+"), ""))
		}
		ask(http.MethodPost, "voice", cardForm("look", strings.Repeat("1", 5000), ""))
		ask(http.MethodPost, "voice?lang=ug&x="+string(code), cardForm("look", string(code), ""))
		for _, address := range []string{"voice", "voice?lang=ug", "voice/leave", "voice/pictures/none", "voice/none", "voice?code=" + string(code)} {
			ask(http.MethodGet, address, "")
			ask(http.MethodHead, address, "")
			ask(http.MethodDelete, address, cardForm("look", string(code), ""))
		}
	}
	everything(p.codes[0])
	// The disk fails.
	folder := filepath.Join(p.folders.Boxes, p.round.ID)
	if err := os.Rename(folder, folder+".away"); err != nil {
		t.Fatal(err)
	}
	everything(p.codes[1])
	if err := os.Rename(folder+".away", folder); err != nil {
		t.Fatal(err)
	}
	// The round is stopped.
	if receipts, err := p.book.Append(t.Context(), voice.Suspend("org:"+p.round.Reviewer, p.round.ID, "reprisals-feared")); err != nil || receipts[0].Err != nil {
		t.Fatal(err, receipts)
	}
	if _, err := p.boxes.Tend(t.Context(), p.book); err != nil {
		t.Fatal(err)
	}
	everything(p.codes[2])
	p.nothing(t, "with the server running", unknown, answers)
	closedBook(t, p.site)
	everything(p.codes[3])
	p.nothing(t, "after everything failed", unknown, answers)
	for _, status := range []int{http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge,
		http.StatusInternalServerError, http.StatusServiceUnavailable} {
		if seen[status] == 0 {
			t.Errorf("no answer had the status %d, so nobody knows whether it leaves a trace: %v", status, seen)
		}
	}
	if log := p.log.String(); !strings.Contains(log, "a page failed") || strings.Count(log, "answers could not be stored") != 1 {
		t.Errorf("the log does not tell of the failures, or too much of them: %s", log)
	}
}

// nothing looks for the canary, for codes and for answers in everything that is kept or told.
func (p *polling) nothing(t *testing.T, when, unknown, answers string) {
	t.Helper()
	places := files(t, p.data, p.folders.Boxes, p.folders.Keys)
	p.mu.Lock()
	places["the metrics"] = []byte(strings.Join(p.metrics, "\n"))
	p.mu.Unlock()
	places["the log"] = []byte(p.log.String())
	looked := 0
	for name := range places {
		if strings.HasSuffix(name, ".box") || strings.HasSuffix(name, ".key") || strings.HasSuffix(name, ".db") {
			looked++
		}
	}
	if looked < 4 {
		t.Fatalf("only %d files were looked at: %v", looked, len(places))
	}
	// Bodies of the book hold numbers too, so a code is looked for whole, and in groups.
	secrets := map[string][]byte{"the canary": []byte(canary), "the answers": []byte("=" + answers[:1] + "&a02"), "all the answers": []byte(answers), "a code that does not exist": []byte(unknown), "what was mistyped": []byte("9876 5432")}
	for i, c := range p.codes {
		secrets[fmt.Sprint("code ", i)], secrets[fmt.Sprint("code ", i, " in groups")] = []byte(c), []byte(c.Groups())
	}
	for name, content := range places {
		for what, secret := range secrets {
			for _, form := range [][]byte{secret, []byte(hex.EncodeToString(secret))} {
				if bytes.Contains(content, form) {
					t.Errorf("%s: %s has %s", when, name, what)
				}
			}
		}
	}
	if bytes.Contains(places["the metrics"], []byte("voice")) || len(places["the metrics"]) > 0 {
		t.Errorf("%s: the metrics know of residents: %s", when, places["the metrics"])
	}
	if log := string(places["the log"]); strings.Contains(log, "127.0.0.1") || strings.Contains(log, "two-rivers") || strings.Contains(log, p.round.ID) {
		t.Errorf("%s: the log has an address, a place or a round: %s", when, log)
	}
}
