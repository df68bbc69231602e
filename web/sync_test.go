package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/demo"
	"kept/device/devicetest"
)

// listening is a site behind an address, as phones reach it.
func (s *site) listening(t testing.TB) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	return server
}

// phone is a phone on which somebody has signed in to the example in a role.
func (s *site) phone(t testing.TB, server *httptest.Server, role string) *devicetest.Phone {
	t.Helper()
	cookie := ""
	for _, c := range s.as(t, role).cookies {
		if c.Name == "kept-team" {
			cookie = c.Name + "=" + c.Value
		}
	}
	return devicetest.New(server.URL+"/"+demo.Name, cookie, server.Client())
}

// pulled is a phone of the team that has pulled once.
func (s *site) pulled(t testing.TB, server *httptest.Server) *devicetest.Phone {
	t.Helper()
	p := s.phone(t, server, "team")
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	return p
}

// about is the id of a promise of the phone with this plan.
func about(t testing.TB, p *devicetest.Phone, plan string) (id string, promise map[string]any) {
	t.Helper()
	for n := range int64(1000) {
		if x, ok := p.Promises[n]; ok && x["plan"] == plan && x["mine"] == true {
			return x["id"].(string), x
		}
	}
	t.Fatalf("the phone has no promise with the plan %q among %d", plan, len(p.Promises))
	return "", nil
}

// wrong is the status and code of an error, or nothing.
func wrong(err error) string {
	var e *devicetest.Error
	if errors.As(err, &e) {
		return http.StatusText(e.Status) + " " + e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestPhone: a phone pulls, writes, sends, sends again what it sent, and is told what became of it.
func TestPhone(t *testing.T) {
	s := ownExample(t)
	server := s.listening(t)
	p := s.pulled(t, server)
	once, _ := about(t, p, "once")
	if !strings.HasPrefix(p.Checkpoint, p.Origin+"\n") || p.Size == 0 {
		t.Errorf("the checkpoint is %q of %q", p.Checkpoint, p.Origin)
	}
	e := p.Write(once, today, map[string]any{"note": map[string]any{"original": "en", "in": map[string]string{"en": "Dug two metres."}}, "state": "under-way"})
	if err := p.Send(); err != nil {
		t.Fatal(err)
	}
	first := p.Answers[e.ID]
	if first.Status != "accepted" || len(p.Outbox) != 0 {
		t.Fatalf("%+v", first)
	}
	if b, err := p.Post([]devicetest.Event{e}); err != nil || b.Events[0].Status != "duplicate" || b.Events[0].Entry != first.Entry {
		t.Errorf("sent again: %+v %v", b, err)
	}
	other := e
	other.Data = map[string]any{"state": "done"}
	if b, err := p.Post([]devicetest.Event{other}); err != nil || b.Events[0].Status != "conflict" || b.Events[0].Code != "entry.conflict" {
		t.Errorf("other words under the same id: %+v %v", b, err)
	}
	if _, err := p.Pull(); err != nil {
		t.Fatal(err)
	}
	if sent := p.Sent[e.ID]; sent["state"] != "received" || sent["entry"] != first.Entry {
		t.Errorf("what became of it: %v", sent)
	}
	if n, err := p.Pull(); err != nil || n > 1200 {
		t.Errorf("a pull without changes takes %d bytes: %v", n, err)
	}
	if s.cell(t, "SELECT count(*) FROM report WHERE id = $1", first.Entry) != "1" {
		t.Error("the report does not stand in the book once")
	}
}
