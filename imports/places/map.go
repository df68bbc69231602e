package places

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"kept/locale"
)

// feature is a place on a map.
type feature struct {
	Type       string         `json:"type"`
	Properties map[string]any `json:"properties"`
	Geometry   *geometry      `json:"geometry"`
	line       int
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// readMap reads a GeoJSON FeatureCollection.
func (f *Found) readMap(text []byte) *locale.Error {
	features, wrong := readFeatures(text)
	if wrong != nil {
		return wrong
	}
	// The names of all properties are the headers, in the order of the first feature that has them.
	var headers []string
	at := map[string]int{}
	for _, x := range features {
		var fresh []string
		for key := range x.Properties {
			if _, ok := at[key]; !ok {
				fresh = append(fresh, key)
			}
		}
		slices.Sort(fresh)
		for _, key := range fresh {
			at[key] = len(headers)
			headers = append(headers, key)
		}
		if len(headers) > 1000 {
			return fault("places-file.not-map", "Line", x.line)
		}
	}
	c, wrong := readColumns(headers)
	if wrong != nil {
		return wrong
	}
	f.Ignored = c.ignored
	for _, x := range features {
		r := &record{line: x.line, cells: make([]string, len(headers))}
		for key, value := range x.Properties {
			r.cells[at[key]] = property(value)
		}
		if x.Geometry != nil {
			point, err := x.Geometry.inside()
			if err != nil {
				f.wrong(x.line, short(c.cell(r, "code")), err.Code, err.Args...)
			}
			r.point, r.broken = point, err != nil
		}
		if wrong := f.add(c, r); wrong != nil {
			return wrong
		}
	}
	return nil
}

// property is a property as a cell of a table.
func property(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return "" // nothing, a truth, a list: none of what a place has
}

// readFeatures reads the features with their lines.
func readFeatures(text []byte) ([]feature, *locale.Error) {
	lines := lineCounter{text: text}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	broken := func() *locale.Error {
		return fault("places-file.not-map", "Line", lines.at(d.InputOffset()))
	}
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, broken()
	}
	kind := ""
	var features []feature
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, broken()
		}
		switch key {
		case "type":
			if d.Decode(&kind) != nil {
				return nil, broken()
			}
		case "crs":
			var crs struct {
				Properties struct {
					Name string `json:"name"`
				} `json:"properties"`
			}
			if d.Decode(&crs) != nil {
				return nil, broken()
			}
			if name := strings.ToUpper(crs.Properties.Name); name != "" && !strings.HasSuffix(name, "CRS84") && !strings.HasSuffix(name, ":4326") {
				return nil, fault("places-file.projection", "Name", short(crs.Properties.Name))
			}
		case "features":
			var wrong *locale.Error
			if features, wrong = readList(d, &lines, features); wrong != nil {
				return nil, wrong
			}
		default:
			var skipped json.RawMessage
			if d.Decode(&skipped) != nil {
				return nil, broken()
			}
		}
	}
	if _, err := d.Token(); err != nil || kind != "FeatureCollection" || d.More() {
		return nil, broken()
	}
	return features, nil
}

func readList(d *json.Decoder, lines *lineCounter, features []feature) ([]feature, *locale.Error) {
	broken := func() *locale.Error { return fault("places-file.not-map", "Line", lines.at(d.InputOffset())) }
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return nil, broken()
	}
	for d.More() {
		x := feature{}
		x.line = lines.next(d.InputOffset())
		if err := d.Decode(&x); err != nil || x.Type != "Feature" {
			var kind *json.UnmarshalTypeError
			if errors.As(err, &kind) || err == nil {
				return nil, fault("places-file.not-map", "Line", x.line)
			}
			return nil, broken()
		}
		if features = append(features, x); len(features) > MaxRows {
			return nil, fault("places-file.too-many", "Max", MaxRows)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, broken()
	}
	return features, nil
}

// lineCounter tells the line of a place in a text, going forward.
type lineCounter struct {
	text []byte
	done int64
	line int // lines before done
}

// at is the line of an offset.
func (l *lineCounter) at(offset int64) int {
	offset = max(l.done, min(offset, int64(len(l.text))))
	l.line += bytes.Count(l.text[l.done:offset], []byte{'\n'})
	l.done = offset
	return l.line + 1
}

// next is the line of the first character of what follows an offset.
func (l *lineCounter) next(offset int64) int {
	for offset < int64(len(l.text)) && bytes.IndexByte([]byte(" \t\r\n,"), l.text[offset]) >= 0 {
		offset++
	}
	return l.at(offset)
}
