package safety_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kept/demo"
	"kept/web"
)

// canary is what a reader's browser tells about the reader, here the same word everywhere so that it can be looked for.
const canary = "c4n4ryreader"

// telling are all the ways in which a request tells something of who sends it.
func telling() http.Header {
	return http.Header{
		"X-Forwarded-For": {canary + ", 203.0.113.77"}, "Forwarded": {"for=" + canary}, "X-Real-Ip": {canary}, "Via": {canary}, "From": {canary},
		"User-Agent": {canary}, "Referer": {"https://" + canary + ".example/"}, "Cookie": {"session=" + canary}, "Authorization": {"Basic " + canary},
		"Accept-Language": {"ug;q=0.9, " + canary}, "Accept-Encoding": {canary}, "If-None-Match": {canary}, "X-Request-Id": {canary}, "Dnt": {canary}, "Origin": {"https://" + canary},
	}
}

// written are the forms in which a text may have been kept.
func written(text string) [][]byte {
	return [][]byte{[]byte(text), []byte(hex.EncodeToString([]byte(text))), []byte(base64.StdEncoding.EncodeToString([]byte(text))[:len(text)]),
		[]byte(url.QueryEscape(text)), []byte(strings.ToUpper(text))}
}

// TestS3NothingOfTheReader: whatever a browser tells of the reader, and wherever it asks, nothing of it is kept or logged,
// and no page sets a cookie.
func TestS3NothingOfTheReader(t *testing.T) {
	s := ownExample(t)
	server := httptest.NewServer(s)
	defer server.Close()
	var addresses []string
	s.every(t, func(_ web.Address, address string) { addresses = append(addresses, address) })
	addresses = append(addresses, "/", "/healthz", "/static/kept.css", "/static/none", "/"+demo.Name, "/"+demo.Name+"/log", "//"+canary, "/none/", "/"+canary+"/",
		"/"+demo.Name+"/"+canary, "/"+demo.Name+"/?"+canary+"=1", "/"+demo.Name+"/?q="+canary, "/"+demo.Name+"/?page="+canary, "/"+demo.Name+"/?q=%ff"+canary,
		"/"+demo.Name+"/places/"+canary, "/"+demo.Name+"/promises/"+canary, "/"+demo.Name+"/log/tile/"+canary+"/000", "/"+demo.Name+"/?office="+canary+"&lang="+canary,
		// At the door of an office too, nothing is known of who stands there.
		"/office/", "/office/sign-in", "/"+demo.Name+"/office/", "/"+demo.Name+"/office/sign-in", "/"+demo.Name+"/office/promises/1/amend", "/"+demo.Name+"/office/invitations/"+canary)
	seen := map[int]int{}
	ask := func(method, address, body string) {
		t.Helper()
		status, answer := send(t, method, server.URL+address, telling(), body)
		seen[status]++
		if strings.Contains(answer, "Set-Cookie") {
			t.Errorf("%s %s sets a cookie", method, address)
		}
		// The address itself is the reader's own question, and a search shows what was searched for.
		if !strings.Contains(address, canary) && strings.Contains(answer, canary) {
			t.Errorf("%s %s tells back what the browser told", method, address)
		}
	}
	everywhere := func() {
		t.Helper()
		for _, address := range addresses {
			ask(http.MethodGet, address, "")
			ask(http.MethodHead, address, "")
			ask(http.MethodPost, address, "note="+canary)
		}
	}
	everywhere()
	noTrace(t, s, "with the server running")
	// With the book's last transaction on disk everything that was ever written lies in the files.
	closedBook(t, s)
	everywhere()
	noTrace(t, s, "after everything failed")
	for _, status := range []int{http.StatusOK, http.StatusSeeOther, http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusInternalServerError} {
		if seen[status] == 0 {
			t.Errorf("no answer had the status %d, so nobody knows whether it leaves a trace: %v", status, seen)
		}
	}
	if !strings.Contains(s.log.String(), "a page failed") {
		t.Errorf("the log does not tell of the failures, so it was not looked at: %s", s.log.String())
	}
	for _, address := range []string{"127.0.0.1", "203.0.113.77", "::1"} {
		if strings.Contains(s.log.String(), address) {
			t.Errorf("the log has the address %s", address)
		}
	}
}

// noTrace looks for the canary in every file of the data folder and in the log.
func noTrace(t *testing.T, s *site, when string) {
	t.Helper()
	places := files(t, s.data)
	if len(places) == 0 {
		t.Fatal("there are no files to look at")
	}
	places["the log"] = []byte(s.log.String())
	for name, content := range places {
		for _, form := range written(canary) {
			if bytes.Contains(content, form) {
				t.Errorf("%s: %s has the canary as %q", when, name, form)
			}
		}
	}
}
