package places

import (
	"bytes"
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kept/locale"
	"kept/programme"
)

// Read reads a file. The error, in words of the catalogues, is of a file that cannot be read at all; what is wrong with
// its lines is in Found.
func Read(name string, data []byte) (*Found, error) {
	if len(data) > MaxBytes {
		return nil, fault("places-file.too-large", "Max", MaxBytes>>20)
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return nil, fault("places-file.spreadsheet")
	}
	text, encoding, ok := decode(data)
	if !ok {
		return nil, fault("places-file.encoding")
	}
	f := &Found{Name: name, Encoding: encoding, index: map[string]int{}}
	text = bytes.TrimRight(text, " \t\r\n")
	var err *locale.Error
	switch begin := bytes.TrimLeft(text, " \t\r\n"); {
	case len(begin) == 0:
		return nil, fault("places-file.empty")
	case begin[0] == '{' || begin[0] == '[':
		f.Format = GeoJSON
		err = f.readMap(text)
	default:
		f.Format = CSV
		err = f.readTable(text)
	}
	if err != nil {
		return nil, err
	}
	if len(f.Rows) == 0 && len(f.Mistakes) == 0 {
		return nil, fault("places-file.empty")
	}
	slices.SortStableFunc(f.Mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return f, nil
}

// record is a line of a table, or a feature of a map.
type record struct {
	line  int
	cells []string
	point string // where a map draws it

	broken bool // something about it was found wrong already
}

func (r *record) cell(at int) string {
	if at < 0 || at >= len(r.cells) {
		return ""
	}
	return locale.Tidy(r.cells[at])
}

func (c *columns) cell(r *record, what string) string {
	at, ok := c.of[what]
	if !ok {
		return ""
	}
	return r.cell(at)
}

// add reads the places of one record.
func (f *Found) add(c *columns, r *record) *locale.Error {
	position, ok := f.position(c, r)
	ok = ok && !r.broken
	if c.byAdmin {
		f.addPath(c, r, position, !ok)
	} else {
		_, says := c.of["parent"]
		row := Row{Line: r.line, broken: !ok, top: !says}
		row.Code, row.Parent = c.cell(r, "code"), c.cell(r, "parent")
		row.Level, row.Position = c.cell(r, "level"), position
		f.readLevel(&row)
		row.Name = readNames(c.names, r)
		f.addRow(row)
	}
	if len(f.Rows) > MaxRows {
		return fault("places-file.too-many", "Max", MaxRows)
	}
	return nil
}

// addPath reads a record that has a place and all that it lies in.
func (f *Found) addPath(c *columns, r *record, position string, broken bool) {
	var path []Row
	for n, level := range c.admin {
		code := r.cell(level.code)
		if code == "" {
			continue
		}
		row := Row{Line: r.line, top: len(path) == 0}
		row.Code, row.Level, row.Name = code, adminLevels[n], readNames(level.names, r)
		if len(path) > 0 {
			row.Parent = path[len(path)-1].Code
		}
		path = append(path, row)
	}
	if len(path) == 0 {
		f.wrong(r.line, "", "places-file.code-missing")
		return
	}
	last := &path[len(path)-1]
	last.Position, last.broken = position, broken
	for _, row := range path {
		f.addRow(row)
	}
}

func (f *Found) readLevel(row *Row) {
	if row.Level == "" {
		f.wrong(row.Line, row.Code, "places-file.level-missing")
		row.broken = true
		return
	}
	level, ok := levels()[plain(row.Level)]
	if !ok {
		f.wrong(row.Line, row.Code, "places-file.level", "Text", short(row.Level))
		row.broken = true
	}
	row.Level = level
}

// readNames makes a wording of the names of a place. The original is the name that stands first; one of which the column
// does not say the language is of the language in which it stands again, or of an unknown one.
func readNames(columns []nameColumn, r *record) locale.Wording {
	w := locale.Wording{In: map[string]string{}}
	plain := ""
	for _, c := range columns {
		text := r.cell(c.at)
		switch {
		case text == "":
		case c.lang == "":
			plain = cmp.Or(plain, text)
		case w.In[c.lang] == "":
			w.In[c.lang] = text
			w.Original = cmp.Or(w.Original, c.lang)
		}
	}
	if plain == "" {
		return w
	}
	for _, lang := range slices.Sorted(maps.Keys(w.In)) {
		if w.In[lang] == plain {
			w.Original = lang
			return w
		}
	}
	w.In[unknown], w.Original = plain, unknown
	return w
}

// addRow takes a place into the file's tree; the same place may stand in it many times, but always with the same content.
func (f *Found) addRow(row Row) {
	if row.Code == "" {
		f.wrong(row.Line, "", "places-file.code-missing")
		return
	}
	if i, ok := f.index[row.Code]; ok {
		f.again(&f.Rows[i], &row)
		return
	}
	wrong := func(code string, args ...any) {
		f.wrong(row.Line, short(row.Code), code, args...)
		row.broken = true
	}
	if programme.CheckCode("code", row.Code) != nil {
		wrong("refused.code.bad")
	}
	if len(row.Name.In) == 0 {
		wrong("places-file.name-missing")
	} else if err, ok := row.Name.Check().(*locale.Error); ok && err != nil {
		wrong(err.Code, err.Args...)
	}
	for _, text := range row.Name.In {
		if strings.ContainsRune(text, utf8.RuneError) {
			wrong("places-file.mangled")
			break
		}
	}
	f.index[row.Code] = len(f.Rows)
	f.Rows = append(f.Rows, row)
}

// again compares a place with where it stands first. In a line for a smaller place it has no position.
func (f *Found) again(first, row *Row) {
	same := first.Parent == row.Parent && first.Level == row.Level && first.Name.Original == row.Name.Original && maps.Equal(first.Name.In, row.Name.In) &&
		(first.Position == row.Position || first.Position == "" || row.Position == "")
	if !same {
		f.wrong(row.Line, short(row.Code), "places-file.twice", "Code", short(row.Code), "Line", first.Line)
		return
	}
	first.Position = cmp.Or(first.Position, row.Position)
	first.broken = first.broken || row.broken
}

var degrees = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{1,20})?$`)

// position is the one that stands in a record, else where the map draws it.
func (f *Found) position(c *columns, r *record) (string, bool) {
	lat, lon := c.cell(r, "latitude"), c.cell(r, "longitude")
	code := c.cell(r, "code")
	switch {
	case lat == "" && lon == "":
		return r.point, true
	case lat == "" || lon == "":
		f.wrong(r.line, short(code), "places-file.half-position")
		return "", false
	}
	y, okY := degree(lat, 90)
	x, okX := degree(lon, 180)
	if !okY || !okX {
		f.wrong(r.line, short(code), "places-file.position", "Latitude", short(lat), "Longitude", short(lon))
		return "", false
	}
	if isZero(y) && isZero(x) {
		f.wrong(r.line, short(code), "places-file.zero-position")
		return "", false
	}
	return y + " " + x, true
}

// degree is a number of degrees as it was written, with a point.
func degree(text string, most float64) (string, bool) {
	text = strings.TrimPrefix(strings.Replace(text, ",", ".", 1), "+")
	if !degrees.MatchString(text) {
		return "", false
	}
	n, err := strconv.ParseFloat(text, 64)
	return text, err == nil && n >= -most && n <= most
}

func isZero(text string) bool { return strings.Trim(text, "-0.") == "" }
