// Package web serves a programme's pages: what was promised, what came of it, and the book behind it.
//
// # What it promises
//
//   - One address a page, complete without JavaScript, in every language of locale.Languages. The language stands in the
//     address; without it Accept-Language decides. No page sets a cookie or keeps an address or a browser's name
//     (TestS3NothingOfTheReader).
//   - A query key that a route does not know is an error, not something passed over (TestS2UnknownKeys).
//   - Every number that says something of the programme carries its figure's name in data-figure and its exact value in
//     value, so that it can be asked for again.
//   - A page is a function of the book's size, the programme's day, the address and the language; that is its ETag.
//   - Bad input gets the page again or a plain page of error, in the reader's language; an internal error shows an id
//     under which the operator finds the cause, never the cause.
//
// Cards are the one page that is written bit by bit (stream): codes are in memory for one place at a time and lie nowhere
// (TestS17CodesAreOnPaperOnly, TestCardsStream).
//
// # Form
//
// A route is a row of the table in routes.go: pattern, who may use it, which query keys it knows, and a function that
// reads one state of the book and returns a typed page. There is no other way in.
package web
