package sheet

import "github.com/xuri/excelize/v2"

// Table is a sheet of cells, some of which are formulas.
type Table struct {
	b     *Book
	w     *excelize.StreamWriter
	sheet string
	n     int
}

// Table begins a sheet whose columns are so wide, with so many rows at its top that stay in sight.
func (b *Book) Table(sheet string, frozen int, widths ...float64) (*Table, error) {
	w, err := b.stream(sheet, widths, frozen)
	return &Table{b: b, w: w, sheet: sheet}, err
}

// Add writes the next row.
func (t *Table) Add(cells ...Cell) error {
	t.n++
	return t.b.put(t.w, t.sheet, t.n-1, cells)
}

// End ends the sheet.
func (t *Table) End() error { return t.w.Flush() }
