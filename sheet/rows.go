package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Column is a column of Rows.
type Column struct {
	Name  string // by which formulas find it: letters, digits and lines
	Title string
	Width float64
}

// Rows is a sheet with a row for each thing.
type Rows struct {
	b       *Book
	w       *excelize.StreamWriter
	sheet   string
	name    string
	columns []Column
	n       int // rows so far
	cut     int64
	tallies []*tallies
}

// Rows begins a sheet of rows. Name is what its columns are called by, such as Promises. Tallies of them are asked for before the
// first row.
func (b *Book) Rows(sheet, name string, columns ...Column) (*Rows, error) {
	r := &Rows{b: b, sheet: sheet, name: name, columns: columns}
	var widths []float64
	var heads []Cell
	for _, c := range columns {
		widths, heads = append(widths, c.Width), append(heads, Head(c.Title))
	}
	var err error
	if r.w, err = b.stream(sheet, widths, 1); err != nil {
		return nil, err
	}
	return r, b.put(r.w, sheet, 0, heads)
}

// Add writes a row and tallies it.
func (r *Rows) Add(cells ...Cell) error {
	if len(cells) != len(r.columns) {
		return fmt.Errorf("the sheet %q has %d columns, not %d", r.sheet, len(r.columns), len(cells))
	}
	if r.n >= MostRows {
		r.cut++
		return nil
	}
	r.n++
	for _, t := range r.tallies {
		t.add(cells)
	}
	return r.b.put(r.w, r.sheet, r.n, cells)
}

// N is how many rows there are; the next one has the row N+1 of the sheet.
func (r *Rows) N() int { return r.n }

// Sheet is the name of the sheet.
func (r *Rows) Sheet() string { return r.sheet }

// Cut is how many rows did not fit.
func (r *Rows) Cut() int64 { return r.cut }

// End ends the sheet, and gives its columns their names.
func (r *Rows) End() error {
	last := strconv.Itoa(max(r.n, 1) + 1)
	name, err := excelize.ColumnNumberToName(len(r.columns))
	if err != nil {
		return err
	}
	if err := r.b.f.AutoFilter(r.sheet, "A1:"+name+last, nil); err != nil {
		return err
	}
	for i, c := range r.columns {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if c.Name == "" {
			continue
		}
		if err := r.b.f.SetDefinedName(&excelize.DefinedName{Name: r.of(c.Name), RefersTo: sheetName(r.sheet) + "!$" + column + "$2:$" + column + "$" + last}); err != nil {
			return fmt.Errorf("the column %q: %w", r.of(c.Name), err)
		}
	}
	return r.w.Flush()
}

// of is the name of a column in formulas.
func (r *Rows) of(column string) string { return r.name + "_" + column }

func (r *Rows) column(name string) int {
	return slices.IndexFunc(r.columns, func(c Column) bool { return c.Name == name })
}

// Where is a condition: a column has this in it.
type Where struct {
	Column string
	Is     Cell
}

// tallies are those that look at the same columns.
type tallies struct {
	sum     int // column, or -1 to count
	columns []int
	by      map[string]int64 // by what stands in the columns; only what somebody wants
}

func (t *tallies) key(of func(column int) string) string {
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString(of(c))
		b.WriteByte(0)
	}
	return b.String()
}

func (t *tallies) add(cells []Cell) {
	k := t.key(func(c int) string { return cells[c].key })
	was, wanted := t.by[k]
	switch {
	case !wanted:
	case t.sum >= 0:
		t.by[k] = was + cells[t.sum].minor
	case len(t.columns) > 0 || cells[0].value != nil:
		t.by[k] = was + 1
	}
}

// Tally is a count of rows, or a sum over them.
type Tally struct {
	rows   *Rows
	of     *tallies
	key    string
	digits int // of an amount, -1: a count
	where  []Where
	sum    string
}

// Count is how many rows meet all conditions. Without any, all rows are counted: each must have something in its first column.
func (r *Rows) Count(where ...Where) *Tally { return r.tally("", -1, where) }

// Sum adds up a column of whole numbers, over the rows that meet all conditions.
func (r *Rows) Sum(column string, where ...Where) *Tally { return r.tally(column, -1, where) }

// Money adds up a column of amounts with so many digits behind the point.
func (r *Rows) Money(column string, digits int, where ...Where) *Tally {
	return r.tally(column, digits, where)
}

func (r *Rows) tally(sum string, digits int, where []Where) *Tally {
	t := &Tally{rows: r, digits: digits, where: where, sum: sum}
	look := &tallies{sum: -1, by: map[string]int64{}}
	if sum != "" {
		look.sum = r.column(sum)
	}
	is := map[int]string{}
	for _, w := range where {
		c := r.column(w.Column)
		look.columns, is[c] = append(look.columns, c), w.Is.key
	}
	slices.Sort(look.columns)
	for _, known := range r.tallies {
		if known.sum == look.sum && slices.Equal(known.columns, look.columns) {
			t.of = known
		}
	}
	if t.of == nil {
		t.of = look
		r.tallies = append(r.tallies, look)
	}
	t.key = look.key(func(c int) string { return is[c] })
	t.of.by[t.key] += 0
	return t
}

// Value is what the rows so far give.
func (t *Tally) Value() int64 { return t.of.by[t.key] }

// Cell is the formula with its value.
func (t *Tally) Cell() Cell {
	c := Int(t.Value())
	if t.digits >= 0 {
		c = Money(t.Value(), t.digits)
	}
	c.formula = t.Formula()
	return c
}

// criterion is a condition that a text is this one, in which nothing stands for something else.
func criterion(text string) string {
	text = strings.NewReplacer("~", "~~", "*", "~*", "?", "~?").Replace(text)
	if strings.ContainsAny(text[:min(1, len(text))], "<>=") {
		return "=" + text
	}
	return text
}

// Formula says how it is counted.
func (t *Tally) Formula() string {
	var with []string
	for _, w := range t.where {
		is := quoted(criterion(w.Is.key))
		if _, isText := w.Is.value.(string); !isText {
			is = w.Is.key
		}
		with = append(with, t.rows.of(w.Column), is)
	}
	list := strings.Join(with, ",")
	switch {
	case t.sum == "" && list == "":
		return "COUNTA(" + t.rows.of(t.rows.columns[0].Name) + ")"
	case t.sum == "":
		return "COUNTIFS(" + list + ")"
	case list == "":
		list = "SUM(" + t.rows.of(t.sum) + ")"
	default:
		list = "SUMIFS(" + t.rows.of(t.sum) + "," + list + ")"
	}
	if t.digits > 0 { // sums of parts that no spreadsheet holds exactly
		list = "ROUND(" + list + "," + strconv.Itoa(t.digits) + ")"
	}
	return list
}
