package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/demo"
	"kept/staff"
)

// client is a browser: it keeps cookies, and sends each to the addresses for which it was set.
type client struct {
	*site
	cookies []*http.Cookie
}

// as is a browser in which somebody has signed in to the example in a role; "" has not.
func (s *site) as(t testing.TB, role string) *client {
	t.Helper()
	c := &client{site: s}
	if role == "" {
		return c
	}
	door := at("office/sign-in")
	if role == "admin" {
		door = "/office/sign-in"
	}
	if rec := c.post(door, "do", "guest:"+role); rec.Code != http.StatusSeeOther || len(c.cookies) == 0 {
		t.Fatalf("signing in as %s: %d %s", role, rec.Code, rec.Body)
	}
	return c
}

func (c *client) do(r *http.Request) *httptest.ResponseRecorder {
	for _, cookie := range c.cookies {
		if r.URL.Path == cookie.Path || strings.HasPrefix(r.URL.Path, cookie.Path+"/") {
			r.AddCookie(cookie)
		}
	}
	rec := httptest.NewRecorder()
	c.ServeHTTP(rec, r)
	for _, set := range rec.Result().Cookies() {
		kept := c.cookies[:0]
		for _, k := range c.cookies {
			if k.Name != set.Name || k.Path != set.Path {
				kept = append(kept, k)
			}
		}
		c.cookies = kept
		if set.MaxAge >= 0 {
			c.cookies = append(c.cookies, set)
		}
	}
	return rec
}

// get asks for an address with the cookies.
func (c *client) get(address string) *httptest.ResponseRecorder {
	return c.do(httptest.NewRequest(http.MethodGet, address, nil))
}

// post sends a form: names and values by turns.
func (c *client) post(address string, pairs ...string) *httptest.ResponseRecorder {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return c.send(address, values)
}

// send sends a form.
func (c *client) send(address string, values url.Values) *httptest.ResponseRecorder {
	return c.do(newForm(address, values))
}

// newForm is a form as a browser sends it.
func newForm(address string, values url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// formOf reads the form with a button of this value ("" for the first form) as a browser would send it: everything that
// stands in it, and the button.
func formOf(t testing.TB, rec *httptest.ResponseRecorder, button string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(rec.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	var found url.Values
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "form" && attribute(n, "method") == "post" && found == nil {
			values, buttons := url.Values{}, map[string]bool{}
			fieldsOf(n, values, buttons)
			if buttons[button] || button == "" && !strings.HasSuffix(attribute(n, "action"), "/sign-out") && !strings.Contains(attribute(n, "action"), "/sign-out?") {
				if button != "" {
					values.Set("do", button)
				}
				found = values
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	if found == nil {
		t.Fatalf("the page has no form with the button %q: %d\n%s", button, rec.Code, rec.Body)
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func fieldsOf(n *html.Node, values url.Values, buttons map[string]bool) {
	name := attribute(n, "name")
	switch {
	case n.Type != html.ElementNode || has(n, "disabled"):
	case n.Data == "button":
		if name == "do" {
			buttons[attribute(n, "value")] = true
		}
	case n.Data == "input" && name != "":
		switch attribute(n, "type") {
		case "checkbox", "radio":
			if has(n, "checked") {
				values.Add(name, attribute(n, "value"))
			}
		case "file", "submit":
		default:
			values.Add(name, attribute(n, "value"))
		}
	case n.Data == "textarea" && name != "":
		text := ""
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			text += c.Data
		}
		values.Add(name, text)
	case n.Data == "select" && name != "":
		values.Add(name, selected(n))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		fieldsOf(c, values, buttons)
	}
}

func selected(n *html.Node) string {
	first, chosen, any := "", "", false
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "option" {
			if !any {
				first, any = attribute(n, "value"), true
			}
			if has(n, "selected") {
				chosen = attribute(n, "value")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	if chosen == "" {
		return first
	}
	return chosen
}

// inOffice is an address of the example's office.
func inOffice(path string) string {
	return "/" + demo.Name + "/office/" + strings.TrimPrefix(path, "/")
}

// member is somebody who has signed in with a grant.
func (s *site) member(t *testing.T, name string, g staff.Grant) *client {
	t.Helper()
	g.Programme = demo.Name
	link, err := s.desk.Invite(t.Context(), staff.Account{}, []staff.Grant{g})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Accept(t.Context(), link, name, "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	c := &client{site: s}
	if rec := c.post(inOffice("sign-in"), "name", name, "password", "correct horse battery", "do", "sign-in"); rec.Code != http.StatusSeeOther {
		t.Fatalf("signing in: %d %q", rec.Code, wrongs(rec))
	}
	return c
}
