package iati

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// act is one activity while it is being read.
type act struct {
	Activity
	r       *reader
	n       *node
	found   []Finding
	noted   map[noted]int // where in found
	refused string        // the code of the reason, "" while it is taken
	where   string        // its countries, the part of an organisation's identity
	noLang  bool          // a text of unknown language was kept
}

// noted is what makes two findings the same one.
type noted struct {
	n          *node
	code, args string
}

// note adds a finding about an element. Where the schema and the reading say the
// same of one element, the worse grade stands. Nothing of a contact person is told.
func (a *act) note(grade Grade, n *node, code string, args ...string) {
	f := Finding{Grade: grade, Line: n.line, Element: n.path(), Code: code, Args: args}
	for up := n; up != nil; up = up.up {
		if up.name == "contact-info" {
			n = up
			f = Finding{Grade: grade, Line: up.line, Element: "contact-info", Code: CodeContactSchema}
		}
	}
	id := noted{n, f.Code, strings.Join(f.Args, "\x00")}
	if at, there := a.noted[id]; there {
		if grade.worse(a.found[at].Grade) {
			a.found[at].Grade = grade
		}
		return
	}
	// An activity's parts can be many and all wrong; what nobody will read is
	// counted and not kept.
	if len(a.found) >= 2*MaxFindings {
		a.r.file.Counts.add(grade)
		return
	}
	if a.noted == nil {
		a.noted = map[noted]int{}
	}
	a.noted[id] = len(a.found)
	a.found = append(a.found, f)
}

func (a *act) wrong(n *node, code string, args ...string) { a.note(Wrong, n, code, args...) }
func (a *act) warn(n *node, code string, args ...string)  { a.note(Warning, n, code, args...) }

// child is the one child of that name. Further ones are left out, and so is a
// needed one that is not there.
func (a *act) child(n *node, name string, needed bool) *node {
	all := n.all(name)
	if len(all) == 0 {
		if needed {
			a.wrong(n, CodeMissing, name)
		}
		return nil
	}
	if len(all) > 1 {
		a.wrong(all[1], CodeRepeated, name)
	}
	return all[0]
}

// need is an attribute without which its element is left out.
func (a *act) need(n *node, name string) (string, bool) {
	value := n.attr(name)
	if value == "" {
		a.wrong(n, CodeMissingAttr, name)
	}
	return value, value != ""
}

// day is the date of the one child of that name.
func (a *act) day(n *node, name string) (string, bool) {
	kid := a.child(n, name, true)
	if kid == nil {
		return "", false
	}
	return a.isoDate(kid)
}

func (a *act) isoDate(n *node) (string, bool) {
	value, ok := a.need(n, "iso-date")
	if !ok {
		return "", false
	}
	day, ok := dayOf(value)
	if !ok {
		a.wrong(n, CodeForm, excerpt(value), "day")
	}
	return day, ok
}

// period reads period-start and period-end.
func (a *act) period(n *node) (Period, bool) {
	from, ok1 := a.day(n, "period-start")
	to, ok2 := a.day(n, "period-end")
	if !ok1 || !ok2 {
		return Period{}, false
	}
	if to < from {
		a.wrong(n, CodePeriod, from, to)
		return Period{}, false
	}
	return Period{from, to}, true
}

// text reads the narratives of an element, which may be nil.
func (a *act) text(n *node) Text {
	t := narratives(n, a.Lang)
	if _, there := t.In[unknownLang]; there {
		a.noLang = true
	}
	return t
}

// title reads a text that ought to be there. An empty narrative is absent.
func (a *act) title(n *node) Text {
	if n == nil {
		return Text{}
	}
	narratives := n.all("narrative")
	if len(narratives) == 0 {
		a.wrong(n, CodeMissing, "narrative")
	}
	for _, narrative := range narratives {
		if narrative.text == "" {
			a.warn(narrative, CodeEmptyText)
		}
	}
	return a.text(n)
}

// read fills the activity, or sets refused.
func (a *act) read() {
	n := a.n
	a.Line = n.line
	a.Lang = langTag(n.lang)
	id := n.one("iati-identifier")
	if id == nil {
		a.refuse(Critical, n, CodeMissing, "iati-identifier")
		return
	}
	a.Identifier = squeeze(id.text)
	status := n.one("activity-status")
	if status != nil && status.attr("code") == StatusPipeline {
		a.refuse(Wrong, status, CodePipeline)
		return
	}
	if a.Identifier != "" && a.r.used[a.Identifier] {
		a.refuse(Critical, id, CodeSameIdentifier)
		return
	}
	a.r.used[a.Identifier] = true

	checkSchema(n, a.warn)
	a.readHead(status)
	a.readDates()
	a.readRelations()
	a.readPlaces() // before the organisations, which are known by country
	a.readOrgs()
	a.setKey(id)
	a.readSectors()
	a.readMeasures()
	a.readBudgets()
	a.readMovements()
	a.readDocuments(n)
	slices.SortStableFunc(a.Documents, func(x, y Document) int {
		return cmp.Or(strings.Compare(x.URL, y.URL), strings.Compare(x.Title.Original(), y.Title.Original()))
	})
	if a.noLang {
		a.warn(n, CodeNoLang)
	}
}

