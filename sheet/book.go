package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// MostRows is how many rows a sheet holds below its head.
const MostRows = 1_048_575

// About is what the file says of itself.
type About struct {
	Title, Subject, By, Language string
	Day                          string // the only time in it
}

// Book is a workbook that is being made. It is for one goroutine.
type Book struct {
	f      *excelize.File
	styles map[style]int
	rtl    bool
}

// New begins a workbook; its sheets follow in the order in which they are named, whichever is written first. From right to left it is
// for languages that run so. Whoever began it closes it.
func New(about About, rtl bool, sheets ...string) (*Book, error) {
	b := &Book{f: excelize.NewFile(), styles: map[style]int{}, rtl: rtl}
	return b, errors.Join(b.begin(about, sheets))
}

func (b *Book) begin(about About, sheets []string) error {
	at := about.Day + "T00:00:00Z"
	if err := b.f.SetDocProps(&excelize.DocProperties{Title: about.Title, Subject: about.Subject, Creator: about.By, LastModifiedBy: about.By, Language: about.Language, Created: at, Modified: at}); err != nil {
		return err
	}
	if err := b.f.SetAppProps(&excelize.AppProperties{Application: "Kept"}); err != nil {
		return err
	}
	calculate := true
	if err := b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &calculate}); err != nil {
		return err
	}
	for i, name := range sheets {
		var err error
		if i == 0 {
			err = b.f.SetSheetName(b.f.GetSheetName(0), name)
		} else {
			_, err = b.f.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("the sheet %q: %w", name, err)
		}
		if b.rtl {
			right := true
			if err := b.f.SetSheetView(name, 0, &excelize.ViewOptions{RightToLeft: &right}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close lets go of what was written so far.
func (b *Book) Close() error { return b.f.Close() }

// looks are the styles as the file has them.
var looks = map[style]excelize.Style{
	head: {Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2F4B5C"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}},
	title:   {Font: &excelize.Font{Bold: true, Size: 16}},
	section: {Font: &excelize.Font{Bold: true, Size: 12}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF0"}}},
	note:    {Font: &excelize.Font{Italic: true, Color: "6B6B6B"}},
	link:    {Font: &excelize.Font{Color: "0B5394", Underline: "single"}},
	number:  {CustomNumFmt: format("#,##0")},
	decimal: {CustomNumFmt: format("General")},
	percent: {CustomNumFmt: format("0.0%")},
	day:     {CustomNumFmt: format("yyyy-mm-dd")},
}

func format(s string) *string { return &s }

func (b *Book) style(s style) (int, error) {
	if s == plain {
		return 0, nil
	}
	if id, ok := b.styles[s]; ok {
		return id, nil
	}
	look, ok := looks[s]
	if !ok { // an amount
		look = excelize.Style{CustomNumFmt: format("#,##0." + strings.Repeat("0", int(s-money)))}
		if s == money {
			look = looks[number]
		}
	}
	id, err := b.f.NewStyle(&look)
	b.styles[s] = id
	return id, err
}

// stream begins a sheet whose columns are so wide, with so many rows that stay in sight.
func (b *Book) stream(name string, widths []float64, frozen int) (*excelize.StreamWriter, error) {
	w, err := b.f.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("the sheet %q: %w", name, err)
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if frozen > 0 {
		top, _ := excelize.CoordinatesToCellName(1, frozen+1)
		return w, w.SetPanes(&excelize.Panes{Freeze: true, YSplit: frozen, TopLeftCell: top, ActivePane: "bottomLeft"})
	}
	return w, nil
}

// put writes a row; rows begin with 0.
func (b *Book) put(w *excelize.StreamWriter, sheet string, row int, cells []Cell) error {
	values := make([]any, len(cells))
	for i := range cells {
		c := &cells[i]
		if c.value == nil && c.formula == "" {
			continue
		}
		id, err := b.style(c.style)
		if err != nil {
			return err
		}
		values[i] = excelize.Cell{StyleID: id, Formula: c.formula, Value: c.value}
		if c.address == "" {
			continue
		}
		at, _ := excelize.CoordinatesToCellName(i+1, row+1)
		if err := b.f.SetCellHyperLink(sheet, at, c.address, "External"); err != nil {
			return err
		}
	}
	at, err := excelize.CoordinatesToCellName(1, row+1)
	if err != nil {
		return err
	}
	return w.SetRow(at, values)
}

// Bytes is the file, once every sheet has ended.
func (b *Book) Bytes() ([]byte, error) {
	made, err := b.f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return inOrder(made.Bytes())
}

// inOrder puts the parts of a file into the order of their names, which they come in by chance.
func inOrder(made []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(made), int64(len(made)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	var out bytes.Buffer
	out.Grow(len(made))
	w := zip.NewWriter(&out)
	for _, part := range r.File {
		if err := w.Copy(part); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return out.Bytes(), err
}
