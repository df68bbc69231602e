// Package sheet writes workbooks (XLSX) whose totals are formulas over rows that stand in the same workbook, so that whoever opens
// one can follow every total to the rows that it counts. This comment is the specification.
//
// # Rows, tallies, tables
//
// Rows is a sheet with one row for each thing. Each of its columns has a name that formulas use, such as Promises_Task. A Tally
// is a count or a sum over such rows under conditions; it is both the formula and the value that the rows give, counted
// while they are written, so a reader that does not calculate shows the same as one that does (TestTally,
// TestLibreOffice). A Table is a sheet of cells of which some are formulas.
//
// # What cells hold
//
// A text is always written as a string, whatever it begins with, so no text becomes a formula (TestNothingRuns). Numbers are written as
// the digits they have. A number with more digits than a spreadsheet can hold is written as a text, except in a column that
// is summed. A day is a date, with a format that puts the year first; what cannot be one is a text. An empty
// value is what the caller says in words, never a zero.
//
// # The same bytes
//
// The same calls give the same bytes: the only time in the file is the day that About names, and the parts of the file stand in the
// order of their names (TestSameBytes).
//
// # Known limits
//
// A sheet holds MostRows rows. Rows beyond that are neither written nor tallied; Cut says how many they are.
package sheet
