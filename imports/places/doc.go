// Package places reads the places of a programme from a table or a map, says all that is wrong with it at once, and
// makes entries of what is clean.
//
// # What it reads
//
// Text in UTF-8, UTF-16, GB18030 or GBK; which one is found out and told (Found.Encoding). A text that could be one of them
// only by accident is refused, not guessed at (TestEncodings).
//
// A table has its cells between commas, semicolons or tabs and begins with a line that names its columns, in any order:
// code, parent, level, name, name:LANGUAGE (as many as there are), latitude and longitude, or common other words for
// these in English, Chinese and Uyghur. Other columns are named in Found.Ignored and not read. A table of administrative
// units as the humanitarian data exchange publishes it has a code and names for every level in each line (adm1_pcode,
// adm1_en, adm2_pcode, ...); it gives the whole tree, and the position belongs to the smallest unit (TestAdminTable).
//
// A map is a GeoJSON FeatureCollection, whose properties are read like the columns of a table. The position of a place is
// the one in its properties, else its point, else a point inside its area, to five decimals, about a metre (TestInside).
//
// # What is wrong
//
// Read finds what a line alone, or another line of the file, shows to be wrong. Check compares with the book as well:
// parents that are nowhere, circles, levels in the wrong order, places that the book has otherwise. Every mistake has its
// line and a sentence in the languages of the catalogues. A place that stands in the book with the same content is not
// a mistake, and is not entered again.
//
// Nothing is written of a file with a mistake. Drafts gives the entries, parents first; their ids follow from their
// content, so that doing it twice is once (TestAppend).
package places
