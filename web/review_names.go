package web

import (
	"slices"
	"strconv"
	"strings"

	"kept/figures"
	"kept/review"
)

// docNames says in words what the figures of a document are, by where they stand in it.
type docNames struct {
	Page
	doc *review.Document
}

// Reference is a figure of a document: what it is in words, its value, and how words refer to it.
type Reference struct {
	Label, Section string
	Path           string // where it stands in the document
	Figure         review.Figure
}

// Ref is how a text refers to the figure.
func (r Reference) Ref() string { return "{" + string(r.Figure.Name) + "}" }

// references are all figures of a document, each once.
func (d docNames) references() []Reference {
	var out []Reference
	seen := map[figures.Name]bool{}
	d.doc.Each(func(path string, f review.Figure) {
		if f.Name == "" || seen[f.Name] {
			return
		}
		seen[f.Name] = true
		label, section := d.label(path)
		out = append(out, Reference{label, section, path, f})
	})
	return out
}

// shownSections are the sections of a review in the order in which its page shows them, with the keys of their headings.
var shownSections = []struct{ name, heading string }{{"opening", "review.goal"}, {"tasks", "review.tasks"}, {"places", "review.places"}, {"money", "promise.money"}, {"teams", "review.teams"},
	{"moved", "review.moved"}, {"matters", "review.matters"}, {"answers", "review.answers"}, {"next", "review.next"}}

// shown are all figures of the document in the order of the page.
func (d docNames) shown() []Reference {
	at := map[string]int{}
	for i, s := range shownSections {
		at[s.name] = i
	}
	out := d.references()
	slices.SortStableFunc(out, func(a, b Reference) int { return at[a.Section] - at[b.Section] })
	return out
}

// reference is a figure by its name.
func (d docNames) reference(name figures.Name) (found Reference, ok bool) {
	d.doc.Each(func(path string, f review.Figure) {
		if !ok && f.Name == name && name != "" {
			label, section := d.label(path)
			found, ok = Reference{label, section, path, f}, true
		}
	})
	return found, ok
}

// label says what a figure is, and to which section of the review it belongs.
func (d docNames) label(path string) (label, section string) {
	parts := strings.Split(path, ".")
	at := func(i int) int { // an index of the path
		n, _ := strconv.Atoi(parts[i])
		return n
	}
	join := func(texts ...string) string { return strings.Join(texts, " · ") }
	switch parts[0] {
	case "entries":
		return d.T("review.n-entries"), "opening"
	case "all":
		return join(d.T("review.all-tasks"), d.ofLine(&d.doc.All, parts[1:])), sectionOfLine(parts[1], "opening")
	case "tasks":
		line := &d.doc.Tasks[at(1)]
		return join(d.Plain(line.Name), d.ofLine(line, parts[2:])), sectionOfLine(parts[2], "tasks")
	case "grid":
		if parts[1] == "wider" {
			s := d.doc.Grid.Wider.Spots[at(3)]
			return join(d.Plain(d.doc.Names.Place(s.Place)), d.ofSpot(parts[4])), "places"
		}
		s := d.doc.Grid.Spots[at(2)]
		what := d.T("review.all-tasks")
		for i := range d.doc.Tasks {
			if d.doc.Tasks[i].Task == s.Task {
				what = d.Plain(d.doc.Tasks[i].Name)
			}
		}
		return join(d.Plain(d.doc.Names.Place(s.Place)), what, d.ofSpot(parts[3])), "places"
	case "teams":
		return d.T("review.teams-" + parts[1]), "teams"
	case "moved":
		return d.MovedName(d.doc.Moved[at(1)].What), "moved"
	case "matters":
		group := d.doc.Matters.Kept
		if parts[1] == "not-kept" {
			group = d.doc.Matters.NotKept
		}
		x := &group[at(2)]
		return join("№ "+itoa(x.Number)+" "+d.Plain(x.Title), d.ofPromise(x, parts[3:])), "matters"
	case "answers":
		if parts[1] == "owed" {
			x := d.doc.Answers.Owed[at(2)]
			return join("№ "+itoa(x.Promise)+" "+d.Plain(x.Title), d.Plain(d.doc.Names.Place(x.Place)), d.T("review.n-unanswered-days")), "answers"
		}
		return join(d.Plain(d.doc.Names.Organisation(d.doc.Answers.Offices[at(2)].Code)), d.T("review.answers-"+parts[3])), "answers"
	}
	return d.T("review.next-" + parts[1]), "next"
}

func sectionOfLine(part, otherwise string) string {
	switch part {
	case "money":
		return "money"
	case "promises", "standings", "says":
		return otherwise
	}
	return "tasks"
}

// ofLine says what a figure of a task is.
func (d docNames) ofLine(l *review.Line, parts []string) string {
	switch parts[0] {
	case "standings":
		return d.T("standing." + parts[1])
	case "says":
		return d.T("review.says", "Verdict", d.T("village."+parts[1]))
	case "marks":
		return d.T("mark-choice." + parts[1])
	case "happened":
		return d.T("review.moved-" + parts[1])
	case "due-days":
		return d.T("review.due-" + parts[1])
	case "said":
		return d.T("review.said-" + parts[1])
	case "money":
		i, _ := strconv.Atoi(parts[1])
		return d.T("review.money-"+parts[2]) + " (" + l.Money[i].Currency + ")"
	case "became-overdue":
		return d.T("review.moved-became-overdue")
	}
	return d.T("review.n-" + parts[0])
}

// ofSpot says what a figure of a place is.
func (d docNames) ofSpot(part string) string {
	switch part {
	case "promises":
		return d.T("review.n-promises")
	case "reported-done", "overdue":
		return d.T("standing." + part)
	}
	return d.T("review.says", "Verdict", d.T("village."+part))
}

// ofPromise says what a figure of a promise that matters is.
func (d docNames) ofPromise(x *review.Promise, parts []string) string {
	switch parts[0] {
	case "villages":
		i, _ := strconv.Atoi(parts[1])
		return d.T("review.says", "Verdict", d.T("village."+x.Villages[i].Says))
	case "due-days":
		return d.T("review.due-" + parts[1])
	case "money":
		i, _ := strconv.Atoi(parts[1])
		return d.T("review.money-"+parts[2]) + " (" + x.Money[i].Currency + ")"
	case "measure":
		if parts[1] == "periods" {
			i, _ := strconv.Atoi(parts[2])
			r := x.Measure.Periods[i]
			return d.Plain(x.Measure.Name) + " · " + d.PeriodText(r.From, r.To) + " · " + d.T("review.measure-"+parts[3])
		}
		return d.Plain(x.Measure.Name) + " · " + d.T("review.measure-"+parts[1])
	}
	return d.T("review.n-" + parts[0])
}
