// Package locale is everything Kept knows about human languages: which ones it
// speaks, what it says in them, how it writes days, numbers and money, how it
// finds a word and how it puts names in order. It is a leaf: it imports
// no other package of the program and holds no state that a request can change.
//
// # Languages
//
// Languages is the list, Find looks one up, Negotiate chooses one for a
// request: the lang parameter of the address if it names a language we have,
// else the first language of Accept-Language that is understood with any
// confidence at all, else the first of Languages. Both come from strangers: Negotiate
// takes any bytes (FuzzNegotiate). Adding a language is one row in Languages,
// one row in conventions and one file in catalogue/; the tests name
// whatever is missing.
//
// A language whose Reviewed is false was not yet checked by a native speaker;
// the language menu says so (key language.unreviewed).
//
// # Wordings
//
// A Wording is a text of the office in one or several languages, as it stands
// in the book. Check is a rule of the book: its answer for a given wording
// never changes, so it depends on no language table (TestCheckRefuses).
//
// # Catalogues
//
// catalogue/en.toml and its sisters hold one message a line under dotted keys,
// in the format of go-i18n. English decides which keys exist and what they
// take; a language that lacks a key, a plural form or a placeholder fails
// the tests (TestCatalogues...). No part of a key may be one of the words that the
// format keeps for itself (TestCatalogueKeys): id, hash, description, zero,
// one, two, few, many, other.
//
//	word.promise = "promise"
//	greeting = "{{.Name}} has {{.Count}} promises"
//	mark.amended.one = "amended once"
//	mark.amended.other = "amended {{.N}} times"
//
// A message has text and {{.Name}} placeholders, nothing else. T fills them from
// name, value pairs; N also chooses the plural form and fills {{.N}}
// with the number as the language writes it. HTML and NHTML do the same for
// messages whose arguments are mark-up, such as a link.
//
// A key or an argument that is missing is a mistake of ours. Tests panic on it;
// in production the reader sees the English text (or a dash for the argument)
// and the log gets a line.
//
// # Directions
//
// A text of the user inside a sentence of another direction can turn the
// sentence around. So every string that T, N or List is given is put between
// directional isolates when it holds letters of the other direction, and every
// one that HTML or NHTML is given into a bdi element. Isolate does the same by force,
// for plain-text exports. A text cannot break out of its isolate
// (TestIsolateHoldsHostileText). Numbers are plain strings and need none: a
// minus sign on a right-to-left page is kept on its side by a mark.
//
// # Formats
//
// Names of months and the order of dates come from CLDR by way of
// go-playground/locales and are compared with ICU's own answers
// (TestDates). The calendar is the Gregorian one. Money is minor units and
// a currency code; measures are decimals as written; no float touches either.
// What is not a day, a month or a decimal comes back as it was, since a page
// that shows a strange value is better than none.
//
// # Search and order
//
// Words gives the index terms of a text and Query the prefixes that find it,
// without help from a database: any whole word of a text, and any run of its
// Han characters, finds it (TestQueryFindsText). Sorter puts names in the order
// that readers of a language expect.
//
// # Known limits
//
// A text has at most 64 index terms, so the far end of a long one is not found.
// Words finds no words inside Thai, Khmer or Japanese text. Chinese names are ordered by
// the most common reading of each character.
package locale
