package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkPage renders pages of the example, one after the other, as one client would ask for them.
func BenchmarkPage(b *testing.B) {
	s := example(b)
	for _, page := range []struct{ name, address string }{
		{"programme", "/valley/?lang=en"},
		{"programme-ug", "/valley/?lang=ug"},
		{"place", "/valley/places/three-springs?lang=en"},
		{"promise", "/valley/promises/1?lang=en"},
		{"search", "/valley/?lang=en&q=water"},
		{"places", "/valley/places?lang=en"},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, page.address, nil)
				r.Header.Set("Accept-Encoding", "br")
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
