package iati

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Options are how a file is to be read. The zero value is good.
type Options struct {
	MaxBytes      int64       // 0: DefaultMaxBytes
	AssumeVersion string      // read a file of unknown version as this one
	Progress      func(int64) // called now and then with the bytes read so far
}

// Read reads a whole file. The error is an *Error, or nil; with an error there is
// no File, however much of it was good, so nothing of a file that was cut off can
// be used by mistake. Read holds one activity's XML in memory at a time.
func Read(r io.Reader, o Options) (*File, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.AssumeVersion != "" && !knownVersion(o.AssumeVersion) {
		return nil, &Error{Code: CodeAssumed, Args: []string{excerpt(o.AssumeVersion)}}
	}
	src := newSource(r, o)
	rd := &reader{
		options: o,
		parser:  newParser(src),
		file:    &File{Activities: []Activity{}, LeftOut: []LeftOut{}, Findings: []Finding{}},
		used:    map[string]bool{},
		unnamed: map[string]int{},
		orgs:    map[string]*orgEntry{},
		places:  map[string]*placeEntry{},
		tasks:   map[string]*names{},
	}
	rd.parser.mangled = rd.countMangled
	if err := rd.readAll(); err != nil {
		return nil, err
	}
	rd.finish()
	rd.file.SHA256 = src.hex()
	return rd.file, nil
}

func knownVersion(v string) bool { return v == "2.01" || v == "2.02" || v == "2.03" }

// reader is one reading of one file.
type reader struct {
	options Options
	parser  *parser
	file    *File
	lost    []Finding // U+FFFD seen since the last activity was noted

	used    map[string]bool // identifiers
	unnamed map[string]int  // how often a derived activity key occurred
	orgs    map[string]*orgEntry
	places  map[string]*placeEntry
	tasks   map[string]*names
}

// readAll walks the file from its root to its last byte.
func (r *reader) readAll() error {
	p := r.parser
	var root *node
	closed := false
	for {
		token, err := p.next()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case nil:
			if !closed {
				return p.fail(CodeCutOff) // no root at all: an empty file
			}
			r.keep("", r.lost)
			return nil
		case xml.CharData:
			text := strings.TrimSpace(strings.TrimPrefix(string(t), "\ufeff"))
			if text == "" {
				continue
			}
			if root == nil || closed {
				return p.fail(CodeNotXML, "text stands outside the root element")
			}
			r.keep("", []Finding{{Warning, p.line, root.name, "", CodeText, nil}})
		case xml.EndElement:
			closed = true
		case xml.StartElement:
			switch {
			case closed:
				return p.fail(CodeNotXML, "there is a second root element")
			case root == nil:
				if root, err = r.root(t); err != nil {
					return err
				}
			case t.Name.Space != "":
				err = p.skip()
			case t.Name.Local != "iati-activity":
				r.keep("", []Finding{{Warning, p.line, root.name, "", CodeUnknown, []string{excerpt(t.Name.Local)}}})
				err = p.skip()
			default:
				err = r.activity(p.element(t, root))
			}
			if err != nil {
				return err
			}
		}
	}
}

// root judges the start of the file: what it is and by which version to read it.
func (r *reader) root(t xml.StartElement) (*node, error) {
	p, f := r.parser, r.file
	if t.Name.Local != "iati-activities" || t.Name.Space != "" {
		return nil, p.fail(CodeRoot, excerpt(t.Name.Local))
	}
	root := p.element(t, nil)
	f.Version = root.attr("version")
	if !knownVersion(f.Version) {
		said := excerpt(f.Version)
		if r.options.AssumeVersion == "" {
			return nil, p.fail(CodeVersion, said)
		}
		f.Version = r.options.AssumeVersion
		r.keep("", []Finding{{Warning, root.line, root.name, "", CodeVersionAssumed, []string{said, f.Version}}})
	}
	if generated, there := root.attrSet("generated-datetime"); there {
		f.Generated = dayOfTime(generated)
		if !hasForm(generated, "datetime") {
			r.keep("", []Finding{{Warning, root.line, root.name, "", CodeForm, []string{excerpt(generated), "datetime"}}})
		}
	}
	return root, nil
}

// activity reads one activity and takes it in, or says why not.
func (r *reader) activity(n *node) error {
	if len(r.file.Activities)+len(r.file.LeftOut) >= MaxActivities {
		return r.parser.fail(CodeManyActivity, strconv.Itoa(MaxActivities))
	}
	count, err := r.parser.tree(n, MaxActivityElements)
	if err != nil {
		return err
	}
	a := &act{r: r, n: n, found: r.lost}
	r.lost = nil
	if count > MaxActivityElements {
		a.note(Critical, n, CodeTooManyParts, strconv.Itoa(MaxActivityElements))
		a.refused = CodeTooManyParts
		if id := n.one("iati-identifier"); id != nil {
			a.Identifier = squeeze(id.text)
		}
	} else {
		a.read()
	}
	if a.refused == "" {
		r.file.Activities = append(r.file.Activities, a.Activity)
	} else {
		r.file.LeftOut = append(r.file.LeftOut, LeftOut{a.Identifier, n.line, a.refused})
	}
	r.keep(a.Identifier, a.found)
	return nil
}

// countMangled notes characters lost before publication. It says where, and never
// what stands around them.
func (r *reader) countMangled(line, count int, element string) {
	r.file.Mangled += count
	f := Finding{Grade: Warning, Line: line, Element: element, Code: CodeMangled, Args: []string{strconv.Itoa(count)}}
	if element == "contact-info" {
		r.file.MangledContacts += count
		f.Code = CodeMangledContact
	}
	if len(r.lost) < MaxFindings {
		r.lost = append(r.lost, f)
	} else {
		r.file.Counts.Warnings++
	}
}

// keep adds the findings of one activity, in the order of lines.
func (r *reader) keep(identifier string, found []Finding) {
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(a.Line, b.Line) })
	for _, f := range found {
		r.file.Counts.add(f.Grade)
		if len(r.file.Findings) < MaxFindings {
			f.Activity = identifier
			r.file.Findings = append(r.file.Findings, f)
		}
	}
}

// finish makes what needs all activities.
func (r *reader) finish() {
	f := r.file
	if len(f.Activities)+len(f.LeftOut) == 0 {
		r.keep("", []Finding{{Warning, 1, "iati-activities", "", CodeNoActivity, nil}})
	}
	f.LastUpdated = f.Generated
	if latest := r.latest(); latest != "" {
		f.LastUpdated = latest
	}
	f.Orgs, f.Places = r.sortedOrgs(), r.sortedPlaces()
	f.Tasks = r.sortedTasks()
	parents := map[string]bool{}
	known := map[string]bool{}
	for _, a := range f.Activities {
		known[a.Key] = true
		for _, parent := range a.Parents {
			if parent != a.Key {
				parents[parent] = true
			}
		}
	}
	for i := range f.Activities {
		a := &f.Activities[i]
		child := parents[a.Key] || slices.ContainsFunc(a.Children, func(c string) bool { return c != a.Key && known[c] })
		a.OnlyParent = child && len(a.Measures) == 0
		for j := range a.Movements {
			m := &a.Movements[j]
			r.resolve(&m.Provider)
			r.resolve(&m.Receiver)
		}
	}
}

func (r *reader) latest() string {
	latest := ""
	for _, a := range r.file.Activities {
		latest = max(latest, a.LastUpdated)
	}
	return latest
}
