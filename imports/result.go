package imports

import (
	"fmt"
	"strings"

	"kept/iati"
	"kept/locale"
)

// Options are how a file is to be imported. Title, Goal and Zone are of a programme that is opened by it.
type Options struct {
	Programme string         // short name of a programme that is opened
	Title     locale.Wording // zero: the publisher's name
	Goal      locale.Wording // zero: a sentence that says whose activities they are
	Zone      string         // "": UTC
	DryRun    bool           // plan everything, append nothing
	Progress  func(done, total int64)
}

// Result is what came of an import, or would.
type Result struct {
	Programme   string         `json:"programme"`
	New         bool           `json:"new"` // the programme was opened by it
	DryRun      bool           `json:"dryRun"`
	Version     string         `json:"version,omitempty"` // of the standard
	SHA256      string         `json:"sha256,omitempty"`
	LastUpdated string         `json:"lastUpdated,omitempty"`
	Activities  int            `json:"activities"`       // in the file
	Promises    int            `json:"promises"`         // of its activities that are promises of the book now
	Import      string         `json:"import,omitempty"` // id of the entry of the import, "" where nothing was appended
	ImportEntry int64          `json:"importEntry"`      // place of that entry in the book, -1 where it has none
	Withdrawn   bool           `json:"withdrawn"`        // this very file was read before, and that import was withdrawn
	Entries     int            `json:"entries"`          // appended, or in a dry run to be appended; without day marks
	Appended    map[string]int `json:"appended"`         // by kind
	Counts      iati.Counts    `json:"counts"`           // of findings
	Findings    []Finding      `json:"findings"`

	sound int // activities that could be taken
}

// The exit codes of an import.
const (
	ExitClean   = 0 // at most warnings
	ExitParts   = 1 // parts were left out
	ExitRefused = 2 // an activity was refused
	ExitNothing = 3 // nothing could be taken
)

// Exit is the exit code that says how it went. Nothing new in a file is not an error.
func (r *Result) Exit() int {
	switch {
	case r.Withdrawn || r.sound == 0:
		return ExitNothing
	case r.Counts.Critical > 0:
		return ExitRefused
	case r.Counts.Errors > 0:
		return ExitParts
	}
	return ExitClean
}

// Finding is one thing that was found in the file or in comparing it with the book.
type Finding struct {
	iati.Finding
	Text string `json:"text"` // the reason, in English
}

// String is the finding as a line for the terminal.
func (f Finding) String() string {
	var b strings.Builder
	if f.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", f.Line)
	}
	for _, part := range []string{f.Activity, f.Element} {
		if part != "" {
			b.WriteString(locale.Tidy(part) + ": ")
		}
	}
	return b.String() + f.Text
}

// The codes of this package's findings.
const (
	CodeCut          = "imports.text-cut"
	CodeNoReporter   = "imports.no-reporter"
	CodeIdentifier   = "imports.identifier"
	CodeNoDay        = "imports.no-day"
	CodeValue        = "imports.value"
	CodeBaseline     = "imports.baseline"
	CodeLimit        = "imports.limit"
	CodeDocuments    = "imports.documents"
	CodeParent       = "imports.parent"
	CodeOlder        = "imports.older"
	CodeGone         = "imports.gone"
	CodeMeasureGone  = "imports.measure-gone"
	CodeReadingGone  = "imports.reading-gone"
	CodeOverOffice   = "imports.over-office"
	CodeRevived      = "imports.revived"
	CodeRefused      = "imports.refused"
	CodeWithdrawn    = "imports.withdrawn"
	CodeAmendedSince = "imports.amended-since"
	CodeReadingStays = "imports.reading-stays"
	CodeStateStays   = "imports.state-stays"
	CodeEndStays     = "imports.end-stays"
)

// sentences holds the English of every code; %s stands for an argument.
var sentences = map[string]string{
	CodeCut:          "a text of %s characters is cut to %s",
	CodeNoReporter:   "no organisation reports this activity; it is refused",
	CodeIdentifier:   "the identifier is longer than 200 bytes; the activity is refused",
	CodeNoDay:        "there is no day in the file from which the programme could begin",
	CodeValue:        "value %s has too many digits and is left out",
	CodeBaseline:     "baseline %s of the year %s is left out",
	CodeLimit:        "%s of the %s are more than a promise can have and are left out",
	CodeDocuments:    "%s document links are more than are listed",
	CodeParent:       "this activity only stands above others, so it is a task; its %s budgets and %s transactions are not taken",
	CodeOlder:        "a later file, updated on %s, was read for this activity; what this one says is left out",
	CodeGone:         "the activity is gone from the file; its promise stays",
	CodeMeasureGone:  "the measure %s is gone from the file; it stays without targets",
	CodeReadingGone:  "the value %s for %s to %s is gone from the file; what was reported stays reported",
	CodeOverOffice:   "the promise was also changed here; the publisher's new terms replace that",
	CodeRevived:      "the promise was withdrawn; that the publisher now says it goes on is left out",
	CodeRefused:      "the book refuses the %s: %s",
	CodeWithdrawn:    "this file was read before and that import was withdrawn (entry %s); nothing is read from it again",
	CodeAmendedSince: "promise %s was amended again since; its terms stay",
	CodeReadingStays: "values reported on promise %s stay; a report cannot be taken back",
	CodeStateStays:   "promise %s had no state before; what was reported of it stays",
	CodeEndStays:     "promise %s was withdrawn, which cannot be undone",
}

// found makes a finding of this package.
func found(grade iati.Grade, line int, activity, code string, args ...string) Finding {
	var b strings.Builder
	for i, part := range strings.Split(sentences[code], "%s") {
		if i > 0 && i <= len(args) {
			b.WriteString(locale.Tidy(args[i-1]))
		}
		b.WriteString(part)
	}
	return Finding{iati.Finding{Grade: grade, Line: line, Activity: activity, Code: code, Args: args}, b.String()}
}

// ofFile takes over a finding of the reading.
func ofFile(f iati.Finding) Finding {
	bare := iati.Finding{Grade: f.Grade, Code: f.Code, Args: f.Args}
	_, text, _ := strings.Cut(bare.String(), ": "+string(f.Grade)+": ")
	return Finding{f, text}
}

func (r *Result) find(f Finding) {
	switch f.Grade {
	case iati.Critical:
		r.Counts.Critical++
	case iati.Wrong:
		r.Counts.Errors++
	default:
		r.Counts.Warnings++
	}
	if len(r.Findings) < 2*iati.MaxFindings {
		r.Findings = append(r.Findings, f)
	}
}
