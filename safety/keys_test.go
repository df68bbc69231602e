package safety_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/demo"
	"kept/figures"
	"kept/ledger"
	"kept/locale"
	"kept/promise"
	"kept/review"
	"kept/store"
	"kept/web"
)

// TestS2UnknownKeys: what a page does not know, it does not pass over.
func TestS2UnknownKeys(t *testing.T) {
	s := example(t)
	bad := []string{"phone=1", "Lang=en", "LANG=en", "lang=en&lang=ug", "lang=en&lang=en", "lang=en&x", "=", "a%zz=1", "lang=en;q=1", "%00=1", "lang=%ff",
		"place.name=1", "utm_source=x", "q[]=1", "_=1"}
	s.every(t, func(route web.Address, address string) {
		for _, query := range append(bad, twice(route.Keys)...) {
			if code := s.get(address + "?" + query).Code; code != http.StatusBadRequest {
				t.Errorf("%s?%s is answered with %d", address, query, code)
			}
		}
		if code := s.get(address + "?lang=ug").Code; code != http.StatusOK && !(code == http.StatusSeeOther && strings.HasSuffix(address, "/voice/leave")) {
			t.Errorf("%s?lang=ug is answered with %d", address, code)
		}
	})
	for _, address := range []string{"/", "/healthz"} {
		for _, query := range bad {
			if code := s.get(address + "?" + query).Code; code != http.StatusBadRequest {
				t.Errorf("%s?%s is answered with %d", address, query, code)
			}
		}
	}
}

func twice(keys []string) (out []string) {
	for _, k := range keys {
		out = append(out, k+"=1&"+k+"=1", strings.ToUpper(k)+"=1", k+"%20=1")
	}
	return out
}

