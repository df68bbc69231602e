package iati

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
)

const contacts = `<contact-info own:note="Canary"><person-name><narrative xml:lang="Canary">Canary</narrative></person-name>
<email>Canary</email><mailing-address><narrative>Canary` + "\ufffd" + `</narrative></mailing-address>
Canary<x:y xmlns:x="urn:x" z="Canary">Canary</x:y>%</contact-info>`

func leaks(t *testing.T, name string, said ...string) {
	t.Helper()
	for _, text := range said {
		if strings.Contains(strings.ToLower(text), "canary") {
			t.Errorf("%s: a contact person is told: %s", name, text)
		}
	}
}

// Contact persons in imported files are dropped, also from findings and errors.
func TestS1ContactsDropped(t *testing.T) {
	for name, extra := range map[string]string{
		"well-formed":             "",
		"an unknown element":      "<Canary Canary='Canary'>Canary</Canary>",
		"an unknown attribute":    "<email canary='Canary'>Canary</email>",
		"repeated":                "<person-name><narrative>Canary</narrative></person-name>",
		"text in the wrong place": "<job-title>Canary</job-title>",
		"contact within contact":  "<contact-info canary='Canary'><narrative>Canary</narrative></contact-info>Canary",
		"lost characters":         "<Canary Canary='\ufffd'>\ufffd</Canary>",
	} {
		part := strings.Replace(contacts, "%", extra, 1)
		for where, text := range map[string]string{
			"where it belongs":    file(promise(part)),
			"in a wrong place":    file(promise("<location ref='L'>" + part + "</location>")),
			"in what is left out": file(strings.Replace(promise(part), `status code="2"`, `status code="1"`, 1)),
		} {
			f := mustRead(t, text)
			if f.MangledContacts == 0 || f.Mangled != f.MangledContacts {
				t.Errorf("%s, %s: %d of %d lost characters are of contacts", name, where, f.MangledContacts, f.Mangled)
			}
			all, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			leaks(t, name+", "+where, string(all))
			for _, found := range f.Findings {
				leaks(t, name+", "+where, found.String())
			}
		}
	}
	if f := mustRead(t, file(promise("<contact-info><email/><own/></contact-info>"))); len(f.Findings) != 1 || f.Findings[0].Code != CodeContactSchema {
		t.Errorf("what is wrong in a contact is told as %v", f.Findings)
	}
}

// The decoder's own messages quote what they stumble over.
func TestS1ContactsNotInErrors(t *testing.T) {
	for name, text := range map[string]string{
		"own entity":         "<contact-info><email>&Canary;</email></contact-info>",
		"not nested":         "<contact-info><email>a</Canary></email></contact-info>",
		"no name":            "<contact-info><email><Canary</email></contact-info>",
		"attribute":          "<contact-info><email Canary=x></email></contact-info>",
		"attribute twice":    "<contact-info Canary='' Canary=''></contact-info>",
		"closes otherwise":   "<contact-info><Canary></contact-info>",
		"cut off":            "<contact-info><email>Canary",
		"in its own tag":     "<contact-info Canary></contact-info>",
		"entity in the tag":  "<contact-info type='&Canary;'></contact-info>",
		"end in the tag":     "<contact-info></Canary>",
		"control characters": "<contact-info><Canary>\x01</Canary></contact-info>",
	} {
		f, err := Read(strings.NewReader(file(promise(text))), Options{})
		var refused *Error
		if f != nil || !errors.As(err, &refused) {
			t.Errorf("%s: file %v, error %v", name, f != nil, err)
			continue
		}
		leaks(t, name, append(refused.Args, err.Error())...)
		for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
			leaks(t, name, cause.Error())
		}
	}
}

// Text and attributes are dropped while the XML is read, not merely left unused.
func TestS1ContactsNotHeld(t *testing.T) {
	part := strings.Replace(contacts, "%", "<email Canary='Canary'>Canary</email>", 1)
	p := newParser(newSource(strings.NewReader(promise(part)), Options{MaxBytes: DefaultMaxBytes}))
	token, err := p.next()
	if err != nil {
		t.Fatal(err)
	}
	n := p.element(token.(xml.StartElement), nil)
	if _, err := p.tree(n, MaxActivityElements); err != nil {
		t.Fatal(err)
	}
	contact := n.one("contact-info")
	if contact == nil || contact.one("person-name").one("narrative") == nil {
		t.Fatal("the contact person's elements are not there to be checked")
	}
	var walk func(n *node)
	walk = func(n *node) {
		leaks(t, n.name, n.text, n.lang)
		for _, a := range n.attrs {
			leaks(t, n.name, a.name, a.value)
		}
		for _, kid := range n.kids {
			walk(kid)
		}
	}
	walk(contact)
}
