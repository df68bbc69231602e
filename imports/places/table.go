package places

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"kept/locale"
)

// readTable reads a table with separators.
func (f *Found) readTable(text []byte) *locale.Error {
	if bytes.IndexByte(text, '\n') < 0 { // lines of an old machine
		text = bytes.ReplaceAll(text, []byte{'\r'}, []byte{'\n'})
	}
	above := 0 // lines that were taken away
	first, rest, _ := bytes.Cut(text, []byte{'\n'})
	if s := strings.TrimRight(string(first), "\r"); len(s) == 5 && strings.HasPrefix(s, "sep=") { // a word from one spreadsheet to another
		text, above = rest, 1
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = separator(text)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var c *columns
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return fault("places-file.quotes", "Line", parse.Line+above)
		} else if err != nil {
			return fault("places-file.quotes", "Line", above+1)
		}
		line, _ := r.FieldPos(0)
		if blank(cells) {
			continue
		}
		if c == nil {
			var wrong *locale.Error
			if c, wrong = readColumns(cells); wrong != nil {
				return wrong
			}
			f.Ignored = c.ignored
			continue
		}
		if hashtags(cells) && len(f.Rows) == 0 {
			continue
		}
		if err := f.add(c, &record{line: line + above, cells: cells}); err != nil {
			return err
		}
	}
	if c == nil {
		return fault("places-file.empty")
	}
	return nil
}

// separator is the one that stands most often in the first line, outside of quotes.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte{'\n'})
	count := map[rune]int{}
	quoted := false
	for _, r := range string(first) {
		if r == '"' {
			quoted = !quoted
		} else if !quoted {
			count[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if count[r] > count[best] {
			best = r
		}
	}
	return best
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// hashtags says whether a line has the tags of the Humanitarian Exchange Language, which stand below the headers.
func hashtags(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { c = strings.TrimSpace(c); return c != "" && !strings.HasPrefix(c, "#") })
}
