package iati

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits that no honest file comes near.
const (
	DefaultMaxBytes     = 64 << 20
	MaxDepth            = 32        // elements in one another; the standard has 9
	MaxAttributes       = 32        // of one element; the standard has 6
	MaxToken            = 4 << 20   // bytes of one tag, text or comment
	MaxName             = 100       // bytes of the name of an element or attribute
	MaxElements         = 8_000_000 // of a file
	MaxActivityElements = 500_000   // of an activity, which is held in memory
	MaxActivities       = 100_000
)

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// node is an element of the standard with what it holds. Elements of other
// namespaces never become one.
type node struct {
	name  string
	line  int
	lang  string // its own or the nearest above
	attrs []attr
	text  string // without surrounding space
	kids  []*node
	up    *node
}

type attr struct{ name, value string }

// attr is the value of an attribute without surrounding space, "" when absent.
func (n *node) attr(name string) string {
	value, _ := n.attrSet(name)
	return value
}

func (n *node) attrSet(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value), true
		}
	}
	return "", false
}

// all are the children of that name.
func (n *node) all(name string) []*node {
	var found []*node
	for _, kid := range n.kids {
		if kid.name == name {
			found = append(found, kid)
		}
	}
	return found
}

// one is the first child of that name, nil when there is none.
func (n *node) one(name string) *node {
	for _, kid := range n.kids {
		if kid.name == name {
			return kid
		}
	}
	return nil
}

// path is the element's place from its activity on, for a finding.
func (n *node) path() string {
	if n.up == nil || n.up.up == nil {
		return n.name
	}
	return n.up.path() + "/" + n.name
}

// parser turns the file into nodes. It owns the decoder and the position.
type parser struct {
	src *source
	dec *xml.Decoder

	line     int      // where the last token began
	open     []string // names of the elements that are open, the root first
	elements int

	inContact bool
	mangled   func(line, count int, element string)
}

func newParser(src *source) *parser {
	return &parser{src: src, dec: xml.NewDecoder(src)}
}

// next is the next token that matters: the start or end of an element, or text.
// At the end of the file it returns nil, nil.
func (p *parser) next() (xml.Token, error) {
	for {
		p.line, _ = p.dec.InputPos()
		p.src.token = 0
		token, err := p.dec.Token()
		if err == io.EOF && p.src.refusal() == nil {
			return nil, nil
		}
		if err != nil {
			return nil, p.refuse(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, p.fail(CodeDoctype)
		case xml.StartElement:
			if p.open = append(p.open, t.Name.Local); len(p.open) > MaxDepth {
				return nil, p.fail(CodeDepth, strconv.Itoa(MaxDepth))
			}
			if len(t.Name.Local) > MaxName {
				return nil, p.fail(CodeToken, strconv.Itoa(MaxName))
			}
			if p.elements++; p.elements > MaxElements {
				return nil, p.fail(CodeElements, strconv.Itoa(MaxElements))
			}
			if err := p.checkAttributes(t); err != nil {
				return nil, err
			}
			return t, nil
		case xml.EndElement:
			p.open = p.open[:len(p.open)-1]
			return t, nil
		case xml.CharData:
			p.countMangled(string(t))
			return t, nil
		}
	}
}

// checkAttributes refuses too many of them, and two of one name, which the
// decoder lets pass although they are not well-formed.
func (p *parser) checkAttributes(t xml.StartElement) error {
	if len(t.Attr) > MaxAttributes {
		return p.fail(CodeAttributes, strconv.Itoa(MaxAttributes))
	}
	for i, a := range t.Attr {
		if len(a.Name.Local) > MaxName {
			return p.fail(CodeToken, strconv.Itoa(MaxName))
		}
		if slices.ContainsFunc(t.Attr[:i], func(b xml.Attr) bool { return a.Name == b.Name }) {
			return p.fail(CodeNotXML, p.quote("an attribute stands twice in one element"))
		}
		p.countMangled(a.Value)
	}
	return nil
}

// countMangled reports how often a character was replaced by U+FFFD, and where the
// first one stands.
func (p *parser) countMangled(text string) {
	count := strings.Count(text, string(utf8.RuneError))
	if count == 0 || p.mangled == nil {
		return
	}
	before, _, _ := strings.Cut(text, string(utf8.RuneError))
	element := "contact-info"
	if !p.contact() {
		element = strings.Join(p.open[min(1, len(p.open)):], "/")
	}
	p.mangled(p.line+strings.Count(before, "\n"), count, element)
}

// contact says whether what is being read belongs to a contact person: also its
// own start tag, whose attributes nobody has looked at yet.
func (p *parser) contact() bool {
	return p.inContact || len(p.open) > 0 && p.open[len(p.open)-1] == "contact-info"
}

func (p *parser) fail(code string, args ...string) *Error {
	return &Error{Code: code, Line: p.line, Args: args}
}

// quote drops a text that could come from within a contact person.
func (p *parser) quote(text string) string {
	if p.contact() {
		return "in a contact person"
	}
	return excerpt(text)
}

// refuse puts an error of the decoder into our words.
func (p *parser) refuse(err error) error {
	if e := p.src.refusal(); e != nil {
		e.Line = p.line
		return e
	}
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		// The decoder's other errors are about the declaration: its encoding, for
		// which it has no reader, or its version.
		if strings.Contains(err.Error(), "encoding") {
			return p.fail(CodeEncoding)
		}
		return p.fail(CodeNotXML, "this version of XML is not known")
	}
	// Only these messages quote from the file, and the entity's may come from the
	// own tag of a contact person, before it is known to be one.
	e := &Error{Line: max(syntax.Line, 1)}
	switch {
	case strings.Contains(syntax.Msg, "unexpected EOF"):
		e.Code = CodeCutOff
	case strings.Contains(syntax.Msg, "invalid UTF-8"):
		e.Code = CodeEncoding
	case strings.Contains(syntax.Msg, "invalid character entity"):
		e.Code = CodeEntity
	default:
		e.Code, e.Args = CodeNotXML, []string{p.quote(syntax.Msg)}
	}
	return e
}

