package sheet

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// style is how a cell looks.
type style int

const (
	plain style = iota
	head
	title
	section
	note
	link
	number  // a whole number
	decimal // with the digits it has
	percent
	day
	money // style of an amount: money + digits after the point
)

const mostDigits = 4 // of an amount after the point

// holds is how many digits of a number a spreadsheet keeps.
const holds = 15

// Cell is what stands in a cell. The zero Cell is an empty one.
type Cell struct {
	value   any
	key     string // by which conditions find it
	minor   int64  // what it adds to a sum
	style   style
	formula string
	address string // of a link
}

// Text is a text; it never becomes a formula.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{value: s, key: s}
}

// Int is a whole number.
func Int(n int64) Cell { return Cell{value: n, key: strconv.FormatInt(n, 10), minor: n, style: number} }

// Decimal is a number as it is written, and the words for it where it is empty.
func Decimal(digits, empty string) Cell {
	if digits == "" {
		return Note(empty)
	}
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil || len(strings.Trim(strings.NewReplacer("-", "", "+", "", ".", "").Replace(digits), "0")) > holds {
		return Text(digits)
	}
	return Cell{value: x, key: digits, style: decimal}
}

// Money is an amount in minor units, of which so many digits stand behind the point.
func Money(minor int64, digits int) Cell {
	return Cell{value: amount(minor, digits), key: strconv.FormatInt(minor, 10), minor: minor, style: money + style(min(digits, mostDigits))}
}

// amount is what a cell holds: the nearest number to an exact one, made from its digits without calculating.
func amount(minor int64, digits int) any {
	if digits == 0 {
		return minor
	}
	x, _ := strconv.ParseFloat(strconv.FormatInt(minor, 10)+"e-"+strconv.Itoa(digits), 64) // written by us
	return x
}

// epoch is the day that spreadsheets count days from; what is before firstDay they count otherwise.
var (
	epoch    = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
)

// Day is a day such as 2026-11-23.
func Day(text string) Cell {
	at, err := time.Parse(time.DateOnly, text)
	if err != nil || at.Before(firstDay) {
		return Text(text)
	}
	return Cell{value: int(at.Sub(epoch) / (24 * time.Hour)), key: text, style: day}
}

// Head, Title, Section and Note are texts that look like what they are.
func Head(s string) Cell    { return Cell{value: s, style: head} }
func Title(s string) Cell   { return Cell{value: s, style: title} }
func Section(s string) Cell { return Cell{value: s, style: section} }
func Note(s string) Cell    { return Cell{value: s, key: s, style: note} }

// Link is a text that leads to an address.
func Link(s, address string) Cell { return Cell{value: s, style: link, address: address} }

// Share is a formula of one cell of a Table by another; it is empty where the second is zero.
func Share(of, all string, part, whole int64) Cell {
	c := Cell{formula: `IF(N(` + all + `)=0,"",` + of + `/` + all + `)`, value: "", style: percent}
	if whole != 0 {
		c.value = float64(part) / float64(whole) // a cached value; the formula says it anew
	}
	return c
}

// Same is a cell that is what another one is.
func Same(as string, c Cell) Cell {
	c.formula = as
	return c
}

// Equal is a formula that compares two cells and says the one or the other word.
func Equal(a, b, yes, no string, is bool) Cell {
	c := Cell{formula: "IF(" + a + "=" + b + "," + quoted(yes) + "," + quoted(no) + ")", value: no}
	if is {
		c.value = yes
	}
	return c
}

// CountText is a formula that counts the cells of a column of a sheet, from its second row on, that say a word.
func CountText(sheet string, column int, word string, n int64) Cell {
	name, _ := excelize.ColumnNumberToName(column + 1) // columns are few
	return Cell{formula: "COUNTIF(" + sheetName(sheet) + "!$" + name + "$2:$" + name + "$" + strconv.Itoa(MostRows+1) + "," + quoted(criterion(word)) + ")", value: n, style: number}
}

// quoted is a text in a formula.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// sheetName is the name of a sheet in a formula.
func sheetName(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// At is the address of a cell in formulas of other sheets. Column and row begin with 0.
func At(sheet string, column, row int) string {
	return sheetName(sheet) + "!" + Here(column, row)
}

// Here is the address of a cell in formulas of its own sheet.
func Here(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column+1, row+1, true) // both are ours
	return name
}