func (a *act) refuse(grade Grade, n *node, code string, args ...string) {
	a.note(grade, n, code, args...)
	a.refused = code
}

func (a *act) setKey(id *node) {
	if a.Key = a.Identifier; a.Key != "" {
		return
	}
	a.wrong(id, CodeEmptyIdentifier)
	first := key("activity", a.Reporter, a.Title.Original())
	a.r.unnamed[first]++
	a.Key = key("activity", a.Reporter, a.Title.Original(), strconv.Itoa(a.r.unnamed[first]))
}

func (a *act) readHead(status *node) {
	n := a.n
	a.Title = a.title(a.child(n, "title", true))
	descriptions := n.all("description")
	if len(descriptions) == 0 {
		a.wrong(n, CodeMissing, "description")
	} else {
		first := slices.IndexFunc(descriptions, func(d *node) bool { return d.attr("type") == "1" || d.attr("type") == "" })
		a.Description = a.title(descriptions[max(first, 0)])
	}
	a.Currency = n.attr("default-currency")
	a.Hierarchy = 1
	if level, there := n.attrSet("hierarchy"); there {
		switch h, err := strconv.Atoi(level); {
		case err != nil:
			a.wrong(n, CodeForm, excerpt(level), "int")
		case h < 1:
			a.warn(n, CodeHierarchy, level)
		default:
			a.Hierarchy = h
		}
	}
	if status == nil {
		a.wrong(n, CodeMissing, "activity-status")
	} else if code, ok := a.need(status, "code"); ok {
		if len(code) == 1 && code >= StatusUnderway && code <= StatusSuspended {
			a.Status = code
		} else {
			a.wrong(status, CodeStatus, excerpt(code))
		}
	}
}

// readDates takes the four dates and drops actual ones that the publisher cannot
// have known.
func (a *act) readDates() {
	a.LastUpdated = dayOfTime(a.n.attr("last-updated-datetime"))
	a.Published = cmp.Or(a.LastUpdated, a.r.file.Generated)
	type dated struct {
		n    *node
		kind string
		day  string
	}
	var dates []dated
	for _, n := range a.n.all("activity-date") {
		kind, ok1 := a.need(n, "type")
		day, ok2 := a.isoDate(n)
		if ok1 && ok2 {
			dates = append(dates, dated{n, kind, day})
		}
	}
	// Of two days for one date the earlier counts, in whatever order they stand.
	slices.SortStableFunc(dates, func(x, y dated) int { return strings.Compare(x.day, y.day) })
	fields := map[string]*string{"1": &a.Planned.From, "2": &a.Actual.From, "3": &a.Planned.To, "4": &a.Actual.To}
	for _, d := range dates {
		field := fields[d.kind]
		actual := d.kind == "2" || d.kind == "4"
		switch {
		case field == nil:
			a.wrong(d.n, CodeDayType, excerpt(d.kind))
		case actual && a.Published != "" && d.day > a.Published:
			a.warn(d.n, CodeAfterwards, d.day, a.Published)
		case *field != "" && *field != d.day:
			a.wrong(d.n, CodeDayRepeated, d.day)
		default:
			*field = d.day
		}
	}
	if len(dates) == 0 {
		a.warn(a.n, CodeMissing, "activity-date")
	}
	if a.Due = a.Planned.To; a.Due == "" {
		a.warn(a.n, CodeNoDue)
	}
}

func (a *act) readRelations() {
	for _, n := range a.n.all("related-activity") {
		ref := squeeze(n.attr("ref"))
		switch {
		case ref == "":
			a.need(n, "ref")
		case n.attr("type") == "1":
			a.Parents = append(a.Parents, ref)
		case n.attr("type") == "2":
			a.Children = append(a.Children, ref)
		}
	}
	a.Parents, a.Children = set(a.Parents), set(a.Children)
}

// set is a list without order and repetition.
func set(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// readDocuments takes the links of the activity and of its results.
func (a *act) readDocuments(n *node) {
	for _, kid := range n.kids {
		switch kid.name {
		case "result", "indicator", "baseline", "period", "target", "actual":
			a.readDocuments(kid)
		case "document-link":
			address, ok := a.need(kid, "url")
			if !ok {
				continue
			}
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(address) > 2000 {
				a.wrong(kid, CodeLink)
				continue
			}
			a.Documents = append(a.Documents, Document{a.text(kid.one("title")), address, kid.attr("format"), kid.line})
		}
	}
}
