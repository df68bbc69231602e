// Package device knows the phones of teams: which numbers each has given out and which have arrived, and the pieces of pictures that
// are on their way. docs/sync.md says what a phone and a server say to each other; this room reads what a phone says and keeps what
// is needed to answer it. The routes are in room web, and what a report is, in room promise.
//
// # What is kept
//
// Ids, numbers and days lie in the server's own database, in tables of class private. No time of day is kept, no address, and
// nothing of what a phone looked at. The book has none of it: the id of an entry follows from an event's id by a hash (Entry), so an
// event that is sent twice is there once, and nobody can say from the book which entries came from one phone (TestS12 in safety).
//
// # Numbers
//
// A device counts its events from 1 and says the highest number it has given out, also for what it has not sent. So the server can
// name those that never arrived, although a phone has lost its storage (TestGaps, against a model).
//
// # Writing down
//
// What arrives is written down before it is appended to the book, together with the acts of the desk: callers that come at the
// same time share a transaction (Note), as they do in the book. An event may therefore be written down and not be in the book, if
// the server stopped in between; the phone was not answered then, and sends it again.
//
// # Pieces
//
// Pieces of pictures lie in files below the spool, in no database and no backup. A phone has drawn a picture anew, but another client
// may send what a camera wrote; so a piece is encrypted before it touches the disk, with a key that follows from the SHA-256 of the
// whole picture, which only the sender knows, and the name of the file says neither (TestS10PiecesAreUnreadable).
// They are thrown away when the picture is whole, when it has another hash, and two days after the last of them (TestS18PiecesAreSwept).
//
// # Known limits
//
// If the server stops between writing down and appending, and the phone loses its storage before it sends again, the number counts
// as arrived. Several servers on one PostgreSQL must share the folder of the spool.
package device