// element makes the node of a start tag, without its content.
func (p *parser) element(t xml.StartElement, up *node) *node {
	n := &node{name: t.Name.Local, line: p.line, up: up}
	if up != nil {
		n.lang = up.lang
	}
	if p.inContact {
		return n
	}
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == xmlSpace && a.Name.Local == "lang":
			n.lang = a.Value
		case a.Name.Space == "" && a.Name.Local != "xmlns":
			n.attrs = append(n.attrs, attr{a.Name.Local, a.Value})
		}
	}
	return n
}

// tree reads the content of an element up to its end tag. It returns how many
// elements there were; beyond most of them it keeps no more, so that the caller can
// refuse the activity and go on behind it.
func (p *parser) tree(n *node, most int) (int, error) {
	contact := n.name == "contact-info" && !p.inContact
	if contact {
		// From here to the end tag neither text nor attributes are kept.
		p.inContact = true
		defer func() { p.inContact = false }()
		n.attrs = nil
	}
	var text strings.Builder
	count := 1
	for {
		token, err := p.next()
		if err != nil {
			return count, err
		}
		switch t := token.(type) {
		case nil:
			return count, p.fail(CodeCutOff)
		case xml.EndElement:
			n.text = strings.TrimSpace(text.String())
			return count, nil
		case xml.CharData:
			if !p.inContact && count <= most {
				text.Write(t)
			}
		case xml.StartElement:
			if t.Name.Space != "" {
				if err := p.skip(); err != nil {
					return count, err
				}
				continue
			}
			kid := p.element(t, n)
			below, err := p.tree(kid, most-count)
			if err != nil {
				return count, err
			}
			if count += below; count <= most {
				n.kids = append(n.kids, kid)
			}
		}
	}
}

// skip reads to the end of an element of another namespace.
func (p *parser) skip() error {
	for deep := 1; deep > 0; {
		token, err := p.next()
		switch token.(type) {
		case nil:
			if err == nil {
				err = p.fail(CodeCutOff)
			}
			return err
		case xml.StartElement:
			deep++
		case xml.EndElement:
			deep--
		}
	}
	return nil
}