// TestS2UnknownFields: of every kind of entry, no field may be added, doubled, renamed in case, moved or written otherwise.
func TestS2UnknownFields(t *testing.T) {
	s := example(t)
	kinds := s.book.Rules.Kinds()
	seen := s.longest(t)
	for name, kind := range kinds {
		body := seen[name]
		if body == nil { // not in the example: an entry with nothing in its data
			data, err := json.Marshal(kind.Data())
			if err != nil {
				t.Fatal(err)
			}
			body = fmt.Appendf(nil, `{"v":1,"kind":%q,"id":%q,"day":"2026-01-01","who":"org:office","data":%s}`, name, ledger.NewID(), data)
			if _, _, err := kinds.Parse(body); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		for what, changed := range spoilt(body) {
			if bytes.Equal(changed, body) {
				continue
			}
			if _, _, err := kinds.Parse(changed); ledger.Refused(err) == nil {
				t.Errorf("%s with %s is taken: %s", name, what, changed)
			}
		}
	}
}

// longest has the longest entry of every kind in the example, which has most fields.
func (s *site) longest(t *testing.T) map[string][]byte {
	t.Helper()
	seen := map[string][]byte{}
	err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		var body []byte
		return tx.Each([]any{&body}, func() error {
			e, _, err := s.book.Rules.Kinds().Parse(body)
			if err == nil && len(body) > len(seen[e.Kind]) {
				seen[e.Kind] = slices.Clone(body)
			}
			return err
		}, "SELECT body FROM entry ORDER BY seq")
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

var field = regexp.MustCompile(`"([a-z0-9]+)":`)

// languages are the texts of a wording by language. What stands there is no field; TestS2LanguagesOnly looks at it.
var languages = regexp.MustCompile(`"in":\{[^}]*\}`)

// spoilt makes from an entry what must not be read as one.
func spoilt(body []byte) map[string][]byte {
	out := map[string][]byte{
		"a field after the data": append(body[:len(body)-1:len(body)-1], `,"phone":"1"}`...),
		"something after it":     append(body[:len(body):len(body)], ' '),
		"a blank inside":         bytes.Replace(body, []byte(`,"day"`), []byte(`, "day"`), 1),
	}
	for n, at := range field.FindAllSubmatchIndex(languages.ReplaceAllFunc(body, func(b []byte) []byte { return bytes.Repeat([]byte{' '}, len(b)) }), -1) {
		name, end := string(body[at[2]:at[3]]), at[1]
		insert := func(text string, from, to int) []byte { return slices.Concat(body[:from], []byte(text), body[to:]) }
		what := fmt.Sprintf(" at field %d, %s", n, name)
		out["a new field before it"+what] = insert(`"phone":"1",`, at[0], at[0])
		out["an empty field before it"+what] = insert(`"phone":null,`, at[0], at[0])
		out["the field twice"+what] = insert(`"`+name+`":null,`, at[0], at[0])
		out["another case"+what] = insert(`"`+strings.ToUpper(name[:1])+name[1:]+`":`, at[0], end)
		out["capitals"+what] = insert(`"`+strings.ToUpper(name)+`":`, at[0], end)
		out["an escape"+what] = insert(fmt.Sprintf(`"\u%04x%s":`, name[0], name[1:]), at[0], end)
		out["a long s or Kelvin sign"+what] = insert(`"`+strings.NewReplacer("s", "ſ", "k", "K").Replace(name)+`":`, at[0], end)
		out["a blank after it"+what] = insert(" ", end, end)
	}
	return out
}

// TestS16OnlyTheseFilters: promises can be sliced by task, place, standing, what the villages say, mark, office, team, plan, the period in which
// they come due, and words, and by nothing else. A figure has no argument beyond these and those that name one promise,
// measure, period, currency or entry, or what waits for an organisation.
func TestS16OnlyTheseFilters(t *testing.T) {
	filters := []string{"task", "place", "standing", "village", "mark", "office", "team", "plan", "from", "to"}
	lists := append(slices.Clone(filters), "q", "sort", "page")
	s := example(t)
	s.every(t, func(route web.Address, _ string) {
		want := lists
		if route.Pattern == "GET /log/figures" {
			want = []string{"size", "day"} // of the whole programme only
		} else if route.Pattern == "GET /teams" {
			want = []string{"page"} // all teams, by who sends them
		} else if route.Pattern == "GET /reviews/{number}/figure" {
			want = []string{"name", "page"} // a figure of the review's own document, by its name
		} else if route.Pattern == "GET /reviews/{number}" {
			want = []string{"beside"} // a second language, on paper
		} else if route.Pattern == "GET /team/{$}" {
			want = []string{"signed"} // whoever comes from the door
		} else if route.Pattern == "GET /reviews/{number}/compare" {
			want = []string{"with"} // another review, by its number
		} else if route.Pattern == "GET /rounds" {
			want = []string{"state", "page"} // all rounds, by what became of them
		} else if route.Pattern == "GET /rounds/{seq}" {
			want = []string{"page"} // of its places
		} else if strings.HasPrefix(route.Pattern, "GET /answers") {
			want = []string{"office", "place", "task", "state", "page"} // the state is that of an office's answer
		}
		if len(route.Keys) > 0 && !slices.Equal(route.Keys, want) {
			t.Errorf("%s knows %q, should know %q", route.Pattern, route.Keys, want)
		}
	})
	of := append(slices.Clone(filters), "words")
	scoped := func(own ...string) []string { return append(own, "task", "place", "office", "team", "plan") }
	want := map[string][]string{
		"entries": nil, "promises": of, "overdue-days": of, "places": {"level", "place"}, "places-served": nil, "teams": nil, "teams-in-place": {"by", "place"}, "villages-with-team": {"day", "place"}, "organisations": nil, "tasks": nil,
		"unlooked": nil, "measures": nil, "periods": {"reported"}, "occurrences": {"promise", "state"}, "measure": {"promise", "n", "what"},
		"target": {"promise", "n", "from", "to", "what"}, "reading": {"entry", "i"}, "money": scoped("promise", "type", "currency"), "payment": {"entry"},
		"spent": {"entry", "currency"}, "service": {"promise", "due", "entry", "what"}, "reports": {"promise"}, "amendments": {"promise"}, "pictures": {"promise"}, "days": {"promise", "what"},
		"happened": scoped("what", "from", "to"), "missing": scoped("what", "until"), "team-days": {"team"}, "silent-teams": {"days", "place", "team"},
		"waiting": {"kind", "role", "organisation", "place"}, "waited": {"entry"},
		// Of the village's voice: counts as they were published, and the clocks of offices.
		"voice": {"promise", "entry", "what"}, "unanswered": {"promise", "entry"}, "answers": {"office", "place", "task", "state"},
		"rounds": {"state", "place"}, "round": {"entry", "what"}, "villages-say": {"promise", "says"}, "villages": {"promise", "says"},
		"said": scoped("what", "from", "to"), "answers-in": {"what", "office", "place", "from", "to"},
		// Of a period, by the recorded day.
		"going-on": scoped("from", "to"), "unreported": scoped("from", "to"), "due-days": scoped("state", "from", "to"), "paid": scoped("currency", "from", "to"),
	}
	if diff := cmp.Diff(want, figures.Arguments()); diff != "" {
		t.Errorf("figures and their arguments (-reviewed +real): can any of it slice people? Then it cannot be.\n%s", diff)
	}
	err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		at := &figures.At{Tx: tx, Day: today}
		for _, name := range []figures.Name{"promises?person=1", "promises?Task=water", "promises?task=a&task=b", "promises?task=a;b", "people", "entries?x=1", "promises?household=1"} {
			if v, err := figures.Ask(at, name); err == nil {
				t.Errorf("the figure %s is %q", name, v)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// FuzzS16Query sends any query to the pages with lists: what is answered with a page has no keys but the known ones, once
// each, and nothing is ever an error of the server.
func FuzzS16Query(f *testing.F) {
	for _, query := range []string{"", "lang=ug", "q=water&sort=late&page=2", "task=water&place=x&standing=overdue&mark=lowered&office=y", "page=-1", "page=99999999999999999999",
		"q=%ff", "q=%00", "standing=kept", "sort=people", "q=" + strings.Repeat("a", 300), "a=b", "q=%25%5f%27%22%3b--", "q=水井&lang=zh-Hans", "office=%20", "q=1"} {
		f.Add(query)
	}
	s := example(f)
	f.Fuzz(func(t *testing.T, query string) {
		u := &url.URL{Scheme: "http", Host: "example.org", Path: "/" + demo.Name + "/", RawQuery: query}
		for _, path := range []string{"", "promises.csv"} {
			u.Path = "/" + demo.Name + "/" + path
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Body: http.NoBody})
			switch rec.Code {
			case http.StatusBadRequest, http.StatusNotFound:
			case http.StatusOK:
				values, err := url.ParseQuery(query)
				if err != nil {
					t.Errorf("%q is no query, and is answered", query)
				}
				for key, v := range values {
					if len(v) != 1 || !slices.Contains([]string{"lang", "task", "place", "standing", "village", "mark", "office", "team", "plan", "from", "to", "q", "sort", "page"}, key) {
						t.Errorf("%q is answered with a page", query)
					}
				}
			default:
				t.Errorf("%q is answered with %d: %s", query, rec.Code, s.log.String())
			}
		}
	})
}

// TestS2LanguagesOnly: where texts stand by language, in a wording or beside the book, nothing but languages is a key.
func TestS2LanguagesOnly(t *testing.T) {
	s := example(t)
	tried := map[string]int{}
	for kind, body := range s.longest(t) {
		for spot := 0; ; spot++ {
			e, data, err := s.book.Rules.Kinds().Parse(body)
			if err != nil {
				t.Fatal(err)
			}
			d := ledger.Draft{Kind: kind, Day: e.Day, Who: e.Who, About: e.About}
			left := spot
			addKey(reflect.ValueOf(data).Elem(), "", &left, &d.Texts)
			if left >= 0 {
				break // there were no more spots
			}
			d.Data = reflect.ValueOf(data).Elem().Interface()
			d.Pictures = s.pictures(t, data)
			receipts, err := s.book.Append(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			r := ledger.Refused(receipts[0].Err)
			// A second programme or a second passing is refused for being one, before anything else.
			if r == nil || r.Code != "wording.bad" && r.Code != "text.language" && r.Code != "programme.there-already" && r.Code != "passing.done-before" {
				t.Errorf("%s, spot %d: %v", kind, spot, receipts[0].Err)
			}
			tried[kind]++
		}
	}
	for _, kind := range []string{"programme", "task", "place", "organisation", "team", "promise", "amendment", "withdrawal", "report", "passing", "review"} {
		if tried[kind] == 0 {
			t.Errorf("nothing was tried with %s", kind)
		}
	}
}

// addKey counts down over the texts by language in v and puts a key that is no language into the one at zero. Hashed texts
// are hashed anew on the way, since their words are not known here.
func addKey(v reflect.Value, name string, left *int, texts *[]ledger.Text) {
	switch x := v.Interface().(type) {
	case locale.Wording:
		if *left == 0 && len(x.In) > 0 {
			x.In["phone"] = "1"
		}
		if len(x.In) > 0 {
			*left--
		}
		return
	case *ledger.Hashed:
		if x == nil {
			return
		}
		in := map[string]string{"en": "words"}
		if *left == 0 {
			in["phone"] = "1"
		}
		*left--
		hash, more := ledger.Hash(name, "en", in, ledger.NewSalt)
		*texts = append(*texts, more...)
		v.Set(reflect.ValueOf(hash))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			addKey(v.Elem(), name, left, texts)
		}
	case reflect.Slice:
		for i := range v.Len() {
			addKey(v.Index(i), name, left, texts)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := jsonName(v.Type().Field(i))
			if h, ok := v.Interface().(review.Hashes); ok { // a review has words on several sections
				field = review.Field(h.Section)
			}
			addKey(v.Field(i), field, left, texts)
		}
	}
}

// pictures are those that a passing brings, and the document of a review.
func (s *site) pictures(t *testing.T, data any) (out []ledger.Picture) {
	t.Helper()
	var sums []string
	switch d := data.(type) {
	case *promise.Passing:
		for _, p := range d.Pictures {
			sums = append(sums, p.SHA256)
		}
	case *review.Review:
		sums = []string{d.Figures}
	}
	err := s.book.DB.Read(t.Context(), func(tx *store.Tx) error {
		for _, sum := range sums {
			pic, _, err := ledger.PictureOf(tx, sum)
			if err != nil {
				return err
			}
			out = append(out, pic)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
