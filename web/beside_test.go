package web_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/demo"
	"kept/figures"
	"kept/ledger"
	"kept/store"
	"kept/web"
)

// TestBeside: the texts of every entry are there, with salts that give the hashes in the entries, but for the notes that
// nobody passed.
func TestBeside(t *testing.T) {
	s := example(t)
	p := readLog(t, s)
	hidden := map[string]bool{}
	for _, seq := range s.column(t, "SELECT seq FROM report WHERE has_note = 1 AND note_shown = 0") {
		hidden[seq] = true
	}
	given, withheld := 0, 0
	for from := int64(0); from < p.size; from += 256 {
		rec := s.get(at("log/beside/" + tilePath(from/256, p.size-from)))
		if cache := rec.Header().Get("Cache-Control"); rec.Code != http.StatusOK || cache != "no-cache" || rec.Header().Get("ETag") == "" {
			t.Fatalf("%d, cached as %q", rec.Code, cache)
		}
		var lines []struct {
			Entry            int64
			Field            string
			Salt, Body       *string
			Erased, Withheld bool
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &lines); err != nil {
			t.Fatal(err)
		}
		named := map[string]string{}
		for seq := from; seq < min(from+256, p.size); seq++ {
			hashes, err := s.book.Rules.TextHashes(p.bodies[seq])
			if err != nil {
				t.Fatal(err)
			}
			for field, sum := range hashes {
				named[fmt.Sprint(seq, field)] = sum
			}
		}
		for _, l := range lines {
			name := fmt.Sprint(l.Entry, l.Field)
			sum, ok := named[name]
			if !ok {
				t.Errorf("no entry names %s, or it comes twice", name)
			}
			delete(named, name)
			if l.Withheld {
				withheld++
				if !hidden[fmt.Sprint(l.Entry)] || l.Salt != nil || l.Body != nil {
					t.Errorf("%s is withheld: %+v", name, l)
				}
				continue
			}
			given++
			salt, err := base64.StdEncoding.DecodeString(*l.Salt)
			if err != nil || ledger.HashText(salt, *l.Body) != sum || hidden[fmt.Sprint(l.Entry)] {
				t.Errorf("%s: %+v", name, l)
			}
		}
		if len(named) > 0 {
			t.Errorf("missing: %v", named)
		}
	}
	if given < 100 || withheld == 0 {
		t.Errorf("%d texts are given, %d withheld", given, withheld)
	}
	for _, name := range []string{"999", "002", "000.p/0", "000.p/256", fmt.Sprintf("001.p/%d", p.size-256+1), "x001/000", "1", "x000/000", "", "x999/x999/x999/x999/999"} {
		if code := s.get(at("log/beside/" + name)).Code; code != http.StatusNotFound {
			t.Errorf("%s: %d", name, code)
		}
	}
}

// TestFigures: all figures at the size and day that are asked for; what is not understood is refused.
func TestFigures(t *testing.T) {
	s := example(t)
	ask := func(query string) (out struct {
		Size    int64
		Day     string
		Figures map[figures.Name]string
	}) {
		t.Helper()
		rec := s.get(at("log/figures" + query))
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code != http.StatusOK || rec.Header().Get("Cache-Control") != "no-cache" {
			t.Fatalf("%s: %d, %v, %s", query, rec.Code, err, rec.Header())
		}
		return out
	}
	now := ask("")
	var size int64
	err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		head, err := ledger.ReadHead(tx)
		size = head.Size
		if err != nil {
			return err
		}
		for name, value := range now.Figures {
			if truth, err := figures.Ask(&figures.At{Tx: tx, Size: head.Size, Day: head.Day}, name); err != nil || truth != value {
				t.Errorf("%s is %q, should be %q, %v", name, value, truth, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if now.Size != size || now.Day != today || len(now.Figures) < 60 {
		t.Errorf("%d entries, day %s, %d figures", now.Size, now.Day, len(now.Figures))
	}
	if same := ask(fmt.Sprintf("?size=%d&day=%s", size, today)); same.Figures["promises?standing=overdue"] != now.Figures["promises?standing=overdue"] || same.Size != size {
		t.Errorf("asked for by name they are others: %v", same)
	}
	late := ask("?day=2199-01-01")
	overdue := func(f map[figures.Name]string) int64 {
		return figures.Number{Value: f["promises?standing=overdue"]}.Int()
	}
	if late.Day != "2199-01-01" || overdue(late.Figures) <= overdue(now.Figures) || late.Figures["promises"] != now.Figures["promises"] {
		t.Errorf("a late day: %v", late)
	}
	for range 2 { // the second is remembered
		past := ask("?size=100")
		if past.Size != 100 || past.Day >= today || past.Figures["entries"] != "100" || past.Figures["promises"] == now.Figures["promises"] {
			t.Errorf("the first hundred entries: %v", past)
		}
		if other := ask("?size=100&day=" + today); other.Day != today || other.Figures["entries"] != "100" {
			t.Errorf("the first hundred entries today: %v", other)
		}
		if none := ask("?size=0"); none.Size != 0 || none.Day != "" || none.Figures["promises"] != "0" {
			t.Errorf("no entries: %v", none)
		}
	}
	for query, want := range map[string]int{
		"?size=-1": 400, "?size=x": 400, "?size=01": 400, "?size=1.0": 400, "?size=99999999999999999999": 400, "?size=%2b1": 400, "?day=today": 400, "?day=2026-02-30": 400,
		fmt.Sprintf("?size=%d", size+1): 404, "?place=a": 400, "?size=1&size=1": 400,
	} {
		if code := s.get(at("log/figures" + query)).Code; code != want {
			t.Errorf("%s: %d, should be %d", query, code, want)
		}
	}
	done := s.Replaying(demo.Name)
	for _, lang := range []string{"en", "zh-Hans", "ug"} {
		if rec := s.get(at("log/figures?size=101&lang=" + lang)); rec.Code != http.StatusServiceUnavailable || !strings.Contains(rec.Body.String(), "<h1") {
			t.Errorf("while another is computed: %d", rec.Code)
		}
	}
	if code := s.get(at("log/figures?size=100")).Code; code != http.StatusOK {
		t.Errorf("what is remembered waits for what is computed: %d", code)
	}
	done()
	ask("?size=101")
	if err := web.PastOf(figures.MostReplayed + 1); err == nil || err.Error() != "error.too-far-back" {
		t.Errorf("more than is replayed: %v", err)
	}
}
