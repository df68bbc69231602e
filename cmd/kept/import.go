package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"kept/iati"
	"kept/imports"
	"kept/locale"
)

// ImportCmd reads published programmes.
type ImportCmd struct {
	IATI     ImportIATICmd     `cmd:"" name:"iati" help:"Read a file of activities as the International Aid Transparency Initiative has them."`
	Places   ImportPlacesCmd   `cmd:"" help:"Enter the places of a table (CSV) or a map (GeoJSON) into a programme."`
	Withdraw ImportWithdrawCmd `cmd:"" help:"Take back, by entries, all that one import brought."`
}

// inLanguages makes a wording of the texts of a flag: TAG=TEXT, or a text in English; the first is the original.
func inLanguages(flag string, texts []string) (locale.Wording, error) {
	w := locale.Wording{}
	for _, text := range texts {
		tag, rest, ok := strings.Cut(text, "=")
		if !ok || !locale.ValidTag(tag) {
			tag, rest = "en", text
		}
		if w.In == nil {
			w = locale.Wording{Original: tag, In: map[string]string{}}
		}
		if _, twice := w.In[tag]; twice {
			return w, fmt.Errorf("--%s: there are two texts in %s", flag, tag)
		}
		w.In[tag] = locale.Tidy(rest)
	}
	if len(texts) > 0 {
		if err := w.Check(); err != nil {
			return w, fmt.Errorf("--%s: %w", flag, err)
		}
	}
	return w, nil
}

// kinds are the names of kinds of entries, one and many, in the order in which they are told.
var kinds = []struct{ kind, one, many string }{
	{"programme", "programme", "programmes"},
	{"organisation", "organisation", "organisations"},
	{"alias", "second name of an organisation", "second names of organisations"},
	{"place", "place", "places"},
	{"task", "task", "tasks"},
	{"import", "import", "imports"},
	{"import-withdrawal", "withdrawal of an import", "withdrawals of imports"},
	{"promise", "promise", "promises"},
	{"amendment", "amendment", "amendments"},
	{"report", "work report", "work reports"},
	{"withdrawal", "withdrawal of a promise", "withdrawals of promises"},
	{"payment", "movement of money", "movements of money"},
	{"payment-withdrawal", "movement of money taken back", "movements of money taken back"},
}

// tellAppended says what was appended, by kind.
func tellAppended(w io.Writer, r *imports.Result) {
	verb := "appended"
	if r.DryRun {
		verb = "would append"
	}
	if r.Entries == 0 {
		fmt.Fprintf(w, "%s: nothing is new; the book stays as it is\n", r.Programme)
		return
	}
	fmt.Fprintf(w, "%s: %s %s:\n", r.Programme, verb, count(r.Entries, "entry", "entries"))
	told := 0
	for _, k := range kinds {
		if n := r.Appended[k.kind]; n > 0 {
			fmt.Fprintf(w, "  %s\n", count(n, k.one, k.many))
			told += n
		}
	}
	if told < r.Entries {
		fmt.Fprintf(w, "  %s\n", count(r.Entries-told, "other entry", "other entries"))
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// someLines is how many findings of one sort are told; --json gives all.
const someLines = 3

// tellFindings says what was found, the worst first, and of each sort the first few.
func tellFindings(w io.Writer, r *imports.Result) {
	total := map[iati.Grade]int{iati.Critical: r.Counts.Critical, iati.Wrong: r.Counts.Errors, iati.Warning: r.Counts.Warnings}
	what := map[iati.Grade][2]string{
		iati.Critical: {"activity refused", "times an activity was refused"},
		iati.Wrong:    {"part left out", "parts left out"},
		iati.Warning:  {"warning", "warnings"},
	}
	hidden := false
	for _, grade := range []iati.Grade{iati.Critical, iati.Wrong, iati.Warning} {
		if total[grade] == 0 {
			continue
		}
		fmt.Fprintf(w, "%s:\n", count(total[grade], what[grade][0], what[grade][1]))
		bySort := map[string][]imports.Finding{}
		for _, f := range r.Findings {
			if f.Grade == grade {
				bySort[f.Code] = append(bySort[f.Code], f)
			}
		}
		// The most frequent first; of equals in order of the code.
		codes := slices.Sorted(maps.Keys(bySort))
		slices.SortStableFunc(codes, func(a, b string) int { return len(bySort[b]) - len(bySort[a]) })
		for _, code := range codes {
			all := bySort[code]
			for i, f := range all {
				if i == someLines {
					fmt.Fprintf(w, "  ... and %d more like this\n", len(all)-i)
					hidden = true
					break
				}
				fmt.Fprintf(w, "  %s\n", f)
			}
		}
	}
	if hidden {
		fmt.Fprintln(w, "All of them: add --json")
	}
}

func tellJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// verdict is the error with which the program ends, nil if nothing was left out.
func verdict(r *imports.Result) error {
	code := r.Exit()
	switch code {
	case imports.ExitNothing:
		if r.Withdrawn {
			return &exit{code, fmt.Errorf("nothing was appended: this file was read before, and that import was withdrawn")}
		}
		return &exit{code, fmt.Errorf("nothing was appended: no activity of the file could be taken")}
	case imports.ExitRefused:
		return &exit{code, fmt.Errorf("not every activity was taken; the reasons are listed above")}
	case imports.ExitParts:
		return &exit{code, fmt.Errorf("parts of the file were left out; the reasons are listed above")}
	}
	return nil
}
